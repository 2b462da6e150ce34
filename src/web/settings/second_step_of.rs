//! On the page of an account: whether its sign-in takes a second step, and the way back for somebody who lost theirs.

use axum::extract::Path;
use maud::{Markup, html};
use serde_json::{Map, json};

use super::user_page::address;
use super::{USERS, id};
use crate::data::{User, UserId};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::form::csrf_field;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/users/{id}/two-step", USERS, switch),
        Route::post("/settings/users/{id}/reset-second-step", USERS, reset),
    ]
}

/// Their state and what can be done about it; one's own is changed in the profile.
pub(super) fn second_step_panel(member: &Member, user: &User) -> Markup {
    let state = if user.two_step {
        status_chip(Tone::Good, &member.text("two-step-on"))
    } else {
        html! {}
    };
    let act = |name: &str| format!("{}/{name}", address(user.id));
    let content = html! {
        @if user.id == member.signed_in.user.id {
            div class="actions after" { (button::link(&member.text("two-step-ways"), "/profile/two-step", Weight::Plain, None)) }
        } @else {
            form method="post" action=(act("two-step")) {
                (csrf_field(&member.csrf))
                div class="field check" {
                    label {
                        input type="checkbox" name="two_step" value="true" checked[user.two_step] aria-describedby="two-step-hint";
                        (member.text("users-two-step"))
                    }
                    p class="hint" id="two-step-hint" { (member.text("users-two-step-hint")) }
                }
                div class="actions after" { (button::submit(&member.text("action-save-changes"), Weight::Plain)) }
            }
            p class="hint after" { (member.text("users-reset-second-step-about")) }
            div class="actions after" {
                (button::post(&member.text("users-reset-second-step"), &act("reset-second-step"), &member.csrf, Weight::Danger, None))
            }
        }
    };
    panel(&member.text("two-step-title"), state, content)
}

async fn switch(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let user: UserId = id(&user)?;
    let json = Map::from_iter([("two_step".to_owned(), json!(form.ticked("two_step")))]);
    member.access.update_user(user, json, None).await?;
    Ok(see_other(&format!("{}?notice=saved", address(user))))
}

async fn reset(member: Member, Path(user): Path<String>) -> WebResult {
    let user: UserId = id(&user)?;
    member.access.reset_second_step(user).await?;
    Ok(see_other(&format!("{}?notice=saved", address(user))))
}
