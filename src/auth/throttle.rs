//! Throttling of sign-in, in memory: by account, by address and by network.
//!
//! An account has a few free failures, then waits that double up to a quarter of an hour; after a hundred failures in a
//! row it rests for a day (NIST SP 800-63B-4 §3.2.2 allows at most 100). So that nobody can shut an owner out by failing
//! on purpose, an address that has signed in to the account before is counted by itself and does not meet the waits
//! that others caused. Addresses and networks have an allowance of failures that refills steadily, which slows down
//! those who try many accounts. An account that does not exist is throttled as any other.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::allowance::{Allowance, Used};
use crate::data::records::{email::Email, fold};

/// Failures before the first wait.
const FREE: u32 = 5;
/// Attempts whose answer is still out, beside failures, before others have to wait.
const MOST_OPEN: u32 = 20;
/// An attempt that was never answered is forgotten after this.
const OPEN_TIME: Duration = Duration::from_mins(1);
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// Failures in a row after which an account rests.
const MOST_FAILURES: u32 = 100;
/// How long it rests, and how long failures are remembered.
const MEMORY: Duration = Duration::from_hours(24);

/// Failures of an address: so many at once, then one more for every so many seconds.
const ADDRESS: Allowance = Allowance::new(40, Duration::from_secs(20));
/// The same for a network: /24 of IPv4, /64 of IPv6.
const NETWORK: Allowance = Allowance::new(120, Duration::from_secs(5));

/// Accounts and addresses remembered at most; those with the fewest failures are forgotten first.
const MOST_REMEMBERED: usize = 50_000;
/// Addresses remembered for having signed in.
const MOST_KNOWN: usize = 10_000;

/// Too many attempts: whole seconds to wait before the next, at least one, as for the header of that name (RFC 9110).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; try again in {0} s")]
pub struct RetryAfter(pub u64);

impl From<Duration> for RetryAfter {
    fn from(wait: Duration) -> Self {
        Self((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
    }
}

/// Time since some fixed moment; never goes back.
type Clock = Box<dyn Fn() -> Duration + Send + Sync>;

/// Who may try to sign in now. One for the process.
pub struct Throttle {
    clock: Clock,
    hasher: RandomState,
    state: Mutex<State>,
}

/// Whose failures are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Counted {
    /// All who try an account from somewhere new.
    Account(u64),
    /// One who has signed in to the account from this place before.
    Known(u64, IpAddr),
}

impl Counted {
    fn account(self) -> u64 {
        match self {
            Self::Account(account) | Self::Known(account, _) => account,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    open: u32,
    /// When an attempt last began or ended.
    last: Duration,
}

#[derive(Default)]
struct State {
    failures: HashMap<Counted, Failures>,
    /// What addresses and networks have used of their allowance.
    used: HashMap<(bool, IpAddr), Used>,
    /// When a place last signed in to an account.
    known: HashMap<(u64, IpAddr), Duration>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new()
    }
}

impl Throttle {
    /// Nobody has failed yet.
    pub fn new() -> Self {
        let start = Instant::now();
        Self::with_clock(Box::new(move || start.elapsed()))
    }

    fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            hasher: RandomState::new(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account is remembered by a keyed hash of what was typed: what people type there is at times a password.
    fn account(&self, typed: &str) -> u64 {
        match Email::parse(typed) {
            Ok(email) => self.hasher.hash_one(email.unique()),
            Err(_) => self.hasher.hash_one(fold::fold(
                &typed.trim().chars().take(320).collect::<String>(),
            )),
        }
    }

    /// Whether an attempt may be made now. Every attempt that may is followed by [`Throttle::failed`] or
    /// [`Throttle::succeeded`]; until then it counts as open.
    pub fn check(&self, account: &str, address: IpAddr) -> Result<(), RetryAfter> {
        let (now, account) = ((self.clock)(), self.account(account));
        let (place, network) = (place(address), network(address));
        let mut state = self.state();
        let counted = state.counted(account, place);
        let mut wait = state
            .failures
            .get(&counted)
            .map_or(Duration::ZERO, |failures| failures.wait(now));
        let stranger = matches!(counted, Counted::Account(_));
        if stranger {
            wait = wait
                .max(state.used(false, place).wait(ADDRESS, now))
                .max(state.used(true, network).wait(NETWORK, now));
        }
        if !wait.is_zero() {
            return Err(wait.into());
        }
        state.make_room(now);
        state.failures.entry(counted).or_default().begin(now);
        if stranger {
            state.use_up(false, place, |used| used.add(ADDRESS, now));
            state.use_up(true, network, |used| used.add(NETWORK, now));
        }
        Ok(())
    }

    /// The attempt was wrong; the wait begins now.
    pub fn failed(&self, account: &str, address: IpAddr) {
        let (now, account) = ((self.clock)(), self.account(account));
        let mut state = self.state();
        let counted = state.counted(account, place(address));
        state.failures.entry(counted).or_default().fail(now);
    }

    /// The attempt was right: from this place the account is known, and its failures are forgotten.
    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let (now, account) = ((self.clock)(), self.account(account));
        let (place, network) = (place(address), network(address));
        let mut state = self.state();
        let counted = state.counted(account, place);
        state.failures.remove(&counted);
        if matches!(counted, Counted::Account(_)) {
            state.use_up(false, place, |used| used.give_back(ADDRESS, now));
            state.use_up(true, network, |used| used.give_back(NETWORK, now));
        }
        state.know(account, place, now);
    }

