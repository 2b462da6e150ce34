//! The whole firm as lines of text, written from one moment, and read back into an empty folder.
//!
//! What is stored comes back to the byte: each part has a digest over its stored entries, the same on both sides.
//! `docs/archive-format.md` describes the lines for people who have nothing but an archive.

mod aside;
mod beside;
mod checks;
mod contents;
mod error;
mod go_on;
mod line;
mod loaded;
mod loader;
mod moment;
mod part;
mod pick;
mod record_line;

pub use contents::Contents;
pub use error::{LoadError, WriteOutError};
pub use go_on::CarriedOver;
pub use loader::{Loader, Origin as LoadedFrom};
pub use moment::{AuditHead, Moment, PartFacts};
pub use part::Part;
#[cfg(test)]
pub(in crate::data) use part::{Fate, fate};
pub use pick::{Archived, FileLine, HistoryLine, LineCutter, Picker};
pub(super) use record_line::fit_in;
