//! Teams on one page: add, rename, delete.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::{USERS, crumbs, id};
use crate::data::{AccessError, FieldError, Reading, Team, TeamId};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of};
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/teams", USERS, page),
        Route::post("/settings/teams", USERS, create),
        Route::post("/settings/teams/{id}", USERS, rename),
        Route::post("/settings/teams/{id}/delete", USERS, delete),
    ]
}

/// A name that was not taken: of which team (`None`: the new one), as typed, and why.
struct Refused {
    team: Option<TeamId>,
    name: String,
    errors: Vec<FieldError>,
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    Ok(show(&member, &reading, StatusCode::OK, None))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    refused: Option<&Refused>,
) -> Response {
    let teams = reading.rights().people().teams();
    let title = member.text("teams-title");
    let new = refused.filter(|refused| refused.team.is_none());
    let errors = new
        .map(|refused| member.errors(&refused.errors))
        .unwrap_or_default();
    let name = Field::new("name", member.text("teams-name"))
        .value(new.map(|refused| refused.name.as_str()).unwrap_or_default())
        .error(error_of(&errors, "name"))
        .autocomplete("off")
        .required();
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, &teams.len().to_string(), html! {}))
        p class="muted lead" { (member.text("teams-lead")) }
        div class="narrow" {
            div class="panel" {
                @if teams.is_empty() { p class="muted" { (member.text("teams-empty")) } }
                ul class="entries" { @for team in &teams { li { (item(member, reading, team, refused)) } } }
            }
            (panel(&member.text("teams-new"), html! {}, html! {
                form method="post" action="/settings/teams" {
                    (csrf_field(&member.csrf))
                    (name.text())
                    div class="actions after" { (button::submit(&member.text("action-add"), Weight::Primary)) }
                }
            }))
        }
    };
    member.page_with(status, reading, &title, content, "")
}

fn item(member: &Member, reading: &Reading, team: &Team, refused: Option<&Refused>) -> Markup {
    let people = reading.rights().people();
    let members: Vec<&str> = people
        .users()
        .into_iter()
        .filter(|user| user.team == Some(team.id))
        .map(|user| user.name.as_str())
        .collect();
    let count = member.text_with("teams-members", &[("count", members.len().into())]);
    let refused = refused.filter(|refused| refused.team == Some(team.id));
    let errors = refused
        .map(|refused| member.errors(&refused.errors))
        .unwrap_or_default();
    let typed = refused.map_or(team.name.as_str(), |refused| refused.name.as_str());
    let invalid = refused.map(|_| "true");
    let label = member.text_with("teams-rename", &[("name", team.name.as_str().into())]);
    html! {
        form class="grow" method="post" action=(address(team.id)) {
            (csrf_field(&member.csrf))
            span class="with-unit" {
                input type="text" name="name" value=(typed) aria-label=(label) aria-invalid=[invalid] dir="auto" required;
                (button::submit(&member.text("action-rename"), Weight::Plain))
            }
            @for error in &errors { p class="error" role="alert" { (icon(Icon::Error)) span { (error.message) } } }
        }
        a class="small" href=(address(team.id)) title=(members.join(", ")) aria-label=(format!("{}: {count}", team.name)) { (count) }
        @if members.is_empty() {
            (button::post(&member.text("action-delete"), &format!("{}/delete", address(team.id)), &member.csrf, Weight::Quiet, Some(Icon::Trash)))
        }
    }
}

fn address(team: TeamId) -> String {
    format!("/settings/teams/{team}")
}

fn name_json(form: &Form) -> Map<String, Json> {
    Map::from_iter([("name".to_owned(), json!(form.get("name")))])
}

async fn create(member: Member, form: Form) -> WebResult {
    let result = member.access.create_team(name_json(&form)).await;
    answer(&member, None, &form, result)
}

async fn rename(member: Member, Path(team): Path<String>, form: Form) -> WebResult {
    let team: TeamId = id(&team)?;
    let result = member.access.update_team(team, name_json(&form)).await;
    answer(&member, Some(team), &form, result)
}

fn answer(
    member: &Member,
    team: Option<TeamId>,
    form: &Form,
    result: Result<Team, AccessError>,
) -> WebResult {
    match result {
        Ok(_) => Ok(see_other("/settings/teams?notice=saved")),
        Err(AccessError::Invalid(errors)) => {
            let refused = Refused {
                team,
                name: form.get("name").to_owned(),
                errors,
            };
            Ok(show(
                member,
                &member.access.read()?,
                UNPROCESSABLE,
                Some(&refused),
            ))
        }
        Err(error) => Err(error.into()),
    }
}

async fn delete(member: Member, Path(team): Path<String>) -> WebResult {
    member.access.delete_team(id(&team)?).await?;
    Ok(see_other("/settings/teams?notice=team-deleted"))
}
