//! A disk in memory that fails on demand, for tests of what the store promises.
//!
//! It keeps two images: what a running program reads back (the page cache) and what is surely on the medium (what was
//! there at the last `fsync`). A power cut leaves the second with a seeded choice of what was written since, sector by
//! sector. A failed `fsync` behaves as Linux does: what it should have written counts as clean and is not written by a
//! later one, unless the page is written again.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use redb::StorageBackend;

/// Smallest unit that a power cut leaves whole.
const SECTOR: usize = 512;
/// Unit of the page cache and of room on the disk.
const PAGE: usize = 4096;

/// What goes wrong. Operations are writes, changes of length and `fsync`s, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Operation `at` fails; with `forever` every later one and every reading too.
    Fail {
        /// Which operation.
        at: u64,
        /// Whether the disk stays dead.
        forever: bool,
    },
    /// Reading `at` fails, once; readings are counted by themselves.
    FailRead {
        /// Which reading.
        at: u64,
    },
    /// Operation `at` meets a full disk, and so does everything that needs more room, until [`Disk::make_room`].
    NoRoom {
        /// Which operation.
        at: u64,
    },
    /// Operation `at` writes a part, in steps of `step` bytes, and fails, once.
    Torn {
        /// Which operation.
        at: u64,
        /// 512 for sectors, 4096 for pages.
        step: usize,
    },
    /// The power goes at operation `at`; everything fails from then on. See [`Disk::after_power_cut`].
    PowerCut {
        /// Which operation.
        at: u64,
    },
}

#[derive(Clone, Debug)]
enum Operation {
    Write { offset: usize, data: Vec<u8> },
    SetLen(usize),
}

#[derive(Debug)]
struct State {
    live: Vec<u8>,
    durable: Vec<u8>,
    /// Done since the last `fsync` that worked.
    unsynced: Vec<Operation>,
    /// Pages that a failed `fsync` left behind: read back, but not on the medium.
    orphaned: BTreeSet<usize>,
    allocated: BTreeSet<usize>,
    full: bool,
    dead: bool,
    locked: bool,
    operations: u64,
    readings: u64,
    fault: Option<Fault>,
    dice: ChaCha8Rng,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Disk(Arc<Mutex<State>>);

impl Disk {
    /// An empty disk; `seed` decides what a fault keeps.
    pub fn new(seed: u64) -> Self {
        Self::with_image(Vec::new(), seed)
    }

