//! Search and filters of a list: what is set stands as removable chips, the rest folds under "+ Filter".

use maud::{Markup, html};

use super::button::{self, Weight};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text, text_with};

/// A filter that is set.
#[derive(Debug, Clone)]
pub(crate) struct ActiveFilter {
    /// "Status"
    pub(crate) label: String,
    /// "klient, lead"
    pub(crate) value: String,
    /// The list without this filter.
    pub(crate) remove_href: String,
}

/// The bar above a list.
#[derive(Default)]
pub(crate) struct FilterBar {
    /// The text searched for, sent as `q`.
    pub(crate) query: String,
    pub(crate) placeholder: String,
    pub(crate) active: Vec<ActiveFilter>,
    /// The fields of the folded form, made with [`Field`](super::field::Field); empty for none.
    pub(crate) fields: Markup,
    /// Where the fields not in the page come from when the form opens, for the element `#more-filters`; empty for nowhere.
    pub(crate) more: String,
    /// Parameters that searching keeps: the view, sorting, rows on a page. Filters that are set are kept by their fields.
    pub(crate) kept: Vec<(String, String)>,
    /// The list without search and filters; shown when something is set.
    pub(crate) clear_href: String,
    /// Beside the bar, such as "Sortowanie: nazwa".
    pub(crate) aside: String,
}

/// One GET form to `path` with search, chips and the folded fields.
pub(crate) fn filter_bar(lang: Lang, path: &str, bar: &FilterBar, target: &str) -> Markup {
    let search_label = text(lang, "list-search");
    html! {
        form class="filters" method="get" action=(path) role="search" aria-label=(search_label) hx-get=(path)
            hx-target=(target) hx-swap="outerHTML" hx-push-url="true" hx-trigger="submit" {
            @for (name, value) in &bar.kept { input type="hidden" name=(name) value=(value); }
            span class="search-box small" {
                (icon(Icon::Search))
                input type="search" id="list-q" name="q" value=(bar.query) aria-label=(search_label) autocomplete="off" dir="auto"
                    placeholder=(bar.placeholder) hx-get=(path) hx-trigger="input delay:300ms" hx-include="closest form" hx-target=(target)
                    hx-swap="outerHTML" hx-push-url="true";
            }
            @for filter in &bar.active { (filter_chip(lang, filter, target)) }
            @if !bar.fields.0.is_empty() { (filter_panel(lang, bar)) }
            @if !bar.active.is_empty() || !bar.query.is_empty() {
                a class="small" href=(bar.clear_href) hx-get=(bar.clear_href) hx-target=(target) hx-swap="outerHTML"
                    hx-push-url="true" { (text(lang, "list-clear")) }
            }
            @if !bar.aside.is_empty() { span class="muted small aside" { (bar.aside) } }
        }
    }
}

fn filter_chip(lang: Lang, filter: &ActiveFilter, target: &str) -> Markup {
    let remove = text_with(
        lang,
        "list-remove-filter",
        &[("filter", filter.label.as_str().into())],
    );
    html! {
        span class="filter-chip" {
            span class="muted" { (filter.label) ":" } " " span class="filter-value" dir="auto" { (filter.value) }
            a href=(filter.remove_href) aria-label=(remove) title=(remove) hx-get=(filter.remove_href) hx-target=(target)
                hx-swap="outerHTML" hx-push-url="true" { (icon(Icon::Close)) }
        }
    }
}

fn filter_panel(lang: Lang, bar: &FilterBar) -> Markup {
    html! {
        details class="menu" data-menu="" {
            summary class="filter-chip add" hx-get=[(!bar.more.is_empty()).then_some(&bar.more)] hx-target="#more-filters"
                hx-swap="outerHTML" { (icon(Icon::Plus)) (text(lang, "list-filter")) }
            div class="menu-panel filter-fields" {
                (bar.fields)
                div class="actions" { (button::submit(&text(lang, "list-filter-apply"), Weight::Primary)) }
            }
        }
    }
}
