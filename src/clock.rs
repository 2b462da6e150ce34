//! The system's time, asked for in this one place, so that everything else can be given a time of its own in tests.

use jiff::Timestamp;

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "the one place that may")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// How far two clocks may differ before one of them is taken for wrong.
const SLACK: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// Whether a moment that was noted down is later than it can be at `now`: the clock was ahead then, or it is behind now.
pub(crate) fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > SLACK
}
