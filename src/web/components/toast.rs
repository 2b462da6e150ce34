//! Short answers to what was just done, with a way to take it back.

use maud::{Markup, html};

use super::banner::Verdict;
use super::button::{self, Weight};
use super::form::{csrf_field, hidden_fields};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text};

/// An answer at the foot of the window. With script it goes away after 10 seconds unless pointed at or focused; without, it
/// stays until the next page.
#[derive(Debug, Clone)]
pub(crate) struct Toast<'a> {
    pub(crate) verdict: Verdict,
    pub(crate) message: &'a str,
    pub(crate) undo: Option<Undo<'a>>,
}

/// The form that takes the act back.
#[derive(Debug, Clone)]
pub(crate) struct Undo<'a> {
    /// Where it posts, such as `/clients/ID/restore`.
    pub(crate) action: &'a str,
    pub(crate) csrf: &'a str,
    /// Hidden fields, such as the ids of a bulk act.
    pub(crate) fields: &'a [(&'a str, &'a str)],
}

/// The toast itself; the page's `#toasts` region reads it out.
pub(crate) fn toast(lang: Lang, toast: &Toast<'_>) -> Markup {
    html! {
        div class={ "toast " (toast.verdict.class()) } data-toast="" {
            @if toast.verdict == Verdict::Ok { (icon(Icon::Check)) } @else { (icon(toast.verdict.sign())) }
            span { (toast.message) }
            @if let Some(undo) = &toast.undo {
                form class="inline" method="post" action=(undo.action) {
                    (csrf_field(undo.csrf))
                    (hidden_fields(undo.fields))
                    (button::submit(&text(lang, "action-undo"), Weight::Quiet))
                }
            }
        }
    }
}
