//! Whether everything by which records are found is exactly what follows from the records, and nothing else is there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, ControlFlow};

use roaring::RoaringBitmap;

use super::field::{FieldNo, RecordType};
use super::ids::{RecordId, UserId};
use super::index::{self, Found, ORDER_PREFIX};
use super::record::Record;
use crate::data::store::{Read, StoreError, Table, postings, prefix_end};

/// Findings kept; a damaged table would otherwise give one a row.
const MOST_FINDINGS: usize = 200;

/// What was found wrong, in words for a log.
#[derive(Default)]
pub(in crate::data) struct Findings(Vec<String>);

impl Findings {
    pub(in crate::data) fn add(&mut self, finding: impl FnOnce() -> String) {
        if self.0.len() < MOST_FINDINGS {
            self.0.push(finding());
        }
    }

    pub(in crate::data) fn into_list(self) -> Vec<String> {
        self.0
    }
}

/// Live records of one type, with what they must be found by.
#[derive(Default)]
struct Expected {
    orders: u64,
    terms: BTreeMap<Vec<u8>, RoaringBitmap>,
    documents: BTreeMap<u32, RecordId>,
    counts: BTreeMap<Option<UserId>, u64>,
    /// Every id with its version, alive or deleted.
    versions: BTreeMap<RecordId, u64>,
}

/// Compares the indexes of one record type with its records. `passing` are fields that are being removed: something of them
/// may be left anywhere. `deleted` reads a record of the trash with the key under
/// which it must stand in [`Table::TrashOrder`].
pub(in crate::data) fn check(
    read: &impl Read,
    kind: &'static RecordType,
    passing: &[FieldNo],
    deleted: impl Fn(RecordId, &[u8]) -> Result<(Record, Vec<u8>), StoreError>,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut expected = Expected::default();
    check_live(read, kind, passing, &mut expected, findings)?;
    check_order(read, kind, passing, &expected, findings)?;
    check_blocks(read, kind, findings)?;
    check_terms(read, kind, passing, &expected, findings)?;
    check_numbers(read, kind, &expected, findings)?;
    check_trash(read, kind, &mut expected, deleted, findings)?;
    check_history(read, kind, &expected, findings)
}

/// Looks at up to `most` records of one type, spread evenly over all there are: whether each is found by everything it
/// must be found by. The number that was looked at.
pub(in crate::data) fn check_sample(
    read: &impl Read,
    kind: &'static RecordType,
    most: u32,
    findings: &mut Findings,
) -> Result<u32, StoreError> {
    let numbers = read.get(Table::Meta, &index::next_document_key(kind))?;
    let numbers = u32::try_from(index::number(numbers.as_deref())).unwrap_or(u32::MAX);
    let step = numbers.div_ceil(most.max(1)).max(1);
    let end = prefix_end(&[kind.module.code()]);
    let (mut looked_at, mut number) = (0, 0);
    while number < numbers {
        let mut met = None;
        // Deleted records leave gaps in the numbers; the next one there is stands for its neighbours.
        let from = index::document_key(kind, number);
        read.scan(Table::Documents, &from, &end, &mut |key, id| {
            met = Some((key.to_vec(), id_at_end(id)));
            ControlFlow::Break(())
        })?;
        let Some((key, id)) = met else { break };
        let document = key.last_chunk().copied().map_or(0, u32::from_be_bytes);
        check_one(read, kind, document, id, findings)?;
        looked_at += 1;
        number = document.max(number).saturating_add(step);
    }
    Ok(looked_at)
}

fn check_one(
    read: &impl Read,
    kind: &'static RecordType,
    document: u32,
    id: RecordId,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let Some(bytes) = read.get(Table::Records, &index::record_key(kind, id))? else {
        findings.add(|| format!("document {document} leads to {id}, which is not there"));
        return Ok(());
    };
    let record = match Record::decode(id, &bytes) {
        Ok(record) => record,
        Err(error) => {
            findings.add(|| format!("record {id}: {error}"));
            return Ok(());
        }
    };
    let found = Found::of(kind, &record);
    for (field, sort_key) in &found.order {
        let key = index::order_key(kind, record.owner, *field, sort_key, id);
        if read.get(Table::Order, &key)?.is_none() {
            findings.add(|| format!("record {id} is missing in a list"));
        }
    }
    for term in &found.terms {
        if !postings::carries(read, kind.module.code(), term, record.document)? {
            findings.add(|| format!("record {id} is not found by one of its terms"));
        }
    }
    Ok(())
}

