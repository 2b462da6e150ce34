//! What is kept of a merge, so that it can be taken back and old addresses lead on.
//!
//! It lies in [`Table::OperationItems`] under the id of the merge, and, under an id of zeros, where each record went: `zeros ‖
//! module ‖ record` leads on to the kept one even when the trash is emptied.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::error::AccessError;
use super::vault::Work;
use crate::data::log::history;
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{MergeId, RecordId};
use crate::data::records::index;
use crate::data::records::record::Record;
use crate::data::store::{Read, StoreError, Table};

/// What a merge did to a record.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub(super) enum Item {
    /// It took others in.
    Kept {
        /// The whole record before, as it is stored.
        before: String,
        /// And after.
        after: String,
        /// Those that went.
        gone: Vec<RecordId>,
    },
    /// It referred to one that went.
    Moved {
        /// Which field referred to which record.
        fields: Vec<(FieldNo, RecordId)>,
    },
}

/// Where a record went.
#[derive(Serialize, Deserialize)]
pub(super) struct Forward {
    pub(super) into: RecordId,
    pub(super) merge: MergeId,
}

/// Where what a merge did to a record is kept.
pub(super) fn item_key(merge: MergeId, kind: &RecordType, id: RecordId) -> Vec<u8> {
    let mut key = merge.bytes().to_vec();
    key.extend_from_slice(&index::record_key(kind, id));
    key
}

/// Where it is kept where a record went.
pub(super) fn forward_key(kind: &RecordType, id: RecordId) -> Vec<u8> {
    let mut key = vec![0; 16];
    key.extend_from_slice(&index::record_key(kind, id));
    key
}

pub(super) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain structs always serialise")
}

/// Where a record went, where a merge took it.
pub(super) fn forward(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<Option<Forward>, StoreError> {
    match read.get(Table::OperationItems, &forward_key(kind, id))? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt("where a merged record went", error)),
        None => Ok(None),
    }
}

/// What a merge did to a record, without a field's values: outer none for what is nothing of a merge, inner none where it
/// holds no such value.
pub(super) fn without_field(
    bytes: &[u8],
    no: FieldNo,
) -> Result<Option<Option<Vec<u8>>>, StoreError> {
    let Ok(item) = serde_json::from_slice::<Item>(bytes) else {
        return Ok(None);
    };
    let broken = |error| StoreError::corrupt("a record in a merge", error);
    let mut found = false;
    let mut without = |text: String| -> Result<String, StoreError> {
        let bytes = BASE64.decode(text.as_bytes()).map_err(broken)?;
        // Its id is not part of it.
        let mut record = Record::decode(RecordId::from_bytes([0; 16]), &bytes)?;
        if record.get(no).is_none() {
            return Ok(text);
        }
        found = true;
        record.set(no, None);
        Ok(BASE64.encode(&record.encode()))
    };
    let item = match item {
        Item::Kept {
            before,
            after,
            gone,
        } => Item::Kept {
            before: without(before)?,
            after: without(after)?,
            gone,
        },
        Item::Moved { mut fields } => {
            let all = fields.len();
            fields.retain(|(field, _)| *field != no);
            found = fields.len() < all;
            Item::Moved { fields }
        }
    };
    Ok(Some(found.then(|| to_bytes(&item))))
}

/// What a merge did to a record.
pub(super) fn item(
    read: &impl Read,
    merge: MergeId,
    kind: &RecordType,
    id: RecordId,
) -> Result<Option<Item>, StoreError> {
    match read.get(Table::OperationItems, &item_key(merge, kind, id))? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt("what a merge did", error)),
        None => Ok(None),
    }
}

impl Work<'_, '_, '_> {
    /// Forgets what a merge did: it cannot be taken back any more.
    pub(super) fn forget_merge(&mut self, merge: MergeId) -> Result<(), AccessError> {
        Ok(self
            .write
            .delete_under(Table::OperationItems, merge.bytes())?)
    }

    /// Forgets what it would take to take the merges of a record back, when it goes for good.
    pub(super) fn forget_merges(
        &mut self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        for merge in history::merges(self.write, kind, id)? {
            // A record that was only moved along takes nothing with it but what was noted of itself.
            let own = item_key(merge, kind, id);
            let gone = forward(self.write, kind, id)?.is_some_and(|forward| forward.merge == merge);
            let took_in = matches!(item(self.write, merge, kind, id)?, Some(Item::Kept { .. }));
            if gone || took_in {
                self.forget_merge(merge)?;
            } else {
                self.write.delete(Table::OperationItems, own);
            }
        }
        Ok(())
    }
}
