//! What fields, their choices, their groups and permissions are called: those that come with the program by the texts of the interface,
//! those of the firm's own by their definition. Pages, sheets and the audit log all ask here.

use crate::data::{Field, Kind, Module, Permission, RecordType};
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

/// A permission in words: "Klienci: usuwanie".
pub(crate) fn permission(lang: Lang, permission: Permission) -> String {
    let of = |module: Module, key: &str| {
        format!(
            "{}: {}",
            text(lang, &format!("nav-{module}")),
            text(lang, key)
        )
    };
    match permission {
        Permission::View(module) => of(module, "permission-view"),
        Permission::Create(module) => of(module, "permission-create"),
        Permission::Edit(module) => of(module, "permission-edit"),
        Permission::Delete(module) => of(module, "permission-delete"),
        Permission::Export(module) => of(module, "permission-export"),
        Permission::Import(module) => of(module, "permission-import"),
        Permission::Option(module, option) => {
            of(module, &format!("role-option-{}", option.replace('_', "-")))
        }
        Permission::Admin(right) => text(lang, &format!("role-admin-{}", right.name())),
        Permission::GrantMore => text(lang, "permission-grant"),
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
