//! Acts on many deleted records: all that a filter means, or those ticked, back or gone for good.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::filter::Wanted;
use crate::data::{
    AdminRight, FieldError, Module, NewOperation, OperationKind, Permission, Problem, Reading,
    RecordId, RecordType,
};
use crate::i18n::format::integer;
use crate::jobs::operations::work::{self, BulkAct};
use crate::web::components::button::{self, Weight};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::icon::Icon;
use crate::web::components::problem::problem;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::operations;
use crate::web::visit::{Member, see_other};

/// Records by module.
type Chosen = Vec<(&'static RecordType, Vec<RecordId>)>;

/// Brings everything back that the filter means, as an operation.
pub(in crate::web::records) async fn restore_all(member: Member, form: Form) -> WebResult {
    let (wanted, errors) = Wanted::read(&member, &form);
    let chosen = {
        let reading = member.access.read()?;
        if !errors.is_empty() {
            return Ok(refused(&member, &reading, &errors));
        }
        let chosen = wanted.records(&reading)?;
        if chosen.is_empty() {
            return Ok(nothing(&member, &reading));
        }
        chosen
    };
    let sort = (OperationKind::BulkRestore, BulkAct::Restore);
    start(&member, chosen, sort, true).await
}

/// Removes records for good, as an operation, once that was confirmed (`confirm=1`): those of `module` named by `id`, or
/// everything that the filter means (`all=1`). Nothing undoes it, so the right to delete alone is not enough.
pub(in crate::web::records) async fn purge(member: Member, form: Form) -> WebResult {
    let all = form.ticked("all");
    let (wanted, errors) = Wanted::read(&member, &form);
    let chosen = {
        let reading = member.access.read()?;
        reading.rights().require_admin(AdminRight::Backups)?;
        if !errors.is_empty() {
            return Ok(refused(&member, &reading, &errors));
        }
        let chosen = if all {
            wanted.records(&reading)?
        } else {
            named(&reading, &form)?
        };
        if chosen.iter().all(|(_, ids)| ids.is_empty()) {
            return Ok(nothing(&member, &reading));
        }
        if !form.ticked("confirm") {
            return ask(&member, &reading, &form, &chosen);
        }
        chosen
    };
    start(
        &member,
        chosen,
        (OperationKind::Purge, BulkAct::Purge),
        false,
    )
    .await
}

fn named(reading: &Reading, form: &Form) -> Result<Chosen, WebError> {
    let module: Module = form.get("module").parse().map_err(|_| WebError::NotFound)?;
    let kind = reading.kind(module)?;
    reading.rights().require(Permission::Delete(module))?;
    let mut ids: Vec<RecordId> = form.all("id").filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    // Who may not have a record is told as of one that is not there.
    ids.retain(|id| reading.trashed(kind, *id).is_ok());
    ids.truncate(super::MOST_AT_ONCE);
    Ok(vec![(kind, ids)])
}

async fn start(
    member: &Member,
    chosen: Chosen,
    (kind, act): (OperationKind, BulkAct),
    undoable: bool,
) -> WebResult {
    let total: usize = chosen.iter().map(|(_, ids)| ids.len()).sum();
    let new = NewOperation {
        kind,
        module: match chosen.as_slice() {
            [(only, _)] => Some(only.module),
            _ => None,
        },
        total: Some(total as u64),
        undoable,
        detail: json!({}),
    };
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            work::bulk_each(task, chosen, act)
        })
        .await?;
    Ok(see_other(&operations::place(id)))
}

/// Asks before what cannot be undone. What is sent on is what was asked about: a filter without an end ends now.
fn ask(member: &Member, reading: &Reading, form: &Form, chosen: &Chosen) -> WebResult {
    let count: usize = chosen.iter().map(|(_, ids)| ids.len()).sum();
    let title = match chosen.as_slice() {
        [(kind, ids)] if ids.len() == 1 => {
            let trashed = reading.trashed(kind, ids[0])?;
            let name = trashed.record.title().to_owned();
            member.text_with("trash-purge-question", &[("name", name.into())])
        }
        _ => member.text_with("trash-purge-question-many", &[("count", count.into())]),
    };
    let mut fields: Vec<(String, String)> = form
        .0
        .iter()
        .filter(|(name, value)| {
            matches!(
                name.as_str(),
                "module" | "all" | "id" | "by" | "from" | "to"
            ) && !value.trim().is_empty()
        })
        .cloned()
        .collect();
    if form.ticked("all") && form.get("to").trim().is_empty() {
        fields.push(("to".to_owned(), crate::clock::now().to_string()));
    }
    fields.push(("confirm".to_owned(), "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let number = integer(member.lang, i64::try_from(count).unwrap_or(i64::MAX));
    let content = confirm_page(&Confirm {
        lang: member.lang,
        question: &title,
        consequence: &member.text("trash-purge-consequence"),
        action: "/trash/purge",
        csrf: &member.csrf,
        fields: &fields,
        act_label: &member.text_with("trash-purge-act", &[("count", number.into())]),
        cancel_href: "/trash",
    });
    Ok(member.page(reading, &title, content))
}

fn nothing(member: &Member, reading: &Reading) -> Response {
    let why = Problem::new("error-bulk-nothing-chosen");
    refused(member, reading, &[FieldError::new("", why)])
}

fn refused(member: &Member, reading: &Reading, errors: &[FieldError]) -> Response {
    let title = member.text("error-cannot-title");
    let sentences: Vec<String> = errors
        .iter()
        .map(|error| member.say(&error.problem))
        .collect();
    let back = button::link(&member.text("trash-back"), "/trash", Weight::Primary, None);
    let content = html! { (problem(Icon::Warning, &title, &sentences.join(" "), back)) };
    member.page_with(UNPROCESSABLE, reading, &title, content, "")
}
