//! Records in: a sheet of whatever origin, row by row through the guard.
//!
//! The sheet has been read to its end before anything is written (see [`KeptSheet`]), so that a file that breaks off in
//! the middle changes nothing. Rows that refer to a later row of the file wait for the next pass over it.

mod file_index;
mod for_all;
mod owners;
mod references;
mod row;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::bad_rows::BadRows;
use super::error::{ExchangeError, access_text, problem_text};
use super::layout::Layout;
use super::mapping::{HEADING_WITHIN, Heading, Hints, Mapping};
use super::reader::{KeptSheet, Peek};
use super::report::{Note, Report};
use super::sheet::{Cell, Contents, Row as SheetRow};
use super::vocabulary;
use super::watch::{Phase, RowOutcome, RowTold, Watch};
use crate::data::{
    Access, AccessError, Channel, FieldError, FieldNo, OperationId, Outcome, Pace, Permission,
    RecordType, Row, StoreError, Strategy, Upsert, common,
};
use crate::i18n::{Lang, text_with};
use file_index::FileIndex;
use for_all::ForAll;
use row::{Pending, Read, RowReader};

/// Text in the rows of one write; beyond it the chunk is sent however few they are.
const CHUNK_BYTES: usize = 8_000_000;
/// Rows of one write of a dry run.
const DRY_CHUNK: usize = 2_000;
/// Passes over the sheet: each can bring in one more level of records that refer to each other.
const MOST_PASSES: usize = 5;
/// Rows below the heading that are looked at to tell what columns hold, and shown in a preview.
const SAMPLE: usize = 50;

/// How a sheet is brought in.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) kind: &'static RecordType,
    /// What becomes of a row whose record is there.
    pub(crate) strategy: Strategy,
    /// Names of the fields that tell that a record is there; the module's own where empty. Several identity fields (tax
    /// id, e-mail, phone) stand each for itself, the first that finds one decides; with other fields among them all must
    /// be equal.
    pub(crate) match_by: Vec<String>,
    /// What the person says of columns: heading (or letter) and field name, an empty name to leave the column out.
    pub(crate) map: Vec<(String, String)>,
    /// See [`Hints::columns`].
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) heading: Heading,
    /// How such a sheet was matched before.
    pub(crate) layout: Option<Layout>,
    /// Values for all rows: field name and text. A row that has a value of its own keeps it; tags come together.
    pub(crate) for_all: Vec<(String, String)>,
    /// Says what would happen and changes nothing.
    pub(crate) dry_run: bool,
    /// The operation that keeps what is done to each record, so that it can be taken back.
    pub(crate) operation: Option<OperationId>,
    /// Of the messages.
    pub(crate) lang: Lang,
    /// Of dates and times without one.
    pub(crate) zone: TimeZone,
}

/// What a sheet looks like before it is brought in.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) mapping: Mapping,
    /// The first rows below the heading.
    pub(crate) rows: Vec<SheetRow>,
}

/// What came of an import.
pub(crate) struct Done {
    pub(crate) report: Report,
    pub(crate) mapping: Mapping,
    /// For [`rows_in_error`](super::bad_rows::rows_in_error).
    pub(crate) bad_rows: BadRows,
    /// It was stopped before its end; the report counts what is done.
    pub(crate) stopped: bool,
}

impl Preview {
    fn below(mapping: Mapping, first: Vec<SheetRow>) -> Self {
        let rows = first
            .into_iter()
            .filter(|row| row.number > mapping.heading_row)
            .collect();
        Self { mapping, rows }
    }
}

impl Import {
    /// Rows that a [`preview_of`](Self::preview_of) wants of a [`peek`](super::reader::Source::peek).
    pub(crate) const PEEK: usize = HEADING_WITHIN + SAMPLE;

    /// Matches the columns of a sheet and gives its first rows. Blocks.
    pub(crate) fn preview(&self, sheet: &KeptSheet) -> Result<Preview, ExchangeError> {
        let first: Vec<SheetRow> = sheet.rows().take(Self::PEEK).collect::<Result<_, _>>()?;
        self.preview_rows(first)
    }

    /// The same of the beginning of a sheet, for somebody who can still say what its columns are.
    pub(crate) fn preview_of(&self, peek: Peek) -> Result<Preview, ExchangeError> {
        let mapping = Mapping::offer(self.kind, &peek.rows, &self.hints())?;
        Ok(Preview::below(mapping, peek.rows))
    }

