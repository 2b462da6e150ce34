//! One account: its form, and what can be done to it.

use axum::extract::Path;
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::hand_over::{check, password_field, suggestion};
use super::letters::letters_panel;
use super::users::{Values, account_fields, account_state, may_manage};
use super::{USERS, crumbs, id};
use crate::data::{AccessError, BuiltIn, FieldError, Problem, Reading, User, UserId};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::status_chip;
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::form::{EditForm, csrf_field, edit_form, error_of, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::sign_in::password_error;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    let act = |name: &str| format!("/settings/users/{{id}}/{name}");
    vec![
        Route::get("/settings/users/{id}", USERS, page),
        Route::post("/settings/users/{id}", USERS, save),
        Route::post(act("disable"), USERS, disable),
        Route::post(act("enable"), USERS, enable),
        Route::post(act("unlock"), USERS, unlock),
        Route::post(act("password"), USERS, set_password),
        Route::get(act("delete"), USERS, delete_page),
        Route::post(act("delete"), USERS, delete),
    ]
}

/// What the page shows beside the account itself.
#[derive(Default)]
struct Sent {
    values: Option<Values>,
    errors: Vec<FieldError>,
    password: Option<String>,
    password_errors: Vec<FieldError>,
}

fn find(reading: &Reading, text: &str) -> Result<User, WebError> {
    reading
        .rights()
        .people()
        .user(id(text)?)
        .cloned()
        .ok_or(WebError::NotFound)
}

async fn page(member: Member, Path(user): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let user = find(&reading, &user)?;
    show(&member, &reading, StatusCode::OK, &user, Sent::default())
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    user: &User,
    sent: Sent,
) -> WebResult {
    let locked = !may_manage(reading, user);
    let (tone, state) = account_state(user);
    let values = sent.values.unwrap_or_else(|| Values::of(user));
    let errors = member.errors(&sent.errors);
    let fields = html! {
        (hidden_fields(&[("version", &user.version.to_string())]))
        div class="panel" { (account_fields(member, reading, &values, &errors, locked)) }
    };
    let content = html! {
        (crumbs(member, Some(("nav-users", "/settings/users"))))
        (page_header(&user.name, "", html! {}))
        p class="lead" { (status_chip(tone, &member.text(state))) " " span class="muted" { (last_seen(member, user)) } }
        @if locked { (banner(Verdict::Info, html! { (member.text("users-locked")) })) }
        div class="role-columns" {
            @if locked { (fields) } @else {
                (edit_form(EditForm {
                    lang: member.lang,
                    action: &address(user.id),
                    csrf: &member.csrf,
                    errors: &errors,
                    fields,
                    save_label: &member.text("action-save-changes"),
                    cancel_href: "/settings/users",
                    note: &member.text("users-takes-effect"),
                    uploads: false,
                }))
                div {
                    (letters_panel(member, user)?)
                    (password_panel(member, user, sent.password, &sent.password_errors))
                    (access_panel(member, reading, user))
                }
            }
        }
    };
    Ok(member.page_with(status, reading, &user.name, content, ""))
}

pub(super) fn address(user: UserId) -> String {
    format!("/settings/users/{user}")
}

fn last_seen(member: &Member, user: &User) -> Markup {
    html! {
        @match user.last_login_at {
            Some(at) => { (member.text("users-last-login")) ": " (member.clock().recent(at)) },
            None => (member.text("users-never-signed-in")),
        }
    }
}

fn password_panel(
    member: &Member,
    user: &User,
    sent: Option<String>,
    errors: &[FieldError],
) -> Markup {
    let title = member.text("users-password-title");
    if member.signed_in.user.id == user.id {
        let own = button::link(
            &member.text("profile-password-title"),
            "/profile/password",
            Weight::Plain,
            Some(Icon::Key),
        );
        return panel(&title, html! {}, own);
    }
    let errors = member.errors(errors);
    let value = sent.unwrap_or_else(suggestion);
    panel(
        &title,
        html! {},
        html! {
            p class="hint" { (member.text("users-password-about")) }
            form method="post" action=(format!("{}/password", address(user.id))) {
                (csrf_field(&member.csrf))
                (password_field(member, &value, error_of(&errors, "password")))
                div class="actions after" { (button::submit(&member.text("users-password-set"), Weight::Plain)) }
            }
        },
    )
}

