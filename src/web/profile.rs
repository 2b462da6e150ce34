//! One's own account: name, language, appearance, password, API tokens.

mod copy;
mod email;
mod password;
mod sessions;
mod tokens;
mod two_step;

#[cfg(test)]
mod tests;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

pub(crate) use sessions::sessions_of;
pub(super) use two_step::wrong_password;

use super::components::button::{self, Weight};
use super::components::card::{page_header, panel};
use super::components::chip::{Tone, status_chip};
use super::components::facts::{Fact, fact_list};
use super::components::field::{Choice, Field};
use super::components::form::{csrf_field, error_of, error_summary};
use super::components::icon::Icon;
use super::cookies::{add_cookie, theme_cookie};
use super::error::WebResult;
use super::form::Form;
use super::gate::UNPROCESSABLE;
use super::layout::Theme;
use super::need::{Need, Route};
use super::pictures::{self, photo_address, picture_form};
use super::settings::role_words::role_name;
use super::visit::{Member, see_other};
use crate::data::{AccessError, FieldError, Problem, Reading};
use crate::i18n::Lang;

/// The routes of one's own account.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/profile", Need::SignedIn, page),
        Route::post("/profile", Need::SignedIn, save),
        Route::post("/profile/photo", Need::SignedIn, photo),
    ];
    routes.extend(copy::routes());
    routes.extend(email::routes());
    routes.extend(password::routes());
    routes.extend(sessions::routes());
    routes.extend(tokens::routes());
    routes.extend(two_step::routes());
    routes
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    show(&member, &reading, StatusCode::OK, &Sent::default())
}

/// What a form of this page sent that was not taken, or a token just made.
#[derive(Default)]
struct Sent {
    account: Option<Form>,
    account_errors: Vec<FieldError>,
    token: Option<Form>,
    token_errors: Vec<FieldError>,
    photo_error: Option<Problem>,
    /// Shown above everything, this once.
    made: Option<Markup>,
}

