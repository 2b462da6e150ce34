//! Backups where there is no firm on this machine: the server is gone, and a configuration and a key are what is left.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

use super::Common;
use super::backup::{BackupArgs, BackupCommand, ListArgs, VerifyArgs, roomy_folder};
use super::failure::Failure;
use super::listing;
use crate::backup::target::{Place, Target as _, TargetError};
use crate::backup::{self, BackupError, Hearing, KeyPlace, Keys, Listed, Places, RememberedHashes};
use crate::data::records::fold::one_line;

/// The database of a data folder.
const DATABASE: &str = "kartoteka.redb";

/// Carries out what needs no firm, where none is here and the configuration names targets.
pub(super) fn run(args: &BackupArgs, common: &Common) -> Option<Result<(), Failure>> {
    let work: &dyn Fn(&Places) -> Result<(), Failure> = match &args.command {
        BackupCommand::List(args) => &|places| list(args, places),
        BackupCommand::Verify(args) => &|places| verify(args, common, places),
        _ => return None,
    };
    if common.data.join(DATABASE).exists() {
        return None;
    }
    let opened = common.load_config();
    let places = opened.and_then(|config| {
        let data = common.data.is_dir().then_some(common.data.as_path());
        Ok(Places::open(&config.backup, data, None)?)
    });
    match places {
        Ok(places) if places.is_empty() => None,
        Ok(places) => Some(work(&places)),
        Err(failure) => Some(Err(failure)),
    }
}

/// What talks to targets.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start", error))
}

/// Lists what lies at the targets; targets that do not answer are named on stderr.
pub(super) fn listed(places: &Places) -> Result<Vec<Listed>, Failure> {
    let (listed, failures) = runtime()?.block_on(places.list());
    let failures: Vec<String> = failures
        .iter()
        .map(|error| one_line(&error.to_string()))
        .collect();
    if listed.is_empty() && !failures.is_empty() {
        return Err(Failure::Failed(failures.join("; ")));
    }
    for failure in failures {
        eprintln!("{failure}");
    }
    Ok(listed)
}

fn list(args: &ListArgs, places: &Places) -> Result<(), Failure> {
    let row = |backup: &Listed| {
        json!({
            "name": backup.name, "created_at": backup.created_at, "size": backup.size,
            "targets": backup.targets, "proved_at": Value::Null, "counts": backup.counts,
        })
    };
    let rows: Vec<Value> = listed(places)?.iter().map(row).collect();
    let columns = ["name", "created_at", "size", "targets"];
    let mut out = io::stdout();
    listing::write(&mut out, &rows, &columns, args.json)?;
    Ok(out.flush()?)
}

/// The keys in a file that is named, or beside the data.
pub(super) fn keys(
    key_file: Option<&Path>,
    common: &Common,
    configured: Option<&Path>,
) -> Result<Keys, Failure> {
    if let Some(file) = key_file {
        return Ok(Keys::read(file)?);
    }
    let place = KeyPlace::of(&common.data, configured);
    if !place.path().exists() {
        return Err(Failure::Failed(format!(
            "no key: there is no {}; name the key file with --key-file",
            place.path().display()
        )));
    }
    Ok(place.all()?)
}

/// Proves an archive at every target that holds it.
fn verify(args: &VerifyArgs, common: &Common, places: &Places) -> Result<(), Failure> {
    let config = common.load_config()?.backup;
    let keys = keys(args.key_file.as_deref(), common, config.key_file.as_deref())?;
    let (temp_dir, runtime, hearing) = (roomy_folder(), runtime()?, Hearing::default());
    let remembered = RememberedHashes::of(&common.data);
    let mut failures: Vec<String> = places.failures().map(ToString::to_string).collect();
    let (mut damage, mut whole) = (None, 0);
    for place in places.iter() {
        let prove = || {
            let file = fetch(
                &args.archive,
                place,
                (&keys, &remembered),
                &temp_dir,
                &runtime,
            )?;
            backup::verify_file(&args.archive, file.path(), &keys, &temp_dir, &hearing)
        };
        match prove() {
            Ok(manifest) => {
                whole += 1;
                eprintln!(
                    "{}: {} is whole: {} as of {:.0}",
                    place.name(),
                    args.archive,
                    manifest.firm_name(),
                    manifest.created_at
                );
            }
            Err(BackupError::Target(TargetError::Absent { .. })) => {}
            Err(error) if error.is_damage() => {
                let line = format!("{}: {error}", place.name());
                damage.get_or_insert(line);
            }
            Err(error) => failures.push(error.to_string()),
        }
    }
    match (damage, failures.is_empty()) {
        (Some(damage), _) => Err(Failure::Damaged(damage)),
        (None, false) => Err(Failure::Failed(failures.join("; "))),
        (None, true) if whole == 0 => Err(BackupError::Absent(args.archive.clone()).into()),
        (None, true) => Ok(()),
    }
}

/// Fetches an archive from one target into a file of a folder. One that is not what the data folder remembers is refused,
/// or, where it remembers nothing, one that holds another moment than its name tells.
pub(super) fn fetch(
    archive: &str,
    place: &Place,
    (keys, remembered): (&Keys, &RememberedHashes),
    folder: &Path,
    runtime: &Runtime,
) -> Result<NamedTempFile, BackupError> {
    let file = tempfile::Builder::new()
        .prefix(".kartoteka-restore-")
        .tempfile_in(folder)
        .map_err(|error| BackupError::io(folder.display(), error))?;
    runtime.block_on(place.get(archive, file.path()))?;
    if !remembered.check(archive, file.path(), keys)? {
        eprintln!("{archive}: nothing here knows the archive that was sent, to compare it with");
    }
    Ok(file)
}
