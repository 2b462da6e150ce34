//! Who holds how many connections: no single address fills the places of all, and none is held by doing nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use tokio::time::{Instant, sleep};

use super::MAX_CONNECTIONS;
use crate::metrics::Metrics;

/// Connections one client may hold: an office of fifty behind one address, each with the six of a browser, and room to spare.
pub(super) const PER_CLIENT: usize = 512;
/// How long a connection may bring no further request. One with an answer under way ends after it.
const PATIENCE: Duration = Duration::from_mins(1);
/// The same where most of the places are taken.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// Between two lines of the log about clients that hold too many.
const QUIET: Duration = Duration::from_mins(1);

/// Where a client comes from: an IPv4 address, or the network that one IPv6 customer has (a /64, RFC 6177).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Source(u128);

impl Source {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(address.to_bits())),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

/// All connections of the process. Clones share it.
#[derive(Clone)]
pub(crate) struct Crowd(Arc<Inner>);

struct Inner {
    /// Proxies, behind which all the others stand.
    free: Vec<IpNet>,
    metrics: Arc<Metrics>,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    open: usize,
    held: HashMap<Source, usize>,
    told: Option<Instant>,
}

impl Crowd {
    /// Nobody yet; connections of `free` are not counted by address.
    pub(crate) fn new(free: Vec<IpNet>, metrics: Arc<Metrics>) -> Self {
        Self(Arc::new(Inner {
            free,
            metrics,
            counted: Mutex::default(),
        }))
    }

    /// Takes a place for a client; none where they hold as many as one may. An address is missing where they come by a
    /// socket of this machine.
    pub(super) fn enter(&self, client: Option<IpAddr>) -> Option<Held> {
        let is_free = |address: &IpAddr| {
            let address = address.to_canonical();
            self.0.free.iter().any(|net| net.contains(&address))
        };
        let source = client.filter(|address| !is_free(address)).map(Source::of);
        let mut counted = self.counted();
        if let Some(source) = source {
            let held = counted.held.entry(source).or_default();
            if *held >= PER_CLIENT {
                self.0.metrics.connection_refused();
                let now = Instant::now();
                if counted.told.is_none_or(|told| now >= told + QUIET) {
                    counted.told = Some(now);
                    tracing::warn!(
                        most = PER_CLIENT,
                        "a client holds as many connections as one address may; further ones are closed"
                    );
                }
                return None;
            }
            *held += 1;
        }
        counted.open += 1;
        self.0.metrics.connections_open(counted.open);
        drop(counted);
        Some(Held {
            crowd: self.clone(),
            source,
        })
    }

    /// Waits until a connection has brought no request for longer than there is room to wait.
    pub(super) async fn tire_of(&self, lately: &Lately) {
        loop {
            sleep(LOOK).await;
            if lately.elapsed() >= self.patience() {
                return;
            }
        }
    }

    fn patience(&self) -> Duration {
        if self.counted().open >= MAX_CONNECTIONS / 4 * 3 {
            SHORT_PATIENCE
        } else {
            PATIENCE
        }
    }

    fn counted(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.0
            .counted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is taken, until this goes.
pub(super) struct Held {
    crowd: Crowd,
    source: Option<Source>,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut counted = self.crowd.counted();
        counted.open -= 1;
        self.crowd.0.metrics.connections_open(counted.open);
        let Some(source) = self.source else {
            return;
        };
        if let Some(held) = counted.held.get_mut(&source) {
            *held -= 1;
            if *held == 0 {
                counted.held.remove(&source);
            }
        }
    }
}

/// When a connection last brought a request. Clones share it.
#[derive(Clone)]
pub(super) struct Lately(Arc<Mutex<Instant>>);

impl Lately {
    pub(super) fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn elapsed(&self) -> Duration {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd() -> Crowd {
        let proxies = vec!["10.9.0.0/16".parse().unwrap()];
        Crowd::new(proxies, Arc::default())
    }

    fn enter(crowd: &Crowd, address: &str) -> Option<Held> {
        crowd.enter(Some(address.parse().unwrap()))
    }

    #[test]
    fn one_client_does_not_take_the_places_of_others() {
        let crowd = crowd();
        let mut held: Vec<_> = (0..PER_CLIENT)
            .map(|_| enter(&crowd, "203.0.113.5").unwrap())
            .collect();
        assert!(enter(&crowd, "203.0.113.5").is_none());
        assert!(enter(&crowd, "::ffff:203.0.113.5").is_none());
        assert!(enter(&crowd, "203.0.113.6").is_some());
        held.pop();
        assert!(enter(&crowd, "203.0.113.5").is_some());
    }

    #[test]
    fn a_network_of_one_customer_is_one_client() {
        let crowd = crowd();
        let held: Vec<_> = (0..PER_CLIENT)
            .map(|at| enter(&crowd, &format!("2001:db8:1:2::{at:x}")).unwrap())
            .collect();
        assert!(enter(&crowd, "2001:db8:1:2:ffff::1").is_none());
        assert!(enter(&crowd, "2001:db8:1:3::1").is_some());
        drop(held);
        assert!(enter(&crowd, "2001:db8:1:2:ffff::1").is_some());
        assert!(crowd.counted().held.is_empty());
    }

    #[test]
    fn who_stands_behind_a_proxy_is_not_counted_as_one() {
        let crowd = crowd();
        let held: Vec<_> = (0..=PER_CLIENT)
            .filter_map(|_| enter(&crowd, "10.9.1.1"))
            .collect();
        assert_eq!(held.len(), PER_CLIENT + 1);
        let held: Vec<_> = (0..=PER_CLIENT).filter_map(|_| crowd.enter(None)).collect();
        assert_eq!(held.len(), PER_CLIENT + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_is_short_where_places_are() {
        let crowd = crowd();
        let lately = Lately::now();
        let begun = Instant::now();
        crowd.tire_of(&lately).await;
        assert!(begun.elapsed() >= PATIENCE && begun.elapsed() < PATIENCE + 2 * LOOK);
        let held: Vec<_> = (0..MAX_CONNECTIONS / 4 * 3)
            .filter_map(|_| crowd.enter(None))
            .collect();
        lately.touch();
        let begun = Instant::now();
        crowd.tire_of(&lately).await;
        assert!(begun.elapsed() < 3 * LOOK);
        drop(held);
    }
}
