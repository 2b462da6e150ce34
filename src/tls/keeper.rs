//! Keeps a certificate of an authority in date: decides when to order, orders, and learns from what comes of it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::acme::{Trouble, order, pace, window};
use super::facts::Facts;
use super::fault::Fault;
use super::folder::stands_in_at;
use super::journal::Happened;
use super::pair::Pair;
use super::past_orders::{Asks, PastOrders};
use super::served::Tls;
use super::upkeep::{LONGEST_SLEEP, take};
use crate::clock;
use crate::config::{Tls as Plan, TlsMode};

/// Between attempts to write a certificate that the disk has not taken: at first, and at most.
const WRITE_AGAIN: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(5));

/// The longest time between two questions about renewal.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(24);

/// What the authority said about the renewal of one certificate.
struct Wish {
    serial: String,
    window: Option<(Timestamp, Timestamp)>,
    ask_again: Timestamp,
}

struct Keeper {
    /// Where this server stands among all others.
    chance: f64,
    past: PastOrders,
    wish: Option<Wish>,
}

/// Keeps it, for ever.
pub(super) async fn keep(tls: &Tls) {
    let mut keeper = Keeper {
        chance: pace::chance(),
        past: PastOrders::open(tls.folder()),
        wish: None,
    };
    loop {
        if tls.folder().is_owed() {
            write(tls).await;
        }
        let plan = tls.plan();
        if !tls.asks_authority() {
            tls.plan_renewal(None);
            tls.asked().await;
            continue;
        }
        keeper.ask_wishes(tls, &plan).await;
        let at = keeper.due(tls, &plan, clock::now());
        tls.plan_renewal(Some(at));
        let left = at.duration_since(clock::now());
        if left > SignedDuration::ZERO {
            let asks = keeper.wish.as_ref().map(|wish| wish.ask_again);
            let left = asks.map_or(left, |at| left.min(at.duration_since(clock::now())));
            let sleep = Duration::try_from(left).unwrap_or_default();
            tokio::select! {
                () = tokio::time::sleep(sleep.min(LONGEST_SLEEP)) => {}
                () = tls.asked() => keeper.past.somebody_asked(),
            }
            continue;
        }
        keeper.renew(tls, &plan).await;
    }
}

/// Writes a certificate that is in memory alone, for as long as it takes; it is served meanwhile, and none is ordered.
async fn write(tls: &Tls) {
    let mut wait = WRITE_AGAIN.0;
    loop {
        let folder = tls.folder().clone();
        let written = tokio::task::spawn_blocking(move || folder.write_owed()).await;
        match written {
            Ok(Ok(())) => return tls.note(Happened::Written, "").await,
            Ok(Err(error)) => tls.note(Happened::Unwritten, error.to_string()).await,
            // Fails only while the runtime is ending.
            Err(_) => return,
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = tls.asked() => {}
        }
        wait = (wait * 2).min(WRITE_AGAIN.1);
    }
}

impl Keeper {
    /// The authority's certificate that the plan asks for.
    fn issued(&self, tls: &Tls, plan: &Plan) -> Option<Pair> {
        let pair = tls.folder().issued(&plan.acme.directory)?;
        self.past.fits(plan, &pair.facts).then_some(pair)
    }

    /// Asks the authority when it would like to renew, as often as it wants to be asked.
    async fn ask_wishes(&mut self, tls: &Tls, plan: &Plan) {
        let Some(pair) = self.issued(tls, plan) else {
            self.wish = None;
            return;
        };
        let now = clock::now();
        let known = self.wish.as_ref().is_some_and(|wish| {
            wish.serial == pair.facts.serial
                && now < wish.ask_again
                && wish.ask_again <= now + LONGEST_ASKED
        });
        if known {
            return;
        }
        if tls.folder().account(&plan.acme.directory).is_none() {
            self.wish = None;
            return;
        }
        let (window, again) = match window(tls, plan, &pair).await {
            Some((window, again)) => (Some(window), again),
            // What it said before about this certificate stands.
            None => (
                self.wish
                    .take()
                    .filter(|wish| wish.serial == pair.facts.serial)
                    .and_then(|wish| wish.window),
                Duration::from_hours(6),
            ),
        };
        let again = again.clamp(Duration::from_mins(1), Duration::from_hours(24));
        self.wish = Some(Wish {
            serial: pair.facts.serial,
            window,
            ask_again: now + again,
        });
    }

