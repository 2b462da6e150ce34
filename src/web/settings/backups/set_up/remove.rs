//! Taking a place for backups away, after saying what stays there.

use maud::html;

use super::super::{BACKUPS, PLACE, crumbs};
use super::{kept, place_of};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const REMOVE: &str = "/settings/backups/targets/remove";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(REMOVE, BACKUPS, ask),
        Route::post(REMOVE, BACKUPS, remove),
    ]
}

async fn ask(member: Member) -> WebResult {
    let name = kept(&member, &member.parameters())?.name;
    let desk = &member.state.backups;
    let known = member.state.vault.backups()?;
    let there = known.iter().filter_map(|backup| backup.targets.get(&name));
    let there = there.filter(|at| at.sent_at.is_some()).count();
    let names = desk.target_names().map_err(super::refused)?;
    let title = member.text_with("backup-remove-question", &[("name", name.as_str().into())]);
    let mut consequence = member.text_with("backup-remove-consequence", &[("count", there.into())]);
    if !names.iter().any(|other| *other != name) {
        consequence = format!("{consequence} {}", member.text("backup-remove-last"));
    }
    let content = html! {
        (crumbs(&member, Some(("nav-backups", PLACE))))
        (confirm_page(&Confirm {
            lang: member.lang,
            question: &title,
            consequence: &consequence,
            action: REMOVE,
            csrf: &member.csrf,
            fields: &[("target", &name)],
            act_label: &member.text("backup-target-remove"),
            cancel_href: &place_of("edit", &name),
        }))
    };
    let reading = member.access.read()?;
    Ok(member.page(&reading, &title, content))
}

async fn remove(member: Member, form: Form) -> WebResult {
    let name = kept(&member, &form)?.name;
    member.access.remove_backup_target(name).await?;
    member.state.backups.forget_health();
    Ok(see_other(&format!("{PLACE}?notice=backup-target-removed")))
}
