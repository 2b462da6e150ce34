//! The whole firm back to the moment of an archive: begun, and watched until the firm is another.
//!
//! It is no operation of the firm's, since the firm it would be kept in is replaced.

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use maud::{Markup, html};

use super::archive::{found, place, show};
use super::archives::checked;
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::{Failed, Phase, Stage, Wish};
use crate::data::{FieldError, Problem};
use crate::i18n::format::{date_time, file_size};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

/// Where it is watched.
const WATCHED: &str = "/settings/backups/restoring";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/backups/{name}/restore", BACKUPS, restore),
        Route::get(WATCHED, BACKUPS, watch),
    ]
}

async fn restore(member: Member, Path(name): Path<String>, form: Form) -> WebResult {
    let name = checked(&name)?;
    let firm = {
        let reading = member.access.read()?;
        reading.may_restore_all()?;
        reading.firm()?.map(|firm| firm.name).unwrap_or_default()
    };
    let given = form.get("firm").trim();
    if given.to_lowercase() != firm.trim().to_lowercase() {
        let key = if given.is_empty() {
            "error-required"
        } else {
            "error-firm-name"
        };
        let errors = [FieldError::new("firm", Problem::new(key))];
        return show(&member, name, UNPROCESSABLE, &errors).await;
    }
    let listed = found(&member, name).await?;
    if member.state.operations.running() > 0 {
        return Err(WebError::Conflict(Problem::new("error-restore-busy")));
    }
    let wish = Wish {
        archive: listed.name,
        by: member.access.actor().clone(),
        foreign: form.ticked("foreign"),
        without_backup: form.ticked("without_backup"),
        without_missing_files: form.ticked("without_missing_files"),
    };
    let state = &member.state;
    if !state.restoring.begin(&state.backups, wish) {
        return Err(WebError::Conflict(Problem::new("error-restore-under-way")));
    }
    Ok(see_other(WATCHED))
}

async fn watch(member: Member) -> WebResult {
    let Some((archive, stage)) = member.state.restoring.stage() else {
        return Ok(see_other(PLACE));
    };
    let reading = member.access.read()?;
    let title = member.text("restoring-title");
    let content = html! {
        (crumbs(&member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead" { span class="numeric" { (archive) } }
        (how_it_stands(&member, &archive, &stage))
    };
    let mut page = member.page_with(StatusCode::OK, &reading, &title, content, "");
    if matches!(stage, Stage::Running(..)) {
        let refresh = HeaderName::from_static("refresh");
        page.headers_mut()
            .insert(refresh, HeaderValue::from_static("4"));
    }
    Ok(page)
}

fn how_it_stands(member: &Member, archive: &str, stage: &Stage) -> Markup {
    match stage {
        Stage::Running(phase, done, total) => {
            let key = match phase {
                _ if member.state.restoring.is_closed() => "restoring-backup",
                Phase::Loading => "restoring-loading",
                _ => "restoring-fetching",
            };
            html! {
                div class="panel" {
                    p role="status" { (member.text(key)) }
                    @match total {
                        Some(total) => progress max=((*total).max(1)) value=(done) aria-label=(member.text("operation-progress")) {},
                        None => progress aria-label=(member.text("operation-progress")) {},
                    }
                    p class="muted numeric" {
                        (file_size(member.lang, *done))
                        @if let Some(total) = total { " / " (file_size(member.lang, *total)) }
                    }
                    p class="muted" { (member.text("restoring-about")) }
                    p { a href=(WATCHED) { (member.text("operation-refresh")) } }
                }
            }
        }
        Stage::Failed(failed) => {
            let told = |key: &str, why: &str| member.text_with(key, &[("why", why.into())]);
            let (why, offer) = match failed {
                Failed::OtherFirm => (member.text("restoring-other-firm"), "?foreign=1"),
                Failed::Busy => (member.text("restoring-command"), ""),
                Failed::NoBackup(why) => (told("restoring-no-backup", why), "?without=1"),
                Failed::NoFiles(why) => (told("restoring-no-files", why), "?without_files=1"),
                Failed::Other(why) => (why.clone(), ""),
            };
            let back = format!("{}{offer}", place(archive));
            html! {
                (banner(Verdict::Fail, html! { strong { (member.text("restoring-failed")) } " " (why) }))
                div class="actions" { (button::link(&member.text("restoring-back"), &back, Weight::Plain, None)) }
            }
        }
        Stage::Done(swapped) => html! {
            (banner(Verdict::Ok, html! {
                strong { (member.text("restoring-done")) } " " (date_time(member.lang, swapped.made_at, &member.clock().zone))
                p { (member.text("restoring-done-about")) }
            }))
            div class="actions" { (button::link(&member.text("nav-backups"), PLACE, Weight::Primary, None)) }
        },
    }
}