    /// A disk with these contents, all of them durable.
    pub fn with_image(image: Vec<u8>, seed: u64) -> Self {
        let allocated = (0..image.len().div_ceil(PAGE)).collect();
        Self(Arc::new(Mutex::new(State {
            live: image.clone(),
            durable: image,
            unsynced: Vec::new(),
            orphaned: BTreeSet::new(),
            allocated,
            full: false,
            dead: false,
            locked: false,
            operations: 0,
            readings: 0,
            fault: None,
            dice: ChaCha8Rng::seed_from_u64(seed),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fault for the operations to come.
    pub fn set_fault(&self, fault: Fault) {
        self.state().fault = Some(fault);
    }

    /// Operations so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Readings so far.
    pub fn readings(&self) -> u64 {
        self.state().readings
    }

    /// Whether the fault has happened.
    pub fn is_faulted(&self) -> bool {
        self.state().fault.is_none()
    }

    /// Room again on a full disk.
    pub fn make_room(&self) {
        self.state().full = false;
    }

    /// The disk that another process finds: everything written, synced or not.
    pub fn after_process_end(&self) -> Self {
        Self::with_image(self.state().live.clone(), 0)
    }

    /// The disk that the machine finds when the power is back: what was synced, and a seeded part of what was not.
    pub fn after_power_cut(&self) -> Self {
        let mut state = self.state();
        let state = &mut *state;
        let mut image = state.durable.clone();
        for operation in &state.unsynced {
            match operation {
                Operation::SetLen(length) => {
                    if state.dice.random_bool(0.7) {
                        image.resize(*length, 0);
                    }
                }
                Operation::Write { offset, data } => {
                    // A third is lost, a third is there, a third is there in part.
                    let part = state.dice.random_range(0..3);
                    for (number, sector) in data.chunks(SECTOR).enumerate() {
                        if part == 1 || (part == 2 && state.dice.random_bool(0.5)) {
                            put(&mut image, offset + number * SECTOR, sector);
                        }
                    }
                }
            }
        }
        let seed = state.dice.random();
        Self::with_image(image, seed)
    }

    /// The disk as the store opens it. Only one at a time may be open.
    pub fn backend(&self) -> Backend {
        Backend {
            disk: self.clone(),
            holds_lock: Mutex::new(false),
        }
    }
}

fn put(image: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if image.len() < offset + data.len() {
        image.resize(offset + data.len(), 0);
    }
    image[offset..offset + data.len()].copy_from_slice(data);
}

fn broken() -> io::Error {
    io::Error::other("the disk of this test failed")
}

fn no_room() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

impl State {
    /// Counts an operation; how much of it is to be done, and the error it ends with.
    fn begin(&mut self, bytes: usize) -> (usize, Option<io::Error>) {
        let number = self.operations;
        self.operations += 1;
        if self.dead {
            return (0, Some(broken()));
        }
        match self.fault {
            Some(Fault::Fail { at, forever }) if at == number => {
                self.fault = None;
                self.dead = forever;
                (0, Some(broken()))
            }
            Some(Fault::NoRoom { at }) if at == number => {
                self.fault = None;
                self.full = true;
                (0, Some(no_room()))
            }
            Some(Fault::Torn { at, step }) if at == number => {
                self.fault = None;
                let part = self.dice.random_range(0..=bytes / step) * step;
                (part, Some(broken()))
            }
            Some(Fault::PowerCut { at }) if at == number => {
                self.fault = None;
                self.dead = true;
                (bytes, Some(broken()))
            }
            _ => (bytes, None),
        }
    }

    fn write(&mut self, offset: usize, data: &[u8]) {
        put(&mut self.live, offset, data);
        let pages = offset / PAGE..(offset + data.len()).div_ceil(PAGE);
        self.allocated.extend(pages.clone());
        self.unsynced.push(Operation::Write {
            offset,
            data: data.to_vec(),
        });
        for page in pages {
            if self.orphaned.remove(&page) {
                let from = page * PAGE;
                let to = (from + PAGE).min(self.live.len());
                self.unsynced.push(Operation::Write {
                    offset: from,
                    data: self.live[from..to].to_vec(),
                });
            }
        }
    }

    fn sync(&mut self) {
        for operation in self.unsynced.drain(..) {
            match operation {
                Operation::Write { offset, data } => put(&mut self.durable, offset, &data),
                Operation::SetLen(length) => self.durable.resize(length, 0),
            }
        }
    }

    fn orphan(&mut self) {
        let unsynced = std::mem::take(&mut self.unsynced);
        for operation in unsynced {
            match operation {
                Operation::Write { offset, data } => {
                    let pages = offset / PAGE..(offset + data.len()).div_ceil(PAGE);
                    self.orphaned.extend(pages);
                }
                // A file's length is in the journal of the file system, not in the file's pages.
                Operation::SetLen(length) => self.unsynced.push(Operation::SetLen(length)),
            }
        }
    }
}

/// [`Disk`] as a storage backend of the database engine.
#[derive(Debug)]
pub struct Backend {
    disk: Disk,
    holds_lock: Mutex<bool>,
}

impl Backend {
    fn unlock(&self) {
        let mut holds = self
            .holds_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *holds) {
            self.disk.state().locked = false;
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.unlock();
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.disk.state().live.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let mut state = self.disk.state();
        let number = state.readings;
        state.readings += 1;
        if state.dead {
            return Err(broken());
        }
        if state.fault == Some(Fault::FailRead { at: number }) {
            state.fault = None;
            return Err(broken());
        }
        let offset = offset as usize;
        let found = state.live.get(offset..offset + out.len());
        out.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> Result<(), io::Error> {
        let mut state = self.disk.state();
        let (_, error) = state.begin(0);
        if let Some(error) = error {
            return Err(error);
        }
        let length = length as usize;
        state.live.resize(length, 0);
        state.allocated.retain(|page| *page < length.div_ceil(PAGE));
        state.unsynced.push(Operation::SetLen(length));
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        let mut state = self.disk.state();
        let (_, error) = state.begin(0);
        match error {
            None => state.sync(),
            // With the power gone nobody is left to lose track of what was not written.
            Some(_) if state.dead => {}
            Some(_) => state.orphan(),
        }
        error.map_or(Ok(()), Err)
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let mut state = self.disk.state();
        let offset = offset as usize;
        let (part, error) = state.begin(data.len());
        let pages = offset / PAGE..(offset + data.len()).div_ceil(PAGE);
        let grows = pages
            .into_iter()
            .any(|page| !state.allocated.contains(&page));
        if state.full && grows {
            return Err(no_room());
        }
        if part > 0 {
            state.write(offset, &data[..part]);
        }
        error.map_or(Ok(()), Err)
    }

    fn close(&self) -> Result<(), io::Error> {
        self.unlock();
        Ok(())
    }

    fn try_lock_range(
        &self,
        start: std::ops::Bound<u64>,
        end: std::ops::Bound<u64>,
    ) -> Result<bool, redb::BackendError> {
        use std::ops::Bound;
        if !matches!(start, Bound::Unbounded | Bound::Included(0)) || end != Bound::Unbounded {
            return Err(redb::BackendError::Unsupported);
        }
        let mut holds = self
            .holds_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut state = self.disk.state();
        if state.locked {
            return Ok(false);
        }
        state.locked = true;
        *holds = true;
        Ok(true)
    }

    fn unlock_range(
        &self,
        _start: std::ops::Bound<u64>,
        _end: std::ops::Bound<u64>,
    ) -> Result<(), redb::BackendError> {
        self.unlock();
        Ok(())
    }
}
