//! Numbers about the whole of the data, for whoever looks after the machine: none of them tells of a record.

use jiff::Timestamp;

use super::vault::Vault;
use crate::data::log::{ChainError, audit};
use crate::data::store::{Store, StoreError, Table};

/// How much there is of everything that grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Records of all modules, without deleted ones.
    pub records: u64,
    /// Records in the trash.
    pub deleted: u64,
    /// Sessions that have not been cleared away, over ones among them.
    pub sessions: u64,
    /// API tokens.
    pub tokens: u64,
    /// Letters that wait to be sent.
    pub letters_waiting: u64,
    /// Letters that were given up.
    pub letters_unsent: u64,
    /// Entries of the audit log.
    pub audit_entries: u64,
}

impl Vault {
    /// How much there is; reads no record.
    pub fn figures(&self) -> Result<Figures, StoreError> {
        let snapshot = self.inner.store.read()?;
        Ok(Figures {
            records: snapshot.length(Table::Records)?,
            deleted: snapshot.length(Table::Trash)?,
            sessions: snapshot.length(Table::Sessions)?,
            tokens: snapshot.length(Table::Tokens)?,
            letters_waiting: snapshot.length(Table::Outbox)?,
            letters_unsent: snapshot.length(Table::Unsent)?,
            audit_entries: snapshot.length(Table::Audit)?,
        })
    }

    /// The database cache, in bytes.
    pub fn cache_bytes(&self) -> usize {
        self.settings().cache_bytes
    }

    /// When the newest entry of the audit log was made, after a look at whether that entry is what was written.
    pub fn newest_audit(&self) -> Result<Result<Option<Timestamp>, ChainError>, StoreError> {
        let newest = audit::check_newest(&self.inner.store.read()?)?;
        Ok(newest.map(|entry| entry.map(|entry| entry.at)))
    }

    /// Removes the copies of the data that upgrades have left a month ago; how many.
    pub fn forget_copies(folder: &std::path::Path) -> Result<u64, StoreError> {
        Store::forget_copies(folder)
    }

    /// The newest format this program knows.
    pub fn newest_format() -> u32 {
        Store::newest_format()
    }

    /// The moment that the newest backup holds which was proved; none of the future counts, which a wrong clock has left.
    pub fn newest_proved_backup(&self) -> Result<Option<Timestamp>, StoreError> {
        let (backups, now) = (self.backups()?, crate::clock::now());
        let proved = backups
            .iter()
            .filter(|backup| backup.proved_at.is_some())
            .filter(|backup| !crate::clock::is_ahead(backup.created_at, now));
        Ok(proved.map(|backup| backup.created_at).max())
    }
}
