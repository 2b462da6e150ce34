//! The description of the API for programs (`OpenAPI` 3.1), made of the same record types and tables as the API itself.

mod operations;
mod schemas;

use axum::http::{Method, StatusCode};
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::call::{ApiResult, Call, answer};
use crate::data::RecordType;
use crate::web::{Need, Route};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/openapi.json";
    vec![Route::on(Method::GET, path, Need::Token, get(read))]
}

async fn read(call: Call) -> ApiResult {
    // A field of the firm's own that is hidden from the caller is not described to them either.
    let reading = call.access.read()?;
    Ok(answer(StatusCode::OK, &document(reading.kinds()), None))
}

/// The whole description for these modules.
pub(super) fn document(kinds: &[&'static RecordType]) -> Json {
    let mut paths = Map::new();
    let mut schemas = schemas::common(kinds);
    for kind in kinds {
        operations::of_module(kind, &mut paths);
        operations::of_files(kind, &mut paths);
        schemas::of_module(kind, &mut schemas);
    }
    operations::of_staff(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kartoteka",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A token acts as its user: the same role, the same scope, the same hidden fields. A field \
                that is hidden from the user is absent from answers and unknown in requests.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token made in the profile."},
            },
            "schemas": schemas,
            "responses": operations::error_responses(),
        },
    })
}

/// A reference to a schema.
fn schema(name: &str) -> Json {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The name of a module's record in schemas: `clients` is `Clients`.
fn schema_name(kind: &RecordType) -> String {
    let name = kind.module.name();
    name[..1].to_uppercase() + &name[1..]
}
