//! Rows of an Excel workbook, a row in memory at a time; of the rest only the table of shared texts is kept.

use std::any::Any;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError,
};
use calamine::{XlsxCellFormulaMetadataRecord, XlsxFormulaMetadata};
use jiff::civil::{Date, DateTime, Time};
use roaring::RoaringBitmap;

use super::cell::Cell;
use super::error::{CellProblem, CellProblemKind, SheetError};
use super::limits::Limits;
use super::{Row, xlsx_guard};

type Source = BufReader<File>;

pub(super) struct XlsxSheet {
    book: Xlsx<Source>,
    names: Vec<String>,
    name: String,
    percents: Percents,
    limits: Limits,
}

/// Which cells are shown as percentages: rows by column. The reader tells either of formulas or of formats, so the
/// formats of a workbook that has such ones at all are gone through beforehand.
type Percents = HashMap<usize, RoaringBitmap>;

impl XlsxSheet {
    pub(super) fn open(
        mut file: File,
        size: u64,
        wanted: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, SheetError> {
        calm(|| xlsx_guard::check(&mut file, size, limits))?;
        file.seek(SeekFrom::Start(0))?;
        let mut book = calm(|| Xlsx::new(BufReader::new(file)).map_err(book_error))?;
        let sheets: Vec<calamine::Sheet> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .cloned()
            .collect();
        if sheets.is_empty() {
            return Err(SheetError::NotASheet);
        }
        let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
        for sheet in sheets {
            let meant = match wanted {
                Some(wanted) => sheet.name == wanted,
                None => sheet.visible == SheetVisible::Visible,
            };
            if meant && has_data(&mut book, &sheet.name, limits)? {
                let percents = percents(&mut book, &sheet.name, limits)?;
                return Ok(Self {
                    book,
                    names,
                    name: sheet.name,
                    percents,
                    limits: limits.clone(),
                });
            }
        }
        match wanted {
            Some(wanted) if !names.iter().any(|name| name == wanted) => {
                let name = wanted.to_owned();
                Err(SheetError::NoSuchSheet { name })
            }
            _ => Err(SheetError::Empty),
        }
    }

    pub(super) fn names(&self) -> (&[String], &str) {
        (&self.names, &self.name)
    }

    pub(super) fn rows(&mut self) -> Result<XlsxRows<'_>, SheetError> {
        let percents = Some(&self.percents);
        XlsxRows::new(&mut self.book, &self.name, percents, &self.limits)
    }
}

fn percents(book: &mut Xlsx<Source>, name: &str, limits: &Limits) -> Result<Percents, SheetError> {
    calm(|| {
        let mut percents = Percents::new();
        let mut reader = book.worksheet_cells_reader(name).map_err(book_error)?;
        let shown: Vec<bool> = reader.styles().iter().map(is_percent).collect();
        if !shown.contains(&true) {
            return Ok(percents);
        }
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(book_error)? {
            let (row, column) = cell.get_position();
            if shown.get(style) == Some(&true) && (column as usize) < limits.columns {
                let rows = percents.entry(column as usize).or_default();
                rows.insert(row.saturating_add(1));
            }
        }
        Ok(percents)
    })
}

