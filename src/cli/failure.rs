//! How a command fails: one clear line, and the exit code that tells a script what kind of failure it was.

use std::fmt::Display;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The exit code of wrong usage.
pub(super) const USAGE: u8 = 2;

/// Why a command failed. The text is one line for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Failure {
    /// It cannot be done.
    #[error("{0}")]
    Failed(String),
    /// The command was written wrongly.
    #[error("{0}")]
    Usage(String),
    /// Another process uses the data folder.
    #[error("{0}")]
    InUse(String),
    /// Data is damaged, or a verification failed.
    #[error("{0}")]
    Damaged(String),
}

impl Failure {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => USAGE,
            Self::InUse(_) => 3,
            Self::Damaged(_) => 4,
        }
    }

    /// Reading or writing `what` failed.
    pub(crate) fn io(what: impl Display, error: io::Error) -> Self {
        Self::Failed(format!("{what}: {error}"))
    }

    /// Another process holds the data folder, and `why` tells what became of the attempt to reach it.
    pub(crate) fn in_use(folder: &Path, why: &str) -> Self {
        Self::InUse(format!(
            "the data folder {} is in use by another process{why}",
            folder.display()
        ))
    }
}

impl From<crate::config::ConfigError> for Failure {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
