//! `DIR/tls`: certificates with their keys, accounts at certificate authorities, and the journal. Only the service's user
//! may read any of it (0600 in 0700); a file is written whole under another name, synced and renamed.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::facts::Facts;
use super::pair::Pair;
use super::served::Source;

/// The folder; it is made with the first file.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// What the disk has not taken yet.
    owed: Arc<Mutex<Option<Owed>>>,
}

/// A certificate of an authority that is in memory alone. It cost an order, of which there are few a week.
#[derive(Clone, Debug)]
struct Owed {
    name: String,
    pem: String,
}

/// Bytes written and removed again to see whether the disk takes what an order gives.
const PROBE: usize = 64 << 10;

/// The uploaded certificate with its key.
const OWN: &str = "own.pem";

impl Folder {
    /// That of a data folder.
    pub(super) fn at(data: &Path) -> Self {
        Self {
            path: data.join("tls"),
            owed: Arc::default(),
        }
    }

    /// The uploaded certificate; nothing where there is none that can be read.
    pub(super) fn own(&self) -> Option<Pair> {
        self.pair(OWN)
    }

    /// Keeps an uploaded certificate.
    pub(super) fn keep_own(&self, pem: &str) -> io::Result<()> {
        self.write(OWN, pem.as_bytes())
    }

    /// Forgets the uploaded certificate.
    pub(super) fn remove_own(&self) -> io::Result<()> {
        self.remove(OWN)
    }

    /// The certificate that the authority with this directory gave.
    pub(super) fn issued(&self, directory: &str) -> Option<Pair> {
        let name = issued_name(directory);
        let owed = self.lock_owed().clone();
        match owed.filter(|owed| owed.name == name) {
            Some(owed) => Pair::from_pem(owed.pem.as_bytes(), owed.pem.as_bytes()).ok(),
            None => self.pair(&name),
        }
    }

    /// Keeps it; what the disk does not take is held in memory until [`Folder::write_owed`] succeeds.
    pub(super) fn keep_issued(&self, directory: &str, pem: &str) -> io::Result<()> {
        *self.lock_owed() = Some(Owed {
            name: issued_name(directory),
            pem: pem.to_owned(),
        });
        self.write_owed()
    }

    /// Whether there is a certificate that is not on the disk yet.
    pub(super) fn is_owed(&self) -> bool {
        self.lock_owed().is_some()
    }

    /// Writes what is not on the disk yet.
    pub(super) fn write_owed(&self) -> io::Result<()> {
        let mut owed = self.lock_owed();
        if let Some(certificate) = owed.as_ref() {
            self.write(&certificate.name, certificate.pem.as_bytes())?;
        }
        *owed = None;
        Ok(())
    }

    fn lock_owed(&self) -> MutexGuard<'_, Option<Owed>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the disk takes what an order gives; where it does not, no order is placed.
    pub(super) fn probe(&self) -> io::Result<()> {
        self.write("probe", &vec![0; PROBE])?;
        self.remove("probe")
    }

    /// What is remembered of orders, as JSON.
    pub(super) fn orders(&self) -> Option<Vec<u8>> {
        std::fs::read(self.path.join("pace.json")).ok()
    }

    /// Keeps it.
    pub(super) fn keep_orders(&self, json: &[u8]) -> io::Result<()> {
        self.write("pace.json", json)
    }

    /// The account at the authority with this directory, as JSON.
    pub(super) fn account(&self, directory: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path.join(account_name(directory))).ok()
    }

    /// Keeps it.
    pub(super) fn keep_account(&self, directory: &str, json: &[u8]) -> io::Result<()> {
        self.write(&account_name(directory), json)
    }

    /// Forgets an account that the authority does not know.
    pub(super) fn remove_account(&self, directory: &str) -> io::Result<()> {
        self.remove(&account_name(directory))
    }

    /// The journal, as JSON.
    pub(super) fn journal(&self) -> Option<Vec<u8>> {
        std::fs::read(self.path.join("journal.json")).ok()
    }

    /// Keeps it.
    pub(super) fn keep_journal(&self, json: &[u8]) -> io::Result<()> {
        self.write("journal.json", json)
    }

    /// What reminders were sent, as JSON.
    pub(super) fn reminded(&self) -> Option<Vec<u8>> {
        std::fs::read(self.path.join("reminded.json")).ok()
    }

    /// Keeps it.
    pub(super) fn keep_reminded(&self, json: &[u8]) -> io::Result<()> {
        self.write("reminded.json", json)
    }

    fn pair(&self, name: &str) -> Option<Pair> {
        let path = self.path.join(name);
        let pem = std::fs::read(&path).ok()?;
        match Pair::from_pem(&pem, &pem) {
            Ok(pair) => Some(pair),
            Err(fault) => {
                tracing::warn!(file = %path.display(), %fault, "a certificate cannot be used");
                None
            }
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path)?;
        let new = self.path.join(format!(".{name}.new"));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&new, self.path.join(name))?;
        File::open(&self.path)?.sync_all()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match std::fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// What to serve: what the firm gives while it counts, else what an authority issued; of those that have lapsed the last.
pub(super) fn best(
    given: Option<(Pair, Source)>,
    issued: Option<Pair>,
    now: Timestamp,
) -> Option<(Pair, Source)> {
    let issued = issued.map(|pair| (pair, Source::Acme));
    given
        .into_iter()
        .chain(issued)
        .min_by_key(|(pair, source)| {
            let last = -pair.facts.not_after.as_second();
            if !pair.facts.counts_at(now) {
                return (2, last);
            }
            let given = *source != Source::Acme && now < stands_in_at(&pair.facts);
            (i32::from(!given), last)
        })
}

/// When an authority's certificate takes the place of one of the firm's own that nobody replaced: three days before it lapses,
/// or with a sixth of a short life left.
pub(super) fn stands_in_at(facts: &Facts) -> Timestamp {
    facts.not_after - SignedDuration::from_secs((facts.lifetime() / 6).min(3 * 24 * 60 * 60))
}

fn issued_name(directory: &str) -> String {
    format!("acme-{}.pem", short(directory))
}

fn account_name(directory: &str) -> String {
    format!("account-{}.json", short(directory))
}

/// Names of files for what belongs to an address.
fn short(address: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(address.as_bytes())[..6])
}
