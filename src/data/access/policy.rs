//! The firm's rules of sign-in: from where and when, what counts as the office, how long sessions last.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::error::AccessError;
use super::password_facts::MOST_PAST;
use super::people::put_policy;
use super::places::{Before, Hours, Range, Rules, Trial, holds_one};
use super::reading::Reading;
use super::role::AdminRight;
use super::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{Read, StoreError, Table};

const KEY: &[u8] = b"security";

/// The firm's rules of sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// From where and when anybody may work.
    #[serde(flatten)]
    pub rules: Rules,
    /// Addresses that are the office's.
    pub office_ips: Vec<Range>,
    /// A session ends after so many minutes without a request.
    pub session_idle_minutes: u32,
    /// A session ends after so many hours in any case.
    pub session_age_hours: u32,
    /// So long a password that was entered counts for acts that ask for it; 0: they always ask.
    pub fresh_minutes: u32,
    /// Characters of a new password, at least.
    pub password_least: u32,
    /// The same beside a second step.
    pub password_least_two_step: u32,
    /// A password grows too old after so many days; never where 0.
    pub password_days: u32,
    /// So many of the last passwords are not taken again.
    pub password_history: u32,
    /// Whether a password that somebody else chose has to be changed first of all.
    pub password_first_change: bool,
    /// Rules that are on trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            office_ips: Vec::new(),
            session_idle_minutes: 12 * 60,
            session_age_hours: 7 * 24,
            fresh_minutes: 15,
            password_least: 15,
            password_least_two_step: 8,
            password_days: 0,
            password_history: 0,
            password_first_change: false,
            trial: None,
        }
    }
}

impl Policy {
    /// Whether an address is the office's.
    pub fn is_office(&self, address: IpAddr) -> bool {
        holds_one(&self.office_ips, address)
    }

    fn take(&mut self, json: &Map<String, Json>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (key, value) in json {
            let taken = match key.as_str() {
                "allowed_ips" => Range::list_of(value).map(|list| self.rules.allowed_ips = list),
                "office_ips" => Range::list_of(value).map(|list| self.office_ips = list),
                "hours" => match Hours::of_json(value) {
                    Ok(hours) => {
                        self.rules.hours = hours;
                        Ok(())
                    }
                    Err(found) => {
                        errors.extend(found);
                        Ok(())
                    }
                },
                "session_idle_minutes" => {
                    number(value, 5, 7 * 24 * 60).map(|most| self.session_idle_minutes = most)
                }
                "session_age_hours" => {
                    number(value, 1, 30 * 24).map(|most| self.session_age_hours = most)
                }
                "fresh_minutes" => number(value, 0, 720).map(|most| self.fresh_minutes = most),
                // NIST SP 800-63B-4 §3.1.1.2: no fewer than 15 where the password is the only factor.
                "password_least" => number(value, 15, 64).map(|least| self.password_least = least),
                "password_least_two_step" => {
                    number(value, 8, 64).map(|least| self.password_least_two_step = least)
                }
                "password_days" => number(value, 0, 3650).map(|days| self.password_days = days),
                "password_history" => {
                    number(value, 0, MOST_PAST).map(|most| self.password_history = most)
                }
                "password_first_change" => value
                    .as_bool()
                    .map(|first| self.password_first_change = first)
                    .ok_or(Problem::new("error-yes-no")),
                _ => {
                    errors.push(FieldError::unknown(key));
                    Ok(())
                }
            };
            if let Err(problem) = taken {
                errors.push(FieldError::new(key, problem));
            }
        }
        errors
    }
}

fn number(json: &Json, least: u32, most: u32) -> Result<u32, Problem> {
    let number = json.as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or(
            Problem::new("error-number-range")
                .with("least", least)
                .with("most", most),
        )
}

/// The rules as they are kept.
pub(super) fn read_policy(read: &impl Read) -> Result<Policy, StoreError> {
    match read.get(Table::Meta, KEY)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("the rules of sign-in", error)),
        None => Ok(Policy::default()),
    }
}

pub(super) fn kept(policy: &Policy) -> (Vec<u8>, Vec<u8>) {
    let bytes = serde_json::to_vec(policy).expect("plain structs always serialise");
    (KEY.to_vec(), bytes)
}

impl Vault {
    /// Whether an address is the office's.
    pub fn is_office(&self, address: IpAddr) -> Result<bool, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        Ok(people.policy().is_office(address))
    }
}

impl Reading {
    /// The firm's rules of sign-in, for those who may set them.
    pub fn policy(&self) -> Result<&Policy, AccessError> {
        self.rights().require_admin(AdminRight::Security)?;
        Ok(self.rights().people().policy())
    }
}

impl Access {
    /// Changes the given parts of the firm's rules of sign-in. A change that would shut out its author, or leave no owner
    /// able to sign in, is refused, or [on trial](Access::on_trial).
    pub async fn update_policy(&self, json: Map<String, Json>) -> Result<Policy, AccessError> {
        self.vault.end_trial().await?;
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Security)?;
            let old = work.rights.people().policy().clone();
            let mut policy = old.clone();
            let errors = policy.take(&json);
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            if policy == old {
                return Ok(policy);
            }
            let after = work.rights.people().with_policy(policy.clone());
            let before = (policy.rules != old.rules).then(|| Before::Firm(old.rules.clone()));
            let trial = work.keep_the_door(&after, &json, before)?;
            if let Some(trial) = trial {
                work.note_trial("begun", trial.until)?;
                policy.trial = Some(trial);
            }
            put_policy(work.write, &policy)?;
            let fields: Vec<&String> = json.keys().collect();
            let note = Note::new(AuditKind::Changed).about(Subject::new("security", "security"));
            work.note(note.with(json!({"fields": fields})))?;
            Ok(policy)
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    /// Refuses a change that would shut out its author, or leave no owner able to sign in; beside the field of `json`
    /// that it comes from. `rules` are those before, where it changes any; on trial it is not refused.
    pub(super) fn keep_the_door(
        &self,
        after: &super::people::People,
        json: &Map<String, Json>,
        rules: Option<Before>,
    ) -> Result<Option<Trial>, AccessError> {
        let author = (self.signature.user, self.signature.address);
        let before = self.rights.people();
        let at = self.signature.at;
        let beside = |field: &'static str| {
            if json.contains_key(field) {
                field.to_owned()
            } else {
                json.keys().next().map_or(field, String::as_str).to_owned()
            }
        };
        // What falls back must not take a later change with it. Commands on the machine are the way back in, and may.
        let running = before.trial(at);
        let same = |trial: &Trial| rules.as_ref().is_some_and(|rules| trial.is_of(rules));
        if self.signature.address.is_some() && running.is_some_and(same) {
            let problem = Problem::new("error-trial-running");
            return Err(AccessError::field(beside("allowed_ips"), problem));
        }
        let found = super::places::locks_out(before, after, author, at, &self.zone);
        let Some(lock_out) = found else {
            return Ok(None);
        };
        if self.on_trial && running.is_some() {
            let problem = Problem::new("error-trial-running");
            return Err(AccessError::field(beside("allowed_ips"), problem));
        }
        let tried = self.tried(lock_out, rules);
        tried.map(Some).map_err(|lock_out| {
            AccessError::field(beside(lock_out.bar().field()), lock_out.problem())
        })
    }
}
