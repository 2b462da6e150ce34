//! Removing a field for good: its values in records, in the trash and in history, in what operations and merges keep to be
//! taken back, and everything they were found by.
//!
//! In small writes, so that others wait for none of them. Until the last is done the definition says that the field is
//! being removed; a program that was stopped in between begins again.

use std::ops::ControlFlow;

use serde_json::{Value as Json, json};

use super::definition::{Definitions, remove_field};
use super::{FieldState, subject};
use crate::data::access::error::AccessError;
use crate::data::access::kinds;
use crate::data::access::merge_items;
use crate::data::access::operation_items::{StoredItem, is_item_of};
use crate::data::access::trash;
use crate::data::access::vault::{Access, Work};
use crate::data::log::HistoryEntry;
use crate::data::log::audit::{AuditKind, Note};
use crate::data::records::field::FieldNo;
use crate::data::records::ids::RecordId;
use crate::data::records::index::term_prefixes;
use crate::data::records::module::Module;
use crate::data::records::record::Record;
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// Entries looked at in one write.
const AT_ONCE: usize = 2_000;

impl Access {
    /// Removes what is left of fields that are to be removed for good, and gives their number. Only the program does this.
    pub async fn clear_purged_fields(&self) -> Result<u64, AccessError> {
        let mut cleared = 0;
        loop {
            let next = self
                .write(|work| {
                    work.only_program()?;
                    Ok(work.next_purged())
                })
                .await?;
            let Some((module, no)) = next else {
                return Ok(cleared);
            };
            // What came back from the trash meanwhile is met by going through the records once more.
            for table in [Table::Records, Table::Trash, Table::Records, Table::History] {
                let mut from = Some(vec![module.code()]);
                while let Some(key) = from {
                    from = self
                        .write(move |work| work.clear_values(module, no, table, &key))
                        .await?;
                }
            }
            for table in [Table::OperationItems, Table::Idempotency] {
                let mut from = Some(Vec::new());
                while let Some(key) = from {
                    from = self
                        .write(move |work| work.clear_values(module, no, table, &key))
                        .await?;
                }
            }
            while self.write(move |work| work.clear_index(module, no)).await? {}
            self.write(move |work| work.forget_field(module, no))
                .await?;
            cleared += 1;
        }
    }
}

