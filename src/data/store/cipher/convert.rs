//! A closed database from plain to encrypted, back, or under another key. Each file is whole at every moment: the new one
//! gets the old one's name once it is on the disk and was read back.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use redb::StorageBackend;
use redb::backends::FileBackend;

use super::head::Head;
use super::{Cipher, DataKey, Keyring, WorkFiles, backend, is_encrypted, open};
use crate::data::store::error::StoreError;
use crate::data::store::open::{FILE, NEW_PREFIX, sync_folder};
use crate::room::Space;

/// Is given each stretch of the file with where it begins.
type Visit<'a> = dyn FnMut(u64, &[u8]) -> Result<(), StoreError> + 'a;

/// Bytes copied at once; whole pages.
const STEP: usize = 1 << 20;

/// The database file of a folder and the copies that upgrades have left; the file itself last.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(NEW_PREFIX) || name.ends_with(".unfinished") {
            // What an earlier attempt has left, which may be plain.
            fs::remove_file(entry.path())?;
        } else if name.starts_with(FILE) && name != FILE {
            files.push(entry.path());
        }
    }
    files.sort();
    files.push(folder.join(FILE));
    Ok(files)
}

fn existing(path: &Path) -> Result<File, StoreError> {
    Ok(File::options().read(true).write(true).open(path)?)
}

/// Encrypts what is plain; whether anything was.
pub(in crate::data::store) fn encrypt(folder: &Path, key: &DataKey) -> Result<bool, StoreError> {
    let mut changed = false;
    for path in files(folder)? {
        let file = existing(&path)?;
        if !is_encrypted(&file)? {
            copy(&path, &backend(file)?, |file| Cipher::make(file, key))?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Makes plain what is encrypted; whether anything was.
pub(in crate::data::store) fn decrypt(folder: &Path, keys: &Keyring) -> Result<bool, StoreError> {
    let mut changed = false;
    for path in files(folder)? {
        if let Some(cipher) = open(&path, keys)? {
            copy(&path, &cipher, Ok)?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Gives an encrypted folder a new key. `fully`: every page is sealed anew, under a new key of its own; otherwise that key
/// is sealed anew, which takes a moment.
pub(in crate::data::store) fn rotate(
    folder: &Path,
    keys: &Keyring,
    new: &DataKey,
    fully: bool,
) -> Result<(), StoreError> {
    for path in files(folder)? {
        let file = existing(&path)?;
        if !is_encrypted(&file)? {
            continue;
        }
        let inner = backend(file)?;
        let head = Head::read(&inner)?;
        if head.key_id() == new.id() {
            // An earlier attempt came as far as this.
            head.replace(&inner)?;
            if !fully {
                continue;
            }
        }
        let mut keys = keys.clone();
        keys.add("the new key", new.clone());
        if fully {
            copy(&path, &Cipher::open(inner, &keys)?, |file| {
                Cipher::make(file, new)
            })?;
        } else {
            let old = keys.for_file(head.key_id())?;
            head.under(old, new)?.replace(&inner)?;
        }
    }
    Ok(())
}

/// What belongs to a database and lies beside it.
#[derive(Default)]
pub(in crate::data::store) struct Beside {
    /// How working files lie.
    pub(in crate::data::store) work_files: WorkFiles,
    /// Where the key comes from; none where the file is plain.
    pub(in crate::data::store) key_place: Option<String>,
    /// The key itself.
    pub(in crate::data::store) key: Option<DataKey>,
}

/// What opens the folder's file, and how other files lie beside it.
pub(in crate::data::store) fn beside(folder: &Path, keys: &Keyring) -> Result<Beside, StoreError> {
    let file = File::open(folder.join(FILE))?;
    if !is_encrypted(&file)? {
        return Ok(Beside::default());
    }
    let head = Head::read(&backend(file)?)?;
    let key = keys.for_file(head.key_id())?;
    Ok(Beside {
        work_files: WorkFiles::of(&head.secret(key)?),
        key_place: keys.place_of(head.key_id()).map(str::to_owned),
        key: Some(key.clone()),
    })
}

/// Whether the folder's database is encrypted; none where there is no database.
pub(in crate::data::store) fn is_on(folder: &Path) -> Result<Option<bool>, StoreError> {
    match File::open(folder.join(FILE)) {
        Ok(file) => Ok(Some(is_encrypted(&file)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Puts a copy in place of a file: made beside it, brought to the disk, held against what it was made of.
fn copy<D: StorageBackend>(
    path: &Path,
    from: &impl StorageBackend,
    make: impl FnOnce(FileBackend) -> Result<D, StoreError>,
) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(path);
    let length = from.len()?;
    if Space::of(folder)?.free < length + length / 50 {
        return Err(StoreError::NoRoom);
    }
    let new = tempfile::Builder::new()
        .prefix(NEW_PREFIX)
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    let to = make(backend(new.reopen()?)?)?;
    to.set_len(length)?;
    let mut buffer = vec![0; STEP];
    let mut each = |visit: &mut Visit<'_>| {
        let mut at = 0;
        while at < length {
            let part = (length - at).min(STEP as u64) as usize;
            from.read(at, &mut buffer[..part])?;
            visit(at, &buffer[..part])?;
            at += part as u64;
        }
        Ok::<_, StoreError>(())
    };
    each(&mut |at, text| Ok(to.write(at, text)?))?;
    to.sync_data()?;
    let mut again = vec![0; STEP];
    each(&mut |at, text| {
        to.read(at, &mut again[..text.len()])?;
        if again[..text.len()] == *text {
            Ok(())
        } else {
            Err(StoreError::Io("a copy is not what was written".to_owned()))
        }
    })?;
    drop(to);
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}
