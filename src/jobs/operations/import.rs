//! A sheet brought in as an operation: watched, stopped, with the rows to be mended as its file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::task::{Stop, Task};
use crate::data::{Message, WorkFiles};
use crate::exchange::bad_rows::{BadSheet, Which, layout_in_error, rows_in_error};
use crate::exchange::command::{ImportOptions, import_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::import::Done;
use crate::exchange::journal::Journal;
use crate::exchange::layout;
use crate::exchange::reader::Source;
use crate::exchange::sheet::{DEFAULT_LIMITS, Format, SheetError};
use crate::exchange::watch::{Phase, RowTold, Watch};

/// The media type of the sheet of rows to be mended.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to be brought in.
pub(crate) struct WantedImport {
    pub(crate) options: ImportOptions,
    /// As it lies there, for [`WantedImport::readable`].
    pub(crate) file: File,
    pub(crate) ways: WorkFiles,
    /// As the person knows it.
    pub(crate) file_name: String,
    /// Of a workbook.
    pub(crate) sheet: Option<String>,
    /// Where rows are kept meanwhile.
    pub(crate) temp_dir: Arc<Path>,
}

impl WantedImport {
    /// The same with a file that can be read. Blocks.
    pub(crate) fn readable(self) -> io::Result<Self> {
        let file = self.ways.readable(self.file, &self.temp_dir)?;
        Ok(Self { file, ..self })
    }

    /// What is read.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            file: &self.file,
            file_name: &self.file_name,
            sheet: self.sheet.as_deref(),
            limits: &DEFAULT_LIMITS,
        }
    }
}

/// A journal that the thread which works writes to.
#[derive(Clone)]
pub(crate) struct SharedJournal(Arc<Mutex<Option<Journal>>>);

impl SharedJournal {
    pub(crate) fn new(file: File) -> Self {
        Self(Arc::new(Mutex::new(Some(Journal::new(file)))))
    }

    pub(crate) fn add(&self, told: &RowTold<'_>) -> io::Result<()> {
        let mut journal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        journal.as_mut().map_or(Ok(()), |journal| journal.add(told))
    }

    /// The journal, to be finished.
    pub(crate) fn take(&self) -> io::Result<Journal> {
        let mut journal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        journal.take().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Brings a file in.
pub(crate) async fn import(task: Task, wanted: WantedImport) -> Result<(), Stop> {
    let watch = heard_by(&task);
    let stopping = {
        let (task, watch) = (task.clone(), watch.clone());
        tokio::spawn(async move {
            task.cancelled().await;
            watch.stop();
        })
    };
    let done = crate::quiet::spawn(move || carry_out(&task, wanted, &watch)).await;
    stopping.abort();
    match done {
        Ok(Ok(false)) => Ok(()),
        Ok(
            Ok(true) | Err(ExchangeError::Sheet(SheetError::Stopped) | ExchangeError::Cancelled),
        ) => Err(Stop::Cancelled),
        Ok(Err(error)) => {
            tracing::warn!(%error, "an import ended early");
            Err(Stop::Failed(error.message()))
        }
        Err(error) => {
            tracing::error!(%error, "an import broke");
            Err(Stop::Failed(Message::new("operation-broke")))
        }
    }
}

fn heard_by(task: &Task) -> Watch {
    let task = task.clone();
    let before = Mutex::new(None);
    Watch::hearing(move |progress| {
        let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
        if *before != Some(progress.phase) {
            *before = Some(progress.phase);
            task.phase(match progress.phase {
                Phase::Reading => "reading",
                Phase::Writing => "",
            });
        }
        task.progress(progress.done, progress.total);
    })
}

/// `true` where it was stopped before its end.
fn carry_out(task: &Task, wanted: WantedImport, watch: &Watch) -> Result<bool, ExchangeError> {
    let wanted = wanted.readable()?;
    let journal = SharedJournal::new(task.rows_file()?);
    let watch = {
        let journal = journal.clone();
        // Of rows that are in as they stood there is nothing to be said.
        watch.clone().hearing_rows(move |told| match told.notes {
            [] => Ok(()),
            _ => journal.add(told),
        })
    };
    let options = ImportOptions {
        operation: Some(task.id),
        recall: true,
        ..wanted.options.clone()
    };
    let done = import_file(
        &task.access,
        options,
        wanted.source(),
        &wanted.temp_dir,
        &watch,
    )?;
    journal.take()?.finish(&())?;
    if !done.bad_rows.is_empty() {
        to_be_mended(task, &wanted, &done)?;
    }
    Ok(done.stopped)
}

/// Makes the sheet of rows in error, and sees to it that it will be understood when it comes back.
fn to_be_mended(task: &Task, wanted: &WantedImport, done: &Done) -> Result<(), ExchangeError> {
    let kind = task.access.read()?.kind(wanted.options.module)?;
    let how = BadSheet {
        which: Which::FailedAndWarned,
        format: Format::Xlsx,
        lang: wanted.options.lang,
        temp_dir: &wanted.temp_dir,
    };
    let layout = layout_in_error(&done.bad_rows, &done.mapping, kind, &how);
    let name = crate::i18n::text(wanted.options.lang, "import-bad-rows-file");
    let file = task.result_file(&format!("{name}.xlsx"), XLSX)?;
    rows_in_error(&done.bad_rows, &done.mapping, kind, how, file)?;
    // What was in error so far can be mended though the rest was not looked at.
    task.result_stays();
    layout::remember(&task.access, kind, layout)
}
