//! Tests of the whole program, one file a subject.
#![expect(
    clippy::unwrap_used,
    reason = "a failure that stops a test names its line"
)]

mod process;
