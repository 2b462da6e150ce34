//! One's own second step: whether it is asked for, and the ways to take it.

mod app;
mod passkeys;
mod phone;
mod recovery_codes;

use axum::http::StatusCode;
use jiff::SignedDuration;
use maud::{Markup, html};

use crate::data::{AccessError, FieldError, Problem, Reading, SecondSteps};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::field::Field;
use crate::web::components::form::{
    FieldError as Shown, csrf_field, error_of, error_summary, hidden_fields,
};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/profile/two-step";
/// A way may be added without the password for so long after signing in.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, switch),
        Route::post("/profile/two-step/devices/forget", Need::SignedIn, forget),
    ];
    routes.extend(app::routes());
    routes.extend(passkeys::routes());
    routes.extend(phone::routes());
    routes.extend(recovery_codes::routes());
    routes
}

/// The panel of the profile.
pub(super) fn panel_of(member: &Member, reading: &Reading) -> Result<Markup, WebError> {
    let steps = reading.second_steps(&member.state.vault.zone())?;
    let content = html! {
        (switch_form(member, &steps, &[]))
        div class="actions after" {
            (button::link(&member.text("two-step-ways"), PLACE, Weight::Plain, None))
        }
    };
    Ok(panel(&member.text("two-step-title"), html! {}, content))
}

/// The box, with the password where it is to be taken out.
fn switch_form(member: &Member, steps: &SecondSteps, errors: &[FieldError]) -> Markup {
    let errors = member.errors(errors);
    let on = member.signed_in.user.two_step;
    html! {
        @if steps.required {
            p { (status_chip(Tone::Good, &member.text("two-step-on"))) " " (member.text("two-step-required")) }
        } @else {
            form method="post" action=(PLACE) novalidate {
                (csrf_field(&member.csrf))
                (error_summary(member.lang, &errors))
                div class="field check" {
                    label {
                        input type="checkbox" id="f-two-step" name="two_step" value="true" checked[on] aria-describedby="two-step-hint";
                        (member.text("two-step-box"))
                    }
                    p class="hint" id="two-step-hint" { (member.text("two-step-hint")) }
                }
                @if on { (password_field(member, error_of(&errors, "current_password"), "two-step-off-password")) }
                div class="actions after" { (button::submit(&member.text("action-save-changes"), Weight::Plain)) }
            }
            @if let Some(from) = steps.required_from {
                p class="hint" { (member.text_with("two-step-required-from", &[("date", from.to_string().as_str().into())])) }
            }
        }
    }
}

fn password_field(member: &Member, error: Option<&str>, hint: &str) -> Markup {
    Field::new("current_password", member.text("field-current-password"))
        .hint(member.text(hint))
        .error(error)
        .autocomplete("current-password")
        .password()
}

/// The form that removes a way, which takes the password. `label` is the key of what it is called.
fn remove_form(
    member: &Member,
    label: &str,
    action: &str,
    hidden: &[(&str, &str)],
    errors: &[Shown],
) -> Markup {
    let label = member.text(label);
    html! {
        details {
            summary { (label) }
            form method="post" action=(action) novalidate {
                (csrf_field(&member.csrf))
                (hidden_fields(hidden))
                (password_field(member, error_of(errors, "current_password"), "two-step-off-password"))
                div class="actions after" { (button::submit(&label, Weight::Danger)) }
            }
        }
    }
}

/// What a page says of an act that was refused: errors of fields, or what stands above them.
fn refused(error: AccessError) -> Result<(Vec<FieldError>, Option<Problem>), WebError> {
    match error {
        AccessError::Invalid(errors) => Ok((errors, None)),
        AccessError::Conflict(problem) => Ok((Vec::new(), Some(problem))),
        error => Err(error.into()),
    }
}

/// Whether adding a way takes the password: the sign-in is not of just now.
fn is_stale(member: &Member) -> bool {
    crate::clock::now().duration_since(member.signed_in.session.created_at) > FRESH
}

/// The field where it takes the password.
fn password_if_stale(member: &Member, error: Option<&str>) -> Markup {
    html! { @if is_stale(member) { (password_field(member, error, "two-step-stale")) } }
}

/// Checks the password where it is asked for. Whoever guesses at it waits as at sign-in.
async fn wrong_if_stale(member: &Member, form: &Form) -> Result<Option<FieldError>, WebError> {
    if is_stale(member) {
        wrong_password(member, form).await
    } else {
        Ok(None)
    }
}

