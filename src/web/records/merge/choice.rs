//! The choice: which record stays, and whose value each field keeps.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::crumbs;
use crate::data::records::unite::{can_unite, unite};
use crate::data::{AccessError, Field, FieldError, Kind, RecordType, Seen, Value, common};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::form::{csrf_field, error_summary};
use crate::web::error::WebResult;
use crate::web::records::search;
use crate::web::records::showing::Showing;

/// Up to so many records every one has its column; of more, each value is shown once.
const COLUMNS: usize = 4;
/// What a choice says for all values together.
pub(super) const ALL: &str = "all";

/// The record that is offered to stay: the fullest, the oldest of those.
pub(super) fn fullest(seen: &[Seen]) -> usize {
    let filled = |seen: &Seen| {
        seen.fields()
            .filter(|field| seen.value(field.no).is_some())
            .count()
    };
    (0..seen.len())
        .min_by_key(|place| {
            let one = &seen[*place];
            (std::cmp::Reverse(filled(one)), one.created_at(), one.id())
        })
        .unwrap_or(0)
}

/// What is chosen of a field to begin with: all values together where that is possible, else the value of the record that
/// stays, and where it has none the newest there is among the others.
fn first_choice(field: &Field, seen: &[Seen], stays: usize) -> String {
    let values: Vec<Value> = seen.iter().filter_map(|one| one.value(field.no)).collect();
    let all: Vec<&Value> = values.iter().collect();
    if can_unite(field) && values.len() > 1 && unite(field, &all).is_ok() {
        return ALL.to_owned();
    }
    let own = seen[stays].value(field.no).is_some();
    let newest = (0..seen.len())
        .filter(|place| seen[*place].value(field.no).is_some())
        .max_by_key(|place| seen[*place].updated_at());
    let place = if own { stays } else { newest.unwrap_or(stays) };
    place.to_string()
}

/// The choice: what was chosen so far, and what is wrong with it.
pub(super) fn show(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    seen: &[Seen],
    (chosen, errors): (&[(String, String)], &[FieldError]),
    notice: &str,
    status: StatusCode,
) -> WebResult {
    let member = showing.member;
    let stays = fullest(seen);
    let of = |name: &str| {
        chosen
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
    };
    let rights = showing.reading.rights();
    let mut choices = Vec::new();
    let mut alike = Vec::new();
    let mut not_theirs = Vec::new();
    for field in kind.fields {
        let asked = rights.sees_field(kind, field)
            && !matches!(
                field.no,
                common::ID | common::CREATED_AT | common::UPDATED_AT
            );
        if !asked || seen.iter().all(|one| one.value(field.no).is_none()) {
            continue;
        }
        let first = seen.first().and_then(|one| one.value(field.no));
        let label = showing.label(kind, field);
        if seen.iter().all(|one| one.value(field.no) == first) {
            alike.push(label);
        } else if !rights.may_set(kind, field) {
            not_theirs.push(label);
        } else {
            let checked = of(field.name).unwrap_or_else(|| first_choice(field, seen, stays));
            choices.push(choice(kind, showing, field, seen, &checked)?);
        }
    }
    let title = member.text_with("merge-records", &[("count", (seen.len() as u64).into())]);
    let kept = of("kept").unwrap_or_else(|| stays.to_string());
    let path = format!("/{}/merge", kind.module);
    let errors = member.errors(errors);
    let content = html! {
        (crumbs(kind, showing, None))
        (page_header(&title, "", html! {}))
        (error_summary(member.lang, &errors))
        @if !notice.is_empty() { (banner(Verdict::Warn, html! { p { (member.text(notice)) } })) }
        p class="muted lead" { (member.text("merge-lead")) }
        form class="panel conflict" method="post" action=(path) {
            (csrf_field(&member.csrf))
            @for one in seen {
                input type="hidden" name="id" value=(one.id());
                input type="hidden" name="version" value=(one.version());
            }
            (which_stays(showing, seen, &kept)?)
            @for choice in choices { (choice) }
            @if !alike.is_empty() { p class="muted" { (member.text("merge-alike")) " " (alike.join(", ")) "." } }
            @if !not_theirs.is_empty() { p class="muted" { (member.text("merge-not-yours")) " " (not_theirs.join(", ")) "." } }
            div class="actions" {
                (button::submit(&member.text("merge-submit"), Weight::Primary))
                (button::link(&member.text("action-cancel"), &format!("/{}/duplicates", kind.module), Weight::Plain, None))
            }
        }
    };
    Ok(member.page_with(status, showing.reading, &title, content, ""))
}

fn which_stays(showing: &Showing<'_>, seen: &[Seen], kept: &str) -> Result<Markup, AccessError> {
    let mut records = Vec::new();
    for (place, one) in seen.iter().enumerate() {
        records.push((place, one, search::about(showing, one)?));
    }
    Ok(html! {
        fieldset {
            legend { (showing.text("merge-which-stays")) }
            @for (place, one, about) in records {
                label class="version" {
                    input type="radio" name="kept" value=(place) checked[place.to_string() == kept];
                    span {
                        strong dir="auto" { (called(seen, place)) }
                        @if !about.is_empty() { span class="muted small" dir="auto" { (about) } }
                        span class="muted small" {
                            (showing.text("records-created")) " " (showing.clock.day(one.created_at()))
                            " · " (showing.text("records-updated")) " " (showing.clock.relative(one.updated_at()))
                        }
                    }
                }
            }
        }
    })
}

/// A record's title; with its number where another here is called the same, as duplicates mostly are.
fn called(seen: &[Seen], place: usize) -> String {
    let title = seen[place].title();
    let namesakes = seen.iter().filter(|one| one.title() == title).count();
    if namesakes > 1 {
        format!("{}. {title}", place + 1)
    } else {
        title.to_owned()
    }
}

fn choice(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    seen: &[Seen],
    checked: &str,
) -> Result<Markup, AccessError> {
    let mut versions: Vec<(String, String, String, bool)> = Vec::new();
    let mut shown: Vec<Option<Value>> = Vec::new();
    for (place, one) in seen.iter().enumerate() {
        let value = one.value(field.no);
        let repeated = seen.len() > COLUMNS && shown.contains(&value);
        let whose = called(seen, place);
        let place = place.to_string();
        if repeated && place != checked {
            continue;
        }
        let words = match &value {
            Some(value) => showing.words(kind, field, value)?,
            None => "—".to_owned(),
        };
        shown.push(value);
        let is_checked = place == checked;
        versions.push((place, whose, words, is_checked));
    }
    let values: Vec<Value> = seen.iter().filter_map(|one| one.value(field.no)).collect();
    let all: Vec<&Value> = values.iter().collect();
    if can_unite(field)
        && values.len() > 1
        && let Ok(Some(together)) = unite(field, &all)
    {
        let key = if matches!(field.kind, Kind::LongText(_)) {
            "merge-joined"
        } else {
            "merge-united"
        };
        let words = showing.words(kind, field, &together)?;
        versions.push((ALL.to_owned(), showing.text(key), words, checked == ALL));
    }
    Ok(html! {
        fieldset {
            legend { (showing.label(kind, field)) }
            @for (value, whose, words, is_checked) in versions {
                label class={ "version" @if value == ALL { " whole" } } {
                    input type="radio" name=(field.name) value=(value) checked[is_checked];
                    span {
                        span class="muted small" dir="auto" { (whose) }
                        span class="version-value" dir="auto" { (words) }
                    }
                }
            }
        }
    })
}
