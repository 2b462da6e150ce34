//! The card of a record.

use maud::{Markup, html};

use super::look::look;
use super::showing::Showing;
use super::{history, parameters, record_id};
use crate::data::{
    AccessError, Field, Kind, Permission, Reading, RecordType, Seen, Twin, Value, common,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{Card, card};
use crate::web::components::chip::{person, status_chip};
use crate::web::components::icon::Icon;
use crate::web::components::menu::{act, item, more_menu};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebResult;
use crate::web::settings::why::ask_about;
use crate::web::visit::{Member, module_place};

/// Records like this one that a warning names.
const TWINS_NAMED: usize = 5;

/// A record's page.
pub(super) async fn page(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let reading = member.access.read()?;
    let seen = reading.get(kind, record_id(&id)?)?;
    let showing = Showing::new(&member, &reading);
    let look = look(kind.module);
    let (nav, list, _) = module_place(kind.module);
    let just_saved = parameters(&member)
        .iter()
        .any(|(name, value)| name == "notice" && (value == "created" || value == "saved"));
    let content = card(&Card {
        above: breadcrumbs(member.lang, &[(&member.text(nav), list)]),
        name: seen.title(),
        marks: marks(&showing, &seen),
        meta: meta(&showing, &seen),
        actions: actions(&showing, &seen),
        notice: twins(&showing, &seen, just_saved)?,
        groups: &(look.facts)(&showing, &seen)?,
        related: (look.related)(&showing, &seen)?,
        history: html! {
            header { h2 { (member.text("timeline-title")) } }
            (history::entries(&showing, &seen, None)?)
        },
    });
    Ok(member.page(&reading, seen.title(), content))
}

/// States and tags beside the name.
fn marks(showing: &Showing<'_>, seen: &Seen) -> Markup {
    let kind = seen.kind();
    let look = look(kind.module);
    html! {
        @for field in seen.fields() {
            @match (field.kind, seen.get(field.no)) {
                (Kind::Choice(_), Some(Value::Text(text))) => @if let Some(tone) = (look.tone)(field, text) {
                    (status_chip(tone, &showing.choice(kind, field, text)))
                },
                (Kind::Tags, Some(Value::List(list))) => (showing.tag_links(kind, list)),
                _ => {},
            }
        }
    }
}

/// Whose it is and since when.
fn meta(showing: &Showing<'_>, seen: &Seen) -> Markup {
    let (created, updated) = (seen.created_at(), seen.updated_at());
    html! {
        @match seen.owner() {
            Some(owner) => (person(&showing.person_name(owner))),
            None => span { (showing.text("field-no-owner")) },
        }
        span { "· " (showing.text("records-created")) " " (showing.clock.day(created)) }
        @if updated != created { span { "· " (showing.text("records-updated")) " " (showing.clock.relative(updated)) } }
    }
}

fn actions(showing: &Showing<'_>, seen: &Seen) -> Markup {
    let kind = seen.kind();
    let place = format!("/{}/{}", kind.module, seen.id());
    let member = showing.member;
    html! {
        ((look(kind.module).reach)(showing, seen))
        @if seen.may_edit() {
            (button::link(&member.text("action-edit"), &format!("{place}/edit"), Weight::Primary, Some(Icon::Edit)))
        }
        @if seen.may_delete() || showing.reading.may_ask_why().is_ok() {
            (more_menu(&member.text("action-more"), html! {
                (item(&member.text("records-history"), &format!("{place}/history"), Some(Icon::Clock)))
                @if showing.reading.may_ask_why().is_ok() {
                    (item(&member.text("why-who-sees"), &ask_about(kind.module, seen.id()), Some(Icon::Users)))
                }
                @if seen.may_delete() { (act(&member.text("action-delete"), &format!("{place}/delete"), &member.csrf, Some(Icon::Trash), true)) }
            }))
        }
    }
}

/// A warning where another record seems to be the same. By the strongest identity always; by the weaker ones, which
/// people of one firm may share, just after saving.
fn twins(showing: &Showing<'_>, seen: &Seen, just_saved: bool) -> Result<Markup, AccessError> {
    let kind = seen.kind();
    if !seen.may_edit() {
        return Ok(html! {});
    }
    let values: Vec<_> = kind
        .identity
        .iter()
        .filter(|no| just_saved || kind.identity.first() == Some(no))
        .filter_map(|no| seen.value(*no).map(|value| (*no, value)))
        .collect();
    let found = showing.reading.twins(kind, &values, Some(seen.id()))?;
    let mut named = Vec::new();
    let mut hidden = Vec::new();
    for twin in &found {
        match twin {
            Twin::Seen(other, no) if !belong_together(seen, other) => {
                named.push((other.id(), other.title(), kind.field(*no)));
            }
            Twin::Seen(..) => {}
            Twin::Hidden(no) => hidden.extend(kind.field(*no)),
        }
    }
    if named.is_empty() && hidden.is_empty() {
        return Ok(html! {});
    }
    let by = |field: Option<&Field>| {
        field
            .map(|field| showing.label(kind, field))
            .unwrap_or_default()
    };
    Ok(banner(
        Verdict::Warn,
        html! {
            @if !named.is_empty() {
                p { strong { (showing.text("error-duplicate")) } }
                ul {
                    @for (id, title, field) in named.iter().take(TWINS_NAMED) {
                        li { a href=(format!("/{}/{id}", kind.module)) dir="auto" { (title) } " (" (by(*field)) ")" }
                    }
                }
            }
            @if let Some(field) = hidden.first() {
                p { (showing.text("error-duplicate-hidden")) " (" (by(Some(field))) ")" }
            }
        },
    ))
}

/// Whether one of two records names the other, or both name the same one: they share what they share on purpose.
fn belong_together(one: &Seen, other: &Seen) -> bool {
    let named = |seen: &Seen| -> Vec<uuid::Uuid> {
        let references = seen
            .fields()
            .filter(|field| matches!(field.kind, Kind::Reference(_)));
        references
            .filter_map(|field| match seen.get(field.no) {
                Some(Value::Id(id)) => Some(*id),
                _ => None,
            })
            .collect()
    };
    let id = |seen: &Seen| match seen.value(common::ID) {
        Some(Value::Id(id)) => id,
        _ => uuid::Uuid::nil(),
    };
    let (ours, theirs) = (named(one), named(other));
    theirs.contains(&id(one))
        || ours.contains(&id(other))
        || ours.iter().any(|id| theirs.contains(id))
}

/// Whether a person may add records of a type.
pub(super) fn may_create(reading: &Reading, kind: &RecordType) -> bool {
    reading.rights().may(Permission::Create(kind.module))
}
