//! Writing: what one write means to change, kept apart until it succeeds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::{Bound, ControlFlow};

use redb::{ReadableTable, WriteTransaction};

use super::blocks::Counted;
use super::error::StoreError;
use super::postings;
use super::prefix_end;
use super::snapshot::{Read, Visit};
use super::tables::{ALL, COUNT, Table};

pub(super) type Changes = BTreeMap<Vec<u8>, Change>;

/// What becomes of a key.
pub(super) enum Change {
    Put(Vec<u8>),
    Gone,
    /// Numbers for a bitmap of the terms, ascending. What is stored is looked up when they are written, in order of keys:
    /// most words of a new record are new, and to look up each on its own is dear.
    More(Vec<u8>),
}

impl Change {
    /// The value there is then.
    pub(super) fn over<'a>(
        self,
        stored: impl FnOnce() -> Result<Option<Bytes<'a>>, StoreError>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(match self {
            Self::Put(value) => Some(value),
            Self::Gone => None,
            Self::More(more) => Some(postings::extended(
                stored()?.as_ref().map(redb::AccessGuard::value),
                &more,
            )),
        })
    }
}

impl From<Option<Vec<u8>>> for Change {
    fn from(value: Option<Vec<u8>>) -> Self {
        value.map_or(Self::Gone, Self::Put)
    }
}

pub(super) type Bytes<'a> = redb::AccessGuard<'a, &'static [u8]>;
pub(super) type Stored<'txn> = redb::Table<'txn, &'static [u8], &'static [u8]>;

/// The open tables of one commit, shared by the writes that are joined in it.
pub(super) struct Tables<'txn> {
    tables: Vec<Stored<'txn>>,
    /// Entries of a list that are counted together.
    block: u64,
}

impl<'txn> Tables<'txn> {
    pub(super) fn open(
        transaction: &'txn WriteTransaction,
        block: u64,
    ) -> Result<Self, StoreError> {
        let tables = ALL
            .iter()
            .map(|table| transaction.open_table(table.definition()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { tables, block })
    }

    /// Puts one entry into its table at once.
    pub(super) fn insert(
        &mut self,
        table: Table,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), StoreError> {
        self.tables[table as usize].insert(key, value)?;
        Ok(())
    }

    /// Puts the changes of one finished write into the transaction. The terms of many records are as much work as all the
    /// rest, so a second thread takes them.
    pub(super) fn apply(&mut self, mut changes: [Changes; COUNT]) -> Result<(), StoreError> {
        debug_assert!(changes[Table::OrderBlocks as usize].is_empty());
        let mut take = |table: Table| std::mem::take(&mut changes[table as usize]);
        let (terms, order) = (take(Table::Terms), take(Table::Order));
        let mut tables: Vec<_> = self.tables.iter_mut().map(Some).collect();
        let mut table = |table: Table| tables[table as usize].take().ok_or(StoreError::Closed);
        let terms = [(table(Table::Terms)?, terms)];
        let mut lists = Counted {
            lists: table(Table::Order)?,
            counts: table(Table::OrderBlocks)?,
            most: self.block,
        };
        let rest = tables.into_iter().zip(changes);
        let rest = rest.filter_map(|(table, changes)| Some((table?, changes)));
        let others = move || put_all(rest).and_then(|()| lists.put(order));
        if terms[0].1.len() < MANY {
            put_all(terms)?;
            return others();
        }
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| put_all(terms));
            let here = others();
            here.and(beside.join().unwrap_or(Err(StoreError::Panicked)))
        })
    }
}

/// Changed terms from which on a second thread is worth its start.
const MANY: usize = 2_000;

fn put_all<'a, 'txn: 'a>(
    changes: impl IntoIterator<Item = (&'a mut Stored<'txn>, Changes)>,
) -> Result<(), StoreError> {
    for (table, changes) in changes {
        for (key, change) in changes {
            let value = change.over(|| stored(table, &key))?;
            match value {
                Some(value) => drop(table.insert(key.as_slice(), value.as_slice())?),
                None => drop(table.remove(key.as_slice())?),
            }
        }
    }
    Ok(())
}

/// One write in progress: reads see its own changes, and nothing reaches the database until it succeeds.
pub(in crate::data) struct Write<'a, 'txn> {
    tables: &'a Tables<'txn>,
    changes: [Changes; COUNT],
}

impl<'a, 'txn> Write<'a, 'txn> {
    pub(super) fn new(tables: &'a Tables<'txn>) -> Self {
        Self {
            tables,
            changes: std::array::from_fn(|_| Changes::new()),
        }
    }

    pub(super) fn into_changes(self) -> [Changes; COUNT] {
        self.changes
    }

