//! The daily backup, made up for where it was missed, and what else is to be seen to by the minute.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::backup::{Desk, apart};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(20);

/// Looks until `stop` what there is to do. What the last run of the program left half done is marked first.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    if let Err(error) = desk.recover().await {
        tracing::error!(%error, "backups that were interrupted cannot be marked");
    }
    while !stop.is_cancelled() {
        let (at_work, until) = (desk.clone(), stop.clone());
        let looked = apart(move || async move {
            at_work.tick(&until).await;
            Ok(())
        });
        if let Err(error) = looked.await {
            tracing::error!(%error, "backups could not be seen to");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
