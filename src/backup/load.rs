//! An archive made a firm again, in a folder of its own: to prove that it can be, or to go on with it.

use std::fs::File;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

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

/// What the thread that opens an archive hands on to the one that makes a firm of it.
enum Piece {
    /// A part begins.
    Part(String),
    /// Bytes of it.
    Bytes(Vec<u8>),
    /// It came whole, and is what was written.
    Whole,
}

/// Pieces on their way between the two.
const PIECES: usize = 4;
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
    let claimed = opened.manifest().clone();
    let loader = Loader::begin_under(folder, &RECORD_TYPES, &secret, claimed.sound, at_rest);
    let mut loader = loader.map_err(wrong)?;
    // Decrypting, unpacking and hashing are as much work as what is made of the lines.
    let mut done = thread::scope(|scope| {
        let (pieces, taken) = sync_channel(PIECES);
        let reading = &mut opened;
        let reader = thread::Builder::new()
            .name("load-read".to_owned())
            .spawn_scoped(scope, move || hand_on(reading, &pieces))
            .map_err(|error| BackupError::io("a thread", error))?;
        let fed = feed(&mut loader, archive, &claimed, taken, hearing);
        let read = reader.join().unwrap_or_else(|broken| resume_unwind(broken));
        // Where lines are wrong the reader was let go of early.
        let done = fed?;
        read.map(|()| done)
    })?;
    if !files.is_of(loader.files()) {
        let what = "its records have other files than it refers to";
        return Err(BackupError::damaged(archive, what));
    }
    if claimed.files.inside && !matches!(inside, Inside::Checked) {
        room_for(folder, claimed.files.bytes)?;
    }
    let total = claimed.all_bytes();
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

/// Reads the parts of an archive.
fn hand_on(opened: &mut Opened, pieces: &SyncSender<Piece>) -> Result<(), BackupError> {
    let give = |piece| pieces.send(piece).map_err(|_| BackupError::Stopped);
    while let Some(name) = opened.next()? {
        give(Piece::Part(name.clone()))?;
        opened.contents(&name, &mut |bytes| give(Piece::Bytes(bytes.to_vec())))?;
        give(Piece::Whole)?;
    }
    Ok(())
}

/// Gives a loader what comes, until there is no more; the bytes there were.
fn feed(
    loader: &mut Loader,
    archive: &str,
    claimed: &Manifest,
    pieces: Receiver<Piece>,
    hearing: &Hearing,
) -> Result<u64, BackupError> {
    let wrong = |error| BackupError::loading(archive, error);
    let parts = Part::all(&Module::ALL);
    let mut order = parts.iter();
    let (mut now, mut done) = (None, 0);
    let total = claimed.all_bytes();
    for piece in pieces {
        match piece {
            Piece::Part(name) => {
                // Each part is found behind the one before it, or is out of order.
                let part = order.find(|part| part.file_name() == name);
                let part = *part.ok_or_else(|| {
                    BackupError::damaged(archive, format!("{name} is out of order"))
                })?;
                loader.part(part).map_err(wrong)?;
                now = Some(part);
            }
            Piece::Bytes(bytes) => {
                loader.take(&bytes).map_err(wrong)?;
                done += bytes.len() as u64;
                if !hearing.tell(Phase::Loading, done, total) {
                    return Err(BackupError::Stopped);
                }
            }
            Piece::Whole => {
                let lines = loader.lines();
                if let Some(part) = now
                    && claimed.counts.get(&part.name()) != Some(&lines)
                {
                    let name = part.file_name();
                    let what = format!("{name} has {lines} lines, and not as many as listed");
                    return Err(BackupError::damaged(archive, what));
                }
            }
        }
    }
    Ok(done)
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
