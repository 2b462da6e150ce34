//! What is known of a person's passwords beside the hash that holds: since when, which were before, and whether another is
//! due.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::people::User;
use super::policy::Policy;
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
}

/// Why a person has to choose another password before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordDue {
    /// Somebody else chose it.
    ChosenByOther,
    /// It is as old as passwords may get.
    Expired,
}

impl User {
    /// The same person with another password.
    pub(super) fn with_password(
        &self,
        hash: String,
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
        Self {
            password: Some(hash),
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
        let days = i64::from(policy.password_days);
        let age = now.duration_since(facts.set_at.unwrap_or(self.created_at));
        (days > 0 && age > SignedDuration::from_hours(24 * days)).then_some(PasswordDue::Expired)
    }
}

impl Vault {
    /// Characters a new password has at least.
    pub fn least_password(&self) -> Result<usize, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        Ok(people.policy().password_least as usize)
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
        let one = user.with_password("1".to_owned(), at(0), true, &policy);
        assert_eq!(
            one.password_due(&policy, at(0)),
            Some(PasswordDue::ChosenByOther)
        );
        let two = one.with_password("2".to_owned(), at(1), false, &policy);
        let three = two.with_password("3".to_owned(), at(2), false, &policy);
        assert_eq!(three.password_facts.past, ["2", "1"]);
        assert_eq!(three.password_due(&policy, at(32)), None);
        assert_eq!(
            three.password_due(&policy, at(33)),
            Some(PasswordDue::Expired)
        );
        assert_eq!(three.password_due(&Policy::default(), at(999)), None);
    }
}
