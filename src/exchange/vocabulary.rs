//! What people call the fields and values of a module in their own sheets: all that import needs beyond the record type.

mod clients;

use super::headings::FieldAliases;
use crate::data::{Changes, Module};

/// A module's words.
pub(crate) struct Vocabulary {
    /// Headings by which fields are known, apart from their labels.
    pub(crate) fields: &'static [FieldAliases<'static>],
    /// `(field, choice, words for it)`, apart from the labels.
    pub(crate) words: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Groups of fields by which records are the same where the person names none, the surest first.
    pub(crate) same_by: &'static [&'static [&'static str]],
    /// The field that takes texts which fit no other.
    pub(crate) remarks: Option<&'static str>,
    /// The field whose column holds the titles where no column of titles is there.
    pub(crate) stands_in: Option<&'static str>,
    /// `(field, choice)` that a record has when others refer to it by name.
    pub(crate) referred: Option<(&'static str, &'static str)>,
    /// `(given field, field, choice)`: where the first has a text and the second has none, the choice is meant.
    pub(crate) implied: &'static [(&'static str, &'static str, &'static str)],
    /// Columns that together hold the title: their names, and the headings they go by.
    pub(crate) title_parts: &'static [(&'static str, &'static [&'static str])],
    /// `(field, choice)` that a record has whose title was made of its parts, unless it says otherwise.
    pub(crate) of_parts: Option<(&'static str, &'static str)>,
    /// Mends what sheets are known to spoil, in rows that are not of our own export.
    pub(crate) mend: fn(&mut Changes),
}

/// The words of a module; none for a module that is not imported.
pub(crate) fn of(module: Module) -> &'static Vocabulary {
    match module {
        Module::Clients => &clients::VOCABULARY,
        _ => &NONE,
    }
}

static NONE: Vocabulary = Vocabulary {
    fields: &[],
    words: &[],
    same_by: &[],
    remarks: None,
    stands_in: None,
    referred: None,
    implied: &[],
    title_parts: &[],
    of_parts: None,
    mend: |_| {},
};
