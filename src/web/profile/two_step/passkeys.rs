//! Passkeys of one's own: added by the browser, named, removed with the password.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{framed, password_if_stale, refused, remove_form, wrong_if_stale, wrong_password};
use crate::data::{AccessError, FieldError, KnownPasskey, Problem};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::field::Field;
use crate::web::components::form::{FieldError as Shown, error_of, error_summary};
use crate::web::components::passkey::{Asks, PasskeyForm, passkey_form};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::profile::not_stored;
use crate::web::visit::{Member, see_other};

/// Where the page is.
pub(super) const PLACE: &str = "/profile/two-step/passkeys";
const REMOVE: &str = "/profile/two-step/passkeys/remove";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, add),
        Route::post(REMOVE, Need::SignedIn, remove),
    ]
}

async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, "", &[], None)
}

fn show(
    member: &Member,
    status: StatusCode,
    name: &str,
    errors: &[FieldError],
    said: Option<&Problem>,
) -> WebResult {
    let reading = member.access.read()?;
    let steps = reading.second_steps(&member.state.vault.zone())?;
    let errors = member.errors(errors);
    let content = html! {
        @if let Some(said) = said { (banner(Verdict::Warn, html! { (member.say(said)) })) }
        (error_summary(member.lang, &errors))
        @if !steps.passkeys.is_empty() { (list(member, &steps.passkeys, &errors)) }
        section class="panel" {
            p { (member.text("method-passkey-about")) }
            @match member.state.passkeys.as_ref() {
                Err(why) => p class="hint" { (member.text(why.key())) " " (member.text("passkeys-off")) },
                Ok(site) => {
                    @let question = member.access.begin_passkey(site)?;
                    (passkey_form(PasskeyForm {
                        lang: member.lang,
                        csrf: &member.csrf,
                        action: PLACE,
                        asks: Asks::Add,
                        site,
                        question: &question,
                        hidden: &[],
                        fields: html! {
                            (Field::new("name", member.text("passkey-name")).value(name).hint(member.text("passkey-name-hint"))
                                .error(error_of(&errors, "name")).required().text())
                            (password_if_stale(member, error_of(&errors, "current_password")))
                        },
                        submit: &member.text("passkey-add"),
                    }))
                }
            }
        }
    };
    let page = framed(member, &reading, status, "method-passkey", content)?;
    Ok(not_stored(page))
}

fn list(member: &Member, passkeys: &[KnownPasskey], errors: &[Shown]) -> Markup {
    let clock = member.clock();
    let site = member.state.passkeys.as_ref().as_ref().ok();
    html! {
        section class="panel" {
            ul {
                @for key in passkeys {
                    li {
                        bdi { strong { (key.name) } }
                        " " span class="muted small" {
                            (member.text("two-step-app-since")) " " (clock.recent(key.added_at))
                            @if let Some(used) = key.used_at { " · " (member.text("passkey-used")) " " (clock.recent(used)) }
                            @if site.is_none_or(|site| !site.origin().contains(&key.site)) {
                                " · " (member.text_with("passkey-of-site", &[("site", key.site.as_str().into())]))
                            }
                        }
                        @if !member.signed_in.must_set_up {
                            (remove_form(member, "passkey-remove", REMOVE, &[("id", key.id.as_str())], errors))
                        }
                    }
                }
            }
        }
    }
}

async fn add(member: Member, form: Form) -> WebResult {
    let name = form.get("name");
    if let Some(error) = wrong_if_stale(&member, &form).await? {
        return show(&member, UNPROCESSABLE, name, &[error], None);
    }
    let site = match member.state.passkeys.as_ref() {
        Ok(site) => site.clone(),
        Err(why) => {
            let said = Problem::new(why.key());
            return show(&member, UNPROCESSABLE, name, &[], Some(&said));
        }
    };
    match member
        .access
        .add_passkey(&site, name, form.get("answer"))
        .await
    {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=passkey-added"))),
        Err(error) => show_refused(&member, name, error),
    }
}

async fn remove(member: Member, form: Form) -> WebResult {
    if let Some(error) = wrong_password(&member, &form).await? {
        return show(&member, UNPROCESSABLE, "", &[error], None);
    }
    let zone = member.state.vault.zone();
    match member.access.remove_passkey(form.get("id"), zone).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=saved"))),
        Err(error) => show_refused(&member, "", error),
    }
}

fn show_refused(member: &Member, name: &str, error: AccessError) -> WebResult {
    let (errors, said) = refused(error)?;
    show(member, UNPROCESSABLE, name, &errors, said.as_ref())
}
