//! How the program stands: for whoever watches machines (`/healthz`, `/readyz`, `/metrics`), and the last look that the
//! health page shows.
//!
//! `/metrics` is for the machine itself, or for a token of somebody who looks after the firm's settings. A request that a
//! proxy passed on is never the machine's, whatever address it comes from or names.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::client_address::Arrived;
use super::gate::{client_of, origin};
use super::state::AppState;
use crate::app::watchdog::is_well;
use crate::data::{AccessError, AdminRight, Admission, Channel};
use crate::doctor::{self, Finding, Patient};
use crate::metrics::{CertificateFigures, Surveyed, Text};
use crate::tls::{self, Source};

/// For the store's answer.
const READY_TIME: Duration = Duration::from_secs(2);
/// For all of a look at everything.
const LOOK_TIME: Duration = Duration::from_secs(40);

/// `200 ok` while the process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// `200 ready` while the data answers as well: then a proxy may send people here.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    if is_well(&state.vault, READY_TIME).await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the data does not answer").into_response()
    }
}

/// Headers by which a proxy shows itself.
const FORWARDED: [HeaderName; 5] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether a request comes from this very machine, past any proxy. A socket in the file system is there for proxies alone,
/// and so are listeners that the PROXY protocol is spoken to.
fn is_from_here(state: &AppState, request: &Request) -> bool {
    let extensions = request.extensions();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let by_socket = extensions
        .get::<Arrived>()
        .is_some_and(|arrived| arrived.socket);
    !state.config.proxy_protocol
        && !by_socket
        && peer.is_some_and(|peer| is_direct(peer.0, request.headers()))
}

fn is_direct(peer: SocketAddr, headers: &HeaderMap) -> bool {
    peer.ip().to_canonical().is_loopback()
        && !FORWARDED.iter().any(|name| headers.contains_key(name))
}

/// Figures for Prometheus.
pub(super) async fn metrics(State(state): State<AppState>, request: Request) -> Response {
    if !is_from_here(&state, &request)
        && let Err((status, why)) = admit(&state, &request)
    {
        return refusal(status, why);
    }
    let written = tokio::task::spawn_blocking(move || {
        let mut text = Text::default();
        state.metrics.write(&mut text);
        let surveyed = Surveyed {
            vault: &state.vault,
            folder: &state.around.folder,
            operations: state.operations.running(),
            certificate: tls::status(&state.tls).map(|status| CertificateFigures {
                ends: (status.source != Source::SelfSigned).then_some(status.not_after),
                is_in_trouble: status.last_error.is_some(),
                source: status.source.name(),
                is_trusted: state.tls.is_trusted(crate::clock::now()),
            }),
            backup_at: state.vault.newest_proved_backup().ok().flatten(),
        };
        surveyed.write(&mut text).map(|()| text.finish())
    });
    match written.await {
        Ok(Ok(text)) => {
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "figures cannot be read");
            refusal(StatusCode::SERVICE_UNAVAILABLE, "the data does not answer")
        }
        Err(_) => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the log of the server tells more",
        ),
    }
}

/// Lets in a token whose person looks after the settings.
fn admit(state: &AppState, request: &Request) -> Result<(), (StatusCode, &'static str)> {
    const NO_TOKEN: (StatusCode, &str) = (
        StatusCode::UNAUTHORIZED,
        "from other machines this needs a token: Authorization: Bearer TOKEN",
    );
    const BROKEN: (StatusCode, &str) =
        (StatusCode::SERVICE_UNAVAILABLE, "the data does not answer");
    let secret = request.headers().get(header::AUTHORIZATION);
    let secret = secret.and_then(|value| value.to_str().ok()?.split_once(' '));
    let Some((scheme, secret)) = secret else {
        return Err(NO_TOKEN);
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(NO_TOKEN);
    }
    let client = client_of(state, request)
        .map_err(|_| BROKEN)?
        .ok_or(BROKEN)?;
    let found = state
        .vault
        .by_token(secret.trim(), origin(&client, Channel::Api));
    let (actor, user) = match found.map_err(|_| BROKEN)? {
        Admission::Admitted(found) => found,
        Admission::Barred(_) => {
            return Err((
                StatusCode::FORBIDDEN,
                "this token cannot be used from this address, or not now",
            ));
        }
        Admission::Nobody => return Err(NO_TOKEN),
    };
    state
        .requests
        .take(user.id, crate::clock::now())
        .map_err(|_| (StatusCode::TOO_MANY_REQUESTS, "too many requests"))?;
    let reading = state.vault.access(&actor).read().map_err(|_| BROKEN)?;
    match reading.rights().require_admin(AdminRight::Settings) {
        Ok(()) => Ok(()),
        Err(AccessError::Store(_)) => Err(BROKEN),
        Err(_) => Err((
            StatusCode::FORBIDDEN,
            "the role lacks the permission admin.settings",
        )),
    }
}

fn refusal(status: StatusCode, why: &str) -> Response {
    let problem = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": why,
    });
    let mut response = (status, Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A look at everything, and when it was taken.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) at: Timestamp,
    pub(crate) findings: Vec<Finding>,
}

/// The last look, and a turn for the next: of two at once one would only slow the other down.
#[derive(Debug, Default)]
pub(crate) struct LastLook {
    last: Mutex<Option<Arc<Look>>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl LastLook {
    /// What was found last.
    pub(crate) fn get(&self) -> Option<Arc<Look>> {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl AppState {
    /// Looks at everything now, or shares the look that somebody else is just taking; `None` where it takes too long.
    pub(crate) async fn look(&self) -> Option<Arc<Look>> {
        let asked_at = crate::clock::now();
        let turn = Arc::clone(&self.last_look.turn).lock_owned();
        let turn = tokio::time::timeout(LOOK_TIME, turn).await.ok()?;
        if let Some(last) = self.last_look.get().filter(|last| last.at >= asked_at) {
            return Some(last);
        }
        let state = self.clone();
        let runtime = tokio::runtime::Handle::current();
        let look = tokio::task::spawn_blocking(move || {
            let findings = doctor::examine(&Patient {
                around: &state.around,
                vault: Some(&state.vault),
                runtime: &runtime,
                thorough: false,
            });
            let look = Arc::new(Look {
                at: crate::clock::now(),
                findings,
            });
            let last = state.last_look.last.lock();
            *last.unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&look));
            drop(turn);
            look
        });
        tokio::time::timeout(LOOK_TIME, look).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_passes_on_is_not_from_here() {
        let seen = |peer: &str, name: &str, value: &str| {
            let mut headers = HeaderMap::new();
            if !name.is_empty() {
                headers.insert(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
            }
            is_direct(peer.parse().unwrap(), &headers)
        };
        assert!(seen("127.0.0.1:5", "", ""));
        assert!(seen("[::1]:5", "", ""));
        assert!(seen("[::ffff:127.0.0.1]:5", "", ""));
        assert!(!seen("10.0.0.1:5", "", ""));
        assert!(!seen("10.0.0.1:5", "x-forwarded-for", "127.0.0.1"));
        assert!(!seen("127.0.0.1:5", "x-forwarded-for", "127.0.0.1"));
        assert!(!seen("127.0.0.1:5", "forwarded", "for=127.0.0.1"));
        assert!(!seen("127.0.0.1:5", "via", "1.1 proxy"));
        assert!(!seen("127.0.0.1:5", "x-real-ip", "127.0.0.1"));
    }
}
