//! Records in: a sheet of whatever origin, row by row through the guard.
//!
//! The sheet is read to its end before anything is written, so that a file that breaks off in the middle changes
//! nothing. Rows that refer to a later row of the file wait for the next pass over it.

mod file_index;
mod owners;
mod references;
mod row;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::error::{ExchangeError, access_text, problem_text};
use super::mapping::{HEADING_WITHIN, Mapping};
use super::report::{Note, Report};
use super::sheet::{Row as SheetRow, Sheet};
use super::vocabulary;
use crate::data::{
    Access, AccessError, Channel, FieldError, FieldNo, Outcome, Permission, RecordType, Row,
    StoreError, Strategy, Upsert, common,
};
use crate::i18n::Lang;
use file_index::FileIndex;
use row::{Pending, Read, RowReader};

/// Rows that go into one write: enough to spread its cost, few enough that others do not wait for it.
const CHUNK: usize = 500;
/// Rows of a dry run that know of each other.
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
    /// Says what would happen and changes nothing. Repetitions within the file are told within 2,000 rows.
    pub(crate) dry_run: bool,
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

impl Import {
    /// Matches the columns of a sheet and gives its first rows. Blocks.
    pub(crate) fn preview(&self, sheet: &mut Sheet) -> Result<Preview, ExchangeError> {
        let first: Vec<SheetRow> = sheet
            .rows()?
            .take(HEADING_WITHIN + SAMPLE)
            .collect::<Result<_, _>>()?;
        let mapping = Mapping::find(self.kind, &first, &self.map)?;
        let rows = first
            .into_iter()
            .filter(|row| row.number > mapping.heading_row)
            .collect();
        Ok(Preview { mapping, rows })
    }

    /// Brings a sheet in. Blocks: to be called from a thread of the runtime's that may, never from a task.
    /// `file_name` is what the audit log keeps.
    pub(crate) fn run(
        &self,
        access: &Access,
        sheet: &mut Sheet,
        file_name: &str,
    ) -> Result<Report, ExchangeError> {
        let access = access.by(Channel::Import);
        let reading = access.read()?;
        reading
            .rights()
            .require(Permission::Import(self.kind.module))?;
        let same_by = self.same_by(&reading)?;
        let Preview { mapping, .. } = self.preview(sheet)?;
        // A database dump writes NULL for nothing; in our own export it is a text like any other.
        sheet.null_is_empty(!mapping.has(common::ID));
        let index = FileIndex::read(self.kind, &mapping, sheet)?;
        let words = vocabulary::of(self.kind.module);
        let upsert = Upsert {
            strategy: self.strategy,
            same_by,
            apart: Arc::clone(&index.ids),
            remarks_in: words
                .remarks
                .and_then(|name| self.kind.named(name))
                .map(|field| field.no),
            dry_run: self.dry_run,
        };
        let mut run = Run {
            import: self,
            handle: Handle::current(),
            report: Report::of(index.rows),
            reader: RowReader::new(self, mapping, &access, reading, index),
            access,
            upsert,
            in_flight: None,
        };
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
            Ok(()) => Ok(run.report.finish(self.lang)),
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
    JoinHandle<Result<Vec<Result<Outcome, AccessError>>, AccessError>>,
);

/// An import under way.
struct Run<'a> {
    import: &'a Import,
    access: Access,
    handle: Handle,
    upsert: Upsert,
    reader: RowReader,
    report: Report,
    /// While it is written, the next one is read.
    in_flight: Option<InFlight>,
}

impl Run<'_> {
    fn all(&mut self, sheet: &mut Sheet) -> Result<(), ExchangeError> {
        let heading_row = self.reader.mapping.heading_row;
        let mut only: Option<HashSet<u32>> = None;
        for pass in 1..=MOST_PASSES {
            let mut held = HashSet::new();
            let mut chunk = Vec::new();
            for row in sheet.rows()? {
                let row = row?;
                let wanted = only.as_ref().is_none_or(|only| only.contains(&row.number));
                if row.number <= heading_row || !wanted {
                    continue;
                }
                match self.reader.read(row, &[])? {
                    Read::Ready(pending, row) => chunk.push((*pending, row)),
                    Read::Held(number) => drop(held.insert(number)),
                    Read::Failed(notes) => self.failed(notes),
                }
                if chunk.len()
                    >= if self.import.dry_run {
                        DRY_CHUNK
                    } else {
                        CHUNK
                    }
                {
                    self.send(std::mem::take(&mut chunk))?;
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
        Ok(())
    }

    fn send(&mut self, chunk: Vec<(Pending, Row)>) -> Result<(), ExchangeError> {
        self.collect()?;
        if chunk.is_empty() {
            return Ok(());
        }
        self.reader.refresh(&self.access)?;
        let (pending, rows): (Vec<Pending>, Vec<Row>) = chunk.into_iter().unzip();
        let (access, kind, how) = (self.access.clone(), self.import.kind, self.upsert.clone());
        let task = self
            .handle
            .spawn(async move { access.upsert(kind, how, rows).await });
        self.in_flight = Some((pending, task));
        Ok(())
    }

    /// Waits for the chunk under way. Rows of which the guard refuses single fields go again without those.
    fn collect(&mut self) -> Result<(), ExchangeError> {
        let Some((pending, task)) = self.in_flight.take() else {
            return Ok(());
        };
        let outcomes = self
            .handle
            .block_on(task)
            .map_err(|_| AccessError::Store(StoreError::Panicked))??;
        let mut again = Vec::new();
        for (pending, outcome) in pending.into_iter().zip(outcomes) {
            match outcome {
                Err(AccessError::Invalid(errors)) if self.reader.can_do_without(&errors) => {
                    match self.reader.read(pending.sheet_row, &errors)? {
                        Read::Ready(pending, row) => again.push((*pending, row)),
                        Read::Failed(notes) => self.failed(notes),
                        Read::Held(_) => {}
                    }
                }
                outcome => self.count(pending, outcome),
            }
        }
        if !again.is_empty() {
            let (pending, rows): (Vec<Pending>, Vec<Row>) = again.into_iter().unzip();
            let write = self
                .access
                .upsert(self.import.kind, self.upsert.clone(), rows);
            let outcomes = self.handle.block_on(write)?;
            for (pending, outcome) in pending.into_iter().zip(outcomes) {
                self.count(pending, outcome);
            }
        }
        Ok(())
    }

    fn count(&mut self, pending: Pending, outcome: Result<Outcome, AccessError>) {
        let number = pending.sheet_row.number;
        match outcome {
            Ok(Outcome::Created(_)) => {
                self.report.created += 1;
                for note in pending.missing {
                    self.report.warning(note);
                }
            }
            Ok(Outcome::Updated(_)) => self.report.updated += 1,
            Ok(Outcome::Skipped) => self.report.skipped += 1,
            // The firm refuses a second record with this identity: as if it had been found there.
            Err(AccessError::Conflict(problem)) if problem.key.starts_with("error-twin-taken") => {
                self.report.skipped += 1;
                self.report.warning(Note {
                    row: number,
                    column: String::new(),
                    message: problem_text(self.import.lang, &problem),
                });
            }
            Err(error) => {
                let notes = self.notes_of(number, &error);
                self.failed(notes);
                return;
            }
        }
        for note in pending.warnings {
            self.report.warning(note);
        }
    }

    fn failed(&mut self, notes: Vec<Note>) {
        self.report.failed += 1;
        for note in notes {
            self.report.error(note);
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
