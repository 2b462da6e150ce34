//! Entries put aside until all are known, then given back in order of keys.

use std::path::{Path, PathBuf};

use crate::data::store::{Entries, Run, Sorted, StoreError, Table};

/// Files at once; more are made one.
const MOST_RUNS: usize = 64;

/// Entries put aside, most of them in nameless files of a folder.
pub(super) struct Aside {
    folder: PathBuf,
    entries: Entries,
    /// Bytes held in memory.
    most: usize,
    runs: Vec<Run>,
}

impl Aside {
    pub(super) fn new(folder: &Path, most: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            entries: Entries::default(),
            most,
            runs: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.entries.put(table, key, value);
        if self.entries.size() >= self.most {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        if !self.entries.is_empty() {
            self.runs.push(self.entries.set_aside(&self.folder)?);
        }
        if self.runs.len() >= MOST_RUNS {
            let runs = std::mem::take(&mut self.runs);
            let one = Run::in_order(&self.folder, &mut Sorted::new(runs)?.joined())?;
            self.runs.push(one);
        }
        Ok(())
    }

    /// All of them as files, none of which is out of order.
    pub(super) fn into_runs(mut self) -> Result<Vec<Run>, StoreError> {
        self.spill()?;
        Ok(self.runs)
    }
}
