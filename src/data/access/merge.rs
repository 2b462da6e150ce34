//! Several records become one: it keeps a value of every field, the others go to the trash, and what referred to them
//! refers to it.
//!
//! Needs the option `merge`, to edit every one of them, and to delete those that go. Fields that the person may not set,
//! hidden ones among them, are not asked about: the kept record's value stays, and where it has none the newest of the others comes in. A
//! value that is lost that way stands in the history, for those who may see it. Whoever refers to a record that goes is
//! brought along whether the person sees them or not, for a reference must not lead nowhere; nothing is said of them.
//!
//! What it takes to take a merge back is kept in [`Table::OperationItems`] under the id of the merge, and, under an id of
//! zeros, where each record went: `zeros ‖ module ‖ record` leads on to the kept one even when the trash is emptied.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::seen::Seen;
use super::vault::{Access, Work};
use super::writing::{check_whole, owner_of};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::log::history::{self, Act, Change};
use crate::data::records::field::{Field, FieldNo, RecordType, common};
use crate::data::records::ids::{MergeId, RecordId};
use crate::data::records::index::{self, document_key, term};
use crate::data::records::kind::Kind;
use crate::data::records::page;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::record::Record;
use crate::data::records::unite::{can_unite, unite};
use crate::data::records::value::Value;
use crate::data::store::{Read, StoreError, Table, postings};

/// Where the kept record's value of a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// From this one of the records.
    Of(RecordId),
    /// From all of them: lists united, long texts joined.
    All,
}

/// What is to be merged.
#[derive(Clone, Debug)]
pub struct Merge {
    /// The record that stays.
    pub kept: RecordId,
    /// Those that go.
    pub others: Vec<RecordId>,
    /// The versions of all of them that the choice was made by.
    pub versions: BTreeMap<RecordId, u64>,
    /// Where values come from; a field left out keeps the kept record's.
    pub take: BTreeMap<FieldNo, Take>,
}

/// What came of it.
#[derive(Debug)]
pub struct Merged {
    /// By which it can be taken back.
    pub id: MergeId,
    /// The record that stayed.
    pub kept: Seen,
}

impl Merge {
    /// Records that one merge can join.
    pub const MOST: usize = 20;
}

/// References that one merge moves along; more would hold up everybody else's writes.
pub(super) const MOST_MOVED: usize = 10_000;

/// What was done to a record, as it is kept.
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

pub(super) fn item_key(merge: MergeId, kind: &RecordType, id: RecordId) -> Vec<u8> {
    let mut key = merge.bytes().to_vec();
    key.extend_from_slice(&index::record_key(kind, id));
    key
}

pub(super) fn forward_key(kind: &RecordType, id: RecordId) -> Vec<u8> {
    let mut key = vec![0; 16];
    key.extend_from_slice(&index::record_key(kind, id));
    key
}

pub(super) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain structs always serialise")
}

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

