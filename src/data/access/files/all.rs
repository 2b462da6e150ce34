//! All files of the firm: for backups, for the nightly clearing, and for `doctor`.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::row;
use crate::data::access::archive::Moment;
use crate::data::access::error::AccessError;
use crate::data::access::vault::{Access, Vault, firm};
use crate::data::records::consistency::Findings;
use crate::data::records::file::FileHash;
use crate::data::store::{Files, FilesHold, OpenFile, Read, Snapshot, StoreError, Swept, Table};

/// Content that no row names stays this long: a row may be on its way.
const UNNAMED: SignedDuration = SignedDuration::from_hours(24);
/// Rows removed in one write.
const PURGED_AT_ONCE: usize = 500;
/// Greater than every key of a file.
const END: [u8; 40] = [u8::MAX; 40];

/// Of a row, what tells which content it names, and until when.
#[derive(Deserialize)]
struct Named {
    hash: FileHash,
    size: u64,
    #[serde(default)]
    removed: Option<row::Removed>,
}

fn each(
    read: &impl Read,
    visit: &mut dyn FnMut(&[u8], Named) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let mut failed = None;
    read.scan(
        Table::Files,
        &[],
        &END,
        &mut |key, bytes| match serde_json::from_slice(bytes) {
            Ok(named) => visit(key, named),
            Err(error) => {
                failed = Some(StoreError::corrupt("the row of a file", error));
                ControlFlow::Break(())
            }
        },
    )?;
    failed.map_or(Ok(()), Err)
}

impl Moment {
    /// Gives the content of every file away, by hash and bytes, until `visit` breaks. What several rows name comes several
    /// times. Removed files that can be put back are among them.
    pub fn each_file(
        &self,
        visit: &mut dyn FnMut(FileHash, u64) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        each(self.snapshot(), &mut |_, named| {
            visit(named.hash, named.size)
        })
    }

    /// The content of a file; none where it is not there, which is damage. While the moment lives no file goes.
    pub fn open_file(&self, hash: FileHash, size: u64) -> Result<Option<OpenFile>, StoreError> {
        self.vault().inner.store.files().open_file(hash, size)
    }
}

impl Vault {
    /// Keeps files from being removed from the disk for as long as it lives.
    pub fn hold_files(&self) -> FilesHold {
        self.inner.store.files().hold()
    }

    /// Whether files lie encrypted on the disk.
    pub fn files_are_sealed(&self) -> bool {
        self.inner.store.files().are_sealed()
    }

    /// Removes from the disk what no row names any more. Reads all rows and blocks for as long.
    pub fn sweep_files(&self) -> Result<Swept, StoreError> {
        self.sweep_files_before(crate::clock::now() - UNNAMED)
    }

    pub(super) fn sweep_files_before(&self, limit: Timestamp) -> Result<Swept, StoreError> {
        let mut sweep = self.inner.store.files().begin_sweep();
        let snapshot = self.inner.store.read()?;
        each(&snapshot, &mut |_, named| {
            sweep.keep(named.hash);
            ControlFlow::Continue(())
        })?;
        drop(snapshot);
        sweep.run(limit)
    }
}

impl Access {
    /// Removes for good the rows of files that were removed longer ago than the firm keeps its trash. Returns how many.
    /// Only the program does this.
    pub async fn purge_removed_files(&self) -> Result<u64, AccessError> {
        if self.actor.why().is_none() {
            return Err(AccessError::NotFound);
        }
        let snapshot = self.vault.inner.store.read()?;
        let days = firm(&snapshot)?.map_or(30, |firm| firm.trash_days);
        let limit = crate::clock::now() - SignedDuration::from_hours(24 * i64::from(days));
        let mut old = Vec::new();
        each(&snapshot, &mut |key, named| {
            if named.removed.is_some_and(|removed| removed.at < limit) {
                old.push(key.to_vec());
            }
            ControlFlow::Continue(())
        })?;
        drop(snapshot);
        let mut purged = 0;
        for keys in old.chunks(PURGED_AT_ONCE) {
            let keys = keys.to_vec();
            purged += self
                .write(move |work| {
                    let mut purged = 0;
                    for key in keys {
                        let bytes = work.write.get(Table::Files, &key)?;
                        let file = bytes.map(|bytes| row::decode(&key, &bytes)).transpose()?;
                        // It may have been put back since.
                        let removed = file.and_then(|file| file.removed);
                        if removed.is_some_and(|removed| removed.at < limit) {
                            work.write.delete(Table::Files, key);
                            purged += 1;
                        }
                    }
                    Ok(purged)
                })
                .await?;
        }
        Ok(purged)
    }
}

/// How many files there are, how many of them were looked at, and what is wrong.
#[derive(Debug)]
pub struct FilesChecked {
    /// Rows there are.
    pub all: u64,
    /// Rows looked at.
    pub looked_at: u64,
    /// In words for a log.
    pub wrong: Vec<String>,
}

impl Vault {
    /// Looks at up to `most` files, spread over all there are: whether each belongs to a record, and whether its content is
    /// there in its whole length; with `contents` also whether that is what its hash says, which reads all of it.
    pub fn check_files(&self, most: u64, contents: bool) -> Result<FilesChecked, StoreError> {
        let _hold = self.hold_files();
        let snapshot = self.inner.store.read()?;
        let mut findings = Findings::default();
        let all = snapshot.length(Table::Files)?;
        let looked_at = check(
            &snapshot,
            self.inner.store.files(),
            (most, contents),
            &mut findings,
        )?;
        Ok(FilesChecked {
            all,
            looked_at,
            wrong: findings.into_list(),
        })
    }
}

/// Looks at them at one moment; how many.
fn check(
    snapshot: &Snapshot,
    files: &Files,
    (most, contents): (u64, bool),
    findings: &mut Findings,
) -> Result<u64, StoreError> {
    let step = snapshot.length(Table::Files)?.div_ceil(most.max(1)).max(1);
    let (mut place, mut looked_at, mut failed) = (0, 0, None);
    let checked = each(snapshot, &mut |key, named| {
        place += 1;
        if place % step != 0 {
            return ControlFlow::Continue(());
        }
        looked_at += 1;
        match check_one(snapshot, files, (key, named), contents) {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(wrong)) => {
                findings.add(|| wrong);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    match checked {
        // A row that cannot be read is a finding like any other.
        Err(error @ StoreError::Corrupt(_)) => findings.add(|| error.to_string()),
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    failed.map_or(Ok(looked_at), Err)
}

/// What is wrong with one file.
fn check_one(
    read: &impl Read,
    files: &Files,
    (key, named): (&[u8], Named),
    contents: bool,
) -> Result<Option<String>, StoreError> {
    let record = &key[..key.len().saturating_sub(16)];
    if read.get(Table::Records, record)?.is_none() && read.get(Table::Trash, record)?.is_none() {
        return Ok(Some(format!("the file {} is no record's", named.hash)));
    }
    if !files.has(named.hash, named.size)? {
        return Ok(Some(format!(
            "the content of file {} ({} bytes) is missing or has another length",
            named.hash, named.size
        )));
    }
    if contents {
        let open = files.open_file(named.hash, named.size)?;
        let read = open.map(|mut open| std::io::copy(&mut open, &mut std::io::sink()));
        if let Some(Err(error)) = read {
            return Ok(Some(format!("the content of file {}: {error}", named.hash)));
        }
    }
    Ok(None)
}
