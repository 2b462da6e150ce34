//! Why a firm could not be written out, or not be read back.

use std::io;

use crate::data::store::StoreError;

/// Why a part could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum WriteOutError {
    /// The database did not give it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Whoever takes the lines did not.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why lines do not make a firm.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// A line is none that this part can hold.
    #[error("{part}, line {line}: {what}")]
    Line {
        /// The part's name.
        part: String,
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// Every line is right by itself, and together they are no firm.
    #[error("{0}")]
    Content(String),
    /// The folder could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoadError {
    /// Whether the lines are at fault, and not the disk they were to be kept on.
    pub fn is_content(&self) -> bool {
        match self {
            Self::Line { .. } | Self::Content(_) => true,
            Self::Store(error) => matches!(error, StoreError::Corrupt(_)),
        }
    }
}
