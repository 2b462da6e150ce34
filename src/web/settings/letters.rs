//! Letters to people with links that an admin has sent: invitations, and questions to confirm an address.

use axum::extract::Path;
use maud::{Markup, html};

use super::user_page::address;
use super::{USERS, id};
use crate::data::{AccessError, Problem, Reading, User, UserId};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/users/confirm-emails", USERS, ask_all),
        Route::post("/settings/users/{id}/confirm-email", USERS, ask_one),
        Route::post("/settings/users/{id}/invite", USERS, invite),
    ]
}

/// Above the list: how many addresses are not confirmed, and a button that asks all of them.
pub(super) fn unconfirmed(member: &Member, reading: &Reading) -> Result<Markup, WebError> {
    let users = reading.rights().people().users();
    let count = users
        .into_iter()
        .filter(|user| user.active && !user.email_verified && user.password.is_some())
        .count();
    let off = member.state.mail.links_off()?;
    Ok(html! {
        @if count > 0 {
            (banner(Verdict::Info, html! {
                p { (member.text_with("users-unconfirmed", &[("count", count.into())])) }
                @if let Some(off) = off { p class="hint" { (member.text(off.key())) } }
                @else {
                    div class="actions after" {
                        (button::post(&member.text("users-confirm-all"), "/settings/users/confirm-emails", &member.csrf, Weight::Plain, Some(Icon::Mail)))
                    }
                }
            }))
        }
    })
}

/// On the page of an account: whether its address is confirmed, and the letter that can be sent.
pub(super) fn letters_panel(member: &Member, user: &User) -> Result<Markup, WebError> {
    let off = member.state.mail.links_off()?;
    let invited = member.state.vault.invited_until(user)?;
    let new = user.password.is_none();
    let (act, label) = if new {
        ("invite", "users-invite-again")
    } else {
        ("confirm-email", "users-confirm-one")
    };
    let action = format!("{}/{act}", address(user.id));
    let content = html! {
        p {
            @if user.email_verified { (status_chip(Tone::Good, &member.text("email-confirmed"))) }
            @else { (status_chip(Tone::Neutral, &member.text("email-unconfirmed"))) }
        }
        @if new {
            p class="hint" {
                @match invited {
                    Some(until) => { (member.text("users-invited-until")) " " (member.clock().recent(until)) },
                    None => (member.text("users-not-invited")),
                }
            }
        }
        @if user.active && !user.email_verified {
            @if let Some(off) = off { p class="hint" { (member.text(off.key())) } }
            @else {
                div class="actions after" {
                    (button::post(&member.text(label), &action, &member.csrf, Weight::Plain, Some(Icon::Mail)))
                }
            }
        }
    };
    Ok(panel(
        &member.text("users-letters-title"),
        html! {},
        content,
    ))
}

/// Fails where letters with links cannot be sent.
fn require_links(member: &Member) -> Result<(), WebError> {
    match member.state.mail.links_off()? {
        Some(off) => Err(WebError::Conflict(Problem::new(off.key()))),
        None => Ok(()),
    }
}

async fn ask_all(member: Member) -> WebResult {
    require_links(&member)?;
    let sent = member.access.ask_confirmations(None).await?;
    Ok(see_other(&format!(
        "/settings/users?notice=letters-sent:{sent}"
    )))
}

async fn ask_one(member: Member, Path(user): Path<String>) -> WebResult {
    require_links(&member)?;
    let user: UserId = id(&user)?;
    member.access.ask_confirmations(Some(user)).await?;
    Ok(see_other(&format!("{}?notice=letter-sent", address(user))))
}

async fn invite(
    member: Member,
    Path(user): Path<String>,
) -> Result<axum::response::Response, WebError> {
    require_links(&member)?;
    let user: UserId = id(&user)?;
    match member.access.invite(user).await {
        Ok(()) => Ok(see_other(&format!("{}?notice=invited", address(user)))),
        Err(AccessError::Conflict(problem)) => Err(WebError::Conflict(problem)),
        Err(error) => Err(error.into()),
    }
}
