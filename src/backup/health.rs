//! Whether the firm is safe, judged from what is known here, without asking any target.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::error::BackupError;
use crate::clock::is_ahead;
use crate::data::{BackupLog, BackupRun, KnownBackup, OldProof, RunState};

/// How old the last proved backup may be: a day, and two hours for one that is slow or late.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(26);
/// How long a judgement is good for pages that show it in passing.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(20);

/// How it stands in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A proved backup of the last 26 hours, and nothing went wrong since.
    Safe,
    /// No backup yet, and it is too early for one.
    Young,
    /// No place for backups is set.
    NoTarget,
    /// The last try failed, at one target at least.
    Failing,
    /// The last proved one is too old, or there is none.
    Stale,
    /// One that was good is damaged.
    Damaged,
    /// There is no fresh one, but one of the future: the clock was wrong, or is.
    Ahead,
}

/// A target as it was when something last went there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TargetHealth {
    /// What it is called.
    pub(crate) name: String,
    /// `local`, `s3`, `sftp` or `webdav`.
    pub(crate) kind: &'static str,
    /// The moment the last archive holds that was proved from there.
    pub(crate) last_proved: Option<Timestamp>,
    /// When it was last tried.
    pub(crate) tried_at: Option<Timestamp>,
    /// What went wrong then, in its words.
    pub(crate) error: Option<String>,
}

/// Whether the firm is safe.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// In a word.
    pub(crate) standing: Standing,
    /// Whether those who look after it have to be told.
    pub(crate) alarming: bool,
    /// The last proved backup that is still kept.
    pub(crate) last_proved: Option<KnownBackup>,
    /// What went wrong and has not gone right since.
    pub(crate) last_failure: Option<(Timestamp, String)>,
    /// In the order of the configuration.
    pub(crate) targets: Vec<TargetHealth>,
    /// Whether somebody said that they keep the key in use elsewhere.
    pub(crate) key_kept: bool,
}

/// What a judgement goes by.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) now: Timestamp,
    pub(super) founded: Timestamp,
    /// Name and kind of each.
    pub(super) targets: &'a [(String, &'static str)],
    /// The newest first.
    pub(super) known: &'a [KnownBackup],
    pub(super) log: &'a BackupLog,
    /// The public form of the key in use; nothing where it cannot be read.
    pub(super) key: Option<&'a str>,
}

/// Judges.
pub(super) fn judge(evidence: &Evidence<'_>) -> Health {
    let Evidence {
        now, known, log, ..
    } = *evidence;
    let there = |name: &str| evidence.targets.iter().any(|target| target.0 == name);
    let is_proved = |backup: &&KnownBackup| backup.proved_at_any(there).is_some();
    // A backup of the future is none of today, or it would be fresh for as long as the clock was ahead.
    let (ahead, of_today): (Vec<&KnownBackup>, Vec<&KnownBackup>) = known
        .iter()
        .partition(|backup| is_ahead(backup.created_at, now));
    let last_proved = of_today.iter().copied().find(is_proved);
    let fresh = last_proved.is_some_and(|backup| now < backup.created_at + GOOD_FOR);
    let young = now < evidence.founded + GOOD_FOR && !is_ahead(evidence.founded, now);
    let ended = |run: &&BackupRun| matches!(run.state, RunState::Done | RunState::Failed);
    let failed = log
        .runs
        .iter()
        .find(ended)
        .filter(|run| run.state == RunState::Failed);
    let failed = failed.map(|run| {
        let at = run.ended_at.unwrap_or(run.begun_at);
        (at, run.error.clone().unwrap_or_default())
    });
    let targets: Vec<TargetHealth> = evidence
        .targets
        .iter()
        .map(|(name, kind)| of_target(name, kind, &of_today, log))
        .collect();
    // A run to one target alone may have gone well since, while another has not recovered.
    let failed = failed.or_else(|| {
        let mut broken = targets.iter();
        broken.find_map(|target| Some((target.tried_at?, target.error.clone()?)))
    });
    let damaged = damaged(known, evidence.targets, &log.proofs);
    let standing = if evidence.targets.is_empty() {
        Standing::NoTarget
    } else if damaged.is_some() {
        Standing::Damaged
    } else if failed.is_some() {
        Standing::Failing
    } else if fresh {
        Standing::Safe
    } else if !ahead.is_empty() {
        Standing::Ahead
    } else if young {
        Standing::Young
    } else {
        Standing::Stale
    };
    let alarming = match standing {
        Standing::Safe | Standing::Young => false,
        Standing::NoTarget => !young,
        Standing::Failing | Standing::Stale | Standing::Damaged | Standing::Ahead => true,
    };
    Health {
        standing,
        alarming,
        last_proved: last_proved.cloned(),
        targets,
        last_failure: damaged.or(failed),
        key_kept: evidence.key.is_some() && log.key_kept.as_deref() == evidence.key,
    }
}

