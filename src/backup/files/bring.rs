//! What an archive refers to, brought back into a data folder.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt, stream};

use super::AT_ONCE;
use super::list::{Entry, FileList};
use super::name;
use super::object::{Unfit, unpack};
use super::prove::{fetch, largest};
use super::source::Source;
use crate::backup::desk::{Desk, blocking};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::pick::Near;
use crate::backup::places::Places;
use crate::backup::progress::{Hearing, Phase};
use crate::backup::target::{Place, TargetError};
use crate::data::{FileHash, FilesHold};
use crate::room::Space;

/// Failures in a row after which a target is not asked any more.
const GIVES_UP: u32 = 3;
/// Bytes that stay free.
const MARGIN: u64 = 64 << 20;

/// Where contents are brought from.
pub(crate) struct Bringing {
    /// A folder with objects as at a target: `files/ab/…`.
    beside: Option<PathBuf>,
    places: Arc<Places>,
    /// Failures of each in a row.
    failures: Vec<AtomicU32>,
    said: Mutex<Vec<String>>,
    temp_dir: PathBuf,
    /// Whether it goes on without what is nowhere.
    lenient: bool,
}

/// What was found nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Contents.
    pub(crate) count: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// The name of one of them at a target.
    pub(crate) one: String,
    /// Their hashes.
    pub(crate) hashes: HashSet<FileHash>,
}

impl Bringing {
    /// From targets; fetched objects lie in `temp_dir` for a moment, encrypted.
    pub(crate) fn from(places: Arc<Places>, temp_dir: &Path) -> Self {
        Self {
            beside: None,
            failures: places.iter().map(|_| AtomicU32::new(0)).collect(),
            said: Mutex::new(places.failures().map(ToString::to_string).collect()),
            places,
            temp_dir: temp_dir.to_owned(),
            lenient: false,
        }
    }

    /// First from the folder that an archive lies in.
    pub(crate) fn beside(self, archive: &Path) -> Self {
        Self {
            beside: archive.parent().map(Path::to_owned),
            ..self
        }
    }

    /// Going on without what is nowhere, where that is wished.
    pub(crate) fn lenient(self, lenient: bool) -> Self {
        Self { lenient, ..self }
    }

    /// Brings what is not there yet. An error where something is nowhere, or not what it should be, unless that is to be
    /// put up with.
    pub(crate) async fn bring(
        &self,
        archive: &str,
        list: &FileList,
        keys: &Keys,
        into: &Arc<dyn Source>,
        hearing: &Hearing,
    ) -> Result<Missing, BackupError> {
        let (mut wanted, mut total) = (Vec::new(), 0_u64);
        for entry in list.iter() {
            if !into.has(&entry.content)? {
                total = total.saturating_add(entry.content.size);
                wanted.push(*entry);
            }
        }
        if wanted.is_empty() {
            return Ok(Missing::default());
        }
        if into.takes_room() {
            room_for(&self.temp_dir, total)?;
        }
        let (mut done, mut missing) = (0, Missing::default());
        let mut bringing = stream::iter(wanted)
            .map(async |entry| (entry, self.bring_one(entry, keys, into).await))
            .buffer_unordered(AT_ONCE);
        while let Some((entry, brought)) = bringing.next().await {
            let is_there = brought?;
            if !is_there {
                let hash = FileHash::from_bytes(entry.content.hash);
                missing.hashes.insert(hash);
            }
            if !is_there && !entry.lost {
                missing.count += 1;
                missing.bytes = missing.bytes.saturating_add(entry.content.size);
                if missing.one.is_empty() {
                    missing.one = name::path(&entry.object);
                }
            }
            done += entry.content.size;
            if !hearing.tell(Phase::Loading, done, Some(total)) {
                return Err(BackupError::Stopped);
            }
        }
        if missing.count == 0 || self.lenient {
            return Ok(missing);
        }
        Err(BackupError::FilesMissing {
            archive: archive.to_owned(),
            missing: Box::new(missing),
            of: list.facts().count,
            said: self.said().join("; "),
        })
    }