/// Locking out, letting in, deleting. Nobody does these to themselves by accident.
fn access_panel(member: &Member, reading: &Reading, user: &User) -> Markup {
    let act = |name: &str| format!("{}/{name}", address(user.id));
    let own = member.signed_in.user.id == user.id;
    let last_owner = user.active
        && user.role == BuiltIn::Owner.id()
        && reading.rights().people().active_owners() <= 1;
    panel(
        &member.text("users-access-title"),
        html! {},
        html! {
            @if last_owner { p class="hint" { (member.text("users-last-owner")) } }
            @else if own { p class="hint" { (member.text("users-own-account")) } }
            @else {
                p class="hint" { (member.text("users-active-hint")) }
                div class="actions after" {
                    @if user.active {
                        (button::post(&member.text("action-disable"), &act("disable"), &member.csrf, Weight::Plain, Some(Icon::Lock)))
                    } @else {
                        (button::post(&member.text("action-enable"), &act("enable"), &member.csrf, Weight::Plain, Some(Icon::Check)))
                    }
                    (button::link(&member.text("users-delete"), &act("delete"), Weight::Danger, None))
                }
            }
            p class="hint after" { (member.text("users-unlock-about")) }
            div class="actions after" {
                (button::post(&member.text("users-unlock"), &act("unlock"), &member.csrf, Weight::Plain, None))
            }
        },
    )
}

async fn save(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let user = find(&reading, &user)?;
    let values = Values::sent(&form);
    let stands = Values::of(&user).json();
    // What was not sent, or was sent as it stands, is no change.
    let changed: Map<String, Json> = values
        .json()
        .into_iter()
        .filter(|(name, value)| form.given(name).is_some() && stands.get(name) != Some(value))
        .collect();
    if changed.is_empty() {
        return Ok(see_other("/settings/users?notice=saved"));
    }
    let expected = form
        .given("version")
        .and_then(|version| version.parse().ok());
    let errors = match member.access.update_user(user.id, changed, expected).await {
        Ok(_) => return Ok(see_other("/settings/users?notice=saved")),
        Err(AccessError::Invalid(errors)) => errors,
        Err(AccessError::Conflict(problem)) => vec![FieldError::new("role", problem)],
        Err(error) => return Err(error.into()),
    };
    let sent = Sent {
        values: Some(values),
        errors,
        ..Sent::default()
    };
    show(&member, &reading, UNPROCESSABLE, &user, sent)
}

async fn disable(member: Member, path: Path<String>) -> WebResult {
    switch(member, path, false).await
}

async fn enable(member: Member, path: Path<String>) -> WebResult {
    switch(member, path, true).await
}

async fn switch(member: Member, Path(user): Path<String>, active: bool) -> WebResult {
    let user: UserId = id(&user)?;
    let json = Map::from_iter([("active".to_owned(), json!(active))]);
    member.access.update_user(user, json, None).await?;
    Ok(see_other(&format!("{}?notice=saved", address(user))))
}

async fn unlock(member: Member, Path(user): Path<String>) -> WebResult {
    let user = find(&member.access.read()?, &user)?;
    member.access.note_unlocked(user.id).await?;
    member.state.throttle.unlock(&user.email);
    Ok(see_other(&format!("{}?notice=saved", address(user.id))))
}

async fn set_password(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let user = find(&reading, &user)?;
    if user.id == member.signed_in.user.id {
        // One's own needs the current one too.
        return Ok(see_other("/profile/password"));
    }
    let password = form.get("password");
    let firm = reading.firm()?.map(|firm| firm.name).unwrap_or_default();
    let error = if password.is_empty() {
        Some(FieldError::new("password", Problem::new("error-required")))
    } else {
        check(password, &[&user.name, &user.email, &firm])
            .err()
            .map(|error| password_error("password", error))
    };
    if let Some(error) = error {
        let sent = Sent {
            password: Some(password.to_owned()),
            password_errors: vec![error],
            ..Sent::default()
        };
        return show(&member, &reading, UNPROCESSABLE, &user, sent);
    }
    let hash = member.state.passwords.hash(password).await;
    member.access.set_password(user.id, hash).await?;
    Ok(see_other(&format!("{}?notice=saved", address(user.id))))
}

async fn delete_page(member: Member, Path(user): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let user = find(&reading, &user)?;
    let question = member.text_with(
        "users-delete-question",
        &[("name", user.name.as_str().into())],
    );
    let content = confirm_page(&Confirm {
        lang: member.lang,
        question: &question,
        consequence: &member.text("users-delete-consequence"),
        action: &format!("{}/delete", address(user.id)),
        csrf: &member.csrf,
        fields: &[],
        act_label: &member.text("users-delete"),
        cancel_href: &address(user.id),
    });
    Ok(member.page(&reading, &question, content))
}

async fn delete(member: Member, Path(user): Path<String>) -> WebResult {
    member.access.delete_user(id(&user)?).await?;
    Ok(see_other("/settings/users?notice=user-deleted"))
}
