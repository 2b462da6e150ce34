//! What an archive says of itself: its first file, `manifest.json`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::error::plain;
use super::files::FileFacts;
use crate::data::AuditHead;

/// The format this program writes.
pub(super) const FORMAT: u32 = 2;
/// The one without files.
pub(super) const WITHOUT_FILES: u32 = 1;

/// The manifest's name in the archive.
pub(super) const NAME: &str = "manifest.json";
/// The key that secrets in the database are sealed with, encrypted once more.
pub(super) const SECRET: &str = "secret.key.age";

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The format of the archive: 2, or 1 for those that knew no files.
    pub(crate) format: u32,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// The format of stored values.
    pub(crate) stored_format: u32,
    /// The moment it holds.
    pub(crate) created_at: Timestamp,
    /// The firm's name.
    pub(crate) firm: String,
    /// Names the moment: two archives with the same one hold the same.
    pub(crate) snapshot: String,
    /// Whether nothing in the firm contradicted itself.
    pub(crate) sound: bool,
    /// Lines by part.
    pub(crate) counts: BTreeMap<String, u64>,
    /// SHA-256 of each file but this one, in hexadecimal.
    pub(crate) parts: BTreeMap<String, String>,
    /// Bytes of each.
    pub(crate) sizes: BTreeMap<String, u64>,
    /// BLAKE3 over what is stored, by part.
    pub(crate) digests: BTreeMap<String, String>,
    /// Where the audit log ends.
    pub(crate) audit: AuditHead,
    /// Names of fields by module and number, as history names them.
    pub(crate) fields: Map<String, Json>,
    /// Attached files it refers to.
    #[serde(default)]
    pub(crate) files: FileFacts,
}

impl Manifest {
    /// Its moment in whole seconds, for tar.
    pub(super) fn seconds(&self) -> u64 {
        u64::try_from(self.created_at.as_second()).unwrap_or(0)
    }

    /// Bytes of all listed parts; nothing where a size is missing, or no number holds the sum.
    pub(super) fn bytes(&self) -> Option<u64> {
        let mut sizes = self.parts.keys().map(|name| self.sizes.get(name));
        sizes.try_fold(0_u64, |sum, size| sum.checked_add(*size?))
    }

    /// Bytes of all it holds; nothing where a size is missing, or no number holds the sum.
    pub(super) fn all_bytes(&self) -> Option<u64> {
        let inside = if self.files.inside {
            self.files.bytes
        } else {
            0
        };
        self.bytes()?.checked_add(inside)
    }

    /// Lines of all parts.
    pub(crate) fn lines(&self) -> u64 {
        self.counts
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The firm's name, harmless on a terminal whoever made the archive.
    pub(crate) fn firm_name(&self) -> String {
        plain(&self.firm, 200)
    }
}
