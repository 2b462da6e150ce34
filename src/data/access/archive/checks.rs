//! Whether what was loaded is a firm: what holds between lines, looked at in order of keys and in bounded memory.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Bound;

use roaring::RoaringBitmap;

use super::error::LoadError;
use super::line;
use crate::data::access::consistency;
use crate::data::access::trash;
use crate::data::access::vault::{Vault, firm};
use crate::data::log::audit;
use crate::data::records::consistency::Findings;
use crate::data::records::field::RecordType;
use crate::data::records::ids::RecordId;
use crate::data::records::index;
use crate::data::records::record::Record;
use crate::data::store::{Direction, Read, Snapshot, StoreError, Table, Walk, prefix_end};

/// What in a firm contradicts itself in a way that people would not notice; nothing where it is sound.
pub(super) fn contradiction(
    snapshot: &Snapshot,
    kinds: &[&'static RecordType],
) -> Result<Option<String>, StoreError> {
    if let Err(error) = audit::verify(snapshot)? {
        return Ok(Some(format!("the audit log: {error}")));
    }
    for kind in kinds {
        match check_versions(snapshot, kind) {
            Ok(()) => {}
            Err(LoadError::Store(error)) => return Err(error),
            Err(wrong) => return Ok(Some(wrong.to_string())),
        }
    }
    Ok(None)
}

/// Looks at everything, `sound` firms more closely; `documents` are the document numbers that records have, by module.
pub(super) fn check(
    vault: &Vault,
    documents: &BTreeMap<u8, RoaringBitmap>,
    sound: bool,
) -> Result<(), LoadError> {
    let snapshot = vault.inner.store.read()?;
    if firm(&snapshot)?.is_none() {
        return Err(LoadError::Content("it holds no firm".to_owned()));
    }
    // Reads everybody, every role and the rules of sign-in.
    let people = vault.inner.people.read(&snapshot)?;
    let lost = people
        .users()
        .into_iter()
        .find(|user| people.role(user.role).is_none());
    if let Some(user) = lost {
        return Err(LoadError::Content(format!(
            "the account {} has a role that is not there",
            user.email
        )));
    }
    let mut findings = Findings::default();
    let kinds = vault.inner.kinds.read(&snapshot)?;
    for kind in kinds.all_whole() {
        consistency::check_own_fields(&snapshot, kind, &mut findings);
        if sound {
            check_versions(&snapshot, kind)?;
        }
        let next = index::number(
            snapshot
                .get(Table::Meta, &index::next_document_key(kind))?
                .as_deref(),
        );
        let last = documents
            .get(&kind.module.code())
            .and_then(RoaringBitmap::max);
        if last.is_some_and(|last| u64::from(last) >= next) {
            return Err(LoadError::Content(format!(
                "{}: document {next} would be given a second time",
                kind.module
            )));
        }
    }
    consistency::check_addresses(&snapshot, &mut findings)?;
    match findings.into_list().into_iter().next() {
        Some(finding) => Err(LoadError::Content(finding)),
        None => Ok(()),
    }
}

/// A table of a module, entry by entry.
struct Entries(Peekable<Walk>);

impl Entries {
    fn of(snapshot: &Snapshot, table: Table, kind: &RecordType) -> Result<Self, StoreError> {
        let from = [kind.module.code()];
        let to = prefix_end(&from);
        let (from, to) = (Bound::Included(&from[..]), Bound::Excluded(&to[..]));
        let walk = snapshot.walk(table, from, to, Direction::Forward)?;
        Ok(Self(walk.peekable()))
    }

    /// The record of the entry that comes next.
    fn id(&mut self) -> Result<Option<[u8; 16]>, StoreError> {
        match self.0.peek() {
            None => Ok(None),
            Some(Ok((key, _))) => Ok(key.value().get(1..17).and_then(|id| id.try_into().ok())),
            Some(Err(error)) => Err(error.clone()),
        }
    }
}

/// Every record is alive or deleted and never both, and its history leads from the first version to its own.
fn check_versions(snapshot: &Snapshot, kind: &'static RecordType) -> Result<(), LoadError> {
    let mut live = Entries::of(snapshot, Table::Records, kind)?;
    let mut trash = Entries::of(snapshot, Table::Trash, kind)?;
    let mut history = Entries::of(snapshot, Table::History, kind)?;
    let wrong = |id: [u8; 16], what: &str| {
        let id = RecordId::from_bytes(id);
        LoadError::Content(format!("{} {id}: {what}", kind.module))
    };
    loop {
        let (alive, deleted) = (live.id()?, trash.id()?);
        let (id, record) = match (alive, deleted) {
            (None, None) => break,
            (Some(alive), Some(deleted)) if alive == deleted => {
                return Err(wrong(alive, "it is alive and deleted"));
            }
            (Some(alive), deleted) if deleted.is_none_or(|deleted| alive < deleted) => {
                let entry = live.0.next().transpose()?;
                let record = entry
                    .map(|(_, value)| Record::decode(RecordId::from_bytes(alive), value.value()));
                (alive, record)
            }
            (_, Some(deleted)) => {
                let entry = trash.0.next().transpose()?;
                let record = entry.map(|(_, value)| {
                    let (_, _, bytes) = trash::split(value.value())?;
                    Record::decode(RecordId::from_bytes(deleted), bytes)
                });
                (deleted, record)
            }
            (Some(_), None) => break,
        };
        let Some(record) = record.transpose()? else {
            break;
        };
        let mut version = 0;
        while history.id()? == Some(id) {
            let entry = history.0.next().transpose()?;
            let at = entry.and_then(|(key, _)| line::history_key(key.value()));
            version += 1;
            if at.map(|(_, at)| at) != Some(version) {
                return Err(wrong(id, "its history has a gap"));
            }
        }
        if version != record.version {
            return Err(wrong(id, "its history does not end with it"));
        }
    }
    match history.id()? {
        Some(id) => Err(wrong(id, "there is a history of no record")),
        None => Ok(()),
    }
}
