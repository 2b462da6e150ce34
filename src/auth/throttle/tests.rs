use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// A throttle on a clock of its own, in seconds.
struct Timed {
    throttle: Throttle,
    seconds: Arc<AtomicU64>,
}

impl Timed {
    fn new() -> Self {
        let seconds = Arc::new(AtomicU64::new(1_000_000));
        let clock = seconds.clone();
        let throttle = Throttle::with_clock(Box::new(move || {
            Duration::from_secs(clock.load(Ordering::Relaxed))
        }));
        Self { throttle, seconds }
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A wrong attempt; how long it would have had to wait.
    fn wrong(&self, account: &str, address: &str) -> Option<u64> {
        let address = address.parse().unwrap();
        match self.throttle.check(account, address) {
            Ok(()) => {
                self.throttle.failed(account, address);
                None
            }
            Err(wait) => Some(wait.0),
        }
    }

    fn right(&self, account: &str, address: &str) -> Option<u64> {
        let address = address.parse().unwrap();
        match self.throttle.check(account, address) {
            Ok(()) => {
                self.throttle.succeeded(account, address);
                None
            }
            Err(wait) => Some(wait.0),
        }
    }
}

#[test]
fn waits_double_after_the_free_failures() {
    let timed = Timed::new();
    for _ in 0..FREE {
        assert_eq!(timed.wrong("a@f.test", "10.0.0.1"), None);
    }
    for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        assert_eq!(timed.wrong("a@f.test", "10.0.0.1"), Some(wait));
        timed.pass(wait - 1);
        assert_eq!(
            timed.wrong(" A@F.test", "10.0.0.2"),
            Some(1),
            "any writing, any address"
        );
        timed.pass(1);
        assert_eq!(timed.wrong("a@f.test", "10.0.0.1"), None);
    }
    assert_eq!(timed.wrong("b@f.test", "10.0.0.1"), None, "others go on");
}

#[test]
fn a_refused_attempt_is_not_counted() {
    let timed = Timed::new();
    for _ in 0..FREE {
        timed.wrong("a@f.test", "10.0.0.1");
    }
    for _ in 0..1000 {
        assert_eq!(timed.wrong("a@f.test", "10.0.0.1"), Some(2));
    }
    timed.pass(2);
    assert_eq!(timed.right("a@f.test", "10.0.0.1"), None);
    assert_eq!(
        timed.wrong("a@f.test", "10.0.0.1"),
        None,
        "a success forgets the failures"
    );
}

#[test]
fn at_most_a_hundred_failures_in_a_row_from_strangers() {
    let timed = Timed::new();
    let mut guesses = 0;
    // Two days of patient guessing from ever new networks.
    for second in 0_u64..86_400 {
        let address = format!("10.{}.{}.1", second / 200 % 250, second % 200);
        guesses += u32::from(timed.wrong("a@f.test", &address).is_none());
        timed.pass(1);
    }
    assert!((90..=MOST_FAILURES).contains(&guesses), "{guesses}");
    assert!(guesses < MOST_FAILURES || timed.wrong("a@f.test", "10.9.9.9") > Some(900));
}

#[test]
fn nobody_shuts_out_who_has_signed_in_from_there_before() {
    let timed = Timed::new();
    assert_eq!(timed.right("o@f.test", "192.0.2.7"), None);
    for attempt in 0_u32..200 {
        timed.wrong("o@f.test", &format!("10.0.{attempt}.1"));
        timed.pass(60);
    }
    assert!(timed.wrong("o@f.test", "10.9.9.9").is_some());
    assert_eq!(timed.right("o@f.test", "192.0.2.7"), None);
    assert!(
        timed.wrong("o@f.test", "10.9.9.9").is_some(),
        "which opens nothing to the others"
    );
    // Their own failures count all the same.
    for _ in 0..FREE {
        assert_eq!(timed.wrong("o@f.test", "192.0.2.7"), None);
    }
    assert_eq!(timed.wrong("o@f.test", "192.0.2.7"), Some(2));
}

