//! Bringing records in from files: what to do with a row whose record is already there.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;

use super::error::{AccessError, Permission};
use super::rows_before::RowsBefore;
use super::vault::{Access, Work};
use super::writing::{Changes, Draft, RecordOrigin};
use crate::data::log::audit::{AuditKind, Note};
use crate::data::records::field::{Field, FieldNo, RecordType, common};
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::index::{self, term};
use crate::data::records::kind::Kind;
use crate::data::records::problem::{FieldError, Problem};
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
    /// It takes the row's values where it has none of its own.
    Fill,
    /// A second one is made.
    Create,
}

impl Strategy {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Skip, Self::Update, Self::Fill, Self::Create];

    /// The word of the contract; `fill` is ours.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Update => "update",
            Self::Fill => "fill",
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
    /// Lines for [`Upsert::remarks_in`]: texts of the file that fit no field. Those that stand there already are not
    /// added again.
    pub remarks: Vec<String>,
}

/// How a file is brought in.
#[derive(Clone, Debug, Default)]
pub struct Upsert {
    /// What becomes of a row whose record is there.
    pub strategy: Strategy,
    /// Groups of fields by which records are the same: all fields of a group must be equal. The first group that finds
    /// one decides; of several groups, one whose identity field the row does not give says nothing. An id in the row is
    /// always compared first.
    pub same_by: Vec<Vec<FieldNo>>,
    /// Ids that the file names. A row with an id of its own is another record than these, however alike: our own export
    /// brings back two people who share an address as two.
    pub apart: Arc<HashSet<RecordId>>,
    /// The field of long text that takes the rows' remarks.
    pub remarks_in: Option<FieldNo>,
    /// Only says what would happen; rows that repeat earlier ones of the same dry run are told by what it keeps of those.
    pub dry_run: Option<Arc<RowsBefore>>,
}

