//! When backups are made and how many are kept. What the configuration file sets is shown and stays.

use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use super::show::{Told, show};
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::Plan;
use crate::backup::retention::Keep;
use crate::data::{AccessError, BackupAct, FieldError, Problem};
use crate::web::components::button::{Weight, submit};
use crate::web::components::card::panel;
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

/// Says that archives may go.
const FEWER: &str = "fewer";

/// The fields, as the configuration calls them.
pub(super) const FIELDS: [&str; 5] = [
    "daily_at",
    "keep_daily",
    "keep_weekly",
    "keep_monthly",
    "keep_yearly",
];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/settings/backups/plan", BACKUPS, save)]
}

fn kept(plan: &Plan, field: &str) -> String {
    let keep = plan.keep;
    match field {
        "keep_daily" => keep.daily.to_string(),
        "keep_weekly" => keep.weekly.to_string(),
        "keep_monthly" => keep.monthly.to_string(),
        "keep_yearly" => keep.yearly.to_string(),
        _ => plan.daily_at.strftime("%H:%M").to_string(),
    }
}

pub(super) fn form(member: &Member, plan: &Plan, told: &Told) -> Markup {
    let errors = member.errors(&told.errors);
    let locked = |name: &str| plan.locked.contains(&name);
    let all_locked = FIELDS.into_iter().all(locked);
    let field = |name: &'static str| {
        let sent = told.sent.as_ref().and_then(|form| form.given(name));
        let value = sent.map_or_else(|| kept(plan, name), str::to_owned);
        let label = member.text(&format!("backup-plan-{}", name.replace('_', "-")));
        let field = Field::new(name, label)
            .value(value)
            .disabled(locked(name))
            .autocomplete("off")
            .error(error_of(&errors, name));
        if locked(name) {
            field.hint(member.text("backup-plan-locked"))
        } else {
            field
        }
    };
    panel(
        &member.text("backup-plan"),
        html! {},
        html! {
            form method="post" action={ (PLACE) "/plan" } novalidate {
                (csrf_field(&member.csrf))
                (field(FIELDS[0]).text())
                div class="field-row" { @for name in &FIELDS[1..3] { (field(name).number()) } }
                div class="field-row" { @for name in &FIELDS[3..] { (field(name).number()) } }
                p class="hint" { (member.text("backup-plan-hint")) }
                @if !all_locked { div class="actions after" { (submit(&member.text("action-save-changes"), Weight::Plain)) } }
            }
        },
    )
}

/// What the plan would keep; nothing where a count is none.
fn wanted(plan: &Plan, json: &Map<String, Json>) -> Option<Keep> {
    let count = |name: &str, now: u64| match json.get(name).and_then(Json::as_str) {
        Some(text) => text.parse().ok(),
        None => Some(now),
    };
    Some(Keep {
        daily: count("keep_daily", plan.keep.daily)?,
        weekly: count("keep_weekly", plan.keep.weekly)?,
        monthly: count("keep_monthly", plan.keep.monthly)?,
        yearly: count("keep_yearly", plan.keep.yearly)?,
    })
}

fn lowers(old: Keep, new: Keep) -> bool {
    new.daily < old.daily
        || new.weekly < old.weekly
        || new.monthly < old.monthly
        || new.yearly < old.yearly
}

/// Asks before archives go that are kept today.
fn ask(member: &Member, json: &Map<String, Json>, fewer: usize) -> WebResult {
    let reading = member.access.read()?;
    let count = [("count", fewer.into())];
    let title = member.text_with("backup-plan-fewer-question", &count);
    let given = |(name, value): (&'static str, &Json)| Some((name, value.as_str()?.to_owned()));
    let fields = FIELDS
        .into_iter()
        .filter_map(|name| Some((name, json.get(name)?)));
    let fields: Vec<(&str, String)> = fields.filter_map(given).collect();
    let mut hidden: Vec<(&str, &str)> = vec![(FEWER, "true")];
    hidden.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (confirm_page(&Confirm {
            lang: member.lang,
            question: &title,
            consequence: &member.text("backup-plan-fewer-about"),
            action: &format!("{PLACE}/plan"),
            csrf: &member.csrf,
            fields: &hidden,
            act_label: &member.text("backup-plan-fewer-act"),
            cancel_href: PLACE,
        }))
    };
    Ok(member.page_with(UNPROCESSABLE, &reading, &title, content, ""))
}

async fn save(member: Member, form: Form) -> WebResult {
    let plan = member
        .state
        .backups
        .plan()
        .map_err(super::archives::refused)?;
    let mut json = Map::new();
    let mut errors = Vec::new();
    for name in FIELDS {
        let Some(sent) = form.given(name) else {
            continue;
        };
        if plan.locked.contains(&name) {
            errors.push(FieldError::new(name, Problem::new("error-set-in-file")));
        }
        json.insert(name.to_owned(), Json::from(sent.trim()));
    }
    if errors.is_empty() {
        let keep = wanted(&plan, &json);
        let fewer = keep.map_or(Ok(0), |keep| member.state.backups.fewer_under(keep));
        let fewer = fewer.map_err(super::archives::refused)?;
        if fewer > 0 && !form.ticked(FEWER) {
            return ask(&member, &json, fewer);
        }
        match member.access.update_backup_plan(json).await {
            Ok(()) => {
                if keep.is_some_and(|keep| lowers(plan.keep, keep)) {
                    member.access.note_backup_act(BackupAct::KeepsFewer).await?;
                }
                return Ok(see_other(&format!("{PLACE}?notice=saved")));
            }
            Err(AccessError::Invalid(found)) => errors = found,
            Err(error) => return Err(error.into()),
        }
    }
    let told = Told {
        errors,
        sent: Some(form),
        ..Told::default()
    };
    show(&member, UNPROCESSABLE, told).await
}
