//! Sheets as the rest of the program sees them: read once, by a process that may be lost, and kept as rows.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::child::Order;
use super::sheet::wire::{self, Frames};
use super::sheet::{Cell, Contents, Limits, Row, SheetError, is_error_name};
use super::watch::{Phase, Watch};

mod process;
mod turn;

use process::{Output, Process};
use turn::Turn;

/// A sheet that was read to its end. Its rows lie in a nameless file and can be gone through again and again.
pub(crate) struct KeptSheet {
    contents: Contents,
    spool: File,
    folder: PathBuf,
    foreign: bool,
}

/// The beginning of a sheet.
pub(crate) struct Peek {
    pub(crate) contents: Contents,
    pub(crate) rows: Vec<Row>,
}

/// Which part of which file is read.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a File,
    /// The name the person knows it by; the content tells the kind.
    pub(crate) file_name: &'a str,
    /// The sheet of a workbook; the first visible one with rows where not given.
    pub(crate) sheet: Option<&'a str>,
    pub(crate) limits: &'a Limits,
}

impl Source<'_> {
    fn start(self, watch: &Watch) -> Result<Reading, SheetError> {
        let mut file = self.file.try_clone()?;
        if file.metadata()?.len() > self.limits.file_bytes {
            return Err(SheetError::FileTooLarge {
                limit_mb: self.limits.file_bytes / 1_000_000,
            });
        }
        file.seek(SeekFrom::Start(0))?;
        let order = Order {
            file_name: ending_of(self.file_name),
            sheet: self.sheet.map(str::to_owned),
            limits: self.limits.clone(),
        };
        Reading::start(file, order, watch)
    }

    /// Reads the beginning of the sheet, at most so many rows, and leaves the rest. Blocks.
    pub(crate) fn peek(self, most: usize) -> Result<Peek, SheetError> {
        let mut reading = self.start(&Watch::default())?;
        let contents = reading.contents()?;
        let mut rows = Vec::new();
        while rows.len() < most
            && let Some(payload) = reading.next()?
        {
            rows.push(wire::row(payload)?);
        }
        Ok(Peek { contents, rows })
    }

    /// Reads the sheet to its end. `folder` is where its rows are kept meanwhile. Blocks.
    pub(crate) fn keep(self, folder: &Path, watch: &Watch) -> Result<KeptSheet, SheetError> {
        let mut reading = self.start(watch)?;
        let contents = reading.contents()?;
        let spool = tempfile::tempfile_in(folder).map_err(no_room)?;
        let mut out = BufWriter::with_capacity(256 * 1024, &spool);
        let (mut rows, mut bytes) = (0_u64, 0_u64);
        let mut head = Vec::with_capacity(wire::HEAD);
        while let Some(payload) = reading.next()? {
            head.clear();
            wire::put(&mut head, wire::ROW, &[]);
            head[1..].copy_from_slice(&(payload.len() as u32).to_le_bytes());
            bytes += (wire::HEAD + payload.len()) as u64;
            if bytes > self.limits.unpacked_bytes {
                return Err(SheetError::UnpacksTooLarge);
            }
            out.write_all(&head).map_err(no_room)?;
            out.write_all(payload).map_err(no_room)?;
            rows += 1;
            if rows.is_multiple_of(1000) {
                watch.tell(Phase::Reading, rows, None);
            }
        }
        out.flush().map_err(no_room)?;
        drop(out);
        Ok(KeptSheet {
            contents,
            spool,
            folder: folder.to_owned(),
            foreign: false,
        })
    }
}

/// Characters of a name's end that tell what the file claims to be. More of it would only stand among the processes of the
/// machine for everybody to read.
const ENDING: usize = 16;

fn ending_of(file_name: &str) -> String {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
    format!("sheet.{}", ending.chars().take(ENDING).collect::<String>())
}

/// The spool cannot be written.
fn no_room(error: io::Error) -> SheetError {
    SheetError::Write(error.to_string())
}

impl KeptSheet {
    /// What the file is and which sheets it has.
    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Whether the sheet comes from another program: cells that say `NULL`, as database dumps do, are empty then, and
    /// `#N/A` is an error though it be text.
    pub(crate) fn foreign(&mut self, yes: bool) {
        self.foreign = yes;
    }

    /// Where what belongs to it may be kept.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// All rows with data from the first on, the heading included.
    pub(crate) fn rows(&self) -> Rows<'_> {
        let at = At {
            file: &self.spool,
            place: 0,
        };
        Rows {
            frames: Frames::new(BufReader::with_capacity(256 * 1024, at)),
            foreign: self.foreign,
        }
    }
}

