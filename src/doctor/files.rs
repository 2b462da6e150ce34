//! Files of records: whether the content of each is there.

use super::{Finding, Patient};
use crate::data::{Problem, StoreError, Vault};

const WHAT: &str = "doctor-files";

/// Files looked at; all of them, and into each, where the look is thorough.
const LOOKED_AT: u64 = 20_000;

pub(super) fn check(patient: &Patient<'_>) -> Option<Finding> {
    let vault = patient.vault?;
    let most = if patient.thorough {
        u64::MAX
    } else {
        LOOKED_AT
    };
    Some(look(vault, most, patient.thorough).unwrap_or_else(|error| {
        Finding::fail(
            WHAT,
            Problem::new("doctor-said").with("why", error),
            Problem::new("doctor-files-wrong-do"),
        )
    }))
}

fn look(vault: &Vault, most: u64, contents: bool) -> Result<Finding, StoreError> {
    let checked = vault.check_files(most, contents)?;
    for wrong in &checked.wrong {
        tracing::error!(wrong, "a file is not as it should be");
    }
    Ok(match checked.wrong.first() {
        None => Finding::ok(
            WHAT,
            Problem::new("doctor-files-ok")
                .with("count", checked.looked_at)
                .with("all", checked.all),
        ),
        Some(first) => Finding::fail(
            WHAT,
            Problem::new("doctor-files-wrong")
                .with("count", checked.wrong.len())
                .with("first", first),
            Problem::new("doctor-files-wrong-do"),
        ),
    })
}
