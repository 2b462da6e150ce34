//! The certificate people's browsers are shown.

use super::{Finding, Patient};
use crate::data::Problem;

const WHAT: &str = "doctor-certificate";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config() else {
        return Vec::new();
    };
    let https = config
        .public_url
        .as_deref()
        .is_some_and(|url| url.starts_with("https://"));
    let key = if https {
        "doctor-certificate-proxy"
    } else {
        "doctor-certificate-off"
    };
    vec![Finding::ok(WHAT, Problem::new(key))]
}
