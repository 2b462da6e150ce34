//! The second page of signing in: a code, after the password was right.
//!
//! What the browser holds until then is a cookie of its own that no other page knows.

use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::{BEFORE, UNPROCESSABLE, add_cookie, parameter, see_other, session_cookie, show_login};
use crate::data::{Channel, CodeSent, HalfWay, Method, Step, User};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::{Icon, icon};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::{self, attempt_cookie, device_cookie, no_attempt_cookie, safe_next};
use crate::web::need::Route;
use crate::web::visit::Visit;

/// Where the page is.
pub(super) const PLACE: &str = "/login/code";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, BEFORE, page),
        Route::post(PLACE, BEFORE, take),
        Route::post("/login/code/send", BEFORE, send),
    ]
}

/// Leads on to the page, with the attempt's cookie.
pub(super) fn lead_on(visit: &Visit, attempt: &crate::data::Secret) -> Response {
    let mut response = see_other(PLACE);
    add_cookie(&mut response, &attempt_cookie(visit, attempt));
    response
}

fn half_way(visit: &Visit) -> Result<Option<(&str, HalfWay)>, WebError> {
    let Some(secret) = visit.attempt.as_deref() else {
        return Ok(None);
    };
    let found = visit.state.vault.half_way(secret)?;
    Ok(found.map(|half_way| (secret, half_way)))
}

/// Back to the first page; whatever the browser held leads nowhere any more.
fn over(visit: &Visit) -> Response {
    let mut response = see_other("/login?notice=attempt-over");
    add_cookie(&mut response, &no_attempt_cookie(visit));
    response
}

/// The method asked for where it is offered, the strongest otherwise.
fn chosen(half_way: &HalfWay, name: &str) -> Option<Method> {
    let asked = Method::from_name(name).filter(|method| half_way.methods.contains(method));
    asked.or_else(|| half_way.methods.first().copied())
}

