//! CSV rows (RFC 4180, read tolerantly), a record in memory at a time.

use std::fs::File;
use std::io::{self, Read};

use csv::ByteRecord;

use super::Row;
use super::cell::Cell;
use super::csv_dialect::{self, Dialect};
use super::encoding::{self, TextEncoding, Utf8Reader};
use super::error::{CellProblem, CellProblemKind, SheetError};
use super::guard::unguard;
use super::limits::Limits;

/// A record longer than this is taken for a quotation mark that was never closed.
const RECORD_BYTES: u64 = 8 * 1024 * 1024;
const SAMPLE_BYTES: u64 = 256 * 1024;

pub(super) struct CsvSheet {
    file: File,
    encoding: TextEncoding,
    dialect: Dialect,
    has_columns: bool,
    limits: Limits,
}

impl CsvSheet {
    pub(super) fn open(mut file: File, limits: &Limits) -> Result<Self, SheetError> {
        let encoding = encoding::sniff(&mut file)?;
        let mut sample = Vec::new();
        Utf8Reader::new(file.try_clone()?, encoding)?
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
            file,
            encoding,
            has_columns: dialect.has_sep_line || csv_dialect::has_columns(&sample, dialect),
            dialect,
            limits: limits.clone(),
        })
    }

    /// Whether its rows have more than one column.
    pub(super) fn has_columns(&self) -> bool {
        self.has_columns
    }

    /// The handles share one place in the file: only one set of rows can be read at a time.
    pub(super) fn rows(&mut self) -> Result<CsvRows, SheetError> {
        let inner = Utf8Reader::new(self.file.try_clone()?, self.encoding)?;
        let source = Metered {
            inner,
            left: RECORD_BYTES,
            chunk: Vec::new(),
            chunk_start: 0,
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
            breaks_in_cells: 0,
            with_data: 0,
            limits: self.limits.clone(),
        };
        if self.dialect.has_sep_line {
            rows.read_record()?;
            rows.line = 0;
            rows.breaks_in_cells = 1;
        }
        Ok(rows)
    }
}

pub(super) struct CsvRows {
    reader: csv::Reader<Metered>,
    record: ByteRecord,
    /// Rows passed so far, empty ones included.
    line: u32,
    breaks_in_cells: u64,
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
        let lines = u32::try_from(self.lines_passed()).unwrap_or(u32::MAX);
        self.line = lines.max(self.line.saturating_add(1));
        Ok(true)
    }

    /// Lines of the file so far, those inside cells not counted. The reader passes over empty lines in silence, but a
    /// spreadsheet shows them as rows.
    fn lines_passed(&mut self) -> u64 {
        let breaks = |bytes: &[u8]| bytes.iter().map(|&b| u64::from(b == b'\n')).sum::<u64>();
        self.breaks_in_cells += breaks(self.record.as_slice());
        let place = self.reader.position();
        // Of CRLF the reader leaves the LF to the next record, and the last line may have no end at all.
        let own_end = self.reader.get_ref().byte_before(place.byte()) == Some(b'\n');
        let ends = place.line() - 1 + u64::from(!own_end);
        ends.saturating_sub(self.breaks_in_cells)
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

/// Stops reading when one record has taken all that it may, and knows the bytes handed out last.
struct Metered {
    inner: Utf8Reader,
    left: u64,
    chunk: Vec<u8>,
    chunk_start: u64,
}

impl Metered {
    /// The byte before `place`, which is in the last chunk or at its end.
    fn byte_before(&self, place: u64) -> Option<u8> {
        let at = place.checked_sub(self.chunk_start + 1)?;
        self.chunk.get(at as usize).copied()
    }
}

impl Read for Metered {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.inner.read(buf)?;
        self.left = self.left.saturating_sub(read as u64);
        if read > 0 {
            self.chunk_start += self.chunk.len() as u64;
            self.chunk.clear();
            self.chunk.extend_from_slice(&buf[..read]);
        }
        Ok(read)
    }
}

fn read_error(error: io::Error) -> SheetError {
    if error.kind() == io::ErrorKind::InvalidData {
        SheetError::Encoding
    } else {
        error.into()
    }
}
