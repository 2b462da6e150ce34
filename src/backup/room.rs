//! Room beside the data while a backup is made or proved: people go on writing meanwhile, or it is not done.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::desk::Desk;
use super::error::BackupError;
use super::progress::{Hearing, Phase};
use crate::room::Space;

/// What stays free of the room that people write in.
pub(super) const MARGIN: u64 = 16 << 20;
/// Bytes of lines after which the disk is looked at again.
const LOOK_EVERY: u64 = 8 << 20;

impl Desk {
    /// Looks whether people can go on writing once so many bytes lie beside the data; `what` says what for.
    pub(super) fn check_room(&self, bytes: u64, what: &'static str) -> Result<(), BackupError> {
        let space = Space::of(&self.temp_dir)
            .map_err(|error| BackupError::io(self.temp_dir.display(), error))?;
        enough(space, bytes, what)
    }

    /// Ends the writing of an archive, whose size nobody knows before, where room runs out; the second part says whether
    /// it did.
    pub(super) fn ends_without_room(&self, hearing: &Hearing) -> (Hearing, Arc<AtomicBool>) {
        let (desk, hearing) = (self.clone(), hearing.clone());
        let ran_out = Arc::new(AtomicBool::new(false));
        let (next, told) = (AtomicU64::new(0), Arc::clone(&ran_out));
        let watching = Hearing::new(move |progress| {
            if progress.phase == Phase::Writing && progress.done >= next.load(Ordering::Relaxed) {
                next.store(progress.done + LOOK_EVERY, Ordering::Relaxed);
                if desk.check_room(MARGIN, FOR_ARCHIVE).is_err() {
                    told.store(true, Ordering::Relaxed);
                    return ControlFlow::Break(());
                }
            }
            hearing.pass_on(progress)
        });
        (watching, ran_out)
    }

    /// That it did.
    pub(super) fn ran_out(&self) -> BackupError {
        let free = Space::of(&self.temp_dir).map_or(0, |space| space.free);
        BackupError::NoRoom {
            what: FOR_ARCHIVE,
            free,
        }
    }
}

/// What an archive takes.
pub(super) const FOR_ARCHIVE: &str = "for the archive";

/// Whether so many bytes fit beside the data.
fn enough(space: Space, bytes: u64, what: &'static str) -> Result<(), BackupError> {
    if space.takes(bytes.saturating_add(MARGIN)) {
        return Ok(());
    }
    let free = space.free;
    Err(BackupError::NoRoom { what, free })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_in_is_left_to_them() {
        let of = |free: u64, bytes: u64| {
            let space = Space {
                free: free << 20,
                total: 100 << 30,
            };
            enough(space, bytes << 20, "to prove it")
        };
        of(1_000, 900).unwrap();
        let error = of(1_000, 960).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no room to prove it: only 1000 MB are free on the disk with the data, and people could not go on writing"
        );
        of(60, 0).unwrap_err();
        of(64, 0).unwrap();
    }
}
