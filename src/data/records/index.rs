//! Everything by which a record is found, derived from the record alone: ordered lists, terms, counters.
//!
//! A write compares what the old and the new record derive to and touches only the difference, so the indexes cannot
//! drift from the records.

pub(in crate::data) mod term;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use super::field::{Field, FieldNo, RecordType};
use super::fold;
use super::ids::{RecordId, UserId};
use super::kind::Kind;
use super::phone::Phone;
use super::record::Record;
use super::tax_id::TaxId;
use super::value::Value;
use crate::data::store::{Read, StoreError, Table, Write, blocks, postings};
use term::RANGE_LEVELS;
pub(super) use term::is_of;
pub(in crate::data) use term::{own_scope, range_runs, term_prefixes};

/// First characters of a word that have a term of their own, so that short beginnings are one look-up.
pub(super) const SHORT_PREFIX: usize = 3;

/// The owner part of a key; records without an owner have the lowest one.
pub(in crate::data) fn owner_key(owner: Option<UserId>) -> [u8; 16] {
    owner.map_or([0; 16], |owner| *owner.bytes())
}

/// What a record is found by. Both lists are sorted and without repetitions.
#[derive(Default)]
pub(super) struct Found {
    /// `(field, sort key)`.
    pub(super) order: Vec<(FieldNo, Vec<u8>)>,
    pub(super) terms: Vec<Vec<u8>>,
}

impl Found {
    pub(super) fn of(kind: &RecordType, record: &Record) -> Self {
        let mut found = Self {
            order: Vec::with_capacity(kind.fields.len()),
            terms: Vec::with_capacity(64),
        };
        found.terms.push(term::owner(record.owner));
        for field in kind.fields {
            match record.value(field.no) {
                Some(value) => found.add(field, &value),
                None if field.filterable || field.sortable => {
                    found.terms.push(term::empty(field.no));
                }
                None => {}
            }
        }
        found.order.sort_unstable();
        found.order.dedup();
        found.terms.sort_unstable();
        found.terms.dedup();
        found
    }

    fn add(&mut self, field: &Field, value: &Value) {
        if field.sortable
            && let Some(key) = field.kind.sort_key(value)
        {
            self.order.push((field.no, key));
        }
        // The owner has its own term; it serves as the filter too.
        if (field.filterable || field.kind.choices().is_some()) && field.kind != Kind::Owner {
            if let Some(point) = field.kind.range_point(value) {
                for level in 0..RANGE_LEVELS {
                    self.terms.push(term::range(field.no, level, point));
                }
            } else {
                for form in field.kind.filter_values(value) {
                    self.terms.push(term::value(field.no, &form));
                }
            }
        }
        if field.searched {
            self.add_words(field, value);
        }
    }

    fn add_words(&mut self, field: &Field, value: &Value) {
        for text in value.as_list() {
            match field.kind {
                Kind::TaxId => {
                    if let Ok(id) = TaxId::parse(text) {
                        id.search_terms()
                            .iter()
                            .for_each(|word| self.add_word(field.scope, word));
                    }
                    let country: String =
                        text.chars().take_while(char::is_ascii_alphabetic).collect();
                    self.add_word(
                        field.scope,
                        if country.is_empty() { "pl" } else { &country },
                    );
                }
                Kind::Phones => {
                    if let Ok(phone) = Phone::parse(text) {
                        phone
                            .search_terms()
                            .iter()
                            .for_each(|word| self.add_word(field.scope, word));
                    }
                }
                Kind::Emails => {
                    self.terms.push(term::email(field.scope, &fold::fold(text)));
                    fold::words(text)
                        .iter()
                        .for_each(|word| self.add_word(field.scope, word));
                }
                _ => fold::words(text)
                    .iter()
                    .for_each(|word| self.add_word(field.scope, word)),
            }
        }
    }

