//! A password asked for again before acts that are worth a stolen session: roles, rules of sign-in, other people's
//! accounts, tokens, HTTPS, taking records out or away for good. Good for some minutes; what was typed into the form goes on unharmed.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use maud::{Markup, html};

use super::components::button::{self, Weight};
use super::components::field::Field;
use super::components::form::{csrf_field, error_of, error_summary};
use super::error::{WebError, WebResult};
use super::form::{Form, LARGEST_FORM};
use super::gate::safe_next;
use super::need::{Need, Route};
use super::visit::{Member, Visit, see_other};
use crate::data::{FieldError, Problem};
use crate::tls::LARGEST_UPLOAD;

/// The field of the password, in a form that is sent on.
const FIELD: &str = "confirm_password";
const CONFIRM: &str = "/profile/confirm";

/// A form with files: they are not passed through the page that asks, one goes back and sends them again.
const UPLOAD: &str = "/settings/domain/certificate";

/// Forms with passwords of other places: those are not passed through the page that asks.
const SET_UP: [&str; 2] = [
    "/settings/backups/targets/new",
    "/settings/backups/targets/edit",
];
/// Their fields that nobody is shown again.
const SECRETS: [&str; 4] = ["access_key", "secret_key", "password", "private_key"];
/// Names those that were entered and not passed on.
const LOST: &str = "lost";

/// Acts that want a fresh password.
const ACTS: &[&str] = &[
    "/settings/backups/forget-host-key",
    "/settings/backups/key/show",
    "/settings/backups/key/kept",
    "/settings/backups/plan",
    "/settings/backups/key/file",
    "/settings/backups/recipients",
    SET_UP[0],
    SET_UP[1],
    "/settings/backups/targets/remove",
    "/settings/backups/{name}/download",
    "/settings/backups/{name}/delete",
    "/settings/backups/{name}/restore",
    "/settings/roles",
    "/settings/roles/new",
    "/settings/roles/{id}",
    "/settings/roles/{id}/delete",
    "/settings/roles/{id}/places",
    "/settings/domain",
    UPLOAD,
    "/settings/domain/certificate/remove",
    "/settings/security",
    "/settings/users/new",
    "/settings/users/{id}",
    "/settings/users/{id}/password",
    "/settings/users/{id}/places",
    "/settings/users/{id}/delete",
    "/settings/undo",
    "/profile/tokens",
    "/profile/copy",
    "/trash/purge",
];

/// Whether a route wants a fresh password.
pub(super) fn wanted_by(method: &Method, path: &str) -> bool {
    match *method {
        Method::POST => ACTS.contains(&path),
        Method::GET => path.ends_with("/export"),
        _ => false,
    }
}

/// The routes of the step itself.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::post(CONFIRM, Need::SignedIn, confirm)]
}

/// An act that waits for the password.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    /// What was sent; nothing for a page or a file.
    fields: Option<Vec<(String, String)>>,
    /// Why the password that was given is not taken.
    why: Option<&'static str>,
}

/// Lets an act pass that was confirmed lately, or is confirmed by the password it brings.
pub(super) async fn check(visit: &Visit, request: Request) -> Result<Request, WebError> {
    let signed_in = visit.signed_in.as_ref().ok_or(WebError::SignedOut)?;
    if signed_in.is_fresh {
        return Ok(request);
    }
    if request.method() == Method::GET {
        // A few records by their ids are no mass of them.
        if visit.parameters().given("id").is_some() {
            return Ok(request);
        }
        return Err(WebError::Unconfirmed(Waiting::default()));
    }
    if request.uri().path() == UPLOAD {
        // Taken off the line, or the browser sees a broken connection in place of the question.
        let _ = axum::body::to_bytes(request.into_body(), LARGEST_UPLOAD).await;
        return Err(WebError::Unconfirmed(Waiting::default()));
    }
    let (mut parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST_FORM)
        .await
        .map_err(|_| WebError::TooLarge)?;
    let mut form = Form(form_urlencoded::parse(&bytes).into_owned().collect());
    let password = form.given(FIELD).map(str::to_owned);
    form.0.retain(|(name, _)| name != FIELD);
    let sets_up = SET_UP.contains(&parts.uri.path());
    let refused = match password {
        None => Some(None),
        Some(password) => right(visit, &password).await?.err().map(Some),
    };
    if let Some(why) = refused {
        if sets_up {
            without_secrets(&mut form);
        }
        let waiting = Waiting {
            fields: Some(form.0),
            why,
        };
        return Err(WebError::Unconfirmed(waiting));
    }
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form.0)
        .finish();
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Request::from_parts(parts, Body::from(rest)))
}

