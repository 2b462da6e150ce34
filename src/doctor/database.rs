//! The database: its format, its pages, what records are found by, the chain of the audit log.

use std::path::Path;

use super::{Finding, Patient};
use crate::data::{Keyring, Problem, StoreError, Vault};

const WHAT: &str = "doctor-database";
const INDEXES: &str = "doctor-indexes";
const AUDIT: &str = "doctor-audit";

/// Up to so many records everything is compared; more are sampled unless the look is thorough.
const COMPARED: u64 = 20_000;
/// Records of each module in a sample.
const SAMPLE: u32 = 2_000;
/// Bytes of the largest file whose every page is read; larger ones where the look is thorough.
const READ_UP_TO: u64 = 1 << 30;

/// A closed file, before anything opens it: its format and its pages. `Err` where it cannot be opened at all.
pub(crate) fn check_closed(
    folder: &Path,
    keys: &Keyring,
    thorough: bool,
) -> Result<Option<Finding>, Box<Finding>> {
    let file = folder.join("kartoteka.redb");
    let found = match file.metadata() {
        Ok(found) => found,
        // To open it would make a database, which is not for somebody who only looks.
        Err(_) if !folder.join("initialised").exists() => {
            return Err(Box::new(Finding::fail(
                WHAT,
                Problem::new("doctor-database-none"),
                Problem::new("doctor-folder-missing-do"),
            )));
        }
        Err(_) => return Ok(None),
    };
    let (format, known) =
        Vault::format_of(folder, keys).map_err(|error| Box::new(unopened(&error)))?;
    if format > known {
        return Err(Box::new(unopened(&StoreError::Newer {
            found: format,
            known,
        })));
    }
    let reads_all = thorough || found.len() <= READ_UP_TO;
    if reads_all {
        Vault::check_file(folder, keys).map_err(|error| Box::new(unopened(&error)))?;
    }
    if format < known {
        // Opening would change it, which is for the server to do, after a copy.
        return Err(Box::new(Finding::warn(
            WHAT,
            Problem::new("doctor-database-older")
                .with("format", format)
                .with("known", known),
            Problem::new("doctor-database-older-do"),
        )));
    }
    let key = if reads_all {
        "doctor-database-whole"
    } else {
        "doctor-database-large"
    };
    Ok(Some(Finding::ok(
        WHAT,
        Problem::new(key).with("format", format),
    )))
}

/// A firm that cannot be opened, in the words of the attempt.
pub(crate) fn not_opened(why: &str) -> Finding {
    Finding::fail(
        WHAT,
        Problem::new("doctor-said").with("why", why),
        Problem::new("doctor-database-damaged-do"),
    )
}

/// A database that cannot be opened, and why.
pub(super) fn unopened(error: &StoreError) -> Finding {
    let advice = match error {
        StoreError::NoRoom => "doctor-room-do",
        StoreError::Newer { .. } => "doctor-database-newer-do",
        StoreError::InUse => "doctor-database-in-use-do",
        StoreError::NoKey(_) | StoreError::WrongKey(_) => "doctor-at-rest-key-do",
        _ => "doctor-database-damaged-do",
    };
    Finding::fail(
        WHAT,
        Problem::new("doctor-said").with("why", error),
        Problem::new(advice),
    )
}

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(vault) = patient.vault else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if patient.around.serving {
        findings.push(match vault.firm() {
            Ok(_) => Finding::ok(WHAT, Problem::new("doctor-database-answers")),
            Err(error) => unopened(&error),
        });
    }
    findings.push(indexes(vault, patient.thorough).unwrap_or_else(|error| unopened(&error)));
    findings.push(audit(vault, patient.thorough).unwrap_or_else(|error| unopened(&error)));
    findings
}

fn indexes(vault: &Vault, thorough: bool) -> Result<Finding, StoreError> {
    let records = vault.figures()?.records;
    let (looked_at, wrong) = if thorough || records <= COMPARED {
        (records, vault.check_records()?)
    } else {
        let (looked_at, wrong) = vault.check_sample(SAMPLE)?;
        (looked_at.into(), wrong)
    };
    for wrong in &wrong {
        // Ids alone; whoever mends it needs all of them.
        tracing::error!(wrong, "the data contradicts itself");
    }
    Ok(match wrong.first() {
        None => Finding::ok(
            INDEXES,
            Problem::new("doctor-indexes-ok")
                .with("count", looked_at)
                .with("all", records),
        ),
        Some(first) => Finding::fail(
            INDEXES,
            Problem::new("doctor-indexes-wrong")
                .with("count", wrong.len())
                .with("first", first),
            Problem::new("doctor-indexes-wrong-do"),
        ),
    })
}

fn audit(vault: &Vault, thorough: bool) -> Result<Finding, StoreError> {
    let entries = vault.figures()?.audit_entries;
    let all = thorough || entries <= COMPARED * 5;
    let holds = if all {
        vault.verify_audit()?.map(drop)
    } else {
        vault.newest_audit()?.map(drop)
    };
    let key = if all {
        "doctor-audit-whole"
    } else {
        "doctor-audit-head"
    };
    Ok(match holds {
        Ok(()) => Finding::ok(AUDIT, Problem::new(key).with("count", entries)),
        Err(error) => Finding::fail(
            AUDIT,
            Problem::new("doctor-said").with("why", error),
            Problem::new("doctor-audit-broken-do"),
        ),
    })
}
