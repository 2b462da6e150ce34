//! Where backups of one data folder are made, looked up and proved.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::adopt::Adopting;
use super::error::BackupError;
use super::fetching::Fetching;
use super::files::{Bringing, Depth, Nowhere, Source};
use super::health::Remembered;
use super::keys::{KeyPlace, Keys, Known, Rotated};
use super::load::{Loaded, prove};
use super::manifest::Manifest;
use super::places::Places;
use super::progress::{Hearing, Phase};
use super::setup::Drafts;
use super::target::{Place, Stored, Target as _, TargetError};
use super::{ENDING, genuine, name};
use crate::config;
use crate::data::{KnownBackup, StoreError, Vault};

/// Everything a backup needs. Cheap to clone; clones share the rule that one is made at a time.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(super) vault: Vault,
    pub(super) folder: PathBuf,
    /// Where archives lie while they are worked on.
    pub(super) temp_dir: PathBuf,
    pub(super) config: Arc<config::Backup>,
    pub(super) at_work: Arc<Mutex<()>>,
    pub(super) remembered: Remembered,
    /// Places that are being set up.
    pub(crate) drafts: Drafts,
    pub(super) fetching: Fetching,
    pub(super) adopting: Adopting,
}

/// A backup that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The archive's name.
    pub(crate) name: String,
    /// The moment it holds.
    pub(crate) created_at: Option<Timestamp>,
    /// Bytes.
    pub(crate) size: u64,
    /// Targets that hold it.
    pub(crate) targets: Vec<String>,
    /// When it was last proved from a target that holds it.
    pub(crate) proved_at: Option<Timestamp>,
    /// Lines by part; empty for one that this data folder knows nothing of.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Bytes of the attached files it refers to.
    pub(crate) file_bytes: u64,
}

impl Listed {
    /// In the contract's shape.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name, "created_at": self.created_at, "size": self.size,
            "targets": self.targets, "proved_at": self.proved_at, "counts": self.counts,
        })
    }

    /// One of which nothing is known but that it lies somewhere.
    pub(super) fn stored(stored: Stored) -> Self {
        Self {
            created_at: name::moment(&stored.name),
            name: stored.name,
            size: stored.size,
            targets: Vec::new(),
            proved_at: None,
            counts: BTreeMap::new(),
            file_bytes: 0,
        }
    }
}

impl Desk {
    /// Of a data folder.
    pub(crate) fn new(
        vault: Vault,
        folder: &Path,
        temp_dir: &Path,
        config: Arc<config::Backup>,
    ) -> Self {
        Self {
            vault,
            folder: folder.to_owned(),
            temp_dir: temp_dir.to_owned(),
            config,
            at_work: Arc::default(),
            remembered: Remembered::default(),
            drafts: Drafts::default(),
            fetching: Fetching::default(),
            adopting: Adopting::default(),
        }
    }

    /// The same with another configuration.
    pub(crate) fn with_config(&self, config: Arc<config::Backup>) -> Self {
        Self {
            config,
            ..self.clone()
        }
    }

    /// Where the key lies, and which one it has to be.
    pub(crate) fn key(&self) -> KeyPlace {
        let known = self.known_key().unwrap_or_else(|error| {
            tracing::error!(%error, "which key backups are made with cannot be read");
            Known::Some
        });
        KeyPlace::of(&self.folder, self.config.key_file.as_deref()).knowing(known)
    }

    fn known_key(&self) -> Result<Known, StoreError> {
        Ok(match self.vault.backup_key()? {
            Some(public) => Known::Public(public),
            None if self.vault.backups()?.is_empty() => Known::Nothing,
            None => Known::Some,
        })
    }

    /// Records which key backups are made with, where that is not recorded yet, after one was made where there has to be
    /// one. An error where the key is not the one that it has to be.
    pub(crate) async fn settle_key(&self) -> Result<(), BackupError> {
        let place = self.key();
        let public = blocking(move || Ok(place.current()?.public())).await?;
        if self.vault.firm()?.is_some() && self.vault.backup_key()?.as_ref() != Some(&public) {
            let access = self.vault.system("finding the key of backups");
            access.note_backup_key(public).await?;
        }
        Ok(())
    }

    /// The targets, or the one that is named.
    pub(super) fn places(&self, only: Option<&str>) -> Result<Places, BackupError> {
        Ok(Places::open(&self.in_force()?, Some(&self.folder), only)?.of(self.clone()))
    }

    /// The contents of the firm's files.
    pub(super) fn contents(&self) -> Result<Arc<dyn Source>, BackupError> {
        let access = self.vault.system("files of backups");
        Ok(Arc::new(access.contents()?))
    }