    fn preview_rows(&self, first: Vec<SheetRow>) -> Result<Preview, ExchangeError> {
        let mapping = Mapping::find(self.kind, &first, &self.hints())?;
        Ok(Preview::below(mapping, first))
    }

    fn hints(&self) -> Hints<'_> {
        Hints {
            heading: self.heading,
            wished: &self.map,
            columns: self.columns.as_deref(),
            layout: self.layout.as_ref(),
        }
    }

    /// Whether what was said of all rows and of what decides that a record is there can be followed; finds out nothing of
    /// the sheet.
    pub(crate) fn check_wishes(&self, access: &Access) -> Result<(), ExchangeError> {
        let reading = access.read()?;
        self.same_by(&reading)?;
        ForAll::read(self, &reading).map(drop)
    }

    /// Brings a sheet in. Blocks: to be called from a thread of the runtime's that may, never from a task.
    /// `file_name` is what the audit log keeps.
    pub(crate) fn run_watched(
        &self,
        access: &Access,
        sheet: &mut KeptSheet,
        file_name: &str,
        watch: &Watch,
    ) -> Result<Done, ExchangeError> {
        let access = access.by(Channel::Import);
        let reading = access.read()?;
        reading
            .rights()
            .require(Permission::Import(self.kind.module))?;
        let same_by = self.same_by(&reading)?;
        let for_all = ForAll::read(self, &reading)?;
        let Preview { mapping, .. } = self.preview(sheet)?;
        sheet.foreign(!mapping.has(common::ID));
        let index = FileIndex::read(self.kind, &mapping, sheet)?;
        if index.rows == 0 {
            return Err(ExchangeError::OnlyHeadings);
        }
        let words = vocabulary::of(self.kind.module);
        let upsert = Upsert {
            strategy: self.strategy,
            same_by,
            apart: Arc::clone(&index.ids),
            remarks_in: words
                .remarks
                .and_then(|name| self.kind.named(name))
                .map(|field| field.no),
            dry_run: self.dry_run.then(Arc::default),
        };
        let mut run = Run {
            import: self,
            handle: Handle::current(),
            report: Report::of(index.rows),
            bad_rows: BadRows::new(sheet.folder())?,
            reader: RowReader::new(self, mapping, for_all, &access, reading, index),
            access,
            upsert,
            watch,
            pace: Pace::default(),
            in_flight: None,
        };
        run.note_misnamed(sheet.contents());
        let result = run.all(sheet);
        let counts = run.report.clone();
        if !self.dry_run && (result.is_ok() || counts.done() > 0) {
            let note = run.access.note_imported(
                self.kind,
                file_name,
                [
                    ("created", counts.created),
                    ("updated", counts.updated),
                    ("skipped", counts.skipped),
                    ("failed", counts.failed),
                ],
            );
            let noted = run.handle.block_on(note);
            if result.is_ok() {
                noted?;
            }
        }
        match result {
            Ok(stopped) => {
                run.bad_rows.finish()?;
                Ok(Done {
                    report: run.report.finish(self.lang),
                    mapping: run.reader.mapping,
                    bad_rows: run.bad_rows,
                    stopped,
                })
            }
            Err(ExchangeError::Access(cause)) if counts.done() > 0 && !self.dry_run => {
                Err(ExchangeError::Stopped {
                    rows: counts.done(),
                    cause,
                })
            }
            Err(error) => Err(error),
        }
    }

    fn same_by(&self, reading: &crate::data::Reading) -> Result<Vec<Vec<FieldNo>>, ExchangeError> {
        let numbers =
            |names: &mut dyn Iterator<Item = &str>| -> Result<Vec<FieldNo>, ExchangeError> {
                names
                    .map(|name| {
                        let name = name.trim();
                        self.kind
                            .named(name)
                            .filter(|field| {
                                let known = field.filterable || field.no == common::ID;
                                known && reading.rights().sees_field(self.kind, field)
                            })
                            .map(|field| field.no)
                            .ok_or_else(|| ExchangeError::UnknownField(name.to_owned()))
                    })
                    .collect()
            };
        if self.match_by.is_empty() {
            let groups = vocabulary::of(self.kind.module).same_by.iter();
            return groups
                .map(|names| numbers(&mut names.iter().copied()))
                .collect();
        }
        let mut fields = numbers(&mut self.match_by.iter().map(String::as_str))?;
        // The id is always compared first.
        fields.retain(|no| *no != common::ID);
        if fields.iter().all(|no| self.kind.identity.contains(no)) {
            Ok(fields.into_iter().map(|no| vec![no]).collect())
        } else {
            Ok(vec![fields])
        }
    }
}

