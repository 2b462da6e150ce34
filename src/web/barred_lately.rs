//! Who was lately kept out for coming from the wrong place, so that a page opened over and over fills no log.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::data::{Bar, Barred, UserId};

/// One entry for each person, place and reason in this time.
const QUIET: SignedDuration = SignedDuration::from_mins(10);
/// Entries remembered; all are forgotten where there are more, which costs a few more lines in the log.
const MOST: usize = 10_000;

type Kept = (UserId, IpAddr, bool);

/// Those kept out lately. One for the process.
#[derive(Default)]
pub(crate) struct BarredLately(Mutex<HashMap<Kept, Timestamp>>);

impl BarredLately {
    /// Whether it has not been kept in a while; it counts as kept from now on.
    pub(crate) fn is_new(&self, barred: &Barred, now: Timestamp) -> bool {
        let key = (barred.user, barred.address, barred.bar == Bar::Hours);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &Timestamp| now.duration_since(*at) < QUIET;
        if kept.get(&key).is_some_and(recent) {
            return false;
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Whose;

    #[test]
    fn one_line_for_a_place_in_a_while() {
        let lately = BarredLately::default();
        let barred = |address: [u8; 4]| Barred {
            user: UserId::from_bytes([1; 16]),
            bar: Bar::Address,
            whose: Whose::Firm,
            address: address.into(),
            ask: Vec::new(),
        };
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        assert!(lately.is_new(&barred([192, 0, 2, 1]), at(0)));
        assert!(!lately.is_new(&barred([192, 0, 2, 1]), at(9)));
        assert!(lately.is_new(&barred([192, 0, 2, 2]), at(9)));
        assert!(lately.is_new(&barred([192, 0, 2, 1]), at(11)));
    }
}
