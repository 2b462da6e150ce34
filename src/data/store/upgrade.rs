//! A new program on older data: a copy first, all migrations in one transaction, a look at the result, and the copy put back
//! where any of it fails. Whenever the process ends in between, the file holds the old data or the new, whole.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use redb::{Database, ReadableDatabase, ReadableTableMetadata};

use super::cipher::Keyring;
use super::error::StoreError;
use super::migrations;
use super::open::{FILE, guarded, open_database, sync_folder};
use super::tables::Table;
use crate::room::Space;

/// Tables whose entries no migration may lose.
const KEPT: [Table; 6] = [
    Table::Records,
    Table::Trash,
    Table::History,
    Table::Audit,
    Table::Users,
    Table::Files,
];

/// Room that a migration may need beside the copy, in parts of the file's size.
const ROOM: u64 = 2;

/// An upgrade that is on disk, with the copy of what was before.
#[derive(Debug)]
pub(in crate::data) struct Upgrade {
    folder: PathBuf,
    copy: PathBuf,
}

impl Upgrade {
    /// Copies the file of a folder and migrates it.
    pub(super) fn run(
        folder: &Path,
        format: u32,
        cache_bytes: usize,
        keys: &Keyring,
    ) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let size = fs::metadata(&file)?.len();
        if Space::of(folder)?.free < size.saturating_mul(ROOM) {
            return Err(StoreError::Upgrade(format!(
                "it takes {} MB of free room for a copy and the work; free some",
                (size.saturating_mul(ROOM) >> 20) + 1
            )));
        }
        let upgrade = Self {
            folder: folder.to_owned(),
            copy: folder.join(format!("{FILE}.format-{format}")),
        };
        upgrade.make_copy(&file)?;
        tracing::info!(copy = %upgrade.copy.display(), "kept a copy of the data as it was");
        match guarded(|| migrate(&file, cache_bytes, keys)) {
            Ok(()) => Ok(upgrade),
            Err(error) => Err(upgrade.undo(&error.to_string())),
        }
    }

    /// The copy has its name only once it is whole and on disk.
    fn make_copy(&self, file: &Path) -> Result<(), StoreError> {
        let unfinished = self.copy.with_extension("unfinished");
        let copied = fs::copy(file, &unfinished)
            .and_then(|_| fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o600)))
            .and_then(|()| File::open(&unfinished)?.sync_all())
            .and_then(|()| fs::rename(&unfinished, &self.copy));
        if let Err(error) = copied {
            // What is left of it would only take room.
            let _ = fs::remove_file(&unfinished);
            return Err(error.into());
        }
        sync_folder(&self.folder)
    }

    /// Puts the copy back in the file's place, and says why. Nothing may have the file open.
    pub(in crate::data) fn undo(&self, why: &str) -> StoreError {
        let file = self.folder.join(FILE);
        let back = fs::rename(&self.copy, &file)
            .map_err(StoreError::from)
            .and_then(|()| sync_folder(&self.folder));
        match back {
            Ok(()) => StoreError::Upgrade(why.to_owned()),
            Err(error) => StoreError::Upgrade(format!(
                "{why}; and the copy {} could not be put back: {error}; rename it to {FILE} by hand",
                self.copy.display()
            )),
        }
    }
}

fn migrate(file: &Path, cache_bytes: usize, keys: &Keyring) -> Result<(), StoreError> {
    let database = open_database(file, cache_bytes, false, keys)?;
    let before = counts(&database)?;
    migrations::bring_up_to_date(&database)?;
    let after = counts(&database)?;
    for ((table, before), after) in KEPT.iter().zip(before).zip(after) {
        if after < before {
            return Err(StoreError::Corrupt(format!(
                "of {before} entries of {table:?} only {after} are left"
            )));
        }
    }
    Ok(())
}

fn counts(database: &Database) -> Result<Vec<u64>, StoreError> {
    let transaction = database.begin_read()?;
    let count = |table: &Table| match transaction.open_table(table.definition()) {
        Ok(open) => Ok(open.len()?),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(0),
        Err(error) => Err(error.into()),
    };
    KEPT.iter().map(count).collect()
}

/// How long the copy of an upgrade is kept: by then backups hold what it holds.
const KEEP_COPIES: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Removes copies that upgrades have left long ago; how many.
pub(super) fn forget_copies(folder: &Path) -> Result<u64, StoreError> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_copy = name
            .to_str()
            .and_then(|name| name.strip_prefix(FILE))
            .is_some_and(|rest| rest.starts_with(".format-"));
        if !is_copy {
            continue;
        }
        let made = Timestamp::try_from(entry.metadata()?.modified()?);
        if made.is_ok_and(|made| crate::clock::now().duration_since(made) > KEEP_COPIES) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_kept_for_a_month() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, days: u64| {
            let path = folder.path().join(name);
            let file = File::create(&path).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - std::time::Duration::from_hours(24 * days))
                .unwrap();
            path
        };
        let (old, new) = (
            file("kartoteka.redb.format-2", 31),
            file("kartoteka.redb.format-3", 29),
        );
        let other = file("kartoteka.redb", 400);
        assert_eq!(forget_copies(folder.path()).unwrap(), 1);
        assert!(!old.exists() && new.exists() && other.exists());
    }
}
