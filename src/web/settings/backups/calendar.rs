//! The last five weeks, day by day: proved, made, failed, none.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::backup::Listed;
use crate::data::{BackupLog, RunState};
use crate::i18n::format;
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, status_dot};
use crate::web::visit::Member;

/// Weeks that are shown, this one among them.
const WEEKS: i64 = 5;

/// What a day had, the best of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Day {
    Failed,
    Made,
    Proved,
}

impl Day {
    const ALL: [Self; 3] = [Self::Proved, Self::Made, Self::Failed];

    fn tone(self) -> Tone {
        match self {
            Self::Proved => Tone::Good,
            Self::Made => Tone::Neutral,
            Self::Failed => Tone::Attention,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Proved => "backup-day-proved",
            Self::Made => "backup-day-made",
            Self::Failed => "backup-day-failed",
        }
    }
}

/// What each day had.
pub(super) fn days(listed: &[Listed], log: &BackupLog, zone: &TimeZone) -> BTreeMap<Date, Day> {
    let day = |at| zone.to_datetime(at).date();
    let mut days = BTreeMap::new();
    let failed = log.runs.iter().filter(|run| run.state == RunState::Failed);
    for run in failed {
        days.insert(day(run.begun_at), Day::Failed);
    }
    for backup in listed {
        let Some(at) = backup.created_at else {
            continue;
        };
        let had = match backup.proved_at {
            Some(_) => Day::Proved,
            None => Day::Made,
        };
        let held = days.entry(day(at)).or_insert(had);
        *held = had.max(*held);
    }
    days
}

/// The weeks as a table: a row each, from Monday on.
pub(super) fn calendar(member: &Member, days: &BTreeMap<Date, Day>) -> Markup {
    let today = member.clock().today();
    let monday = i64::from(today.weekday().to_monday_zero_offset());
    let first = today.saturating_sub((monday + 7 * (WEEKS - 1)).days());
    let title = member.text("backup-calendar");
    let content = html! {
        div class="table-frame plain" {
            table class="rows" {
                caption class="hidden" { (title) }
                thead { tr { @for number in 1..=7 { th scope="col" { (member.text(&format!("backup-{}", WEEKDAYS[number - 1]))) } } } }
                tbody {
                    @for week in 0..WEEKS {
                        tr { @for number in 0..7 { td { (cell(member, days, first.saturating_add((7 * week + number).days()), today)) } } }
                    }
                }
            }
        }
        p class="muted small after" {
            @for day in Day::ALL { (status_dot(day.tone(), &member.text(day.key()))) " \u{2002}" }
        }
    };
    panel(&title, html! {}, content)
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn cell(member: &Member, days: &BTreeMap<Date, Day>, date: Date, today: Date) -> Markup {
    let number = date.day();
    if date > today {
        return html! { span class="muted" aria-hidden="true" { "·" } };
    }
    let words = days.get(&date).map_or("backup-day-none", |day| day.key());
    let words = format!(
        "{}: {}",
        format::date(member.lang, date),
        member.text(words)
    );
    if let Some(day) = days.get(&date) {
        html! {
            span class={ "status numeric " (day.tone().class()) } title=(words) {
                span aria-hidden="true" { (number) }
                span class="hidden" { (words) }
            }
        }
    } else {
        html! {
            span class="muted numeric" title=(words) {
                span aria-hidden="true" { (number) }
                span class="hidden" { (words) }
            }
        }
    }
}
