//! Writing: what one write means to change, kept apart until it succeeds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::{Bound, ControlFlow};

use redb::{ReadableTable, WriteTransaction};

use super::error::StoreError;
use super::snapshot::{Read, Visit};
use super::tables::{ALL, COUNT, Table};

type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The open tables of one commit, shared by the writes that are joined in it.
pub(super) struct Tables<'txn> {
    tables: Vec<redb::Table<'txn, &'static [u8], &'static [u8]>>,
}

impl<'txn> Tables<'txn> {
    pub(super) fn open(transaction: &'txn WriteTransaction) -> Result<Self, StoreError> {
        let tables = ALL
            .iter()
            .map(|table| transaction.open_table(table.definition()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { tables })
    }

    /// Puts the changes of one finished write into the transaction.
    pub(super) fn apply(&mut self, changes: [Changes; COUNT]) -> Result<(), StoreError> {
        for (table, changes) in self.tables.iter_mut().zip(changes) {
            for (key, value) in changes {
                match value {
                    Some(value) => drop(table.insert(key.as_slice(), value.as_slice())?),
                    None => drop(table.remove(key.as_slice())?),
                }
            }
        }
        Ok(())
    }
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
        self.changes[table as usize].insert(key, Some(value));
    }

    /// Removes a key; a key that is not there is no error.
    pub(in crate::data) fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.changes[table as usize].insert(key, None);
    }

    /// Lets `change` work on a value in place; `None` is one that is not there.
    pub(in crate::data) fn modify(
        &mut self,
        table: Table,
        key: Vec<u8>,
        change: impl FnOnce(&mut Option<Vec<u8>>),
    ) -> Result<(), StoreError> {
        match self.changes[table as usize].entry(key) {
            Entry::Occupied(pending) => change(pending.into_mut()),
            Entry::Vacant(place) => {
                let stored = self.tables.tables[table as usize].get(place.key().as_slice())?;
                let mut value = stored.map(|guard| guard.value().to_vec());
                change(&mut value);
                place.insert(value);
            }
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
        let next = match self.changes[table as usize].get(&key) {
            Some(pending) => change(pending.as_deref())?,
            None => match self.tables.tables[table as usize].get(key.as_slice())? {
                Some(guard) => change(Some(guard.value()))?,
                None => change(None)?,
            },
        };
        self.changes[table as usize].insert(key, next);
        Ok(())
    }
}

impl Read for Write<'_, '_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(pending) = self.changes[table as usize].get(key) {
            return Ok(pending.clone());
        }
        Ok(self.tables.tables[table as usize]
            .get(key)?
            .map(|guard| guard.value().to_vec()))
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
                if let Some(new_value) = change
                    && visit(new_key, new_value).is_break()
                {
                    return Ok(());
                }
            }
            let flow = match pending.next_if(|(new_key, _)| new_key.as_slice() == key) {
                Some((_, Some(new_value))) => visit(key, new_value),
                Some((_, None)) => ControlFlow::Continue(()),
                None => visit(key, value.value()),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        for (new_key, change) in pending {
            if let Some(new_value) = change
                && visit(new_key, new_value).is_break()
            {
                return Ok(());
            }
        }
        Ok(())
    }
}
