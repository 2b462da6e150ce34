//! The gate every request passes: who is it, from where, may they come here, is the form ours. Handlers run only behind
//! it, and what they fail with becomes a page here.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::client_address::{Arrived, Client, client};
use super::cookies::{
    ATTEMPT, DEVICE, FORM, SESSION, add_cookie, form_cookie, secret_in, theme_in,
};
use super::error::WebError;
use super::error_page::error_page;
use super::form;
use super::fresh;
use super::layout::Theme;
use super::need::Need;
use super::request_id::RequestId;
use super::state::AppState;
use super::visit::Visit;
use crate::data::{Admission, Channel, Origin, Secret, SignedIn, StoreError};
use crate::i18n::Lang;
use crate::room::Level;

/// What is left to somebody who has to choose another password first.
const WITH_OLD_PASSWORD: [&str; 3] = ["/profile/password", "/profile/theme", "/logout"];
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
        add_cookie(&mut response, &form_cookie(&visit, &secret));
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
    let https = client.https;
    let mut secret = secret_in(headers, SESSION, https);
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
    let (form_secret, new_form_secret) = match (&secret, secret_in(headers, FORM, https)) {
        (Some(secret), _) => (secret.clone(), None),
        (None, Some(known)) => (known, None),
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
        attempt: secret_in(headers, ATTEMPT, https),
        device: secret_in(headers, DEVICE, https),
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
    Theme::from_code(chosen.unwrap_or_else(|| theme_in(headers)))
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
