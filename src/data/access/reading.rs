//! Reading through the guard: every answer is narrowed to the actor's scope and stripped of hidden fields.

use std::ops::ControlFlow;

use roaring::RoaringBitmap;

use super::error::{AccessError, Permission};
use super::kinds::Kinds;
use super::rights::{Owners, Rights};
use super::seen::Seen;
use super::vault::{Firm, Vault, firm};
use crate::data::log::history::{self, Act, HistoryEntry};
use crate::data::records::cursor::{Cursor, Start};
use crate::data::records::field::{Field, FieldNo, RecordType, common};
use crate::data::records::fold;
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::{self, owner_key, term};
use crate::data::records::kind::Reading as InputReading;
use crate::data::records::matching::{self, MatchError};
use crate::data::records::module::Module;
use crate::data::records::page::{self, Plan};
use crate::data::records::problem::FieldError;
use crate::data::records::query::Query;
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, Snapshot, StoreError, Table, postings, prefix_end};

/// One moment of the firm's data, for one actor.
pub struct Reading {
    pub(super) vault: Vault,
    pub(super) snapshot: Snapshot,
    rights: Rights,
    /// The record types as the actor knows them.
    kinds: Vec<&'static RecordType>,
    all_kinds: &'static [&'static RecordType],
}

/// A page of a list.
#[derive(Debug)]
pub struct List {
    /// Its records in order.
    pub rows: Vec<Seen>,
    /// Records of the whole list.
    pub total: u64,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// An entry of a timeline, with its number for reading on.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// Entries before this one have lower numbers.
    pub version: u64,
    /// What happened, without hidden fields.
    pub entry: HistoryEntry,
}

impl From<MatchError> for AccessError {
    fn from(error: MatchError) -> Self {
        match error {
            MatchError::Question(error) => Self::Invalid(vec![error]),
            MatchError::Store(error) => error.into(),
        }
    }
}

impl Reading {
    pub(super) fn new(
        vault: Vault,
        snapshot: Snapshot,
        rights: Rights,
        kinds: &'static Kinds,
    ) -> Self {
        let live = kinds.live().iter().copied();
        Self {
            vault,
            snapshot,
            kinds: live.map(|kind| kinds.known_to(&rights, kind)).collect(),
            rights,
            all_kinds: kinds.live(),
        }
    }

    /// A record type as the actor knows it at this moment, whichever the caller began with.
    pub(super) fn today(&self, kind: &'static RecordType) -> &'static RecordType {
        self.kind(kind.module).unwrap_or(kind)
    }

    /// The actor's rights at this moment.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// What typed inputs are read by.
    pub fn input_reading(&self) -> InputReading {
        self.vault.input_reading()
    }

    /// The firm's time zone.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        self.vault.locale().zone
    }

    /// The firm.
    pub fn firm(&self) -> Result<Option<Firm>, AccessError> {
        Ok(firm(&self.snapshot)?)
    }

