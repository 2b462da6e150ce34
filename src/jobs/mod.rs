//! What the program does by itself, by the clock: clearing away what is over.

pub(crate) mod backups;
pub(crate) mod dry_runs;
pub(crate) mod operations;
pub(crate) mod uploads;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::data::{AccessError, StoreError, Vault};
use crate::metrics::{Job, Metrics};
use operations::Operations;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Runs the jobs until `stop`, each once at the start. One that fails is logged and comes again at its time.
pub(crate) async fn run(
    vault: Vault,
    operations: Operations,
    metrics: Arc<Metrics>,
    temp_dir: Arc<Path>,
    stop: CancellationToken,
) {
    let (mut hourly, mut daily) = (interval(HOUR), interval(DAY));
    let mut each_minute = interval(MINUTE);
    let mut files_due = true;
    each_minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
    daily.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = each_minute.tick() => {
                tell(&metrics, Job::Attempts, vault.end_stale_attempts().await);
                tell(&metrics, Job::Trial, vault.end_trial().await);
            }
            _ = hourly.tick() => {
                tell(&metrics, Job::Passwords, vault.remind_of_passwords().await);
                tell(&metrics, Job::Sweep, sweep(&vault, &operations).await);
                uploads::remove_forgotten(&temp_dir).await;
                forget_archives(&temp_dir).await;
                // One that is removed while the program runs is cleared at once; this is for what a stop left over.
                let fields = vault.system("removing fields").clear_purged_fields().await;
                tell(&metrics, Job::Fields, fields);
                if files_due {
                    let cleared = clear_files(&vault).await;
                    // Where somebody holds them, as a backup does, it comes again in an hour.
                    files_due = matches!(cleared, Ok(false));
                    tell(&metrics, Job::Files, cleared);
                }
            }
            _ = daily.tick() => {
                files_due = true;
                tell(&metrics, Job::Trash, empty_trash(&vault).await);
                tell(&metrics, Job::Copies, forget_copies(&temp_dir).await);
                tell(&metrics, Job::Measure, measure_file(&vault, &temp_dir).await);
            }
        }
    }
}

/// Counts how a job ended, and says in the log where it failed.
fn tell<T, E: std::fmt::Display>(metrics: &Metrics, job: Job, ended: Result<T, E>) {
    metrics.job(job, ended.is_ok());
    if let Err(error) = ended {
        tracing::warn!(?job, %error, "a job failed; it comes again at its time");
    }
}

/// Removes sessions, tokens, first answers and results of operations whose time is over.
async fn sweep(vault: &Vault, operations: &Operations) -> Result<(), AccessError> {
    let removed = vault.sweep().await?;
    operations.clear_results()?;
    tracing::debug!(removed, "cleared away what has expired");
    Ok(())
}

/// Removes archives that somebody looked into.
async fn forget_archives(temp_dir: &Arc<Path>) {
    let temp_dir = Arc::clone(temp_dir);
    let removing = tokio::task::spawn_blocking(move || crate::backup::forget_near(&temp_dir));
    if let Err(error) = removing.await {
        tracing::warn!(%error, "archives that were looked into stay in the temporary folder");
    }
}

/// Removes what upgrades have left beside the database.
async fn forget_copies(temp_dir: &Arc<Path>) -> Result<(), StoreError> {
    let temp_dir = Arc::clone(temp_dir);
    let removing = tokio::task::spawn_blocking(move || {
        // The temporary folder lies in the data folder.
        temp_dir.parent().map_or(Ok(0), Vault::forget_copies)
    });
    let removed = removing.await.unwrap_or(Err(StoreError::Panicked))?;
    if removed > 0 {
        tracing::info!(removed, "removed old copies of the data");
    }
    Ok(())
}

/// Measures how much of the database file is in use, for those who look after the machine.
async fn measure_file(vault: &Vault, temp_dir: &Arc<Path>) -> Result<(), StoreError> {
    let (vault, temp_dir) = (vault.clone(), Arc::clone(temp_dir));
    let measuring = crate::quiet::spawn(move || match temp_dir.parent() {
        Some(folder) => vault.measure_file(folder).map(drop),
        None => Ok(()),
    });
    measuring.await.unwrap_or(Err(StoreError::Panicked))
}

/// Removes files for good whose time in the trash is over, and from the disk what no row names any more; whether it was
/// done to its end.
async fn clear_files(vault: &Vault) -> Result<bool, AccessError> {
    let purged = vault.system("clearing files").purge_removed_files().await?;
    let sweeper = vault.clone();
    let sweeping = crate::quiet::spawn(move || sweeper.sweep_files());
    let swept = sweeping.await.unwrap_or(Err(StoreError::Panicked))?;
    if purged + swept.removed > 0 {
        tracing::info!(
            purged,
            removed = swept.removed,
            bytes = swept.bytes,
            "cleared files"
        );
    }
    Ok(!swept.held)
}

/// Removes for good what has been in the trash longer than the firm keeps it, and with it what it takes to undo.
async fn empty_trash(vault: &Vault) -> Result<(), AccessError> {
    let access = vault.system("emptying the trash");
    for kind in vault.kinds() {
        let purged = access.purge_trash(kind).await?;
        if purged > 0 {
            tracing::info!(module = %kind.module, purged, "emptied the trash");
        }
    }
    access.forget_old_operations().await?;
    Ok(())
}
