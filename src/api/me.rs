//! Who the token acts as, and what they may do.

use axum::http::{Method, StatusCode};
use axum::routing::{get, patch};
use serde_json::{Value as Json, json};

use super::body::Object;
use super::call::{ApiResult, Call, answer};
use super::error::ApiError;
use crate::data::{AccessError, AdminRight, Module, Permission, Rights};
use crate::web::{Need, Route};

const PATH: &str = "/api/v1/me";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::on(Method::GET, PATH, Need::Token, get(read)),
        Route::on(Method::PATCH, PATH, Need::Token, patch(change)),
    ]
}

async fn read(call: Call) -> ApiResult {
    shown(&call)
}

async fn change(call: Call, body: Object) -> ApiResult {
    call.access.update_self(body.fields).await?;
    shown(&call)
}

fn shown(call: &Call) -> ApiResult {
    let reading = call.access.read()?;
    let rights = reading.rights();
    let user = rights
        .user()
        .ok_or(ApiError::from(AccessError::SignedOut))?;
    let json: Json = json!({
        "id": user.id, "email": user.email, "name": user.name, "language": user.language,
        "role": rights.role().to_json(), "team": user.team, "permissions": permissions(rights),
    });
    Ok(answer(StatusCode::OK, &json, None))
}

/// The names of all permissions held.
fn permissions(rights: &Rights) -> Vec<String> {
    let of_module = |module: Module| {
        let plain = [
            Permission::View(module),
            Permission::Create(module),
            Permission::Edit(module),
            Permission::Delete(module),
            Permission::Export(module),
            Permission::Import(module),
        ];
        let options = module.options().iter();
        plain
            .into_iter()
            .chain(options.map(move |option| Permission::Option(module, option)))
    };
    Module::ALL
        .into_iter()
        .flat_map(of_module)
        .chain(AdminRight::ALL.into_iter().map(Permission::Admin))
        .filter(|permission| rights.may(*permission))
        .map(|permission| permission.name())
        .collect()
}