impl Work<'_, '_, '_> {
    fn next_purged(&self) -> Option<(Module, FieldNo)> {
        let kinds = self.kinds.all_whole().iter();
        let mut purged = kinds.filter_map(|kind| {
            let no = self.kinds.purged(kind.module).first().copied()?;
            Some((kind.module, no))
        });
        purged.next()
    }

    /// Takes a field's values out of some entries of a table, from a key on; gives where to go on.
    fn clear_values(
        &mut self,
        module: Module,
        no: FieldNo,
        table: Table,
        from: &[u8],
    ) -> Result<Option<Vec<u8>>, AccessError> {
        let (mut seen, mut next) = (0, None);
        let mut changed: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut failed = None;
        // Operations and first answers are not kept by module.
        let of_module = !matches!(table, Table::OperationItems | Table::Idempotency);
        let end = if of_module {
            prefix_end(&[module.code()])
        } else {
            vec![u8::MAX; 49]
        };
        let name = match table {
            Table::Idempotency => self.name_of_purged(module, no)?,
            _ => String::new(),
        };
        self.write.scan(table, from, &end, &mut |key, bytes| {
            if seen == AT_ONCE {
                next = Some(key.to_vec());
                return ControlFlow::Break(());
            }
            seen += 1;
            let without = match table {
                Table::OperationItems if !is_item_of(module, key) => Ok(None),
                Table::OperationItems => without_in_item(bytes, no),
                Table::Idempotency => without_in_answer(bytes, &name),
                _ => without(table, key, bytes, no),
            };
            match without {
                Ok(None) => {}
                Ok(Some(bytes)) => changed.push((key.to_vec(), bytes)),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        for (key, bytes) in changed {
            self.write.put(table, key, bytes);
        }
        Ok(next)
    }

    fn name_of_purged(&self, module: Module, no: FieldNo) -> Result<String, StoreError> {
        let fields = Definitions::read(self.write, module)?.fields;
        let purged = fields.into_iter().find(|field| field.no == no);
        Ok(purged.map(|field| field.name).unwrap_or_default())
    }

    /// Removes some of what a field's values were found by; `false` when nothing was left.
    fn clear_index(&mut self, module: Module, no: FieldNo) -> Result<bool, AccessError> {
        let code = module.code();
        let mut order = vec![code];
        order.extend_from_slice(&no.to_be_bytes());
        let mut places = vec![(Table::Order, order)];
        places.extend(term_prefixes(no).into_iter().map(|term| {
            let mut key = vec![code];
            key.extend_from_slice(term.as_bytes());
            (Table::Terms, key)
        }));
        let mut keys: Vec<(Table, Vec<u8>)> = Vec::new();
        for (table, prefix) in places {
            let end = prefix_end(&prefix);
            self.write.scan(table, &prefix, &end, &mut |key, _| {
                if keys.len() >= AT_ONCE {
                    return ControlFlow::Break(());
                }
                keys.push((table, key.to_vec()));
                ControlFlow::Continue(())
            })?;
        }
        let found = !keys.is_empty();
        for (table, key) in keys {
            self.write.delete(table, key);
        }
        Ok(found)
    }

    fn forget_field(&mut self, module: Module, no: FieldNo) -> Result<(), AccessError> {
        let definitions = Definitions::read(self.write, module)?;
        let purged = definitions
            .fields
            .iter()
            .find(|field| field.no == no && field.state == FieldState::Purged);
        let Some(field) = purged else {
            return Ok(());
        };
        remove_field(self.write, module, no);
        kinds::touch(self.write)?;
        let note = Note::new(AuditKind::Purged).about(subject(module, &field.name));
        self.note(note.with(json!({"name": field.names.pl, "finished": true})))
    }
}

/// What was done to a record, without what the field held before; none where nothing of it stands there.
fn without_in_item(bytes: &[u8], no: FieldNo) -> Result<Option<Vec<u8>>, StoreError> {
    if let Some(merge) = merge_items::without_field(bytes, no)? {
        return Ok(merge);
    }
    let Ok(mut item) = StoredItem::decode(bytes) else {
        // Where a merged record went holds no value.
        return Ok(None);
    };
    Ok(item.before.remove(&no).map(|_| item.encode()))
}

/// The first answer to a request, without the field; none where it is not in it.
fn without_in_answer(bytes: &[u8], name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut stored: Json = serde_json::from_slice(bytes)
        .map_err(|error| StoreError::corrupt("a first answer", error))?;
    let own = stored
        .pointer_mut("/answer/custom")
        .and_then(Json::as_object_mut);
    let found = own.is_some_and(|own| own.remove(name).is_some());
    Ok(found.then(|| stored.to_string().into_bytes()))
}

/// An entry without a field's value; none where it has none.
fn without(
    table: Table,
    key: &[u8],
    bytes: &[u8],
    no: FieldNo,
) -> Result<Option<Vec<u8>>, StoreError> {
    let id = RecordId::from_bytes(
        key.get(1..17)
            .and_then(|id| id.try_into().ok())
            .unwrap_or_default(),
    );
    match table {
        Table::History => {
            let broken = |error| StoreError::corrupt("a history entry", error);
            let mut entry: HistoryEntry = serde_json::from_slice(bytes).map_err(broken)?;
            let mut found = false;
            // The change stays, so that the entry still tells of something that is not seen any more.
            for change in entry.changes.iter_mut().filter(|change| change.field == no) {
                found |= change.from.take().is_some() | change.to.take().is_some();
            }
            let bytes = || serde_json::to_vec(&entry).expect("plain structs always serialise");
            Ok(found.then(bytes))
        }
        Table::Trash => trash::without_field(id, bytes, no),
        _ => {
            let mut record = Record::decode(id, bytes)?;
            if record.get(no).is_none() {
                return Ok(None);
            }
            record.set(no, None);
            Ok(Some(record.encode()))
        }
    }
}
