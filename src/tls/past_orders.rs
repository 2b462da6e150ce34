//! What is remembered of orders over restarts: a server that is started again and again asks an authority no more often
//! than one that runs.
//!
//! Moments are the wall clock's, which can be wrong and be put right. One that lies further ahead than any wait reaches was
//! noted by a clock that ran ahead, and does not count.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::acme::{Trouble, pace};
use super::facts::Facts;
use super::folder::Folder;
use crate::config::Tls as Plan;

/// The longest wait: a day, as long as an authority is believed, and what is added so that not all come at once.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(27 * 60);

/// For what a certificate is ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Wanted {
    directory: String,
    /// In order.
    names: Vec<String>,
    challenge: String,
}

impl Wanted {
    fn by(plan: &Plan) -> Self {
        let mut names = plan.domains.clone();
        names.sort_unstable();
        Self {
            directory: plan.acme.directory.clone(),
            names,
            challenge: plan.acme.challenge.name().to_owned(),
        }
    }

    /// Whether one order serves both; how the authority looks at names is another matter.
    fn is_for_same(&self, other: &Self) -> bool {
        (&self.directory, &self.names) == (&other.directory, &other.names)
    }
}

/// Who wants a certificate before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Nobody,
    /// By a window for renewal that is over.
    Authority,
    Person,
}

/// The last orders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PastOrders {
    /// For what the certificate that came last was ordered.
    got: Option<Wanted>,
    got_at: Option<Timestamp>,
    /// Seconds after it in which no other is ordered for the same.
    rest: i64,
    /// Whether it came because the authority wanted its predecessor replaced at once.
    hurried: bool,
    /// What the last attempt was for.
    tried: Option<Wanted>,
    /// In a row.
    failures: usize,
    /// No order before this, after a failure.
    not_before: Option<Timestamp>,
    /// Whether the authority has answered, and counts the attempt.
    counted: bool,
    /// Whether the authority itself asked to wait.
    limited: bool,
    /// Since when nothing has come.
    failing_since: Option<Timestamp>,
}

impl PastOrders {
    /// Reads them. Attempts that no authority counts are forgotten by a start: whoever starts it has done something.
    pub(super) fn open(folder: &Folder) -> Self {
        let kept = folder.orders();
        let mut past: Self = kept
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        if !past.counted {
            (past.failures, past.not_before) = (0, None);
        }
        past
    }

    /// Writes to the disk.
    pub(super) fn keep(&self, folder: &Folder) {
        let json = serde_json::to_vec(self).expect("plain structs always serialise");
        if let Err(error) = folder.keep_orders(&json) {
            tracing::warn!(%error, "what is remembered of orders cannot be written");
        }
    }

    /// Whether a certificate is what the plan asks for: it is for all the names, and was not ordered for others as well. An
    /// authority may give more than was asked for.
    pub(super) fn fits(&self, plan: &Plan, facts: &Facts) -> bool {
        let wanted = Wanted::by(plan);
        let ordered = self
            .got
            .as_ref()
            .filter(|got| got.directory == wanted.directory);
        plan.domains.iter().all(|name| facts.covers(name))
            && ordered.is_none_or(|got| got.names == wanted.names)
    }

    /// Before when nothing is ordered. Who asks need not wait for what is only there against loops: a person, or an authority
    /// that wants a certificate replaced at once, unless it wanted that of the one before as well.
    pub(super) fn earliest(&self, plan: &Plan, asks: Asks, now: Timestamp) -> Option<Timestamp> {
        let is_wanted = match asks {
            Asks::Nobody => false,
            Asks::Authority => !self.hurried,
            Asks::Person => true,
        };
        let wanted = Wanted::by(plan);
        let rest = SignedDuration::from_secs(self.rest);
        let rests = self
            .got
            .as_ref()
            .is_some_and(|got| got.is_for_same(&wanted));
        let rested = self
            .got_at
            .filter(|at| rests && !is_wanted && *at <= now)
            .map(|at| at + rest);
        let holds = match &self.tried {
            // Another plan may go well at once, but not at an authority that asks for peace.
            Some(tried) if self.limited => tried.directory == wanted.directory,
            Some(tried) => *tried == wanted,
            None => false,
        };
        let waited = self
            .not_before
            .filter(|at| holds && *at <= now + LONGEST_WAIT);
        rested.max(waited)
    }

    /// A person is there, and may have put right what was wrong; what the authority asked for holds all the same.
    pub(super) fn somebody_asked(&mut self) {
        if !self.limited {
            (self.failures, self.not_before) = (0, None);
        }
    }

    pub(super) fn succeeded(&mut self, plan: &Plan, facts: &Facts, asks: Asks, now: Timestamp) {
        *self = Self {
            got: Some(Wanted::by(plan)),
            got_at: Some(now),
            rest: pace::shortest_gap(facts).as_secs(),
            hurried: asks == Asks::Authority,
            ..Self::default()
        };
    }