/// A copy that is kept and was found not to be what was sent, whoever found it; or an archive whose last proof found it
/// damaged.
fn damaged(
    known: &[KnownBackup],
    targets: &[(String, &'static str)],
    proofs: &[OldProof],
) -> Option<(Timestamp, String)> {
    for backup in known {
        for (target, _) in targets {
            if let Some(at) = backup.targets.get(target)
                && let (Some(found), Some(error)) = (at.damaged_at, &at.error)
            {
                return Some((found, error.clone()));
            }
        }
    }
    // A copy says for itself how it is, once it was looked at anew.
    let looked_at = |known: &&KnownBackup| known.proved_at.is_none();
    let mut damaged = known.iter().filter(looked_at).filter_map(|known| {
        let proof = proofs.iter().find(|proof| proof.archive == known.name)?;
        let error = proof.error.clone().filter(|_| proof.damaged)?;
        Some((proof.at, error))
    });
    damaged.next()
}

fn of_target(
    name: &str,
    kind: &'static str,
    known: &[&KnownBackup],
    log: &BackupLog,
) -> TargetHealth {
    let there = |backup: &&KnownBackup| {
        let at = backup.targets.get(name)?;
        Some((backup.created_at, at.clone()))
    };
    let last = known.iter().find_map(there);
    let proved = known
        .iter()
        .filter_map(there)
        .find(|(_, at)| at.proved_at.is_some());
    let mut health = TargetHealth {
        name: name.to_owned(),
        kind,
        last_proved: proved.map(|(moment, _)| moment),
        tried_at: last.as_ref().map(|(moment, _)| *moment),
        error: last.and_then(|(_, at)| at.error),
    };
    // A run that left no archive anywhere is known by its words alone, in which each target is named.
    let prefix = format!("{name}: ");
    let run = log.runs.iter().find(|run| run.state == RunState::Failed);
    let run = run.filter(|run| run.archive.is_none());
    if let Some(run) = run.filter(|run| Some(run.begun_at) > health.tried_at) {
        let error = run.error.iter().flat_map(|error| error.split("; "));
        if let Some(error) = error.into_iter().find(|error| error.starts_with(&prefix)) {
            health.tried_at = Some(run.begun_at);
            health.error = Some(error.to_owned());
        }
    }
    health
}

/// When it was judged, and how.
type Judged = (Timestamp, Arc<Health>);

/// The last judgement, for pages that show it in passing. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Remembered(Arc<Mutex<Option<Judged>>>);

impl Desk {
    /// Whether the firm is safe at `now`; nothing where there is no firm.
    pub(crate) fn health(&self, now: Timestamp) -> Result<Option<Health>, BackupError> {
        let Some(firm) = self.vault.firm()? else {
            return Ok(None);
        };
        let config = self.in_force()?;
        let targets: Vec<(String, &'static str)> = config
            .targets
            .iter()
            .map(|target| (target.name().to_owned(), target.kind()))
            .collect();
        let log = self.vault.backup_log()?;
        let key = self.key().current().ok().map(|key| key.public());
        Ok(Some(judge(&Evidence {
            now,
            founded: firm
                .created_at
                .max(log.watched_since.unwrap_or(firm.created_at)),
            targets: &targets,
            known: &self.vault.backups()?,
            log: &log,
            key: key.as_deref(),
        })))
    }

    /// The same as it was some seconds ago at most.
    pub(crate) fn health_lately(&self) -> Option<Arc<Health>> {
        let now = crate::clock::now();
        let mut held = self
            .remembered
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((at, health)) = held.as_ref()
            && (*at..*at + REMEMBERED).contains(&now)
        {
            return Some(health.clone());
        }
        let health = match self.health(now) {
            Ok(health) => Arc::new(health?),
            Err(error) => {
                tracing::error!(%error, "how backups stand cannot be read");
                return None;
            }
        };
        *held = Some((now, health.clone()));
        Some(health)
    }

    /// The next look judges anew.
    pub(crate) fn forget_health(&self) {
        *self
            .remembered
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests;
