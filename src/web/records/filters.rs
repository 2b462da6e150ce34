//! The filters of a list: those set as chips, all of them as a form.

use axum::response::IntoResponse;
use maud::{Markup, html};

use super::asked::{Asked, Unread};
use super::showing::Showing;
use super::{address, refused};
use crate::data::{
    AccessError, Column, Field, Filter, Kind, Query, RecordType, Setter, Test, UserId, Value,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::field::{Choice, Field as Input};
use crate::web::components::filters::ActiveFilter;
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebResult;
use crate::web::visit::{Member, module_place};

/// The name under which a filter on a field's values is sent.
fn parameter(field: &Field) -> &'static str {
    if field.name == "tags" {
        "tag"
    } else {
        field.name
    }
}

/// The filters that are set, each with the list without it.
pub(super) fn active(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
) -> Result<Vec<ActiveFilter>, AccessError> {
    let mut active = Vec::new();
    for (place, filter) in asked.query.filters.iter().enumerate() {
        let Some(field) = kind.named(&filter.field) else {
            continue;
        };
        let mut without = asked.query.clone();
        without.filters.remove(place);
        active.push(ActiveFilter {
            label: showing.label(kind, field),
            value: test_words(kind, showing, field, &filter.test)?,
            remove_href: address(&format!("/{}", kind.module), &asked.with(&without)),
        });
    }
    if !asked.query.ids.is_empty() {
        let without = Query {
            ids: Vec::new(),
            ..asked.query.clone()
        };
        active.push(ActiveFilter {
            label: showing.text("list-selected"),
            value: asked.query.ids.len().to_string(),
            remove_href: address(&format!("/{}", kind.module), &asked.with(&without)),
        });
    }
    Ok(active)
}

fn test_words(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    test: &Test,
) -> Result<String, AccessError> {
    Ok(match test {
        Test::AnyOf(values) => {
            let words = values
                .iter()
                .map(|value| value_words(kind, showing, field, value))
                .collect::<Result<Vec<_>, _>>()?;
            words.join(", ")
        }
        Test::Between(from, to) => {
            let side = |key: &str, value: &Option<String>| -> Result<Option<String>, AccessError> {
                let words = value
                    .as_ref()
                    .map(|value| value_words(kind, showing, field, value))
                    .transpose()?;
                Ok(words.map(|words| format!("{} {words}", showing.text(key))))
            };
            let sides = [side("list-filter-from", from)?, side("list-filter-to", to)?];
            sides.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Test::Empty(true) => showing.text("list-filter-empty"),
        Test::Empty(false) => showing.text("list-filter-given"),
    })
}

/// A value of a filter as a person would say it; as it was given where it is none of the field's.
fn value_words(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    text: &str,
) -> Result<String, AccessError> {
    if field.kind == Kind::Owner {
        return Ok(match text.parse::<UserId>() {
            Ok(id) => showing.person_name(id),
            Err(_) => showing.text("field-no-owner"),
        });
    }
    if let Kind::Pick(_) | Kind::Picks(_) = field.kind {
        return Ok(showing.choice(kind, field, &field.kind.filter_form(text)));
    }
    if field.kind == Kind::Time
        && let Ok(day) = text.parse()
    {
        return showing.words(kind, field, &Value::Date(day));
    }
    let reading = showing.member.state.vault.input_reading();
    match (field.kind.is_list(), field.kind.take_text(text, reading)) {
        (false, Ok(Some(value))) => showing.words(kind, field, &value),
        _ => Ok(text.to_owned()),
    }
}

/// What the search keeps besides the fields of the panel.
pub(super) fn kept(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
) -> Vec<(String, String)> {
    let shown = offered(kind, showing);
    let mut kept = asked.kept(&Query {
        search: String::new(),
        filters: asked
            .query
            .filters
            .iter()
            .filter(|filter| !in_panel(&shown, filter))
            .cloned()
            .collect(),
        ..asked.query.clone()
    });
    kept.sort();
    kept
}

/// Whether the panel has a field that keeps this filter.
fn in_panel(shown: &[&Field], filter: &Filter) -> bool {
    let Some(field) = shown.iter().find(|field| field.name == filter.field) else {
        return false;
    };
    match &filter.test {
        Test::AnyOf(_) => true,
        Test::Between(..) => field.kind.has_range(),
        Test::Empty(_) => asks_whether_given(field),
    }
}

/// Fields that can be narrowed by and seen, in the order of columns first.
fn offered(kind: &'static RecordType, showing: &Showing<'_>) -> Vec<&'static Field> {
    let rights = showing.reading.rights();
    let mut fields: Vec<&Field> = kind
        .fields
        .iter()
        .filter(|field| field.filterable && rights.sees_field(kind, field))
        .collect();
    let rank = |field: &Field| match field.kind {
        Kind::Choice(_) | Kind::Pick(_) | Kind::Picks(_) | Kind::YesNo => 0,
        Kind::Owner => 1,
        Kind::Tags => 2,
        Kind::Text(_) if field.no != kind.title => 3,
        Kind::Country => 4,
        Kind::Time | Kind::Date => 5,
        Kind::Money | Kind::Number { .. } => 6,
        _ => 7,
    };
    fields.sort_by_key(|field| rank(field));
    fields
}

