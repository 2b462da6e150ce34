//! The gate every request passes: who is it, from where, may they come here, is the form ours. Handlers run only behind
//! it, and what they fail with becomes a page here.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use maud::html;
use sha2::{Digest, Sha256};

use super::client_address::{Arrived, Client, client};
use super::components::button::{self, Weight};
use super::components::problem;
use super::error::WebError;
use super::form;
use super::fresh;
use super::layout::Theme;
use super::need::Need;
use super::request_id::RequestId;
use super::state::AppState;
use super::visit::{Member, Visit, see_other};
use crate::data::{
    AccessError, Admission, Barred, Channel, Origin, Permission, Secret, SignedIn, StoreError,
};
use crate::i18n::Lang;
use crate::room::Level;

/// Cookie of a session; the prefix binds it to this very host over HTTPS (RFC 6265bis, OWASP ASVS 3.3.3).
const SESSION: [&str; 2] = ["session", "__Host-session"];
/// Cookie that ties the forms before sign-in to a browser.
const FORM: [&str; 2] = ["form", "__Host-form"];
/// Cookie of a sign-in whose second step is still to come.
const ATTEMPT: [&str; 2] = ["attempt", "__Host-attempt"];
/// Cookie of a device trusted after a second step.
const DEVICE: [&str; 2] = ["device", "__Host-device"];
/// What is left to somebody who has to choose another password first.
const WITH_OLD_PASSWORD: [&str; 3] = ["/profile/password", "/profile/theme", "/logout"];
const THEME: &str = "theme";
/// Where somebody who must set up a second step may go.
const SET_UP_PLACES: [&str; 4] = [
    "/profile/two-step",
    "/profile/email/confirm",
    "/profile/theme",
    "/logout",
];

/// What the middleware of a route needs.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) state: AppState,
    pub(super) need: Need,
    /// Whether the password must have been entered lately.
    pub(super) fresh: bool,
}

