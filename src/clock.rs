//! The only place that asks what time it is.

/// The present moment.
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
