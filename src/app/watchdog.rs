//! Tells systemd that we are well, for as long as we are: each time after the data has been read. A server whose threads
//! hang or whose store does not answer falls silent, and systemd starts it anew (`WatchdogSec`).

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::tell_systemd;
use crate::data::Vault;

/// Part of the watchdog's time after which it is told again; systemd.service(5) asks for half.
const PART: u32 = 3;

/// Pings until `stop`; ends at once where systemd does not wait for it.
pub(super) async fn run(vault: Vault, stop: CancellationToken) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return;
    };
    let pause = (limit / PART).max(Duration::from_millis(100));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        if is_well(&vault, pause).await {
            tell_systemd(&[sd_notify::NotifyState::Watchdog]);
        } else {
            tracing::error!(
                "the data does not answer in time; systemd is not told that all is well"
            );
        }
    }
}

/// Whether something small can be read from the store in so much time.
pub(crate) async fn is_well(vault: &Vault, time: Duration) -> bool {
    let vault = vault.clone();
    let reading = tokio::task::spawn_blocking(move || vault.firm().is_ok());
    matches!(tokio::time::timeout(time, reading).await, Ok(Ok(true)))
}
