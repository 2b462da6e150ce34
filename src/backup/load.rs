//! An archive made a firm again, in a folder of its own: to prove that it can be, or to go on with it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::error::BackupError;
use super::files::{FileList, Source, Unfit, check, room_for};
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

/// What becomes of contents that an archive holds itself.
pub(super) enum Inside<'a> {
    /// They are held against their hashes.
    Checked,
    /// They are the new firm's.
    Kept,
    /// They go to another folder.
    In(&'a dyn Source),
}

/// An archive that was read to its last byte.
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
    /// What it refers to.
    pub(super) files: FileList,
}

/// Reads an archive to its last byte, and makes a store of it in an empty folder, encrypted where `at_rest` has a key for
/// new files.
#[expect(
    clippy::too_many_arguments,
    reason = "each of them is another thing, and there are three callers"
)]
pub(super) fn load(
    mut opened: Opened,
    archive: &str,
    keys: &Keys,
    folder: &Path,
    purpose: Purpose,
    at_rest: Keyring,
    inside: &Inside<'_>,
    hearing: &Hearing,
) -> Result<Loaded, BackupError> {
    let wrong = |error| BackupError::loading(archive, error);
    let secret = opened.secret(keys)?;
    let files = opened.files()?;
    let sound = opened.manifest().sound;
    let mut loader =
        Loader::begin_under(folder, &RECORD_TYPES, &secret, sound, at_rest).map_err(wrong)?;
    let parts = Part::all(&Module::ALL);
    let mut order = parts.iter();
    let total = opened.manifest().all_bytes();
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
    if !files.is_of(loader.files()) {
        let what = "its records have other files than it refers to";
        return Err(BackupError::damaged(archive, what));
    }
    if opened.manifest().files.inside && !matches!(inside, Inside::Checked) {
        room_for(folder, opened.manifest().files.bytes)?;
    }
    let own: Arc<dyn Source> = Arc::new(loader.contents());
    opened.inside(&files, &mut |content, from| {
        done += content.size;
        if !hearing.tell(Phase::Loading, done, total) {
            return Err(BackupError::Stopped);
        }
        let mut fill = |out: &mut dyn Write| check(from, content, out);
        let kept = match inside {
            Inside::Checked => fill(&mut io::sink()),
            Inside::Kept => own.keep(content, &mut fill),
            Inside::In(source) => source.keep(content, &mut fill),
        };
        kept.map_err(|why| match why {
            Unfit::Io(error) => BackupError::io("a file of the archive", error),
            why => BackupError::damaged(archive, format!("{}: {why}", content.inside())),
        })
    })?;
    let manifest = opened.finish()?;
    let origin = match purpose {
        Purpose::Proof => None,
        Purpose::Restore(by) => Some(LoadedFrom {
            archive: archive.to_owned(),
            made_at: manifest.created_at,
            by,
        }),
    };
    drop(own);
    loader.finish(&manifest.digests, origin).map_err(wrong)?;
    Ok(Loaded { manifest, files })
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
) -> Result<Loaded, BackupError> {
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
    let loaded = load(
        opened,
        archive,
        keys,
        folder.path(),
        Purpose::Proof,
        at_rest,
        &Inside::Checked,
        hearing,
    )?;
    folder
        .close()
        .map_err(|error| BackupError::io(temp_dir.display(), error))?;
    Ok(loaded)
}
