//! Taking an operation back: what it made goes to the trash, what it changed becomes what it was, what it deleted comes
//! back. Each record is a write like any other, with the rights of whoever takes back; one that has changed since is left.

use std::ops::ControlFlow;

use serde_json::json;

use super::error::{AccessError, Permission};
use super::operation::{NewOperation, Operation, OperationKind, UndoState};
use super::operation_items::{ItemAct, StoredItem, done_range, item_key, parts_of};
use super::operations::{collect, load, put, sees_counts};
use super::vault::{Access, Work};
use super::writing::Changes;
use crate::data::records::field::RecordType;
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::module::Module;
use crate::data::store::{Read, StoreError, Table};

/// Records in one write.
const TAKEN_AT_ONCE: usize = 250;
/// Rows looked at in one write.
const LOOKED_AT_ONCE: usize = 5_000;

/// How far an undo has come. What was deleted comes back first, since other records may refer to it.
#[derive(Clone, Debug, Default)]
pub struct UndoPlace {
    rest: bool,
    /// The key to go on after.
    after: Vec<u8>,
    /// Records dealt with so far.
    pub done: u64,
}

impl Access {
    /// Begins to take back an operation that has ended, the actor's own or one whose records they see. One that was broken off, or that left
    /// records as they were, goes on with the rest.
    pub async fn begin_undo(&self, of: OperationId) -> Result<Operation, AccessError> {
        self.write(move |work| {
            let mut taken_back = work.seen_operation(of)?;
            if !sees_counts(&work.rights, &taken_back) {
                // What is left would be counted, and so would records out of their sight.
                let seeing = taken_back
                    .module
                    .map_or(Permission::GrantMore, Permission::View);
                return Err(AccessError::Forbidden(seeing));
            }
            let under_way = match taken_back.undone_by {
                Some(undo) => load(work.write, undo)?.is_some_and(|undo| undo.is_running()),
                None => false,
            };
            if taken_back.is_running() || under_way {
                return Err(AccessError::conflict("error-operation-running"));
            }
            match taken_back.undo {
                UndoState::Possible => {}
                UndoState::Undone => return Err(AccessError::conflict("error-operation-undone")),
                UndoState::None => return Err(AccessError::conflict("error-operation-no-undo")),
            }
            let counts = &taken_back.outcome.counts;
            let kept = ["created", "updated", "changed", "deleted", "restored"];
            let total: u64 = kept.iter().filter_map(|name| counts.get(*name)).sum();
            let undo = work.begin_operation(NewOperation {
                kind: OperationKind::Undo,
                module: taken_back.module,
                // Of one that was taken back in part, nobody counted what is left to do.
                total: (total > 0 && taken_back.undone_by.is_none()).then_some(total),
                undoable: false,
                detail: json!({"of": of, "kind": taken_back.kind}),
            })?;
            taken_back.undone_by = Some(undo.id);
            put(work.write, &taken_back);
            Ok(undo)
        })
        .await
    }

    /// Takes back a batch of what the operation did that `undo` takes back, and says where to go on; nowhere when all is
    /// done. `undo` counts `undone` and `left`.
    pub async fn undo_in(
        &self,
        undo: OperationId,
        place: UndoPlace,
    ) -> Result<Option<UndoPlace>, AccessError> {
        let vault = self.vault.clone();
        self.write_in(Some(undo), move |work| {
            let of = work
                .operation
                .as_ref()
                .and_then(|undo| undo.takes_back())
                .ok_or(AccessError::NotFound)?;
            work.seen_operation(of)?;
            work.taking_back = true;
            let (items, next) = work.to_take_back(of, place)?;
            let later = work.later_than(of)?;
            for (key, module, id, mut item) in items {
                item.version = work.stands_again_as(&later, module, id, item.version)?;
                let kind = vault.kind(module).ok_or(AccessError::NotFound);
                match kind.and_then(|kind| work.take_back(kind, id, &item)) {
                    Ok(version) => {
                        work.count("undone");
                        item.undone = true;
                        item.back_as = version;
                        work.write.put(Table::OperationItems, key, item.encode());
                    }
                    Err(why) => work.leave(module, id, &why)?,
                }
            }
            Ok(next)
        })
        .await
    }
}

/// Rows of an operation to be taken back: key, module, record, and what was done.
type Items = Vec<(Vec<u8>, Module, RecordId, StoredItem)>;

