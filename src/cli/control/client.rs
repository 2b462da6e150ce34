//! The command's side of the control socket.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::frame::{self, Kind};
use super::{Exit, Request, VERSION, socket};
use crate::cli::context::InputFile;
use crate::cli::failure::Failure;
use crate::cli::office::OfficeCommand;

/// A command to be run by the server that holds a data folder.
pub(crate) struct Call<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) command: &'a OfficeCommand,
    pub(crate) password: Option<&'a str>,
    pub(crate) input: Option<&'a InputFile>,
    /// Takes the output file's bytes.
    pub(crate) output: Option<&'a File>,
    /// How long the server may stay silent, at each step.
    pub(crate) patience: Duration,
}

/// What became of a call.
pub(crate) enum Reached {
    /// The command ran, or was refused.
    Answered(Result<(), Failure>),
    /// No server listens; nothing was done.
    Nobody,
    /// A server is there and does not answer.
    Silent,
}

/// Why the exchange of frames ended before `Exit`.
enum Broken {
    /// Before the server had accepted the command.
    Early(io::Error),
    /// While it ran.
    Late(io::Error),
    /// Something on this side: stdout, the files.
    Here(Failure),
}

impl Call<'_> {
    /// Sends the command and passes on what it writes.
    pub(crate) fn send(&self, out: &mut dyn Write, err: &mut dyn Write) -> Reached {
        let Ok(stream) = socket::connect(self.folder) else {
            return Reached::Nobody;
        };
        match self.converse(stream, out, err) {
            Ok(exit) => Reached::Answered(exit.failure.map_or(Ok(()), Err)),
            Err(Broken::Here(failure)) => Reached::Answered(Err(failure)),
            Err(Broken::Early(error) | Broken::Late(error)) if is_timeout(&error) => {
                Reached::Silent
            }
            Err(Broken::Early(_)) => Reached::Nobody,
            Err(Broken::Late(error)) => Reached::Answered(Err(Failure::Failed(format!(
                "the server broke off before the command had ended: {error}"
            )))),
        }
    }

    fn converse(
        &self,
        mut stream: UnixStream,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<Exit, Broken> {
        stream
            .set_read_timeout(Some(self.patience))
            .map_err(Broken::Early)?;
        stream
            .set_write_timeout(Some(self.patience))
            .map_err(Broken::Early)?;
        let request = Request {
            version: VERSION.to_owned(),
            command: self.command.clone(),
            password: self.password.map(str::to_owned),
            file_name: self.input.map(|input| input.name.clone()),
            writes_file: self.output.is_some(),
        };
        let request = serde_json::to_vec(&request)
            .map_err(|error| Broken::Here(Failure::Failed(error.to_string())))?;
        frame::write(&mut stream, Kind::Request, &request).map_err(Broken::Early)?;
        match frame::read(&mut stream).map_err(Broken::Early)? {
            (Kind::Accepted, _) => {}
            (Kind::Exit, exit) => return read_exit(&exit),
            (kind, _) => return Err(Broken::Early(unexpected(kind))),
        }
        if let Some(input) = self.input {
            frame::write_file(&mut stream, &input.file).map_err(Broken::Late)?;
            frame::write(&mut stream, Kind::FileEnd, b"").map_err(Broken::Late)?;
        }
        loop {
            let (kind, bytes) = frame::read(&mut stream).map_err(Broken::Late)?;
            let here = |what, result: io::Result<()>| {
                result.map_err(|error| Broken::Here(Failure::io(what, error)))
            };
            match (kind, self.output) {
                (Kind::Alive, _) => {}
                (Kind::Out, _) => here("stdout", out.write_all(&bytes))?,
                (Kind::Err, _) => here("stderr", err.write_all(&bytes))?,
                (Kind::File, Some(mut file)) => here("the file to write", file.write_all(&bytes))?,
                (Kind::Exit, _) => return read_exit(&bytes),
                (kind, _) => return Err(Broken::Late(unexpected(kind))),
            }
        }
    }
}

fn read_exit(bytes: &[u8]) -> Result<Exit, Broken> {
    serde_json::from_slice(bytes).map_err(|error| Broken::Late(error.into()))
}

fn unexpected(kind: Kind) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a frame {kind:?} came out of turn"),
    )
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
