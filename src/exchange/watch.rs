//! What whoever waits for long work hears of it, and how they end it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::report::Note;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The file is read; how many rows it has is not known yet.
    Reading,
    /// Rows are brought in, or looked at in a dry run.
    Writing,
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) phase: Phase,
    /// Rows done in this phase.
    pub(crate) done: u64,
    /// Of how many, where that is known.
    pub(crate) total: Option<u64>,
}

/// What became, or in a dry run would become, of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowOutcome {
    Created,
    Updated,
    /// Its record is there and stays as it is.
    Skipped,
    Failed,
}

/// A row that is done with.
pub(crate) struct RowTold<'a> {
    /// As the sheet counts it.
    pub(crate) row: u32,
    pub(crate) outcome: RowOutcome,
    /// The name that stands in it.
    pub(crate) title: String,
    pub(crate) notes: &'a [Note],
}

type HearRow = dyn Fn(&RowTold<'_>) -> io::Result<()> + Send + Sync;

/// Handed to long work. The default hears nothing and ends nothing.
#[derive(Clone)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    hear: Arc<dyn Fn(Progress) + Send + Sync>,
    hear_row: Option<Arc<HearRow>>,
}

impl Default for Watch {
    fn default() -> Self {
        Self::hearing(|_| {})
    }
}

impl Watch {
    /// Calls `hear` now and then, from the thread that works: it should return at once.
    pub(crate) fn hearing(hear: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self {
            stop: Arc::default(),
            hear: Arc::new(hear),
            hear_row: None,
        }
    }

    /// Calls `hear` for each row as it is done, in whatever order; its error ends the work.
    pub(crate) fn hearing_rows(
        self,
        hear: impl Fn(&RowTold<'_>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            hear_row: Some(Arc::new(hear)),
            ..self
        }
    }

    /// Ends the work at its next batch; what is written by then stays.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(super) fn tell_row<'a>(&self, told: impl FnOnce() -> RowTold<'a>) -> io::Result<()> {
        match &self.hear_row {
            Some(hear) => hear(&told()),
            None => Ok(()),
        }
    }

    pub(super) fn tell(&self, phase: Phase, done: u64, total: Option<u64>) {
        (self.hear)(Progress { phase, done, total });
    }
}
