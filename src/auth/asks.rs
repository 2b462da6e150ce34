//! How often letters may be asked for by people who are not signed in, in memory: by address and by network. Whether an
//! account exists plays no part in it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::allowance::{Allowance, Used};
use super::throttle::{RetryAfter, network, place};

/// Asks of one address: so many at once, then one more for every so many seconds.
const ADDRESS: Allowance = Allowance::new(10, Duration::from_mins(1));
/// The same for a network.
const NETWORK: Allowance = Allowance::new(60, Duration::from_secs(10));
/// Addresses and networks remembered; those that used least are forgotten first.
const MOST_REMEMBERED: usize = 20_000;

/// Who asked lately. One for the process.
pub struct Asks {
    start: Instant,
    used: Mutex<HashMap<(bool, IpAddr), Used>>,
}

impl Default for Asks {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            used: Mutex::default(),
        }
    }
}

impl Asks {
    /// Takes one ask of an address, or says how long to wait.
    pub fn take(&self, address: IpAddr) -> Result<(), RetryAfter> {
        self.take_at(address, self.start.elapsed())
    }

    fn take_at(&self, address: IpAddr, now: Duration) -> Result<(), RetryAfter> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let of = [
            ((false, place(address)), ADDRESS),
            ((true, network(address)), NETWORK),
        ];
        let wait = of
            .iter()
            .filter_map(|(whose, most)| used.get(whose).map(|used| used.wait(*most, now)))
            .max()
            .unwrap_or_default();
        if !wait.is_zero() {
            return Err(wait.into());
        }
        if used.len() + of.len() > MOST_REMEMBERED {
            used.retain(|_, used| !used.is_free(now));
            if used.len() + of.len() > MOST_REMEMBERED {
                let mut ranks: Vec<Duration> = used.values().map(|used| used.rank()).collect();
                let half = ranks.len() / 2;
                let (_, middle, _) = ranks.select_nth_unstable(half);
                let middle = *middle;
                used.retain(|_, used| used.rank() > middle);
            }
        }
        for (whose, most) in of {
            used.entry(whose).or_default().add(most, now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_asks_ten_times_and_then_slowly() {
        let asks = Asks::default();
        let (one, other) = ([192, 0, 2, 1].into(), [198, 51, 100, 1].into());
        let at = Duration::from_secs;
        for _ in 0..10 {
            assert!(asks.take_at(one, at(1)).is_ok());
        }
        assert_eq!(asks.take_at(one, at(1)), Err(RetryAfter(60)));
        assert!(asks.take_at(other, at(1)).is_ok());
        assert!(asks.take_at(one, at(61)).is_ok());
    }

    #[test]
    fn memory_stays_bounded() {
        let asks = Asks::default();
        for number in 0..60_000_u32 {
            let address = IpAddr::V4(number.into());
            let _ = asks.take_at(address, Duration::from_secs(1));
        }
        assert!(asks.used.lock().unwrap().len() <= MOST_REMEMBERED);
    }
}
