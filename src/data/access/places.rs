//! From where and when people may work: rules of the firm, of a role and of a person, and the decision over them.
//!
//! The strictest of the three holds, for everybody, at sign-in and at every request. A person may have exceptions, each
//! with an end: while one holds, no rule does. What is asked here is asked with the people and the rules of one moment.

mod exception;
mod hours;
mod lock_out;
mod range;
#[cfg(test)]
mod tests;
mod trial;
#[cfg(test)]
mod trial_tests;

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use exception::Exception;
pub use hours::{DAYS, Hours};
pub(super) use lock_out::{LockOut, locks_out};
pub use range::Range;
pub(super) use range::holds_one;
pub(super) use trial::Before;
pub use trial::Trial;
use trial::fallen_back;

use super::people::{People, User};
use crate::data::records::ids::UserId;

/// Where and when: an empty list is everywhere, empty hours are always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Addresses allowed.
    #[serde(default)]
    pub allowed_ips: Vec<Range>,
    /// Hours allowed, in the firm's zone.
    #[serde(default)]
    pub hours: Hours,
}

impl Rules {
    /// Whether they forbid nothing.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// What forbids it, where something does.
    fn bar(&self, address: IpAddr, at: Timestamp, zone: &TimeZone) -> Option<Bar> {
        if !self.allowed_ips.is_empty() && !holds_one(&self.allowed_ips, address) {
            return Some(Bar::Address);
        }
        (!self.hours.hold(at, zone)).then_some(Bar::Hours)
    }
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Firm,
    /// Those who hold a role.
    Role,
    /// One person's.
    Person,
}

impl Whose {
    /// The word in the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Role => "role",
            Self::Person => "person",
        }
    }
}

/// What kind of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The address is not among those allowed.
    Address,
    /// It is not one of the hours allowed.
    Hours,
}

impl Bar {
    /// The word in the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Hours => "hours",
        }
    }

    /// The field of a user or role that sets it.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Address => "allowed_ips",
            Self::Hours => "hours",
        }
    }
}

/// Somebody who may not come in from here, or now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barred {
    /// Who.
    pub user: UserId,
    /// By what.
    pub bar: Bar,
    /// By whose rule.
    pub whose: Whose,
    /// From where they came.
    pub address: IpAddr,
    /// Names of those who can change the rules.
    pub ask: Vec<String>,
}

/// What became of a proof: a secret that is nobody's, one of somebody who may not come in from here or now, or one that
/// lets its holder in.
#[derive(Clone, Debug)]
pub enum Admission<T> {
    /// No such secret, or it is over, or the account is disabled.
    Nobody,
    /// Right, but from the wrong place or at the wrong time.
    Barred(Barred),
    /// Let in.
    Admitted(T),
}

impl<T> Admission<T> {
    /// Who was let in.
    pub fn admitted(self) -> Option<T> {
        match self {
            Self::Admitted(whom) => Some(whom),
            Self::Nobody | Self::Barred(_) => None,
        }
    }
}

/// Names told to somebody who is barred.
const MOST_TO_ASK: usize = 3;

/// Whether somebody may work from an address at a moment. Commands on the machine itself come from no address and are
/// under no rule.
pub(super) fn admit(
    people: &People,
    user: &User,
    address: Option<IpAddr>,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<(), Barred> {
    let Some(address) = address.map(|address| address.to_canonical()) else {
        return Ok(());
    };
    let exceptions = match fallen_back(people, at) {
        Some(Before::Person(of, _, before)) if *of == user.id => before,
        _ => &user.exceptions,
    };
    if exceptions.iter().any(|it| it.holds(address, at)) {
        return Ok(());
    }
    let barred = rules_over(people, user, at).find_map(|(whose, rules)| {
        let bar = rules.bar(address, at, zone)?;
        Some((bar, whose))
    });
    match barred {
        None => Ok(()),
        Some((bar, whose)) => Err(Barred {
            user: user.id,
            bar,
            whose,
            address,
            ask: whom_to_ask(people, user.id),
        }),
    }
}

/// All rules a person is under at a moment.
fn rules_over<'a>(
    people: &'a People,
    user: &'a User,
    at: Timestamp,
) -> impl Iterator<Item = (Whose, &'a Rules)> {
    let mut firm = &people.policy().rules;
    let mut own = &user.rules;
    let mut role = people.role(user.role).map(|role| &role.rules);
    match fallen_back(people, at) {
        Some(Before::Firm(before)) => firm = before,
        Some(Before::Role(of, before)) if *of == user.role => role = Some(before),
        Some(Before::Person(of, before, _)) if *of == user.id => own = before,
        _ => {}
    }
    let role = role.map(|rules| (Whose::Role, rules));
    [(Whose::Firm, firm), (Whose::Person, own)]
        .into_iter()
        .chain(role)
}

fn whom_to_ask(people: &People, user: UserId) -> Vec<String> {
    let owners = people.users().into_iter().filter(|other| {
        other.id != user && other.active && other.role == super::built_in::BuiltIn::Owner.id()
    });
    owners
        .take(MOST_TO_ASK)
        .map(|owner| owner.name.clone())
        .collect()
}
