//! `import`: records from a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::module::{Format, Module};

/// Brings records in from a file (.xlsx, .xls, .ods or .csv), or from the sheet of the module in a person's own copy
/// (.zip).
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
    /// With --strategy update: fills the empty fields of a record and leaves the others as they are.
    #[arg(long)]
    pub(crate) only_empty: bool,
    /// The fields that tell whether a record is here already, such as `tax_id` or `name,address.city`; `id` for our own exports.
    #[arg(long = "match", value_name = "FIELD", value_delimiter = ',')]
    pub(crate) match_fields: Vec<String>,
    /// The field of a column whose heading does not tell it; may be repeated.
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column_and_field)]
    pub(crate) columns: Vec<(String, String)>,
    /// A value for all rows that have none of their own; may be repeated.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = field_and_value)]
    pub(crate) for_all: Vec<(String, String)>,
    /// The sheet of a workbook [default: the first visible one with rows].
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Writes the rows that failed to a sheet (.xlsx or .csv) with what is wrong with each, to be mended and imported.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) failed_rows: Option<PathBuf>,
    /// Settled by the ending of that file.
    #[arg(skip)]
    pub(crate) failed_as: Option<Format>,
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

impl ImportArgs {
    /// Settles what only the caller's side knows.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        if self.only_empty && self.strategy != Strategy::Update {
            let message = "--only-empty goes with --strategy update";
            return Err(Failure::Usage(message.to_owned()));
        }
        let Some(path) = &self.failed_rows else {
            return Ok(());
        };
        let format = Format::of_file(path);
        if !matches!(format, Some(Format::Xlsx | Format::Csv)) {
            let message = "--failed-rows: the name of the file must end in .xlsx or .csv";
            return Err(Failure::Usage(message.to_owned()));
        }
        self.failed_as = format;
        Ok(())
    }
}

fn field_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() && !value.trim().is_empty() => {
            Ok((field.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write it as FIELD=VALUE, such as status=lead".to_owned()),
    }
}

fn column_and_field(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((column, field)) if !column.trim().is_empty() && !field.trim().is_empty() => {
            Ok((column.trim().to_owned(), field.trim().to_owned()))
        }
        _ => Err("write it as COLUMN=FIELD, such as \"Nazwa firmy=name\"".to_owned()),
    }
}
