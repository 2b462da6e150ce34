//! A database that is filled from nothing: entries go straight into the tables, many in a transaction, without the way of
//! single writes, which keep apart what they mean to change until it is decided.

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{BackendError, Database, StorageBackend};

use super::blocks::InOrder as Blocks;
use super::cipher::{self, Cipher, Keyring};
use super::error::StoreError;
use super::files::Files;
use super::open::{FILE, builder, guarded};
use super::sorting::Source;
use super::tables::Table;
use super::write::Tables;
use super::{Opener, REOPEN_PAUSE, Seal, Store, blocks, open};

/// Bytes of entries in one transaction. More would keep longer lists of pages in memory.
const AT_ONCE: usize = 32 << 20;

impl Store {
    /// A new database in a folder that has none, to be filled. It is written without being brought onto the disk: where the
    /// machine stops, it is of no use. Whoever keeps it calls [`Store::sync`] at the end.
    pub(in crate::data) fn open_to_fill(
        folder: &Path,
        cache_bytes: usize,
        keys: &Keyring,
    ) -> Result<Self, StoreError> {
        open::prepare(folder, cache_bytes, keys)?;
        let seal = Seal::of_folder(folder)?;
        let beside = cipher::beside(folder, keys)?;
        let files = Files::open(folder, keys, beside.key.as_ref())?;
        let (folder, keys) = (folder.to_owned(), keys.clone());
        let opener: Opener = Box::new(move || open_unsynced(&folder, cache_bytes, &keys));
        Ok(Self {
            work_files: beside.work_files,
            key_place: beside.key_place,
            files,
            ..Self::start(opener, REOPEN_PAUSE, blocks::MOST, seal)?
        })
    }

    /// Puts entries into tables, on this thread; no other write may be under way. Fastest in order of keys. The lists of
    /// [`Table::Order`] have to come whole and in order, since their blocks are counted as they come.
    pub(in crate::data) fn fill(&self, from: &mut impl Source) -> Result<(), StoreError> {
        let mut lists = Blocks::new(self.shared.block);
        loop {
            let transaction = self.shared.database()?.begin_write()?;
            let mut tables = Tables::open(&transaction, self.shared.block)?;
            let more = fill_some(&mut tables, &mut lists, from)?;
            drop(tables);
            transaction.commit()?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Brings the file of a folder onto the disk that was filled there, and is closed by now.
    pub(in crate::data) fn sync(folder: &Path) -> Result<(), StoreError> {
        File::open(folder.join(FILE))?.sync_all()?;
        open::sync_folder(folder)
    }
}

/// Puts entries into the tables of a transaction; whether there are more than fit in it.
fn fill_some(
    tables: &mut Tables<'_>,
    lists: &mut Blocks,
    from: &mut impl Source,
) -> Result<bool, StoreError> {
    let mut bytes = 0;
    while let Some((table, key, value)) = from.next_entry()? {
        tables.insert(table, key, value)?;
        if table == Table::Order
            && let Some((start, count)) = lists.next(key)
        {
            tables.insert(Table::OrderBlocks, &start, &count.to_be_bytes())?;
        }
        bytes += key.len() + value.len();
        if bytes >= AT_ONCE {
            return Ok(true);
        }
    }
    if let Some((start, count)) = lists.end() {
        tables.insert(Table::OrderBlocks, &start, &count.to_be_bytes())?;
    }
    Ok(false)
}

fn open_unsynced(
    folder: &Path,
    cache_bytes: usize,
    keys: &Keyring,
) -> Result<Database, StoreError> {
    let file = File::options()
        .read(true)
        .write(true)
        .open(folder.join(FILE))?;
    let is_encrypted = cipher::is_encrypted(&file)?;
    let file = Unsynced(cipher::backend(file)?);
    let builder = builder(cache_bytes);
    guarded(|| {
        Ok(if is_encrypted {
            builder.create_with_backend(Cipher::open(file, keys)?)?
        } else {
            builder.create_with_backend(file)?
        })
    })
}

/// A file that nobody waits for: the system writes it when it likes.
#[derive(Debug)]
struct Unsynced(FileBackend);

impl StorageBackend for Unsynced {
    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::data::store::{Entries, Read};

    /// Entries of lists, of a few documents each, in order.
    fn lists() -> Entries {
        let mut entries = Entries::default();
        for entry in 0..9_000_u32 {
            let mut key = vec![(entry / 3_000) as u8; blocks::LIST];
            key.extend_from_slice(&entry.to_be_bytes());
            entries.put(Table::Order, &key, &[0; 4]);
        }
        entries
    }

    fn all(store: &Store, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut found = Vec::new();
        let snapshot = store.read().unwrap();
        let visit = &mut |key: &[u8], value: &[u8]| {
            found.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        };
        snapshot.scan(table, &[], &[u8::MAX; 40], visit).unwrap();
        found
    }

    #[test]
    fn a_filled_database_opens_as_any_other_and_holds_the_same() {
        let key = crate::data::store::DataKey::random().unwrap();
        let sealed = Keyring::default().encrypting("the test", key);
        for keys in [Keyring::default(), sealed] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open_to_fill(folder.path(), 1 << 20, &keys).unwrap();
            store.fill(&mut lists()).unwrap();
            // Single writes come behind it as ever.
            let write = |write: &mut crate::data::store::Write<'_, '_>| {
                write.put(Table::Meta, b"one".to_vec(), vec![1]);
                Ok::<_, StoreError>(())
            };
            store.write_blocking(write).unwrap();
            drop(store);
            Store::sync(folder.path()).unwrap();

            let (store, _) = Store::open(folder.path(), 1 << 20, &keys).unwrap();
            assert_eq!(all(&store, Table::Order).len(), 9_000);
            assert_eq!(store.read().unwrap().length(Table::Meta).unwrap(), 2);
            let counted = all(&store, Table::OrderBlocks);
            let counts = counted.iter().map(|(_, count)| {
                let count: [u8; 8] = count.as_slice().try_into().unwrap();
                u64::from_be_bytes(count)
            });
            assert!(counts.clone().all(|count| count <= blocks::MOST));
            assert_eq!(counts.sum::<u64>(), 9_000);
        }
    }

    #[test]
    fn lists_that_come_whole_are_counted_as_those_written_one_by_one() {
        let made = |way: fn(&Store)| {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open_to_fill(folder.path(), 1 << 20, &Keyring::default()).unwrap();
            way(&store);
            all(&store, Table::OrderBlocks)
        };
        let filled = made(|store| store.fill(&mut lists()).unwrap());
        let written = made(|store| {
            let write = |write: &mut crate::data::store::Write<'_, '_>| {
                let mut lists = lists();
                while let Some((table, key, value)) = lists.next_entry()? {
                    write.put(table, key.to_vec(), value.to_vec());
                }
                Ok::<_, StoreError>(())
            };
            store.write_blocking(write).unwrap();
        });
        let lists = |blocks: &[(Vec<u8>, Vec<u8>)]| {
            let of: Vec<u8> = blocks.iter().map(|(start, _)| start[0]).collect();
            (of.len(), of)
        };
        assert_eq!(lists(&filled), lists(&written));
    }
}
