//! Files of a record: a panel on its card, a page with all of them, and what is done to them.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};

use super::record_id;
use super::showing::Showing;
use crate::data::{
    AccessError, Attachment, FileId, Problem, Reading, RecordId, RecordType, Seen, UserId,
};
use crate::files::{self, NotTaken, Wanted};
use crate::i18n::format::{file_size, integer};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, chip};
use crate::web::components::field::Field;
use crate::web::components::form::{
    FieldError, csrf_field, error_of, error_summary, hidden_fields, save_bar,
};
use crate::web::components::icon::Icon;
use crate::web::components::navigation::breadcrumbs;
use crate::web::components::timeline::{Entry, Place};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::visit::{Member, module_place, see_other};

/// Files on a card; the rest is a page away.
const ON_CARD: usize = 8;
/// The field of the form that carries the files.
const FIELD: &str = "files";

/// Where the files of a record are.
fn place(seen: &Seen) -> String {
    format!("/{}/{}/files", seen.kind().module, seen.id())
}

fn file_id(text: &str) -> Result<FileId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// The panel on a card; nothing for a type without files, or where there is none to see and none may be added.
pub(super) fn on_card(showing: &Showing<'_>, seen: &Seen) -> Result<Markup, AccessError> {
    let kind = seen.kind();
    if !kind.files {
        return Ok(html! {});
    }
    let files = showing.reading.files(kind, seen.id())?;
    if files.is_empty() && !seen.may_edit() {
        return Ok(html! {});
    }
    let count = integer(showing.lang(), files.len() as i64);
    let aside = html! {
        span {
            @if !files.is_empty() {
                a class="small muted" href=(place(seen)) { (showing.member.text_with("files-all", &[("count", count.into())])) }
            }
            @if seen.may_edit() {
                " " a class="small muted" href={ (place(seen)) "#add" } { "+ " (showing.text("action-add")) }
            }
        }
    };
    let content = html! {
        @if files.is_empty() { p class="muted" { (showing.text("files-empty")) } }
        @else { (list(showing, seen, &files[..files.len().min(ON_CARD)], false)) }
    };
    Ok(panel(&showing.text("files-title"), aside, content))
}

/// Files with what tells one from another; `acts` with what may be done to each.
fn list(showing: &Showing<'_>, seen: &Seen, files: &[Attachment], acts: bool) -> Markup {
    html! {
        ul class="plain-list" {
            @for file in files {
                li {
                    span {
                        a href=(format!("{}/{}", place(seen), file.id)) download dir="auto" { (file.name) }
                        @if file.finance { " " (chip(Tone::Neutral, Some(Icon::Finance), &showing.text("files-financial"))) }
                    }
                    span class="muted small" { (about(showing, file)) }
                    @if acts { (acts_of(showing, seen, file)) }
                }
            }
        }
    }
}

/// Size, who added it, when.
fn about(showing: &Showing<'_>, file: &Attachment) -> Markup {
    let who = person(showing, file.added_by);
    html! {
        span class="numeric" { (file_size(showing.lang(), file.size)) }
        " · " bdi { (who) } " · " (showing.clock.recent(file.added_at))
    }
}

fn acts_of(showing: &Showing<'_>, seen: &Seen, file: &Attachment) -> Markup {
    let member = showing.member;
    let place = format!("{}/{}", place(seen), file.id);
    let may_mark = seen.may_edit() && showing.reading.rights().may_mark_financial(seen.kind());
    let (mark, value) = if file.finance {
        ("files-unmark", "0")
    } else {
        ("files-mark", "1")
    };
    html! {
        span class="actions" {
            @if may_mark {
                form class="inline" method="post" action=(format!("{place}/finance")) {
                    (csrf_field(&member.csrf)) (hidden_fields(&[("finance", value)]))
                    (button::submit(&member.text(mark), Weight::Quiet))
                }
            }
            @if seen.may_delete() {
                (button::post(&member.text("files-remove"), &format!("{place}/remove"), &member.csrf, Weight::Quiet, Some(Icon::Trash)))
            }
        }
    }
}

