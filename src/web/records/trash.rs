//! Deleting to the trash, what lies there, and bringing back.

mod acts;
mod filter;

use axum::http::StatusCode;
use maud::{Markup, html};

use super::showing::Showing;
use super::{parameters, record_id, refused};
pub(super) use acts::{purge, restore_all};
use filter::Wanted;

use crate::data::{AccessError, AdminRight, FieldError, Problem, RecordId, RecordType, Trashed};
use crate::i18n::format;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::empty::empty_place;
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, column_head};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::visit::{Member, module_place, see_other};

/// Records of a module on one page of the trash.
const SHOWN: usize = 100;
/// Records brought back by one form.
const MOST_AT_ONCE: usize = 1000;

/// Moves a record to the trash.
pub(super) async fn delete(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let id = record_id(&id)?;
    member.access.delete(kind, id, None).await?;
    let module = kind.module;
    Ok(see_other(&format!(
        "/{module}?notice=deleted&undo={module}/{id}"
    )))
}

/// Brings a record back.
pub(super) async fn restore(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let id = record_id(&id)?;
    let seen = member.access.restore(kind, id).await?;
    Ok(see_other(&format!(
        "/{}/{}?notice=restored",
        kind.module,
        seen.id()
    )))
}

/// Brings several records back: the undo of a bulk deletion, and the boxes of the trash.
pub(super) async fn restore_several(
    kind: &'static RecordType,
    member: Member,
    form: Form,
) -> WebResult {
    let ids: Vec<RecordId> = form
        .all("id")
        .filter_map(|id| id.parse().ok())
        .take(MOST_AT_ONCE)
        .collect();
    if ids.is_empty() {
        let reading = member.access.read()?;
        let nothing = FieldError::new("", Problem::new("error-bulk-nothing-chosen"));
        return Ok(refused(kind, &member, &reading, &[nothing]));
    }
    let results = member.access.restore_each(kind, ids).await?;
    let back = results.iter().filter(|result| result.is_ok()).count();
    let left = results.len() - back;
    let place = if form.get("back") == "trash" {
        "/trash".to_owned()
    } else {
        format!("/{}", kind.module)
    };
    Ok(see_other(&if left == 0 {
        format!("{place}?notice=bulk-restored:{back}")
    } else {
        format!("{place}?notice=bulk-partly:{back}:{left}:missing")
    }))
}

/// What was deleted in each module.
pub(super) async fn page(member: Member) -> WebResult {
    super::reading_much(move || shown(&member)).await
}

fn shown(member: &Member) -> WebResult {
    let reading = member.access.read()?;
    let (wanted, errors) = Wanted::read(member, &member.parameters());
    let kinds = wanted.kinds(&reading)?;
    let showing = Showing::new(member, &reading);
    let parameters = parameters(member);
    let days = i64::from(reading.firm()?.map_or(30, |firm| firm.trash_days));
    let (mut sections, mut total) = (Vec::new(), 0);
    for kind in kinds.iter().filter(|_| errors.is_empty()) {
        let after = parameters
            .iter()
            .find(|(name, _)| *name == format!("{}_after", kind.module))
            .and_then(|(_, last)| last.split_once('~'))
            .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
        let (mut trashed, all) = reading.trash_counted(kind, &wanted.filter, after, SHOWN + 1)?;
        total += all;
        let more = trashed.len() > SHOWN;
        trashed.truncate(SHOWN);
        if !trashed.is_empty() {
            sections.push(section(kind, &showing, &wanted, &trashed, more, days)?);
        }
    }
    let title = member.text("trash-title");
    let shown = member.errors(&errors);
    let narrowed = !wanted.sent.is_empty();
    let content = html! {
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text_with("trash-lead", &[("days", days.into())])) }
        @if reading.rights().admin(AdminRight::Settings) { p { a href="/settings/firm#f-trash_days" { (member.text("trash-days-change")) } } }
        @if total > 0 || narrowed { (wanted.bar(&showing, &shown)) }
        @if sections.is_empty() {
            div class="panel" {
                @if narrowed { p class="muted" { (member.text("trash-nothing-matches")) } }
                @else { (empty_place(Icon::Trash, &member.text("trash-empty-title"), &member.text("trash-empty"), html! {})) }
            }
        } @else {
            (all_panel(&showing, &wanted, total))
            @for section in sections { (section) }
        }
    };
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

/// Whether the person may also remove for good what they may delete.
fn may_purge(showing: &Showing<'_>) -> bool {
    showing.reading.rights().admin(AdminRight::Backups)
}

/// The ways for everything that is shown, on all its pages.
fn all_panel(showing: &Showing<'_>, wanted: &Wanted, total: usize) -> Markup {
    let member = showing.member;
    let count = format::integer(member.lang, i64::try_from(total).unwrap_or(i64::MAX));
    let words = |key: &str| member.text_with(key, &[("count", count.clone().into())]);
    html! {
        form class="panel" method="post" action="/trash/restore" {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("all", "1")]))
            @for (name, value) in &wanted.sent { input type="hidden" name=(name) value=(value); }
            div class="actions" {
                (button::submit(&words("trash-restore-all"), Weight::Primary))
                @if may_purge(showing) {
                    button class=(Weight::Quiet.class()) type="submit" formaction="/trash/purge" { (words("trash-purge-all")) }
                }
            }
        }
    }
}

