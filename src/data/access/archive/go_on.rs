//! What a firm that is brought back has in common with the one it takes the place of: the audit log goes on, and what was
//! taken from people since stays taken.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::json;

use super::super::people::{self, People};
use super::super::tokens::tokens;
use super::super::vault::{Vault, firm};
use super::AuditHead;
use crate::data::log::audit::{self, AuditFilter, AuditKind, end, join};
use crate::data::records::ids::{TokenId, UserId};
use crate::data::store::{Read as _, StoreError, Table};

/// Entries of the log that are written in one transaction.
const AT_ONCE: usize = 2_000;

/// What was carried over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarriedOver {
    /// Entries of the audit log.
    pub entries: u64,
    /// Names of people who stay disabled.
    pub people: Vec<String>,
    /// Names of tokens that stay revoked.
    pub tokens: Vec<String>,
}

/// Entries looked at for the last restore; what lies deeper was seen to long ago.
const MOST_SEEN: usize = 50_000;

impl Vault {
    /// When the firm was last brought back from an archive, by its audit log.
    pub fn last_restore(&self) -> Result<Option<Timestamp>, StoreError> {
        let filter = AuditFilter {
            kinds: vec![AuditKind::Restored],
            record: Some("firm".to_owned()),
            ..AuditFilter::default()
        };
        let snapshot = self.inner.store.read()?;
        let (entries, _) = audit::newest(&snapshot, &filter, None, 1, MOST_SEEN)?;
        Ok(entries.first().map(|entry| entry.at))
    }

    /// Whether the audit log holds the entry that another one ends with.
    pub fn has_entry(&self, end: &AuditHead) -> Result<bool, StoreError> {
        let snapshot = self.inner.store.read()?;
        let entry = snapshot.get(Table::Audit, &end.last.to_be_bytes())?;
        Ok(entry.is_some_and(|bytes| audit::hash(&bytes) == end.hash))
    }

    /// Lets this firm, which was just brought back and which nobody has seen yet, go on where the `present` one stands, in
    /// which nobody writes any more. Its last entry, which tells of the restore, comes after those of the present one.
    /// Blocks.
    pub fn go_on_after(&self, present: &Self) -> Result<CarriedOver, StoreError> {
        let (ours, theirs) = (self.inner.store.read()?, present.inner.store.read()?);
        let mut restored = self.inner.store.write_blocking(join::take_last)?;
        let mut carried = self.take_away_again(present)?;
        let mut number = join::in_common(&ours, &theirs)?;
        carried.entries = end(&theirs)?.0 - number;
        loop {
            let entries = join::after(&theirs, number, AT_ONCE)?;
            if entries.is_empty() {
                break;
            }
            number += entries.len() as u64;
            self.inner.store.write_blocking(move |write| {
                let mut entries = entries.into_iter();
                entries.try_for_each(|entry| join::put(write, entry))
            })?;
        }
        for (key, value) in [
            ("entries_since", json!(carried.entries)),
            ("people_disabled", json!(carried.people)),
            ("tokens_revoked", json!(carried.tokens)),
        ] {
            restored.details.insert(key.to_owned(), value);
        }
        let store = &self.inner.store;
        store.write_blocking(move |write| join::put_last(write, restored))?;
        Ok(carried)
    }

    /// Disables whoever is disabled or gone in the present firm, and revokes tokens that are not there any more. All
    /// people of another firm stay as they were; of its tokens, nobody knows which still hold.
    fn take_away_again(&self, present: &Self) -> Result<CarriedOver, StoreError> {
        let theirs = present.inner.store.read()?;
        let founded = |found: Option<super::super::vault::Firm>| found.map(|firm| firm.created_at);
        let same_firm = founded(self.firm()?) == founded(firm(&theirs)?);
        let alive = tokens(&theirs, None)?.into_iter();
        let alive: HashSet<TokenId> = alive.map(|(_, token)| token.id).collect();
        let active: HashSet<UserId> = People::load(&theirs)?
            .users()
            .into_iter()
            .filter(|user| user.active)
            .map(|user| user.id)
            .collect();
        self.inner.store.write_blocking(move |write| {
            let mut carried = CarriedOver::default();
            for (key, token) in tokens(write, None)? {
                if !alive.contains(&token.id) {
                    write.delete(Table::Tokens, key);
                    carried.tokens.push(token.name);
                }
            }
            if !same_firm {
                return Ok(carried);
            }
            let people = People::load(write)?;
            let gone = |id: UserId| !active.contains(&id);
            let owner = super::super::built_in::BuiltIn::Owner.id();
            // Somebody has to be let in.
            let spare_owners = people
                .holders(owner)
                .filter(|user| user.active)
                .all(|user| gone(user.id));
            for old in people.users() {
                let spared = spare_owners && old.role == owner;
                if old.active && gone(old.id) && !spared {
                    let mut user = old.clone();
                    user.active = false;
                    user.version += 1;
                    people::put_user(write, Some(old), &user)?;
                    carried.people.push(user.name);
                }
            }
            Ok(carried)
        })
    }
}
