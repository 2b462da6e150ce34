//! Everything by which a record is found, derived from the record alone: ordered lists, terms, counters.
//!
//! A write compares what the old and the new record derive to and touches only the difference, so the indexes cannot
//! drift from the records.

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

/// First characters of a word that have a term of their own, so that short beginnings are one look-up.
pub(super) const SHORT_PREFIX: usize = 3;
/// Steps of the range terms: each level stands for 2^9 values of the one below.
const RANGE_STEP_BITS: u32 = 9;
pub(super) const RANGE_LEVELS: u32 = 4;

/// The owner part of a key; records without an owner have the lowest one.
pub(in crate::data) fn owner_key(owner: Option<UserId>) -> [u8; 16] {
    owner.map_or([0; 16], |owner| *owner.bytes())
}

/// Names of terms. The first byte says the sort of term; none holds a zero byte.
pub(in crate::data) mod term {
    use super::{FieldNo, RANGE_STEP_BITS, UserId};

    /// Whose the record is.
    pub(in crate::data) fn owner(owner: Option<UserId>) -> Vec<u8> {
        owner.map_or_else(|| b"o-".to_vec(), |owner| format!("o{owner}").into_bytes())
    }

    /// A field has no value.
    pub(in crate::data) fn empty(field: FieldNo) -> Vec<u8> {
        numbered(b'e', field, 0)
    }

    /// A field has this value, in its filter form.
    pub(in crate::data) fn value(field: FieldNo, form: &str) -> Vec<u8> {
        let mut term = numbered(b'v', field, form.len());
        term.extend_from_slice(form.as_bytes());
        term
    }

    /// A field's number lies in this step of a level.
    pub(in crate::data) fn range(field: FieldNo, level: u32, point: i64) -> Vec<u8> {
        let ordered = (point as u64) ^ (1 << 63);
        let mut term = numbered(b'r', field, 17);
        term.push(b'0' + level as u8);
        push_hex(
            &mut term,
            &(ordered >> (RANGE_STEP_BITS * level)).to_be_bytes(),
        );
        term
    }

    /// A word of a field of this group.
    pub(in crate::data) fn word(group: &str, word: &str) -> Vec<u8> {
        ["w", group, ":", word].concat().into_bytes()
    }

    /// The beginning of a word, of at most three characters.
    pub(in crate::data) fn short(group: &str, prefix: &str) -> Vec<u8> {
        ["p", group, ":", prefix].concat().into_bytes()
    }

    /// An e-mail address as a whole.
    pub(in crate::data) fn email(group: &str, address: &str) -> Vec<u8> {
        ["m", group, ":", address].concat().into_bytes()
    }

    /// The sort of a term with the number of its field, with room for more. A record has dozens of terms: the machinery of
    /// `format!` would be a good part of what deriving them costs.
    fn numbered(sort: u8, field: FieldNo, room: usize) -> Vec<u8> {
        let mut term = Vec::with_capacity(5 + room);
        term.push(sort);
        push_hex(&mut term, &field.to_be_bytes());
        term
    }

    fn push_hex(term: &mut Vec<u8>, bytes: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in bytes {
            term.push(DIGITS[usize::from(byte >> 4)]);
            term.push(DIGITS[usize::from(byte & 15)]);
        }
    }
}

/// What the terms of a field of the firm's own begin with.
pub(in crate::data) fn term_prefixes(no: FieldNo) -> Vec<String> {
    let numbered = ["e", "v", "r"].map(|sort| format!("{sort}{no:04x}"));
    let worded = ["w", "p", "m"].map(|sort| format!("{sort}{}:", own_scope(no)));
    numbered.into_iter().chain(worded).collect()
}

/// Whether a term belongs to a field of the firm's own.
pub(super) fn is_of(term: &[u8], no: FieldNo) -> bool {
    term_prefixes(no)
        .iter()
        .any(|prefix| term.starts_with(prefix.as_bytes()))
}

/// Under which the words of a field of the firm's own are found.
pub(in crate::data) fn own_scope(no: FieldNo) -> String {
    format!("#{no:04x}")
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

/// Gives away what [`replace`] would write into lists and search for new records of one chunk of documents, as whole entries
/// in no order.
pub(in crate::data) fn entries(
    kind: &RecordType,
    records: &[Record],
    put: &mut dyn FnMut(Table, &[u8], &[u8]) -> Result<(), StoreError>,
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

/// The terms that together cover the numbers from `from` to `to`, both included: `(first, last)` terms of runs, to be
/// read as ranges of keys.
pub(in crate::data) fn range_runs(field: FieldNo, from: i64, to: i64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let (mut low, mut high) = ((from as u64) ^ (1 << 63), (to as u64) ^ (1 << 63));
    let mut runs = Vec::new();
    let run = |level: u32, first: u64, last: u64| {
        let unordered = |step: u64| ((step << (RANGE_STEP_BITS * level)) ^ (1 << 63)) as i64;
        (
            term::range(field, level, unordered(first)),
            term::range(field, level, unordered(last)),
        )
    };
    for level in 0..RANGE_LEVELS {
        if low > high {
            break;
        }
        if level + 1 == RANGE_LEVELS || (high >> RANGE_STEP_BITS) <= (low >> RANGE_STEP_BITS) {
            runs.push(run(level, low, high));
            break;
        }
        let next_low = (low + (1 << RANGE_STEP_BITS) - 1) >> RANGE_STEP_BITS;
        if next_low << RANGE_STEP_BITS > low {
            runs.push(run(level, low, (next_low << RANGE_STEP_BITS) - 1));
        }
        let last_of_step = (1 << RANGE_STEP_BITS) - 1;
        let next_high = if high & last_of_step == last_of_step {
            high >> RANGE_STEP_BITS
        } else {
            let start = (high >> RANGE_STEP_BITS) << RANGE_STEP_BITS;
            runs.push(run(level, start, high));
            match (high >> RANGE_STEP_BITS).checked_sub(1) {
                Some(step) => step,
                None => break,
            }
        };
        (low, high) = (next_low, next_high);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn range_runs_cover_exactly_the_range(a in -2_000_000_i64..2_000_000, b in -2_000_000_i64..2_000_000, points in prop::collection::vec(-2_100_000_i64..2_100_000, 40)) {
            let (from, to) = (a.min(b), a.max(b));
            let runs = range_runs(7, from, to);
            for point in points.into_iter().chain([from, to, from - 1, to + 1]) {
                let hits = runs.iter().filter(|(first, last)| {
                    (0..RANGE_LEVELS).any(|level| { let t = term::range(7, level, point); *first <= t && t <= *last })
                }).count();
                prop_assert_eq!(hits, usize::from((from..=to).contains(&point)), "{} in {}..={}", point, from, to);
            }
        }
    }
}
