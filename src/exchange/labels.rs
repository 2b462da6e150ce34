//! What fields and choices are called in sheets, from the texts of the interface.

use crate::data::{Field, RecordType};
use crate::i18n::{Lang, has_text, text};

/// `clients-field-address-city`.
pub(super) fn field(kind: &RecordType, field: &Field, lang: Lang) -> String {
    let key = format!("{}-field-{}", kind.module, dashed(field.name));
    named(lang, &key, field.name)
}

/// The heading of the column with the id of the record that a field refers to.
pub(super) fn reference_id(kind: &RecordType, of: &Field, lang: Lang) -> String {
    format!("{} (ID)", field(kind, of, lang))
}

/// `clients-status-active`.
pub(super) fn choice(kind: &RecordType, field: &Field, choice: &str, lang: Lang) -> String {
    let key = format!("{}-{}-{}", kind.module, dashed(field.name), dashed(choice));
    named(lang, &key, choice)
}

fn dashed(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

fn named(lang: Lang, key: &str, otherwise: &str) -> String {
    if has_text(lang, key) {
        text(lang, key)
    } else {
        otherwise.to_owned()
    }
}
