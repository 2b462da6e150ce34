//! Long work as pages: what is under way, how far it is, what came of it, and the ways to stop it or take it back.

pub(super) mod page;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use tokio_util::io::ReaderStream;

use super::components::button::{self, Weight};
use super::components::card::page_header;
use super::components::empty::empty_place;
use super::components::icon::Icon;
use super::components::list::{Column, PhoneSlot, plain_table};
use super::components::problem::problem;
use super::error::{WebError, WebResult};
use super::need::{Need, Route};
use super::visit::{Member, see_other};
use crate::data::{Operation, OperationId, OperationKind, Permission, Reading};
pub(super) use page::said;

/// The routes of operations.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/operations", Need::SignedIn, list),
        Route::get("/operations/{id}", Need::SignedIn, one),
        Route::post("/operations/{id}/cancel", Need::SignedIn, cancel),
        Route::post("/operations/{id}/undo", Need::SignedIn, undo),
        Route::get("/operations/{id}/result", Need::SignedIn, result),
    ]
}

/// Operations on a page of the list.
const PAGE: usize = 50;

fn id(text: &str) -> Result<OperationId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// The address of an operation's page.
pub(crate) fn place(id: OperationId) -> String {
    format!("/operations/{id}")
}

async fn list(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let before = match member.parameters().given("before") {
        Some(text) => Some(id(text)?),
        None => None,
    };
    let (found, older) = reading.operations(before, PAGE)?;
    let title = member.text("operations-title");
    let running = before.is_none() && found.iter().any(Operation::is_running);
    let content = html! {
        section class="list" id="operations" aria-label=(title) hx-get=[running.then_some("/operations")]
            hx-trigger=[running.then_some("every 3s")] hx-target=[running.then_some("this")] hx-swap="outerHTML" {
            (page_header(&title, "", html! {}))
            @if found.is_empty() && older.is_none() {
                div class="panel" {
                    (empty_place(Icon::Clock, &member.text("operations-empty-title"), &member.text("operations-empty"), html! {}))
                }
            } @else {
                p class="muted lead" { (member.text("operations-lead")) }
                div class="bulk-form" { (table(&member, &reading, &title, &found)) }
            }
            @if let Some(last) = older {
                nav class="pager" aria-label=(member.text("pager-label")) {
                    (button::link(&member.text("operations-older"), &format!("/operations?before={last}"), Weight::Plain, None))
                }
            }
        }
    };
    Ok(private(member.part_or_page(&reading, &title, content, "")))
}

fn table(member: &Member, reading: &Reading, title: &str, found: &[Operation]) -> Markup {
    let columns = [
        ("operations-what", PhoneSlot::Title),
        ("operations-state", PhoneSlot::Mark),
        ("operations-outcome", PhoneSlot::First),
        ("operations-who", PhoneSlot::Second),
        ("operations-when", PhoneSlot::Corner),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|operation| {
            vec![
                html! { a class="row-link" href=(place(operation.id)) { (page::what(member, operation)) } },
                page::state(member, operation),
                html! { span class="muted" { (page::so_far(member, operation)) } },
                page::who(member, reading, operation),
                html! { span class="muted" { (member.clock().recent(operation.started_at)) } },
            ]
        })
        .collect();
    plain_table(title, &columns, &rows)
}

async fn one(member: Member, Path(text): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let operation = reading.operation(id(&text)?)?;
    let content = page::content(&member, &reading, &operation)?;
    let title = page::what(&member, &operation);
    Ok(private(member.part_or_page(&reading, &title, content, "")))
}

async fn cancel(member: Member, Path(text): Path<String>) -> WebResult {
    let id = id(&text)?;
    member.access.read()?.operation(id)?;
    // One that has just ended is as stopped as was wanted.
    member.state.operations.cancel(id);
    Ok(see_other(&place(id)))
}

async fn undo(member: Member, Path(text): Path<String>) -> WebResult {
    let of = id(&text)?;
    let undo = member
        .state
        .operations
        .start_undo(&member.access, of)
        .await?;
    Ok(see_other(&place(undo)))
}

/// The file, for whoever started the operation and for nobody else.
async fn result(member: Member, Path(text): Path<String>) -> WebResult {
    let id = id(&text)?;
    let reading = member.access.read()?;
    let operation = reading.operation(id)?;
    let own = operation.started_by == Some(member.signed_in.user.id);
    let file = operation.result.clone().filter(|_| own);
    let file = file.ok_or(WebError::NotFound)?;
    if let (OperationKind::Export | OperationKind::RegisterCheck, Some(module)) =
        (operation.kind, operation.module)
    {
        // Whoever may not take records out any more does not take out those of yesterday, nor what they see no more.
        reading.rights().require(Permission::Export(module))?;
        if !reading.has_rights_of_start(&operation) {
            let why = "operation-result-rights";
            return Ok(gone(&member, &reading, id, why));
        }
    }
    if operation.kind == OperationKind::Copy {
        let modules = operation.detail["modules"].as_array().cloned();
        for module in modules.unwrap_or_default() {
            let module = module.as_str().and_then(|name| name.parse().ok());
            let module = module.ok_or(WebError::NotFound)?;
            reading.rights().require(Permission::Export(module))?;
        }
        if !reading.has_rights_of_start(&operation) {
            return Ok(gone(&member, &reading, id, "operation-result-rights"));
        }
    }
    let there = member.state.operations.open_result(id);
    let Some(there) = there.filter(|_| file.expires_at > crate::clock::now()) else {
        return Ok(gone(&member, &reading, id, "operation-result-gone"));
    };
    let heads = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.name),
        ),
    ];
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(there)));
    Ok(private((heads, body).into_response()))
}

fn gone(member: &Member, reading: &Reading, id: OperationId, why: &str) -> Response {
    let title = member.text("operation-result-gone-title");
    let back = button::link(
        &member.text("operation-back"),
        &place(id),
        Weight::Primary,
        None,
    );
    let sentence = member.text(why);
    let content = problem(Icon::Clock, &title, &sentence, back);
    member.page_with(StatusCode::GONE, reading, &title, content, "")
}

/// What people did stays out of caches.
fn private(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
