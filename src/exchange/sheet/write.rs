//! What is written into sheets, and the choice of writer.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use jiff::civil::{Date, DateTime};

use super::csv_write::CsvWriter;
use super::error::SheetError;
use super::xlsx_write::XlsxWriter;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Xlsx,
    Csv,
}

/// What a column mostly holds; decides its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// Names, e-mails, addresses.
    Text,
    /// Notes and lists.
    LongText,
    /// Codes, tax ids, states: short text.
    Code,
    Number,
    Money,
    Date,
    DateTime,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "no module has such a field yet")
    )]
    Bool,
}

/// A column's heading.
#[derive(Debug, Clone)]
pub(crate) struct HeadCell<'a> {
    pub(crate) title: Cow<'a, str>,
    pub(crate) kind: ValueKind,
}

/// A cell to write, of the type it will have in the sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OutCell<'a> {
    Empty,
    /// Always stays text, whatever it begins with.
    Text(Cow<'a, str>),
    Integer(i64),
    /// A plain decimal number such as `-12.50`; anything else is written as text.
    Decimal(Cow<'a, str>),
    /// In hundredths of the currency's unit (grosze, cents).
    Money {
        minor: i64,
    },
    Date(Date),
    /// Excel keeps milliseconds; what is finer is lost there.
    DateTime(DateTime),
    Bool(bool),
}

/// Takes rows one by one and holds none of them.
pub(crate) trait SheetWriter: Send {
    /// Writes the next row. After an error the sheet is not to be used.
    fn write_row(&mut self, cells: &[OutCell<'_>]) -> Result<(), SheetError>;

    /// Completes the file and gives the number of rows, the heading not counted.
    fn finish(self: Box<Self>) -> Result<u32, SheetError>;
}

/// Where a sheet goes.
pub(crate) struct Target<'a> {
    pub(crate) file: File,
    /// The name of the sheet in a workbook; what Excel does not allow in it is left out.
    pub(crate) title: &'a str,
    /// For what does not fit in memory: an .xlsx needs room there for all its rows.
    pub(crate) temp_dir: &'a Path,
}

/// A writer with the heading written. An .xlsx appears in the file at `finish`, a .csv as it is written.
pub(crate) fn writer(
    format: Format,
    target: Target<'_>,
    heading: &[HeadCell<'_>],
) -> Result<Box<dyn SheetWriter>, SheetError> {
    Ok(match format {
        Format::Xlsx => Box::new(XlsxWriter::new(target, heading)?),
        Format::Csv => Box::new(CsvWriter::new(target.file, heading)?),
    })
}

/// `-1234.50` of -123450.
pub(super) fn money_text(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}

/// Digits with an optional minus and decimal point, nothing that a spreadsheet would read otherwise.
pub(super) fn is_plain_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}
