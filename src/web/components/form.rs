//! Forms: the frame around fields, the summary of errors, the bar with the save button.

use maud::{Markup, html};

use super::button::{self, Weight};
use super::field::field_id;
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text, text_with};

/// A field that cannot be taken, in words for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The form field's name, such as `address.city`.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// The message about a field, if there is one.
pub(crate) fn error_of<'a>(errors: &'a [FieldError], field: &str) -> Option<&'a str> {
    errors
        .iter()
        .find(|error| error.field == field)
        .map(|error| error.message.as_str())
}

/// The hidden token against forged requests. Stands first in every form that posts, so that an upload can be refused
/// before its file is read.
pub(crate) fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// Hidden fields, such as the version an edit began from.
pub(crate) fn hidden_fields(fields: &[(&str, &str)]) -> Markup {
    html! { @for (name, value) in fields { input type="hidden" name=(name) value=(value); } }
}

/// What went wrong, with links to the fields; shown above the form and read out at once. Nothing where there are none.
pub(crate) fn error_summary(lang: Lang, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="banner fail" role="alert" tabindex="-1" data-focus {
                (icon(Icon::Error))
                div {
                    strong { (text_with(lang, "form-errors", &[("count", errors.len().into())])) }
                    ul { @for error in errors { li { a href={ "#" (field_id(&error.field)) } { (error.message) } } } }
                }
            }
        }
    }
}

/// A form that fills a page: one column, errors on top, the save bar always in sight. Leaving with changes asks.
pub(crate) struct EditForm<'a> {
    pub(crate) lang: Lang,
    /// Where it is sent; the page's own address where the page is about this form.
    pub(crate) action: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) errors: &'a [FieldError],
    pub(crate) fields: Markup,
    pub(crate) save_label: &'a str,
    /// Where "Cancel" leads.
    pub(crate) cancel_href: &'a str,
    /// Stands beside the buttons, such as when a change takes effect.
    pub(crate) note: &'a str,
    /// Whether the form carries files.
    pub(crate) uploads: bool,
}

/// The whole form.
pub(crate) fn edit_form(form: EditForm<'_>) -> Markup {
    let enctype = form.uploads.then_some("multipart/form-data");
    html! {
        form class="edit-form" method="post" action=(form.action) enctype=[enctype] data-guard="" novalidate {
            (csrf_field(form.csrf))
            (error_summary(form.lang, form.errors))
            (form.fields)
            (save_bar(form.lang, form.save_label, form.cancel_href, form.note))
        }
    }
}

/// An [`edit_form`] whose change is looked at before it is final: `preview` is asked what would change, by script with
/// every change and by a button without; the button that saves says that it wants to be shown that first.
pub(crate) fn reviewed_form(form: EditForm<'_>, preview: &str) -> Markup {
    html! {
        form id="edit" class="edit-form" method="post" action=(form.action) data-guard="" novalidate {
            (csrf_field(form.csrf))
            (error_summary(form.lang, form.errors))
            div hx-post=(preview) hx-trigger="change" hx-target="#effects" { (form.fields) }
            div class="save-bar" {
                (button::submit_with(form.save_label, Weight::Primary, None, "step", "review"))
                button class=(Weight::Plain.class()) type="submit" formaction=(preview) { (text(form.lang, "effects-preview")) }
                (button::link(&text(form.lang, "action-cancel"), form.cancel_href, Weight::Quiet, None))
                @if !form.note.is_empty() { span class="muted small" { (form.note) } }
            }
        }
    }
}

/// The bar that stays at the foot of the window while its form is longer than that.
pub(crate) fn save_bar(lang: Lang, save_label: &str, cancel_href: &str, note: &str) -> Markup {
    html! {
        div class="save-bar" {
            (button::submit(save_label, Weight::Primary))
            @if !cancel_href.is_empty() {
                (button::link(&text(lang, "action-cancel"), cancel_href, Weight::Plain, None))
            }
            @if !note.is_empty() { span class="muted small" { (note) } }
        }
    }
}

/// A titled group of fields.
pub(crate) fn section(title: &str, fields: Markup) -> Markup {
    html! { fieldset class="panel section" { legend { (title) } (fields) } }
}

/// A group of optional fields, folded until asked for; `open` where it holds a value or an error.
pub(crate) fn folded_section(title: &str, open: bool, fields: Markup) -> Markup {
    html! {
        details class="panel section" open[open] {
            summary { (icon(Icon::ChevronDown)) (title) }
            (fields)
        }
    }
}
