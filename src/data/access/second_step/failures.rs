//! Wrong codes, counted by person and method: across sign-ins, addresses and codes sent anew. Only a right code, or
//! somebody who may, resets the count.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Failures before the first wait.
const FREE: u32 = 5;
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// Failures in a row after which a method rests until another one was right, or the account is unlocked (NIST SP
/// 800-63B-4 §3.2.2).
const MOST: u32 = 100;

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// Seconds until a code may be tried; none where one may now.
    pub(super) fn wait(&self, now: Timestamp) -> Option<u64> {
        let wait = match self.count {
            0..FREE => return None,
            FREE..MOST => {
                // Seven times doubled is more than the longest.
                let doubled = 1_i32 << (self.count - FREE).min(7);
                (FIRST_WAIT * doubled).min(LONGEST_WAIT)
            }
            _ => return Some(LONGEST_WAIT.as_secs().unsigned_abs()),
        };
        let left = wait - now.duration_since(self.last);
        (left > SignedDuration::ZERO).then(|| left.as_secs().unsigned_abs() + 1)
    }

    /// One more.
    pub(super) fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_in_rest() {
        let mut failures = Failures::default();
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        for _ in 0..4 {
            failures.add(now);
            assert_eq!(failures.wait(now), None);
        }
        failures.add(now);
        assert_eq!(failures.wait(now), Some(31));
        assert_eq!(failures.wait(now + SignedDuration::from_secs(30)), None);
        failures.add(now);
        assert_eq!(failures.wait(now), Some(61));
        let mut last = 61;
        for _ in 6..99 {
            failures.add(now);
            let wait = failures.wait(now).unwrap();
            assert!(wait >= last, "{wait} after {last}");
            last = wait;
        }
        assert_eq!(failures.wait(now), Some(3601));
        assert_eq!(failures.wait(now + SignedDuration::from_hours(1)), None);
        failures.add(now);
        let week = now + SignedDuration::from_hours(24 * 7);
        assert!(failures.wait(week).is_some(), "a hundred are enough");
    }
}
