//! Entries put aside in files and given back in order of keys, for an index that is built as a whole: written in
//! order, each page of the database is written about once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use super::error::StoreError;
use super::postings;
use super::tables::{ALL, Table};

/// An entry of a table: key and value.
pub(in crate::data) type TableEntry = (Table, Vec<u8>, Vec<u8>);

const BUFFER: usize = 64 << 10;

/// Entries put aside in one nameless file, which vanishes with the process.
pub(in crate::data) struct Run(File);

impl Run {
    /// Puts entries aside in a file of this folder.
    pub(in crate::data) fn new(
        folder: &Path,
        mut entries: Vec<TableEntry>,
    ) -> Result<Self, StoreError> {
        entries.sort_unstable();
        Self::in_order(folder, entries.into_iter().map(Ok))
    }

    /// Puts entries aside that come in order.
    pub(in crate::data) fn in_order(
        folder: &Path,
        entries: impl Iterator<Item = Result<TableEntry, StoreError>>,
    ) -> Result<Self, StoreError> {
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?);
        for entry in entries {
            let (table, key, value) = &entry?;
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
        Ok(Self(file))
    }
}

/// The entries of several runs, table by table, in order of keys; a key that is in two of them comes twice.
pub(in crate::data) struct Sorted {
    runs: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<(TableEntry, usize)>>,
}

impl Sorted {
    /// Joins them.
    pub(in crate::data) fn new(runs: Vec<Run>) -> Result<Self, StoreError> {
        let runs = runs.into_iter();
        let mut sorted = Self {
            runs: runs
                .map(|Run(file)| BufReader::with_capacity(BUFFER, file))
                .collect(),
            heads: BinaryHeap::new(),
        };
        for run in 0..sorted.runs.len() {
            sorted.advance(run)?;
        }
        Ok(sorted)
    }

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

impl Sorted {
    /// The entries with every key once: bitmaps of one key become one, and any other key that comes twice is an error.
    pub(in crate::data) fn joined(self) -> Joined {
        Joined(self.peekable())
    }
}

/// See [`Sorted::joined`].
pub(in crate::data) struct Joined(std::iter::Peekable<Sorted>);

impl Iterator for Joined {
    type Item = Result<TableEntry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (table, key, mut value) = match self.0.next()? {
            Ok(entry) => entry,
            Err(error) => return Some(Err(error)),
        };
        let same = |next: &Result<TableEntry, StoreError>| {
            next.as_ref()
                .is_ok_and(|next| (next.0, &next.1) == (table, &key))
        };
        while let Some(next) = self.0.next_if(same) {
            match next {
                Ok((_, _, more)) if table == Table::Terms => value = postings::union(&value, &more),
                Ok(_) => {
                    return Some(Err(StoreError::Corrupt(format!(
                        "two things have one place in {table:?}"
                    ))));
                }
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok((table, key, value)))
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
        let entry = |n: u32| {
            let table = if n.is_multiple_of(2) {
                Table::Order
            } else {
                Table::Terms
            };
            (table, n.to_string().into_bytes(), vec![7; n as usize % 5])
        };
        let run = |run| {
            let entries = (0..1000).filter(|n| n * 31 % 7 == run).map(entry);
            Run::new(folder.path(), entries.collect()).expect("room")
        };
        let sorted: Vec<TableEntry> = Sorted::new((0..7).map(run).collect())
            .expect("readable")
            .collect::<Result<_, _>>()
            .expect("readable");
        let mut expected: Vec<TableEntry> = (0..1000).map(entry).collect();
        expected.sort();
        assert_eq!(sorted, expected);
    }
}