/// What is wrong with the password that was sent along.
pub(crate) async fn wrong_password(
    member: &Member,
    form: &Form,
) -> Result<Option<FieldError>, WebError> {
    let given = form.get("current_password");
    let wrong = |key| Some(FieldError::new("current_password", Problem::new(key)));
    if given.is_empty() {
        return Ok(wrong("error-required"));
    }
    let (email, address) = (&member.signed_in.user.email, member.client.address);
    let throttle = &member.state.throttle;
    throttle
        .check(email, address)
        .map_err(|wait| WebError::Throttled(wait.0.max(1)))?;
    let credential = member.state.vault.credential(email)?;
    if member
        .state
        .passwords
        .verify(credential, given)
        .await
        .is_none()
    {
        throttle.failed(email, address);
        return Ok(wrong("error-password-current"));
    }
    throttle.succeeded(email, address);
    Ok(None)
}

async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, &[], None)
}

fn show(
    member: &Member,
    status: StatusCode,
    errors: &[FieldError],
    said: Option<&Problem>,
) -> WebResult {
    let reading = member.access.read()?;
    let steps = reading.second_steps(&member.state.vault.zone())?;
    let must = member.signed_in.must_set_up;
    let content = html! {
        @if let Some(said) = said { (banner(Verdict::Warn, html! { (member.say(said)) })) }
        @if must {
            (banner(Verdict::Warn, html! { (member.text("two-step-must")) }))
        } @else {
            (panel(&member.text("two-step-title"), html! {}, switch_form(member, &steps, errors)))
        }
        (passkeys_panel(member, &steps))
        (app_panel(member, &steps, errors))
        (phone_panel(member, &steps))
        (email_panel(member, &steps))
        @if !must { (recovery_panel(member, &steps)) (devices_panel(member, &reading)?) }
        @if must { (button::post(&member.text("nav-sign-out"), "/logout", &member.csrf, Weight::Quiet, None)) }
    };
    framed(member, &reading, status, "two-step-title", content)
}

