//! One's own copy: all that one may take out, in one archive.

use maud::{Markup, html};
use serde_json::json;

use crate::data::{NewOperation, OperationKind, Query, Reading};
use crate::exchange::copy::modules;
use crate::jobs::operations::copy::{WantedCopy, copy};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::icon::Icon;
use crate::web::error::WebResult;
use crate::web::need::{Need, Route};
use crate::web::operations;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/profile/copy", Need::SignedIn, make)]
}

/// What goes into it, and the button; who may take nothing out is told so.
pub(super) fn panel_of(member: &Member, reading: &Reading) -> Markup {
    let taken = modules(reading).unwrap_or_default();
    let names: Vec<String> = taken
        .iter()
        .map(|kind| member.text(&format!("nav-{}", kind.module)))
        .collect();
    let content = html! {
        @if names.is_empty() {
            p class="hint" { (member.text("copy-nothing")) }
        } @else {
            p class="hint" { (member.text("copy-about")) }
            p { (member.text("copy-holds")) " " (names.join(", ")) "." }
            div class="actions after" {
                (button::post(&member.text("copy-make"), "/profile/copy", &member.csrf, Weight::Plain, Some(Icon::Copy)))
            }
        }
    };
    panel(&member.text("copy-title"), html! {}, content)
}

async fn make(member: Member) -> WebResult {
    let (names, total) = {
        let reading = member.access.read()?;
        let kinds = modules(&reading)?;
        let mut total = 0;
        for kind in &kinds {
            total += reading.count(kind, &Query::default())?;
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.module.name()).collect();
        (names, total)
    };
    let new = NewOperation {
        kind: OperationKind::Copy,
        module: None,
        total: Some(total),
        undoable: false,
        detail: json!({"modules": names}),
    };
    let day = crate::clock::now()
        .to_zoned_datetime(member.state.vault.zone())
        .date();
    let wanted = WantedCopy {
        lang: member.lang,
        temp_dir: member.state.temp_dir.clone(),
        name: format!("{}-{day}.zip", member.text("copy-file")),
        total,
    };
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| copy(task, wanted))
        .await?;
    Ok(see_other(&operations::place(id)))
}

#[cfg(test)]
mod tests;
