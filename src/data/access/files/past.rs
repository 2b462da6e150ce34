//! Files of a firm that comes with its past.

use jiff::Timestamp;

use super::row::{self, Attachment};
use crate::data::access::error::AccessError;
use crate::data::access::vault::Access;
use crate::data::records::field::RecordType;
use crate::data::records::file::FileName;
use crate::data::records::ids::{FileId, RecordId, UserId};
use crate::data::store::{NewFile, StoredFile};

/// A file with when and by whom it was added.
pub struct PastFile {
    /// Its id; no other file of the record has it.
    pub id: FileId,
    /// Whose it is.
    pub record: RecordId,
    /// What it is called.
    pub name: FileName,
    /// Its content, on the disk.
    pub stored: StoredFile,
    /// Whether it is marked as financial.
    pub finance: bool,
    /// When it was added.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<UserId>,
}

impl Access {
    /// A file to write that belongs to nothing yet. Only the program has one.
    pub fn new_past_file(&self) -> Result<NewFile, AccessError> {
        match self.actor.why() {
            Some(_) => Ok(self.vault.inner.store.files().create()?),
            None => Err(AccessError::NotFound),
        }
    }

    /// Adds files as they were added at other times, without entries of the audit log. Only the program does this.
    pub async fn add_past_files(
        &self,
        kind: &'static RecordType,
        past: Vec<PastFile>,
    ) -> Result<(), AccessError> {
        if self.actor.why().is_none() {
            return Err(AccessError::NotFound);
        }
        let rows: Vec<(RecordId, Attachment)> = past
            .iter()
            .map(|file| {
                let row = Attachment {
                    id: file.id,
                    name: file.name.clone(),
                    size: file.stored.size(),
                    hash: file.stored.hash(),
                    added_at: file.at,
                    added_by: file.by,
                    finance: file.finance,
                    removed: None,
                    moved: Vec::new(),
                };
                (file.record, row)
            })
            .collect();
        let written = self
            .write(move |work| {
                for (record, row) in &rows {
                    work.with_files(kind, *record)?;
                    row::put(work.write, kind, *record, row);
                }
                Ok(())
            })
            .await;
        // Until the rows are on the disk nothing may remove what they name.
        drop(past);
        written
    }
}
