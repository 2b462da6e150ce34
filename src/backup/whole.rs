//! The whole firm brought back to the moment of an archive, in the place of the one that is there.
//!
//! People go on working while the archive is loaded beside their firm. Then the doors close for writing, what they have
//! done is backed up, and the exchange is decided; the server opens the folder again and finds the restored firm.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::desk::{Desk, blocking};
use super::error::BackupError;
use super::files::{Bringing, FileList};
use super::load::{self, Loaded, Purpose, load};
use super::pick::Near;
use super::progress::{Hearing, Phase};
use super::swap::{self, Swapped};
use crate::data::{Actor, FilesHold, KnownBackup, Vault, VaultSettings};
use crate::modules::RECORD_TYPES;

/// What requests under way get to end once the doors are closed.
const TO_END: Duration = Duration::from_millis(1_500);
/// What commands and letters under way get, which are not cut off: an import of a large sheet may take minutes.
const TO_LEAVE: Duration = Duration::from_mins(5);
/// Between two looks whether they have ended.
const LOOK: Duration = Duration::from_millis(100);
/// Why a backup is made.
const WHY: &str = "before a restore";

/// How a restore of the whole firm stands.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// Under way: at what, how far, of how much.
    Running(Phase, u64, Option<u64>),
    /// It did not take place, and why; everything is as it was.
    Failed(Failed),
    /// It has taken place.
    Done(Swapped),
}

/// Why a restore did not take place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The archive is another firm's, and that was not asked for.
    OtherFirm,
    /// Today's state could not be backed up everywhere.
    NoBackup(String),
    /// A command on the machine, or a letter, did not come to its end.
    Busy,
    /// Files that the archive refers to are nowhere, and that was not put up with.
    NoFiles(String),
    /// Anything else.
    Other(String),
}

/// The restore of this server: one at a time. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Restoring(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// With the archive's name.
    stage: Mutex<Option<(String, Stage)>>,
    closed: AtomicBool,
    /// What works on the firm beside the pages.
    inside: AtomicUsize,
    /// Contents stay where they are.
    files: Mutex<Option<FilesHold>>,
    decided: CancellationToken,
}

/// Works on the firm beside the pages. While it does, no other firm takes the place of this one.
pub(crate) struct Inside(Restoring);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// The archive.
    pub(crate) archive: String,
    /// Who asks.
    pub(crate) by: Actor,
    /// Though it be another firm's.
    pub(crate) foreign: bool,
    /// Though today's state cannot be backed up.
    pub(crate) without_backup: bool,
    /// Though files that it refers to are nowhere.
    pub(crate) without_missing_files: bool,
}

impl Restoring {
    /// After one that has taken place, or none.
    pub(crate) fn after(swapped: Option<Swapped>) -> Self {
        let restoring = Self::default();
        if let Some(swapped) = swapped {
            *restoring.stage_now() = Some((swapped.archive.clone(), Stage::Done(swapped)));
        }
        restoring
    }

    fn stage_now(&self) -> MutexGuard<'_, Option<(String, Stage)>> {
        self.0.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The archive of the last one, and how it stands.
    pub(crate) fn stage(&self) -> Option<(String, Stage)> {
        self.stage_now().clone()
    }

    /// Whether nothing may be written any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::SeqCst)
    }

    /// For commands and letters: nothing where the doors are closed, since what they did to the firm would be lost with it.
    pub(crate) fn enter(&self) -> Option<Inside> {
        self.0.inside.fetch_add(1, Ordering::SeqCst);
        let inside = Inside(self.clone());
        (!self.is_closed()).then_some(inside)
    }

    /// Closes the doors, and waits for what is inside; `false` where that takes too long.
    async fn close(&self) -> bool {
        self.0.closed.store(true, Ordering::SeqCst);
        tokio::time::sleep(TO_END).await;
        let all_out = async {
            while self.0.inside.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(TO_LEAVE, all_out).await.is_ok()
    }

    /// Ends when the folder has to be opened again.
    pub(crate) async fn decided(&self) {
        self.0.decided.cancelled().await;
    }

    /// Begins one; `false` where one is under way.
    pub(crate) fn begin(&self, desk: &Desk, wish: Wish) -> bool {
        let mut stage = self.stage_now();
        if matches!(*stage, Some((_, Stage::Running(..)))) {
            return false;
        }
        let begun = Stage::Running(Phase::Proving(String::new()), 0, None);
        *stage = Some((wish.archive.clone(), begun));
        drop(stage);
        let (restoring, desk) = (self.clone(), desk.clone());
        let runtime = tokio::runtime::Handle::current();
        crate::quiet::spawn(move || {
            let archive = wish.archive.clone();
            match runtime.block_on(desk.replace(&restoring, wish)) {
                Ok(()) => restoring.0.decided.cancel(),
                Err(failed) => {
                    desk.give_up();
                    restoring.let_go();
                    restoring.0.closed.store(false, Ordering::SeqCst);
                    tracing::error!(archive, ?failed, "the firm was not restored");
                    *restoring.stage_now() = Some((archive, Stage::Failed(failed)));
                }
            }
        });
        true
    }

    fn hold(&self, files: FilesHold) {
        let mut held = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(files);
    }

    fn let_go(&self) {
        let mut held = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        *held = None;
    }

    fn hearing(&self, archive: &str) -> Hearing {
        let (restoring, archive) = (self.clone(), archive.to_owned());
        Hearing::new(move |progress| {
            let stage = Stage::Running(progress.phase, progress.done, progress.total);
            *restoring.stage_now() = Some((archive.clone(), stage));
            ControlFlow::Continue(())
        })
    }
}

