//! What a command reads and writes, wherever it runs: in a process of its own or inside the server.

use std::fs::File;
use std::io::Write;

use super::failure::Failure;

/// A file given to a command.
pub(crate) struct InputFile {
    /// Its name without the folder; the ending tells the format.
    pub(crate) name: String,
    pub(crate) file: File,
}

/// The surroundings of one run of a command.
pub(crate) struct Context<'a> {
    /// The first line of the caller's stdin, where the command asks for a password.
    pub(super) password: Option<String>,
    pub(super) input: Option<InputFile>,
    /// Becomes the caller's output file when the command succeeds, and vanishes when it fails.
    pub(super) output: Option<File>,
    /// The caller's stdout.
    pub(crate) out: &'a mut (dyn Write + Send),
    /// The caller's stderr.
    pub(crate) err: &'a mut (dyn Write + Send),
}

impl Context<'_> {
    /// The password from stdin; never empty.
    pub(crate) fn password(&self) -> Result<&str, Failure> {
        match self.password.as_deref() {
            Some(password) if !password.is_empty() => Ok(password),
            _ => Err(Failure::Failed("no password came on stdin".to_owned())),
        }
    }

    /// The file to read, once.
    pub(crate) fn take_input(&mut self) -> Result<InputFile, Failure> {
        self.input
            .take()
            .ok_or_else(|| Failure::Failed("no file came with the command".to_owned()))
    }

    /// The file to write.
    pub(crate) fn output(&mut self) -> Result<&mut File, Failure> {
        self.output
            .as_mut()
            .ok_or_else(|| Failure::Failed("the command names no file to write".to_owned()))
    }
}

/// The longest password that is read, in bytes; longer ones are refused where passwords are set, too.
const LONGEST_PASSWORD: u64 = 4096;

/// Reads a password: the first line, without its line break.
pub(super) fn read_password(input: impl std::io::Read) -> Result<String, Failure> {
    use std::io::{BufRead, BufReader};
    let mut line = String::new();
    let mut input = BufReader::new(input.take(LONGEST_PASSWORD + 2));
    input
        .read_line(&mut line)
        .map_err(|error| Failure::io("the password on stdin", error))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.len() as u64 {
        0 => Err(Failure::Failed("no password came on stdin".to_owned())),
        length if length > LONGEST_PASSWORD => Err(Failure::Failed(
            "the password on stdin is too long".to_owned(),
        )),
        _ => Ok(line.to_owned()),
    }
}
