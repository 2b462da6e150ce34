//! Changes that would shut their author out, or leave no owner who could ever sign in.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::hours::DAY;
use super::{Bar, Range, Rules, admit, rules_over};
use crate::data::access::built_in::BuiltIn;
use crate::data::access::people::{People, User};
use crate::data::records::ids::UserId;
use crate::data::records::problem::Problem;

/// Why a change is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::access) enum LockOut {
    /// Its author could not go on, by this kind of rule, from this address.
    Author(Bar, IpAddr),
    /// No owner could sign in, whenever and from wherever.
    Owners,
}

impl LockOut {
    /// What is said about it.
    pub(in crate::data::access) fn problem(self) -> Problem {
        match self {
            Self::Author(Bar::Address, address) => {
                Problem::new("error-lock-out-address").with("address", address)
            }
            Self::Author(Bar::Hours, address) => {
                Problem::new("error-lock-out-hours").with("address", address)
            }
            Self::Owners => Problem::new("error-lock-out-owners"),
        }
    }

    /// The kind of rule it comes from.
    pub(in crate::data::access) fn bar(self) -> Bar {
        match self {
            Self::Author(bar, _) => bar,
            Self::Owners => Bar::Address,
        }
    }
}

/// Whether a change from the people of `before` to those of `after` would shut somebody out who must not be.
pub(in crate::data::access) fn locks_out(
    before: &People,
    after: &People,
    (author, address): (Option<UserId>, Option<IpAddr>),
    at: Timestamp,
    zone: &TimeZone,
) -> Option<LockOut> {
    let of = |people: &People| {
        let user = people.user(author?)?;
        admit(people, user, address, at, zone).err()
    };
    if let (None, Some(barred)) = (of(before), of(after)) {
        return Some(LockOut::Author(barred.bar, barred.address));
    }
    // A firm that was shut already may change what it can.
    (some_owner(before, at) && !some_owner(after, at)).then_some(LockOut::Owners)
}

/// Whether there is an owner who may sign in from some address at some hour. Exceptions end, so they do not count.
pub(super) fn some_owner(people: &People, at: Timestamp) -> bool {
    let owners = people.holders(BuiltIn::Owner.id());
    owners
        .filter(|user| user.active)
        .any(|user| has_a_way_in(people, user, at))
}

fn has_a_way_in(people: &People, user: &User, at: Timestamp) -> bool {
    let rules: Vec<&Rules> = rules_over(people, user, at)
        .map(|(_, rules)| rules)
        .collect();
    let minutes = (0..7).flat_map(|day| (0..DAY).map(move |minute| (day, minute)));
    let open = |(day, minute)| rules.iter().all(|rules| rules.hours.open_at(day, minute));
    let lists = rules.iter().map(|rules| rules.allowed_ips.as_slice());
    meet(lists.filter(|list| !list.is_empty())) && minutes.into_iter().any(open)
}

/// Whether there is an address in every list. Of two ranges that share one, the one lies in the other.
fn meet<'a>(mut lists: impl Iterator<Item = &'a [Range]>) -> bool {
    let Some(first) = lists.next() else {
        return true;
    };
    let mut shared: Vec<IpNet> = first.iter().map(|range| range.net).collect();
    for list in lists {
        let narrower = |one: &IpNet| {
            let one = *one;
            list.iter().filter_map(move |other| match () {
                () if one.contains(&other.net) => Some(other.net),
                () if other.net.contains(&one) => Some(one),
                () => None,
            })
        };
        shared = shared.iter().flat_map(narrower).collect();
        shared.sort_unstable();
        shared.dedup();
    }
    !shared.is_empty()
}