async fn page(visit: Visit) -> WebResult {
    let Some((_, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let notice = match parameter(&visit, "notice").as_str() {
        "code-sent" => Some(visit.text("code-sent-again")),
        _ => None,
    };
    let Some(method) = chosen(&half_way, &parameter(&visit, "method")) else {
        return Ok(over(&visit));
    };
    show(
        &visit,
        StatusCode::OK,
        &half_way,
        method,
        None,
        notice.as_deref(),
    )
}

fn show(
    visit: &Visit,
    status: StatusCode,
    half_way: &HalfWay,
    method: Method,
    error: Option<&str>,
    notice: Option<&str>,
) -> WebResult {
    let off = visit.state.mail.off()?.filter(|_| method == Method::Email);
    // Before a code went out there is nothing to type.
    let asks = method != Method::Email || half_way.code_sent;
    let title = visit.text("code-title");
    let content = html! {
        h1 { (title) }
        @if let Some(error) = error { p class="banner fail" role="alert" { (icon(Icon::Error)) span { (error) } } }
        @if let Some(notice) = notice { p class="banner info" role="status" { (icon(Icon::Mail)) span { (notice) } } }
        @if let Some(off) = off {
            p class="banner warn" { (icon(Icon::Warning)) span { (visit.text(off.key())) " " (visit.text("code-off")) } }
        }
        p class="muted" { (lead(visit, half_way, method)) }
        @if asks { (code_form(visit, half_way, method)) }
        @if method == Method::Email && off.is_none() { (send_form(visit, half_way)) }
        (other_ways(visit, half_way, method))
        p { a href="/login" { (visit.text("code-back")) } }
    };
    Ok(visit.bare_page(status, &title, content))
}

fn lead(visit: &Visit, half_way: &HalfWay, method: Method) -> String {
    match method {
        Method::App => visit.text("code-lead-app"),
        Method::Recovery => visit.text("code-lead-recovery"),
        Method::Email => {
            let key = if half_way.code_sent {
                "code-lead-email"
            } else {
                "code-lead-email-send"
            };
            visit.text_with(key, &[("email", masked(&half_way.user).as_str().into())])
        }
    }
}

/// The beginning of an address, so that its person knows it and nobody else learns it.
fn masked(user: &User) -> String {
    let (name, host) = user.email.split_once('@').unwrap_or((&user.email, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}•••@{host}")
}

fn code_form(visit: &Visit, half_way: &HalfWay, method: Method) -> Markup {
    let field = Field::new("code", visit.text("code-field"))
        .autocomplete(if method == Method::Recovery {
            "off"
        } else {
            "one-time-code"
        })
        .required()
        .autofocus();
    html! {
        form method="post" action=(PLACE) {
            (csrf_field(&visit.csrf))
            (hidden_fields(&[("method", method.name())]))
            @if method == Method::Recovery { (field.text()) } @else { (field.number()) }
            @if half_way.trust_days > 0 && method != Method::Recovery {
                div class="field check" {
                    label {
                        input type="checkbox" name="trust" value="true";
                        (visit.text_with("code-trust", &[("count", i64::from(half_way.trust_days).into())]))
                    }
                }
            }
            (button::submit(&visit.text("code-submit"), Weight::Primary))
        }
    }
}

fn send_form(visit: &Visit, half_way: &HalfWay) -> Markup {
    let (key, weight) = if half_way.code_sent {
        ("code-send-again", Weight::Quiet)
    } else {
        ("code-send", Weight::Primary)
    };
    html! {
        @if half_way.can_send { (button::post(&visit.text(key), "/login/code/send", &visit.csrf, weight, None)) }
    }
}

fn other_ways(visit: &Visit, half_way: &HalfWay, method: Method) -> Markup {
    let others: Vec<Method> = half_way
        .methods
        .iter()
        .copied()
        .filter(|other| *other != method)
        .collect();
    html! {
        @if !others.is_empty() {
            p class="muted small" { (visit.text("code-other-ways")) }
            ul {
                @for other in others {
                    li { a href=(format!("{PLACE}?method={}", other.name())) { (visit.text(&format!("method-{}", other.name()))) }
                        " " span class="muted small" { (visit.text(&format!("method-{}-strength", other.name()))) } }
                }
            }
        }
    }
}

async fn send(visit: Visit) -> WebResult {
    let Some((secret, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let origin = gate::origin(&visit.client, Channel::Web);
    match visit.state.vault.send_code(secret, origin).await? {
        CodeSent::Sent => Ok(see_other("/login/code?method=email&notice=code-sent")),
        CodeSent::TooMany => {
            let error = visit.text("code-too-many");
            let status = StatusCode::TOO_MANY_REQUESTS;
            show(&visit, status, &half_way, Method::Email, Some(&error), None)
        }
        CodeSent::NotOffered => Ok(see_other(PLACE)),
        CodeSent::Over => Ok(over(&visit)),
    }
}

async fn take(visit: Visit, form: Form) -> WebResult {
    let Some((secret, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let asked = form.get("method");
    let method = match Method::from_name(asked) {
        Some(method) => method,
        None => chosen(&half_way, "").ok_or(WebError::Broken)?,
    };
    let origin = gate::origin(&visit.client, Channel::Web);
    let vault = &visit.state.vault;
    let step = vault
        .take_second_step(
            secret,
            method,
            form.get("code"),
            origin,
            form.ticked("trust"),
        )
        .await?;
    match step {
        Step::In {
            session,
            device,
            next,
            email,
            trust_days,
        } => {
            visit.state.throttle.succeeded(&email, visit.client.address);
            // A session the browser held before is of no more use (OWASP ASVS 7.2.4).
            if let (Some(old), Some(signed_in)) = (&visit.secret, &visit.signed_in) {
                vault.end_session(old, &signed_in.actor).await?;
            }
            let mut response = see_other(safe_next(&next));
            add_cookie(&mut response, &session_cookie(&visit, &session));
            add_cookie(&mut response, &no_attempt_cookie(&visit));
            if let Some(device) = device {
                add_cookie(&mut response, &device_cookie(&visit, &device, trust_days));
            }
            Ok(response)
        }
        Step::Wrong(0) => {
            let error = visit.text("code-ended");
            let mut response = show_login(&visit, UNPROCESSABLE, "", "/", Some(&error), None)?;
            add_cookie(&mut response, &no_attempt_cookie(&visit));
            Ok(response)
        }
        Step::Wrong(left) => {
            let error = visit.text_with("code-wrong", &[("count", i64::from(left).into())]);
            let shown = chosen(&half_way, method.name()).ok_or(WebError::Broken)?;
            show(&visit, UNPROCESSABLE, &half_way, shown, Some(&error), None)
        }
        Step::Wait(seconds) => {
            let error = visit.text_with("code-wait", &[("seconds", seconds.into())]);
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = show(&visit, status, &half_way, method, Some(&error), None)?;
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Step::Over => Ok(over(&visit)),
    }
}
