//! The command line: a file for each command, and the way to a running server.
//!
//! Results go to stdout, messages to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the data folder is in use,
//! 4 data damaged or a verification failed.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod compact;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod context;
pub(crate) mod control;
pub(crate) mod data;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod execute;
pub(crate) mod export;
pub(crate) mod failure;
pub(crate) mod healthcheck;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod listing;
pub(crate) mod manual;
pub(crate) mod module;
mod no_firm;
pub(crate) mod office;
pub(crate) mod restore;
pub(crate) mod role;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::config::{Config, Source};
use crate::exchange;
use crate::logging::{self, LogFormat};
use crate::tls;
use failure::Failure;
use office::OfficeCommand;

/// A CRM for a small firm: one program, one folder of data.
#[derive(Debug, Parser)]
#[command(
    name = "kartoteka",
    version,
    arg_required_else_help = true,
    subcommand_required = true
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command; they may stand before or after it.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The folder that holds all of the firm's data.
    #[arg(
        long,
        global = true,
        env = "KARTOTEKA_DATA",
        default_value = "./kartoteka-data",
        value_name = "DIR"
    )]
    pub(crate) data: PathBuf,
    /// The configuration file [default: DIR/kartoteka.toml where it exists].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The file with the key of the database, where it is encrypted.
    #[arg(long, global = true, env = "KARTOTEKA_DB_KEY_FILE", value_name = "F")]
    pub(crate) db_key_file: Option<PathBuf>,
    /// How log lines on stderr are written.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the firm in the data folder until it is told to stop (SIGTERM or Ctrl-C).
    Serve(serve::ServeArgs),
    /// Makes a demo firm in an empty data folder and serves it.
    Demo(demo::DemoArgs),
    /// Makes a complete data folder from a backup.
    Restore(restore::RestoreArgs),
    /// Exits with 0 where the server of the data folder answers.
    Healthcheck,
    /// The configuration: whether it can be used, and what counts.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// The database encrypted at rest; no server may run.
    #[command(subcommand)]
    Data(data::DataCommand),
    /// Makes the database file as small as it can be; no server may run.
    Compact,
    /// The manual page, for `man -l -`.
    Manual,
    /// What a shell completes, as a script for it.
    Completions(completions::CompletionsArgs),
    /// Reads a sheet from stdin for another process of this program.
    #[command(name = "read-sheet", hide = true)]
    ReadSheet {
        /// What to read, as JSON.
        order: String,
    },
    /// Opens a PKCS#12 file from stdin for another process of this program.
    #[command(name = "read-p12", hide = true)]
    ReadP12,
    #[command(flatten)]
    Office(OfficeCommand),
}

impl Common {
    /// The configuration of this run.
    pub(crate) fn load_config(&self) -> Result<Config, Failure> {
        let mut config = self.source().load()?;
        if let Some(file) = &self.db_key_file {
            config.data.key_file = Some(file.clone());
        }
        Ok(config)
    }

    /// Where the configuration of this run comes from.
    pub(crate) fn source(&self) -> Source {
        Source::new(self.config.as_deref(), &self.data)
    }
}

/// Runs the program with the arguments it was called with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is not worth a failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(failure::USAGE));
        }
    };
    // It has nothing to do with the firm, and its stderr is for its parent.
    if let Command::ReadSheet { order } = &cli.command {
        return exchange::child::main(order);
    }
    if matches!(cli.command, Command::ReadP12) {
        return tls::read_p12();
    }
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("kartoteka: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

impl Cli {
    fn run(self) -> Result<(), Failure> {
        let Self {
            mut common,
            command,
        } = self;
        common.data =
            std::path::absolute(&common.data).map_err(|error| Failure::io("--data", error))?;
        if let Some(file) = &mut common.db_key_file {
            *file =
                std::path::absolute(&*file).map_err(|error| Failure::io("--db-key-file", error))?;
        }
        let usual_level = match command {
            Command::Serve(_) | Command::Demo(_) => "info",
            _ => "warn",
        };
        tls::use_provider();
        logging::start(common.log_format, usual_level).map_err(Failure::Failed)?;
        match command {
            Command::Serve(args) => args.run(&common),
            Command::Demo(args) => args.run(&common),
            Command::Restore(args) => args.run(&common),
            Command::Healthcheck => healthcheck::run(&common),
            Command::Config(command) => command.run(&common),
            Command::Data(command) => command.run(&common),
            Command::Compact => compact::run(&common),
            Command::Manual => manual::run(Cli::command()),
            Command::Completions(args) => args.run(Cli::command()),
            // Done before this.
            Command::ReadSheet { .. } | Command::ReadP12 => Ok(()),
            Command::Office(OfficeCommand::Doctor(args)) => doctor::run(args, &common),
            Command::Office(command) => office::run(command, &common),
        }
    }
}

#[cfg(test)]
mod tests;
