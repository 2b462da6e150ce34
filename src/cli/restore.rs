//! `restore`: a complete data folder from an archive, on any machine.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::runtime::Runtime;

use super::Common;
use super::failure::Failure;
use crate::app::data_dir::check_owner;
use crate::app::data_key::KeyPlaces;
use crate::backup::{
    self, AtRest, BackupError, Bringing, Fetching, Hearing, KeyPlace, Keys, Places, Restored,
};
use crate::data::Keyring;

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// A file, or a name as `backup list` shows it.
    archive: String,
    /// The data folder to make: a new or an empty one.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The file with the key that opens it [default: the key of the folder named by --data, and those before it].
    #[arg(long, value_name = "F")]
    key_file: Option<PathBuf>,
    /// Encrypts the database that is made, under the key in --db-key-file [default: db.key in DIR, to be moved out of it];
    /// the file is made where it is absent. Naming such a file encrypts by itself.
    #[arg(long)]
    encrypt: bool,
    /// The target of the configuration to fetch it from [default: the first that has it].
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Restores though attached files that the archive refers to are neither beside it nor at a target, or damaged there.
    /// Their records go on naming them, and `doctor` lists them.
    #[arg(long)]
    without_missing_files: bool,
}

impl RestoreArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let into = std::path::absolute(&self.into).map_err(|error| Failure::io("--into", error))?;
        backup::check_empty(&into)?;
        if into.exists() {
            check_owner(&into)?;
        }
        let config = common.load_config()?;
        let encrypts = self.encrypt || common.db_key_file.is_some();
        let places = KeyPlaces::of(&config, &into);
        let at_rest = || {
            if !encrypts {
                return Ok(Keyring::default());
            }
            places
                .ensure(&mut std::io::stderr())
                .map_err(|failure| failure.to_string())
        };
        let config = config.backup;
        let keys = if let Some(file) = &self.key_file {
            Keys::read(file)?
        } else {
            let place = KeyPlace::of(&common.data, config.key_file.as_deref());
            if !place.path().exists() {
                return Err(Failure::Failed(format!(
                    "no key: there is no {}; name the key file with --key-file",
                    place.path().display()
                )));
            }
            place.all()?
        };
        let runtime = runtime()?;
        let data = common.data.is_dir().then_some(common.data.as_path());
        let file = Path::new(&self.archive);
        let temp_dir = beside(&into)?;
        let bringing = |places| {
            Bringing::from(Arc::new(places), &temp_dir).lenient(self.without_missing_files)
        };
        let restored = if file.is_file() && self.target.is_none() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let bringing = bringing(Places::open(&config, data, None)?).beside(file);
            let from = Fetching {
                bringing: &bringing,
                runtime: &runtime,
            };
            restore(&name, file, &keys, &into, &at_rest, &from)?
        } else {
            let places = Places::open(&config, data, self.target.as_deref())?;
            let fetched = fetch(&self.archive, &places, &temp_dir, &runtime)?;
            let bringing = bringing(places);
            let from = Fetching {
                bringing: &bringing,
                runtime: &runtime,
            };
            restore(&self.archive, fetched.path(), &keys, &into, &at_rest, &from)?
        };
        tell(&restored, &into);
        Ok(())
    }
}

fn restore(
    name: &str,
    file: &Path,
    keys: &Keys,
    into: &Path,
    at_rest: &AtRest<'_>,
    from: &Fetching<'_>,
) -> Result<Restored, Failure> {
    let file = File::open(file).map_err(|error| Failure::io(file.display(), error))?;
    let hearing = Hearing::default();
    Ok(backup::restore(
        name, file, keys, into, at_rest, from, &hearing,
    )?)
}

/// What talks to targets.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start", error))
}

/// The folder in which the one to be made lies: there is room for a firm.
fn beside(into: &Path) -> Result<PathBuf, Failure> {
    let beside = into.parent().unwrap_or(into);
    std::fs::create_dir_all(beside).map_err(|error| Failure::io(beside.display(), error))?;
    Ok(beside.to_owned())
}

/// Fetches an archive.
fn fetch(
    archive: &str,
    places: &Places,
    temp_dir: &Path,
    runtime: &Runtime,
) -> Result<tempfile::NamedTempFile, Failure> {
    if places.is_empty() {
        return Err(BackupError::Absent(archive.to_owned()).into());
    }
    let fetched = tempfile::Builder::new()
        .prefix(".kartoteka-restore-")
        .tempfile_in(temp_dir)
        .map_err(|error| Failure::io(temp_dir.display(), error))?;
    runtime.block_on(places.fetch(archive, fetched.path()))?;
    Ok(fetched)
}

fn tell(restored: &Restored, into: &Path) {
    let Restored { manifest, missing } = restored;
    let clients = manifest.counts.get("clients").copied().unwrap_or_default();
    let files = match manifest.files.count {
        0 => String::new(),
        files => format!(" and {files} files"),
    };
    eprintln!(
        "{} as of {:.0} with {clients} clients{files} is in {}",
        manifest.firm_name(),
        manifest.created_at,
        into.display()
    );
    if missing.count > 0 {
        eprintln!(
            "{} of the files, {} MB, were nowhere and are missing; `kartoteka doctor` lists them",
            missing.count,
            missing.bytes.div_ceil(1 << 20)
        );
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            // Whoever made an archive to harm can say that it comes from a newer program.
            error if error.is_damage() || matches!(error, BackupError::Newer { .. }) => {
                Self::Damaged(error.to_string())
            }
            BackupError::Store(error) => error.into(),
            BackupError::Access(error) => error.into(),
            error => Self::Failed(error.to_string()),
        }
    }
}
