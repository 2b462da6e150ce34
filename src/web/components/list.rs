//! A list of records: title and total, saved views, search and filters, the table, bulk acts, pages.
//!
//! The whole list is one fragment with the id `list`; its links and its search replace it in place when script is there, so
//! a handler answers a partial request with [`list`] alone and a plain one with the page around it.

use maud::{Markup, html};

use super::card::page_header;
use super::filters::{FilterBar, filter_bar};
use super::form::csrf_field;
use super::icon::{Icon, icon};
use super::navigation::{Tab, tabs};
use super::pager::{Pager, pager};
use crate::i18n::{Lang, format::integer, text};

/// The selector of the fragment.
pub(crate) const LIST_TARGET: &str = "#list";

/// What a list shows.
pub(crate) struct ListView<'a> {
    pub(crate) lang: Lang,
    /// The list's address, where search and filters are sent: `/clients`.
    pub(crate) path: &'a str,
    pub(crate) title: &'a str,
    /// How many records match.
    pub(crate) total: Option<u64>,
    /// Buttons beside the title: import, export, new.
    pub(crate) actions: Markup,
    /// Saved views.
    pub(crate) views: &'a [Tab],
    /// A note over the table; empty for none.
    pub(crate) notice: Markup,
    pub(crate) filters: FilterBar,
    pub(crate) columns: &'a [Column],
    pub(crate) rows: Vec<Row>,
    /// `None` where nothing may be done to several at once; the rows then have no boxes.
    pub(crate) bulk: Option<Bulk<'a>>,
    pub(crate) pager: Pager,
    /// Shown in place of the table when there are no rows.
    pub(crate) empty: Markup,
}

/// A column of the table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) label: String,
    /// Numbers, money and dates stand at the end of their cell, in tabular figures.
    pub(crate) numeric: bool,
    /// Where its cell stands in the two lines a row becomes on a phone.
    pub(crate) phone: PhoneSlot,
    pub(crate) sort: Option<SortLink>,
}

impl Column {
    /// A column of words that nothing is sorted by.
    pub(crate) fn plain(label: String, phone: PhoneSlot) -> Self {
        Self {
            label,
            numeric: false,
            phone,
            sort: None,
        }
    }

    /// The same, its cells at their end in tabular figures where `numeric`.
    pub(crate) fn numeric(self, numeric: bool) -> Self {
        Self { numeric, ..self }
    }
}

/// A column head's way to sort by it.
#[derive(Debug, Clone)]
pub(crate) struct SortLink {
    pub(crate) href: String,
    /// How the list is sorted by this column now.
    pub(crate) current: Option<Direction>,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// A place in the two lines of a phone's row: `Title` and `Side` above, `Mark`, `First`, `Second` and `Corner` below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhoneSlot {
    Title,
    Side,
    Mark,
    First,
    Second,
    Corner,
    Hidden,
    /// Hidden on phones, and in all but wide windows.
    Wide,
}

impl PhoneSlot {
    fn class(self) -> &'static str {
        match self {
            Self::Title => "at-title",
            Self::Side => "at-side",
            Self::Mark => "at-mark",
            Self::First => "at-first",
            Self::Second => "at-second",
            Self::Corner => "at-corner",
            // What has no place is not shown on phones.
            Self::Hidden => "",
            Self::Wide => "at-wide",
        }
    }
}

/// A record in the list.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) href: String,
    /// The record's name; its cell is the first and links to the record.
    pub(crate) name: String,
    /// The cells of the columns after the first.
    pub(crate) cells: Vec<Markup>,
    /// Which of the buttons for the row pointed at are not for this one: `edit`, `delete`, both with a blank between.
    pub(crate) lacks: &'static str,
}

/// What can be done to the rows ticked. Posts `id` (several) and the fields given; the buttons set `action`.
pub(crate) struct Bulk<'a> {
    /// `/clients/bulk`
    pub(crate) action: &'a str,
    pub(crate) csrf: &'a str,
    /// Buttons and menus of the bar.
    pub(crate) controls: Markup,
    /// The way to choose more than the page shows.
    pub(crate) all: Option<All>,
}

/// Everything that the list shows, on all its pages: sent as `all=1` with `filter`.
pub(crate) struct All {
    /// "All 12,345 on the list".
    pub(crate) label: String,
    /// How many these are, as shown.
    pub(crate) total: String,
    /// The list's parameters.
    pub(crate) filter: String,
}

