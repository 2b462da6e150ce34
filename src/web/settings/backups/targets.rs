//! The places archives are kept at: where they are, what they have room for, how the last backup went there, a trial.

use maud::{Markup, html};

use super::archives::refused;
use super::show::{Told, show};
use super::{BACKUPS, PLACE};
use crate::backup::{Eea, Health, Look, TargetHealth};
use crate::data::BackupAct;
use crate::i18n::format::file_size;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{Weight, submit_with};
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
        Route::post("/settings/backups/forget-host-key", BACKUPS, forget),
    ]
}

/// What to write into the configuration file.
const SAMPLE: &str = "[[backup.target]]\nname = \"nas\"\nkind = \"local\"\npath = \"/mnt/nas/kartoteka\"\n\n[[backup.target]]\nname = \"cloud\"\nkind = \"s3\"\nendpoint = \"https://s3.eu-central-1.amazonaws.com\"\nregion = \"eu-central-1\"\nbucket = \"company-crm\"\naccess_key = \"…\"\nsecret_key_file = \"/etc/kartoteka/s3-secret\"\n";

/// A panel for each target, or how to set one.
pub(super) fn panels(member: &Member, health: &Health, looks: &[Look]) -> Markup {
    if health.targets.is_empty() {
        return panel(
            &member.text("backup-targets"),
            html! {},
            html! {
                p { (member.text("backup-targets-none")) }
                p class="hint" { (member.text("backup-targets-how")) }
                div class="copyable" {
                    code tabindex="0" { @for line in SAMPLE.lines() { (line) br; } }
                    button class="button small scripted" type="button" data-copy=(SAMPLE) data-copied=(member.text("action-copied")) {
                        (icon(Icon::Copy)) span { (member.text("action-copy")) }
                    }
                }
                p class="hint" { (member.text("backup-targets-kinds")) }
            },
        );
    }
    html! {
        @for target in &health.targets {
            (one(member, target, looks.iter().find(|look| look.name == target.name)))
        }
        p class="hint after" { (member.text("backup-targets-file")) }
    }
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
    panel(
        &target.name,
        html! { span class="muted small" { (kind) } (state) },
        html! {
            @if let Some(error) = error { (banner(Verdict::Fail, html! { code { (error) } })) }
            div class="facts" { (fact_list(&facts)) }
            form class="actions after" method="post" action={ (PLACE) "/test" } {
                (csrf_field(&member.csrf))
                (submit_with(&member.text("backup-target-test"), Weight::Plain, None, "target", &target.name))
                @if error.is_some_and(|error| error.contains("host key")) {
                    button class=(Weight::Quiet.class()) type="submit" name="target" value=(target.name)
                        formaction={ (PLACE) "/forget-host-key" } { (member.text("backup-target-forget")) }
                }
            }
        },
    )
}

/// Lets the next key that a server shows count: after it was set up anew, when somebody knows that it was.
async fn forget(member: Member, form: Form) -> WebResult {
    let desk = &member.state.backups;
    let target = form.get("target").trim();
    if !desk.target_names().iter().any(|name| name == target) {
        return Err(WebError::NotFound);
    }
    let act = BackupAct::HostKeyForgotten(target.to_owned());
    member.access.note_backup_act(act).await?;
    desk.forget_host_key(target).map_err(refused)?;
    Ok(see_other(&format!("{PLACE}?notice=saved")))
}

/// Writes a small file to a target, reads it back and removes it; shows the far side's words where that fails.
async fn test(member: Member, form: Form) -> WebResult {
    member
        .state
        .asks
        .take(member.client.address)
        .map_err(|wait| WebError::Throttled(wait.0))?;
    let desk = &member.state.backups;
    let target = ["target", "name"].map(|field| form.get(field).trim());
    let mut target = target
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    let names = desk.target_names();
    if target.is_empty() && names.len() == 1 {
        target = &names[0];
    }
    if !names.iter().any(|name| name == target) {
        return Err(WebError::NotFound);
    }
    let tried = desk.try_target(target).await;
    let act = BackupAct::Tested(target.to_owned(), tried.is_ok());
    member.access.note_backup_act(act).await?;
    match tried {
        Ok(_) => Ok(see_other(&format!("{PLACE}?notice=backup-tested"))),
        Err(error) => {
            let told = Told {
                failed: Some(error.to_string()),
                ..Told::default()
            };
            show(&member, UNPROCESSABLE, told).await
        }
    }
}
