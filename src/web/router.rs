//! The whole of the web put together from the tables of its parts.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::error::WebError;
use super::gate::{Gate, gate};
use super::need::{Need, Route};
use super::request_id::identify;
use super::state::AppState;
use super::{
    assets, dashboard, fresh, health, operations, outbox, pictures, profile, records, settings,
    sign_in,
};
use crate::api;
use crate::backup::Restoring;

/// Every page and form, with the permission it needs.
pub fn page_routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(sign_in::routes());
    routes.extend(dashboard::routes());
    routes.extend(records::routes());
    routes.extend(operations::routes());
    routes.extend(settings::routes());
    routes.extend(profile::routes());
    routes.extend(fresh::routes());
    routes.extend(outbox::routes());
    routes.extend(pictures::routes());
    routes.extend(crate::audit::routes());
    routes
}

/// The application.
pub fn router(state: &AppState) -> Router {
    let mut router = Router::new();
    for route in page_routes() {
        let passed = Gate {
            state: state.clone(),
            need: route.need,
            fresh: fresh::wanted_by(&route.method, &route.path),
        };
        router = router.route(
            &route.path,
            route.handler.layer(from_fn_with_state(passed, gate)),
        );
    }
    let nowhere = Gate {
        state: state.clone(),
        fresh: false,
        need: Need::Public("says that there is no such page"),
    };
    let missing = axum::routing::any(|| async { WebError::NotFound })
        .layer(from_fn_with_state(nowhere, gate));
    router
        .merge(api::router(state))
        .route("/healthz", axum::routing::get(health::alive))
        .route("/readyz", axum::routing::get(health::ready))
        .route("/metrics", axum::routing::get(health::metrics))
        .route("/assets/{name}", axum::routing::get(asset))
        .fallback_service(missing.with_state(state.clone()))
        .layer(from_fn_with_state(state.restoring.clone(), while_open))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.metrics.clone(), identify))
        .with_state(state.clone())
}

/// Nothing is written any more once the firm is about to be replaced: it would be lost.
async fn while_open(State(restoring): State<Restoring>, request: Request, next: Next) -> Response {
    if restoring.is_closed() && !request.method().is_safe() {
        let heads = [(header::RETRY_AFTER, "30")];
        let words = "The firm is being restored from a backup. Try again in a minute.";
        return (StatusCode::SERVICE_UNAVAILABLE, heads, words).into_response();
    }
    next.run(request).await
}

/// Script, style and icon, for ever under their hash.
async fn asset(request: Request) -> Response {
    match assets::find(request.uri().path()) {
        Some(asset) => {
            let heads = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, assets::CACHE_CONTROL),
            ];
            (heads, asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> axum::http::Response<Body> {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(what = what.unwrap_or("unknown"), "a handler panicked");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke on our side. The log of the server tells more.",
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_broke_is_for_the_log_alone() {
        let handler = axum::routing::get(|| async {
            assert!(std::env::args().count() == 0, "the key is tajne");
        });
        let app = Router::new()
            .route("/", handler)
            .layer(CatchPanicLayer::custom(panicked));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(app, request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let said = axum::body::to_bytes(answer.into_body(), 1 << 10).await;
        assert!(!String::from_utf8_lossy(&said.unwrap()).contains("tajne"));
    }
}
