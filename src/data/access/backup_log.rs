//! When backups are made and how it went: the plan set on the page, runs and proofs of late, and what owners were told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::built_in::BuiltIn;
use super::error::{AccessError, Permission};
use super::letter::{Letter, Template};
use super::outbox;
use super::role::AdminRight;
use super::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{Read, StoreError, Table};

const PLAN: &[u8] = b"backup-plan";
const LOG: &[u8] = b"backup-log";
/// Runs that are remembered: more than a year of days, with some that were tried again.
const MOST_RUNS: usize = 500;
/// Proofs of old backups that are.
const MOST_PROOFS: usize = 100;
/// Characters of an error that are kept.
const LONGEST_ERROR: usize = 500;
/// The largest count that can be kept; the configuration file has the same.
const MOST_KEPT: u64 = 3660;

/// What the page sets; what the configuration file sets goes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPlan {
    /// When the daily backup is made, in the firm's zone.
    pub daily_at: Option<Time>,
    /// How many days, weeks, months and years keep a backup: by `daily`, `weekly`, `monthly`, `yearly`.
    #[serde(default)]
    pub keep: BTreeMap<String, u64>,
    /// When the time of the day was last changed: what would have been due before is not missed.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It has not ended.
    Running,
    /// All targets have it, proved.
    Done,
    /// One target at least has not.
    Failed,
    /// The program stopped meanwhile, or somebody stopped it.
    Interrupted,
}

/// One time a backup was made, or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRun {
    /// When it began.
    pub begun_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What made it begin, in words for a log.
    pub why: String,
    /// The time it was due at, where it was the time of the day.
    pub due: Option<Timestamp>,
    /// How it stands.
    pub state: RunState,
    /// The archive it made.
    pub archive: Option<String>,
    /// What went wrong, in the far side's words; never a secret.
    pub error: Option<String>,
}

/// A backup of an earlier day that was opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldProof {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub archive: String,
    /// Milliseconds it took.
    pub took: u64,
    /// What was wrong; nothing where it is as it was.
    pub error: Option<String>,
    /// Whether the archive itself is damaged, rather than out of reach.
    pub damaged: bool,
}

/// What is remembered of backups beside the archives themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupLog {
    /// The latest first.
    #[serde(default)]
    pub runs: Vec<BackupRun>,
    /// The latest first.
    #[serde(default)]
    pub proofs: Vec<OldProof>,
    /// Since when a running server sees to backups: nothing was due before.
    #[serde(default)]
    pub watched_since: Option<Timestamp>,
    /// When unknown archives at targets were last looked at, after a restore.
    #[serde(default)]
    pub adopted_at: Option<Timestamp>,
    /// Since when owners know that something is wrong.
    #[serde(default)]
    pub alarmed_at: Option<Timestamp>,
    /// The public form of the key that somebody said they keep elsewhere.
    #[serde(default)]
    pub key_kept: Option<String>,
}

/// What somebody did with backups, for the audit log.
#[derive(Clone, Debug)]
pub enum BackupAct {
    /// Took an archive away as a file.
    Downloaded(String),
    /// The same with the files it refers to.
    DownloadedWithFiles(String),
    /// Removed one from all targets; owners get a letter.
    Deleted(String),
    /// Keeps fewer from now on; owners get a letter.
    KeepsFewer,
    /// Looked at the key, or saved it.
    KeyShown,
    /// Forgot the key that a target's server identified itself by.
    HostKeyForgotten(String),
    /// Tried a target; whether it worked.
    Tested(String, bool),
}

/// What owners are told.
#[derive(Clone, Debug)]
pub enum BackupNews {
    /// Backups fail, and why; nothing where there simply is none of late.
    Bad(String),
    /// They are good again.
    Good,
}

fn read_json<T: Default + for<'de> Deserialize<'de>>(
    read: &impl Read,
    key: &[u8],
) -> Result<T, StoreError> {
    match read.get(Table::Meta, key)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("what is known of backups", error)),
        None => Ok(T::default()),
    }
}

impl Vault {
    /// The plan set on the page.
    pub fn backup_plan(&self) -> Result<BackupPlan, StoreError> {
        read_json(&self.inner.store.read()?, PLAN)
    }

    /// How backups went of late.
    pub fn backup_log(&self) -> Result<BackupLog, StoreError> {
        read_json(&self.inner.store.read()?, LOG)
    }
}

