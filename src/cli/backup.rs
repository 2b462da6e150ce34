//! `backup`: archives of the firm, made, listed, proved, and the key that opens them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::office::{self, OfficeCommand};
use super::{Common, listing, no_firm};
use crate::backup::{self, Bringing, Fetching, Hearing, Keys, Places};
use crate::data::{BackupPlan, KeptTarget, Vault};

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
    /// What is set on the page, secrets too, as JSON: for other commands of whoever may read the data folder.
    #[command(skip)]
    Settings,
}

/// What is set on the page.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct BackupSettings {
    pub(crate) plan: BackupPlan,
    pub(crate) recipients: Vec<String>,
    pub(crate) targets: Vec<KeptTarget>,
}

impl BackupSettings {
    /// Those of a data folder, whether a server runs in it or not; nothing where the folder holds no firm.
    pub(super) fn of(common: &Common) -> Result<Option<Self>, Failure> {
        if !holds_database(&common.data) {
            return Ok(None);
        }
        let command = OfficeCommand::Backup(BackupArgs {
            command: BackupCommand::Settings,
            config: None,
        });
        let mut text = Vec::new();
        office::run_into(command, common, &mut text)?;
        let settings = serde_json::from_slice(&text);
        settings.map(Some).map_err(|error| {
            Failure::Failed(format!("the settings of backups cannot be read: {error}"))
        })
    }
}

/// Whether a folder has the database of a firm.
pub(super) fn holds_database(data: &Path) -> bool {
    !matches!(Vault::is_encrypted(data), Ok(None))
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct RunArgs {
    /// Only to this target, of the configuration or set on the page.
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
    Rotate(RotateArgs),
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct RotateArgs {
    /// Though the key in use is not there, or is not the one that backups are made with. What was made with a lost key
    /// cannot be opened again.
    #[arg(long)]
    pub(crate) lost: bool,
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

    /// The archive to prove, where it is a file: opened by the caller, as a server need not be able to reach it.
    pub(super) fn archive_file(&self) -> Option<&Path> {
        match &self.command {
            BackupCommand::Verify(args) => Some(Path::new(&args.archive)),
            _ => None,
        }
        .filter(|file| file.is_file())
    }

    /// Refuses what needs a firm where there is none: nothing is made by asking. What targets of the configuration hold is
    /// listed all the same, as a machine that is to be restored has no firm yet.
    pub(super) fn without_firm(&self, common: &Common) -> Option<Result<(), Failure>> {
        if holds_database(&common.data) {
            return None;
        }
        Some(match &self.command {
            // Without targets there is nothing anywhere.
            BackupCommand::List(args) => {
                let out = &mut std::io::stdout();
                listing::write(out, &[], &COLUMNS, args.json).map_err(Failure::from)
            }
            _ => Err(Failure::Failed(format!(
                "there is no firm in {}; make one with `kartoteka init`, or name its folder with --data",
                common.data.display()
            ))),
        })
    }

    /// Proves a file with a key that is named, where that is what is asked. No firm is needed for that, and a server need
    /// not be able to read either of them.
    pub(super) fn verify_alone(&self, common: &Common) -> Option<Result<(), Failure>> {
        let BackupCommand::Verify(args) = &self.command else {
            return None;
        };
        let (file, key) = (self.archive_file()?, args.key_file.as_deref()?);
        let verify = || {
            let (keys, hearing) = (Keys::read(key)?, Hearing::default());
            let (runtime, temp_dir) = (no_firm::runtime()?, roomy_folder());
            let data = common.data.is_dir().then_some(common.data.as_path());
            let places = Places::open(&common.load_config()?.backup, data, None)?;
            let bringing = Bringing::from(Arc::new(places), &temp_dir).beside(file);
            let from = Fetching {
                bringing: &bringing,
                runtime: &runtime,
            };
            let manifest =
                backup::verify_file(&args.archive, file, &keys, &from, &temp_dir, &hearing)?;
            eprintln!(
                "{} is whole: {} as of {:.0}",
                args.archive,
                manifest.firm_name(),
                manifest.created_at
            );
            Ok(())
        };
        Some(verify())
    }
}

/// What is shown of each archive.
pub(super) const COLUMNS: [&str; 5] = ["name", "created_at", "size", "targets", "proved_at"];

/// Where a firm has room for a while: the place for temporary files that the caller names, or the one on a disk, as the
/// usual one may lie in memory.
pub(super) fn roomy_folder() -> PathBuf {
    let on_disk = PathBuf::from("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && on_disk.is_dir() {
        on_disk
    } else {
        std::env::temp_dir()
    }
}