    /// Lets everybody try an account again at once.
    pub fn unlock(&self, account: &str) {
        let account = self.account(account);
        self.state()
            .failures
            .retain(|counted, _| counted.account() != account);
    }
}

impl Failures {
    fn wait(&self, now: Duration) -> Duration {
        let past = now.saturating_sub(self.last);
        let open = if past < OPEN_TIME { self.open } else { 0 };
        let wait = match self.count {
            0..FREE if self.count + open < MOST_OPEN => return Duration::ZERO,
            0..FREE => OPEN_TIME,
            FREE..MOST_FAILURES if open > 0 => OPEN_TIME,
            FREE..MOST_FAILURES => {
                let doubled = 1_u32.checked_shl(self.count - FREE).unwrap_or(u32::MAX);
                FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT)
            }
            _ => MEMORY,
        };
        wait.saturating_sub(past)
    }

    fn begin(&mut self, now: Duration) {
        let past = now.saturating_sub(self.last);
        if past >= MEMORY {
            self.count = 0;
        }
        if past >= OPEN_TIME {
            self.open = 0;
        }
        self.open += 1;
        self.last = now;
    }

    fn fail(&mut self, now: Duration) {
        self.open = self.open.saturating_sub(1);
        self.count = self.count.saturating_add(1);
        self.last = now;
    }
}

impl State {
    fn counted(&self, account: u64, place: IpAddr) -> Counted {
        if self.known.contains_key(&(account, place)) {
            Counted::Known(account, place)
        } else {
            Counted::Account(account)
        }
    }

    fn used(&self, network: bool, address: IpAddr) -> Used {
        self.used
            .get(&(network, address))
            .copied()
            .unwrap_or_default()
    }

    fn use_up(&mut self, network: bool, address: IpAddr, change: impl FnOnce(&mut Used)) {
        change(self.used.entry((network, address)).or_default());
    }

    fn know(&mut self, account: u64, place: IpAddr, now: Duration) {
        self.known.insert((account, place), now);
        if self.known.len() > MOST_KNOWN {
            forget_lowest(&mut self.known, |last| *last);
        }
    }

    /// Keeps the tables within bounds.
    fn make_room(&mut self, now: Duration) {
        if self.failures.len() >= MOST_REMEMBERED {
            self.failures
                .retain(|_, failures| now.saturating_sub(failures.last) < MEMORY);
        }
        if self.failures.len() >= MOST_REMEMBERED {
            forget_lowest(&mut self.failures, |failures| {
                (failures.count, failures.last)
            });
        }
        if self.used.len() >= MOST_REMEMBERED {
            self.used.retain(|_, used| !used.is_free(now));
        }
        if self.used.len() >= MOST_REMEMBERED {
            forget_lowest(&mut self.used, |used| used.rank());
        }
    }
}

/// Forgets the lowest tenth, so that this happens seldom.
fn forget_lowest<K: Copy + Eq + Hash, V, R: Ord + Copy>(
    map: &mut HashMap<K, V>,
    rank: impl Fn(&V) -> R,
) {
    let mut ranked: Vec<(R, K)> = map.iter().map(|(key, value)| (rank(value), *key)).collect();
    let tenth = ranked.len() / 10 + 1;
    ranked.sort_by_key(|(rank, _)| *rank);
    for (_, key) in ranked.into_iter().take(tenth) {
        map.remove(&key);
    }
}

/// What counts as one place: an address of IPv4, a /64 of IPv6, whose addresses a single machine changes at will.
pub(super) fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(_) => network(address),
    }
}

pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests;
