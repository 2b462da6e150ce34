//! A folder of this machine, or of another that is mounted here.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::name::{checked, is_temporary, usable};
use super::{Area, Stored, Target, TargetError, limits};
use crate::config::LocalTarget;

/// A target in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    name: String,
    folder: PathBuf,
}

/// How much is copied between two looks at whether anybody still waits for it.
const STEP: u64 = 8 << 20;
/// How deep files lie at most.
const DEPTH: usize = 4;
/// How old a file still being written is before it counts as left over, where the disk knows no locks.
const ABANDONED: Duration = Duration::from_hours(6);

/// What to do where everything is read only, as the service's unit makes it but for what it names.
fn read_only(error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::ReadOnlyFilesystem {
        "; as a service it writes only to /srv/kartoteka-backup and to what ReadWritePaths= names (systemctl edit kartoteka)"
    } else {
        ""
    }
}

impl Local {
    pub(super) fn new(config: &LocalTarget) -> Self {
        Self {
            name: config.name.clone(),
            folder: config.path.clone(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn failed(&self, message: impl Into<String>) -> TargetError {
        TargetError::Failed {
            target: self.name.clone(),
            message: message.into(),
        }
    }

    /// Does blocking work apart from the threads that serve; the work is told when nobody waits for it any more.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &AtomicBool) -> Result<T, TargetError> + Send + 'static,
    ) -> Result<T, TargetError> {
        let given_up = GivenUp::default();
        let (this, flag) = (self.clone(), given_up.0.clone());
        let done = tokio::task::spawn_blocking(move || work(&this, &flag)).await;
        done.unwrap_or_else(|_| Err(self.failed("the work broke off")))
    }

    /// The folder, made where only its last part is missing: more than that is a disk that is not there.
    fn folder(&self) -> Result<&Path, TargetError> {
        if !self.folder.is_dir()
            && let Err(error) = fs::create_dir(&self.folder)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(self.failed(format!(
                "there is no folder {} and it cannot be made: {error}; is its disk mounted?{}",
                self.folder.display(),
                read_only(&error)
            )));
        }
        Ok(&self.folder)
    }

    fn put_now(&self, name: &str, file: &Path, given_up: &AtomicBool) -> Result<(), TargetError> {
        let folder = self.folder()?;
        let path = folder.join(name);
        let within = path.parent().unwrap_or(folder);
        let cannot = |error: io::Error| {
            self.failed(format!(
                "cannot write {}: {error}{}",
                path.display(),
                read_only(&error)
            ))
        };
        let mut from = File::open(file)
            .map_err(|error| self.failed(format!("cannot read {}: {error}", file.display())))?;
        fs::create_dir_all(within).map_err(cannot)?;
        remove_leftovers(within);
        let mut made = tempfile::Builder::new()
            .prefix(".kartoteka-")
            .suffix(".part")
            .tempfile_in(within)
            .map_err(cannot)?;
        // Held until the file has its name: what can be locked is left over. A disk without locks goes by age.
        let _ = made.as_file().lock();
        copy(&mut from, made.as_file_mut(), given_up).map_err(cannot)?;
        made.as_file().sync_all().map_err(cannot)?;
        made.persist(&path).map_err(|error| cannot(error.error))?;
        sync_folders(folder, within).map_err(cannot)
    }

    fn get_now(&self, name: &str, into: &Path, given_up: &AtomicBool) -> Result<(), TargetError> {
        let path = self.folder.join(name);
        let mut from = match File::open(&path) {
            Ok(from) => from,
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.folder.is_dir() => {
                return Err(TargetError::Absent {
                    target: self.name.clone(),
                    name: name.to_owned(),
                });
            }
            Err(error) => {
                return Err(self.failed(format!("cannot read {}: {error}", path.display())));
            }
        };
        let written = File::create(into).and_then(|mut made| copy(&mut from, &mut made, given_up));
        written.map_err(|error| {
            self.failed(format!(
                "cannot copy {} to {}: {error}",
                path.display(),
                into.display()
            ))
        })
    }

    fn list_now(
        &self,
        area: Area,
        ending: &str,
        given_up: &AtomicBool,
    ) -> Result<Vec<Stored>, TargetError> {
        let cannot = |path: &Path, error: io::Error| {
            self.failed(format!("cannot read {}: {error}", path.display()))
        };
        let mut found = Vec::new();
        let mut waiting = vec![(self.folder()?.to_owned(), String::new(), 1)];
        while let Some((folder, prefix, depth)) = waiting.pop() {
            for entry in fs::read_dir(&folder).map_err(|error| cannot(&folder, error))? {
                let entry = entry.map_err(|error| cannot(&folder, error))?;
                let Some(name) = entry
                    .file_name()
                    .to_str()
                    .map(|name| format!("{prefix}{name}"))
                else {
                    continue;
                };
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                if !usable(&name) || !area.holds(&name) {
                    continue;
                }
                if kind.is_dir() && depth < DEPTH {
                    waiting.push((entry.path(), format!("{name}/"), depth + 1));
                } else if kind.is_file() && name.ends_with(ending) {
                    // What went away meanwhile is not there.
                    if let Ok(known) = entry.metadata() {
                        found.push(Stored {
                            name,
                            size: known.len(),
                        });
                    }
                }
                if found.len() > limits::NAMES || given_up.load(Ordering::Relaxed) {
                    return Err(self.failed(limits::too_many()));
                }
            }
        }
        Ok(found)
    }
}

impl Target for Local {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        let name = checked(&self.name, name)?.to_owned();
        let file = file.to_owned();
        self.apart(move |this, given_up| this.put_now(&name, &file, given_up))
            .await
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        let name = checked(&self.name, name)?.to_owned();
        let into = into.to_owned();
        self.apart(move |this, given_up| this.get_now(&name, &into, given_up))
            .await
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        let ending = ending.to_owned();
        self.apart(move |this, given_up| this.list_now(Area::Archives, &ending, given_up))
            .await
    }