impl Access {
    /// Changes parts of the plan: `daily_at` ("02:30"), `keep_daily`, `keep_weekly`, `keep_monthly`, `keep_yearly`.
    pub async fn update_backup_plan(&self, json: Map<String, Json>) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let old: BackupPlan = read_json(work.write, PLAN)?;
            let mut plan = old.clone();
            let mut errors = Vec::new();
            for (key, value) in &json {
                if let Err(problem) = take(&mut plan, key, value) {
                    errors.push(FieldError::new(key, problem));
                }
            }
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            if plan.daily_at != old.daily_at {
                plan.since = Some(work.signature.at);
            }
            if plan == old {
                return Ok(());
            }
            let note = Note::new(AuditKind::BackupPlanChanged).about(subject("plan"));
            work.note(note.with(Json::Object(json)))?;
            let bytes = serde_json::to_vec(&plan).expect("plain structs always serialise");
            work.write.put(Table::Meta, PLAN.to_vec(), bytes);
            Ok(())
        })
        .await
    }

    /// Keeps that a run of backups has begun. Only the program does this.
    pub async fn backup_begun(&self, run: BackupRun) -> Result<(), AccessError> {
        self.change_log(move |log| {
            log.runs.insert(0, run);
            log.runs.truncate(MOST_RUNS);
        })
        .await
    }

    /// Keeps how the run ended that began at a moment. Only the program does this.
    pub async fn backup_ended(&self, ended: BackupRun) -> Result<(), AccessError> {
        self.change_log(move |log| {
            let begun = |run: &&mut BackupRun| run.begun_at == ended.begun_at;
            if let Some(run) = log.runs.iter_mut().find(begun) {
                *run = BackupRun {
                    error: ended.error.as_deref().map(shortened),
                    ..ended
                };
            }
        })
        .await
    }

    /// Marks what was running when the program stopped, and since when a server sees to backups. Only the program does this.
    pub async fn interrupt_backups(&self, now: Timestamp) -> Result<(), AccessError> {
        self.change_log(move |log| {
            // A clock that was ahead would have nothing be due for years.
            if log.watched_since.is_none_or(|since| since > now) {
                log.watched_since = Some(now);
            }
            let running = |run: &&mut BackupRun| run.state == RunState::Running;
            for run in log.runs.iter_mut().filter(running) {
                run.state = RunState::Interrupted;
            }
        })
        .await
    }

    /// Keeps how it went with a backup of an earlier day; one that is damaged everywhere is not held for proved any more.
    /// Only the program does this.
    pub async fn backup_proved_again(&self, proof: OldProof) -> Result<(), AccessError> {
        self.write(move |work| {
            let mut log = work.backup_log()?;
            if proof.damaged {
                let bytes = work.write.get(Table::Backups, proof.archive.as_bytes())?;
                let known = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
                if let Some(known) = known {
                    let known: super::backups::KnownBackup = known;
                    let known = super::backups::KnownBackup {
                        proved_at: known.proved_at_any(|_| true),
                        error: proof.error.as_deref().map(shortened),
                        ..known
                    };
                    let bytes = serde_json::to_vec(&known).expect("plain structs always serialise");
                    let key = proof.archive.clone().into_bytes();
                    work.write.put(Table::Backups, key, bytes);
                }
            }
            let proof = OldProof {
                error: proof.error.as_deref().map(shortened),
                ..proof
            };
            log.proofs.insert(0, proof);
            log.proofs.truncate(MOST_PROOFS);
            work.put_backup_log(&log);
            Ok(())
        })
        .await
    }

    /// Keeps that the archives which lay unknown at targets were looked at. Only the program does this.
    pub async fn backups_adopted(&self, now: Timestamp) -> Result<(), AccessError> {
        self.change_log(move |log| log.adopted_at = Some(now)).await
    }

    /// Tells every active owner, once for each time it turns bad or good again. Only the program does this.
    pub async fn tell_of_backups(&self, news: BackupNews) -> Result<(), AccessError> {
        let vault = self.vault.clone();
        self.write(move |work| {
            let mut log = work.backup_log()?;
            let at = work.signature.at;
            let (template, what) = match &news {
                BackupNews::Bad(_) if log.alarmed_at.is_some() => return Ok(()),
                BackupNews::Good if log.alarmed_at.is_none() => return Ok(()),
                BackupNews::Bad(what) => (Template::BackupsFail, shortened(what)),
                BackupNews::Good => (Template::BackupsGood, String::new()),
            };
            log.alarmed_at = matches!(news, BackupNews::Bad(_)).then_some(at);
            if log.alarmed_at.is_some() {
                let details = json!({"why": "backups", "what": what});
                work.note(
                    Note::new(AuditKind::Alarm)
                        .about(subject("alarm"))
                        .with(details),
                )?;
            }
            let owners = work.rights.people().holders(BuiltIn::Owner.id());
            let letters: Vec<Letter> = owners
                .filter(|owner| owner.active)
                .map(|owner| Letter::to(owner, template, at).with("what", what.as_str()))
                .collect();
            for letter in letters {
                outbox::post(work.write, vault.inner.store.seal(), &letter, at);
            }
            work.put_backup_log(&log);
            Ok(())
        })
        .await
    }

    /// Keeps that somebody has the key with this public form outside of this machine.
    pub async fn keep_backup_key(&self, public: String) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let note = Note::new(AuditKind::BackupKeyKept).about(subject("key"));
            work.note(note.with(json!({"public_key": public})))?;
            let mut log: BackupLog = read_json(work.write, LOG)?;
            log.key_kept = Some(public);
            work.put_backup_log(&log);
            Ok(())
        })
        .await
    }

    /// Keeps in the audit log what somebody did with backups, before it is done.
    pub async fn note_backup_act(&self, act: BackupAct) -> Result<(), AccessError> {
        let vault = self.vault.clone();
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let told = match &act {
                BackupAct::Deleted(_) => Some("backup-deleted"),
                BackupAct::KeepsFewer => Some("backup-plan"),
                _ => None,
            };
            if let Some(what) = told {
                let archive = match &act {
                    BackupAct::Deleted(name) => name.clone(),
                    _ => String::new(),
                };
                tell_owners(work, &vault, what, &archive);
            }
            let (kind, of, details) = match act {
                BackupAct::KeepsFewer => return Ok(()),
                BackupAct::Downloaded(name) => {
                    let details = json!({"archive": name});
                    (AuditKind::BackupDownloaded, name, details)
                }
                BackupAct::DownloadedWithFiles(name) => {
                    let details = json!({"archive": name, "with_files": true});
                    (AuditKind::BackupDownloaded, name, details)
                }
                BackupAct::Deleted(name) => {
                    let details = json!({"archive": name});
                    (AuditKind::BackupDeleted, name, details)
                }
                BackupAct::KeyShown => (AuditKind::BackupKeyShown, "key".to_owned(), json!({})),
                BackupAct::HostKeyForgotten(target) => {
                    let details = json!({"host_key_forgotten": target});
                    (AuditKind::BackupPlanChanged, target, details)
                }
                BackupAct::Tested(target, worked) => {
                    let details = json!({"target": target, "worked": worked});
                    (AuditKind::BackupTargetTested, target, details)
                }
            };
            work.note(Note::new(kind).about(subject(&of)).with(details))
        })
        .await
    }

    async fn change_log(
        &self,
        change: impl FnOnce(&mut BackupLog) + Send + 'static,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let old = work.backup_log()?;
            let mut log = old.clone();
            change(&mut log);
            if log != old {
                work.put_backup_log(&log);
            }
            Ok(())
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn backup_log(&self) -> Result<BackupLog, AccessError> {
        if self.why.is_none() {
            return Err(AccessError::Forbidden(Permission::Admin(
                AdminRight::Backups,
            )));
        }
        Ok(read_json(self.write, LOG)?)
    }

    fn put_backup_log(&mut self, log: &BackupLog) {
        let bytes = serde_json::to_vec(log).expect("plain structs always serialise");
        self.write.put(Table::Meta, LOG.to_vec(), bytes);
    }
}

