//! How much of a stranger's file is read.

use serde::{Deserialize, Serialize};

/// Bounds on one sheet. What exceeds them is refused with an error that names the bound.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Size of the file.
    pub(crate) file_bytes: u64,
    /// Rows with data, the heading not counted.
    pub(crate) rows: u32,
    /// Columns up to the last one with a value.
    pub(crate) columns: usize,
    /// Characters of one cell; Excel's own limit by default.
    pub(crate) cell_chars: usize,
    /// Everything in an .xlsx, unpacked.
    pub(crate) unpacked_bytes: u64,
    /// The table of shared texts of an .xlsx, which stays in memory; as XML, about as much as it then takes.
    pub(crate) shared_text_bytes: u64,
    /// Files inside an .xlsx.
    pub(crate) zip_entries: u64,
}

/// What is read where nobody says otherwise.
pub(crate) static DEFAULT_LIMITS: Limits = Limits {
    file_bytes: 200_000_000,
    rows: 1_000_000,
    columns: 512,
    cell_chars: 32_767,
    unpacked_bytes: 3_000_000_000,
    shared_text_bytes: 400_000_000,
    zip_entries: 10_000,
};

impl Default for Limits {
    fn default() -> Self {
        DEFAULT_LIMITS.clone()
    }
}