    /// The record type of a module that is there, as the actor knows it at this moment: with the fields of the firm's own
    /// that are in use and not hidden from them.
    pub fn kind(&self, module: Module) -> Result<&'static RecordType, AccessError> {
        let mut kinds = self.kinds.iter().copied();
        kinds
            .find(|kind| kind.module == module)
            .ok_or(AccessError::NotFound)
    }

    /// The record types of all modules there are, as the actor knows them.
    pub fn kinds(&self) -> &[&'static RecordType] {
        &self.kinds
    }

    /// A record.
    pub fn get(&self, kind: &'static RecordType, id: RecordId) -> Result<Seen, AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        let record = page::fetch(&self.snapshot, kind, id)?.ok_or(AccessError::NotFound)?;
        self.see(kind, record).ok_or(AccessError::NotFound)
    }

    pub(super) fn see(&self, kind: &'static RecordType, record: Record) -> Option<Seen> {
        let kind = self.today(kind);
        self.rights
            .sees(kind, &record)
            .then(|| Seen::new(kind, &self.rights, record))
    }

    /// A page of a list.
    pub fn list(
        &self,
        kind: &'static RecordType,
        query: &Query,
        start: &Start,
        limit: usize,
    ) -> Result<List, AccessError> {
        let owners = self.owners(kind)?;
        let plan = self.plan(kind, query, &owners)?;
        let total = plan.total(&self.snapshot)?;
        let listed = plan.page(&self.snapshot, start, limit)?;
        let rows = listed
            .records
            .into_iter()
            .filter_map(|record| self.see(kind, record))
            .collect();
        Ok(List {
            rows,
            total,
            next: listed.next,
        })
    }

    /// How many records a list has.
    pub fn count(&self, kind: &'static RecordType, query: &Query) -> Result<u64, AccessError> {
        let owners = self.owners(kind)?;
        Ok(self.plan(kind, query, &owners)?.total(&self.snapshot)?)
    }

    /// Every record of a list in order, handed out one by one; stops when `visit` says `false`. Reads from one moment,
    /// so `visit` must not wait for anything slow.
    pub fn each(
        &self,
        kind: &'static RecordType,
        query: &Query,
        visit: &mut dyn FnMut(Seen) -> Result<bool, StoreError>,
    ) -> Result<(), AccessError> {
        let owners = self.owners(kind)?;
        let plan = self.plan(kind, query, &owners)?;
        plan.each(&self.snapshot, &mut |record| match self.see(kind, record) {
            Some(seen) => visit(seen),
            None => Ok(true),
        })?;
        Ok(())
    }

    /// Whose records the actor sees, in the order of names; only those who have any.
    pub(super) fn owners(&self, kind: &RecordType) -> Result<Vec<Option<UserId>>, AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        let mut owners = match self.rights.seen(kind.module) {
            Owners::These(owners) => owners,
            Owners::Everyone => self.all_owners(kind)?,
        };
        owners.sort_by_cached_key(|owner| {
            let name = owner
                .and_then(|owner| self.rights.people().user(owner))
                .map(|user| user.name.as_str());
            (name.map(fold::collation_key), owner_key(*owner))
        });
        Ok(owners)
    }

    fn all_owners(&self, kind: &RecordType) -> Result<Vec<Option<UserId>>, StoreError> {
        let prefix = [kind.module.code()];
        let mut owners = Vec::new();
        self.snapshot.scan(
            Table::Counters,
            &prefix,
            &prefix_end(&prefix),
            &mut |key, _| {
                if let Some(bytes) = key.last_chunk::<16>() {
                    owners.push((*bytes != [0; 16]).then(|| UserId::from_bytes(*bytes)));
                }
                ControlFlow::Continue(())
            },
        )?;
        Ok(owners)
    }

    /// A field that the actor may sort or narrow by; a hidden one is as unknown as one that is not there.
    pub(super) fn usable(
        &self,
        kind: &'static RecordType,
        name: &str,
        allowed: impl Fn(&Field) -> bool,
    ) -> Result<&'static Field, AccessError> {
        kind.named(name)
            .filter(|field| self.rights.sees_field(kind, field) && allowed(field))
            .ok_or_else(|| AccessError::Invalid(vec![FieldError::unknown(name)]))
    }

    pub(super) fn plan<'a>(
        &self,
        kind: &'static RecordType,
        query: &Query,
        owners: &'a [Option<UserId>],
    ) -> Result<Plan<'a>, AccessError> {
        let kind = self.today(kind);
        let (sort, descending) = match &query.sort {
            Some(sort) => (
                self.usable(kind, &sort.field, |field| field.sortable)?,
                sort.descending,
            ),
            None => (kind.field(kind.title).ok_or(AccessError::NotFound)?, false),
        };
        let mut matching: Option<RoaringBitmap> = None;
        let mut narrow = |documents: RoaringBitmap| {
            matching = Some(match matching.take() {
                Some(so_far) => so_far & documents,
                None => documents,
            });
        };
        let locale = self.vault.locale();
        for filter in &query.filters {
            let field = self.usable(kind, &filter.field, |field| field.filterable)?;
            narrow(matching::filter(
                &self.snapshot,
                kind,
                field,
                filter,
                &locale,
            )?);
        }
        if !query.search.is_empty() {
            let scopes = self.rights.word_scopes(kind);
            narrow(matching::search(
                &self.snapshot,
                kind,
                &scopes,
                &query.search,
            )?);
        }
        if !query.ids.is_empty() {
            narrow(self.documents_of(kind, &query.ids)?);
        }
        if let Some(documents) = &mut matching
            && self.rights.seen(kind.module) != Owners::Everyone
        {
            *documents &= self.documents_of_owners(kind, owners)?;
        }
        Ok(Plan {
            kind,
            owners,
            matching,
            sort,
            descending,
        })
    }

    fn documents_of(
        &self,
        kind: &RecordType,
        ids: &[RecordId],
    ) -> Result<RoaringBitmap, StoreError> {
        let mut documents = RoaringBitmap::new();
        for id in ids {
            if let Some(record) = page::fetch(&self.snapshot, kind, *id)? {
                documents.insert(record.document);
            }
        }
        Ok(documents)
    }

    pub(super) fn documents_of_owners(
        &self,
        kind: &RecordType,
        owners: &[Option<UserId>],
    ) -> Result<RoaringBitmap, StoreError> {
        index::documents_of_owners(&self.snapshot, kind, owners)
    }

    /// The history of a record the actor sees, newest first, without hidden fields; entries that told of nothing else
    /// are left out.
    pub fn timeline(
        &self,
        seen: &Seen,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<TimelineEntry>, AccessError> {
        let kind = seen.kind();
        let mut entries = Vec::new();
        for (version, mut entry) in history::newest(&self.snapshot, kind, seen.id(), before, limit)?
        {
            let all = entry.changes.len();
            entry.changes.retain(|change| {
                kind.field(change.field)
                    .is_some_and(|field| self.rights.sees_field(kind, field))
            });
            if entry.act != Act::Changed || !entry.changes.is_empty() || all == 0 {
                entries.push(TimelineEntry { version, entry });
            }
        }
        Ok(entries)
    }

    /// Values of a list or choice field in use among the records the actor sees, that begin with `prefix`.
    pub fn values_in_use(
        &self,
        kind: &'static RecordType,
        field: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, AccessError> {
        let kind = self.today(kind);
        let field = self.usable(kind, field, |field| {
            field.filterable && field.kind.is_list()
        })?;
        let owners = self.owners(kind)?;
        let within = match self.rights.seen(kind.module) {
            Owners::Everyone => None,
            Owners::These(_) => Some(self.documents_of_owners(kind, &owners)?),
        };
        let start = term::value(field.no, &field.kind.filter_form(prefix));
        let mut found: Vec<(Vec<u8>, u32, u64)> = Vec::new();
        postings::terms_with_prefix(
            &self.snapshot,
            kind.module.code(),
            &start,
            &mut |term, documents| {
                let seen = within
                    .as_ref()
                    .map_or_else(|| documents.clone(), |within| within & documents);
                if let Some(first) = seen.min() {
                    found.push((term.to_vec(), first, seen.len()));
                }
                if found.len() < limit {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            },
        )?;
        let mut values = Vec::new();
        for (wanted, document, count) in found {
            let Some(record) = self.by_document(kind, document)? else {
                continue;
            };
            let value = record
                .get(field.no)
                .map(Value::as_list)
                .unwrap_or_default()
                .iter()
                .find(|value| term::value(field.no, &field.kind.filter_form(value)) == wanted);
            values.extend(value.map(|value| (value.clone(), count)));
        }
        Ok(values)
    }

    pub(super) fn by_document(
        &self,
        kind: &RecordType,
        document: u32,
    ) -> Result<Option<Record>, StoreError> {
        let key = crate::data::records::index::document_key(kind, document);
        match self
            .snapshot
            .get(Table::Documents, &key)?
            .and_then(|id| id.try_into().ok())
        {
            Some(id) => page::fetch(&self.snapshot, kind, RecordId::from_bytes(id)),
            None => Ok(None),
        }
    }

    /// People the actor may name as owners, and filter by: those whose records they see, or everybody they may give
    /// records to.
    pub fn possible_owners(&self, kind: &RecordType) -> Vec<UserId> {
        let people = self.rights.people().users();
        match self.rights.seen(kind.module) {
            _ if self
                .rights
                .may(Permission::Option(kind.module, "change_owner")) =>
            {
                people.iter().map(|user| user.id).collect()
            }
            Owners::Everyone => people.iter().map(|user| user.id).collect(),
            Owners::These(owners) => people
                .iter()
                .map(|user| user.id)
                .filter(|id| owners.contains(&Some(*id)))
                .collect(),
        }
    }

    pub(super) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The record types with what is hidden from the actor.
    pub(super) fn all_kinds(&self) -> &'static [&'static RecordType] {
        self.all_kinds
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// A record that another refers to, where the actor sees it.
    pub fn referred(&self, module: Module, id: uuid::Uuid) -> Result<Option<Seen>, AccessError> {
        let Ok(kind) = self.kind(module) else {
            return Ok(None);
        };
        match self.get(kind, RecordId::from_bytes(*id.as_bytes())) {
            Ok(seen) => Ok(Some(seen)),
            Err(AccessError::NotFound | AccessError::Forbidden(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The field numbers every record has.
    pub const OWNER: FieldNo = common::OWNER;
}
