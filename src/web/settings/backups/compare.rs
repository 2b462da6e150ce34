//! A record as it is beside the record as an archive has it, and the fields to be taken from there.

use axum::extract::Path;
use axum::http::StatusCode;
use maud::html;
use serde_json::json;

use super::archive::{found, here, place};
use super::archives::{checked, refused};
use super::pick::{kind_of, wait};
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::{Hearing, Near};
use crate::data::{Compared, NewOperation, OperationKind, Problem, Reading, RecordId, RecordType};
use crate::jobs::operations::bring_back::take_fields;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::operations;
use crate::web::records::showing::Showing;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    let path = "/settings/backups/{name}/compare";
    vec![
        Route::get(path, BACKUPS, page),
        Route::post(path, BACKUPS, take),
    ]
}

fn compared(
    reading: &Reading,
    near: &Near,
    kind: &'static RecordType,
    id: RecordId,
) -> Result<Compared, WebError> {
    // Whoever sees less than everything is told so, before anything is read.
    reading.whereabouts(kind.module, id)?;
    let found = near.with_history(kind.module, &[id], &Hearing::default());
    let found = found.map_err(refused)?;
    let archived = found.first().ok_or(WebError::NotFound)?;
    reading.compare(archived)?.ok_or(WebError::NotFound)
}

async fn page(member: Member, Path(name): Path<String>) -> WebResult {
    let near = match here(&member, &found(&member, &name).await?).await? {
        Ok(near) => near,
        Err(on_its_way) => return Ok(on_its_way),
    };
    let drawn = tokio::task::spawn_blocking(move || draw(&member, &name, &near));
    drawn.await.map_err(|_| WebError::Broken)?
}

fn draw(member: &Member, name: &str, near: &Near) -> WebResult {
    let reading = member.access.read()?;
    let form = member.parameters();
    let kind = kind_of(&reading, &form)?;
    let id: RecordId = form.get("id").parse().map_err(|_| WebError::NotFound)?;
    let compared = compared(&reading, near, kind, id)?;
    let showing = Showing::new(member, &reading);
    let kind = compared.now.kind();
    let mut rows = Vec::new();
    for back in &compared.fields {
        let words = |value: &Option<_>| match value {
            Some(value) => showing.words(kind, back.field, value),
            None => Ok("—".to_owned()),
        };
        rows.push((
            back.field.name,
            showing.label(kind, back.field),
            words(&back.now)?,
            words(&back.then)?,
        ));
    }
    let title = member.text("archive-compare-title");
    let version = compared.now.version().to_string();
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead" {
            a href=(format!("/{}/{id}", kind.module)) dir="auto" { (compared.now.title()) } " · "
            a href=(place(name)) { (name) }
        }
        @if rows.is_empty() {
            div class="panel" { p class="muted" { (member.text("archive-same")) } }
        } @else {
            p class="muted" { (member.text("archive-compare-about")) }
            form method="post" action=(format!("{}/compare", place(name))) {
                (csrf_field(&member.csrf))
                (hidden_fields(&[("module", kind.module.name()), ("id", &id.to_string()), ("version", &version)]))
                ul class="panel entries" {
                    @for (field, label, now, then) in &rows {
                        li {
                            div class="grow" {
                                label class="option" { input type="checkbox" name="field" value=(field); " " strong { (label) } }
                                p class="small" { del dir="auto" { (now) } " → " ins dir="auto" { (then) } }
                            }
                        }
                    }
                }
                div class="actions after" { (button::submit(&member.text("archive-take-fields"), Weight::Primary)) }
            }
        }
    };
    Ok(member.page_with(StatusCode::OK, &reading, &title, content, ""))
}

async fn take(member: Member, Path(name): Path<String>, form: Form) -> WebResult {
    let name = checked(&name)?.to_owned();
    let (kind, id, version, fields) = {
        let reading = member.access.read()?;
        let kind = kind_of(&reading, &form)?;
        let id: RecordId = form.get("id").parse().map_err(|_| WebError::NotFound)?;
        reading.whereabouts(kind.module, id)?;
        let version: u64 = form
            .get("version")
            .parse()
            .map_err(|_| WebError::bad("error-reference"))?;
        let fields: Option<Vec<_>> = form
            .all("field")
            .map(|name| kind.named(name).map(|field| field.no))
            .collect();
        let fields = fields.filter(|fields| !fields.is_empty());
        let choose = || WebError::BadRequest(Problem::new("error-archive-fields"));
        (kind, id, version, fields.ok_or_else(choose)?)
    };
    found(&member, &name).await?;
    let new = NewOperation {
        kind: OperationKind::BringBack,
        module: Some(kind.module),
        total: Some(1),
        undoable: true,
        detail: json!({"archive": name}),
    };
    let desk = member.state.backups.clone();
    let operation = member
        .state
        .operations
        .start(&member.access, new, move |task| {
            take_fields(task, desk, name, kind, (id, version), fields)
        })
        .await?;
    wait(&member, operation).await;
    Ok(see_other(&operations::place(operation)))
}
