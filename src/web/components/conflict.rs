//! Two people changed the same record: both versions side by side, so that neither is lost.

use maud::{Markup, html};

use super::banner::{Verdict, banner};
use super::button::{self, Weight};
use super::form::{csrf_field, hidden_fields};
use crate::i18n::{Lang, text, text_with};

/// The view of a conflict.
pub(crate) struct Conflict<'a> {
    pub(crate) lang: Lang,
    /// Who saved meanwhile.
    pub(crate) other_person: &'a str,
    /// When, as made by [`Clock::recent`](super::moment::Clock::recent).
    pub(crate) at: Markup,
    pub(crate) action: &'a str,
    pub(crate) csrf: &'a str,
    /// Sent along with either choice, such as the version the page now knows.
    pub(crate) hidden: &'a [(&'a str, &'a str)],
    pub(crate) fields: &'a [ConflictField],
    /// The record as it is stored now.
    pub(crate) record_href: &'a str,
}

/// A field whose two versions differ. The choice is sent under `name` with the value chosen.
pub(crate) struct ConflictField {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) mine: Version,
    pub(crate) theirs: Version,
    /// The other person's version is chosen to begin with: the field was changed by them alone.
    pub(crate) keep_theirs: bool,
}

/// One version of a field: as a form sends it, and as people read it.
#[derive(Default)]
pub(crate) struct Version {
    pub(crate) value: String,
    pub(crate) shown: String,
}

/// A form that asks, field by field, which version to keep; one's own is chosen to begin with.
pub(crate) fn conflict_view(conflict: &Conflict<'_>) -> Markup {
    let lang = conflict.lang;
    let who = [("person", conflict.other_person.into())];
    html! {
        (banner(Verdict::Warn, html! {
            strong { (text_with(lang, "conflict-title", &who)) }
            p { (text(lang, "conflict-advice")) " " (conflict.at) }
        }))
        form class="panel conflict" method="post" action=(conflict.action) {
            (csrf_field(conflict.csrf))
            (hidden_fields(conflict.hidden))
            @for field in conflict.fields { (conflict_choice(lang, conflict.other_person, field)) }
            div class="actions" {
                (button::submit(&text(lang, "conflict-save"), Weight::Primary))
                (button::link(&text(lang, "conflict-discard"), conflict.record_href, Weight::Plain, None))
            }
        }
    }
}

fn conflict_choice(lang: Lang, other_person: &str, field: &ConflictField) -> Markup {
    let theirs = text_with(lang, "conflict-theirs", &[("person", other_person.into())]);
    html! {
        fieldset {
            legend { (field.label) }
            (version(&text(lang, "conflict-mine"), &field.name, &field.mine, !field.keep_theirs))
            (version(&theirs, &field.name, &field.theirs, field.keep_theirs))
        }
    }
}

fn version(whose: &str, name: &str, version: &Version, chosen: bool) -> Markup {
    html! {
        label class="version" {
            input type="radio" name=(name) value=(version.value) checked[chosen];
            span { span class="muted small" { (whose) } span class="version-value" dir="auto" { @if version.shown.is_empty() { "—" } @else { (version.shown) } } }
        }
    }
}
