//! What is known of a person's passwords beside the hash that holds: since when, which were before, and whether another is
//! due.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::letter::{Letter, Template};
use super::outbox;
use super::people::{self, User};
use super::policy::Policy;
use super::second_step;
use super::vault::Vault;
use crate::data::records::ids::UserId;
use crate::data::store::StoreError;

/// Passwords remembered at most, so that a stricter policy has something to go by.
pub(super) const MOST_PAST: u32 = 24;

/// What is known of a person's passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PasswordFacts {
    /// Since when the present one holds.
    #[serde(default)]
    set_at: Option<Timestamp>,
    /// Hashes of those before, the last first, as far back as the policy looks.
    #[serde(default)]
    past: VecDeque<String>,
    /// Whether somebody else chose the present one.
    #[serde(default)]
    chosen_by_other: bool,
    /// Whether it is long enough beside a second step alone.
    #[serde(default)]
    short: bool,
    /// The last reminder that it grows old, by how many days were left.
    #[serde(default)]
    reminded: Option<i64>,
}

/// Days before a password is too old at which its person is reminded.
const REMINDERS: [i64; 3] = [1, 7, 14];

/// A new password that was checked and hashed.
pub struct NewPassword {
    pub(crate) hash: String,
    /// Whether it is long enough beside a second step alone.
    pub(crate) short: bool,
}

impl From<String> for NewPassword {
    /// One that is long enough by itself.
    fn from(hash: String) -> Self {
        Self { hash, short: false }
    }
}

/// Why a person has to choose another password before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordDue {
    /// Somebody else chose it.
    ChosenByOther,
    /// It is as old as passwords may get.
    Expired,
    /// It is too short without the second step, which is off by now.
    TooShort,
}

impl User {
    /// The same person with another password.
    pub(super) fn with_password(
        &self,
        new: NewPassword,
        at: Timestamp,
        by_other: bool,
        policy: &Policy,
    ) -> Self {
        let mut facts = self.password_facts.clone();
        if let Some(present) = &self.password {
            facts.past.push_front(present.clone());
        }
        facts
            .past
            .truncate(policy.password_history.min(MOST_PAST) as usize);
        facts.set_at = Some(at);
        facts.chosen_by_other = by_other;
        facts.short = new.short;
        facts.reminded = None;
        Self {
            password: Some(new.hash),
            password_facts: facts,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Whether they have to choose another password now.
    pub(crate) fn password_due(&self, policy: &Policy, now: Timestamp) -> Option<PasswordDue> {
        let facts = &self.password_facts;
        if policy.password_first_change && facts.chosen_by_other {
            return Some(PasswordDue::ChosenByOther);
        }
        let left = self.password_left(policy, now)?;
        (left < SignedDuration::ZERO).then_some(PasswordDue::Expired)
    }

    /// Until the password is too old; none where passwords do not grow old.
    fn password_left(&self, policy: &Policy, now: Timestamp) -> Option<SignedDuration> {
        let days = i64::from(policy.password_days);
        let age = now.duration_since(self.password_facts.set_at.unwrap_or(self.created_at));
        (days > 0).then(|| SignedDuration::from_hours(24 * days) - age)
    }

    /// Whether the password is long enough beside a second step alone.
    pub(super) fn has_short_password(&self) -> bool {
        self.password_facts.short
    }

    /// The reminder that is due now, and how many days are left.
    fn reminder(&self, policy: &Policy, now: Timestamp) -> Option<(i64, i64)> {
        self.password.as_ref().filter(|_| self.active)?;
        let left = self.password_left(policy, now)?;
        if left < SignedDuration::ZERO {
            return None;
        }
        let left = (left.as_hours() + 23) / 24;
        let due = REMINDERS.into_iter().find(|days| left <= *days)?;
        let is_new = self.password_facts.reminded.is_none_or(|last| due < last);
        is_new.then_some((due, left))
    }
}

impl Vault {
    /// Characters a new password has at least.
    pub fn least_password(&self) -> Result<usize, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        Ok(people.policy().password_least as usize)
    }

    /// Characters a new password of somebody has at least: fewer where they sign in by two steps (NIST SP 800-63B-4
    /// §3.1.1.2). One that is that short is to be changed once the second step is off.
    pub fn least_password_of(&self, user: UserId) -> Result<usize, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let policy = people.policy();
        let on = match people.user(user) {
            Some(user) => second_step::is_on(&snapshot, &people, user, &self.zone())?,
            None => false,
        };
        Ok(if on {
            policy.password_least_two_step.min(policy.password_least) as usize
        } else {
            policy.password_least as usize
        })
    }