fn section(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    wanted: &Wanted,
    trashed: &[Trashed],
    more: bool,
    days: i64,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let (nav, list, _) = module_place(kind.module);
    let name = kind
        .field(kind.title)
        .map(|field| showing.label(kind, field))
        .unwrap_or_default();
    let column = |label: String, phone: PhoneSlot| {
        Column::plain(label, phone).numeric(phone == PhoneSlot::Corner)
    };
    let columns = [
        column(name, PhoneSlot::Title),
        column(member.text("trash-deleted-by"), PhoneSlot::First),
        column(member.text("trash-deleted-at"), PhoneSlot::Second),
        column(member.text("trash-purge-at"), PhoneSlot::Corner),
    ];
    let rows = trashed
        .iter()
        .map(|trashed| row(showing, list, trashed, days))
        .collect::<Result<Vec<_>, _>>()?;
    let older = trashed.last().filter(|_| more).map(|last| {
        let (at, id) = (last.deleted_at, last.record.id());
        wanted.address(&[(format!("{}_after", kind.module), format!("{at}~{id}"))])
    });
    Ok(html! {
        section class="list trash" aria-label=(member.text(nav)) {
            @if member.state.vault.kinds().len() > 1 { h2 { (member.text(nav)) } }
            form id=(format!("{}-back", kind.module)) method="post" hidden { (csrf_field(&member.csrf)) }
            form method="post" action=(format!("{list}/restore")) data-rows="" {
                (csrf_field(&member.csrf))
                (hidden_fields(&[("back", "trash"), ("module", kind.module.name())]))
                div class="table-frame" {
                    table class="rows" {
                        thead { tr {
                            th class="box" scope="col" {
                                input class="scripted" type="checkbox" data-select-all="" aria-label=(member.text("list-select-all"));
                            }
                            @for column in &columns { (column_head(column)) }
                            th scope="col" { span class="hidden" { (member.text("action-restore")) } }
                        } }
                        tbody { @for row in rows { (row) } }
                    }
                }
                div class="actions after" {
                    (button::submit(&member.text("trash-restore-chosen"), Weight::Plain))
                    @if may_purge(showing) {
                        button class=(Weight::Quiet.class()) type="submit" formaction="/trash/purge" { (member.text("trash-purge-chosen")) }
                    }
                    @if let Some(older) = older { a class="button" href=(older) { (member.text("trash-older")) } }
                }
            }
        }
    })
}

fn row(
    showing: &Showing<'_>,
    list: &str,
    trashed: &Trashed,
    days: i64,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let (id, name) = (trashed.record.id(), trashed.record.title());
    let purged = trashed
        .deleted_at
        .checked_add(jiff::SignedDuration::from_hours(days * 24))
        .unwrap_or(trashed.deleted_at);
    let by = match trashed.deleted_by {
        Some(user) => showing.person_name(user),
        None => member.text("timeline-system"),
    };
    let kind = trashed.record.kind();
    let merge = showing.reading.merge_of(kind, id)?;
    let into = match merge {
        Some(mark) => Some(showing.reading.get(kind, mark.into)?),
        None => None,
    };
    let (label, action) = match merge {
        Some(mark) => ("merge-undo", format!("{list}/merge/{}/undo", mark.id)),
        None => ("action-restore", format!("{list}/{id}/restore")),
    };
    let label = member.text(label);
    Ok(html! {
        tr {
            td class="box" {
                input type="checkbox" name="id" value=(id) disabled[merge.is_some()] aria-label=(member.text_with("list-select", &[("name", name.into())]));
            }
            td class="at-title" {
                span class="row-link" dir="auto" title=(name) { (name) }
                @if let Some(into) = &into {
                    " " span class="muted small" { (member.text("trash-merged-into")) " " a href=(format!("{list}/{}", into.id())) dir="auto" { (into.title()) } }
                }
            }
            td class="at-first" dir="auto" { (by) }
            td class="at-second" { (showing.clock.recent(trashed.deleted_at)) }
            td class="at-corner end" { (left(showing, purged)) }
            td class="at-side end" {
                button class="button small" type="submit" form=(format!("{}-back", trashed.record.kind().module))
                    formaction=(action) aria-label=(format!("{label}: {name}")) { (label) }
            }
        }
    })
}

/// How long until a record goes for good.
fn left(showing: &Showing<'_>, purged: jiff::Timestamp) -> Markup {
    let clock = &showing.clock;
    let words = if purged <= clock.now {
        showing.text("trash-any-moment")
    } else {
        format::relative(clock.lang, purged, clock.now, &clock.zone)
    };
    html! { time datetime=(purged) title=(format::date_time(clock.lang, purged, &clock.zone)) { (words) } }
}
