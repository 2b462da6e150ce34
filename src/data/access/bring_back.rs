//! Single records from an archive, back under their ids.
//!
//! Needs the right to manage backups, and to see all records of the module. What comes back was there before: nobody asks
//! whether it may be made, whether another has its tax id, or who sees each of its fields. What lives stays as it is.

use std::collections::{BTreeMap, HashSet};

use super::archive::{Archived, fit_in};
use super::error::{AccessError, Permission};
use super::operation::Message;
use super::person_undo::{FieldBack, require};
use super::reading::Reading;
use super::seen::Seen;
use super::trash::stored_in_trash;
use super::vault::{Access, Work};
use super::writing::Changes;
use crate::data::log::audit::AuditKind;
use crate::data::log::history::{self, Act};
use crate::data::records::field::{FieldNo, RecordType, common};
use crate::data::records::file::FileHash;
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::index::{self, record_key};
use crate::data::records::module::Module;
use crate::data::store::{Read, Table};

/// Where a record of an archive is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It is there.
    Alive,
    /// It lies in the trash.
    InTrash,
    /// It was removed for good.
    Gone,
}

/// A record of an archive held against what it is today.
#[derive(Clone, Debug)]
pub struct Compared {
    /// As it is.
    pub now: Seen,
    /// As it was.
    pub then: Seen,
    /// Fields that differ, of those the actor sees.
    pub fields: Vec<FieldBack>,
}

impl Reading {
    /// Where a record is today.
    pub fn whereabouts(&self, module: Module, id: RecordId) -> Result<Whereabouts, AccessError> {
        require(self.rights(), module)?;
        let kind = self.kind(module)?;
        if self
            .snapshot()
            .get(Table::Records, &record_key(kind, id))?
            .is_some()
        {
            return Ok(Whereabouts::Alive);
        }
        Ok(match stored_in_trash(self.snapshot(), kind, id)? {
            Some(_) => Whereabouts::InTrash,
            None => Whereabouts::Gone,
        })
    }

    /// What the actor sees of a record of an archive.
    pub fn archived(&self, archived: &Archived) -> Result<Seen, AccessError> {
        require(self.rights(), archived.module)?;
        let kind = self.kind(archived.module)?;
        let mut record = archived.record.clone();
        fit_in(kind, &mut record);
        Ok(Seen::new(kind, self.rights(), record))
    }

