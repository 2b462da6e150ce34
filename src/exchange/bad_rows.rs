//! The rows of a sheet that were not taken, or not whole, as a sheet of their own: to be mended and brought in again.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use super::error::ExchangeError;
use super::labels;
use super::layout::{Layout, headings_hash};
use super::mapping::{Column, Mapping, Target as Taken, letter};
use super::reader::At;
use super::report::Note;
use super::sheet::wire::{self, Frames};
use super::sheet::{
    self, Cell, Format, HeadCell, OutCell, Row, SheetError, SheetWriter, Target, ValueKind,
};
use crate::data::{RecordId, RecordType, common};
use crate::i18n::{Lang, text};

/// What is wrong with a row, after the row.
const WHY: u8 = b'W';

/// Rows with what is wrong with them, in a nameless file; a few dozen bytes of each in memory.
pub(crate) struct BadRows {
    spool: BufWriter<File>,
    length: u64,
    rows: Vec<BadRow>,
}

struct BadRow {
    number: u32,
    /// The record that was made of it without some of its cells; none where the row failed.
    record: Option<RecordId>,
    place: u64,
}

/// Which rows are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those of which nothing is in.
    Failed,
    /// Those too that are in without some of their cells.
    FailedAndWarned,
}

/// The heading of the column that says what is wrong; a sheet that comes back with it is known by it.
pub(super) fn why_heading(lang: Lang) -> String {
    text(lang, "import-bad-rows-why")
}

impl BadRows {
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            spool: BufWriter::new(tempfile::tempfile_in(folder)?),
            length: 0,
            rows: Vec::new(),
        })
    }

    /// A row that failed, or that became a record without some of its cells.
    pub(super) fn add(
        &mut self,
        row: &Row,
        record: Option<RecordId>,
        notes: &[Note],
    ) -> io::Result<()> {
        let why: Vec<Cow<'_, str>> = notes
            .iter()
            .map(|note| {
                if note.column.is_empty() {
                    Cow::Borrowed(note.message.as_str())
                } else {
                    Cow::Owned(format!("{}: {}", note.column, note.message))
                }
            })
            .collect();
        let mut frames = Vec::new();
        wire::put_row(&mut frames, row);
        wire::put(&mut frames, WHY, why.join("\n").as_bytes());
        self.spool.write_all(&frames)?;
        self.rows.push(BadRow {
            number: row.number,
            record,
            place: self.length,
        });
        self.length += frames.len() as u64;
        Ok(())
    }

    /// Completes the file, in the order of the sheet.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.rows.sort_by_key(|row| row.number);
        self.spool.flush()
    }

    fn wanted(&self, which: Which) -> impl Iterator<Item = &BadRow> {
        self.rows
            .iter()
            .filter(move |row| row.record.is_none() || which == Which::FailedAndWarned)
    }

    /// Whether there is nothing to mend.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn read(&self, place: u64) -> Result<(Row, String), SheetError> {
        let at = At {
            file: self.spool.get_ref(),
            place,
        };
        let mut frames = Frames::new(BufReader::new(at));
        let gone = || SheetError::from(io::Error::from(io::ErrorKind::UnexpectedEof));
        let (_, payload) = frames.next()?.ok_or_else(gone)?;
        let row = wire::row(payload)?;
        let (_, why) = frames.next()?.ok_or_else(gone)?;
        Ok((row, String::from_utf8_lossy(why).into_owned()))
    }
}

/// How [`rows_in_error`] writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BadSheet<'a> {
    pub(crate) which: Which,
    pub(crate) format: Format,
    pub(crate) lang: Lang,
    /// Where an .xlsx keeps its rows until they are packed.
    pub(crate) temp_dir: &'a Path,
}

/// The headings of the sheet of rows in error: those of the sheet they come from, the id of the records that are there
/// already where there are any, and what is wrong.
fn headings(
    mapping: &Mapping,
    kind: &RecordType,
    how: &BadSheet<'_>,
    with_ids: bool,
) -> Vec<String> {
    let named = |at: usize, column: &Column| match column.target {
        // A sheet without headings gets those by which it is known when it comes back.
        Taken::Field(field) if mapping.heading_row == 0 => labels::field(kind, field, how.lang),
        // A column without a heading stays one.
        _ if column.heading == letter(at) => String::new(),
        _ => column.heading.clone(),
    };
    let mut headings: Vec<String> = mapping
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| named(at, column))
        .collect();
    if let Some(id) = kind.field(common::ID).filter(|_| with_ids) {
        headings.push(labels::field(kind, id, how.lang));
    }
    headings.push(why_heading(how.lang));
    headings
}

