//! The list of a module.

use maud::{Markup, html};

use super::asked::{self, Asked, COLUMNS, PER_PAGE, TRAIL, USUAL_PER_PAGE, Unread};
use super::showing::Showing;
use super::{address, bulk, card, columns, filters, merge, refused, vat_check, views};
use crate::data::{
    AccessError, Cursor, Field, Kind, List, Permission, Query, Reading, RecordType, Seen, Sort,
    Start,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::empty::{empty_place, nothing_found};
use crate::web::components::filters::FilterBar;
use crate::web::components::form::csrf_field;
use crate::web::components::icon::Icon;
use crate::web::components::list::{
    Bulk, Column, Direction, ListView, PhoneSlot, Row, SortLink, list,
};
use crate::web::components::menu;
use crate::web::components::pager::Pager;
use crate::web::error::WebResult;
use crate::web::visit::{Member, module_place};

/// The list's page, or the list alone where script asked.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let mut asked = match Asked::of(kind, &member, &reading) {
        Ok(asked) => asked,
        Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(Unread::Access(error)) => return Err(error.into()),
    };
    let found = match find(kind, &reading, &mut asked) {
        Ok(found) => found,
        Err(AccessError::Invalid(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(error) => return Err(error.into()),
    };
    let viewed = &member.state.viewed;
    viewed.add_rows(&member.access, found.rows.len())?;
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
    let (shown, chosen) = columns::shown(kind, showing.reading, asked)?;
    let trail = asked::trail(&asked.query);
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
        .map(|seen| row(showing, &shown, &trail, seen))
        .collect::<Result<Vec<_>, _>>()?;
    let heads: Vec<Column> = shown
        .iter()
        .enumerate()
        .map(|(place, field)| head(showing, kind, asked, (&shown, chosen), place, field))
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
        actions: actions(kind, showing, asked, &shown, &found.rows),
        views: &views::tabs(kind, showing, asked)?,
        notice: notice(showing, asked),
        filters: FilterBar {
            query: asked.query.search.clone(),
            placeholder: member.text("list-search"),
            active: filters::active(kind, showing, asked)?,
            fields: filters::panel(kind, showing, asked)?,
            more: address(&format!("{path}/filters"), &asked.with(&asked.query)),
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

fn is_numeric(field: &Field) -> bool {
    matches!(
        field.kind,
        Kind::Money | Kind::Number { .. } | Kind::Time | Kind::Date
    )
}

/// Columns that fit a window of usual width.
const FITTING: usize = 8;

/// Where a column stands in a phone's row: the first of its sort gets the place.
fn slot(kind: &RecordType, shown: &[&Field], chosen: bool, place: usize) -> PhoneSlot {
    let field = shown[place];
    let sort_of = |field: &Field| match field.kind {
        _ if field.no == kind.title => PhoneSlot::Title,
        Kind::Money => PhoneSlot::Side,
        Kind::Choice(_) | Kind::Pick(_) => PhoneSlot::Mark,
        Kind::Text(_) => PhoneSlot::First,
        Kind::Owner => PhoneSlot::Second,
        Kind::Time => PhoneSlot::Corner,
        // Columns that somebody chose are never taken away from them.
        Kind::Emails | Kind::Phones if !chosen && shown.len() > FITTING => PhoneSlot::Wide,
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
    (shown, chosen): (&[&'static Field], bool),
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
        phone: slot(kind, shown, chosen, place),
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

/// Says that a view asks for more than its reader may ask, without naming what.
fn notice(showing: &Showing<'_>, asked: &Asked) -> Markup {
    let left_out = asked.seen_by.as_ref().is_some_and(|by| by.left_out);
    html! {
        @if left_out { (banner(Verdict::Info, html! { (showing.text("view-left-out")) })) }
    }
}

fn row(
    showing: &Showing<'_>,
    shown: &[&Field],
    trail: &str,
    seen: &Seen,
) -> Result<Row, AccessError> {
    let cells = shown
        .iter()
        .skip(1)
        .map(|field| showing.cell(field, seen))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Row {
        id: seen.id().to_string(),
        name: seen.title().to_owned(),
        cells,
        lacks: match (seen.may_edit(), seen.may_delete()) {
            (true, true) => "",
            (true, false) => "delete",
            (false, true) => "edit",
            (false, false) => "edit delete",
        },
        href: format!("/{}/{}?{TRAIL}={trail}", seen.kind().module, seen.id()),
    })
}

/// Name of the form that the row's buttons send. It stands outside of the table's own: there the Enter key would press
/// them.
const ROW_FORM: &str = "row-acts";

/// Buttons for the row that is pointed at: one set, which script takes to it. Without script the record's own page has them.
fn row_actions(showing: &Showing<'_>, rows: &[Seen]) -> Markup {
    let (edit, delete) = (
        rows.iter().any(Seen::may_edit),
        rows.iter().any(Seen::may_delete),
    );
    html! {
        form id=(ROW_FORM) method="post" hidden { (csrf_field(&showing.member.csrf)) }
        @if edit || delete {
            span class="row-actions" id="row-tools" hidden {
                @if edit { a class="button quiet small" data-act="edit" { (showing.text("action-edit")) } }
                @if delete { button class="button quiet small" form=(ROW_FORM) data-act="delete" { (showing.text("action-delete")) } }
            }
        }
    }
}

fn actions(
    kind: &RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
    shown: &[&Field],
    rows: &[Seen],
) -> Markup {
    let (member, module) = (showing.member, kind.module);
    let may = |permission| showing.reading.rights().may(permission);
    let names: Vec<&str> = shown.iter().map(|field| field.name).collect();
    let names = names.join(",");
    let file = |format: &str, columns: Option<&str>| {
        let mut pairs = vec![("format".to_owned(), format.to_owned())];
        pairs.extend(asked.query.pairs());
        pairs.extend(columns.map(|names| (COLUMNS.to_owned(), names.to_owned())));
        address(&format!("/{module}/export"), &pairs)
    };
    let here = asked.with(&asked.query);
    let place = |what: &str| address(&format!("/{module}/{what}"), &here);
    html! {
        (row_actions(showing, rows))
        (menu::filled(&member.text("columns-menu"), &place("columns"), "column-menu", &member.text("columns-title"), "wide-only"))
        (menu::filled(&member.text("view-menu"), &place("views"), "view-menu", &member.text("views-title"), ""))
        @if may(Permission::Import(module)) {
            (button::link(&member.text("action-import"), &format!("/{module}/import"), Weight::Plain, None))
        }
        @if may(Permission::Export(module)) {
            (menu::menu(&member.text("action-export"), None, "button", html! {
                p class="menu-head muted small" { (member.text("export-as-shown")) }
                @for (format, label) in [("xlsx", "export-xlsx"), ("csv", "export-csv")] {
                    (menu::item(&member.text(label), &file(format, Some(&names)), None))
                }
                p class="menu-head muted small" { (member.text("export-all-columns")) }
                @for (format, label) in [("xlsx", "export-xlsx"), ("csv", "export-csv"), ("json", "export-json")] {
                    (menu::item(&member.text(label), &file(format, None), None))
                }
            }))
        }
        @let (may_merge, check) = (merge::may(showing.reading, kind), vat_check::of_list(kind, showing, &asked.query));
        @if may_merge || check.is_some() {
            (menu::more_menu(&member.text("action-more"), html! {
                @if may_merge {
                    (menu::item(&member.text("duplicates-title"), &format!("/{module}/duplicates"), Some(Icon::Copy)))
                }
                @if let Some(check) = check { (check) }
            }))
        }
        @if card::may_create(showing.reading, kind) {
            (button::link(&member.text(&format!("{module}-new")), &format!("/{module}/new"), Weight::Primary, Some(Icon::Plus)))
        }
    }
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
        let mut pairs = asked.with(&asked.query);
        pairs.retain(|(name, _)| name != "per_page");
        if rows != USUAL_PER_PAGE {
            pairs.push(("per_page".to_owned(), rows.to_string()));
        }
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
