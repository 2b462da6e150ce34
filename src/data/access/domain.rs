//! HTTPS as it is set in the settings, for what the configuration file leaves open; and letters to owners about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::built_in::BuiltIn;
use super::error::AccessError;
use super::letter::{Letter, Template};
use super::outbox;
use super::role::AdminRight;
use super::vault::{Access, Vault};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::store::{Read, StoreError, Table};

/// What the settings say. Names are in the form in which they stand in certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DomainSettings {
    /// Whether pages are answered by HTTPS.
    pub on: bool,
    /// Whether the certificate is one that the firm sends in, rather than one that an authority is asked for.
    pub own: bool,
    /// Whether an authority may be asked where the firm's own certificate, sent in or in files, is about to lapse.
    pub step_in: bool,
    /// The names of the server, the main one first.
    pub domains: Vec<String>,
    /// The address the authority may write to.
    pub contact: String,
}

const KEY: &[u8] = b"domain";

impl Vault {
    /// HTTPS as it is set in the settings.
    pub fn domain_settings(&self) -> Result<DomainSettings, StoreError> {
        match self.inner.store.read()?.get(Table::Meta, KEY)? {
            None => Ok(DomainSettings::default()),
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| StoreError::corrupt("the settings of the domain", error)),
        }
    }

    /// Writes to every active owner, in the program's own name.
    pub(crate) async fn post_to_owners(
        &self,
        template: Template,
        values: &[(&'static str, String)],
    ) -> Result<(), StoreError> {
        let (vault, values, at) = (self.clone(), values.to_vec(), crate::clock::now());
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let owners = people.holders(BuiltIn::Owner.id());
                for owner in owners.filter(|owner| owner.active) {
                    let mut letter = Letter::to(owner, template, at);
                    for (name, value) in &values {
                        letter = letter.with(name, value.as_str());
                    }
                    outbox::post(write, vault.inner.store.seal(), &letter, at);
                }
                Ok(())
            })
            .await
    }
}

impl Access {
    /// Sets it.
    pub async fn set_domain_settings(&self, settings: DomainSettings) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("domain", "domain"));
            let note = note.with(json!({
                "name": settings.domains.join(", "), "on": settings.on, "own": settings.own, "step_in": settings.step_in,
                "contact": settings.contact,
            }));
            let bytes = serde_json::to_vec(&settings).expect("plain structs always serialise");
            work.write.put(Table::Meta, KEY.to_vec(), bytes);
            work.note(note)
        })
        .await
    }

    /// Keeps in the audit log what somebody did with the server's certificate; `what` is a word of ours.
    pub async fn note_certificate(
        &self,
        what: &'static str,
        names: &[String],
        until: Option<Timestamp>,
    ) -> Result<(), AccessError> {
        let names = names.join(", ");
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("domain", "domain"));
            work.note(note.with(json!({"name": names, "what": what, "until": until})))
        })
        .await
    }
}
