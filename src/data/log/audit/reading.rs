//! Looking for entries: by person, kind, time and record, the newest first.

use std::ops::Bound;

use jiff::Timestamp;

use super::{AuditEntry, AuditKind, by_user_key, head};
use crate::data::records::ids::UserId;
use crate::data::store::{Direction, Snapshot, StoreError, Table, Walk};

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this person.
    pub user: Option<UserId>,
    /// Of any of these kinds.
    pub kinds: Vec<AuditKind>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// In the office, or out of it.
    pub office: Option<bool>,
    /// About this record.
    pub record: Option<String>,
}

impl AuditFilter {
    fn takes(&self, entry: &AuditEntry) -> bool {
        self.user.is_none_or(|user| entry.user == Some(user))
            && (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at <= to)
            && self.office.is_none_or(|office| entry.office == office)
            && self
                .record
                .as_ref()
                .is_none_or(|id| entry.record.as_ref().is_some_and(|record| record.id == *id))
    }
}

/// The number of the first entry that is surely after a moment, or the one the next entry will have. Numbers and times
/// grow together, save for a clock set back by hand; an hour of slack covers that.
pub(in crate::data) fn first_after(snapshot: &Snapshot, at: Timestamp) -> Result<u64, StoreError> {
    let (mut low, mut high) = (1, head(snapshot)?.last + 1);
    while low < high {
        let middle = low.midpoint(high);
        let Some(bytes) = snapshot.fetch(Table::Audit, &middle.to_be_bytes())? else {
            return Err(StoreError::Corrupt(format!(
                "audit entry {middle} is missing"
            )));
        };
        let entry: AuditEntry = serde_json::from_slice(bytes.value())
            .map_err(|error| StoreError::corrupt("an audit entry", error))?;
        if entry.at.as_second() > at.as_second().saturating_add(3600) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The newest entries that a filter takes, newest first, below the number `before` where given. Looks at no more than
/// `most_seen` entries; the number it stopped at comes back where it gave up early or the page is full.
pub(in crate::data) fn newest(
    snapshot: &Snapshot,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: usize,
    most_seen: usize,
) -> Result<(Vec<AuditEntry>, Option<u64>), StoreError> {
    let mut entries = Vec::new();
    let mut numbers = Numbers::new(snapshot, filter.user, before)?;
    let mut seen = 0;
    while let Some(entry) = numbers.next(snapshot)? {
        seen += 1;
        // Numbers and times grow together, save for a clock set back by hand; an hour of slack covers that.
        if filter
            .from
            .is_some_and(|from| entry.at.as_second() < from.as_second() - 3600)
        {
            break;
        }
        let id = entry.id;
        if filter.takes(&entry) {
            if entries.len() == limit {
                return Ok((entries, Some(id + 1)));
            }
            entries.push(entry);
        }
        if seen == most_seen {
            return Ok((entries, Some(id)));
        }
    }
    Ok((entries, None))
}

/// The way from entry to entry: through the log, or through one person's entries.
enum Numbers {
    All(Walk),
    OfUser(Walk),
}

impl Numbers {
    fn new(
        snapshot: &Snapshot,
        user: Option<UserId>,
        before: Option<u64>,
    ) -> Result<Self, StoreError> {
        match user {
            None => {
                let end = before.unwrap_or(u64::MAX).to_be_bytes();
                let walk = snapshot.walk(
                    Table::Audit,
                    Bound::Unbounded,
                    Bound::Excluded(&end),
                    Direction::Backward,
                )?;
                Ok(Self::All(walk))
            }
            Some(user) => {
                let from = by_user_key(user, before.unwrap_or(u64::MAX).saturating_sub(1));
                let to = by_user_key(user, 0);
                let walk = snapshot.walk(
                    Table::AuditByUser,
                    Bound::Included(&from),
                    Bound::Included(&to),
                    Direction::Forward,
                )?;
                Ok(Self::OfUser(walk))
            }
        }
    }

    fn next(&mut self, snapshot: &Snapshot) -> Result<Option<AuditEntry>, StoreError> {
        let read = |bytes: &[u8]| {
            serde_json::from_slice(bytes)
                .map(Some)
                .map_err(|error| StoreError::corrupt("an audit entry", error))
        };
        match self {
            Self::All(walk) => match walk.next() {
                Some(entry) => read(entry?.1.value()),
                None => Ok(None),
            },
            Self::OfUser(walk) => match walk.next() {
                Some(entry) => {
                    let (key, _) = entry?;
                    let id = key
                        .value()
                        .last_chunk::<8>()
                        .map_or(0, |bytes| !u64::from_be_bytes(*bytes));
                    match snapshot.fetch(Table::Audit, &id.to_be_bytes())? {
                        Some(bytes) => read(bytes.value()),
                        None => Err(StoreError::Corrupt(format!("audit entry {id} is missing"))),
                    }
                }
                None => Ok(None),
            },
        }
    }
}
