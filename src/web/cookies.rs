//! The cookies there are. All of them are for this site alone, out of reach of script, and sent by HTTPS only where the
//! visitor came by it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::layout::Theme;
use super::visit::Visit;
use crate::data::Secret;

/// Cookie of a session, without and with HTTPS, over which the prefix binds it to this very host (RFC 6265bis, OWASP ASVS
/// 3.3.3).
pub(super) const SESSION: [&str; 2] = ["session", "__Host-session"];
/// Cookie that ties the forms before sign-in to a browser.
pub(super) const FORM: [&str; 2] = ["form", "__Host-form"];
/// Cookie of a sign-in whose second step is still to come.
pub(super) const ATTEMPT: [&str; 2] = ["attempt", "__Host-attempt"];
/// Cookie of a device trusted after a second step.
pub(super) const DEVICE: [&str; 2] = ["device", "__Host-device"];
/// Cookie of the appearance, which is no secret.
const THEME: [&str; 2] = ["theme"; 2];

/// The secret in a cookie that a browser brings.
pub(super) fn secret_in(headers: &HeaderMap, names: [&str; 2], https: bool) -> Option<String> {
    let value = value(headers, names[usize::from(https)])?;
    (value.len() == 43).then(|| value.to_owned())
}

/// The code of the appearance chosen in this browser; empty where none was.
pub(super) fn theme_in(headers: &HeaderMap) -> &str {
    value(headers, THEME[0]).unwrap_or_default()
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// A cookie that lasts as long as the browser, or so many seconds.
fn cookie(visit: &Visit, names: [&str; 2], value: &str, seconds: Option<i64>) -> String {
    let https = visit.client.https;
    let name = names[usize::from(https)];
    let secure = if https { "; Secure" } else { "" };
    let age = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// Ties the forms before sign-in to the browser.
pub(super) fn form_cookie(visit: &Visit, secret: &str) -> String {
    cookie(visit, FORM, secret, None)
}

/// Gives the browser its session.
pub(super) fn session_cookie(visit: &Visit, secret: &Secret) -> String {
    cookie(visit, SESSION, secret.reveal(), None)
}

/// Takes the session from the browser.
pub(super) fn no_session_cookie(visit: &Visit) -> String {
    cookie(visit, SESSION, "", Some(0))
}

/// Gives the browser its sign-in half-way.
pub(super) fn attempt_cookie(visit: &Visit, secret: &Secret) -> String {
    cookie(visit, ATTEMPT, secret.reveal(), Some(10 * 60))
}

/// Takes the sign-in half-way from the browser.
pub(super) fn no_attempt_cookie(visit: &Visit) -> String {
    cookie(visit, ATTEMPT, "", Some(0))
}

/// Lets the browser be known as a trusted device.
pub(super) fn device_cookie(visit: &Visit, secret: &Secret, days: u16) -> String {
    let seconds = i64::from(days) * 24 * 60 * 60;
    cookie(visit, DEVICE, secret.reveal(), Some(seconds))
}

/// Remembers the appearance before sign-in too.
pub(super) fn theme_cookie(visit: &Visit, theme: Theme) -> String {
    cookie(visit, THEME, theme.code(), Some(365 * 24 * 60 * 60))
}

/// Adds a `Set-Cookie`.
pub(super) fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
