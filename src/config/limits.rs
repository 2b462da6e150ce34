//! `[limits]`: how much one person may ask for.

use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};

table! {
    /// The table `[limits]`.
    pub Limits {
        /// The largest file that can be uploaded, in megabytes (1 MB is 1024 × 1024 bytes).
        upload_mb: u64 = value::whole::<1, 4096>, default "50",
            allowed "a whole number from 1 to 4096";
        /// Requests a minute of one signed-in user or token; 0 sets no limit. Sign-in is stricter by itself.
        requests_per_minute: u64 = value::whole::<0, 10_000_000>, default "600",
            allowed "a whole number from 0 to 10000000";
    }
    tables {}
}
