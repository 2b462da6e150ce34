//! Entries put aside in files and given back in order of keys, for an index that is built as a whole: written in
//! order, each page of the database is written about once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::tables::{ALL, Table};

/// An entry of a table: key and value.
pub(in crate::data) type TableEntry = (Table, Vec<u8>, Vec<u8>);

const BUFFER: usize = 64 << 10;

/// Entries put aside; no key twice.
pub(in crate::data) struct Aside {
    folder: PathBuf,
    runs: Vec<File>,
}

impl Aside {
    /// Nothing yet; the files are nameless ones of this folder, and vanish with the process.
    pub(in crate::data) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            runs: Vec::new(),
        }
    }

    /// Puts entries aside.
    pub(in crate::data) fn add(&mut self, mut entries: Vec<TableEntry>) -> Result<(), StoreError> {
        entries.sort_unstable();
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.folder)?);
        for (table, key, value) in &entries {
            run.write_all(&[*table as u8])?;
            run.write_all(&(key.len() as u32).to_be_bytes())?;
            run.write_all(&(value.len() as u32).to_be_bytes())?;
            run.write_all(key)?;
            run.write_all(value)?;
        }
        let mut file = run
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// All of them, table by table, in order of keys.
    pub(in crate::data) fn sorted(self) -> Result<Sorted, StoreError> {
        let runs = self.runs.into_iter();
        let mut sorted = Sorted {
            runs: runs
                .map(|run| BufReader::with_capacity(BUFFER, run))
                .collect(),
            heads: BinaryHeap::new(),
        };
        for run in 0..sorted.runs.len() {
            sorted.advance(run)?;
        }
        Ok(sorted)
    }
}

/// See [`Aside::sorted`].
pub(in crate::data) struct Sorted {
    runs: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<(TableEntry, usize)>>,
}

impl Sorted {
    fn advance(&mut self, run: usize) -> Result<(), StoreError> {
        let reader = &mut self.runs[run];
        let mut head = [0; 9];
        if reader.read(&mut head[..1])? == 0 {
            return Ok(());
        }
        reader.read_exact(&mut head[1..])?;
        let length = |at: usize| {
            let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
            u32::from_be_bytes(bytes) as usize
        };
        let (mut key, mut value) = (vec![0; length(1)], vec![0; length(5)]);
        reader.read_exact(&mut key)?;
        reader.read_exact(&mut value)?;
        let table = ALL[usize::from(head[0])];
        self.heads.push(Reverse(((table, key, value), run)));
        Ok(())
    }
}

impl Iterator for Sorted {
    type Item = Result<TableEntry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((entry, run)) = self.heads.pop()?;
        Some(self.advance(run).map(|()| entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_aside_comes_back_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut aside = Aside::new(folder.path());
        let entry = |n: u32| {
            let table = if n % 2 == 0 {
                Table::Order
            } else {
                Table::Terms
            };
            (table, n.to_string().into_bytes(), vec![7; n as usize % 5])
        };
        for run in 0..7 {
            aside
                .add((0..1000).filter(|n| n * 31 % 7 == run).map(entry).collect())
                .expect("room");
        }
        let sorted: Vec<TableEntry> = aside
            .sorted()
            .expect("readable")
            .collect::<Result<_, _>>()
            .expect("readable");
        let mut expected: Vec<TableEntry> = (0..1000).map(entry).collect();
        expected.sort();
        assert_eq!(sorted, expected);
    }
}
