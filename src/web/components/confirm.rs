//! Asking before what cannot be undone, by naming it.
//!
//! Without script a button leads to the page made by [`confirm_page`]. With script, a form or button that carries
//! `hx-confirm="question"` asks in a dialog and goes on only when told to.

use maud::{Markup, html};

use super::button::{self, Weight};
use super::form::{csrf_field, hidden_fields};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text};

/// A question on a page of its own.
pub(crate) struct Confirm<'a> {
    pub(crate) lang: Lang,
    /// Names the thing: "Usunąć rolę Sprzedawca?"
    pub(crate) question: &'a str,
    /// What will be gone, and what stays.
    pub(crate) consequence: &'a str,
    pub(crate) action: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) fields: &'a [(&'a str, &'a str)],
    /// Names the act: "Usuń rolę".
    pub(crate) act_label: &'a str,
    pub(crate) cancel_href: &'a str,
}

/// The page's content.
pub(crate) fn confirm_page(confirm: &Confirm<'_>) -> Markup {
    html! {
        section class="panel narrow confirm" {
            span class="empty-sign warn" { (icon(Icon::Warning)) }
            h1 { (confirm.question) }
            p { (confirm.consequence) }
            form method="post" action=(confirm.action) {
                (csrf_field(confirm.csrf))
                (hidden_fields(confirm.fields))
                div class="actions" {
                    (button::submit(confirm.act_label, Weight::Danger))
                    (button::link(&text(confirm.lang, "action-cancel"), confirm.cancel_href, Weight::Plain, None))
                }
            }
        }
    }
}
