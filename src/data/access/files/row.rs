//! A file as its row holds it: `module ‖ record id ‖ file id` → JSON.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::data::records::field::RecordType;
use crate::data::records::file::{FileHash, FileName};
use crate::data::records::ids::{FileId, MergeId, RecordId, UserId};
use crate::data::records::index::record_key;
use crate::data::store::{Read, StoreError, Table, Write, prefix_end};

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id, which stands in the key.
    #[serde(skip)]
    pub id: FileId,
    /// What it is called.
    pub name: FileName,
    /// Its bytes.
    pub size: u64,
    /// By which its content is found.
    pub hash: FileHash,
    /// When it was added.
    pub added_at: Timestamp,
    /// By whom; nobody where the program did it.
    pub added_by: Option<UserId>,
    /// Whether only those see it who see the record's finances.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub finance: bool,
    /// That it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    /// The merges that brought it here, each with the record it came from; the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::data::access) moved: Vec<(MergeId, RecordId)>,
}

/// When and by whom a file was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// When.
    pub at: Timestamp,
    /// By whom; nobody where the program did it.
    pub by: Option<UserId>,
}

pub(super) fn key(kind: &RecordType, id: RecordId, file: FileId) -> Vec<u8> {
    let mut key = record_key(kind, id);
    key.extend_from_slice(file.bytes());
    key
}

/// Reads a row.
pub(super) fn decode(key: &[u8], bytes: &[u8]) -> Result<Attachment, StoreError> {
    let id = key.last_chunk().copied().map(FileId::from_bytes);
    let id = id.ok_or_else(|| StoreError::Corrupt("the key of a file".to_owned()))?;
    let file: Attachment = serde_json::from_slice(bytes)
        .map_err(|error| StoreError::corrupt("the row of a file", error))?;
    Ok(Attachment { id, ..file })
}

/// All files of a record, the oldest first.
pub(super) fn rows(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<Vec<Attachment>, StoreError> {
    let prefix = record_key(kind, id);
    let (mut files, mut failed) = (Vec::new(), None);
    read.scan(
        Table::Files,
        &prefix,
        &prefix_end(&prefix),
        &mut |key, bytes| match decode(key, bytes) {
            Ok(file) => {
                files.push(file);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
    )?;
    failed.map_or(Ok(files), Err)
}

/// One file of a record.
pub(super) fn stored(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
    file: FileId,
) -> Result<Option<Attachment>, StoreError> {
    let key = key(kind, id, file);
    let bytes = read.get(Table::Files, &key)?;
    bytes.map(|bytes| decode(&key, &bytes)).transpose()
}

pub(super) fn put(write: &mut Write<'_, '_>, kind: &RecordType, id: RecordId, file: &Attachment) {
    let bytes = serde_json::to_vec(file).expect("plain structs always serialise");
    write.put(Table::Files, key(kind, id, file.id), bytes);
}
