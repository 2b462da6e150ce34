//! Letters to owners before a certificate lapses that nobody renewed.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::served::{Source, Tls};
use super::{Status, days_between};
use crate::clock;
use crate::data::{Template, Vault};

/// Days left at which owners are told.
const DAYS: [i64; 4] = [14, 7, 3, 1];
/// Between looks.
const LOOK: Duration = Duration::from_hours(1);

/// The last letter about a certificate.
#[derive(Default, Serialize, Deserialize)]
struct Reminded {
    /// Which one it was about, by its end.
    not_after: Option<Timestamp>,
    days: i64,
}

/// Looks once an hour, for ever.
pub(super) async fn remind(tls: &Tls, vault: &Vault) {
    loop {
        if let Err(error) = look(tls, vault).await {
            tracing::warn!(%error, "owners cannot be told of a certificate that lapses");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(tls: &Tls, vault: &Vault) -> Result<(), crate::data::StoreError> {
    let Some(status) = tls.status() else {
        return Ok(());
    };
    let kept = tls.folder().reminded();
    let last: Reminded = kept
        .and_then(|json| serde_json::from_slice(&json).ok())
        .unwrap_or_default();
    let last = (last.not_after == Some(status.not_after)).then_some(last.days);
    let Some(days) = due(&status, last, clock::now()) else {
        return Ok(());
    };
    let why = status.last_error.as_ref().map(|event| event.words.clone());
    let values = [
        ("what", status.names.join(", ")),
        ("days", status.days_left(clock::now()).max(0).to_string()),
        ("reason", why.unwrap_or_default()),
    ];
    vault
        .post_to_owners(Template::CertificateLapses, &values)
        .await?;
    let reminded = Reminded {
        not_after: Some(status.not_after),
        days,
    };
    let json = serde_json::to_vec(&reminded).expect("plain structs always serialise");
    if let Err(error) = tls.folder().keep_reminded(&json) {
        tracing::warn!(%error, "that owners were told cannot be kept");
    }
    Ok(())
}

/// Which reminder is due, if any; `last` is the one that was sent for this certificate. Short certificates of an authority
/// are renewed with days left, so that only those days count of which they have less than a quarter.
fn due(status: &Status, last: Option<i64>, now: Timestamp) -> Option<i64> {
    let left = status.days_left(now);
    let lifetime = days_between(status.not_before, status.not_after);
    let counts = |days: i64| match status.source {
        Source::SelfSigned => false,
        Source::Acme => days * 4 < lifetime,
        Source::Files | Source::Own => days < lifetime,
    };
    let reached = DAYS.into_iter().filter(|&days| counts(days) && left < days);
    let due = reached.min()?;
    last.is_none_or(|last| due < last).then_some(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    fn told(source: Source, lifetime: i64) -> Vec<i64> {
        let moment = |day: i64| Timestamp::from_second(day * DAY).unwrap();
        let status = Status {
            source,
            names: Vec::new(),
            issuer: String::new(),
            not_before: moment(0),
            not_after: moment(lifetime),
            next_renewal: None,
            last_error: None,
        };
        let mut last = None;
        let mut told = Vec::new();
        for hour in 0..(lifetime + 2) * 24 {
            let now = Timestamp::from_second(hour * 60 * 60).unwrap();
            if let Some(days) = due(&status, last, now) {
                last = Some(days);
                told.push(days);
            }
        }
        told
    }

    #[test]
    fn owners_are_told_in_time_and_once() {
        assert_eq!(told(Source::Files, 365), [14, 7, 3, 1]);
        assert_eq!(told(Source::Own, 10), [7, 3, 1]);
        assert_eq!(told(Source::Acme, 90), [14, 7, 3, 1]);
        assert_eq!(told(Source::Acme, 6), [1]);
        assert_eq!(told(Source::SelfSigned, 90), [0; 0]);
    }
}
