//! What the firm asks of everybody's second step.

use std::sync::PoisonError;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Method, Passed, SecondSteps, Site};
use crate::data::access::error::AccessError;
use crate::data::access::role::AdminRight;
use crate::data::access::vault::{Access, Vault};
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

/// What this server has to ask by: passkeys answer to one site alone, and messages need a gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::data::access) struct AtHand {
    /// Nothing where nobody has said: all count then.
    pub(super) known: Option<Known>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The site that passkeys can be asked for.
    pub(super) site: Option<String>,
    /// Whether messages to phones go out.
    pub(super) texts: bool,
}

impl AtHand {
    /// Whether passkeys of a site can be asked for.
    pub(super) fn is_site(&self, site: &str) -> bool {
        let known = self.known.as_ref();
        known.is_none_or(|known| known.site.as_deref() == Some(site))
    }

    /// Whether codes can go to phones.
    pub(super) fn texts(&self) -> bool {
        self.known.as_ref().is_none_or(|known| known.texts)
    }
}

impl Vault {
    /// Says what passkeys can be asked for and whether messages go out. What cannot be asked for is no way that is left to
    /// anybody.
    pub fn set_second_steps_at_hand(&self, site: Option<&Site>, texts: bool) {
        let site = site.map(|site| site.name().to_owned());
        let known = Some(Known { site, texts });
        let hand = &self.inner.second_steps_at_hand;
        *hand.write().unwrap_or_else(PoisonError::into_inner) = AtHand { known };
    }

    pub(in crate::data::access) fn at_hand(&self) -> AtHand {
        let hand = &self.inner.second_steps_at_hand;
        hand.read().unwrap_or_else(PoisonError::into_inner).clone()
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
        let hand = self.vault.at_hand();
        let left = own.app.is_some()
            || own.passkeys.iter().any(|key| hand.is_site(&key.site))
            || (own.phone.is_some() && !policy.no_sms && hand.texts())
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