/// The fields by which records of any type refer to records of this one.
pub(super) fn referring(
    kinds: &[&'static RecordType],
    to: &RecordType,
) -> Vec<(&'static RecordType, &'static Field)> {
    let refers = |field: &&Field| field.kind == Kind::Reference(to.module);
    kinds
        .iter()
        .flat_map(|kind| {
            kind.fields
                .iter()
                .filter(refers)
                .map(|field| (*kind, field))
        })
        .collect()
}

impl Access {
    /// Merges records. Either all of it happens or nothing.
    pub async fn merge(
        &self,
        kind: &'static RecordType,
        merge: Merge,
    ) -> Result<Merged, AccessError> {
        self.write(move |work| {
            let kinds = work.kinds.all_whole();
            work.merge(work.today(kind), kinds, &merge)
        })
        .await
    }
}

impl Reading {
    /// The record into which one that is not there any more was merged, where the actor sees it.
    pub fn merged_into(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Option<Seen>, AccessError> {
        let kind = self.today(kind);
        let mut at = id;
        for _ in 0..Merge::MOST {
            let Some(forward) = forward(self.snapshot(), kind, at)? else {
                return Ok(None);
            };
            at = forward.into;
            if page::fetch(self.snapshot(), kind, at)?.is_some() {
                return match self.get(kind, at) {
                    Ok(seen) => Ok(Some(seen)),
                    Err(AccessError::NotFound | AccessError::Forbidden(_)) => Ok(None),
                    Err(error) => Err(error),
                };
            }
        }
        Ok(None)
    }
}

impl Work<'_, '_, '_> {
    fn merge(
        &mut self,
        kind: &'static RecordType,
        kinds: &[&'static RecordType],
        merge: &Merge,
    ) -> Result<Merged, AccessError> {
        self.rights
            .require(Permission::Option(kind.module, "merge"))?;
        let all: Vec<RecordId> = std::iter::once(merge.kept)
            .chain(merge.others.clone())
            .collect();
        let distinct: BTreeSet<RecordId> = all.iter().copied().collect();
        if distinct.len() != all.len() || all.len() < 2 || kind.identity.is_empty() {
            return Err(AccessError::conflict("error-merge-two"));
        }
        if all.len() > Merge::MOST {
            return Err(AccessError::Conflict(
                Problem::new("error-merge-too-many").with("most", Merge::MOST),
            ));
        }
        let records = all
            .iter()
            .map(|id| self.seen(kind, *id))
            .collect::<Result<Vec<_>, _>>()?;
        let [old, others @ ..] = records.as_slice() else {
            return Err(AccessError::NotFound);
        };
        if records
            .iter()
            .any(|record| !self.rights.may_edit(kind, record.owner))
        {
            return Err(AccessError::Forbidden(Permission::Edit(kind.module)));
        }
        if others
            .iter()
            .any(|record| !self.rights.may_delete(kind, record.owner))
        {
            return Err(AccessError::Forbidden(Permission::Delete(kind.module)));
        }
        if records
            .iter()
            .any(|record| merge.versions.get(&record.id) != Some(&record.version))
        {
            return Err(AccessError::Changed);
        }
        let mut errors = Vec::new();
        let mut record = self.chosen(kind, merge, &records, &mut errors)?;
        let lost = self.fill(kind, &mut record, others);
        for field in kind.fields {
            // What referred to one of them would now refer to the record itself.
            if field.kind == Kind::Reference(kind.module)
                && reference(&record, field).is_some_and(|id| distinct.contains(&id))
            {
                record.set(field.no, None);
            }
        }

        let id = MergeId::new();
        for other in others {
            let gone = self.put_in_trash(kind, other.clone())?;
            self.take_files_along(kind, id, (other.id, old.id))?;
            let forward = Forward {
                into: old.id,
                merge: id,
            };
            self.write.put(
                Table::OperationItems,
                forward_key(kind, gone.id),
                to_bytes(&forward),
            );
            let act = (Act::Merged, id);
            history::add_merge(self.write, kind, &gone, &self.signature, act, Vec::new());
        }
        // Those that went no longer hold what the firm allows once only.
        self.check_twin(kind, Some(old), &record, &mut errors)?;
        check_whole(kind, &record, errors)?;
        record.version += 1;
        record.updated_at = self.signature.at.max(old.updated_at);
        index::replace(self.write, kind, Some(old), Some(&record))?;
        let mut changes = history::changes(kind, Some(old), &record);
        changes.extend(lost);
        let act = (Act::Merged, id);
        history::add_merge(self.write, kind, &record, &self.signature, act, changes);
        let gone: Vec<RecordId> = others.iter().map(|other| other.id).collect();
        let kept = Item::Kept {
            before: BASE64.encode(&old.encode()),
            after: BASE64.encode(&record.encode()),
            gone: gone.clone(),
        };
        self.write.put(
            Table::OperationItems,
            item_key(id, kind, record.id),
            to_bytes(&kept),
        );
        let moved = self.move_references(kind, kinds, id, record.id, &gone)?;
        self.note(
            Note::new(AuditKind::Merged)
                .about(Subject::record(kind.module, record.id))
                .with(json!({"merge": id, "merged": gone, "moved": moved})),
        )?;
        Ok(Merged {
            id,
            kept: self.show(kind, record),
        })
    }

    /// The kept record with the values that were chosen. What was chosen is checked as any change is.
    fn chosen(
        &self,
        kind: &'static RecordType,
        merge: &Merge,
        records: &[Record],
        errors: &mut Vec<FieldError>,
    ) -> Result<Record, AccessError> {
        let old = records.first().ok_or(AccessError::NotFound)?;
        let mut record = old.clone();
        for (no, take) in &merge.take {
            let Some(field) = kind
                .field(*no)
                .filter(|field| self.rights.sees_field(kind, field))
            else {
                let name = kind
                    .field(*no)
                    .map_or(no.to_string(), |field| field.name.to_owned());
                errors.push(FieldError::unknown(name));
                continue;
            };
            let value = match take {
                Take::Of(id) => records
                    .iter()
                    .find(|record| record.id == *id)
                    .ok_or(AccessError::NotFound)?
                    .value(*no),
                Take::All if can_unite(field) => {
                    let values: Vec<&Value> = records
                        .iter()
                        .filter_map(|record| record.get(*no))
                        .collect();
                    match unite(field, &values) {
                        Ok(value) => value,
                        Err(problem) => {
                            errors.push(FieldError::new(field.name, problem));
                            continue;
                        }
                    }
                }
                Take::All => {
                    errors.push(FieldError::unknown(field.name));
                    continue;
                }
            };
            if value == old.value(*no) {
                continue;
            }
            if *no == common::OWNER {
                record.owner = owner_of(value.as_ref());
                self.check_owner(kind, record.owner, errors);
            } else if self.rights.may_set(kind, field) {
                record.set(*no, value);
            } else {
                errors.push(FieldError::not_yours(field.name));
            }
        }
        Ok(record)
    }

    /// Fills what the person may not set where the kept record has nothing, with the newest value there is. Gives what is
    /// lost, as changes of the history.
    fn fill(
        &self,
        kind: &'static RecordType,
        record: &mut Record,
        others: &[Record],
    ) -> Vec<Change> {
        let mut lost = Vec::new();
        let mut newest: Vec<&Record> = others.iter().collect();
        newest.sort_by_key(|other| std::cmp::Reverse(other.updated_at));
        let in_head = [
            common::ID,
            common::OWNER,
            common::CREATED_AT,
            common::UPDATED_AT,
        ];
        let fields = kind
            .fields
            .iter()
            .filter(|field| !in_head.contains(&field.no) && !self.rights.may_set(kind, field));
        for field in fields {
            for value in newest.iter().filter_map(|other| other.get(field.no)) {
                match record.get(field.no) {
                    None => record.set(field.no, Some(value.clone())),
                    Some(stays) if stays != value => lost.push(Change {
                        field: field.no,
                        from: Some(field.kind.give_kept(value)),
                        to: Some(field.kind.give_kept(stays)),
                    }),
                    Some(_) => {}
                }
            }
        }
        lost
    }

    /// Makes everything that refers to a record that went refer to the kept one. Gives how many records that were.
    fn move_references(
        &mut self,
        kind: &'static RecordType,
        kinds: &[&'static RecordType],
        merge: MergeId,
        kept: RecordId,
        gone: &[RecordId],
    ) -> Result<usize, AccessError> {
        let mut moved: BTreeMap<(u8, u32), &'static RecordType> = BTreeMap::new();
        let fields = referring(kinds, kind);
        for (other, field) in &fields {
            for id in gone {
                let term = term::value(field.no, &id.to_string());
                for document in postings::documents(self.write, other.module.code(), &term)? {
                    moved.insert((other.module.code(), document), other);
                }
            }
            if moved.len() > MOST_MOVED {
                return Err(AccessError::Conflict(
                    Problem::new("error-merge-too-linked").with("most", MOST_MOVED),
                ));
            }
        }
        let mut count = 0;
        for ((_, document), other) in moved {
            let id = self
                .write
                .get(Table::Documents, &document_key(other, document))?
                .and_then(|bytes| bytes.try_into().ok());
            let old = match id.map(RecordId::from_bytes) {
                Some(id) => self.stored(other, id)?,
                None => None,
            };
            let Some(old) = old else { continue };
            let mut record = old.clone();
            let mut was = Vec::new();
            for (_, field) in fields.iter().filter(|(of, _)| of.module == other.module) {
                if let Some(id) = reference(&old, field).filter(|id| gone.contains(id)) {
                    was.push((field.no, id));
                    let kept = uuid::Uuid::from_bytes(*kept.bytes());
                    record.set(field.no, Some(Value::Id(kept)));
                }
            }
            if was.is_empty() {
                continue;
            }
            self.put_change(other, &old, record, Act::Changed, merge)?;
            self.write.put(
                Table::OperationItems,
                item_key(merge, other, old.id),
                to_bytes(&Item::Moved { fields: was }),
            );
            count += 1;
        }
        Ok(count)
    }

    /// Writes a changed record that belongs to a merge, with its history.
    pub(super) fn put_change(
        &mut self,
        kind: &'static RecordType,
        old: &Record,
        mut record: Record,
        act: Act,
        merge: MergeId,
    ) -> Result<Record, AccessError> {
        record.version = old.version + 1;
        record.updated_at = self.signature.at.max(old.updated_at);
        index::replace(self.write, kind, Some(old), Some(&record))?;
        let changes = history::changes(kind, Some(old), &record);
        history::add_merge(
            self.write,
            kind,
            &record,
            &self.signature,
            (act, merge),
            changes,
        );
        Ok(record)
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

pub(super) fn reference(record: &Record, field: &Field) -> Option<RecordId> {
    match record.get(field.no) {
        Some(Value::Id(id)) => Some(RecordId::from_bytes(*id.as_bytes())),
        _ => None,
    }
}
