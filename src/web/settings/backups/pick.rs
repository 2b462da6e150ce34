//! The records of an archive: looked through, and brought back.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::archive::{found, here, place};
use super::archives::checked;
use super::words::why;
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::{BackupError, Choose, Hearing, Near};
use crate::data::records::fold::fold;
use crate::data::{
    AccessError, Archived, Module, NewOperation, OperationId, OperationKind, Problem, Reading,
    RecordId, RecordType, Seen, Value, Whereabouts,
};
use crate::i18n::format::integer;
use crate::jobs::operations::bring_back::{Wanted, bring_back};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::operations;
use crate::web::records::showing::Showing;
use crate::web::visit::{Member, see_other};

/// Records on a page.
const PAGE: u64 = 50;
/// Records that are chosen one by one.
const MOST_CHOSEN: usize = 10_000;
/// Characters of a search.
const LONGEST_SEARCH: usize = 200;
/// How long the answer waits for a few records, so that they are there when it comes.
const PATIENCE: Duration = Duration::from_secs(8);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/backups/{name}/records", BACKUPS, page),
        Route::post(
            "/settings/backups/{name}/restore-records",
            BACKUPS,
            bring_chosen_back,
        ),
    ]
}

/// The record type that a form is about: the one it names, or the first.
pub(super) fn kind_of(reading: &Reading, form: &Form) -> Result<&'static RecordType, WebError> {
    let name = form.get("module");
    let kinds = reading.kinds();
    let kind = match name {
        "" => kinds.first().copied(),
        name => {
            let module: Option<Module> = name.parse().ok();
            kinds
                .iter()
                .copied()
                .find(|kind| Some(kind.module) == module)
        }
    };
    kind.ok_or(WebError::NotFound)
}

/// The records of a page.
struct Shown<'a> {
    reading: &'a Reading,
    module: Module,
    missing: bool,
    words: Vec<String>,
    first: u64,
    count: u64,
    rows: Vec<(Seen, Whereabouts, bool)>,
}

impl Choose for Shown<'_> {
    fn wants(&mut self, id: RecordId) -> bool {
        // Whether anything can be read at all was seen before.
        !self.missing
            || self
                .reading
                .whereabouts(self.module, id)
                .is_ok_and(|place| place != Whereabouts::Alive)
    }

    fn take(&mut self, archived: Archived) -> Result<(), BackupError> {
        if self.missing && archived.was_deleted() {
            return Ok(());
        }
        let onto = self.count >= self.first && (self.rows.len() as u64) < PAGE;
        if self.words.is_empty() && !onto {
            self.count += 1;
            return Ok(());
        }
        let seen = self.reading.archived(&archived)?;
        if !says_all(&seen, &self.words) {
            return Ok(());
        }
        self.count += 1;
        if onto {
            let place = self.reading.whereabouts(self.module, seen.id())?;
            self.rows.push((seen, place, archived.was_deleted()));
        }
        Ok(())
    }
}

/// Whether what is seen of a record has every word.
fn says_all(seen: &Seen, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let mut text = String::new();
    for field in seen.fields() {
        match seen.get(field.no) {
            Some(Value::Text(value)) => text.push_str(value),
            Some(Value::List(values)) => text.push_str(&values.join(" ")),
            _ => continue,
        }
        text.push(' ');
    }
    let text = fold(&text);
    words.iter().all(|word| text.contains(word.as_str()))
}

async fn page(member: Member, Path(name): Path<String>) -> WebResult {
    let listed = found(&member, &name).await?;
    let near = match here(&member, &listed).await? {
        Ok(near) => near,
        Err(on_its_way) => return Ok(on_its_way),
    };
    let drawn = tokio::task::spawn_blocking(move || draw(&member, &listed.name, &near));
    drawn.await.map_err(|_| WebError::Broken)?
}

fn draw(member: &Member, name: &str, near: &Near) -> WebResult {
    let reading = member.access.read()?;
    let form = member.parameters();
    let kind = kind_of(&reading, &form)?;
    // Whoever sees less than everything is told so, before anything is read.
    reading.whereabouts(kind.module, RecordId::new())?;
    let search: String = form.get("q").trim().chars().take(LONGEST_SEARCH).collect();
    let missing = form.get("only") != "all";
    let number: u64 = form.get("page").parse().unwrap_or(1).max(1);
    let mut shown = Shown {
        reading: &reading,
        module: kind.module,
        missing,
        words: fold(&search)
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        first: (number - 1).saturating_mul(PAGE),
        count: 0,
        rows: Vec::new(),
    };
    let read = near.records(kind.module, &mut shown, &Hearing::default());
    let failed = match read {
        Ok(()) => None,
        Err(BackupError::Access(error)) => return Err(error.into()),
        Err(BackupError::Store(error)) => return Err(error.into()),
        Err(BackupError::OtherFirm) => Some(member.text("archive-other-firm")),
        Err(error) => Some(member.say(&why(&error))),
    };
    let title = member.text("archive-records");
    let count = integer(member.lang, i64::try_from(shown.count).unwrap_or(i64::MAX));
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead" { a href=(place(name)) { (name) } }
        (search_form(member, &reading, name, kind, &search, missing))
        @if let Some(why) = &failed {
            (banner(Verdict::Fail, html! { strong { (member.text("archive-unreadable")) } " " (why) }))
        } @else if shown.count == 0 {
            div class="panel" { p class="muted" { (member.text(if missing { "archive-none-missing" } else { "archive-none" })) } }
        } @else {
            p role="status" { (member.text_with("archive-count", &[("count", count.into())])) }
            (rows(member, &reading, name, kind, &shown.rows)?)
            @if missing && search.is_empty() { (all_missing(member, name, kind)) }
            (steps(member, name, &form, number, shown.first + (shown.rows.len() as u64) < shown.count))
        }
    };
    Ok(member.page_with(StatusCode::OK, &reading, &title, content, ""))
}

