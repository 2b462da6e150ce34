//! Starting a check of how the clients of a list, or those ticked in it, stand in the registers of taxpayers.

use maud::{Markup, html};
use serde_json::json;

use super::bulk::asked::Records;
use super::showing::Showing;
use super::{refused, today};
use crate::data::{FieldError, Kind, NewOperation, OperationKind, Permission, Query, RecordType};
use crate::jobs::operations::register_check::{self, Check};
use crate::registers::RegisterError;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::need::{Need, Route};
use crate::web::operations;
use crate::web::visit::{Member, see_other};

/// The routes of a module that has a tax id. The result is a file of records, so it takes the permission to export.
pub(super) fn routes(kind: &'static RecordType) -> Vec<Route> {
    if !has_tax_id(kind) {
        return Vec::new();
    }
    vec![Route::post(
        place(kind),
        Need::Permission(Permission::Export(kind.module)),
        move |member: Member, form: Form| start(today(kind, &member), member, form),
    )]
}

fn has_tax_id(kind: &RecordType) -> bool {
    kind.fields.iter().any(|field| field.kind == Kind::TaxId)
}

fn place(kind: &RecordType) -> String {
    format!("/{}/check-vat", kind.module)
}

fn is_offered(kind: &RecordType, showing: &Showing<'_>) -> bool {
    has_tax_id(kind)
        && showing.member.state.registers.are_on()
        && showing
            .reading
            .rights()
            .may(Permission::Export(kind.module))
}

/// The button in the bar for those ticked.
pub(super) fn of_ticked(kind: &RecordType, showing: &Showing<'_>) -> Markup {
    html! {
        @if is_offered(kind, showing) {
            button class="button" type="submit" formaction=(place(kind)) { (showing.text("check-vat")) }
        }
    }
}

/// The entry in the list's menu, for all that it shows.
pub(super) fn of_list(kind: &RecordType, showing: &Showing<'_>, query: &Query) -> Option<Markup> {
    if !is_offered(kind, showing) {
        return None;
    }
    let filter = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query.pairs())
        .finish();
    Some(html! {
        form method="post" action=(place(kind)) {
            (csrf_field(&showing.member.csrf))
            (hidden_fields(&[("all", "1"), ("filter", &filter)]))
            button class="menu-item" type="submit" { (icon(Icon::Shield)) (showing.text("check-vat-list")) }
        }
    })
}

async fn start(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let state = &member.state;
    let records = {
        let reading = member.access.read()?;
        if !state.registers.are_on() {
            let off = FieldError::new("", RegisterError::Off.problem());
            return Ok(refused(kind, &member, &reading, &[off]));
        }
        match Records::read(kind, &reading, &form)? {
            Ok(records) => records,
            Err(errors) => return Ok(refused(kind, &member, &reading, &errors)),
        }
    };
    let day = member.clock().today();
    let check = Check {
        kind,
        chosen: records.chosen,
        registers: state.registers.clone(),
        day,
        lang: member.lang,
        temp_dir: state.temp_dir.clone(),
        name: format!("vat-{day}.xlsx"),
    };
    let new = NewOperation {
        kind: OperationKind::RegisterCheck,
        module: Some(kind.module),
        total: Some(check.chosen.len()),
        undoable: false,
        detail: json!({"filter": records.filter, "file": check.name}),
    };
    let id = state
        .operations
        .start(&member.access, new, move |task| {
            register_check::check(task, check)
        })
        .await?;
    Ok(see_other(&operations::place(id)))
}
