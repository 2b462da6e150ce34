//! Entries put aside until all are known, then given back in order of keys.

use std::path::{Path, PathBuf};

use crate::data::store::{Joined, Run, Sorted, StoreError, TableEntry};

/// Bytes held in memory.
const MOST_BYTES: usize = 16 << 20;
/// What an entry takes beside its bytes.
const OVERHEAD: usize = 112;
/// Files at once; more are made one.
const MOST_RUNS: usize = 64;

/// Entries put aside, most of them in nameless files of a folder.
pub(super) struct Aside {
    folder: PathBuf,
    entries: Vec<TableEntry>,
    bytes: usize,
    runs: Vec<Run>,
}

impl Aside {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            entries: Vec::new(),
            bytes: 0,
            runs: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, entry: TableEntry) -> Result<(), StoreError> {
        self.bytes += entry.1.len() + entry.2.len() + OVERHEAD;
        self.entries.push(entry);
        if self.bytes >= MOST_BYTES {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        self.bytes = 0;
        self.runs.push(Run::new(&self.folder, entries)?);
        if self.runs.len() >= MOST_RUNS {
            let runs = std::mem::take(&mut self.runs);
            let one = Run::in_order(&self.folder, Sorted::new(runs)?.joined())?;
            self.runs.push(one);
        }
        Ok(())
    }

    /// All of them, every key once.
    pub(super) fn joined(mut self) -> Result<Joined, StoreError> {
        self.spill()?;
        Ok(Sorted::new(self.runs)?.joined())
    }
}