    /// Why some were not brought, in the words of the first few.
    fn said(&self) -> Vec<String> {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Brings one content from wherever it is; whether it was anywhere.
    async fn bring_one(
        &self,
        entry: Entry,
        keys: &Keys,
        into: &Arc<dyn Source>,
    ) -> Result<bool, BackupError> {
        if let Some(beside) = &self.beside {
            let path = beside.join(name::path(&entry.object));
            // What is no plain file could block whoever opens it.
            if path.is_file()
                && let Ok(file) = File::open(&path)
                && self
                    .keep(entry, file, keys, into, &path.display().to_string())
                    .await?
            {
                return Ok(true);
            }
        }
        for (place, failures) in self.places.iter().zip(&self.failures) {
            if failures.load(Ordering::Relaxed) >= GIVES_UP {
                continue;
            }
            if self.bring_from(place, failures, entry, keys, into).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn bring_from(
        &self,
        place: &Place,
        failures: &AtomicU32,
        entry: Entry,
        keys: &Keys,
        into: &Arc<dyn Source>,
    ) -> Result<bool, BackupError> {
        let fetched = tempfile::Builder::new()
            .prefix(".kartoteka-file-")
            .tempfile_in(&self.temp_dir)
            .map_err(|error| BackupError::io(self.temp_dir.display(), error))?;
        let most = largest(&entry.content);
        match fetch(place, &entry.object, most, fetched.path()).await {
            Ok(()) => failures.store(0, Ordering::Relaxed),
            Err(TargetError::Absent { .. }) => {
                failures.store(0, Ordering::Relaxed);
                return Ok(false);
            }
            Err(error) => {
                failures.fetch_add(1, Ordering::Relaxed);
                self.note(error.to_string());
                return Ok(false);
            }
        }
        let file = fetched
            .reopen()
            .map_err(|error| BackupError::io("a fetched file", error))?;
        let where_from = format!("{}: {}", place.name(), name::path(&entry.object));
        self.keep(entry, file, keys, into, &where_from).await
    }

    /// Keeps the content of an object, where it is the one it should be.
    async fn keep(
        &self,
        entry: Entry,
        object: File,
        keys: &Keys,
        into: &Arc<dyn Source>,
        where_from: &str,
    ) -> Result<bool, BackupError> {
        let (keys, into) = (keys.clone(), into.clone());
        let kept = blocking(move || {
            let mut object = Some(object);
            let mut fill = |out: &mut dyn std::io::Write| match object.take() {
                Some(object) => unpack(object, &keys, &entry.content, out),
                None => Ok(()),
            };
            match into.keep(&entry.content, &mut fill) {
                Ok(()) => Ok(Ok(())),
                Err(Unfit::Io(error)) => Err(BackupError::io("a file that is brought back", error)),
                Err(wrong) => Ok(Err(wrong.to_string())),
            }
        })
        .await?;
        if let Err(why) = &kept {
            self.note(format!("{where_from}: {why}"));
        }
        Ok(kept.is_ok())
    }

    /// Keeps why something was not brought; the first few say enough.
    fn note(&self, why: String) {
        tracing::warn!(why, "a file could not be brought back");
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() < 3 && !said.contains(&why) {
            said.push(why);
        }
    }
}

/// Looks whether so many bytes of files have room where a folder lies.
pub(in crate::backup) fn room_for(folder: &Path, bytes: u64) -> Result<(), BackupError> {
    let space = Space::of(folder).map_err(|error| BackupError::io(folder.display(), error))?;
    if space.takes(bytes.saturating_add(MARGIN)) {
        return Ok(());
    }
    Err(BackupError::NoRoom {
        what: "for the files",
        free: space.free,
    })
}

impl Desk {
    /// Brings contents that an archive refers to; those that are nowhere.
    pub(crate) async fn bring_files(
        &self,
        near: &Near,
        list: &FileList,
        hearing: &Hearing,
    ) -> Result<HashSet<FileHash>, BackupError> {
        let places = Arc::new(self.places(None)?);
        let bringing = Bringing::from(places, &self.temp_dir).lenient(true);
        let contents = self.contents()?;
        let missing = bringing.bring(near.name(), list, near.keys(), &contents, hearing);
        Ok(missing.await?.hashes)
    }

    /// Keeps contents from being removed for as long as it lives.
    pub(crate) fn hold_files(&self) -> FilesHold {
        self.vault.hold_files()
    }
}
