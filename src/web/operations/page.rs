//! The page of one operation, and the words for its parts.

use maud::{Markup, html};

use super::place;
use crate::data::{
    AccessError, Message, Operation, OperationItem, OperationKind, OperationState, Reading,
    UndoState, UserId,
};
use crate::exchange::journal::JournalFile;
use crate::i18n::format::{file_size, integer};
use crate::i18n::{Arg, has_text};
use crate::jobs::operations::Pace;
use crate::names::dashed;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::facts::{Fact, fact_list};
use crate::web::components::form::csrf_field;
use crate::web::components::icon::{Icon, icon};
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebError;
use crate::web::records::import;
use crate::web::records::showing::Showing;
use crate::web::visit::Member;

/// Records left aside that a page names.
const NAMED: usize = 100;

/// The page's content; while the operation runs it replaces itself every second.
pub(super) fn content(
    member: &Member,
    reading: &Reading,
    operation: &Operation,
) -> Result<Markup, WebError> {
    let running = operation.is_running();
    let counted = !operation.counts_hidden;
    let pace = member.state.operations.pace(operation.id);
    let pace = pace.filter(|_| counted);
    let own = operation.started_by == Some(member.signed_in.user.id);
    let address = place(operation.id);
    let left = reading.left_aside(operation.id, NAMED)?;
    let told = told(member, operation, own && !running)?;
    Ok(html! {
        section id="operation" hx-get=[running.then_some(&address)] hx-trigger=[running.then_some("every 1s")]
            hx-target=[running.then_some("this")] hx-swap="outerHTML" {
            (breadcrumbs(member.lang, &[(&member.text("operations-title"), "/operations")]))
            (page_header(&what(member, operation), "", html! {}))
            div class="panel" {
                p role="status" { (state(member, operation)) " " (message(member, operation)) }
                @if !counted {
                    p class="muted" { (member.text("operation-counts-hidden")) }
                } @else if running {
                    (progress(member, operation, pace.as_ref()))
                } @else {
                    (counts(member, operation))
                }
                div class="actions after" { (actions(member, operation, pace.as_ref(), own)) }
                @if running { noscript { p { a href=(address) { (member.text("operation-refresh")) } } } }
            }
            (panel(&member.text("operation-about"), html! {}, facts(member, reading, operation)))
            @if !left.is_empty() { (left_aside(member, reading, operation, &left)?) }
            @if let Some(told) = told { (told) }
        }
    })
}

/// What an import says of single rows, to whoever ran it.
fn told(member: &Member, operation: &Operation, shown: bool) -> Result<Option<Markup>, WebError> {
    let rows = member.state.operations.open_rows(operation.id);
    let rows = rows.filter(|_| shown && operation.kind == OperationKind::Import);
    let journal = rows.and_then(|rows| JournalFile::open(rows).ok());
    journal
        .map(|journal| import::told(member, &journal, &place(operation.id)))
        .transpose()
}

/// "Change of many records: Clients".
pub(crate) fn what(member: &Member, operation: &Operation) -> String {
    let kind = member.text(&format!("operation-kind-{}", dashed(operation.kind.name())));
    match operation.module {
        Some(module) => format!("{kind}: {}", member.text(&format!("nav-{module}"))),
        None => kind,
    }
}

/// How it stands, as a chip.
pub(crate) fn state(member: &Member, operation: &Operation) -> Markup {
    let undone = operation.undo == UndoState::Undone;
    let (tone, key) = match operation.state {
        _ if undone => (Tone::Neutral, "undone"),
        OperationState::Running => (Tone::Neutral, "running"),
        OperationState::Done => (Tone::Good, "done"),
        state => (Tone::Attention, state.name()),
    };
    status_chip(tone, &member.text(&format!("operation-state-{key}")))
}

