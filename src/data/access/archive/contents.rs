//! Contents of files by their hashes alone, as backups read them and restores write them.

use super::loader::Loader;
use crate::data::access::error::{AccessError, Permission};
use crate::data::access::role::AdminRight;
use crate::data::access::vault::Access;
use crate::data::records::file::FileHash;
use crate::data::store::{Files, FilesHold, NewFile, OpenFile, StoreError};

/// The contents of one data folder. For the program: people are given files by [`Reading`](crate::data::Reading).
#[derive(Clone)]
pub struct Contents(Files);

impl Access {
    /// The contents of the firm's files. Only the program gets them, under its stated reason.
    pub fn contents(&self) -> Result<Contents, AccessError> {
        if self.actor.why().is_none() {
            return Err(AccessError::Forbidden(Permission::Admin(
                AdminRight::Backups,
            )));
        }
        Ok(Contents(self.vault.inner.store.files().clone()))
    }
}

impl Loader {
    /// The contents of the firm that is being made.
    pub fn contents(&self) -> Contents {
        Contents(self.store().files().clone())
    }
}

impl Contents {
    /// Whether one is there in its whole length; its bytes are not read.
    pub fn has(&self, hash: FileHash, size: u64) -> Result<bool, StoreError> {
        self.0.has(hash, size)
    }

    /// The bytes of one; nothing where it is not there. The reading fails at its end where they are others.
    pub fn open(&self, hash: FileHash, size: u64) -> Result<Option<OpenFile>, StoreError> {
        self.0.open_file(hash, size)
    }

    /// A content to write. It stays for a day, or for as long as a row names it.
    pub fn create(&self) -> Result<NewFile, StoreError> {
        self.0.create()
    }

    /// Keeps contents from being removed for as long as it lives.
    pub fn hold(&self) -> FilesHold {
        self.0.hold()
    }
}
