//! The same act on many records: a batch is one write, in which what was done is kept for the operation it is a part of.

use super::error::{AccessError, Permission};
use super::operation::OperationKind;
use super::role::AdminRight;
use super::vault::{Access, Work};
use super::writing::Changes;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::value::Value;

/// What is to become of each of many records.
#[derive(Clone, Debug, Default)]
pub struct BulkChange {
    /// Fields that take the same value, or lose theirs.
    pub set: Changes,
    /// List fields that gain values or lose some.
    pub lists: Vec<ListChange>,
}

/// Values to be added to a list field, and to be taken from it.
#[derive(Clone, Debug)]
pub struct ListChange {
    /// The field.
    pub field: FieldNo,
    /// Values that it shall have.
    pub add: Vec<String>,
    /// Values that it shall not have.
    pub remove: Vec<String>,
}

/// A record that was changed, or was already as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Altered {
    /// Its id.
    pub id: RecordId,
    /// The version it has now.
    pub version: u64,
    /// Whether there was anything to change.
    pub changed: bool,
}

impl Access {
    /// Changes several records alike in one write, each by itself: those that cannot be changed are left, with the reason.
    /// An operation counts `changed`, `unchanged` and `left`.
    pub async fn change_in(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
        change: BulkChange,
    ) -> Result<Vec<Result<Altered, AccessError>>, AccessError> {
        self.write_in(operation, move |work| {
            work.may_act_on_many(kind)?;
            work.each_kept(kind, ids, |work, id| {
                let altered = work.alter(kind, id, &change)?;
                work.count(if altered.changed {
                    "changed"
                } else {
                    "unchanged"
                });
                Ok(altered)
            })
        })
        .await
    }

    /// Moves several records to the trash in one write, each by itself: those that cannot be deleted are left, with the
    /// reason. An operation counts `deleted` and `left`.
    pub async fn delete_in(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write_in(operation, move |work| {
            work.may_act_on_many(kind)?;
            work.each_kept(kind, ids, |work, id| {
                work.delete(kind, id, None)?;
                work.count("deleted");
                Ok(id)
            })
        })
        .await
    }

    /// Brings several records back from the trash in one write, each by itself: those that cannot come back are left, with
    /// the reason. An operation counts `restored` and `left`.
    pub async fn restore_in(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write_in(operation, move |work| {
            work.each_kept(kind, ids, |work, id| {
                work.restore(kind, id)?;
                work.count("restored");
                Ok(id)
            })
        })
        .await
    }

    /// Removes several records of the trash for good in one write, with their history; those that are not the actor's to
    /// delete are left. An operation counts `purged` and `left`.
    pub async fn purge_in(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write_in(operation, move |work| {
            let results = work.each_kept(kind, ids, |work, id| {
                work.purge_chosen(kind, id)?;
                work.count("purged");
                Ok(id)
            })?;
            let gone: Vec<RecordId> = results.iter().flatten().copied().collect();
            work.note_purged(kind, &gone)?;
            Ok(results)
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    /// Whoever hands a person's records over manages people; anybody else holds the option of the module.
    fn may_act_on_many(&self, kind: &RecordType) -> Result<(), AccessError> {
        match &self.operation {
            Some(operation) if operation.kind == OperationKind::HandOver => {
                self.rights.require_admin(AdminRight::Users)
            }
            _ => self
                .rights
                .require(Permission::Option(kind.module, "bulk_edit")),
        }
    }

    /// Does something to each of several records and keeps for the operation which were left.
    fn each_kept<T>(
        &mut self,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
        act: impl Fn(&mut Self, RecordId) -> Result<T, AccessError>,
    ) -> Result<Vec<Result<T, AccessError>>, AccessError> {
        self.each(ids, |work, id| {
            let result = act(work, id);
            if let Err(why) = &result {
                work.leave(kind.module, id, why)?;
            }
            result
        })
    }

    fn alter(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        change: &BulkChange,
    ) -> Result<Altered, AccessError> {
        let kind = self.today(kind);
        let old = self.seen(kind, id)?;
        let mut changes = change.set.clone();
        for list in &change.lists {
            let Some(field) = kind.field(list.field) else {
                continue;
            };
            let before = old.get(field.no).map(Value::as_list).unwrap_or_default();
            let after = altered(field, before, &list.add, &list.remove);
            changes.insert(field.no, (!after.is_empty()).then_some(Value::List(after)));
        }
        let record = self.update(kind, id, changes, None)?;
        Ok(Altered {
            id,
            version: record.version,
            changed: record.version != old.version,
        })
    }
}

/// A list with values added and taken away; what counts as the same value stands once.
fn altered(field: &Field, list: &[String], more: &[String], less: &[String]) -> Vec<String> {
    let same =
        |one: &String, other: &String| field.kind.equal_form(one) == field.kind.equal_form(other);
    let mut altered: Vec<String> = list
        .iter()
        .filter(|value| !less.iter().any(|gone| same(gone, value)))
        .cloned()
        .collect();
    for value in more {
        if !altered.iter().any(|known| same(known, value)) {
            altered.push(value.clone());
        }
    }
    altered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;

    #[test]
    fn lists_are_altered_value_by_value() {
        let tags = CLIENTS.named("tags").expect("clients have tags");
        let list = ["VIP".to_owned(), "hurt".to_owned()];
        let more = ["vip".to_owned(), "nowy".to_owned()];
        let less = ["HURT".to_owned()];
        assert_eq!(altered(tags, &list, &more, &less), ["VIP", "nowy"]);
    }
}