    fn add_word(&mut self, group: &str, word: &str) {
        let is_folded = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
        let word = if word.bytes().all(is_folded) {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(fold::fold(word))
        };
        if word.is_empty() || word.contains('\0') {
            return;
        }
        for (count, (start, c)) in word.char_indices().take(SHORT_PREFIX).enumerate() {
            debug_assert!(count < SHORT_PREFIX);
            self.terms
                .push(term::short(group, &word[..start + c.len_utf8()]));
        }
        self.terms.push(term::word(group, &word));
    }
}

pub(super) fn order_key(
    kind: &RecordType,
    owner: Option<UserId>,
    field: FieldNo,
    sort_key: &[u8],
    id: RecordId,
) -> Vec<u8> {
    let mut key = order_prefix(kind, field, owner);
    key.extend_from_slice(sort_key);
    key.push(0);
    key.extend_from_slice(id.bytes());
    key
}

/// Where the ordered list of an owner by a field begins.
pub(in crate::data) fn order_prefix(
    kind: &RecordType,
    field: FieldNo,
    owner: Option<UserId>,
) -> Vec<u8> {
    let mut key = Vec::with_capacity(19 + 64 + 17);
    key.push(kind.module.code());
    key.extend_from_slice(&field.to_be_bytes());
    key.extend_from_slice(&owner_key(owner));
    key
}

/// Bytes before the sort key in a key of [`Table::Order`].
pub(in crate::data) const ORDER_PREFIX: usize = blocks::LIST;

/// Key of a record, alive or in the trash.
pub(in crate::data) fn record_key(kind: &RecordType, id: RecordId) -> Vec<u8> {
    let mut key = Vec::with_capacity(17);
    key.push(kind.module.code());
    key.extend_from_slice(id.bytes());
    key
}

/// Key of a document number.
pub(in crate::data) fn document_key(kind: &RecordType, document: u32) -> Vec<u8> {
    let mut key = vec![kind.module.code()];
    key.extend_from_slice(&document.to_be_bytes());
    key
}

/// Key of the count of an owner's records.
pub(in crate::data) fn counter_key(kind: &RecordType, owner: Option<UserId>) -> Vec<u8> {
    let mut key = vec![kind.module.code()];
    key.extend_from_slice(&owner_key(owner));
    key
}

/// The documents of all records these people own.
pub(in crate::data) fn documents_of_owners(
    read: &impl Read,
    kind: &RecordType,
    owners: &[Option<UserId>],
) -> Result<RoaringBitmap, StoreError> {
    let mut documents = RoaringBitmap::new();
    for owner in owners {
        documents |= postings::documents(read, kind.module.code(), &term::owner(*owner))?;
    }
    Ok(documents)
}

/// The next document number of a module; numbers are not given twice.
pub(in crate::data) fn next_document(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
) -> Result<u32, StoreError> {
    let key = next_document_key(kind);
    let next = number(write.get(Table::Meta, &key)?.as_deref()) as u32;
    write.put(Table::Meta, key, u64::from(next + 1).to_be_bytes().to_vec());
    Ok(next)
}

pub(in crate::data) fn next_document_key(kind: &RecordType) -> Vec<u8> {
    format!("documents:{}", kind.module).into_bytes()
}

/// A stored count; nothing stored is zero.
pub(in crate::data) fn number(bytes: Option<&[u8]>) -> u64 {
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u64::from_be_bytes)
}

