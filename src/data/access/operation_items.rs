//! What an operation did to each record: written with the change itself, so that a crash leaves neither without the other.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::AccessError;
use super::operation::{Message, Operation, UndoState};
use super::operations::{collect, put};
use super::reading::Reading;
use super::vault::{Access, Work, firm};
use crate::data::log::history::{Act, Change};
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::module::Module;
use crate::data::records::record::Record;
use crate::data::store::{Direction, Read, StoreError, Table, prefix_end};

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemAct {
    /// It was made.
    Created,
    /// Fields of it were changed.
    Changed,
    /// It went to the trash.
    Deleted,
    /// It came back from the trash.
    Restored,
    /// Nothing, for a reason.
    Left,
}

/// A record as an operation left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationItem {
    /// Its module.
    pub module: Module,
    /// Its id.
    pub id: RecordId,
    /// What was done to it.
    pub act: ItemAct,
    /// The version it had after that.
    pub version: u64,
    /// Why it was left.
    pub why: Option<Message>,
    /// Whether that was taken back.
    pub undone: bool,
}

/// As it is kept; the values never leave the guard but through a write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredItem {
    pub(super) act: ItemAct,
    pub(super) version: u64,
    /// What the changed fields held, as the API gives it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) before: BTreeMap<FieldNo, Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<Message>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) undone: bool,
    /// The version before it.
    #[serde(default)]
    pub(super) from: u64,
    /// The version that was given back the state of `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) back_as: Option<u64>,
}

/// Set in a module's number for records that were left.
const LEFT: u8 = 0x80;
/// Rows removed in one write.
const REMOVED_AT_ONCE: usize = 5_000;
/// Operations dealt with in one write.
const FORGOTTEN_AT_ONCE: usize = 500;
/// How long an operation stays on the list.
const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

impl StoredItem {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        serde_json::from_slice(bytes)
            .map_err(|error| StoreError::corrupt("an item of an operation", error))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain structs always serialise")
    }

    fn after(act: Act, version: u64, changes: &[Change]) -> Self {
        let before = changes.iter().filter(|_| act == Act::Changed);
        Self {
            act: match act {
                Act::Created => ItemAct::Created,
                // Merges keep by themselves what it takes to take them back.
                Act::Changed | Act::Merged | Act::Unmerged => ItemAct::Changed,
                Act::Deleted => ItemAct::Deleted,
                Act::Restored => ItemAct::Restored,
            },
            version,
            before: before
                .map(|change| (change.field, change.from.clone().unwrap_or(Json::Null)))
                .collect(),
            why: None,
            undone: false,
            from: version.saturating_sub(1),
            back_as: None,
        }
    }

    /// Two things done to one record by one operation, as one: what was first is what is gone back to. None where nothing
    /// is left to go back to.
    fn then(self, next: Self) -> Option<Self> {
        let mut before = next.before;
        before.extend(self.before);
        let act = match (self.act, next.act) {
            (ItemAct::Created | ItemAct::Restored, ItemAct::Deleted) => return None,
            (ItemAct::Created, _) => {
                before.clear();
                ItemAct::Created
            }
            // It goes back into the trash as it lay there.
            (ItemAct::Restored, _) => ItemAct::Restored,
            (ItemAct::Deleted, ItemAct::Restored) => ItemAct::Changed,
            (_, act) => act,
        };
        Some(Self {
            act,
            before,
            version: next.version,
            why: None,
            undone: false,
            from: self.from,
            back_as: None,
        })
    }
}

pub(super) fn item_key(operation: OperationId, module: u8, id: RecordId) -> Vec<u8> {
    let mut key = operation.bytes().to_vec();
    key.push(module);
    key.extend_from_slice(id.bytes());
    key
}

/// Module and record of a key.
pub(super) fn parts_of(key: &[u8]) -> Option<(Module, RecordId)> {
    let module = key.get(16)? & !LEFT;
    let module = Module::ALL.into_iter().find(|one| one.code() == module)?;
    Some((module, RecordId::from_bytes(*key.last_chunk::<16>()?)))
}

/// Whether a row is about a record of a module.
pub(super) fn is_item_of(module: Module, key: &[u8]) -> bool {
    key.get(16)
        .is_some_and(|code| code & !LEFT == module.code())
}

/// The keys of the records that an operation did something to.
pub(super) fn done_range(operation: OperationId) -> (Vec<u8>, Vec<u8>) {
    let mut end = operation.bytes().to_vec();
    end.push(LEFT);
    (operation.bytes().to_vec(), end)
}

impl Work<'_, '_, '_> {
    /// Keeps what the operation under way, if any, has just done to a record.
    pub(super) fn keep_item(
        &mut self,
        kind: &RecordType,
        record: &Record,
        act: Act,
        changes: &[Change],
    ) -> Result<(), AccessError> {
        let Some(operation) = self
            .operation
            .as_mut()
            .filter(|operation| operation.keeps_items)
        else {
            return Ok(());
        };
        operation.undo = UndoState::Possible;
        let key = item_key(operation.id, kind.module.code(), record.id);
        let item = StoredItem::after(act, record.version, changes);
        let item = match self.write.get(Table::OperationItems, &key)? {
            Some(bytes) => StoredItem::decode(&bytes)?.then(item),
            None => Some(item),
        };
        match item {
            Some(item) => self.write.put(Table::OperationItems, key, item.encode()),
            None => self.write.delete(Table::OperationItems, key),
        }
        Ok(())
    }

    /// Counts and keeps that a record was left as it was. An error of the store is none of a record, and ends the work.
    pub(super) fn leave(
        &mut self,
        module: Module,
        id: RecordId,
        why: &AccessError,
    ) -> Result<(), AccessError> {
        if let AccessError::Store(error) = why {
            return Err(AccessError::Store(error.clone()));
        }
        self.count("left");
        self.keep_left(module, id, why.into());
        Ok(())
    }

    /// Keeps for the operation's page that a record was left, and why.
    pub(super) fn keep_left(&mut self, module: Module, id: RecordId, why: Message) {
        let Some(operation) = &self.operation else {
            return;
        };
        let item = StoredItem {
            act: ItemAct::Left,
            version: 0,
            before: BTreeMap::new(),
            why: Some(why),
            undone: false,
            from: 0,
            back_as: None,
        };
        let key = item_key(operation.id, LEFT | module.code(), id);
        self.write.put(Table::OperationItems, key, item.encode());
    }
}

