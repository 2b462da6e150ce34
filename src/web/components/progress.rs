//! Long work on its way.

use maud::{Markup, html};

use super::button::{self, Weight};
use crate::i18n::{Lang, text};

/// Work that takes a while: what, how far, and a way to stop it.
pub(crate) struct Progress<'a> {
    pub(crate) lang: Lang,
    pub(crate) title: &'a str,
    /// "19 402 z 31 204 maili · jeszcze 6 s"
    pub(crate) detail: &'a str,
    pub(crate) done: u64,
    /// `None` while the end is not known.
    pub(crate) total: Option<u64>,
    /// Where a POST stops it, with the token; `None` where it cannot be stopped.
    pub(crate) cancel: Option<(&'a str, &'a str)>,
    /// Where the fragment is asked for again each second, with script; `None` once it is over.
    pub(crate) refresh: Option<&'a str>,
}

/// The panel. Without script the person reloads the page.
pub(crate) fn progress(progress: &Progress<'_>) -> Markup {
    html! {
        section class="panel progress" id="progress" hx-get=[progress.refresh]
            hx-trigger=[progress.refresh.map(|_| "every 1s")] hx-swap="outerHTML" {
            header {
                h2 { (progress.title) }
                span class="muted small numeric" role="status" { (progress.detail) }
                @if let Some((action, csrf)) = progress.cancel {
                    (button::post(&text(progress.lang, "action-stop"), action, csrf, Weight::Quiet, None))
                }
            }
            @match progress.total {
                Some(total) => progress value=(progress.done) max=(total.max(1)) aria-label=(progress.title) {},
                None => progress aria-label=(progress.title) {},
            }
        }
    }
}
