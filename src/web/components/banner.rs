//! Messages that belong to a page: verdicts at its head, notes inside it.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Ok,
    Warn,
    Fail,
    Info,
}

impl Verdict {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Info => "info",
        }
    }

    pub(crate) fn sign(self) -> Icon {
        match self {
            Self::Ok => Icon::Shield,
            Self::Warn | Self::Fail => Icon::Warning,
            Self::Info => Icon::Info,
        }
    }
}

/// The verdict a settings page leads with: a word, a sentence, and the one thing to do.
pub(crate) fn verdict(verdict: Verdict, title: &str, sentence: &str, action: Markup) -> Markup {
    html! {
        section class={ "verdict " (verdict.class()) } {
            (icon(verdict.sign()))
            div class="verdict-words" { h2 { (title) } p { (sentence) } }
            (action)
        }
    }
}

/// A note inside a page.
pub(crate) fn banner(verdict: Verdict, content: Markup) -> Markup {
    html! { div class={ "banner " (verdict.class()) } { (icon(verdict.sign())) div { (content) } } }
}
