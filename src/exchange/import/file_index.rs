//! What must be known of a sheet as a whole before its first row is written.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::data::records::fold;
use crate::data::{Kind, RecordId, RecordType};
use crate::exchange::error::ExchangeError;
use crate::exchange::mapping::{Mapping, Target, cell};
use crate::exchange::reader::KeptSheet;
use crate::exchange::values;

/// The ids and names in a sheet.
#[derive(Debug, Default)]
pub(super) struct FileIndex {
    /// Rows below the heading.
    pub(super) rows: u64,
    pub(super) ids: Arc<HashSet<RecordId>>,
    /// Hashes of the folded titles, where rows refer to others by them: eight bytes a row.
    titles: HashSet<u64>,
}

impl FileIndex {
    /// Reads a sheet to its end.
    pub(super) fn read(
        kind: &RecordType,
        mapping: &Mapping,
        sheet: &KeptSheet,
    ) -> Result<Self, ExchangeError> {
        let refers = mapping.refers();
        let mut index = Self::default();
        let mut ids = HashSet::new();
        for row in sheet.rows() {
            let row = row?;
            if row.number <= mapping.heading_row {
                continue;
            }
            index.rows += 1;
            for (at, column) in mapping.columns.iter().enumerate() {
                let Target::Field(field) = column.target else {
                    continue;
                };
                if field.kind == Kind::Id {
                    let id = values::id(&cell(&row, at).text());
                    ids.extend(id.map(|id| RecordId::from_bytes(*id.as_bytes())));
                } else if refers && field.no == kind.title {
                    index.titles.insert(hash(&cell(&row, at).text()));
                }
            }
        }
        index.ids = Arc::new(ids);
        Ok(index)
    }

    /// Whether a row has this title. A false yes costs one more look at the row.
    pub(super) fn has_title(&self, title: &str) -> bool {
        self.titles.contains(&hash(title))
    }
}

fn hash(title: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    fold::fold(&fold::one_line(title)).hash(&mut hasher);
    hasher.finish()
}
