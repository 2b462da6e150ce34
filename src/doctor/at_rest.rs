//! Encryption at rest: whether the database is encrypted, and whether its key lies where it protects.

use std::path::Path;

use super::{Finding, Patient};
use crate::app::data_key::{self, KeyPlaces};
use crate::data::Problem;

const WHAT: &str = "doctor-at-rest";

pub(super) fn check(patient: &Patient<'_>) -> Option<Finding> {
    let (vault, folder) = (patient.vault?, &patient.around.folder);
    let Some(place) = vault.key_place() else {
        let unused = patient
            .config()
            .is_some_and(|config| !KeyPlaces::of(config, folder).find().is_empty());
        return Some(if unused {
            Finding::warn(
                WHAT,
                Problem::new("doctor-at-rest-unused"),
                Problem::new("doctor-at-rest-unused-do"),
            )
        } else {
            Finding::ok(WHAT, Problem::new("doctor-at-rest-off"))
        });
    };
    if !vault.files_are_sealed() {
        return Some(Finding::warn(
            WHAT,
            Problem::new("doctor-at-rest-files"),
            Problem::new("doctor-at-rest-files-do"),
        ));
    }
    let inside = Path::new(place).starts_with(folder) || folder.join(data_key::FILE).exists();
    Some(if inside {
        Finding::warn(
            WHAT,
            Problem::new("doctor-at-rest-beside").with("place", place),
            Problem::new("doctor-at-rest-beside-do"),
        )
    } else {
        Finding::ok(WHAT, Problem::new("doctor-at-rest-on").with("place", place))
    })
}
