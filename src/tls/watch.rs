//! Files that somebody else looks after: a change is noticed within seconds, checked, and served without a restart. What
//! would be worse than what is in use is not taken while that one counts.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::Fault;
use super::facts::names_as_issuer;
use super::journal::Happened;
use super::pair::Pair;
use super::prove::prove;
use super::served::Tls;
use crate::clock;
use crate::config::TlsMode;

/// Between looks.
const LOOK: Duration = Duration::from_secs(2);
/// Between attempts to read what could not be used, for reasons that the files do not show: a folder that was closed, a
/// certificate whose time had not come.
const TRY_AGAIN: Duration = Duration::from_mins(1);

/// What tells that a file is another one or may be read by others: its place on the disk, its size, and the times of its
/// content and of its owner and mode.
type Mark = Option<(u64, u64, [i64; 4])>;

fn mark(path: &Path) -> Mark {
    let meta = std::fs::metadata(path).ok()?;
    let times = [
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ctime(),
        meta.ctime_nsec(),
    ];
    Some((meta.ino(), meta.size(), times))
}

/// Watches for as long as it is polled. Two files that are changed one after the other do not fit for a moment: what does
/// not fit is told only once it has stood for a while.
pub(super) async fn watch(tls: &Tls) {
    let plan = tls.plan();
    let (TlsMode::Files, Some(certificate), Some(key)) = (plan.mode, plan.cert_file, plan.key_file)
    else {
        return std::future::pending().await;
    };
    let paths = (certificate, key);
    let marks = || (mark(&paths.0), mark(&paths.1));
    let mut known = marks();
    let mut told: Option<Fault> = None;
    let mut failed_at: Option<Instant> = None;
    let mut waiting = 0;
    loop {
        let is_asked = tokio::select! {
            () = tokio::time::sleep(LOOK) => false,
            () = tls.files_asked() => true,
        };
        let now = marks();
        let is_due = failed_at.is_some_and(|at| at.elapsed() >= TRY_AGAIN);
        if now == known && waiting == 0 && !is_asked && !is_due {
            continue;
        }
        match look(tls, &paths).await {
            Ok(words) => {
                if let Some(words) = words.or_else(|| told.map(|_| String::new())) {
                    tls.note(Happened::FilesTaken, words).await;
                }
                (known, told, failed_at, waiting) = (now, None, None, 0);
            }
            Err(fault) => {
                waiting += 1;
                if waiting >= 2 || is_asked || is_due {
                    if told.as_ref() != Some(&fault) {
                        tls.note_refused(&fault).await;
                        told = Some(fault);
                    }
                    (known, failed_at, waiting) = (now, Some(Instant::now()), 0);
                }
            }
        }
    }
}

/// Reads the files and serves what they hold; says what that is where it is another certificate than before.
async fn look(tls: &Tls, paths: &(PathBuf, PathBuf)) -> Result<Option<String>, Fault> {
    let (tls, paths) = (tls.clone(), paths.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let now = clock::now();
        let pair = Pair::from_files(&paths.0, &paths.1)?;
        let old = tls.files();
        if old.as_ref().is_some_and(|old| old.chain() == pair.chain()) {
            return Ok(None);
        }
        pair.check_use(&[], now)?;
        let names = tls.plan().domains;
        let good = old.filter(|old| old.check_use(&names, now).is_ok());
        if let Some(good) = &good {
            pair.check_use(&names, now)?;
            no_shorter(&pair, good)?;
        } else if let Err(fault) = pair.check_use(&names, now) {
            tracing::warn!(%fault, "the configured certificate is served all the same");
        }
        // Names in certificates that are no host names, such as stars, have no handshake.
        let first: Vec<String> = pair.facts.names.iter().take(1).cloned().collect();
        if pair.chain().len() > 1 && first.iter().all(|name| !name.contains('*')) {
            prove(&pair, &first)?;
        }
        let words = format!("{} · {}", pair.facts.names.join(", "), pair.facts.issuer);
        tls.take_files(pair, now)?;
        Ok(Some(words))
    });
    looked
        .await
        .unwrap_or_else(|error| Err(Fault::Unreadable(error.to_string())))
}

/// Whether browsers get as far with the new chain as with the one in use: an authority of the firm's own is not known here,
/// so that a chain which ends nowhere says nothing by itself.
fn no_shorter(new: &Pair, old: &Pair) -> Result<(), Fault> {
    let now = clock::now();
    let Err(Fault::Incomplete(missing)) = new.check_chain(now) else {
        return Ok(());
    };
    let end = &new.chain()[new.chain().len() - 1];
    let brought = old.chain()[1..]
        .iter()
        .any(|other| names_as_issuer(end, other));
    if brought || old.check_chain(now).is_ok() {
        Err(Fault::Incomplete(missing))
    } else {
        Ok(())
    }
}
