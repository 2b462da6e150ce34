//! The second page of signing in: a code, after the password was right.
//!
//! What the browser holds until then is a cookie of its own that no other page knows.

use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use super::{BEFORE, UNPROCESSABLE, parameter, see_other, show_login};
use crate::data::{Channel, CodeSent, HalfWay, Method, Step, User};
use crate::i18n::Lang;
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::{Icon, icon};
use crate::web::components::passkey::{Asks, PasskeyForm, passkey_form};
use crate::web::cookies::{
    add_cookie, attempt_cookie, device_cookie, no_attempt_cookie, session_cookie,
};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::{self, safe_next};
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

/// Leads on to the page, with the attempt's cookie. A code goes out at once where that is the way they come to first.
pub(super) async fn lead_on(visit: &Visit, attempt: &crate::data::Secret) -> WebResult {
    let secret = attempt.reveal();
    let mut place = PLACE;
    if let Some(half_way) = visit.state.vault.half_way(secret)? {
        let first = chosen(visit, &half_way, "");
        if first == Some(Method::Sms) && visit.state.sms.is_on() {
            let sent = send_text(visit, secret).await?;
            if matches!(sent, TextSent::Failed) {
                place = "/login/code?method=sms&notice=text-failed";
            }
        }
    }
    let mut response = see_other(place);
    add_cookie(&mut response, &attempt_cookie(visit, attempt));
    Ok(response)
}

/// What came of a code to the phone.
enum TextSent {
    Sent,
    /// The gateway did not take it.
    Failed,
    Other(CodeSent),
}