#[test]
fn one_address_cannot_try_many_accounts() {
    let timed = Timed::new();
    let tried = (0..1000)
        .filter(|n| timed.wrong(&format!("u{n}@f.test"), "10.0.0.1").is_none())
        .count();
    assert_eq!(tried, 40);
    assert_eq!(timed.wrong("x@f.test", "10.0.0.1"), Some(20));
    timed.pass(20);
    assert_eq!(timed.wrong("x@f.test", "10.0.0.1"), None);
    assert_eq!(timed.wrong("y@f.test", "10.0.1.1"), None, "another network");
}

#[test]
fn one_network_cannot_either() {
    for (kind, address) in [
        ("IPv4", |n: u32| format!("10.0.0.{}", n % 250)),
        ("IPv6", |n: u32| {
            format!("2001:db8:1:2:{:x}::{:x}", n % 60_000, n)
        }),
    ] as [(&str, fn(u32) -> String); 2]
    {
        let timed = Timed::new();
        let tried = (0..1000)
            .filter(|n| timed.wrong(&format!("u{n}@f.test"), &address(*n)).is_none())
            .count();
        assert!(tried <= 120, "{kind}: {tried}");
    }
}

#[test]
fn attempts_at_the_same_time_gain_little() {
    let timed = Timed::new();
    let address = "10.0.0.1".parse().unwrap();
    let begun = (0..100)
        .filter(|_| timed.throttle.check("a@f.test", address).is_ok())
        .count();
    assert_eq!(begun, MOST_OPEN as usize);
    for _ in 0..begun {
        timed.throttle.failed("a@f.test", address);
    }
    assert_eq!(timed.wrong("a@f.test", "10.0.0.1"), Some(900));
    timed.pass(900);
    assert!(timed.throttle.check("a@f.test", address).is_ok());
    assert!(
        timed.throttle.check("a@f.test", address).is_err(),
        "one at a time after that"
    );
    timed.pass(2000);
    assert!(
        timed.throttle.check("a@f.test", address).is_ok(),
        "one without an answer is forgotten"
    );
}

#[test]
fn what_is_no_address_is_throttled_too() {
    let timed = Timed::new();
    for _ in 0..FREE {
        assert_eq!(timed.wrong("nobody", "10.0.0.1"), None);
    }
    assert!(timed.wrong(" NOBODY ", "10.0.0.1").is_some());
    assert_eq!(timed.wrong(&"x".repeat(1 << 20), "10.0.0.1"), None);
}

#[test]
fn unlocking_lets_everybody_try_at_once() {
    let timed = Timed::new();
    timed.right("a@f.test", "10.0.0.1");
    for _ in 0..20 {
        timed.wrong("a@f.test", "10.0.0.1");
        timed.wrong("a@f.test", "10.0.0.2");
    }
    timed.throttle.unlock("A@f.test");
    assert_eq!(timed.right("a@f.test", "10.0.0.1"), None);
    assert_eq!(timed.right("a@f.test", "10.0.0.2"), None);
}

#[test]
fn memory_stays_within_bounds_and_keeps_the_worst() {
    let timed = Timed::new();
    for _ in 0..50 {
        timed.wrong("victim@f.test", "10.0.0.1");
        timed.pass(900);
    }
    for n in 0_u32..(MOST_REMEMBERED as u32 + 5000) {
        let [_, a, b, c] = n.to_be_bytes();
        timed.wrong(&format!("u{n}@f.test"), &format!("11.{a}.{b}.{c}"));
        let [_, a, b, c] = (n * 7).to_be_bytes();
        timed.wrong(
            &format!("v{n}@f.test"),
            &format!("2001:db8:{a:x}{b:02x}:{c:x}::1"),
        );
    }
    let state = timed.throttle.state();
    assert!(state.failures.len() <= MOST_REMEMBERED && state.used.len() <= MOST_REMEMBERED + 2);
    drop(state);
    assert_eq!(timed.wrong("victim@f.test", "12.0.0.1"), None);
    assert_eq!(timed.wrong("victim@f.test", "12.0.0.1"), Some(900));
}
