//! `data`: the database and the files of records encrypted at rest, plain again, or under another key, while nobody uses it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Common;
use super::failure::Failure;
use crate::app::data_dir::{DataDir, SHORTLY};
use crate::app::data_key::KeyPlaces;
use crate::backup;
use crate::data::Vault;

#[derive(Debug, Subcommand)]
pub(super) enum DataCommand {
    /// Encrypts the database and the files of records, under the key in --db-key-file [default: db.key in the data folder, to be moved out of it];
    /// the file is made where it is absent.
    Encrypt,
    /// Makes both plain again.
    Decrypt,
    /// Gives the encrypted database a new key, in place of the old one.
    RotateKey {
        /// A new file for the new key [default: the file of the old one].
        #[arg(long, value_name = "F")]
        new_key_file: Option<PathBuf>,
        /// Seals every page and every file anew too: for when the database itself may have been read.
        #[arg(long)]
        full: bool,
    },
}

impl DataCommand {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let data = DataDir::open(&common.data, SHORTLY)?;
        let folder = data.path();
        // A firm that lies ready to take this one's place would stay under the key of before, or plain.
        backup::finish(folder)?;
        let places = KeyPlaces::of(&common.load_config()?, folder);
        let encrypted = Vault::is_encrypted(folder)?.ok_or_else(|| {
            Failure::Failed(format!(
                "there is no database in {}; `init --encrypt` makes one that is encrypted",
                folder.display()
            ))
        })?;
        match self {
            Self::Encrypt => {
                if encrypted {
                    // What another attempt has left plain is encrypted under the same key.
                    Vault::format_of(folder, &places.find())?;
                }
                // Whether it is whole is known before it is touched.
                let keys = places.find();
                if !encrypted {
                    Vault::check_file(folder, &keys)?;
                }
                let ring = places.ensure(&mut std::io::stderr())?;
                let key = ring.new_files().ok_or_else(|| {
                    Failure::Failed("there is no key to encrypt under".to_owned())
                })?;
                let changed = Vault::encrypt_folder(folder, key)?;
                clear(&data)?;
                if changed {
                    eprintln!(
                        "the database is encrypted; its plain form was removed, but the disk may hold its old blocks until \
                         they are written over"
                    );
                } else {
                    eprintln!("the database was encrypted already");
                }
            }
            Self::Decrypt => {
                let changed = Vault::decrypt_folder(folder, &places.find())?;
                places.forget()?;
                clear(&data)?;
                eprintln!(
                    "{}",
                    if changed {
                        "the database is plain"
                    } else {
                        "the database was plain already"
                    }
                );
            }
            Self::RotateKey { new_key_file, full } => {
                if !encrypted {
                    return Err(Failure::Failed(
                        "the database is not encrypted; `data encrypt` does that".to_owned(),
                    ));
                }
                let path = rotate(&places, folder, new_key_file.as_deref(), full)?;
                if full {
                    clear(&data)?;
                }
                eprintln!(
                    "the database is under a new key, in {}; keep a copy of it elsewhere: the old one opens nothing here any \
                     more",
                    path.display()
                );
            }
        }
        Ok(())
    }
}

fn rotate(
    places: &KeyPlaces,
    folder: &Path,
    new_key_file: Option<&Path>,
    full: bool,
) -> Result<PathBuf, Failure> {
    let keys = places.find();
    let found = Vault::key_place_of(folder, &keys)?;
    let into = new_key_file
        .map(std::path::absolute)
        .transpose()
        .map_err(|error| Failure::io("--new-key-file", error))?;
    let new = places.begin_rotation(&found, into.as_deref())?;
    Vault::rotate_key(folder, &keys, &new.key, full)?;
    let named = into.is_some();
    let path = new.settle()?;
    if named {
        places.remember_instead(&path)?;
    }
    Ok(path)
}

/// Removes what lies beside the database for a while, in the form that was: working files, results of operations.
fn clear(data: &DataDir) -> Result<(), Failure> {
    data.temporary()?;
    let results = data.path().join("results");
    if results.exists() {
        fs::remove_dir_all(&results).map_err(|error| Failure::io(results.display(), error))?;
    }
    Ok(())
}
