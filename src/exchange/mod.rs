//! Excel and CSV in and out.
//!
//! [`sheet`] reads and writes rows of cells and knows nothing of records; [`headings`] tells which column holds which
//! field; [`export`] and [`import`] join the two to the guard. All of it follows from the record type; what people call
//! things is the module's [`vocabulary`].

pub(crate) mod command;
pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod headings;
pub(crate) mod import;
mod labels;
mod list_text;
pub(crate) mod mapping;
pub(crate) mod report;
pub(crate) mod sheet;
mod values;
mod vocabulary;

#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod own_field_tests;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod test_firm;
