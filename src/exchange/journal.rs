//! What became of each row of a sheet, in a file that can be looked into row by row.
//!
//! First the rows as they were done, then an index of 16 bytes a row in the order of the sheet, then what is to be said of
//! them all. So any page of any kind of rows is found without reading the texts of the others.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::reader::At;
use super::report::Note;
use super::watch::{RowOutcome, RowTold};

/// Bytes of a row in the index.
const ENTRY: usize = 16;
/// Bytes at the end that say where the index is.
const TAIL: u64 = 24;
/// Bytes of the texts of one row that are believed.
const LONGEST: u32 = 16 << 20;

/// A journal being written.
pub(crate) struct Journal {
    out: BufWriter<File>,
    length: u64,
    rows: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    row: u32,
    outcome: RowOutcome,
    noted: bool,
    place: u64,
}

/// Which rows are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Of(RowOutcome),
    /// Those that were taken with something to be said of them.
    Warned,
}

/// A row as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JournalRow {
    pub(crate) row: u32,
    pub(crate) outcome: RowOutcome,
    pub(crate) title: String,
    pub(crate) notes: Vec<Note>,
}

#[derive(Serialize, Deserialize)]
struct Texts {
    title: String,
    /// Column and message.
    notes: Vec<(String, String)>,
}

impl RowOutcome {
    const ALL: [Self; 4] = [Self::Created, Self::Updated, Self::Skipped, Self::Failed];

    /// The word in addresses and keys of texts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

impl Which {
    /// In the order in which they are offered.
    pub(crate) const OFFERED: [Self; 6] = [
        Self::All,
        Self::Of(RowOutcome::Created),
        Self::Of(RowOutcome::Updated),
        Self::Of(RowOutcome::Skipped),
        Self::Warned,
        Self::Of(RowOutcome::Failed),
    ];

    /// The word in addresses and keys of texts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Of(outcome) => outcome.name(),
            Self::Warned => "warned",
        }
    }

    /// Reads the word.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|which| which.name() == name)
    }

    fn wants(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Of(outcome) => entry.outcome == outcome,
            Self::Warned => entry.noted && entry.outcome != RowOutcome::Failed,
        }
    }
}

impl Journal {
    /// An empty one.
    pub(crate) fn new(file: File) -> Self {
        Self {
            out: BufWriter::new(file),
            length: 0,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, told: &RowTold<'_>) -> io::Result<()> {
        let notes = told.notes.iter();
        let texts = Texts {
            title: told.title.clone(),
            notes: notes
                .map(|note| (note.column.clone(), note.message.clone()))
                .collect(),
        };
        let bytes = serde_json::to_vec(&texts).map_err(io::Error::other)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(&bytes)?;
        self.rows.push(Entry {
            row: told.row,
            outcome: told.outcome,
            noted: !told.notes.is_empty(),
            place: self.length,
        });
        self.length += 4 + u64::from(length);
        Ok(())
    }

    /// Completes it with what is to be said of all rows.
    pub(crate) fn finish(mut self, head: &impl Serialize) -> io::Result<()> {
        self.rows.sort_by_key(|entry| entry.row);
        for entry in &self.rows {
            self.out.write_all(&entry.bytes())?;
        }
        let head = serde_json::to_vec(head).map_err(io::Error::other)?;
        self.out.write_all(&head)?;
        for number in [self.length, self.rows.len() as u64, head.len() as u64] {
            self.out.write_all(&number.to_le_bytes())?;
        }
        self.out.flush()
    }
}

impl Entry {
    fn bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..4].copy_from_slice(&self.row.to_le_bytes());
        bytes[4] = self.outcome as u8;
        bytes[5] = u8::from(self.noted);
        bytes[8..].copy_from_slice(&self.place.to_le_bytes());
        bytes
    }

    fn read(bytes: [u8; ENTRY]) -> io::Result<Self> {
        let [a, b, c, d, outcome, noted, _, _, place @ ..] = bytes;
        let outcome = RowOutcome::ALL
            .into_iter()
            .find(|known| *known as u8 == outcome)
            .ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self {
            row: u32::from_le_bytes([a, b, c, d]),
            outcome,
            noted: noted != 0,
            place: u64::from_le_bytes(place),
        })
    }
}

/// A finished journal.
pub(crate) struct JournalFile {
    file: File,
    index: u64,
    rows: u64,
    head: Vec<u8>,
}

