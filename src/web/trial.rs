//! Rules of sign-in on trial, told on every page to those who can keep them or take them back.

use maud::{Markup, html};

use super::components::banner::{Verdict, banner};
use super::components::button::{self, Weight};
use super::visit::Member;
use crate::data::{AdminRight, Rights};

/// What those who set rules see everywhere while some are on trial.
pub(super) fn banner_of(member: &Member, rights: &Rights) -> Markup {
    let clock = member.clock();
    let trial = rights.people().trial(clock.now);
    let may = rights.require_admin(AdminRight::Security).is_ok();
    let Some(trial) = trial.filter(|_| may) else {
        return html! {};
    };
    let left = trial.until.duration_since(clock.now).as_secs().max(0) / 60 + 1;
    let until = clock
        .zone
        .to_datetime(trial.until)
        .strftime("%H:%M")
        .to_string();
    let args = [("until", until.into()), ("minutes", left.into())];
    let act = |label: &str, act: &str, weight| {
        let place = format!("/settings/security/trial/{act}");
        button::post(&member.text(label), &place, &member.csrf, weight, None)
    };
    banner(
        Verdict::Warn,
        html! {
            p { (member.text_with("trial-banner", &args)) }
            div class="actions" {
                (act("trial-keep", "keep", Weight::Primary))
                (act("trial-drop", "drop", Weight::Plain))
            }
        },
    )
}