/// Whether a field may be without a value, and is not asked that in another way.
fn asks_whether_given(field: &Field) -> bool {
    let always = field.required || field.default.is_some() || field.setter == Setter::Program;
    !always && field.kind != Kind::Owner
}

/// The fields of the filter form that are set; the others are fetched when the form opens.
pub(super) fn panel(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
) -> Result<Markup, AccessError> {
    let mut set = Vec::new();
    for field in offered(kind, showing) {
        if is_set(field, &asked.query) {
            set.push(control(kind, showing, &asked.query, field)?);
        }
    }
    let more = address(
        &format!("/{}/filters", kind.module),
        &asked.with(&asked.query),
    );
    Ok(html! {
        @for field in set { (field) }
        div id="more-filters" { a href=(more) { (showing.text("list-all-filters")) } }
    })
}

fn is_set(field: &Field, query: &Query) -> bool {
    query
        .filters
        .iter()
        .any(|filter| filter.field == field.name)
}

/// The fields that are not set, those of columns first, the rest folded.
fn unset(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    query: &Query,
) -> Result<Markup, AccessError> {
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for field in offered(kind, showing) {
        let markup = control(kind, showing, query, field)?;
        if is_set(field, query) || markup.0.is_empty() {
            continue;
        }
        let main = matches!(
            field.kind,
            Kind::Choice(_)
                | Kind::Pick(_)
                | Kind::Picks(_)
                | Kind::YesNo
                | Kind::Owner
                | Kind::Tags
                | Kind::Text(_)
        );
        if field.column == Column::Shown && main {
            first.push(markup);
        } else {
            rest.push(markup);
        }
    }
    Ok(html! {
        @for field in first { (field) }
        @if !rest.is_empty() {
            details class="more-filters" {
                summary { (showing.text("list-more-filters")) }
                @for field in rest { (field) }
            }
        }
    })
}

/// The filters not set, for the form that script opened; without it a page with all of them.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let asked = match Asked::of(kind, &member, &reading) {
        Ok(asked) => asked,
        Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(Unread::Access(error)) => return Err(error.into()),
    };
    let showing = Showing::new(&member, &reading);
    let unset = unset(kind, &showing, &asked.query)?;
    if member.partial {
        // Without the id by which it would be fetched again: what was typed meanwhile stays.
        return Ok(html! { div class="bulk-change" { (unset) } }.into_response());
    }
    let (nav, list, _) = module_place(kind.module);
    let title = member.text("list-all-filters");
    let mut set = Vec::new();
    for field in offered(kind, &showing) {
        if is_set(field, &asked.query) {
            set.push(control(kind, &showing, &asked.query, field)?);
        }
    }
    let kept = kept(kind, &showing, &asked);
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list)]))
        (page_header(&title, "", html! {}))
        form class="panel edit-form" method="get" action=(list) {
            @for (name, value) in &kept { input type="hidden" name=(name) value=(value); }
            @if !asked.query.search.is_empty() { input type="hidden" name="q" value=(asked.query.search); }
            @for field in set { (field) }
            (unset)
            div class="actions after" { (button::submit(&member.text("list-filter-apply"), Weight::Primary)) }
        }
    };
    Ok(member.page(&reading, &title, content))
}

fn control(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    query: &Query,
    field: &Field,
) -> Result<Markup, AccessError> {
    let tests: Vec<&Test> = query
        .filters
        .iter()
        .filter(|filter| filter.field == field.name)
        .map(|filter| &filter.test)
        .collect();
    let chosen: Vec<&str> = tests
        .iter()
        .filter_map(|test| match test {
            Test::AnyOf(values) => Some(values),
            _ => None,
        })
        .flatten()
        .map(String::as_str)
        .collect();
    let label = showing.label(kind, field);
    let given = html! {
        @if asks_whether_given(field) { (whether_given(showing, field, &label, &tests)) }
    };
    let values = match field.kind {
        Kind::Choice(_) | Kind::Pick(_) | Kind::Picks(_) | Kind::YesNo => {
            let chosen: Vec<String> = chosen
                .iter()
                .map(|value| field.kind.filter_form(value))
                .collect();
            let options = options(kind, showing, field, &chosen);
            boxes(
                &label,
                field.name,
                options.iter().map(|(value, words)| {
                    let ticked = chosen.iter().any(|chosen| chosen == value);
                    (*value, words.clone(), ticked)
                }),
            )
        }
        Kind::Owner => owners(kind, showing, field, &label, &chosen),
        sort if sort.has_range() => html! {
            (boxes_kept(kind, showing, field, &label, &chosen)?)
            (range(showing, field, &label, &tests))
        },
        Kind::Reference(_) | Kind::TaxId | Kind::Emails | Kind::Phones | Kind::LongText(_) => {
            boxes_kept(kind, showing, field, &label, &chosen)?
        }
        _ => html! {
            (boxes_kept(kind, showing, field, &label, &chosen)?)
            (text_input(kind, field, &label))
        },
    };
    Ok(html! { (values) (given) })
}

