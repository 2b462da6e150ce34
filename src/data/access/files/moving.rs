//! Files go with their records: into another by a merge, back again, and away for good.

use super::row::{self, rows};
use crate::data::access::error::AccessError;
use crate::data::access::vault::Work;
use crate::data::records::field::RecordType;
use crate::data::records::ids::{MergeId, RecordId};
use crate::data::records::index::record_key;
use crate::data::store::Table;

impl Work<'_, '_, '_> {
    /// The files of a record that is merged away become those of the one that stays.
    pub(in crate::data::access) fn take_files_along(
        &mut self,
        kind: &RecordType,
        merge: MergeId,
        (from, into): (RecordId, RecordId),
    ) -> Result<(), AccessError> {
        for mut file in rows(self.write, kind, from)? {
            self.write
                .delete(Table::Files, row::key(kind, from, file.id));
            file.moved.push((merge, from));
            row::put(self.write, kind, into, &file);
        }
        Ok(())
    }

    /// The way back, when a merge is taken back: also for those that were removed since.
    pub(in crate::data::access) fn give_files_back(
        &mut self,
        kind: &RecordType,
        merge: MergeId,
        kept: RecordId,
    ) -> Result<(), AccessError> {
        for mut file in rows(self.write, kind, kept)? {
            let Some((_, from)) = file.moved.pop_if(|(by, _)| *by == merge) else {
                continue;
            };
            self.write
                .delete(Table::Files, row::key(kind, kept, file.id));
            row::put(self.write, kind, from, &file);
        }
        Ok(())
    }

    /// Forgets the files of a record that goes for good; what nothing names any more is swept away later.
    pub(in crate::data::access) fn forget_files(
        &mut self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        Ok(self
            .write
            .delete_under(Table::Files, &record_key(kind, id))?)
    }
}
