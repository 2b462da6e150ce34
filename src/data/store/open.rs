//! Opening the database file: a first run, a later one, a damaged one, an older one.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use redb::{Builder, Database};

use super::error::StoreError;
use super::migrations;
use super::upgrade::Upgrade;

pub(super) const FILE: &str = "kartoteka.redb";
/// Says that the folder has held a database: an empty or missing file after this is damage, not a first run
/// (redb would make a new database of an empty file).
const MARKER: &str = "initialised";

/// A first run makes its file under such a name, and gives it the right one when it is whole.
const NEW_PREFIX: &str = ".kartoteka-new-";

/// Bytes of the largest file whose every page is checked whenever it is opened. The check reads about 250 MB a second;
/// a plain opening takes a few milliseconds at any size. Larger files are checked by [`check`].
const CHECKED_UP_TO: u64 = 32 << 20;

/// Makes the file where there has never been one; checks the pages of one that is there, its format, and migrates it. Gives
/// the upgrade where there was one, until it has been looked at.
pub(super) fn prepare(folder: &Path, cache_bytes: usize) -> Result<Option<Upgrade>, StoreError> {
    guarded(|| prepare_unguarded(folder, cache_bytes))
}

fn prepare_unguarded(folder: &Path, cache_bytes: usize) -> Result<Option<Upgrade>, StoreError> {
    let (file, marker) = (folder.join(FILE), folder.join(MARKER));
    let has_marker = marker.exists();
    let length = fs::metadata(&file).map_or(0, |meta| meta.len());
    if length == 0 {
        if has_marker {
            return Err(StoreError::Damaged("it is missing or empty".to_owned()));
        }
        make(folder, &file, cache_bytes)?;
    }
    // Without the check a page that changed on the disk would be believed, or make the engine panic later.
    let database = builder(cache_bytes)
        .set_check_integrity_on_open(length <= CHECKED_UP_TO)
        .open(&file)?;
    let found = migrations::format(&database)?;
    if found == 0 && has_marker {
        return Err(StoreError::Damaged("it holds no firm".to_owned()));
    }
    let mut upgrade = None;
    if found > 0 && found < migrations::known() {
        drop(database);
        upgrade = Some(Upgrade::run(folder, found, cache_bytes)?);
    } else {
        migrations::bring_up_to_date(&database)?;
    }
    if has_marker {
        return Ok(upgrade);
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
    sync_folder(folder)?;
    Ok(upgrade)
}

/// Checks every page of the file against its checksum, whatever its size; nothing else may have it open.
pub(super) fn check(folder: &Path, cache_bytes: usize) -> Result<(), StoreError> {
    guarded(|| {
        let database = builder(cache_bytes)
            .set_check_integrity_on_open(true)
            .open(folder.join(FILE))?;
        migrations::format(&database).map(drop)
    })
}

/// Makes a closed file as small as it can be; its bytes before and after. A process that ends in the middle leaves a whole
/// file: the engine moves pages in transactions.
pub(super) fn compact(folder: &Path, cache_bytes: usize) -> Result<(u64, u64), StoreError> {
    let file = folder.join(FILE);
    let length = || Ok::<_, StoreError>(fs::metadata(&file)?.len());
    guarded(|| {
        let before = length()?;
        let mut database = open_file(folder, cache_bytes)?;
        // Each pass moves what the one before it made room for.
        while database.compact().map_err(|error| match error {
            redb::CompactionError::Storage(error) => error.into(),
            other => StoreError::Io(other.to_string()),
        })? {}
        drop(database);
        Ok((before, length()?))
    })
}

/// The format of a closed file.
pub(super) fn format_of(folder: &Path) -> Result<u32, StoreError> {
    guarded(|| migrations::format(&open_file(folder, 1 << 20)?))
}

/// Makes the file whole or not at all: a process that ends in the middle leaves nothing under its name.
fn make(folder: &Path, file: &Path, cache_bytes: usize) -> Result<(), StoreError> {
    sweep(folder)?;
    let new = tempfile::Builder::new()
        .prefix(NEW_PREFIX)
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    let backend = redb::backends::FileBackend::new(new.reopen()?)?;
    let database = builder(cache_bytes).create_with_backend(backend)?;
    migrations::bring_up_to_date(&database)?;
    drop(database);
    new.as_file().sync_all()?;
    if file.exists() {
        fs::remove_file(file)?;
    }
    match new.persist_noclobber(file) {
        Ok(_) => Ok(sync_folder(folder)?),
        // Another process was faster; its file is as good.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error.into()),
    }
}

/// Removes what first runs that were cut short have left.
fn sweep(folder: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(NEW_PREFIX) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Opens an existing file.
pub(super) fn open_file(folder: &Path, cache_bytes: usize) -> Result<Database, StoreError> {
    let path = folder.join(FILE);
    guarded(|| Ok(builder(cache_bytes).open(&path)?))
}

#[cfg(feature = "testing")]
pub(super) fn open_backend(backend: impl redb::StorageBackend) -> Result<Database, StoreError> {
    guarded(|| Ok(builder(1 << 20).create_with_backend(backend)?))
}

pub(super) fn builder(cache_bytes: usize) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(cache_bytes);
    builder
}

/// A damaged file may make the engine panic rather than answer; either way it is damage.
pub(super) fn guarded<T>(open: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| {
        Err(StoreError::Damaged(
            "the database engine gave up on it".to_owned(),
        ))
    })
}

/// Makes a new or renamed file in the folder durable; the engine does not (POSIX `fsync` of the directory).
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)?.sync_all()?;
    Ok(())
}
