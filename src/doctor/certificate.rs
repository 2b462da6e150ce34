//! The certificate people's browsers are shown.

use jiff::Timestamp;

use super::{Finding, Patient};
use crate::config::{Config, TlsMode};
use crate::data::Problem;
use crate::tls::{self, Facts};

const WHAT: &str = "doctor-certificate";
/// With less than so many days somebody has to look after a certificate that nobody renews for us.
const FEW_DAYS: i64 = 14;
/// One that is renewed by itself is renewed long before this part of its life is all that is left of it.
const RENEWED_BY: i64 = 6;

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config() else {
        return Vec::new();
    };
    let now = crate::clock::now();
    vec![match tls::inspect(config, &patient.around.folder, now) {
        None => without_https(config),
        Some(Err(fault)) => Finding::fail(
            WHAT,
            Problem::new("doctor-said").with("why", fault),
            Problem::new("doctor-certificate-unusable-do"),
        ),
        Some(Ok(None)) => Finding::warn(
            WHAT,
            Problem::new("doctor-certificate-none"),
            Problem::new("doctor-certificate-none-do"),
        ),
        Some(Ok(Some(facts))) => judge(config, &facts, now),
    }]
}

fn without_https(config: &Config) -> Finding {
    let public = config.public_url.as_deref();
    let key = if public.is_some_and(|url| url.starts_with("https://")) {
        "doctor-certificate-proxy"
    } else {
        "doctor-certificate-off"
    };
    Finding::ok(WHAT, Problem::new(key))
}

fn judge(config: &Config, facts: &Facts, now: Timestamp) -> Finding {
    let days = tls::days_between(now, facts.not_after);
    let says = |key| {
        Problem::new(key)
            .with("names", facts.names.join(", "))
            .with("issuer", &facts.issuer)
            .with("until", facts.not_after.strftime("%Y-%m-%d").to_string())
            .with("count", days.max(0))
    };
    let by_itself = config.tls.mode == TlsMode::Acme;
    let advice = Problem::new(if by_itself {
        "doctor-certificate-renewal-do"
    } else {
        "doctor-certificate-files-do"
    });
    let left = facts.not_after.as_second() - now.as_second();
    let soon = if by_itself {
        left < facts.lifetime() / RENEWED_BY
    } else {
        days < FEW_DAYS
    };
    let uncovered = config.tls.domains.iter().find(|name| !facts.covers(name));
    if !facts.counts_at(now) {
        Finding::fail(WHAT, says("doctor-certificate-over"), advice)
    } else if let Some(name) = uncovered {
        Finding::fail(
            WHAT,
            says("doctor-certificate-other").with("name", name),
            advice,
        )
    } else if soon {
        Finding::warn(WHAT, says("doctor-certificate-soon"), advice)
    } else {
        Finding::ok(WHAT, says("doctor-certificate-ok"))
    }
}
