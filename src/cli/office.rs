//! Commands about the firm's data, which run in this process or, where a server holds the data folder, inside it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::context::{Context, InputFile, read_password};
use super::control::client::{Call, Reached};
use super::execute::execute;
use super::failure::Failure;
use super::{Common, audit, backup, doctor, export, import, init, no_firm, role, token, user};
use crate::app;
use crate::app::data_dir::DataDir;

/// A command about the firm's data.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum OfficeCommand {
    /// Makes the firm and its owner.
    Init(init::InitArgs),
    /// Accounts, and the way back in for someone locked out.
    #[command(subcommand)]
    User(user::UserCommand),
    /// What each role may do.
    #[command(subcommand)]
    Role(role::RoleCommand),
    /// Keys for programs that use the API.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Brings records in from a file.
    Import(import::ImportArgs),
    /// Writes records to a file.
    Export(export::ExportArgs),
    /// Who did what, from where.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Checks everything a firm depends on, a line each; exits with 1 where anything fails.
    Doctor(doctor::DoctorArgs),
    /// Archives of the firm: made, proved, listed, and the key that opens them.
    Backup(backup::BackupArgs),
    /// Asks a running server whether its data can be read.
    #[command(skip)]
    Ping,
}

impl OfficeCommand {
    /// Settles what only the caller's side knows.
    fn prepare(&mut self, common: &Common) -> Result<(), Failure> {
        match self {
            Self::Export(args) => args.settle_format(),
            Self::Import(args) => args.settle(),
            Self::Backup(args) => {
                args.settle(common.config.as_ref());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn wants_password(&self) -> bool {
        match self {
            Self::Init(args) => args.password_stdin,
            Self::User(user::UserCommand::Add(args)) => args.password_stdin,
            Self::User(user::UserCommand::SetPassword(args)) => args.password_stdin,
            _ => false,
        }
    }

    fn input_path(&self) -> Option<&Path> {
        match self {
            Self::Import(args) => Some(&args.file),
            Self::Backup(args) => args.archive_file(),
            _ => None,
        }
    }

    fn output_path(&self) -> Option<&Path> {
        match self {
            Self::Export(args) => Some(&args.out),
            Self::Import(args) => args.failed_rows.as_deref(),
            _ => None,
        }
    }

    /// Whether it may begin in a folder that does not exist yet.
    fn makes_folder(&self) -> bool {
        matches!(self, Self::Init(_))
    }
}

/// How long to look for a way in while another process holds the data folder but no server answers: another command
/// ends soon, a server that is starting opens its socket soon.
const LOOKING: Duration = Duration::from_secs(10);

/// How long a server may stay silent.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs a command where the data is.
pub(super) fn run(command: OfficeCommand, common: &Common) -> Result<(), Failure> {
    run_into(command, common, &mut io::stdout())
}

/// The same; what goes to stdout goes to `out`.
pub(super) fn run_into(
    mut command: OfficeCommand,
    common: &Common,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    command.prepare(common)?;
    if let OfficeCommand::Backup(args) = &command
        && let Some(done) = args
            .verify_alone(common)
            .or_else(|| no_firm::run(args, common))
            .or_else(|| args.without_firm(common))
    {
        return done;
    }
    let input = command.input_path().map(open_input).transpose()?;
    let output = command.output_path().map(OutputFile::beside).transpose()?;
    let password = if command.wants_password() {
        Some(read_password(io::stdin())?)
    } else {
        None
    };
    let mut err = io::stderr();
    let started = Instant::now();
    loop {
        let opened = if command.makes_folder() {
            DataDir::create(&common.data, Duration::ZERO)
        } else {
            DataDir::open(&common.data, Duration::ZERO)
        };
        let busy = match opened {
            Ok(data) => {
                let config = common.load_config()?;
                let program = match command {
                    OfficeCommand::Init(ref args) if args.encrypt => {
                        app::open_encrypting(&data, &config, &common.source())?
                    }
                    OfficeCommand::Import(_) => {
                        app::open_to_load(&data, &config, &common.source())?
                    }
                    _ => app::open(&data, &config, &common.source())?,
                };
                let mut context = Context {
                    password,
                    input,
                    output: output.as_ref().map(OutputFile::handle).transpose()?,
                    out: &mut *out,
                    err: &mut err,
                };
                execute(program.office(), &command, &mut context)?;
                break;
            }
            Err(busy @ Failure::InUse(_)) => busy,
            Err(other) => return Err(other),
        };
        let call = Call {
            folder: &common.data,
            command: &command,
            password: password.as_deref(),
            input: input.as_ref(),
            output: output.as_ref().map(|output| output.file.as_file()),
            patience: PATIENCE,
        };
        match call.send(out, &mut err) {
            Reached::Answered(answer) => {
                answer?;
                break;
            }
            Reached::Silent => {
                return Err(Failure::in_use(&common.data, ", which does not answer"));
            }
            Reached::Nobody if started.elapsed() > LOOKING => return Err(busy),
            Reached::Nobody => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    out.flush().map_err(|error| Failure::io("stdout", error))?;
    output.map_or(Ok(()), OutputFile::keep)
}

fn open_input(path: &Path) -> Result<InputFile, Failure> {
    let file = File::open(path).map_err(|error| Failure::io(path.display(), error))?;
    let kind = file
        .metadata()
        .map_err(|error| Failure::io(path.display(), error))?;
    if kind.is_dir() {
        return Err(Failure::Failed(format!(
            "{}: this is a folder, not a file",
            path.display()
        )));
    }
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(InputFile { name, file })
}

/// The file a command writes: it appears under its name only when the command has succeeded.
struct OutputFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl OutputFile {
    fn beside(path: &Path) -> Result<Self, Failure> {
        let unwritable = |error| Failure::io(path.display(), error);
        // A device or pipe cannot be replaced by renaming: it gets the contents at the end.
        let special = path.metadata().is_ok_and(|kind| !kind.is_file());
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file = if special {
            NamedTempFile::new()
        } else {
            NamedTempFile::new_in(folder)
        };
        let (path, file) = (path.to_owned(), file.map_err(unwritable)?);
        Ok(Self { path, file })
    }

    fn handle(&self) -> Result<File, Failure> {
        self.file
            .reopen()
            .map_err(|error| Failure::io(self.path.display(), error))
    }

    fn keep(self) -> Result<(), Failure> {
        let unwritable = |error| Failure::io(self.path.display(), error);
        if self.path.metadata().is_ok_and(|kind| !kind.is_file()) {
            let mut written = self.file.reopen().map_err(unwritable)?;
            let mut target = File::options()
                .write(true)
                .open(&self.path)
                .map_err(unwritable)?;
            io::copy(&mut written, &mut target).map_err(unwritable)?;
            return Ok(());
        }
        self.file.as_file().sync_all().map_err(unwritable)?;
        self.file
            .persist(&self.path)
            .map_err(|error| Failure::io(self.path.display(), error.error))?;
        Ok(())
    }
}