    pub(super) fn failed(&mut self, plan: &Plan, trouble: &Trouble, now: Timestamp, chance: f64) {
        let wanted = Wanted::by(plan);
        if self.tried.as_ref() != Some(&wanted) {
            self.failures = 0;
        }
        self.tried = Some(wanted);
        self.failures += 1;
        self.limited = matches!(trouble, Trouble::Limited { .. });
        self.counted = !matches!(trouble, Trouble::Unreachable(_) | Trouble::Disk(_));
        self.not_before = Some(now + pace::wait_after(trouble, self.failures, chance));
        self.failing_since.get_or_insert(now);
    }

    /// For how long nothing has come, where something should have.
    pub(super) fn failing_for(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(now.duration_since(self.failing_since?))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::config::Config;

    fn plan(names: &str) -> Plan {
        let set = format!("[tls]\nmode = 'acme'\ndomains = [{names}]");
        Config::parse(&set, Path::new("kartoteka.toml"), &|_| None)
            .unwrap()
            .tls
    }

    fn facts(names: &[&str]) -> Facts {
        Facts {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            issuer: String::new(),
            not_before: at(0),
            not_after: at(90 * 86_400),
            serial: String::new(),
            self_signed: false,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_authority_that_joins_doubles_or_adds_names_gives_what_fits() {
        let doubled = plan("'crm.test', 'CRM.test'");
        assert_eq!(doubled.domains, ["crm.test"]);
        let mut past = PastOrders::default();
        let more = facts(&["crm.test", "www.crm.test"]);
        past.succeeded(&doubled, &more, Asks::Nobody, at(100));
        assert!(past.fits(&doubled, &more));
        // A name that was taken away is noticed by what was ordered.
        let both = plan("'crm.test', 'www.crm.test'");
        past.succeeded(&both, &more, Asks::Nobody, at(100));
        assert!(past.fits(&both, &more) && !past.fits(&doubled, &more));
        assert!(!past.fits(&both, &facts(&["crm.test"])));
    }

    #[test]
    fn nothing_is_ordered_twice_in_a_row_for_the_same_names() {
        let (plan, mut past) = (plan("'crm.test'"), PastOrders::default());
        past.succeeded(&plan, &facts(&["other.test"]), Asks::Nobody, at(100));
        assert_eq!(past.earliest(&plan, Asks::Nobody, at(101)), Some(at(3700)));
        assert_eq!(past.earliest(&plan, Asks::Person, at(101)), None);
        // A revoked certificate is replaced at once, but not one after the other.
        assert_eq!(past.earliest(&plan, Asks::Authority, at(101)), None);
        past.succeeded(&plan, &facts(&["crm.test"]), Asks::Authority, at(100));
        assert_eq!(
            past.earliest(&plan, Asks::Authority, at(101)),
            Some(at(3700))
        );
        assert_eq!(
            past.earliest(&self::plan("'a.test'"), Asks::Nobody, at(101)),
            None,
            "another name is wanted"
        );
    }

    #[test]
    fn a_start_does_not_forget_what_an_authority_counts() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder::at(folder.path());
        let (plan, mut past) = (plan("'crm.test'"), PastOrders::default());
        for _ in 0..5 {
            past.failed(&plan, &Trouble::Refused(String::new()), at(1000), 0.5);
        }
        past.keep(&folder);
        let again = PastOrders::open(&folder);
        assert_eq!(
            again.earliest(&plan, Asks::Nobody, at(1001)),
            Some(at(4600))
        );
        assert_eq!(again.failing_for(at(1060)).unwrap().as_secs(), 60);
        let other = self::plan("'mended.test'");
        assert_eq!(again.earliest(&other, Asks::Nobody, at(1001)), None);
        // Whoever does not answer counts nothing.
        past.failed(&plan, &Trouble::Unreachable(String::new()), at(1000), 0.5);
        past.keep(&folder);
        let again = PastOrders::open(&folder);
        assert_eq!(again.earliest(&plan, Asks::Nobody, at(1001)), None);
        let limited = Trouble::Limited {
            words: String::new(),
            wait: Duration::from_hours(20),
        };
        past.failed(&plan, &limited, at(1000), 0.0);
        past.somebody_asked();
        assert_eq!(
            past.earliest(&other, Asks::Person, at(1001)),
            Some(at(1000 + 20 * 3600))
        );
    }

    #[test]
    fn a_clock_that_ran_ahead_holds_nothing_up_once_it_is_right() {
        let (plan, mut past) = (plan("'crm.test'"), PastOrders::default());
        let ahead = 5 * 365 * 86_400;
        past.failed(&plan, &Trouble::Refused(String::new()), at(ahead), 0.5);
        assert!(past.earliest(&plan, Asks::Nobody, at(ahead)).is_some());
        assert_eq!(past.earliest(&plan, Asks::Nobody, at(1000)), None);
        past.succeeded(&plan, &facts(&["crm.test"]), Asks::Nobody, at(ahead));
        assert_eq!(past.earliest(&plan, Asks::Nobody, at(1000)), None);
    }
}
