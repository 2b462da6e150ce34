//! One account: its form, and what can be done to it.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::effects::{Review, effects_panel, fragment, review_note};
use super::hand_over::{check, password_field, suggestion};
use super::letters::letters_panel;
use super::places::places_panel;
use super::records_of::{colleagues, give_all, given, owned, records_panel};
use super::second_step_of::second_step_panel;
use super::users::{Values, account_fields, account_state, may_manage};
use super::{USERS, crumbs, id};
use crate::data::{AccessError, BuiltIn, FieldError, Problem, Reading, User, UserId};
use crate::i18n::format::integer;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::status_chip;
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, csrf_field, error_of, hidden_fields, reviewed_form};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::pictures::{self, avatar_of, photo_address, picture_form};
use crate::web::sign_in::password_error;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    let act = |name: &str| format!("/settings/users/{{id}}/{name}");
    vec![
        Route::get("/settings/users/{id}", USERS, page),
        Route::post("/settings/users/{id}", USERS, save),
        Route::post(act("preview"), USERS, preview),
        Route::post(act("photo"), USERS, photo),
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
    photo_error: Option<Problem>,
    review: Option<Review>,
    /// The version that the form was made from, where it comes back.
    version: Option<u64>,
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
        (hidden_fields(&[("version", &sent.version.unwrap_or(user.version).to_string())]))
        div class="panel" { (account_fields(member, reading, &values, &errors, locked)) }
    };
    let content = html! {
        (crumbs(member, Some(("nav-users", "/settings/users"))))
        (page_header(&user.name, "", html! {}))
        p class="lead" { (avatar_of(user)) " " (status_chip(tone, &member.text(state))) " " span class="muted" { (last_seen(member, user)) } }
        @if locked { (banner(Verdict::Info, html! { (member.text("users-locked")) })) }
        @if sent.review.is_some() { (review_note(member)) }
        div class="role-columns" {
            @if locked { (fields) } @else {
                (reviewed_form(EditForm {
                    lang: member.lang,
                    action: &address(user.id),
                    csrf: &member.csrf,
                    errors: &errors,
                    fields,
                    save_label: &member.text("action-save-changes"),
                    cancel_href: "/settings/users",
                    note: &member.text("users-takes-effect"),
                    uploads: false,
                }, &format!("{}/preview", address(user.id))))
                div {
                    (letters_panel(member, user)?)
                    (effects_panel(member, sent.review.as_ref()))
                    (records_panel(member, reading, user))
                    (photo_panel(member, user, sent.photo_error.as_ref()))
                    (second_step_panel(member, user))
                    (password_panel(member, user, sent.password, &sent.password_errors))
                    @if reading.rights().admin(crate::data::AdminRight::Security) {
                        (places_panel(member, &address(user.id), user.rules.is_open()))
                    }
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

fn photo_panel(member: &Member, user: &User, error: Option<&Problem>) -> Markup {
    let error = error.map(|problem| member.say(problem));
    let action = format!("{}/photo", address(user.id));
    let now = photo_address(user);
    panel(
        &member.text("picture-title"),
        html! {},
        picture_form(member, &action, now.as_deref(), error.as_deref()),
    )
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
                        form method="post" action=(act("disable")) {
                            (csrf_field(&member.csrf))
                            @let count: u64 = owned(member, reading, user.id).iter().map(|(_, count)| count).sum();
                            @if count > 0 {
                                (Field::new("to", member.text_with("users-records-go-to", &[("count", count.into())])).hint(member.text("users-hand-over-hint")).select(&takers(member, reading, user)))
                            }
                            div class="actions after" {
                                (button::submit(&member.text("action-disable"), Weight::Plain))
                            }
                        }
                    } @else {
                        (button::post(&member.text("action-enable"), &act("enable"), &member.csrf, Weight::Plain, Some(Icon::Check)))
                    }
                    (button::link(&member.text("users-delete"), &act("delete"), Weight::Danger, None))
                }
            }
            div class="actions after" {
                (button::link(&member.text("profile-sessions-title"), &act("sessions"), Weight::Plain, None))
            }
            p class="hint after" { (member.text("users-unlock-about")) }
            div class="actions after" {
                (button::post(&member.text("users-unlock"), &act("unlock"), &member.csrf, Weight::Plain, None))
            }
        },
    )
}

/// Who may take the records of somebody who goes; at first nobody does, so that disabling an account stays a small act.
fn takers<'a>(member: &Member, reading: &'a Reading, user: &User) -> Vec<Choice<'a>> {
    let mut takers = vec![Choice::new("", member.text("users-records-stay"))];
    takers.extend(
        colleagues(reading, user.id)
            .map(|other| Choice::new(other.id.to_string(), other.name.as_str())),
    );
    takers
}

async fn photo(member: Member, Path(user): Path<String>, request: Request) -> WebResult {
    let user = find(&member.access.read()?, &user)?;
    let picture = match pictures::receive(request).await? {
        pictures::Sent::Picture(picture) => Some(picture),
        pictures::Sent::Remove => None,
        pictures::Sent::Refused(problem) => {
            let sent = Sent {
                photo_error: Some(problem.problem()),
                ..Sent::default()
            };
            return show(&member, &member.access.read()?, UNPROCESSABLE, &user, sent);
        }
    };
    member.access.set_photo(user.id, picture).await?;
    Ok(see_other(&format!("{}?notice=saved", address(user.id))))
}

