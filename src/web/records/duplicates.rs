//! Records that are there twice, in groups, with the way to make one of them or to say that they are not the same.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::showing::Showing;
use super::{address, parameters, reading_much, record_id, search};
use crate::data::{
    AccessError, DuplicateGroup, DuplicatesPlace, Likeness, Merge, RecordType, Seen,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, chip};
use crate::web::components::empty::empty_place;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::visit::{Member, module_place, see_other};

/// Groups on one page, about.
const GROUPS: usize = 20;
/// Pairs that were set apart, on their page.
const PAIRS: usize = 100;

/// The page of groups, or of what was set apart. It reads much.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    reading_much(move || drawn(kind, &member)).await
}

fn drawn(kind: &'static RecordType, member: &Member) -> WebResult {
    let reading = member.access.read()?;
    let kind = reading.kind(kind.module)?;
    let showing = Showing::new(member, &reading);
    let parameters = parameters(member);
    let of = |wanted: &str| {
        parameters
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let content = if of("apart").is_some() {
        set_apart(kind, &showing)?
    } else {
        groups(kind, &showing, of("from").unwrap_or_default())?
    };
    let (nav, list, _) = module_place(kind.module);
    let title = member.text("duplicates-title");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list)]))
        (content)
    };
    Ok(member.page_with(StatusCode::OK, &reading, &title, content, ""))
}

fn groups(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    from: &str,
) -> Result<Markup, AccessError> {
    let place = DuplicatesPlace::read(from);
    let found = showing.reading.duplicates(kind, place.as_ref(), GROUPS)?;
    let path = format!("/{}/duplicates", kind.module);
    let next = found
        .next
        .as_ref()
        .map(|next| address(&path, &[("from", next.write())]));
    let from = place.map(|place| place.write()).unwrap_or_default();
    let mut panels = Vec::new();
    for group in &found.groups {
        panels.push(one(kind, showing, group, &from)?);
    }
    let apart = button::link(
        &showing.text("duplicates-apart"),
        &format!("{path}?apart=1"),
        Weight::Plain,
        None,
    );
    Ok(html! {
        (page_header(&showing.text("duplicates-title"), "", apart))
        @if panels.is_empty() {
            @let (title, words) = if next.is_some() { ("duplicates-none-here", "duplicates-look-on") } else { ("duplicates-empty-title", "duplicates-empty") };
            div class="panel" { (empty_place(Icon::Check, &showing.text(title), &showing.text(words), html! {})) }
        } @else {
            p class="muted lead" { (showing.text("duplicates-lead")) }
            @for panel in panels { (panel) }
        }
        @if let Some(next) = next {
            div class="actions after" { a class="button" rel="next" href=(next) { (showing.text("duplicates-next")) } }
        }
    })
}

fn one(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    group: &DuplicateGroup,
    from: &str,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let reasons: Vec<String> = group
        .reasons
        .iter()
        .map(|reason| reason_words(kind, showing, *reason))
        .collect();
    let tone = if group.score >= 80 {
        Tone::Good
    } else {
        Tone::Attention
    };
    let score = member.text_with(
        "duplicates-score",
        &[("score", u64::from(group.score).into())],
    );
    let merge: Vec<(&str, String)> = group
        .members
        .iter()
        .take(Merge::MOST)
        .map(|seen| ("id", seen.id().to_string()))
        .collect();
    let merge = address(&format!("/{}/merge", kind.module), &merge);
    let names: Vec<&str> = group.members.iter().map(Seen::title).collect();
    let named = format!("{}: {}", member.text("duplicates-not"), names.join(", "));
    let content = html! {
        (members(showing, &group.members)?)
        div class="actions after" {
            (button::link(&member.text("duplicates-compare"), &merge, Weight::Primary, None))
            form class="inline" method="post" action=(format!("/{}/duplicates/apart", kind.module)) {
                (csrf_field(&member.csrf))
                (hidden_fields(&[("from", from)]))
                @for seen in &group.members { input type="hidden" name="id" value=(seen.id()); }
                button class="button" type="submit" aria-label=(named) { (member.text("duplicates-not")) }
            }
        }
    };
    Ok(panel(
        &reasons.join(", "),
        chip(tone, None, &score),
        content,
    ))
}

fn reason_words(kind: &RecordType, showing: &Showing<'_>, reason: Likeness) -> String {
    let label = |no| {
        kind.field(no)
            .map(|field| showing.label(kind, field))
            .unwrap_or_default()
    };
    match reason {
        Likeness::Same(no) => showing
            .member
            .text_with("duplicates-same", &[("field", label(no).into())]),
        Likeness::NameAndPlace => showing.text("duplicates-name-place"),
        Likeness::Name => showing.text("duplicates-name"),
    }
}

fn members(showing: &Showing<'_>, members: &[Seen]) -> Result<Markup, AccessError> {
    let mut rows = Vec::new();
    for seen in members {
        rows.push((seen, search::about(showing, seen)?));
    }
    Ok(html! {
        ul class="plain-list" {
            @for (seen, about) in rows {
                li {
                    a href=(format!("/{}/{}", seen.kind().module, seen.id())) dir="auto" { (seen.title()) }
                    span class="muted small" dir="auto" {
                        (about) " · " (showing.text("records-created")) " " (showing.clock.day(seen.created_at()))
                    }
                }
            }
        }
    })
}

/// What was said not to be the same, with the way to take that back.
fn set_apart(kind: &'static RecordType, showing: &Showing<'_>) -> Result<Markup, AccessError> {
    let member = showing.member;
    let pairs = showing.reading.set_apart(kind, PAIRS)?;
    let back = button::link(
        &member.text("duplicates-back"),
        &format!("/{}/duplicates", kind.module),
        Weight::Plain,
        None,
    );
    let mut panels = Vec::new();
    for (one, other) in pairs {
        let ids = [one.id().to_string(), other.id().to_string()];
        let content = html! {
            (members(showing, &[one, other])?)
            form class="after" method="post" action=(format!("/{}/duplicates/again", kind.module)) {
                (csrf_field(&member.csrf))
                @for id in &ids { input type="hidden" name="id" value=(id); }
                (button::submit(&member.text("duplicates-again"), Weight::Plain))
            }
        };
        panels.push(html! { section class="panel" { (content) } });
    }
    Ok(html! {
        (page_header(&member.text("duplicates-apart"), "", back))
        @if panels.is_empty() {
            div class="panel" {
                (empty_place(Icon::Check, &member.text("duplicates-apart-empty-title"), &member.text("duplicates-apart-empty"), html! {}))
            }
        }
        @for panel in panels { (panel) }
    })
}

/// Remembers that the records named are not the same, or, with `apart` false, forgets it.
pub(super) async fn mark(
    kind: &'static RecordType,
    member: Member,
    form: Form,
    apart: bool,
) -> WebResult {
    let ids = form
        .all("id")
        .map(record_id)
        .collect::<Result<Vec<_>, _>>()?;
    let module = kind.module;
    member.access.set_apart(kind, ids.clone(), apart).await?;
    if !apart {
        return Ok(see_other(&format!("/{module}/duplicates?notice=undone")));
    }
    let named: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let from = DuplicatesPlace::read(form.get("from"))
        .map(|place| format!("from={}&", place.write()))
        .unwrap_or_default();
    Ok(see_other(&format!(
        "/{module}/duplicates?{from}notice=set-apart&undo={module}!{}",
        named.join(",")
    )))
}
