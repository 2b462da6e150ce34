//! Opening the database file: a first run, a later one, a damaged one, an older one.

use std::fs::{self, File};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use redb::{Builder, Database};

use super::error::StoreError;
use super::migrations;

const FILE: &str = "kartoteka.redb";
/// Says that the folder has held a database: an empty or missing file after this is damage, not a first run
/// (redb would make a new database of an empty file).
const MARKER: &str = "initialised";

/// Makes the file where there has never been one, checks its format and migrates it.
pub(super) fn prepare(folder: &Path, cache_bytes: usize) -> Result<(), StoreError> {
    let (file, marker) = (folder.join(FILE), folder.join(MARKER));
    if marker.exists() {
        if fs::metadata(&file).map_or(0, |meta| meta.len()) == 0 {
            return Err(StoreError::Damaged("it is missing or empty".to_owned()));
        }
        let database = open_file(folder, cache_bytes)?;
        let found = migrations::format(&database)?;
        if found == 0 {
            return Err(StoreError::Damaged("it holds no firm".to_owned()));
        }
        if found < migrations::known() {
            drop(database);
            fs::copy(&file, folder.join(format!("{FILE}.format-{found}")))?;
            sync_folder(folder)?;
            return migrations::bring_up_to_date(&open_file(folder, cache_bytes)?);
        }
        return migrations::bring_up_to_date(&database);
    }
    if fs::metadata(&file).map_or(0, |meta| meta.len()) > 0 {
        // The first run was cut short, or somebody laid a database here: it must be whole.
        migrations::bring_up_to_date(&open_file(folder, cache_bytes)?)?;
    } else {
        let created = File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&file)?;
        let database = guarded(|| {
            builder(cache_bytes).create_with_backend(redb::backends::FileBackend::new(created)?)
        })?;
        migrations::bring_up_to_date(&database)?;
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    sync_folder(folder)?;
    File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&marker)?
        .sync_all()?;
    sync_folder(folder)
}

/// Opens an existing file.
pub(super) fn open_file(folder: &Path, cache_bytes: usize) -> Result<Database, StoreError> {
    let path = folder.join(FILE);
    guarded(|| builder(cache_bytes).open(&path))
}

#[cfg(feature = "testing")]
pub(super) fn open_backend(backend: impl redb::StorageBackend) -> Result<Database, StoreError> {
    guarded(|| builder(1 << 20).create_with_backend(backend))
}

fn builder(cache_bytes: usize) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(cache_bytes);
    builder
}

/// A damaged file may make the engine panic rather than answer; either way it is damage.
fn guarded(
    open: impl FnOnce() -> Result<Database, redb::DatabaseError>,
) -> Result<Database, StoreError> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(result) => result.map_err(StoreError::from),
        Err(_) => Err(StoreError::Damaged(
            "the database engine gave up on it".to_owned(),
        )),
    }
}

/// Makes a new or renamed file in the folder durable; the engine does not (POSIX `fsync` of the directory).
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)?.sync_all()?;
    Ok(())
}