    /// Every backup there is, the newest first, with what went wrong at targets that do not answer. What those held when they
    /// last did is listed all the same.
    pub(crate) async fn list(&self) -> Result<(Vec<Listed>, Vec<TargetError>), BackupError> {
        let mut listed: BTreeMap<String, Listed> = BTreeMap::new();
        let mut failures = Vec::new();
        let known = self.vault.backups()?;
        for backup in &known {
            listed.insert(
                backup.name.clone(),
                Listed {
                    name: backup.name.clone(),
                    created_at: Some(backup.created_at),
                    size: backup.size,
                    targets: Vec::new(),
                    proved_at: None,
                    counts: backup.counts.clone(),
                    file_bytes: backup.file_bytes,
                },
            );
        }
        let places = self.places(None)?;
        failures.extend(places.failures().cloned());
        for place in places.iter() {
            match place.list(ENDING).await {
                Ok(found) => {
                    for stored in found {
                        let entry = listed.entry(stored.name.clone());
                        let entry = entry.or_insert_with(|| Listed::stored(stored));
                        entry.targets.push(place.name().to_owned());
                    }
                }
                Err(error) => {
                    let held = |backup: &&KnownBackup| {
                        let at = backup.targets.get(place.name());
                        at.is_some_and(|at| at.sent_at.is_some())
                    };
                    for backup in known.iter().filter(held) {
                        if let Some(entry) = listed.get_mut(&backup.name) {
                            entry.targets.push(place.name().to_owned());
                        }
                    }
                    failures.push(error);
                }
            }
        }
        for backup in &known {
            if let Some(entry) = listed.get_mut(&backup.name) {
                let there = entry.targets.iter();
                let proofs = there.filter_map(|name| backup.targets.get(name)?.proved_at);
                entry.proved_at = proofs.max();
            }
        }
        let mut listed: Vec<Listed> = listed.into_values().collect();
        listed.retain(|backup| !backup.targets.is_empty());
        listed.sort_by(|one, other| {
            (other.created_at, &other.name).cmp(&(one.created_at, &one.name))
        });
        Ok((listed, failures))
    }

    /// Keys that open archives: those of a file, or the one in use and those before it.
    fn keys(&self, key_file: Option<&Path>) -> Result<Keys, BackupError> {
        match key_file {
            Some(file) => Keys::read(file),
            None => self.key().all(),
        }
    }

