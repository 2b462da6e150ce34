//! The places archives are kept at: where they are, what they have room for, how the last backup went there, a trial.

use maud::{Markup, html};

use super::archives::refused;
use super::set_up::{ask_slowly, new_place, place_of};
use super::show::{Told, show};
use super::{BACKUPS, PLACE};
use crate::backup::{Eea, Health, Look, TargetHealth};
use crate::data::BackupAct;
use crate::i18n::format::file_size;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight, submit_with};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, chip, status_dot};
use crate::web::components::facts::{Fact, fact_list};
use crate::web::components::form::csrf_field;
use crate::web::components::icon::{Icon, icon};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/backups/test", BACKUPS, test),
        Route::post("/settings/backups/forget-host-key", BACKUPS, trust),
    ]
}

/// A panel for each target, and the way to another.
pub(super) fn panels(member: &Member, health: &Health, looks: &[Look]) -> Result<Markup, WebError> {
    let desk = &member.state.backups;
    let kept = member.state.vault.backup_targets()?;
    let hidden = kept.iter().filter(|kept| desk.is_of_file(&kept.name));
    let add = |weight| {
        let sign = Some(Icon::Plus);
        button::link(&member.text("backup-ways"), &new_place(""), weight, sign)
    };
    Ok(html! {
        @if health.targets.is_empty() {
            (panel(&member.text("backup-targets"), html! {}, html! {
                p { (member.text("backup-targets-none")) }
                p class="hint" { (member.text("backup-targets-kinds")) }
                div class="actions after" { (add(Weight::Plain)) }
            }))
        } @else {
            @for target in &health.targets {
                (one(member, target, looks.iter().find(|look| look.name == target.name)))
            }
            @for kept in hidden {
                (banner(Verdict::Warn, html! {
                    (member.text_with("backup-target-hidden", &[("name", kept.name.as_str().into())])) " "
                    (button::link(&member.text("backup-target-remove"), &place_of("remove", &kept.name), Weight::Quiet, None))
                }))
            }
            div class="actions after" { (add(Weight::Plain)) }
        }
    })
}

/// Says so where all targets burn with this machine.
pub(super) fn local_alone(member: &Member, health: &Health, looks: &[Look]) -> Option<Markup> {
    if health.targets.is_empty() || looks.iter().any(|look| look.is_far) {
        return None;
    }
    Some(banner(
        Verdict::Warn,
        html! {
            strong { (member.text("backup-local-alone")) }
            p { (member.text("backup-local-alone-about")) }
        },
    ))
}