/// Records that are looked at one by one.
pub(super) const FEW: u64 = 50;

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
        self.upsert_in(None, kind, how, rows).await
    }

    /// Brings rows in as a part of an operation, which keeps what was done to each record and counts `created`,
    /// `updated`, `skipped` and `failed`.
    pub async fn upsert_in(
        &self,
        operation: Option<OperationId>,
        kind: &'static RecordType,
        how: Upsert,
        rows: Vec<Row>,
    ) -> Result<Vec<Result<Outcome, AccessError>>, AccessError> {
        let dry_run = how.dry_run.is_some();
        let result = self
            .write_in(operation, move |work| {
                work.rights.require(Permission::Import(kind.module))?;
                let mut outcomes = Vec::with_capacity(rows.len());
                for row in rows {
                    let outcome = work.upsert(kind, &how, row);
                    work.count(match &outcome {
                        Err(AccessError::Store(error)) => {
                            return Err(AccessError::Store(error.clone()));
                        }
                        // The record is there, where the firm wants it once.
                        Err(AccessError::Conflict(problem))
                            if problem.key.starts_with("error-twin-taken") =>
                        {
                            "skipped"
                        }
                        Err(_) => "failed",
                        Ok(Outcome::Created(_)) => "created",
                        Ok(Outcome::Updated(_)) => "updated",
                        Ok(Outcome::Skipped) => "skipped",
                    });
                    outcomes.push(outcome);
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
        mut row: Row,
    ) -> Result<Outcome, AccessError> {
        let kind = self.today(kind);
        let remarks = std::mem::take(&mut row.remarks);
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
            let mut values: Changes = row
                .values
                .into_iter()
                .filter(|(no, value)| {
                    let free = how.strategy != Strategy::Fill || is_free(kind, &record, *no);
                    value.is_some() && free
                })
                .collect();
            add_remarks(kind, how.remarks_in, &remarks, Some(&record), &mut values)?;
            let updated = self.update(kind, record.id, values, None)?;
            return Ok(if updated.version == record.version {
                Outcome::Skipped
            } else {
                Outcome::Updated(record.id)
            });
        }
        if let Some(problem) = self.twin_of_values(kind, &row.values)? {
            return Err(AccessError::Conflict(problem));
        }
        let before = how.dry_run.as_deref();
        if let Some(before) = before
            && let Some(outcome) = self.repeats(kind, how, &row, before)?
        {
            return Ok(outcome);
        }
        let kept = before.map(|before| (before, row.clone()));
        add_remarks(kind, how.remarks_in, &remarks, None, &mut row.values)?;
        let mut origin = row.origin;
        if let Some(RecordOrigin { id, .. }) = origin
            && (self.stored(kind, id)?.is_some() || self.trashed_beyond_reach(kind, id)?)
        {
            // A copy of a record that is there, or one deleted by somebody else, gets an id of its own.
            origin = None;
        }
        let draft = Draft {
            values: row.values,
            origin,
        };
        let record = self.create(kind, draft)?;
        if let Some((before, row)) = kept {
            before.keep(kind, how, &row);
        }
        Ok(Outcome::Created(record.id))
    }

    /// What would become of a row whose record an earlier row of the dry run would have made.
    fn repeats(
        &self,
        kind: &'static RecordType,
        how: &Upsert,
        row: &Row,
        before: &RowsBefore,
    ) -> Result<Option<Outcome>, AccessError> {
        let sees = |field: &Field| self.rights.sees_field(kind, field);
        if how.strategy != Strategy::Create && before.hold(kind, how, row, sees) {
            return Ok(Some(match how.strategy {
                Strategy::Skip => Outcome::Skipped,
                _ => Outcome::Updated(RecordId::new()),
            }));
        }
        let refused = self.refuses_twins()? && before.hold_identity(kind, row);
        Ok(refused.then_some(Outcome::Skipped))
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
            if let Some(record) = self.same_in(kind, how, group, row)? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn same_in(
        &self,
        kind: &'static RecordType,
        how: &Upsert,
        group: &[FieldNo],
        row: &Row,
    ) -> Result<Option<Record>, AccessError> {
        let mut fields = Vec::with_capacity(group.len());
        for no in group {
            let Some(field) = kind
                .field(*no)
                .filter(|field| self.rights.sees_field(kind, field))
            else {
                return Ok(None);
            };
            let given = row.values.get(no).is_some_and(Option::is_some);
            if !given && how.same_by.len() > 1 && kind.identity.contains(no) {
                return Ok(None);
            }
            fields.push((field, given));
        }
        // Both without a value is equal too, but alone it says nothing, and is true of most.
        fields.sort_by_key(|(_, given)| !given);
        if !fields.first().is_some_and(|(_, given)| *given) {
            return Ok(None);
        }
        let mut fields = fields.into_iter().map(|(field, _)| field);
        let mut documents: Option<roaring::RoaringBitmap> = None;
        // Few are sooner compared one by one than found among everybody of the same town.
        while documents.as_ref().is_none_or(|found| found.len() > FEW)
            && let Some(field) = fields.next()
        {
            let mut found = roaring::RoaringBitmap::new();
            if let Some(value) = row.values.get(&field.no).and_then(Option::as_ref) {
                for form in field.kind.filter_values(value) {
                    let term = term::value(field.no, &form);
                    found |= postings::documents(self.write, kind.module.code(), &term)?;
                }
            } else {
                let term = term::empty(field.no);
                found = postings::documents(self.write, kind.module.code(), &term)?;
            }
            documents = Some(match documents {
                Some(so_far) => so_far & found,
                None => found,
            });
        }
        let Some(documents) = documents else {
            return Ok(None);
        };
        let left: Vec<&Field> = fields.collect();
        for document in documents.iter().take(FEW as usize) {
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
            let apart = row.origin.is_some() && how.apart.contains(&record.id);
            let same = left.iter().all(|field| is_same(field, &record, row));
            if same && !apart && !contradicts(kind, group, &record, row) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Whether a record has nothing of its own in a field.
fn is_free(kind: &RecordType, record: &Record, no: FieldNo) -> bool {
    if no == common::OWNER {
        return record.owner.is_none();
    }
    kind.field(no).is_some() && record.value(no).is_none()
}

/// Whether a record and a row say the same in a field; both nothing is the same too.
fn is_same(field: &Field, record: &Record, row: &Row) -> bool {
    let given = row.values.get(&field.no).and_then(Option::as_ref);
    match (record.value(field.no), given) {
        (None, None) => true,
        (Some(is), Some(given)) => {
            let is = field.kind.filter_values(&is);
            let given = field.kind.filter_values(given);
            is.iter().any(|form| given.contains(form))
        }
        _ => false,
    }
}

/// Whether what is known speaks against the two being the same. Two firms that share an e-mail are two firms where the
/// strongest identity field differs; two people of one name and town are two where every other such field differs.
fn contradicts(kind: &RecordType, group: &[FieldNo], record: &Record, row: &Row) -> bool {
    let differs = |no: &FieldNo| -> Option<bool> {
        let field = kind.field(*no)?;
        let is = field.kind.filter_values(&record.value(*no)?);
        let given = field.kind.filter_values(row.values.get(no)?.as_ref()?);
        Some(!is.iter().any(|form| given.contains(form)))
    };
    let strongest = kind.identity.first().filter(|no| **no != common::ID);
    if strongest.and_then(&differs) == Some(true) {
        return true;
    }
    let mut compared = kind.identity.iter().filter_map(&differs).peekable();
    !group.iter().any(|no| kind.identity.contains(no))
        && compared.peek().is_some()
        && compared.all(|differs| differs)
}

/// Puts remarks after what the row, else the record, says in the field for them.
fn add_remarks(
    kind: &RecordType,
    field: Option<FieldNo>,
    remarks: &[String],
    record: Option<&Record>,
    values: &mut Changes,
) -> Result<(), AccessError> {
    let Some(field) = field
        .and_then(|no| kind.field(no))
        .filter(|_| !remarks.is_empty())
    else {
        return Ok(());
    };
    let before = match (values.get(&field.no), record) {
        (Some(Some(Value::Text(text))), _) => text.as_str(),
        (_, Some(record)) => record.text(field.no),
        _ => "",
    };
    let mut text = before.to_owned();
    for remark in remarks {
        let known = text == *remark
            || text.starts_with(&format!("{remark}\n"))
            || text.ends_with(&format!("\n{remark}"))
            || text.contains(&format!("\n{remark}\n"));
        if !known {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(remark);
        }
    }
    if text == before {
        return Ok(());
    }
    match field.kind {
        Kind::Text(most) | Kind::LongText(most) if text.chars().count() > most => {
            let problem = Problem::new("error-too-long").with("most", most);
            Err(AccessError::Invalid(vec![FieldError::new(
                field.name, problem,
            )]))
        }
        _ => {
            values.insert(field.no, Some(Value::Text(text)));
            Ok(())
        }
    }
}
