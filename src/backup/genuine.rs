//! Whether what came from a target is the archive of its name. Whoever can write there and knows the public key can put
//! another valid archive in its place, so that an archive which opens proves nothing yet.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;

use super::ENDING;
use super::desk::{Desk, blocking, hash_of};
use super::error::BackupError;
use super::keys::Keys;
use super::make::without_name;
use super::name;
use super::read::Opened;
use super::target::{Place, Target as _};
use crate::data::KnownBackup;

/// Holds a file against what is known of the archive: its hash; or, where nothing is, its moment against its name.
pub(super) fn check(
    archive: &str,
    file: &Path,
    known: Option<&KnownBackup>,
    keys: &Keys,
) -> Result<(), BackupError> {
    if let Some(known) = known {
        return check_hash(archive, file, &known.sha256);
    }
    let opened = File::open(file).map_err(|error| BackupError::io(file.display(), error))?;
    let opened = Opened::open(archive, opened, keys)?;
    check_moment(archive, opened.manifest().created_at)
}

/// The hashes of archives that were sent, beside the data: for a restore while the database is damaged, or in use. Lines
/// as `sha256sum` writes them.
const HASHES: &str = "backup.sha256";

/// What a data folder remembers of archives, by name; nothing where there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembered(BTreeMap<String, String>);

impl Remembered {
    /// Of a data folder, which need not be one.
    pub(crate) fn of(data: &Path) -> Self {
        let text = fs::read_to_string(data.join(HASHES)).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once("  "));
        Self(
            lines
                .map(|(hash, name)| (name.to_owned(), hash.to_owned()))
                .collect(),
        )
    }

    /// Holds a file against what is remembered of the archive: its hash; or, where nothing is, its moment against its
    /// name. Whether there was a hash.
    pub(crate) fn check(
        &self,
        archive: &str,
        file: &Path,
        keys: &Keys,
    ) -> Result<bool, BackupError> {
        match self.0.get(archive) {
            Some(hash) => check_hash(archive, file, hash).map(|()| true),
            None => check(archive, file, None, keys).map(|()| false),
        }
    }
}

fn check_hash(archive: &str, file: &Path, hash: &str) -> Result<(), BackupError> {
    if hash_of(file)? == hash {
        return Ok(());
    }
    let what = "it is not the archive that was sent there";
    Err(BackupError::damaged(archive, what))
}

/// Refuses an archive that holds another moment than its name tells.
pub(super) fn check_moment(archive: &str, made_at: Timestamp) -> Result<(), BackupError> {
    match name::moment(archive) {
        Some(told) if told.as_second() != made_at.as_second() => {
            let what =
                format!("it holds the firm as of {made_at:.0}, not of the moment in its name");
            Err(BackupError::damaged(archive, what))
        }
        _ => Ok(()),
    }
}

impl Desk {
    /// What is known of an archive.
    pub(super) fn known(&self, archive: &str) -> Result<Option<KnownBackup>, BackupError> {
        let mut known = self.vault.backups()?.into_iter();
        Ok(known.find(|known| known.name == archive))
    }

    /// Writes down beside the data which archives were sent.
    pub(super) fn remember(&self) {
        let write = || {
            let known = self.vault.backups()?;
            let lines = known
                .iter()
                .map(|known| format!("{}  {}\n", known.sha256, known.name));
            let failed = |error| BackupError::io(HASHES, error);
            let mut file = tempfile::Builder::new()
                .prefix(".backup-")
                .tempfile_in(&self.folder)
                .map_err(failed)?;
            file.write_all(lines.collect::<String>().as_bytes())
                .map_err(failed)?;
            let kept = file.persist(self.folder.join(HASHES));
            kept.map_err(|error| failed(error.error))?;
            Ok::<_, BackupError>(())
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "which archives were sent is not written down beside the data");
        }
    }

    /// Fetches an archive from one target, where there is room for it, and believes it only where it is what it should be.
    pub(super) async fn fetch_from(
        &self,
        place: &Place,
        archive: &str,
        known: Option<&KnownBackup>,
        keys: &Keys,
        into: &Path,
    ) -> Result<(), BackupError> {
        let size = if let Some(known) = known {
            known.size
        } else {
            let there = place.list(ENDING).await?;
            let found = there.iter().find(|stored| stored.name == archive);
            found.map_or(0, |stored| stored.size)
        };
        self.check_room(size, "to fetch it")?;
        place.get(archive, into).await?;
        let (archive, known) = (archive.to_owned(), known.cloned());
        let (keys, into) = (keys.clone(), into.to_owned());
        blocking(move || check(&archive, &into, known.as_ref(), &keys)).await
    }

    /// Keeps that an archive is not, or not any more, what it should be at a target, and tells owners.
    pub(super) async fn unprove(
        &self,
        archive: &str,
        place: &Place,
        error: &BackupError,
    ) -> Result<(), BackupError> {
        let Some(known) = self.known(archive)? else {
            return Ok(());
        };
        if !known.targets.contains_key(place.name()) {
            return Ok(());
        }
        let why = format!("{}: {}", place.name(), without_name(error, place));
        tracing::error!(target = place.name(), archive, %error, "a backup is not what was sent");
        let access = self.vault.system("a backup was not proved");
        let (archive, target) = (archive.to_owned(), place.name().to_owned());
        access
            .backup_unproved(archive, target, why, error.is_damage())
            .await?;
        self.tell_owners().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