    /// When to order next.
    fn due(&self, tls: &Tls, plan: &Plan, now: Timestamp) -> Timestamp {
        let given = tls.given().filter(|(pair, _)| {
            // Where the authority is the rule, what the firm gives has to serve all names.
            let serves = plan.mode != TlsMode::Acme
                || plan.domains.iter().all(|name| pair.facts.covers(name));
            serves && pair.facts.counts_at(now)
        });
        let due = match (self.issued(tls, plan), given) {
            _ if tls.is_wanted() => now,
            (_, Some((given, _))) if now < stands_in_at(&given.facts) => stands_in_at(&given.facts),
            (None, _) => now,
            (Some(pair), _) => {
                let window = self.wish.as_ref().and_then(|wish| wish.window);
                pace::renewal(&pair.facts, window, self.chance)
            }
        };
        self.past
            .earliest(plan, self.asks(tls, now), now)
            .map_or(due, |earliest| due.max(earliest))
    }

    /// Who wants another certificate before its time.
    fn asks(&self, tls: &Tls, now: Timestamp) -> Asks {
        let window = self.wish.as_ref().and_then(|wish| wish.window);
        if tls.is_wanted() {
            Asks::Person
        } else if window.is_some_and(|(_, end)| end < now) {
            Asks::Authority
        } else {
            Asks::Nobody
        }
    }

    async fn renew(&mut self, tls: &Tls, plan: &Plan) {
        let _alone = tls.ordering().lock().await;
        let old = self.issued(tls, plan);
        let asks = self.asks(tls, clock::now());
        let got = get(tls, plan, old.as_ref()).await;
        tls.is_answered();
        match got {
            Ok(facts) => {
                self.past.succeeded(plan, &facts, asks, clock::now());
                self.chance = pace::chance();
                let words = format!("{} · {}", facts.names.join(", "), facts.issuer);
                tls.note(Happened::Issued, words).await;
            }
            Err(trouble) => {
                self.past
                    .failed(plan, &trouble, clock::now(), pace::chance());
                let happened = match &trouble {
                    Trouble::Unreachable(_) => Happened::Unreachable,
                    Trouble::Limited { .. } => Happened::Limited,
                    Trouble::Disk(_) => Happened::Unwritten,
                    Trouble::Refused(_) | Trouble::Unusable(_) => Happened::Failed,
                };
                tls.note(happened, trouble.to_string()).await;
            }
        }
        let (folder, past) = (tls.folder().clone(), self.past.clone());
        // Fails only while the runtime is ending.
        let _ = tokio::task::spawn_blocking(move || past.keep(&folder)).await;
    }
}

/// Gets a certificate, keeps it and serves it. Nothing is ordered that the disk would not take; where it does not take it
/// all the same, the certificate is served from memory.
async fn get(tls: &Tls, plan: &Plan, old: Option<&Pair>) -> Result<Facts, Trouble> {
    let folder = tls.folder().clone();
    let broken = |error: tokio::task::JoinError| Trouble::Disk(error.to_string());
    tokio::task::spawn_blocking(move || folder.probe())
        .await
        .map_err(broken)??;
    let issued = order(tls, plan, &plan.acme.directory, old).await?;
    let (keeper, directory, pem) = (tls.clone(), plan.acme.directory.clone(), issued.pem);
    let taken = tokio::task::spawn_blocking(move || take(&keeper, &directory, &pem))
        .await
        .map_err(broken)?;
    if let Err(error) = taken
        && !tls.folder().is_owed()
    {
        return Err(error.into());
    }
    // What cannot be read back would be ordered for ever.
    let facts = tls.folder().issued(&plan.acme.directory);
    let facts = facts.map(|pair| pair.facts);
    match facts.filter(|facts| plan.domains.iter().all(|name| facts.covers(name))) {
        Some(facts) => Ok(facts),
        None => Err(Fault::OtherName(plan.domains.join(", ")).into()),
    }
}
