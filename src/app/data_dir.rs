//! The data folder, and the lock that makes it this process's own.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::failure::Failure;

/// Enough for another process that is just ending to let go of the folder.
pub(crate) const SHORTLY: Duration = Duration::from_secs(1);

/// A data folder that this process alone uses, as long as this value lives.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// Locked; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl DataDir {
    /// Takes the folder, making it (mode 0700) where it does not exist. Waits for `patience` while another process has it.
    pub(crate) fn create(path: &Path, patience: Duration) -> Result<Self, Failure> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| {
            Failure::io(
                format_args!("cannot make the data folder {}", path.display()),
                error,
            )
        })?;
        Self::take(path, patience)
    }

    /// Takes a folder that exists. Waits for `patience` while another process has it.
    pub(crate) fn open(path: &Path, patience: Duration) -> Result<Self, Failure> {
        if path.is_dir() {
            return Self::take(path, patience);
        }
        Err(Failure::Failed(format!(
            "there is no data folder {}; make a firm with `kartoteka init`, or name its folder with --data",
            path.display()
        )))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// An empty folder for files that are being worked on; what an interrupted run left there is removed.
    pub(crate) fn temporary(&self) -> Result<PathBuf, Failure> {
        let folder = self.path.join("tmp");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .map_err(|error| Failure::io(folder.display(), error))?;
        }
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(|error| Failure::io(folder.display(), error))?;
        Ok(folder)
    }

    fn take(path: &Path, patience: Duration) -> Result<Self, Failure> {
        let file = path.join("lock");
        let lock = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&file);
        let lock = lock.map_err(|error| Failure::io(file.display(), error))?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    let path = path.to_owned();
                    return Ok(Self { path, _lock: lock });
                }
                Err(TryLockError::WouldBlock) if started.elapsed() < patience => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => return Err(Failure::in_use(path, "")),
                Err(TryLockError::Error(error)) => return Err(Failure::io(file.display(), error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn one_holder_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        assert_eq!(DataDir::open(&path, Duration::ZERO).unwrap_err().code(), 1);
        let held = DataDir::create(&path, Duration::ZERO).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
        assert_eq!(path.join("lock").metadata().unwrap().mode() & 0o777, 0o600);
        let refused = DataDir::open(&path, Duration::ZERO).unwrap_err();
        assert_eq!(refused.code(), 3);
        assert!(refused.to_string().contains("in use by another process"));
        drop(held);
        assert_eq!(DataDir::open(&path, Duration::ZERO).unwrap().path(), path);
    }
}
