//! Three steps to a firm that is safe: the key kept elsewhere, a place outside of the firm, a first backup that is proved.

use maud::{Markup, html};

use super::PLACE;
use super::set_up::new_place;
use crate::backup::{Health, Look};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, chip};
use crate::web::components::icon::Icon;
use crate::web::visit::Member;

/// The steps with what is done of them; nothing once all are.
pub(super) fn steps(member: &Member, health: &Health, looks: &[Look]) -> Option<Markup> {
    let far = looks.iter().any(|look| look.is_far);
    let steps = [
        ("key", health.key_kept),
        ("place", far),
        ("proof", health.last_proved.is_some()),
    ];
    let done = steps.iter().filter(|(_, done)| *done).count();
    if done == steps.len() {
        return None;
    }
    let next = steps.iter().find(|(_, done)| !done).map(|(name, _)| *name);
    let count = member.text_with("backup-steps-done", &[("count", done.into())]);
    let local_alone = !far && !health.targets.is_empty();
    Some(panel(
        &member.text("backup-steps"),
        html! { span class="muted small" { (count) } },
        html! {
            ol class="entries" {
                @for (name, is_done) in steps {
                    li aria-current=[(next == Some(name)).then_some("step")] {
                        div class="grow" {
                            p {
                                strong { (member.text(&format!("backup-step-{name}"))) }
                                @if is_done { " " (chip(Tone::Good, Some(Icon::Check), &member.text("start-state-done"))) }
                            }
                            @if !is_done {
                                p class="muted small" {
                                    @if name == "place" && local_alone { (member.text("backup-step-place-local")) }
                                    @else { (member.text(&format!("backup-step-{name}-about"))) }
                                }
                            }
                        }
                        @if !is_done { (act(member, health, name, next == Some(name))) }
                    }
                }
            }
        },
    ))
}

fn act(member: &Member, health: &Health, step: &str, is_next: bool) -> Markup {
    let weight = if is_next {
        Weight::Primary
    } else {
        Weight::Plain
    };
    let label = member.text(&format!("backup-step-{step}-act"));
    match step {
        "key" => button::link(&label, "/settings/backups/key", weight, None),
        "place" => button::link(&label, &new_place(""), weight, None),
        _ if health.targets.is_empty() => html! {},
        _ => button::post(&label, &format!("{PLACE}/run"), &member.csrf, weight, None),
    }
}