fn search_form(
    member: &Member,
    reading: &Reading,
    name: &str,
    kind: &RecordType,
    search: &str,
    missing: bool,
) -> Markup {
    let label = |module: Module| member.text(&format!("nav-{module}"));
    let modules: Vec<Choice<'_>> = reading
        .kinds()
        .iter()
        .map(|kind| Choice::new(kind.module.name(), label(kind.module)))
        .collect();
    let only = [
        Choice::new("missing", member.text("archive-only-missing")),
        Choice::new("all", member.text("archive-only-all")),
    ];
    let chosen = if missing { "missing" } else { "all" };
    html! {
        form class="panel" method="get" action=(format!("{}/records", place(name))) {
            div class="field-row" {
                (Field::new("q", member.text("archive-search")).value(search).text())
                (Field::new("module", member.text("archive-sort")).value(kind.module.name()).select(&modules))
                (Field::new("only", member.text("archive-which")).value(chosen).select(&only))
            }
            div class="actions after" { (button::submit(&member.text("archive-show"), Weight::Plain)) }
        }
    }
}

fn rows(
    member: &Member,
    reading: &Reading,
    name: &str,
    kind: &RecordType,
    rows: &[(Seen, Whereabouts, bool)],
) -> Result<Markup, AccessError> {
    let showing = Showing::new(member, reading);
    let module = kind.module;
    let mark = |place: Whereabouts| match place {
        Whereabouts::Alive => (Tone::Good, "archive-is-there"),
        Whereabouts::InTrash => (Tone::Attention, "archive-in-trash"),
        Whereabouts::Gone => (Tone::Attention, "archive-gone"),
    };
    Ok(html! {
        form method="post" action=(format!("{}/restore-records", place(name))) {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("module", module.name())]))
            ul class="panel entries" {
                @for (seen, whereabouts, was_deleted) in rows {
                    @let (tone, key) = mark(*whereabouts);
                    li {
                        div class="grow" {
                            label class="option" {
                                @if *whereabouts != Whereabouts::Alive {
                                    input type="checkbox" name="id" value=(seen.id()); " "
                                }
                                strong dir="auto" { (seen.title()) }
                            }
                            p class="small muted" {
                                (status_chip(tone, &member.text(key))) " "
                                @if *was_deleted { (member.text("archive-was-deleted")) " · " }
                                @if let Some(owner) = seen.owner() { span dir="auto" { (showing.person_name(owner)) } " · " }
                                (showing.clock.recent(seen.updated_at()))
                            }
                        }
                        @if *whereabouts == Whereabouts::Alive {
                            a href=(format!("{}/compare?module={module}&id={}", place(name), seen.id())) { (member.text("archive-compare")) }
                        }
                    }
                }
            }
            div class="actions after" { (button::submit(&member.text("archive-bring-back"), Weight::Primary)) }
        }
    })
}

/// The way to bring back everything that is not there.
fn all_missing(member: &Member, name: &str, kind: &RecordType) -> Markup {
    html! {
        form method="post" action=(format!("{}/restore-records", place(name))) {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("module", kind.module.name()), ("missing", "1")]))
            div class="actions after" { (button::submit(&member.text("archive-bring-all-back"), Weight::Plain)) }
        }
    }
}

fn steps(member: &Member, name: &str, form: &Form, number: u64, more: bool) -> Markup {
    let page = |key: &str, number: u64| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for field in ["q", "module", "only"] {
            query.append_pair(field, form.get(field));
        }
        query.append_pair("page", &number.to_string());
        let address = format!("{}/records?{}", place(name), query.finish());
        button::link(&member.text(key), &address, Weight::Plain, None)
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

/// Brings the chosen records back, or with `missing` all that are not there.
async fn bring_chosen_back(member: Member, Path(name): Path<String>, form: Form) -> WebResult {
    let name = checked(&name)?.to_owned();
    let reading = member.access.read()?;
    let kind = kind_of(&reading, &form)?;
    reading.whereabouts(kind.module, RecordId::new())?;
    let wanted = if form.ticked("missing") {
        Wanted::Missing
    } else {
        let ids: Result<Vec<RecordId>, _> = form.all("id").map(str::parse).collect();
        let ids = ids.map_err(|_| WebError::bad("error-reference"))?;
        if ids.is_empty() || ids.len() > MOST_CHOSEN {
            let problem = Problem::new("error-archive-choose").with("most", MOST_CHOSEN);
            return Err(WebError::BadRequest(problem));
        }
        Wanted::Ids(ids)
    };
    drop(reading);
    found(&member, &name).await?;
    let total = match &wanted {
        Wanted::Ids(ids) => Some(ids.len() as u64),
        Wanted::Missing => None,
    };
    let new = NewOperation {
        kind: OperationKind::BringBack,
        module: Some(kind.module),
        total,
        undoable: true,
        detail: json!({"archive": name}),
    };
    let desk = member.state.backups.clone();
    let id = member
        .state
        .operations
        .start(&member.access, new, move |task| {
            bring_back(task, desk, name, kind, wanted)
        })
        .await?;
    wait(&member, id).await;
    Ok(see_other(&operations::place(id)))
}

/// Waits a little for an operation to end.
pub(super) async fn wait(member: &Member, id: OperationId) {
    let ended = async {
        while member.state.operations.pace(id).is_some() {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    // One that takes longer is watched on its page.
    let _ = tokio::time::timeout(PATIENCE, ended).await;
}
