//! The list of a module.

use maud::{Markup, html};

use super::showing::Showing;
use super::{address, bulk, card, filters, merge, parameters, refused};
use crate::data::{
    AccessError, Column as ColumnRule, Cursor, Field, FieldError, Filter, Kind, List, Permission,
    Problem, Query, Reading, RecordType, Seen, Sort, Start, Test, common,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::empty::{empty_place, nothing_found};
use crate::web::components::filters::FilterBar;
use crate::web::components::form::csrf_field;
use crate::web::components::icon::Icon;
use crate::web::components::list::{
    Bulk, Column, Direction, ListView, PhoneSlot, Row, SortLink, list,
};
use crate::web::components::menu;
use crate::web::components::navigation::Tab;
use crate::web::components::pager::Pager;
use crate::web::error::WebResult;
use crate::web::visit::{Member, module_place};

/// Rows that a page can have.
const PER_PAGE: [u32; 3] = [25, 50, 100];
const USUAL_PER_PAGE: u32 = 50;

/// What a list is asked for.
pub(super) struct Asked {
    pub(super) query: Query,
    /// From 1.
    page: u64,
    per_page: u32,
    after: Option<Cursor>,
}

impl Asked {
    fn read(kind: &RecordType, pairs: &[(String, String)]) -> Result<Self, Vec<FieldError>> {
        let plain = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let query = Query::read(kind, plain)?;
        let of = |wanted: &str| {
            pairs
                .iter()
                .find(|(name, value)| name == wanted && !value.is_empty())
                .map(|(_, value)| value.as_str())
        };
        let mut errors = Vec::new();
        let mut wrong = |name: &str| {
            errors.push(FieldError::new(name, Problem::new("error-not-a-number")));
        };
        let page = match of("page").map(str::parse::<u64>) {
            None => 1,
            Some(Ok(page @ 1..=1_000_000)) => page,
            Some(_) => {
                wrong("page");
                1
            }
        };
        let per_page = match of("per_page").map(str::parse::<u32>) {
            None => USUAL_PER_PAGE,
            Some(Ok(rows)) if PER_PAGE.contains(&rows) => rows,
            Some(_) => {
                wrong("per_page");
                USUAL_PER_PAGE
            }
        };
        // A cursor that cannot be read is no loss: the number of the page says where it begins.
        let after = of("after").and_then(Cursor::read).filter(|_| page > 1);
        if errors.is_empty() {
            Ok(Self {
                query,
                page,
                per_page,
                after,
            })
        } else {
            Err(errors)
        }
    }

    /// Parameters of the list with another query, on its first page.
    pub(super) fn with(&self, query: &Query) -> Vec<(String, String)> {
        let mut pairs = query.pairs();
        if self.per_page != USUAL_PER_PAGE {
            pairs.push(("per_page".to_owned(), self.per_page.to_string()));
        }
        pairs
    }

    fn offset(&self) -> u64 {
        (self.page - 1) * u64::from(self.per_page)
    }
}

/// The list's page, or the list alone where script asked.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let mut asked = match Asked::read(kind, &parameters(&member)) {
        Ok(asked) => asked,
        Err(errors) => return Ok(refused(kind, &member, &reading, &errors)),
    };
    let found = match find(kind, &reading, &mut asked) {
        Ok(found) => found,
        Err(AccessError::Invalid(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(error) => return Err(error.into()),
    };
    let showing = Showing::new(&member, &reading);
    let content = view(kind, &showing, &asked, &found)?;
    let (title, _, _) = module_place(kind.module);
    Ok(member.part_or_page(&reading, &member.text(title), content, ""))
}

/// The page asked for; the last one where there are fewer.
fn find(
    kind: &'static RecordType,
    reading: &Reading,
    asked: &mut Asked,
) -> Result<List, AccessError> {
    let start = match &asked.after {
        Some(cursor) => Start::After(cursor.clone()),
        None => Start::Offset(asked.offset()),
    };
    let rows = asked.per_page as usize;
    let found = reading.list(kind, &asked.query, &start, rows)?;
    if found.rows.is_empty() && found.total > 0 {
        asked.page = found.total.div_ceil(u64::from(asked.per_page));
        return reading.list(kind, &asked.query, &Start::Offset(asked.offset()), rows);
    }
    Ok(found)
}

fn view(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
    found: &List,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let (title, path, _) = module_place(kind.module);
    let title = member.text(title);
    let shown = columns(kind, showing.reading);
    let bulk_action = format!("{path}/bulk");
    let bulk = bulk::controls(kind, showing)?.map(|controls| Bulk {
        action: &bulk_action,
        csrf: &member.csrf,
        controls,
        all: bulk::all(showing, &asked.query, found.rows.len(), found.total),
    });
    let rows = found
        .rows
        .iter()
        .map(|seen| row(showing, &shown, seen))
        .collect::<Result<Vec<_>, _>>()?;
    let heads: Vec<Column> = shown
        .iter()
        .enumerate()
        .map(|(place, field)| head(showing, kind, asked, &shown, place, field))
        .collect();
    let empty = if asked.query.is_narrowed() {
        let clear =
            html! { (button::link(&member.text("list-clear-filters"), path, Weight::Plain, None)) };
        nothing_found(
            &member.text("list-nothing-found"),
            &member.text("list-nothing-found-advice"),
            clear,
        )
    } else {
        empty(kind, showing)
    };
    Ok(list(&ListView {
        lang: member.lang,
        path,
        title: &title,
        total: Some(found.total),
        actions: actions(kind, showing, asked),
        views: &views(kind, showing, asked),
        filters: FilterBar {
            query: asked.query.search.clone(),
            placeholder: member.text("list-search"),
            active: filters::active(kind, showing, asked)?,
            fields: filters::panel(kind, showing, &asked.query)?,
            kept: filters::kept(kind, showing, asked),
            clear_href: address(path, &asked.with(&unfiltered(&asked.query))),
            aside: sorted_by(kind, showing, asked),
        },
        columns: &heads,
        rows,
        bulk,
        pager: pager(path, asked, found),
        empty,
    }))
}

fn unfiltered(query: &Query) -> Query {
    Query {
        sort: query.sort.clone(),
        ..Query::default()
    }
}

/// The fields shown as columns, the title first.
pub(super) fn columns(kind: &'static RecordType, reading: &Reading) -> Vec<&'static Field> {
    let shown = kind.fields.iter().filter(|field| {
        field.column == ColumnRule::Shown && reading.rights().sees_field(kind, field)
    });
    let mut shown: Vec<&Field> = shown.collect();
    let rank = |field: &Field| match field.kind {
        _ if field.no == kind.title => 0,
        Kind::TaxId => 1,
        Kind::Text(_) => 2,
        Kind::Owner => 3,
        Kind::Choice(_) | Kind::Pick(_) | Kind::YesNo => 4,
        Kind::Tags | Kind::Picks(_) => 5,
        Kind::Money | Kind::Number { .. } => 7,
        Kind::Time | Kind::Date => 8,
        _ => 6,
    };
    shown.sort_by_key(|field| rank(field));
    shown
}

fn is_numeric(field: &Field) -> bool {
    matches!(
        field.kind,
        Kind::Money | Kind::Number { .. } | Kind::Time | Kind::Date
    )
}

/// Columns that fit a window of usual width.
const FITTING: usize = 8;

/// Where a column stands in a phone's row: the first of its sort gets the place.
fn slot(kind: &RecordType, shown: &[&Field], place: usize) -> PhoneSlot {
    let field = shown[place];
    let sort_of = |field: &Field| match field.kind {
        _ if field.no == kind.title => PhoneSlot::Title,
        Kind::Money => PhoneSlot::Side,
        Kind::Choice(_) | Kind::Pick(_) => PhoneSlot::Mark,
        Kind::Text(_) => PhoneSlot::First,
        Kind::Owner => PhoneSlot::Second,
        Kind::Time => PhoneSlot::Corner,
        Kind::Emails | Kind::Phones if shown.len() > FITTING => PhoneSlot::Wide,
        _ => PhoneSlot::Hidden,
    };
    let slot = sort_of(field);
    let taken = shown[..place].iter().any(|other| sort_of(other) == slot);
    if taken { PhoneSlot::Hidden } else { slot }
}

fn head(
    showing: &Showing<'_>,
    kind: &'static RecordType,
    asked: &Asked,
    shown: &[&'static Field],
    place: usize,
    field: &Field,
) -> Column {
    let mut label = showing.label(kind, field);
    if field.kind == Kind::Money {
        label = format!("{label}, {}", currency_mark(showing));
    }
    Column {
        label,
        numeric: is_numeric(field),
        phone: slot(kind, shown, place),
        sort: field.sortable.then(|| sort_link(kind, asked, field)),
    }
}

fn currency_mark(showing: &Showing<'_>) -> String {
    match showing.currency.as_str() {
        "PLN" => "zł".to_owned(),
        other => other.to_owned(),
    }
}

/// Pressing a column sorts by it, pressing it again turns the order round. Times begin with the latest.
fn sort_link(kind: &RecordType, asked: &Asked, field: &Field) -> SortLink {
    let by_title = || Sort {
        field: kind
            .field(kind.title)
            .map_or(String::new(), |field| field.name.to_owned()),
        descending: false,
    };
    let now = asked.query.sort.clone().unwrap_or_else(by_title);
    let current = (now.field == field.name).then_some(now.descending);
    let descending = match current {
        Some(descending) => !descending,
        None => field.kind == Kind::Time,
    };
    let sort = Some(Sort {
        field: field.name.to_owned(),
        descending,
    });
    let query = Query {
        sort,
        ..asked.query.clone()
    };
    SortLink {
        href: address(&format!("/{}", kind.module), &asked.with(&query)),
        current: current.map(|descending| {
            if descending {
                Direction::Descending
            } else {
                Direction::Ascending
            }
        }),
    }
}

fn sorted_by(kind: &RecordType, showing: &Showing<'_>, asked: &Asked) -> String {
    let field = match &asked.query.sort {
        Some(sort) => kind.named(&sort.field),
        None => kind.field(kind.title),
    };
    let column = field.map(|field| showing.label(kind, field).to_lowercase());
    column
        .map(|column| {
            showing
                .member
                .text_with("list-sorted-by", &[("column", column.into())])
        })
        .unwrap_or_default()
}

fn row(showing: &Showing<'_>, shown: &[&Field], seen: &Seen) -> Result<Row, AccessError> {
    let href = format!("/{}/{}", seen.kind().module, seen.id());
    let cells = shown
        .iter()
        .skip(1)
        .map(|field| showing.cell(field, seen))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Row {
        id: seen.id().to_string(),
        name: seen.title().to_owned(),
        cells,
        actions: row_actions(showing, seen, &href),
        href,
    })
}

/// Name of the form that the rows' buttons send. It stands outside of the table's own: there the Enter key would press
/// the first row's button.
const ROW_FORM: &str = "row-acts";

fn row_actions(showing: &Showing<'_>, seen: &Seen, href: &str) -> Markup {
    // Words, not signs with labels: a page of rows repeats them fifty times.
    html! {
        @if seen.may_edit() {
            a class="button quiet small" href=(format!("{href}/edit")) { (showing.text("action-edit")) }
        }
        @if seen.may_delete() {
            button class="button quiet small" form=(ROW_FORM) formaction=(format!("{href}/delete")) {
                (showing.text("action-delete"))
            }
        }
    }
}

fn actions(kind: &RecordType, showing: &Showing<'_>, asked: &Asked) -> Markup {
    let (member, module) = (showing.member, kind.module);
    let may = |permission| showing.reading.rights().may(permission);
    let file = |format: &str| {
        let mut pairs = vec![("format".to_owned(), format.to_owned())];
        pairs.extend(asked.query.pairs());
        address(&format!("/{module}/export"), &pairs)
    };
    html! {
        form id=(ROW_FORM) method="post" hidden { (csrf_field(&member.csrf)) }
        @if may(Permission::Import(module)) {
            (button::link(&member.text("action-import"), &format!("/{module}/import"), Weight::Plain, None))
        }
        @if may(Permission::Export(module)) {
            (menu::menu(&member.text("action-export"), None, "button", html! {
                @for (format, label) in [("xlsx", "export-xlsx"), ("csv", "export-csv"), ("json", "export-json")] {
                    (menu::item(&member.text(label), &file(format), None))
                }
            }))
        }
        @if merge::may(showing.reading, kind) {
            (menu::more_menu(&member.text("action-more"), html! {
                (menu::item(&member.text("duplicates-title"), &format!("/{module}/duplicates"), Some(Icon::Copy)))
            }))
        }
        @if card::may_create(showing.reading, kind) {
            (button::link(&member.text(&format!("{module}-new")), &format!("/{module}/new"), Weight::Primary, Some(Icon::Plus)))
        }
    }
}

/// All records, one's own, those of nobody; only where there are others' to tell them from.
fn views(kind: &RecordType, showing: &Showing<'_>, asked: &Asked) -> Vec<Tab> {
    let rights = showing.reading.rights();
    let access = rights.module(kind.module);
    let Some(owner) = kind.field(common::OWNER) else {
        return Vec::new();
    };
    let wide = matches!(
        access.view,
        crate::data::Scope::Team | crate::data::Scope::All
    );
    let unassigned = access.unassigned || access.view == crate::data::Scope::All;
    if !wide && !unassigned {
        return Vec::new();
    }
    let of = |value: &str| {
        vec![Filter {
            field: owner.name.to_owned(),
            test: Test::AnyOf(vec![value.to_owned()]),
        }]
    };
    let mut wanted = vec![("list-view-all", Vec::new())];
    if let Some(user) = rights.user() {
        wanted.push(("list-view-mine", of(&user.id.to_string())));
    }
    if unassigned {
        wanted.push(("list-view-unassigned", of("none")));
    }
    let tab = |(label, filters): (&str, Vec<Filter>)| {
        let query = Query {
            filters,
            sort: asked.query.sort.clone(),
            ..Query::default()
        };
        Tab {
            label: showing.text(label),
            href: address(&format!("/{}", kind.module), &asked.with(&query)),
            current: asked.query.filters == query.filters,
            count: None,
        }
    };
    wanted.into_iter().map(tab).collect()
}

fn pager(path: &str, asked: &Asked, found: &List) -> Pager {
    let shown = found.rows.len() as u64;
    let to_page = |page: u64, after: Option<&Cursor>| {
        let mut pairs = asked.with(&asked.query);
        if page > 1 {
            pairs.push(("page".to_owned(), page.to_string()));
        }
        pairs.extend(after.map(|cursor| ("after".to_owned(), cursor.write())));
        address(path, &pairs)
    };
    let per_page = PER_PAGE.map(|rows| {
        let pairs = Asked {
            per_page: rows,
            query: Query::default(),
            page: 1,
            after: None,
        }
        .with(&asked.query);
        (rows, address(path, &pairs), rows == asked.per_page)
    });
    Pager {
        first: (asked.offset() + 1).min(found.total),
        last: asked.offset() + shown,
        total: Some(found.total),
        previous_href: (asked.page > 1).then(|| to_page(asked.page - 1, None)),
        next_href: found
            .next
            .as_ref()
            .map(|cursor| to_page(asked.page + 1, Some(cursor))),
        per_page: if found.total > u64::from(PER_PAGE[0]) {
            per_page.into()
        } else {
            Vec::new()
        },
    }
}

fn empty(kind: &RecordType, showing: &Showing<'_>) -> Markup {
    let (member, module) = (showing.member, kind.module);
    let (_, path, sign) = module_place(module);
    let text = |rest: &str| member.text(&format!("{module}-empty{rest}"));
    let ways = html! {
        @if card::may_create(showing.reading, kind) {
            (button::link(&text("-create"), &format!("{path}/new"), Weight::Primary, Some(Icon::Plus)))
        }
        @if showing.reading.rights().may(Permission::Import(module)) {
            (button::link(&text("-import"), &format!("{path}/import"), Weight::Plain, Some(Icon::Upload)))
        }
    };
    empty_place(sign, &text("-title"), &text(""), ways)
}
