//! What would become of each record, before anything does.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{PATH, address};
use crate::data::{AccessError, ActsOf, Module, PutBack, Reading, RecordId, Stays};
use crate::i18n::format::integer;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::error::{WebError, WebResult};
use crate::web::records::showing::Showing;
use crate::web::settings::crumbs;
use crate::web::visit::Member;

/// Records on a page.
const PAGE: u64 = 50;

/// How many records would come out in which way.
#[derive(Default)]
struct Counts {
    all: u64,
    back: u64,
    changed: u64,
    made: u64,
    stay: u64,
}

impl Counts {
    fn add(&mut self, plan: &PutBack) {
        self.all += 1;
        self.back += u64::from(plan.comes_back);
        self.changed += u64::from(!plan.fields.is_empty() && !plan.comes_back);
        self.made += u64::from(plan.goes);
        self.stay += u64::from(!plan.stays.is_empty());
    }
}

/// The page; reads the history of every record they touched, beside the pages of others.
pub(super) async fn page(member: Member, acts: ActsOf, number: u64) -> WebResult {
    let drawn = tokio::task::spawn_blocking(move || draw(&member, &acts, number.max(1)));
    drawn.await.map_err(|_| WebError::Broken)?
}

fn draw(member: &Member, acts: &ActsOf, number: u64) -> WebResult {
    let reading = member.access.read()?;
    let first = (number - 1).saturating_mul(PAGE);
    let (mut counts, mut shown) = (Counts::default(), Vec::new());
    for (module, id) in reading.touched_by(acts)? {
        if let Some(plan) = reading.put_back(module, id, acts)? {
            if counts.all >= first && (shown.len() as u64) < PAGE {
                shown.push((module, id, plan.clone()));
            }
            counts.add(&plan);
        }
    }
    let showing = Showing::new(member, &reading);
    let title = member.text("undo-title");
    let content = html! {
        (crumbs(member, Some(("undo-title", PATH))))
        (page_header(&title, "", html! {}))
        p class="lead" {
            strong dir="auto" { (showing.person_name(acts.user)) } ", "
            (showing.clock.recent(acts.from)) " – " (showing.clock.recent(acts.to))
            " " a class="small" href=(address(acts, &[("edit", "1")])) { (member.text("undo-other-time")) }
        }
        @if counts.all == 0 {
            div class="panel" { p class="muted" { (member.text("undo-nothing")) } }
        } @else {
            (summary(member, acts, &counts))
            (list(&showing, &shown)?)
            (steps(member, acts, number, first + (shown.len() as u64) < counts.all))
        }
    };
    Ok(member.page_with(StatusCode::OK, &reading, &title, content, ""))
}

/// The ways to the pages before and after.
fn steps(member: &Member, acts: &ActsOf, number: u64, more: bool) -> Markup {
    let page = |key: &str, number: u64| {
        let place = address(acts, &[("page", &number.to_string())]);
        button::link(&member.text(key), &place, Weight::Plain, None)
    };
    html! {
        @if number > 1 || more {
            nav class="pager" aria-label=(member.text("pager-label")) {
                @if number > 1 { (page("pager-previous", number - 1)) }
                @if more { (page("pager-next", number + 1)) }
            }
        }
    }
}