impl From<BackupError> for Failed {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::OtherFirm => Self::OtherFirm,
            error @ BackupError::FilesMissing { .. } => Self::NoFiles(error.to_string()),
            error => Self::Other(error.to_string()),
        }
    }
}

impl Desk {
    fn give_up(&self) {
        swap::give_up(&self.folder);
    }

    async fn replace(&self, restoring: &Restoring, wish: Wish) -> Result<(), Failed> {
        let hearing = restoring.hearing(&wish.archive);
        let near = self.near(&wish.archive).await?;
        // Contents are named by what they are, so those of the firm that is there serve the restored one as well, and new ones
        // harm nobody. None of them goes before the folder is opened again.
        restoring.hold(self.vault.hold_files());
        let keys = near.keys().clone();
        let (swapped, files) = self.load_beside(near, &wish, &hearing).await?;
        let places = Arc::new(self.places(None)?);
        let bringing = Bringing::from(places, &self.temp_dir).lenient(wish.without_missing_files);
        bringing
            .bring(&wish.archive, &files, &keys, &self.contents()?, &hearing)
            .await?;
        if !restoring.close().await {
            return Err(Failed::Busy);
        }
        let last = match self.run(None, WHY, &hearing).await {
            Ok(done) if done.failures.is_empty() => Some(done.backup),
            Ok(done) if wish.without_backup => Some(done.backup),
            Ok(done) => return Err(Failed::NoBackup(done.failures.join("; "))),
            Err(error) if wish.without_backup => {
                tracing::warn!(%error, "restoring without a backup of today");
                None
            }
            Err(error) => return Err(Failed::NoBackup(error.to_string())),
        };
        let mut known = self.vault.backups().map_err(BackupError::from)?;
        if let Some(last) = &last {
            known.retain(|backup| backup.name != last.name);
        }
        self.carry_over(known, last).await?;
        swap::decide(&self.folder, &swapped)?;
        Ok(())
    }

    /// What the restored firm is opened with: it lies encrypted where this one does.
    fn successor(&self) -> VaultSettings {
        VaultSettings {
            keys: self.vault.keys_of_successor(),
            ..VaultSettings::default()
        }
    }

    /// Makes a firm of the archive beside the one that is there.
    async fn load_beside(
        &self,
        near: Near,
        wish: &Wish,
        hearing: &Hearing,
    ) -> Result<(Swapped, FileList), BackupError> {
        let contents = self.contents()?;
        let (folder, hearing, wish) = (self.folder.clone(), hearing.clone(), wish.clone());
        let desk = self.clone();
        let ours = self.vault.firm()?.map(|firm| firm.created_at);
        let settings = self.successor();
        blocking(move || {
            let opened = near.open()?;
            // People go on writing beside it.
            let database = folder.join("kartoteka.redb").metadata();
            let today = database.map_or(0, |found| found.len());
            let then = opened.manifest().bytes().unwrap_or_default();
            desk.check_room(today.max(then), "to restore it")?;
            let new = swap::make_room(&folder)?;
            let purpose = Purpose::Restore(Some(wish.by));
            let Loaded { manifest, files } = load(
                opened,
                &wish.archive,
                near.keys(),
                &new,
                purpose,
                settings.keys.clone(),
                &load::Inside::In(&*contents),
                &hearing,
            )?;
            let vault = Vault::open(&new, &RECORD_TYPES, settings)?;
            let theirs = vault.firm()?.map(|firm| firm.created_at);
            if theirs != ours && !wish.foreign {
                return Err(BackupError::OtherFirm);
            }
            let swapped = Swapped {
                archive: wish.archive,
                made_at: manifest.created_at,
            };
            Ok((swapped, files))
        })
        .await
    }

    /// What is known of backups today is known to the restored firm too; its audit log goes on from today's, and what was
    /// taken from people since the archive was made stays taken.
    async fn carry_over(
        &self,
        known: Vec<KnownBackup>,
        last: Option<KnownBackup>,
    ) -> Result<(), BackupError> {
        let new = swap::place(&self.folder);
        let vault = Vault::open(&new, &RECORD_TYPES, self.successor())?;
        let access = vault.system(WHY);
        access.take_over_objects(&self.vault).await?;
        for backup in known {
            access.keep_backup(backup).await?;
        }
        if let Some(last) = last {
            access.keep_backup(last).await?;
        }
        let present = self.vault.clone();
        let carried = blocking(move || Ok(vault.go_on_after(&present)?)).await?;
        tracing::info!(?carried, "the restored firm goes on where this one stands");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_doors_close_behind_whoever_is_inside() {
        let restoring = Restoring::default();
        let command = restoring.enter().expect("the doors are open");
        let closing = restoring.clone();
        let closing = tokio::spawn(async move { closing.close().await });
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert!(!closing.is_finished(), "a command is under way");
        assert!(restoring.enter().is_none(), "nobody comes in any more");
        drop(command);
        assert!(closing.await.expect("no panic"), "all are out");
        assert!(restoring.enter().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_without_end_is_not_waited_for_forever() {
        let restoring = Restoring::default();
        let _command = restoring.enter();
        assert!(!restoring.close().await);
    }
}