fn every(
    read: &impl Read,
    table: Table,
    kind: &RecordType,
    mut visit: impl FnMut(&[u8], &[u8]),
) -> Result<(), StoreError> {
    let prefix = [kind.module.code()];
    read.scan(table, &prefix, &prefix_end(&prefix), &mut |key, value| {
        visit(key, value);
        ControlFlow::Continue(())
    })
}

fn id_at_end(key: &[u8]) -> RecordId {
    RecordId::from_bytes(key.last_chunk().copied().unwrap_or_default())
}

fn check_live(
    read: &impl Read,
    kind: &RecordType,
    passing: &[FieldNo],
    expected: &mut Expected,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut missing: Vec<Vec<u8>> = Vec::new();
    every(read, Table::Records, kind, |key, bytes| {
        let id = id_at_end(key);
        let record = match Record::decode(id, bytes) {
            Ok(record) => record,
            Err(error) => return findings.add(|| format!("record {id}: {error}")),
        };
        let stray = |no: &FieldNo| kind.field(*no).is_none() && !passing.contains(no);
        if let Some((no, _)) = record.values.iter().find(|(no, _)| stray(no)) {
            findings.add(|| format!("record {id} has a value of field {no}, which is not there"));
        }
        let found = Found::of(kind, &record);
        for (field, sort_key) in &found.order {
            expected.orders += 1;
            missing.push(index::order_key(kind, record.owner, *field, sort_key, id));
        }
        for term in found.terms {
            expected
                .terms
                .entry(term)
                .or_default()
                .insert(record.document);
        }
        if let Some(other) = expected.documents.insert(record.document, id) {
            findings.add(|| {
                format!(
                    "records {id} and {other} share document {}",
                    record.document
                )
            });
        }
        *expected.counts.entry(record.owner).or_default() += 1;
        expected.versions.insert(id, record.version);
    })?;
    for key in missing {
        if read.get(Table::Order, &key)?.is_none() {
            findings.add(|| format!("record {} is missing in a list", id_at_end(&key)));
        }
    }
    Ok(())
}

fn check_order(
    read: &impl Read,
    kind: &RecordType,
    passing: &[FieldNo],
    expected: &Expected,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut count = 0;
    every(read, Table::Order, kind, |key, document| {
        let field = key.get(1..3).and_then(|no| no.try_into().ok());
        if field.is_some_and(|no| passing.contains(&FieldNo::from_be_bytes(no))) {
            return;
        }
        count += 1;
        let id = id_at_end(key);
        let document = document.try_into().map(u32::from_be_bytes).ok();
        if document.and_then(|document| expected.documents.get(&document)) != Some(&id) {
            findings.add(|| format!("a list holds {id} as document {document:?}"));
        }
    })?;
    if count != expected.orders {
        findings.add(|| {
            format!(
                "lists hold {count} entries, records give {}",
                expected.orders
            )
        });
    }
    Ok(())
}

/// Blocks of the lists hold as many entries as is said of them, fields that are being removed among them.
fn check_blocks(
    read: &impl Read,
    kind: &RecordType,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut blocks: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
    every(read, Table::OrderBlocks, kind, |start, count| {
        blocks.insert(start.to_vec(), (index::number(Some(count)), 0));
    })?;
    every(read, Table::Order, kind, |key, _| {
        let before = (Bound::Unbounded, Bound::Included(key));
        let block = blocks.range_mut::<[u8], _>(before).next_back();
        match block.filter(|(start, _)| start.get(..ORDER_PREFIX) == key.get(..ORDER_PREFIX)) {
            Some((_, (_, met))) => *met += 1,
            None => findings.add(|| format!("{} stands in no block of its list", id_at_end(key))),
        }
    })?;
    for (said, met) in blocks.into_values().filter(|(said, met)| said != met) {
        findings.add(|| format!("a block of a list holds {met} entries instead of {said}"));
    }
    Ok(())
}

