//! What lies sealed in the database, where the key is gone that it was sealed with: what is lost with it, and how to let go
//! of it knowingly.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::json;

use super::mail_server;
use super::second_step;
use super::vault::{Vault, VaultSettings};
use crate::data::access::actor::Channel;
use crate::data::access::vault::program_signature;
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::ids::UserId;
use crate::data::store::{Read, Seal, Snapshot, Store, StoreError, Table, Write};

/// More than any key of the tables looked at here.
const END: [u8; 40] = [u8::MAX; 40];

/// What only the key of a data folder opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The password of the mail server.
    pub mail_password: bool,
    /// People with an authenticator app or a phone as a second step.
    pub people: Vec<UserId>,
    /// Letters that wait to be sent.
    pub letters: usize,
}

impl fmt::Display for SealedSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.mail_password {
            parts.push("the password of the mail server".to_owned());
        }
        match self.people.len() {
            0 => {}
            1 => parts.push("the second step of one account".to_owned()),
            more => parts.push(format!("the second steps of {more} accounts")),
        }
        match self.letters {
            0 => {}
            1 => parts.push("a letter that waits".to_owned()),
            more => parts.push(format!("{more} letters that wait")),
        }
        formatter.write_str(&parts.join(", "))
    }
}

impl SealedSecrets {
    /// What there is of it.
    fn of(snapshot: &Snapshot) -> Result<Self, StoreError> {
        let mut found = Self {
            mail_password: mail_server::has_password(snapshot)?,
            ..Self::default()
        };
        snapshot.scan(Table::Outbox, &[], &END, &mut |_, _| {
            found.letters += 1;
            ControlFlow::Continue(())
        })?;
        found.people = second_step::with_secrets(snapshot)?;
        Ok(found)
    }

    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Gives a store the key that it lacks, where nothing is lost with the one that it had.
pub(super) fn settle(store: &Store, folder: &Path) -> Result<(), StoreError> {
    if !store.seal().is_new() {
        return Ok(());
    }
    let lost = SealedSecrets::of(&store.read()?)?;
    if lost.is_none() {
        return store.seal().keep(folder);
    }
    Err(StoreError::NoSecretKey(lost.to_string()))
}

impl Vault {
    /// Lets go of everything that was sealed in a closed folder whose key is gone, and makes a new key: the mail server has
    /// no password any more, people set up their second step anew, and letters that wait are dropped. The audit log keeps
    /// it. Changes nothing where the key is there: nothing is given back then.
    pub fn forget_secrets(
        folder: &Path,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
    ) -> Result<Option<SealedSecrets>, StoreError> {
        let vault = Self::open_without_key(folder, kinds, settings)?;
        let store = &vault.inner.store;
        if !store.seal().is_new() {
            return Ok(None);
        }
        let lost = SealedSecrets::of(&store.read()?)?;
        let signature = program_signature(Channel::Command);
        let people = lost.people.clone();
        let details = json!({
            "sealed_secrets": "forgotten", "mail_password": lost.mail_password, "letters": lost.letters,
            "second_steps": people.len(),
        });
        store.write_blocking(move |write: &mut Write<'_, '_>| {
            mail_server::forget_password(write)?;
            second_step::forget_secrets(write, &people)?;
            write.delete_under(Table::Outbox, &[])?;
            write.delete_under(Table::Attempts, &[])?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("firm", "firm"));
            audit::append(write, &signature, note.with(details))
        })?;
        // Had it been kept before, a stop in between would leave secrets that nothing opens.
        store.seal().keep(folder)?;
        Ok(Some(lost))
    }

    /// Puts the key of a closed folder back that its secrets were sealed with, as an archive has it. `false` where there is
    /// one already. Refused where it is another one than theirs.
    pub fn bring_secret_key(
        folder: &Path,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
        text: &str,
    ) -> Result<bool, StoreError> {
        let vault = Self::open_without_key(folder, kinds, settings)?;
        let store = &vault.inner.store;
        if !store.seal().is_new() {
            return Ok(false);
        }
        let snapshot = store.read()?;
        let seal = Seal::parse(text)?;
        mail_server::check_seal(&snapshot, &seal)?;
        second_step::check_seal(&snapshot, &seal)?;
        Seal::bring(folder, text)?;
        Ok(true)
    }
}
