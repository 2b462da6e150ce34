//! Runs that leave a trace: when each began, how it ended, and whom that concerns.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, apart};
use super::error::BackupError;
use super::files::Depth;
use super::health::Standing;
use super::make::{Done, milliseconds};
use super::manifest::Manifest;
use super::progress::Hearing;
use super::target::{Target as _, TargetError};
use crate::clock::is_ahead;
use crate::data::{BackupNews, BackupRun, KnownBackup, OldProof, RunState};

/// How long a backup of an earlier day goes unopened.
const PROVED_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The same after one that nobody could open, since the place where it lies did not answer.
const TRIED_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// How long after a proof the next is made.
fn again_after(proof: &OldProof) -> SignedDuration {
    if proof.error.is_some() && !proof.damaged {
        TRIED_AGAIN
    } else {
        PROVED_AGAIN
    }
}

/// The right to make a backup, which only one holds at a time.
pub(crate) struct Alone(#[expect(dead_code, reason = "it is held, not read")] OwnedMutexGuard<()>);

impl Desk {
    /// Waits until nobody else makes a backup or proves one.
    pub(crate) async fn alone(&self) -> Alone {
        Alone(self.at_work.clone().lock_owned().await)
    }

    /// The same without waiting; nothing where somebody does.
    pub(crate) fn alone_now(&self) -> Option<Alone> {
        self.at_work.clone().try_lock_owned().ok().map(Alone)
    }

    /// Makes a backup for all targets, or the one that is named, under a reason for the audit log. One is made at a time;
    /// another waits. An error is one that left no archive anywhere.
    pub(crate) async fn run(
        &self,
        only: Option<&str>,
        why: &'static str,
        hearing: &Hearing,
    ) -> Result<Done, BackupError> {
        let alone = self.alone().await;
        self.run_as(alone, only, why, None, hearing).await
    }

    /// The same for somebody who is alone already; `due` where it is the day's.
    pub(crate) async fn run_as(
        &self,
        alone: Alone,
        only: Option<&str>,
        why: &'static str,
        due: Option<Timestamp>,
        hearing: &Hearing,
    ) -> Result<Done, BackupError> {
        // A name that was written wrongly is no backup that failed.
        if only.is_some() {
            let named = self.places(only);
            if let Err(error @ BackupError::UnknownTarget(_)) = named {
                return Err(error);
            }
        }
        let access = self.vault.system(why);
        let mut run = BackupRun {
            begun_at: crate::clock::now(),
            ended_at: None,
            why: why.to_owned(),
            due,
            state: RunState::Running,
            archive: None,
            error: None,
        };
        access.backup_begun(run.clone()).await?;
        let result = self.make_and_send(only, why, hearing).await;
        drop(alone);
        run.ended_at = Some(crate::clock::now());
        (run.state, run.error) = match &result {
            Ok(done) if done.failures.is_empty() => (RunState::Done, None),
            Ok(done) => (RunState::Failed, Some(done.failures.join("; "))),
            Err(BackupError::Stopped) => (RunState::Interrupted, None),
            Err(error) => (RunState::Failed, Some(error.to_string())),
        };
        run.archive = result.as_ref().ok().map(|done| done.backup.name.clone());
        access.backup_ended(run).await?;
        self.remember();
        self.tell_owners().await;
        result
    }

    /// What the last stop cut off is marked so.
    pub(crate) async fn recover(&self) -> Result<(), BackupError> {
        let access = self.vault.system("finding what was interrupted");
        Ok(access.interrupt_backups(crate::clock::now()).await?)
    }

    /// What there is to do at this moment: the day's backup, an old one to be proved, owners to be told. Ends early at
    /// `stop`.
    pub(crate) async fn tick(&self, stop: &CancellationToken) {
        let stopping = stop.clone();
        let hearing = Hearing::new(move |_| {
            if stopping.is_cancelled() {
                std::ops::ControlFlow::Break(())
            } else {
                std::ops::ControlFlow::Continue(())
            }
        });
        let work = async {
            if let Err(error) = self.make_what_is_due(&hearing).await {
                tracing::error!(%error, "the daily backup failed");
            }
            if let Err(error) = self.prove_an_old_one(&hearing).await {
                tracing::error!(%error, "an old backup could not be proved again");
            }
            if let Err(error) = self.adopt_one(&hearing).await {
                tracing::error!(%error, "a backup at a target could not be taken in");
            }
            self.tell_owners().await;
        };
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
    }

    async fn make_what_is_due(&self, hearing: &Hearing) -> Result<(), BackupError> {
        if self.due(crate::clock::now())?.is_none() {
            return Ok(());
        }
        let alone = self.alone().await;
        // Whoever had it may have made today's.
        let Some(due) = self.due(crate::clock::now())? else {
            return Ok(());
        };
        self.run_as(alone, None, "daily backup", Some(due), hearing)
            .await
            .map(drop)
    }

    /// Opens the backup again that nobody has opened for the longest time, where that is a week and none was this week.
    pub(super) async fn prove_an_old_one(&self, hearing: &Hearing) -> Result<(), BackupError> {
        let now = crate::clock::now();
        let log = self.vault.backup_log()?;
        if log
            .proofs
            .iter()
            .find(|proof| !is_ahead(proof.at, now))
            .is_some_and(|proof| now < proof.at + again_after(proof))
        {
            return Ok(());
        }
        let known = self.vault.backups()?;
        let old = known
            .into_iter()
            .filter_map(|known| Some((known.proved_at?, known.name)))
            .filter(|(proved, _)| now >= *proved + PROVED_AGAIN || is_ahead(*proved, now))
            .min();
        let Some((_, archive)) = old else {
            return Ok(());
        };
        let alone = self.alone().await;
        self.verify_as(alone, &archive, Depth::Share, hearing)
            .await
            .map(drop)
    }

    /// Proves an archive that is kept, and keeps what came of it.
    pub(crate) async fn verify_as(
        &self,
        alone: Alone,
        archive: &str,
        depth: Depth,
        hearing: &Hearing,
    ) -> Result<Manifest, BackupError> {
        let begun = Instant::now();
        let result = self.verify(archive, None, depth, hearing).await;
        drop(alone);
        let is_known = self.known(archive)?.is_some();
        if is_known && !matches!(result, Err(BackupError::Stopped)) {
            let error = result.as_ref().err();
            let proof = OldProof {
                at: crate::clock::now(),
                archive: archive.to_owned(),
                took: milliseconds(begun),
                error: error.map(ToString::to_string),
                damaged: error.is_some_and(BackupError::is_damage),
            };
            let access = self.vault.system("a backup was opened again");
            access.backup_proved_again(proof).await?;
            self.tell_owners().await;
        }
        result
    }

    /// Removes an archive from all targets. The last one that is proved at one of them stays, and so does what may be another
    /// firm's: a folder may hold those as well.
    pub(crate) async fn remove(&self, archive: &str) -> Result<(), BackupError> {
        let _alone = self.alone().await;
        let known = self.vault.backups()?;
        let (now, targets) = (crate::clock::now(), self.target_names()?);
        let is_proved = |known: &KnownBackup| {
            let there = known.proved_at_any(|name| targets.iter().any(|target| target == name));
            there.is_some() && !is_ahead(known.created_at, now)
        };
        let (this, others): (Vec<_>, Vec<_>) =
            known.iter().partition(|known| known.name == archive);
        if this.is_empty() {
            // It is ours where one of our keys opens it.
            self.near(archive).await?;
        }
        if this.into_iter().any(is_proved) && !others.into_iter().any(is_proved) {
            return Err(BackupError::LastProved);
        }
        let (places, name) = (self.places(None)?, archive.to_owned());
        apart(move || async move {
            let mut failures = Vec::new();
            for place in places.iter() {
                match place.delete(&name).await {
                    Ok(()) | Err(TargetError::Absent { .. }) => {}
                    Err(error) => failures.push(error.to_string()),
                }
            }
            if failures.is_empty() {
                Ok(())
            } else {
                Err(BackupError::Targets(failures))
            }
        })
        .await?;
        let access = self.vault.system("a backup was removed");
        access.forget_backup(archive.to_owned()).await?;
        self.remember();
        self.forget_health();
        Ok(())
    }

    /// Fetches an archive from a target that has it whole, into a file that is gone when it is let go of.
    pub(crate) async fn fetch(&self, archive: &str) -> Result<std::fs::File, BackupError> {
        let (file, places) = (self.temp_file()?, self.places(None)?);
        let archive = archive.to_owned();
        apart(move || async move {
            places.fetch(&archive, file.path()).await?;
            file.reopen()
                .map_err(|error| BackupError::io("the fetched archive", error))
        })
        .await
    }

    /// Owners hear of it once where it turns bad, and once where it is good again.
    pub(super) async fn tell_owners(&self) {
        self.forget_health();
        let tell = async {
            let now = crate::clock::now();
            let Some(health) = self.health(now)? else {
                return Ok(());
            };
            let known = self.vault.backup_log()?.alarmed_at.is_some();
            let news = match health.standing {
                Standing::Safe if known => BackupNews::Good,
                _ if known || !health.alarming => return Ok(()),
                Standing::NoTarget => BackupNews::Bad("no-target".to_owned()),
                Standing::Ahead => BackupNews::Bad("ahead".to_owned()),
                _ => match health.last_failure {
                    Some((_, error)) => BackupNews::Bad(error),
                    None => BackupNews::Bad("stale".to_owned()),
                },
            };
            let access = self.vault.system("watching backups");
            access.tell_of_backups(news).await?;
            Ok::<_, BackupError>(())
        };
        if let Err(error) = tell.await {
            tracing::error!(%error, "owners could not be told how backups stand");
        }
    }
}
