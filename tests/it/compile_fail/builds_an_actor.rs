//! An actor comes from a proof alone, and keeps where it came from.
use kartoteka::data::{Actor, Origin};

fn elsewhere(actor: Actor) -> Actor {
    Actor {
        origin: Origin::COMMAND,
        ..actor
    }
}

fn main() {}
