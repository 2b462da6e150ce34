//! What can go wrong below the records.

use std::io;

/// A failure of the store. None of these is the caller's mistake.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database file is damaged, cut or empty.
    #[error("the database file is damaged ({0}); restore the firm from a backup")]
    Damaged(String),
    /// The data was written by a newer program.
    #[error(
        "the data has format {found}, this program knows up to {known}; install the newer version again"
    )]
    Newer {
        /// Format of the file.
        found: u32,
        /// Newest format this program reads.
        known: u32,
    },
    /// A newer program could not bring the data up to date; what it had changed was taken back.
    #[error(
        "the data could not be brought up to date ({0}); it is as it was, and the version of the program before goes on \
         working with it"
    )]
    Upgrade(String),
    /// The file is encrypted and no key was found; where it was looked for.
    #[error("the database is encrypted, and there is no key for it: {0}")]
    NoKey(String),
    /// The file is encrypted under another key than those found; where they come from.
    #[error("the database is encrypted under another key than the one from {0}")]
    WrongKey(String),
    /// The key beside the file is gone that secrets in it are sealed with; which.
    #[error(
        "secret.key is not in the data folder, and only it opens what is sealed in the database: {0}. Put the file back; \
         `kartoteka data secret-key ARCHIVE` takes it out of a backup, and `kartoteka data forget-secrets` goes on without what \
         it opens"
    )]
    NoSecretKey(String),
    /// Another process has the file open.
    #[error("the data folder is in use by another process")]
    InUse,
    /// The disk is full: nothing of the write was kept.
    #[error("there is no room left on the disk; free some space and try again")]
    NoRoom,
    /// The disk answered with an error: nothing of the write was acknowledged.
    #[error("the disk failed: {0}")]
    Io(String),
    /// A stored value cannot be read back.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// The store is closing or its file could not be opened again after a failure.
    #[error("the store is closed")]
    Closed,
    /// A write met a defect in the program; nothing of it was kept.
    #[error("the write met a defect in the program and was dropped")]
    Panicked,
}

impl StoreError {
    /// A stored value that cannot be decoded, with what was being read.
    pub(in crate::data) fn corrupt(what: &str, error: impl std::fmt::Display) -> Self {
        Self::Corrupt(format!("{what}: {error}"))
    }

    /// Whether the handle must be closed and opened again before anything else (redb answers nothing after a failure).
    pub(super) fn needs_reopen(&self) -> bool {
        matches!(
            self,
            Self::NoRoom | Self::Io(_) | Self::Damaged(_) | Self::Closed | Self::Panicked
        )
    }
}

fn from_io(error: &io::Error) -> StoreError {
    const ENOSPC: i32 = 28;
    const EDQUOT: i32 = 122;
    match error.raw_os_error() {
        Some(ENOSPC | EDQUOT) => StoreError::NoRoom,
        _ if error.kind() == io::ErrorKind::StorageFull => StoreError::NoRoom,
        // A page of an encrypted file that does not open.
        _ if error.kind() == io::ErrorKind::InvalidData => StoreError::Damaged(error.to_string()),
        _ => StoreError::Io(error.to_string()),
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        from_io(&error)
    }
}

impl From<redb::StorageError> for StoreError {
    fn from(error: redb::StorageError) -> Self {
        match error {
            redb::StorageError::Corrupted(what) => Self::Damaged(what),
            redb::StorageError::Io(error) => from_io(&error),
            redb::StorageError::PreviousIo => Self::Io("an earlier operation failed".to_owned()),
            redb::StorageError::DatabaseClosed => Self::Closed,
            other => Self::Io(other.to_string()),
        }
    }
}

impl From<redb::TableError> for StoreError {
    fn from(error: redb::TableError) -> Self {
        match error {
            redb::TableError::Storage(error) => error.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<redb::TransactionError> for StoreError {
    fn from(error: redb::TransactionError) -> Self {
        match error {
            redb::TransactionError::Storage(error) => error.into(),
            other => Self::Io(other.to_string()),
        }
    }
}

impl From<redb::CommitError> for StoreError {
    fn from(error: redb::CommitError) -> Self {
        match error {
            redb::CommitError::Storage(error) => error.into(),
            other => Self::Io(other.to_string()),
        }
    }
}

impl From<redb::DatabaseError> for StoreError {
    fn from(error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            redb::DatabaseError::UpgradeRequired(version) => {
                Self::Damaged(format!("file format {version} of the database engine"))
            }
            redb::DatabaseError::Storage(redb::StorageError::Io(error))
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Self::Damaged(error.to_string())
            }
            redb::DatabaseError::Storage(error) => error.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}
