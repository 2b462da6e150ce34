//! Which columns a list has: the usual ones, those a person chose, and the form to choose them by.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::asked::{Asked, COLUMNS, Unread};
use super::showing::Showing;
use super::{address, refused};
use crate::data::{
    AccessError, Column as ColumnRule, Field, FieldError, Kind, Reading, RecordType,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::{Icon, icon};
use crate::web::components::list::LIST_TARGET;
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::visit::{Member, module_place, see_other};

/// The columns of a list whose reader chose none, the title first.
pub(super) fn usual(kind: &'static RecordType, reading: &Reading) -> Vec<&'static Field> {
    let mut shown: Vec<&Field> = reading
        .column_fields(kind)
        .filter(|field| field.column == ColumnRule::Shown)
        .collect();
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

/// The columns of a list and whether somebody chose them: by the address, by the view, or for themselves.
pub(super) fn shown(
    kind: &'static RecordType,
    reading: &Reading,
    asked: &Asked,
) -> Result<(Vec<&'static Field>, bool), AccessError> {
    let own = match asked.said_columns() {
        Some(said) => Some(said.to_vec()),
        None => reading.chosen_columns(kind)?,
    };
    Ok(match own {
        Some(chosen) => (reading.columns_of(kind, &chosen), true),
        None => (usual(kind, reading), false),
    })
}

/// The form, alone where script asked for it.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let asked = match Asked::of(kind, &member, &reading) {
        Ok(asked) => asked,
        Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(Unread::Access(error)) => return Err(error.into()),
    };
    let showing = Showing::new(&member, &reading);
    let (shown, _) = shown(kind, &reading, &asked)?;
    let mut order: Vec<(&Field, bool)> = shown.iter().map(|field| (*field, true)).collect();
    for field in reading.column_fields(kind) {
        if !shown.iter().any(|known| known.no == field.no) {
            order.push((field, false));
        }
    }
    let back = address("", &asked.with(&asked.query));
    Ok(answer(kind, &showing, &order, back.trim_start_matches('?')))
}

fn answer(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    order: &[(&Field, bool)],
    back: &str,
) -> Response {
    let member = showing.member;
    let form = form(kind, showing, order, back);
    if member.partial {
        return form.into_response();
    }
    let (nav, list, _) = module_place(kind.module);
    let title = member.text("columns-title");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list)]))
        (page_header(&title, "", html! {}))
        div class="panel" { (form) }
    };
    member.page(showing.reading, &title, content)
}

/// Boxes and arrows. The arrows answer with the form in its new order; nothing is kept before "save".
fn form(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    order: &[(&Field, bool)],
    back: &str,
) -> Markup {
    let member = showing.member;
    let action = format!("/{}/columns", kind.module);
    let movable: Vec<&(&Field, bool)> = order
        .iter()
        .filter(|(field, _)| field.no != kind.title)
        .collect();
    let arrow = |field: &Field, way: &str, key: &str, sign: Icon, there: bool| {
        let place = address(&action, &[("move", format!("{way}:{}", field.name))]);
        let column = showing.label(kind, field);
        let words = member.text_with(key, &[("column", column.into())]);
        html! {
            button class="button quiet small" id={ (way) "-" (field.name) } formaction=(place) hx-post=(place) hx-target="#columns"
                hx-swap="innerHTML" aria-label=(words) title=(words) disabled[!there] { (icon(sign)) }
        }
    };
    html! {
        div id="columns" {
            form method="post" action=(action) hx-post=(action) hx-target=(LIST_TARGET) hx-swap="outerHTML" {
                (csrf_field(&member.csrf))
                (hidden_fields(&[("back", back)]))
                // The Enter key presses the first button of a form.
                button type="submit" hidden {}
                ul {
                    @for (place, (field, ticked)) in movable.iter().enumerate() {
                        li class="menu-item" {
                            input type="hidden" name="order" value=(field.name);
                            label class="option grow" {
                                input type="checkbox" name="column" value=(field.name) checked[*ticked];
                                span dir="auto" { (showing.label(kind, field)) }
                            }
                            (arrow(field, "up", "columns-up", Icon::ArrowUp, place > 0))
                            (arrow(field, "down", "columns-down", Icon::ArrowDown, place + 1 < movable.len()))
                        }
                    }
                }
                div class="actions" {
                    (button::submit(&member.text("columns-save"), Weight::Plain))
                    button class="button quiet" type="submit" formaction=(format!("{action}?usual=1")) { (member.text("columns-usual")) }
                }
            }
        }
    }
}

/// Keeps the columns, or moves one in the form.
pub(super) async fn choose(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let way = member.visit.parameters();
    let back = form.get("back").to_owned();
    let mut asked = {
        let reading = member.access.read()?;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(back.as_bytes())
            .into_owned()
            .collect();
        let asked = match Asked::read(kind, &reading, &pairs) {
            Ok(asked) => asked,
            Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
            Err(Unread::Access(error)) => return Err(error.into()),
        };
        if let Some(step) = way.given("move") {
            return moved(kind, &Showing::new(&member, &reading), &form, step, &back);
        }
        asked
    };
    let usual = way.ticked("usual");
    let names: Vec<String> = form
        .all("order")
        .filter(|name| form.all("column").any(|ticked| ticked == *name))
        .map(str::to_owned)
        .collect();
    let of_view = asked
        .seen_by
        .as_ref()
        .is_some_and(|by| by.columns.is_some());
    asked.columns = None;
    let mut pairs = asked.with(&asked.query);
    if of_view {
        // The view says the columns; until it is saved, the address says otherwise.
        if !usual && !names.is_empty() {
            pairs.push((COLUMNS.to_owned(), names.join(",")));
        }
    } else {
        let chosen = (!usual).then_some(names);
        if let Err(AccessError::Invalid(errors)) = member.access.choose_columns(kind, chosen).await
        {
            return Ok(refused(kind, &member, &member.access.read()?, &errors));
        }
    }
    Ok(see_other(&address(&format!("/{}", kind.module), &pairs)))
}

fn moved(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    step: &str,
    back: &str,
) -> WebResult {
    let offered: Vec<&Field> = showing.reading.column_fields(kind).collect();
    let mut order = Vec::new();
    for name in form.all("order") {
        let Some(field) = offered.iter().find(|field| field.name == name) else {
            let unknown = [FieldError::unknown(name)];
            return Ok(refused(kind, showing.member, showing.reading, &unknown));
        };
        order.push((*field, form.all("column").any(|ticked| ticked == name)));
    }
    let (up, name) = match step.split_once(':') {
        Some(("up", name)) => (true, name),
        Some((_, name)) => (false, name),
        None => (false, step),
    };
    if let Some(place) = order.iter().position(|(field, _)| field.name == name) {
        let other = if up {
            place.checked_sub(1)
        } else {
            Some(place + 1)
        };
        if let Some(other) = other.filter(|other| *other < order.len()) {
            order.swap(place, other);
        }
    }
    Ok(answer(kind, showing, &order, back))
}
