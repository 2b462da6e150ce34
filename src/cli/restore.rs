//! `restore`: a complete data folder from an archive, on any machine.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Common;
use super::failure::Failure;
use crate::app::data_dir::check_owner;
use crate::app::data_key::KeyPlaces;
use crate::backup::{self, AtRest, BackupError, Hearing, KeyPlace, Keys, Manifest, Places};
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
        let file = Path::new(&self.archive);
        let manifest = if file.is_file() && self.target.is_none() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            self.restore(&name, file, &keys, &into, &at_rest)?
        } else {
            let data = common.data.is_dir().then_some(common.data.as_path());
            let places = Places::open(&config, data, self.target.as_deref())?;
            let fetched = fetch(&self.archive, &places, &into)?;
            self.restore(&self.archive, fetched.path(), &keys, &into, &at_rest)?
        };
        tell(&manifest, &into);
        Ok(())
    }

    fn restore(
        &self,
        name: &str,
        file: &Path,
        keys: &Keys,
        into: &Path,
        at_rest: &AtRest<'_>,
    ) -> Result<Manifest, Failure> {
        let file = File::open(file).map_err(|error| Failure::io(file.display(), error))?;
        Ok(backup::restore(
            name,
            file,
            keys,
            into,
            at_rest,
            &Hearing::default(),
        )?)
    }
}

/// Fetches an archive beside the folder that is to be made, where there is room for a firm.
fn fetch(archive: &str, places: &Places, into: &Path) -> Result<tempfile::NamedTempFile, Failure> {
    if places.is_empty() {
        return Err(BackupError::Absent(archive.to_owned()).into());
    }
    let beside = into.parent().unwrap_or(into);
    let fetched = std::fs::create_dir_all(beside).and_then(|()| {
        tempfile::Builder::new()
            .prefix(".kartoteka-restore-")
            .tempfile_in(beside)
    });
    let fetched = fetched.map_err(|error| Failure::io(beside.display(), error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start", error))?;
    runtime.block_on(places.fetch(archive, fetched.path()))?;
    Ok(fetched)
}

fn tell(manifest: &Manifest, into: &Path) {
    let clients = manifest.counts.get("clients").copied().unwrap_or_default();
    eprintln!(
        "{} as of {:.0} with {clients} clients is in {}",
        manifest.firm_name(),
        manifest.created_at,
        into.display()
    );
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            // Whoever made an archive to harm can say that it comes from a newer program.
            error if error.is_damage() || matches!(error, BackupError::Newer { .. }) => {
                Self::Damaged(error.to_string())
            }
            BackupError::UnknownTarget(line) => Self::Usage(line),
            BackupError::Store(error) => error.into(),
            BackupError::Access(error) => error.into(),
            error => Self::Failed(error.to_string()),
        }
    }
}
