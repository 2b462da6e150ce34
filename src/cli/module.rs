//! Names of modules and file formats on the command line.

use std::path::Path;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A module whose records can be imported and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Module {
    /// Companies and persons.
    Clients,
}

/// The format of an exported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Xlsx,
    Csv,
    Json,
}

impl Format {
    /// The format that a file's ending names.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        Self::from_str(ending, true).ok()
    }
}
