//! The data folder, and the lock that makes it this process's own.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
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
            "there is no data folder {}; name it with --data, make a firm with `kartoteka init`, or bring one back with \
             `kartoteka restore --latest --into DIR --config FILE --key-file FILE`",
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
        let allowed = check_owner(path);
        let lock = OpenOptions::new()
            .read(true)
            .append(true)
            .create(allowed.is_ok())
            .mode(0o600)
            .open(&file);
        let lock = match (lock, &allowed) {
            (Err(error), Err(refused)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(refused.clone());
            }
            (lock, _) => lock.map_err(|error| Failure::io(file.display(), error))?,
        };
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    allowed?;
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

/// Refuses to work as root in a folder that belongs to somebody else: what root leaves there its owner's server can neither
/// read nor take away. A server that runs is asked all the same.
pub(crate) fn check_owner(path: &Path) -> Result<(), Failure> {
    let owner = path
        .metadata()
        .map_err(|error| Failure::io(path.display(), error))?
        .uid();
    if owner == 0 || !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let way = match name_of(owner) {
        Some(name) => format!("runuser -u {name} -- kartoteka ..."),
        None => format!("setpriv --reuid={owner} --clear-groups kartoteka ..."),
    };
    Err(Failure::Failed(format!(
        "{} belongs to another user than root, who could not use what root leaves there; run it as that user: {way}",
        path.display()
    )))
}

/// The name of a user of this machine.
fn name_of(user: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, number) = (parts.next()?, parts.nth(1)?);
        (number.parse() == Ok(user)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_leaves_nothing_in_the_folder_of_another() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let root = tempfile::tempdir().unwrap();
        assert!(check_owner(root.path()).is_ok(), "root's own");
        std::os::unix::fs::chown(root.path(), Some(54_321), None).unwrap();
        let refused = DataDir::create(root.path(), Duration::ZERO).unwrap_err();
        assert_eq!(refused.code(), 1);
        assert!(refused.to_string().contains("54321"), "{refused}");
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
        std::fs::write(root.path().join("lock"), "").unwrap();
        assert_eq!(
            DataDir::open(root.path(), Duration::ZERO)
                .unwrap_err()
                .code(),
            1
        );
        // Whoever runs the server there is asked by the way of the socket.
        let served = File::open(root.path().join("lock")).unwrap();
        served.lock().unwrap();
        assert_eq!(
            DataDir::open(root.path(), Duration::ZERO)
                .unwrap_err()
                .code(),
            3
        );
        let daemon = name_of(1);
        assert!(daemon.is_none_or(|name| !name.is_empty()));
    }

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
