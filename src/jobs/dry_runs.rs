//! Dry runs of imports: what would become of each row, found out beside the pages and kept in a file for them.

use std::collections::HashMap;
use std::fs::{File, Permissions};
use std::io::{self, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::operations::import::{SharedJournal, WantedImport};
use crate::data::{Access, Message, WorkFiles};
use crate::exchange::command::{ImportOptions, import_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::journal::{Journal, JournalFile};
use crate::exchange::report::Report;
use crate::exchange::watch::{Progress, Watch};

/// Dry runs at once; the rest wait for their turn.
const AT_ONCE: usize = 2;

/// The dry runs of this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DryRuns {
    inner: Arc<Inner>,
}

struct Inner {
    turns: Semaphore,
    live: Mutex<HashMap<PathBuf, Arc<DryRun>>>,
}

struct DryRun {
    choices: String,
    watch: Watch,
    progress: Mutex<Option<Progress>>,
}

/// What a dry run came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tried {
    /// What it was run with; a result of other choices says nothing.
    pub(crate) choices: String,
    pub(crate) at: jiff::Timestamp,
    pub(crate) rows: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    /// Rows that would be taken without some of their cells.
    pub(crate) warned: u64,
    /// Why it did not come to its end.
    pub(crate) error: Option<Message>,
}

impl Default for DryRuns {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                turns: Semaphore::new(AT_ONCE),
                live: Mutex::default(),
            }),
        }
    }
}

impl DryRuns {
    /// Begins one whose result will lie in `place`, unless it is under way. One with other choices is ended.
    pub(crate) fn begin(&self, access: &Access, place: &Path, choices: &str, wanted: WantedImport) {
        let run = {
            let mut live = self.live();
            if let Some(running) = live.get(place) {
                if running.choices == choices {
                    return;
                }
                running.watch.stop();
            }
            let run = Arc::new_cyclic(|run: &std::sync::Weak<DryRun>| {
                let run = run.clone();
                DryRun {
                    choices: choices.to_owned(),
                    watch: Watch::hearing(move |progress| {
                        if let Some(run) = run.upgrade() {
                            *run.progress() = Some(progress);
                        }
                    }),
                    progress: Mutex::new(None),
                }
            });
            live.insert(place.to_owned(), run.clone());
            run
        };
        let (runs, access, place) = (self.clone(), access.clone(), place.to_owned());
        tokio::spawn(async move {
            let turn = runs.inner.turns.acquire().await;
            let work = {
                let (run, place) = (run.clone(), place.clone());
                crate::quiet::spawn(move || carry_out(&access, &run, &place, wanted))
            };
            match work.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a dry run could not be kept"),
                Err(error) => tracing::error!(%error, "a dry run broke"),
            }
            drop(turn);
            let mut live = runs.live();
            if live.get(&place).is_some_and(|now| Arc::ptr_eq(now, &run)) {
                live.remove(&place);
            }
        });
    }

    /// How far one is with these choices: nothing where none is under way, and nothing in it before it has begun.
    pub(crate) fn under_way(&self, place: &Path, choices: &str) -> Option<Option<Progress>> {
        let run = self.live().get(place).cloned();
        run.filter(|run| run.choices == choices)
            .map(|run| *run.progress())
    }

    /// Ends one that nobody waits for any more.
    pub(crate) fn end(&self, place: &Path) {
        if let Some(run) = self.live().get(place) {
            run.watch.stop();
        }
    }

    /// Waits until one is over, for a while.
    pub(crate) async fn wait(&self, place: &Path, choices: &str, most: Duration) {
        let over = async {
            while self.under_way(place, choices).is_some() {
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        };
        // One that takes longer is followed on its page.
        let _ = tokio::time::timeout(most, over).await;
    }

    fn live(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<DryRun>>> {
        self.inner
            .live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl DryRun {
    fn progress(&self) -> MutexGuard<'_, Option<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result that lies at a place, if it is one of these choices. Blocks.
pub(crate) fn tried(place: &Path, choices: &str, ways: &WorkFiles) -> Option<(Tried, JournalFile)> {
    let file = ways
        .readable(File::open(place).ok()?, place.parent()?)
        .ok()?;
    let journal = JournalFile::open(file).ok()?;
    let tried: Tried = journal.head().ok()?;
    (tried.choices == choices).then_some((tried, journal))
}

fn carry_out(access: &Access, run: &DryRun, place: &Path, wanted: WantedImport) -> io::Result<()> {
    let wanted = wanted.readable()?;
    let mut named = tempfile::Builder::new()
        .prefix("import-")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(&wanted.temp_dir)?;
    // What is to lie sealed has no name before it is.
    let mut file = if wanted.ways.is_sealed() {
        tempfile::tempfile_in(&wanted.temp_dir)?
    } else {
        named.as_file().try_clone()?
    };
    let journal = SharedJournal::new(file.try_clone()?);
    let watch = {
        let journal = journal.clone();
        let watch = run.watch.clone();
        watch.hearing_rows(move |told| journal.add(told))
    };
    let options = ImportOptions {
        dry_run: true,
        ..wanted.options.clone()
    };
    let done = import_file(access, options, wanted.source(), &wanted.temp_dir, &watch);
    let (report, error) = match done {
        Ok(done) if done.stopped => return Ok(()),
        Ok(done) => (done.report, None),
        Err(ExchangeError::Sheet(crate::exchange::sheet::SheetError::Stopped)) => return Ok(()),
        Err(error) => (Report::default(), Some(error.message())),
    };
    let mut journal = journal.take()?;
    if error.is_some() {
        file.set_len(0)?;
        journal = Journal::new(file.try_clone()?);
        file.rewind()?;
    }
    journal.finish(&Tried {
        choices: run.choices.clone(),
        at: crate::clock::now(),
        rows: report.rows,
        created: report.created,
        updated: report.updated,
        skipped: report.skipped,
        failed: report.failed,
        warned: report.warned,
        error,
    })?;
    // Whoever gave it up meanwhile has removed the rest.
    if run.watch.is_stopped() {
        return Ok(());
    }
    if wanted.ways.is_sealed() {
        file.rewind()?;
        wanted.ways.seal(&mut file, named.as_file_mut())?;
    }
    named.persist(place).map_err(|error| error.error)?;
    Ok(())
}
