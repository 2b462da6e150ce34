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

use crate::data::{AccessError, Vault};
use operations::Operations;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Runs the jobs until `stop`, each once at the start. One that fails is logged and comes again at its time.
pub(crate) async fn run(
    vault: Vault,
    operations: Operations,
    temp_dir: Arc<Path>,
    stop: CancellationToken,
) {
    let (mut hourly, mut daily) = (interval(HOUR), interval(DAY));
    let mut each_minute = interval(MINUTE);
    each_minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
    daily.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = each_minute.tick() => {
                if let Err(error) = vault.end_stale_attempts().await {
                    tracing::warn!(%error, "cannot end sign-ins that were not finished");
                }
            }
            _ = hourly.tick() => {
                if let Err(error) = sweep(&vault, &operations).await {
                    tracing::warn!(%error, "cannot clear away what has expired");
                }
                uploads::remove_forgotten(&temp_dir).await;
                // One that is removed while the program runs is cleared at once; this is for what a stop left over.
                if let Err(error) = vault.system("removing fields").clear_purged_fields().await {
                    tracing::warn!(%error, "cannot remove fields for good");
                }
            }
            _ = daily.tick() => {
                if let Err(error) = empty_trash(&vault).await {
                    tracing::warn!(%error, "cannot empty the trash");
                }
            }
        }
    }
}

/// Removes sessions, tokens, first answers and results of operations whose time is over.
async fn sweep(vault: &Vault, operations: &Operations) -> Result<(), AccessError> {
    let removed = vault.sweep().await?;
    operations.clear_results()?;
    tracing::debug!(removed, "cleared away what has expired");
    Ok(())
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
