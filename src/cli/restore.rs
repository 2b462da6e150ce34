//! `restore`: a complete data folder from an archive, on any machine.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::backup::{BackupSettings, roomy_folder};
use super::failure::Failure;
use super::{Common, no_firm};
use crate::app::data_dir::check_owner;
use crate::app::data_key::KeyPlaces;
use crate::backup::target::TargetError;
use crate::backup::{
    self, AtRest, BackupError, Bringing, Fetching, Hearing, Keys, Listed, Places, RememberedHashes,
    Restored, setup,
};
use crate::clock;
use crate::config;
use crate::data::Keyring;

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// A file, or a name as `backup list` shows it.
    #[arg(required_unless_present = "latest", conflicts_with = "latest")]
    archive: Option<String>,
    /// Brings back the newest archive at the targets that the key opens.
    #[arg(long)]
    latest: bool,
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
    /// first that has it whole].
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
        let keys = no_firm::keys(self.key_file.as_deref(), common, config.key_file.as_deref())?;
        let config = with_page(config, common);
        let data = common.data.is_dir().then_some(common.data.as_path());
        let places = Arc::new(Places::open(&config, data, self.target.as_deref())?);
        let (runtime, temp_dir) = (no_firm::runtime()?, roomy_beside(&into));
        let bringing = Bringing::from(Arc::clone(&places), &temp_dir);
        let bringing = bringing.lenient(self.without_missing_files);
        if let Some(archive) = self.archive.as_deref().filter(|_| self.target.is_none()) {
            let file = Path::new(archive);
            if file.is_file() {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let from = Fetching {
                    bringing: &bringing.beside(file),
                    runtime: &runtime,
                };
                let restored = restore(&name, file, &keys, &into, &at_rest, &from)?;
                tell(&restored, &into);
                return Ok(());
            }
        }
        let from = Fetching {
            bringing: &bringing,
            runtime: &runtime,
        };
        let remembered = RememberedHashes::of(&common.data);
        let names = match &self.archive {
            Some(archive) => vec![archive.clone()],
            None => newest(&places)?,
        };
        for name in &names {
            match from_targets(name, &places, (&keys, &remembered), &into, &at_rest, &from) {
                Ok(restored) => {
                    tell(&restored, &into);
                    return Ok(());
                }
                // A folder may hold archives of another firm as well.
                Err(BackupError::WrongKey { .. }) if self.latest && names.len() > 1 => {
                    eprintln!("{name} is passed over: the key does not open it");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::Failed(
            "there is no archive at the targets that the key opens; give the key file with --key-file".to_owned(),
        ))
    }
}

/// The names of the archives at targets, the newest first. What a clock that was ahead has named comes last.
fn newest(places: &Places) -> Result<Vec<String>, Failure> {
    let now = clock::now();
    let listed = no_firm::listed(places)?.into_iter();
    let (ahead, rest): (Vec<Listed>, Vec<Listed>) = listed
        .filter(|one| one.created_at.is_some())
        .partition(|one| one.created_at.is_some_and(|at| clock::is_ahead(at, now)));
    for one in &ahead {
        eprintln!("{} is named for a moment that is still to come", one.name);
    }
    let all = rest.into_iter().chain(ahead);
    Ok(all.map(|one| one.name).collect())
}

/// Makes a firm of an archive at a target: where a copy is damaged that is said, and the next target is asked.
fn from_targets(
    archive: &str,
    places: &Places,
    (keys, remembered): (&Keys, &RememberedHashes),
    into: &Path,
    at_rest: &AtRest<'_>,
    from: &Fetching<'_>,
) -> Result<Restored, BackupError> {
    let beside = &roomy_beside(into);
    let mut failures: Vec<String> = places.failures().map(ToString::to_string).collect();
    let mut damage = None;
    for place in places.iter() {
        let fetched = no_firm::fetch(archive, place, (keys, remembered), beside, from.runtime);
        let restored =
            fetched.and_then(|file| restore(archive, file.path(), keys, into, at_rest, from));
        match restored {
            Ok(restored) => return Ok(restored),
            Err(BackupError::Target(TargetError::Absent { .. })) => {}
            Err(BackupError::Target(error)) => failures.push(error.to_string()),
            Err(error) if error.is_damage() => {
                eprintln!("{}: {error}", place.name());
                damage.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    match (damage, failures.is_empty()) {
        (Some(damage), _) => Err(damage),
        (None, true) => Err(BackupError::Absent(archive.to_owned())),
        (None, false) => Err(BackupError::Targets(failures)),
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

/// Beside the folder that is to be made, where there is room for a firm; or, where nothing can be written there, where
/// temporary files go.
fn roomy_beside(into: &Path) -> PathBuf {
    let beside = into.parent().unwrap_or(into);
    let can_write = std::fs::create_dir_all(beside).and_then(|()| tempfile::tempfile_in(beside));
    match can_write {
        Ok(_) => beside.to_owned(),
        Err(_) => roomy_folder(),
    }
}

fn restore(
    name: &str,
    file: &Path,
    keys: &Keys,
    into: &Path,
    at_rest: &AtRest<'_>,
    from: &Fetching<'_>,
) -> Result<Restored, BackupError> {
    let file = File::open(file).map_err(|error| BackupError::io(file.display(), error))?;
    let hearing = Hearing::default();
    backup::restore(name, file, keys, into, at_rest, from, &hearing)
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
    eprintln!(
        "accounts, passwords and API tokens are as they were then: see to those that were taken away since"
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