fn check_terms(
    read: &impl Read,
    kind: &RecordType,
    passing: &[FieldNo],
    expected: &Expected,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut met = 0;
    postings::terms_with_prefix(read, kind.module.code(), &[], &mut |term, documents| {
        if passing.iter().any(|no| index::is_of(term, *no)) {
            return ControlFlow::Continue(());
        }
        met += 1;
        if expected.terms.get(term) != Some(documents) {
            let name = String::from_utf8_lossy(term).into_owned();
            findings.add(|| format!("term {name} does not hold its documents"));
        }
        ControlFlow::Continue(())
    })?;
    if met != expected.terms.len() {
        findings.add(|| format!("{met} terms, records give {}", expected.terms.len()));
    }
    Ok(())
}

fn check_numbers(
    read: &impl Read,
    kind: &RecordType,
    expected: &Expected,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut documents = BTreeMap::new();
    every(read, Table::Documents, kind, |key, id| {
        let document = key.last_chunk().copied().map_or(0, u32::from_be_bytes);
        documents.insert(document, id_at_end(id));
    })?;
    if documents != expected.documents {
        findings.add(|| "document numbers do not lead to their records".to_owned());
    }
    let mut counts = BTreeMap::new();
    every(read, Table::Counters, kind, |key, bytes| {
        let owner = key.last_chunk::<16>().copied().unwrap_or_default();
        let owner = (owner != [0; 16]).then(|| UserId::from_bytes(owner));
        counts.insert(owner, index::number(Some(bytes)));
    })?;
    if counts != expected.counts {
        findings.add(|| {
            format!(
                "counts of owners are {counts:?}, records give {:?}",
                expected.counts
            )
        });
    }
    Ok(())
}

fn check_trash(
    read: &impl Read,
    kind: &RecordType,
    expected: &mut Expected,
    deleted: impl Fn(RecordId, &[u8]) -> Result<(Record, Vec<u8>), StoreError>,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut wanted = BTreeSet::new();
    let mut last_document = expected.documents.keys().next_back().copied();
    every(read, Table::Trash, kind, |key, bytes| {
        let id = id_at_end(key);
        match deleted(id, bytes) {
            Err(error) => findings.add(|| format!("deleted record {id}: {error}")),
            Ok((record, order_key)) => {
                if expected.versions.insert(id, record.version).is_some() {
                    findings.add(|| format!("record {id} is alive and deleted"));
                }
                if expected.documents.contains_key(&record.document) {
                    findings
                        .add(|| format!("deleted record {id} shares document {}", record.document));
                }
                last_document = last_document.max(Some(record.document));
                wanted.insert(order_key);
            }
        }
    })?;
    let mut listed = BTreeSet::new();
    every(read, Table::TrashOrder, kind, |key, _| {
        listed.insert(key.to_vec());
    })?;
    if listed != wanted {
        findings.add(|| {
            format!(
                "the trash lists {} records and holds {}",
                listed.len(),
                wanted.len()
            )
        });
    }
    let next = index::number(
        read.get(Table::Meta, &index::next_document_key(kind))?
            .as_deref(),
    );
    if last_document.is_some_and(|last| u64::from(last) >= next) {
        findings.add(|| format!("document {next} would be given a second time"));
    }
    Ok(())
}

/// Every change has its entry: versions of a record's history run from 1 to its own without a gap.
fn check_history(
    read: &impl Read,
    kind: &RecordType,
    expected: &Expected,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut last: BTreeMap<RecordId, u64> = BTreeMap::new();
    every(read, Table::History, kind, |key, _| {
        let Some((head, version)) = key.split_last_chunk::<8>() else {
            return findings.add(|| "a history key is short".to_owned());
        };
        let (id, version) = (id_at_end(head), u64::from_be_bytes(*version));
        let before = last.insert(id, version).unwrap_or(0);
        if version != before + 1 {
            findings.add(|| format!("history of {id} goes from {before} to {version}"));
        }
    })?;
    if last != expected.versions {
        let differing = last
            .iter()
            .filter(|(id, version)| expected.versions.get(id) != Some(version))
            .map(|(id, _)| *id)
            .chain(
                expected
                    .versions
                    .keys()
                    .filter(|id| !last.contains_key(id))
                    .copied(),
            );
        let differing: Vec<String> = differing.take(5).map(|id| id.to_string()).collect();
        findings.add(|| format!("history does not end with the record: {differing:?}"));
    }
    Ok(())
}
