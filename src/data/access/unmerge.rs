//! Taking a merge back: the records that went return with their ids and values, what referred to them refers to them
//! again, and the kept record becomes what it was. Where somebody has changed something since, that is left as it is and
//! said.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use data_encoding::BASE64;
use serde_json::json;

use super::error::{AccessError, Permission};
use super::merge::{Item, MOST_MOVED, forward, forward_key, item, reference};
use super::reading::Reading;
use super::seen::Seen;
use super::vault::{Access, Work};
use super::writing::check_whole;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::log::history::{self, Act, HistoryEntry};
use crate::data::records::field::{FieldNo, RecordType, common};
use crate::data::records::ids::{MergeId, RecordId};
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// Rows that a merge can have: those that referred to what went, and the record that stayed.
const MOST_ITEMS: usize = MOST_MOVED + 1;

/// What came of taking a merge back.
#[derive(Debug)]
pub struct Unmerged {
    /// The record that had taken the others in.
    pub kept: Seen,
    /// Those that returned.
    pub back: Vec<RecordId>,
    /// Fields of the kept record that were changed since the merge and stay as they are; hidden ones are not named.
    pub left: Vec<FieldNo>,
}

/// A merge that may be taken back.
#[derive(Clone, Copy, Debug)]
pub struct MergeMark {
    /// Which one.
    pub id: MergeId,
    /// The record that stayed.
    pub into: RecordId,
}

impl Access {
    /// Takes a merge back. Needs what merging needs.
    pub async fn unmerge(
        &self,
        kind: &'static RecordType,
        id: MergeId,
    ) -> Result<Unmerged, AccessError> {
        self.write(move |work| {
            let kinds = work.kinds.all_whole();
            work.unmerge(work.today(kind), kinds, id)
        })
        .await
    }
}

