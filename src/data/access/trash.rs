//! Deleting to the trash, bringing back, and emptying it by age.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::error::{AccessError, Permission};
use super::role::AdminRight;
use super::seen::Seen;
use super::vault::{Access, Work, firm};
use crate::data::log::audit::{AuditKind, Note};
use crate::data::log::history::{self, Act};
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::{self, owner_key, record_key};
use crate::data::records::record::Record;
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// Records purged in one write.
const PURGED_AT_ONCE: usize = 500;

impl Access {
    /// Moves a record to the trash.
    pub async fn delete(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        expected: Option<u64>,
    ) -> Result<(), AccessError> {
        self.write(move |work| work.delete(kind, id, expected))
            .await
    }

    /// Moves several records to the trash, each by itself: those that cannot be deleted are left.
    pub async fn delete_each(
        &self,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write(move |work| {
            work.rights
                .require(Permission::Option(kind.module, "bulk_edit"))?;
            work.each(ids, |work, id| work.delete(kind, id, None).map(|()| id))
        })
        .await
    }

    /// Brings a record back from the trash; one that is alive is given as it is.
    pub async fn restore(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Seen, AccessError> {
        self.write(move |work| {
            let record = work.restore(kind, id)?;
            Ok(work.show(kind, record))
        })
        .await
    }

    /// Brings several records back, each by itself.
    pub async fn restore_each(
        &self,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write(move |work| {
            work.each(ids, |work, id| {
                work.restore(kind, id).map(|record| record.id)
            })
        })
        .await
    }

    /// Removes for good what has been in the trash longer than the firm keeps it, with its history. Returns how many
    /// records went. Only the program does this.
    pub async fn purge_trash(&self, kind: &'static RecordType) -> Result<u64, AccessError> {
        let mut purged = 0;
        loop {
            let went = self
                .write(move |work| work.purge(kind, PURGED_AT_ONCE))
                .await?;
            purged += went as u64;
            if went < PURGED_AT_ONCE {
                return Ok(purged);
            }
        }
    }
}

/// A record in the trash: when (8 bytes), by whom (16 bytes, zeros for the program), the record.
pub(super) struct Stored {
    pub(super) deleted_at: Timestamp,
    pub(super) deleted_by: Option<UserId>,
    pub(super) record: Record,
}

/// Who deleted a record, by the bytes it is stored as; the outer none where they are too short.
pub(super) fn deleted_by(bytes: &[u8]) -> Option<Option<UserId>> {
    let user: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
    Some((user != [0; 16]).then(|| UserId::from_bytes(user)))
}

/// A record of the trash.
pub(super) fn stored_in_trash(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<Option<Stored>, StoreError> {
    match read.get(Table::Trash, &record_key(kind, id))? {
        Some(bytes) => Ok(Some(Stored::decode(id, &bytes)?)),
        None => Ok(None),
    }
}

impl Stored {
    fn encode(&self) -> Vec<u8> {
        joined(self.deleted_at, self.deleted_by, &self.record.encode())
    }

    pub(super) fn decode(id: RecordId, bytes: &[u8]) -> Result<Self, StoreError> {
        let (deleted_at, deleted_by, record) = split(bytes)?;
        Ok(Self {
            deleted_at,
            deleted_by,
            record: Record::decode(id, record)?,
        })
    }
}

/// A record in the trash, of its parts.
pub(super) fn joined(at: Timestamp, by: Option<UserId>, record: &[u8]) -> Vec<u8> {
    let mut bytes = at.as_millisecond().to_be_bytes().to_vec();
    bytes.extend_from_slice(&owner_key(by));
    bytes.extend_from_slice(record);
    bytes
}

/// When and by whom a record in the trash was deleted, and its own bytes.
pub(super) fn split(bytes: &[u8]) -> Result<(Timestamp, Option<UserId>, &[u8]), StoreError> {
    let short = || StoreError::Corrupt("a deleted record is short".to_owned());
    let (time, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
    let (user, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
    let at = Timestamp::from_millisecond(i64::from_be_bytes(*time))
        .map_err(|error| StoreError::corrupt("a time of deletion", error))?;
    let by = (*user != [0; 16]).then(|| UserId::from_bytes(*user));
    Ok((at, by, rest))
}

/// A record of the trash without a field's value; none where it has none.
pub(super) fn without_field(
    id: RecordId,
    bytes: &[u8],
    no: FieldNo,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut stored = Stored::decode(id, bytes)?;
    if stored.record.get(no).is_none() {
        return Ok(None);
    }
    stored.record.set(no, None);
    Ok(Some(stored.encode()))
}

/// A record of the trash as it is stored, with its key in [`Table::TrashOrder`].
pub(super) fn stored_with_order_key(
    kind: &RecordType,
    id: RecordId,
    bytes: &[u8],
) -> Result<(Record, Vec<u8>), StoreError> {
    let stored = Stored::decode(id, bytes)?;
    let key = order_key(kind, &stored);
    Ok((stored.record, key))
}

pub(super) fn order_prefix(kind: &RecordType, owner: Option<UserId>) -> Vec<u8> {
    let mut key = vec![kind.module.code()];
    key.extend_from_slice(&owner_key(owner));
    key
}

fn order_key(kind: &RecordType, stored: &Stored) -> Vec<u8> {
    let mut key = order_prefix(kind, stored.record.owner);
    key.extend_from_slice(&(!(stored.deleted_at.as_millisecond() as u64)).to_be_bytes());
    key.extend_from_slice(stored.record.id.bytes());
    key
}

pub(super) fn order_time(key: &[u8]) -> Option<u64> {
    key.get(17..25)
        .and_then(|bytes| bytes.try_into().ok())
        .map(|bytes| !u64::from_be_bytes(bytes))
}

impl Work<'_, '_, '_> {
    pub(super) fn delete(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        expected: Option<u64>,
    ) -> Result<(), AccessError> {
        let kind = self.today(kind);
        let old = self.seen(kind, id)?;
        if !self.rights.may_delete(kind, old.owner) {
            return Err(AccessError::Forbidden(Permission::Delete(kind.module)));
        }
        if expected.is_some_and(|version| version != old.version) {
            return Err(AccessError::Changed);
        }
        let record = self.put_in_trash(kind, old)?;
        self.remember(kind, &record, Act::Deleted, AuditKind::Deleted, Vec::new())
    }

    /// Moves a live record to the trash under its next version; the caller writes the history.
    pub(super) fn put_in_trash(
        &mut self,
        kind: &RecordType,
        old: Record,
    ) -> Result<Record, AccessError> {
        index::replace(self.write, kind, Some(&old), None)?;
        let mut record = old;
        record.version += 1;
        let stored = Stored {
            deleted_at: self.signature.at,
            deleted_by: self.signature.user,
            record,
        };
        self.write
            .put(Table::TrashOrder, order_key(kind, &stored), Vec::new());
        self.write.put(
            Table::Trash,
            record_key(kind, stored.record.id),
            stored.encode(),
        );
        Ok(stored.record)
    }

    /// A record of the trash as it was when it went.
    pub(super) fn in_trash(
        &self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<Option<Record>, AccessError> {
        Ok(self.stored_in_trash(kind, id)?.map(|stored| stored.record))
    }

    /// Brings a record of the trash back to life under its next version; the caller writes the history.
    pub(super) fn revive(
        &mut self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<Record, AccessError> {
        let stored = self
            .stored_in_trash(kind, id)?
            .ok_or(AccessError::NotFound)?;
        self.take_from_trash(kind, &stored);
        let mut record = stored.record;
        record.version += 1;
        index::replace(self.write, kind, None, Some(&record))?;
        Ok(record)
    }

    pub(super) fn stored_in_trash(
        &self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<Option<Stored>, AccessError> {
        Ok(stored_in_trash(self.write, kind, id)?)
    }

    pub(super) fn restore(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Record, AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        let kind = self.today(kind);
        let Some(stored) = self.stored_in_trash(kind, id)? else {
            // Pressed twice, or already brought back by somebody: what was wanted is the case.
            return self.seen(kind, id);
        };
        if !self.rights.sees(kind, &stored.record) {
            return Err(AccessError::NotFound);
        }
        if !self.rights.may_delete(kind, stored.record.owner) {
            return Err(AccessError::Forbidden(Permission::Delete(kind.module)));
        }
        if self.merged_away(kind, id)? {
            return Err(AccessError::conflict("error-merged-away"));
        }
        let mut errors = Vec::new();
        self.check_twin(kind, None, &stored.record, &mut errors)?;
        if let Some(error) = errors.pop() {
            return Err(AccessError::Conflict(error.problem));
        }
        let record = self.revive(kind, id)?;
        self.remember(
            kind,
            &record,
            Act::Restored,
            AuditKind::Restored,
            Vec::new(),
        )?;
        Ok(record)
    }

    fn take_from_trash(&mut self, kind: &RecordType, stored: &Stored) {
        self.write
            .delete(Table::TrashOrder, order_key(kind, stored));
        self.write
            .delete(Table::Trash, record_key(kind, stored.record.id));
    }

    /// Makes room for a record that comes back under its id by another way; its history goes on.
    pub(super) fn forget_trashed(
        &mut self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        if let Some(stored) = self.stored_in_trash(kind, id)? {
            self.take_from_trash(kind, &stored);
        }
        Ok(())
    }

    /// Whether an id lies in the trash with an owner whose records the actor may not delete.
    pub(super) fn trashed_beyond_reach(
        &self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<bool, AccessError> {
        Ok(self
            .stored_in_trash(kind, id)?
            .is_some_and(|stored| !self.rights.may_delete(kind, stored.record.owner)))
    }

    fn purge(&mut self, kind: &'static RecordType, most: usize) -> Result<usize, AccessError> {
        if self.signature.user.is_some() {
            return Err(AccessError::NotFound);
        }
        let days = i64::from(firm(self.write)?.map_or(30, |firm| firm.trash_days));
        let limit = self.signature.at.as_millisecond() - days * 24 * 60 * 60 * 1000;
        let prefix = [kind.module.code()];
        let mut old = Vec::new();
        self.write.scan(
            Table::TrashOrder,
            &prefix,
            &prefix_end(&prefix),
            &mut |key, _| {
                if order_time(key).is_some_and(|time| (time as i64) < limit)
                    && let Some(id) = key.last_chunk::<16>()
                {
                    old.push(RecordId::from_bytes(*id));
                }
                if old.len() < most {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            },
        )?;
        for id in &old {
            self.remove_for_good(kind, *id)?;
        }
        self.note_purged(kind, &old)?;
        Ok(old.len())
    }

    /// Removes a record of the trash that the actor may delete, before its time. That takes the history along and nothing
    /// brings it back, so it wants the right to the backups as well. One that was merged away goes with its
    /// merge alone.
    pub(super) fn purge_chosen(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        let stored = self
            .stored_in_trash(kind, id)?
            .filter(|stored| self.rights.sees(kind, &stored.record))
            .ok_or(AccessError::NotFound)?;
        if !self.rights.may_delete(kind, stored.record.owner) {
            return Err(AccessError::Forbidden(Permission::Delete(kind.module)));
        }
        self.rights.require_admin(AdminRight::Backups)?;
        if self.merged_away(kind, id)? {
            return Err(AccessError::conflict("error-merged-away"));
        }
        self.remove_for_good(kind, id)
    }

    fn remove_for_good(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        self.forget_trashed(kind, id)?;
        self.forget_merges(kind, id)?;
        self.forget_apart(kind, id)?;
        self.forget_files(kind, id)?;
        Ok(history::remove(self.write, kind, id)?)
    }

    /// Keeps in the audit log which records went for good.
    pub(super) fn note_purged(
        &mut self,
        kind: &RecordType,
        gone: &[RecordId],
    ) -> Result<(), AccessError> {
        if gone.is_empty() {
            return Ok(());
        }
        let ids: Vec<Json> = gone.iter().map(|id| json!(id)).collect();
        self.note(
            Note::new(AuditKind::Purged).with(json!({"module": kind.module.name(), "ids": ids})),
        )
    }
}
