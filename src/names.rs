//! What fields, their choices and their groups are called: those that come with the program by the texts of the interface,
//! those of the firm's own by their definition. Pages, sheets and the audit log all ask here.

use crate::data::{Field, Kind, RecordType};
use crate::i18n::{Lang, has_text, text};

/// Part of a form and of a card for fields of the firm's own that are in no group.
pub(crate) const OWN_SECTION: &str = "custom";

/// The name of a field: `clients-field-address-city`, or the label the firm gave it.
pub(crate) fn field(lang: Lang, kind: &RecordType, field: &Field) -> String {
    match field.labels() {
        Some(labels) => labels.of(lang.code()).to_owned(),
        None => named(
            lang,
            &format!("{}-field-{}", kind.module, dashed(field.name)),
            field.name,
        ),
    }
}

/// The name of a choice: `clients-status-active`, or the label the firm gave it.
pub(crate) fn choice(lang: Lang, kind: &RecordType, field: &Field, value: &str) -> String {
    if let Kind::Pick(choices) | Kind::Picks(choices) = field.kind {
        let choice = choices.iter().find(|choice| choice.id == value);
        return choice
            .map_or(value, |choice| choice.labels.of(lang.code()))
            .to_owned();
    }
    let key = format!("{}-{}-{}", kind.module, dashed(field.name), dashed(value));
    named(lang, &key, value)
}

/// The choices offered for a field, in their order: value and name.
pub(crate) fn choices(lang: Lang, kind: &RecordType, field: &Field) -> Vec<(&'static str, String)> {
    let offered = match field.kind {
        Kind::Choice(choices) => choices.to_vec(),
        Kind::Pick(choices) | Kind::Picks(choices) => {
            let offered = choices.iter().filter(|choice| !choice.retired);
            offered.map(|choice| choice.id).collect()
        }
        _ => Vec::new(),
    };
    let with_name = |value: &'static str| (value, choice(lang, kind, field, value));
    offered.into_iter().map(with_name).collect()
}

/// The name of a part of a form: `clients-group-finance`, or what the firm calls its group.
pub(crate) fn group(lang: Lang, kind: &RecordType, id: &str) -> String {
    if id == OWN_SECTION {
        return text(lang, "fields-section");
    }
    match kind.groups.iter().find(|group| group.name == id) {
        Some(group) => group.labels.of(lang.code()).to_owned(),
        None => named(lang, &format!("{}-group-{}", kind.module, dashed(id)), id),
    }
}

/// A name as part of a key of the texts.
pub(crate) fn dashed(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

fn named(lang: Lang, key: &str, otherwise: &str) -> String {
    if has_text(lang, key) {
        text(lang, key)
    } else {
        otherwise.to_owned()
    }
}
