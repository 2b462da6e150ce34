//! Ways around: breadcrumbs, tabs, neighbours.

use maud::{Markup, html};

use crate::i18n::{Lang, text};

/// A tab, a saved view, or a part of a card.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tab {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) current: bool,
    /// Shown behind the label, already formatted.
    pub(crate) count: Option<String>,
}

/// Where the page stands, from the outermost; the page itself is left out.
pub(crate) fn breadcrumbs(lang: Lang, steps: &[(&str, &str)]) -> Markup {
    html! {
        nav class="crumbs" aria-label=(text(lang, "nav-breadcrumbs")) {
            ol { @for (label, href) in steps { li { a href=(href) dir="auto" { (label) } } } }
        }
    }
}

/// Tabs that are links; with script, only `target` (a selector) is replaced.
pub(crate) fn tabs(label: &str, tabs: &[Tab], target: Option<&str>) -> Markup {
    html! {
        @if !tabs.is_empty() {
            nav class="tabs" aria-label=(label) {
                @for tab in tabs {
                    a href=(tab.href) aria-current=[tab.current.then_some("page")] hx-get=[target.map(|_| &tab.href)]
                        hx-target=[target] hx-swap=[target.map(|_| "outerHTML")] hx-push-url=[target.map(|_| "true")] {
                        (tab.label)
                        @if let Some(count) = &tab.count { " " span class="count" { (count) } }
                    }
                }
            }
        }
    }
}
