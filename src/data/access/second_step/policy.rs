//! What the firm asks of everybody's second step.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Method, Passed, SecondSteps};
use crate::data::access::error::AccessError;
use crate::data::access::role::AdminRight;
use crate::data::access::vault::Access;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::problem::Problem;
use crate::data::store::{Read, StoreError, Table};

/// What the firm asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondStepPolicy {
    /// From this day on, as the firm's clock counts it, everybody must take a second step.
    pub required_from: Option<Date>,
    /// Whether codes by mail do not count.
    pub no_email: bool,
    /// Whether codes to phones do not count.
    pub no_sms: bool,
    /// Days a device may be trusted after a second step; 0: never.
    pub trust_days: u16,
}

impl SecondStepPolicy {
    /// Whether a way counts.
    pub(super) fn allows(&self, method: Method) -> bool {
        match method {
            Method::Email => !self.no_email,
            Method::Sms => !self.no_sms,
            Method::Passkey | Method::App | Method::Recovery => true,
        }
    }
}

/// Days a device may be trusted at most.
const MOST_TRUST_DAYS: u16 = 90;
const KEY: &[u8] = b"second-step";

pub(super) fn read(read: &impl Read) -> Result<SecondStepPolicy, StoreError> {
    match read.get(Table::Meta, KEY)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("the rules of the second step", error)),
        None => Ok(SecondStepPolicy::default()),
    }
}

impl super::super::reading::Reading {
    /// What the firm asks; for those who may change it.
    pub fn second_step_policy(&self) -> Result<SecondStepPolicy, AccessError> {
        self.rights().require_admin(AdminRight::Security)?;
        Ok(read(self.snapshot())?)
    }
}

impl Access {
    /// Changes what the firm asks. Whoever asks it of everybody, or forbids codes by mail or to phones, has shown that they can
    /// themselves sign in so: `passed` is what their session has shown, `own` the ways they have.
    pub async fn set_second_step_policy(
        &self,
        policy: SecondStepPolicy,
        passed: Passed,
        own: SecondSteps,
    ) -> Result<(), AccessError> {
        if policy.trust_days > MOST_TRUST_DAYS {
            let problem = Problem::new("error-too-many").with("most", MOST_TRUST_DAYS);
            return Err(AccessError::field("trust_days", problem));
        }
        if policy.required_from.is_some() && (passed == Passed::Password || !own.set_up) {
            let problem = Problem::new("error-two-step-own-first");
            return Err(AccessError::field("required_from", problem));
        }
        let left = own.app.is_some()
            || !own.passkeys.is_empty()
            || (own.phone.is_some() && !policy.no_sms)
            || (own.email && !policy.no_email);
        if (policy.no_email || policy.no_sms) && own.due && !left {
            let field = if policy.no_email {
                "no_email"
            } else {
                "no_sms"
            };
            let problem = Problem::new("error-two-step-own-app-first");
            return Err(AccessError::field(field, problem));
        }
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Security)?;
            let bytes = serde_json::to_vec(&policy).expect("plain structs always serialise");
            work.write.put(Table::Meta, KEY.to_vec(), bytes);
            let note = Note::new(AuditKind::Changed).about(Subject::new("security", "two_step"));
            work.note(note.with(json!({
                "required_from": policy.required_from, "no_email": policy.no_email,
                "no_sms": policy.no_sms, "trust_days": policy.trust_days,
            })))
        })
        .await
    }
}
