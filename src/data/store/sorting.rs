//! Entries put aside in files and given back in order of keys, for an index that is built as a whole: written in
//! order, each page of the database is written about once.
//!
//! There are tens of millions of entries of a large firm, so none of them is an allocation of its own: they stand one behind
//! the other in one piece of memory, and what reads them lends what it holds.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use super::error::StoreError;
use super::postings;
use super::tables::{ALL, Table};

/// An entry of a table that is lent: key and value.
pub(in crate::data) type EntryRef<'a> = (Table, &'a [u8], &'a [u8]);

/// Gives entries one after the other, each lent until the next is asked for.
pub(in crate::data) trait Source {
    /// The next one; nothing at the end.
    fn next_entry(&mut self) -> Result<Option<EntryRef<'_>>, StoreError>;
}

/// Bytes read and written at once, for each file.
const BUFFER: usize = 64 << 10;
/// Bytes before an entry in a file: table, bytes of the key that the one before it has too, the others, those of the value.
const HEAD: usize = 1 + 2 + 4 + 4;

/// Entries in memory, one behind the other.
#[derive(Default)]
pub(in crate::data) struct Entries {
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// How many a [`Source`] has given.
    given: usize,
}

#[derive(Clone, Copy)]
struct Place {
    table: Table,
    start: u32,
    key: u32,
    value: u32,
}

impl Place {
    fn key<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let start = self.start as usize;
        &bytes[start..start + self.key as usize]
    }

    fn value<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let start = self.start as usize + self.key as usize;
        &bytes[start..start + self.value as usize]
    }
}

impl Entries {
    /// Adds one.
    pub(in crate::data) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) {
        debug_assert!(self.bytes.len() < u32::MAX as usize, "far too many at once");
        self.places.push(Place {
            table,
            start: self.bytes.len() as u32,
            key: key.len() as u32,
            value: value.len() as u32,
        });
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
    }

    /// Bytes of memory in use.
    pub(in crate::data) fn size(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<Place>()
    }

    /// Whether there are none.
    pub(in crate::data) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether all were given.
    pub(in crate::data) fn is_at_end(&self) -> bool {
        self.given >= self.places.len()
    }

    /// Puts them aside in a file of this folder, in order; the memory is ready for others.
    pub(in crate::data) fn set_aside(&mut self, folder: &Path) -> Result<Run, StoreError> {
        let bytes = &self.bytes;
        self.places.sort_unstable_by(|one, other| {
            let tables = (one.table as u8).cmp(&(other.table as u8));
            tables.then_with(|| one.key(bytes).cmp(other.key(bytes)))
        });
        self.given = 0;
        let run = Run::in_order(folder, self);
        self.clear();
        run
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        self.given = 0;
    }
}

impl Source for Entries {
    fn next_entry(&mut self) -> Result<Option<EntryRef<'_>>, StoreError> {
        let place = self.places.get(self.given);
        self.given += usize::from(place.is_some());
        Ok(place.map(|place| {
            (
                place.table,
                place.key(&self.bytes),
                place.value(&self.bytes),
            )
        }))
    }
}

/// Entries put aside in one nameless file, which vanishes with the process.
pub(in crate::data) struct Run(File);

impl Run {
    /// Puts entries aside that come in order.
    pub(in crate::data) fn in_order(
        folder: &Path,
        entries: &mut impl Source,
    ) -> Result<Self, StoreError> {
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?);
        let (mut before, mut before_in) = (Vec::new(), None);
        while let Some((table, key, value)) = entries.next_entry()? {
            if before_in != Some(table) {
                before.clear();
            }
            let shared = before.iter().zip(key).take(usize::from(u16::MAX));
            let shared = shared.take_while(|(one, other)| one == other).count();
            let mut head = [0; HEAD];
            head[0] = table as u8;
            head[1..3].copy_from_slice(&(shared as u16).to_be_bytes());
            head[3..7].copy_from_slice(&((key.len() - shared) as u32).to_be_bytes());
            head[7..].copy_from_slice(&(value.len() as u32).to_be_bytes());
            run.write_all(&head)?;
            run.write_all(&key[shared..])?;
            run.write_all(value)?;
            before.truncate(shared);
            before.extend_from_slice(&key[shared..]);
            before_in = Some(table);
        }
        let mut file = run
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Self(file))
    }
}

/// A run that is read, at one of its entries.
struct Cursor {
    from: BufReader<File>,
    table: u8,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Cursor {
    /// Goes to the next entry; `false` at the end.
    fn advance(&mut self) -> Result<bool, StoreError> {
        let mut head = [0; HEAD];
        if self.from.read(&mut head[..1])? == 0 {
            return Ok(false);
        }
        self.from.read_exact(&mut head[1..])?;
        let length = |at: usize| {
            let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
            u32::from_be_bytes(bytes) as usize
        };
        let shared = usize::from(u16::from_be_bytes([head[1], head[2]]));
        self.table = head[0];
        self.key.resize(shared + length(3), 0);
        self.from.read_exact(&mut self.key[shared..])?;
        self.value.resize(length(7), 0);
        self.from.read_exact(&mut self.value)?;
        Ok(true)
    }

    fn order(&self, other: &Self) -> Ordering {
        let tables = self.table.cmp(&other.table);
        tables.then_with(|| self.key.cmp(&other.key))
    }

    fn entry(&self) -> EntryRef<'_> {
        (ALL[usize::from(self.table)], &self.key, &self.value)
    }
}

