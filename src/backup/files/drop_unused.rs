//! Objects at a target that no archive there refers to any more.
//!
//! Nothing is removed before the references of every archive at the target are known. Those of the archives that this data
//! folder made are; others, such as what was made after the moment that a folder was restored to, are read from the archive.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::AT_ONCE;
use super::list::FileList;
use super::name;
use super::prove::KEPT_AT_ONCE;
use crate::backup::ENDING;
use crate::backup::desk::{Desk, blocking};
use crate::backup::error::BackupError;
use crate::backup::read::Opened;
use crate::backup::target::{Place, Target as _, TargetError};
use crate::data::{KnownObject, ObjectId};

/// How long an object stays that nothing refers to.
const STAYS: SignedDuration = SignedDuration::from_hours(24);
/// Archives of others that are read in one run.
const READ_AT_MOST: usize = 5;
/// Just behind a moment.
const BEHIND: SignedDuration = SignedDuration::from_millis(1);

/// Archives at a target, with their moments where what they refer to is known.
struct There {
    moments: BTreeMap<String, Timestamp>,
    unknown: Vec<String>,
}

impl Desk {
    /// Keeps that an archive at a target refers to these and to no others.
    pub(in crate::backup) async fn settle_files(
        &self,
        place: &Place,
        archive: &str,
        moment: Timestamp,
        list: &FileList,
    ) -> Result<(), BackupError> {
        let known = self.vault.known_objects(place.name())?;
        if known.is_empty() {
            return Ok(());
        }
        let access = self.vault.system("files of a backup");
        let used: std::collections::HashSet<ObjectId> =
            list.iter().map(|entry| entry.object).collect();
        let unused: Vec<_> = known
            .into_iter()
            .filter(|(object, known)| known.unused_since.is_none() && !used.contains(object))
            .map(|(object, known)| {
                let known = KnownObject {
                    unused_since: Some(moment),
                    ..known
                };
                (object, Some(known))
            })
            .collect();
        access.keep_objects(place.name(), unused).await?;
        access
            .settle_archive(place.name(), archive, Some(moment))
            .await?;
        Ok(())
    }

    /// Removes what no archive at a target refers to. Whoever calls is alone.
    pub(in crate::backup) async fn drop_unused(&self, place: &Place) -> Result<(), BackupError> {
        self.drop_unused_at(place, crate::clock::now()).await
    }

    pub(super) async fn drop_unused_at(
        &self,
        place: &Place,
        now: Timestamp,
    ) -> Result<(), BackupError> {
        let limit = now - STAYS;
        let old = |known: &KnownObject| known.unused_since.is_some_and(|since| since <= limit);
        if !self.vault.known_objects(place.name())?.values().any(old) {
            return Ok(());
        }
        let mut there = self.archives_there(place).await?;
        let unknown = std::mem::take(&mut there.unknown);
        for archive in unknown.iter().take(READ_AT_MOST) {
            let Some(moment) = self.read_references(place, archive).await? else {
                return Ok(());
            };
            there.moments.insert(archive.clone(), moment);
        }
        if unknown.len() > READ_AT_MOST {
            return Ok(());
        }
        let known = self.vault.known_objects(place.name())?;
        let unused = known.into_iter().filter(|(_, known)| {
            old(known) && !there.moments.values().any(|moment| known.serves(*moment))
        });
        let unused: Vec<ObjectId> = unused.map(|(object, _)| object).collect();
        let access = self
            .vault
            .system("files of backups that are no longer kept");
        let removed = unused.len();
        let mut deleting = stream::iter(unused)
            .map(async |object| (object, place.delete(&name::path(&object)).await))
            .buffer_unordered(AT_ONCE);
        let (mut rows, mut failed) = (Vec::new(), None);
        while let Some((object, deleted)) = deleting.next().await {
            match deleted {
                Ok(()) => rows.push((object, None)),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
            if rows.len() >= KEPT_AT_ONCE {
                access
                    .keep_objects(place.name(), std::mem::take(&mut rows))
                    .await?;
            }
        }
        drop(deleting);
        access.keep_objects(place.name(), rows).await?;
        if removed > 0 {
            tracing::info!(
                target = place.name(),
                files = removed,
                "files that no backup refers to were removed"
            );
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn archives_there(&self, place: &Place) -> Result<There, BackupError> {
        let settled = self.vault.settled_archives(place.name())?;
        let known = self.vault.backups()?;
        let mut there = There {
            moments: BTreeMap::new(),
            unknown: Vec::new(),
        };
        let listed = place.list(ENDING).await?;
        for stored in &listed {
            let ours = known.iter().find(|known| known.name == stored.name);
            let without = ours.filter(|ours| {
                let files = ours.counts.get(super::PART).copied();
                files.unwrap_or_default() == 0 && ours.size == stored.size
            });
            let moment = settled.get(&stored.name).copied();
            match moment.or(without.map(|without| without.created_at)) {
                Some(moment) => {
                    there.moments.insert(stored.name.clone(), moment);
                }
                None => there.unknown.push(stored.name.clone()),
            }
        }
        let access = self.vault.system("files of backups");
        for archive in settled.keys() {
            if !listed.iter().any(|stored| stored.name == *archive) {
                access.settle_archive(place.name(), archive, None).await?;
            }
        }
        Ok(there)
    }

    /// Reads from an archive at a target what it refers to; its moment, or nothing where it cannot be opened.
    async fn read_references(
        &self,
        place: &Place,
        archive: &str,
    ) -> Result<Option<Timestamp>, BackupError> {
        let fetched = self.temp_file()?;
        match place.get(archive, fetched.path()).await {
            // Its moment is of no meaning where it is gone.
            Err(TargetError::Absent { .. }) => return Ok(Some(Timestamp::UNIX_EPOCH)),
            fetched => fetched?,
        }
        let (keys, name) = (self.key().all()?, archive.to_owned());
        let read = blocking(move || {
            let file = fetched
                .reopen()
                .map_err(|error| BackupError::io("a fetched archive", error))?;
            let mut opened = Opened::open(&name, file, &keys)?;
            opened.secret(&keys)?;
            let list = opened.files()?;
            Ok((opened.manifest().created_at, list))
        });
        let (moment, list) = match read.await {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(
                    target = place.name(), archive, %error,
                    "no file is removed at a target, since it holds an archive of which nobody knows what it refers to"
                );
                return Ok(None);
            }
        };
        let known = self.vault.known_objects(place.name())?;
        let rows: Vec<_> = list
            .iter()
            .map(|entry| {
                let row = match known.get(&entry.object) {
                    Some(known) => KnownObject {
                        since: known.since.min(moment),
                        unused_since: known.unused_since.map(|unused| unused.max(moment + BEHIND)),
                        ..known.clone()
                    },
                    None => KnownObject {
                        since: moment,
                        unused_since: Some(moment + BEHIND),
                        ..KnownObject::default()
                    },
                };
                (entry.object, Some(row))
            })
            .collect();
        let access = self.vault.system("files of backups");
        for rows in rows.chunks(2_000) {
            access.keep_objects(place.name(), rows.to_vec()).await?;
        }
        access
            .settle_archive(place.name(), archive, Some(moment))
            .await?;
        Ok(Some(moment))
    }
}