/// How many, and the button.
fn summary(member: &Member, acts: &ActsOf, counts: &Counts) -> Markup {
    let number = |count: u64| integer(member.lang, i64::try_from(count).unwrap_or(i64::MAX));
    let lines = [
        ("undo-count-back", counts.back),
        ("undo-count-changed", counts.changed),
        ("undo-count-stay", counts.stay),
    ];
    panel(
        &member.text("undo-what"),
        html! {},
        html! {
            ul {
                @for (key, count) in lines {
                    @if count > 0 { li { (member.text(key)) ": " strong class="numeric" { (number(count)) } } }
                }
            }
            form method="post" action=(PATH) {
                (csrf_field(&member.csrf))
                (hidden_fields(&[
                    ("user", &acts.user.to_string()), ("from", &acts.from.to_string()),
                    ("to", &acts.to.to_string()), ("confirm", "1"),
                ]))
                @if counts.made > 0 {
                    div class="field check" {
                        label {
                            input type="checkbox" name="made" value="1";
                            (member.text_with("undo-made", &[("count", number(counts.made).into())]))
                        }
                    }
                }
                @if counts.back + counts.changed + counts.made > 0 {
                    p class="hint" { (member.text("undo-hint")) }
                    div class="actions after" { (button::submit(&member.text("undo-run"), Weight::Primary)) }
                } @else {
                    (banner(Verdict::Info, html! { (member.text("undo-nothing-to-do")) }))
                }
            }
        },
    )
}

fn list(
    showing: &Showing<'_>,
    shown: &[(Module, RecordId, PutBack)],
) -> Result<Markup, AccessError> {
    let rows = shown
        .iter()
        .map(|(module, id, plan)| row(showing, *module, *id, plan))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(
        html! { ul class="panel entries" { @for row in rows { li { div class="grow" { (row) } } } } },
    )
}

/// A record: what becomes of it, field by field, and what stays and why.
fn row(
    showing: &Showing<'_>,
    module: Module,
    id: RecordId,
    plan: &PutBack,
) -> Result<Markup, AccessError> {
    let name = plan.record.title();
    let alive = is_alive(showing.reading, module, id);
    let (tone, key) = match plan {
        plan if plan.comes_back => (Tone::Good, "undo-comes-back"),
        plan if plan.goes => (Tone::Attention, "undo-was-made"),
        plan if !plan.fields.is_empty() => (Tone::Good, "undo-goes-back"),
        _ => (Tone::Neutral, "undo-stays-whole"),
    };
    let kind = plan.record.kind();
    let mut fields = Vec::new();
    for back in &plan.fields {
        let words = |value: &Option<_>| match value {
            Some(value) => showing.words(kind, back.field, value),
            None => Ok("—".to_owned()),
        };
        let (now, then) = (short(words(&back.now)?), short(words(&back.then)?));
        fields.push((showing.label(kind, back.field), now, then));
    }
    Ok(html! {
        p {
            @if alive { a class="row-link" href=(format!("/{module}/{id}")) dir="auto" { (name) } }
            @else { strong dir="auto" { (name) } }
            " " (status_chip(tone, &showing.text(key)))
        }
        @for (label, now, then) in &fields {
            p class="small" { (label) ": " del dir="auto" { (now) } " → " ins dir="auto" { (then) } }
        }
        @for (field, why) in &plan.stays {
            p class="small muted" {
                (showing.text("undo-stays")) " "
                @if let Some(field) = field { (showing.label(kind, field)) ": " }
                (reason(showing, *why))
            }
        }
        @if let Some(by) = plan.made_but_touched {
            p class="small muted" { (showing.text("undo-made-touched")) " " (by_whom(showing, by)) }
        }
    })
}

fn is_alive(reading: &Reading, module: Module, id: RecordId) -> bool {
    reading
        .kind(module)
        .is_ok_and(|kind| reading.get(kind, id).is_ok())
}

/// Long texts are told by their beginning.
fn short(text: String) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn by_whom(showing: &Showing<'_>, by: Option<crate::data::UserId>) -> String {
    match by {
        Some(user) => showing.person_name(user),
        None => showing.text("timeline-system"),
    }
}

fn reason(showing: &Showing<'_>, why: Stays) -> String {
    match why {
        Stays::Touched(by) => format!(
            "{} {}",
            showing.text("undo-why-touched"),
            by_whom(showing, by)
        ),
        Stays::Deleted(by) => format!(
            "{} {}",
            showing.text("undo-why-deleted"),
            by_whom(showing, by)
        ),
        Stays::Merged => showing.text("undo-why-merged"),
        Stays::NotYours => showing.text("undo-why-not-yours"),
    }
}
