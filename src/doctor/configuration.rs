//! The configuration file, read anew.

use super::{Finding, Patient};
use crate::data::Problem;

const WHAT: &str = "doctor-configuration";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let source = &patient.around.source;
    vec![match source.load() {
        Err(error) => Finding::fail(
            WHAT,
            Problem::new("doctor-said").with("why", &error),
            Problem::new("doctor-configuration-bad-do"),
        ),
        Ok(_) => match source.file() {
            Some(file) => Finding::ok(
                WHAT,
                Problem::new("doctor-configuration-ok").with("file", file.display()),
            ),
            None => Finding::ok(WHAT, Problem::new("doctor-configuration-none")),
        },
    }]
}
