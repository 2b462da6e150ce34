//! The work of operations over records: a batch at a time, each with the rights of its moment.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::task::{Stop, Task};
use crate::data::{
    AccessError, ActsOf, BulkChange, FieldNo, Message, Module, Pace, PutBackPass, Query, RecordId,
    RecordType, Selection, UndoPlace, UserId,
};
use crate::exchange::command::{ExportOptions, export_watched};
use crate::exchange::error::ExchangeError;
use crate::exchange::export::Format;
use crate::i18n::Lang;

/// The records that an act is for.
#[derive(Clone, Debug)]
pub(crate) enum Chosen {
    /// These.
    Ids(Vec<RecordId>),
    /// What a list showed.
    Listed(Selection),
}

impl Chosen {
    /// How many are still to be worked through.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Ids(ids) => ids.len() as u64,
            Self::Listed(selection) => selection.len(),
        }
    }

    /// Takes the next ones, at most so many; none is left when none comes.
    pub(crate) fn take(
        &mut self,
        task: &Task,
        kind: &'static RecordType,
        most: usize,
    ) -> Result<Vec<RecordId>, AccessError> {
        match self {
            Self::Ids(ids) => Ok(ids.drain(..most.min(ids.len())).collect()),
            Self::Listed(selection) => task.access.read()?.take_from(kind, selection, most),
        }
    }
}

/// What is to become of records.
#[derive(Clone, Debug)]
pub(crate) enum BulkAct {
    /// They are changed alike.
    Change(BulkChange),
    /// They go to the trash.
    Delete,
    /// They come back from it.
    Restore,
    /// They are removed from it for good.
    Purge,
}

/// Does something to many records.
pub(crate) async fn bulk(
    task: Task,
    kind: &'static RecordType,
    mut chosen: Chosen,
    act: BulkAct,
) -> Result<(), Stop> {
    let total = chosen.len();
    let mut pace = Pace::default();
    loop {
        task.progress(total - chosen.len(), Some(total));
        task.go_on()?;
        let ids = chosen.take(&task, kind, pace.most())?;
        if ids.is_empty() && chosen.len() == 0 {
            return Ok(());
        }
        let (records, start) = (ids.len(), Instant::now());
        do_to(&task, kind, ids, &act).await?;
        pace.wrote(&task.access, records, start.elapsed());
    }
}

async fn do_to(
    task: &Task,
    kind: &'static RecordType,
    ids: Vec<RecordId>,
    act: &BulkAct,
) -> Result<(), Stop> {
    let (access, operation) = (&task.access, Some(task.id));
    match act {
        BulkAct::Change(change) => {
            let change = change.clone();
            drop(access.change_in(operation, kind, ids, change).await?);
        }
        BulkAct::Delete => drop(access.delete_in(operation, kind, ids).await?),
        BulkAct::Restore => drop(access.restore_in(operation, kind, ids).await?),
        BulkAct::Purge => drop(access.purge_in(operation, kind, ids).await?),
    }
    Ok(())
}

/// Gives the records of one person to another.
pub(crate) async fn hand_over(
    task: Task,
    kinds: Vec<&'static RecordType>,
    parties: (UserId, UserId),
    total: u64,
) -> Result<(), Stop> {
    let mut done = 0;
    let mut pace = Pace::default();
    for kind in kinds {
        let mut next = Some(0);
        while let Some(at) = next {
            task.progress(done, Some(total.max(done)));
            task.go_on()?;
            let start = Instant::now();
            let batch = task
                .access
                .hand_over(Some(task.id), kind, parties, at, pace.most())
                .await?;
            let records = batch.moved.len() + batch.left.len();
            pace.wrote(&task.access, records, start.elapsed());
            done += records as u64;
            next = batch.next;
        }
    }
    task.progress(done, Some(done));
    Ok(())
}

