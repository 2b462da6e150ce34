//! What can be wrong with a sheet, said so that a person knows what to do.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The kinds a message may name as readable.
pub(crate) const SUPPORTED: &str = ".xlsx, .xls, .ods, .csv";

#[derive(Debug, Error, Serialize, Deserialize)]
pub(crate) enum SheetError {
    #[error(
        "This file is not a sheet. Choose an Excel or LibreOffice file (.xlsx, .xls, .ods) or a text file with columns (.csv)."
    )]
    NotASheet,
    #[error("The file is empty: it has no visible sheet with data. Choose another file.")]
    Empty,
    #[error(
        "Files of the kind \".{extension}\" cannot be read. Save the sheet as one of {SUPPORTED} and try again."
    )]
    Unsupported { extension: String },
    #[error(
        "The file is named .{extension} but its content is .{found}. Save it from your spreadsheet program as .xlsx or .csv."
    )]
    Mismatch {
        extension: String,
        found: Cow<'static, str>,
    },
    #[error(
        "The file is a web page saved under the name of a sheet. Open it in your spreadsheet program and save it as .xlsx."
    )]
    WebPage,
    #[error("The workbook is protected by a password. Save it without the password and try again.")]
    Encrypted,
    #[error(
        "The file is damaged or incomplete ({detail}). Open it in your spreadsheet program, save it anew and try again."
    )]
    Damaged { detail: String },
    #[error(
        "The file unpacks to far more than a sheet should. Save the data into a new workbook, or as CSV, and try again."
    )]
    UnpacksTooLarge,
    #[error("The file is larger than {limit_mb} MB. Split it into several files.")]
    FileTooLarge { limit_mb: u64 },
    #[error("The sheet has more than {limit} rows. Split it into several files.")]
    TooManyRows { limit: u32 },
    #[error("Row {row} has more than {limit} columns. Remove the columns that are not needed.")]
    TooManyColumns { row: u32, limit: usize },
    #[error(
        "Row {row} does not end: probably a quotation mark is opened and not closed there. Mend it and try again."
    )]
    EndlessRow { row: u32 },
    #[error("The letters of the file cannot be made out. Save it as CSV UTF-8 and try again.")]
    Encoding,
    #[error("The file could not be read: {0}.")]
    Read(String),
    #[error(
        "The sheet is too large to be read in the memory allowed for it. Save it as .xlsx or .csv, or split it into several files."
    )]
    TooLargeToRead,
    #[error(
        "Reading the sheet takes too long. Save it as .xlsx or .csv, or split it into several files."
    )]
    TakesTooLong,
    #[error("The process that reads sheets could not do its work: {0}.")]
    Reader(String),
    #[error("Reading the file was stopped.")]
    Stopped,
    #[error("The workbook has no sheet \"{name}\".")]
    NoSuchSheet { name: String },
    #[error(
        "The cells of row {row} hold more text than can be taken at once. Shorten them and try again."
    )]
    RowTooLong { row: u32 },
    #[error("The sheet could not be written: {0}. Check that there is room on the disk.")]
    Write(String),
    #[error("An Excel sheet holds at most {limit} rows. Choose fewer records, or CSV.")]
    TooManyRowsToWrite { limit: u32 },
    #[error(
        "The text in row {row}, column {column} is longer than the {limit} characters of an Excel cell. Choose CSV instead."
    )]
    CellTooLongToWrite {
        row: u32,
        column: usize,
        limit: usize,
    },
}

/// Why one cell of an otherwise good row could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellProblem {
    /// Counted from 0, as in [`Row::cells`](super::Row::cells).
    pub(crate) column: usize,
    pub(crate) kind: CellProblemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellProblemKind {
    /// The text has more characters than [`Limits::cell_chars`](super::Limits::cell_chars).
    TooLong { chars: usize, limit: usize },
    /// A formula copied down from another cell, saved without its result.
    FormulaWithoutResult,
}

impl CellProblemKind {
    /// The key of the translated message.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "sheet-problem-too-long",
            Self::FormulaWithoutResult => "sheet-problem-formula-without-result",
        }
    }

    /// The arguments of the translated message, by name.
    pub(crate) fn args(self) -> Vec<(&'static str, ErrorArg)> {
        match self {
            Self::TooLong { chars, limit } => {
                vec![
                    ("chars", ErrorArg::Number(chars as i64)),
                    ("limit", ErrorArg::Number(limit as i64)),
                ]
            }
            Self::FormulaWithoutResult => Vec::new(),
        }
    }
}

/// A value put into a translated message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ErrorArg {
    Text(String),
    Number(i64),
}

