//! Whether what came from a target is the archive of its name. Whoever can write there and knows the public key can put
//! another valid archive in its place, so that an archive which opens proves nothing yet.

use std::fs::File;
use std::path::Path;

use jiff::Timestamp;

use super::desk::{Desk, blocking, hash_of};
use super::error::BackupError;
use super::keys::Keys;
use super::make::without_name;
use super::name;
use super::read::Opened;
use super::target::{Place, Target as _};
use super::ENDING;
use crate::data::KnownBackup;

/// Holds a file against what is known of the archive: its hash; or, where nothing is, its moment against its name.
pub(super) fn check(
    archive: &str,
    file: &Path,
    known: Option<&KnownBackup>,
    keys: &Keys,
) -> Result<(), BackupError> {
    let Some(known) = known else {
        let opened = File::open(file).map_err(|error| BackupError::io(file.display(), error))?;
        let opened = Opened::open(archive, opened, keys)?;
        return check_moment(archive, opened.manifest().created_at);
    };
    if hash_of(file)? == known.sha256 {
        return Ok(());
    }
    let what = "it is not the archive that was sent there";
    Err(BackupError::damaged(archive, what))
}

/// Holds a file against the name of an archive of which nothing is known, where there is no firm to know anything.
pub(crate) fn check_unknown(archive: &str, file: &Path, keys: &Keys) -> Result<(), BackupError> {
    check(archive, file, None, keys)
}

/// Refuses an archive that holds another moment than its name tells.
pub(super) fn check_moment(archive: &str, made_at: Timestamp) -> Result<(), BackupError> {
    match name::moment(archive) {
        Some(told) if told.as_second() != made_at.as_second() => {
            let what = format!("it holds the firm as of {made_at:.0}, not of the moment in its name");
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

    /// Fetches an archive from one target, where there is room for it, and believes it only where it is what it should be.
    pub(super) async fn fetch_from(
        &self,
        place: &Place,
        archive: &str,
        known: Option<&KnownBackup>,
        keys: &Keys,
        into: &Path,
    ) -> Result<(), BackupError> {
        let size = match known {
            Some(known) => known.size,
            None => {
                let there = place.list(ENDING).await?;
                let found = there.iter().find(|stored| stored.name == archive);
                found.map_or(0, |stored| stored.size)
            }
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
