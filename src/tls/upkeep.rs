//! What keeps certificates in date while the server runs: files are watched, an authority is asked in time, owners are
//! told before it is too late.

use std::io;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::folder::stands_in_at;
use super::keeper::keep;
use super::reminders::remind;
use super::served::{Source, Tls};
use super::watch::watch;
use crate::clock;
use crate::data::Vault;

/// The longest sleep, since clocks are set and machines sleep too.
pub(super) const LONGEST_SLEEP: Duration = Duration::from_mins(15);

/// What our own certificate has left when another is made.
const SELF_SIGNED_LEFT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Runs until `stop`.
pub(crate) async fn run(tls: Tls, vault: Vault, stop: CancellationToken) {
    tls.settle_trouble().await;
    tokio::select! {
        () = stop.cancelled() => {}
        _ = async { tokio::join!(watch(&tls), keep(&tls), freshen(&tls), remind(&tls, &vault)) } => {}
    }
}

/// Keeps what came from an authority, and serves what is best by now: while the order was under way HTTPS may have been
/// switched off, or a certificate of the firm's own sent in. What the disk does not take is served all the same. Writes to
/// the disk.
pub(super) fn take(tls: &Tls, directory: &str, pem: &str) -> io::Result<()> {
    let kept = tls.folder().keep_issued(directory, pem);
    tls.choose(clock::now()).map_err(io::Error::other)?;
    kept
}

/// Serves the next best where the certificate in use is about to lapse and nobody else sees to it.
async fn freshen(tls: &Tls) {
    loop {
        tokio::time::sleep(LONGEST_SLEEP).await;
        freshen_at(tls, clock::now()).await;
    }
}

pub(super) async fn freshen_at(tls: &Tls, now: Timestamp) {
    let is_due = tls.served().is_some_and(|(pair, source)| match source {
        Source::Files | Source::Own => now >= stands_in_at(&pair.facts),
        Source::SelfSigned => now + SELF_SIGNED_LEFT >= pair.facts.not_after,
        Source::Acme => !pair.facts.counts_at(now),
    });
    if !is_due {
        return;
    }
    let chooser = tls.clone();
    let chosen = tokio::task::spawn_blocking(move || chooser.choose(now)).await;
    if let Ok(Err(fault)) = chosen {
        tracing::warn!(%fault, "no other certificate can be served");
    }
}
