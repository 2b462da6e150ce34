//! Roles. Whoever manages people may read them too, to know what they give.

use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, patch, post};

use super::body::Object;
use super::call::{ApiResult, Call, Id, answer, created, not_modified};
use super::conditional::{expected, is_known, tag};
use super::error::ApiError;
use super::users::{list_order, name_key, small_page, still_holds};
use crate::data::records::fold;
use crate::data::{AccessError, AdminRight, Permission, Reading, Role, RoleId};
use crate::web::{Need, Route};

const ALL: &str = "/api/v1/roles";
const ONE: &str = "/api/v1/roles/{id}";
const MANAGES: Need = Need::TokenWith(Permission::Admin(AdminRight::Roles));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::on(Method::GET, ALL, Need::Token, get(list)),
        Route::on(Method::POST, ALL, MANAGES, post(create)),
        Route::on(Method::GET, ONE, Need::Token, get(read)),
        Route::on(Method::PATCH, ONE, MANAGES, patch(change)),
        Route::on(Method::DELETE, ONE, MANAGES, delete(remove)),
    ]
}

/// One moment of the data, for those who manage roles or people.
fn reading(call: &Call) -> Result<Reading, ApiError> {
    let reading = call.access.read()?;
    if !reading.rights().admin(AdminRight::Users) {
        reading.rights().require_admin(AdminRight::Roles)?;
    }
    Ok(reading)
}

async fn list(call: Call) -> ApiResult {
    let reading = reading(&call)?;
    let descending = list_order(&call)?;
    let wanted = call.parameters.single("q")?.map(fold::fold);
    let wanted = wanted.unwrap_or_default();
    let roles = reading.rights().people().roles();
    let found = roles
        .into_iter()
        .filter(|role| fold::fold(&role.name).contains(&wanted));
    let items = found
        .map(|role| (name_key(&role.name, role.id.bytes()), role.to_json()))
        .collect();
    let page = small_page(&call, "roles")?;
    Ok(answer(StatusCode::OK, &page.cut(items, descending)?, None))
}

async fn create(call: Call, body: Object) -> ApiResult {
    let role = call.access.create_role(body.fields).await?;
    let location = format!("{ALL}/{}", role.id);
    Ok(created(&location, &role.to_json(), &tag(role.version)))
}

async fn read(call: Call, id: Id<RoleId>) -> ApiResult {
    let role = found(&reading(&call)?, id.0)?;
    let etag = tag(role.version);
    if is_known(&call.headers, &etag) {
        return Ok(not_modified(&etag));
    }
    Ok(answer(StatusCode::OK, &role.to_json(), Some(&etag)))
}

async fn change(call: Call, id: Id<RoleId>, body: Object) -> ApiResult {
    let version = found(&reading(&call)?, id.0)?.version;
    let expected = expected(&call.headers, &tag(version), version);
    let role = call.access.update_role(id.0, body.fields, expected).await?;
    Ok(answer(
        StatusCode::OK,
        &role.to_json(),
        Some(&tag(role.version)),
    ))
}

async fn remove(call: Call, id: Id<RoleId>) -> ApiResult {
    still_holds(&call, found(&reading(&call)?, id.0)?.version)?;
    call.access.delete_role(id.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn found(reading: &Reading, id: RoleId) -> Result<Role, ApiError> {
    let role = reading.rights().people().role(id).cloned();
    role.ok_or(AccessError::NotFound.into())
}
