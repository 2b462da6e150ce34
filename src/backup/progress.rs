//! What whoever waits for a backup hears of it.

use std::ops::ControlFlow;
use std::sync::Arc;

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Sizes and hashes are taken.
    Measuring,
    /// The archive is written.
    Writing,
    /// It goes to this target.
    Sending(String),
    /// It is fetched from this target and opened.
    Proving(String),
    /// Its lines become a firm again.
    Loading,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// What is being done.
    pub(crate) phase: Phase,
    /// Bytes of lines done in this phase.
    pub(crate) done: u64,
    /// Of how many, where that is known.
    pub(crate) total: Option<u64>,
}

/// Handed to long work: hears how far it is, and ends it by breaking. Called often, from any thread.
#[derive(Clone)]
pub(crate) struct Hearing(Arc<dyn Fn(Progress) -> ControlFlow<()> + Send + Sync>);

impl Default for Hearing {
    fn default() -> Self {
        Self::new(|_| ControlFlow::Continue(()))
    }
}

impl Hearing {
    /// Of whoever listens.
    pub(crate) fn new(hear: impl Fn(Progress) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Hands on what another heard.
    pub(super) fn pass_on(&self, progress: Progress) -> ControlFlow<()> {
        (self.0)(progress)
    }

    /// Tells it; `false` where nobody wants the rest.
    pub(super) fn tell(&self, phase: Phase, done: u64, total: Option<u64>) -> bool {
        let progress = Progress { phase, done, total };
        (self.0)(progress).is_continue()
    }
}