/// Runs for every route of pages.
pub(super) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (visit, new_form_secret) = match visit(&gate.state, &request) {
        Ok(visit) => visit,
        Err(error) => return error.status().into_response(),
    };
    let mut response = match pass(&gate, &visit, request).await {
        Ok(mut request) => {
            request.extensions_mut().insert(visit.clone());
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    if let Some(error) = response.extensions_mut().remove::<WebError>() {
        response = error_page(&visit, error).await;
    }
    if let Some(secret) = new_form_secret {
        add_cookie(
            &mut response,
            &cookie(
                FORM[usize::from(visit.client.https)],
                &secret,
                visit.client.https,
                None,
            ),
        );
    }
    if let (Some(secret), Some(signed_in)) = (&visit.secret, &visit.signed_in) {
        // Only stale sessions are written; a failure costs nothing but the freshness of the shown time.
        if let Err(error) = gate
            .state
            .vault
            .touch_session(secret, &signed_in.session, signed_in.actor.origin())
            .await
        {
            tracing::warn!(%error, "the use of a session could not be kept");
        }
    }
    response
}

/// What comes before the handler.
async fn pass(gate: &Gate, visit: &Visit, request: Request) -> Result<Request, WebError> {
    if !matches!(gate.need, Need::Public(_)) {
        let signed_in = visit.signed_in.as_ref().ok_or_else(|| visit.stranger())?;
        gate.state
            .requests
            .take(signed_in.user.id, crate::clock::now())
            .map_err(WebError::Throttled)?;
        // The password comes first where both are due; either page would lead to the other for ever.
        if signed_in.must_set_up
            && signed_in.password_due.is_none()
            && !is_for_setting_up(request.uri().path())
        {
            return Err(WebError::SetUpFirst);
        }
    }
    if let Some(signed_in) = &visit.signed_in
        && !matches!(gate.need, Need::Public(_))
        && !WITH_OLD_PASSWORD.contains(&request.uri().path())
        && signed_in.password_due.is_some()
    {
        return Err(WebError::PasswordDue);
    }
    let request = form::check(
        request,
        &visit.csrf,
        gate.state.config.public_url.as_deref(),
    )
    .await?;
    if is_short_of_room(&gate.state, &request) {
        return Err(WebError::NoRoom);
    }
    if let (Need::Permission(permission), Some(signed_in)) = (gate.need, &visit.signed_in) {
        gate.state
            .vault
            .access(&signed_in.actor)
            .read()?
            .rights()
            .require(permission)?;
    }
    if gate.fresh {
        return fresh::check(visit, request).await;
    }
    Ok(request)
}

/// Whether a request wants room that the disk does not have any more. Signing in and out goes on.
fn is_short_of_room(state: &AppState, request: &Request) -> bool {
    let path = request.uri().path();
    if request.method().is_safe() || path == "/logout" || path.starts_with("/login") {
        return false;
    }
    let uploads = text_of(request.headers(), &header::CONTENT_TYPE).starts_with("multipart/");
    match state.room.level_now() {
        Level::Enough => false,
        Level::NoUploads => uploads,
        Level::NoWrites => true,
    }
}

fn is_for_setting_up(path: &str) -> bool {
    SET_UP_PLACES.iter().any(|place| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn visit(state: &AppState, request: &Request) -> Result<(Visit, Option<String>), WebError> {
    let headers = request.headers();
    let client = client_of(state, request)?.ok_or(WebError::Broken)?;
    let origin = origin(&client, Channel::Web);
    let mut secret = cookie_value(headers, SESSION[usize::from(client.https)]).map(str::to_owned);
    let admission = match &secret {
        Some(secret) => state.vault.by_session(secret, origin)?,
        None => Admission::Nobody,
    };
    // Somebody barred is nobody to every page; only the gate knows more.
    let (signed_in, barred) = match admission {
        Admission::Admitted(signed_in) => (Some(signed_in), None),
        Admission::Barred(barred) => (None, Some(barred)),
        Admission::Nobody => (None, None),
    };
    if signed_in.is_none() {
        secret = None;
    }
    let known =
        cookie_value(headers, FORM[usize::from(client.https)]).filter(|value| value.len() == 43);
    let (form_secret, new_form_secret) = match (&secret, known) {
        (Some(secret), _) => (secret.clone(), None),
        (None, Some(known)) => (known.to_owned(), None),
        (None, None) => {
            let fresh = Secret::random().reveal().to_owned();
            (fresh.clone(), Some(fresh))
        }
    };
    let address = request
        .uri()
        .path_and_query()
        .map_or("/", |address| address.as_str())
        .to_owned();
    let visit = Visit {
        state: state.clone(),
        lang: language(state, headers, signed_in.as_ref()),
        theme: theme(headers, signed_in.as_ref()),
        csrf: form_token(&form_secret),
        client,
        partial: headers.contains_key("hx-request"),
        address,
        referring: referring(headers),
        agent: text_of(headers, &header::USER_AGENT).to_owned(),
        request_id: request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default(),
        secret,
        signed_in,
        attempt: secret_of(headers, ATTEMPT[usize::from(client.https)]),
        device: secret_of(headers, DEVICE[usize::from(client.https)]),
        barred,
    };
    Ok((visit, new_form_secret))
}

/// Where a request comes from, and whether that is the office; nothing where the listener did not say.
pub(crate) fn client_of(state: &AppState, request: &Request) -> Result<Option<Client>, StoreError> {
    let extensions = request.extensions();
    let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
        return Ok(None);
    };
    let arrived = extensions.get::<Arrived>().copied().unwrap_or_default();
    let client = client(*peer, arrived, request.headers(), &state.trusted_proxies());
    Ok(Some(Client {
        office: state.vault.is_office(client.address)?,
        ..client
    }))
}

/// Where a request comes from, for entries in history and audit.
pub(crate) fn origin(client: &Client, channel: Channel) -> Origin {
    Origin {
        address: Some(client.address),
        office: client.office,
        channel,
    }
}

/// The token of forms, derived from a secret that only the browser and we have.
fn form_token(secret: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"kartoteka form token\0");
    hash.update(secret.as_bytes());
    BASE64URL_NOPAD.encode(&hash.finalize())
}

fn language(state: &AppState, headers: &HeaderMap, signed_in: Option<&SignedIn>) -> Lang {
    let chosen = signed_in
        .and_then(|signed_in| signed_in.user.language.as_deref())
        .and_then(Lang::from_code);
    let asked = || {
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
    };
    chosen
        .or_else(|| asked().and_then(Lang::negotiate))
        .or_else(|| Lang::from_code(&state.vault.language()))
        .unwrap_or(state.config.language)
}

fn theme(headers: &HeaderMap, signed_in: Option<&SignedIn>) -> Theme {
    let chosen = signed_in.and_then(|signed_in| signed_in.user.theme.as_deref());
    Theme::from_code(
        chosen
            .or_else(|| cookie_value(headers, THEME))
            .unwrap_or_default(),
    )
}

fn text_of<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Path and query of the referring page, if it is ours by its host.
fn referring(headers: &HeaderMap) -> String {
    let (referer, host) = (
        text_of(headers, &header::REFERER),
        text_of(headers, &header::HOST),
    );
    let rest = referer.split_once("://").map_or("", |(_, rest)| rest);
    rest.strip_prefix(host)
        .filter(|path| !host.is_empty() && path.starts_with('/'))
        .unwrap_or("/")
        .to_owned()
}

/// The value of a cookie.
fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
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

/// The value of a cookie that holds one of our secrets.
fn secret_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = cookie_value(headers, name)?;
    (value.len() == 43).then(|| value.to_owned())
}

