//! An allowance that is used up and refills steadily (a leaky bucket).

use std::time::Duration;

/// How much may be used at once, and how fast it comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    most: u32,
    refill: Duration,
}

impl Allowance {
    /// `most` at once; one comes back every `refill`.
    pub(super) const fn new(most: u32, refill: Duration) -> Self {
        Self { most, refill }
    }
}

/// What somebody has used of an allowance.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    /// When all of it has come back.
    free_at: Duration,
}

impl Used {
    /// How long until one more may be used.
    pub(super) fn wait(self, allowance: Allowance, now: Duration) -> Duration {
        let full = allowance.refill * allowance.most;
        (self.free_at + allowance.refill)
            .saturating_sub(now)
            .saturating_sub(full)
    }

    /// Uses one.
    pub(super) fn add(&mut self, allowance: Allowance, now: Duration) {
        self.free_at = self.free_at.max(now) + allowance.refill;
    }

    /// Gives one back that was used for nothing.
    pub(super) fn give_back(&mut self, allowance: Allowance, now: Duration) {
        self.free_at = self.free_at.saturating_sub(allowance.refill).max(now);
    }

    /// Whether nothing of it is in use.
    pub(super) fn is_free(self, now: Duration) -> bool {
        self.free_at <= now
    }

    /// Grows with what is in use.
    pub(super) fn rank(self) -> Duration {
        self.free_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_used_up_at_once_and_comes_back_one_by_one() {
        let three = Allowance::new(3, Duration::from_secs(10));
        let mut used = Used::default();
        let at = Duration::from_secs;
        for _ in 0..3 {
            assert_eq!(used.wait(three, at(100)), Duration::ZERO);
            used.add(three, at(100));
        }
        assert_eq!(used.wait(three, at(100)), at(10));
        assert_eq!(used.wait(three, at(104)), at(6));
        assert_eq!(used.wait(three, at(110)), Duration::ZERO);
        used.give_back(three, at(110));
        used.add(three, at(110));
        assert_eq!(used.wait(three, at(110)), Duration::ZERO);
        assert!(used.is_free(at(140)) && !used.is_free(at(120)));
    }
}
