//! Rows of .xls and .ods. Their reader knows only whole workbooks in memory, so it runs where memory is limited.

use std::fs::File;
use std::io::BufReader;

use calamine::{Data, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError};

use super::Row;
use super::cell::Cell;
use super::error::SheetError;
use super::limits::Limits;
use super::xlsx_read::{calm, iso_cell, moment_cell};

/// One sheet of the workbook; the others are let go once it is chosen.
pub(super) struct OldSheet {
    range: Range<Data>,
    names: Vec<String>,
    name: String,
    /// Whether errors of formulas are told from texts by their words alone.
    errors_are_texts: bool,
    limits: Limits,
}

impl OldSheet {
    pub(super) fn open_xls(
        file: File,
        wanted: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, SheetError> {
        let book = calm(|| Xls::new(BufReader::new(file)).map_err(xls_error))?;
        Self::choose(book, wanted, false, limits, xls_error)
    }

    pub(super) fn open_ods(
        file: File,
        wanted: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, SheetError> {
        let book = calm(|| Ods::new(BufReader::new(file)).map_err(ods_error))?;
        Self::choose(book, wanted, true, limits, ods_error)
    }

    fn choose<R: Reader<BufReader<File>>>(
        mut book: R,
        wanted: Option<&str>,
        errors_are_texts: bool,
        limits: &Limits,
        error: fn(R::Error) -> SheetError,
    ) -> Result<Self, SheetError> {
        let sheets: Vec<Sheet> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .cloned()
            .collect();
        let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
        for sheet in sheets {
            let meant = match wanted {
                Some(wanted) => sheet.name == wanted,
                None => sheet.visible == SheetVisible::Visible,
            };
            if !meant {
                continue;
            }
            let range = calm(|| book.worksheet_range(&sheet.name).map_err(error))?;
            let mut found = Self {
                range,
                names: names.clone(),
                name: sheet.name,
                errors_are_texts,
                limits: limits.clone(),
            };
            if found.has_data()? {
                return Ok(found);
            }
        }
        match wanted {
            Some(wanted) if !names.iter().any(|name| name == wanted) => {
                Err(SheetError::NoSuchSheet {
                    name: wanted.to_owned(),
                })
            }
            _ => Err(SheetError::Empty),
        }
    }

    fn has_data(&mut self) -> Result<bool, SheetError> {
        let mut rows = self.rows();
        while let Some(row) = rows.next_row()? {
            if !row.cells.iter().all(Cell::is_blank) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn names(&self) -> (&[String], &str) {
        (&self.names, &self.name)
    }

    pub(super) fn rows(&mut self) -> OldRows<'_> {
        OldRows {
            sheet: self,
            next: 0,
            with_data: 0,
        }
    }
}

pub(super) struct OldRows<'a> {
    sheet: &'a OldSheet,
    /// Index of the next row in the range.
    next: usize,
    with_data: u32,
}

impl OldRows<'_> {
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        let (range, limits) = (&self.sheet.range, &self.sheet.limits);
        let Some((first_row, first_column)) = range.start() else {
            return Ok(None);
        };
        let width = range.width();
        loop {
            let Some(found) = range.rows().nth(self.next).filter(|_| width > 0) else {
                return Ok(None);
            };
            let number = first_row.saturating_add(self.next as u32).saturating_add(1);
            self.next += 1;
            let Some(last) = found.iter().rposition(|data| !is_empty(data)) else {
                continue;
            };
            let columns = first_column as usize + last + 1;
            if columns > limits.columns {
                return Err(SheetError::TooManyColumns {
                    row: number,
                    limit: limits.columns,
                });
            }
            self.with_data += 1;
            // The heading is one more.
            if self.with_data > limits.rows.saturating_add(1) {
                return Err(SheetError::TooManyRows { limit: limits.rows });
            }
            let mut row = Row {
                number,
                cells: vec![Cell::Empty; columns],
                problems: Vec::new(),
            };
            for (at, data) in found[..=last].iter().enumerate() {
                let cell = value_of(data, self.sheet.errors_are_texts);
                row.put(first_column as usize + at, cell, limits.cell_chars);
            }
            return Ok(Some(row));
        }
    }
}

fn is_empty(data: &Data) -> bool {
    match data {
        Data::Empty => true,
        Data::String(text) => text.is_empty(),
        _ => false,
    }
}

fn value_of(data: &Data, errors_are_texts: bool) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) if text.is_empty() => Cell::Empty,
        Data::String(text) if errors_are_texts && super::cell::is_error_name(text) => {
            Cell::Error(text.clone())
        }
        Data::String(text) | Data::DurationIso(text) => match duration(text, data) {
            Some(text) => Cell::Text(text),
            None => Cell::Text(text.clone()),
        },
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) if number.is_finite() => Cell::Number(*number),
        Data::Float(_) => Cell::Error("#NUM!".to_owned()),
        Data::Bool(yes) => Cell::Bool(*yes),
        Data::DateTime(moment) => moment_cell(*moment),
        Data::DateTimeIso(text) => iso_cell(text.clone()),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

/// `PT09H05M00S` as a sheet shows it.
fn duration(text: &str, data: &Data) -> Option<String> {
    if !matches!(data, Data::DurationIso(_)) {
        return None;
    }
    let seconds = text.parse::<jiff::SignedDuration>().ok()?.as_secs();
    (seconds >= 0).then(|| {
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
    })
}

fn xls_error(error: XlsError) -> SheetError {
    match error {
        XlsError::Password => SheetError::Encrypted,
        // A document of another program in the same wrapping.
        XlsError::Cfb(error) if error.to_string().contains("Workbook stream") => {
            SheetError::NotASheet
        }
        error => SheetError::damaged(error),
    }
}

fn ods_error(error: OdsError) -> SheetError {
    match error {
        OdsError::Password => SheetError::Encrypted,
        OdsError::InvalidMime(_) => SheetError::NotASheet,
        OdsError::CellLimitExceeded { .. } => SheetError::TooLargeToRead,
        error => SheetError::damaged(error),
    }
}