fn one(member: &Member, target: &TargetHealth, look: Option<&Look>) -> Markup {
    let clock = member.clock();
    let fact = |key: &str, value: Markup| Fact::new(member.text(key), value);
    let mut facts = Vec::new();
    if let Some(look) = look {
        facts.push(fact(
            "backup-target-place",
            html! { span dir="auto" { (look.place) } },
        ));
        if let Some(room) = look.room {
            let room = file_size(member.lang, room);
            facts.push(fact(
                "backup-target-room",
                html! { span class="numeric" { (room) } },
            ));
        }
        if let Some(key) = &look.host_key {
            facts.push(fact("backup-target-host-key", html! { code { (key) } }));
        }
        if let Some(lock) = &look.lock {
            facts.push(fact("backup-target-lock", html! { (lock) }));
        }
        match look.eea {
            Some(Eea::Inside(country)) => {
                let words = member.text_with("backup-eea-inside", &[("country", country.into())]);
                facts.push(fact(
                    "backup-eea",
                    html! { (chip(Tone::Good, None, &words)) },
                ));
            }
            Some(Eea::Outside) => {
                let words = member.text("backup-eea-outside");
                facts.push(fact(
                    "backup-eea",
                    html! { (chip(Tone::Attention, Some(Icon::Warning), &words)) },
                ));
            }
            Some(Eea::Unknown) => {
                let words = member.text("backup-eea-unknown");
                facts.push(fact(
                    "backup-eea",
                    html! { (chip(Tone::Attention, None, &words)) },
                ));
            }
            None => {}
        }
    }
    facts.push(fact(
        "backup-target-last",
        if let (_, Some(at)) = (&target.error, target.last_proved) {
            html! { (clock.recent(at)) }
        } else {
            html! { (member.text("backup-target-never")) }
        },
    ));
    let error = target
        .error
        .as_ref()
        .or(look.and_then(|look| look.error.as_ref()));
    let state = match (error, target.last_proved) {
        (Some(_), _) => status_dot(Tone::Attention, &member.text("backup-target-failed")),
        (None, Some(_)) => status_dot(Tone::Good, &member.text("backup-target-good")),
        (None, None) => status_dot(Tone::Neutral, &member.text("backup-target-new")),
    };
    let kind = member.text(&format!("backup-kind-{}", target.kind));
    let is_of_file = member.state.backups.is_of_file(&target.name);
    panel(
        &target.name,
        html! { span class="muted small" { (kind) } (state) },
        html! {
            @if let Some(error) = error { (banner(Verdict::Fail, html! { code { (error) } })) }
            div class="facts" { (fact_list(&facts)) }
            @if is_of_file { p class="hint" { (icon(Icon::Lock)) " " (member.text("backup-target-locked")) } }
            form class="actions after" method="post" action={ (PLACE) "/test" } {
                (csrf_field(&member.csrf))
                (submit_with(&member.text("backup-target-test"), Weight::Plain, None, "target", &target.name))
                @if error.is_some_and(|error| error.contains("host key")) {
                    button class=(Weight::Quiet.class()) type="submit" name="target" value=(target.name)
                        formaction={ (PLACE) "/forget-host-key" } { (member.text("backup-target-trust")) }
                }
                @if !is_of_file {
                    (button::link(&member.text("action-edit"), &place_of("edit", &target.name), Weight::Plain, Some(Icon::Edit)))
                    (button::link(&member.text("backup-target-remove"), &place_of("remove", &target.name), Weight::Quiet, Some(Icon::Trash)))
                }
            }
        },
    )
}

/// Trusts the key that a server shows now: after it was set up anew, when somebody knows that it was. It is tried at once,
/// so that what is trusted is what was seen a moment ago and not what comes some night.
async fn trust(member: Member, form: Form) -> WebResult {
    let desk = &member.state.backups;
    let target = form.get("target").trim();
    if !desk
        .target_names()
        .map_err(refused)?
        .iter()
        .any(|name| name == target)
    {
        return Err(WebError::NotFound);
    }
    ask_slowly(&member)?;
    let act = BackupAct::HostKeyForgotten(target.to_owned());
    member.access.note_backup_act(act).await?;
    let on_page = !desk.is_of_file(target);
    if on_page {
        let name = target.to_owned();
        member.access.pin_backup_target(name, String::new()).await?;
    }
    desk.forget_host_key(target).map_err(refused)?;
    let tried = desk.try_target(target).await;
    let shown = desk.host_key_of(target).map_err(refused)?;
    if let Some(print) = shown.filter(|_| on_page) {
        member
            .access
            .pin_backup_target(target.to_owned(), print)
            .await?;
    }
    answer(
        &member,
        target,
        tried.map(drop).map_err(|error| error.to_string()),
    )
    .await
}

/// Writes a small file to a target, reads it back and removes it; shows the far side's words where that fails.
async fn test(member: Member, form: Form) -> WebResult {
    ask_slowly(&member)?;
    let desk = &member.state.backups;
    let target = ["target", "name"].map(|field| form.get(field).trim());
    let mut target = target
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    let names = desk.target_names().map_err(refused)?;
    if target.is_empty() && names.len() == 1 {
        target = &names[0];
    }
    if !names.iter().any(|name| name == target) {
        return Err(WebError::NotFound);
    }
    let tried = desk.try_target(target).await;
    answer(
        &member,
        target,
        tried.map(drop).map_err(|error| error.to_string()),
    )
    .await
}

/// Says what came of a trial.
async fn answer(member: &Member, target: &str, tried: Result<(), String>) -> WebResult {
    let act = BackupAct::Tested(target.to_owned(), tried.is_ok());
    member.access.note_backup_act(act).await?;
    match tried {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=backup-tested"))),
        Err(words) => {
            let told = Told {
                failed: Some(words),
                ..Told::default()
            };
            show(member, UNPROCESSABLE, told).await
        }
    }
}
