//! Text to be copied: tokens and codes that are shown once, addresses, commands.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use crate::i18n::{Lang, text};

/// A line of code with a button that copies it (the button appears with script only).
pub(crate) fn copyable(lang: Lang, value: &str) -> Markup {
    html! {
        div class="copyable" {
            code tabindex="0" { (value) }
            button class="button small scripted" type="button" data-copy=(value) data-copied=(text(lang, "action-copied")) {
                (icon(Icon::Copy)) span { (text(lang, "action-copy")) }
            }
        }
    }
}

/// A secret that will not be shown again, with the sentence that says so.
pub(crate) fn shown_once(lang: Lang, title: &str, value: &str) -> Markup {
    html! {
        section class="banner ok" role="status" {
            (icon(Icon::Key))
            div {
                strong { (title) }
                p { (text(lang, "secret-shown-once")) }
                (copyable(lang, value))
            }
        }
    }
}
