//! `[backup]`: when archives are made, how many are kept, who can open them.

use std::path::PathBuf;

use jiff::civil::Time;

use super::table::{Key, Section, Table, table};
use super::target::TargetConfig;
use super::{ConfigError, value};

table! {
    /// The table `[backup]`.
    pub Backup {
        /// When the daily backup is made, in the firm's time zone. One that was missed is made up for after the start.
        daily_at: Time = value::time_of_day, default "'02:30'",
            allowed "an hour and a minute such as \"02:30\"";
        /// How many of the last days with a backup keep theirs, the latest of each.
        keep_daily: u64 = value::whole::<0, 3660>, default "14",
            allowed "a whole number from 0 to 3660";
        /// How many of the last weeks do.
        keep_weekly: u64 = value::whole::<0, 3660>, default "8",
            allowed "a whole number from 0 to 3660";
        /// How many of the last months do.
        keep_monthly: u64 = value::whole::<0, 3660>, default "12",
            allowed "a whole number from 0 to 3660";
        /// How many of the last years do.
        keep_yearly: u64 = value::whole::<0, 3660>, default "2",
            allowed "a whole number from 0 to 3660";
        /// The file with the key that opens archives; where it is empty, backup.key in the data folder.
        key_file: Option<PathBuf> = value::optional_path, default "''",
            allowed "the path of a file with an identity of the age format";
        /// Public keys that can open archives besides that one, such as the one of a key kept in a safe.
        recipients: Vec<String> = value::age_recipients, default "[]",
            allowed "a list of public keys of the age format, such as [\"age1…\"]";
    }
    tables {}
    lists {
        target => targets: TargetConfig,
    }
}
