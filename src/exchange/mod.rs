//! Excel and CSV in and out.
//!
//! [`sheet`] reads and writes rows of cells and knows nothing of records. A stranger's file is read by a process of its
//! own ([`child`]), and its rows are kept ([`reader`]) for whoever looks at them. [`headings`] tells which column holds
//! which field; [`export`] and [`import`] join the two to the guard. All of it follows from the record type; what people call
//! things is the module's [`vocabulary`].

pub(crate) mod bad_rows;
pub(crate) mod child;
pub(crate) mod command;
pub(crate) mod copy;
pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod headings;
pub(crate) mod import;
pub(crate) mod journal;
mod labels;
pub(crate) mod layout;
mod list_text;
pub(crate) mod mapping;
pub(crate) mod reader;
pub(crate) mod report;
pub(crate) mod sheet;
mod values;
mod vocabulary;
pub(crate) mod watch;

#[cfg(test)]
mod dry_run_tests;
#[cfg(test)]
mod import_error_tests;
#[cfg(test)]
mod import_right_tests;
#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod own_field_tests;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod test_firm;
