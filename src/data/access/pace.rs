//! How much goes into one write of long work.

use std::time::Duration;

use super::vault::Access;

/// How large the writes of long work are: the more records in one, the less each costs, for what they have in common is
/// written once; and the longer others have to wait for it.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    records: usize,
}

impl Pace {
    /// Records of a first write, of which nobody knows yet how long it takes.
    const FIRST: usize = 500;
    const LEAST: usize = 50;
    /// More would take much memory and gain little.
    const MOST: usize = 12_000;
    /// How long a write may take where nobody else writes.
    const ALONE: Duration = Duration::from_millis(1_500);
    /// How long others may have to wait once some did.
    const WITH_OTHERS: Duration = Duration::from_millis(300);

    /// Records of the next write.
    pub fn most(&self) -> usize {
        self.records
    }

    /// Takes note of how long a write took.
    pub fn wrote(&mut self, access: &Access, records: usize, took: Duration) {
        self.learn(records, took, access.vault.inner.store.others_waited());
    }

    fn learn(&mut self, records: usize, took: Duration, others_waited: bool) {
        if records == 0 {
            return;
        }
        let time = if others_waited {
            Self::WITH_OTHERS
        } else {
            Self::ALONE
        };
        let fitting = records as f64 * time.as_secs_f64() / took.as_secs_f64().max(0.001);
        // One quick write is no reason to leap, nor a slow one to become slow for good.
        let most = (self.records * 2).min(Self::MOST);
        let least = if others_waited { 0 } else { self.records / 2 };
        self.records = (fitting as usize).clamp(least.max(Self::LEAST), most);
    }
}
impl Default for Pace {
    fn default() -> Self {
        Self {
            records: Self::FIRST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(writes: &[(u64, bool)]) -> usize {
        let mut pace = Pace::default();
        for (milliseconds, others_waited) in writes {
            let records = pace.most();
            pace.learn(
                records,
                Duration::from_millis(*milliseconds),
                *others_waited,
            );
        }
        pace.most()
    }

    #[test]
    fn writes_grow_while_they_are_quick_and_nobody_waits() {
        assert_eq!(after(&[(10, false)]), 1_000);
        assert_eq!(after(&[(10, false); 20]), Pace::MOST);
        assert_eq!(after(&[(10, false), (3_000, false)]), 500);
    }

    #[test]
    fn a_large_write_for_which_others_waited_is_followed_by_one_they_hardly_notice() {
        let mut writes = [(10, false); 20].to_vec();
        writes.push((1_200, true));
        assert_eq!(after(&writes), 3_000);
        writes.push((300, true));
        assert_eq!(after(&writes), 3_000);
    }
}
