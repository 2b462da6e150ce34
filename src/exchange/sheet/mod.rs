//! Reading and writing of sheets, row by row. Knows nothing of what the cells mean.
//!
//! What a reader takes a sheet for: the first visible sheet with rows, or the one that is named, hidden or not. Hidden rows
//! and columns are read like others: a filter that was left on hides clients from the eye, not from the list. Of merged
//! cells the first has the value and the others are empty. A formula is its stored result. .xlsx and .csv are streamed;
//! .xls and .ods are whole in memory while they are read. Macros and external links are never followed.
//!
//! Files come from strangers: each reader turns whatever it meets into a [`SheetError`], within the [`Limits`].

pub(crate) mod archive;
mod cell;
mod csv_dialect;
mod csv_read;
mod csv_write;
mod encoding;
mod error;
mod guard;
mod kind;
mod limits;
mod old_read;
pub(super) mod wire;
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
#[cfg(test)]
use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use cell::{Cell, is_error_name};
pub(crate) use error::{CellProblem, ErrorArg, SheetError};
pub(crate) use limits::{DEFAULT_LIMITS, Limits};
pub(crate) use write::{Format, HeadCell, OutCell, SheetWriter, Target, ValueKind, writer};

use csv_read::{CsvRows, CsvSheet};
use kind::Kind;
use old_read::{OldRows, OldSheet};
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

/// What a file is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// `xlsx`, `xls`, `ods` or `csv`, by its content.
    pub(crate) kind: String,
    /// Whether its name says otherwise.
    pub(crate) misnamed: bool,
    /// The sheets of a workbook, in its order.
    pub(crate) sheets: Vec<String>,
    /// The one that is read.
    pub(crate) sheet: String,
}

/// Text in the cells of one row; beyond it a row is no row of a list.
const ROW_BYTES: usize = 4 * 1024 * 1024;

/// A sheet that was found readable. [`Sheet::rows`] can be called again to read it from the start.
pub(crate) struct Sheet {
    source: Source,
    misnamed: bool,
}

enum Source {
    Xlsx(Box<XlsxSheet>),
    Old(&'static str, Box<OldSheet>),
    Csv(CsvSheet),
}

/// Opens a sheet. Its kind is told by the content; `file_name`, the name the person knows it by, only says what it should
/// be. Of a workbook the sheet named `wanted` is read, else the first visible one with data.
pub(crate) fn open(
    mut file: File,
    file_name: &str,
    wanted: Option<&str>,
    limits: &Limits,
) -> Result<Sheet, SheetError> {
    let size = file.metadata()?.len();
    if size > limits.file_bytes {
        return Err(SheetError::FileTooLarge {
            limit_mb: limits.file_bytes / 1_000_000,
        });
    }
    let found = kind::detect(&mut file, file_name)?;
    let source = match found.kind {
        Kind::Xlsx => Source::Xlsx(Box::new(XlsxSheet::open(file, size, wanted, limits)?)),
        Kind::Ods => {
            xlsx_read::calm(|| xlsx_guard::check(&mut file, size, limits))?;
            let sheet = OldSheet::open_ods(file, wanted, limits)?;
            Source::Old("ods", Box::new(sheet))
        }
        Kind::Xls => {
            let sheet = OldSheet::open_xls(file, wanted, limits)?;
            Source::Old("xls", Box::new(sheet))
        }
        Kind::Csv => {
            if let Some(name) = wanted {
                let name = name.to_owned();
                return Err(SheetError::NoSuchSheet { name });
            }
            let sheet = CsvSheet::open(file, limits)?;
            if found.misnamed && !sheet.has_columns() {
                return Err(SheetError::Mismatch {
                    extension: kind::extension_of(file_name),
                    found: "txt".into(),
                });
            }
            Source::Csv(sheet)
        }
    };
    Ok(Sheet {
        source,
        misnamed: found.misnamed,
    })
}

/// Opens the sheet at a path.
#[cfg(test)]
pub(super) fn open_at(path: &Path, file_name: &str, limits: &Limits) -> Result<Sheet, SheetError> {
    open(File::open(path)?, file_name, None, limits)
}

impl Sheet {
    /// What the file is.
    pub(crate) fn contents(&self) -> Contents {
        let (kind, names, name) = match &self.source {
            Source::Xlsx(sheet) => {
                let (names, name) = sheet.names();
                ("xlsx", names, name)
            }
            Source::Old(kind, sheet) => {
                let (names, name) = sheet.names();
                (*kind, names, name)
            }
            Source::Csv(_) => ("csv", &[][..], ""),
        };
        Contents {
            kind: kind.to_owned(),
            misnamed: self.misnamed,
            sheets: names.to_vec(),
            sheet: name.to_owned(),
        }
    }

    /// All rows with data from the first on, the heading included. Ends after the first error.
    pub(crate) fn rows(&mut self) -> Result<Rows<'_>, SheetError> {
        let source = match &mut self.source {
            Source::Xlsx(sheet) => RowSource::Xlsx(Box::new(sheet.rows()?)),
            Source::Old(_, sheet) => RowSource::Old(sheet.rows()),
            Source::Csv(sheet) => RowSource::Csv(Box::new(sheet.rows()?)),
        };
        Ok(Rows {
            source,
            failed: false,
        })
    }
}

/// The rows of a [`Sheet`], one in memory at a time.
pub(crate) struct Rows<'a> {
    source: RowSource<'a>,
    failed: bool,
}

enum RowSource<'a> {
    Xlsx(Box<XlsxRows<'a>>),
    Old(OldRows<'a>),
    Csv(Box<CsvRows>),
}

impl Rows<'_> {
    fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        loop {
            let row = match &mut self.source {
                RowSource::Xlsx(rows) => rows.next_row()?,
                RowSource::Old(rows) => rows.next_row()?,
                RowSource::Csv(rows) => rows.next_row()?,
            };
            let Some(row) = row else { return Ok(None) };
            if row.cells.iter().map(Cell::bytes).sum::<usize>() > ROW_BYTES {
                return Err(SheetError::RowTooLong { row: row.number });
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