/// The entries of several runs, table by table, in order of keys; a key that is in two of them comes twice.
pub(in crate::data) struct Sorted {
    /// A heap: none stands before the one at half its place.
    cursors: Vec<Cursor>,
    /// Whether the entry of the first one was given.
    given: bool,
}

impl Sorted {
    /// Joins them.
    pub(in crate::data) fn new(runs: Vec<Run>) -> Result<Self, StoreError> {
        let mut cursors = Vec::with_capacity(runs.len());
        for Run(file) in runs {
            let mut cursor = Cursor {
                from: BufReader::with_capacity(BUFFER, file),
                table: 0,
                key: Vec::new(),
                value: Vec::new(),
            };
            if cursor.advance()? {
                cursors.push(cursor);
            }
        }
        cursors.sort_by(Cursor::order);
        Ok(Self {
            cursors,
            given: false,
        })
    }

    /// The entries with every key once: bitmaps of one key become one, and any other key that comes twice is an error.
    pub(in crate::data) fn joined(self) -> Joined {
        Joined {
            from: self,
            key: Vec::new(),
            value: Vec::new(),
        }
    }

    /// The entry that comes next.
    fn peek(&mut self) -> Result<Option<EntryRef<'_>>, StoreError> {
        if std::mem::take(&mut self.given)
            && let Some(first) = self.cursors.first_mut()
        {
            if !first.advance()? {
                self.cursors.swap_remove(0);
            }
            self.sink();
        }
        Ok(self.cursors.first().map(Cursor::entry))
    }

    /// Brings the first one to where it belongs.
    fn sink(&mut self) {
        let mut at = 0;
        loop {
            let first = |one: usize, other: usize| {
                let (Some(here), Some(there)) = (self.cursors.get(one), self.cursors.get(other))
                else {
                    return one;
                };
                if there.order(here).is_lt() {
                    other
                } else {
                    one
                }
            };
            let least = first(first(at, 2 * at + 1), 2 * at + 2);
            if least == at {
                return;
            }
            self.cursors.swap(at, least);
            at = least;
        }
    }
}

impl Source for Sorted {
    fn next_entry(&mut self) -> Result<Option<EntryRef<'_>>, StoreError> {
        self.peek()?;
        self.given = !self.cursors.is_empty();
        Ok(self.cursors.first().map(Cursor::entry))
    }
}

/// See [`Sorted::joined`].
pub(in crate::data) struct Joined {
    from: Sorted,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Source for Joined {
    fn next_entry(&mut self) -> Result<Option<EntryRef<'_>>, StoreError> {
        let Some((table, key, value)) = self.from.next_entry()? else {
            return Ok(None);
        };
        self.key.clear();
        self.key.extend_from_slice(key);
        self.value.clear();
        self.value.extend_from_slice(value);
        while let Some((next, key, more)) = self.from.peek()?
            && (next, key) == (table, self.key.as_slice())
        {
            if table != Table::Terms {
                return Err(StoreError::Corrupt(format!(
                    "two things have one place in {table:?}"
                )));
            }
            self.value = postings::union(&self.value, more);
            self.from.given = true;
        }
        Ok(Some((table, &self.key, &self.value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Owned = (Table, Vec<u8>, Vec<u8>);

    fn all(source: &mut impl Source) -> Result<Vec<Owned>, StoreError> {
        let mut entries = Vec::new();
        while let Some((table, key, value)) = source.next_entry()? {
            entries.push((table, key.to_vec(), value.to_vec()));
        }
        Ok(entries)
    }

    fn run(folder: &Path, entries: impl Iterator<Item = Owned>) -> Run {
        let mut aside = Entries::default();
        for (table, key, value) in entries {
            aside.put(table, &key, &value);
        }
        aside.set_aside(folder).expect("room")
    }

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
        // One of them holds nothing.
        let run = |of| {
            let of_run = move |n: &u32| n * 31 % 7 == of;
            run(folder.path(), (0..1000).filter(of_run).map(entry))
        };
        let mut sorted = Sorted::new((0..8).map(run).collect()).expect("readable");
        let mut expected: Vec<Owned> = (0..1000).map(entry).collect();
        expected.sort();
        assert_eq!(all(&mut sorted).expect("readable"), expected);
    }

    #[test]
    fn one_key_comes_once_and_only_bitmaps_may_share_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let term = |documents: &[u32]| postings::whole(1, b"x", documents);
        let joined = |entries: Vec<Owned>| {
            let runs = entries
                .into_iter()
                .map(|entry| run(folder.path(), [entry].into_iter()));
            all(&mut Sorted::new(runs.collect()).expect("readable").joined())
        };
        let three = joined(vec![term(&[5]), term(&[1, 9]), term(&[7])]);
        assert_eq!(three.expect("joined"), [term(&[1, 5, 7, 9])]);
        let twice = vec![(Table::Documents, vec![1], vec![]); 2];
        assert!(joined(twice).is_err());
    }
}
