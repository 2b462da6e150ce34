//! The key that opens backups: shown or saved once the password was entered, and asked after until somebody keeps it
//! elsewhere.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::archives::refused;
use super::{BACKUPS, PLACE, crumbs};
use crate::data::{BackupAct, FieldError, Problem};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight, submit};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of};
use crate::web::components::icon::Icon;
use crate::web::components::secret::copyable;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const KEY: &str = "/settings/backups/key";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(KEY, BACKUPS, page),
        Route::post("/settings/backups/key/show", BACKUPS, reveal),
        Route::post("/settings/backups/key/file", BACKUPS, file),
        Route::post("/settings/backups/key/kept", BACKUPS, kept),
    ]
}

async fn page(member: Member) -> WebResult {
    answer(&member, StatusCode::OK, None, &[])
}

/// The page; `text` is the key file, where it was asked for.
fn answer(
    member: &Member,
    status: StatusCode,
    text: Option<&str>,
    errors: &[FieldError],
) -> WebResult {
    let errors = member.errors(errors);
    let reading = member.access.read()?;
    let title = member.text("backup-key");
    let desk = &member.state.backups;
    let key = desk.key().current().map_err(refused)?;
    let before = desk.key().before().map_err(refused)?;
    let is_kept = desk.health_lately().is_some_and(|health| health.key_kept);
    let post = |key: &str, place: &str, weight| {
        button::post(
            &member.text(key),
            &format!("{KEY}/{place}"),
            &member.csrf,
            weight,
            None,
        )
    };
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        @if is_kept {
            (banner(Verdict::Ok, html! { (member.text("backup-key-is-kept")) }))
        } @else {
            (banner(Verdict::Warn, html! { (member.text("backup-key-unkept")) }))
        }
        div class="panel" {
            p { (member.text("backup-key-about")) }
            @if before > 0 { p { strong { (member.text_with("backup-key-before", &[("count", before.into())])) } } }
            p class="muted small" { (member.text("backup-key-public")) " " code { (key.public()) } }
            @if let Some(text) = text {
                div class="after" {
                    @for line in text.lines() {
                        @if line.starts_with('#') { p class="muted small" { code { (line) } } }
                        @else { (copyable(member.lang, line)) }
                    }
                }
                p class="hint" { (member.text("backup-key-print")) }
            }
            div class="actions after" {
                @if text.is_none() { (post("backup-key-show", "show", Weight::Primary)) }
                (post("backup-key-save", "file", Weight::Plain))
            }
        }
        @if !is_kept {
            (panel(&member.text("backup-key-confirm"), html! {}, html! {
                p { (member.text("backup-key-confirm-about")) }
                form class="after" method="post" action={ (KEY) "/kept" } novalidate {
                    (csrf_field(&member.csrf))
                    (Field::new("ending", member.text("backup-key-ending"))
                        .hint(member.text("backup-key-ending-hint"))
                        .autocomplete("off")
                        .error(error_of(&errors, "ending"))
                        .text())
                    div class="actions after" { (submit(&member.text("backup-key-kept"), Weight::Plain)) }
                }
            }))
        }
    };
    Ok(private(
        member.page_with(status, &reading, &title, content, ""),
    ))
}

fn private(mut response: Response) -> Response {
    let caches = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, caches);
    response
}

/// Shows the key.
async fn reveal(member: Member) -> WebResult {
    let text = member.state.backups.key().text().map_err(refused)?;
    member.access.note_backup_act(BackupAct::KeyShown).await?;
    answer(&member, StatusCode::OK, Some(&text), &[])
}

/// The key as a file.
async fn file(member: Member) -> WebResult {
    let text = member.state.backups.key().text().map_err(refused)?;
    member.access.note_backup_act(BackupAct::KeyShown).await?;
    let heads = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"backup.key\"",
        ),
    ];
    Ok(private((heads, text).into_response()))
}

/// Somebody says that they keep the key elsewhere, and shows it by how it ends.
async fn kept(member: Member, form: Form) -> WebResult {
    let desk = &member.state.backups;
    let ending = form.get("ending");
    if !desk.key().ends_with(ending).map_err(refused)? {
        let key = if ending.trim().is_empty() {
            "error-required"
        } else {
            "error-key-ending"
        };
        let errors = [FieldError::new("ending", Problem::new(key))];
        return answer(&member, UNPROCESSABLE, None, &errors);
    }
    let public = desk.key().current().map_err(refused)?.public();
    member.access.keep_backup_key(public).await?;
    desk.forget_health();
    Ok(see_other(&format!("{PLACE}?notice=backup-key-kept")))
}

/// What asks for it on other pages.
pub(crate) fn reminder(member: &Member) -> Markup {
    banner(
        Verdict::Warn,
        html! {
            (member.text("backup-key-unkept")) " "
            (button::link(&member.text("backup-key-save-it"), KEY, Weight::Plain, Some(Icon::Key)))
        },
    )
}
