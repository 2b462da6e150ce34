//! The history of a record in words.

use jiff::Timestamp;
use maud::{Markup, html};

use super::showing::Showing;
use super::{files, merge, parameters, record_id};
use crate::data::{AccessError, Act, Change, HistoryEntry, Kind, RecordType, Seen, TimelineEntry};
use crate::web::components::icon::Icon;
use crate::web::components::navigation::breadcrumbs;
use crate::web::components::timeline::{self, Entry, Place, timeline};
use crate::web::error::{WebError, WebResult};
use crate::web::visit::{Member, module_place};

/// Entries on one page.
const ENTRIES: usize = 30;

/// Entries older than `before`, on a page of their own or to be added to the card.
pub(super) async fn page(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let reading = member.access.read()?;
    let seen = reading.get(kind, record_id(&id)?)?;
    member.state.viewed.add(&member.access, 1)?;
    let parameters = parameters(&member);
    let of = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let before = of("before").map(str::parse::<u64>).transpose();
    let before = before.map_err(|_| WebError::NotFound)?;
    let until = of("until").map(str::parse::<Timestamp>).transpose();
    let until = until.map_err(|_| WebError::NotFound)?;
    let showing = Showing::new(&member, &reading);
    let title = member.text("timeline-title");
    let (nav, list, _) = module_place(kind.module);
    let card = format!("{list}/{id}");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list), (seen.title(), &card)]))
        section class="panel" { header { h1 { (title) } } (entries(&showing, &seen, before, until)?) }
    };
    Ok(member.part_or_page(&reading, &title, content, ""))
}

/// The timeline of a record from its newest entry, or from before a version; what became of its files `until` that moment
/// stands among it.
pub(super) fn entries(
    showing: &Showing<'_>,
    seen: &Seen,
    before: Option<u64>,
    until: Option<Timestamp>,
) -> Result<Markup, AccessError> {
    let found = showing.reading.timeline(seen, before, ENTRIES)?;
    // Versions follow one another, so what was read reaches this far down, hidden entries included.
    let reached = before
        .unwrap_or(seen.version() + 1)
        .saturating_sub(ENTRIES as u64);
    let lowest = found
        .iter()
        .map(|entry| entry.version)
        .min()
        .map_or(reached, |lowest| lowest.min(reached));
    // Entries of files stand on the page whose entries they lie between.
    let since = found.last().map(|found| found.entry.at).or(until);
    let older = (lowest > 1).then(|| {
        let until = since.map(|since| format!("&until={since}"));
        format!(
            "/{}/{}/history?before={lowest}{}",
            seen.kind().module,
            seen.id(),
            until.unwrap_or_default()
        )
    });
    let mut entries = found
        .iter()
        .map(|found| Ok((found.entry.at, entry(showing, seen, found)?)))
        .collect::<Result<Vec<_>, AccessError>>()?;
    let since = since.filter(|_| older.is_some());
    let of_files = files::history(showing, seen)?.into_iter();
    entries.extend(of_files.filter(|(at, _)| {
        until.is_none_or(|until| *at < until) && since.is_none_or(|since| *at >= since)
    }));
    // What was done at one moment stays in its order.
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let entries: Vec<Entry> = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(timeline(showing.lang(), &entries, older.as_deref()))
}

fn entry(showing: &Showing<'_>, seen: &Seen, found: &TimelineEntry) -> Result<Entry, AccessError> {
    let kind = seen.kind();
    let TimelineEntry { entry, .. } = found;
    let (sign, title) = match entry.act {
        Act::Created => (Icon::Plus, "timeline-created"),
        Act::Changed => (Icon::Edit, ""),
        Act::Deleted => (Icon::Trash, "timeline-deleted"),
        Act::Restored => (Icon::Undo, "timeline-restored"),
        Act::Merged => (Icon::Copy, "timeline-merged"),
        Act::Unmerged => (Icon::Undo, "timeline-unmerged"),
    };
    let mut changes = Vec::new();
    if matches!(entry.act, Act::Changed | Act::Merged | Act::Unmerged) {
        for change in &entry.changes {
            changes.extend(changed(showing, kind, change)?);
        }
    }
    let title = if title.is_empty() {
        String::new()
    } else {
        showing.text(title)
    };
    Ok(Entry {
        sign,
        title,
        body: None,
        act: showing
            .reading
            .merge_in(seen, entry)?
            .map(|mark| merge::undo_button(showing, kind, mark.id)),
        changes,
        who: who(showing, entry),
        at: showing.clock.recent(entry.at),
        place: if entry.office {
            Place::Office
        } else {
            Place::Unknown
        },
    })
}

/// Who did it, and by which way where that is not the page.
pub(super) fn who(showing: &Showing<'_>, entry: &HistoryEntry) -> String {
    let name = match entry.user {
        Some(user) => showing.person_name(user),
        None => showing.text("timeline-system"),
    };
    match entry.channel.as_str() {
        way @ ("api" | "command" | "import") => {
            format!("{name} · {}", showing.text(&format!("records-way-{way}")))
        }
        _ => name,
    }
}

fn changed(
    showing: &Showing<'_>,
    kind: &RecordType,
    change: &Change,
) -> Result<Option<timeline::Change>, AccessError> {
    let Some(field) = kind.field(change.field) else {
        return Ok(None);
    };
    let words = |json: &Option<serde_json::Value>| -> Result<Option<String>, AccessError> {
        // A value of a kind the field no longer has is passed over.
        let value = json
            .as_ref()
            .and_then(|json| field.kind.take_json(json).ok().flatten());
        value
            .map(|value| showing.words(kind, field, &value))
            .transpose()
    };
    Ok(Some(timeline::Change {
        label: showing.label(kind, field),
        from: words(&change.from)?,
        to: words(&change.to)?,
        long: matches!(field.kind, Kind::LongText(_)),
    }))
}
