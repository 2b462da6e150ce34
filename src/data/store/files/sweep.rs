//! Removing files that no row names any more.
//!
//! A file may be on the disk before its row is in the database, so only those go that nobody has written for a while; writing
//! the same content again makes a file new. Nothing goes while anybody holds the files.

use std::fs;
use std::io::ErrorKind;

use data_encoding::HEXLOWER;
use jiff::Timestamp;

use super::new_file::file_time;
use super::{Files, entries};
use crate::data::records::file::FileHash;
use crate::data::store::error::StoreError;

/// What came of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that went.
    pub removed: u64,
    /// Bytes they had on the disk.
    pub bytes: u64,
    /// Whether it ended early, because somebody holds the files.
    pub held: bool,
}

/// A sweep that is told what stays.
pub(in crate::data) struct Sweep {
    files: Files,
    /// The first bytes of names, which is enough: of two that begin alike both stay.
    kept: Vec<u64>,
}

fn beginning(name: &[u8; 32]) -> u64 {
    u64::from_be_bytes(std::array::from_fn(|at| name[at]))
}

impl Files {
    /// Begins a sweep. What is named by a row at any moment from now on is to be [kept](Sweep::keep).
    pub(in crate::data) fn begin_sweep(&self) -> Sweep {
        Sweep {
            files: self.clone(),
            kept: Vec::new(),
        }
    }
}

impl Sweep {
    /// A row names this one.
    pub(in crate::data) fn keep(&mut self, hash: FileHash) {
        self.kept.push(beginning(&self.files.inner.form.name(hash)));
    }

    /// Removes the others, those that were written before `limit`.
    pub(in crate::data) fn run(mut self, limit: Timestamp) -> Result<Swept, StoreError> {
        self.kept.sort_unstable();
        let root = self.files.root()?;
        let limit = file_time(limit);
        let mut swept = Swept::default();
        for shard in self.files.inner.form.place.shards(root)? {
            for entry in entries(&shard)? {
                let name = HEXLOWER.decode(entry.file_name().as_encoded_bytes()).ok();
                let Some(name) = name.and_then(|name| <[u8; 32]>::try_from(name).ok()) else {
                    continue;
                };
                if self.kept.binary_search(&beginning(&name)).is_ok() {
                    continue;
                }
                let holds = self.files.inner.gate.holds();
                if *holds > 0 {
                    swept.held = true;
                    return Ok(swept);
                }
                // Asked for only now that nobody can begin to use it.
                let found = match fs::metadata(entry.path()) {
                    Ok(found) => found,
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(error.into()),
                };
                if found.modified()? < limit {
                    fs::remove_file(entry.path())?;
                    swept.removed += 1;
                    swept.bytes += found.len();
                }
            }
        }
        Ok(swept)
    }
}
