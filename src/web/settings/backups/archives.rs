//! The archives there are: listed, taken away as a file, removed.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use tokio_util::io::ReaderStream;

use super::words::why;
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::{BackupError, Desk, ENDING, Listed, PART_OF_FILES};
use crate::data::{BackupAct, KnownBackup, Module};
use crate::i18n::format::{file_size, integer};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, status_dot};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::icon::Icon;
use crate::web::components::menu::{act, act_with, item, more_menu};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

/// Archives that the page lists.
const MOST: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/backups/{name}/download", BACKUPS, download),
        Route::get("/settings/backups/{name}/delete", BACKUPS, ask),
        Route::post("/settings/backups/{name}/delete", BACKUPS, delete),
    ]
}

/// A name from an address, where it is one that archives have.
pub(crate) fn checked(name: &str) -> Result<&str, WebError> {
    if Desk::is_name(name) {
        Ok(name)
    } else {
        Err(WebError::NotFound)
    }
}

/// Why something with an archive did not work, as an answer.
pub(crate) fn refused(error: BackupError) -> WebError {
    match error {
        BackupError::Absent(_) => WebError::NotFound,
        BackupError::Store(error) => error.into(),
        BackupError::Access(error) => error.into(),
        error => {
            tracing::error!(%error, "a backup could not be handled");
            WebError::Conflict(why(&error))
        }
    }
}

/// The archives, the newest first.
pub(super) fn list(
    member: &Member,
    listed: &[Listed],
    known: &[KnownBackup],
    heard: bool,
) -> Markup {
    let aside = html! {
        @if !heard { span class="muted small" { (member.text("backup-unheard")) } }
    };
    let content = html! {
        @if listed.is_empty() { p class="muted" { (member.text("backup-none")) } }
        ul class="entries" {
            @for backup in listed.iter().take(MOST) {
                li { (entry(member, backup, known.iter().find(|known| known.name == backup.name))) }
            }
        }
    };
    panel(&member.text("backup-archives"), aside, content)
}

fn entry(member: &Member, backup: &Listed, known: Option<&KnownBackup>) -> Markup {
    let clock = member.clock();
    let place = format!("{PLACE}/{}", backup.name);
    let proved = match backup.proved_at {
        Some(_) => status_dot(Tone::Good, &member.text("backup-day-proved")),
        None => status_dot(Tone::Attention, &member.text("backup-day-made")),
    };
    let took = known.and_then(|known| known.proved_in).map(|took| {
        let seconds = (took / 1000).max(1);
        member.text_with("backup-proved-in", &[("count", seconds.into())])
    });
    let facts = [
        Some(html! { (file_size(member.lang, backup.size)) }),
        Some(html! { span dir="auto" { (at_targets(member, backup, known)) } }),
        known
            .is_none()
            .then(|| html! { (member.text("backup-foreign")) }),
        Some(holds(member, backup))
            .filter(|holds| !holds.is_empty())
            .map(|holds| html! { (holds) }),
        files(member, files_of(backup), backup.file_bytes),
    ];
    html! {
        div class="grow" {
            p {
                @if let Some(at) = backup.created_at { a class="row-link" href=(place) { (clock.recent(at)) } " " }
                (proved)
                @if let Some(at) = backup.proved_at {
                    span class="muted small" { " " (clock.recent(at)) @if let Some(took) = took { ", " (took) } }
                }
            }
            p class="muted small numeric" {
                @for (at, fact) in facts.into_iter().flatten().enumerate() { @if at > 0 { " · " } (fact) }
            }
            p class="muted small" { (backup.name) }
        }
        (more_menu(
            &member.text("backup-more"),
            html! {
                (act(&member.text("backup-download"), &format!("{place}/download"), &member.csrf, Some(Icon::Upload), false))
                @if files_of(backup) > 0 {
                    (act_with(&member.text("backup-download-with-files"), &format!("{place}/download"), &member.csrf, Some(Icon::Upload), ("with_files", "1")))
                }
                (act(&member.text("backup-verify"), &format!("{place}/verify"), &member.csrf, Some(Icon::Shield), false))
                @if known.is_some() { (item(&member.text("action-delete"), &format!("{place}/delete"), Some(Icon::Trash))) }
            },
        ))
    }
}

