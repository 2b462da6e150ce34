//! The card of a record.

use maud::{Markup, html};

use super::look::look;
use super::showing::Showing;
use super::{history, merge, parameters, record_id, twins};
use crate::data::{AccessError, Kind, Permission, Reading, RecordType, Seen, Value};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{Card, card};
use crate::web::components::chip::{person, status_chip};
use crate::web::components::icon::Icon;
use crate::web::components::menu::{act, item, more_menu};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::settings::why::ask_about;
use crate::web::visit::{Member, module_place, see_other};

/// A record's page.
pub(super) async fn page(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let reading = member.access.read()?;
    let id = record_id(&id)?;
    let seen = match reading.get(kind, id) {
        Err(AccessError::NotFound) => {
            // Merged into another since the address was written down.
            let Some(into) = reading.merged_into(kind, id)? else {
                return Err(WebError::NotFound);
            };
            let place = format!("/{}/{}?notice=merged-into", kind.module, into.id());
            return Ok(see_other(&place));
        }
        found => found?,
    };
    member.state.viewed.add(&member.access, 1);
    let showing = Showing::new(&member, &reading);
    let look = look(kind.module);
    let (nav, list, _) = module_place(kind.module);
    let parameters = parameters(&member);
    let left = parameters.iter().find(|(name, _)| name == "left");
    let just_saved = parameters
        .iter()
        .any(|(name, value)| name == "notice" && (value == "created" || value == "saved"));
    let mut groups = (look.facts)(&showing, &seen)?;
    showing.add_own(&seen, &mut groups)?;
    let content = card(&Card {
        above: breadcrumbs(member.lang, &[(&member.text(nav), list)]),
        name: seen.title(),
        marks: marks(&showing, &seen),
        meta: meta(&showing, &seen),
        actions: actions(&showing, &seen),
        notice: html! {
            @if let Some((_, left)) = left { (merge::left_note(&showing, &seen, left)) }
            (twins::on_card(&showing, &seen, just_saved)?)
        },
        groups: &groups,
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
                @if seen.may_edit() && merge::may(showing.reading, kind) {
                    (item(&member.text("merge-with"), &format!("/{}/merge?id={}", kind.module, seen.id()), Some(Icon::Copy)))
                }
                @if seen.may_delete() { (act(&member.text("action-delete"), &format!("{place}/delete"), &member.csrf, Some(Icon::Trash), true)) }
            }))
        }
    }
}

/// Whether a person may add records of a type.
pub(super) fn may_create(reading: &Reading, kind: &RecordType) -> bool {
    reading.rights().may(Permission::Create(kind.module))
}