/// A chunk on its way through the guard.
type InFlight = (
    Vec<Pending>,
    JoinHandle<Result<(Vec<Result<Outcome, AccessError>>, Duration), AccessError>>,
);

/// An import under way.
struct Run<'a> {
    import: &'a Import,
    access: Access,
    handle: Handle,
    upsert: Upsert,
    reader: RowReader,
    report: Report,
    bad_rows: BadRows,
    watch: &'a Watch,
    /// Of the writes: the indexes of records that are written together are written once, so many rows cost less than one
    /// by one.
    pace: Pace,
    /// While it is written, the next one is read.
    in_flight: Option<InFlight>,
}

impl Run<'_> {
    /// `true` where it was stopped.
    fn all(&mut self, sheet: &KeptSheet) -> Result<bool, ExchangeError> {
        let heading_row = self.reader.mapping.heading_row;
        let mut only: Option<HashSet<u32>> = None;
        for pass in 1..=MOST_PASSES {
            let mut held = HashSet::new();
            let mut chunk = Vec::new();
            let mut bytes = 0;
            for row in sheet.rows() {
                let row = row?;
                let wanted = only.as_ref().is_none_or(|only| only.contains(&row.number));
                if row.number <= heading_row || !wanted {
                    continue;
                }
                bytes += row.cells.iter().map(Cell::bytes).sum::<usize>();
                match self.reader.read(row, &[])? {
                    Read::Ready(pending, row) => chunk.push((*pending, row)),
                    Read::Held(number) => drop(held.insert(number)),
                    Read::Failed(row, notes) => self.failed(&row, notes)?,
                }
                let most = if self.import.dry_run {
                    DRY_CHUNK
                } else {
                    self.pace.most()
                };
                if chunk.len() >= most || bytes > CHUNK_BYTES {
                    self.send(std::mem::take(&mut chunk))?;
                    bytes = 0;
                    if self.watch.is_stopped() {
                        self.collect()?;
                        return Ok(true);
                    }
                }
            }
            self.send(chunk)?;
            self.collect()?;
            if held.is_empty() {
                break;
            }
            let no_progress = only.is_some_and(|only| only.len() == held.len());
            self.reader.hold = !no_progress && pass + 1 < MOST_PASSES;
            self.reader.refresh(&self.access)?;
            only = Some(held);
        }
        Ok(false)
    }

    fn send(&mut self, chunk: Vec<(Pending, Row)>) -> Result<(), ExchangeError> {
        self.collect()?;
        if chunk.is_empty() {
            return Ok(());
        }
        self.reader.refresh(&self.access)?;
        let (pending, rows): (Vec<Pending>, Vec<Row>) = chunk.into_iter().unzip();
        let (access, kind, how) = (self.access.clone(), self.import.kind, self.upsert.clone());
        let operation = self.import.operation;
        let task = self.handle.spawn(async move {
            let start = Instant::now();
            let outcomes = access.upsert_in(operation, kind, how, rows).await?;
            Ok((outcomes, start.elapsed()))
        });
        self.in_flight = Some((pending, task));
        Ok(())
    }

    /// Waits for the chunk under way. Rows of which the guard refuses single fields go again without those.
    fn collect(&mut self) -> Result<(), ExchangeError> {
        let Some((pending, task)) = self.in_flight.take() else {
            return Ok(());
        };
        let (outcomes, took) = self
            .handle
            .block_on(task)
            .map_err(|_| AccessError::Store(StoreError::Panicked))??;
        self.pace.wrote(&self.access, outcomes.len(), took);
        let mut again = Vec::new();
        for (pending, outcome) in pending.into_iter().zip(outcomes) {
            match outcome {
                Err(AccessError::Invalid(errors)) if self.reader.can_do_without(&errors) => {
                    match self.reader.read(pending.sheet_row, &errors)? {
                        Read::Ready(pending, row) => again.push((*pending, row)),
                        Read::Failed(row, notes) => self.failed(&row, notes)?,
                        Read::Held(_) => {}
                    }
                }
                outcome => self.count(pending, outcome)?,
            }
        }
        if !again.is_empty() {
            let (pending, rows): (Vec<Pending>, Vec<Row>) = again.into_iter().unzip();
            let write = self.access.upsert_in(
                self.import.operation,
                self.import.kind,
                self.upsert.clone(),
                rows,
            );
            let outcomes = self.handle.block_on(write)?;
            for (pending, outcome) in pending.into_iter().zip(outcomes) {
                self.count(pending, outcome)?;
            }
        }
        let (done, total) = (self.report.done(), self.report.rows);
        self.watch.tell(Phase::Writing, done, Some(total));
        Ok(())
    }

    fn count(
        &mut self,
        pending: Pending,
        outcome: Result<Outcome, AccessError>,
    ) -> Result<(), ExchangeError> {
        let mut notes = pending.warnings;
        let to_mend = pending.to_mend;
        let (what, record) = match outcome {
            Ok(Outcome::Created(id)) => {
                self.report.created += 1;
                notes.extend(pending.missing);
                (RowOutcome::Created, Some(id))
            }
            Ok(Outcome::Updated(id)) => {
                self.report.updated += 1;
                (RowOutcome::Updated, Some(id))
            }
            Ok(Outcome::Skipped) => {
                self.report.skipped += 1;
                (RowOutcome::Skipped, None)
            }
            // The firm refuses a second record with this identity: as if it had been found there.
            Err(AccessError::Conflict(problem)) if problem.key.starts_with("error-twin-taken") => {
                self.report.skipped += 1;
                notes.push(Note {
                    row: pending.sheet_row.number,
                    column: String::new(),
                    message: problem_text(self.import.lang, &problem),
                });
                (RowOutcome::Skipped, None)
            }
            Err(error) => {
                let notes = self.notes_of(pending.sheet_row.number, &error);
                return self.failed(&pending.sheet_row, notes);
            }
        };
        self.tell(&pending.sheet_row, what, &notes)?;
        // Of a row whose record stays as it is there is nothing to mend.
        if let Some(record) = record.filter(|_| to_mend) {
            self.bad_rows
                .add(&pending.sheet_row, Some(record), &notes)?;
        }
        if !notes.is_empty() {
            self.report.warned += 1;
        }
        for note in notes {
            self.report.warning(note);
        }
        Ok(())
    }

    fn tell(
        &self,
        row: &SheetRow,
        outcome: RowOutcome,
        notes: &[Note],
    ) -> Result<(), ExchangeError> {
        let told = || RowTold {
            row: row.number,
            outcome,
            title: self.reader.mapping.title_of(self.import.kind, row),
            notes,
        };
        Ok(self.watch.tell_row(told)?)
    }

    fn failed(&mut self, row: &SheetRow, notes: Vec<Note>) -> Result<(), ExchangeError> {
        self.tell(row, RowOutcome::Failed, &notes)?;
        self.bad_rows.add(row, None, &notes)?;
        self.report.failed += 1;
        for note in notes {
            self.report.error(note);
        }
        Ok(())
    }

    /// A file under a false name is read all the same, but whoever has it should know.
    fn note_misnamed(&mut self, contents: &Contents) {
        if contents.misnamed {
            self.report.warning(Note {
                row: self.reader.mapping.heading_row,
                column: String::new(),
                message: text_with(
                    self.import.lang,
                    "import-file-misnamed",
                    &[("kind", contents.kind.as_str().into())],
                ),
            });
        }
    }

    fn notes_of(&self, row: u32, error: &AccessError) -> Vec<Note> {
        let lang = self.import.lang;
        let column = |error: &FieldError| {
            let heading = self.reader.mapping.heading_of(&error.field);
            heading.unwrap_or(&error.field).to_owned()
        };
        match error {
            AccessError::Invalid(errors) => errors
                .iter()
                .map(|error| Note {
                    row,
                    column: column(error),
                    message: problem_text(lang, &error.problem),
                })
                .collect(),
            error => {
                vec![Note {
                    row,
                    column: String::new(),
                    message: access_text(lang, error),
                }]
            }
        }
    }
}