/// A cookie that lasts as long as the browser, or so many seconds.
fn cookie(name: &str, value: &str, https: bool, seconds: Option<i64>) -> String {
    let secure = if https { "; Secure" } else { "" };
    let age = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// Gives the browser its session.
pub(super) fn session_cookie(visit: &Visit, secret: &Secret) -> String {
    cookie(
        SESSION[usize::from(visit.client.https)],
        secret.reveal(),
        visit.client.https,
        None,
    )
}

/// Takes the session from the browser.
pub(super) fn no_session_cookie(visit: &Visit) -> String {
    cookie(
        SESSION[usize::from(visit.client.https)],
        "",
        visit.client.https,
        Some(0),
    )
}

/// Gives the browser its sign-in half-way.
pub(super) fn attempt_cookie(visit: &Visit, secret: &Secret) -> String {
    let https = visit.client.https;
    let name = ATTEMPT[usize::from(https)];
    cookie(name, secret.reveal(), https, Some(10 * 60))
}

/// Takes the sign-in half-way from the browser.
pub(super) fn no_attempt_cookie(visit: &Visit) -> String {
    let https = visit.client.https;
    cookie(ATTEMPT[usize::from(https)], "", https, Some(0))
}

/// Lets the browser be known as a trusted device.
pub(super) fn device_cookie(visit: &Visit, secret: &Secret, days: u16) -> String {
    let https = visit.client.https;
    let seconds = i64::from(days) * 24 * 60 * 60;
    cookie(
        DEVICE[usize::from(https)],
        secret.reveal(),
        https,
        Some(seconds),
    )
}

/// Remembers the appearance before sign-in too.
pub(super) fn theme_cookie(visit: &Visit, theme: Theme) -> String {
    cookie(
        THEME,
        theme.code(),
        visit.client.https,
        Some(365 * 24 * 60 * 60),
    )
}

/// Adds a `Set-Cookie`.
pub(super) fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The page, or the part of one, that says what went wrong.
async fn error_page(visit: &Visit, error: WebError) -> Response {
    let lang = visit.lang;
    let status = error.status();
    let (title, content) = match &error {
        WebError::SignedOut => {
            let next: String = form_urlencoded::byte_serialize(visit.address.as_bytes()).collect();
            return see_other(&format!("/login?next={next}"));
        }
        WebError::SetUpFirst => return see_other("/profile/two-step"),
        WebError::Unconfirmed(waiting) => ("fresh-title", fresh::page(visit, waiting).1),
        WebError::PasswordDue => return see_other("/profile/password"),
        WebError::NotFound => ("error-not-found-title", problem::not_found(lang)),
        WebError::Forbidden(permission) => {
            note_refusal(visit, *permission).await;
            (
                "error-forbidden-title",
                problem::forbidden(lang, &permission_words(lang, *permission)),
            )
        }
        WebError::Barred(barred) => {
            note_barred(visit, barred).await;
            (
                "barred-title",
                problem::barred(
                    lang,
                    barred,
                    &visit.clock(),
                    visit.state.vault.on_trial_until(barred).ok().flatten(),
                ),
            )
        }
        WebError::StaleForm => {
            let back = visit.address.split('?').next().unwrap_or("/");
            ("error-stale-form-title", problem::stale_form(lang, back))
        }
        WebError::Throttled(seconds) => {
            ("error-throttled-title", problem::throttled(lang, *seconds))
        }
        WebError::DailyLimit(most, _) => {
            let said = visit.text_with("error-daily-limit", &[("most", i64::from(*most).into())]);
            let title = visit.text("error-daily-limit-title");
            let sign = super::components::icon::Icon::Clock;
            (
                "error-daily-limit-title",
                problem::problem(sign, &title, &said, html! {}),
            )
        }
        WebError::TooLarge => (
            "error-too-large-title",
            plain(visit, "error-too-large-title", "error-too-large"),
        ),
        WebError::NoRoom => (
            "error-no-room-title",
            plain(visit, "error-no-room-title", "error-no-room"),
        ),
        WebError::Conflict(said) | WebError::BadRequest(said) => {
            let sentence = visit.say(said);
            let title = visit.text("error-cannot-title");
            let sign = super::components::icon::Icon::Warning;
            let ways = html! {
                // A part of a page stands in the page that asked, which is the way on.
                @if !visit.partial { (button::link(&visit.text("error-go-home"), "/", Weight::Plain, None)) }
            };
            (
                "error-cannot-title",
                problem::problem(sign, &title, &sentence, ways),
            )
        }
        WebError::Broken => (
            "error-broken-title",
            problem::broken(lang, &visit.request_id),
        ),
    };
    let title = visit.text(title);
    let member = visit.signed_in.clone().map(|signed_in| Member {
        access: visit.state.vault.access(&signed_in.actor),
        visit: visit.clone(),
        signed_in,
    });
    let reading = member.as_ref().and_then(|member| member.access.read().ok());
    let mut response = match (member, reading) {
        _ if visit.partial => (status, content).into_response(),
        (Some(member), Some(reading)) => member.page_with(status, &reading, &title, content, ""),
        _ => visit.bare_page(status, &title, content),
    };
    if let WebError::Throttled(seconds) | WebError::DailyLimit(_, seconds) = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn plain(visit: &Visit, title: &str, sentence: &str) -> maud::Markup {
    let sign = super::components::icon::Icon::Warning;
    problem::problem(sign, &visit.text(title), &visit.text(sentence), html! {})
}

/// Keeps in the log that somebody came from the wrong place: once in a while for each place, whatever they ask for.
async fn note_barred(visit: &Visit, barred: &Barred) {
    if !visit.state.barred.is_new(barred, crate::clock::now()) {
        return;
    }
    let origin = origin(&visit.client, Channel::Web);
    let what = visit.address.split('?').next().unwrap_or_default();
    if let Err(error) = visit
        .state
        .vault
        .note_barred(barred, origin, Some(what), "")
        .await
    {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}

async fn note_refusal(visit: &Visit, permission: Permission) {
    let Some(signed_in) = &visit.signed_in else {
        return;
    };
    let what = visit
        .address
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let access = visit.state.vault.access(&signed_in.actor);
    if let Err(error) = access
        .note_refusal(&AccessError::Forbidden(permission), what)
        .await
    {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}

/// A permission in words: "Klienci: usuwanie".
pub(crate) fn permission_words(lang: Lang, permission: Permission) -> String {
    use crate::i18n::text;
    let of = |module: crate::data::Module, key: &str| {
        format!(
            "{}: {}",
            text(lang, &format!("nav-{module}")),
            text(lang, key)
        )
    };
    match permission {
        Permission::View(module) => of(module, "permission-view"),
        Permission::Create(module) => of(module, "permission-create"),
        Permission::Edit(module) => of(module, "permission-edit"),
        Permission::Delete(module) => of(module, "permission-delete"),
        Permission::Export(module) => of(module, "permission-export"),
        Permission::Import(module) => of(module, "permission-import"),
        Permission::Option(module, option) => {
            of(module, &format!("role-option-{}", option.replace('_', "-")))
        }
        Permission::Admin(right) => text(lang, &format!("role-admin-{}", right.name())),
        Permission::GrantMore => text(lang, "permission-grant"),
    }
}

/// A path of this site to go on to; anything else becomes the front page (OWASP ASVS 3.7.2).
pub(crate) fn safe_next(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace());
    if ours { next } else { "/" }
}

/// The status of a page whose form has errors.
pub(crate) const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_on_to() {
        for own in ["/", "/clients?q=a%20b", "/clients/1#x"] {
            assert_eq!(safe_next(own), own);
        }
        for foreign in [
            "",
            "//evil.test/x",
            "https://evil.test",
            "/\\evil.test",
            "javascript:x",
            "/a\r\nB: c",
            "/\t/evil.test",
        ] {
            assert_eq!(safe_next(foreign), "/", "{foreign}");
        }
    }
}
