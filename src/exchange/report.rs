//! What became of an import, in the contract's shape and in bounded memory.

use serde::Serialize;

use crate::i18n::{Lang, text_with};

/// Notes of a kind that are kept; the rest is counted.
const MOST_NOTES: usize = 1000;

/// What became of each row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Rows with data below the heading.
    pub(crate) rows: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    /// Rows whose record was there and stays as it is.
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    /// Why rows failed.
    pub(crate) errors: Vec<Note>,
    /// What of the other rows was not taken as it stands.
    pub(crate) warnings: Vec<Note>,
    /// Rows that were taken with something to be said of them.
    #[serde(skip)]
    pub(crate) warned: u64,
    #[serde(skip)]
    errors_left_out: u64,
    #[serde(skip)]
    warnings_left_out: u64,
}

/// Something about a cell, a column or a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    /// As the sheet counts them; the heading of a usual sheet is 1.
    pub(crate) row: u32,
    /// The column's heading; empty where it is about the row as a whole.
    pub(crate) column: String,
    pub(crate) message: String,
}

impl Report {
    /// The report of a sheet with so many rows, none of which is done.
    pub(super) fn of(rows: u64) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Rows that are done with.
    pub(crate) fn done(&self) -> u64 {
        self.created + self.updated + self.skipped + self.failed
    }

    pub(super) fn error(&mut self, note: Note) {
        keep(&mut self.errors, &mut self.errors_left_out, note);
    }

    pub(super) fn warning(&mut self, note: Note) {
        keep(&mut self.warnings, &mut self.warnings_left_out, note);
    }

    /// Puts the notes into the order of rows and says how many more there were.
    pub(super) fn finish(mut self, lang: Lang) -> Self {
        for (notes, left_out) in [
            (&mut self.errors, self.errors_left_out),
            (&mut self.warnings, self.warnings_left_out),
        ] {
            notes.sort_by_key(|note| note.row);
            if left_out > 0 {
                notes.push(Note {
                    row: notes.last().map_or(1, |note| note.row),
                    column: String::new(),
                    message: text_with(lang, "import-notes-more", &[("count", left_out.into())]),
                });
            }
        }
        self
    }
}

fn keep(notes: &mut Vec<Note>, left_out: &mut u64, note: Note) {
    if notes.len() < MOST_NOTES {
        notes.push(note);
    } else {
        *left_out += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_counted_beyond_what_is_kept() {
        let mut report = Report::default();
        for row in (2..2002).rev() {
            report.warning(Note {
                row,
                column: "NIP".to_owned(),
                message: "?".to_owned(),
            });
        }
        let report = report.finish(Lang::En);
        assert_eq!(report.warnings.len(), MOST_NOTES + 1);
        assert!(report.warnings.is_sorted_by_key(|note| note.row));
        assert!(
            report.warnings[MOST_NOTES].message.contains("1,000"),
            "{:?}",
            report.warnings[MOST_NOTES]
        );
        assert!(report.errors.is_empty());
    }

    #[test]
    fn the_shape_is_the_contract_s() {
        let mut report = Report {
            rows: 1,
            failed: 1,
            ..Report::default()
        };
        report.error(Note {
            row: 2,
            column: "Nazwa".to_owned(),
            message: "x".to_owned(),
        });
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            r#"{"rows":1,"created":0,"updated":0,"skipped":0,"failed":1,"errors":[{"row":2,"column":"Nazwa","message":"x"}],"warnings":[]}"#
        );
    }
}
