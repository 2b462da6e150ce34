//! What stands where there is nothing yet.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// An empty place: what it is for, and the ways to fill it (buttons: create, import).
pub(crate) fn empty_place(sign: Icon, title: &str, purpose: &str, ways: Markup) -> Markup {
    html! {
        div class="empty" {
            span class="empty-sign" { (icon(sign)) }
            h2 { (title) }
            p { (purpose) }
            div class="actions" { (ways) }
        }
    }
}

/// A list whose filters let nothing through.
pub(crate) fn nothing_found(title: &str, advice: &str, clear: Markup) -> Markup {
    html! {
        div class="empty" {
            span class="empty-sign" { (icon(Icon::Search)) }
            h2 { (title) }
            p { (advice) }
            div class="actions" { (clear) }
        }
    }
}