/// The whole list as a fragment.
pub(crate) fn list(view: &ListView<'_>) -> Markup {
    let total = view
        .total
        .map(|total| integer(view.lang, i64::try_from(total).unwrap_or(i64::MAX)));
    html! {
        section class="list" id="list" aria-label=(view.title) {
            (page_header(view.title, total.as_deref().unwrap_or_default(), view.actions.clone()))
            (tabs(&text(view.lang, "list-views"), view.views, Some(LIST_TARGET)))
            (filter_bar(view.lang, view.path, &view.filters, LIST_TARGET))
            (view.notice)
            @if view.rows.is_empty() {
                div class="panel" { (view.empty) }
            } @else {
                @match &view.bulk {
                    Some(bulk) => form class="bulk-form" method="post" action=(bulk.action) data-rows="" {
                        (csrf_field(bulk.csrf))
                        (table(view))
                        (bulk_bar(view.lang, bulk))
                    },
                    None => div class="bulk-form" data-rows="" { (table(view)) },
                }
                (pager(view.lang, &view.pager, LIST_TARGET))
            }
        }
    }
}

fn table(view: &ListView<'_>) -> Markup {
    let boxes = view.bulk.is_some();
    html! {
        div class="table-frame" {
            table class="rows" {
                thead {
                    tr {
                        @if boxes { th class="box" scope="col" { (select_all(view.lang)) } }
                        @for column in view.columns { (column_head(column)) }
                    }
                }
                tbody { @for (place, row) in view.rows.iter().enumerate() { (table_row(view.columns, row, boxes.then_some(place))) } }
            }
        }
    }
}

fn select_all(lang: Lang) -> Markup {
    html! { input class="scripted" type="checkbox" data-select-all="" aria-label=(text(lang, "list-select-all")); }
}

/// A column's head; one that sorts is a link and says which way the list is sorted now.
pub(crate) fn column_head(column: &Column) -> Markup {
    let direction = column.sort.as_ref().and_then(|sort| sort.current);
    let aria_sort = direction.map(|direction| match direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    });
    let class = match column.phone {
        PhoneSlot::Wide => Some("at-wide"),
        _ => column.numeric.then_some("end"),
    };
    html! {
        th scope="col" class=[class] aria-sort=[aria_sort] {
            @match &column.sort {
                Some(sort) => a href=(sort.href) hx-get=(sort.href) hx-target=(LIST_TARGET) hx-swap="outerHTML" hx-push-url="true" {
                    (column.label)
                    @match direction {
                        Some(Direction::Ascending) => (icon(Icon::ArrowUp)),
                        Some(Direction::Descending) => (icon(Icon::ArrowDown)),
                        None => {},
                    }
                },
                None => (column.label),
            }
        }
    }
}

/// One row; with a box where `place` says which row it is.
fn table_row(columns: &[Column], row: &Row, place: Option<usize>) -> Markup {
    // The box is called as its row is: by the id of the name, for names are long and a page has many.
    let id = place.map(|place| format!("r{place}"));
    html! {
        tr data-lacks=[(!row.lacks.is_empty()).then_some(row.lacks)] {
            @if let Some(id) = &id {
                td class="box" { input type="checkbox" name="id" value=(row.id) aria-labelledby=(id); }
            }
            td class="at-title" {
                a class="row-link" id=[&id] href=(row.href) dir="auto" title=[(row.name.chars().count() > 32).then_some(&row.name)] { (row.name) }
            }
            @for (column, cell) in columns.iter().skip(1).zip(&row.cells) {
                td class=[cell_class(column)] { (cell) }
            }
        }
    }
}

/// None where it would be empty: a page of rows repeats it for every cell.
fn cell_class(column: &Column) -> Option<String> {
    let end = if column.numeric { "end" } else { "" };
    let classes = [column.phone.class(), end].join(" ");
    let classes = classes.trim();
    (!classes.is_empty()).then(|| classes.to_owned())
}

fn bulk_bar(lang: Lang, bulk: &Bulk<'_>) -> Markup {
    html! {
        div class="bulk-bar" role="group" aria-label=(text(lang, "list-bulk")) {
            span class="scripted" { (text(lang, "list-selected")) " " span class="numeric" data-selected-count="" {} }
            button class="button quiet scripted" type="button" data-select-none="" aria-label=(text(lang, "list-select-none")) {
                (icon(Icon::Close))
            }
            @if let Some(all) = &bulk.all {
                input type="hidden" name="filter" value=(all.filter);
                label class="option" { input type="checkbox" name="all" value="1" data-total=(all.total); " " (all.label) }
            }
            (bulk.controls)
        }
    }
}

/// A small table without search, pages or bulk acts: users, roles, tokens, sessions.
pub(crate) fn plain_table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div class="table-frame plain" {
            table class="rows" {
                caption class="hidden" { (caption) }
                thead { tr { @for column in columns { (column_head(column)) } } }
                tbody {
                    @for cells in rows {
                        tr {
                            @for (column, cell) in columns.iter().zip(cells) {
                                td class=[cell_class(column)] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}
