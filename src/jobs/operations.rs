//! Long work in the server: started for a person, a few at a time, watched and stopped by its page, ended by the program.

pub(crate) mod backup;
pub(crate) mod bring_back;
pub(crate) mod copy;
pub(crate) mod import;
pub(crate) mod register_check;
mod task;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use std::collections::{HashMap, HashSet};
use std::fs::{DirEntry, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use crate::data::{
    Access, AccessError, Ending, Message, NewOperation, Operation, OperationId, OperationKind,
    OperationState, Progress, ResultFile, UserId, Vault,
};
use task::Live;
pub(crate) use task::{Pace, Stop, Task};

/// Operations that run at once; the rest wait for their turn.
const IN_ALL: usize = 3;
/// Checks against a register that run at once, beside the others: they wait for the register for hours and do little.
const CHECKS: usize = 1;
/// Of one person's.
const OF_A_PERSON: usize = 2;
/// Running and waiting ones of a person; more are refused.
const MOST_OF_A_PERSON: usize = 20;
/// How often progress is kept in the database.
const KEPT_EVERY: Duration = Duration::from_secs(2);
/// How long a result lies ready.
const RESULT_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// Beside the result, by the same id: what is to be said of single rows.
const ROWS: &str = ".rows";
/// What those under way get to end when the server stops.
const TO_STOP: Duration = Duration::from_secs(6);

/// The long work of this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Operations {
    inner: Arc<Inner>,
}

struct Inner {
    vault: Vault,
    /// Where results lie, each under the id of its operation.
    results: PathBuf,
    live: Mutex<HashMap<OperationId, Arc<Live>>>,
    turns: Arc<Semaphore>,
    turns_of_checks: Arc<Semaphore>,
    turns_of: Mutex<HashMap<Option<UserId>, Arc<Semaphore>>>,
    stopping: CancellationToken,
}

impl Operations {
    /// Nothing runs yet; results will lie in `results`, which is made when there is one.
    pub(crate) fn new(vault: Vault, results: PathBuf) -> Self {
        Self {
            inner: Arc::new(Inner {
                vault,
                results,
                live: Mutex::default(),
                turns: Arc::new(Semaphore::new(IN_ALL)),
                turns_of_checks: Arc::new(Semaphore::new(CHECKS)),
                turns_of: Mutex::default(),
                stopping: CancellationToken::new(),
            }),
        }
    }

    /// Starts work for somebody. It runs on when they leave its page, and with their rights of each moment.
    pub(crate) async fn start<F, W>(
        &self,
        access: &Access,
        new: NewOperation,
        work: F,
    ) -> Result<OperationId, AccessError>
    where
        F: FnOnce(Task) -> W + Send + 'static,
        W: Future<Output = Result<(), Stop>> + Send + 'static,
    {
        self.room_for(access)?;
        let operation = access.begin(new).await?;
        Ok(self.run(access, &operation, work))
    }

    /// Takes an operation back, as one of its own.
    pub(crate) async fn start_undo(
        &self,
        access: &Access,
        of: OperationId,
    ) -> Result<OperationId, AccessError> {
        self.room_for(access)?;
        let operation = access.begin_undo(of).await?;
        Ok(self.run(access, &operation, work::undo))
    }

    /// Whether somebody may start one more now, or why not.
    pub(crate) fn room_for(&self, access: &Access) -> Result<(), AccessError> {
        if self.inner.stopping.is_cancelled() {
            return Err(AccessError::conflict("error-operations-stopping"));
        }
        if self.running_of(access.actor().user()) >= MOST_OF_A_PERSON {
            return Err(AccessError::conflict("error-operations-too-many"));
        }
        Ok(())
    }

    fn run<F, W>(&self, access: &Access, operation: &Operation, work: F) -> OperationId
    where
        F: FnOnce(Task) -> W + Send + 'static,
        W: Future<Output = Result<(), Stop>> + Send + 'static,
    {
        let (id, kind) = (operation.id, operation.kind);
        let live = Arc::new(Live::new(
            operation.started_by,
            operation.progress.clone(),
            self.inner.stopping.child_token(),
        ));
        self.live().insert(id, live.clone());
        let task = Task {
            access: access.clone(),
            id,
            live: live.clone(),
            results: self.inner.results.clone(),
            sealed: self.inner.vault.work_files().is_sealed(),
        };
        let operations = self.clone();
        tokio::spawn(async move {
            let ending = operations.carry_out(kind, task, work).await;
            let program = operations.inner.vault.system("ending long work");
            if let Err(error) = program.finish(id, ending).await {
                // It stays "running" in the database, and is found interrupted at the next start.
                tracing::error!(%error, operation = %id, "the end of an operation could not be kept");
            }
            operations.live().remove(&id);
        });
        id
    }

