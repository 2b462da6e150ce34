//! The records of somebody: how many there are, and giving them to a colleague.

use axum::extract::Path;
use maud::{Markup, html};
use serde_json::json;

use super::{USERS, id};
use crate::data::{
    AccessError, NewOperation, OperationKind, Permission, Reading, RecordType, User, UserId,
};
use crate::i18n::format::integer;
use crate::jobs::operations::work;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::csrf_field;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::operations;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post(
        "/settings/users/{id}/hand-over",
        USERS,
        hand_over,
    )]
}

/// How many records of each type somebody owns, as far as the visitor sees them.
pub(super) fn owned(
    member: &Member,
    reading: &Reading,
    user: UserId,
) -> Vec<(&'static RecordType, u64)> {
    let kinds = member.state.vault.kinds();
    let seen = kinds
        .iter()
        .copied()
        .filter(|kind| reading.rights().may(Permission::View(kind.module)));
    seen.filter_map(|kind| Some((kind, reading.owned(kind, user).ok()??)))
        .collect()
}

/// What somebody owns, as far as the visitor sees it, and the form that gives it away.
pub(super) fn records_panel(member: &Member, reading: &Reading, user: &User) -> Markup {
    let owned = owned(member, reading, user.id);
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
    let parties = (id(&user)?, id(form.get("to"))?);
    let given = given(&member, parties)?;
    Ok(see_other(&give_all(&member, parties, given).await?))
}

/// What can be given from one person to another: the records' types, and how many records there are.
pub(super) struct Given {
    kinds: Vec<&'static RecordType>,
    total: u64,
}

/// Finds what can be given, or why nothing can.
pub(super) fn given(member: &Member, (from, to): (UserId, UserId)) -> Result<Given, WebError> {
    let reading = member.access.read()?;
    let mut given = Given {
        kinds: Vec::new(),
        total: 0,
    };
    let mut refused = None;
    for kind in member.state.vault.kinds() {
        match reading.may_hand_over(kind, (from, to)) {
            Ok(()) => {
                given.total += reading.owned(kind, from)?.unwrap_or(0);
                given.kinds.push(kind);
            }
            // Other modules may still be theirs to give.
            Err(why @ AccessError::Forbidden(_)) => refused = Some(why),
            Err(why) => return Err(why.into()),
        }
    }
    match refused {
        Some(why) if given.kinds.is_empty() => Err(why.into()),
        _ => Ok(given),
    }
}

/// Starts to give; the address of the page that shows how far it is.
pub(super) async fn give_all(
    member: &Member,
    (from, to): (UserId, UserId),
    given: Given,
) -> Result<String, WebError> {
    let Given { kinds, total } = given;
    let new = NewOperation {
        kind: OperationKind::HandOver,
        module: match kinds.as_slice() {
            [only] => Some(only.module),
            _ => None,
        },
        total: Some(total),
        undoable: true,
        detail: json!({"from": from, "to": to}),
    };
    let id = member
        .state
        .operations
        .start(&member.access, new, move |task| {
            work::hand_over(task, kinds, (from, to), total)
        })
        .await?;
    Ok(operations::place(id))
}
