//! Records from an archive, brought back as an operation.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::time::Instant;

use super::task::{Stop, Task};
use crate::backup::{BackupError, Choose, Desk, FileList, Hearing, Near, apart};
use crate::data::{
    Archived, FieldNo, FileHash, FilesHold, Message, Module, Pace, RecordId, RecordType,
    Whereabouts,
};

/// Records held in memory at a time, with their histories.
const AT_ONCE: usize = 5_000;

/// Which records.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// These.
    Ids(Vec<RecordId>),
    /// All that the archive has alive and the firm has not.
    Missing,
}

/// Brings records of a module back.
pub(crate) async fn bring_back(
    task: Task,
    desk: Desk,
    archive: String,
    kind: &'static RecordType,
    wanted: Wanted,
) -> Result<(), Stop> {
    let module = kind.module;
    let near = fetch(&task, &desk, &archive).await?;
    task.phase("archive-searching");
    let ids = match wanted {
        Wanted::Ids(ids) => ids.into_iter().collect::<BTreeSet<_>>(),
        Wanted::Missing => missing(&task, near.clone(), module).await?,
    };
    let ids: Vec<RecordId> = ids.into_iter().collect();
    let files = Files::of(&desk, &near).await?;
    let (mut done, total, mut pace) = (0, Some(ids.len() as u64), Pace::default());
    for chunk in ids.chunks(AT_ONCE) {
        task.go_on()?;
        let (near, wanted) = (near.clone(), chunk.to_vec());
        let hearing = hearing(&task, false);
        let found = read(move || near.with_history(module, &wanted, &hearing)).await?;
        let known: BTreeSet<RecordId> = found.iter().map(Archived::id).collect();
        let strangers: Vec<RecordId> = chunk
            .iter()
            .copied()
            .filter(|id| !known.contains(id))
            .collect();
        if !strangers.is_empty() {
            done += strangers.len() as u64;
            task.access
                .not_in_archive(task.id, module, strangers)
                .await?;
        }
        let mut found = found.into_iter().peekable();
        task.phase("");
        while found.peek().is_some() {
            task.progress(done, total);
            task.go_on()?;
            let batch: Vec<Archived> = found.by_ref().take(pace.most()).collect();
            let (records, start) = (batch.len(), Instant::now());
            let lost = files.bring(&task, &batch).await?;
            task.access
                .bring_back_in(task.id, kind, batch, lost)
                .await?;
            pace.wrote(&task.access, records, start.elapsed());
            done += records as u64;
        }
        task.progress(done, total);
    }
    Ok(())
}

/// The files of records, brought back before them.
struct Files {
    desk: Desk,
    near: Near,
    /// What the archive refers to.
    list: FileList,
    /// None that was brought goes before its record is there.
    _hold: FilesHold,
}

impl Files {
    async fn of(desk: &Desk, near: &Near) -> Result<Self, Stop> {
        let (hold, at_hand) = (desk.hold_files(), near.clone());
        Ok(Self {
            desk: desk.clone(),
            near: near.clone(),
            list: read(move || at_hand.files()).await?,
            _hold: hold,
        })
    }

    /// Brings the contents that records have; those that are nowhere.
    async fn bring(&self, task: &Task, records: &[Archived]) -> Result<HashSet<FileHash>, Stop> {
        let wanted: HashSet<FileHash> = records
            .iter()
            .flat_map(Archived::contents)
            .map(|(hash, _)| hash)
            .collect();
        if wanted.is_empty() {
            return Ok(HashSet::new());
        }
        task.phase("archive-files");
        let (desk, near, hearing) = (self.desk.clone(), self.near.clone(), hearing(task, false));
        let list = self.list.only(&wanted);
        let bring = move || async move { desk.bring_files(&near, &list, &hearing).await };
        match apart(bring).await {
            Ok(lost) => Ok(lost),
            Err(BackupError::Stopped) => Err(Stop::Cancelled),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Gives fields of a record that lives what they held in the archive.
pub(crate) async fn take_fields(
    task: Task,
    desk: Desk,
    archive: String,
    kind: &'static RecordType,
    (id, version): (RecordId, u64),
    fields: Vec<FieldNo>,
) -> Result<(), Stop> {
    let near = fetch(&task, &desk, &archive).await?;
    let hearing = hearing(&task, false);
    let found = read(move || near.with_history(kind.module, &[id], &hearing)).await?;
    let access = &task.access;
    if let Some(archived) = found.into_iter().next() {
        access
            .take_fields_in(task.id, kind, archived, fields, version)
            .await?;
    } else {
        access
            .not_in_archive(task.id, kind.module, vec![id])
            .await?;
    }
    Ok(())
}

async fn fetch(task: &Task, desk: &Desk, archive: &str) -> Result<Near, Stop> {
    task.phase("archive-fetching");
    tokio::select! {
        near = desk.near(archive) => near.map_err(|error| failed(&error)),
        () = task.cancelled() => Err(Stop::Cancelled),
    }
}

/// Ids that the archive has alive, and today are not.
struct Missing<'a> {
    reading: &'a crate::data::Reading,
    module: Module,
    ids: BTreeSet<RecordId>,
    failed: bool,
}

impl Choose for Missing<'_> {
    fn wants(&mut self, id: RecordId) -> bool {
        if let Ok(place) = self.reading.whereabouts(self.module, id) {
            place != Whereabouts::Alive
        } else {
            self.failed = true;
            false
        }
    }

    fn take(&mut self, archived: Archived) -> Result<(), BackupError> {
        if !archived.was_deleted() {
            self.ids.insert(archived.id());
        }
        Ok(())
    }
}

async fn missing(task: &Task, near: Near, module: Module) -> Result<BTreeSet<RecordId>, Stop> {
    let (access, hearing) = (task.access.clone(), hearing(task, true));
    read(move || {
        let reading = access.read()?;
        let mut missing = Missing {
            reading: &reading,
            module,
            ids: BTreeSet::new(),
            failed: false,
        };
        near.records(module, &mut missing, &hearing)?;
        if missing.failed {
            // Says why.
            reading.whereabouts(module, RecordId::new())?;
        }
        Ok(missing.ids)
    })
    .await
}

async fn read<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, Stop> {
    match crate::quiet::spawn(work).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(BackupError::Stopped)) => Err(Stop::Cancelled),
        Ok(Err(BackupError::Access(error))) => Err(error.into()),
        Ok(Err(error)) => Err(failed(&error)),
        Err(error) => {
            tracing::error!(%error, "reading an archive broke");
            Err(Stop::Failed(Message::new("operation-broke")))
        }
    }
}

fn failed(error: &BackupError) -> Stop {
    Stop::Failed(match error {
        BackupError::OtherFirm => Message::new("operation-why-other-firm"),
        BackupError::Absent(_) => Message::new("operation-why-no-archive"),
        error => Message::new("operation-why-archive").with("why", error),
    })
}

/// Ends the reading where the operation is stopped.
fn hearing(task: &Task, tells: bool) -> Hearing {
    let task = task.clone();
    Hearing::new(move |progress| {
        if tells {
            task.progress(progress.done, progress.total);
        }
        if task.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}
