//! The history of a record: who changed what, from what to what, from where.

use std::net::IpAddr;
use std::ops::{Bound, ControlFlow};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Signature;
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{MergeId, RecordId, UserId};
use crate::data::records::index::record_key;
use crate::data::records::record::Record;
use crate::data::store::{Direction, Read, Snapshot, StoreError, Table, Write, prefix_end};

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Made.
    Created,
    /// Fields changed.
    Changed,
    /// Moved to the trash.
    Deleted,
    /// Brought back from the trash.
    Restored,
    /// Took others in, or was taken in by another, by the merge the entry names.
    Merged,
    /// The merge the entry names was taken back.
    Unmerged,
}

/// One field's change, values as [`Kind::give_kept`](crate::data::Kind::give_kept) writes them; nothing where the field
/// was empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: FieldNo,
    /// What it held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Json>,
    /// What it holds now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Json>,
}

/// One entry of a record's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who; nobody where the program did it by itself.
    pub user: Option<UserId>,
    /// From which address; none for commands on the machine itself.
    pub address: Option<IpAddr>,
    /// Whether that address is one of the office's.
    #[serde(default)]
    pub office: bool,
    /// By which way: `web`, `api`, `command`, `import`, `program`.
    pub channel: String,
    /// What.
    pub act: Act,
    /// Which fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The act of merging it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<MergeId>,
}

/// The changes that lead from one state of a record to another.
pub(in crate::data) fn changes(
    kind: &RecordType,
    old: Option<&Record>,
    new: &Record,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in kind.fields {
        use crate::data::records::field::common::{CREATED_AT, ID, UPDATED_AT};
        if matches!(field.no, ID | CREATED_AT | UPDATED_AT) {
            continue;
        }
        let (was, is) = (
            old.and_then(|record| record.value(field.no)),
            new.value(field.no),
        );
        if was != is {
            let give = |value: Option<crate::data::records::value::Value>| {
                value.map(|value| field.kind.give_kept(&value))
            };
            changes.push(Change {
                field: field.no,
                from: give(was),
                to: give(is),
            });
        }
    }
    changes
}

/// Writes an entry of a record under the version it has after it.
pub(in crate::data) fn add(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    record: &Record,
    signature: &Signature,
    act: Act,
    changes: Vec<Change>,
) {
    let (key, bytes) = entry(kind, (record.id, record.version), signature, act, changes);
    write.put(Table::History, key, bytes);
}

/// Writes an entry that belongs to a merge.
pub(in crate::data) fn add_merge(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    record: &Record,
    signature: &Signature,
    (act, merge): (Act, MergeId),
    changes: Vec<Change>,
) {
    let entry = HistoryEntry {
        merge: Some(merge),
        ..made(signature, act, changes)
    };
    let bytes = serde_json::to_vec(&entry).expect("plain structs always serialise");
    write.put(Table::History, key(kind, record.id, record.version), bytes);
}

/// The merges that a record's history names.
pub(in crate::data) fn merges(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<Vec<MergeId>, StoreError> {
    #[derive(Deserialize)]
    struct Named {
        merge: Option<MergeId>,
    }
    let prefix = record_key(kind, id);
    let mut merges = Vec::new();
    read.scan(
        Table::History,
        &prefix,
        &prefix_end(&prefix),
        &mut |_, bytes| {
            let named = serde_json::from_slice::<Named>(bytes).ok();
            merges.extend(named.and_then(|named| named.merge));
            ControlFlow::Continue(())
        },
    )?;
    merges.dedup();
    Ok(merges)
}

/// An entry with its key.
pub(in crate::data) fn entry(
    kind: &RecordType,
    (id, version): (RecordId, u64),
    signature: &Signature,
    act: Act,
    changes: Vec<Change>,
) -> (Vec<u8>, Vec<u8>) {
    let entry = made(signature, act, changes);
    let bytes = serde_json::to_vec(&entry).expect("plain structs always serialise");
    (key(kind, id, version), bytes)
}

fn made(signature: &Signature, act: Act, changes: Vec<Change>) -> HistoryEntry {
    HistoryEntry {
        at: signature.at,
        user: signature.user,
        address: signature.address,
        office: signature.office,
        channel: signature.channel.to_owned(),
        act,
        changes,
        merge: None,
    }
}

fn key(kind: &RecordType, id: RecordId, version: u64) -> Vec<u8> {
    let mut key = record_key(kind, id);
    key.extend_from_slice(&version.to_be_bytes());
    key
}

/// The newest entries of a record, newest first, at most `limit`, below the version `before` where given. Each comes
/// with its version.
pub(in crate::data) fn newest(
    snapshot: &Snapshot,
    kind: &RecordType,
    id: RecordId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<(u64, HistoryEntry)>, StoreError> {
    let prefix = record_key(kind, id);
    let end = before.map_or_else(|| prefix_end(&prefix), |version| key(kind, id, version));
    let walk = snapshot.walk(
        Table::History,
        Bound::Included(&prefix),
        Bound::Excluded(&end),
        Direction::Backward,
    )?;
    let mut entries = Vec::new();
    for entry in walk.take(limit) {
        let (key, bytes) = entry?;
        let version = key
            .value()
            .last_chunk::<8>()
            .map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let entry = serde_json::from_slice(bytes.value())
            .map_err(|error| StoreError::corrupt("a history entry", error))?;
        entries.push((version, entry));
    }
    Ok(entries)
}

/// The entry under one version.
pub(in crate::data) fn at(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
    version: u64,
) -> Result<Option<HistoryEntry>, StoreError> {
    match read.get(Table::History, &key(kind, id, version))? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt("a history entry", error)),
        None => Ok(None),
    }
}

/// The version of the newest entry of a record, alive or not; 0 where there is none.
pub(in crate::data) fn last_version(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<u64, StoreError> {
    let prefix = record_key(kind, id);
    let mut last = 0;
    read.scan(
        Table::History,
        &prefix,
        &prefix_end(&prefix),
        &mut |key, _| {
            last = key
                .last_chunk::<8>()
                .map_or(0, |bytes| u64::from_be_bytes(*bytes));
            ControlFlow::Continue(())
        },
    )?;
    Ok(last)
}

/// Removes the whole history of a record that is purged.
pub(in crate::data) fn remove(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    id: RecordId,
) -> Result<(), StoreError> {
    let prefix = record_key(kind, id);
    let mut keys = Vec::new();
    write.scan(
        Table::History,
        &prefix,
        &prefix_end(&prefix),
        &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        },
    )?;
    for key in keys {
        write.delete(Table::History, key);
    }
    Ok(())
}
