//! The whole firm from an archive, into a folder that holds nothing.
//!
//! The first thing written is a marker, the last thing done is to remove it: a folder with one is refused by the server. What
//! an archive does not turn out to be is removed again.

use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::error::BackupError;
use super::files::{Bringing, FileList, Missing, Source};
use super::keys::Keys;
use super::load::{Inside, Loaded, Purpose, load};
use super::manifest::Manifest;
use super::progress::Hearing;
use super::read::Opened;
use crate::data::{Keyring, Vault, VaultSettings};
use crate::modules::RECORD_TYPES;

/// Says that a restore into the folder has begun and not ended.
const MARKER: &str = "restore-unfinished";

/// The keys for the database that is made, asked for once the folder is there; the reason where there are none.
pub(crate) type AtRest<'a> = dyn Fn() -> Result<Keyring, String> + 'a;

/// What to tell of a folder that an interrupted restore has left; nothing for every other.
pub(crate) fn left_unfinished(folder: &Path) -> Option<String> {
    folder.join(MARKER).exists().then(|| {
        format!(
            "{} was left by a restore that was interrupted, and holds only a part of the firm; empty it and restore again",
            folder.display()
        )
    })
}

/// From where files come that an archive refers to, for whoever is on no runtime.
pub(crate) struct Fetching<'a> {
    /// The places.
    pub(crate) bringing: &'a Bringing,
    /// What talks to them.
    pub(crate) runtime: &'a Runtime,
}

impl Fetching<'_> {
    pub(super) fn bring(
        &self,
        archive: &str,
        list: &FileList,
        keys: &Keys,
        into: &Arc<dyn Source>,
        hearing: &Hearing,
    ) -> Result<Missing, BackupError> {
        let bring = self.bringing.bring(archive, list, keys, into, hearing);
        self.runtime.block_on(bring)
    }
}

/// What was restored.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    /// What the archive says of itself.
    pub(crate) manifest: Manifest,
    /// Files that were nowhere.
    pub(crate) missing: Missing,
}

/// Makes a complete data folder of an archive. `into` must be empty or absent; it is empty or absent again after an error.
pub(crate) fn restore(
    archive: &str,
    file: File,
    keys: &Keys,
    into: &Path,
    at_rest: &AtRest<'_>,
    from: &Fetching<'_>,
    hearing: &Hearing,
) -> Result<Restored, BackupError> {
    check_empty(into)?;
    // Whether key and archive belong together is known before anything is written.
    let opened = Opened::open(archive, file, keys)?;
    let target = Into::make(into)?;
    // A defect that an archive finds must not leave half a firm behind.
    let filled = catch_unwind(AssertUnwindSafe(|| {
        fill(opened, archive, keys, into, at_rest, from, hearing)
    }));
    let filled = filled.unwrap_or_else(|_| {
        let what = "reading it met a defect of the program";
        Err(BackupError::damaged(archive, what))
    });
    match filled {
        Ok(restored) => Ok(restored),
        Err(error) => {
            target.undo();
            Err(error)
        }
    }
}

/// Refuses a folder with anything in it.
pub(crate) fn check_empty(into: &Path) -> Result<(), BackupError> {
    match fs::read_dir(into) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(BackupError::Refused(match left_unfinished(into) {
                Some(why) => why,
                None => format!(
                    "{} is not empty; name an empty or a new folder with --into",
                    into.display()
                ),
            })),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::io(into.display(), error)),
    }
}

/// The folder that is filled.
struct Into {
    path: PathBuf,
    /// Whether it was made for this.
    made: bool,
}

impl Into {
    fn make(path: &Path) -> Result<Self, BackupError> {
        let made = !path.exists();
        let failed = |error| BackupError::io(path.display(), error);
        if made {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(failed)?;
        }
        let target = Self {
            path: path.to_owned(),
            made,
        };
        let mark = || {
            let mut marker = File::options()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path.join(MARKER))?;
            marker.write_all(b"a restore into this folder has begun and not ended\n")?;
            marker.sync_all()?;
            sync_folder(path)
        };
        match mark() {
            Ok(()) => Ok(target),
            Err(error) => {
                target.undo();
                Err(failed(error))
            }
        }
    }

    /// Removes what was written, the marker last.
    fn undo(&self) {
        let remove = || {
            for entry in fs::read_dir(&self.path)? {
                let entry = entry?;
                if entry.file_name() == MARKER {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())?;
                } else {
                    fs::remove_file(entry.path())?;
                }
            }
            if self.path.join(MARKER).exists() {
                fs::remove_file(self.path.join(MARKER))?;
            }
            if self.made {
                fs::remove_dir(&self.path)?;
            }
            Ok::<_, std::io::Error>(())
        };
        if let Err(error) = remove() {
            tracing::error!(folder = %self.path.display(), %error, "cannot remove what the restore has begun");
        }
    }
}

fn fill(
    opened: Opened,
    archive: &str,
    keys: &Keys,
    into: &Path,
    at_rest: &AtRest<'_>,
    from: &Fetching<'_>,
    hearing: &Hearing,
) -> Result<Restored, BackupError> {
    let at_rest = at_rest().map_err(BackupError::Refused)?;
    let Loaded { manifest, files } = load(
        opened,
        archive,
        keys,
        into,
        Purpose::Restore(None),
        at_rest.clone(),
        &Inside::Kept,
        hearing,
    )?;
    let missing = bring_files(archive, &files, keys, into, at_rest, from, hearing)?;
    keys.put_into(into, crate::clock::now())?;
    let finish = || {
        sync_all(into)?;
        if let Some(parent) = into.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        fs::remove_file(into.join(MARKER))?;
        sync_folder(into)
    };
    finish().map_err(|error| BackupError::io(into.display(), error))?;
    Ok(Restored { manifest, missing })
}

/// Brings what the archive refers to, and does not hold itself.
fn bring_files(
    archive: &str,
    files: &FileList,
    keys: &Keys,
    into: &Path,
    at_rest: Keyring,
    from: &Fetching<'_>,
    hearing: &Hearing,
) -> Result<Missing, BackupError> {
    if files.is_empty() {
        return Ok(Missing::default());
    }
    let settings = VaultSettings {
        keys: at_rest,
        ..VaultSettings::default()
    };
    let vault = Vault::open(into, &RECORD_TYPES, settings)?;
    let contents = vault.system("restoring files").contents()?;
    let contents: Arc<dyn Source> = Arc::new(contents);
    from.bring(archive, files, keys, &contents, hearing)
}

/// Makes every file of a folder durable, then the folder.
fn sync_all(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
