//! Names and values side by side.

use maud::{Markup, html};

use super::button::Weight;
use super::icon::{Icon, icon};

/// One fact of a record; empty values are left out by the caller or shown as a dash.
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: Markup,
}

impl Fact {
    /// A fact in words typed by people, whose direction follows the text.
    pub(crate) fn text(label: impl Into<String>, value: &str) -> Self {
        Self {
            label: label.into(),
            value: html! { span dir="auto" { (value) } },
        }
    }

    pub(crate) fn new(label: impl Into<String>, value: Markup) -> Self {
        Self {
            label: label.into(),
            value,
        }
    }
}

/// A panel of facts under a title.
#[derive(Default)]
pub(crate) struct FactGroup {
    /// For the panel's place in the page, so that it alone can be replaced.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Beside the title, such as why one sees it.
    pub(crate) note: Option<Markup>,
    /// Label and address of the way to change this group.
    pub(crate) edit: Option<(String, String)>,
    /// Names of the fields the group shows, those without a value too.
    pub(crate) fields: Vec<&'static str>,
    /// Stands in place of the facts while they are changed.
    pub(crate) form: Option<Markup>,
    pub(crate) facts: Vec<Fact>,
}

/// The panel.
pub(crate) fn fact_group(group: &FactGroup) -> Markup {
    html! {
        section class="panel facts" id=[(!group.id.is_empty()).then_some(&group.id)] {
            header {
                h2 { (group.title) }
                @if let Some(note) = &group.note { (note) }
                @if let (None, Some((label, href))) = (&group.form, &group.edit) {
                    a class={ (Weight::Quiet.class()) " small" } href=(href) hx-get=(href) hx-target={ "#" (group.id) }
                        hx-swap="outerHTML" aria-label={ (label) ": " (group.title) } { (icon(Icon::Edit)) (label) }
                }
            }
            @match (&group.form, group.facts.as_slice()) {
                (Some(form), _) => (form),
                // A group of one fact of the same name says it once.
                (None, [only]) if only.label == group.title => (only.value),
                (None, facts) => (fact_list(facts)),
            }
        }
    }
}

/// The facts alone.
pub(crate) fn fact_list(facts: &[Fact]) -> Markup {
    html! { dl { @for fact in facts { div { dt { (fact.label) } dd { (fact.value) } } } } }
}

/// What stands for a value that is not there.
pub(crate) fn dash() -> Markup {
    html! { span class="muted" aria-hidden="true" { "—" } }
}
