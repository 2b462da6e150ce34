//! The system's time, asked for in this one place, so that everything else can be given a time of its own in tests.

use jiff::Timestamp;

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "the one place that may")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
