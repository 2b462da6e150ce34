//! Further keys that open backups, such as one whose other half lies in a safe.

use maud::{Markup, html};

use super::archives::refused;
use super::show::{Told, show};
use super::{BACKUPS, PLACE};
use crate::data::{AccessError, FieldError, Problem};
use crate::web::components::button::{Weight, submit};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of, folded_section};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const FIELD: &str = "recipients";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/settings/backups/recipients", BACKUPS, save)]
}

pub(super) fn form(member: &Member, told: &Told) -> Result<Markup, WebError> {
    let desk = &member.state.backups;
    let locked = desk.recipients_are_of_file();
    let errors = member.errors(&told.errors);
    let sent = told.sent.as_ref().and_then(|form| form.given(FIELD));
    let kept = desk.in_force().map_err(refused)?.recipients;
    let lines: Vec<String> = match sent {
        Some(sent) => sent.lines().map(str::to_owned).collect(),
        None => kept,
    };
    let open = !lines.is_empty() || error_of(&errors, FIELD).is_some();
    let hint = if locked {
        "backup-plan-locked"
    } else {
        "backup-recipients-hint"
    };
    let field = Field::new(FIELD, member.text("backup-recipients-field"))
        .hint(member.text(hint))
        .disabled(locked)
        .error(error_of(&errors, FIELD))
        .lines(&lines);
    let content = html! {
        p class="hint" { (member.text("backup-recipients-about")) }
        form method="post" action={ (PLACE) "/recipients" } novalidate {
            (csrf_field(&member.csrf))
            (field)
            @if !locked { div class="actions after" { (submit(&member.text("action-save-changes"), Weight::Plain)) } }
        }
    };
    Ok(folded_section(
        &member.text("backup-recipients"),
        open,
        content,
    ))
}

async fn save(member: Member, form: Form) -> WebResult {
    let mut errors = Vec::new();
    if member.state.backups.recipients_are_of_file() {
        errors.push(FieldError::new(FIELD, Problem::new("error-set-in-file")));
    } else {
        let lines = form.get(FIELD).lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty()).map(str::to_owned);
        match member.access.set_backup_recipients(keys.collect()).await {
            Ok(()) => return Ok(see_other(&format!("{PLACE}?notice=saved"))),
            Err(AccessError::Invalid(found)) => errors = found,
            Err(error) => return Err(error.into()),
        }
    }
    let told = Told {
        errors,
        sent: Some(form),
        ..Told::default()
    };
    show(&member, UNPROCESSABLE, told).await
}
