//! The beginning of a firm: four steps, each of which can be skipped and found again.

use maud::{Markup, html};

use super::{FIRM, crumbs};
use crate::data::{AdminRight, Firm, Module, Query, Reading, StartStep};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, chip};
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/start", FIRM, page),
        Route::post("/settings/start", FIRM, mark),
    ]
}

/// How far a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
    Skipped,
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let firm = reading.firm()?.ok_or(WebError::NotFound)?;
    let title = member.text("start-title");
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("start-lead")) }
        ol class="panel entries" {
            @for step in StartStep::ALL { li { (item(&member, step, state(&reading, &firm, step), firm.started.contains_key(&step))) } }
        }
    };
    Ok(member.page(&reading, &title, content))
}

/// The panel on the dashboard of those who run the firm, until every step is done or skipped.
pub(crate) fn dashboard_panel(member: &Member, reading: &Reading) -> Option<Markup> {
    let firm = reading.firm().ok().flatten()?;
    if firm.demo || !reading.rights().admin(AdminRight::Settings) {
        return None;
    }
    let states = StartStep::ALL.map(|step| (step, state(reading, &firm, step)));
    if states.iter().all(|(_, state)| *state != State::Open) {
        return None;
    }
    let done = states.iter().filter(|(_, state)| *state != State::Open);
    let count = member.text_with("start-behind", &[("count", done.count().into())]);
    let skip = html! {
        form class="inline" method="post" action="/settings/start" {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("act", "skip"), ("back", "/")]))
            @for (step, state) in states { @if state == State::Open { (hidden_fields(&[("step", step.name())])) } }
            (button::submit(&member.text("start-skip-all"), Weight::Quiet))
        }
    };
    Some(panel(
        &member.text("start-title"),
        html! { span class="muted small" { (count) } },
        html! {
            ol class="entries" {
                @for (step, state) in states { @if state == State::Open { li { (item(member, step, state, false)) } } }
            }
            div class="actions after" {
                (skip)
                a class="small" href="/settings/start" { (member.text("start-all")) }
            }
        },
    ))
}

/// What shows by itself counts as done; the rest is as it was marked.
fn state(reading: &Reading, firm: &Firm, step: StartStep) -> State {
    let seen = match step {
        StartStep::Firm => firm.tax_id.is_some() || !firm.address.is_empty(),
        StartStep::People => reading.rights().people().users().len() > 1,
        StartStep::Import => reading.kind(Module::Clients).is_ok_and(|kind| {
            reading
                .count(kind, &Query::default())
                .is_ok_and(|count| count > 0)
        }),
        StartStep::Safety => false,
    };
    match firm.started.get(&step) {
        Some(true) => State::Done,
        _ if seen => State::Done,
        Some(false) => State::Skipped,
        None => State::Open,
    }
}

fn item(member: &Member, step: StartStep, state: State, marked: bool) -> Markup {
    let name = step.name();
    let ways: &[(&str, &str)] = match step {
        StartStep::Firm => &[("firm-title", "/settings/firm")],
        StartStep::People => &[
            ("users-new", "/settings/users/new"),
            ("nav-roles", "/settings/roles"),
            ("nav-teams", "/settings/teams"),
        ],
        StartStep::Import => &[("clients-empty-import", "/clients/import")],
        StartStep::Safety => &[
            ("profile-password-title", "/profile/password"),
            ("nav-users", "/settings/users"),
            ("nav-roles", "/settings/roles"),
        ],
    };
    let acts: &[(&str, &str)] = match state {
        State::Open => &[("done", "start-done"), ("skip", "start-skip")],
        State::Done | State::Skipped if marked => &[("again", "start-again")],
        // Done by itself: there is nothing to take back.
        State::Done | State::Skipped => &[],
    };
    html! {
        div class="grow" {
            p {
                strong { (member.text(&format!("start-{name}"))) }
                @match state {
                    State::Done => { " " (chip(Tone::Good, Some(Icon::Check), &member.text("start-state-done"))) },
                    State::Skipped => { " " (chip(Tone::Neutral, None, &member.text("start-state-skipped"))) },
                    State::Open => {},
                }
            }
            p class="muted small" { (member.text(&format!("start-{name}-about"))) }
            p class="actions" { @for (label, href) in ways { a href=(href) { (member.text(label)) } } }
        }
        form class="inline" method="post" action="/settings/start" {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("step", name), ("back", back(member))]))
            @for (act, label) in acts {
                button class="button quiet small" type="submit" name="act" value=(act)
                    aria-label=(format!("{}: {}", member.text(label), member.text(&format!("start-{name}")))) { (member.text(label)) }
            }
        }
    }
}

fn back(member: &Member) -> &'static str {
    if member.address.starts_with("/settings") {
        "/settings/start"
    } else {
        "/"
    }
}

async fn mark(member: Member, form: Form) -> WebResult {
    let steps: Vec<StartStep> = StartStep::ALL
        .into_iter()
        .filter(|step| form.all("step").any(|name| name == step.name()))
        .collect();
    let done = match form.get("act") {
        "done" => Some(true),
        "skip" => Some(false),
        "again" => None,
        _ => return Err(WebError::bad("error-choice")),
    };
    member.access.mark_start(steps, done).await?;
    Ok(see_other(if form.get("back") == "/" {
        "/"
    } else {
        "/settings/start"
    }))
}
