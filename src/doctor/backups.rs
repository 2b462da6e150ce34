//! Backups: whether each target can be written to and read from, and how old the newest proved one is.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{Finding, Patient};
use crate::backup::target::{KnownHosts, Place};
use crate::backup::{BackupError, Desk, Standing};
use crate::clock;
use crate::config::{Backup, TargetConfig};
use crate::data::{Problem, Vault};

const WHAT: &str = "doctor-backups";
const TARGET: &str = "doctor-target";
const KEY: &str = "doctor-backup-key";
/// Until what the targets list is left to what is known here.
const LIST_TIME: Duration = Duration::from_secs(20);
/// A day, and two hours for the backup itself.
const OLDEST: SignedDuration = SignedDuration::from_hours(26);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config().map(|config| &config.backup) else {
        return Vec::new();
    };
    let folder = &patient.around.folder;
    let desk = patient
        .vault
        .map(|vault| Desk::new(vault.clone(), folder, folder, Arc::new(config.clone())));
    let in_force = match &desk {
        Some(desk) => desk.in_force(),
        None => Ok(config.clone()),
    };
    let config = match &in_force {
        Ok(config) => config,
        Err(error) => return vec![said(WHAT, error.to_string(), "doctor-backups-do")],
    };
    if config.targets.is_empty() {
        let none = Finding::warn(
            WHAT,
            Problem::new("doctor-backups-none"),
            Problem::new("doctor-backups-none-do"),
        );
        return vec![none];
    }
    let mut findings = patient.runtime.block_on(targets(patient, config));
    if let (Some(vault), Some(desk)) = (patient.vault, desk) {
        findings.push(key(&desk));
        let newest = patient.runtime.block_on(newest_proved(&desk, vault));
        findings.push(
            match newest.and_then(|newest| Ok((newest, ahead(vault)?))) {
                Ok((newest, ahead)) => age(newest, ahead),
                Err(error) => said(WHAT, error.to_string(), "doctor-backups-do"),
            },
        );
        findings.extend(damage(&desk));
    }
    findings
}

fn said(what: &'static str, why: String, advice: &'static str) -> Finding {
    let says = Problem::new("doctor-said").with("why", why);
    Finding::fail(what, says, Problem::new(advice))
}

/// Whether the key is the one that backups are made with.
fn key(desk: &Desk) -> Finding {
    match desk.key().current() {
        Ok(_) => Finding::ok(KEY, Problem::new("doctor-backup-key-ok")),
        Err(error) => said(KEY, error.to_string(), "doctor-backup-key-do"),
    }
}

/// The moment that the newest backup holds which was proved and is still at a target; as is known here where targets do
/// not answer in time.
async fn newest_proved(desk: &Desk, vault: &Vault) -> Result<Option<Timestamp>, BackupError> {
    match tokio::time::timeout(LIST_TIME, desk.list()).await {
        Ok(listed) => {
            let (proved, now) = (listed?.0.into_iter(), clock::now());
            let proved = proved.filter(|one| one.proved_at.is_some());
            let made = proved.filter_map(|one| one.created_at);
            Ok(made.filter(|made| !clock::is_ahead(*made, now)).max())
        }
        Err(_) => Ok(vault.newest_proved_backup()?),
    }
}

/// Tries all targets at once.
async fn targets(patient: &Patient<'_>, config: &Backup) -> Vec<Finding> {
    let known = KnownHosts::new(Some(&patient.around.folder));
    join_all(config.targets.iter().map(|target| tried(target, &known))).await
}

async fn tried(target: &TargetConfig, known: &KnownHosts) -> Finding {
    let what = Problem::new(TARGET).with("name", target.name());
    let trial = async {
        let place = Place::open(target, known)?;
        place.try_it().await
    };
    let why = match trial.await {
        Ok(_) => return Finding::ok(what, Problem::new("doctor-target-ok")),
        Err(error) => error.to_string(),
    };
    Finding::fail(
        what,
        Problem::new("doctor-said").with("why", why),
        Problem::new("doctor-target-do"),
    )
}

/// The moment of the newest backup that claims to be of the future.
fn ahead(vault: &Vault) -> Result<Option<Timestamp>, BackupError> {
    let (backups, now) = (vault.backups()?, clock::now());
    let made = backups.iter().map(|backup| backup.created_at);
    Ok(made.filter(|made| clock::is_ahead(*made, now)).max())
}

/// A copy that was found not to be what was sent.
fn damage(desk: &Desk) -> Option<Finding> {
    let health = desk.health(clock::now()).ok()??;
    let (_, why) = health
        .last_failure
        .filter(|_| health.standing == Standing::Damaged)?;
    let says = Problem::new("doctor-backups-damaged").with("why", why);
    let advice = Problem::new("doctor-backups-damaged-do");
    Some(Finding::fail(WHAT, says, advice))
}

/// How old the newest proved backup is.
fn age(newest: Option<Timestamp>, ahead: Option<Timestamp>) -> Finding {
    let advice = Problem::new("doctor-backups-do");
    let is_fresh = newest.is_some_and(|made| clock::now().duration_since(made) <= OLDEST);
    if let Some(when) = ahead.filter(|_| !is_fresh) {
        let says = Problem::new("doctor-backups-ahead").with("when", format!("{when:.0}"));
        return Finding::fail(WHAT, says, Problem::new("doctor-backups-ahead-do"));
    }
    let Some(made) = newest else {
        return Finding::warn(WHAT, Problem::new("doctor-backups-never"), advice);
    };
    let age = clock::now().duration_since(made);
    let says = |key| Problem::new(key).with("count", age.as_hours().max(0));
    if age > OLDEST {
        Finding::fail(WHAT, says("doctor-backups-old"), advice)
    } else {
        Finding::ok(WHAT, says("doctor-backups-ok"))
    }
}
