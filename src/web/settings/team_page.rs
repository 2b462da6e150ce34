//! Who is in a team.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::effects::{Review, effects_panel, fragment, review_note};
use super::users::may_manage;
use super::{USERS, crumbs, id};
use crate::data::{Reading, Team, TeamId, User, UserId};
use crate::web::components::card::page_header;
use crate::web::components::form::{EditForm, reviewed_form};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::pictures::avatar_of;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/teams/{id}", USERS, page),
        Route::post("/settings/teams/{id}/members", USERS, save),
        Route::post("/settings/teams/{id}/preview", USERS, preview),
    ]
}

fn find(reading: &Reading, text: &str) -> Result<Team, WebError> {
    let team: TeamId = id(text)?;
    reading
        .rights()
        .people()
        .team(team)
        .cloned()
        .ok_or(WebError::NotFound)
}

fn members(reading: &Reading, team: TeamId) -> BTreeSet<UserId> {
    let users = reading.rights().people().users();
    users
        .into_iter()
        .filter(|user| user.team == Some(team))
        .map(|user| user.id)
        .collect()
}

/// Those ticked. Whose account is not the visitor's to change stays where they are: their box was not sent.
fn ticked(reading: &Reading, team: TeamId, form: &Form) -> BTreeSet<UserId> {
    let now = members(reading, team);
    let sent: BTreeSet<UserId> = form
        .all("member")
        .filter_map(|id| id.parse().ok())
        .collect();
    let users = reading.rights().people().users();
    let stays = users.into_iter().filter(|user| {
        if may_manage(reading, user) {
            sent.contains(&user.id)
        } else {
            now.contains(&user.id)
        }
    });
    stays.map(|user| user.id).collect()
}

async fn page(member: Member, Path(team): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let team = find(&reading, &team)?;
    let members = members(&reading, team.id);
    Ok(show(&member, &reading, &team, &members, None))
}

fn show(
    member: &Member,
    reading: &Reading,
    team: &Team,
    members: &BTreeSet<UserId>,
    review: Option<&Review>,
) -> Response {
    let users = reading.rights().people().users();
    let address = format!("/settings/teams/{}", team.id);
    let fields = html! {
        fieldset class="panel section" {
            legend { (member.text("teams-who")) }
            p class="hint" { (member.text("teams-who-hint")) }
            div class="option-grid" { @for user in users { (member_box(member, reading, team, user, members.contains(&user.id))) } }
        }
    };
    let content = html! {
        (crumbs(member, Some(("nav-teams", "/settings/teams"))))
        (page_header(&team.name, &members.len().to_string(), html! {}))
        @if review.is_some() { (review_note(member)) }
        div class="role-columns" {
            (reviewed_form(EditForm {
                lang: member.lang,
                action: &format!("{address}/members"),
                csrf: &member.csrf,
                errors: &[],
                fields,
                save_label: &member.text("action-save-changes"),
                cancel_href: "/settings/teams",
                note: &member.text("role-takes-effect"),
                uploads: false,
            }, &format!("{address}/preview")))
            div { (effects_panel(member, review)) }
        }
    };
    member.page_with(StatusCode::OK, reading, &team.name, content, "")
}

fn member_box(
    member: &Member,
    reading: &Reading,
    team: &Team,
    user: &User,
    checked: bool,
) -> Markup {
    let elsewhere = user
        .team
        .filter(|other| *other != team.id)
        .and_then(|other| reading.rights().people().team(other));
    html! {
        label class="option" {
            input type="checkbox" name="member" value=(user.id) checked[checked] disabled[!may_manage(reading, user)];
            (avatar_of(user))
            span {
                span dir="auto" { (user.name) }
                @if let Some(other) = elsewhere { span class="muted small" dir="auto" { " · " (other.name) } }
                @if !user.active { span class="muted small" { " · " (member.text("users-status-disabled")) } }
            }
        }
    }
}

async fn preview(member: Member, Path(team): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let team = find(&reading, &team)?;
    let members = ticked(&reading, team.id, &form);
    let effects = reading.preview_team(team.id, &members);
    if member.partial {
        return fragment(&member, effects);
    }
    let review = Review::of(&member, &effects?);
    Ok(show(&member, &reading, &team, &members, Some(&review)))
}

async fn save(member: Member, Path(team): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let team = find(&reading, &team)?;
    let members = ticked(&reading, team.id, &form);
    let review = Review::of(&member, &reading.preview_team(team.id, &members)?);
    if review.is_due(&form) {
        return Ok(show(&member, &reading, &team, &members, Some(&review)));
    }
    member.access.set_team_members(team.id, members).await?;
    Ok(see_other("/settings/teams?notice=saved"))
}
