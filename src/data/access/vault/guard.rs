//! The guard, and a write in its hands.

use jiff::tz::TimeZone;
use serde_json::json;

use super::Vault;
use crate::data::access::actor::{Actor, Channel};
use crate::data::access::error::AccessError;
use crate::data::access::kinds::Kinds;
use crate::data::access::operation::Operation;
use crate::data::access::reading::Reading;
use crate::data::access::rights::Rights;
use crate::data::access::seen::Seen;
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note};
use crate::data::records::field::RecordType;
use crate::data::records::record::Record;
use crate::data::store::{Seal, Write};

/// The guard: everything an actor does with the firm's data goes through one.
#[derive(Clone)]
pub struct Access {
    pub(in crate::data::access) vault: Vault,
    pub(in crate::data::access) actor: Actor,
    /// Whether a change of rules is taken on trial rather than refused.
    pub(in crate::data::access) trial: bool,
}

impl Access {
    /// Who is at work.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The same actor, with entries marked as coming by another way.
    pub fn by(&self, channel: Channel) -> Self {
        let mut access = self.clone();
        access.actor.origin.channel = channel;
        access
    }

    /// One moment of the data, with the rights of that moment.
    pub fn read(&self) -> Result<Reading, AccessError> {
        let snapshot = self.vault.inner.store.read()?;
        let people = self.vault.inner.people.read(&snapshot)?;
        let rights = Rights::of(&self.actor, people)?;
        let kinds = self.vault.inner.kinds.read(&snapshot)?;
        Ok(Reading::new(self.vault.clone(), snapshot, rights, kinds))
    }

    /// Runs a write with the rights of its own moment. Everything is checked before anything is changed; an error
    /// leaves nothing behind.
    pub(in crate::data::access) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_, '_, '_>) -> Result<T, AccessError> + Send + 'static,
    ) -> Result<T, AccessError> {
        let access = self.clone();
        self.vault
            .inner
            .store
            .write(move |write| {
                let people = access.vault.inner.people.read_in(write)?;
                let rights = Rights::of(&access.actor, people)?;
                let kinds = access.vault.inner.kinds.read_in(write)?;
                let mut work_in_hand = Work {
                    write,
                    rights,
                    kinds,
                    signature: access.actor.signature(),
                    why: access.actor.why(),
                    seal: access.vault.inner.store.seal().clone(),
                    zone: access.vault.zone(),
                    operation: None,
                    taking_back: false,
                    on_trial: access.trial,
                };
                work(&mut work_in_hand)
            })
            .await
    }

    /// Keeps in the audit log that something was refused. Called where a refusal becomes an answer.
    pub async fn note_refusal(&self, error: &AccessError, what: String) -> Result<(), AccessError> {
        let AccessError::Forbidden(permission) = error else {
            return Ok(());
        };
        let permission = permission.name();
        self.write_note(
            Note::new(AuditKind::Refused).with(json!({"permission": permission, "what": what})),
        )
        .await
    }

    pub(in crate::data::access) async fn write_note(&self, note: Note) -> Result<(), AccessError> {
        let note = note.because(self.actor.why());
        let signature = self.actor.signature();
        self.vault
            .inner
            .store
            .write(move |write| Ok(audit::append(write, &signature, note)?))
            .await
    }
}

/// A write in hand: the transaction, and the rights of its moment.
pub(in crate::data::access) struct Work<'w, 'a, 'txn> {
    pub(in crate::data::access) write: &'w mut Write<'a, 'txn>,
    pub(in crate::data::access) rights: Rights,
    /// The record types of its moment.
    pub(in crate::data::access) kinds: &'static Kinds,
    pub(in crate::data::access) signature: Signature,
    /// The program's reason, where no person is at work.
    pub(in crate::data::access) why: Option<&'static str>,
    /// What secrets are sealed with.
    pub(in crate::data::access) seal: Seal,
    /// The firm's time zone.
    pub(in crate::data::access) zone: TimeZone,
    /// The long work that this write is a part of.
    pub(in crate::data::access) operation: Option<Box<Operation>>,
    /// Whether this write brings back what was before an operation.
    pub(in crate::data::access) taking_back: bool,
    /// Whether a change of rules is taken on trial rather than refused.
    pub(in crate::data::access) on_trial: bool,
}

impl Work<'_, '_, '_> {
    /// A record type as it is in this very transaction, with everything that is indexed: whoever began with yesterday's
    /// type does not write without today's indexes.
    pub(in crate::data::access) fn today(&self, kind: &'static RecordType) -> &'static RecordType {
        self.kinds.whole(kind)
    }

    /// A record as the actor sees it.
    pub(in crate::data::access) fn show(&self, kind: &'static RecordType, record: Record) -> Seen {
        Seen::new(
            self.kinds.known_to(&self.rights, kind),
            &self.rights,
            record,
        )
    }

    pub(in crate::data::access) fn note(&mut self, note: Note) -> Result<(), AccessError> {
        let note = note.because(self.why);
        Ok(audit::append(self.write, &self.signature, note)?)
    }
}
