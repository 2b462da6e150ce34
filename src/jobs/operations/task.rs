//! What the work of an operation holds in its hands: whose it is, how it says how far it is, when it has to stop.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::data::{Access, AccessError, Message, OperationId, Progress, UserId};

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