    /// Proves an archive at every target that holds it, and the files it refers to, as many as `depth` says. What is damaged
    /// somewhere counts as proved there no more.
    pub(crate) async fn verify(
        &self,
        archive: &str,
        key_file: Option<&Path>,
        depth: Depth,
        hearing: &Hearing,
    ) -> Result<Manifest, BackupError> {
        let (keys, known) = (self.keys(key_file)?, self.known(archive)?);
        let places = self.places(None)?;
        let (mut proved, mut damage) = (None, None);
        let mut failures: Vec<String> = places.failures().map(ToString::to_string).collect();
        for place in places.iter() {
            let _ = hearing.tell(Phase::Proving(place.name().to_owned()), 0, None);
            let there = self.prove_there(place, archive, known.as_ref(), &keys, depth, hearing);
            match there.await {
                Ok(manifest) => {
                    let access = self.vault.system("a backup was proved");
                    let (archive, target) = (archive.to_owned(), place.name().to_owned());
                    access.backup_proved(archive, target).await?;
                    proved = Some(manifest);
                }
                Err(error @ BackupError::Target(TargetError::Absent { .. })) => {
                    self.unprove(archive, place, &error).await?;
                }
                Err(error) if error.is_damage() => {
                    // A key that somebody names tells nothing about the archive where it does not fit.
                    if key_file.is_none() || !matches!(error, BackupError::WrongKey { .. }) {
                        self.unprove(archive, place, &error).await?;
                    }
                    damage.get_or_insert(at(place.name(), error));
                }
                Err(BackupError::Target(error)) => failures.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        match (damage, proved, failures.is_empty()) {
            (Some(damage), ..) => Err(damage),
            (None, Some(manifest), true) => Ok(manifest),
            (None, _, false) => Err(BackupError::Targets(failures)),
            (None, None, true) => Err(BackupError::Absent(archive.to_owned())),
        }
    }

    async fn prove_there(
        &self,
        place: &Place,
        archive: &str,
        known: Option<&KnownBackup>,
        keys: &Keys,
        depth: Depth,
        hearing: &Hearing,
    ) -> Result<Manifest, BackupError> {
        let fetched = self.temp_file()?;
        self.fetch_from(place, archive, known, keys, fetched.path())
            .await?;
        let path = fetched.path().to_owned();
        let loaded = self.prove(archive, path, keys.clone(), hearing).await?;
        drop(fetched);
        self.prove_files(place, archive, &loaded.files, keys, depth, hearing)
            .await?;
        Ok(loaded.manifest)
    }

    /// Proves an archive that whoever asks has opened.
    pub(crate) async fn verify_open(
        &self,
        archive: &str,
        file: File,
        hearing: &Hearing,
    ) -> Result<Manifest, BackupError> {
        let manifest = self
            .verify_opened(archive, file, self.keys(None)?, hearing)
            .await?;
        let name = Path::new(archive).file_name().unwrap_or_default();
        genuine::check_moment(&name.to_string_lossy(), manifest.created_at)?;
        Ok(manifest)
    }

    /// Proves a file, and that what it refers to can be had: beside it, or at the targets.
    async fn verify_opened(
        &self,
        archive: &str,
        file: File,
        keys: Keys,
        hearing: &Hearing,
    ) -> Result<Manifest, BackupError> {
        let loaded = self
            .prove_open(archive, file, keys.clone(), hearing)
            .await?;
        if !loaded.manifest.files.inside {
            let places = Arc::new(self.places(None)?);
            let bringing = Bringing::from(places, &self.temp_dir).beside(Path::new(archive));
            let nowhere: Arc<dyn Source> = Arc::new(Nowhere);
            bringing
                .bring(archive, &loaded.files, &keys, &nowhere, hearing)
                .await?;
        }
        Ok(loaded.manifest)
    }

    pub(super) async fn prove(
        &self,
        archive: &str,
        file: PathBuf,
        keys: Keys,
        hearing: &Hearing,
    ) -> Result<Loaded, BackupError> {
        let opened = File::open(&file).map_err(|error| BackupError::io(file.display(), error))?;
        self.prove_open(archive, opened, keys, hearing).await
    }

    async fn prove_open(
        &self,
        archive: &str,
        file: File,
        keys: Keys,
        hearing: &Hearing,
    ) -> Result<Loaded, BackupError> {
        // A firm is made of it, about as large as this one.
        let database = self.folder.join("kartoteka.redb").metadata();
        self.check_room(database.map_or(0, |found| found.len()), "to prove it")?;
        let (archive, temp_dir, hearing) =
            (archive.to_owned(), self.temp_dir.clone(), hearing.clone());
        let sealed = self.vault.work_files().is_sealed();
        blocking(move || prove(&archive, file, &keys, &temp_dir, sealed, &hearing)).await
    }

    /// An empty file for an archive.
    pub(super) fn temp_file(&self) -> Result<tempfile::NamedTempFile, BackupError> {
        tempfile::Builder::new()
            .prefix("backup-")
            .suffix(ENDING)
            .tempfile_in(&self.temp_dir)
            .map_err(|error| BackupError::io(self.temp_dir.display(), error))
    }

    /// Puts a new key in place of the one in use; where the old one lies now.
    pub(crate) async fn rotate_key(&self) -> Result<PathBuf, BackupError> {
        self.settle_key().await?;
        let old = self.change_key(KeyPlace::rotate).await?;
        Ok(old.expect("a key that was settled lies beside its successor"))
    }

    /// Makes a new key where the one in use is lost for good; where the file lies that stood in its place, if any did.
    pub(crate) async fn replace_lost_key(&self) -> Result<Option<PathBuf>, BackupError> {
        self.change_key(KeyPlace::replace).await
    }

    async fn change_key(
        &self,
        change: fn(&KeyPlace) -> Result<Rotated, BackupError>,
    ) -> Result<Option<PathBuf>, BackupError> {
        let _alone = self.at_work.lock().await;
        let place = self.key();
        let Rotated { old, public } = blocking(move || change(&place)).await?;
        let access = self.vault.system("command backup key rotate");
        access.note_backup_key(public).await?;
        self.forget_health();
        Ok(old)
    }
}

/// Says at which target it was.
pub(super) fn at(target: &str, error: BackupError) -> BackupError {
    match error {
        BackupError::Damaged { archive, what } => BackupError::Damaged {
            archive: format!("{target}: {archive}"),
            what,
        },
        error => error,
    }
}

/// Runs what reads and writes files on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    crate::quiet::spawn(work).await.unwrap_or_else(|error| {
        Err(BackupError::Refused(format!(
            "the work met a defect in the program: {error}"
        )))
    })
}

/// Runs what talks to targets, compresses and opens archives on a thread of its own, which is not among those that answer
/// pages. Dropping the future does not end the work: that has to be told by other means.
pub(crate) async fn apart<T: Send + 'static, W: Future<Output = Result<T, BackupError>>>(
    work: impl FnOnce() -> W + Send + 'static,
) -> Result<T, BackupError> {
    let runtime = tokio::runtime::Handle::current();
    blocking(move || runtime.block_on(work())).await
}

/// The SHA-256 of a whole file, in hexadecimal.
pub(super) fn hash_of(path: &Path) -> Result<String, BackupError> {
    use sha2::{Digest, Sha256};
    let hash = || {
        let mut hash = Sha256::new();
        let (mut file, mut buffer) = (File::open(path)?, vec![0; 256 << 10]);
        loop {
            match std::io::Read::read(&mut file, &mut buffer)? {
                0 => return Ok(data_encoding::HEXLOWER.encode(&hash.finalize())),
                read => hash.update(&buffer[..read]),
            }
        }
    };
    hash().map_err(|error| BackupError::io(path.display(), error))
}

#[cfg(test)]
pub(super) mod tests;
