//! What the work of an operation holds in its hands: whose it is, how it says how far it is, when it has to stop.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Seek;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::data::{Access, AccessError, Message, OperationId, Progress, UserId, WorkFiles};

/// Why work ended before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was told to.
    Cancelled,
    /// It could not go on, and why.
    Failed(Message),
}

impl From<AccessError> for Stop {
    fn from(error: AccessError) -> Self {
        if let AccessError::Store(error) = &error {
            tracing::error!(%error, "the store failed under an operation");
        }
        Self::Failed((&error).into())
    }
}

/// The phase of one that has not begun.
const WAITING: &str = "waiting";

/// An operation under way. Cheap to clone, and sent to threads that may block.
#[derive(Clone)]
pub(crate) struct Task {
    /// Acts for the starter.
    pub(crate) access: Access,
    /// For the batches of [`Access::change_in`] and its like.
    pub(crate) id: OperationId,
    pub(super) live: Arc<Live>,
    pub(super) results: PathBuf,
    /// Whether what is written is sealed at the end, and lies in a file without a name until then.
    pub(super) sealed: bool,
}

impl Task {
    /// Says how far the work is. Costs next to nothing.
    pub(crate) fn progress(&self, done: u64, total: Option<u64>) {
        let mut state = self.live.state();
        state.progress.done = done;
        state.progress.total = total;
    }

    /// Names what the work is at (`operation-phase-…`), and begins to count anew.
    pub(crate) fn phase(&self, key: &str) {
        let mut state = self.live.state();
        state.progress = Progress {
            phase: key.to_owned(),
            ..Progress::default()
        };
        state.began = Some(crate::clock::now());
    }

    /// Whether it has to stop now.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.live.cancel.is_cancelled()
    }

    /// Ends the work where it was told to stop.
    pub(crate) fn go_on(&self) -> Result<(), Stop> {
        if self.is_cancelled() {
            Err(Stop::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Ends when the work has to stop.
    pub(crate) async fn cancelled(&self) {
        self.live.cancel.cancelled().await;
    }

    /// The file for what is to be said of single rows, see [`journal`](crate::exchange::journal). It is theirs alone, for
    /// as long as a result would lie ready.
    pub(crate) fn rows_file(&self) -> std::io::Result<File> {
        self.create(&super::rows_path(&self.results, self.id))
    }

    /// The result file is whole, and worth having though the work be stopped.
    pub(crate) fn result_stays(&self) {
        self.live.state().result_stays = true;
    }

    fn create(&self, path: &Path) -> std::io::Result<File> {
        if !self.results.exists() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700).create(&self.results)?;
        }
        if self.sealed {
            let file = tempfile::tempfile_in(&self.results)?;
            let aside = (path.to_owned(), file.try_clone()?);
            self.live.state().aside.push(aside);
            return Ok(file);
        }
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
    }

    /// The file that the starter will find on the operation's page for a day. It is theirs alone, and removed where the
    /// work does not end well.
    pub(crate) fn result_file(&self, name: &str, content_type: &str) -> std::io::Result<File> {
        let file = self.create(&self.results.join(self.id.to_string()))?;
        self.live.state().file = Some((name.to_owned(), content_type.to_owned()));
        Ok(file)
    }
}

/// What is known of an operation while it runs.
pub(super) struct Live {
    pub(super) starter: Option<UserId>,
    pub(super) cancel: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    progress: Progress,
    began: Option<Timestamp>,
    file: Option<(String, String)>,
    result_stays: bool,
    /// What is to be sealed, and under which name.
    aside: Vec<(PathBuf, File)>,
    /// Bytes of results that were sealed, by their names.
    sealed: Vec<(PathBuf, u64)>,
}

/// How far an operation is and how fast it goes.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// How far.
    pub(crate) progress: Progress,
    /// So many in a second; none before it can be told.
    pub(crate) per_second: Option<u64>,
    /// Until the end, at this rate.
    pub(crate) left: Option<Duration>,
    /// Whether it was told to stop and has not yet.
    pub(crate) stopping: bool,
}

impl Live {
    pub(super) fn new(
        starter: Option<UserId>,
        progress: Progress,
        cancel: CancellationToken,
    ) -> Self {
        let state = State {
            progress: Progress {
                phase: WAITING.to_owned(),
                ..progress
            },
            ..State::default()
        };
        Self {
            starter,
            cancel,
            state: Mutex::new(state),
        }
    }

    pub(super) fn progress(&self) -> Progress {
        self.state().progress.clone()
    }

    pub(super) fn file(&self) -> Option<(String, String)> {
        self.state().file.clone()
    }

    /// Gives what was put aside its name, sealed. Blocks.
    pub(super) fn seal(&self, ways: &WorkFiles) -> std::io::Result<()> {
        let aside = std::mem::take(&mut self.state().aside);
        for (path, mut file) in aside {
            let folder = path.parent().unwrap_or(&path);
            let mut sealed = tempfile::NamedTempFile::new_in(folder)?;
            file.rewind()?;
            ways.seal(&mut file, sealed.as_file_mut())?;
            let bytes = file.metadata()?.len();
            sealed.persist(&path)?;
            self.state().sealed.push((path, bytes));
        }
        Ok(())
    }

    /// Bytes of a result that was sealed.
    pub(super) fn sealed_bytes(&self, path: &Path) -> Option<u64> {
        let state = self.state();
        let found = state.sealed.iter().find(|(sealed, _)| sealed == path);
        found.map(|(_, bytes)| *bytes)
    }

    pub(super) fn result_stays(&self) -> bool {
        self.state().result_stays
    }

    pub(super) fn pace(&self) -> Pace {
        let state = self.state();
        let now = crate::clock::now();
        let took = state
            .began
            .map_or(0.0, |began| now.duration_since(began).as_secs_f64());
        let done = state.progress.done;
        // The first second says little.
        let rate = (took > 1.0 && done > 0).then(|| done as f64 / took);
        let left = rate.zip(state.progress.total).map(|(rate, total)| {
            let seconds = total.saturating_sub(done) as f64 / rate;
            Duration::from_secs(seconds.ceil().clamp(0.0, 1e7) as u64)
        });
        Pace {
            progress: state.progress.clone(),
            per_second: rate.map(|rate| rate.round() as u64),
            left,
            stopping: self.cancel.is_cancelled(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
