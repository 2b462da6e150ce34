//! The one place for limits on how often somebody may ask: a bucket for each signed-in person or token, and a smaller one
//! for what leads outside.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::data::UserId;

/// Buckets kept before full ones are thrown away.
const MOST_BUCKETS: usize = 10_000;

/// Questions to public registers that a person may put in a minute.
pub(crate) const LOOKUPS_PER_MINUTE: u64 = 10;

/// A bucket of a minute's requests that fills up evenly.
pub(crate) struct RequestLimits {
    per_minute: AtomicU64,
    buckets: Mutex<HashMap<UserId, Bucket>>,
}

struct Bucket {
    left: f64,
    at: Timestamp,
}

impl RequestLimits {
    /// `per_minute` 0 means no limit.
    pub(crate) fn new(per_minute: u64) -> Self {
        Self {
            per_minute: AtomicU64::new(per_minute),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Another limit from now on.
    pub(crate) fn set(&self, per_minute: u64) {
        self.per_minute.store(per_minute, Ordering::Relaxed);
    }

    /// Takes one request; the seconds to wait where there is none left.
    pub(crate) fn take(&self, user: UserId, now: Timestamp) -> Result<(), u64> {
        let per_minute = self.per_minute.load(Ordering::Relaxed);
        if per_minute == 0 {
            return Ok(());
        }
        let full = per_minute as f64;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs() < 60);
        }
        let bucket = buckets.entry(user).or_insert(Bucket {
            left: full,
            at: now,
        });
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.left = (bucket.left + passed * full / 60.0).min(full);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            Err(((1.0 - bucket.left) * 60.0 / full).ceil().max(1.0) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = RequestLimits::new(60);
        let (user, other) = (UserId::new(), UserId::new());
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        for _ in 0..60 {
            assert_eq!(limits.take(user, start), Ok(()));
        }
        assert_eq!(limits.take(user, start), Err(1));
        assert_eq!(limits.take(other, start), Ok(()));
        let later = Timestamp::from_second(1_700_000_002).unwrap();
        assert_eq!(
            [limits.take(user, later), limits.take(user, later)],
            [Ok(()), Ok(())]
        );
        assert!(limits.take(user, later).is_err());
    }
}
