//! The history of a record, newest first: who changed what from what to what, when and from where.

use maud::{Markup, html};

use super::chip::{Tone, chip};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text};

/// One entry.
pub(crate) struct Entry {
    pub(crate) sign: Icon,
    /// What happened in a few words; empty where the changes say it.
    pub(crate) title: String,
    /// A note's or a mail's text.
    pub(crate) body: Option<String>,
    /// A way to take it back.
    pub(crate) act: Option<Markup>,
    pub(crate) changes: Vec<Change>,
    /// Who did it.
    pub(crate) who: String,
    /// When, as made by [`Clock::recent`](super::moment::Clock::recent).
    pub(crate) at: Markup,
    pub(crate) place: Place,
}

/// One field that changed, its values as the page shows them.
pub(crate) struct Change {
    pub(crate) label: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// Text of many lines, of which only what is new stands open.
    pub(crate) long: bool,
}

/// Characters of a long text shown in a change.
const LONGEST_SHOWN: usize = 300;

/// Where a person worked from; `Unknown` where the firm has not said which addresses are its office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Office,
    Unknown,
}

/// The entries, and a link to older ones.
pub(crate) fn timeline(lang: Lang, entries: &[Entry], older_href: Option<&str>) -> Markup {
    html! {
        @if entries.is_empty() { p class="muted" { (text(lang, "timeline-empty")) } }
        ol class="timeline" { (timeline_entries(lang, entries)) }
        @if let Some(href) = older_href { a class="button small" href=(href) { (text(lang, "timeline-older")) } }
    }
}

/// The entries alone, to be added to a timeline already shown.
pub(crate) fn timeline_entries(lang: Lang, entries: &[Entry]) -> Markup {
    html! { @for entry in entries { (timeline_entry(lang, entry)) } }
}

fn timeline_entry(lang: Lang, entry: &Entry) -> Markup {
    html! {
        li {
            span class="timeline-sign" { (icon(entry.sign)) }
            div class="timeline-words" {
                @if !entry.title.is_empty() { p class="timeline-title" dir="auto" { (entry.title) } }
                @if !entry.changes.is_empty() {
                    ul class="changes" { @for change in &entry.changes { li { (changed_value(lang, change)) } } }
                }
                @if let Some(body) = &entry.body { p class="timeline-body" dir="auto" { (body) } }
                p class="timeline-meta" { bdi { (entry.who) } " · " (entry.at) " " (place_chip(lang, entry.place)) }
                @if let Some(act) = &entry.act { (act) }
            }
        }
    }
}

/// `Limit kredytu: 60 000,00 → 80 000,00`, readable aloud.
pub(crate) fn changed_value(lang: Lang, change: &Change) -> Markup {
    let empty = || html! { span class="muted" { (text(lang, "timeline-nothing")) } };
    let label = html! { span class="change-label" { (change.label) ":" } " " };
    if let (true, Some(to)) = (change.long, &change.to) {
        return html! { (label) (long_text(lang, change.from.as_deref(), to)) };
    }
    html! {
        (label)
        @match &change.from { Some(from) => del dir="auto" { (shortened(from)) }, None => (empty()) }
        span class="arrow" { " → " }
        @match &change.to { Some(to) => ins dir="auto" { (to) }, None => (empty()) }
    }
}

/// What was added to a text, or the new text with the old one folded behind it.
fn long_text(lang: Lang, from: Option<&str>, to: &str) -> Markup {
    let from = from.map(str::trim_end).filter(|from| !from.is_empty());
    let added = from.and_then(|from| to.strip_prefix(from)).map(str::trim);
    html! {
        @match (from, added) {
            (Some(_), Some(added)) if !added.is_empty() => {
                span class="muted" { (text(lang, "timeline-added")) } " " ins dir="auto" { (shortened(added)) }
            }
            (None, _) => ins dir="auto" { (shortened(to)) },
            (Some(from), _) => {
                ins dir="auto" { (shortened(to)) } " "
                details { summary { (text(lang, "timeline-before")) } p { del dir="auto" { (shortened(from)) } } }
            }
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Whether a person was in the office.
pub(crate) fn place_chip(lang: Lang, place: Place) -> Markup {
    match place {
        Place::Office => chip(Tone::Good, Some(Icon::Office), &text(lang, "place-office")),
        Place::Unknown => html! {},
    }
}