/// In a line of the list: how far it is, or what came of it.
pub(crate) fn so_far(member: &Member, operation: &Operation) -> String {
    let pace = member.state.operations.pace(operation.id);
    match pace.filter(|_| operation.is_running() && !operation.counts_hidden) {
        Some(pace) => of_how_many(member, operation, pace.progress.done, pace.progress.total),
        None => counted(member, operation).join(" · "),
    }
}

/// Who started it.
pub(crate) fn who(member: &Member, reading: &Reading, operation: &Operation) -> Markup {
    let user = operation
        .started_by
        .map(|id| reading.rights().people().user(id));
    html! {
        span dir="auto" {
            @match user {
                None => (member.text("audit-program")),
                Some(None) => (member.text("records-person-gone")),
                Some(Some(user)) => (user.name),
            }
        }
    }
}

fn number(member: &Member, number: u64) -> String {
    integer(member.lang, i64::try_from(number).unwrap_or(i64::MAX))
}

/// What an operation counts: records, or bytes where it is of backups.
fn amount(member: &Member, operation: &Operation, count: u64) -> String {
    match operation.kind {
        OperationKind::Backup | OperationKind::BackupProof => file_size(member.lang, count),
        _ => number(member, count),
    }
}

fn of_how_many(member: &Member, operation: &Operation, done: u64, total: Option<u64>) -> String {
    let done = amount(member, operation, done);
    match total {
        Some(total) => member.text_with(
            "operation-of",
            &[
                ("done", done.into()),
                ("total", amount(member, operation, total).into()),
            ],
        ),
        None => done,
    }
}

fn progress(member: &Member, operation: &Operation, pace: Option<&Pace>) -> Markup {
    let how_far = pace.map_or(&operation.progress, |pace| &pace.progress);
    let phase = format!("operation-phase-{}", dashed(&how_far.phase));
    let rate = pace.and_then(|pace| pace.per_second);
    let left = pace.and_then(|pace| pace.left);
    html! {
        @if pace.is_some_and(|pace| pace.stopping) {
            p { (member.text("operation-stopping")) }
        } @else if !how_far.phase.is_empty() && has_text(member.lang, &phase) {
            p { (member.text(&phase)) }
        }
        @match how_far.total {
            Some(total) => progress max=(total.max(1)) value=(how_far.done) aria-label=(member.text("operation-progress")) {},
            None => progress aria-label=(member.text("operation-progress")) {},
        }
        p class="muted numeric" {
            (of_how_many(member, operation, how_far.done, how_far.total))
            @if let Some(rate) = rate { " · " (member.text_with("operation-rate", &[("count", amount(member, operation, rate).into())])) }
            @if let Some(left) = left.filter(|left| left.as_secs() > 0) { " · " (time_left(member, left.as_secs())) }
        }
        p class="muted small" { (member.text("operation-may-leave")) }
    }
}

fn time_left(member: &Member, seconds: u64) -> String {
    if seconds < 60 {
        member.text_with("operation-left-seconds", &[("count", seconds.into())])
    } else {
        let minutes = seconds.div_ceil(60);
        member.text_with("operation-left-minutes", &[("count", minutes.into())])
    }
}

/// What became of how many, in words.
fn counted(member: &Member, operation: &Operation) -> Vec<String> {
    let counts = operation.outcome.counts.iter();
    counts
        .filter(|(_, count)| **count > 0)
        .map(|(name, count)| {
            let key = format!("operation-count-{}", dashed(name));
            let name = if has_text(member.lang, &key) {
                member.text(&key)
            } else {
                name.clone()
            };
            format!("{name}: {}", number(member, *count))
        })
        .collect()
}

fn counts(member: &Member, operation: &Operation) -> Markup {
    let counted = counted(member, operation);
    html! {
        @if !counted.is_empty() { ul { @for one in &counted { li class="numeric" { (one) } } } }
        @else if operation.state != OperationState::Done { p { (member.text("operation-nothing-done")) } }
        @if !counted.is_empty() && matches!(operation.state, OperationState::Cancelled | OperationState::Interrupted | OperationState::Failed) {
            p { (member.text("operation-stays-done")) }
        }
    }
}