async fn send_text(visit: &Visit, secret: &str) -> Result<TextSent, WebError> {
    let origin = gate::origin(&visit.client, Channel::Web);
    let vault = &visit.state.vault;
    let message = match vault.send_code(secret, Method::Sms, origin).await? {
        CodeSent::Text(message) => message,
        other => return Ok(TextSent::Other(other)),
    };
    let firm = vault.firm()?.map_or_else(String::new, |firm| firm.name);
    let lang = message.language.as_deref().and_then(Lang::from_code);
    let lang = lang.unwrap_or(visit.lang);
    let sent = visit.state.sms.send(&message, &firm, lang).await;
    Ok(if sent.is_ok() {
        TextSent::Sent
    } else {
        TextSent::Failed
    })
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

/// The method asked for where it is offered, the strongest that works here otherwise.
fn chosen(visit: &Visit, half_way: &HalfWay, name: &str) -> Option<Method> {
    let methods = &half_way.methods;
    let asked = Method::from_name(name).filter(|method| methods.contains(method));
    let works = |method: &Method| match method {
        Method::Passkey => visit.state.passkeys.is_ok(),
        Method::Sms => visit.state.sms.is_on(),
        Method::App | Method::Email | Method::Recovery => true,
    };
    let first = || methods.iter().copied().find(works);
    asked.or_else(first).or_else(|| methods.first().copied())
}

async fn page(visit: Visit) -> WebResult {
    let Some((_, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let notice = match parameter(&visit, "notice").as_str() {
        "code-sent" => Some(visit.text("code-sent-again")),
        "text-sent" => Some(visit.text("text-sent-again")),
        "text-failed" => Some(visit.text("sms-failed")),
        _ => None,
    };
    let Some(method) = chosen(&visit, &half_way, &parameter(&visit, "method")) else {
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
    let off = match method {
        Method::Email => visit.state.mail.off()?.map(crate::mailer::Off::key),
        Method::Sms if !visit.state.sms.is_on() => Some("sms-off"),
        Method::Passkey => visit
            .state
            .passkeys
            .as_ref()
            .as_ref()
            .err()
            .map(|why| why.key()),
        Method::App | Method::Sms | Method::Recovery => None,
    };
    // Before a code went out there is nothing to type.
    let asks = match method {
        Method::Email => half_way.code_sent,
        Method::Sms => half_way.text_sent,
        Method::App | Method::Recovery => true,
        Method::Passkey => false,
    };
    let sends = matches!(method, Method::Email | Method::Sms) && off.is_none();
    let title = visit.text("code-title");
    let content = html! {
        h1 { (title) }
        @if let Some(error) = error { p class="banner fail" role="alert" { (icon(Icon::Error)) span { (error) } } }
        @if let Some(notice) = notice { p class="banner info" role="status" { (icon(Icon::Mail)) span { (notice) } } }
        @if let Some(off) = off {
            p class="banner warn" { (icon(Icon::Warning)) span { (visit.text(off)) " " (visit.text("code-off")) } }
        }
        p class="muted" { (lead(visit, half_way, method)) }
        @if asks { (code_form(visit, half_way, method)) }
        @if method == Method::Passkey { (passkey(visit, half_way)?) }
        @if sends { (send_form(visit, half_way, method)) }
        (other_ways(visit, half_way, method))
        p { a href="/login" { (visit.text("code-back")) } }
    };
    Ok(visit.bare_page(status, &title, content))
}

fn lead(visit: &Visit, half_way: &HalfWay, method: Method) -> String {
    match method {
        Method::Passkey => visit.text("code-lead-passkey"),
        Method::App => visit.text("code-lead-app"),
        Method::Recovery => visit.text("code-lead-recovery"),
        Method::Sms => {
            let key = if half_way.text_sent {
                "code-lead-sms"
            } else {
                "code-lead-sms-send"
            };
            visit.text_with(key, &[("phone", half_way.phone.as_str().into())])
        }
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
            @if method != Method::Recovery { (trust_box(visit, half_way)) }
            (button::submit(&visit.text("code-submit"), Weight::Primary))
        }
    }
}

fn trust_box(visit: &Visit, half_way: &HalfWay) -> Markup {
    html! {
        @if half_way.trust_days > 0 {
            div class="field check" {
                label {
                    input type="checkbox" name="trust" value="true";
                    (visit.text_with("code-trust", &[("count", i64::from(half_way.trust_days).into())]))
                }
            }
        }
    }
}

/// The form that a passkey of this site fills in; nothing where there is none.
fn passkey(visit: &Visit, half_way: &HalfWay) -> Result<Markup, WebError> {
    let (Ok(site), Some(secret)) = (visit.state.passkeys.as_ref(), &visit.attempt) else {
        return Ok(html! {});
    };
    let Some(question) = visit.state.vault.ask_for_passkey(secret, site)? else {
        return Ok(html! { p class="hint" { (visit.text("passkey-of-other-site")) } });
    };
    Ok(passkey_form(PasskeyForm {
        lang: visit.lang,
        csrf: &visit.csrf,
        action: PLACE,
        asks: Asks::Show,
        site,
        question: &question,
        hidden: &[("method", Method::Passkey.name())],
        fields: trust_box(visit, half_way),
        submit: &visit.text("passkey-use"),
    }))
}

fn send_form(visit: &Visit, half_way: &HalfWay, method: Method) -> Markup {
    let (sent, can) = match method {
        Method::Sms => (half_way.text_sent, half_way.can_text),
        _ => (half_way.code_sent, half_way.can_send),
    };
    let (key, weight) = if sent {
        ("code-send-again", Weight::Quiet)
    } else {
        ("code-send", Weight::Primary)
    };
    html! {
        @if can {
            form class="inline" method="post" action="/login/code/send" {
                (csrf_field(&visit.csrf))
                (hidden_fields(&[("method", method.name())]))
                (button::submit(&visit.text(key), weight))
            }
        }
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

async fn send(visit: Visit, form: Form) -> WebResult {
    let Some((secret, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let offered = |method: &Method| half_way.methods.contains(method);
    let asked = Method::from_name(form.get("method"));
    let asked = asked.or_else(|| Some(Method::Email).filter(offered));
    let method = asked.unwrap_or(Method::Sms);
    let origin = gate::origin(&visit.client, Channel::Web);
    let sent = match method {
        Method::Sms if visit.state.sms.is_on() => send_text(&visit, secret).await?,
        Method::Sms => TextSent::Other(CodeSent::NotOffered),
        _ => TextSent::Other(visit.state.vault.send_code(secret, method, origin).await?),
    };
    match sent {
        TextSent::Sent => Ok(see_other("/login/code?method=sms&notice=text-sent")),
        TextSent::Failed => {
            let (error, status) = (visit.text("sms-failed"), StatusCode::BAD_GATEWAY);
            show(&visit, status, &half_way, method, Some(&error), None)
        }
        TextSent::Other(CodeSent::Sent | CodeSent::Text(_)) => {
            Ok(see_other("/login/code?method=email&notice=code-sent"))
        }
        TextSent::Other(CodeSent::TooMany) => {
            let error = visit.text("code-too-many");
            let status = StatusCode::TOO_MANY_REQUESTS;
            show(&visit, status, &half_way, method, Some(&error), None)
        }
        TextSent::Other(CodeSent::NotOffered) => Ok(see_other(PLACE)),
        TextSent::Other(CodeSent::Over) => Ok(over(&visit)),
    }
}

async fn take(visit: Visit, form: Form) -> WebResult {
    let Some((secret, half_way)) = half_way(&visit)? else {
        return Ok(over(&visit));
    };
    let asked = form.get("method");
    let method = match Method::from_name(asked) {
        Some(method) => method,
        None => chosen(&visit, &half_way, "").ok_or(WebError::Broken)?,
    };
    let origin = gate::origin(&visit.client, Channel::Web);
    let vault = &visit.state.vault;
    let trust = form.ticked("trust");
    let step = if let (Method::Passkey, Ok(site)) = (method, visit.state.passkeys.as_ref()) {
        let answer = form.get("answer");
        vault
            .take_passkey(secret, site, answer, origin, trust)
            .await?
    } else {
        let code = form.get("code");
        vault
            .take_second_step(secret, method, code, origin, trust)
            .await?
    };
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
            let key = if method == Method::Passkey {
                "passkey-wrong"
            } else {
                "code-wrong"
            };
            let error = visit.text_with(key, &[("count", i64::from(left).into())]);
            let shown = chosen(&visit, &half_way, method.name()).ok_or(WebError::Broken)?;
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
