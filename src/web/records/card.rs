//! The card of a record.

use maud::{Markup, html};

use super::asked::{Trail, along, trail_of};
use super::look::look;
use super::showing::Showing;
use super::{address, files, history, lookup, merge, parameters, part, record_id, tags, twins};
use crate::data::{AccessError, Kind, Permission, Reading, RecordType, Seen, Value};
use crate::i18n::format::integer;
use crate::web::components::button::Weight;
use crate::web::components::card::{Card, card};
use crate::web::components::chip::{person, status_chip};
use crate::web::components::facts::FactGroup;
use crate::web::components::icon::{Icon, icon};
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
    member.state.viewed.add(&member.access, 1)?;
    let showing = Showing::new(&member, &reading);
    let content = whole(&showing, &seen, None, html! {})?;
    Ok(member.page(&reading, seen.title(), content))
}

/// The card; one group may stand as its form, by its id, and a notice over all.
pub(super) fn whole(
    showing: &Showing<'_>,
    seen: &Seen,
    form: Option<(&str, Markup)>,
    notice: Markup,
) -> Result<Markup, AccessError> {
    let (member, kind) = (showing.member, seen.kind());
    let look = look(kind.module);
    let trail = trail_of(kind, member);
    let parameters = parameters(member);
    let left = parameters.iter().find(|(name, _)| name == "left");
    let just_saved = parameters
        .iter()
        .any(|(name, value)| name == "notice" && (value == "created" || value == "saved"));
    let mut groups = groups(showing, seen)?;
    for group in &mut groups {
        group.edit = part::edit_link(showing, seen, group, trail.as_ref());
    }
    if let Some((id, form)) = form
        && let Some(group) = groups.iter_mut().find(|group| group.id == id)
    {
        group.form = Some(form);
    }
    Ok(card(&Card {
        above: above(showing, seen, trail.as_ref())?,
        name: seen.title(),
        marks: marks(showing, seen, trail.as_ref()),
        meta: meta(showing, seen),
        actions: actions(showing, seen, trail.as_ref()),
        notice: html! {
            (notice)
            @if let Some((_, left)) = left { (merge::left_note(showing, seen, left)) }
            (twins::on_card(showing, seen, just_saved)?)
        },
        groups: &groups,
        related: html! {
            ((look.related)(showing, seen)?)
            (files::on_card(showing, seen)?)
        },
        history: html! {
            header { h2 { (member.text("timeline-title")) } }
            (history::entries(showing, seen, None, None)?)
        },
    }))
}

/// The facts in their groups, those of the firm's own fields too.
pub(super) fn groups(showing: &Showing<'_>, seen: &Seen) -> Result<Vec<FactGroup>, AccessError> {
    let mut groups = (look(seen.kind().module).facts)(showing, seen)?;
    showing.add_own(seen, &mut groups)?;
    Ok(groups)
}

/// The way back to the list one came from, and to the records beside this one there.
fn above(showing: &Showing<'_>, seen: &Seen, trail: Option<&Trail>) -> Result<Markup, AccessError> {
    let member = showing.member;
    let (nav, list, _) = module_place(seen.kind().module);
    let back = match trail {
        Some(trail) => address(list, &trail.query.pairs()),
        None => list.to_owned(),
    };
    let neighbours = trail
        .map(|trail| neighbours(showing, seen, trail))
        .transpose()?;
    Ok(
        html! { (breadcrumbs(member.lang, &[(&member.text(nav), &back)])) @if let Some(beside) = neighbours { (beside) } },
    )
}

fn neighbours(showing: &Showing<'_>, seen: &Seen, trail: &Trail) -> Result<Markup, AccessError> {
    let member = showing.member;
    let found = match showing.reading.neighbours(&trail.query, seen) {
        Ok(found) => found,
        Err(AccessError::Store(error)) => return Err(error.into()),
        // A question that may not be asked, or not any more, has no answer.
        Err(_) => return Ok(html! {}),
    };
    let number = |count: u64| integer(member.lang, i64::try_from(count).unwrap_or(i64::MAX));
    let position = found.position.map(|position| {
        let args = [
            ("range", number(position).into()),
            ("total", number(found.total).into()),
        ];
        member.text_with("pager-range", &args)
    });
    let step = |to: &Option<Seen>, key: &str, rel: &str| {
        html! {
            @if let Some(to) = to {
                a href=(along(&format!("/{}/{}", to.kind().module, to.id()), Some(trail))) rel=(rel) title=(to.title()) {
                    (member.text(key))
                }
            }
        }
    };
    Ok(html! {
        nav class="neighbours" aria-label=(member.text("nav-neighbours")) {
            (step(&found.previous, "card-previous", "prev"))
            @if let Some(position) = position { span class="muted numeric" { (position) } }
            (step(&found.next, "card-next", "next"))
        }
    })
}

/// States and tags beside the name.
fn marks(showing: &Showing<'_>, seen: &Seen, trail: Option<&Trail>) -> Markup {
    let kind = seen.kind();
    let look = look(kind.module);
    html! {
        @for field in seen.fields() {
            @match (field.kind, seen.get(field.no)) {
                (Kind::Choice(_), Some(Value::Text(text))) => @if let Some(tone) = (look.tone)(field, text) {
                    (status_chip(tone, &showing.choice(kind, field, text)))
                },
                (Kind::Tags, _) if tags::may_set(showing, seen, field) => (tags::editable_tags(showing, seen, field, trail)),
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

fn actions(showing: &Showing<'_>, seen: &Seen, trail: Option<&Trail>) -> Markup {
    let kind = seen.kind();
    let place = format!("/{}/{}", kind.module, seen.id());
    let member = showing.member;
    html! {
        ((look(kind.module).reach)(showing, seen))
        @if seen.may_edit() {
            a class=(Weight::Primary.class()) href=(along(&format!("{place}/edit"), trail)) data-key="e" {
                (icon(Icon::Edit)) (member.text("action-edit"))
            }
        }
        @let lookup = lookup::of_card(showing, seen);
        @if seen.may_delete() || lookup.is_some() || showing.reading.may_ask_why().is_ok() {
            (more_menu(&member.text("action-more"), html! {
                (item(&member.text("records-history"), &format!("{place}/history"), Some(Icon::Clock)))
                @if showing.reading.may_ask_why().is_ok() {
                    (item(&member.text("why-who-sees"), &ask_about(kind.module, seen.id()), Some(Icon::Users)))
                }
                @if seen.may_edit() && merge::may(showing.reading, kind) {
                    (item(&member.text("merge-with"), &format!("/{}/merge?id={}", kind.module, seen.id()), Some(Icon::Copy)))
                }
                @if let Some(lookup) = &lookup {
                    (act(&member.text("lookup-button"), lookup, &member.csrf, Some(Icon::Search), false))
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
