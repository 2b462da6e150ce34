//! What a firm adds to a record type by itself: fields, their choices, field groups.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// A name in the languages of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    /// In Polish.
    pub pl: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Labels {
    /// The name in a language (`pl`, `en`).
    pub fn of(&self, language: &str) -> &'static str {
        if language == "en" { self.en } else { self.pl }
    }

    /// Every name once.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.pl), (self.en != self.pl).then_some(self.en)]
            .into_iter()
            .flatten()
    }
}

/// What the firm says of a field of its own, beside what every field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnField {
    /// What it is called.
    pub labels: Labels,
    /// Whether people are asked for it; records from before, and those of files, may be without.
    pub asked: bool,
    /// Taken out of use: nobody sees or sets it, its values and what they are found by stay.
    pub retired: bool,
}

/// One choice of a field of the firm's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnChoice {
    /// What stands in records. Never changes, and is never used again.
    pub id: &'static str,
    /// What it is called.
    pub labels: Labels,
    /// Not offered any more; records that have it keep it.
    pub retired: bool,
}

/// A field group of the firm's own, which roles can hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldGroup {
    /// Name in roles.
    pub name: &'static str,
    /// What it is called.
    pub labels: Labels,
}

static WORDS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// The text for as long as the program runs. For the few texts that a firm's definitions are made of: each is kept once,
/// however often the definitions are read.
pub(in crate::data) fn kept(text: &str) -> &'static str {
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    let words = words.get_or_insert_default();
    if let Some(word) = words.get(text) {
        return word;
    }
    let word: &'static str = Box::leak(text.to_owned().into_boxed_str());
    words.insert(word);
    word
}

/// The text, where [`kept`] knows it already.
pub(in crate::data) fn known(text: &str) -> Option<&'static str> {
    let words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    words.as_ref()?.get(text).copied()
}
