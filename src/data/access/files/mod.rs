//! Files of records: whoever sees the record sees them, but for those marked as financial, which only those see whose role
//! reads the group `finance` of the module.
//!
//! Adding needs to edit the record, removing and putting back needs to delete it. A row is written only for a
//! [`StoredFile`], whose content is on the disk. Removed files stay for as long as the trash keeps records; rows of a deleted
//! record stay with it, and go when it goes for good.

mod acts;
mod all;
mod back;
mod moving;
mod past;
mod row;
#[cfg(test)]
mod tests;

use super::error::AccessError;
use super::reading::Reading;
use super::rights::Rights;
use super::role::GroupAccess;
use super::seen::Seen;
use crate::data::records::field::RecordType;
use crate::data::records::file::FileName;
use crate::data::records::ids::{FileId, RecordId};
use crate::data::store::{OpenFile, StoreError};
pub use acts::FileDraft;
pub use all::FilesChecked;
pub use past::PastFile;
pub use row::{Attachment, Removed};
use row::{rows, stored};

/// Files that one record can have, those lately removed among them.
pub const MOST_FILES: usize = 1_000;

/// The group of fields that a financial file belongs to.
const FINANCE: &str = "finance";

impl Rights {
    /// What the role may do with financial files of a module's records.
    fn financial_files(&self, kind: &RecordType) -> GroupAccess {
        self.module(kind.module).group(FINANCE)
    }

    fn sees_file(&self, kind: &RecordType, file: &Attachment) -> bool {
        !file.finance || self.financial_files(kind) >= GroupAccess::Read
    }

    /// Whether files of a type's records can be marked as financial, and this role sees those that are.
    pub fn sees_financial_files(&self, kind: &RecordType) -> bool {
        kind.module.groups().contains(&FINANCE) && self.financial_files(kind) >= GroupAccess::Read
    }

    /// Whether this role may mark files of a type's records as financial.
    pub fn may_mark_financial(&self, kind: &RecordType) -> bool {
        kind.module.groups().contains(&FINANCE) && self.financial_files(kind) == GroupAccess::Write
    }
}

impl Reading {
    /// The record whose files are asked for, where its type has files and the actor sees it.
    fn with_files(&self, kind: &'static RecordType, id: RecordId) -> Result<Seen, AccessError> {
        if kind.files {
            self.get(kind, id)
        } else {
            Err(AccessError::NotFound)
        }
    }

    fn files_where(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        wanted: impl Fn(&Attachment) -> bool,
    ) -> Result<Vec<Attachment>, AccessError> {
        let mut files = rows(self.snapshot(), kind, id)?;
        files.retain(|file| self.rights().sees_file(kind, file) && wanted(file));
        // Ids are in order of time; the newest first.
        files.reverse();
        Ok(files)
    }

    /// The files of a record, the newest first.
    pub fn files(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Vec<Attachment>, AccessError> {
        self.with_files(kind, id)?;
        self.files_where(kind, id, |file| file.removed.is_none())
    }

    /// Those that were removed and can be put back; none for those who may not put them back.
    pub fn removed_files(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Vec<Attachment>, AccessError> {
        if !self.with_files(kind, id)?.may_delete() {
            return Ok(Vec::new());
        }
        self.files_where(kind, id, |file| file.removed.is_some())
    }

    /// A file of a record.
    pub fn file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<Attachment, AccessError> {
        self.with_files(kind, id)?;
        stored(self.snapshot(), kind, id, file)?
            .filter(|file| file.removed.is_none() && self.rights().sees_file(kind, file))
            .ok_or(AccessError::NotFound)
    }

    /// What a file is called that an entry of a log names, removed or not; none where the actor does not see it.
    pub fn file_name(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<Option<FileName>, AccessError> {
        match self.with_files(kind, id) {
            Ok(_) => {}
            Err(AccessError::NotFound | AccessError::Forbidden(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        let file = stored(self.snapshot(), kind, id, file)?;
        let file = file.filter(|file| self.rights().sees_file(kind, file));
        Ok(file.map(|file| file.name))
    }

    /// The content of a file.
    pub fn open_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<(Attachment, OpenFile), AccessError> {
        let file = self.file(kind, id, file)?;
        let files = self.vault().inner.store.files();
        let open = files.open_file(file.hash, file.size)?;
        let missing = || StoreError::Corrupt(format!("the content of file {} is missing", file.id));
        Ok((file.clone(), open.ok_or_else(missing)?))
    }
}