/// Values to tick: those offered, and any other that is asked for already.
fn options(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    chosen: &[String],
) -> Vec<(&'static str, String)> {
    if field.kind == Kind::YesNo {
        return vec![
            ("true", showing.text("action-yes")),
            ("false", showing.text("action-no")),
        ];
    }
    let mut options = showing.choices(kind, field);
    for value in field.kind.choices().unwrap_or_default() {
        let known = options.iter().any(|(offered, _)| *offered == value);
        if !known && chosen.iter().any(|chosen| chosen == value) {
            options.push((value, showing.choice(kind, field, value)));
        }
    }
    options
}

fn text_input(kind: &RecordType, field: &Field, label: &str) -> Markup {
    let input = Input::new(parameter(field), label);
    if field.kind == Kind::Tags {
        let address = format!("/{}/suggest/{}?q=", kind.module, field.name);
        input.suggest(address).text()
    } else if field.no == kind.title {
        html! {}
    } else {
        input.text()
    }
}

/// Ticked boxes for the values a filter has, so that sending the form keeps them.
fn boxes_kept(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    label: &str,
    chosen: &[&str],
) -> Result<Markup, AccessError> {
    let mut kept = Vec::new();
    for value in chosen {
        kept.push((*value, value_words(kind, showing, field, value)?, true));
    }
    Ok(if kept.is_empty() {
        html! {}
    } else {
        boxes(label, parameter(field), kept.into_iter())
    })
}

fn boxes<'a>(
    label: &str,
    name: &str,
    options: impl Iterator<Item = (&'a str, String, bool)>,
) -> Markup {
    html! {
        fieldset class="field" {
            legend { (label) }
            @for (value, words, ticked) in options {
                label class="option" {
                    input type="checkbox" name=(name) value=(value) checked[ticked];
                    span dir="auto" { (words) }
                }
            }
        }
    }
}

fn owners(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    label: &str,
    chosen: &[&str],
) -> Markup {
    let people = showing.reading.possible_owners(kind);
    let mut choices = vec![
        Choice::new("", showing.text("list-filter-any")),
        Choice::new("none", showing.text("field-no-owner")),
    ];
    choices.extend(
        people
            .iter()
            .map(|id| Choice::new(id.to_string(), showing.person_name(*id))),
    );
    let (first, more) = chosen.split_first().unwrap_or((&"", &[]));
    if let Ok(id) = first.parse::<UserId>()
        && !people.contains(&id)
    {
        choices.push(Choice::new(*first, showing.person_name(id)));
    }
    html! {
        (Input::new(field.name, label).value(*first).select(&choices))
        @for value in more { input type="hidden" name=(field.name) value=(value); }
    }
}

fn range(showing: &Showing<'_>, field: &Field, label: &str, tests: &[&Test]) -> Markup {
    let (from, to) = tests
        .iter()
        .find_map(|test| match test {
            Test::Between(from, to) => Some((from.as_deref(), to.as_deref())),
            _ => None,
        })
        .unwrap_or_default();
    let end = |suffix: &str, key: &str, value: Option<&str>| {
        let input = Input::new(
            format!("{}_{suffix}", field.name),
            format!("{label} {}", showing.text(key)),
        )
        .value(value.unwrap_or_default());
        let day = value.is_none_or(|value| value.len() == 10);
        match field.kind {
            Kind::Time | Kind::Date if day => input.date(),
            Kind::Time | Kind::Date => input.text(),
            _ => input.number(),
        }
    };
    html! {
        div class="field-row" {
            (end("from", "list-filter-from", from))
            (end("to", "list-filter-to", to))
        }
    }
}

fn whether_given(showing: &Showing<'_>, field: &Field, label: &str, tests: &[&Test]) -> Markup {
    let current = tests
        .iter()
        .find_map(|test| match test {
            Test::Empty(empty) => Some(if *empty { "true" } else { "false" }),
            _ => None,
        })
        .unwrap_or_default();
    let choices = [
        Choice::new("", showing.text("list-filter-any")),
        Choice::new("true", showing.text("list-filter-empty")),
        Choice::new("false", showing.text("list-filter-given")),
    ];
    let label = showing
        .member
        .text_with("list-filter-whether", &[("field", label.into())]);
    Input::new(format!("{}_empty", field.name), label)
        .value(current)
        .select(&choices)
}