/// What the form would change, as the guard takes it: what was not sent, or was sent as it stands, is no change.
fn changed(user: &User, form: &Form) -> Map<String, Json> {
    let stands = Values::of(user).json();
    Values::sent(form)
        .json()
        .into_iter()
        .filter(|(name, value)| form.given(name).is_some() && stands.get(name) != Some(value))
        .collect()
}

fn sent_version(form: &Form) -> Option<u64> {
    form.given("version")
        .and_then(|version| version.parse().ok())
}

/// What the form would change for this person and the others of their team. Changes nothing.
async fn preview(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let user = find(&reading, &user)?;
    let effects = reading.preview_user(user.id, &changed(&user, &form));
    if member.partial {
        return fragment(&member, effects);
    }
    let mut sent = Sent {
        values: Some(Values::sent(&form)),
        version: sent_version(&form),
        ..Sent::default()
    };
    let status = match effects {
        Ok(effects) => {
            sent.review = Some(Review::of(&member, &effects));
            StatusCode::OK
        }
        Err(AccessError::Invalid(errors)) => {
            sent.errors = errors;
            UNPROCESSABLE
        }
        Err(AccessError::Conflict(problem)) => {
            sent.errors = vec![FieldError::new("role", problem)];
            UNPROCESSABLE
        }
        Err(error) => return Err(error.into()),
    };
    show(&member, &reading, status, &user, sent)
}

async fn save(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let values = Values::sent(&form);
    let expected = sent_version(&form);
    let (user, changed) = {
        let reading = member.access.read()?;
        let user = find(&reading, &user)?;
        let changed = changed(&user, &form);
        if changed.is_empty() {
            return Ok(see_other("/settings/users?notice=saved"));
        }
        if let Ok(effects) = reading.preview_user(user.id, &changed) {
            let review = Review::of(&member, &effects);
            if review.is_due(&form) {
                let sent = Sent {
                    values: Some(values),
                    review: Some(review),
                    version: expected,
                    ..Sent::default()
                };
                return show(&member, &reading, StatusCode::OK, &user, sent);
            }
        }
        (user, changed)
    };
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
    show(&member, &member.access.read()?, UNPROCESSABLE, &user, sent)
}

/// Locks somebody out at once; their records go to a colleague where one is named (`to`), as an operation.
async fn disable(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let from: UserId = id(&user)?;
    let going = match form.get("to") {
        "" => None,
        to => {
            let parties = (from, id(to)?);
            // Asked first: whoever cannot give the records has not locked anybody out by trying.
            member.state.operations.room_for(&member.access)?;
            Some((parties, given(&member, parties)?))
        }
    };
    let done = switch(&member, &user, false).await?;
    match going {
        // Locked out first, so that no new records come while the others go.
        Some((parties, given)) => Ok(see_other(&match give_all(&member, parties, given).await {
            Ok(place) => place,
            Err(error) => {
                tracing::warn!(?error, "records stay with a disabled account");
                format!("{}?notice=disabled-records-stay:0:1", address(from))
            }
        })),
        None => Ok(done),
    }
}

async fn enable(member: Member, Path(user): Path<String>) -> WebResult {
    switch(&member, &user, true).await
}

async fn switch(member: &Member, user: &str, active: bool) -> WebResult {
    let user: UserId = id(user)?;
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
    let (user, firm) = {
        let reading = member.access.read()?;
        let firm = reading.firm()?.map(|firm| firm.name).unwrap_or_default();
        (find(&reading, &user)?, firm)
    };
    if user.id == member.signed_in.user.id {
        // One's own needs the current one too.
        return Ok(see_other("/profile/password"));
    }
    let password = form.get("password");
    let error = if password.is_empty() {
        Some(FieldError::new("password", Problem::new("error-required")))
    } else {
        let least = member.state.vault.least_password()?;
        check(password, &[&user.name, &user.email, &firm], least)
            .err()
            .map(|error| password_error("password", error))
    };
    if let Some(error) = error {
        let sent = Sent {
            password: Some(password.to_owned()),
            password_errors: vec![error],
            ..Sent::default()
        };
        return show(&member, &member.access.read()?, UNPROCESSABLE, &user, sent);
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
    let count: u64 = owned(&member, &reading, user.id)
        .iter()
        .map(|(_, count)| count)
        .sum();
    if count > 0 {
        return Ok(records_first(&member, &reading, &user, &question, count));
    }
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

/// An account that owns records stays until they are somebody else's: says how many, and gives them away.
fn records_first(
    member: &Member,
    reading: &Reading,
    user: &User,
    question: &str,
    count: u64,
) -> axum::response::Response {
    let number = integer(member.lang, i64::try_from(count).unwrap_or(i64::MAX));
    let words = member.text_with("users-delete-owns", &[("count", number.into())]);
    let content = html! {
        (crumbs(member, Some(("nav-users", "/settings/users"))))
        (page_header(question, "", html! {}))
        (banner(Verdict::Warn, html! { p { (words) } }))
        (records_panel(member, reading, user))
        div class="actions after" {
            (button::link(&member.text("action-cancel"), &address(user.id), Weight::Plain, None))
        }
    };
    member.page(reading, question, content)
}

async fn delete(member: Member, Path(user): Path<String>) -> WebResult {
    member.access.delete_user(id(&user)?).await?;
    Ok(see_other("/settings/users?notice=user-deleted"))
}
