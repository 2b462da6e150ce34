//! Attached files: kept at every target once by content, whatever number of archives refers to them.
//!
//! An archive has a list of the contents that its records need (`files.jsonl`). The contents themselves are *objects*
//! beside the archives, each compressed and encrypted by itself to the same keys, under a name that tells nothing of the
//! content. A backup sends the objects that a target lacks, reads those back, and only then sends the archive.

mod bring;
mod drop_unused;
mod list;
mod name;
mod object;
mod prove;
mod send;
mod source;
#[cfg(test)]
mod tests;

pub(super) use bring::room_for;
pub(crate) use bring::{Bringing, Missing};
pub(crate) use list::{FileFacts, FileList, ListReader};
pub(crate) use name::{Content, Naming};
pub(crate) use object::Unfit;
pub(super) use object::check;
pub(crate) use prove::Depth;
pub(super) use send::Shipment;
pub(crate) use source::{Nowhere, Source};

/// The list's file in an archive, without its ending.
pub(crate) const PART: &str = "files";
/// The list's file in an archive.
pub(super) const LIST: &str = "files.jsonl";
/// How many objects are under way at once.
const AT_ONCE: usize = 4;
