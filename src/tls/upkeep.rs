//! What keeps certificates in date while the server runs: files are watched, an authority is asked in time, owners are
//! told before it is too late.

use std::io;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::acme::{Trouble, order, pace, window};
use super::folder::stands_in_at;
use super::journal::Happened;
use super::pair::Pair;
use super::reminders::remind;
use super::served::{Source, Tls};
use super::watch::watch;
use crate::clock;
use crate::config::{Tls as Plan, TlsMode};
use crate::data::Vault;

/// The longest sleep, since clocks are set and machines sleep too.
const LONGEST_SLEEP: Duration = Duration::from_mins(15);

/// What our own certificate has left when another is made.
const SELF_SIGNED_LEFT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Runs until `stop`.
pub(crate) async fn run(tls: Tls, vault: Vault, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        _ = async { tokio::join!(watch(&tls), keep(&tls), freshen(&tls), remind(&tls, &vault)) } => {}
    }
}

/// Keeps what came from an authority, and serves what is best by now: while the order was under way HTTPS may have been
/// switched off, or a certificate of the firm's own sent in. Writes to the disk.
pub(super) fn take(tls: &Tls, directory: &str, pem: &str) -> io::Result<()> {
    tls.folder().keep_issued(directory, pem)?;
    tls.choose(clock::now()).map_err(io::Error::other)
}

/// Serves the next best where the certificate in use is about to lapse and nobody else sees to it.
async fn freshen(tls: &Tls) {
    loop {
        tokio::time::sleep(LONGEST_SLEEP).await;
        freshen_at(tls, clock::now()).await;
    }
}

pub(super) async fn freshen_at(tls: &Tls, now: Timestamp) {
    let is_due = tls.served().is_some_and(|(pair, source)| match source {
        Source::Files => false,
        Source::Own => now >= stands_in_at(&pair.facts),
        Source::SelfSigned => now + SELF_SIGNED_LEFT >= pair.facts.not_after,
        Source::Acme => !pair.facts.counts_at(now),
    });
    if !is_due {
        return;
    }
    let chooser = tls.clone();
    let chosen = tokio::task::spawn_blocking(move || chooser.choose(now)).await;
    if let Ok(Err(fault)) = chosen {
        tracing::warn!(%fault, "no other certificate can be served");
    }
}

/// What the authority said about the renewal of one certificate.
struct Wish {
    serial: String,
    window: Option<(Timestamp, Timestamp)>,
    ask_again: Timestamp,
}

/// Keeps a certificate of the authority in date, for ever.
async fn keep(tls: &Tls) {
    let mut keeper = Keeper {
        chance: pace::chance(),
        failures: 0,
        not_before: None,
        limited: false,
        last: None,
        wish: None,
    };
    loop {
        let plan = tls.plan();
        if plan.mode != TlsMode::Acme || plan.domains.is_empty() {
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
                () = tls.asked() => keeper.somebody_asked(),
            }
            continue;
        }
        keeper.renew(tls, &plan).await;
    }
}

struct Keeper {
    /// Where this server stands among all others.
    chance: f64,
    /// In a row.
    failures: usize,
    /// No order before this, after a failure.
    not_before: Option<Timestamp>,
    /// Whether the authority itself asked to wait.
    limited: bool,
    /// When the last certificate came.
    last: Option<Timestamp>,
    wish: Option<Wish>,
}

impl Keeper {
    /// The authority's certificate for exactly the names of the plan.
    fn issued(tls: &Tls, plan: &Plan) -> Option<Pair> {
        let pair = tls.folder().issued(&plan.acme.directory)?;
        let fits = pair.facts.names.len() == plan.domains.len()
            && plan.domains.iter().all(|name| pair.facts.covers(name));
        fits.then_some(pair)
    }

    /// Asks the authority when it would like to renew, as often as it wants to be asked.
    async fn ask_wishes(&mut self, tls: &Tls, plan: &Plan) {
        let Some(pair) = Self::issued(tls, plan) else {
            self.wish = None;
            return;
        };
        let now = clock::now();
        let known = self
            .wish
            .as_ref()
            .is_some_and(|wish| wish.serial == pair.facts.serial && now < wish.ask_again);
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
        let own = tls.folder().own();
        let own = own.filter(|pair| {
            pair.facts.counts_at(now) && plan.domains.iter().all(|name| pair.facts.covers(name))
        });
        let issued = Self::issued(tls, plan);
        let due = match (&issued, own) {
            _ if tls.is_wanted() => now,
            (_, Some(own)) if now < stands_in_at(&own.facts) => stands_in_at(&own.facts),
            (None, _) => now,
            (Some(pair), _) => {
                let window = self.wish.as_ref().and_then(|wish| wish.window);
                pace::renewal(&pair.facts, window, self.chance)
            }
        };
        let gap = issued
            .zip(self.last)
            .map(|(pair, last)| last + pace::shortest_gap(&pair.facts));
        [self.not_before, gap.filter(|_| !tls.is_wanted())]
            .into_iter()
            .flatten()
            .fold(due, Timestamp::max)
    }

    /// A person is there, and may have put right what was wrong; what the authority asked for holds all the same.
    fn somebody_asked(&mut self) {
        if !self.limited {
            self.not_before = None;
            self.failures = 0;
        }
    }

    async fn renew(&mut self, tls: &Tls, plan: &Plan) {
        let _alone = tls.ordering().lock().await;
        let old = Self::issued(tls, plan);
        let got = match order(tls, plan, &plan.acme.directory, old.as_ref()).await {
            Ok(issued) => {
                let (keeper, directory) = (tls.clone(), plan.acme.directory.clone());
                let kept =
                    tokio::task::spawn_blocking(move || take(&keeper, &directory, &issued.pem));
                match kept.await {
                    Ok(Ok(())) => Ok(issued.pair.facts),
                    Ok(Err(error)) => Err(Trouble::from(error)),
                    Err(error) => Err(Trouble::Disk(error.to_string())),
                }
            }
            Err(trouble) => Err(trouble),
        };
        tls.is_answered();
        match got {
            Ok(facts) => {
                let words = format!("{} · {}", facts.names.join(", "), facts.issuer);
                tls.note(Happened::Issued, words).await;
                (self.failures, self.not_before, self.limited) = (0, None, false);
                self.last = Some(clock::now());
                self.chance = pace::chance();
            }
            Err(trouble) => {
                self.failures += 1;
                self.limited = matches!(trouble, Trouble::Limited { .. });
                let wait = pace::wait_after(&trouble, self.failures, pace::chance());
                self.not_before = Some(clock::now() + wait);
                let happened = match &trouble {
                    Trouble::Unreachable(_) => Happened::Unreachable,
                    Trouble::Limited { .. } => Happened::Limited,
                    _ => Happened::Failed,
                };
                tls.note(happened, trouble.to_string()).await;
            }
        }
    }
}