fn framed(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    title: &str,
    content: Markup,
) -> WebResult {
    let title = member.text(title);
    let (profile, own) = (member.text("profile-title"), member.text("two-step-title"));
    let mut above = vec![(profile.as_str(), "/profile")];
    if title != own {
        above.push((own.as_str(), PLACE));
    }
    let content = html! {
        @if !member.signed_in.must_set_up { (breadcrumbs(member.lang, &above)) }
        (page_header(&title, "", html! {}))
        (content)
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

fn app_panel(member: &Member, steps: &SecondSteps, errors: &[FieldError]) -> Markup {
    let errors = member.errors(errors);
    let (state, act) = match steps.app {
        Some(_) => (
            status_chip(Tone::Good, &member.text("two-step-on")),
            "two-step-app-replace",
        ),
        None => (html! {}, "two-step-app-add"),
    };
    let content = html! {
        p { (member.text("method-app-about")) }
        @if let Some(since) = steps.app { p class="hint" { (member.text("two-step-app-since")) " " (member.clock().recent(since)) } }
        div class="actions after" { (button::link(&member.text(act), app::PLACE, Weight::Plain, None)) }
        @if steps.app.is_some() && !member.signed_in.must_set_up {
            (remove_form(member, "two-step-app-remove", app::REMOVE, &[], &errors))
        }
    };
    panel(&member.text("method-app"), state, content)
}

fn passkeys_panel(member: &Member, steps: &SecondSteps) -> Markup {
    let count = steps.passkeys.len();
    let state = match count {
        0 => html! {},
        _ => status_chip(Tone::Good, &member.text("method-set-up")),
    };
    let off = member.state.passkeys.as_ref().as_ref().err();
    let act = if count > 0 {
        "passkeys-manage"
    } else {
        "passkey-add"
    };
    let content = html! {
        p { (member.text("method-passkey-about")) }
        @if let Some(off) = off { p class="hint" { (member.text(off.key())) " " (member.text("passkeys-off")) } }
        @if off.is_none() || count > 0 {
            div class="actions after" { (button::link(&member.text(act), passkeys::PLACE, Weight::Plain, None)) }
        }
    };
    panel(&member.text("method-passkey"), state, content)
}

/// Where there is no gateway, nothing is said of codes to phones.
fn phone_panel(member: &Member, steps: &SecondSteps) -> Markup {
    if !member.state.sms.is_on() && steps.phone.is_none() {
        return html! {};
    }
    let state = if steps.phone.is_some() {
        status_chip(Tone::Good, &member.text("method-set-up"))
    } else {
        html! {}
    };
    let act = if steps.phone.is_some() {
        "phone-change"
    } else {
        "phone-add"
    };
    let content = html! {
        p { (member.text("method-sms-about")) }
        @if let Some(phone) = &steps.phone { p class="hint" { (member.text_with("phone-now", &[("phone", phone.as_str().into())])) } }
        @if !steps.sms_allowed { p class="hint" { (member.text("two-step-sms-forbidden")) } }
        @if steps.sms_allowed || steps.phone.is_some() {
            div class="actions after" { (button::link(&member.text(act), phone::PLACE, Weight::Plain, None)) }
        }
    };
    panel(&member.text("method-sms"), state, content)
}

fn email_panel(member: &Member, steps: &SecondSteps) -> Markup {
    let confirmed = status_chip(Tone::Good, &member.text("email-confirmed"));
    let state = if steps.email {
        confirmed
    } else {
        html! {}
    };
    let content = html! {
        p { (member.text("method-email-about")) }
        @if !steps.email_allowed {
            p class="hint" { (member.text("two-step-email-forbidden")) }
        } @else if !steps.email {
            div class="actions after" { (button::link(&member.text("confirm-title"), "/profile/email/confirm", Weight::Plain, None)) }
        }
    };
    panel(&member.text("method-email"), state, content)
}

fn recovery_panel(member: &Member, steps: &SecondSteps) -> Markup {
    let left = i64::try_from(steps.recovery).unwrap_or(i64::MAX);
    let content = html! {
        p { (member.text("method-recovery-about")) }
        p class="hint" { (member.text_with("recovery-left", &[("count", left.into())])) }
        div class="actions after" { (button::link(&member.text("recovery-title"), recovery_codes::PLACE, Weight::Plain, None)) }
    };
    panel(&member.text("method-recovery"), html! {}, content)
}

fn devices_panel(member: &Member, reading: &Reading) -> Result<Markup, WebError> {
    let (devices, clock) = (reading.trusted_devices()?, member.clock());
    Ok(html! {
        @if !devices.is_empty() {
            (panel(&member.text("two-step-devices"), html! {}, html! {
                ul {
                    @for device in &devices {
                        li { bdi { (device.agent) } " " span class="muted small" { (member.text("two-step-device-until")) " " (clock.day(device.until)) } }
                    }
                }
                (button::post(&member.text("two-step-devices-forget"), "/profile/two-step/devices/forget", &member.csrf, Weight::Plain, None))
            }))
        }
    })
}

async fn switch(member: Member, form: Form) -> WebResult {
    let (on, wanted) = (member.signed_in.user.two_step, form.ticked("two_step"));
    let steps = member
        .access
        .read()?
        .second_steps(&member.state.vault.zone())?;
    let other = steps.app.is_some() || steps.phone.is_some() || !steps.passkeys.is_empty();
    if let (true, Some(off), false) = (!on && wanted, member.state.mail.off()?, other) {
        // Nobody turns on a step whose codes could not be sent.
        return show(&member, UNPROCESSABLE, &[], Some(&Problem::new(off.key())));
    }
    let done = match (on, wanted) {
        (false, true) => member.access.turn_on_two_step().await,
        (true, false) => {
            if let Some(error) = wrong_password(&member, &form).await? {
                return show(&member, UNPROCESSABLE, &[error], None);
            }
            let zone = member.state.vault.zone();
            member.access.turn_off_two_step(zone).await
        }
        _ => Ok(()),
    };
    match done {
        Ok(()) => Ok(see_other("/profile/two-step?notice=saved")),
        Err(AccessError::Conflict(problem)) => show(&member, UNPROCESSABLE, &[], Some(&problem)),
        Err(error) => Err(error.into()),
    }
}

async fn forget(member: Member) -> WebResult {
    member.access.forget_trusted_devices().await?;
    Ok(see_other("/profile/two-step?notice=saved"))
}