/// Writes to every active owner that somebody makes the ways back fewer: whoever stole a session would begin with that.
fn tell_owners(work: &mut Work<'_, '_, '_>, vault: &Vault, what: &str, archive: &str) {
    let at = work.signature.at;
    let people = work.rights.people();
    let who = work.signature.user.and_then(|id| people.user(id));
    let who = who.map_or_else(String::new, |user| user.name.clone());
    let owners = people.holders(BuiltIn::Owner.id());
    let letters: Vec<Letter> = owners
        .filter(|owner| owner.active)
        .map(|owner| {
            let letter = Letter::to(owner, Template::Alarm, at).with("what", what);
            let letter = letter.with("who", who.as_str()).with("archive", archive);
            letter.from(&work.signature)
        })
        .collect();
    for letter in letters {
        outbox::post(work.write, vault.inner.store.seal(), &letter, at);
    }
}

fn subject(id: &str) -> Subject {
    Subject::new("backups", id)
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_ERROR).collect()
}

fn take(plan: &mut BackupPlan, key: &str, value: &Json) -> Result<(), Problem> {
    let text = value.as_str().unwrap_or_default().trim();
    if key == "daily_at" {
        // Hours and minutes alone, one digit or two, as people write them.
        let time = Time::strptime("%H:%M", text);
        plan.daily_at = Some(time.map_err(|_| Problem::new("error-backup-time"))?);
        return Ok(());
    }
    let kept = key.strip_prefix("keep_");
    let kept = kept.filter(|kept| ["daily", "weekly", "monthly", "yearly"].contains(kept));
    let kept = kept.ok_or(Problem::new("error-choice"))?;
    let number = value.as_u64().or_else(|| text.parse().ok());
    let number = number.ok_or(Problem::new("error-not-a-number"))?;
    if number > MOST_KEPT {
        return Err(Problem::new("error-number-range")
            .with("least", 0)
            .with("most", MOST_KEPT));
    }
    plan.keep.insert(kept.to_owned(), number);
    Ok(())
}
