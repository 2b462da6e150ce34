//! Changing one's own password. The current one is asked for, so that a session left open is not enough.

use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::html;

use crate::auth::Passwords;
use crate::data::{FieldError, NewPassword, PasswordDue, Problem, Reading};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of};
use crate::web::components::navigation::breadcrumbs;
use crate::web::components::sign_in::new_password_fields;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::sign_in::password_error;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/profile/password", Need::SignedIn, page),
        Route::post("/profile/password", Need::SignedIn, change),
    ]
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    Ok(show(&member, &reading, StatusCode::OK, &[]))
}

fn show(member: &Member, reading: &Reading, status: StatusCode, errors: &[FieldError]) -> Response {
    let title = member.text("profile-password-title");
    let errors = member.errors(errors);
    let fields = html! {
        div class="panel" {
            // Lets password managers tell whose password this is.
            input type="hidden" name="username" value=(member.signed_in.user.email) autocomplete="username";
            (Field::new("current_password", member.text("field-current-password")).error(error_of(&errors, "current_password"))
                .autocomplete("current-password").required().autofocus().password())
            (new_password_fields(member.lang, &errors))
        }
    };
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text("profile-title"), "/profile")]))
        (page_header(&title, "", html! {}))
        @if let Some(due) = member.signed_in.password_due {
            (banner(Verdict::Warn, html! { (member.text(match due {
                PasswordDue::ChosenByOther => "password-due-first",
                PasswordDue::Expired => "password-due-old",
                PasswordDue::TooShort => "password-due-short",
            })) }))
        }
        (edit_form(EditForm {
            lang: member.lang,
            action: "/profile/password",
            csrf: &member.csrf,
            errors: &errors,
            fields,
            save_label: &title,
            cancel_href: "/profile",
            note: &member.text("profile-password-hint"),
            uploads: false,
        }))
    };
    member.page_with(status, reading, &title, content, "")
}

async fn change(member: Member, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let (email, address) = (member.signed_in.user.email.as_str(), member.client.address);
    if let Err(wait) = member.state.throttle.check(email, address) {
        return Ok(wait_page(&member, &reading, wait.0.max(1)));
    }
    let (current, new) = (form.get("current_password"), form.get("password"));
    let mut errors = Vec::new();
    if current.is_empty() {
        errors.push(FieldError::new(
            "current_password",
            Problem::new("error-required"),
        ));
    }
    let firm = reading.firm()?.map(|firm| firm.name).unwrap_or_default();
    let vault = &member.state.vault;
    let personal = [member.signed_in.user.name.as_str(), email, &firm];
    if let Err(error) = Passwords::check_new(
        new,
        &personal,
        vault.least_password_of(member.signed_in.user.id)?,
    ) {
        errors.push(password_error("password", error));
    }
    if new != form.get("password_again") {
        errors.push(FieldError::new(
            "password_again",
            Problem::new("error-password-again"),
        ));
    }
    if !errors.is_empty() {
        return Ok(show(&member, &reading, UNPROCESSABLE, &errors));
    }
    let credential = member.state.vault.credential(email)?;
    if member
        .state
        .passwords
        .verify(credential, current)
        .await
        .is_none()
    {
        member.state.throttle.failed(email, address);
        let error = FieldError::new("current_password", Problem::new("error-password-current"));
        return Ok(show(&member, &reading, UNPROCESSABLE, &[error]));
    }
    member.state.throttle.succeeded(email, address);
    let used = vault.passwords_not_to_reuse(member.signed_in.user.id)?;
    if member.state.passwords.is_one_of(used, new).await {
        let error = FieldError::new("password", Problem::new("error-password-used"));
        return Ok(show(&member, &reading, UNPROCESSABLE, &[error]));
    }
    let hash = member.state.passwords.hash(new).await;
    let user = member.access.actor().user().ok_or(WebError::SignedOut)?;
    let short = Passwords::is_shorter(new, vault.least_password()?);
    let new = NewPassword { hash, short };
    member.access.set_password(user, new).await?;
    Ok(see_other("/profile?notice=password-changed"))
}

/// Whoever guesses at the current password waits as at sign-in.
fn wait_page(member: &Member, reading: &Reading, seconds: u64) -> Response {
    let content = crate::web::components::problem::throttled(member.lang, seconds);
    let title = member.text("error-throttled-title");
    let mut response =
        member.page_with(StatusCode::TOO_MANY_REQUESTS, reading, &title, content, "");
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}
