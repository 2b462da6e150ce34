//! The keys that servers reached over SSH identify themselves by, kept at first use.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What the file in the data folder is called.
const FILE: &str = "known-targets.json";

/// The keys shown so far, by `host:port`, as OpenSSH writes public keys. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownHosts {
    /// `None` where there is no data folder yet: then keys are kept as long as this value.
    file: Option<PathBuf>,
    held: Arc<Mutex<BTreeMap<String, String>>>,
}

impl KnownHosts {
    /// Those kept in a data folder, or none.
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        Self {
            file: folder.map(|folder| folder.join(FILE)),
            held: Arc::default(),
        }
    }

    /// The key of a server, where it has shown one. A file that cannot be read is an error, never "no key".
    pub(super) fn get(&self, host: &str) -> io::Result<Option<String>> {
        Ok(self.read()?.get(host).cloned())
    }

    /// Keeps the key of a server, durably where there is a data folder.
    pub(super) fn keep(&self, host: &str, key: &str) -> io::Result<()> {
        self.change(|held| held.insert(host.to_owned(), key.to_owned()))
    }

    /// Forgets the key of a server, so that the next one it shows counts.
    pub(crate) fn forget(&self, host: &str) -> io::Result<()> {
        self.change(|held| held.remove(host))
    }

    fn read(&self) -> io::Result<BTreeMap<String, String>> {
        match &self.file {
            Some(file) => stored(file),
            None => Ok(self
                .held
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()),
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> io::Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = &self.file else {
            change(&mut held);
            return Ok(());
        };
        let folder = file.parent().unwrap_or(Path::new("."));
        // Others hold the same file under a value of their own, a doctor beside a backup: one reads and writes at a time.
        let alone = fs::File::open(folder)?;
        alone.lock()?;
        let mut all = stored(file)?;
        change(&mut all);
        // Temporary files are 0600 from the start.
        let mut made = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut made, &all)?;
        made.write_all(b"\n")?;
        made.as_file().sync_all()?;
        made.persist(file)?;
        alone.sync_all()
    }
}

fn stored(file: &Path) -> io::Result<BTreeMap<String, String>> {
    match fs::read(file) {
        Ok(text) => serde_json::from_slice(&text).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_kept_in_the_folder_and_read_by_others() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownHosts::new(Some(folder.path()));
        assert_eq!(known.get("nas:22").unwrap(), None);
        known.keep("nas:22", "ssh-ed25519 AAAA").unwrap();
        known.keep("far:22", "ssh-ed25519 BBBB").unwrap();
        let again = KnownHosts::new(Some(folder.path()));
        assert_eq!(
            again.get("nas:22").unwrap().as_deref(),
            Some("ssh-ed25519 AAAA")
        );
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        again.forget("nas:22").unwrap();
        assert_eq!(known.get("nas:22").unwrap(), None);
        assert!(known.get("far:22").unwrap().is_some());
    }

    #[test]
    fn pins_that_two_keep_at_once_are_both_there() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |who: &'static str| {
            let known = KnownHosts::new(Some(folder.path()));
            move || {
                for number in 0..40 {
                    known.keep(&format!("{who}{number}:22"), "x").unwrap();
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(keep("a"));
            scope.spawn(keep("b"));
        });
        let all = stored(&folder.path().join(FILE)).unwrap();
        assert_eq!(all.len(), 80);
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        let known = KnownHosts::new(Some(folder.path()));
        known.get("nas:22").unwrap_err();
        known.keep("nas:22", "x").unwrap_err();
    }

    #[test]
    fn without_a_folder_keys_last_as_long_as_the_run() {
        let known = KnownHosts::new(None);
        known.clone().keep("nas:22", "x").unwrap();
        assert_eq!(known.get("nas:22").unwrap().as_deref(), Some("x"));
        assert_eq!(KnownHosts::new(None).get("nas:22").unwrap(), None);
    }
}
