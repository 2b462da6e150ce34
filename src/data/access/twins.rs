//! Records that look like one being written: a warning while somebody types, and the firm's refusal of a second record with
//! the same tax id.
//!
//! A warning tells of records the person sees and of no others: that a twin exists out of their sight is not said, for a
//! list of tax ids typed one after another would otherwise say whose clients the firm has. Where the firm blocks twins the
//! refusal cannot help saying that the number is taken, and says no more than that.

use std::ops::ControlFlow;

use roaring::RoaringBitmap;

use super::apart::are_apart;
use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::rights::Owners;
use super::seen::Seen;
use super::vault::{Work, firm};
use super::writing::Changes;
use crate::data::log::history;
use crate::data::records::alike;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::fold;
use crate::data::records::ids::RecordId;
use crate::data::records::index::{document_key, term};
use crate::data::records::kind::Kind;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, StoreError, Table, postings};

/// A record the actor sees that may be the same, with the field by which it seems so.
#[derive(Debug)]
pub struct Lookalike {
    /// The record.
    pub seen: Seen,
    /// The title where the names are alike.
    pub by: FieldNo,
}

/// Names and words of the index looked through for one name.
const TERMS_WALKED: usize = 2_000;
/// Records read to compare their names.
const NAMES_READ: u64 = 200;
/// First letters of a word that a slip leaves alone, else no index could find it.
const FIRM_LETTERS: usize = 3;

impl Reading {
    /// The documents the actor sees; none where that is all of them.
    pub(super) fn within(&self, kind: &RecordType) -> Result<Option<RoaringBitmap>, AccessError> {
        let owners = self.owners(kind)?;
        match self.rights().seen(kind.module) {
            Owners::Everyone => Ok(None),
            Owners::These(_) => Ok(Some(self.documents_of_owners(kind, &owners)?)),
        }
    }

