//! Files come back with a record that comes from an archive.

use std::collections::{BTreeMap, HashSet};

use super::row::{self, Attachment, rows};
use crate::data::access::error::AccessError;
use crate::data::access::vault::Work;
use crate::data::records::field::RecordType;
use crate::data::records::file::FileHash;
use crate::data::records::ids::{FileId, RecordId};

impl Work<'_, '_, '_> {
    /// Gives a record the files that it had; what it has stays, and is put back where it was removed since. Whoever calls
    /// has brought the contents, but for those that are `lost`, whose files do not come back: whether there were any.
    pub(in crate::data::access) fn bring_files_back(
        &mut self,
        kind: &RecordType,
        id: RecordId,
        files: BTreeMap<FileId, Attachment>,
        lost: &HashSet<FileHash>,
    ) -> Result<bool, AccessError> {
        let there = rows(self.write, kind, id)?;
        let mut some_lost = false;
        for file in files.into_values() {
            let known = there.iter().find(|known| known.id == file.id);
            match known {
                Some(known) if known.removed.is_some() && file.removed.is_none() => {
                    let back = Attachment {
                        removed: None,
                        ..known.clone()
                    };
                    row::put(self.write, kind, id, &back);
                }
                Some(_) => {}
                None if lost.contains(&file.hash) => some_lost = true,
                None => row::put(self.write, kind, id, &file),
            }
        }
        Ok(some_lost)
    }
}
