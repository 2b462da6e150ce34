//! Room on the disk that holds the data: how much is free, and what is still taken with so little.
//!
//! Uploads are refused first, then everything that writes; reading and signing in go on. For those a reserve is kept: a file
//! that is given up when the disk is all but full, so that sessions and entries of the audit log still find room. Once there
//! is room again everything is taken again, without a restart.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the disk is looked at while nobody writes.
const EVERY: Duration = Duration::from_secs(5);

/// Below so many bytes, or that part of a small disk, uploads are refused.
const FOR_UPLOADS: (u64, u64) = (256 << 20, 20);
/// Below so many, or that part, all writes are.
const FOR_WRITES: (u64, u64) = (48 << 20, 50);
/// What the reserve has, or that part of a small disk; less than what stops writing, so that giving it up does not start it.
const RESERVE: (u64, u64) = (16 << 20, 100);

const RESERVE_FILE: &str = "reserve";

/// Bytes of the file system that holds a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    /// Free for us; what is kept for root does not count.
    pub(crate) free: u64,
    /// All there is.
    pub(crate) total: u64,
}

/// What is still taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Everything.
    Enough,
    /// Everything but files.
    NoUploads,
    /// Signing in alone.
    NoWrites,
}

impl Space {
    /// Asks the system.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        let found = statvfs(folder)?;
        Ok(Self {
            free: found.f_bavail.saturating_mul(found.f_frsize),
            total: found.f_blocks.saturating_mul(found.f_frsize),
        })
    }

    /// What is taken with so much.
    pub(crate) fn level(self) -> Level {
        if self.free < self.least(FOR_WRITES) {
            Level::NoWrites
        } else if self.free < self.least(FOR_UPLOADS) {
            Level::NoUploads
        } else {
            Level::Enough
        }
    }

    /// Whether all writes are still taken once `bytes` more lie there.
    pub(crate) fn takes(self, bytes: u64) -> bool {
        self.free >= self.least(FOR_WRITES).saturating_add(bytes)
    }

    fn least(self, (bytes, part): (u64, u64)) -> u64 {
        bytes.min(self.total / part)
    }
}

/// The room for a data folder, watched. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// As it was found last.
    level: AtomicU8,
}

impl Room {
    /// Of the disk that holds a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        Self {
            inner: Arc::new(Inner {
                folder: folder.to_owned(),
                level: AtomicU8::new(Level::Enough as u8),
            }),
        }
    }

    /// As it was found last, for pages that only show it.
    pub(crate) fn level(&self) -> Level {
        match self.inner.level.load(Ordering::Relaxed) {
            0 => Level::Enough,
            1 => Level::NoUploads,
            _ => Level::NoWrites,
        }
    }

    /// As it is now, for whoever is about to write: one quick question to the system. Gives up the reserve where only that
    /// leaves room for signing in.
    pub(crate) fn level_now(&self) -> Level {
        let Ok(space) = Space::of(&self.inner.folder) else {
            // The store will say what is wrong with the disk.
            return self.level();
        };
        let (before, level) = (self.level(), space.level());
        self.inner.level.store(level as u8, Ordering::Relaxed);
        if level != before {
            match level {
                Level::Enough => {
                    tracing::info!(free = space.free, "there is room on the disk again");
                }
                Level::NoUploads => tracing::warn!(
                    free = space.free,
                    "little room on the disk: uploads are refused"
                ),
                Level::NoWrites => tracing::error!(
                    free = space.free,
                    "no room on the disk: nothing but sign-in is taken"
                ),
            }
        }
        if level == Level::NoWrites && space.free < space.least(RESERVE) {
            self.give_up_reserve();
        }
        level
    }

    /// Watches the disk until `stop`.
    pub(crate) async fn watch(self, stop: CancellationToken) {
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            let room = self.clone();
            let looked = tokio::task::spawn_blocking(move || {
                if room.level_now() == Level::Enough
                    && let Err(error) = room.keep_reserve()
                {
                    tracing::warn!(%error, "cannot keep a reserve for a full disk");
                }
            });
            // It panics only where the program has a defect, which its own log line tells.
            let _ = looked.await;
        }
    }

    /// Makes the reserve where there is none.
    pub(crate) fn keep_reserve(&self) -> io::Result<()> {
        let path = self.inner.folder.join(RESERVE_FILE);
        let size = Space::of(&self.inner.folder)?.least(RESERVE);
        let kept = path.metadata().map_or(0, |found| found.len());
        if size == 0 || kept >= size / 2 {
            return Ok(());
        }
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        if let Err(error) = fallocate(&file, FallocateFlags::empty(), 0, size) {
            // Where the file system cannot set room aside there is no reserve.
            std::fs::remove_file(&path)?;
            return match error {
                rustix::io::Errno::OPNOTSUPP => Ok(()),
                error => Err(error.into()),
            };
        }
        Ok(())
    }

    fn give_up_reserve(&self) {
        let path = self.inner.folder.join(RESERVE_FILE);
        match std::fs::remove_file(&path) {
            Ok(()) => {
                // The room is free once the removal is on disk.
                let _ = File::open(&self.inner.folder).and_then(|folder| folder.sync_all());
                tracing::warn!("gave up the reserve, so that signing in goes on");
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "cannot give up the reserve"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn uploads_are_refused_before_writes() {
        let level = |free| {
            Space {
                free,
                total: 100 * GIB,
            }
            .level()
        };
        assert_eq!(level(GIB), Level::Enough);
        assert_eq!(level(200 << 20), Level::NoUploads);
        assert_eq!(level(40 << 20), Level::NoWrites);
        assert_eq!(level(0), Level::NoWrites);
    }

    #[test]
    fn a_small_disk_is_used_almost_to_its_end() {
        let total = 64 << 20;
        let level = |free| Space { free, total }.level();
        assert_eq!(level(8 << 20), Level::Enough);
        assert_eq!(level(2 << 20), Level::NoUploads);
        assert_eq!(level(1 << 20), Level::NoWrites);
    }

    #[test]
    fn the_reserve_takes_room_and_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::of(folder.path());
        room.keep_reserve().unwrap();
        let kept = folder.path().join(RESERVE_FILE).metadata();
        assert!(kept.unwrap().len() > 0);
        room.keep_reserve().unwrap();
        room.give_up_reserve();
        assert!(!folder.path().join(RESERVE_FILE).exists());
        room.give_up_reserve();
    }
}
