//! The clock: codes of second steps, sessions, certificates and the audit log all go by it.

use jiff::SignedDuration;

use super::{Finding, Patient};
use crate::data::Problem;

const WHAT: &str = "doctor-clock";
/// A clock that says an earlier year has never been set: the program is younger.
const FIRST_YEAR: i16 = 2026;
const LAST_YEAR: i16 = 2100;
/// Entries of the audit log may be that far ahead, from before a small correction.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let now = crate::clock::now();
    let zone = patient.vault.map(crate::data::Vault::zone);
    let zone = zone.or_else(|| patient.config().map(|config| config.time_zone.clone()));
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let here = now.to_zoned_datetime(zone.clone());
    let says = |key| {
        Problem::new(key)
            .with("now", here.strftime("%Y-%m-%d %H:%M").to_string())
            .with("zone", zone.iana_name().unwrap_or("UTC"))
    };
    let newest = patient.vault.and_then(|vault| vault.newest_audit().ok());
    let newest = newest.and_then(Result::ok).flatten();
    let went_back = newest.is_some_and(|newest| newest.duration_since(now) > SLACK);
    let advice = Problem::new("doctor-clock-do");
    vec![if !(FIRST_YEAR..=LAST_YEAR).contains(&here.year()) {
        Finding::fail(WHAT, says("doctor-clock-wrong"), advice)
    } else if went_back {
        Finding::fail(WHAT, says("doctor-clock-back"), advice)
    } else {
        Finding::ok(WHAT, says("doctor-clock-ok"))
    }]
}
