//! Archives of the firm that lie at its targets and that it does not know: after a restore these are the one it was made of,
//! and what was made since the list of that day. They are taken in one by one, so that they count, are proved again and are
//! removed in their time.
//!
//! Whoever can write at a target can put an archive there. Taken in is only one that ends its audit log with an entry of
//! ours: who made it had the firm before them.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::desk::{Desk, Listed, blocking, hash_of};
use super::error::BackupError;
use super::files::Depth;
use super::make::milliseconds;
use super::progress::Hearing;
use super::read::Opened;
use crate::data::{AtTarget, KnownBackup};

/// What there is to look at since the program started; nothing where that was not found out yet. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Adopting(Arc<Mutex<Option<Waiting>>>);

#[derive(Default)]
struct Waiting {
    archives: Vec<Listed>,
    /// Whether one could not be looked at: the next start tries again.
    missed: bool,
}

impl Adopting {
    fn now(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Looks at one archive that is unknown here, where the firm was brought back since the last time that was done.
    pub(super) async fn adopt_one(&self, hearing: &Hearing) -> Result<(), BackupError> {
        if self.adopting.now().is_none() {
            let archives = self.unknown().await?;
            *self.adopting.now() = Some(Waiting {
                archives,
                missed: false,
            });
        }
        let Some(_alone) = self.alone_now() else {
            return Ok(());
        };
        let next = |waiting: &mut Waiting| waiting.archives.pop();
        let next = self.adopting.now().as_mut().and_then(next);
        let Some(archive) = next else {
            return Ok(());
        };
        let taken = self.adopt(&archive, hearing).await;
        let last = self.adopting.now().as_mut().is_some_and(|waiting| {
            waiting.missed |= taken.is_err();
            waiting.archives.is_empty() && !waiting.missed
        });
        if last {
            let access = self.vault.system("taking in backups after a restore");
            access.backups_adopted(crate::clock::now()).await?;
        }
        if taken? {
            tracing::info!(archive = archive.name, "a backup at a target was taken in");
            self.remember();
            self.forget_health();
        }
        Ok(())
    }

    async fn unknown(&self) -> Result<Vec<Listed>, BackupError> {
        let log = self.vault.backup_log()?;
        let restored = self.vault.last_restore()?;
        if restored.is_none() || restored <= log.adopted_at {
            return Ok(Vec::new());
        }
        let known = self.vault.backups()?;
        let is_unknown = |one: &Listed| known.iter().all(|known| known.name != one.name);
        let (mut listed, _) = self.places(None)?.list().await;
        listed.retain(|one| Self::is_name(&one.name) && is_unknown(one));
        // The newest are looked at first.
        listed.reverse();
        Ok(listed)
    }

    /// Whether it was taken in. An error where no target gave it.
    async fn adopt(&self, archive: &Listed, hearing: &Hearing) -> Result<bool, BackupError> {
        let (places, keys) = (self.places(None)?, self.key().all()?);
        let mut failed = None;
        for place in places.iter() {
            if !archive.targets.iter().any(|name| name == place.name()) {
                continue;
            }
            let begun = Instant::now();
            let file = self.temp_file()?;
            let fetched = self.fetch_from(place, &archive.name, None, &keys, file.path());
            match fetched.await {
                Ok(()) => {}
                Err(error) if error.is_damage() => continue,
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            }
            let (path, name, opening) =
                (file.path().to_owned(), archive.name.clone(), keys.clone());
            let (manifest, sha256) = blocking(move || {
                let opened = File::open(&path).map_err(|error| BackupError::io("it", error))?;
                let manifest = Opened::open(&name, opened, &opening)?.manifest().clone();
                Ok((manifest, hash_of(&path)?))
            })
            .await?;
            if !self.vault.has_entry(&manifest.audit)? {
                return Ok(false);
            }
            let path = file.path().to_owned();
            match self.prove(&archive.name, path, keys.clone(), hearing).await {
                Ok(loaded) => {
                    let (name, files) = (&archive.name, &loaded.files);
                    let proved = self.prove_files(place, name, files, &keys, Depth::Share, hearing);
                    match proved.await {
                        Ok(()) => {}
                        Err(error) if error.is_damage() => continue,
                        Err(error) => return Err(error),
                    }
                }
                Err(error) if error.is_damage() => continue,
                Err(error) => return Err(error),
            }
            let now = crate::clock::now();
            let at = |target: &String| {
                let at = AtTarget {
                    sent_at: Some(manifest.created_at),
                    proved_at: (target == place.name()).then_some(now),
                    ..AtTarget::default()
                };
                (target.clone(), at)
            };
            let backup = KnownBackup {
                name: archive.name.clone(),
                created_at: manifest.created_at,
                size: archive.size,
                file_bytes: manifest.files.bytes,
                sha256,
                counts: manifest.counts.clone(),
                targets: archive.targets.iter().map(at).collect(),
                proved_at: Some(now),
                made_in: 0,
                proved_in: Some(milliseconds(begun)),
                error: None,
            };
            let access = self.vault.system("taking in backups after a restore");
            access.keep_backup(backup).await?;
            return Ok(true);
        }
        failed.map_or(Ok(false), Err)
    }
}