impl Work<'_, '_, '_> {
    fn to_take_back(
        &self,
        of: OperationId,
        mut place: UndoPlace,
    ) -> Result<(Items, Option<UndoPlace>), AccessError> {
        let (mut from, to) = done_range(of);
        if !place.after.is_empty() {
            from.clone_from(&place.after);
            from.push(0);
        }
        let (mut items, mut looked_at, mut broken) = (Items::new(), 0, None);
        self.write
            .scan(Table::OperationItems, &from, &to, &mut |key, bytes| {
                looked_at += 1;
                key.clone_into(&mut place.after);
                match (StoredItem::decode(bytes), parts_of(key)) {
                    (Ok(item), Some((module, id))) => {
                        let comes_back = item.act == ItemAct::Deleted;
                        if !item.undone && comes_back != place.rest {
                            items.push((key.to_vec(), module, id, item));
                        }
                    }
                    (Err(error), _) => broken = Some(error),
                    (_, None) => {
                        broken = Some(StoreError::Corrupt("the key of an item".to_owned()));
                    }
                }
                if broken.is_some() || items.len() == TAKEN_AT_ONCE || looked_at == LOOKED_AT_ONCE {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        place.done += items.len() as u64;
        let full = items.len() == TAKEN_AT_ONCE || looked_at == LOOKED_AT_ONCE;
        let next = match (full, place.rest) {
            (true, _) => Some(place),
            (false, false) => Some(UndoPlace {
                rest: true,
                after: Vec::new(),
                done: place.done,
            }),
            (false, true) => None,
        };
        Ok((items, next))
    }

    /// Operations begun after one of which something was taken back, the oldest first.
    fn later_than(&self, of: OperationId) -> Result<Vec<OperationId>, AccessError> {
        let later = collect(self.write, usize::MAX, |operation| {
            operation.id > of && operation.keeps_items && operation.undone_by.is_some()
        })?;
        Ok(later.into_iter().map(|operation| operation.id).collect())
    }

    /// The version under which a record stands again as it stood under another: where all that was done to it since was
    /// done by later operations and taken back. So the last act is taken back first, and then the one before.
    fn stands_again_as(
        &self,
        later: &[OperationId],
        module: Module,
        id: RecordId,
        mut version: u64,
    ) -> Result<u64, AccessError> {
        for operation in later {
            let key = item_key(*operation, module.code(), id);
            let Some(bytes) = self.write.get(Table::OperationItems, &key)? else {
                continue;
            };
            let item = StoredItem::decode(&bytes)?;
            if let Some(back_as) = item.back_as.filter(|_| item.from == version) {
                version = back_as;
            }
        }
        Ok(version)
    }

    /// Gives the version under which the record now stands as it did before.
    fn take_back(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        item: &StoredItem,
    ) -> Result<Option<u64>, AccessError> {
        Ok(match item.act {
            ItemAct::Created | ItemAct::Restored => {
                let version = if item.before.is_empty() {
                    item.version
                } else {
                    self.put_back(kind, id, item, item.version)?
                };
                self.delete(kind, id, Some(version))?;
                None
            }
            ItemAct::Changed => Some(self.put_back(kind, id, item, item.version)?),
            ItemAct::Deleted => {
                let version = self.restore_as_left(kind, id, item.version)?;
                if item.before.is_empty() {
                    Some(version)
                } else {
                    Some(self.put_back(kind, id, item, version)?)
                }
            }
            ItemAct::Left => None,
        })
    }

    /// Brings a record back that still lies in the trash as it was put there.
    fn restore_as_left(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        version: u64,
    ) -> Result<u64, AccessError> {
        let Some(stored) = self.stored_in_trash(kind, id)? else {
            // Alive again, by somebody else's hand; or gone for good.
            self.seen(kind, id)?;
            return Err(AccessError::Changed);
        };
        if stored.record.version != version {
            return Err(AccessError::Changed);
        }
        Ok(self.restore(kind, id)?.version)
    }

    fn put_back(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        item: &StoredItem,
        version: u64,
    ) -> Result<u64, AccessError> {
        let kind = self.today(kind);
        let mut changes = Changes::new();
        for (no, json) in &item.before {
            // A field that the firm has removed or taken out of use since has no value to go back to.
            let Some(field) = kind.field(*no).filter(|field| !field.is_retired()) else {
                continue;
            };
            let value = field
                .kind
                .take_json(json)
                .map_err(|problem| AccessError::field(field.name, problem))?;
            changes.insert(*no, value);
        }
        Ok(self.update(kind, id, changes, Some(version))?.version)
    }
}