/// What became of a record's files, for its history.
pub(super) fn history(
    showing: &Showing<'_>,
    seen: &Seen,
) -> Result<Vec<(Timestamp, Entry)>, AccessError> {
    let (kind, id) = (seen.kind(), seen.id());
    if !kind.files {
        return Ok(Vec::new());
    }
    let entry = |at: Timestamp, by: Option<UserId>, sign: Icon, key: &str, file: &Attachment| {
        let name = [("name", file.name.as_str().into())];
        let entry = Entry {
            sign,
            title: showing.member.text_with(key, &name),
            body: None,
            act: None,
            changes: Vec::new(),
            who: person(showing, by),
            at: showing.clock.recent(at),
            place: Place::Unknown,
        };
        (at, entry)
    };
    let mut entries = Vec::new();
    let there = showing.reading.files(kind, id)?;
    let removed = showing.reading.removed_files(kind, id)?;
    for file in there.iter().chain(&removed) {
        let (at, by) = (file.added_at, file.added_by);
        entries.push(entry(at, by, Icon::Upload, "timeline-file-added", file));
        if let Some(removed) = file.removed {
            let key = "timeline-file-removed";
            entries.push(entry(removed.at, removed.by, Icon::Trash, key, file));
        }
    }
    Ok(entries)
}

fn person(showing: &Showing<'_>, id: Option<UserId>) -> String {
    id.map_or_else(
        || showing.text("timeline-system"),
        |id| showing.person_name(id),
    )
}

/// All files of a record, with the form that adds more.
pub(super) async fn page(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let id = record_id(&id)?;
    member.state.viewed.add(&member.access, 1)?;
    show(kind, &member, id, StatusCode::OK, &[])
}

fn show(
    kind: &'static RecordType,
    member: &Member,
    id: RecordId,
    status: StatusCode,
    errors: &[FieldError],
) -> WebResult {
    let reading = member.access.read()?;
    let seen = reading.get(kind, id)?;
    let files = reading.files(kind, id)?;
    let removed = reading.removed_files(kind, id)?;
    let showing = Showing::new(member, &reading);
    let title = member.text("files-title");
    let (nav, module, _) = module_place(kind.module);
    let card = format!("{module}/{id}");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), module), (seen.title(), &card)]))
        section class="panel" {
            header { h1 { (title) } }
            @if files.is_empty() { p class="muted" { (member.text("files-empty")) } }
            (list(&showing, &seen, &files, true))
        }
        @if seen.may_edit() { (form(member, &reading, &seen, errors)) }
        @if !removed.is_empty() { (of_removed(&showing, &seen, &removed)) }
    };
    let title = format!("{title} · {}", seen.title());
    Ok(member.page_with(status, &reading, &title, content, ""))
}

fn form(member: &Member, reading: &Reading, seen: &Seen, errors: &[FieldError]) -> Markup {
    let limit = member.state.upload_mb();
    let hint = member.text_with("files-limit", &[("limit", limit.into())]);
    html! {
        form id="add" class="edit-form" method="post" action=(place(seen)) enctype="multipart/form-data" {
            (csrf_field(&member.csrf))
            (error_summary(member.lang, errors))
            div class="panel section" {
                (Field::new(FIELD, member.text("files-choose")).hint(hint).error(error_of(errors, FIELD)).required().files())
                @if reading.rights().may_mark_financial(seen.kind()) {
                    label class="option" {
                        input type="checkbox" name="finance" value="1";
                        span { (member.text("files-finance")) }
                    }
                }
            }
            (save_bar(member.lang, &member.text("files-add"), "", ""))
        }
    }
}

/// Files that can be put back.
fn of_removed(showing: &Showing<'_>, seen: &Seen, removed: &[Attachment]) -> Markup {
    let member = showing.member;
    let content = html! {
        p class="muted" { (member.text("files-removed-lead")) }
        ul class="plain-list" {
            @for file in removed {
                li {
                    span dir="auto" { (file.name) }
                    @if let Some(removed) = file.removed {
                        span class="muted small" {
                            (member.text("files-removed-by")) " "
                            bdi { (person(showing, removed.by)) }
                            " · " (showing.clock.recent(removed.at))
                        }
                    }
                    (button::post(&member.text("files-put-back"), &format!("{}/{}/restore", place(seen), file.id), &member.csrf, Weight::Quiet, Some(Icon::Undo)))
                }
            }
        }
    };
    panel(&member.text("files-removed"), html! {}, content)
}

