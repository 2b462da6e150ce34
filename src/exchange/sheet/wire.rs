//! Rows on their way from the process that reads a sheet to the one that uses them, and in the file that keeps them.
//!
//! A stream is [`MAGIC`], then frames: a tag, the length of what follows (u32, little-endian), and that. Both ends are
//! the same program, yet the reading end trusts nothing: lengths are bounded and broken frames are errors.

use std::io::{self, Read};

use jiff::civil::{Date, DateTime, Time};

use super::Row;
use super::cell::Cell;
use super::error::{CellProblem, CellProblemKind};

/// How every stream begins.
pub(in crate::exchange) const MAGIC: &[u8; 8] = b"KSHEET1\n";

/// What the file is: [`Contents`](super::Contents) as JSON.
pub(in crate::exchange) const CONTENTS: u8 = b'C';
/// A row.
pub(in crate::exchange) const ROW: u8 = b'R';
/// Why reading ended early: a [`SheetError`](super::SheetError) as JSON.
pub(in crate::exchange) const FAILED: u8 = b'F';
/// Every row was given.
pub(in crate::exchange) const END: u8 = b'E';

/// Bytes of the tag and length of a frame.
pub(in crate::exchange) const HEAD: usize = 5;
/// No frame is longer; rows are refused long before (see [`ROW_BYTES`](super::ROW_BYTES)).
const MOST: usize = 64 * 1024 * 1024;

/// What a frame is broken by.
fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

/// Adds a frame.
pub(in crate::exchange) fn put(out: &mut Vec<u8>, tag: u8, payload: &[u8]) {
    out.push(tag);
    out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    out.extend_from_slice(payload);
}

/// Adds a row's frame.
pub(in crate::exchange) fn put_row(out: &mut Vec<u8>, row: &Row) {
    let start = out.len();
    put(out, ROW, &[]);
    put_number(out, row.number.into());
    put_number(out, row.cells.len() as u64);
    for cell in &row.cells {
        put_cell(out, cell);
    }
    put_number(out, row.problems.len() as u64);
    for problem in &row.problems {
        put_number(out, problem.column as u64);
        match problem.kind {
            CellProblemKind::TooLong { chars, limit } => {
                out.push(0);
                put_number(out, chars as u64);
                put_number(out, limit as u64);
            }
            CellProblemKind::FormulaWithoutResult => out.push(1),
        }
    }
    let length = (out.len() - start - HEAD) as u32;
    out[start + 1..start + HEAD].copy_from_slice(&length.to_le_bytes());
}

fn put_cell(out: &mut Vec<u8>, cell: &Cell) {
    match cell {
        Cell::Empty => out.push(0),
        Cell::Text(text) => put_text(out, 1, text),
        Cell::Number(number) => put_float(out, 2, *number),
        Cell::Percent(number) => put_float(out, 3, *number),
        Cell::Date(date) => {
            out.push(4);
            put_date(out, *date);
        }
        Cell::DateTime(moment) => {
            out.push(5);
            put_date(out, moment.date());
            let time = moment.time();
            out.extend_from_slice(&[time.hour() as u8, time.minute() as u8, time.second() as u8]);
            out.extend_from_slice(&time.subsec_nanosecond().to_le_bytes());
        }
        Cell::Bool(yes) => out.push(6 + u8::from(*yes)),
        Cell::Error(code) => put_text(out, 8, code),
    }
}