/// Whether a format has a `%` that is not a text of its own.
fn is_percent(style: &calamine::Style) -> bool {
    let Some(format) = &style.number_format else {
        return false;
    };
    let (mut quoted, mut escaped) = (false, false);
    for c in format.format_code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

fn has_data(book: &mut Xlsx<Source>, name: &str, limits: &Limits) -> Result<bool, SheetError> {
    let mut rows = XlsxRows::new(book, name, None, limits)?;
    while let Some(row) = rows.next_row()? {
        if !row.problems.is_empty() || !row.cells.iter().all(Cell::is_blank) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) struct XlsxRows<'a> {
    reader: XlsxCellReader<'a, Source>,
    /// The first cell of the row that comes next: a row is known to be over when one of another row is met.
    next: Option<Found>,
    /// The reader must not be asked again once it has come to the end of the cells.
    at_end: bool,
    with_data: u32,
    /// Number of the last row given out.
    last: u32,
    percents: Option<&'a Percents>,
    limits: Limits,
}

/// A cell with a value, or one that could not be taken.
struct Found {
    row: u32,
    column: usize,
    value: Result<Cell, CellProblemKind>,
}

impl<'a> XlsxRows<'a> {
    fn new(
        book: &'a mut Xlsx<Source>,
        name: &str,
        percents: Option<&'a Percents>,
        limits: &Limits,
    ) -> Result<Self, SheetError> {
        let reader = calm(|| book.worksheet_cells_reader(name).map_err(book_error))?;
        Ok(Self {
            reader,
            next: None,
            at_end: false,
            with_data: 0,
            last: 0,
            percents,
            limits: limits.clone(),
        })
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        let first = match self.next.take() {
            Some(found) => found,
            None => match self.next_value()? {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        let number = first.row;
        if number <= self.last {
            return Err(SheetError::damaged("its rows are out of order"));
        }
        self.last = number;
        self.with_data += 1;
        // The heading is one more.
        if self.with_data > self.limits.rows.saturating_add(1) {
            return Err(SheetError::TooManyRows {
                limit: self.limits.rows,
            });
        }
        let mut row = Row {
            number,
            cells: Vec::new(),
            problems: Vec::new(),
        };
        self.place(&mut row, first)?;
        while let Some(found) = self.next_value()? {
            if found.row != number {
                self.next = Some(found);
                break;
            }
            self.place(&mut row, found)?;
        }
        Ok(Some(row))
    }

    fn place(&self, row: &mut Row, found: Found) -> Result<(), SheetError> {
        if found.column >= self.limits.columns {
            return Err(SheetError::TooManyColumns {
                row: found.row,
                limit: self.limits.columns,
            });
        }
        if row.cells.len() <= found.column {
            row.cells.resize(found.column + 1, Cell::Empty);
        }
        match found.value {
            Ok(Cell::Number(number)) if self.is_percent(found.row, found.column) => {
                row.cells[found.column] = Cell::Percent(number);
            }
            Ok(cell) => row.put(found.column, cell, self.limits.cell_chars),
            Err(kind) => row.problems.push(CellProblem {
                column: found.column,
                kind,
            }),
        }
        Ok(())
    }

    fn is_percent(&self, row: u32, column: usize) -> bool {
        self.percents
            .and_then(|percents| percents.get(&column))
            .is_some_and(|rows| rows.contains(row))
    }

    fn next_value(&mut self) -> Result<Option<Found>, SheetError> {
        if self.at_end {
            return Ok(None);
        }
        calm(|| {
            while let Some(record) = self
                .reader
                .next_cell_with_formula_metadata()
                .map_err(book_error)?
            {
                let (row, column) = record.pos;
                match value_of(record) {
                    Ok(Cell::Empty) => {}
                    value => {
                        return Ok(Some(Found {
                            row: row.saturating_add(1),
                            column: column as usize,
                            value,
                        }));
                    }
                }
            }
            self.at_end = true;
            Ok(None)
        })
    }
}

fn value_of(record: XlsxCellFormulaMetadataRecord<'_>) -> Result<Cell, CellProblemKind> {
    Ok(match record.value {
        DataRef::Empty => match record.formula {
            None => Cell::Empty,
            // Programs other than Excel store formulas, and texts that begin with `=`, without a result.
            Some(
                XlsxFormulaMetadata::Normal { formula }
                | XlsxFormulaMetadata::Shared { formula, .. },
            ) => {
                if formula.is_empty() {
                    Cell::Empty
                } else {
                    Cell::Text(format!("={formula}"))
                }
            }
            Some(_) => return Err(CellProblemKind::FormulaWithoutResult),
        },
        DataRef::String(text) if text.is_empty() => Cell::Empty,
        DataRef::String(text) => Cell::Text(text),
        DataRef::SharedString("") => Cell::Empty,
        DataRef::SharedString(text) => Cell::Text(text.to_owned()),
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) if number.is_finite() => Cell::Number(number),
        DataRef::Float(_) => Cell::Error("#NUM!".to_owned()),
        DataRef::Bool(yes) => Cell::Bool(yes),
        DataRef::DateTime(moment) => moment_cell(moment),
        DataRef::DateTimeIso(text) => iso_cell(text),
        DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    })
}

/// Excel's dates are days since 1900 or 1904 and differ from numbers by their format alone.
pub(super) fn moment_cell(moment: ExcelDateTime) -> Cell {
    let days = moment.as_f64();
    if !days.is_finite() || !(0.0..2_958_466.0).contains(&days) {
        return Cell::Number(days);
    }
    if moment.is_duration() {
        let seconds = (days * 86_400.0).round() as u64;
        return Cell::Text(format!(
            "{}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ));
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let time = Time::new(
        hour as i8,
        minute as i8,
        second as i8,
        i32::from(milli) * 1_000_000,
    );
    let date = Date::new(year as i16, month as i8, day as i8);
    match (date, time) {
        // A time of day without a date.
        (_, Ok(time)) if days < 1.0 => Cell::Text(time.to_string()),
        (Ok(date), Ok(time)) if time == Time::midnight() => Cell::Date(date),
        (Ok(date), Ok(time)) => Cell::DateTime(DateTime::from_parts(date, time)),
        _ => Cell::Number(days),
    }
}

pub(super) fn iso_cell(text: String) -> Cell {
    match text.parse::<DateTime>() {
        Ok(moment) if moment.time() == Time::midnight() => Cell::Date(moment.date()),
        Ok(moment) => Cell::DateTime(moment),
        Err(_) => Cell::Text(text),
    }
}

fn book_error(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Encrypted,
        XlsxError::RelationshipNotFound => SheetError::NotASheet,
        error => SheetError::damaged(error),
    }
}

/// Runs code of the reading library; should it panic over a hostile file, that is an error of the file.
pub(super) fn calm<T>(act: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic: Box<dyn Any + Send>| {
        let detail = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let detail = detail.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(SheetError::damaged(
            detail.unwrap_or_else(|| "the reader gave up".to_owned()),
        ))
    })
}
