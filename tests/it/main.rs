//! The integration tests: one binary, one module a subject.

#![allow(clippy::unwrap_used)]

mod faults;
mod firm;
mod model;
