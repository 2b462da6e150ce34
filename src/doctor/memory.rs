//! Memory of the machine.

use super::Finding;
use super::room::size;
use crate::data::Problem;
use crate::machine::{memory, own_memory};

const WHAT: &str = "doctor-memory";
/// A password is hashed with some tens of megabytes, a sheet is read with up to a gigabyte at most.
const AT_EASE: u64 = 128 << 20;

pub(super) fn check() -> Vec<Finding> {
    let Some((available, total)) = memory() else {
        let own = own_memory().map(|own| Problem::new("doctor-memory-own").with("own", size(own)));
        return own.map(|own| Finding::ok(WHAT, own)).into_iter().collect();
    };
    let says = |key| {
        Problem::new(key)
            .with("available", size(available))
            .with("total", size(total))
            .with("own", size(own_memory().unwrap_or(0)))
    };
    vec![if available < AT_EASE {
        Finding::warn(
            WHAT,
            says("doctor-memory-low"),
            Problem::new("doctor-memory-low-do"),
        )
    } else {
        Finding::ok(WHAT, says("doctor-memory-ok"))
    }]
}
