//! Making one record of several: their values side by side, a choice field by field, and the way back.

mod choice;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::showing::Showing;
use super::{address, parameters, record_id, refused, search};
use crate::data::{
    AccessError, FieldError, FieldNo, Merge, MergeId, Permission, Problem, Query, Reading,
    RecordId, RecordType, Seen, Start, Take,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::visit::{Member, module_place, see_other};
use choice::{ALL, show};

/// Records offered to be merged with.
const OFFERED: usize = 20;

/// Whether somebody may merge records of a type at all.
pub(super) fn may(reading: &Reading, kind: &RecordType) -> bool {
    !kind.identity.is_empty()
        && reading
            .rights()
            .may(Permission::Option(kind.module, "merge"))
}

/// The page where the choice is made; with fewer than two records, the one where they are found.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let kind = reading.kind(kind.module)?;
    let parameters = parameters(&member);
    let named = parameters
        .iter()
        .filter(|(name, _)| name == "id")
        .map(|(_, id)| record_id(id))
        .collect::<Result<Vec<_>, _>>()?;
    let showing = Showing::new(&member, &reading);
    let seen = match records(kind, &reading, named)? {
        Ok(seen) => seen,
        Err(problem) => return Ok(too_many(kind, &member, &reading, problem)),
    };
    if seen.len() < 2 {
        let words = parameters
            .iter()
            .find(|(name, _)| name == "q")
            .map_or("", |(_, words)| words.trim());
        return find(kind, &showing, seen.first(), words);
    }
    member.state.viewed.add(&member.access, seen.len())?;
    show(kind, &showing, &seen, (&[], &[]), "", StatusCode::OK)
}

fn records(
    kind: &'static RecordType,
    reading: &Reading,
    ids: Vec<RecordId>,
) -> Result<Result<Vec<Seen>, Problem>, AccessError> {
    let mut distinct: Vec<RecordId> = Vec::new();
    for id in ids {
        if !distinct.contains(&id) {
            distinct.push(id);
        }
    }
    if distinct.len() > Merge::MOST {
        let problem = Problem::new("error-merge-too-many").with("most", Merge::MOST);
        return Ok(Err(problem));
    }
    let seen: Result<Vec<Seen>, AccessError> = distinct
        .into_iter()
        .map(|id| reading.get(kind, id))
        .collect();
    seen.map(Ok)
}

fn too_many(kind: &RecordType, member: &Member, reading: &Reading, problem: Problem) -> Response {
    refused(kind, member, reading, &[FieldError::new("", problem)])
}

/// The boxes ticked in a list, as the address of the page.
pub(super) async fn choose(kind: &'static RecordType, form: Form) -> WebResult {
    let ids: Vec<(&str, String)> = form
        .all("id")
        .take(Merge::MOST + 1)
        .map(|id| ("id", id.to_owned()))
        .collect();
    Ok(see_other(&address(
        &format!("/{}/merge", kind.module),
        &ids,
    )))
}

/// Looks for what a record may be merged with: what looks the same, or what was searched for.
fn find(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    one: Option<&Seen>,
    words: &str,
) -> WebResult {
    let member = showing.member;
    let offered: Vec<Seen> = match one {
        Some(one) if words.is_empty() => {
            let fields = kind.identity.iter().chain([&kind.title]);
            let values: Vec<_> = fields
                .filter_map(|no| one.value(*no).map(|value| (*no, value)))
                .collect();
            let found = showing
                .reading
                .lookalikes(kind, &values, Some(one.id()), OFFERED)?;
            found.into_iter().map(|twin| twin.seen).collect()
        }
        _ => {
            let query = Query {
                search: words.chars().take(200).collect(),
                ..Query::default()
            };
            showing
                .reading
                .list(kind, &query, &Start::Offset(0), OFFERED)?
                .rows
        }
    };
    let viewed = &member.state.viewed;
    viewed.add_rows(&member.access, offered.len())?;
    let mut rows = Vec::new();
    for seen in &offered {
        if one.is_none_or(|one| one.id() != seen.id()) {
            rows.push((seen, search::about(showing, seen)?));
        }
    }
    let path = format!("/{}/merge", kind.module);
    let own = one.map(|one| one.id().to_string());
    let kept = html! { @if let Some(id) = &own { (hidden_fields(&[("id", id)])) } };
    let title = match one {
        Some(one) => member.text_with("merge-with-title", &[("name", one.title().into())]),
        None => member.text("merge-title"),
    };
    let content = html! {
        (crumbs(kind, showing, one))
        (page_header(&title, "", html! {}))
        form class="filters" method="get" action=(path) role="search" {
            (kept)
            input type="search" name="q" value=(words) aria-label=(member.text("list-search")) placeholder=(member.text("list-search"));
            (button::submit(&member.text("merge-search"), Weight::Plain))
        }
        form class="panel" method="get" action=(path) {
            (kept)
            @if rows.is_empty() { p class="muted" { (member.text("merge-nothing-found")) } }
            ul class="plain-list" {
                @for (seen, about) in rows {
                    li class="check" {
                        label {
                            input type="checkbox" name="id" value=(seen.id());
                            span dir="auto" { (seen.title()) }
                            span class="muted small" dir="auto" { (about) }
                        }
                    }
                }
            }
            div class="actions after" { (button::submit(&member.text("duplicates-compare"), Weight::Primary)) }
        }
    };
    Ok(member.page_with(StatusCode::OK, showing.reading, &title, content, ""))
}