/// Brings every index from the old state of a record to the new one; `None` is a record that is not (or no longer)
/// alive. Writes the record itself too.
pub(in crate::data) fn replace(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    old: Option<&Record>,
    new: Option<&Record>,
) -> Result<(), StoreError> {
    let was = old
        .map(|record| Found::of(kind, record))
        .unwrap_or_default();
    let is = new
        .map(|record| Found::of(kind, record))
        .unwrap_or_default();
    let owner_changed = old.map(|record| record.owner) != new.map(|record| record.owner);

    if let Some(record) = old {
        for (field, key) in was
            .order
            .iter()
            .filter(|entry| owner_changed || is.order.binary_search(entry).is_err())
        {
            write.delete(
                Table::Order,
                order_key(kind, record.owner, *field, key, record.id),
            );
        }
        for term in beyond(&was.terms, &is.terms) {
            postings::set(write, kind.module.code(), term, record.document, false)?;
        }
        if owner_changed {
            count(write, kind, record.owner, -1)?;
        }
    }
    if let Some(record) = new {
        for (field, key) in is
            .order
            .iter()
            .filter(|entry| owner_changed || was.order.binary_search(entry).is_err())
        {
            let document = record.document.to_be_bytes().to_vec();
            write.put(
                Table::Order,
                order_key(kind, record.owner, *field, key, record.id),
                document,
            );
        }
        for term in beyond(&is.terms, &was.terms) {
            postings::set(write, kind.module.code(), term, record.document, true)?;
        }
        if owner_changed {
            count(write, kind, record.owner, 1)?;
        }
    }
    match (old, new) {
        (_, Some(record)) => {
            write.put(Table::Records, record_key(kind, record.id), record.encode());
            if old.is_none() {
                write.put(
                    Table::Documents,
                    document_key(kind, record.document),
                    record.id.bytes().to_vec(),
                );
            }
        }
        (Some(record), None) => {
            write.delete(Table::Records, record_key(kind, record.id));
            write.delete(Table::Documents, document_key(kind, record.document));
        }
        (None, None) => {}
    }
    Ok(())
}

/// The terms of one sorted list that another does not have.
fn beyond<'a>(terms: &'a [Vec<u8>], known: &'a [Vec<u8>]) -> impl Iterator<Item = &'a Vec<u8>> {
    terms
        .iter()
        .filter(|term| known.binary_search(term).is_err())
}

/// Takes an entry: table, key, value.
pub(in crate::data) type Taker<'a> = dyn FnMut(Table, &[u8], &[u8]) -> Result<(), StoreError> + 'a;

/// Gives away what [`replace`] would write into lists and search for new records of one chunk of documents, as whole entries
/// in no order.
pub(in crate::data) fn entries(
    kind: &RecordType,
    records: &[Record],
    put: &mut Taker<'_>,
) -> Result<(), StoreError> {
    let mut terms: HashMap<Vec<u8>, Vec<u32>> = HashMap::new();
    for record in records {
        let found = Found::of(kind, record);
        for (field, key) in &found.order {
            let key = order_key(kind, record.owner, *field, key, record.id);
            put(Table::Order, &key, &record.document.to_be_bytes())?;
        }
        for term in found.terms {
            terms.entry(term).or_default().push(record.document);
        }
    }
    for (term, documents) in terms {
        let (table, key, chunk) = postings::whole(kind.module.code(), &term, &documents);
        put(table, &key, &chunk)?;
    }
    Ok(())
}

/// Stores new records with their counts and document numbers, in the order of these; [`entries`] has the rest.
pub(in crate::data) fn store_all(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    records: &[Record],
) -> Result<(), StoreError> {
    let mut counts: BTreeMap<Option<UserId>, i64> = BTreeMap::new();
    for record in records {
        if next_document(write, kind)? != record.document {
            return Err(StoreError::Corrupt("records are here already".to_owned()));
        }
        *counts.entry(record.owner).or_default() += 1;
        write.put(Table::Records, record_key(kind, record.id), record.encode());
        write.put(
            Table::Documents,
            document_key(kind, record.document),
            record.id.bytes().to_vec(),
        );
    }
    for (owner, by) in counts {
        count(write, kind, owner, by)?;
    }
    Ok(())
}

fn count(
    write: &mut Write<'_, '_>,
    kind: &RecordType,
    owner: Option<UserId>,
    by: i64,
) -> Result<(), StoreError> {
    write.update(Table::Counters, counter_key(kind, owner), |old| {
        let next = number(old).saturating_add_signed(by);
        Ok((next > 0).then(|| next.to_be_bytes().to_vec()))
    })
}
