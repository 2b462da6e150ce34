//! Codes to a phone: the number, and the code that shows it is one's own.

use axum::http::StatusCode;
use maud::html;

use super::{framed, password_if_stale, refused, remove_form, wrong_if_stale, wrong_password};
use crate::data::{AccessError, FieldError, Problem};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of, error_summary};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::visit::{Member, see_other};

/// Where the page is.
pub(super) const PLACE: &str = "/profile/two-step/phone";
const CONFIRM: &str = "/profile/two-step/phone/confirm";
const REMOVE: &str = "/profile/two-step/phone/remove";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, ask),
        Route::post(CONFIRM, Need::SignedIn, confirm),
        Route::post(REMOVE, Need::SignedIn, remove),
    ]
}

async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, "", &[], None)
}

fn show(
    member: &Member,
    status: StatusCode,
    typed: &str,
    errors: &[FieldError],
    said: Option<&Problem>,
) -> WebResult {
    let reading = member.access.read()?;
    let steps = reading.second_steps(&member.state.vault.zone())?;
    let errors = member.errors(errors);
    let number = |key: &str, phone: &str| member.text_with(key, &[("phone", phone.into())]);
    let off = match (member.state.sms.is_on(), steps.sms_allowed) {
        (_, false) => Some("two-step-sms-forbidden"),
        (false, true) => Some("sms-off"),
        (true, true) => None,
    };
    let content = html! {
        @if let Some(said) = said { (banner(Verdict::Warn, html! { (member.say(said)) })) }
        (error_summary(member.lang, &errors))
        @if let Some(new) = steps.new_phone.as_deref().filter(|_| off.is_none()) {
            section class="panel" {
                p { (number("phone-code-lead", new)) }
                form method="post" action=(CONFIRM) novalidate {
                    (csrf_field(&member.csrf))
                    (Field::new("code", member.text("code-field")).error(error_of(&errors, "code"))
                        .autocomplete("one-time-code").required().number())
                    div class="actions after" { (button::submit(&member.text("phone-confirm"), Weight::Primary)) }
                }
            }
        }
        section class="panel" {
            p { (member.text("method-sms-about")) }
            @if let Some(phone) = &steps.phone { p { (number("phone-now", phone)) } }
            @if let Some(off) = off {
                p class="hint" { (member.text(off)) }
            } @else {
                form method="post" action=(PLACE) novalidate {
                    (csrf_field(&member.csrf))
                    (Field::new("phone", member.text("phone-field")).value(typed).hint(member.text("phone-hint"))
                        .error(error_of(&errors, "phone")).autocomplete("tel").required().text())
                    (password_if_stale(member, error_of(&errors, "current_password")))
                    @let weight = if steps.new_phone.is_some() { Weight::Plain } else { Weight::Primary };
                    div class="actions after" { (button::submit(&member.text("code-send"), weight)) }
                }
            }
            @if steps.phone.is_some() && !member.signed_in.must_set_up {
                (remove_form(member, "phone-remove", REMOVE, &[], &errors))
            }
        }
    };
    framed(member, &reading, status, "method-sms", content)
}

async fn ask(member: Member, form: Form) -> WebResult {
    let typed = form.get("phone");
    let say = |problem: &Problem| show(&member, UNPROCESSABLE, typed, &[], Some(problem));
    if !member.state.sms.is_on() {
        return say(&Problem::new("sms-off"));
    }
    if let Some(error) = wrong_if_stale(&member, &form).await? {
        return show(&member, UNPROCESSABLE, typed, &[error], None);
    }
    let message = match member.access.begin_phone(typed).await {
        Ok(message) => message,
        Err(error) => return show_refused(&member, typed, error),
    };
    let firm = member
        .state
        .vault
        .firm()?
        .map_or_else(String::new, |firm| firm.name);
    match member.state.sms.send(&message, &firm, member.lang).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=text-sent"))),
        Err(_) => say(&Problem::new("sms-failed")),
    }
}

async fn confirm(member: Member, form: Form) -> WebResult {
    match member.access.add_phone(form.get("code")).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=phone-added"))),
        Err(error) => show_refused(&member, "", error),
    }
}

async fn remove(member: Member, form: Form) -> WebResult {
    if let Some(error) = wrong_password(&member, &form).await? {
        return show(&member, UNPROCESSABLE, "", &[error], None);
    }
    match member.access.remove_phone(member.state.vault.zone()).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=saved"))),
        Err(error) => show_refused(&member, "", error),
    }
}

fn show_refused(member: &Member, typed: &str, error: AccessError) -> WebResult {
    let (errors, said) = refused(error)?;
    show(member, UNPROCESSABLE, typed, &errors, said.as_ref())
}
