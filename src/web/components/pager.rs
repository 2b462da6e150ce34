//! Pages of a list.

use maud::{Markup, html};

use crate::i18n::{Lang, format::integer, text, text_with};

/// Which rows a page shows, and the ways to the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pager {
    /// The first row's position, from 1.
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// `None` where counting would take too long.
    pub(crate) total: Option<u64>,
    pub(crate) previous_href: Option<String>,
    pub(crate) next_href: Option<String>,
    /// Rows on a page: number, address, and whether it is the current one.
    pub(crate) per_page: Vec<(u32, String, bool)>,
}

/// `1–50 z 4 218`, and the buttons. `target` is the selector of the part to replace.
pub(crate) fn pager(lang: Lang, pager: &Pager, target: &str) -> Markup {
    html! {
        nav class="pager" aria-label=(text(lang, "pager-label")) {
            span class="muted numeric" role="status" { (shown_range(lang, pager)) }
            @if pager.per_page.len() > 1 {
                span class="per-page small" {
                    (text(lang, "pager-per-page"))
                    @for (rows, href, current) in &pager.per_page {
                        a href=(href) aria-current=[current.then_some("true")] hx-get=(href) hx-target=(target)
                            hx-swap="outerHTML" hx-push-url="true" { (rows) }
                    }
                }
            }
            span class="pager-steps" {
                (step(&text(lang, "pager-previous"), pager.previous_href.as_deref(), "prev", target))
                (step(&text(lang, "pager-next"), pager.next_href.as_deref(), "next", target))
            }
        }
    }
}

fn shown_range(lang: Lang, pager: &Pager) -> String {
    let number = |value: u64| integer(lang, i64::try_from(value).unwrap_or(i64::MAX));
    let range = format!("{}–{}", number(pager.first), number(pager.last));
    match pager.total {
        Some(total) => text_with(
            lang,
            "pager-range",
            &[("range", range.into()), ("total", number(total).into())],
        ),
        None => range,
    }
}

fn step(label: &str, href: Option<&str>, rel: &str, target: &str) -> Markup {
    html! {
        @if let Some(href) = href {
            a class="button" href=(href) rel=(rel) hx-get=(href) hx-target=(target) hx-swap="outerHTML" hx-push-url="true" { (label) }
        } @else { span class="button" aria-disabled="true" { (label) } }
    }
}
