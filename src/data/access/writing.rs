//! Writing through the guard: each function checks everything against that very record first, and only then changes
//! the record, its indexes, its history and the audit log together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::custom_fields::PREFIX as CUSTOM_PREFIX;
use super::error::{AccessError, Permission};
use super::seen::Seen;
use super::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::log::history::{self, Act, Change};
use crate::data::records::field::{Field, FieldNo, RecordType, Setter, common};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index;
use crate::data::records::kind::Kind;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, Table};

/// Values for fields by number; `None` clears one.
pub type Changes = BTreeMap<FieldNo, Option<Value>>;

/// What a new record is made of.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its fields; the owner is the maker where not given.
    pub values: Changes,
    /// Its id and times, where our own export brings a record back.
    pub origin: Option<RecordOrigin>,
}

/// Where a record that comes back was.
#[derive(Clone, Copy, Debug)]
pub struct RecordOrigin {
    /// Its id.
    pub id: RecordId,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// The `Idempotency-Key` of a request with the hash of what was asked.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// As the client gave it.
    pub key: String,
    /// Of the request's body.
    pub body_hash: [u8; 32],
}

/// What came of a create.
#[derive(Debug)]
pub enum Created {
    /// A new record.
    New(Box<Seen>),
    /// The same request again: the first answer.
    Again(Json),
}

impl Access {
    /// Makes a record.
    pub async fn create(
        &self,
        kind: &'static RecordType,
        draft: Draft,
    ) -> Result<Seen, AccessError> {
        self.write(move |work| {
            let record = work.create(kind, draft)?;
            Ok(work.show(kind, record))
        })
        .await
    }

    /// Makes a record once for a key: the same key and body give the first answer again, another body is a conflict.
    pub async fn create_once(
        &self,
        kind: &'static RecordType,
        draft: Draft,
        once: Idempotency,
    ) -> Result<Created, AccessError> {
        self.write(move |work| {
            let key = idempotency_key(work, &once);
            if let Some(stored) = work.write.get(Table::Idempotency, &key)? {
                return work.first_answer(kind, &stored, &once);
            }
            let record = work.create(kind, draft)?;
            let seen = work.show(kind, record);
            let answer =
                json!({"at": work.signature.at, "hash": once.body_hash, "answer": seen.to_json()});
            work.write
                .put(Table::Idempotency, key, answer.to_string().into_bytes());
            Ok(Created::New(Box::new(seen)))
        })
        .await
    }

    /// Changes the given fields of a record. With `expected`, only while it has that version.
    pub async fn update(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        changes: Changes,
        expected: Option<u64>,
    ) -> Result<Seen, AccessError> {
        self.write(move |work| {
            let record = work.update(kind, id, changes, expected)?;
            Ok(work.show(kind, record))
        })
        .await
    }

    /// Changes the given fields of several records, each by itself: those that cannot be changed are left.
    pub async fn update_each(
        &self,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
        changes: Changes,
    ) -> Result<Vec<Result<RecordId, AccessError>>, AccessError> {
        self.write(move |work| {
            work.rights
                .require(Permission::Option(kind.module, "bulk_edit"))?;
            work.each(ids, |work, id| {
                work.update(kind, id, changes.clone(), None)
                    .map(|record| record.id)
            })
        })
        .await
    }
}

fn idempotency_key(work: &Work<'_, '_, '_>, once: &Idempotency) -> Vec<u8> {
    let mut key = index::owner_key(work.signature.user).to_vec();
    key.extend_from_slice(&Sha256::digest(once.key.as_bytes()));
    key
}

