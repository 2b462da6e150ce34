//! What went wrong, as a page.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::components::button::{self, Weight};
use super::components::icon::Icon;
use super::components::problem;
use super::error::WebError;
use super::fresh;
use super::gate::origin;
use super::visit::{Member, Visit, see_other};
use crate::data::{AccessError, Barred, Channel, Permission};
use crate::names;

/// The page, or the part of one, that says what went wrong.
pub(super) async fn error_page(visit: &Visit, error: WebError) -> Response {
    let lang = visit.lang;
    let status = error.status();
    let (title, content) = match &error {
        WebError::SignedOut => {
            let next: String = form_urlencoded::byte_serialize(visit.address.as_bytes()).collect();
            return see_other(&format!("/login?next={next}"));
        }
        WebError::SetUpFirst => return see_other("/profile/two-step"),
        WebError::Unconfirmed(waiting) => ("fresh-title", fresh::page(visit, waiting).1),
        WebError::PasswordDue => return see_other("/profile/password"),
        WebError::NotFound => ("error-not-found-title", problem::not_found(lang)),
        WebError::Forbidden(permission) => {
            note_refusal(visit, *permission).await;
            (
                "error-forbidden-title",
                problem::forbidden(lang, &names::permission(lang, *permission)),
            )
        }
        WebError::Barred(barred) => {
            note_barred(visit, barred).await;
            (
                "barred-title",
                problem::barred(
                    lang,
                    barred,
                    &visit.clock(),
                    visit.state.vault.on_trial_until(barred).ok().flatten(),
                ),
            )
        }
        WebError::StaleForm => {
            let back = visit.address.split('?').next().unwrap_or("/");
            ("error-stale-form-title", problem::stale_form(lang, back))
        }
        WebError::Throttled(seconds) => {
            ("error-throttled-title", problem::throttled(lang, *seconds))
        }
        WebError::DailyLimit(most, _) => {
            let said = visit.text_with("error-daily-limit", &[("most", i64::from(*most).into())]);
            let title = visit.text("error-daily-limit-title");
            let sign = Icon::Clock;
            (
                "error-daily-limit-title",
                problem::problem(sign, &title, &said, html! {}),
            )
        }
        WebError::TooLarge => (
            "error-too-large-title",
            plain(visit, "error-too-large-title", "error-too-large"),
        ),
        WebError::NoRoom => (
            "error-no-room-title",
            plain(visit, "error-no-room-title", "error-no-room"),
        ),
        WebError::Conflict(said) | WebError::BadRequest(said) => {
            let sentence = visit.say(said);
            let title = visit.text("error-cannot-title");
            let sign = Icon::Warning;
            let ways = html! {
                // A part of a page stands in the page that asked, which is the way on.
                @if !visit.partial { (button::link(&visit.text("error-go-home"), "/", Weight::Plain, None)) }
            };
            (
                "error-cannot-title",
                problem::problem(sign, &title, &sentence, ways),
            )
        }
        WebError::Broken => (
            "error-broken-title",
            problem::broken(lang, &visit.request_id),
        ),
    };
    let title = visit.text(title);
    let member = visit.signed_in.clone().map(|signed_in| Member {
        access: visit.state.vault.access(&signed_in.actor),
        visit: visit.clone(),
        signed_in,
    });
    let reading = member.as_ref().and_then(|member| member.access.read().ok());
    let mut response = match (member, reading) {
        _ if visit.partial => (status, content).into_response(),
        (Some(member), Some(reading)) => member.page_with(status, &reading, &title, content, ""),
        _ => visit.bare_page(status, &title, content),
    };
    if let WebError::Throttled(seconds) | WebError::DailyLimit(_, seconds) = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn plain(visit: &Visit, title: &str, sentence: &str) -> Markup {
    let sign = Icon::Warning;
    problem::problem(sign, &visit.text(title), &visit.text(sentence), html! {})
}

/// Keeps in the log that somebody came from the wrong place: once in a while for each place, whatever they ask for.
async fn note_barred(visit: &Visit, barred: &Barred) {
    if !visit.state.barred.is_new(barred, crate::clock::now()) {
        return;
    }
    let origin = origin(&visit.client, Channel::Web);
    let what = visit.address.split('?').next().unwrap_or_default();
    if let Err(error) = visit
        .state
        .vault
        .note_barred(barred, origin, Some(what), "")
        .await
    {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}

async fn note_refusal(visit: &Visit, permission: Permission) {
    let Some(signed_in) = &visit.signed_in else {
        return;
    };
    let what = visit
        .address
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let access = visit.state.vault.access(&signed_in.actor);
    if let Err(error) = access
        .note_refusal(&AccessError::Forbidden(permission), what)
        .await
    {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}