/// The same to records of several modules.
pub(crate) async fn bulk_each(
    task: Task,
    chosen: Vec<(&'static RecordType, Vec<RecordId>)>,
    act: BulkAct,
) -> Result<(), Stop> {
    let total: usize = chosen.iter().map(|(_, ids)| ids.len()).sum();
    let (mut done, mut pace) = (0, Pace::default());
    for (kind, ids) in chosen {
        for_batches(&task, kind, ids, &act, &mut pace, (&mut done, total as u64)).await?;
    }
    task.progress(done, Some(done));
    Ok(())
}

async fn for_batches(
    task: &Task,
    kind: &'static RecordType,
    mut ids: Vec<RecordId>,
    act: &BulkAct,
    pace: &mut Pace,
    (done, total): (&mut u64, u64),
) -> Result<(), Stop> {
    while !ids.is_empty() {
        task.progress(*done, Some(total));
        task.go_on()?;
        let batch: Vec<RecordId> = ids.drain(..pace.most().min(ids.len())).collect();
        let (records, start) = (batch.len(), Instant::now());
        do_to(task, kind, batch, act).await?;
        pace.wrote(&task.access, records, start.elapsed());
        *done += records as u64;
    }
    Ok(())
}

/// Puts back what somebody did to these records: what they deleted first.
pub(crate) async fn put_back(
    task: Task,
    found: Vec<(&'static RecordType, Vec<RecordId>)>,
    acts: ActsOf,
    made: bool,
) -> Result<(), Stop> {
    let records: usize = found.iter().map(|(_, ids)| ids.len()).sum();
    let total = Some(2 * records as u64);
    let (mut done, mut pace) = (0, Pace::default());
    for pass in [PutBackPass::Deleted, PutBackPass::Rest { made }] {
        for (kind, ids) in &found {
            let mut rest = ids.as_slice();
            while !rest.is_empty() {
                task.progress(done, total);
                task.go_on()?;
                let (batch, later) = rest.split_at(pace.most().min(rest.len()));
                let start = Instant::now();
                task.access
                    .put_back_in(task.id, kind, batch.to_vec(), acts, pass)
                    .await?;
                pace.wrote(&task.access, batch.len(), start.elapsed());
                done += batch.len() as u64;
                rest = later;
            }
        }
    }
    task.progress(done, Some(done));
    Ok(())
}

/// Takes another operation back.
pub(super) async fn undo(task: Task) -> Result<(), Stop> {
    let total = task.access.read()?.operation(task.id)?.progress.total;
    let mut place = UndoPlace::default();
    loop {
        task.progress(place.done, total.map(|total| total.max(place.done)));
        task.go_on()?;
        match task.access.undo_in(task.id, place).await? {
            Some(next) => place = next,
            None => return Ok(()),
        }
    }
}

/// A file to be written.
pub(crate) struct WantedFile {
    pub(crate) module: Module,
    pub(crate) format: Format,
    pub(crate) query: Query,
    /// Which fields; all that the person sees where none are said.
    pub(crate) columns: Option<Vec<FieldNo>>,
    /// Of headings and choices.
    pub(crate) lang: Lang,
    /// Where it is packed.
    pub(crate) temp_dir: Arc<Path>,
    /// As it will be saved.
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
}

/// Writes a list to a file that lies ready on the operation's page.
pub(crate) async fn export(task: Task, wanted: WantedFile, total: u64) -> Result<(), Stop> {
    let written = crate::quiet::spawn(move || {
        let file = task.result_file(&wanted.name, wanted.content_type)?;
        let options = ExportOptions {
            module: wanted.module,
            format: wanted.format,
            query: wanted.query,
            columns: wanted.columns,
            lang: wanted.lang,
            temp_dir: &wanted.temp_dir,
        };
        let watch = |done: u64| {
            task.progress(done, Some(total.max(done)));
            !task.is_cancelled()
        };
        let count = export_watched(&task.access, &options, file, &watch)?;
        task.progress(count, Some(count));
        Ok::<_, ExchangeError>(())
    });
    file_stop(written.await)
}

/// How the writing of a file ended.
pub(super) fn file_stop(
    written: Result<Result<(), ExchangeError>, tokio::task::JoinError>,
) -> Result<(), Stop> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(ExchangeError::Cancelled)) => Err(Stop::Cancelled),
        Ok(Err(ExchangeError::Access(error))) => Err(error.into()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an export failed");
            Err(Stop::Failed(Message::new("operation-why-file")))
        }
        Err(error) => {
            tracing::error!(%error, "an export broke");
            Err(Stop::Failed(Message::new("operation-broke")))
        }
    }
}