impl Work<'_, '_, '_> {
    /// Does something to each of several records; an error of the store ends it all, any other only that record.
    pub(super) fn each<T>(
        &mut self,
        ids: Vec<RecordId>,
        act: impl Fn(&mut Self, RecordId) -> Result<T, AccessError>,
    ) -> Result<Vec<Result<T, AccessError>>, AccessError> {
        ids.into_iter()
            .map(|id| match act(self, id) {
                Err(AccessError::Store(error)) => Err(AccessError::Store(error)),
                result => Ok(result),
            })
            .collect()
    }

    fn first_answer(
        &self,
        kind: &'static RecordType,
        stored: &[u8],
        once: &Idempotency,
    ) -> Result<Created, AccessError> {
        let stored: Json = serde_json::from_slice(stored)
            .map_err(|error| crate::data::StoreError::corrupt("a first answer", error))?;
        if stored["hash"] != json!(once.body_hash) {
            return Err(AccessError::conflict("error-idempotency"));
        }
        let mut answer = stored["answer"].clone();
        // What has been hidden from the person since then stays hidden.
        let known = self.kinds.known_to(&self.rights, kind);
        let hidden = |name: &str| {
            let field = known.named(name);
            !field.is_some_and(|field| self.rights.sees_field(known, field))
        };
        for field in kind.fields.iter().filter(|field| hidden(field.name)) {
            if let Some(parts) = answer.as_object_mut() {
                parts.remove(field.name);
            }
        }
        if let Some(own) = answer["custom"].as_object_mut() {
            own.retain(|name, _| !hidden(&format!("{CUSTOM_PREFIX}{name}")));
        }
        Ok(Created::Again(answer))
    }

    /// A live record as it is stored.
    pub(super) fn stored(
        &self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<Option<Record>, AccessError> {
        match self
            .write
            .get(Table::Records, &index::record_key(kind, id))?
        {
            Some(bytes) => Ok(Some(Record::decode(id, &bytes)?)),
            None => Ok(None),
        }
    }

    /// A live record that the actor sees.
    pub(super) fn seen(&self, kind: &RecordType, id: RecordId) -> Result<Record, AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        self.stored(kind, id)?
            .filter(|record| self.rights.sees(kind, record))
            .ok_or(AccessError::NotFound)
    }

    /// Makes a record.
    pub(super) fn create(
        &mut self,
        kind: &'static RecordType,
        draft: Draft,
    ) -> Result<Record, AccessError> {
        self.rights.require(Permission::Create(kind.module))?;
        let kind = self.today(kind);
        let mut values = draft.values;
        for field in kind.fields {
            if let (Some(default), false) = (field.default, values.contains_key(&field.no)) {
                values.insert(field.no, Some(Value::Text(default.to_owned())));
            }
        }
        let own = self.signature.user;
        let given_owner = values.remove(&common::OWNER);
        let owner = match &given_owner {
            Some(given) => owner_of(given.as_ref()),
            None => own,
        };
        let mut errors = Vec::new();
        if given_owner.is_some() && owner != own {
            self.check_owner(kind, owner, &mut errors);
        }
        let id = draft.origin.map_or_else(RecordId::new, |origin| origin.id);
        // Only an id from elsewhere may be somebody's already.
        let comes_back = draft.origin.is_some();
        if comes_back && self.stored(kind, id)?.is_some() {
            return Err(AccessError::conflict("error-id-exists"));
        }
        let mut record = Record {
            id,
            document: 0,
            version: if comes_back {
                history::last_version(self.write, kind, id)? + 1
            } else {
                1
            },
            owner,
            created_at: draft
                .origin
                .and_then(|origin| origin.created_at)
                .unwrap_or(self.signature.at),
            updated_at: draft
                .origin
                .and_then(|origin| origin.updated_at)
                .unwrap_or(self.signature.at),
            values: Vec::new(),
        };
        self.check_changes(kind, None, &values, comes_back, &mut errors)?;
        for (no, value) in values {
            record.set(no, value);
        }
        self.check_asked(kind, &record, |_| true, &mut errors);
        self.check_twin(kind, None, &record, &mut errors)?;
        check_whole(kind, &record, errors)?;

        if comes_back {
            self.forget_trashed(kind, id)?;
        }
        record.document = index::next_document(self.write, kind)?;
        index::replace(self.write, kind, None, Some(&record))?;
        let changes = history::changes(kind, None, &record);
        self.remember(kind, &record, Act::Created, AuditKind::Created, changes)?;
        Ok(record)
    }

    /// Changes a record.
    pub(super) fn update(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        changes: Changes,
        expected: Option<u64>,
    ) -> Result<Record, AccessError> {
        let kind = self.today(kind);
        let old = self.seen(kind, id)?;
        if !self.rights.may_edit(kind, old.owner) {
            return Err(AccessError::Forbidden(Permission::Edit(kind.module)));
        }
        if expected.is_some_and(|version| version != old.version) {
            return Err(AccessError::Changed);
        }
        let mut errors = Vec::new();
        let mut record = old.clone();
        let mut changes = changes;
        if let Some(given) = changes.remove(&common::OWNER) {
            let owner = owner_of(given.as_ref());
            if owner != old.owner {
                self.check_owner(kind, owner, &mut errors);
                record.owner = owner;
            }
        }
        self.check_changes(kind, Some(&old), &changes, false, &mut errors)?;
        let given: Vec<FieldNo> = changes.keys().copied().collect();
        for (no, value) in changes {
            record.set(no, value);
        }
        self.check_asked(kind, &record, |no| given.contains(&no), &mut errors);
        self.check_twin(kind, Some(&old), &record, &mut errors)?;
        check_whole(kind, &record, errors)?;
        if record == old {
            return Ok(old);
        }
        record.version += 1;
        record.updated_at = self.signature.at.max(old.updated_at);
        index::replace(self.write, kind, Some(&old), Some(&record))?;
        let changes = history::changes(kind, Some(&old), &record);
        self.remember(kind, &record, Act::Changed, AuditKind::Changed, changes)?;
        Ok(record)
    }

    /// Writes history and audit of what was done to a record.
    pub(super) fn remember(
        &mut self,
        kind: &RecordType,
        record: &Record,
        act: Act,
        audit: AuditKind,
        changes: Vec<Change>,
    ) -> Result<(), AccessError> {
        let names: Vec<&str> = changes
            .iter()
            .filter_map(|change| kind.field(change.field))
            .map(|field| field.name)
            .collect();
        let details = if act == Act::Changed {
            json!({"fields": names})
        } else {
            Json::Null
        };
        self.keep_item(kind, record, act, &changes)?;
        history::add(self.write, kind, record, &self.signature, act, changes);
        self.note(
            Note::new(audit)
                .about(Subject::record(kind.module, record.id))
                .with(details),
        )
    }

    pub(super) fn check_owner(
        &self,
        kind: &RecordType,
        owner: Option<UserId>,
        errors: &mut Vec<FieldError>,
    ) {
        let Some(field) = kind.field(common::OWNER) else {
            return;
        };
        if !self.rights.may_set(kind, field) {
            errors.push(FieldError::not_yours(field.name));
        } else if let Some(owner) = owner
            && !self
                .rights
                .people()
                .user(owner)
                .is_some_and(|user| user.active || self.brings_back())
        {
            errors.push(FieldError::new(field.name, Problem::new("error-owner")));
        }
    }

    /// Whether this write brings back what was, where owners may have left since.
    fn brings_back(&self) -> bool {
        self.taking_back || matches!(self.signature.channel, "import" | "program")
    }

    fn check_changes(
        &self,
        kind: &'static RecordType,
        old: Option<&Record>,
        changes: &Changes,
        comes_back: bool,
        errors: &mut Vec<FieldError>,
    ) -> Result<(), AccessError> {
        for (no, value) in changes {
            let Some(field) = kind.field(*no) else {
                errors.push(FieldError::unknown(no.to_string()));
                continue;
            };
            if !self.rights.sees_field(kind, field) {
                errors.push(FieldError::unknown(field.name));
                continue;
            }
            let unchanged = old.map_or(value.is_none(), |old| old.get(*no) == value.as_ref());
            let by_default = old.is_none()
                && value.as_ref().and_then(Value::as_text) == field.default
                && field.default.is_some();
            if unchanged || by_default {
                continue;
            }
            let program_sets = self.program_sets(field)
                || (comes_back && self.brings_back() && self.rights.may_bring_back(kind, field));
            if !self.rights.may_set(kind, field) && !program_sets {
                errors.push(FieldError::not_yours(field.name));
            } else if let (Kind::Reference(module), Some(Value::Id(id))) = (field.kind, value) {
                self.check_reference(kind, field, module, *id, errors)?;
            }
        }
        Ok(())
    }

    /// What the firm asks of people for the fields given: records from before, and those that files bring in, may be
    /// without, and nobody is asked for what they may not set.
    fn check_asked(
        &self,
        kind: &'static RecordType,
        record: &Record,
        given: impl Fn(FieldNo) -> bool,
        errors: &mut Vec<FieldError>,
    ) {
        if self.brings_back() {
            return;
        }
        for field in kind.fields.iter().filter(|field| field.own.is_some()) {
            let asked = field.is_asked() && given(field.no) && self.rights.may_set(kind, field);
            let known = errors.iter().any(|error| error.field == field.name);
            if asked && record.get(field.no).is_none() && !known {
                errors.push(FieldError::new(field.name, Problem::new("error-required")));
            }
        }
    }

    fn program_sets(&self, field: &Field) -> bool {
        field.setter == Setter::Program && self.signature.user.is_none()
    }

    fn check_reference(
        &self,
        kind: &'static RecordType,
        field: &Field,
        module: crate::data::records::module::Module,
        id: uuid::Uuid,
        errors: &mut Vec<FieldError>,
    ) -> Result<(), AccessError> {
        let id = RecordId::from_bytes(*id.as_bytes());
        let kinds = self.kinds.all_whole().iter().copied();
        let target = kinds.chain([kind]).find(|kind| kind.module == module);
        let there = match target.map(|target| self.seen(target, id)) {
            Some(Ok(_)) => true,
            None | Some(Err(AccessError::NotFound | AccessError::Forbidden(_))) => false,
            Some(Err(error)) => return Err(error),
        };
        if !there {
            errors.push(FieldError::new(
                field.name,
                Problem::new("error-reference-missing"),
            ));
        }
        Ok(())
    }
}

pub(super) fn owner_of(value: Option<&Value>) -> Option<UserId> {
    match value {
        Some(Value::Id(id)) => Some(UserId::from_bytes(*id.as_bytes())),
        _ => None,
    }
}

/// Rules over the whole record: what is required, and the module's own.
pub(super) fn check_whole(
    kind: &RecordType,
    record: &Record,
    mut errors: Vec<FieldError>,
) -> Result<(), AccessError> {
    for field in kind.fields.iter().filter(|field| field.required) {
        if record.value(field.no).is_none() && !errors.iter().any(|error| error.field == field.name)
        {
            errors.push(FieldError::new(field.name, Problem::new("error-required")));
        }
    }
    (kind.check)(record, &mut errors);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AccessError::Invalid(errors))
    }
}