/// Leaves the secrets out, and says which there were.
fn without_secrets(form: &mut Form) {
    for (name, value) in &mut form.0 {
        if SECRETS.contains(&name.as_str()) && !value.is_empty() {
            *value = std::mem::replace(name, LOST.to_owned());
        }
    }
}

/// Fields of a form that were entered and are not in it, since a password was asked for in between.
pub(super) fn lost(form: &Form) -> impl Iterator<Item = &str> {
    form.all(LOST)
}

/// A field for the password in a form that wants a fresh one; nothing where it is fresh, or has just been confirmed by
/// that very form.
pub(super) fn field(member: &Member, status: StatusCode) -> Markup {
    let lasts = member
        .access
        .read()
        .is_ok_and(|reading| reading.rights().people().policy().fresh_minutes > 0);
    html! {
        @if !member.signed_in.is_fresh && (status == StatusCode::OK || !lasts) {
            div class="panel" {
                (Field::new(FIELD, member.text("fresh-own-password")).hint(member.text("fresh-lead"))
                    .autocomplete("current-password").required().password())
            }
        }
    }
}

/// Checks the password under the throttle of sign-in, and keeps that the session was confirmed.
async fn right(visit: &Visit, password: &str) -> Result<Result<(), &'static str>, WebError> {
    let (Some(signed_in), Some(secret)) = (&visit.signed_in, &visit.secret) else {
        return Err(WebError::SignedOut);
    };
    let (email, address) = (signed_in.user.email.as_str(), visit.client.address);
    let state = &visit.state;
    state
        .throttle
        .check(email, address)
        .map_err(|wait| WebError::Throttled(wait.0))?;
    let credential = state.vault.credential(email)?;
    let Some(verified) = state.passwords.verify(credential, password).await else {
        state.throttle.failed(email, address);
        return Ok(Err("error-password-current"));
    };
    state.throttle.succeeded(email, address);
    state.vault.confirm_session(secret, &verified).await?;
    Ok(Ok(()))
}

/// Confirms the session and goes on to where the password was asked for.
async fn confirm(member: Member, form: Form) -> WebResult {
    let next = safe_next(form.get("next")).to_owned();
    match right(&member, form.get(FIELD)).await? {
        Ok(()) => Ok(see_other(&next)),
        Err(why) => {
            let waiting = Waiting {
                fields: None,
                why: Some(why),
            };
            let visit = Visit {
                address: next,
                ..member.visit.clone()
            };
            let (title, content) = page(&visit, &waiting);
            let reading = member.access.read()?;
            Ok(member.page_with(StatusCode::FORBIDDEN, &reading, &title, content, ""))
        }
    }
}

/// The page that asks, with all that was sent.
pub(super) fn page(visit: &Visit, waiting: &Waiting) -> (String, Markup) {
    let title = visit.text("fresh-title");
    let errors: Vec<FieldError> = waiting
        .why
        .map(|why| FieldError::new(FIELD, Problem::new(why)))
        .into_iter()
        .collect();
    let errors = visit.errors(&errors);
    let path = visit.address.split('?').next().unwrap_or("/");
    let content = html! {
        h1 { (title) }
        p class="lead muted" { (visit.text("fresh-lead")) }
        form class="edit-form" method="post" action=(if waiting.fields.is_some() { path } else { CONFIRM }) {
            (csrf_field(&visit.csrf))
            (error_summary(visit.lang, &errors))
            @match &waiting.fields {
                Some(fields) => @for (name, value) in fields.iter().filter(|(name, _)| name != "csrf") {
                    input type="hidden" name=(name) value=(value);
                },
                None => input type="hidden" name="next" value=(if path == UPLOAD { "/settings/domain" } else { visit.address.as_str() });,
            }
            div class="panel" {
                (Field::new(FIELD, visit.text("field-current-password")).error(error_of(&errors, FIELD))
                    .autocomplete("current-password").required().autofocus().password())
                div class="actions after" { (button::submit(&visit.text("fresh-confirm"), Weight::Primary)) }
            }
        }
    };
    (title, content)
}
