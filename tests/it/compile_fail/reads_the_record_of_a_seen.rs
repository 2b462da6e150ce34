//! A record with its hidden fields does not leave the guard.
use kartoteka::data::{Record, Seen};

fn whole(seen: &Seen) -> &Record {
    &seen.record
}

fn main() {}
