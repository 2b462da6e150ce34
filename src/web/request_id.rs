//! What every answer carries, whatever it is: an id for the log, and the headers that keep browsers safe.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::metrics::{Class, Metrics};

/// The id of a request, in its answer as `X-Request-Id` and in the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Headers of every answer (OWASP Secure Headers). No inline script, no eval, no foreign origin.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Paths whose last part is the secret of a link; no log holds it.
const SECRET_PLACES: [&str; 3] = ["/login/reset/", "/invite/", "/profile/email/confirm/"];

/// A path as logs may hold it.
pub(super) fn without_secret(path: &str) -> &str {
    SECRET_PLACES
        .into_iter()
        .find(|place| path.starts_with(place))
        .unwrap_or(path)
}

/// Requests slower than this are worth a warning.
const SLOW_MS: u128 = 1000;

/// The outermost layer.
pub(super) async fn identify(
    State(metrics): State<Arc<Metrics>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, started) = (request.method().clone(), Instant::now());
    let route = request.extensions().get::<MatchedPath>();
    let class = Class::of(method == Method::GET, route.map(MatchedPath::as_str));
    // The path without its query: queries hold names people search for.
    let path = without_secret(request.uri().path()).to_owned();
    metrics.begin();
    // Whatever is logged on the way to the answer carries the request's id.
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    metrics.end(class, status, took);
    let took = took.as_millis();
    if status >= 500 || took >= SLOW_MS {
        tracing::warn!(id, %method, path, status, took_ms = took, "request");
    } else {
        tracing::debug!(id, %method, path, status, took_ms = took, "request");
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_stays_out_of_the_log() {
        assert_eq!(without_secret("/login/reset/SECRET"), "/login/reset/");
        assert_eq!(without_secret("/invite/SECRET"), "/invite/");
        let confirm = "/profile/email/confirm/SECRET";
        assert_eq!(without_secret(confirm), "/profile/email/confirm/");
        assert_eq!(without_secret("/clients/1"), "/clients/1");
    }
}
