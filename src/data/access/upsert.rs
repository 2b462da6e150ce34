//! Bringing records in from files: what to do with a row whose record is already there.

use serde_json::json;

use super::error::{AccessError, Permission};
use super::vault::{Access, Work};
use super::writing::{Changes, Draft, RecordOrigin};
use crate::data::log::audit::{AuditKind, Note};
use crate::data::records::field::{FieldNo, RecordType, common};
use crate::data::records::ids::RecordId;
use crate::data::records::index::{self, term};
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, Table, postings};

/// What becomes of a row whose record is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// It is left as it is.
    #[default]
    Skip,
    /// It takes the row's values.
    Update,
    /// A second one is made.
    Create,
}

impl Strategy {
    /// The words of the contract.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Update, Self::Create];

    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Update => "update",
            Self::Create => "create",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|strategy| strategy.name() == name)
    }
}

/// One row, read.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its values.
    pub values: Changes,
    /// Id and times, where the file has them.
    pub origin: Option<RecordOrigin>,
}

/// How a file is brought in.
#[derive(Clone, Debug)]
pub struct Upsert {
    /// What becomes of a row whose record is there.
    pub strategy: Strategy,
    /// Groups of fields by which records are the same: all fields of a group must be equal. The first group that finds
    /// one decides. An id in the row is always compared first.
    pub same_by: Vec<Vec<FieldNo>>,
    /// Only says what would happen.
    pub dry_run: bool,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A record was made.
    Created(RecordId),
    /// A record took the row's values.
    Updated(RecordId),
    /// The record was there already.
    Skipped,
}

impl Access {
    /// Brings rows in, each by itself, in one write. A dry run changes nothing and says the same.
    pub async fn upsert(
        &self,
        kind: &'static RecordType,
        how: Upsert,
        rows: Vec<Row>,
    ) -> Result<Vec<Result<Outcome, AccessError>>, AccessError> {
        let dry_run = how.dry_run;
        let result = self
            .write(move |work| {
                work.rights.require(Permission::Import(kind.module))?;
                let mut outcomes = Vec::with_capacity(rows.len());
                for row in rows {
                    match work.upsert(kind, &how, row) {
                        Err(AccessError::Store(error)) => return Err(AccessError::Store(error)),
                        outcome => outcomes.push(outcome),
                    }
                }
                // An error is the one way in which a write leaves nothing behind.
                if dry_run {
                    Err(DryRun(outcomes).into())
                } else {
                    Ok(outcomes)
                }
            })
            .await;
        match result {
            Err(AccessError::DryRun(outcomes)) => Ok(outcomes),
            result => result,
        }
    }

    /// Keeps in the audit log what a file brought in.
    pub async fn note_imported(
        &self,
        kind: &RecordType,
        file: &str,
        counts: [(&str, u64); 4],
    ) -> Result<(), AccessError> {
        let mut details = json!({"module": kind.module.name(), "file": file});
        for (name, count) in counts {
            details[name] = json!(count);
        }
        self.write_note(Note::new(AuditKind::Imported).with(details))
            .await
    }
}

struct DryRun(Vec<Result<Outcome, AccessError>>);

impl From<DryRun> for AccessError {
    fn from(run: DryRun) -> Self {
        Self::DryRun(run.0)
    }
}

impl Work<'_, '_, '_> {
    fn upsert(
        &mut self,
        kind: &'static RecordType,
        how: &Upsert,
        row: Row,
    ) -> Result<Outcome, AccessError> {
        if how.strategy != Strategy::Create
            && let Some(record) = self.same(kind, how, &row)?
        {
            if how.strategy == Strategy::Skip {
                return Ok(Outcome::Skipped);
            }
            if !self.rights.sees(kind, &record) {
                return Err(AccessError::conflict("error-import-not-yours"));
            }
            // Empty cells say nothing about a record that is there.
            let values = row
                .values
                .into_iter()
                .filter(|(_, value)| value.is_some())
                .collect();
            let updated = self.update(kind, record.id, values, None)?;
            return Ok(if updated.version == record.version {
                Outcome::Skipped
            } else {
                Outcome::Updated(record.id)
            });
        }
        let mut origin = row.origin;
        if let Some(RecordOrigin { id, .. }) = origin
            && (self.stored(kind, id)?.is_some() || self.trashed_beyond_reach(kind, id)?)
        {
            // A copy of a record that is there, or one deleted by somebody else, gets an id of its own.
            origin = None;
        }
        self.create(
            kind,
            Draft {
                values: row.values,
                origin,
            },
        )
        .map(|record| Outcome::Created(record.id))
    }

    /// The record that a row is the same as, whoever's it is.
    fn same(
        &self,
        kind: &'static RecordType,
        how: &Upsert,
        row: &Row,
    ) -> Result<Option<Record>, AccessError> {
        if let Some(origin) = row.origin
            && let Some(record) = self.stored(kind, origin.id)?
        {
            return Ok(Some(record));
        }
        for group in &how.same_by {
            if let Some(record) = self.same_in(kind, group, row)? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn same_in(
        &self,
        kind: &'static RecordType,
        group: &[FieldNo],
        row: &Row,
    ) -> Result<Option<Record>, AccessError> {
        let mut documents: Option<roaring::RoaringBitmap> = None;
        let mut compared = 0;
        for no in group {
            let Some(field) = kind
                .field(*no)
                .filter(|field| self.rights.sees_field(kind, field))
            else {
                return Ok(None);
            };
            let value = row.values.get(no).and_then(Option::as_ref);
            let found = match value {
                Some(value) => {
                    compared += 1;
                    let mut any = roaring::RoaringBitmap::new();
                    for form in field.kind.filter_values(value) {
                        any |= postings::documents(
                            self.write,
                            kind.module.code(),
                            &term::value(field.no, &form),
                        )?;
                    }
                    any
                }
                // Both without a value is equal too, but alone it says nothing.
                None => {
                    postings::documents(self.write, kind.module.code(), &term::empty(field.no))?
                }
            };
            documents = Some(match documents {
                Some(so_far) => so_far & found,
                None => found,
            });
        }
        let Some(documents) = documents.filter(|_| compared > 0) else {
            return Ok(None);
        };
        for document in documents.iter().take(50) {
            let key = index::document_key(kind, document);
            let id = self
                .write
                .get(Table::Documents, &key)?
                .and_then(|bytes| bytes.try_into().ok());
            let Some(record) = id
                .map(RecordId::from_bytes)
                .map(|id| self.stored(kind, id))
                .transpose()?
                .flatten()
            else {
                continue;
            };
            if !contradicts(kind, &record, row) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Whether the strongest identity field differs: two firms that share an e-mail are two firms.
fn contradicts(kind: &RecordType, record: &Record, row: &Row) -> bool {
    let Some(strongest) = kind.identity.first().filter(|no| **no != common::ID) else {
        return false;
    };
    match (
        record.value(*strongest),
        row.values.get(strongest).and_then(Option::as_ref),
    ) {
        (Some(Value::Text(is)), Some(Value::Text(given))) => is != *given,
        _ => false,
    }
}
