//! The database file of a folder that nobody has open: looked at, made smaller, encrypted.

use std::path::Path;
use std::sync::PoisonError;

use super::vault::Vault;
use crate::data::store::{DataKey, Keyring, Store, StoreError, WorkFiles};

/// A database file and what of it is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileRoom {
    /// Bytes of the file.
    pub file: u64,
    /// Bytes of the pages that hold something.
    pub used: u64,
}

impl FileRoom {
    /// Bytes that are worth the stop that compacting takes: at least 256 MB and a third of the file, since some room in it
    /// is of use, and is filled again.
    pub fn worth_giving_back(self) -> Option<u64> {
        let free = self.file.saturating_sub(self.used);
        (free >= 256 << 20 && free >= self.file / 3).then_some(free)
    }
}

impl Vault {
    /// Checks every page of a closed firm's file against its checksum: [`StoreError::Damaged`] where the disk gives back
    /// other bytes than were written, [`StoreError::InUse`] while the firm is open. Small files are checked whenever they
    /// are opened; a large one takes about four seconds a gigabyte.
    pub fn check_file(folder: &Path, keys: &Keyring) -> Result<(), StoreError> {
        Store::check_file(folder, 16 << 20, keys)
    }

    /// Makes the database file of a closed folder as small as it can be; bytes before and after.
    pub fn compact_file(folder: &Path, keys: &Keyring) -> Result<(u64, u64), StoreError> {
        Store::compact(folder, keys)
    }

    /// How much of the open file of a folder holds data. Reads all of it: about a second a gigabyte. What it finds is
    /// remembered.
    pub fn measure_file(&self, folder: &Path) -> Result<FileRoom, StoreError> {
        let file = Store::file_length(folder)?;
        let used = self.inner.store.read()?.bytes_in_use()?;
        let found = FileRoom {
            file,
            used: used.min(file),
        };
        let measured = self.inner.measured.write();
        *measured.unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(found)
    }

    /// What [`Vault::measure_file`] found last in this process.
    pub fn measured_file(&self) -> Option<FileRoom> {
        let measured = self.inner.measured.read();
        *measured.unwrap_or_else(PoisonError::into_inner)
    }

    /// The format of the data in a closed folder, and the newest one this program knows. Changes nothing.
    pub fn format_of(folder: &Path, keys: &Keyring) -> Result<(u32, u32), StoreError> {
        Store::format_of(folder, keys)
    }

    /// Whether the database of a folder is encrypted; none where there is no database.
    pub fn is_encrypted(folder: &Path) -> Result<Option<bool>, StoreError> {
        Store::is_encrypted(folder)
    }

    /// Encrypts the database of a closed folder, with the copies that upgrades have left; `false` where it was encrypted.
    /// Whenever the process ends, each file is whole, plain or encrypted.
    pub fn encrypt_folder(folder: &Path, key: &DataKey) -> Result<bool, StoreError> {
        Store::encrypt(folder, key)
    }

    /// The way back; `false` where it was plain.
    pub fn decrypt_folder(folder: &Path, keys: &Keyring) -> Result<bool, StoreError> {
        Store::decrypt(folder, keys)
    }

    /// Gives the encrypted database of a closed folder a new key, which takes a moment: the pages are sealed under a key in
    /// the file, and that one is sealed anew. `fully` seals every page anew under another.
    pub fn rotate_key(
        folder: &Path,
        keys: &Keyring,
        new: &DataKey,
        fully: bool,
    ) -> Result<(), StoreError> {
        Store::rotate(folder, keys, new, fully)
    }

    /// Where the key comes from that the database of a closed folder is encrypted under.
    pub fn key_place_of(folder: &Path, keys: &Keyring) -> Result<String, StoreError> {
        let place = Store::key_place_of(folder, keys)?;
        place.ok_or_else(|| StoreError::NoKey("it is not encrypted".to_owned()))
    }

    /// Where the key comes from that the open database is encrypted under; none where it is plain.
    pub fn key_place(&self) -> Option<&str> {
        self.inner.store.key_place()
    }

    /// The keys for a firm that is to take the place of this one: encrypted under the same key, or plain like it.
    pub fn keys_of_successor(&self) -> Keyring {
        let keys = self.settings().keys.clone();
        match self.key_place() {
            Some(place) => keys.encrypting_as(place),
            None => keys,
        }
    }

    /// How files beside the database lie that hold records for a while.
    pub fn work_files(&self) -> &WorkFiles {
        self.inner.store.work_files()
    }
}
