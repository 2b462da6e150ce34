//! `files/key`: the key that files are sealed under, itself sealed under the key of the database; and how far a change of
//! their form has come.
//!
//! Files lie in a place of their own for each form: as they are below `files`, or under a key below `files/<its id>`. A change
//! writes them all into the new place, then this file says that the new place counts, then the old one goes. What it names as
//! unfinished or replaced is cleared away by the next opening, so that at any moment one place holds every file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};

use super::{Form, NEW_PREFIX, entries};
use crate::data::store::cipher::{DataKey, Keyring, WRAPPED, random};
use crate::data::store::error::StoreError;
use crate::data::store::open::sync_folder;

const NAME: &str = "key";
const MAGIC: &[u8] = b"kartoteka-files\n";
const FORMAT: u32 = 1;

/// A form's place below the folder of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) enum Place {
    /// As they are.
    Plain,
    /// Under a key, by its id.
    Sealed(String),
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "plain" {
            return Ok(Self::Plain);
        }
        let is_id = text.len() == 16 && HEXLOWER.decode(text.as_bytes()).is_ok();
        if is_id {
            Ok(Self::Sealed(text))
        } else {
            Err(format!("{text:?} is no place of files"))
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        match place {
            Place::Plain => "plain".to_owned(),
            Place::Sealed(id) => id,
        }
    }
}

impl Place {
    pub(super) fn folder(&self, root: &Path) -> PathBuf {
        match self {
            Self::Plain => root.to_owned(),
            Self::Sealed(id) => root.join(id),
        }
    }

    /// The folders with its files, each named by the first two digits of their names.
    pub(super) fn shards(&self, root: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let mut shards = Vec::new();
        for entry in entries(&self.folder(root))? {
            let name = entry.file_name();
            let digits = name.as_encoded_bytes();
            if digits.len() == 2 && HEXLOWER.decode(digits).is_ok() {
                shards.push(entry.path());
            }
        }
        shards.sort();
        Ok(shards)
    }

    /// Removes all its files.
    fn clear(&self, root: &Path) -> Result<(), StoreError> {
        for shard in self.shards(root)? {
            fs::remove_dir_all(shard)?;
        }
        if let Self::Sealed(_) = self {
            match fs::remove_dir(self.folder(root)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        sync_folder(root)
    }
}

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyFile {
    format: u32,
    /// Where the files lie.
    place: Place,
    /// Their key, sealed under each key of the database that opens it; by that one's id.
    keys: BTreeMap<String, String>,
    /// What a change that was begun writes into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    making: Option<Place>,
    /// What a change that is made has left behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaced: Option<Place>,
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("files/{NAME}: {what}"))
}

/// What the sealed key is named by.
fn named(place: &Place, key: [u8; 8]) -> Vec<u8> {
    let place = String::from(place.clone());
    [MAGIC, &FORMAT.to_le_bytes(), place.as_bytes(), &key].concat()
}

impl KeyFile {
    /// For files that lie as they are.
    pub(super) fn plain() -> Self {
        Self {
            format: FORMAT,
            place: Place::Plain,
            keys: BTreeMap::new(),
            making: None,
            replaced: None,
        }
    }

    /// For files under a new key of their own.
    pub(super) fn make(under: &DataKey) -> Result<(Self, Form), StoreError> {
        let secret: [u8; 32] = random()?;
        let place = Place::Sealed(HEXLOWER.encode(&random::<8>()?));
        let mut file = Self {
            place: place.clone(),
            ..Self::plain()
        };
        file.add(under, &secret)?;
        Ok((file, Form::sealed(place, &secret)))
    }

    fn add(&mut self, under: &DataKey, secret: &[u8; 32]) -> Result<(), StoreError> {
        let id = under.id();
        let sealed = under.wrap(&named(&self.place, id), secret)?;
        self.keys
            .insert(HEXLOWER.encode(&id), BASE64.encode(&sealed));
        Ok(())
    }

