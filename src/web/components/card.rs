//! The page of one record: header, facts on the left, history on the right.

use maud::{Markup, html};

use super::facts::{FactGroup, fact_group};

/// What a card shows.
pub(crate) struct Card<'a> {
    /// From [`breadcrumbs`](super::navigation::breadcrumbs), with neighbours beside it where there are any.
    pub(crate) above: Markup,
    pub(crate) name: &'a str,
    /// State and tags beside the name.
    pub(crate) marks: Markup,
    /// The line under the name: owner, since when, who sees it.
    pub(crate) meta: Markup,
    /// Main actions, the rest in a [`more_menu`](super::menu::more_menu).
    pub(crate) actions: Markup,
    /// A banner over the facts, such as "deleted" or a duplicate; empty otherwise.
    pub(crate) notice: Markup,
    pub(crate) groups: &'a [FactGroup],
    /// More panels under the facts, such as the people of a company.
    pub(crate) related: Markup,
    /// The right side: tabs, the box for a note, the timeline.
    pub(crate) history: Markup,
}

/// The whole card.
pub(crate) fn card(card: &Card<'_>) -> Markup {
    html! {
        article class="card" id="card" {
            div class="above" { (card.above) }
            (card_header(card))
            (card.notice)
            div class="card-columns" {
                div class="card-facts" {
                    @for group in card.groups { (fact_group(group)) }
                    (card.related)
                }
                section class="panel card-history" id="history" { (card.history) }
            }
        }
    }
}

fn card_header(card: &Card<'_>) -> Markup {
    html! {
        header class="card-header" {
            div class="card-name" {
                h1 dir="auto" { (card.name) }
                (card.marks)
            }
            div class="actions" { (card.actions) }
            div class="card-meta" { (card.meta) }
        }
    }
}

/// The head of a page that is no card: title, a quiet count or sentence beside it, actions.
pub(crate) fn page_header(title: &str, beside: &str, actions: Markup) -> Markup {
    html! {
        header class="page-header" {
            h1 dir="auto" { (title) }
            @if !beside.is_empty() { span class="beside numeric" { (beside) } }
            div class="actions" { (actions) }
        }
    }
}

/// A panel with a title.
pub(crate) fn panel(title: &str, aside: Markup, content: Markup) -> Markup {
    html! { section class="panel" { header { h2 { (title) } (aside) } (content) } }
}
