//! CSV rows (RFC 4180, read tolerantly), a record in memory at a time.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;

use super::cell::Cell;
use super::csv_dialect::{self, Dialect};
use super::encoding::{self, TextEncoding, Utf8Reader};
use super::error::SheetError;
use super::guard::unguard;
use super::limits::Limits;
use super::{CellProblem, CellProblemKind, Row};

/// A record longer than this is taken for a quotation mark that was never closed.
const RECORD_BYTES: u64 = 8 * 1024 * 1024;
const SAMPLE_BYTES: u64 = 256 * 1024;

pub(super) struct CsvSheet {
    path: PathBuf,
    encoding: TextEncoding,
    dialect: Dialect,
    limits: Limits,
}

impl CsvSheet {
    pub(super) fn open(path: &Path, mut file: File, limits: &Limits) -> Result<Self, SheetError> {
        let encoding = encoding::sniff(&mut file)?;
        let mut sample = Vec::new();
        Utf8Reader::new(file, encoding)?
            .take(SAMPLE_BYTES)
            .read_to_end(&mut sample)
            .map_err(read_error)?;
        let complete = (sample.len() as u64) < SAMPLE_BYTES;
        let sample = String::from_utf8_lossy(&sample);
        if complete && sample.trim().is_empty() {
            return Err(SheetError::Empty);
        }
        let dialect = csv_dialect::sniff(&sample, complete);
        Ok(Self {
            path: path.to_owned(),
            encoding,
            dialect,
            limits: limits.clone(),
        })
    }

    pub(super) fn rows(&mut self) -> Result<CsvRows, SheetError> {
        let source = Metered {
            inner: Utf8Reader::new(File::open(&self.path)?, self.encoding)?,
            left: RECORD_BYTES,
        };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.dialect.delimiter)
            .buffer_capacity(64 * 1024)
            .from_reader(source);
        let mut rows = CsvRows {
            reader,
            record: ByteRecord::new(),
            line: 0,
            with_data: 0,
            limits: self.limits.clone(),
        };
        if self.dialect.has_sep_line {
            rows.read_record()?;
            rows.line = 0;
        }
        Ok(rows)
    }
}

pub(super) struct CsvRows {
    reader: csv::Reader<Metered>,
    record: ByteRecord,
    /// Rows passed so far, empty ones included.
    line: u32,
    with_data: u32,
    limits: Limits,
}

impl CsvRows {
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        if !self.read_record()? {
            return Ok(None);
        }
        let mut row = Row {
            number: self.line,
            cells: Vec::with_capacity(self.record.len()),
            problems: Vec::new(),
        };
        for (column, field) in self.record.iter().enumerate() {
            if field.is_empty() {
                continue;
            }
            if column >= self.limits.columns {
                return Err(SheetError::TooManyColumns {
                    row: self.line,
                    limit: self.limits.columns,
                });
            }
            let field = std::str::from_utf8(field).map_err(|_| SheetError::Encoding)?;
            row.cells.resize(column + 1, Cell::Empty);
            row.put(
                column,
                Cell::Text(unguard(field).into_owned()),
                self.limits.cell_chars,
            );
        }
        if !row.cells.is_empty() {
            self.with_data += 1;
            // The heading is one more.
            if self.with_data > self.limits.rows.saturating_add(1) {
                return Err(SheetError::TooManyRows {
                    limit: self.limits.rows,
                });
            }
        }
        Ok(Some(row))
    }

    fn read_record(&mut self) -> Result<bool, SheetError> {
        self.reader.get_mut().left = RECORD_BYTES;
        let found = self.reader.read_byte_record(&mut self.record);
        if self.reader.get_ref().left == 0 && !matches!(found, Ok(true)) {
            return Err(SheetError::EndlessRow {
                row: self.line.saturating_add(1),
            });
        }
        if !found.map_err(|error| read_error(error.into()))? {
            return Ok(false);
        }
        self.line = self
            .line
            .saturating_add(1)
            .saturating_add(self.empty_lines_before_record());
        Ok(true)
    }

    /// The reader passes over empty lines, which a spreadsheet shows as rows: of the lines between the two places, those
    /// that are neither the record's end nor line breaks in its cells.
    fn empty_lines_before_record(&self) -> u32 {
        let Some(start) = self.record.position() else {
            return 0;
        };
        let passed = self.reader.position().line().saturating_sub(start.line());
        let inside = self
            .record
            .as_slice()
            .iter()
            .filter(|&&b| b == b'\n')
            .count() as u64;
        u32::try_from(passed.saturating_sub(inside + 1)).unwrap_or(u32::MAX)
    }
}

impl Row {
    /// Sets a cell, or notes that its text is too long. `cells` must reach to `column`.
    pub(super) fn put(&mut self, column: usize, cell: Cell, limit: usize) {
        if let Cell::Text(text) = &cell
            && text.len() > limit
        {
            let chars = text.chars().count();
            if chars > limit {
                self.problems.push(CellProblem {
                    column,
                    kind: CellProblemKind::TooLong { chars, limit },
                });
                return;
            }
        }
        self.cells[column] = cell;
    }
}

/// Stops reading when one record has taken all that it may.
struct Metered {
    inner: Utf8Reader,
    left: u64,
}

impl Read for Metered {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.inner.read(buf)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

fn read_error(error: io::Error) -> SheetError {
    if error.kind() == io::ErrorKind::InvalidData {
        SheetError::Encoding
    } else {
        SheetError::Read(error)
    }
}
