//! The records of somebody: how many there are, and giving them to a colleague.

use std::time::{Duration, Instant};

use axum::extract::Path;
use maud::{Markup, html};

use super::{USERS, id};
use crate::data::{AccessError, Permission, Reading, RecordType, User, UserId};
use crate::i18n::format::integer;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::csrf_field;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post(
        "/settings/users/{id}/hand-over",
        USERS,
        hand_over,
    )]
}

/// Records of one write.
const AT_ONCE: usize = 500;
/// How long one request goes on; what is left then waits for the button to be pressed again.
const LONGEST: Duration = Duration::from_secs(8);

/// What somebody owns, as far as the visitor sees it, and the form that gives it away.
pub(super) fn records_panel(member: &Member, reading: &Reading, user: &User) -> Markup {
    let mut owned = Vec::new();
    for kind in member.state.vault.kinds() {
        if let Ok(Some(count)) = reading.owned(kind, user.id)
            && reading.rights().may(Permission::View(kind.module))
        {
            owned.push((*kind, count));
        }
    }
    if owned.is_empty() {
        return html! {};
    }
    let any = owned.iter().any(|(_, count)| *count > 0);
    let may = owned.iter().any(|(kind, _)| may_hand_over(reading, kind));
    let colleagues: Vec<_> = colleagues(reading, user.id)
        .map(|other| Choice::new(other.id.to_string(), other.name.as_str()))
        .collect();
    panel(
        &member.text("users-records-of"),
        html! {},
        html! {
            ul {
                @for (kind, count) in &owned {
                    li {
                        a href=(format!("/{}?owner={}", kind.module, user.id)) {
                            (member.text(&format!("nav-{}", kind.module))) ": "
                            span class="numeric" { (integer(member.lang, i64::try_from(*count).unwrap_or(i64::MAX))) }
                        }
                    }
                }
            }
            @if any && may && !colleagues.is_empty() {
                form method="post" action=(format!("/settings/users/{}/hand-over", user.id)) {
                    (csrf_field(&member.csrf))
                    (Field::new("to", member.text("users-hand-over-to")).hint(member.text("users-hand-over-hint")).required().select(&colleagues))
                    div class="actions after" { (button::submit(&member.text("users-hand-over"), Weight::Plain)) }
                }
            }
        },
    )
}

/// Who could take the records of somebody.
pub(super) fn colleagues(reading: &Reading, user: UserId) -> impl Iterator<Item = &User> {
    let users = reading.rights().people().users();
    users
        .into_iter()
        .filter(move |other| other.active && other.id != user)
}

fn may_hand_over(reading: &Reading, kind: &RecordType) -> bool {
    let rights = reading.rights();
    rights.may(Permission::Edit(kind.module))
        && rights.may(Permission::Option(kind.module, "change_owner"))
}

async fn hand_over(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let from: UserId = id(&user)?;
    let to: UserId = id(form.get("to"))?;
    Ok(see_other(&give_all(&member, from, to).await?))
}

/// Gives what can be given in the time there is; the address of the page that says how far it came.
pub(super) async fn give_all(
    member: &Member,
    from: UserId,
    to: UserId,
) -> Result<String, crate::web::error::WebError> {
    let begun = Instant::now();
    let (mut moved, mut left, mut unfinished) = (0, 0, false);
    for kind in member.state.vault.kinds() {
        let mut start = Some(0);
        while let Some(at) = start {
            if begun.elapsed() > LONGEST {
                unfinished = true;
                break;
            }
            let handed = match member.access.hand_over(kind, (from, to), at, AT_ONCE).await {
                Ok(handed) => handed,
                // Other modules may still be theirs to give.
                Err(AccessError::Forbidden(_)) if member.state.vault.kinds().len() > 1 => break,
                Err(error) => return Err(error.into()),
            };
            moved += handed.moved.len();
            left += handed.left.len();
            start = handed.next;
        }
    }
    let key = match (unfinished, left) {
        (true, _) => "handed-partly",
        (false, 0) => "handed-over",
        (false, _) => "handed-some",
    };
    Ok(format!(
        "/settings/users/{from}?notice={key}:{moved}:{left}"
    ))
}