/// The rows of a [`KeptSheet`], one in memory at a time.
pub(crate) struct Rows<'a> {
    frames: Frames<BufReader<At<'a>>>,
    foreign: bool,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut row = match self.frames.next() {
                Ok(None) => return None,
                Ok(Some((_, payload))) => match wire::row(payload) {
                    Ok(row) => row,
                    Err(error) => return Some(Err(error.into())),
                },
                Err(error) => return Some(Err(error.into())),
            };
            if self.foreign {
                row.cells.iter_mut().for_each(foreign);
            }
            if !row.problems.is_empty() || !row.cells.iter().all(Cell::is_blank) {
                return Some(Ok(row));
            }
        }
    }
}

fn foreign(cell: &mut Cell) {
    let Cell::Text(text) = cell else { return };
    let plain = text.trim();
    if plain == "NULL" {
        *cell = Cell::Empty;
    } else if is_error_name(plain) {
        *cell = Cell::Error(plain.to_owned());
    }
}

/// Reads a file from a place of its own, so that several can read it at once.
pub(super) struct At<'a> {
    pub(super) file: &'a File,
    pub(super) place: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buf, self.place)?;
        self.place += read as u64;
        Ok(read)
    }
}

/// A sheet on its way from the process that reads it.
struct Reading {
    frames: Frames<BufReader<Output>>,
    /// `None` where tests read in a thread of their own process.
    process: Option<Process>,
    done: bool,
    /// After the process, so that the next one begins when this one has ended.
    _turn: Turn,
}

impl Reading {
    fn start(file: File, order: Order, watch: &Watch) -> Result<Self, SheetError> {
        let turn = Turn::wait(watch)?;
        let (process, output) = begin(file, order, watch)?;
        let mut source = BufReader::with_capacity(256 * 1024, output);
        let mut magic = [0; wire::MAGIC.len()];
        let began = source.read_exact(&mut magic).is_ok() && magic == *wire::MAGIC;
        let mut reading = Self {
            frames: Frames::new(source),
            process,
            done: false,
            _turn: turn,
        };
        if began {
            Ok(reading)
        } else {
            Err(reading.lost())
        }
    }

    fn contents(&mut self) -> Result<Contents, SheetError> {
        match self.frames.next() {
            Ok(Some((wire::CONTENTS, json))) => {
                serde_json::from_slice(json).map_err(|error| SheetError::reader(&error))
            }
            Ok(Some((wire::FAILED, json))) => Err(failure(json)),
            _ => Err(self.lost()),
        }
    }

    /// The payload of the next row; `None` after the last.
    fn next(&mut self) -> Result<Option<&[u8]>, SheetError> {
        if self.done {
            return Ok(None);
        }
        match self.frames.advance() {
            Ok(Some(wire::ROW)) => Ok(Some(self.frames.payload())),
            Ok(Some(wire::END)) => {
                self.done = true;
                Ok(None)
            }
            Ok(Some(wire::FAILED)) => Err(failure(self.frames.payload())),
            _ => Err(self.lost()),
        }
    }

    fn lost(&mut self) -> SheetError {
        match &mut self.process {
            Some(process) => process.why_lost(),
            None => SheetError::reader(&"it ended early"),
        }
    }
}

/// The command that reads a sheet; see [`child::main`](super::child::main).
#[cfg(not(test))]
const COMMAND: &str = "read-sheet";

#[cfg(not(test))]
fn begin(file: File, order: Order, watch: &Watch) -> Result<(Option<Process>, Output), SheetError> {
    // This very program, even where its file has been replaced by a newer one since it was started.
    let mut program = PathBuf::from("/proc/self/exe");
    if !program.exists() {
        program = std::env::current_exe().map_err(|error| SheetError::reader(&error))?;
    }
    let order = serde_json::to_string(&order).map_err(|error| SheetError::reader(&error))?;
    let (process, output) = Process::start(&program, &[COMMAND, &order], file, watch)?;
    Ok((Some(process), output))
}

/// The program of unit tests has no commands: a thread does the same work.
#[cfg(test)]
fn begin(file: File, order: Order, _: &Watch) -> Result<(Option<Process>, Output), SheetError> {
    let (output, input) = io::pipe()?;
    std::thread::spawn(move || super::child::serve(file, &order, input));
    Ok((None, Box::new(output)))
}

fn failure(json: &[u8]) -> SheetError {
    serde_json::from_slice(json).unwrap_or_else(|error| SheetError::reader(&error))
}

/// Told by the watcher of a process.
#[derive(Default)]
struct Fate {
    too_long: AtomicBool,
    stopped: AtomicBool,
}

impl Fate {
    fn error(fate: &Arc<Self>) -> Option<SheetError> {
        if fate.stopped.load(Ordering::Relaxed) {
            Some(SheetError::Stopped)
        } else if fate.too_long.load(Ordering::Relaxed) {
            Some(SheetError::TakesTooLong)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
