//! An actor comes from a proof alone.
use kartoteka::data::{Actor, Origin};

fn main() {
    let _ = Actor {
        who: unreachable!(),
        origin: Origin::COMMAND,
    };
}
