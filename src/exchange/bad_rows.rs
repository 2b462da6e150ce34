//! The rows of a sheet that were not taken, or not whole, as a sheet of their own: to be mended and brought in again.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use super::error::ExchangeError;
use super::mapping::{Mapping, letter};
use super::reader::At;
use super::report::Note;
use super::sheet::wire::{self, Frames};
use super::sheet::{
    self, Cell, Format, HeadCell, OutCell, Row, SheetError, SheetWriter, Target, ValueKind,
};
use crate::i18n::{Lang, text};

/// What is wrong with a row, after the row.
const WHY: u8 = b'W';

/// Rows with what is wrong with them, in a nameless file; 16 bytes of each in memory.
pub(crate) struct BadRows {
    spool: BufWriter<File>,
    length: u64,
    rows: Vec<BadRow>,
}

struct BadRow {
    number: u32,
    failed: bool,
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

    pub(super) fn add(&mut self, row: &Row, failed: bool, notes: &[Note]) -> io::Result<()> {
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
            failed,
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
            .filter(move |row| row.failed || which == Which::FailedAndWarned)
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

/// Writes the rows in error into a file, with their columns as they were and one more that says what is wrong. That one
/// is left out when the mended sheet comes back. Gives the number of rows. Blocks.
pub(crate) fn rows_in_error(
    bad: &BadRows,
    mapping: &Mapping,
    how: BadSheet<'_>,
    file: File,
) -> Result<u64, ExchangeError> {
    let mut heading: Vec<HeadCell<'_>> = mapping
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| HeadCell {
            // A column without a heading stays one.
            title: if column.heading == letter(at) {
                Cow::Borrowed("")
            } else {
                Cow::Borrowed(column.heading.as_str())
            },
            kind: ValueKind::Text,
        })
        .collect();
    let width = heading.len();
    heading.push(HeadCell {
        title: why_heading(how.lang).into(),
        kind: ValueKind::LongText,
    });
    let title = text(how.lang, "import-bad-rows-title");
    let target = Target {
        file,
        title: &title,
        temp_dir: how.temp_dir,
    };
    let mut writer = sheet::writer(how.format, target, &heading)?;
    for row in bad.wanted(how.which) {
        let (row, why) = bad.read(row.place)?;
        let mut cells: Vec<OutCell<'_>> = row.cells.iter().take(width).map(out_cell).collect();
        cells.resize(width, OutCell::Empty);
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
