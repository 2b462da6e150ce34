//! Who was at work when, and whether in the office: reckoned from the audit log.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::error::AccessError;
use super::reading::Reading;
use super::role::AdminRight;
use super::vault::Access;
use crate::data::log::audit::{AuditFilter, AuditKind, Note};
use crate::data::records::ids::UserId;

/// Entries looked at for one report.
const MOST_SEEN: usize = 200_000;
/// Entries read at once.
const CHUNK: usize = 1_000;

/// What one person did on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The day, by the firm's clock.
    pub day: Date,
    /// Who.
    pub user: UserId,
    /// Entries from the office.
    pub inside: u32,
    /// Entries from elsewhere.
    pub outside: u32,
    /// The first of the day.
    pub first: Timestamp,
    /// The last of the day.
    pub last: Timestamp,
}

/// The days of a report, newest first.
#[derive(Clone, Debug, Default)]
pub struct PresenceReport {
    /// A line for each person and day.
    pub lines: Vec<Presence>,
    /// Whether there was more than is looked at for one report.
    pub cut: bool,
}

impl Reading {
    /// Activity in and out of the office by person and day, of everybody or one. Only what came from an address counts:
    /// failed attempts are not the person's, commands come from no place.
    pub fn presence(
        &self,
        user: Option<UserId>,
        from: Timestamp,
        to: Timestamp,
        zone: &TimeZone,
    ) -> Result<PresenceReport, AccessError> {
        let filter = AuditFilter {
            user,
            from: Some(from),
            to: Some(to),
            ..AuditFilter::default()
        };
        let mut days: BTreeMap<(Date, UserId), Presence> = BTreeMap::new();
        let (mut before, mut seen, mut cut) = (None, 0, false);
        loop {
            let (entries, next) = self.audit(&filter, before, CHUNK)?;
            seen += entries.len();
            for entry in entries {
                let (Some(user), Some(_)) = (entry.user, entry.address) else {
                    continue;
                };
                if entry.kind == AuditKind::SignInFailed {
                    continue;
                }
                let day = zone.to_datetime(entry.at).date();
                let line = days.entry((day, user)).or_insert(Presence {
                    day,
                    user,
                    inside: 0,
                    outside: 0,
                    first: entry.at,
                    last: entry.at,
                });
                *if entry.office {
                    &mut line.inside
                } else {
                    &mut line.outside
                } += 1;
                line.first = line.first.min(entry.at);
                line.last = line.last.max(entry.at);
            }
            cut = cut || (next.is_some() && seen >= MOST_SEEN);
            if next.is_none() || cut {
                break;
            }
            before = next;
        }
        let lines = days.into_values().rev().collect();
        Ok(PresenceReport { lines, cut })
    }
}

/// The longest time one report may be about.
pub const LONGEST_REPORT: SignedDuration = SignedDuration::from_hours(24 * 92);

impl Access {
    /// Keeps that the log itself was taken out as a file.
    pub async fn note_log_export(&self, count: u64, format: &str) -> Result<(), AccessError> {
        self.read()?.rights().require_admin(AdminRight::Audit)?;
        let details = json!({"module": "audit", "count": count, "format": format});
        self.write_note(Note::new(AuditKind::Exported).with(details))
            .await
    }
}
