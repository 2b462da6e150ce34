//! A backup from beginning to end: the archive is made, goes to every target, and is proved from there.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use jiff::Timestamp;

use super::ENDING;
use super::desk::{Desk, blocking, hash_of};
use super::error::BackupError;
use super::files::Shipment;
use super::manifest::Manifest;
use super::name;
use super::progress::{Hearing, Phase};
use super::retention::{Keep, Made as Archive, to_remove};
use super::room::FOR_ARCHIVE;
use super::target::{Place, Target as _, TargetError};
use super::write::{Written, write};
use crate::clock::is_ahead;
use crate::data::{AtTarget, FilesHold, KnownBackup};

/// What became of a backup.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// What is known of it now.
    pub(crate) backup: KnownBackup,
    /// What went wrong at targets, each line naming its target; empty where all is well.
    pub(crate) failures: Vec<String>,
}

/// An archive in a file of its own.
struct Made {
    file: tempfile::NamedTempFile,
    manifest: Manifest,
    /// What goes to targets before it.
    shipment: Shipment,
    /// No content goes that has to be sent.
    _files: FilesHold,
    sha256: String,
    size: u64,
    took: u64,
}

pub(super) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Desk {
    /// Makes a backup for all targets, or the one that is named. Whoever calls is [alone](super::runs::Alone).
    pub(super) async fn make_and_send(
        &self,
        only: Option<&str>,
        why: &'static str,
        hearing: &Hearing,
    ) -> Result<Done, BackupError> {
        let places = self.places(only)?;
        if places.is_empty() {
            return Err(BackupError::NoTarget(
                "no target for backups is set; set one on the page Backups of the settings, or name one in kartoteka.toml: \
                 [[backup.target]] with name, kind = \"local\" and path"
                    .to_owned(),
            ));
        }
        let made = self.make(why, hearing).await?;
        let known = self.vault.backups()?;
        let taken = |name: &str| known.iter().any(|known| known.name == name);
        let name = name::of(&made.manifest.firm, made.manifest.created_at, taken);
        let mut backup = KnownBackup {
            name: name.clone(),
            created_at: made.manifest.created_at,
            size: made.size,
            sha256: made.sha256.clone(),
            counts: made.manifest.counts.clone(),
            file_bytes: made.manifest.files.bytes,
            targets: [].into(),
            proved_at: None,
            made_in: made.took,
            proved_in: None,
            error: None,
        };
        let mut failures = Vec::new();
        for failure in places.failures() {
            let error = failure.to_string();
            let (TargetError::Absent { target, .. }
            | TargetError::HostKey { target, .. }
            | TargetError::Failed { target, .. }) = failure;
            tracing::error!(target, %error, "a target cannot be used");
            failures.push(error.clone());
            let at = AtTarget {
                error: Some(error),
                ..AtTarget::default()
            };
            backup.targets.insert(target.clone(), at);
        }
        for place in places.iter() {
            let at = self.send(place, &made, &mut backup, hearing).await?;
            if let Some(error) = &at.error {
                tracing::error!(target = place.name(), %error, "the backup failed at a target");
                failures.push(error.clone());
            }
            backup.targets.insert(place.name().to_owned(), at);
        }
        backup.error = (!failures.is_empty()).then(|| failures.join("; "));
        if backup.targets.values().all(|at| at.sent_at.is_none()) {
            return Err(BackupError::Targets(failures));
        }
        self.vault.system(why).backup_made(backup.clone()).await?;
        tracing::info!(
            archive = backup.name,
            size = backup.size,
            made_in = backup.made_in,
            proved_in = backup.proved_in,
            "a backup was made"
        );
        let proved = |place: &&Place| {
            let at = backup.targets.get(place.name());
            at.is_some_and(|at| at.proved_at.is_some())
        };
        for place in places.iter().filter(proved) {
            // What is kept too long harms nobody; the next backup tries again.
            if let Err(error) = self.clear(place, &backup.name, &made.shipment).await {
                tracing::warn!(target = place.name(), %error, "old backups could not be removed");
            }
        }
        Ok(Done { backup, failures })
    }

    /// Removes from a target what is no longer to be kept, and the files that only it referred to.
    async fn clear(
        &self,
        place: &Place,
        archive: &str,
        shipment: &Shipment,
    ) -> Result<(), BackupError> {
        self.settle_files(place, archive, shipment.moment, &shipment.list)
            .await?;
        self.make_room(place).await?;
        self.drop_unused(place).await
    }

    /// Removes from a target what is no longer to be kept, of the backups this data folder knows of: a folder may hold those
    /// of another firm as well.
    pub(super) async fn make_room(&self, place: &Place) -> Result<(), BackupError> {
        let keep = self.plan()?.keep;
        let there = place.list(ENDING).await?;
        let is_there = |name: &str| there.iter().any(|stored| stored.name == name);
        let known = self.vault.backups()?;
        let here = known.iter().filter(|backup| is_there(&backup.name));
        let ours = self.kept_at(place.name(), here);
        for name in to_remove(&ours, keep) {
            place.delete(name).await?;
            let Some(mut backup) = known.iter().find(|known| known.name == *name).cloned() else {
                continue;
            };
            backup.targets.remove(place.name());
            let access = self.vault.system("backups that are no longer kept");
            if backup.targets.values().any(|at| at.sent_at.is_some()) {
                access.keep_backup(backup).await?;
            } else {
                access.forget_backup(backup.name).await?;
            }
        }
        Ok(())
    }

    /// Archives as far as keeping them at one target goes. A copy that was proved elsewhere says nothing of the one there.
    fn kept_at<'a>(
        &self,
        target: &str,
        known: impl Iterator<Item = &'a KnownBackup>,
    ) -> Vec<Archive> {
        let (zone, now) = (self.vault.zone(), crate::clock::now());
        // Of which day one of the future is, no clock tells: it makes no room, and nothing makes room for it.
        let of_today = known.filter(|backup| !is_ahead(backup.created_at, now));
        let archives = of_today.map(|backup| Archive {
            name: backup.name.clone(),
            at: backup.created_at.to_zoned_datetime(zone.clone()),
            proved: backup.proved_at_any(|name| name == target).is_some(),
        });
        archives.collect()
    }

    /// How many archives another plan would have removed that are kept under the present one, as far as is known here.
    pub(crate) fn fewer_under(&self, keep: Keep) -> Result<usize, BackupError> {
        let (present, known) = (self.plan()?.keep, self.vault.backups()?);
        let mut gone = BTreeSet::new();
        for target in self.target_names()? {
            let sent = |backup: &&KnownBackup| {
                let at = backup.targets.get(&target);
                at.is_some_and(|at| at.sent_at.is_some())
            };
            let ours = self.kept_at(&target, known.iter().filter(sent));
            let stays = to_remove(&ours, present);
            let goes = to_remove(&ours, keep).into_iter();
            gone.extend(goes.filter(|name| !stays.contains(name)).map(str::to_owned));
        }
        Ok(gone.len())
    }

    async fn make(&self, why: &'static str, hearing: &Hearing) -> Result<Made, BackupError> {
        self.settle_key().await?;
        self.check_room(0, FOR_ARCHIVE)?;
        let file = self.temp_file()?;
        let out = file
            .reopen()
            .map_err(|error| BackupError::io("the new archive", error))?;
        let keys = self.key().current()?;
        let recipients = keys.recipients(&self.in_force()?.recipients)?;
        let files = self.vault.hold_files();
        let contents = self.contents()?;
        let to = recipients.clone();
        let access = self.vault.system(why);
        let (hearing, ran_out) = self.ends_without_room(hearing);
        let begun = Instant::now();
        let work = move || {
            let created_at = to_millisecond(crate::clock::now());
            let moment = access.moment()?;
            write(&moment, &*contents, created_at, &to, out, &hearing)
        };
        let written = blocking(work).await;
        if ran_out.load(Ordering::Relaxed) {
            return Err(self.ran_out());
        }
        let Written {
            manifest,
            files: list,
            sha256,
        } = written?;
        let size = file
            .as_file()
            .metadata()
            .map_err(|error| BackupError::io("the new archive", error))?
            .len();
        Ok(Made {
            file,
            shipment: Shipment {
                list,
                moment: manifest.created_at,
                recipients,
                keys,
            },
            _files: files,
            manifest,
            sha256,
            size,
            took: milliseconds(begun),
        })
    }

    /// Brings the archive to a target and proves it from there.
    async fn send(
        &self,
        place: &Place,
        made: &Made,
        backup: &mut KnownBackup,
        hearing: &Hearing,
    ) -> Result<AtTarget, BackupError> {
        let mut at = AtTarget::default();
        let sent = match self.send_files(place, &made.shipment, hearing).await {
            Ok(sent) => sent,
            Err(BackupError::Stopped) => return Err(BackupError::Stopped),
            Err(error) => {
                at.error = Some(format!("{}: {}", place.name(), without_name(&error, place)));
                return Ok(at);
            }
        };
        let _ = hearing.tell(Phase::Sending(place.name().to_owned()), 0, Some(made.size));
        if let Err(error) = place.put(&backup.name, made.file.path()).await {
            at.error = Some(error.to_string());
            return Ok(at);
        }
        at.sent_at = Some(crate::clock::now());
        let _ = hearing.tell(Phase::Proving(place.name().to_owned()), 0, None);
        let proved_before = backup.proved_at;
        match self.prove_at(place, made, backup, hearing).await {
            Ok(()) if sent.faults.is_empty() => {
                at.proved_at = Some(crate::clock::now());
                at.files_sent = Some((sent.count, sent.bytes));
            }
            Ok(()) => {
                backup.proved_at = proved_before;
                let fault = damaged_here(&sent.faults);
                at.error = Some(format!("{}: {fault}", place.name()));
            }
            Err(error) => {
                at.error = Some(format!("{}: {}", place.name(), without_name(&error, place)));
            }
        }
        Ok(at)
    }

    /// Reads the archive back from a target. One that was proved from another target needs only to be the same bytes.
    async fn prove_at(
        &self,
        place: &Place,
        made: &Made,
        backup: &mut KnownBackup,
        hearing: &Hearing,
    ) -> Result<(), BackupError> {
        let begun = Instant::now();
        self.check_room(made.size, "to fetch it again")?;
        let fetched = self.temp_file()?;
        place.get(&backup.name, fetched.path()).await?;
        let path = fetched.path().to_owned();
        let hash = blocking(move || hash_of(&path)).await?;
        if hash != made.sha256 {
            return Err(BackupError::Damaged {
                archive: backup.name.clone(),
                what: "what came back is not what was sent".to_owned(),
            });
        }
        if backup.proved_at.is_some() {
            return Ok(());
        }
        let keys = self.key().current()?;
        let path = fetched.path().to_owned();
        let loaded = self.prove(&backup.name, path, keys, hearing).await?;
        if loaded.manifest != made.manifest || loaded.files != made.shipment.list {
            return Err(BackupError::Damaged {
                archive: backup.name.clone(),
                what: "it does not hold the moment it was made of".to_owned(),
            });
        }
        backup.proved_at = Some(crate::clock::now());
        backup.proved_in = Some(milliseconds(begun));
        Ok(())
    }
}

/// That files cannot be sent.
fn damaged_here(faults: &[String]) -> String {
    format!(
        "{} attached files are damaged on this machine and could not be sent; `kartoteka doctor` names them; the first is {}",
        faults.len(),
        faults[0]
    )
}

/// An error without the target's name, which stands before it.
pub(super) fn without_name(error: &BackupError, place: &Place) -> String {
    let text = error.to_string();
    let prefix = format!("{}: ", place.name());
    text.strip_prefix(&prefix).unwrap_or(&text).to_owned()
}

fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
