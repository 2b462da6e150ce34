//! Reading: one moment of the database that never waits and never changes.

use std::cell::OnceCell;
use std::ops::{Bound, ControlFlow};

use redb::{AccessGuard, ReadOnlyTable, ReadTransaction, ReadableDatabase};

use super::error::StoreError;
use super::tables::{COUNT, Table};

type Bytes = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// Which way a range is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Direction {
    Forward,
    Backward,
}

/// What both a snapshot and a running write can do.
pub(in crate::data) trait Read {
    /// The value of a key.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Calls `visit` for each entry with `from <= key < to`, in order, until it breaks.
    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;
}

/// One moment of the database.
pub(in crate::data) struct Snapshot {
    transaction: ReadTransaction,
    tables: [OnceCell<Bytes>; COUNT],
}

impl Snapshot {
    pub(super) fn new(database: &redb::Database) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: database.begin_read()?,
            tables: std::array::from_fn(|_| OnceCell::new()),
        })
    }

    fn table(&self, table: Table) -> Result<&Bytes, StoreError> {
        let cell = &self.tables[table as usize];
        if let Some(open) = cell.get() {
            return Ok(open);
        }
        let open = self.transaction.open_table(table.definition())?;
        Ok(cell.get_or_init(|| open))
    }

    /// The value of a key without a copy.
    pub(in crate::data) fn fetch(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<AccessGuard<'static, &'static [u8]>>, StoreError> {
        Ok(self.table(table)?.get(key)?)
    }

    /// Walks the entries between two bounds, lazily.
    pub(in crate::data) fn walk(
        &self,
        table: Table,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
        direction: Direction,
    ) -> Result<Walk, StoreError> {
        let range = self.table(table)?.range::<&[u8]>((from, to))?;
        Ok(Walk { range, direction })
    }
}

impl Read for Snapshot {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.fetch(table, key)?.map(|guard| guard.value().to_vec()))
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for entry in self.table(table)?.range::<&[u8]>(from..to)? {
            let (key, value) = entry?;
            if visit(key.value(), value.value()).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// A lazy walk over entries; see [`Snapshot::walk`].
pub(in crate::data) struct Walk {
    range: redb::Range<'static, &'static [u8], &'static [u8]>,
    direction: Direction,
}

impl Walk {
    /// Which way it goes.
    pub(in crate::data) fn direction(&self) -> Direction {
        self.direction
    }
}

/// One entry met on a walk.
pub(in crate::data) type Entry = (
    AccessGuard<'static, &'static [u8]>,
    AccessGuard<'static, &'static [u8]>,
);

impl Iterator for Walk {
    type Item = Result<Entry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match self.direction {
            Direction::Forward => self.range.next(),
            Direction::Backward => self.range.next_back(),
        };
        next.map(|entry| entry.map_err(StoreError::from))
    }
}