    /// Sets a key.
    pub(in crate::data) fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.changes[table as usize].insert(key, Change::Put(value));
    }

    /// Removes a key; a key that is not there is no error.
    pub(in crate::data) fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.changes[table as usize].insert(key, Change::Gone);
    }

    /// Removes every key that begins with `prefix`. Holds them all at once: for what one person or one act has put there.
    pub(in crate::data) fn delete_under(
        &mut self,
        table: Table,
        prefix: &[u8],
    ) -> Result<(), StoreError> {
        let mut keys = Vec::new();
        self.scan(table, prefix, &prefix_end(prefix), &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        })?;
        for key in keys {
            self.delete(table, key);
        }
        Ok(())
    }

    /// Lets `change` work on a value in place; `None` is one that is not there.
    pub(in crate::data) fn modify(
        &mut self,
        table: Table,
        key: Vec<u8>,
        change: impl FnOnce(&mut Option<Vec<u8>>),
    ) -> Result<(), StoreError> {
        let below = &self.tables.tables[table as usize];
        match self.changes[table as usize].entry(key) {
            Entry::Occupied(mut pending) => {
                let so_far = std::mem::replace(pending.get_mut(), Change::Gone);
                let mut value = so_far.over(|| stored(below, pending.key()))?;
                change(&mut value);
                *pending.get_mut() = value.into();
            }
            Entry::Vacant(place) => {
                let mut value = stored(below, place.key())?.map(|guard| guard.value().to_vec());
                change(&mut value);
                place.insert(value.into());
            }
        }
        Ok(())
    }

    /// Adds a number to a bitmap of the terms; `change` does it where this write knows the bitmap already.
    pub(super) fn add_number(
        &mut self,
        key: Vec<u8>,
        number: u16,
        change: impl FnOnce(&mut Option<Vec<u8>>),
    ) -> Result<(), StoreError> {
        let changes = &mut self.changes[Table::Terms as usize];
        match changes.get_mut(&key) {
            None => drop(changes.insert(key, Change::More(number.to_le_bytes().to_vec()))),
            Some(Change::More(more)) if postings::is_next(more, number) => {
                more.extend_from_slice(&number.to_le_bytes());
            }
            Some(_) => self.modify(Table::Terms, key, change)?,
        }
        Ok(())
    }

    /// Reads a value, lets `change` work on it, and puts it back (`None` removes it).
    pub(in crate::data) fn update(
        &mut self,
        table: Table,
        key: Vec<u8>,
        change: impl FnOnce(Option<&[u8]>) -> Result<Option<Vec<u8>>, StoreError>,
    ) -> Result<(), StoreError> {
        let next = change(self.get(table, &key)?.as_deref())?;
        self.changes[table as usize].insert(key, next.into());
        Ok(())
    }
}

impl Read for Write<'_, '_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let below = &self.tables.tables[table as usize];
        Ok(match self.changes[table as usize].get(key) {
            Some(Change::Put(value)) => Some(value.clone()),
            Some(Change::Gone) => None,
            Some(Change::More(more)) => {
                let stored = stored(below, key)?;
                Some(postings::extended(
                    stored.as_ref().map(redb::AccessGuard::value),
                    more,
                ))
            }
            None => stored(below, key)?.map(|guard| guard.value().to_vec()),
        })
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        if from >= to {
            return Ok(());
        }
        let mut pending = self.changes[table as usize]
            .range::<[u8], _>((Bound::Included(from), Bound::Excluded(to)))
            .peekable();
        for entry in self.tables.tables[table as usize].range::<&[u8]>(from..to)? {
            let (key, value) = entry?;
            let key = key.value();
            while let Some((new_key, change)) =
                pending.next_if(|(new_key, _)| new_key.as_slice() < key)
            {
                if visit_new(new_key, change, visit).is_break() {
                    return Ok(());
                }
            }
            let flow = match pending.next_if(|(new_key, _)| new_key.as_slice() == key) {
                Some((_, Change::More(more))) => {
                    visit(key, &postings::extended(Some(value.value()), more))
                }
                Some((new_key, change)) => visit_new(new_key, change, visit),
                None => visit(key, value.value()),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        for (new_key, change) in pending {
            if visit_new(new_key, change, visit).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Visits a key that is not stored yet, or whose stored value is of no account any more.
fn visit_new(key: &[u8], change: &Change, visit: Visit<'_>) -> ControlFlow<()> {
    match change {
        Change::Put(value) => visit(key, value),
        Change::Gone => ControlFlow::Continue(()),
        Change::More(more) => visit(key, &postings::extended(None, more)),
    }
}

pub(super) fn stored<'a>(
    table: &'a Stored<'_>,
    key: &[u8],
) -> Result<Option<Bytes<'a>>, StoreError> {
    Ok(table.get(key)?)
}