    /// Reminds people whose password will soon be too old: two weeks, one week and a day before. Returns how many.
    pub async fn remind_of_passwords(&self) -> Result<usize, StoreError> {
        let now = crate::clock::now();
        let due = move |people: &people::People| -> Vec<User> {
            let all = people.users().into_iter();
            all.filter(|user| user.reminder(people.policy(), now).is_some())
                .cloned()
                .collect()
        };
        let snapshot = self.inner.store.read()?;
        if due(&*self.inner.people.read(&snapshot)?).is_empty() {
            return Ok(0);
        }
        drop(snapshot);
        let vault = self.clone();
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let seal = vault.inner.store.seal();
                let users = due(&people);
                for old in &users {
                    let Some((days, left)) = old.reminder(people.policy(), now) else {
                        continue;
                    };
                    let mut user = old.clone();
                    user.password_facts.reminded = Some(days);
                    people::put_user(write, Some(old), &user)?;
                    let letter = Letter::to(&user, Template::PasswordExpires, now);
                    let letter = letter.with("days", left.max(1).to_string());
                    outbox::post(write, seal, &letter, now);
                }
                Ok(users.len())
            })
            .await
    }

    /// Hashes of the passwords a person may not take again: the present one and those before, as many as the policy says.
    pub(crate) fn passwords_not_to_reuse(&self, user: UserId) -> Result<Vec<String>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let most = people.policy().password_history as usize;
        let user = people.user(user);
        let of = |user: &User| {
            let present = user.password.iter().cloned();
            present
                .chain(user.password_facts.past.iter().cloned())
                .take(most)
                .collect()
        };
        Ok(user.map(of).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::access::test_firm::TestFirm;

    #[tokio::test]
    async fn a_password_grows_old_and_is_not_taken_again() {
        let firm = TestFirm::new().await;
        let user = firm.owner.read().unwrap().rights().user().unwrap().clone();
        let policy = Policy {
            password_days: 30,
            password_history: 2,
            password_first_change: true,
            ..Policy::default()
        };
        let at = |day: i64| Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap();
        let one = user.with_password("1".to_owned().into(), at(0), true, &policy);
        assert_eq!(
            one.password_due(&policy, at(0)),
            Some(PasswordDue::ChosenByOther)
        );
        let two = one.with_password("2".to_owned().into(), at(1), false, &policy);
        let three = two.with_password("3".to_owned().into(), at(2), false, &policy);
        assert_eq!(three.password_facts.past, ["2", "1"]);
        assert_eq!(three.password_due(&policy, at(32)), None);
        assert_eq!(
            three.password_due(&policy, at(33)),
            Some(PasswordDue::Expired)
        );
        assert_eq!(three.password_due(&Policy::default(), at(999)), None);
        // Reminders: of each kind one, and none of those that were slept through.
        assert_eq!(three.reminder(&policy, at(17)), None);
        assert_eq!(three.reminder(&policy, at(18)), Some((14, 14)));
        let mut reminded = three.clone();
        reminded.password_facts.reminded = Some(14);
        assert_eq!(reminded.reminder(&policy, at(20)), None);
        assert_eq!(reminded.reminder(&policy, at(26)), Some((7, 6)));
        assert_eq!(three.reminder(&policy, at(31)), Some((1, 1)));
        assert_eq!(three.reminder(&policy, at(33)), None, "too old already");
        let changed = reminded.with_password("4".to_owned().into(), at(26), false, &policy);
        assert_eq!(changed.reminder(&policy, at(27)), None);
    }
}
