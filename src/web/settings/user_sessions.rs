//! The open sessions of somebody else, for those who manage people.

use axum::extract::Path;
use maud::html;

use super::{USERS, crumbs, id};
use crate::data::{SessionId, UserId};
use crate::web::components::card::page_header;
use crate::web::error::{WebError, WebResult};
use crate::web::need::Route;
use crate::web::profile::sessions_of;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    let act = |name: &str| format!("/settings/users/{{id}}/sessions{name}");
    vec![
        Route::get(act(""), USERS, page),
        Route::post(act("/end-others"), USERS, end_all),
        Route::post(act("/{session}/end"), USERS, end),
    ]
}

fn place(user: UserId) -> String {
    format!("/settings/users/{user}/sessions")
}

async fn page(member: Member, Path(user): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let people = reading.rights().people();
    let user = people.user(id(&user)?).ok_or(WebError::NotFound)?;
    let title = member.text_with("sessions-title-of", &[("name", user.name.as_str().into())]);
    let content = html! {
        (crumbs(&member, Some(("nav-users", "/settings/users"))))
        (page_header(&title, "", html! {}))
        (sessions_of(&member, &reading, user.id, &place(user.id))?)
    };
    Ok(member.page(&reading, &title, content))
}

async fn end(member: Member, Path((user, session)): Path<(String, String)>) -> WebResult {
    let (user, session) = (id::<UserId>(&user)?, id::<SessionId>(&session)?);
    member.access.end_session_of(user, session).await?;
    Ok(see_other(&format!("{}?notice=saved", place(user))))
}

async fn end_all(member: Member, Path(user): Path<String>) -> WebResult {
    let user = id::<UserId>(&user)?;
    member.access.end_other_sessions(user).await?;
    Ok(see_other(&format!("{}?notice=saved", place(user))))
}
