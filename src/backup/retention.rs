//! Which archives are kept, and which make room.

use std::collections::HashSet;
use std::hash::Hash;

use jiff::{ToSpan, ZonedDateTime};

use crate::config::Backup;

/// Proved archives that are kept whatever the plan says.
const FLOOR: usize = 3;

/// An archive as far as keeping it goes.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Its name.
    pub(crate) name: String,
    /// When it was made, in the firm's time zone: its days begin and end there.
    pub(crate) at: ZonedDateTime,
    /// Whether it was opened and found good.
    pub(crate) proved: bool,
}

/// How many periods keep an archive, counted back from the newest and passing over those without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep {
    /// Days.
    pub(crate) daily: u64,
    /// Weeks, from Monday on.
    pub(crate) weekly: u64,
    /// Months.
    pub(crate) monthly: u64,
    /// Years.
    pub(crate) yearly: u64,
}

impl From<&Backup> for Keep {
    fn from(config: &Backup) -> Self {
        Self {
            daily: config.keep_daily,
            weekly: config.keep_weekly,
            monthly: config.keep_monthly,
            yearly: config.keep_yearly,
        }
    }
}

/// The names of the archives to remove, the oldest first.
///
/// A period keeps its latest proved archive, or its latest where none is proved. Beyond that the newest archive is kept,
/// the newest three that are proved, and everything made within 24 hours before the newest: what was made before a restore or an
/// upgrade of the same day is what somebody may want back tomorrow.
pub(crate) fn to_remove(archives: &[Made], keep: Keep) -> Vec<&str> {
    let mut all: Vec<&Made> = archives.iter().collect();
    all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.name.cmp(&a.name)));
    let Some(newest) = all.first() else {
        return Vec::new();
    };
    let mut kept = HashSet::new();
    let recent = newest.at.saturating_sub(24.hours());
    kept.extend(
        all.iter()
            .filter(|made| made.at >= recent)
            .map(|made| made.name.as_str()),
    );
    kept.extend(
        all.iter()
            .filter(|made| made.proved)
            .take(FLOOR)
            .map(|made| made.name.as_str()),
    );
    keep_periods(&mut kept, &all, keep.daily, ZonedDateTime::date);
    keep_periods(&mut kept, &all, keep.weekly, |at| {
        let week = at.date().iso_week_date();
        (week.year(), week.week())
    });
    keep_periods(&mut kept, &all, keep.monthly, |at| (at.year(), at.month()));
    keep_periods(&mut kept, &all, keep.yearly, ZonedDateTime::year);
    let names = all.iter().rev().map(|made| made.name.as_str());
    names.filter(|name| !kept.contains(name)).collect()
}

/// Keeps one archive of each of the last `count` periods; `all` are the newest first.
fn keep_periods<'a, P: Eq + Hash + Copy>(
    kept: &mut HashSet<&'a str>,
    all: &[&'a Made],
    count: u64,
    period: impl Fn(&ZonedDateTime) -> P,
) {
    let mut seen = HashSet::new();
    let mut proved = HashSet::new();
    let mut latest = Vec::new();
    for made in all {
        let period = period(&made.at);
        if !seen.contains(&period) {
            if seen.len() as u64 == count {
                break;
            }
            seen.insert(period);
            latest.push((period, made.name.as_str()));
        }
        if made.proved && proved.insert(period) {
            kept.insert(&made.name);
        }
    }
    let unproved = latest
        .into_iter()
        .filter(|(period, _)| !proved.contains(period));
    kept.extend(unproved.map(|(_, name)| name));
}

#[cfg(test)]
mod tests;
