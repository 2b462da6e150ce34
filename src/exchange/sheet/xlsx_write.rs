//! Excel out, in constant memory: rows go to a temporary file as they come and are packed at the end.

use std::fs::File;
use std::io::BufWriter;

use jiff::civil::{Date, Time};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};

use super::cell::moment_text;
use super::error::SheetError;
use super::write::{
    HeadCell, OutCell, SheetWriter, Target, ValueKind, is_plain_decimal, money_text,
};
use super::xlsx_read::calm;

/// Excel's rows without the heading.
const MAX_ROWS: u32 = 1_048_575;
/// Excel's characters in a cell, in UTF-16 units.
const MAX_CHARS: usize = 32_767;
/// Whole numbers up to here are exact as Excel's 15 significant digits show them.
const MAX_EXACT: u64 = 999_999_999_999_999;

pub(super) struct XlsxWriter {
    book: Workbook,
    file: File,
    money: CellFormat,
    date: CellFormat,
    moment: CellFormat,
    columns: u16,
    /// Rows written, the heading included: the index of the next one.
    next: u32,
}

impl XlsxWriter {
    pub(super) fn new(target: Target<'_>, heading: &[HeadCell<'_>]) -> Result<Self, SheetError> {
        writing(|| {
            let mut book = Workbook::new();
            book.set_tempdir(target.temp_dir)?;
            let sheet = book.add_worksheet_with_constant_memory()?;
            let title = sheet_title(target.title);
            if !title.is_empty() {
                sheet.set_name(title)?;
            }
            sheet.set_freeze_panes(1, 0)?;
            let bold = CellFormat::new().set_bold();
            for (column, cell) in (0_u16..).zip(heading) {
                sheet.set_column_width(column, width(cell))?;
                sheet.write_string_with_format(0, column, cell.title.as_ref(), &bold)?;
            }
            let format = |code: &str| CellFormat::new().set_num_format(code);
            Ok(Self {
                book,
                file: target.file,
                money: format("#,##0.00"),
                date: format("yyyy-mm-dd"),
                moment: format("yyyy-mm-dd hh:mm:ss"),
                columns: heading.len() as u16,
                next: 1,
            })
        })
    }
}

impl SheetWriter for XlsxWriter {
    fn write_row(&mut self, cells: &[OutCell<'_>]) -> Result<(), SheetError> {
        if self.next > MAX_ROWS {
            return Err(SheetError::TooManyRowsToWrite { limit: MAX_ROWS });
        }
        let row = self.next;
        for (column, cell) in cells.iter().enumerate() {
            if let OutCell::Text(text) | OutCell::Decimal(text) = cell
                && text.len() > MAX_CHARS
                && text.encode_utf16().count() > MAX_CHARS
            {
                return Err(SheetError::CellTooLongToWrite {
                    row: row + 1,
                    column: column + 1,
                    limit: MAX_CHARS,
                });
            }
        }
        writing(|| {
            let sheet = self.book.worksheet_from_index(0)?;
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    OutCell::Empty => {}
                    OutCell::Text(text) => write_text(sheet, row, column, text)?,
                    OutCell::Integer(number) if number.unsigned_abs() <= MAX_EXACT => {
                        sheet.write_number(row, column, *number as f64)?;
                    }
                    OutCell::Integer(number) => {
                        write_text(sheet, row, column, &number.to_string())?;
                    }
                    OutCell::Decimal(text) => match exact_decimal(text) {
                        Some(number) => {
                            sheet.write_number(row, column, number)?;
                        }
                        None => write_text(sheet, row, column, text)?,
                    },
                    OutCell::Money { minor } if minor.unsigned_abs() <= MAX_EXACT => {
                        sheet.write_number_with_format(
                            row,
                            column,
                            *minor as f64 / 100.0,
                            &self.money,
                        )?;
                    }
                    OutCell::Money { minor } => {
                        write_text(sheet, row, column, &money_text(*minor))?;
                    }
                    OutCell::Date(date) => match excel_moment(*date, Time::midnight()) {
                        Some(moment) => {
                            sheet.write_datetime_with_format(row, column, moment, &self.date)?;
                        }
                        None => write_text(sheet, row, column, &date.to_string())?,
                    },
                    OutCell::DateTime(at) => match excel_moment(at.date(), at.time()) {
                        Some(moment) => {
                            sheet.write_datetime_with_format(row, column, moment, &self.moment)?;
                        }
                        None => write_text(sheet, row, column, &moment_text(*at))?,
                    },
                    OutCell::Bool(yes) => {
                        sheet.write_boolean(row, column, *yes)?;
                    }
                }
            }
            Ok(())
        })?;
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<u32, SheetError> {
        writing(|| {
            if let Some(last) = self.columns.checked_sub(1) {
                let sheet = self.book.worksheet_from_index(0)?;
                sheet.autofilter(0, 0, self.next - 1, last)?;
            }
            self.book.save_to_writer(BufWriter::new(&self.file))
        })?;
        Ok(self.next - 1)
    }
}

/// A text is always a string cell: neither formula nor link.
fn write_text(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    sheet.write_string(row, column, text).map(|_| ())
}

fn exact_decimal(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if is_plain_decimal(text) && digits <= 15 {
        text.parse().ok()
    } else {
        None
    }
}

/// `None` outside the years Excel counts.
fn excel_moment(date: Date, time: Time) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year())
        .ok()
        .filter(|year| (1900..=9999).contains(year))?;
    let day = ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8).ok()?;
    let (hour, minute, second) = (time.hour() as u16, time.minute() as u8, time.second() as u8);
    day.and_hms_milli(hour, minute, second, time.millisecond() as u16)
        .ok()
}

/// In characters of the standard font.
fn width(cell: &HeadCell<'_>) -> f64 {
    let usual = match cell.kind {
        ValueKind::Text => 28.0,
        ValueKind::LongText => 40.0,
        ValueKind::Code => 16.0,
        ValueKind::Number => 12.0,
        ValueKind::Money => 14.0,
        ValueKind::Date => 12.0,
        ValueKind::DateTime => 20.0,
        ValueKind::Bool => 8.0,
    };
    f64::max(usual, cell.title.chars().take(40).count() as f64 + 2.0)
}

/// Excel allows 31 characters, some characters not at all, and no apostrophe at the ends.
fn sheet_title(title: &str) -> String {
    let allowed = title
        .chars()
        .filter(|c| !c.is_control() && !"[]:*?/\\".contains(*c));
    // Characters outside the basic plane count as two.
    let mut units = 0;
    let short: String = allowed
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    short.trim_matches([' ', '\'']).to_owned()
}

/// The library panics where its temporary file cannot be written, for instance on a full disk.
fn writing<T>(act: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, SheetError> {
    calm(|| act().map_err(|error| SheetError::Write(error.to_string()))).map_err(
        |error| match error {
            SheetError::Damaged { detail } => SheetError::Write(detail),
            error => error,
        },
    )
}