/// How the sheet of rows in error is matched when it comes back.
pub(crate) fn layout_in_error(
    bad: &BadRows,
    mapping: &Mapping,
    kind: &RecordType,
    how: &BadSheet<'_>,
) -> Layout {
    let with_ids = bad.has_ids(how.which, mapping);
    let headings = headings(mapping, kind, how, with_ids);
    let mut columns = mapping.layout(kind).columns;
    if let Some(id) = kind.field(common::ID).filter(|_| with_ids) {
        columns.push(id.name.to_owned());
    }
    columns.push(String::new());
    Layout {
        headings: headings_hash(headings.iter().map(String::as_str)),
        columns,
    }
}

/// Whether a sheet is one of rows in error that comes back.
pub(crate) fn is_mended(mapping: &Mapping) -> bool {
    mapping.columns.last().is_some_and(|column| {
        Lang::ALL
            .iter()
            .any(|lang| why_heading(*lang) == column.heading)
    })
}

impl BadRows {
    /// Whether records are named by their ids; a sheet that has a column of them keeps its own.
    fn has_ids(&self, which: Which, mapping: &Mapping) -> bool {
        !mapping.has(common::ID) && self.wanted(which).any(|row| row.record.is_some())
    }
}

/// Writes the rows in error into a file, with their columns as they were, the ids of records that are in already, and one
/// column more that says what is wrong. That one is left out when the mended sheet comes back. Gives the number of rows.
/// Blocks.
pub(crate) fn rows_in_error(
    bad: &BadRows,
    mapping: &Mapping,
    kind: &RecordType,
    how: BadSheet<'_>,
    file: File,
) -> Result<u64, ExchangeError> {
    let with_ids = bad.has_ids(how.which, mapping);
    let width = mapping.columns.len();
    let titles = headings(mapping, kind, &how, with_ids);
    let last = titles.len() - 1;
    let heading: Vec<HeadCell<'_>> = titles
        .iter()
        .enumerate()
        .map(|(at, title)| HeadCell {
            title: Cow::Borrowed(title.as_str()),
            kind: if at == last {
                ValueKind::LongText
            } else {
                ValueKind::Text
            },
        })
        .collect();
    let title = text(how.lang, "import-bad-rows-title");
    let target = Target {
        file,
        title: &title,
        temp_dir: how.temp_dir,
    };
    let mut writer = sheet::writer(how.format, target, &heading)?;
    for row in bad.wanted(how.which) {
        let record = row.record;
        let (row, why) = bad.read(row.place)?;
        let mut cells: Vec<OutCell<'_>> = row.cells.iter().take(width).map(out_cell).collect();
        cells.resize(width, OutCell::Empty);
        if with_ids {
            let id = record.map(|id| id.to_string());
            cells.push(id.map_or(OutCell::Empty, |id| OutCell::Text(id.into())));
        }
        cells.push(OutCell::Text(why.into()));
        // What stands beyond the headings follows, so that it is not lost.
        cells.extend(row.cells.iter().skip(width).map(out_cell));
        writer.write_row(&cells)?;
    }
    Ok(SheetWriter::finish(writer)?.into())
}

fn out_cell(cell: &Cell) -> OutCell<'_> {
    match cell {
        Cell::Empty => OutCell::Empty,
        Cell::Text(text) | Cell::Error(text) => OutCell::Text(Cow::Borrowed(text)),
        Cell::Number(_) => OutCell::Decimal(cell.text()),
        Cell::Percent(_) => OutCell::Text(cell.text()),
        Cell::Date(date) => OutCell::Date(*date),
        Cell::DateTime(moment) => OutCell::DateTime(*moment),
        Cell::Bool(yes) => OutCell::Bool(*yes),
    }
}
