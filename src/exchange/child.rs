//! The process that reads a stranger's sheet: the same program, called by itself, with limits that it cannot leave.
//!
//! The file is its stdin, the rows are its stdout (see [`wire`](super::sheet::wire)). It sets its limits before it reads
//! a byte, opens nothing by name and writes no file.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::sheet::{self, Limits, SheetError, wire};

/// Memory of the process. Large sheets of the streamed kinds (.xlsx, .csv) stay far below, but for a table of shared
/// texts; .xls and .ods are whole in memory while they are read: about 6 million filled cells.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// A sheet of a million rows takes a fraction of it.
const CPU_SECONDS: u64 = 120;
/// The standard three, what the loader may hold, and handles of the sheet.
const OPEN_FILES: u64 = 16;

/// What the process is told to read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    /// By which the person knows the file.
    pub(super) file_name: String,
    /// The sheet of a workbook; the first with rows where not given.
    #[serde(default)]
    pub(super) sheet: Option<String>,
    pub(super) limits: Limits,
}

/// Reads the sheet on stdin and writes its rows to stdout: the program's hidden command.
pub(crate) fn main(order: &str) -> ExitCode {
    // What a panic over a hostile file has to say is in the error it becomes.
    std::panic::set_hook(Box::new(|_| {}));
    let work = || -> io::Result<()> {
        limit_itself()?;
        let order: Order = serde_json::from_str(order)?;
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        serve(input, &order, output)
    };
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("read-sheet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn limit_itself() -> io::Result<()> {
    let at_most = |most| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    for (resource, most) in [
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
        (Resource::Nofile, OPEN_FILES),
    ] {
        setrlimit(resource, at_most(most))?;
    }
    Ok(())
}

/// Bytes of rows that are handed over at once.
const BATCH: usize = 128 * 1024;

/// Reads the sheet in `file` and writes it as a stream of frames. Whoever reads slowly slows this down.
pub(super) fn serve(file: File, order: &Order, mut out: impl Write) -> io::Result<()> {
    let mut batch = wire::MAGIC.to_vec();
    let result = rows(file, order, &mut batch, &mut out);
    match result {
        Ok(()) => wire::put(&mut batch, wire::END, &[]),
        Err(Ended::Gone(error)) => return Err(error),
        Err(Ended::Sheet(error)) => {
            let json = serde_json::to_vec(&error)?;
            wire::put(&mut batch, wire::FAILED, &json);
        }
    }
    out.write_all(&batch)?;
    out.flush()
}

enum Ended {
    Sheet(SheetError),
    /// Nobody takes the rows any more.
    Gone(io::Error),
}

impl From<SheetError> for Ended {
    fn from(error: SheetError) -> Self {
        Self::Sheet(error)
    }
}

fn rows(file: File, order: &Order, batch: &mut Vec<u8>, out: &mut impl Write) -> Result<(), Ended> {
    let wanted = order.sheet.as_deref();
    let mut sheet = sheet::open(file, &order.file_name, wanted, &order.limits)?;
    let contents =
        serde_json::to_vec(&sheet.contents()).map_err(|error| Ended::Gone(error.into()))?;
    wire::put(batch, wire::CONTENTS, &contents);
    for row in sheet.rows()? {
        wire::put_row(batch, &row?);
        if batch.len() >= BATCH {
            out.write_all(batch).map_err(Ended::Gone)?;
            batch.clear();
        }
    }
    Ok(())
}
