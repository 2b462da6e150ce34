//! What whoever waits for long work hears of it, and how they end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Handed to long work. The default hears nothing and ends nothing.
#[derive(Clone)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    hear: Arc<dyn Fn(Progress) + Send + Sync>,
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
        }
    }

    /// Ends the work at its next batch; what is written by then stays.
    #[cfg_attr(not(test), expect(dead_code, reason = "for imports as long work"))]
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(super) fn tell(&self, phase: Phase, done: u64, total: Option<u64>) {
        (self.hear)(Progress { phase, done, total });
    }
}
