//! Group commit: one thread joins the writes that wait into one durable commit.
//!
//! Nothing is acknowledged before it is on disk. A write that fails leaves nothing behind and takes no neighbour with
//! it. After an I/O error the database handle is of no more use (redb answers only errors); the thread closes it,
//! opens it again, and tells everybody who waited that their write did not happen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use redb::WriteTransaction;
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use super::error::StoreError;
use super::tables::COUNT;
use super::write::{Changes, Tables, Write};

/// Writes that may be joined in one commit.
const MOST_JOINED: usize = 256;
/// Attempts to open the file again after a failure.
const REOPEN_ATTEMPTS: u32 = 25;

/// A write waiting for the thread.
pub(super) trait Job: Send {
    /// Runs the closure; `true` when its changes are to be kept.
    fn run(&mut self, write: &mut Write<'_, '_>) -> bool;
    /// Answers who waits: with the closure's own result, or with why the commit failed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A write of nothing, sent by a reading that failed: a handle that is of no more use is found out and replaced.
pub(super) struct Probe;

impl Job for Probe {
    fn run(&mut self, _: &mut Write<'_, '_>) -> bool {
        false
    }

    fn answer(self: Box<Self>, _: Result<(), StoreError>) {}
}

/// A closure with the channel its result goes to.
pub(super) struct Task<F, T, E> {
    pub(super) closure: Option<F>,
    pub(super) result: Option<Result<T, E>>,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Task<F, T, E>
where
    F: FnOnce(&mut Write<'_, '_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, write: &mut Write<'_, '_>) -> bool {
        let Some(closure) = self.closure.take() else {
            return false;
        };
        let result = catch_unwind(AssertUnwindSafe(|| closure(write)))
            .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        // Whoever asked may have gone away; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

/// The loop of the writer thread; ends when the last handle of the store is gone.
pub(super) fn run(shared: &Shared, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = queue.blocking_recv() {
        let mut jobs = vec![first];
        while jobs.len() < MOST_JOINED
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
        let committed = catch_unwind(AssertUnwindSafe(|| commit(shared, &mut jobs)))
            .unwrap_or(Err(StoreError::Panicked));
        if let Err(error) = &committed {
            tracing::error!(%error, writes = jobs.len(), "commit failed; the writes were not kept");
            if error.needs_reopen() {
                reopen(shared);
            }
        }
        shared.waited.store(!queue.is_empty(), Ordering::Relaxed);
        for job in jobs {
            job.answer(committed.clone());
        }
    }
    shared.close();
}

fn commit(shared: &Shared, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let mut transaction = begin(shared)?;
    // The second phase and the saved allocator state make opening after a crash near-instant and survive a crash
    // during repair.
    transaction.set_quick_repair(true);
    let mut changed = false;
    {
        let mut tables = Tables::open(&transaction, shared.block)?;
        for job in jobs.iter_mut() {
            let changes: Option<[Changes; COUNT]> = {
                let mut write = Write::new(&tables);
                job.run(&mut write).then(|| write.into_changes())
            };
            if let Some(changes) = changes
                && changes.iter().any(|table| !table.is_empty())
            {
                tables.apply(changes)?;
                changed = true;
            }
        }
    }
    if changed {
        transaction.commit()?;
    } else {
        transaction.abort()?;
    }
    Ok(())
}

/// Begins a transaction; on a handle that an earlier reading left useless, after opening the file again.
fn begin(shared: &Shared) -> Result<WriteTransaction, StoreError> {
    let attempt = || Ok(shared.database()?.begin_write()?);
    match attempt() {
        Err(error) if StoreError::needs_reopen(&error) => {
            tracing::error!(%error, "the database handle is of no more use");
            reopen(shared);
            attempt()
        }
        result => result,
    }
}

fn reopen(shared: &Shared) {
    shared.close();
    for attempt in 1..=REOPEN_ATTEMPTS {
        match shared.open_again() {
            Ok(()) => {
                tracing::warn!(attempt, "the database was opened again after a failure");
                return;
            }
            Err(error) => tracing::error!(%error, attempt, "the database cannot be opened again"),
        }
        std::thread::sleep(shared.reopen_pause);
    }
    shared.give_up();
}
