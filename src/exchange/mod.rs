//! Excel and CSV in and out.
//!
//! [`sheet`] reads and writes rows of cells and knows nothing of clients; [`headings`] tells which column holds which field.

pub(crate) mod headings;
pub(crate) mod sheet;
