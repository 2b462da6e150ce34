//! How the columns of a sheet were matched, in a form that can be kept for the next sheet of the same headings.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use tokio::runtime::Handle;

use super::error::ExchangeError;
use super::headings::fold;
use super::mapping::{HEADING_WITHIN, Mapping, target_name};
use super::sheet::{Cell, Row};
use crate::data::{Access, RecordType};

/// The columns of a sheet by their place, for sheets of the same headings in the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// See [`headings_hash`].
    pub(crate) headings: String,
    /// For each column the name of its field, `?` for one that goes into the notes, empty for one that is left out.
    pub(crate) columns: Vec<String>,
}

/// The same for the same headings in the same order, whatever their case, diacritics, punctuation and spaces; stable from
/// one version of the program to the next.
pub(crate) fn headings_hash<'a>(headings: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for heading in headings {
        hash.update(fold(heading).concat());
        hash.update([0]);
    }
    HEXLOWER.encode(&hash.finalize())
}

impl Mapping {
    /// What is to be remembered of it.
    pub(crate) fn layout(&self, kind: &RecordType) -> Layout {
        Layout {
            headings: self.headings.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| target_name(kind, column.target))
                .collect(),
        }
    }
}

/// How the columns of such a sheet, by its first rows, were matched last. Fields that the person does not see are matched
/// anew, as if nobody had ever matched them.
pub(crate) fn recall(
    access: &Access,
    kind: &'static RecordType,
    first: &[Row],
) -> Result<Option<Layout>, ExchangeError> {
    for row in first.iter().take(HEADING_WITHIN) {
        let texts: Vec<_> = row.cells.iter().map(Cell::text).collect();
        let headings = headings_hash(texts.iter().map(AsRef::as_ref));
        let Some(mut columns) = access.recall_layout(kind.module, &headings)? else {
            continue;
        };
        let reading = access.read()?;
        for column in &mut columns {
            let field = kind.named(column);
            if field.is_some_and(|field| !reading.rights().sees_field(kind, field)) {
                *column = MATCHED_ANEW.to_owned();
            }
        }
        return Ok(Some(Layout { headings, columns }));
    }
    Ok(None)
}

/// No field has this name.
const MATCHED_ANEW: &str = "~";

/// Keeps how the columns of a sheet were matched. Blocks.
pub(crate) fn remember(
    access: &Access,
    kind: &RecordType,
    layout: Layout,
) -> Result<(), ExchangeError> {
    let write = access.remember_layout(kind.module, layout.headings, layout.columns);
    Ok(Handle::current().block_on(write)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_the_same_however_they_are_written() {
        let hash = headings_hash(["Nazwa firmy", "NIP", "Kod pocztowy"]);
        assert_eq!(
            hash,
            headings_hash([" NAZWA-FIRMY", "nip ", "kod  pocztowy:"])
        );
        assert_ne!(hash, headings_hash(["NIP", "Nazwa firmy", "Kod pocztowy"]));
        assert_ne!(hash, headings_hash(["Nazwa firmy", "NIP Kod pocztowy"]));
        // Kept in databases: must never change.
        assert!(
            headings_hash(["Nazwa"]).starts_with("351f88ea184ff1ac"),
            "{}",
            headings_hash(["Nazwa"])
        );
    }
}
