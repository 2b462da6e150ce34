//! Why a backup was not made, or does not lead back.

use std::io;
use std::path::PathBuf;

use super::files::Missing;
use super::target::TargetError;
use crate::data::{AccessError, LoadError, StoreError, WriteOutError};

/// Why a backup was not made, or does not lead back. One line for a person; never a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    /// There is no key file where one is needed, or it cannot be read.
    #[error("the key file {}: {why}", file.display())]
    Key {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// None of the keys opens it.
    #[error(
        "{archive} cannot be opened with this key; give the key file that was in use when it was made (--key-file)"
    )]
    WrongKey {
        /// Its name.
        archive: String,
    },
    /// It is not what was written.
    #[error("{archive} is damaged or no archive of this program: {what}")]
    Damaged {
        /// Its name.
        archive: String,
        /// What is wrong.
        what: String,
    },
    /// It comes from a newer program.
    #[error(
        "{archive} was made by version {program} of this program; use that version or a newer one"
    )]
    Newer {
        /// Its name.
        archive: String,
        /// The version.
        program: String,
    },
    /// There is no such archive.
    #[error(
        "there is no archive {0}, neither as a file nor at a target; `kartoteka backup list` shows what there is"
    )]
    Absent(String),
    /// Files that it refers to are nowhere.
    #[error(
        "{archive} refers to {of} files, and {} of them ({} MB) are neither in the folder files beside it nor at a target, or damaged there, such as {}; name the configuration with the targets (--config), or put the folder files of a target beside the archive, or restore without what is missing (--without-missing-files){}",
        .missing.count, .missing.bytes.div_ceil(1 << 20), .missing.one, in_words(.said)
    )]
    FilesMissing {
        /// The archive's name.
        archive: String,
        /// What is nowhere.
        missing: Box<Missing>,
        /// How many it refers to.
        of: u64,
        /// What was heard on the way.
        said: String,
    },
    /// No target is configured.
    #[error("{0}")]
    NoTarget(String),
    /// None of that name is: whoever asks has written it wrongly.
    #[error("{0}")]
    UnknownTarget(String),
    /// One or more targets did not take it; the others did.
    #[error("{}", .0.join("; "))]
    Targets(Vec<String>),
    /// A target failed.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The firm's data could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The guard did not do it.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// It would take so much of the disk that people could not go on writing.
    #[error(
        "there is no room {what}: only {} MB are free on the disk with the data, and people could not go on writing",
        .free >> 20
    )]
    NoRoom {
        /// What for.
        what: &'static str,
        /// Bytes that are free.
        free: u64,
    },
    /// Its records are another firm's.
    #[error("this archive was made by another firm")]
    OtherFirm,
    /// Whoever waited for it wanted no more.
    #[error("the backup was stopped")]
    Stopped,
    /// Without it there would be no proved one.
    #[error("this is the only proved backup; make another before you remove it")]
    LastProved,
    /// It can be done only in another state.
    #[error("{0}")]
    Refused(String),
}

fn in_words(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(": {}", plain(words, 300))
    }
}

impl BackupError {
    /// A file could not be read or written.
    pub(crate) fn io(what: impl std::fmt::Display, source: io::Error) -> Self {
        Self::Io {
            what: what.to_string(),
            source,
        }
    }

    /// It is not what was written; `what` may hold words of whoever made it.
    pub(super) fn damaged(archive: &str, what: impl std::fmt::Display) -> Self {
        Self::Damaged {
            archive: archive.to_owned(),
            what: plain(&what.to_string(), 300),
        }
    }

    /// Whether the archive or its key is at fault, so that the data is not to be trusted.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::WrongKey { .. } | Self::Damaged { .. } | Self::FilesMissing { .. }
        )
    }

    /// Why the lines of an archive made no firm.
    pub(super) fn loading(archive: &str, error: LoadError) -> Self {
        match error {
            error if error.is_content() => Self::damaged(archive, error),
            LoadError::Store(error) => error.into(),
            error => Self::Refused(error.to_string()),
        }
    }
}

/// Words of an archive's maker, harmless on a terminal: on one line, and not too many.
pub(super) fn plain(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(most).map(plain).collect()
}

impl From<WriteOutError> for BackupError {
    fn from(error: WriteOutError) -> Self {
        match error {
            WriteOutError::Store(error) => error.into(),
            WriteOutError::Io(error) => Self::io("the new archive", error),
        }
    }
}