fn message(member: &Member, operation: &Operation) -> String {
    operation
        .outcome
        .message
        .as_ref()
        .map(|message| said(member, message))
        .unwrap_or_default()
}

/// A kept sentence in the reader's language.
pub(crate) fn said(member: &Member, message: &Message) -> String {
    if !has_text(member.lang, &message.key) {
        return member.text("operation-why-invalid");
    }
    let args: Vec<(&str, Arg<'_>)> = message
        .args
        .iter()
        .map(|(name, value)| {
            let arg = value
                .parse::<i64>()
                .map_or_else(|_| Arg::from(value.as_str()), Arg::from);
            (name.as_str(), arg)
        })
        .collect();
    member.text_with(&message.key, &args)
}

fn actions(member: &Member, operation: &Operation, pace: Option<&Pace>, own: bool) -> Markup {
    let address = place(operation.id);
    let act = |rest: &str, key: &str, weight: Weight| {
        html! {
            form class="inline" method="post" action=(format!("{address}/{rest}")) {
                (csrf_field(&member.csrf))
                button class=(weight.class()) type="submit" id=(format!("operation-{rest}")) { (member.text(key)) }
            }
        }
    };
    let file = operation.result.as_ref().filter(|_| own);
    let download = match operation.kind {
        OperationKind::Import => "import-bad-rows-download",
        _ => "operation-download",
    };
    let there = file.is_some_and(|file| file.expires_at > crate::clock::now());
    html! {
        @if operation.is_running() && !pace.is_some_and(|pace| pace.stopping) {
            (act("cancel", "action-stop", Weight::Plain))
        }
        @if let Some(file) = file {
            @if there {
                a class=(Weight::Primary.class()) href=(format!("{address}/result")) download=(file.name) {
                    (member.text(download)) " (" (file_size(member.lang, file.bytes)) ")"
                }
                span class="muted small" { (member.text("operation-result-until")) " " (member.clock().recent(file.expires_at)) }
            } @else {
                span class="muted" { (member.text(if operation.kind == OperationKind::Import { "import-bad-rows-gone" } else { "operation-result-gone" })) }
            }
        }
        @if !operation.is_running() && operation.undo == UndoState::Possible {
            (act("undo", "operation-undo", Weight::Plain))
        }
        @if !operation.is_running() && operation.module.is_some() {
            @if let Some(module) = operation.module {
                @if operation.kind == OperationKind::Import {
                    (button::link(&member.text("imports-title"), &format!("/{module}/imports"), Weight::Quiet, None))
                }
                (button::link(&member.text("records-back-to-list"), &format!("/{module}"), Weight::Quiet, None))
            }
        }
    }
}

fn facts(member: &Member, reading: &Reading, operation: &Operation) -> Markup {
    let clock = member.clock();
    let fact = |key: &str, value: Markup| Fact::new(member.text(key), value);
    let link = |id| html! { a href=(place(id)) { (member.text("operation-other")) } };
    let text = |name: &str| operation.detail.get(name).and_then(|value| value.as_str());
    let mut facts = vec![
        fact("operations-who", who(member, reading, operation)),
        fact("operation-started", clock.recent(operation.started_at)),
    ];
    if let Some(ended) = operation.ended_at {
        facts.push(fact("operation-ended", clock.recent(ended)));
    }
    let person = |name: &str| text(name).and_then(|id| id.parse::<UserId>().ok());
    let people = [
        ("from", "operation-from"),
        ("to", "operation-to"),
        ("of_user", "operation-of-user"),
    ];
    for (name, key) in people {
        if let Some(id) = person(name) {
            let showing = Showing::new(member, reading);
            facts.push(Fact::text(member.text(key), &showing.person_name(id)));
        }
    }
    let moment = |name: &str| text(name).and_then(|at| at.parse().ok());
    if let (Some(from), Some(to)) = (moment("from_time"), moment("to_time")) {
        let stretch = html! { (clock.recent(from)) " – " (clock.recent(to)) };
        facts.push(fact("operation-stretch", stretch));
    }
    if let Some(file) = text("file") {
        facts.push(Fact::text(member.text("operation-file"), file));
    }
    if let Some(archive) = text("archive") {
        facts.push(Fact::text(member.text("operation-archive"), archive));
    }
    if let (Some(filter), Some(module)) = (
        text("filter").filter(|text| !text.is_empty()),
        operation.module,
    ) {
        let href = format!("/{module}?{filter}");
        let list = html! { a href=(href) { (member.text("operation-filter-list")) } };
        facts.push(fact("operation-filter", list));
    }
    if let Some(of) = operation.takes_back() {
        facts.push(fact("operation-takes-back", link(of)));
    }
    if let Some(by) = operation.undone_by {
        facts.push(fact("operation-taken-back-by", link(by)));
    }
    html! { div class="facts" { (fact_list(&facts)) } }
}

fn left_aside(
    member: &Member,
    reading: &Reading,
    operation: &Operation,
    left: &[OperationItem],
) -> Result<Markup, AccessError> {
    let showing = Showing::new(member, reading);
    let (mut rows, mut unseen) = (Vec::new(), 0_u64);
    for item in left {
        match row(&showing, item)? {
            Some(row) => rows.push(row),
            None => unseen += 1,
        }
    }
    let (title, counted) = match operation.kind {
        OperationKind::RegisterCheck => ("operation-to-look-at", "vat_unknown"),
        _ => ("operation-left-aside", "left"),
    };
    let title = member.text(title);
    let all = operation.outcome.count(counted).max(left.len() as u64);
    let all = number(member, all);
    let columns = [
        ("operation-record", PhoneSlot::Title),
        ("operation-why", PhoneSlot::First),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    Ok(panel(
        &title,
        html! { span class="muted numeric" { (all) } },
        html! {
            @if !rows.is_empty() { (plain_table(&title, &columns, &rows)) }
            @if unseen > 0 {
                (banner(Verdict::Info, html! { (member.text_with("operation-left-unseen", &[("count", unseen.into())])) }))
            }
            @if left.len() == NAMED { p class="muted" { (member.text_with("operation-left-more", &[("count", NAMED.into())])) } }
        },
    ))
}

/// A record that was left, where the reader sees it.
fn row(showing: &Showing<'_>, item: &OperationItem) -> Result<Option<Vec<Markup>>, AccessError> {
    let member = showing.member;
    let kind = showing.reading.kind(item.module)?;
    let seen = match showing.reading.get(kind, item.id) {
        Ok(seen) => seen,
        Err(AccessError::NotFound | AccessError::Forbidden(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let why = match &item.why {
        Some(why) if why.key == "operation-why-changed" => {
            let newest = showing.reading.timeline(&seen, None, 1)?.pop();
            match newest.and_then(|newest| newest.entry.user) {
                Some(user) => member.text_with(
                    "operation-why-changed-by",
                    &[("name", showing.person_name(user).into())],
                ),
                None => member.text("operation-why-changed"),
            }
        }
        Some(why) => {
            let named = ["field", "fields"].map(|name| why.args.get(name));
            let named = named
                .into_iter()
                .flatten()
                .flat_map(|names| names.split(','));
            let rights = showing.reading.rights();
            let labels: Vec<String> = named
                .filter_map(|name| kind.named(name))
                .filter(|field| rights.sees_field(kind, field))
                .map(|field| showing.label(kind, field))
                .collect();
            let sentence = said(member, why);
            if labels.is_empty() {
                sentence
            } else {
                format!("{}: {sentence}", labels.join(", "))
            }
        }
        None => String::new(),
    };
    Ok(Some(vec![
        html! {
            a class="row-link" href=(format!("/{}/{}", item.module, item.id)) dir="auto" { (seen.title()) }
        },
        html! { span class="muted" { (icon(Icon::Info)) " " (why) } },
    ]))
}
