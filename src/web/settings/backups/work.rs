//! Backups asked for on the page: made, and opened again, as operations.

use axum::extract::Path;
use serde_json::json;

use super::archives::checked;
use super::{BACKUPS, PLACE};
use crate::data::{NewOperation, OperationKind};
use crate::jobs::operations::backup;
use crate::web::error::WebResult;
use crate::web::need::Route;
use crate::web::operations::place;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/backups/run", BACKUPS, run),
        Route::post("/settings/backups/{name}/verify", BACKUPS, verify),
    ]
}

fn operation(kind: OperationKind, detail: serde_json::Value) -> NewOperation {
    NewOperation {
        kind,
        module: None,
        total: None,
        undoable: false,
        detail,
    }
}

/// Makes a backup now. While one is made, another is not begun.
async fn run(member: Member) -> WebResult {
    let desk = member.state.backups.clone();
    let Some(alone) = desk.alone_now() else {
        return Ok(see_other(&format!("{PLACE}?notice=backup-busy")));
    };
    let new = operation(OperationKind::Backup, json!({}));
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            backup::make(task, desk, alone)
        })
        .await?;
    Ok(see_other(&place(id)))
}

/// Opens a backup again now, at every target that holds it.
async fn verify(member: Member, Path(name): Path<String>) -> WebResult {
    let name = checked(&name)?.to_owned();
    let desk = member.state.backups.clone();
    let Some(alone) = desk.alone_now() else {
        return Ok(see_other(&format!("{PLACE}?notice=backup-busy")));
    };
    let new = operation(OperationKind::BackupProof, json!({"archive": name}));
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            backup::prove(task, desk, alone, name)
        })
        .await?;
    Ok(see_other(&place(id)))
}
