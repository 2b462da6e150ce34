//! Reading: one moment of the database that never waits and never changes.

use std::cell::OnceCell;
use std::ops::{Bound, ControlFlow};

use redb::{AccessGuard, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTableMetadata};
use tokio::sync::mpsc;

use super::error::StoreError;
use super::tables::{ALL, COUNT, Table};
use super::writer::{Job, Probe};

type Bytes = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// Which way a range is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Direction {
    Forward,
    Backward,
}

impl Direction {
    /// The other way.
    pub(in crate::data) fn opposite(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// Called with key and value of each entry, until it breaks.
pub(in crate::data) type Visit<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>;

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
        visit: Visit<'_>,
    ) -> Result<(), StoreError>;
}

/// Tells the writer of a failed reading: after one the engine answers only errors until the file is opened again.
#[derive(Clone)]
pub(super) struct Health(mpsc::WeakSender<Box<dyn Job>>);

impl Health {
    pub(super) fn new(queue: &mpsc::Sender<Box<dyn Job>>) -> Self {
        Self(queue.downgrade())
    }

    fn noted<E: Into<StoreError>>(&self, error: E) -> StoreError {
        let error = error.into();
        if error.needs_reopen()
            && let Some(queue) = self.0.upgrade()
        {
            // A queue that is full has a write in it that will find out as well.
            let _ = queue.try_send(Box::new(Probe));
        }
        error
    }
}

/// One moment of the database.
pub(in crate::data) struct Snapshot {
    transaction: ReadTransaction,
    tables: [OnceCell<Bytes>; COUNT],
    health: Health,
    block: u64,
}

impl Snapshot {
    pub(super) fn new(
        database: &redb::Database,
        health: Health,
        block: u64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: database.begin_read().map_err(|error| health.noted(error))?,
            tables: std::array::from_fn(|_| OnceCell::new()),
            health,
            block,
        })
    }

    /// The most entries that one block of [`Table::OrderBlocks`] counts.
    pub(in crate::data) fn block(&self) -> u64 {
        self.block
    }

    fn table(&self, table: Table) -> Result<&Bytes, StoreError> {
        let cell = &self.tables[table as usize];
        if let Some(open) = cell.get() {
            return Ok(open);
        }
        let open = self
            .transaction
            .open_table(table.definition())
            .map_err(|error| self.health.noted(error))?;
        Ok(cell.get_or_init(|| open))
    }

    /// The value of a key without a copy.
    pub(in crate::data) fn fetch(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<AccessGuard<'static, &'static [u8]>>, StoreError> {
        self.table(table)?
            .get(key)
            .map_err(|error| self.health.noted(error))
    }

    /// How many entries a table holds; known without reading them.
    pub(in crate::data) fn length(&self, table: Table) -> Result<u64, StoreError> {
        self.table(table)?
            .len()
            .map_err(|error| self.health.noted(error))
    }

    /// Bytes of the pages that its tables take. Reads all of them.
    pub(in crate::data) fn bytes_in_use(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for table in ALL {
            let pages = self
                .table(table)?
                .stats()
                .map_err(|error| self.health.noted(error))?;
            bytes += pages.stored_bytes() + pages.metadata_bytes() + pages.fragmented_bytes();
        }
        Ok(bytes)
    }

    /// Walks the entries between two bounds, lazily.
    pub(in crate::data) fn walk(
        &self,
        table: Table,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
        direction: Direction,
    ) -> Result<Walk, StoreError> {
        let range = self
            .table(table)?
            .range::<&[u8]>((from, to))
            .map_err(|error| self.health.noted(error))?;
        Ok(Walk {
            range,
            direction,
            health: self.health.clone(),
        })
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
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let range = self
            .table(table)?
            .range::<&[u8]>(from..to)
            .map_err(|error| self.health.noted(error))?;
        for entry in range {
            let (key, value) = entry.map_err(|error| self.health.noted(error))?;
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
    health: Health,
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
        next.map(|entry| entry.map_err(|error| self.health.noted(error)))
    }
}
