//! Another database in the place of the firm's: all of it or nothing, wherever the program is cut off.
//!
//! What was restored lies whole in a folder of its own before a journal says so. From then on it is the firm: the next
//! opening of the data folder finishes the exchange before it looks at anything else, as often as that takes.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::BackupError;

/// Says that what lies in [`NEW`] is the firm.
const JOURNAL: &str = "restore-journal.json";
/// Where a restored firm lies until it takes its place.
const NEW: &str = "restored";
/// Where what was replaced lies until its successor has been opened.
const OLD: &str = "replaced";
/// What is exchanged. Both belong together: the one is sealed with the other.
const FILES: [&str; 2] = ["secret.key", "kartoteka.redb"];

/// A restore that has taken place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Swapped {
    /// The archive.
    pub(crate) archive: String,
    /// The moment it holds.
    pub(crate) made_at: Timestamp,
}

/// An empty folder for a firm to be restored into; what an interrupted restore left there is removed.
pub(super) fn make_room(folder: &Path) -> Result<PathBuf, BackupError> {
    let new = folder.join(NEW);
    let make = || {
        remove(&new)?;
        DirBuilder::new().mode(0o700).create(&new)
    };
    make().map_err(|error| BackupError::io(new.display(), error))?;
    Ok(new)
}

/// Where that folder is.
pub(super) fn place(folder: &Path) -> PathBuf {
    folder.join(NEW)
}

/// Removes a restored firm that is not to take its place.
pub(super) fn give_up(folder: &Path) {
    let new = folder.join(NEW);
    if let Err(error) = remove(&new) {
        tracing::warn!(folder = %new.display(), %error, "cannot remove what the restore has begun");
    }
}

/// Decides for the restored firm. Whatever happens after this, the next opening finds it.
pub(super) fn decide(folder: &Path, swapped: &Swapped) -> Result<(), BackupError> {
    let write = || {
        let new = folder.join(NEW);
        for name in FILES {
            File::open(new.join(name))?.sync_all()?;
        }
        sync(&new)?;
        let mut journal = tempfile::Builder::new()
            .prefix(".restore-journal-")
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        serde_json::to_writer(&mut journal, swapped)?;
        journal.flush()?;
        journal.as_file().sync_all()?;
        let kept = journal.persist(folder.join(JOURNAL));
        kept.map_err(|error| error.error)?;
        sync(folder)
    };
    write().map_err(|error: io::Error| BackupError::io(folder.join(JOURNAL).display(), error))
}

/// Finishes an exchange that was decided; what it was, where there was one. Comes before anything opens the firm.
pub(crate) fn finish(folder: &Path) -> Result<Option<Swapped>, BackupError> {
    finish_in_steps(folder, &mut || Ok(()))
        .map_err(|error| BackupError::io(format!("{}: a restore", folder.display()), error))
}

/// Removes what was replaced, once its successor has been opened.
pub(crate) fn settle(folder: &Path) {
    let old = folder.join(OLD);
    if let Err(error) = remove(&old) {
        tracing::warn!(folder = %old.display(), %error, "cannot remove what a restore has replaced");
    }
}

/// `step` comes before each change of the folder; where it fails, the rest is left for another time.
fn finish_in_steps(
    folder: &Path,
    step: &mut dyn FnMut() -> io::Result<()>,
) -> io::Result<Option<Swapped>> {
    let (journal, new, old) = (folder.join(JOURNAL), folder.join(NEW), folder.join(OLD));
    let text = match fs::read(&journal) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // One that was not decided never was.
            if new.exists() {
                step()?;
                remove(&new)?;
            }
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let swapped: Swapped = serde_json::from_slice(&text)?;
    if !old.exists() {
        step()?;
        DirBuilder::new().mode(0o700).create(&old)?;
    }
    for name in FILES {
        let (coming, place, going) = (new.join(name), folder.join(name), old.join(name));
        if !coming.exists() {
            // It came on an earlier try.
            continue;
        }
        if place.exists() && !going.exists() {
            step()?;
            // A second name, so that there is never none. Not every disk has such; a backup was made in any case.
            if let Err(error) = fs::hard_link(&place, &going) {
                tracing::warn!(%error, name, "what a restore replaces is not kept");
            }
        }
        step()?;
        fs::rename(&coming, &place)?;
    }
    step()?;
    sync(&old)?;
    sync(folder)?;
    step()?;
    fs::remove_file(&journal)?;
    sync(folder)?;
    step()?;
    remove(&new)?;
    Ok(Some(swapped))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm(folder: &Path, what: &str) {
        for name in FILES {
            fs::write(folder.join(name), format!("{name} {what}")).unwrap();
        }
    }

    fn holds(folder: &Path) -> Vec<String> {
        FILES
            .iter()
            .map(|name| fs::read_to_string(folder.join(name)).unwrap())
            .collect()
    }

    fn swapped() -> Swapped {
        Swapped {
            archive: "2026-11-26T02-30-00Z-firma.tar.zst.age".to_owned(),
            made_at: "2026-11-26T02:30:00Z".parse().unwrap(),
        }
    }

    /// Wherever it is cut off, any number of times, the folder ends as the one firm or as the other.
    #[test]
    fn cut_off_at_every_step_it_is_finished_by_the_next_opening() {
        let cut = || Err(io::Error::other("cut off"));
        for first in 0..12 {
            for second in 0..12 {
                let root = tempfile::tempdir().unwrap();
                let folder = root.path();
                firm(folder, "old");
                let new = make_room(folder).unwrap();
                firm(&new, "new");
                decide(folder, &swapped()).unwrap();
                let mut result = Ok(None);
                for most in [first, second] {
                    let mut left = most;
                    result = finish_in_steps(folder, &mut || {
                        if left == 0 {
                            return cut();
                        }
                        left -= 1;
                        Ok(())
                    });
                }
                let over = result.is_ok();
                let found = finish(folder).unwrap();
                assert!(over || found.is_none() || found == Some(swapped()));
                assert_eq!(
                    holds(folder),
                    ["secret.key new", "kartoteka.redb new"],
                    "{first} {second}"
                );
                assert!(!folder.join(NEW).exists() && !folder.join(JOURNAL).exists());
                assert_eq!(
                    holds(&folder.join(OLD)),
                    ["secret.key old", "kartoteka.redb old"]
                );
                settle(folder);
                assert!(!folder.join(OLD).exists());
                assert_eq!(finish(folder).unwrap(), None);
            }
        }
    }

    #[test]
    fn what_was_not_decided_never_was() {
        let root = tempfile::tempdir().unwrap();
        firm(root.path(), "old");
        let new = make_room(root.path()).unwrap();
        firm(&new, "half");
        assert_eq!(finish(root.path()).unwrap(), None);
        assert_eq!(holds(root.path()), ["secret.key old", "kartoteka.redb old"]);
        assert!(!new.exists());
    }

    #[test]
    fn half_a_firm_is_not_decided_for() {
        let root = tempfile::tempdir().unwrap();
        firm(root.path(), "old");
        let new = make_room(root.path()).unwrap();
        fs::write(new.join(FILES[1]), "new").unwrap();
        assert!(decide(root.path(), &swapped()).is_err());
        assert_eq!(finish(root.path()).unwrap(), None);
        assert_eq!(holds(root.path()), ["secret.key old", "kartoteka.redb old"]);
    }
}
