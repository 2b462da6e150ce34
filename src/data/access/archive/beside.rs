//! What is done with the lines of an archive on threads of their own, while the next ones are read.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::aside::Aside;
use crate::data::records::field::RecordType;
use crate::data::records::index;
use crate::data::records::record::Record;
use crate::data::store::{Entries, EntryRef, Run, Source, Store, StoreError, Table, postings};

/// Bytes of entries handed over at once.
const BATCH: usize = 1 << 20;
/// Such batches on their way.
const BATCHES: usize = 2;
/// Bytes in memory of what records are found by.
const MOST_ASIDE: usize = 16 << 20;

/// A thread that is handed work, bounded, and gives something back at the end.
struct Beside<W, T> {
    work: Option<SyncSender<W>>,
    thread: Option<JoinHandle<Result<T, StoreError>>>,
}

impl<W: Send + 'static, T: Send + 'static> Beside<W, T> {
    fn begin(
        name: &str,
        work: impl FnOnce(Receiver<W>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel(BATCHES);
        let thread = thread::Builder::new().name(name.to_owned());
        Ok(Self {
            work: Some(sender),
            thread: Some(thread.spawn(move || work(receiver))?),
        })
    }

    /// Hands work over; waits while too much is on its way. Where the thread has failed, this is its error.
    fn give(&mut self, work: W) -> Result<(), StoreError> {
        match &self.work {
            Some(to) if to.send(work).is_ok() => Ok(()),
            _ => Err(self.close().err().unwrap_or(StoreError::Closed)),
        }
    }

    fn close(&mut self) -> Result<T, StoreError> {
        self.work = None;
        let thread = self.thread.take().ok_or(StoreError::Closed)?;
        thread.join().unwrap_or(Err(StoreError::Panicked))
    }
}

impl<W, T> Drop for Beside<W, T> {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Writes entries into a new store. Nothing else is to be written there meanwhile.
pub(super) struct Fill {
    batch: Entries,
    beside: Beside<Entries, ()>,
}

impl Fill {
    pub(super) fn begin(store: &Store) -> Result<Self, StoreError> {
        let store = store.clone();
        let fill = move |batches| store.fill(&mut Batches::of(batches));
        Ok(Self {
            batch: Entries::default(),
            beside: Beside::begin("load-write", fill)?,
        })
    }

    pub(super) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.batch.put(table, key, value);
        if self.batch.size() >= BATCH {
            self.beside.give(std::mem::take(&mut self.batch))?;
        }
        Ok(())
    }

    /// Returns once all of them are in the store.
    pub(super) fn end(mut self) -> Result<(), StoreError> {
        self.beside.give(std::mem::take(&mut self.batch))?;
        self.beside.close()
    }
}

/// Entries in batches, as one after the other.
struct Batches {
    from: Receiver<Entries>,
    now: Entries,
}

impl Batches {
    fn of(from: Receiver<Entries>) -> Self {
        Self {
            from,
            now: Entries::default(),
        }
    }
}

impl Source for Batches {
    fn next_entry(&mut self) -> Result<Option<EntryRef<'_>>, StoreError> {
        while self.now.is_at_end() {
            match self.from.recv() {
                Ok(next) => self.now = next,
                Err(_) => return Ok(None),
            }
        }
        self.now.next_entry()
    }
}

/// Derives what records are found by, and puts it aside.
pub(super) struct Derive {
    beside: Beside<(&'static RecordType, Vec<Record>), Vec<Run>>,
}

impl Derive {
    pub(super) fn begin(folder: &Path) -> Result<Self, StoreError> {
        let mut aside = Aside::new(folder, MOST_ASIDE);
        let derive = move |records: Receiver<(&'static RecordType, Vec<Record>)>| {
            for (kind, mut records) in records {
                records.sort_unstable_by_key(|record| record.document);
                let chunk = |record: &Record| record.document / postings::CHUNK_DOCUMENTS;
                for same in records.chunk_by(|one, next| chunk(one) == chunk(next)) {
                    index::entries(kind, same, &mut |table, key, value| {
                        aside.put(table, key, value)
                    })?;
                }
            }
            aside.into_runs()
        };
        Ok(Self {
            beside: Beside::begin("load-derive", derive)?,
        })
    }

    pub(super) fn take(
        &mut self,
        kind: &'static RecordType,
        records: Vec<Record>,
    ) -> Result<(), StoreError> {
        self.beside.give((kind, records))
    }

    /// What was derived, in files each in order of keys.
    pub(super) fn end(mut self) -> Result<Vec<Run>, StoreError> {
        self.beside.close()
    }
}
