//! API tokens: made here, shown once, revoked.

use axum::extract::Path;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{Sent, not_stored, show};
use crate::data::{AccessError, FieldError, Problem, Reading, Token, TokenId};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of};
use crate::web::components::icon::{Icon, icon};
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::secret::shown_once;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::settings::id;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/profile/tokens", Need::SignedIn, make),
        Route::post("/profile/tokens/{id}/approve", Need::SignedIn, approve),
        Route::get("/profile/tokens/{id}/revoke", Need::SignedIn, revoke_page),
        Route::post("/profile/tokens/{id}/revoke", Need::SignedIn, revoke),
    ]
}

/// The tokens there are, and the form for a new one.
pub(super) fn panel_of(
    member: &Member,
    reading: &Reading,
    sent: &Sent,
) -> Result<Markup, WebError> {
    let tokens = reading.tokens(false)?;
    let zone = member.state.vault.zone();
    let mut waiting = Vec::new();
    for token in &tokens {
        if reading.token_waits(token, &zone)? {
            waiting.push(token.id);
        }
    }
    let errors = member.errors(&sent.token_errors);
    let value = |field: &str| {
        sent.token
            .as_ref()
            .map(|form| form.get(field).to_owned())
            .unwrap_or_default()
    };
    let content = html! {
        p class="hint" { (member.text("tokens-lead")) }
        @if tokens.is_empty() { p class="muted after" { (member.text("tokens-empty")) } } @else { (table(member, &tokens, &waiting)) }
        @if !waiting.is_empty() { p class="hint" { (member.text("tokens-waits-hint")) } }
        form class="after" method="post" action="/profile/tokens" id="token-form" {
            (csrf_field(&member.csrf))
            div class="field-row" {
                (name_field(member, &value("name"), error_of(&errors, "name")))
                (Field::new("expires", member.text("tokens-expires")).value(value("expires"))
                    .error(error_of(&errors, "expires")).hint(member.text("tokens-expires-hint")).date())
            }
            div class="actions after" { (button::submit(&member.text("tokens-create"), Weight::Plain)) }
        }
    };
    Ok(panel(&member.text("tokens-title"), html! {}, content))
}

/// As [`Field`] makes it, under an id of its own: the account's form on this page has a `name` too.
fn name_field(member: &Member, value: &str, error: Option<&str>) -> Markup {
    html! {
        div class="field" {
            label for="f-token-name" { (member.text("tokens-name")) span class="required" aria-hidden="true" { "*" } }
            input type="text" id="f-token-name" name="name" value=(value) dir="auto" autocomplete="off" required
                aria-describedby="f-token-name-help" aria-invalid=[error.map(|_| "true")];
            @match error {
                Some(error) => p class="error" id="f-token-name-help" role="alert" { (icon(Icon::Error)) span { (error) } },
                None => p class="hint" id="f-token-name-help" { (member.text("tokens-name-hint")) },
            }
        }
    }
}

fn table(member: &Member, tokens: &[Token], waiting: &[TokenId]) -> Markup {
    let columns = [
        ("tokens-name", PhoneSlot::Title),
        ("field-created-at", PhoneSlot::First),
        ("tokens-expires", PhoneSlot::Second),
        ("action-revoke", PhoneSlot::Side),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone).numeric(key == "action-revoke"));
    let clock = member.clock();
    let rows: Vec<Vec<Markup>> = tokens
        .iter()
        .map(|token| {
            vec![
                html! {
                    span dir="auto" { (token.name) }
                    @if waiting.contains(&token.id) { " " (status_chip(Tone::Attention, &member.text("tokens-waits"))) }
                },
                html! { span class="muted" { (clock.relative(token.created_at)) } },
                html! {
                    span class="muted" {
                        @match token.expires_at { Some(at) => (clock.day(at)), None => (member.text("tokens-never")) }
                    }
                },
                html! {
                    @if waiting.contains(&token.id) {
                        (button::post(&member.text("tokens-approve"), &format!("/profile/tokens/{}/approve", token.id), &member.csrf, Weight::Quiet, None))
                    }
                    (button::link(&member.text("action-revoke"), &address(token.id), Weight::Quiet, None))
                },
            ]
        })
        .collect();
    html! { div class="list after" { (plain_table(&member.text("tokens-title"), &columns, &rows)) } }
}

fn address(token: TokenId) -> String {
    format!("/profile/tokens/{token}/revoke")
}

async fn make(member: Member, form: Form) -> WebResult {
    let expires = last_moment(form.get("expires").trim(), &member.state.vault.zone());
    let result = match expires {
        Ok(expires) => member.access.make_token(form.get("name"), expires).await,
        Err(problem) => Err(AccessError::Invalid(vec![FieldError::new(
            "expires", problem,
        )])),
    };
    match result {
        Ok((token, secret)) => {
            let title = member.text_with("tokens-created", &[("name", token.name.as_str().into())]);
            let made = Some(shown_once(member.lang, &title, secret.reveal()));
            let page = show(
                &member,
                &member.access.read()?,
                StatusCode::OK,
                &Sent {
                    made,
                    ..Sent::default()
                },
            )?;
            Ok(not_stored(page))
        }
        Err(AccessError::Invalid(token_errors)) => {
            let sent = Sent {
                token: Some(form),
                token_errors,
                ..Sent::default()
            };
            show(&member, &member.access.read()?, UNPROCESSABLE, &sent)
        }
        Err(error) => Err(error.into()),
    }
}

/// A token holds through its last day, as the firm's clock counts it.
fn last_moment(day: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Problem> {
    if day.is_empty() {
        return Ok(None);
    }
    let next = day.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
    let midnight = next.and_then(|next| next.to_zoned_datetime(zone.clone()).ok());
    let last = midnight
        .and_then(|at| Timestamp::from_millisecond(at.timestamp().as_millisecond() - 1).ok());
    last.map(Some).ok_or(Problem::new("error-date"))
}

async fn revoke_page(member: Member, Path(token): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let token: TokenId = id(&token)?;
    let token = reading
        .tokens(false)?
        .into_iter()
        .find(|own| own.id == token)
        .ok_or(WebError::NotFound)?;
    let question = member.text_with(
        "tokens-revoke-question",
        &[("name", token.name.as_str().into())],
    );
    let content = confirm_page(&Confirm {
        lang: member.lang,
        question: &question,
        consequence: &member.text("tokens-revoke-consequence"),
        action: &address(token.id),
        csrf: &member.csrf,
        fields: &[],
        act_label: &member.text("action-revoke"),
        cancel_href: "/profile",
    });
    Ok(member.page(&reading, &question, content))
}

async fn approve(member: Member, Path(token): Path<String>) -> WebResult {
    let passed = member.signed_in.session.passed;
    member.access.approve_token(id(&token)?, passed).await?;
    Ok(see_other("/profile?notice=token-approved"))
}

async fn revoke(member: Member, Path(token): Path<String>) -> WebResult {
    member.access.revoke_token(id(&token)?).await?;
    Ok(see_other("/profile?notice=token-revoked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_through_its_last_day() {
        let zone = TimeZone::get("Europe/Warsaw").unwrap();
        assert_eq!(last_moment("", &zone), Ok(None));
        assert_eq!(
            last_moment("2026-11-24", &zone),
            Ok(Some("2026-11-24T22:59:59.999Z".parse().unwrap()))
        );
        for wrong in ["24.11.2026", "2026-02-30", "9999-12-31", "soon"] {
            assert!(last_moment(wrong, &zone).is_err(), "{wrong}");
        }
    }
}