fn crumbs(kind: &RecordType, showing: &Showing<'_>, one: Option<&Seen>) -> Markup {
    let (nav, list, _) = module_place(kind.module);
    let nav = showing.text(nav);
    let card = one.map(|one| format!("{list}/{}", one.id()));
    let mut steps = vec![(nav.as_str(), list)];
    if let (Some(one), Some(card)) = (one, &card) {
        steps.push((one.title(), card));
    }
    breadcrumbs(showing.lang(), &steps)
}

/// What a form asks for.
fn read(kind: &'static RecordType, form: &Form) -> Result<Merge, WebError> {
    let bad = || WebError::bad("error-merge-form");
    let ids = form
        .all("id")
        .map(record_id)
        .collect::<Result<Vec<_>, _>>()?;
    let versions = form
        .all("version")
        .map(|version| version.parse::<u64>().map_err(|_| bad()))
        .collect::<Result<Vec<_>, _>>()?;
    if versions.len() != ids.len() {
        return Err(bad());
    }
    let named = |place: &str| -> Result<RecordId, WebError> {
        let place: usize = place.parse().map_err(|_| bad())?;
        ids.get(place).copied().ok_or_else(bad)
    };
    let kept = named(form.get("kept"))?;
    let mut merge = Merge {
        kept,
        others: Vec::new(),
        versions: ids.iter().copied().zip(versions).collect(),
        take: [].into(),
    };
    merge.others.extend(ids.iter().filter(|id| **id != kept));
    for (name, value) in &form.0 {
        if matches!(name.as_str(), "csrf" | "id" | "version" | "kept") {
            continue;
        }
        // A field that is not there is as bad as one that is hidden: the guard says so of both.
        let no = kind.named(name).map_or(0, |field| field.no);
        let take = if value == ALL {
            Take::All
        } else {
            Take::Of(named(value)?)
        };
        merge.take.insert(no, take);
    }
    Ok(merge)
}

/// Merges as the form says.
pub(super) async fn act(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let kind = member.access.read()?.kind(kind.module)?;
    let merge = read(kind, &form)?;
    let ids: Vec<RecordId> = form
        .all("id")
        .map(record_id)
        .collect::<Result<Vec<_>, _>>()?;
    let count = merge.others.len() + 1;
    let result = member.access.merge(kind, merge).await;
    let (errors, notice) = match result {
        Ok(merged) => {
            let (module, id) = (kind.module, merged.kept.id());
            let place = place_of(kind, &member, id)?;
            return Ok(see_other(&format!(
                "{place}?notice=merged:{count}&undo={module}~{}",
                merged.id
            )));
        }
        Err(AccessError::Invalid(errors)) => (errors, ""),
        Err(AccessError::Changed) => (Vec::new(), "merge-changed"),
        Err(AccessError::Conflict(problem)) => {
            let reading = member.access.read()?;
            return Ok(too_many(kind, &member, &reading, problem));
        }
        Err(error) => return Err(error.into()),
    };
    let reading = member.access.read()?;
    let showing = Showing::new(&member, &reading);
    let seen = match records(kind, &reading, ids)? {
        Ok(seen) => seen,
        Err(problem) => return Ok(too_many(kind, &member, &reading, problem)),
    };
    show(
        kind,
        &showing,
        &seen,
        (&form.0, &errors),
        notice,
        UNPROCESSABLE,
    )
}

/// The card of a record; the list where it went to an owner whose records the person does not see.
fn place_of(kind: &'static RecordType, member: &Member, id: RecordId) -> Result<String, WebError> {
    match member.access.read()?.get(kind, id) {
        Ok(_) => Ok(format!("/{}/{id}", kind.module)),
        Err(AccessError::NotFound) => Ok(format!("/{}", kind.module)),
        Err(error) => Err(error.into()),
    }
}

/// Takes a merge back, and says what was changed since and stays.
pub(super) async fn undo(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let id: MergeId = id.parse().map_err(|_| WebError::NotFound)?;
    let kind = member.access.read()?.kind(kind.module)?;
    let undone = member.access.unmerge(kind, id).await?;
    let place = place_of(kind, &member, undone.kept.id())?;
    let back = undone.back.len();
    if undone.left.is_empty() {
        return Ok(see_other(&format!("{place}?notice=unmerged:{back}")));
    }
    let left: Vec<String> = undone.left.iter().map(ToString::to_string).collect();
    Ok(see_other(&format!(
        "{place}?notice=unmerged-left:{back}:{}&left={}",
        left.len(),
        left.join(",")
    )))
}

/// Which fields an undone merge left as they are, on the card: `left=13,22` of its address.
pub(super) fn left_note(showing: &Showing<'_>, seen: &Seen, left: &str) -> Markup {
    let kind = seen.kind();
    let named: Vec<String> = left
        .split(',')
        .filter_map(|no| no.parse::<FieldNo>().ok())
        .filter_map(|no| seen.fields().find(|field| field.no == no))
        .map(|field| showing.label(kind, field))
        .collect();
    html! {
        @if !named.is_empty() {
            (banner(Verdict::Warn, html! { p { (showing.text("unmerge-left")) " " (named.join(", ")) "." } }))
        }
    }
}

/// The button that takes a merge back.
pub(super) fn undo_button(showing: &Showing<'_>, kind: &RecordType, merge: MergeId) -> Markup {
    html! {
        form class="inline" method="post" action=(format!("/{}/merge/{merge}/undo", kind.module)) {
            (csrf_field(&showing.member.csrf))
            (button::submit(&showing.text("merge-undo"), Weight::Quiet))
        }
    }
}
