//! The JSON API under `/api/v1`: a token acts as its user, through the same guard as every page.
//!
//! Records of every module go through one implementation ([`records`]); errors become answers in one place
//! ([`gate`]).

mod audit;
mod body;
mod call;
mod conditional;
mod error;
mod files;
mod gate;
mod me;
mod openapi;
mod paging;
mod parameters;
mod record_input;
mod records;
mod roles;
mod teams;
#[cfg(test)]
mod tests;
mod users;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::any;

use crate::data::RecordType;
use crate::web::{AppState, Need, Route};
use error::ApiError;
use gate::{Gate, gate};

/// Every operation of the API for the modules there are, with the permission it needs.
pub fn api_routes(kinds: &[&'static RecordType]) -> Vec<Route> {
    let mut routes: Vec<Route> = kinds
        .iter()
        .flat_map(|kind| {
            [records::routes(kind), files::routes(kind)]
                .into_iter()
                .flatten()
        })
        .collect();
    routes.extend(users::routes());
    routes.extend(teams::routes());
    routes.extend(roles::routes());
    routes.extend(me::routes());
    routes.extend(audit::routes());
    routes.extend(openapi::routes());
    routes
}

/// All of the API behind its gate; unknown paths under `/api` answer as a record that is not there.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    let mut router = Router::new();
    for route in api_routes(state.vault.kinds()) {
        let passed = Gate {
            state: state.clone(),
            need: route.need,
        };
        router = router.route(
            &route.path,
            route.handler.layer(from_fn_with_state(passed, gate)),
        );
    }
    for path in ["/api", "/api/", "/api/{*rest}"] {
        let passed = Gate {
            state: state.clone(),
            need: Need::Token,
        };
        let missing = any(|| async { ApiError::NotFound });
        router = router.route(path, missing.layer(from_fn_with_state(passed, gate)));
    }
    router
}
