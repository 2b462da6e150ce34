//! Giving the records of somebody to a colleague, a batch at a time.

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::rights::Rights;
use super::vault::Access;
use super::writing::Changes;
use crate::data::records::field::{RecordType, common};
use crate::data::records::ids::{OperationId, RecordId, UserId};
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
    /// be allowed to change records of `from`, and to change owners; it is asked anew for each batch. An operation counts
    /// `changed` and `left`.
    pub async fn hand_over(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        (from, to): (UserId, UserId),
        start: u32,
        most: usize,
    ) -> Result<HandedOver, AccessError> {
        self.write_in(operation, move |work| {
            may_hand_over(&work.rights, kind, (from, to))?;
            let module = kind.module;
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
                    Ok(record) => {
                        work.count("changed");
                        handed.moved.push((id, record.version));
                    }
                    Err(why) => {
                        work.leave(module, id, &why)?;
                        handed.left.push(id);
                    }
                }
            }
            Ok(handed)
        })
        .await
    }
}

/// Whether records of `from` may be given to `to`, and why not.
fn may_hand_over(
    rights: &Rights,
    kind: &'static RecordType,
    (from, to): (UserId, UserId),
) -> Result<(), AccessError> {
    let module = kind.module;
    rights.require(Permission::View(module))?;
    if !rights.may_edit(kind, Some(from)) {
        return Err(AccessError::Forbidden(Permission::Edit(module)));
    }
    let owner = kind.field(common::OWNER).ok_or(AccessError::NotFound)?;
    if !rights.may_set(kind, owner) {
        let permission = Permission::Option(module, "change_owner");
        return Err(AccessError::Forbidden(permission));
    }
    if from == to || !rights.account(to)?.active {
        return Err(AccessError::conflict("error-hand-over-to"));
    }
    Ok(())
}

impl Reading {
    /// Whether the actor may give records of `from` to `to`, and why not; each batch asks the same again.
    pub fn may_hand_over(
        &self,
        kind: &'static RecordType,
        parties: (UserId, UserId),
    ) -> Result<(), AccessError> {
        may_hand_over(self.rights(), kind, parties)
    }

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