    fn secret(&self, keys: &Keyring) -> Result<[u8; 32], StoreError> {
        let mut missing = damaged("there is no key in it");
        for (id, sealed) in &self.keys {
            let id = HEXLOWER.decode(id.as_bytes()).ok();
            let id: [u8; 8] = id
                .and_then(|id| id.try_into().ok())
                .ok_or_else(|| damaged("the id of a key"))?;
            let key = match keys.for_file(id) {
                Ok(key) => key,
                Err(error) => {
                    missing = error;
                    continue;
                }
            };
            let sealed = BASE64.decode(sealed.as_bytes()).ok();
            let sealed: Option<[u8; WRAPPED]> = sealed.and_then(|sealed| sealed.try_into().ok());
            return sealed
                .and_then(|sealed| key.unwrap(&named(&self.place, id), &sealed))
                .ok_or_else(|| damaged("the key in it is not what was written"));
        }
        Err(missing)
    }

    /// How files lie, with what opens them.
    pub(super) fn form(&self, keys: &Keyring) -> Result<Form, StoreError> {
        match &self.place {
            Place::Plain => Ok(Form::plain()),
            place @ Place::Sealed(_) => Ok(Form::sealed(place.clone(), &self.secret(keys)?)),
        }
    }

    /// The one of a folder; `None` where its files lie as they are and nothing is to be said.
    pub(super) fn read(root: &Path) -> Result<Option<Self>, StoreError> {
        let bytes = match fs::read(root.join(NAME)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Without their key they would seem to have never been.
                for entry in entries(root)? {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    if matches!(Place::try_from(name), Ok(Place::Sealed(_))) {
                        return Err(damaged("it is missing"));
                    }
                }
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let file: Self =
            serde_json::from_slice(&bytes).map_err(|error| damaged(&error.to_string()))?;
        if file.format != FORMAT {
            return Err(StoreError::Newer {
                found: file.format,
                known: FORMAT,
            });
        }
        Ok(Some(file))
    }

    /// The same, after clearing away what a change has left that was cut short.
    pub(super) fn settled(root: &Path) -> Result<Option<Self>, StoreError> {
        let Some(mut file) = Self::read(root)? else {
            return Ok(None);
        };
        for place in [file.making.take(), file.replaced.take()]
            .into_iter()
            .flatten()
        {
            if place == file.place {
                return Err(damaged("it would clear away the files that count"));
            }
            place.clear(root)?;
        }
        if file.place == Place::Plain {
            fs::remove_file(root.join(NAME))?;
            sync_folder(root)?;
            return Ok(None);
        }
        file.write(root)?;
        Ok(Some(file))
    }

    /// Gives up the keys of the database that a rotation has left, where there are more than the one in use.
    pub(super) fn only_under(
        mut self,
        root: &Path,
        key: Option<&DataKey>,
    ) -> Result<Self, StoreError> {
        let Some(id) = key.map(|key| HEXLOWER.encode(&key.id())) else {
            return Ok(self);
        };
        if self.keys.len() > 1 && self.keys.contains_key(&id) {
            self.keys.retain(|other, _| *other == id);
            self.write(root)?;
        }
        Ok(self)
    }

    /// The same, opened by another key of the database as well.
    pub(super) fn also_under(mut self, keys: &Keyring, new: &DataKey) -> Result<Self, StoreError> {
        let secret = self.secret(keys)?;
        self.add(new, &secret)?;
        Ok(self)
    }

    /// The same, while files are written into another place.
    pub(super) fn making(mut self, place: &Place) -> Self {
        self.making = Some(place.clone());
        self
    }

    /// The same, in place of another that goes.
    pub(super) fn replacing(mut self, place: &Place) -> Self {
        self.replaced = Some(place.clone());
        self
    }

    /// Puts it in the place of what is there, durably.
    pub(super) fn write(&self, root: &Path) -> Result<(), StoreError> {
        let mut new = tempfile::Builder::new()
            .prefix(NEW_PREFIX)
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(root)?;
        let bytes = serde_json::to_vec_pretty(self).expect("plain structs always serialise");
        new.write_all(&bytes)?;
        new.as_file().sync_all()?;
        new.persist(root.join(NAME)).map_err(|error| error.error)?;
        sync_folder(root)
    }
}
