//! `import`: records from a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::module::Module;

/// Brings records in from a file (.xlsx or .csv).
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ImportArgs {
    /// What the rows are.
    pub(crate) module: Module,
    /// The file; the heading of each column tells its field.
    #[serde(skip)]
    pub(crate) file: PathBuf,
    /// What to do with a row whose record is here already.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) strategy: Strategy,
    /// The fields that tell whether a record is here already.
    #[arg(long = "match", value_name = "FIELD", value_delimiter = ',')]
    pub(crate) match_fields: Vec<String>,
    /// The field of a column whose heading does not tell it; may be repeated.
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column_and_field)]
    pub(crate) columns: Vec<(String, String)>,
    /// Reports what would happen and changes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The e-mail address of the user who imports; their role decides what they may.
    #[arg(long = "as", value_name = "E")]
    pub(crate) user: String,
    /// The result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do with a row whose record is here already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strategy {
    /// Leave the record as it is.
    #[default]
    Skip,
    /// Write the row's cells into it.
    Update,
    /// Make another one all the same.
    Create,
}

fn column_and_field(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((column, field)) if !column.trim().is_empty() && !field.trim().is_empty() => {
            Ok((column.trim().to_owned(), field.trim().to_owned()))
        }
        _ => Err("write it as COLUMN=FIELD, such as \"Nazwa firmy=name\"".to_owned()),
    }
}