    /// Records the actor sees that may be the same as one with these values: by an identity field in any writing, the
    /// strongest first, then by a name that is alike. Found by the index alone, whatever the number of records.
    pub fn lookalikes(
        &self,
        kind: &'static RecordType,
        values: &[(FieldNo, Value)],
        except: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<Lookalike>, AccessError> {
        if kind.identity.is_empty() || !self.rights().may(Permission::View(kind.module)) {
            return Ok(Vec::new());
        }
        let kind = self.today(kind);
        let within = self.within(kind)?;
        let mut found: Vec<(u32, FieldNo)> = Vec::new();
        let fields = kind.identity.iter().chain([&kind.title]);
        for field in fields.filter_map(|no| kind.field(*no)) {
            if !self.rights().sees_field(kind, field) {
                continue;
            }
            let given = values.iter().filter(|(no, _)| *no == field.no);
            for (_, value) in given {
                let documents = if field.no == kind.title {
                    self.names_alike(
                        kind,
                        field,
                        value.as_text().unwrap_or_default(),
                        within.as_ref(),
                    )?
                } else {
                    self.equal(kind, field, value, within.as_ref(), limit + 1)?
                };
                for document in documents {
                    if !found.iter().any(|(known, _)| *known == document) {
                        found.push((document, field.no));
                    }
                }
            }
        }
        let mut lookalikes = Vec::new();
        for (document, by) in found {
            if lookalikes.len() == limit {
                break;
            }
            let Some(record) = self.by_document(kind, document)? else {
                continue;
            };
            let known_apart = match except {
                Some(id) => id == record.id || are_apart(self.snapshot(), kind, id, record.id)?,
                None => false,
            };
            if !known_apart && let Some(seen) = self.see(kind, record) {
                lookalikes.push(Lookalike { seen, by });
            }
        }
        Ok(lookalikes)
    }

    fn equal(
        &self,
        kind: &RecordType,
        field: &Field,
        value: &Value,
        within: Option<&RoaringBitmap>,
        most: usize,
    ) -> Result<Vec<u32>, StoreError> {
        let mut found = Vec::new();
        for form in field.kind.filter_values(value) {
            let term = term::value(field.no, &form);
            let mut documents = postings::documents(self.snapshot(), kind.module.code(), &term)?;
            if let Some(within) = within {
                documents &= within;
            }
            found.extend(documents.iter().take(most));
        }
        Ok(found)
    }

    /// Documents whose name is alike, the most alike first.
    fn names_alike(
        &self,
        kind: &'static RecordType,
        title: &Field,
        name: &str,
        within: Option<&RoaringBitmap>,
    ) -> Result<Vec<u32>, StoreError> {
        let words = alike::core(name);
        let Some(first) = words
            .first()
            .filter(|_| words.concat().chars().count() >= 3)
        else {
            return Ok(Vec::new());
        };
        let mut found: Vec<(u8, u32)> = Vec::new();
        let mut add = |score: Option<u8>, documents: &RoaringBitmap| {
            if let Some(score) = score.filter(|score| *score >= alike::ALIKE) {
                let seen = documents
                    .iter()
                    .filter(|document| within.is_none_or(|within| within.contains(*document)));
                found.extend(seen.take(20).map(|document| (score, document)));
            }
        };
        // Whole names stand in the index in their order: those that begin alike are neighbours.
        let head = term::value(title.no, "").len();
        let beginnings = [first.clone(), title.kind.filter_form(&fold::one_line(name))];
        for beginning in beginnings {
            let mut walked = 0;
            let prefix = term::value(title.no, &beginning);
            postings::terms_with_prefix(
                self.snapshot(),
                kind.module.code(),
                &prefix,
                &mut |term, documents| {
                    let other = String::from_utf8_lossy(&term[head..]);
                    add(alike::likeness(name, &other), documents);
                    walked += 1;
                    if walked < TERMS_WALKED {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                },
            )?;
        }
        for candidates in self.by_words(kind, title, &words)? {
            let candidates = match within {
                Some(within) => candidates & within,
                None => candidates,
            };
            if candidates.len() > NAMES_READ {
                continue;
            }
            for document in candidates {
                if let Some(record) = self.by_document(kind, document)? {
                    let one = RoaringBitmap::from_iter([document]);
                    add(alike::likeness(name, record.text(title.no)), &one);
                }
            }
        }
        found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut documents: Vec<u32> = Vec::new();
        for (_, document) in found {
            if !documents.contains(&document) {
                documents.push(document);
            }
        }
        Ok(documents)
    }

    /// Documents with all the words of a name, slips allowed for; and with all but one of them.
    fn by_words(
        &self,
        kind: &RecordType,
        title: &Field,
        words: &[String],
    ) -> Result<Vec<RoaringBitmap>, StoreError> {
        if !title.searched {
            return Ok(Vec::new());
        }
        let of = words
            .iter()
            .take(8)
            .map(|word| self.with_word(kind, title.group, word))
            .collect::<Result<Vec<_>, _>>()?;
        let all_but = |left_out: usize| {
            let mut all: Option<RoaringBitmap> = None;
            for (place, documents) in of.iter().enumerate() {
                if place != left_out {
                    all = Some(match all {
                        Some(so_far) => so_far & documents,
                        None => documents.clone(),
                    });
                }
            }
            all.unwrap_or_default()
        };
        let mut candidates = vec![all_but(of.len())];
        if of.len() > 1 {
            candidates.extend((0..of.len()).map(all_but));
        }
        Ok(candidates)
    }

    fn with_word(
        &self,
        kind: &RecordType,
        group: &str,
        word: &str,
    ) -> Result<RoaringBitmap, StoreError> {
        let module = kind.module.code();
        let mut found = postings::documents(self.snapshot(), module, &term::word(group, word))?;
        if word.chars().count() < 5 {
            return Ok(found);
        }
        let beginning: String = word.chars().take(FIRM_LETTERS).collect();
        let head = term::word(group, "").len();
        let mut walked = 0;
        postings::terms_with_prefix(
            self.snapshot(),
            module,
            &term::word(group, &beginning),
            &mut |term, documents| {
                if alike::is_near(word, &String::from_utf8_lossy(&term[head..])) {
                    found |= documents;
                }
                walked += 1;
                if walked < TERMS_WALKED {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            },
        )?;
        Ok(found)
    }
}

/// Whether one of two records names the other, or both name the same one: they share what they share on purpose.
pub(super) fn belong_together(kind: &RecordType, one: &Seen, other: &Seen) -> bool {
    let named = |seen: &Seen| -> Vec<uuid::Uuid> {
        let references = kind
            .fields
            .iter()
            .filter(|field| matches!(field.kind, Kind::Reference(_)));
        references
            .filter_map(|field| match seen.get(field.no) {
                Some(Value::Id(id)) => Some(*id),
                _ => None,
            })
            .collect()
    };
    let id = |seen: &Seen| uuid::Uuid::from_bytes(*seen.id().bytes());
    let (ours, theirs) = (named(one), named(other));
    theirs.contains(&id(one))
        || ours.contains(&id(other))
        || ours.iter().any(|id| theirs.contains(id))
}

impl Lookalike {
    /// Whether it shares what it shares on purpose: one names the other, or both name the same record.
    pub fn belongs_to(&self, other: &Seen) -> bool {
        belong_together(self.seen.kind(), &self.seen, other)
    }
}

impl Work<'_, '_, '_> {
    /// Adds an error where the firm refuses a second record with the same strongest identity and this would be one. A
    /// record that keeps the value it had is left alone, and so is the program's own work.
    pub(super) fn check_twin(
        &self,
        kind: &'static RecordType,
        old: Option<&Record>,
        record: &Record,
        errors: &mut Vec<FieldError>,
    ) -> Result<(), AccessError> {
        let Some(field) = kind.identity.first().and_then(|no| kind.field(*no)) else {
            return Ok(());
        };
        let kept = old.is_some_and(|old| old.get(field.no) == record.get(field.no));
        let Some(value) = record.get(field.no).filter(|_| !kept) else {
            return Ok(());
        };
        if let Some(problem) = self.taken(kind, field, value, record.id)? {
            errors.push(FieldError::new(field.name, problem));
        }
        Ok(())
    }

    /// Why a new record with these values would be refused as a twin.
    pub(super) fn twin_of_values(
        &self,
        kind: &'static RecordType,
        values: &Changes,
    ) -> Result<Option<Problem>, AccessError> {
        let field = kind.identity.first().and_then(|no| kind.field(*no));
        match field.map(|field| (field, values.get(&field.no))) {
            Some((field, Some(Some(value)))) => self.taken(kind, field, value, RecordId::new()),
            _ => Ok(None),
        }
    }

    /// Whether a second record with the same strongest identity is refused from whoever acts.
    pub(super) fn refuses_twins(&self) -> Result<bool, AccessError> {
        let firm = firm(self.write)?;
        Ok(self.signature.user.is_some() && firm.is_some_and(|firm| firm.block_twins))
    }

    fn taken(
        &self,
        kind: &'static RecordType,
        field: &Field,
        value: &Value,
        id: RecordId,
    ) -> Result<Option<Problem>, AccessError> {
        if !self.refuses_twins()? {
            return Ok(None);
        }
        let mut hidden = false;
        for form in field.kind.filter_values(value) {
            let term = term::value(field.no, &form);
            for document in postings::documents(self.write, kind.module.code(), &term)? {
                let other = self
                    .write
                    .get(Table::Documents, &document_key(kind, document))?
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(RecordId::from_bytes);
                let Some(other) = other.filter(|other| *other != id) else {
                    continue;
                };
                match self.seen(kind, other) {
                    Ok(record) => {
                        return Ok(Some(
                            Problem::new("error-twin-taken").with("name", record.text(kind.title)),
                        ));
                    }
                    Err(AccessError::NotFound | AccessError::Forbidden(_)) => hidden = true,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(hidden.then(|| Problem::new("error-twin-taken-hidden")))
    }

    /// Whether the last thing that happened to a record was that another took it in.
    pub(super) fn merged_away(&self, kind: &RecordType, id: RecordId) -> Result<bool, AccessError> {
        let version = history::last_version(self.write, kind, id)?;
        let entry = history::at(self.write, kind, id, version)?;
        Ok(entry.is_some_and(|entry| entry.act == history::Act::Merged))
    }
}
