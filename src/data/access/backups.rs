//! What is known of the backups that were made: a small table that can be read while no target answers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{AccessError, Permission};
use super::role::AdminRight;
use super::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::store::{Read, StoreError, Table};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBackup {
    /// The archive's name, the same at every target.
    pub name: String,
    /// The moment it holds.
    pub created_at: Timestamp,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
    /// Lines by part.
    pub counts: BTreeMap<String, u64>,
    /// Bytes of the attached files it refers to.
    #[serde(default)]
    pub file_bytes: u64,
    /// How it went at each target, by name.
    pub targets: BTreeMap<String, AtTarget>,
    /// When it was last read back from a target, opened and found to be the firm of its moment.
    pub proved_at: Option<Timestamp>,
    /// Milliseconds it took to make.
    pub made_in: u64,
    /// Milliseconds its proof took.
    pub proved_in: Option<u64>,
    /// What was wrong with it, in words for a log.
    #[serde(default)]
    pub error: Option<String>,
}

/// A backup at one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtTarget {
    /// When all of it had arrived.
    pub sent_at: Option<Timestamp>,
    /// When it was read back from there and found whole.
    pub proved_at: Option<Timestamp>,
    /// What went wrong, in the far side's words; never a secret.
    pub error: Option<String>,
    /// When what lies there was found not to be what was sent; nothing where it is, or where nobody could tell.
    #[serde(default)]
    pub damaged_at: Option<Timestamp>,
    /// Attached files that were sent for it, and their bytes; the others were there already.
    #[serde(default)]
    pub files_sent: Option<(u64, u64)>,
}

impl KnownBackup {
    /// When it was last proved at one of these targets.
    pub fn proved_at_any(&self, target: impl Fn(&str) -> bool) -> Option<Timestamp> {
        let there = self.targets.iter().filter(|(name, _)| target(name));
        there.filter_map(|(_, at)| at.proved_at).max()
    }
}

/// The public form of the key that backups are encrypted to: of this data folder, so that no archive brings one along.
pub(super) const KEY: &[u8] = b"backup-key";

impl Vault {
    /// The public form of the key that backups are made with; nothing where none was recorded yet.
    pub fn backup_key(&self) -> Result<Option<String>, StoreError> {
        let bytes = self.inner.store.read()?.get(Table::Meta, KEY)?;
        let text = bytes.map(String::from_utf8);
        text.transpose()
            .map_err(|error| StoreError::corrupt("the public key of backups", error))
    }

    /// Backups that were made, the newest first.
    pub fn backups(&self) -> Result<Vec<KnownBackup>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let mut backups: Vec<KnownBackup> = Vec::new();
        let mut failed = None;
        snapshot.scan(Table::Backups, &[], &[u8::MAX; 300], &mut |_, bytes| {
            match serde_json::from_slice(bytes) {
                Ok(backup) => {
                    backups.push(backup);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    failed = Some(StoreError::corrupt("what is known of a backup", error));
                    ControlFlow::Break(())
                }
            }
        })?;
        backups.sort_by(|one, other| {
            (other.created_at, &other.name).cmp(&(one.created_at, &one.name))
        });
        failed.map_or(Ok(backups), Err)
    }
}

impl Access {
    /// Keeps what is known of a backup. Only the program does this.
    pub async fn keep_backup(&self, backup: KnownBackup) -> Result<(), AccessError> {
        self.write(move |work| work.keep_backup(backup)).await
    }

    /// Keeps that a backup was made, in the audit log too. Only the program does this.
    pub async fn backup_made(&self, backup: KnownBackup) -> Result<(), AccessError> {
        self.write(move |work| {
            let at = |target: &(&String, &AtTarget)| target.1.sent_at.is_some();
            let kept: Vec<&String> = backup.targets.iter().filter(at).map(|at| at.0).collect();
            let details = json!({
                "archive": backup.name, "size": backup.size, "targets": kept,
                "proved": backup.proved_at.is_some(),
            });
            work.note(
                Note::new(AuditKind::BackupMade)
                    .about(Subject::new("backups", &backup.name))
                    .with(details),
            )?;
            work.keep_backup(backup)
        })
        .await
    }

    /// Forgets a backup that no target holds any more. Only the program does this.
    pub async fn forget_backup(&self, name: String) -> Result<(), AccessError> {
        self.write(move |work| {
            work.only_the_program()?;
            work.write.delete(Table::Backups, name.into_bytes());
            Ok(())
        })
        .await
    }

    /// Keeps that an archive was read back from a target and is whole. Only the program does this.
    pub async fn backup_proved(&self, name: String, target: String) -> Result<(), AccessError> {
        self.write(move |work| {
            let now = crate::clock::now();
            work.change_backup(&name, |backup| {
                backup.proved_at = Some(now);
                let at = backup.targets.entry(target).or_default();
                at.proved_at = Some(now);
                at.error = None;
                at.damaged_at = None;
            })
        })
        .await
    }

    /// Keeps that an archive at a target is not what was written, or is gone: it counts as proved there no more, nor
    /// anywhere where no other target's copy is. Only the program does this.
    pub async fn backup_unproved(
        &self,
        name: String,
        target: String,
        why: String,
        damaged: bool,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let now = crate::clock::now();
            work.change_backup(&name, |backup| {
                let at = backup.targets.entry(target).or_default();
                at.proved_at = None;
                at.error = Some(why);
                at.damaged_at = damaged.then_some(now);
                backup.proved_at = backup.proved_at_any(|_| true);
            })
        })
        .await
    }

    /// Records the public form of the key that backups are opened by from now on, in the audit log too. Nothing where it
    /// is the recorded one. Only the program does this.
    pub async fn note_backup_key(&self, public_key: String) -> Result<(), AccessError> {
        self.write(move |work| {
            work.only_the_program()?;
            let before = work.write.get(Table::Meta, KEY)?;
            if before.as_deref() == Some(public_key.as_bytes()) {
                return Ok(());
            }
            let note = Note::new(AuditKind::BackupKeyChanged)
                .about(Subject::new("backups", "key"))
                .with(json!({"public_key": public_key, "first": before.is_none()}));
            work.write
                .put(Table::Meta, KEY.to_vec(), public_key.into_bytes());
            work.note(note)
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    pub(super) fn only_the_program(&self) -> Result<(), AccessError> {
        match self.why {
            Some(_) => Ok(()),
            None => Err(AccessError::Forbidden(Permission::Admin(
                AdminRight::Backups,
            ))),
        }
    }

    /// Changes what is known of a backup, where anything is.
    fn change_backup(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut KnownBackup),
    ) -> Result<(), AccessError> {
        self.only_the_program()?;
        let Some(bytes) = self.write.get(Table::Backups, name.as_bytes())? else {
            return Ok(());
        };
        let mut backup = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("what is known of a backup", error))?;
        change(&mut backup);
        self.keep_backup(backup)
    }

    fn keep_backup(&mut self, backup: KnownBackup) -> Result<(), AccessError> {
        self.only_the_program()?;
        let bytes = serde_json::to_vec(&backup).expect("plain structs always serialise");
        self.write
            .put(Table::Backups, backup.name.into_bytes(), bytes);
        Ok(())
    }
}
