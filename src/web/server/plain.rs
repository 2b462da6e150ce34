//! Plain HTTP beside HTTPS. It leads pages to HTTPS, refuses the API, since what was sent has been sent in the clear, and
//! answers challenges of a certificate authority. No page and no record ever leaves by it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::json;

use super::super::request_id::identify;
use crate::metrics::Metrics;
use crate::tls::Tls;

/// What is answered there.
pub(crate) fn router(tls: &Tls) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/.well-known/acme-challenge/{*token}", get(challenge))
        .route("/api", any(refuse))
        .route("/api/{*rest}", any(refuse))
        .fallback(lead)
        // What only leads away is not counted among the answers.
        .layer(from_fn_with_state(Arc::<Metrics>::default(), identify))
        .with_state(tls.clone())
}

/// The answer to a token that is asked for at this moment, and to no other.
async fn challenge(State(tls): State<Tls>, Path(token): Path<String>) -> Response {
    match tls.answer(&token) {
        Some(answer) => {
            let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
            (kind, answer).into_response()
        }
        None => nothing().await,
    }
}

async fn nothing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

async fn refuse() -> Response {
    let problem = json!({
        "type": "about:blank",
        "title": "HTTPS needed",
        "status": 403,
        "detail": "The API answers by HTTPS only. A token sent by plain HTTP may have been read on its way: revoke it.",
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::FORBIDDEN, kind, problem.to_string()).into_response()
}

/// To the same path by HTTPS. 301 makes a form's POST a GET, so that what it held is not sent again. The host of the
/// request has no say in where.
async fn lead(State(tls): State<Tls>, uri: Uri) -> Response {
    let Some(site) = tls.site() else {
        return nothing().await;
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    let heads = [(header::LOCATION, format!("{site}{path}"))];
    (StatusCode::MOVED_PERMANENTLY, heads).into_response()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::config::Config;

    async fn ask(method: &str, target: &str) -> (StatusCode, String) {
        let config = "public_url = 'https://crm.test'";
        let config = Config::parse(config, Path::new("kartoteka.toml"), &|_| None).unwrap();
        let request = Request::builder().method(method).uri(target);
        let request = request.header("host", "evil.test").body(Body::empty());
        let answer = router(&Tls::off(&config)).oneshot(request.unwrap()).await;
        let answer = answer.unwrap();
        let to = answer.headers().get("location");
        let to = to.map(|to| to.to_str().unwrap().to_owned());
        assert!(answer.headers().get("set-cookie").is_none());
        (answer.status(), to.unwrap_or_default())
    }

    #[tokio::test]
    async fn pages_lead_to_https_and_never_elsewhere() {
        for (target, to) in [
            ("/clients?q=a%20b", "https://crm.test/clients?q=a%20b"),
            ("http://evil.test/x", "https://crm.test/x"),
            ("//evil.test/x", "https://crm.test//evil.test/x"),
            ("/@evil.test", "https://crm.test/@evil.test"),
            ("*", "https://crm.test/"),
            ("/apiary", "https://crm.test/apiary"),
        ] {
            let answer = ask("GET", target).await;
            assert_eq!(answer, (StatusCode::MOVED_PERMANENTLY, to.to_owned()));
        }
        let (status, _) = ask("POST", "/login").await;
        assert_eq!(status, StatusCode::MOVED_PERMANENTLY);
    }

    #[tokio::test]
    async fn the_api_is_refused_and_nothing_lies_under_challenges() {
        for (method, target, status) in [
            ("GET", "/api/v1/me", StatusCode::FORBIDDEN),
            ("POST", "/api/v1/clients", StatusCode::FORBIDDEN),
            ("GET", "/api", StatusCode::FORBIDDEN),
            ("GET", "/healthz", StatusCode::OK),
            (
                "GET",
                "/.well-known/acme-challenge/unknown",
                StatusCode::NOT_FOUND,
            ),
            (
                "GET",
                "/.well-known/acme-challenge/../../etc/passwd",
                StatusCode::NOT_FOUND,
            ),
            (
                "GET",
                "/.well-known/acme-challenge/%2e%2e%2fetc",
                StatusCode::NOT_FOUND,
            ),
        ] {
            assert_eq!(
                ask(method, target).await,
                (status, String::new()),
                "{target}"
            );
        }
    }
}
