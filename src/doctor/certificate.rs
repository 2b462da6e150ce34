//! The certificate people's browsers are shown.

use jiff::{SignedDuration, Timestamp};

use super::{Finding, Patient};
use crate::config::{Config, TlsMode};
use crate::data::Problem;
use crate::tls::{Event, Fault, Happened, Source, Status, Tls};

const WHAT: &str = "doctor-certificate";
/// With less than so many days somebody has to look after a certificate that nobody renews for us.
const FEW_DAYS: i64 = 14;
/// One that is renewed by itself is renewed long before this part of its life is all that is left of it.
const RENEWED_BY: i64 = 6;
/// So long a firm may be without a certificate that others vouch for before that is a failure.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config() else {
        return Vec::new();
    };
    let now = crate::clock::now();
    vec![match patient.tls(config) {
        Err(fault) => unusable(&fault),
        Ok(tls) => match (tls.status(), tls.fault_of_files()) {
            (None, _) => without_https(config),
            // The next start would stop here.
            (Some(_), Some(fault)) => unusable(&fault),
            (Some(status), None) if status.source == Source::SelfSigned => none(
                &tls,
                status.last_error.as_ref(),
                patient.around.serving,
                now,
            ),
            (Some(status), None) => judge(&tls, &status, now),
        },
    }]
}

fn unusable(fault: &Fault) -> Finding {
    Finding::fail(
        WHAT,
        Problem::new("doctor-said").with("why", fault),
        Problem::new("doctor-certificate-unusable-do"),
    )
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

/// None but the one that we made ourselves.
fn none(tls: &Tls, trouble: Option<&Event>, serving: bool, now: Timestamp) -> Finding {
    let says = match trouble {
        Some(event) => Problem::new("doctor-certificate-none-said").with("why", &event.words),
        None => Problem::new("doctor-certificate-none"),
    };
    let advice = if !tls.asks_authority() {
        match tls.plan().mode {
            TlsMode::Own => "doctor-certificate-own-do",
            _ => "doctor-certificate-nameless-do",
        }
    } else if let Some(event) = trouble {
        advice_on(event.happened)
    } else if serving {
        "doctor-certificate-waiting-do"
    } else {
        "doctor-certificate-none-do"
    };
    let advice = Problem::new(advice);
    if tls.failing_for(now).is_some_and(|since| since >= PATIENCE) {
        Finding::fail(WHAT, says, advice)
    } else {
        Finding::warn(WHAT, says, advice)
    }
}

const fn advice_on(happened: Happened) -> &'static str {
    match happened {
        Happened::Unreachable => "doctor-certificate-unreachable-do",
        Happened::Limited => "doctor-certificate-limited-do",
        Happened::Unwritten => "doctor-certificate-unwritten-do",
        Happened::FilesRefused => "doctor-certificate-unusable-do",
        _ => "doctor-certificate-refused-do",
    }
}

fn judge(tls: &Tls, status: &Status, now: Timestamp) -> Finding {
    let days = status.days_left(now);
    let says = |key| {
        Problem::new(key)
            .with("names", status.names.join(", "))
            .with("issuer", &status.issuer)
            .with("until", status.not_after.strftime("%Y-%m-%d").to_string())
            .with("count", days.max(0))
    };
    let by_itself = status.source == Source::Acme;
    let advice = Problem::new(match (&status.last_error, status.source) {
        (Some(event), _) => advice_on(event.happened),
        (None, Source::Files) => "doctor-certificate-files-do",
        (None, Source::Own) => "doctor-certificate-own-do",
        (None, _) => "doctor-certificate-renewal-do",
    });
    let left = status.not_after.as_second() - now.as_second();
    let soon = if by_itself {
        left < (status.not_after.as_second() - status.not_before.as_second()) / RENEWED_BY
    } else {
        days < FEW_DAYS
    };
    if !(status.not_before <= now && now < status.not_after) {
        Finding::fail(WHAT, says("doctor-certificate-over"), advice)
    } else if let Some(name) = tls.uncovered() {
        Finding::fail(
            WHAT,
            says("doctor-certificate-other").with("name", name),
            advice,
        )
    } else if let Some(event) = &status.last_error {
        let says = says("doctor-certificate-trouble").with("why", &event.words);
        Finding::warn(WHAT, says, advice)
    } else if soon {
        Finding::warn(WHAT, says("doctor-certificate-soon"), advice)
    } else {
        Finding::ok(WHAT, says("doctor-certificate-ok"))
    }
}
