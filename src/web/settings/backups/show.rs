//! The page itself: whether the firm is safe, first.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::archives::{self, refused};
use super::{PLACE, calendar, crumbs, plan, recipients, steps, targets};
use crate::backup::{Health, Look, Plan, Standing, next_due};
use crate::data::{BackupLog, FieldError, RunState};
use crate::i18n::Arg;
use crate::i18n::format;
use crate::web::components::banner::{Verdict, banner, verdict};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::facts::{Fact, fact_list};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::visit::Member;

/// What the page shows beside how things are.
#[derive(Default)]
pub(super) struct Told {
    pub(super) errors: Vec<FieldError>,
    pub(super) sent: Option<Form>,
    /// Why a trial failed, in the far side's own words.
    pub(super) failed: Option<String>,
}

pub(super) async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, Told::default()).await
}

pub(super) async fn show(member: &Member, status: StatusCode, told: Told) -> WebResult {
    let desk = &member.state.backups;
    let health = desk.health(crate::clock::now()).map_err(refused)?;
    let health = health.ok_or(WebError::Broken)?;
    let plan = desk.plan().map_err(refused)?;
    let (log, known) = (
        member.state.vault.backup_log()?,
        member.state.vault.backups()?,
    );
    let (listed, looks) = tokio::join!(desk.list_soon(), desk.look());
    let ((listed, heard), looks) = (listed.map_err(refused)?, looks.map_err(refused)?);
    let days = calendar::days(&listed, &log, &member.state.vault.zone());
    let title = member.text("nav-backups");
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        (verdict_of(member, &health, &plan, &looks))
        @if let Some(words) = &told.failed {
            (banner(Verdict::Fail, html! { strong { (member.text("backup-test-failed")) } p { code { (words) } } }))
        }
        (under_way(member, &log))
        @if let Some(alone) = targets::local_alone(member, &health, &looks) { (alone) }
        div class="role-columns" {
            div {
                @if let Some(steps) = steps::steps(member, &health, &looks) { (steps) }
                // Before the first place is set there is nothing to show of it.
                @if !(health.targets.is_empty() && listed.is_empty()) {
                    (calendar::calendar(member, &days))
                    (archives::list(member, &listed, &known, heard))
                }
            }
            div {
                (next(member, &plan, &health, &log))
                (targets::panels(member, &health, &looks)?)
                (plan::form(member, &plan, &told))
                (recipients::form(member, &told)?)
            }
        }
    };
    let reading = member.access.read()?;
    Ok(member.page_with(status, &reading, &title, content, ""))
}

fn verdict_of(member: &Member, health: &Health, plan: &Plan, looks: &[Look]) -> Markup {
    let clock = member.clock();
    let when = health
        .last_proved
        .as_ref()
        .map(|backup| format::recent(member.lang, backup.created_at, clock.now, &clock.zone));
    let next = next_due(clock.now, plan.daily_at, &clock.zone)
        .map(|at| format::recent(member.lang, at, clock.now, &clock.zone));
    let args: [(&str, Arg<'_>); 2] = [
        ("when", when.clone().unwrap_or_default().into()),
        ("next", next.unwrap_or_default().into()),
    ];
    let (how, key) = match health.standing {
        // A good backup that burns with the server, or that nobody can open afterwards, is half of one.
        Standing::Safe if !health.key_kept => (Verdict::Warn, "almost-key"),
        Standing::Safe if !looks.iter().any(|look| look.is_far) => (Verdict::Warn, "almost-place"),
        Standing::Safe => (Verdict::Ok, "safe"),
        Standing::Young if looks.iter().any(|look| look.error.is_some()) => {
            (Verdict::Warn, "young-broken")
        }
        Standing::Young => (Verdict::Info, "young"),
        Standing::NoTarget => (Verdict::Warn, "no-target"),
        Standing::Failing => (Verdict::Fail, "failing"),
        Standing::Stale => (Verdict::Fail, "stale"),
        Standing::Damaged => (Verdict::Fail, "damaged"),
        Standing::Ahead => (Verdict::Fail, "ahead"),
    };
    let sentence = match (health.standing, &when) {
        (Standing::Failing | Standing::Stale | Standing::Damaged | Standing::Ahead, None) => {
            format!("backup-{key}-never")
        }
        _ => format!("backup-{key}-about"),
    };
    let act = html! {
        @if !health.targets.is_empty() {
            (button::post(&member.text("backup-now"), &format!("{PLACE}/run"), &member.csrf, Weight::Primary, None))
        }
    };
    let markup = verdict(
        how,
        &member.text(&format!("backup-{key}")),
        &member.text_with(&sentence, &args),
        act,
    );
    let failure = health.last_failure.as_ref();
    html! {
        (markup)
        @if let Some((at, error)) = failure {
            (banner(Verdict::Fail, html! { (clock.recent(*at)) ": " code { (error) } }))
        }
    }
}

fn under_way(member: &Member, log: &BackupLog) -> Markup {
    let running = log.runs.iter().find(|run| run.state == RunState::Running);
    html! {
        @if let Some(run) = running {
            (banner(Verdict::Info, html! {
                (member.text("backup-under-way")) " " (member.clock().recent(run.begun_at)) " "
                a href="/operations" { (member.text("operations-title")) }
            }))
        }
    }
}

/// When the next one is due, how the last run went, and how the last old one was found.
fn next(member: &Member, plan: &Plan, health: &Health, log: &BackupLog) -> Markup {
    let clock = member.clock();
    let fact = |key: &str, value: Markup| Fact::new(member.text(key), value);
    let mut facts = Vec::new();
    let due = next_due(clock.now, plan.daily_at, &clock.zone);
    if let Some(due) = due.filter(|_| !health.targets.is_empty()) {
        facts.push(fact("backup-next", html! { (clock.recent(due)) }));
    }
    if let Some(run) = log.runs.iter().find(|run| run.state != RunState::Running) {
        let how = match run.state {
            RunState::Done => "backup-run-done",
            RunState::Failed => "backup-run-failed",
            RunState::Running | RunState::Interrupted => "backup-run-interrupted",
        };
        let at = run.ended_at.unwrap_or(run.begun_at);
        let how = member.text(how);
        facts.push(fact(
            "backup-last-run",
            html! { (clock.recent(at)) ": " (how) },
        ));
    }
    if let Some(proof) = log.proofs.first() {
        let how = if proof.error.is_none() {
            "backup-run-done"
        } else {
            "backup-run-failed"
        };
        facts.push(fact(
            "backup-last-proof",
            html! { (clock.recent(proof.at)) ": " (member.text(how)) " " span class="muted small" { (proof.archive) } },
        ));
    }
    let key = member.text(if health.key_kept {
        "backup-key-is-kept-short"
    } else {
        "backup-key-unkept-short"
    });
    facts.push(fact(
        "backup-key",
        html! { (key) " " (button::link(&member.text("backup-key-save-it"), "/settings/backups/key", Weight::Plain, Some(Icon::Key))) },
    ));
    panel(
        &member.text("backup-when"),
        html! {},
        html! { div class="facts" { (fact_list(&facts)) } },
    )
}
