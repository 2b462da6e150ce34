//! `restore`: a complete data folder from an archive, on any machine.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Common;
use super::backup::{BackupSettings, roomy_folder};
use super::failure::Failure;
use crate::app::data_dir::check_owner;
use crate::app::data_key::KeyPlaces;
use crate::backup::{self, AtRest, BackupError, Hearing, KeyPlace, Keys, Manifest, Places, setup};
use crate::config;
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
    /// The target to fetch it from, of the configuration or set on the page of the firm named by --data [default: the
    /// first that has it].
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
        let named = Path::new(&self.archive);
        let is_file = named.is_file() && self.target.is_none();
        let config = if is_file {
            config
        } else {
            with_page(config, common)
        };
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
        let file = named;
        let manifest = if is_file {
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

/// The configuration with the targets set on the page of the folder named by --data, where a firm lies in it.
fn with_page(config: config::Backup, common: &Common) -> config::Backup {
    match BackupSettings::of(common) {
        Ok(Some(settings)) => setup::joined(&config, &settings.targets, &settings.recipients),
        Ok(None) => config,
        Err(failure) => {
            eprintln!("kartoteka: the targets set on the page are not known: {failure}");
            config
        }
    }
}

/// Fetches an archive beside the folder that is to be made, where there is room for a firm; or, where nothing can be
/// written there, to where temporary files go.
fn fetch(archive: &str, places: &Places, into: &Path) -> Result<tempfile::NamedTempFile, Failure> {
    if places.is_empty() {
        return Err(BackupError::Absent(archive.to_owned()).into());
    }
    let (beside, elsewhere) = (into.parent().unwrap_or(into), roomy_folder());
    let file_in = |folder: &Path| {
        let mut file = tempfile::Builder::new();
        file.prefix(".kartoteka-restore-").tempfile_in(folder)
    };
    let fetched = std::fs::create_dir_all(beside).and_then(|()| file_in(beside));
    let fetched = fetched.or_else(|_| file_in(&elsewhere));
    let fetched = fetched.map_err(|error| Failure::io(elsewhere.display(), error))?;
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
            BackupError::Store(error) => error.into(),
            BackupError::Access(error) => error.into(),
            error => Self::Failed(error.to_string()),
        }
    }
}
