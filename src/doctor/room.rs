//! Free room: warned of long before there is none.

use super::{Finding, Patient};
use crate::data::Problem;
use crate::room::{Level, Space};

const WHAT: &str = "doctor-room";
/// Beside a copy of the database, which an upgrade makes, so much should be left.
const AT_EASE: u64 = 1 << 30;
/// On a small disk this part of it is enough.
const PART: u64 = 10;

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let folder = &patient.around.folder;
    let space = match Space::of(folder) {
        Ok(space) => space,
        Err(error) => {
            return vec![Finding::fail(
                WHAT,
                Problem::new("doctor-said").with("why", error),
                Problem::new("doctor-room-do"),
            )];
        }
    };
    let database = folder.join("kartoteka.redb").metadata();
    let database = database.map_or(0, |found| found.len());
    let wanted = database + AT_EASE.min(space.total / PART);
    let figures = |key| {
        Problem::new(key)
            .with("free", size(space.free))
            .with("total", size(space.total))
            .with("wanted", size(wanted))
    };
    let advice = Problem::new("doctor-room-do");
    vec![match space.level() {
        Level::NoWrites => Finding::fail(WHAT, figures("doctor-room-none"), advice),
        Level::NoUploads => Finding::fail(WHAT, figures("doctor-room-little"), advice),
        Level::Enough if space.free < wanted => {
            Finding::warn(WHAT, figures("doctor-room-low"), advice)
        }
        Level::Enough => Finding::ok(WHAT, figures("doctor-room-ok")),
    }]
}

/// A size as people say it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..=0x003F_FFFF => format!("{} kB", bytes >> 10),
        0x0040_0000..=0x0002_7FFF_FFFF => format!("{} MB", bytes >> 20),
        _ => format!("{} GB", bytes >> 30),
    }
}
