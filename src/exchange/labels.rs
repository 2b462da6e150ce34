//! What fields and choices are called in sheets.

use crate::data::{Field, RecordType};
use crate::i18n::Lang;
use crate::names;

/// The heading of a field's column.
pub(super) fn field(kind: &RecordType, field: &Field, lang: Lang) -> String {
    names::field(lang, kind, field)
}

/// The heading of the column with the id of the record that a field refers to.
pub(super) fn reference_id(kind: &RecordType, of: &Field, lang: Lang) -> String {
    format!("{} (ID)", field(kind, of, lang))
}

/// A choice as it stands in a cell.
pub(super) fn choice(kind: &RecordType, field: &Field, choice: &str, lang: Lang) -> String {
    names::choice(lang, kind, field, choice)
}