fn put_text(out: &mut Vec<u8>, tag: u8, text: &str) {
    out.push(tag);
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_float(out: &mut Vec<u8>, tag: u8, number: f64) {
    out.push(tag);
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_date(out: &mut Vec<u8>, date: Date) {
    out.extend_from_slice(&date.year().to_le_bytes());
    out.extend_from_slice(&[date.month() as u8, date.day() as u8]);
}

/// Seven bits a byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads frames; the stream's [`MAGIC`] must be off already.
pub(in crate::exchange) struct Frames<R> {
    source: R,
    payload: Vec<u8>,
}

impl<R: Read> Frames<R> {
    pub(in crate::exchange) fn new(source: R) -> Self {
        Self {
            source,
            payload: Vec::new(),
        }
    }

    /// The next frame's tag and payload; `None` at the end of the stream.
    pub(in crate::exchange) fn next(&mut self) -> io::Result<Option<(u8, &[u8])>> {
        Ok(self.advance()?.map(|tag| (tag, self.payload.as_slice())))
    }

    /// What follows the tag of the last frame.
    pub(in crate::exchange) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Goes on to the next frame and gives its tag.
    pub(in crate::exchange) fn advance(&mut self) -> io::Result<Option<u8>> {
        let mut tag = [0];
        loop {
            match self.source.read(&mut tag) {
                Ok(0) => return Ok(None),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let mut length = [0; 4];
        self.source.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > MOST {
            return Err(broken());
        }
        self.payload.clear();
        let read = (&mut self.source)
            .take(length as u64)
            .read_to_end(&mut self.payload)?;
        if read < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(Some(tag[0]))
    }
}

/// The row of a frame.
pub(in crate::exchange) fn row(payload: &[u8]) -> io::Result<Row> {
    let mut bytes = Bytes(payload);
    let number = u32::try_from(bytes.number()?).map_err(|_| broken())?;
    let count = bytes.count()?;
    let mut cells = Vec::with_capacity(count);
    for _ in 0..count {
        cells.push(bytes.cell()?);
    }
    let count = bytes.count()?;
    let mut problems = Vec::with_capacity(count);
    for _ in 0..count {
        let column = bytes.number()? as usize;
        let kind = match bytes.byte()? {
            0 => CellProblemKind::TooLong {
                chars: bytes.number()? as usize,
                limit: bytes.number()? as usize,
            },
            1 => CellProblemKind::FormulaWithoutResult,
            _ => return Err(broken()),
        };
        problems.push(CellProblem { column, kind });
    }
    Ok(Row {
        number,
        cells,
        problems,
    })
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| broken())
    }

    fn byte(&mut self) -> io::Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(broken())
    }

    /// A number of things of at least a byte each: never more than there are bytes.
    fn count(&mut self) -> io::Result<usize> {
        let count = self.number()?;
        if count > self.0.len() as u64 {
            return Err(broken());
        }
        Ok(count as usize)
    }

    fn cell(&mut self) -> io::Result<Cell> {
        Ok(match self.byte()? {
            0 => Cell::Empty,
            1 => Cell::Text(self.text()?),
            2 => Cell::Number(f64::from_le_bytes(self.array()?)),
            3 => Cell::Percent(f64::from_le_bytes(self.array()?)),
            4 => Cell::Date(self.date()?),
            5 => {
                let date = self.date()?;
                let [hour, minute, second] = self.array::<3>()?.map(|part| part as i8);
                let nanos = i32::from_le_bytes(self.array()?);
                let time = Time::new(hour, minute, second, nanos).map_err(|_| broken())?;
                Cell::DateTime(DateTime::from_parts(date, time))
            }
            6 => Cell::Bool(false),
            7 => Cell::Bool(true),
            8 => Cell::Error(self.text()?),
            _ => return Err(broken()),
        })
    }

    fn text(&mut self) -> io::Result<String> {
        let length = self.count()?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| broken())?;
        Ok(text.to_owned())
    }

    fn date(&mut self) -> io::Result<Date> {
        let year = i16::from_le_bytes(self.array()?);
        let [month, day] = self.array::<2>()?.map(|part| part as i8);
        Date::new(year, month, day).map_err(|_| broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_cell() -> Row {
        let date = Date::constant(2026, 11, 24);
        Row {
            number: 1_048_576,
            cells: vec![
                Cell::Empty,
                Cell::Text("Żółć\n".repeat(50)),
                Cell::Number(-0.1),
                Cell::Percent(0.075),
                Cell::Date(date),
                Cell::DateTime(date.at(23, 59, 59, 123_000_000)),
                Cell::Bool(true),
                Cell::Bool(false),
                Cell::Error("#N/A".into()),
            ],
            problems: vec![
                CellProblem {
                    column: 300,
                    kind: CellProblemKind::TooLong {
                        chars: 40_000,
                        limit: 32_767,
                    },
                },
                CellProblem {
                    column: 0,
                    kind: CellProblemKind::FormulaWithoutResult,
                },
            ],
        }
    }

    #[test]
    fn rows_come_through_unchanged() {
        let mut stream = Vec::new();
        put(&mut stream, CONTENTS, b"{}");
        put_row(&mut stream, &every_cell());
        put(&mut stream, END, b"");
        let mut frames = Frames::new(stream.as_slice());
        assert_eq!(frames.next().unwrap(), Some((CONTENTS, &b"{}"[..])));
        let (tag, payload) = frames.next().unwrap().unwrap();
        assert_eq!((tag, row(payload).unwrap()), (ROW, every_cell()));
        assert_eq!(frames.next().unwrap(), Some((END, &b""[..])));
        assert_eq!(frames.next().unwrap(), None);
    }

    #[test]
    fn broken_frames_are_errors() {
        let mut stream = Vec::new();
        put_row(&mut stream, &every_cell());
        for cut in 1..stream.len() {
            assert!(Frames::new(&stream[..cut]).next().is_err(), "{cut}");
            assert!(row(&stream[HEAD..cut.max(HEAD)]).is_err(), "{cut}");
        }
        let endless = [ROW, 0xFF, 0xFF, 0xFF, 0xFF];
        assert!(Frames::new(&endless[..]).next().is_err());
        // A count of cells that would fill memory.
        assert!(row(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).is_err());
    }
}
