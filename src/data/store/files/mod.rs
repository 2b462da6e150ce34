//! Files by their content, beside the database: `files/ab/<hash>`, or, where they lie sealed, `files/<key>/ab/<name>` with
//! names that only the key gives. See [`key_file`] for how one becomes the other.
//!
//! A file gets its name when it is whole and on the disk, and no row of the database names one before that. What no row names
//! any more is removed by [`Files::sweep`].

mod convert;
mod key_file;
mod new_file;
mod open_file;
mod sweep;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;

use super::cipher::{DataKey, Keyring, sealed_length};
use super::error::StoreError;
use super::open::sync_folder;
use crate::data::records::file::FileHash;
pub(super) use convert::{decrypt, encrypt, rotate_after, rotate_before};
use key_file::{KeyFile, Place};
pub use new_file::{NewFile, StoredFile};
pub use open_file::OpenFile;
pub use sweep::Swept;

/// The folder beside the database.
const FOLDER: &str = "files";
/// What files that are being written are called.
const NEW_PREFIX: &str = ".new-";

/// The files of a firm. Cheap to clone.
#[derive(Clone)]
pub(in crate::data) struct Files {
    inner: Arc<Inner>,
}

struct Inner {
    /// None where a test keeps the database in memory.
    root: Option<PathBuf>,
    form: Form,
    gate: Arc<Gate>,
}

/// How files lie.
#[derive(Clone)]
struct Form {
    place: Place,
    /// None where they lie as they are.
    keys: Option<FormKeys>,
}

#[derive(Clone)]
struct FormKeys {
    content: [u8; 32],
    names: [u8; 32],
}

impl FormKeys {
    fn of(secret: &[u8; 32]) -> Self {
        Self {
            content: blake3::derive_key("kartoteka 2026-11 files", secret),
            names: blake3::derive_key("kartoteka 2026-11 names of files", secret),
        }
    }
}

impl Form {
    fn plain() -> Self {
        Self {
            place: Place::Plain,
            keys: None,
        }
    }

    fn sealed(place: Place, secret: &[u8; 32]) -> Self {
        Self {
            place,
            keys: Some(FormKeys::of(secret)),
        }
    }

    /// What a file is called on the disk.
    fn name(&self, hash: FileHash) -> [u8; 32] {
        match &self.keys {
            None => *hash.bytes(),
            Some(keys) => *blake3::keyed_hash(&keys.names, hash.bytes()).as_bytes(),
        }
    }

    /// Where it lies below the folder of files.
    fn path(&self, root: &Path, hash: FileHash) -> PathBuf {
        let name = HEXLOWER.encode(&self.name(hash));
        self.place.folder(root).join(&name[..2]).join(name)
    }

    /// Bytes it has on the disk.
    fn length(&self, size: u64) -> u64 {
        match self.keys {
            None => size,
            Some(_) => sealed_length(size),
        }
    }
}

/// Keeps removing and using apart: nothing is removed while anybody holds it.
#[derive(Default)]
struct Gate {
    holds: Mutex<usize>,
}

impl Gate {
    fn holds(&self) -> MutexGuard<'_, usize> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, no file is removed: for a backup, and for a file whose row is not written yet.
pub struct FilesHold(Arc<Gate>);

impl FilesHold {
    fn new(gate: &Arc<Gate>) -> Self {
        *gate.holds() += 1;
        Self(gate.clone())
    }
}

impl Drop for FilesHold {
    fn drop(&mut self) {
        *self.0.holds() -= 1;
    }
}

impl Files {
    /// Those of a folder. `key` is the one its database is encrypted under; files of a folder that has none yet are then
    /// sealed from the first on. Clears away what a conversion or an upload that was cut short has left.
    pub(super) fn open(
        folder: &Path,
        keys: &Keyring,
        key: Option<&DataKey>,
    ) -> Result<Self, StoreError> {
        let root = folder.join(FOLDER);
        remove_unfinished(&root)?;
        let form = match (KeyFile::settled(&root)?, key) {
            (Some(file), _) => file.only_under(&root, key)?.form(keys)?,
            (None, Some(key)) if !has_files(&root)? => {
                make_folder(&root)?;
                let (file, form) = KeyFile::make(key)?;
                file.write(&root)?;
                form
            }
            (None, key) => {
                if key.is_some() {
                    tracing::warn!(
                        "the database is encrypted and its files are not; `data encrypt` goes on with it"
                    );
                }
                Form::plain()
            }
        };
        Ok(Self::with(Some(root), form))
    }

    /// None at all, for a database in memory.
    pub(super) fn nowhere() -> Self {
        Self::with(None, Form::plain())
    }

    fn with(root: Option<PathBuf>, form: Form) -> Self {
        Self {
            inner: Arc::new(Inner {
                root,
                form,
                gate: Arc::default(),
            }),
        }
    }

    fn root(&self) -> Result<&Path, StoreError> {
        let root = self.inner.root.as_deref();
        root.ok_or_else(|| StoreError::Io("there is no folder for files".to_owned()))
    }

    /// Whether they lie sealed.
    pub(in crate::data) fn are_sealed(&self) -> bool {
        self.inner.form.keys.is_some()
    }

    /// A file to write.
    pub(in crate::data) fn create(&self) -> Result<NewFile, StoreError> {
        NewFile::begin(self.root()?, &self.inner.form, &self.inner.gate)
    }

    /// A file to read: `None` where it is not there. The reading fails at its end where the content is another.
    pub(in crate::data) fn open_file(
        &self,
        hash: FileHash,
        size: u64,
    ) -> Result<Option<OpenFile>, StoreError> {
        OpenFile::begin(self.root()?, &self.inner.form, hash, size)
    }

    /// Whether a file is there in its whole length; its content is not read.
    pub(in crate::data) fn has(&self, hash: FileHash, size: u64) -> Result<bool, StoreError> {
        let path = self.inner.form.path(self.root()?, hash);
        match fs::metadata(path) {
            Ok(found) => Ok(found.len() == self.inner.form.length(size)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps files from being removed for as long as it lives.
    pub(in crate::data) fn hold(&self) -> FilesHold {
        FilesHold::new(&self.inner.gate)
    }
}

/// Makes a folder that only we may enter, durably; one that is there is left.
fn make_folder(folder: &Path) -> Result<(), StoreError> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => folder.parent().map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The entries of a folder; none where it is not there.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, StoreError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.collect::<Result<_, _>>()?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether there is any file that does not lie sealed.
fn has_files(root: &Path) -> Result<bool, StoreError> {
    for shard in Place::Plain.shards(root)? {
        if !entries(&shard)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes what writers have left that were cut short with the process.
fn remove_unfinished(root: &Path) -> Result<(), StoreError> {
    for entry in entries(root)? {
        if entry.file_name().to_string_lossy().starts_with(NEW_PREFIX) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
