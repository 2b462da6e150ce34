//! What a dry run knows of rows that it went through in earlier writes, which left nothing behind: enough to say of a row
//! that it repeats one of them, as it will when they are brought in for good.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use super::upsert::{FEW, Row, Upsert};
use crate::data::records::field::{Field, FieldNo, RecordType, common};

/// Rows of one dry run that would have made records. Holds some forty bytes for each value by which rows are compared, and
/// no values.
#[derive(Debug, Default)]
pub struct RowsBefore {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    hasher: RandomState,
    /// Where the prints of a row begin, row by row; and whether the file names its id.
    rows: Vec<(u32, bool)>,
    prints: Vec<Print>,
    /// The latest print of a value, which leads on to the one before it.
    latest: HashMap<u64, u32>,
}

/// One value of a row in a field by which rows are compared.
#[derive(Clone, Copy, Debug)]
struct Print {
    field: FieldNo,
    row: u32,
    hash: u64,
    before: Option<u32>,
}

impl RowsBefore {
    /// Keeps a row that would have made a record.
    pub(super) fn keep(&self, kind: &RecordType, how: &Upsert, row: &Row) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.rows.len() as u32;
        let begins = known.prints.len() as u32;
        known.rows.push((begins, row.origin.is_some()));
        let mut compared: Vec<FieldNo> = how.same_by.iter().flatten().copied().collect();
        compared.extend(kind.identity);
        compared.sort_unstable();
        compared.dedup();
        for no in compared {
            for hash in known.hashes(kind, no, row) {
                let place = known.prints.len() as u32;
                let before = known.latest.insert(hash, place);
                known.prints.push(Print {
                    field: no,
                    row: at,
                    hash,
                    before,
                });
            }
        }
    }

    /// Whether the row is the same as one that was kept; compares as [`Upsert::same_by`] says, in fields the person sees.
    pub(super) fn hold(
        &self,
        kind: &RecordType,
        how: &Upsert,
        row: &Row,
        sees: impl Fn(&Field) -> bool,
    ) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        how.same_by.iter().any(|group| {
            let visible = group.iter().all(|no| kind.field(*no).is_some_and(&sees));
            visible && known.hold_in(kind, how, group, row)
        })
    }

    /// Whether the strongest identity of the row is that of one that was kept.
    pub(super) fn hold_identity(&self, kind: &RecordType, row: &Row) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        kind.identity.first().is_some_and(|no| {
            let mut hashes = known.hashes(kind, *no, row).into_iter();
            hashes.any(|hash| known.latest.contains_key(&hash))
        })
    }
}

impl Known {
    /// Of the values of a row in a field, in the forms in which they are compared.
    fn hashes(&self, kind: &RecordType, no: FieldNo, row: &Row) -> Vec<u64> {
        match (kind.field(no), row.values.get(&no)) {
            (Some(field), Some(Some(value))) => {
                let forms = field.kind.filter_values(value).into_iter();
                forms.map(|form| self.hasher.hash_one((no, form))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn hold_in(&self, kind: &RecordType, how: &Upsert, group: &[FieldNo], row: &Row) -> bool {
        let given: HashMap<FieldNo, Vec<u64>> = group
            .iter()
            .chain(kind.identity)
            .map(|no| (*no, self.hashes(kind, *no, row)))
            .collect();
        let says_nothing = how.same_by.len() > 1
            && group
                .iter()
                .any(|no| given[no].is_empty() && kind.identity.contains(no));
        let Some(first) = group.iter().find(|no| !given[*no].is_empty()) else {
            return false;
        };
        if says_nothing {
            return false;
        }
        let equal = |is: &[u64], given: &[u64]| is.iter().any(|hash| given.contains(hash));
        given[first].iter().any(|hash| {
            self.alike(*hash).take(FEW as usize).any(|(at, named)| {
                let of = |no: FieldNo| self.of(at, no);
                let same = group.iter().all(|no| {
                    let is = of(*no);
                    (is.is_empty() && given[no].is_empty()) || equal(&is, &given[no])
                });
                let differs = |no: &FieldNo| {
                    let is = of(*no);
                    let both = !is.is_empty() && !given[no].is_empty();
                    both.then(|| !equal(&is, &given[no]))
                };
                let strongest = kind.identity.first().filter(|no| **no != common::ID);
                let mut compared = kind.identity.iter().filter_map(differs).peekable();
                let contradicts = strongest.and_then(differs) == Some(true)
                    || (!group.iter().any(|no| kind.identity.contains(no))
                        && compared.peek().is_some()
                        && compared.all(|differs| differs));
                same && !contradicts && !(named && row.origin.is_some())
            })
        })
    }

    /// Rows that have a value, the latest first, and whether the file names their id.
    fn alike(&self, hash: u64) -> impl Iterator<Item = (u32, bool)> {
        let latest = self.latest.get(&hash).copied();
        std::iter::successors(latest, |place| self.prints[*place as usize].before).map(|place| {
            let row = self.prints[place as usize].row;
            (row, self.rows[row as usize].1)
        })
    }

    fn of(&self, row: u32, no: FieldNo) -> Vec<u64> {
        let begins = self.rows[row as usize].0 as usize;
        self.prints[begins..]
            .iter()
            .take_while(|print| print.row == row)
            .filter(|print| print.field == no)
            .map(|print| print.hash)
            .collect()
    }
}
