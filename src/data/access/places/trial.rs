//! Rules on trial: a change that shuts its author out holds for ten minutes, and falls back by itself unless somebody
//! whom it lets in keeps it. It is a part of the firm's rules, so that a restart does not make it last.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::lock_out::some_owner;
use super::{Barred, Exception, LockOut, Rules, Whose};
use crate::data::access::error::AccessError;
use crate::data::access::people::{self, People};
use crate::data::access::policy::Policy;
use crate::data::access::role::AdminRight;
use crate::data::access::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::{RoleId, UserId};
use crate::data::records::problem::Problem;
use crate::data::store::StoreError;

/// How long a trial lasts.
const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Rules that hold until a moment, and what was before them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// When it falls back.
    pub until: Timestamp,
    pub(in crate::data::access) before: Before,
}

/// The rules before a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::data::access) enum Before {
    /// The firm's.
    Firm(Rules),
    /// Those of a role.
    Role(RoleId, Rules),
    /// One person's.
    Person(UserId, Rules, Vec<Exception>),
}

impl Trial {
    /// Whether it is about the same rules.
    pub(in crate::data::access) fn is_of(&self, rules: &Before) -> bool {
        match (&self.before, rules) {
            (Before::Firm(_), Before::Firm(_)) => true,
            (Before::Role(one, _), Before::Role(other, _)) => one == other,
            (Before::Person(one, ..), Before::Person(other, ..)) => one == other,
            _ => false,
        }
    }

    fn is_over(&self, at: Timestamp) -> bool {
        self.until <= at
    }
}

/// The rules that were before a trial whose time is over and that has not been taken back yet: they are those that hold.
pub(super) fn fallen_back(people: &People, at: Timestamp) -> Option<&Before> {
    let trial = people.policy().trial.as_ref()?;
    trial.is_over(at).then_some(&trial.before)
}

impl People {
    /// The trial under way.
    pub fn trial(&self, at: Timestamp) -> Option<&Trial> {
        let trial = self.policy().trial.as_ref();
        trial.filter(|trial| !trial.is_over(at))
    }

    /// The rules on trial.
    fn tried(&self, trial: &Trial) -> Option<&Rules> {
        match &trial.before {
            Before::Firm(_) => Some(&self.policy().rules),
            Before::Role(role, _) => self.role(*role).map(|role| &role.rules),
            Before::Person(user, ..) => self.user(*user).map(|user| &user.rules),
        }
    }
}

impl Work<'_, '_, '_> {
    /// What becomes of a change of rules that would shut somebody out: a trial where it was asked for.
    pub(in crate::data::access) fn tried(
        &self,
        lock_out: LockOut,
        before: Option<Before>,
    ) -> Result<Trial, LockOut> {
        let before = before.filter(|_| self.on_trial).ok_or(lock_out)?;
        Ok(Trial {
            until: self.signature.at + LASTS,
            before,
        })
    }

    /// Keeps that rules are on trial.
    pub(in crate::data::access) fn put_trial(
        &mut self,
        trial: Option<Trial>,
    ) -> Result<(), AccessError> {
        let Some(trial) = trial else {
            return Ok(());
        };
        let until = trial.until;
        let policy = Policy {
            trial: Some(trial),
            ..self.rights.people().policy().clone()
        };
        people::put_policy(self.write, &policy)?;
        self.note_trial("begun", until)
    }

    pub(in crate::data::access) fn note_trial(
        &mut self,
        what: &str,
        until: Timestamp,
    ) -> Result<(), AccessError> {
        let note = Note::new(AuditKind::Changed).about(Subject::new("security", "trial"));
        self.note(note.with(json!({"what": what, "until": until})))
    }

    fn fall_back(&mut self, trial: Trial, what: &str) -> Result<(), AccessError> {
        let people = self.rights.people().clone();
        let mut policy = Policy {
            trial: None,
            ..people.policy().clone()
        };
        match trial.before {
            Before::Firm(rules) => policy.rules = rules,
            Before::Role(role, rules) => {
                if let Some(role) = people.role(role) {
                    let mut role = role.clone();
                    role.rules = rules;
                    role.version += 1;
                    people::put_role(self.write, &role)?;
                }
            }
            Before::Person(user, rules, exceptions) => {
                if let Some(old) = people.user(user) {
                    let mut user = old.clone();
                    user.rules = rules;
                    user.exceptions = exceptions;
                    user.version += 1;
                    people::put_user(self.write, Some(old), &user)?;
                }
            }
        }
        people::put_policy(self.write, &policy)?;
        self.note_trial(what, trial.until)
    }
}

impl Vault {
    /// Takes back a trial whose time is over. The rules before it hold already; this writes them down.
    pub async fn end_trial(&self) -> Result<(), AccessError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        if fallen_back(&people, crate::clock::now()).is_none() {
            return Ok(());
        }
        drop(snapshot);
        self.system("a trial of rules is over")
            .write(|work| {
                let at = work.signature.at;
                let trial = work.rights.people().policy().trial.clone();
                match trial.filter(|trial| trial.is_over(at)) {
                    Some(trial) => work.fall_back(trial, "over"),
                    None => Ok(()),
                }
            })
            .await
    }

    /// Until when the rules that bar somebody are on trial; none where it is not those on trial that do.
    pub fn on_trial_until(&self, barred: &Barred) -> Result<Option<Timestamp>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let role = people.user(barred.user).map(|user| user.role);
        let trial = people.trial(crate::clock::now());
        let bars = trial.filter(|trial| match (&trial.before, barred.whose) {
            (Before::Firm(_), Whose::Firm) => true,
            (Before::Role(of, _), Whose::Role) => role == Some(*of),
            (Before::Person(of, ..), Whose::Person) => *of == barred.user,
            _ => false,
        });
        Ok(bars.map(|trial| trial.until))
    }
}

impl Access {
    /// The same actor, whose next change of rules is taken on trial where it would shut somebody out who must not be.
    pub fn on_trial(&self) -> Self {
        Self {
            trial: true,
            ..self.clone()
        }
    }

    /// Keeps the rules on trial. Whoever does it must come from where those rules let them.
    pub async fn keep_trial(&self) -> Result<(), AccessError> {
        self.write(|work| {
            work.rights.require_admin(AdminRight::Security)?;
            let (at, people) = (work.signature.at, work.rights.people().clone());
            let trial = people.trial(at).ok_or_else(over)?;
            let barred = work.signature.address.is_some_and(|address| {
                let rules = people.tried(trial);
                rules.is_some_and(|rules| rules.bar(address, at, &work.zone).is_some())
            });
            if barred {
                return Err(AccessError::conflict("error-trial-elsewhere"));
            }
            if !some_owner(&people, at) {
                return Err(AccessError::conflict("error-lock-out-owners"));
            }
            let policy = Policy {
                trial: None,
                ..people.policy().clone()
            };
            people::put_policy(work.write, &policy)?;
            work.note_trial("kept", trial.until)
        })
        .await
    }

    /// Takes the rules on trial back at once.
    pub async fn drop_trial(&self) -> Result<(), AccessError> {
        self.write(|work| {
            work.rights.require_admin(AdminRight::Security)?;
            let trial = work.rights.people().trial(work.signature.at).cloned();
            work.fall_back(trial.ok_or_else(over)?, "dropped")
        })
        .await
    }
}

fn over() -> AccessError {
    AccessError::Conflict(Problem::new("error-trial-over"))
}
