//! Archives that are fetched to be looked into: each once, however many pages wait for it, and to its end though nobody does.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::desk::Desk;
use super::error::BackupError;
use super::pick::Near;

/// The fetches under way, by the archive's name.
#[derive(Clone, Default)]
pub(super) struct Fetching(Arc<Mutex<HashMap<String, Coming>>>);

/// One that is under way.
#[derive(Clone)]
struct Coming {
    /// What has come lies here.
    file: PathBuf,
    /// What went wrong, for the first who asks.
    failed: Arc<Mutex<Option<BackupError>>>,
    /// Whether it is over.
    over: watch::Receiver<bool>,
}

impl Fetching {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Coming>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a fetch out of those under way when it ends, however it does.
struct Under {
    fetching: Fetching,
    archive: String,
    over: watch::Sender<bool>,
}

impl Drop for Under {
    fn drop(&mut self) {
        self.fetching.all().remove(&self.archive);
        self.over.send_replace(true);
    }
}

impl Desk {
    /// An archive on this machine: fetched from a target, or where it was fetched to within the hour.
    pub(crate) async fn near(&self, archive: &str) -> Result<Near, BackupError> {
        let near = self.near_as(archive)?;
        if near.is_fresh() {
            return Ok(near);
        }
        let mut coming = self.begin(archive, &near)?;
        // It ends with an error where the thread broke, too.
        let _ = coming.over.wait_for(|over| *over).await;
        let mut failed = coming.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match failed.take() {
            Some(error) => Err(error),
            None if near.is_fresh() => Ok(near),
            None => Err(BackupError::Absent(archive.to_owned())),
        }
    }

    /// Bytes of an archive that have come so far, while it is being fetched.
    pub(crate) fn coming(&self, archive: &str) -> Option<u64> {
        let file = self.fetching.all().get(archive)?.file.clone();
        Some(fs::metadata(file).map_or(0, |meta| meta.len()))
    }

    /// Joins a fetch that is under way, or begins one.
    fn begin(&self, archive: &str, near: &Near) -> Result<Coming, BackupError> {
        let mut all = self.fetching.all();
        if let Some(coming) = all.get(archive) {
            return Ok(coming.clone());
        }
        let (file, places) = (self.temp_file()?, self.places(None)?);
        let (over, watched) = watch::channel(false);
        let coming = Coming {
            file: file.path().to_owned(),
            failed: Arc::default(),
            over: watched,
        };
        all.insert(archive.to_owned(), coming.clone());
        let under = Under {
            fetching: self.fetching.clone(),
            archive: archive.to_owned(),
            over,
        };
        let (near, failed) = (near.clone(), Arc::clone(&coming.failed));
        let runtime = tokio::runtime::Handle::current();
        // Whoever waits is told by the channel.
        drop(crate::quiet::spawn(move || {
            let fetched = runtime.block_on(places.fetch(&under.archive, file.path()));
            let kept = fetched.and_then(|()| near.keep(file));
            *failed.lock().unwrap_or_else(PoisonError::into_inner) = kept.err();
            drop(under);
        }));
        Ok(coming)
    }
}
