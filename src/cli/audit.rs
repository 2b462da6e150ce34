//! `audit`: who did what, from where.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum AuditCommand {
    /// The entries, newest first.
    List(ListArgs),
    /// Checks the chain of entries; exits with 4 and names the first bad one where it is broken.
    Verify,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ListArgs {
    /// Only entries from this day or moment on (2026-11-24, or 2026-11-24T08:00:00Z).
    #[arg(long, value_name = "T")]
    pub(crate) since: Option<Since>,
    /// Only entries about what this user did, by e-mail address.
    #[arg(long, value_name = "E")]
    pub(crate) user: Option<String>,
    /// JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A day or a moment to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Since {
    /// The beginning of a day in the firm's time zone.
    Day(Date),
    /// A moment (RFC 3339).
    Moment(Timestamp),
}

impl std::str::FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = || text.parse().map(Self::Moment);
        let day = || text.parse().map(Self::Day);
        if text.contains(['T', ' ']) {
            moment()
        } else {
            day()
        }
        .map_err(|_| {
            "give a day such as 2026-11-24 or a moment such as 2026-11-24T08:00:00Z".to_owned()
        })
    }
}

impl Since {
    /// The moment it begins in a time zone.
    pub(crate) fn moment(self, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::Day(day) => Ok(day.to_zoned_datetime(zone.clone())?.timestamp()),
            Self::Moment(moment) => Ok(moment),
        }
    }
}
