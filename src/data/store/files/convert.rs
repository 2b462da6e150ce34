//! The files of a closed folder from plain to sealed, back, or under another key. At every moment one place holds them all,
//! and the key file says which.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::key_file::{KeyFile, Place};
use super::new_file::NewFile;
use super::open_file::Source;
use super::{FOLDER, Form, entries, make_folder, remove_unfinished};
use crate::data::store::cipher::{DataKey, Keyring};
use crate::data::store::error::StoreError;
use crate::room::Space;

/// Seals files that lie as they are; whether they did.
pub(in crate::data::store) fn encrypt(folder: &Path, key: &DataKey) -> Result<bool, StoreError> {
    let root = folder.join(FOLDER);
    make_folder(&root)?;
    if KeyFile::settled(&root)?.is_some() {
        return Ok(false);
    }
    let (target, form) = KeyFile::make(key)?;
    carry(&root, KeyFile::plain(), &Form::plain(), target, &form)?;
    Ok(true)
}

/// Lays sealed files down as they are; whether they were sealed.
pub(in crate::data::store) fn decrypt(folder: &Path, keys: &Keyring) -> Result<bool, StoreError> {
    let root = folder.join(FOLDER);
    let Some(file) = KeyFile::settled(&root)? else {
        return Ok(false);
    };
    let form = file.form(keys)?;
    carry(&root, file, &form, KeyFile::plain(), &Form::plain())?;
    Ok(true)
}

/// Before the database gets a new key: the files can be read with either from now on.
pub(in crate::data::store) fn rotate_before(
    folder: &Path,
    keys: &Keyring,
    new: &DataKey,
) -> Result<(), StoreError> {
    let root = folder.join(FOLDER);
    match KeyFile::settled(&root)? {
        Some(file) => file.also_under(&with(keys, new), new)?.write(&root),
        None => Ok(()),
    }
}

/// After it has it: the old one opens nothing any more. `fully` seals the files anew, under another key of their own.
pub(in crate::data::store) fn rotate_after(
    folder: &Path,
    keys: &Keyring,
    new: &DataKey,
    fully: bool,
) -> Result<(), StoreError> {
    let root = folder.join(FOLDER);
    let Some(file) = KeyFile::settled(&root)? else {
        return Ok(());
    };
    if !fully {
        return file.only_under(&root, Some(new)).map(drop);
    }
    let form = file.form(&with(keys, new))?;
    let (target, into) = KeyFile::make(new)?;
    carry(&root, file, &form, target, &into)
}

fn with(keys: &Keyring, new: &DataKey) -> Keyring {
    let mut keys = keys.clone();
    keys.add("the new key", new.clone());
    keys
}

/// Writes all files in another form, lets that one count, and removes the first.
fn carry(
    root: &Path,
    file: KeyFile,
    from: &Form,
    target: KeyFile,
    to: &Form,
) -> Result<(), StoreError> {
    remove_unfinished(root)?;
    let bytes = length(root, &from.place)?;
    if Space::of(root)?.free < bytes + bytes / 50 {
        return Err(StoreError::NoRoom);
    }
    file.making(&to.place).write(root)?;
    for shard in from.place.shards(root)? {
        for entry in entries(&shard)? {
            copy(root, &entry, from, to)?;
        }
    }
    target.replacing(&from.place).write(root)?;
    KeyFile::settled(root).map(drop)
}

fn length(root: &Path, place: &Place) -> Result<u64, StoreError> {
    let mut bytes = 0;
    for shard in place.shards(root)? {
        for entry in entries(&shard)? {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// Copies one file, which must be what its name says.
fn copy(root: &Path, entry: &fs::DirEntry, from: &Form, to: &Form) -> Result<(), StoreError> {
    let mut new = NewFile::begin(root, to, &Arc::default())?;
    let mut source = Source::begin(File::open(entry.path())?, from)?;
    io::copy(&mut source, &mut new)?;
    let stored = new.finish()?;
    let name = HEXLOWER.encode(&from.name(stored.hash()));
    if *entry.file_name() != *name {
        return Err(StoreError::Damaged(format!(
            "{} is not what was written; put it right, or remove it",
            entry.path().display()
        )));
    }
    Ok(())
}