fn show(member: &Member, reading: &Reading, status: StatusCode, sent: &Sent) -> WebResult {
    let title = member.text("profile-title");
    let password = button::link(
        &member.text("profile-password-title"),
        "/profile/password",
        Weight::Plain,
        Some(Icon::Key),
    );
    let content = html! {
        (page_header(&title, "", html! {}))
        @if let Some(made) = &sent.made { (made) }
        div class="role-columns" {
            div {
                (account_panel(member, sent))
                (tokens::panel_of(member, reading, sent)?)
                (copy::panel_of(member, reading))
            }
            div {
                (photo_panel(member, sent))
                (panel(&member.text("profile-access"), html! {}, html! { div class="facts" { (fact_list(&facts(member, reading))) } }))
                (panel(&member.text("field-password"), html! {}, html! {
                    p class="hint" { (member.text("profile-password-hint")) }
                    div class="actions after" { (password) }
                }))
                (two_step::panel_of(member, reading)?)
                (panel(&member.text("profile-session-title"), html! {}, session_note(member, reading)))
            }
        }
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

fn account_panel(member: &Member, sent: &Sent) -> Markup {
    let user = &member.signed_in.user;
    let errors = member.errors(&sent.account_errors);
    let value = |field: &str, stored: Option<&str>| {
        let sent = sent.account.as_ref().and_then(|form| form.given(field));
        sent.or(stored).unwrap_or_default().to_owned()
    };
    let mut languages = vec![Choice::new("", member.text("profile-language-auto"))];
    languages.extend(Lang::ALL.map(|lang| Choice::new(lang.code(), lang.own_name())));
    let themes = Theme::ALL.map(|theme| {
        Choice::new(
            theme.code(),
            member.text(&format!("theme-{}", theme.code())),
        )
    });
    let field = |name: &'static str, label: &str, stored: Option<&str>| {
        Field::new(name, member.text(label))
            .value(value(name, stored))
            .error(error_of(&errors, name))
    };
    panel(
        &member.text("profile-account"),
        html! {},
        html! {
            form method="post" action="/profile" data-guard="" novalidate {
                (csrf_field(&member.csrf))
                (error_summary(member.lang, &errors))
                (field("name", "field-person-name", Some(&user.name)).autocomplete("name").required().text())
                div class="field-row" {
                    (field("language", "field-language", user.language.as_deref()).select(&languages))
                    (field("theme", "theme-label", Some(user.theme.as_deref().unwrap_or("auto"))).select(&themes))
                }
                div class="actions after" { (button::submit(&member.text("action-save-changes"), Weight::Primary)) }
            }
        },
    )
}

fn photo_panel(member: &Member, sent: &Sent) -> Markup {
    let error = sent.photo_error.as_ref().map(|problem| member.say(problem));
    let now = photo_address(&member.signed_in.user);
    panel(
        &member.text("picture-title"),
        html! {},
        picture_form(member, "/profile/photo", now.as_deref(), error.as_deref()),
    )
}

async fn photo(member: Member, request: Request) -> WebResult {
    let picture = match pictures::receive(request).await? {
        pictures::Sent::Picture(picture) => Some(picture),
        pictures::Sent::Remove => None,
        pictures::Sent::Refused(problem) => {
            let sent = Sent {
                photo_error: Some(problem.problem()),
                ..Sent::default()
            };
            return show(&member, &member.access.read()?, UNPROCESSABLE, &sent);
        }
    };
    member
        .access
        .set_photo(member.signed_in.user.id, picture)
        .await?;
    Ok(see_other("/profile?notice=saved"))
}

/// What others decide about the account.
fn facts(member: &Member, reading: &Reading) -> Vec<Fact> {
    let (user, people) = (&member.signed_in.user, reading.rights().people());
    let role = people
        .role(user.role)
        .map(|role| role_name(member.lang, role))
        .unwrap_or_default();
    let team = user
        .team
        .and_then(|team| people.team(team))
        .map(|team| team.name.clone());
    vec![
        Fact::new(member.text("field-email"), email_fact(member)),
        Fact::text(member.text("profile-role"), &role),
        Fact::text(
            member.text("users-team"),
            &team.unwrap_or_else(|| member.text("users-no-team")),
        ),
    ]
}

/// The address, and whether letters to it are known to arrive.
fn email_fact(member: &Member) -> Markup {
    let user = &member.signed_in.user;
    html! {
        bdi { (user.email) } " "
        @if user.email_verified { (status_chip(Tone::Good, &member.text("email-confirmed"))) }
        @else {
            (status_chip(Tone::Neutral, &member.text("email-unconfirmed"))) " "
            a href="/profile/email/confirm" { (member.text("confirm-title")) }
        }
    }
}

fn session_note(member: &Member, reading: &Reading) -> Markup {
    let session = &member.signed_in.session;
    let minutes = reading.rights().people().policy().session_idle_minutes;
    let all = button::link(
        &member.text("profile-sessions-title"),
        "/profile/sessions",
        Weight::Plain,
        None,
    );
    let (key, count) = match minutes % 60 {
        0 => ("profile-session-idle", minutes / 60),
        _ => ("profile-session-idle-minutes", minutes),
    };
    html! {
        p {
            (member.text("profile-session-since")) " " (member.clock().recent(session.created_at))
            @if let Some(address) = session.address { ", " span class="muted" { (address.to_string()) } }
        }
        p class="hint" { (member.text_with(key, &[("hours", i64::from(count).into())])) }
        div class="actions after" { (all) }
    }
}

async fn save(member: Member, form: Form) -> WebResult {
    let user = &member.signed_in.user;
    let stands = [
        ("name", user.name.as_str()),
        ("language", user.language.as_deref().unwrap_or_default()),
        ("theme", user.theme.as_deref().unwrap_or("auto")),
    ];
    // What was sent as it stands is no change.
    let changed = stands.into_iter().filter_map(|(field, stands)| {
        let sent = form.given(field)?.trim();
        (sent != stands).then(|| (field.to_owned(), json!(sent)))
    });
    match member.access.update_self(changed.collect()).await {
        Ok(user) => {
            let mut response = see_other("/profile?notice=saved");
            add_cookie(
                &mut response,
                &theme_cookie(
                    &member,
                    Theme::from_code(user.theme.as_deref().unwrap_or_default()),
                ),
            );
            Ok(response)
        }
        Err(AccessError::Invalid(account_errors)) => {
            let sent = Sent {
                account: Some(form),
                account_errors,
                ..Sent::default()
            };
            show(&member, &member.access.read()?, UNPROCESSABLE, &sent)
        }
        Err(error) => Err(error.into()),
    }
}

/// An answer that no cache keeps.
fn not_stored(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, value);
    response
}