impl JournalFile {
    /// Opens one; a file that was not finished is none.
    pub(crate) fn open(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let wrong = || io::Error::from(io::ErrorKind::InvalidData);
        let tail_at = length.checked_sub(TAIL).ok_or_else(wrong)?;
        let mut tail = [0; TAIL as usize];
        file.read_exact_at(&mut tail, tail_at)?;
        let number = |at: usize| {
            let bytes = tail[at * 8..].first_chunk().copied();
            bytes.map(u64::from_le_bytes).ok_or_else(wrong)
        };
        let (index, rows, head) = (number(0)?, number(1)?, number(2)?);
        let head_at = tail_at.checked_sub(head).ok_or_else(wrong)?;
        let entries = rows.checked_mul(ENTRY as u64).ok_or_else(wrong)?;
        if index.checked_add(entries) != Some(head_at) || head > u64::from(LONGEST) {
            return Err(wrong());
        }
        let mut bytes = vec![0; head as usize];
        file.read_exact_at(&mut bytes, head_at)?;
        Ok(Self {
            file,
            index,
            rows,
            head: bytes,
        })
    }

    /// What was said of all rows.
    pub(crate) fn head<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.head).map_err(io::Error::other)
    }

    /// Rows of a kind in the order of the sheet, and how many of the kind there are. Blocks.
    pub(crate) fn page(
        &self,
        which: Which,
        skip: u64,
        limit: usize,
    ) -> io::Result<(Vec<JournalRow>, u64)> {
        let at = At {
            file: &self.file,
            place: self.index,
        };
        let mut index = BufReader::with_capacity(256 * 1024, at);
        let (mut found, mut total) = (Vec::new(), 0);
        for _ in 0..self.rows {
            let mut bytes = [0; ENTRY];
            index.read_exact(&mut bytes)?;
            let entry = Entry::read(bytes)?;
            if !which.wants(&entry) {
                continue;
            }
            if total >= skip && found.len() < limit {
                found.push(self.row(entry)?);
            }
            total += 1;
        }
        Ok((found, total))
    }

    fn row(&self, entry: Entry) -> io::Result<JournalRow> {
        let mut length = [0; 4];
        self.file.read_exact_at(&mut length, entry.place)?;
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact_at(&mut bytes, entry.place + 4)?;
        let texts: Texts = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
        let notes = texts.notes.into_iter();
        Ok(JournalRow {
            row: entry.row,
            outcome: entry.outcome,
            title: texts.title,
            notes: notes
                .map(|(column, message)| Note {
                    row: entry.row,
                    column,
                    message,
                })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(journal: &mut Journal, row: u32, outcome: RowOutcome, message: &str) {
        let note = Note {
            row,
            column: "NIP".to_owned(),
            message: message.to_owned(),
        };
        let notes = if message.is_empty() {
            vec![]
        } else {
            vec![note]
        };
        let told = RowTold {
            row,
            outcome,
            title: format!("Wiersz {row}"),
            notes: &notes,
        };
        journal.add(&told).unwrap();
    }

    #[test]
    fn rows_come_back_in_the_order_of_the_sheet_by_what_became_of_them() {
        let file = tempfile::tempfile().unwrap();
        let mut journal = Journal::new(file.try_clone().unwrap());
        add(&mut journal, 7, RowOutcome::Failed, "zły");
        add(&mut journal, 2, RowOutcome::Created, "");
        add(&mut journal, 3, RowOutcome::Created, "komórka");
        add(&mut journal, 5, RowOutcome::Skipped, "");
        journal.finish(&"całość").unwrap();
        let read = JournalFile::open(file).unwrap();
        assert_eq!(read.head::<String>().unwrap(), "całość");
        let rows = |which, skip, limit| {
            let (found, total) = read.page(which, skip, limit).unwrap();
            (found.iter().map(|row| row.row).collect::<Vec<_>>(), total)
        };
        assert_eq!(rows(Which::All, 0, 10), (vec![2, 3, 5, 7], 4));
        assert_eq!(rows(Which::All, 1, 2), (vec![3, 5], 4));
        assert_eq!(rows(Which::Of(RowOutcome::Created), 0, 10), (vec![2, 3], 2));
        assert_eq!(rows(Which::Warned, 0, 10), (vec![3], 1));
        let (failed, _) = read.page(Which::Of(RowOutcome::Failed), 0, 1).unwrap();
        assert_eq!(failed[0].title, "Wiersz 7");
        assert_eq!(failed[0].notes[0].message, "zły");
    }

    #[test]
    fn what_was_cut_off_or_never_finished_is_no_journal() {
        for bytes in [
            &b""[..],
            &[0; 23],
            &[255; 64],
            b"not a journal, but long enough to hold a tail",
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            assert!(JournalFile::open(file).is_err(), "{bytes:?}");
        }
    }
}
