//! Giving the records of somebody to a colleague, a batch at a time.

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::vault::Access;
use super::writing::Changes;
use crate::data::records::field::{RecordType, common};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::{document_key, term};
use crate::data::records::page::count;
use crate::data::records::value::Value;
use crate::data::store::{Read, Table, postings};

/// What came of one batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedOver {
    /// Records that are the colleague's now, each with the version it has since.
    pub moved: Vec<(RecordId, u64)>,
    /// Records that could not be changed, and stay.
    pub left: Vec<RecordId>,
    /// Where the next batch begins; `None` after the last.
    pub next: Option<u32>,
}

impl Access {
    /// Gives at most `most` records of `from` to `to` in one write, beginning at `start`. Whoever does this must see and
    /// be allowed to change records of `from`, and to change owners; it is asked anew for each batch.
    pub async fn hand_over(
        &self,
        kind: &'static RecordType,
        (from, to): (UserId, UserId),
        start: u32,
        most: usize,
    ) -> Result<HandedOver, AccessError> {
        self.write(move |work| {
            let module = kind.module;
            work.rights.require(Permission::View(module))?;
            if !work.rights.may_edit(kind, Some(from)) {
                return Err(AccessError::Forbidden(Permission::Edit(module)));
            }
            let owner = kind.field(common::OWNER).ok_or(AccessError::NotFound)?;
            if !work.rights.may_set(kind, owner) {
                let permission = Permission::Option(module, "change_owner");
                return Err(AccessError::Forbidden(permission));
            }
            if from == to || !work.rights.account(to)?.active {
                return Err(AccessError::conflict("error-hand-over-to"));
            }
            let owned = postings::documents(work.write, module.code(), &term::owner(Some(from)))?;
            let mut documents = owned.iter().filter(|document| *document >= start);
            let batch: Vec<u32> = documents.by_ref().take(most).collect();
            let mut handed = HandedOver {
                next: documents.next(),
                ..HandedOver::default()
            };
            let value = Value::Id(uuid::Uuid::from_bytes(*to.bytes()));
            let changes = Changes::from([(common::OWNER, Some(value))]);
            for document in batch {
                let stored = work
                    .write
                    .get(Table::Documents, &document_key(kind, document))?;
                let Some(id) = stored.and_then(|id| id.try_into().ok()) else {
                    continue;
                };
                let id = RecordId::from_bytes(id);
                match work.update(kind, id, changes.clone(), None) {
                    Ok(record) => handed.moved.push((id, record.version)),
                    Err(AccessError::Store(error)) => return Err(error.into()),
                    Err(_) => handed.left.push(id),
                }
            }
            Ok(handed)
        })
        .await
    }
}

impl Reading {
    /// How many records somebody owns; `None` where their records are not the actor's to see.
    pub fn owned(&self, kind: &RecordType, user: UserId) -> Result<Option<u64>, AccessError> {
        if self.rights().seen(kind.module).hold(Some(user)) {
            Ok(Some(count(self.snapshot(), kind, Some(user))?))
        } else {
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests;