impl Reading {
    /// The merge by which a deleted record went, where the actor may take it back.
    pub fn merge_of(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Option<MergeMark>, AccessError> {
        let Some(forward) = forward(self.snapshot(), kind, id)? else {
            return Ok(None);
        };
        let mark = MergeMark {
            id: forward.merge,
            into: forward.into,
        };
        Ok(self.may_unmerge(kind, mark)?.then_some(mark))
    }

    /// The merge that an entry of a record's history tells of, where the record took others in by it and the actor may
    /// take it back.
    pub fn merge_in(
        &self,
        seen: &Seen,
        entry: &HistoryEntry,
    ) -> Result<Option<MergeMark>, AccessError> {
        let Some(id) = entry.merge.filter(|_| entry.act == Act::Merged) else {
            return Ok(None);
        };
        let mark = MergeMark {
            id,
            into: seen.id(),
        };
        Ok(self.may_unmerge(seen.kind(), mark)?.then_some(mark))
    }

    fn may_unmerge(&self, kind: &'static RecordType, mark: MergeMark) -> Result<bool, AccessError> {
        let may = self.rights().may(Permission::Option(kind.module, "merge"));
        if !may {
            return Ok(false);
        }
        let Some(Item::Kept { gone, .. }) = item(self.snapshot(), mark.id, kind, mark.into)? else {
            return Ok(false);
        };
        match self.get(kind, mark.into) {
            Ok(seen) if seen.may_edit() => {}
            Ok(_) | Err(AccessError::NotFound | AccessError::Forbidden(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        for id in gone {
            match self.trashed(kind, id) {
                Ok(_) => {}
                Err(AccessError::NotFound) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

fn decoded(id: RecordId, text: &str) -> Result<Record, StoreError> {
    let bytes = BASE64
        .decode(text.as_bytes())
        .map_err(|error| StoreError::corrupt("a record before a merge", error))?;
    Record::decode(id, &bytes)
}

impl Work<'_, '_, '_> {
    fn unmerge(
        &mut self,
        kind: &'static RecordType,
        kinds: &[&'static RecordType],
        merge: MergeId,
    ) -> Result<Unmerged, AccessError> {
        self.rights
            .require(Permission::Option(kind.module, "merge"))?;
        let items = self.items(kinds, merge)?;
        let kept = items.iter().find_map(|(of, id, item)| match item {
            Item::Kept {
                before,
                after,
                gone,
            } if of.module == kind.module => Some((*id, before, after, gone)),
            _ => None,
        });
        let (kept, before, after, gone) = kept.ok_or(AccessError::NotFound)?;
        let (before, after) = (decoded(kept, before)?, decoded(kept, after)?);
        let Some(now) = self.stored(kind, kept)? else {
            // It was deleted since, or merged into another: that comes back first.
            let known = self.in_trash(kind, kept)?;
            return Err(
                match known.filter(|record| self.rights.sees(kind, record)) {
                    Some(_) => AccessError::conflict("error-unmerge-kept-gone"),
                    None => AccessError::NotFound,
                },
            );
        };
        if !self.rights.sees(kind, &now) {
            return Err(AccessError::NotFound);
        }
        if !self.rights.may_edit(kind, now.owner) {
            return Err(AccessError::Forbidden(Permission::Edit(kind.module)));
        }
        let mut returning = Vec::new();
        for id in gone {
            match self.in_trash(kind, *id)? {
                Some(record) if !self.rights.sees(kind, &record) => {
                    return Err(AccessError::NotFound);
                }
                Some(record) if !self.rights.may_delete(kind, record.owner) => {
                    return Err(AccessError::Forbidden(Permission::Delete(kind.module)));
                }
                Some(_) => returning.push(*id),
                // Alive already: its own file brought it back.
                None if self.stored(kind, *id)?.is_some() => {}
                None => return Err(AccessError::conflict("error-unmerge-purged")),
            }
        }

        let mut back = Vec::new();
        for id in returning {
            let record = self.revive(kind, id)?;
            let act = (Act::Unmerged, merge);
            history::add_merge(self.write, kind, &record, &self.signature, act, Vec::new());
            back.push(id);
        }
        self.give_files_back(kind, merge, kept)?;
        let (record, left) = returned(kind, &before, &after, &now);
        check_whole(kind, &record, Vec::new())?;
        let record = self.put_change(kind, &now, record, Act::Unmerged, merge)?;
        for (of, id, item) in &items {
            if let Item::Moved { fields } = item {
                self.return_references(of, *id, (merge, kept), fields)?;
            }
        }
        for id in gone {
            self.write
                .delete(Table::OperationItems, forward_key(kind, *id));
        }
        self.forget_merge(merge)?;
        self.note(
            Note::new(AuditKind::Unmerged)
                .about(Subject::record(kind.module, kept))
                .with(json!({"merge": merge, "back": back})),
        )?;
        let left = left
            .into_iter()
            .filter(|no| {
                kind.field(*no)
                    .is_some_and(|field| self.rights.sees_field(kind, field))
            })
            .collect();
        Ok(Unmerged {
            kept: self.show(kind, record),
            back,
            left,
        })
    }

    /// What a merge did, record by record.
    fn items(
        &self,
        kinds: &[&'static RecordType],
        merge: MergeId,
    ) -> Result<Vec<(&'static RecordType, RecordId, Item)>, AccessError> {
        let prefix = merge.bytes();
        if *prefix == [0; 16] {
            // Where records went stands there, of all merges.
            return Err(AccessError::NotFound);
        }
        let (mut items, mut looked_at, mut is_merge) = (Vec::new(), 0, true);
        self.write.scan(
            Table::OperationItems,
            prefix,
            &prefix_end(prefix),
            &mut |key, bytes| {
                looked_at += 1;
                // Ids of operations have rows of another sort here, and any number of them.
                let Ok(item) = serde_json::from_slice::<Item>(bytes) else {
                    is_merge = false;
                    return ControlFlow::Break(());
                };
                if looked_at > MOST_ITEMS {
                    is_merge = false;
                    return ControlFlow::Break(());
                }
                if let (Some(module), Some(id)) = (key.get(16), key.last_chunk::<16>()) {
                    let kind = kinds.iter().find(|kind| kind.module.code() == *module);
                    items.extend(kind.map(|kind| (*kind, RecordId::from_bytes(*id), item)));
                }
                ControlFlow::Continue(())
            },
        )?;
        if is_merge {
            Ok(items)
        } else {
            Err(AccessError::NotFound)
        }
    }

    /// Gives a record its references back, where they still lead to the kept one.
    fn return_references(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        (merge, kept): (MergeId, RecordId),
        fields: &[(FieldNo, RecordId)],
    ) -> Result<(), AccessError> {
        let Some(now) = self.stored(kind, id)? else {
            return Ok(());
        };
        let was: BTreeMap<FieldNo, RecordId> = fields.iter().copied().collect();
        let mut record = now.clone();
        for field in kind.fields {
            if let Some(was) = was.get(&field.no)
                && reference(&now, field) == Some(kept)
            {
                let was = uuid::Uuid::from_bytes(*was.bytes());
                record.set(field.no, Some(Value::Id(was)));
            }
        }
        if record != now {
            self.put_change(kind, &now, record, Act::Changed, merge)?;
        }
        Ok(())
    }

    /// Forgets what a merge did: it cannot be taken back any more.
    pub(super) fn forget_merge(&mut self, merge: MergeId) -> Result<(), AccessError> {
        Ok(self
            .write
            .delete_under(Table::OperationItems, merge.bytes())?)
    }
}

/// The kept record as it was before, but for fields that were changed since the merge, which are named.
fn returned(
    kind: &RecordType,
    before: &Record,
    after: &Record,
    now: &Record,
) -> (Record, Vec<FieldNo>) {
    let mut record = now.clone();
    let mut left = Vec::new();
    for field in kind.fields {
        if matches!(
            field.no,
            common::ID | common::CREATED_AT | common::UPDATED_AT
        ) {
            continue;
        }
        let (was, merged, is) = (
            before.value(field.no),
            after.value(field.no),
            now.value(field.no),
        );
        if was == merged || is == was {
            continue;
        }
        if is != merged {
            left.push(field.no);
        } else if field.no == common::OWNER {
            record.owner = before.owner;
        } else {
            record.set(field.no, was);
        }
    }
    (record, left)
}