    /// Holds a record of an archive against today's; none where that is not alive.
    pub fn compare(&self, archived: &Archived) -> Result<Option<Compared>, AccessError> {
        let then = self.archived(archived)?;
        let kind = self.kind(archived.module)?;
        let now = match self.get(kind, archived.id()) {
            Ok(now) => now,
            Err(AccessError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let fields = now
            .fields()
            .filter(|field| {
                !matches!(
                    field.no,
                    common::ID | common::CREATED_AT | common::UPDATED_AT
                )
            })
            .filter_map(|field| {
                let (now, then) = (now.value(field.no), then.value(field.no));
                (now != then).then_some(FieldBack { field, now, then })
            })
            .collect();
        Ok(Some(Compared { now, then, fields }))
    }
}

impl Access {
    /// Brings records of an archive back, each by itself. The operation counts `restored`, `skipped` (alive), `left`, and
    /// beside those `owner_gone` (the record is the actor's own now), `fields_gone` and `files_gone` (with contents among
    /// `lost`, which are not there to be named).
    pub async fn bring_back_in(
        &self,
        operation: OperationId,
        kind: &'static RecordType,
        records: Vec<Archived>,
        lost: HashSet<FileHash>,
    ) -> Result<(), AccessError> {
        self.write_in(Some(operation), move |work| {
            require(&work.rights, kind.module)?;
            work.taking_back = true;
            let kind = work.today(kind);
            for archived in records {
                let id = archived.id();
                if let Err(why) = work.bring_back(kind, archived, &lost) {
                    work.leave(kind.module, id, &why)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Gives fields of a record that lives the values of an archive, while it still has the version that was looked at.
    /// What the actor may not set stays. The operation counts `changed` or `left`.
    pub async fn take_fields_in(
        &self,
        operation: OperationId,
        kind: &'static RecordType,
        archived: Archived,
        fields: Vec<FieldNo>,
        version: u64,
    ) -> Result<(), AccessError> {
        self.write_in(Some(operation), move |work| {
            require(&work.rights, kind.module)?;
            work.taking_back = true;
            let (kind, id) = (work.today(kind), archived.id());
            let mut then = archived.record;
            fit_in(kind, &mut then);
            let changes: Changes = fields.into_iter().map(|no| (no, then.value(no))).collect();
            match work.update(kind, id, changes, Some(version)) {
                Ok(_) => work.count("changed"),
                Err(why) => work.leave(kind.module, id, &why)?,
            }
            Ok(())
        })
        .await
    }

    /// Says of records that an archive does not hold that they were left.
    pub async fn not_in_archive(
        &self,
        operation: OperationId,
        module: Module,
        ids: Vec<RecordId>,
    ) -> Result<(), AccessError> {
        self.write_in(Some(operation), move |work| {
            require(&work.rights, module)?;
            for id in ids {
                work.count("left");
                work.keep_left(module, id, Message::new("operation-why-not-archived"));
            }
            Ok(())
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn bring_back(
        &mut self,
        kind: &'static RecordType,
        archived: Archived,
        lost_files: &HashSet<FileHash>,
    ) -> Result<(), AccessError> {
        let id = archived.id();
        if self.stored(kind, id)?.is_some() {
            self.count("skipped");
            return Ok(());
        }
        if self.merged_away(kind, id)? {
            return Err(AccessError::conflict("error-merged-away"));
        }
        let trashed = self.in_trash(kind, id)?;
        let Archived {
            mut record,
            steps,
            files,
            ..
        } = archived;
        let known = history::last_version(self.write, kind, id)?;
        let version = record.version;
        let lost = fit_in(kind, &mut record);
        let owner_gone = record
            .owner
            .is_some_and(|owner| self.rights.people().user(owner).is_none());
        if owner_gone {
            record.owner = self.signature.user;
        }
        let missing = kind.fields.iter().find(|field| {
            field.required && field.own.is_none() && record.value(field.no).is_none()
        });
        if missing.is_some() {
            return Err(AccessError::conflict("error-archived-broken"));
        }
        self.continue_history(kind, (id, version), known, &steps)?;

        record.document = match &trashed {
            Some(trashed) => trashed.document,
            None => index::next_document(self.write, kind)?,
        };
        record.version = known.max(version) + 1;
        self.forget_trashed(kind, id)?;
        index::replace(self.write, kind, None, Some(&record))?;
        let changes = match &trashed {
            Some(trashed) => history::changes(kind, Some(trashed), &record),
            None => Vec::new(),
        };
        self.remember(kind, &record, Act::Restored, AuditKind::Restored, changes)?;
        let files_lost = self.bring_files_back(kind, id, files, lost_files)?;
        self.count("restored");
        if owner_gone {
            self.count("owner_gone");
        }
        if lost > 0 {
            self.count("fields_gone");
        }
        if files_lost {
            self.count("files_gone");
        }
        Ok(())
    }

    /// Where nothing is known of a record any more, the archive's history becomes its history. What is known goes on.
    fn continue_history(
        &mut self,
        kind: &RecordType,
        (id, version): (RecordId, u64),
        known: u64,
        steps: &BTreeMap<u64, Vec<u8>>,
    ) -> Result<(), AccessError> {
        let whole = steps.keys().copied().eq(1..=version);
        if known >= version {
            return Ok(());
        }
        if known > 0 || !whole {
            return Err(AccessError::conflict("error-archived-history"));
        }
        for (step, entry) in steps {
            let mut key = record_key(kind, id);
            key.extend_from_slice(&step.to_be_bytes());
            self.write.put(Table::History, key, entry.clone());
        }
        Ok(())
    }
}

impl Reading {
    /// Whether the actor may bring back the whole firm: everything that there is, whoever it belongs to.
    pub fn may_restore_all(&self) -> Result<(), AccessError> {
        self.rights()
            .require_admin(super::role::AdminRight::Backups)?;
        self.rights().require(Permission::GrantMore)
    }
}

#[cfg(test)]
mod tests;
