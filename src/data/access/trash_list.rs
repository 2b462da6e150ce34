//! What lies in the trash: the list, narrowed by who deleted it and when.

use std::ops::Bound;

use jiff::Timestamp;

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::rights::Owners;
use super::seen::Seen;
use super::trash::{Stored, deleted_by, order_prefix, order_time, stored_in_trash};
use crate::data::records::field::RecordType;
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::record_key;
use crate::data::store::{Direction, Table, prefix_end};

/// A deleted record.
#[derive(Debug)]
pub struct Trashed {
    /// The record as the actor would see it.
    pub record: Seen,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// By whom.
    pub deleted_by: Option<UserId>,
}

/// Which deleted records are meant; all of them by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrashFilter {
    /// Deleted by this person; the inner none is the program.
    pub by: Option<Option<UserId>>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

impl TrashFilter {
    fn takes_time(&self, at: i64) -> bool {
        self.from.is_none_or(|from| at >= from.as_millisecond())
            && self.to.is_none_or(|to| at <= to.as_millisecond())
    }
}

/// When a record was deleted, in milliseconds, and its id: many go in one moment.
type Place = (u64, [u8; 16]);

impl Reading {
    /// Deleted records that the actor may bring back, the latest first, at most `limit`, after one of them where given:
    /// its moment and its id, since many go in one moment.
    pub fn trash(
        &self,
        kind: &'static RecordType,
        filter: &TrashFilter,
        after: Option<(Timestamp, RecordId)>,
        limit: usize,
    ) -> Result<Vec<Trashed>, AccessError> {
        Ok(self.trash_counted(kind, filter, after, limit)?.0)
    }

    /// The same, and how many there are in all.
    pub fn trash_counted(
        &self,
        kind: &'static RecordType,
        filter: &TrashFilter,
        after: Option<(Timestamp, RecordId)>,
        limit: usize,
    ) -> Result<(Vec<Trashed>, usize), AccessError> {
        let after = after.map(|(at, id)| (at.as_millisecond() as u64, *id.bytes()));
        let (mut trashed, places) = (Vec::new(), self.in_trash(kind, filter)?);
        for place in &places {
            if trashed.len() == limit {
                break;
            }
            if after.is_some_and(|after| *place >= after) {
                continue;
            }
            let id = RecordId::from_bytes(place.1);
            if let Some(stored) = stored_in_trash(self.snapshot(), kind, id)? {
                trashed.push(self.shown(kind, stored));
            }
        }
        Ok((trashed, places.len()))
    }

    /// All deleted records that a filter means and the actor may bring back, the latest first.
    pub fn trash_ids(
        &self,
        kind: &'static RecordType,
        filter: &TrashFilter,
    ) -> Result<Vec<RecordId>, AccessError> {
        let places = self.in_trash(kind, filter)?.into_iter();
        Ok(places.map(|(_, id)| RecordId::from_bytes(id)).collect())
    }

    /// A deleted record that the actor may bring back.
    pub fn trashed(&self, kind: &'static RecordType, id: RecordId) -> Result<Trashed, AccessError> {
        let stored = stored_in_trash(self.snapshot(), kind, id)?.ok_or(AccessError::NotFound)?;
        if !self.rights().may_delete(kind, stored.record.owner) {
            return Err(AccessError::NotFound);
        }
        Ok(self.shown(kind, stored))
    }

    fn shown(&self, kind: &'static RecordType, stored: Stored) -> Trashed {
        Trashed {
            record: Seen::new(self.today(kind), self.rights(), stored.record),
            deleted_at: stored.deleted_at,
            deleted_by: stored.deleted_by,
        }
    }

    fn in_trash(
        &self,
        kind: &'static RecordType,
        filter: &TrashFilter,
    ) -> Result<Vec<Place>, AccessError> {
        self.rights().require(Permission::Delete(kind.module))?;
        let prefixes: Vec<Vec<u8>> = match self.rights().deleted(kind.module) {
            Owners::Everyone => vec![vec![kind.module.code()]],
            Owners::These(owners) => owners
                .iter()
                .map(|owner| order_prefix(kind, *owner))
                .collect(),
        };
        let mut found: Vec<Place> = Vec::new();
        for prefix in prefixes {
            let end = prefix_end(&prefix);
            let walk = self.snapshot().walk(
                Table::TrashOrder,
                Bound::Included(&prefix),
                Bound::Excluded(&end),
                Direction::Forward,
            )?;
            for entry in walk {
                let (key, _) = entry?;
                let key = key.value();
                let (Some(time), Some(owner), Some(id)) = (
                    order_time(key),
                    key.get(1..17)
                        .and_then(|owner| <[u8; 16]>::try_from(owner).ok()),
                    key.last_chunk::<16>(),
                ) else {
                    continue;
                };
                let owner = (owner != [0; 16]).then(|| UserId::from_bytes(owner));
                if filter.takes_time(time as i64)
                    && self.rights().may_delete(kind, owner)
                    && self.is_by(kind, *id, filter)?
                {
                    found.push((time, *id));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    fn is_by(
        &self,
        kind: &RecordType,
        id: [u8; 16],
        filter: &TrashFilter,
    ) -> Result<bool, AccessError> {
        let Some(by) = filter.by else {
            return Ok(true);
        };
        let key = record_key(kind, RecordId::from_bytes(id));
        let stored = self.snapshot().fetch(Table::Trash, &key)?;
        Ok(stored.is_some_and(|bytes| deleted_by(bytes.value()) == Some(by)))
    }
}