    async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
        self.apart(move |this, given_up| this.list_now(Area::Files, "", given_up))
            .await
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        let name = checked(&self.name, name)?.to_owned();
        self.apart(move |this, _| {
            let path = this.folder()?.join(name);
            match fs::remove_file(&path) {
                Ok(()) => Ok(()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(error) => {
                    Err(this.failed(format!("cannot remove {}: {error}", path.display())))
                }
            }
        })
        .await
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        self.apart(|this, _| {
            let folder = this.folder()?;
            let disk = rustix::fs::statvfs(folder).map_err(|error| {
                this.failed(format!(
                    "cannot ask for the room at {}: {error}",
                    folder.display()
                ))
            })?;
            Ok(Some(disk.f_bavail.saturating_mul(disk.f_frsize)))
        })
        .await
    }
}

/// Raised when whoever waited for work drops it.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn copy(from: &mut File, into: &mut File, given_up: &AtomicBool) -> io::Result<()> {
    while io::copy(&mut from.by_ref().take(STEP), into)? > 0 {
        if given_up.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
    }
    Ok(())
}

/// Makes the names in `within` and the folders above it, up to `top`, outlast a power cut.
fn sync_folders(top: &Path, within: &Path) -> io::Result<()> {
    for folder in within.ancestors() {
        File::open(folder)?.sync_all()?;
        if folder == top {
            break;
        }
    }
    Ok(())
}

/// Removes what puts that were cut off have left. That it cannot be removed is no reason not to put.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let temporary = entry.file_name().to_str().is_some_and(is_temporary);
        if temporary
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && left_over(&entry.path())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody writes that file any more.
fn left_over(path: &Path) -> bool {
    let Ok(file) = File::open(path) else {
        return false;
    };
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => {
            let changed = file.metadata().and_then(|known| known.modified());
            changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED))
        }
    }
}

#[cfg(test)]
mod tests;
