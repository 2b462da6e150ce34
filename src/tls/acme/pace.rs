//! When to ask an authority: for the next certificate, and again after a failure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Trouble;
use crate::tls::facts::Facts;

/// How long to wait where an authority asks to wait and does not say how long.
pub(super) const UNTOLD_WAIT: Duration = Duration::from_hours(1);

/// Waits after failures to reach the authority, in seconds; the last one stands for all that follow.
const UNREACHABLE: [u64; 8] = [2, 5, 10, 20, 30, 60, 60, 300];
/// Waits after refusals: authorities count failed proofs by the hour.
const REFUSED: [u64; 7] = [20, 60, 300, 900, 3600, 3 * 3600, 6 * 3600];

/// A number from 0 to 1 that differs from server to server.
pub(in crate::tls) fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without random numbers everybody comes at the same time, and nothing worse.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// How long to wait after so many failures in a row (from 1), give or take a fifth.
pub(in crate::tls) fn wait_after(trouble: &Trouble, failures: usize, chance: f64) -> Duration {
    let waits: &[u64] = match trouble {
        Trouble::Limited { wait, .. } => return wait.mul_f64(1.0 + chance / 10.0),
        Trouble::Unreachable(_) | Trouble::Disk(_) => &UNREACHABLE,
        Trouble::Refused(_) | Trouble::Unusable(_) => &REFUSED,
    };
    let seconds = waits[failures.saturating_sub(1).min(waits.len() - 1)];
    Duration::from_secs(seconds).mul_f64(0.8 + 0.4 * chance)
}

/// When to renew: at a moment of the authority's window, else when a third of the lifetime is left; servers spread out
/// over a thirtieth of it. The window counts only as far as it leaves a sixth of the lifetime for trouble, and not where it
/// is longer than the whole lifetime, which says nothing.
pub(in crate::tls) fn renewal(
    facts: &Facts,
    window: Option<(Timestamp, Timestamp)>,
    chance: f64,
) -> Timestamp {
    let lifetime = facts.lifetime() as f64;
    let before_end = |share: f64| {
        facts.not_after - SignedDuration::from_millis((lifetime * share * 1000.0) as i64)
    };
    match window {
        Some((start, end))
            if start <= end && end.as_second() - start.as_second() < facts.lifetime() =>
        {
            let length = (end.as_second() - start.as_second()) as f64;
            let moment = start + SignedDuration::from_millis((length * chance * 1000.0) as i64);
            moment.min(before_end(1.0 / 6.0))
        }
        _ => before_end(1.0 / 3.0 + chance / 30.0),
    }
}

/// The shortest time between two certificates, so that an authority whose window lies in the past is not asked in a loop.
pub(in crate::tls) fn shortest_gap(facts: &Facts) -> SignedDuration {
    SignedDuration::from_secs((facts.lifetime() / 10).clamp(10, 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(from: i64, to: i64) -> Facts {
        Facts {
            names: Vec::new(),
            issuer: String::new(),
            not_before: Timestamp::from_second(from).unwrap(),
            not_after: Timestamp::from_second(to).unwrap(),
            serial: String::new(),
            self_signed: false,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn renewed_with_a_third_left_whatever_the_lifetime() {
        for days in [6, 90, 397] {
            let lifetime = days * 86_400;
            let facts = facts(0, lifetime);
            for chance in [0.0, 0.5, 1.0] {
                let renewal = renewal(&facts, None, chance).as_second();
                let left = (lifetime - renewal) as f64 / lifetime as f64;
                assert!((0.33..0.37).contains(&left), "{left}");
            }
        }
        assert_eq!(renewal(&facts(0, 180), None, 0.0), at(120));
    }

    #[test]
    fn the_window_of_the_authority_counts_unless_it_is_too_late() {
        let facts = facts(0, 6000);
        assert_eq!(renewal(&facts, Some((at(3000), at(4000))), 0.5), at(3500));
        assert_eq!(renewal(&facts, Some((at(-90), at(-80))), 0.5), at(-85));
        assert_eq!(renewal(&facts, Some((at(5900), at(9000))), 0.5), at(5000));
        assert_eq!(renewal(&facts, Some((at(9), at(1))), 0.0), at(4000));
        assert_eq!(renewal(&facts, Some((at(-9000), at(9000))), 0.0), at(4000));
    }

    #[test]
    fn waits_grow_and_the_authority_has_the_last_word() {
        let refused = Trouble::Refused(String::new());
        let waits: Vec<u64> = (1..20)
            .map(|failures| wait_after(&refused, failures, 0.5).as_secs())
            .collect();
        assert!(waits.is_sorted());
        assert_eq!(waits.last(), Some(&(6 * 3600)));
        let total: u64 = (1..=8)
            .map(|n| wait_after(&Trouble::Unreachable(String::new()), n, 1.0).as_secs())
            .take(7)
            .sum();
        assert!(
            total < 300,
            "an authority that is back is asked soon: {total}"
        );
        let limited = Trouble::Limited {
            words: String::new(),
            wait: Duration::from_hours(2),
        };
        assert!(wait_after(&limited, 1, 0.0) >= Duration::from_hours(2));
    }
}
