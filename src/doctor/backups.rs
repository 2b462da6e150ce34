//! Backups: whether each target can be written to and read from, and how old the newest proved one is.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::{Finding, Patient};
use crate::backup::target::{KnownHosts, Place};
use crate::config::{Backup, TargetConfig};
use crate::data::{Problem, StoreError};

const WHAT: &str = "doctor-backups";
const TARGET: &str = "doctor-target";
/// For all of a target's trial.
const TRIAL_TIME: Duration = Duration::from_secs(30);
/// A day, and two hours for the backup itself.
const OLDEST: SignedDuration = SignedDuration::from_hours(26);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config().map(|config| &config.backup) else {
        return Vec::new();
    };
    if config.targets.is_empty() {
        return vec![Finding::warn(
            WHAT,
            Problem::new("doctor-backups-none"),
            Problem::new("doctor-backups-none-do"),
        )];
    }
    let mut findings = patient.runtime.block_on(targets(patient, config));
    findings.push(age(patient).unwrap_or_else(|error| super::unopened(&error)));
    findings
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
    let why = match tokio::time::timeout(TRIAL_TIME, trial).await {
        Ok(Ok(_)) => return Finding::ok(what, Problem::new("doctor-target-ok")),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", TRIAL_TIME.as_secs()),
    };
    Finding::fail(
        what,
        Problem::new("doctor-said").with("why", why),
        Problem::new("doctor-target-do"),
    )
}

/// How old the newest proved backup is.
fn age(patient: &Patient<'_>) -> Result<Finding, StoreError> {
    let advice = Problem::new("doctor-backups-do");
    let proved = match patient.vault {
        Some(vault) => vault.newest_proved_backup()?,
        None => None,
    };
    let Some(made) = proved else {
        return Ok(Finding::warn(
            WHAT,
            Problem::new("doctor-backups-never"),
            advice,
        ));
    };
    let age = crate::clock::now().duration_since(made);
    let says = |key| Problem::new(key).with("count", age.as_hours().max(0));
    Ok(if age > OLDEST {
        Finding::fail(WHAT, says("doctor-backups-old"), advice)
    } else {
        Finding::ok(WHAT, says("doctor-backups-ok"))
    })
}
