//! An archive made a firm again, in a folder of its own: to prove that it can be, or to go on with it.

use std::fs::File;
use std::path::Path;

use super::error::BackupError;
use super::keys::Keys;
use super::manifest::Manifest;
use super::progress::{Hearing, Phase};
use super::read::Opened;
use crate::data::{Actor, DataKey, Keyring, LoadedFrom, Loader, Module, Part};
use crate::modules::RECORD_TYPES;

/// What becomes of the firm.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// It is looked at and thrown away.
    Proof,
    /// It goes on, with an entry about the restore in its audit log: by this person, or from the machine.
    Restore(Option<Actor>),
}

/// Reads an archive to its last byte, and makes a store of it in an empty folder, encrypted where `at_rest` has a key for
/// new files.
pub(super) fn load(
    mut opened: Opened,
    archive: &str,
    keys: &Keys,
    folder: &Path,
    purpose: Purpose,
    at_rest: Keyring,
    hearing: &Hearing,
) -> Result<Manifest, BackupError> {
    let wrong = |error| BackupError::loading(archive, error);
    let secret = opened.secret(keys)?;
    let sound = opened.manifest().sound;
    let mut loader =
        Loader::begin_under(folder, &RECORD_TYPES, &secret, sound, at_rest).map_err(wrong)?;
    let parts = Part::all(&Module::ALL);
    let mut order = parts.iter();
    let total = opened.manifest().bytes();
    let mut done = 0;
    while let Some(name) = opened.next()? {
        // Each part is found behind the one before it, or is out of order.
        let part = order.find(|part| part.file_name() == name);
        let part = *part
            .ok_or_else(|| BackupError::damaged(archive, format!("{name} is out of order")))?;
        loader.part(part).map_err(wrong)?;
        opened.contents(&name, &mut |bytes| {
            loader.take(bytes).map_err(wrong)?;
            done += bytes.len() as u64;
            if hearing.tell(Phase::Loading, done, total) {
                Ok(())
            } else {
                Err(BackupError::Stopped)
            }
        })?;
        if opened.manifest().counts.get(&part.name()) != Some(&loader.lines()) {
            return Err(BackupError::damaged(
                archive,
                format!(
                    "{name} has {} lines, and not as many as listed",
                    loader.lines()
                ),
            ));
        }
    }
    let manifest = opened.finish()?;
    let origin = match purpose {
        Purpose::Proof => None,
        Purpose::Restore(by) => Some(LoadedFrom {
            archive: archive.to_owned(),
            made_at: manifest.created_at,
            by,
        }),
    };
    loader.finish(&manifest.digests, origin).map_err(wrong)?;
    Ok(manifest)
}

/// Proves an archive: opens it, holds it against its own hashes, and makes a firm of it that is thrown away. It lies in a
/// folder of `temp_dir` meanwhile, readable by nobody else; where it is to be `sealed`, under a key that is thrown away too.
pub(super) fn prove(
    archive: &str,
    file: File,
    keys: &Keys,
    temp_dir: &Path,
    sealed: bool,
    hearing: &Hearing,
) -> Result<Manifest, BackupError> {
    let opened = Opened::open(archive, file, keys)?;
    let folder = tempfile::Builder::new()
        .prefix("proof-")
        .tempdir_in(temp_dir)
        .map_err(|error| BackupError::io(temp_dir.display(), error))?;
    let at_rest = if sealed {
        Keyring::default().encrypting("memory", DataKey::random()?)
    } else {
        Keyring::default()
    };
    let manifest = load(
        opened,
        archive,
        keys,
        folder.path(),
        Purpose::Proof,
        at_rest,
        hearing,
    )?;
    folder
        .close()
        .map_err(|error| BackupError::io(temp_dir.display(), error))?;
    Ok(manifest)
}
