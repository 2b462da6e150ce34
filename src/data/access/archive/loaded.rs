//! A firm whose lines are all in the new store, held against what the archive says of itself and what a firm is.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use serde_json::json;

use super::checks;
use super::error::LoadError;
use super::loader::Origin;
use super::moment::{AuditHead, Digest, Moment};
use crate::data::access::actor::Channel;
use crate::data::access::vault::{Vault, program_signature};
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::store::StoreError;

/// Everything is in its place.
pub(super) struct Loaded {
    pub(super) vault: Vault,
    /// Whether it was without contradictions when it was written out.
    pub(super) sound: bool,
    /// Document numbers that records have, by module.
    pub(super) documents: BTreeMap<u8, RoaringBitmap>,
    /// Where the audit log ended.
    pub(super) chain: AuditHead,
}

impl Loaded {
    /// Reads the store back on two threads: one compares digests, the other looks whether it is a firm.
    pub(super) fn check(&self, digests: &BTreeMap<String, String>) -> Result<(), LoadError> {
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| checks::check(&self.vault, &self.documents, self.sound));
            let compared = self.compare(digests);
            let checked = beside.join().unwrap_or(Err(StoreError::Panicked.into()));
            compared.and(checked)
        })
    }

    fn compare(&self, digests: &BTreeMap<String, String>) -> Result<(), LoadError> {
        let moment = Moment::of(&self.vault)?;
        let empty = Digest::new().finish();
        for part in moment.parts() {
            let name = part.name();
            let read = moment.digest(part)?;
            let should = match digests.get(&name) {
                None if part.came_later() => Some(&empty),
                listed => listed,
            };
            if should != Some(&read) {
                return Err(LoadError::Content(format!(
                    "{name}: what was read back is not what was backed up"
                )));
            }
        }
        if self.sound && moment.audit_head()? != self.chain {
            return Err(LoadError::Content(
                "the audit log does not end where the firm says it does".to_owned(),
            ));
        }
        Ok(())
    }

    /// The audit log goes on with the restore.
    pub(super) fn note(&self, origin: Origin) -> Result<(), LoadError> {
        let signature = match &origin.by {
            Some(actor) => actor.signature(),
            None => program_signature(Channel::Command),
        };
        let note = Note::new(AuditKind::Restored)
            .about(Subject::new("firm", "firm"))
            .with(json!({"archive": origin.archive, "made_at": origin.made_at, "why": "restore"}));
        let store = &self.vault.inner.store;
        Ok(store.write_blocking(move |write| audit::append(write, &signature, note))?)
    }
}
