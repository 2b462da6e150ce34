//! Reading and writing of sheets, row by row in bounded memory. Knows nothing of what the cells mean.
//!
//! Files come from strangers: each reader turns whatever it meets into a [`SheetError`], within the [`Limits`].

mod cell;
mod csv_dialect;
mod csv_read;
mod csv_write;
mod encoding;
mod error;
mod guard;
mod kind;
mod limits;
mod write;
mod xlsx_guard;
mod xlsx_read;
mod xlsx_write;
mod xml_scan;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod test_files;

use std::fs::File;
use std::path::Path;

pub(crate) use cell::Cell;
pub(crate) use error::{CellProblem, ErrorArg, SheetError};
pub(crate) use limits::Limits;
pub(crate) use write::{Format, HeadCell, OutCell, SheetWriter, Target, ValueKind, writer};

use csv_read::{CsvRows, CsvSheet};
use kind::Kind;
use xlsx_read::{XlsxRows, XlsxSheet};

/// A row with at least one cell that is not blank.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// As the sheet counts them: the heading of a usual sheet is 1. Empty rows are left out but counted.
    pub(crate) number: u32,
    /// Up to the last cell with a value; may be shorter or longer than the heading.
    pub(crate) cells: Vec<Cell>,
    /// Cells that could not be taken; they are [`Cell::Empty`] in `cells`.
    pub(crate) problems: Vec<CellProblem>,
}

/// A sheet that was found readable. [`Sheet::rows`] can be called again to read it from the start.
pub(crate) struct Sheet {
    source: Source,
    null_is_empty: bool,
}

enum Source {
    Xlsx(Box<XlsxSheet>),
    Csv(CsvSheet),
}

/// Opens the sheet at `path`. Its kind is told by the content and must agree with the ending of `file_name`, the name
/// the person knows it by. Of a workbook the first visible sheet with data is read.
pub(crate) fn open(path: &Path, file_name: &str, limits: &Limits) -> Result<Sheet, SheetError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limits.file_bytes {
        return Err(SheetError::FileTooLarge {
            limit_mb: limits.file_bytes / 1_000_000,
        });
    }
    let source = match kind::detect(&mut file, file_name)? {
        Kind::Xlsx => Source::Xlsx(Box::new(XlsxSheet::open(file, size, limits)?)),
        Kind::Csv => Source::Csv(CsvSheet::open(path, file, limits)?),
    };
    Ok(Sheet {
        source,
        null_is_empty: false,
    })
}

impl Sheet {
    /// Takes cells that say `NULL`, as database dumps do, for empty ones. Off unless asked for.
    pub(crate) fn null_is_empty(&mut self, yes: bool) {
        self.null_is_empty = yes;
    }

    /// All rows with data from the first on, the heading included. Ends after the first error.
    pub(crate) fn rows(&mut self) -> Result<Rows<'_>, SheetError> {
        let source = match &mut self.source {
            Source::Xlsx(sheet) => RowSource::Xlsx(Box::new(sheet.rows()?)),
            Source::Csv(sheet) => RowSource::Csv(Box::new(sheet.rows()?)),
        };
        Ok(Rows {
            source,
            null_is_empty: self.null_is_empty,
            failed: false,
        })
    }
}

/// The rows of a [`Sheet`], one in memory at a time.
pub(crate) struct Rows<'a> {
    source: RowSource<'a>,
    null_is_empty: bool,
    failed: bool,
}

enum RowSource<'a> {
    Xlsx(Box<XlsxRows<'a>>),
    Csv(Box<CsvRows>),
}

impl Rows<'_> {
    fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        loop {
            let row = match &mut self.source {
                RowSource::Xlsx(rows) => rows.next_row()?,
                RowSource::Csv(rows) => rows.next_row()?,
            };
            let Some(mut row) = row else { return Ok(None) };
            if self.null_is_empty {
                for cell in &mut row.cells {
                    if matches!(cell, Cell::Text(text) if text.trim() == "NULL") {
                        *cell = Cell::Empty;
                    }
                }
            }
            if !row.problems.is_empty() || !row.cells.iter().all(Cell::is_blank) {
                return Ok(Some(row));
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.next_row();
        self.failed = row.is_err();
        row.transpose()
    }
}