/// The targets that hold it, with what was found of the copy at each.
pub(super) fn at_targets(member: &Member, backup: &Listed, known: Option<&KnownBackup>) -> String {
    let of = |target: &String| {
        let name = [("name", target.as_str().into())];
        match known.and_then(|known| known.targets.get(target)) {
            Some(at) if at.damaged_at.is_some() => member.text_with("backup-at-damaged", &name),
            Some(at) if at.proved_at.is_none() && backup.proved_at.is_some() => {
                member.text_with("backup-at-unproved", &name)
            }
            _ => target.clone(),
        }
    };
    let targets: Vec<String> = backup.targets.iter().map(of).collect();
    targets.join(", ")
}

/// How many attached files it refers to.
fn files_of(backup: &Listed) -> u64 {
    backup
        .counts
        .get(PART_OF_FILES)
        .copied()
        .unwrap_or_default()
}

/// Their number and size; nothing where there are none.
pub(super) fn files(member: &Member, count: u64, bytes: u64) -> Option<Markup> {
    (count > 0).then(|| {
        let size = file_size(member.lang, bytes);
        let values = [("count", count.into()), ("size", size.into())];
        html! { (member.text_with("archive-files-held", &values)) }
    })
}

/// How many records of each module.
fn holds(member: &Member, backup: &Listed) -> String {
    let counted = Module::ALL.into_iter().filter_map(|module| {
        let count = backup
            .counts
            .get(module.name())
            .filter(|count| **count > 0)?;
        let count = integer(member.lang, i64::try_from(*count).unwrap_or(i64::MAX));
        Some(format!(
            "{}: {count}",
            member.text(&format!("nav-{module}"))
        ))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// The archive as a file; with the files it refers to in it, where that is asked for. It is fetched into one without a name,
/// so that nothing of it is held in memory or left behind.
async fn download(member: Member, Path(name): Path<String>, form: Form) -> WebResult {
    let name = checked(&name)?;
    if form.ticked("with_files") {
        let bundle = member.state.backups.bundle(name).await.map_err(refused)?;
        if let Some(bundle) = bundle {
            let act = BackupAct::DownloadedWithFiles(name.to_owned());
            member.access.note_backup_act(act).await?;
            let heads = heads(&with_files(name));
            return Ok((heads, Body::from_stream(bundle.stream())).into_response());
        }
    }
    let file = member.state.backups.fetch(name).await.map_err(refused)?;
    let act = BackupAct::Downloaded(name.to_owned());
    member.access.note_backup_act(act).await?;
    let file = tokio::fs::File::from_std(file);
    let length = file.metadata().await.map_err(|_| WebError::Broken)?.len();
    let length = [(header::CONTENT_LENGTH, length.to_string())];
    let body = Body::from_stream(ReaderStream::new(file));
    Ok((heads(name), length, body).into_response())
}

fn heads(file: &str) -> [(HeaderName, String); 3] {
    let named = format!("attachment; filename=\"{file}\"");
    [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, named),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// What an archive with its files in it is called.
fn with_files(name: &str) -> String {
    match name.strip_suffix(ENDING) {
        Some(stem) => format!("{stem}-with-files{ENDING}"),
        None => name.to_owned(),
    }
}

async fn ask(member: Member, Path(name): Path<String>) -> WebResult {
    let name = checked(&name)?;
    let reading = member.access.read()?;
    let title = member.text_with("backup-delete-question", &[("name", name.into())]);
    let content = html! {
        (crumbs(&member, Some(("nav-backups", PLACE))))
        (confirm_page(&Confirm {
            lang: member.lang,
            question: &title,
            consequence: &member.text("backup-delete-consequence"),
            action: &format!("{PLACE}/{name}/delete"),
            csrf: &member.csrf,
            fields: &[],
            act_label: &member.text("backup-delete"),
            cancel_href: PLACE,
        }))
    };
    Ok(member.page(&reading, &title, content))
}

async fn delete(member: Member, Path(name): Path<String>) -> WebResult {
    let name = checked(&name)?;
    let desk = &member.state.backups;
    let (listed, _) = desk.list_soon().await.map_err(refused)?;
    if !listed.iter().any(|backup| backup.name == name) {
        return Err(WebError::NotFound);
    }
    desk.remove(name).await.map_err(refused)?;
    let act = BackupAct::Deleted(name.to_owned());
    member.access.note_backup_act(act).await?;
    Ok(see_other(&format!("{PLACE}?notice=backup-deleted")))
}