/// Takes files.
pub(super) async fn add(
    kind: &'static RecordType,
    member: Member,
    id: String,
    request: Request,
) -> WebResult {
    let id = record_id(&id)?;
    let (parts, body) = request.into_parts();
    let wanted = Wanted {
        access: &member.access,
        kind,
        id,
        upload_mb: member.state.upload_mb(),
        room: &member.state.room,
    };
    let (status, message) = match files::receive(&wanted, &parts.headers, body).await {
        Ok(added) => {
            let place = format!(
                "/{}/{id}/files?notice=files-added:{}",
                kind.module,
                added.len()
            );
            return Ok(see_other(&place));
        }
        Err(error) => not_taken(&member, error)?,
    };
    let error = FieldError {
        field: FIELD.to_owned(),
        message,
    };
    show(kind, &member, id, status, &[error])
}

/// What is said beside the field, where the form is to be shown again.
fn not_taken(member: &Member, error: NotTaken) -> Result<(StatusCode, String), WebError> {
    let invalid = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match error {
        NotTaken::NoForm | NotTaken::Cut => return Err(WebError::bad("error-upload-cut")),
        NotTaken::NoRoom => return Err(WebError::NoRoom),
        NotTaken::Access(AccessError::Invalid(errors)) => {
            let said = errors.iter().map(|error| member.say(&error.problem));
            (invalid, said.collect::<Vec<_>>().join(" "))
        }
        NotTaken::Access(error) => return Err(error.into()),
        NotTaken::TooLarge(name, limit) => {
            let problem = Problem::new("error-file-large")
                .with("name", name)
                .with("limit", limit);
            (StatusCode::PAYLOAD_TOO_LARGE, member.say(&problem))
        }
        NotTaken::TooMany(most) => {
            let problem = Problem::new("error-files-at-once").with("most", most);
            (invalid, member.say(&problem))
        }
        NotTaken::Nothing => (invalid, member.text("error-files-none")),
    })
}

/// The content of a file, to be saved.
pub(super) async fn download(
    kind: &'static RecordType,
    member: Member,
    (id, file): (String, String),
    headers: HeaderMap,
) -> WebResult {
    let (id, file) = (record_id(&id)?, file_id(&file)?);
    // Whether there is one comes first: what cannot be seen counts for nothing.
    member.access.read()?.file(kind, id, file)?;
    member.state.viewed.add(&member.access, 1)?;
    Ok(files::content(&member.access, kind, (id, file), &headers).await?)
}

/// Removes a file; the answer offers to put it back.
pub(super) async fn remove(
    kind: &'static RecordType,
    member: Member,
    (id, file): (String, String),
) -> WebResult {
    let (record, file) = (record_id(&id)?, file_id(&file)?);
    member.access.remove_file(kind, record, file).await?;
    let module = kind.module;
    Ok(back(
        kind,
        &format!("{record}/files?notice=file-removed&undo=file:{module}/{record}/{file}"),
    ))
}

/// Puts a removed file back.
pub(super) async fn restore(
    kind: &'static RecordType,
    member: Member,
    (id, file): (String, String),
) -> WebResult {
    let (record, file) = (record_id(&id)?, file_id(&file)?);
    member.access.put_back_file(kind, record, file).await?;
    Ok(back(kind, &format!("{record}/files?notice=file-back")))
}

/// Marks a file as financial, or takes the mark away.
pub(super) async fn mark(
    kind: &'static RecordType,
    member: Member,
    (id, file): (String, String),
    form: Form,
) -> WebResult {
    let (record, file) = (record_id(&id)?, file_id(&file)?);
    let finance = form.ticked("finance");
    member.access.mark_file(kind, record, file, finance).await?;
    Ok(back(kind, &format!("{record}/files?notice=saved")))
}

fn back(kind: &RecordType, rest: &str) -> Response {
    see_other(&format!("/{}/{rest}", kind.module))
}