impl Access {
    /// Forgets what operations did to each record where they ended longer ago than the firm keeps its trash: what they
    /// deleted cannot come back any more. A year after its end an operation is forgotten itself. Returns how many rows went.
    /// Only the program does this.
    pub async fn forget_old_operations(&self) -> Result<u64, AccessError> {
        let mut removed = 0;
        loop {
            let (went, more) = self
                .write(|work| {
                    work.only_program()?;
                    work.forget_items()
                })
                .await?;
            removed += went as u64;
            if !more {
                break;
            }
        }
        loop {
            let went = self
                .write(|work| {
                    work.only_program()?;
                    work.forget_operations()
                })
                .await?;
            removed += went as u64;
            if went < FORGOTTEN_AT_ONCE {
                return Ok(removed);
            }
        }
    }
}

impl Work<'_, '_, '_> {
    /// How many rows went, and whether there may be more.
    fn forget_items(&mut self) -> Result<(usize, bool), AccessError> {
        let days = i64::from(firm(self.write)?.map_or(30, |firm| firm.trash_days));
        let now = self.signature.at;
        let is_old = |at: Timestamp| now.duration_since(at) > SignedDuration::from_hours(24 * days);
        let old = collect(self.write, FORGOTTEN_AT_ONCE, |operation: &Operation| {
            !operation.forgotten && operation.ended_at.is_some_and(is_old)
        })?;
        let full = old.len() == FORGOTTEN_AT_ONCE;
        let mut removed = 0;
        for mut operation in old {
            let prefix = operation.id.bytes().to_vec();
            let mut keys = Vec::new();
            self.write.scan(
                Table::OperationItems,
                &prefix,
                &prefix_end(&prefix),
                &mut |key, _| {
                    keys.push(key.to_vec());
                    if removed + keys.len() < REMOVED_AT_ONCE {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                },
            )?;
            removed += keys.len();
            for key in keys {
                self.write.delete(Table::OperationItems, key);
            }
            if operation.undo == UndoState::Possible {
                operation.undo = UndoState::None;
            }
            // Rows of this one may be left.
            operation.forgotten = removed < REMOVED_AT_ONCE;
            put(self.write, &operation);
            if removed >= REMOVED_AT_ONCE {
                return Ok((removed, true));
            }
        }
        Ok((removed, full))
    }

    fn forget_operations(&mut self) -> Result<usize, AccessError> {
        let now = self.signature.at;
        let is_over = |at: Timestamp| now.duration_since(at) > KEPT;
        let over = collect(self.write, FORGOTTEN_AT_ONCE, |operation: &Operation| {
            operation.forgotten && operation.ended_at.is_some_and(is_over)
        })?;
        for operation in &over {
            self.write
                .delete(Table::Operations, operation.id.bytes().to_vec());
        }
        Ok(over.len())
    }
}

impl Reading {
    /// Records that an operation left as they were, at most `limit`, with the reasons. Names are the reader's own to look
    /// up: they may not see each of the records.
    pub fn left_aside(
        &self,
        id: OperationId,
        limit: usize,
    ) -> Result<Vec<OperationItem>, AccessError> {
        let (_, from) = done_range(id);
        let to = prefix_end(id.bytes());
        self.operation_items(id, &from, &to, limit)
    }

    /// Records that an operation did something to, after one of them where given.
    pub fn items(
        &self,
        id: OperationId,
        after: Option<(Module, RecordId)>,
        limit: usize,
    ) -> Result<Vec<OperationItem>, AccessError> {
        let (mut from, to) = done_range(id);
        if let Some((module, record)) = after {
            from = item_key(id, module.code(), record);
            from.push(0);
        }
        self.operation_items(id, &from, &to, limit)
    }

    fn operation_items(
        &self,
        id: OperationId,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<OperationItem>, AccessError> {
        // Reasons may hold values, and belong to whoever did the work.
        let operation = self.operation(id)?;
        if operation.counts_hidden {
            return Ok(Vec::new());
        }
        let user = self.rights().user();
        let own = user.is_none_or(|user| operation.started_by == Some(user.id));
        let walk = self.snapshot().walk(
            Table::OperationItems,
            Bound::Included(from),
            Bound::Excluded(to),
            Direction::Forward,
        )?;
        let mut items = Vec::new();
        for entry in walk.take(limit) {
            let (key, bytes) = entry?;
            let item = StoredItem::decode(bytes.value())?;
            let (module, id) = parts_of(key.value())
                .ok_or_else(|| StoreError::Corrupt("the key of an item".to_owned()))?;
            items.push(OperationItem {
                module,
                id,
                act: item.act,
                version: item.version,
                why: item.why.filter(|_| own),
                undone: item.undone,
            });
        }
        Ok(items)
    }
}
