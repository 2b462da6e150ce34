//! `export`: records to a file.

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::module::{Format, Module};

/// Writes records to a file.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ExportArgs {
    /// Which records.
    pub(crate) module: Module,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) out: PathBuf,
    /// The file's format, where its ending does not tell.
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// The e-mail address of the user who exports; their role decides what they may and see.
    #[arg(long = "as", value_name = "E")]
    pub(crate) user: String,
}

impl ExportArgs {
    /// Settles the format by the file's ending where none was given.
    pub(super) fn settle_format(&mut self) -> Result<(), Failure> {
        self.format = self.format.or_else(|| Format::of_file(&self.out));
        match self.format {
            Some(_) => Ok(()),
            None => Err(Failure::Usage(format!(
                "the ending of {} tells no format; give --format xlsx, csv or json",
                self.out.display()
            ))),
        }
    }
}
