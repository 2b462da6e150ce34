//! When a backup is due: once a day at a time of the firm's zone, made up for where it was missed, tried again where it
//! failed. What was done is in the store, so that a stop and a start change nothing of it.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::error::BackupError;
use super::retention::Keep;
use crate::clock::is_ahead;
use crate::data::{BackupRun, RunState};

/// After so many minutes one that failed is tried again; from then on after the last of them, until the next is due.
const GAPS: [i64; 4] = [10, 30, 120, 360];

/// When backups are made and how many are kept: what the configuration file sets, then what the page does.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The time of the day, in the firm's zone.
    pub(crate) daily_at: Time,
    /// How many are kept.
    pub(crate) keep: Keep,
    /// When the time of the day was last changed.
    pub(crate) since: Option<Timestamp>,
    /// Keys that the configuration file sets.
    pub(crate) locked: Vec<&'static str>,
}

/// What decides whether one is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
    pub(super) daily_at: Time,
    /// Nothing was due before: the firm was not there, or the time was another.
    pub(super) since: Timestamp,
    /// The moment that the latest good backup holds, whoever made it.
    pub(super) last_good: Option<Timestamp>,
    /// The latest first.
    pub(super) runs: &'a [BackupRun],
}

/// The moment of a time on a day. One that the clocks jump over comes at the jump; one that comes twice, the first time.
fn moment(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let wanted = zone.to_ambiguous_timestamp(day.to_datetime(time));
    if let AmbiguousOffset::Gap { .. } = wanted.offset() {
        let after = wanted.later().ok()?;
        // Strictly before, while a time at the very beginning of the gap is the jump itself.
        let jump = zone.preceding(after + SignedDuration::from_secs(1)).next();
        return Some(jump.map_or(after, |jump| jump.timestamp()));
    }
    wanted.earlier().ok()
}

/// The latest moment a backup was due at, not after `now`.
pub(crate) fn last_due(now: Timestamp, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    let today = zone.to_datetime(now).date();
    let due = moment(today, at, zone).filter(|due| *due <= now);
    due.or_else(|| moment(today.yesterday().ok()?, at, zone))
}

/// The next moment one is due at, after `now`.
pub(crate) fn next_due(now: Timestamp, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    let today = zone.to_datetime(now).date();
    let due = moment(today, at, zone).filter(|due| *due > now);
    due.or_else(|| moment(today.tomorrow().ok()?, at, zone))
}

/// The moment that is to be made up for now; nothing where all is done, or it is too early to try again. Several missed days
/// are one backup: it holds all of them.
pub(super) fn due_now(facts: &Facts<'_>) -> Option<Timestamp> {
    let due = last_due(facts.now, facts.daily_at, facts.zone)?;
    // What a clock that was ahead has left behind says nothing of today.
    let of_today = |at: Timestamp| !is_ahead(at, facts.now);
    let done = |good: Timestamp| good >= due && of_today(good);
    if (due <= facts.since && of_today(facts.since)) || facts.last_good.is_some_and(done) {
        return None;
    }
    let tried: Vec<&BackupRun> = facts
        .runs
        .iter()
        .filter(|run| of_today(run.begun_at))
        .filter(|run| run.due == Some(due) || (run.due.is_none() && run.begun_at >= due))
        .collect();
    let Some(latest) = tried.first() else {
        return Some(due);
    };
    let ended = latest.ended_at.unwrap_or(latest.begun_at);
    // A stop is no failure: the first time it goes on right after the start. More of them may be its own doing.
    let gap = match (latest.state, tried.len()) {
        (RunState::Running, _) => return None,
        (RunState::Interrupted, 1) => 0,
        (_, tries) => GAPS[(tries - 1).min(GAPS.len() - 1)],
    };
    (facts.now >= ended + SignedDuration::from_mins(gap)).then_some(due)
}

impl Desk {
    /// When backups are made and how many are kept.
    pub(crate) fn plan(&self) -> Result<Plan, BackupError> {
        let set = self.vault.backup_plan()?;
        let config = &self.config;
        let given = |key: &str| config.given.contains(&key);
        let keep = |name: &str, configured: u64| {
            let set = set.keep.get(name).copied();
            set.filter(|_| !given(&format!("keep_{name}")))
                .unwrap_or(configured)
        };
        Ok(Plan {
            daily_at: set
                .daily_at
                .filter(|_| !given("daily_at"))
                .unwrap_or(config.daily_at),
            keep: Keep {
                daily: keep("daily", config.keep_daily),
                weekly: keep("weekly", config.keep_weekly),
                monthly: keep("monthly", config.keep_monthly),
                yearly: keep("yearly", config.keep_yearly),
            },
            since: set.since.filter(|_| !given("daily_at")),
            locked: config.given.clone(),
        })
    }

    /// The moment that is to be made up for at `now`; nothing where there is no firm, or no target.
    pub(super) fn due(&self, now: Timestamp) -> Result<Option<Timestamp>, BackupError> {
        let Some(firm) = self.vault.firm()? else {
            return Ok(None);
        };
        if self.in_force()?.targets.is_empty() {
            return Ok(None);
        }
        let plan = self.plan()?;
        let known = self.vault.backups()?;
        let good = known
            .iter()
            .filter(|backup| !is_ahead(backup.created_at, now))
            .find(|backup| backup.proved_at.is_some() && backup.error.is_none());
        let log = self.vault.backup_log()?;
        Ok(due_now(&Facts {
            now,
            zone: &self.vault.zone(),
            daily_at: plan.daily_at,
            since: [Some(firm.created_at), plan.since, log.watched_since]
                .into_iter()
                .flatten()
                .filter(|since| !is_ahead(*since, now))
                .max()
                .unwrap_or(firm.created_at),
            last_good: good.map(|backup| backup.created_at),
            runs: &log.runs,
        }))
    }
}

#[cfg(test)]
mod tests;
