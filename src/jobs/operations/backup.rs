//! Backups that somebody asked for, as operations: made, or opened again.

use std::ops::ControlFlow;

use super::task::{Stop, Task};
use crate::backup::{Alone, BackupError, Depth, Desk, Hearing, Phase, apart};
use crate::data::Message;

/// Makes a backup and proves it, at every target.
pub(crate) async fn make(task: Task, desk: Desk, alone: Alone) -> Result<(), Stop> {
    let at_work = desk.clone();
    let run = move || async move {
        let hearing = hearing(&task);
        tokio::select! {
            done = at_work.run_as(alone, None, "backup asked for", None, &hearing) => done,
            () = task.cancelled() => Err(BackupError::Stopped),
        }
    };
    match apart(run).await {
        Ok(done) if done.failures.is_empty() => Ok(()),
        Ok(done) => Err(failed(&done.failures.join("; "))),
        Err(BackupError::Stopped) => Err(cancelled(&desk).await),
        Err(error) => Err(failed(&error.to_string())),
    }
}

/// Opens a backup again.
pub(crate) async fn prove(
    task: Task,
    desk: Desk,
    alone: Alone,
    archive: String,
) -> Result<(), Stop> {
    let prove = move || async move {
        let hearing = hearing(&task);
        tokio::select! {
            proved = desk.verify_as(alone, &archive, Depth::All, &hearing) => proved.map(drop),
            () = task.cancelled() => Err(BackupError::Stopped),
        }
    };
    match apart(prove).await {
        Ok(()) => Ok(()),
        Err(BackupError::Stopped) => Err(Stop::Cancelled),
        Err(error) => Err(failed(&error.to_string())),
    }
}

/// The run that was dropped did not come to say so.
async fn cancelled(desk: &Desk) -> Stop {
    if let Err(error) = desk.recover().await {
        tracing::error!(%error, "a backup that was stopped cannot be marked");
    }
    Stop::Cancelled
}

fn failed(why: &str) -> Stop {
    Stop::Failed(Message::new("operation-why-backup").with("why", why))
}

fn hearing(task: &Task) -> Hearing {
    let task = task.clone();
    let last = std::sync::Mutex::new(None);
    Hearing::new(move |progress| {
        let mut last = last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.as_ref() != Some(&progress.phase) {
            task.phase(match progress.phase {
                Phase::Measuring => "backup-measuring",
                Phase::Writing => "backup-writing",
                Phase::Sending(_) => "backup-sending",
                Phase::Proving(_) => "backup-fetching",
                Phase::Loading => "backup-loading",
            });
            *last = Some(progress.phase.clone());
        }
        task.progress(progress.done, progress.total);
        if task.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}
