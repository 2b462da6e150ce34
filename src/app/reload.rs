//! Reading the configuration again on SIGHUP: what can change while the server runs does, and the log names the rest. A file
//! that cannot be used changes nothing.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::tell_systemd;
use crate::config::{Shown, show};
use crate::logging;
use crate::web::AppState;
use sd_notify::NotifyState;

/// Keys that count from the next request on; all others from the next start.
const LIVE: [&str; 4] = ["limits.", "smtp.", "trusted_proxies", "log"];

/// From here on the signal does not end the process, as it does by itself: while a large firm is opened or upgraded there is
/// nobody yet to wait for it, and the configuration was read a moment ago.
pub(crate) fn outlast() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let _inside = runtime.enter();
    // Once somebody has waited for a signal in tokio, it never again does what it did by itself.
    signal(SignalKind::hangup()).map(drop)
}

/// Waits for the signal until `stop`.
pub(super) async fn run(mut hangups: Signal, state: AppState, stop: CancellationToken) {
    let mut before = shown(&state);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = hangups.recv() => {}
        }
        begin();
        let reading = state.clone();
        let read = tokio::task::spawn_blocking(move || again(&reading)).await;
        if matches!(read, Ok(true)) {
            let now = shown(&state);
            tell_of_changes(&before, &now);
            before = now;
        }
        tell_systemd(&[NotifyState::Ready]);
    }
}

/// systemd waits for the answer (`Type=notify-reload` in systemd.service(5)); it wants to know since when.
fn begin() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell_systemd(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "cannot tell systemd of the reload"),
    }
}

/// Reads the file and takes what can be taken; whether it could be used.
fn again(state: &AppState) -> bool {
    // Whoever renews certificates says so by this signal, too.
    state.tls.look_at_files();
    let config = match state.around.source.load() {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(%error, "the configuration was not read again; the old one goes on");
            return false;
        }
    };
    logging::set_level(config.log);
    state.take_anew(&config);
    true
}

fn shown(state: &AppState) -> Vec<Shown> {
    show(&state.around.source).unwrap_or_default()
}

/// Names the keys that changed, without their values.
fn tell_of_changes(before: &[Shown], now: &[Shown]) {
    let changed = now.iter().filter(|key| {
        let old = before.iter().find(|old| old.key == key.key);
        old.is_none_or(|old| old.value != key.value)
    });
    let (live, later): (Vec<&str>, Vec<&str>) = changed
        .map(|key| key.key.as_str())
        .partition(|key| LIVE.iter().any(|live| key.starts_with(live)));
    tracing::info!(changed = ?live, "the configuration was read again");
    if !later.is_empty() {
        tracing::warn!(keys = ?later, "these keys count from the next start");
    }
}
