//! Files that somebody else looks after: a change is noticed within seconds, checked, and served without a restart.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::Fault;
use super::journal::Happened;
use super::pair::Pair;
use super::prove::prove;
use super::served::{Source, Tls};
use crate::config::TlsMode;

/// Between looks.
const LOOK: Duration = Duration::from_secs(2);

/// What tells that a file is another one: its place on the disk, its size and its times.
type Mark = Option<(u64, u64, i64, i64)>;

fn mark(path: &Path) -> Mark {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.ino(), meta.size(), meta.mtime(), meta.mtime_nsec()))
}

/// Watches for as long as it is polled. Two files that are changed one after the other do not fit for a moment: what does
/// not fit is told only once it has stood for a while.
pub(super) async fn watch(tls: &Tls) {
    let plan = tls.plan();
    let (TlsMode::Files, Some(certificate), Some(key)) = (plan.mode, plan.cert_file, plan.key_file)
    else {
        return std::future::pending().await;
    };
    let mut known = (mark(&certificate), mark(&key));
    let mut told: Option<Fault> = None;
    let mut waiting = 0;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = (mark(&certificate), mark(&key));
        if now == known && waiting == 0 {
            continue;
        }
        let (paths, names) = ((certificate.clone(), key.clone()), plan.domains.clone());
        let read = move || {
            let pair = Pair::from_files(&paths.0, &paths.1)?;
            pair.check_use(&[], crate::clock::now())?;
            if let Err(fault) = pair.check_use(&names, crate::clock::now()) {
                tracing::warn!(%fault, "the configured certificate is served all the same");
            }
            // Names in certificates that are no host names, such as stars, have no handshake.
            let names: Vec<String> = pair.facts.names.iter().take(1).cloned().collect();
            if pair.chain().len() > 1 && names.iter().all(|name| !name.contains('*')) {
                prove(&pair, &names)?;
            }
            Ok(pair)
        };
        let read = tokio::task::spawn_blocking(read).await;
        let read = read.unwrap_or_else(|error| Err(Fault::Unreadable(error.to_string())));
        match read {
            Ok(pair) => {
                let words = format!("{} · {}", pair.facts.names.join(", "), pair.facts.issuer);
                tls.serve(pair, Source::Files);
                tls.note(Happened::FilesTaken, words).await;
                (known, told, waiting) = (now, None, 0);
            }
            Err(fault) => {
                waiting += 1;
                if waiting >= 2 && told.as_ref() != Some(&fault) {
                    tls.note(Happened::FilesRefused, fault.to_string()).await;
                    told = Some(fault);
                }
                if waiting >= 2 {
                    (known, waiting) = (now, 0);
                }
            }
        }
    }
}
