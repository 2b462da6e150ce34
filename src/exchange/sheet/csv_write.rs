//! CSV out: RFC 4180 with commas and CRLF, UTF-8 with byte order mark (without it Excel takes the text for Windows-1250).

use std::borrow::Cow;
use std::io::{BufWriter, Write};

use super::cell::moment_text;
use super::error::SheetError;
use super::guard::guard;
use super::write::{HeadCell, OutCell, SheetWriter, is_plain_decimal, money_text};

pub(crate) struct CsvWriter<W: Write> {
    out: csv::Writer<BufWriter<W>>,
    rows: u32,
}

impl<W: Write> CsvWriter<W> {
    pub(crate) fn new(out: W, heading: &[HeadCell<'_>]) -> Result<Self, SheetError> {
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        out.write_all(b"\xEF\xBB\xBF").map_err(write_error)?;
        let out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(out);
        let mut writer = Self { out, rows: 0 };
        for cell in heading {
            writer
                .out
                .write_field(guard(&cell.title).as_bytes())
                .map_err(write_error)?;
        }
        writer.end_row(heading.len())?;
        Ok(writer)
    }

    fn end_row(&mut self, cells: usize) -> Result<(), SheetError> {
        if cells == 0 {
            return Ok(());
        }
        self.out.write_record(None::<&[u8]>).map_err(write_error)
    }
}

impl<W: Write + Send> SheetWriter for CsvWriter<W> {
    fn write_row(&mut self, cells: &[OutCell<'_>]) -> Result<(), SheetError> {
        for cell in cells {
            self.out
                .write_field(field(cell).as_bytes())
                .map_err(write_error)?;
        }
        self.end_row(cells.len())?;
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<u32, SheetError> {
        self.out.flush().map_err(write_error)?;
        Ok(self.rows)
    }
}

fn field<'a>(cell: &'a OutCell<'_>) -> Cow<'a, str> {
    match cell {
        OutCell::Empty => Cow::Borrowed(""),
        OutCell::Text(text) => guard(text),
        OutCell::Integer(number) => Cow::Owned(number.to_string()),
        // A number that we write is no formula, even a negative one.
        OutCell::Decimal(number) if is_plain_decimal(number) => Cow::Borrowed(number),
        OutCell::Decimal(text) => guard(text),
        OutCell::Money { minor } => Cow::Owned(money_text(*minor)),
        OutCell::Date(date) => Cow::Owned(date.to_string()),
        OutCell::DateTime(moment) => Cow::Owned(moment_text(*moment)),
        OutCell::Bool(true) => Cow::Borrowed("TRUE"),
        OutCell::Bool(false) => Cow::Borrowed("FALSE"),
    }
}

fn write_error(error: impl std::fmt::Display) -> SheetError {
    SheetError::Write(error.to_string())
}
