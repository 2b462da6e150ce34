//! A log that goes on after a restore: what was kept since the moment of the archive follows what the archive holds.

use std::ops::Bound;

use serde_json::Value as Json;

use super::{AuditEntry, HEAD_KEY, Head, by_user_key, end, hash, head};
use crate::data::store::{Direction, Read as _, Snapshot, StoreError, Table, Write};

/// How many entries two logs have in common: each entry holds the hash of the one before, so that they are the same up to
/// one number, and none beyond.
pub(in crate::data) fn in_common(one: &Snapshot, other: &Snapshot) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, end(one)?.0.min(end(other)?.0));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let key = middle.to_be_bytes();
        let same = one.get(Table::Audit, &key)? == other.get(Table::Audit, &key)?;
        if same {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// Up to `most` entries after a number, as they are stored.
pub(in crate::data) fn after(
    snapshot: &Snapshot,
    number: u64,
    most: usize,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let from = number.to_be_bytes();
    let walk = snapshot.walk(
        Table::Audit,
        Bound::Excluded(&from),
        Bound::Unbounded,
        Direction::Forward,
    )?;
    let entries = walk.take(most);
    entries.map(|entry| Ok(entry?.1.value().to_vec())).collect()
}

fn read(bytes: &[u8]) -> Result<AuditEntry, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::corrupt("an audit entry", error))
}

fn put_head(write: &mut Write<'_, '_>, head: &Head) {
    let bytes = serde_json::to_vec(head).expect("plain structs always serialise");
    write.put(Table::Meta, HEAD_KEY.to_vec(), bytes);
}

/// Takes the last entry off a log that nobody has seen yet.
pub(in crate::data) fn take_last(write: &mut Write<'_, '_>) -> Result<AuditEntry, StoreError> {
    let last = head(write)?.last.to_be_bytes();
    let bytes = write.get(Table::Audit, &last)?;
    let bytes = bytes.ok_or_else(|| StoreError::Corrupt("an audit entry is missing".to_owned()))?;
    let entry = read(&bytes)?;
    write.delete(Table::Audit, last.to_vec());
    if let Some(user) = entry.user {
        write.delete(Table::AuditByUser, by_user_key(user, entry.id));
    }
    let before = Head {
        last: entry.id - 1,
        hash: entry.prev.clone(),
    };
    put_head(write, &before);
    Ok(entry)
}

/// Puts an entry of another log at the end, byte by byte where it follows there; else under a new number, with the one it
/// had among its details.
pub(in crate::data) fn put(write: &mut Write<'_, '_>, bytes: Vec<u8>) -> Result<(), StoreError> {
    let (entry, head) = (read(&bytes)?, head(write)?);
    if entry.id == head.last + 1 && entry.prev == head.hash {
        put_bytes(write, &entry, bytes);
        return Ok(());
    }
    let mut details = entry.details.clone();
    details.insert("number_before".to_owned(), Json::from(entry.id));
    put_last(write, AuditEntry { details, ..entry })
}

/// Puts an entry at the end, whatever number it had.
pub(in crate::data) fn put_last(
    write: &mut Write<'_, '_>,
    entry: AuditEntry,
) -> Result<(), StoreError> {
    let head = head(write)?;
    let entry = AuditEntry {
        id: head.last + 1,
        prev: head.hash,
        ..entry
    };
    let bytes = serde_json::to_vec(&entry).expect("plain structs always serialise");
    put_bytes(write, &entry, bytes);
    Ok(())
}

fn put_bytes(write: &mut Write<'_, '_>, entry: &AuditEntry, bytes: Vec<u8>) {
    let head = Head {
        last: entry.id,
        hash: hash(&bytes),
    };
    put_head(write, &head);
    if let Some(user) = entry.user {
        write.put(Table::AuditByUser, by_user_key(user, entry.id), Vec::new());
    }
    write.put(Table::Audit, entry.id.to_be_bytes().to_vec(), bytes);
}