impl SheetError {
    /// The key of the translated message.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::NotASheet => "sheet-error-not-a-sheet",
            Self::Empty => "sheet-error-empty",
            Self::Unsupported { .. } => "sheet-error-unsupported",
            Self::Mismatch { .. } => "sheet-error-mismatch",
            Self::WebPage => "sheet-error-web-page",
            Self::Encrypted => "sheet-error-encrypted",
            Self::Damaged { .. } => "sheet-error-damaged",
            Self::UnpacksTooLarge => "sheet-error-unpacks-too-large",
            Self::FileTooLarge { .. } => "sheet-error-file-too-large",
            Self::TooManyRows { .. } => "sheet-error-too-many-rows",
            Self::TooManyColumns { .. } => "sheet-error-too-many-columns",
            Self::EndlessRow { .. } => "sheet-error-endless-row",
            Self::Encoding => "sheet-error-encoding",
            Self::Read(_) => "sheet-error-read",
            Self::TooLargeToRead => "sheet-error-too-large-to-read",
            Self::TakesTooLong => "sheet-error-takes-too-long",
            Self::Reader(_) => "sheet-error-reader",
            Self::Stopped => "sheet-error-stopped",
            Self::NoSuchSheet { .. } => "sheet-error-no-such-sheet",
            Self::RowTooLong { .. } => "sheet-error-row-too-long",
            Self::Write(_) => "sheet-error-write",
            Self::TooManyRowsToWrite { .. } => "sheet-error-too-many-rows-to-write",
            Self::CellTooLongToWrite { .. } => "sheet-error-cell-too-long-to-write",
        }
    }

    /// The arguments of the translated message, by name. Technical details are left to [`Display`](std::fmt::Display).
    pub(crate) fn args(&self) -> Vec<(&'static str, ErrorArg)> {
        let number = |n: i64| ErrorArg::Number(n);
        match self {
            Self::Unsupported { extension } => {
                vec![
                    ("extension", ErrorArg::Text(extension.clone())),
                    ("supported", ErrorArg::Text(SUPPORTED.to_owned())),
                ]
            }
            Self::Mismatch { extension, found } => {
                vec![
                    ("extension", ErrorArg::Text(extension.clone())),
                    ("found", ErrorArg::Text(found.clone().into_owned())),
                ]
            }
            Self::FileTooLarge { limit_mb } => vec![("limit", number(*limit_mb as i64))],
            Self::TooManyRows { limit } | Self::TooManyRowsToWrite { limit } => {
                vec![("limit", number((*limit).into()))]
            }
            Self::TooManyColumns { row, limit } => vec![
                ("row", number((*row).into())),
                ("limit", number(*limit as i64)),
            ],
            Self::NoSuchSheet { name } => vec![("name", ErrorArg::Text(name.clone()))],
            Self::EndlessRow { row } | Self::RowTooLong { row } => {
                vec![("row", number((*row).into()))]
            }
            Self::CellTooLongToWrite { row, column, limit } => {
                vec![
                    ("row", number((*row).into())),
                    ("column", number(*column as i64)),
                    ("limit", number(*limit as i64)),
                ]
            }
            Self::NotASheet
            | Self::Empty
            | Self::Encrypted
            | Self::Damaged { .. }
            | Self::UnpacksTooLarge
            | Self::Encoding
            | Self::WebPage
            | Self::TooLargeToRead
            | Self::TakesTooLong
            | Self::Reader(_)
            | Self::Stopped
            | Self::Read(_)
            | Self::Write(_) => Vec::new(),
        }
    }

    /// The reading process is at fault, not the file.
    pub(in crate::exchange) fn reader(detail: &dyn std::fmt::Display) -> Self {
        Self::Reader(detail.to_string())
    }

    pub(in crate::exchange) fn damaged(detail: impl std::fmt::Display) -> Self {
        Self::Damaged {
            detail: detail.to_string(),
        }
    }
}

impl From<io::Error> for SheetError {
    fn from(error: io::Error) -> Self {
        Self::Read(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every message of this module is translated, and its arguments are those the translations name.
    #[test]
    fn every_error_is_translated() {
        let extension = || "xls".to_owned();
        let errors = [
            SheetError::NotASheet,
            SheetError::Empty,
            SheetError::Unsupported {
                extension: extension(),
            },
            SheetError::Mismatch {
                extension: extension(),
                found: "csv".into(),
            },
            SheetError::Encrypted,
            SheetError::damaged("x"),
            SheetError::UnpacksTooLarge,
            SheetError::FileTooLarge { limit_mb: 1 },
            SheetError::TooManyRows { limit: 1 },
            SheetError::TooManyColumns { row: 1, limit: 1 },
            SheetError::EndlessRow { row: 1 },
            SheetError::Encoding,
            SheetError::Read("x".to_owned()),
            SheetError::WebPage,
            SheetError::TooLargeToRead,
            SheetError::TakesTooLong,
            SheetError::Reader("x".to_owned()),
            SheetError::Stopped,
            SheetError::NoSuchSheet {
                name: "x".to_owned(),
            },
            SheetError::RowTooLong { row: 1 },
            SheetError::Write("x".to_owned()),
            SheetError::TooManyRowsToWrite { limit: 1 },
            SheetError::CellTooLongToWrite {
                row: 1,
                column: 1,
                limit: 1,
            },
        ];
        let problems = [
            CellProblemKind::FormulaWithoutResult,
            CellProblemKind::TooLong { chars: 2, limit: 1 },
        ];
        let messages = errors.iter().map(|error| (error.key(), error.args()));
        let messages: Vec<_> = messages
            .chain(
                problems
                    .iter()
                    .map(|problem| (problem.key(), problem.args())),
            )
            .collect();
        for texts in [
            include_str!("../../../assets/locales/pl.ftl"),
            include_str!("../../../assets/locales/en.ftl"),
        ] {
            for (key, args) in &messages {
                let start = texts
                    .find(&format!("\n{key} = "))
                    .unwrap_or_else(|| panic!("{key}"));
                let message = &texts[start + 1..];
                let message = &message[..message.find(['\n']).map_or(message.len(), |line| {
                    // A message goes on in lines that are indented.
                    let next = message[line..].find("\n\n").unwrap_or(message.len() - line);
                    line + message[line..]
                        .find("\nsheet-")
                        .map_or(next, |at| at.min(next))
                })];
                let named = message.matches("{ $").count() - message.matches("] { $").count();
                assert_eq!(named, args.len(), "{message}");
                assert!(
                    args.iter()
                        .all(|(name, _)| message.contains(&format!("{{ ${name} "))),
                    "{message}"
                );
            }
        }
    }
}
