//! What was brought in before: which file, by whom, when, what came of it, and the ways to mend it or take it back.

use maud::{Markup, html};

use super::crumbs;
use crate::data::{Operation, OperationId, RecordType, UndoState};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::empty::empty_place;
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::error::{WebError, WebResult};
use crate::web::operations::{page as operation_page, place};
use crate::web::visit::Member;

/// Imports on a page.
const PAGE: usize = 25;

/// The page.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let before: Option<OperationId> = match member.parameters().given("before") {
        Some(text) => Some(text.parse().map_err(|_| WebError::NotFound)?),
        None => None,
    };
    let mut found = reading.imports(kind.module, before, PAGE + 1)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let title = member.text("imports-title");
    let address = format!("/{}/imports", kind.module);
    let begin = button::link(
        &member.text("imports-begin"),
        &format!("/{}/import", kind.module),
        Weight::Primary,
        Some(Icon::Upload),
    );
    let columns = [
        ("operation-file", PhoneSlot::Title),
        ("operations-state", PhoneSlot::Mark),
        ("operations-outcome", PhoneSlot::First),
        ("operations-who", PhoneSlot::Second),
        ("operations-when", PhoneSlot::Corner),
        ("imports-acts", PhoneSlot::Side),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|operation| {
            let file = operation.detail.get("file").and_then(|file| file.as_str());
            vec![
                html! { a class="row-link" href=(place(operation.id)) dir="auto" { (file.unwrap_or(&title)) } },
                operation_page::state(&member, operation),
                html! { span class="muted" { (operation_page::so_far(&member, operation)) } },
                operation_page::who(&member, &reading, operation),
                html! { span class="muted" { (member.clock().recent(operation.started_at)) } },
                acts(&member, operation),
            ]
        })
        .collect();
    let content = html! {
        (crumbs(kind, &member))
        (page_header(&title, "", begin))
        @if rows.is_empty() {
            div class="panel" {
                (empty_place(Icon::Upload, &member.text("imports-empty-title"), &member.text("imports-empty"), html! {}))
            }
        } @else {
            div class="list" { (plain_table(&title, &columns, &rows)) }
        }
        @if let Some(last) = found.last().filter(|_| more) {
            nav class="pager" aria-label=(member.text("pager-label")) {
                (button::link(&member.text("operations-older"), &format!("{address}?before={}", last.id), Weight::Plain, None))
            }
        }
    };
    Ok(member.page(&reading, &title, content))
}

/// Rows in error for whoever ran it, undo for whoever sees it.
fn acts(member: &Member, operation: &Operation) -> Markup {
    let own = operation.started_by == Some(member.signed_in.user.id);
    let file = operation
        .result
        .as_ref()
        .filter(|file| own && !operation.is_running() && file.expires_at > crate::clock::now());
    let address = place(operation.id);
    html! {
        span class="actions" {
            @if let Some(file) = file {
                a class="button quiet small" href=(format!("{address}/result")) download=(file.name) {
                    (member.text("import-bad-rows-download"))
                }
            }
            @if !operation.is_running() && operation.undo == UndoState::Possible {
                (button::post(&member.text("imports-undo"), &format!("{address}/undo"), &member.csrf, Weight::Quiet, None))
            }
        }
    }
}
