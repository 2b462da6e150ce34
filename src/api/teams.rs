//! Teams.

use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, patch, post};
use serde_json::{Value as Json, json};

use super::body::Object;
use super::call::{ApiResult, Call, Id, answer, created, not_modified};
use super::conditional::{is_known, tag};
use super::error::ApiError;
use super::users::{list_order, name_key, small_page, still_holds};
use crate::data::records::fold;
use crate::data::{AccessError, AdminRight, Permission, Team, TeamId};
use crate::web::{Need, Route};

const ALL: &str = "/api/v1/teams";
const ONE: &str = "/api/v1/teams/{id}";
const MANAGES: Need = Need::TokenWith(Permission::Admin(AdminRight::Users));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::on(Method::GET, ALL, MANAGES, get(list)),
        Route::on(Method::POST, ALL, MANAGES, post(create)),
        Route::on(Method::GET, ONE, MANAGES, get(read)),
        Route::on(Method::PATCH, ONE, MANAGES, patch(change)),
        Route::on(Method::DELETE, ONE, MANAGES, delete(remove)),
    ]
}

fn shown(team: &Team) -> Json {
    json!({"id": team.id, "name": team.name})
}

async fn list(call: Call) -> ApiResult {
    let descending = list_order(&call)?;
    let wanted = call.parameters.single("q")?.map(fold::fold);
    let wanted = wanted.unwrap_or_default();
    let reading = call.access.read()?;
    let teams = reading.rights().people().teams();
    let found = teams
        .into_iter()
        .filter(|team| fold::fold(&team.name).contains(&wanted));
    let items = found
        .map(|team| (name_key(&team.name, team.id.bytes()), shown(team)))
        .collect();
    let page = small_page(&call, "teams")?;
    Ok(answer(StatusCode::OK, &page.cut(items, descending)?, None))
}

async fn create(call: Call, body: Object) -> ApiResult {
    let team = call.access.create_team(body.fields).await?;
    let location = format!("{ALL}/{}", team.id);
    Ok(created(&location, &shown(&team), &tag(team.version)))
}

async fn read(call: Call, id: Id<TeamId>) -> ApiResult {
    let team = found(&call, id.0)?;
    let etag = tag(team.version);
    if is_known(&call.headers, &etag) {
        return Ok(not_modified(&etag));
    }
    Ok(answer(StatusCode::OK, &shown(&team), Some(&etag)))
}

async fn change(call: Call, id: Id<TeamId>, body: Object) -> ApiResult {
    still_holds(&call, found(&call, id.0)?.version)?;
    let team = call.access.update_team(id.0, body.fields).await?;
    Ok(answer(
        StatusCode::OK,
        &shown(&team),
        Some(&tag(team.version)),
    ))
}

async fn remove(call: Call, id: Id<TeamId>) -> ApiResult {
    still_holds(&call, found(&call, id.0)?.version)?;
    call.access.delete_team(id.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn found(call: &Call, id: TeamId) -> Result<Team, ApiError> {
    let reading = call.access.read()?;
    let team = reading.rights().people().team(id).cloned();
    team.ok_or(AccessError::NotFound.into())
}
