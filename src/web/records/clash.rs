//! Two people changed the same record: both versions side by side.

use axum::response::{IntoResponse, Response};
use maud::html;

use super::history::who;
use super::input::Input;
use super::showing::Showing;
use crate::data::{AccessError, Act, FieldNo, Seen, TimelineEntry, Value};
use crate::web::components::card::page_header;
use crate::web::components::conflict::{Conflict, ConflictField, Version, conflict_view};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebError;
use crate::web::gate::UNPROCESSABLE;
use crate::web::visit::module_place;

/// Entries looked through for what others changed.
const LOOKED_THROUGH: usize = 200;

/// The page that asks which version of each differing field to keep. `began` is the version the form was opened with.
pub(super) fn page(
    showing: &Showing<'_>,
    now: &Seen,
    began: u64,
    input: &Input,
) -> Result<Response, WebError> {
    let kind = now.kind();
    let member = showing.member;
    let since = showing.reading.timeline(now, None, LOOKED_THROUGH)?;
    let since: Vec<&TimelineEntry> = since.iter().filter(|entry| entry.version > began).collect();
    let mut fields = Vec::new();
    for (no, mine) in &input.changes {
        let Some(field) = kind.field(*no) else {
            continue;
        };
        // What the person did not touch is sent as it was when the form was opened: there the newer version stands.
        let untouched = changed_from(kind, &since, *no).is_some_and(|was| was == *mine);
        let version = |value: Option<&Value>| -> Result<Version, AccessError> {
            Ok(match value {
                Some(value) => Version {
                    value: showing.typed(field, value)?,
                    shown: showing.words(kind, field, value)?,
                },
                None => Version::default(),
            })
        };
        let mut mine = version(mine.as_ref())?;
        if let Some(typed) = input.typed.get(field.name) {
            mine.value.clone_from(typed);
        }
        fields.push(ConflictField {
            name: field.name.to_owned(),
            label: showing.label(kind, field),
            mine,
            theirs: version(now.value(*no).as_ref())?,
            keep_theirs: untouched,
        });
    }
    let newest = since.first();
    let other = newest.map_or_else(
        || showing.text("timeline-system"),
        |newest| who(showing, &newest.entry),
    );
    let (nav, list, _) = module_place(kind.module);
    let card = format!("{list}/{}", now.id());
    let version = now.version().to_string();
    let title = member.text_with(
        &format!("{}-edit-title", kind.module),
        &[("name", now.title().into())],
    );
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list), (now.title(), &card)]))
        (page_header(&title, "", html! {}))
        (conflict_view(&Conflict {
            lang: member.lang,
            other_person: &other,
            at: showing.clock.recent(newest.map_or(now.updated_at(), |newest| newest.entry.at)),
            action: &format!("{card}/edit"),
            csrf: &member.csrf,
            hidden: &[("version", &version)],
            fields: &fields,
            record_href: &card,
        }))
    };
    if member.partial {
        // The card was being changed in place: the question stands where it stood.
        let content = html! { article class="card" id="card" { (content) } };
        return Ok((UNPROCESSABLE, content).into_response());
    }
    Ok(member.page_with(UNPROCESSABLE, showing.reading, &title, content, ""))
}

/// The value a field had before the changes, where they touch it. Entries come newest first.
fn changed_from(
    kind: &crate::data::RecordType,
    since: &[&TimelineEntry],
    no: FieldNo,
) -> Option<Option<Value>> {
    let field = kind.field(no)?;
    let oldest = since
        .iter()
        .filter(|entry| matches!(entry.entry.act, Act::Changed | Act::Merged | Act::Unmerged))
        .flat_map(|entry| &entry.entry.changes)
        .rfind(|change| change.field == no)?;
    match &oldest.from {
        None => Some(None),
        Some(json) => field.kind.take_json(json).ok(),
    }
}
