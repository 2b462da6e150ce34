//! A reading gives answers, not the database beneath.
use kartoteka::data::Reading;

fn beneath(reading: &Reading) {
    let _ = &reading.snapshot;
}

fn main() {}