    async fn carry_out<F, W>(&self, kind: OperationKind, task: Task, work: F) -> Ending
    where
        F: FnOnce(Task) -> W + Send + 'static,
        W: Future<Output = Result<(), Stop>> + Send + 'static,
    {
        let (id, live) = (task.id, task.live.clone());
        let is_check = kind == OperationKind::RegisterCheck;
        let of_person = (!is_check).then(|| self.turns_of(live.starter));
        let turn = async {
            let Some(of_person) = of_person else {
                return (
                    None,
                    self.inner.turns_of_checks.clone().acquire_owned().await,
                );
            };
            let own = of_person.acquire_owned().await;
            (Some(own), self.inner.turns.clone().acquire_owned().await)
        };
        let ended = tokio::select! {
            turn = turn => {
                task.phase("");
                let ended = self.watch(id, &live, tokio::spawn(work(task))).await;
                drop(turn);
                ended
            }
            () = live.cancel.cancelled() => Ok(Err(Stop::Cancelled)),
        };
        let ended = self.sealed(&live, ended).await;
        self.ending(id, &live, ended)
    }

    /// Seals what the work has written, where the database is encrypted.
    async fn sealed(
        &self,
        live: &Arc<Live>,
        ended: Result<Result<(), Stop>, JoinError>,
    ) -> Result<Result<(), Stop>, JoinError> {
        let ways = self.inner.vault.work_files().clone();
        if !ways.is_sealed() {
            return ended;
        }
        let live = live.clone();
        match crate::quiet::spawn(move || live.seal(&ways)).await? {
            Ok(()) => ended,
            Err(error) => {
                tracing::error!(%error, "the result of an operation cannot be sealed");
                Ok(Err(Stop::Failed(Message::new("operation-why-file"))))
            }
        }
    }

    /// Keeps progress while the work runs.
    async fn watch(
        &self,
        id: OperationId,
        live: &Live,
        mut work: tokio::task::JoinHandle<Result<(), Stop>>,
    ) -> Result<Result<(), Stop>, JoinError> {
        let program = self.inner.vault.system("keeping progress");
        let mut tick = tokio::time::interval(KEPT_EVERY);
        tick.tick().await;
        let mut kept = Progress::default();
        loop {
            tokio::select! {
                ended = &mut work => return ended,
                _ = tick.tick() => {
                    let progress = live.progress();
                    if progress != kept {
                        if let Err(error) = program.report(id, progress.clone()).await {
                            tracing::warn!(%error, operation = %id, "progress could not be kept");
                        }
                        kept = progress;
                    }
                }
            }
        }
    }

    fn ending(
        &self,
        id: OperationId,
        live: &Live,
        ended: Result<Result<(), Stop>, JoinError>,
    ) -> Ending {
        let (state, message) = match ended {
            Ok(Ok(())) => (OperationState::Done, None),
            Ok(Err(Stop::Cancelled)) if self.inner.stopping.is_cancelled() => (
                OperationState::Interrupted,
                Some(Message::new("operation-interrupted")),
            ),
            Ok(Err(Stop::Cancelled)) => (OperationState::Cancelled, None),
            Ok(Err(Stop::Failed(message))) => (OperationState::Failed, Some(message)),
            Err(error) => {
                tracing::error!(%error, operation = %id, "the work of an operation broke");
                (
                    OperationState::Failed,
                    Some(Message::new("operation-broke")),
                )
            }
        };
        let result = if state == OperationState::Done || live.result_stays() {
            self.result(id, live)
        } else {
            self.remove_result(id);
            None
        };
        Ending {
            state,
            progress: live.progress(),
            message,
            result,
        }
    }

    fn result(&self, id: OperationId, live: &Live) -> Option<ResultFile> {
        let (name, content_type) = live.file()?;
        let path = self.path(id);
        let bytes = match live.sealed_bytes(&path) {
            Some(bytes) => bytes,
            None => std::fs::metadata(&path).ok()?.len(),
        };
        Some(ResultFile {
            name,
            content_type,
            bytes,
            expires_at: crate::clock::now() + RESULT_LASTS,
        })
    }

