//! `backup`: archives of the firm, made, listed, proved, and the key that opens them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::backup::{self, Hearing, Keys};

/// What is asked, and by which configuration.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct BackupArgs {
    #[command(subcommand)]
    pub(crate) command: BackupCommand,
    /// The configuration file of the caller, so that a server uses its targets too.
    #[arg(skip)]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum BackupCommand {
    /// Makes a backup and proves it, at every target; prints the archive's name.
    Run(RunArgs),
    /// The backups there are, newest first.
    List(ListArgs),
    /// Proves a backup: opens it, checks every hash, and loads it into a database that is thrown away. Exits with 4 where
    /// it is not what was written.
    Verify(VerifyArgs),
    /// The key that opens backups.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct RunArgs {
    /// Only to this target of the configuration.
    #[arg(long, value_name = "NAME")]
    pub(crate) target: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ListArgs {
    /// JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct VerifyArgs {
    /// A file, or a name as `backup list` shows it.
    pub(crate) archive: String,
    /// The file with the key that opens it [default: the key of the data folder, and those before it].
    #[arg(long, value_name = "F")]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum KeyCommand {
    /// Prints the key. Keep it outside of this machine: without it no backup can be opened.
    Show,
    /// Makes a new key for backups from now on; the old one is kept beside it, for the backups it opens.
    Rotate,
}

impl BackupArgs {
    /// Settles what depends on where the caller stands: paths.
    pub(super) fn settle(&mut self, config: Option<&PathBuf>) {
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        self.config = config.map(absolute);
        if let BackupCommand::Verify(args) = &mut self.command {
            args.key_file = args.key_file.as_ref().map(absolute);
            let file = PathBuf::from(&args.archive);
            if file.is_file() {
                args.archive = absolute(&file).to_string_lossy().into_owned();
            }
        }
    }

    /// Proves a file on a machine that has no firm, where that is what is asked. The key is named then.
    pub(super) fn verify_alone(&self, data: &Path) -> Option<Result<(), Failure>> {
        let BackupCommand::Verify(args) = &self.command else {
            return None;
        };
        let (file, key) = (Path::new(&args.archive), args.key_file.as_deref()?);
        if data.exists() || !file.is_file() {
            return None;
        }
        let verify = || {
            let (keys, hearing) = (Keys::read(key)?, Hearing::default());
            backup::verify_file(&args.archive, file, &keys, &std::env::temp_dir(), &hearing)?;
            eprintln!("{} is whole", args.archive);
            Ok(())
        };
        Some(verify())
    }
}