    /// The file that an operation made, while it is there.
    pub(crate) fn open_result(&self, id: OperationId) -> Option<File> {
        self.open(&self.path(id))
    }

    /// What an operation has to say of single rows, while that is there.
    pub(crate) fn open_rows(&self, id: OperationId) -> Option<File> {
        self.open(&rows_path(&self.inner.results, id))
    }

    /// A file as it was written; what is sealed is opened into one without a name.
    fn open(&self, path: &Path) -> Option<File> {
        let file = File::open(path).ok()?;
        let ways = self.inner.vault.work_files();
        ways.readable(file, &self.inner.results)
            .inspect_err(
                |error| tracing::error!(%error, path = %path.display(), "a result cannot be read"),
            )
            .ok()
    }

    fn path(&self, id: OperationId) -> PathBuf {
        self.inner.results.join(id.to_string())
    }

    fn remove_result(&self, id: OperationId) {
        remove(&self.path(id));
    }

    /// Asks an operation to stop; `false` where it is over.
    pub(crate) fn cancel(&self, id: OperationId) -> bool {
        let live = self.live().get(&id).cloned();
        live.inspect(|live| live.cancel.cancel()).is_some()
    }

    /// How far an operation is that runs in this process, and how fast it goes.
    pub(crate) fn pace(&self, id: OperationId) -> Option<Pace> {
        let live = self.live().get(&id).cloned();
        live.map(|live| live.pace())
    }

    /// How many are under way or wait for their turn.
    pub(crate) fn running(&self) -> usize {
        self.live().len()
    }

    /// How many of a person's are under way.
    pub(crate) fn running_of(&self, user: Option<UserId>) -> usize {
        let live = self.live();
        live.values().filter(|live| live.starter == user).count()
    }

    /// What the last run of the program left: its operations are marked as interrupted, files that nobody can ask for any
    /// more are removed.
    pub(crate) async fn recover(&self) -> Result<(), AccessError> {
        let program = self.inner.vault.system("finding what was interrupted");
        let interrupted = program.interrupt_operations().await?;
        if interrupted > 0 {
            tracing::warn!(interrupted, "operations were interrupted by the last stop");
        }
        self.clear_results()
    }

    /// Removes results that have expired, and files that belong to none.
    pub(crate) fn clear_results(&self) -> Result<(), AccessError> {
        let Ok(files) = std::fs::read_dir(&self.inner.results) else {
            return Ok(());
        };
        // In this order: one that ends meanwhile is among those under way, or its result is known already.
        let files: Vec<DirEntry> = files.flatten().collect();
        let live: HashSet<OperationId> = self.live().keys().copied().collect();
        let now = crate::clock::now();
        let program = self.inner.vault.system("clearing away results");
        let results = program.read()?.results()?;
        let is_kept = |id: OperationId| {
            let lasts =
                |(of, expires_at): &(OperationId, jiff::Timestamp)| *of == id && *expires_at > now;
            live.contains(&id) || results.iter().any(lasts)
        };
        for file in files {
            let name = file.file_name();
            let name = name.to_str().unwrap_or_default();
            if let Some(id) = name.strip_suffix(ROWS) {
                let live = id.parse().is_ok_and(|id| self.live().contains_key(&id));
                let written = file.metadata().and_then(|meta| meta.modified());
                let age = written.ok().and_then(|at| at.elapsed().ok());
                if !live && age.is_none_or(|age| age > RESULT_LASTS.unsigned_abs()) {
                    remove(&file.path());
                }
                continue;
            }
            let id = name.parse().ok();
            if !id.is_some_and(is_kept) {
                remove(&file.path());
            }
        }
        Ok(())
    }

    /// Stops what is under way at its next step, and waits for that a while.
    pub(crate) async fn stop(&self) {
        self.inner.stopping.cancel();
        let ended = async {
            while !self.live().is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(TO_STOP, ended).await.is_err() {
            tracing::warn!("operations did not stop in time; they will be found interrupted");
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<OperationId, Arc<Live>>> {
        self.inner
            .live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn turns_of(&self, user: Option<UserId>) -> Arc<Semaphore> {
        let mut turns = self
            .inner
            .turns_of
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Semaphore::new(OF_A_PERSON));
        turns.entry(user).or_insert_with(new).clone()
    }
}

fn rows_path(results: &Path, id: OperationId) -> PathBuf {
    results.join(format!("{id}{ROWS}"))
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a result could not be removed");
        }
        _ => {}
    }
}
