//! A page of a list: records in order, read from the ordered indexes of their owners and merged.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Bound;

use roaring::RoaringBitmap;

use super::cursor::{Cursor, Start};
use super::field::{Field, FieldNo, RecordType};
use super::ids::{RecordId, UserId};
use super::index::{self, ORDER_PREFIX, order_prefix, term};
use super::kind::Kind;
use super::record::Record;
use crate::data::store::{
    Direction, Read, Snapshot, StoreError, Table, Walk, postings, prefix_end,
};

/// What is listed, with every name resolved and every permission already applied.
pub(in crate::data) struct Plan<'a> {
    pub(in crate::data) kind: &'static RecordType,
    /// Whose records; in the order of their names, which is the order of a list sorted by owner.
    pub(in crate::data) owners: &'a [Option<UserId>],
    /// Documents that answer words and filters, scope included; `None` where nothing narrows the list.
    pub(in crate::data) matching: Option<RoaringBitmap>,
    pub(in crate::data) sort: &'static Field,
    pub(in crate::data) descending: bool,
}

/// Records of a page with how it goes on.
pub(in crate::data) struct Listed {
    pub(in crate::data) records: Vec<Record>,
    pub(in crate::data) next: Option<Cursor>,
}

/// What stands beside a record in a list.
pub(in crate::data) struct Around {
    pub(in crate::data) previous: Option<Record>,
    pub(in crate::data) next: Option<Record>,
    /// From 1; none where finding it out would mean a walk through the list.
    pub(in crate::data) position: Option<u64>,
}

/// A run of the list that one sort of index entry gives: a list sorted by status is the list by title of each status in
/// turn; records without a value come last.
struct Segment {
    field: FieldNo,
    owners: Vec<Option<UserId>>,
    restrict: Option<RoaringBitmap>,
    direction: Direction,
}

/// Cost of following a document to its record against one step along an index: an estimate, not a measurement.
const STEPS_PER_FETCH: u64 = 12;

/// Records of all owners up to which a place in the list is counted out.
const COUNTED: u64 = 2_000;

/// Records for which room is made at once.
const MOST_RESERVED: usize = 256;

impl Plan<'_> {
    /// Number of records in the whole list.
    pub(in crate::data) fn total(&self, read: &impl Read) -> Result<u64, StoreError> {
        if let Some(matching) = &self.matching {
            return Ok(matching.len());
        }
        self.owners
            .iter()
            .map(|owner| count(read, self.kind, *owner))
            .sum()
    }

    /// One page.
    pub(in crate::data) fn page(
        &self,
        snapshot: &Snapshot,
        start: &Start,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let owners = self.segment_owners();
        let start = &start.resolved(&owners);
        let listed = self.page_after(snapshot, start, limit)?;
        Ok(Listed {
            next: listed.next.map(|next| next.named(&owners)),
            ..listed
        })
    }

    fn page_after(
        &self,
        snapshot: &Snapshot,
        start: &Start,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        if let Some(matching) = &self.matching {
            let everything: u64 = self.total_of_owners(snapshot)?;
            // Offsets and limits may come from an address: no sum of them may overflow.
            let limit_steps = (limit as u64).saturating_mul(STEPS_PER_FETCH);
            let fetching = matching.len() * STEPS_PER_FETCH;
            let walking = (everything / matching.len().max(1))
                .saturating_mul((limit as u64).saturating_add(offset(start)));
            if fetching <= walking.max(limit_steps) {
                return self.gather(snapshot, matching, start, limit);
            }
        }
        self.walk(snapshot, start, limit)
    }

    /// What stands beside a record, found from the record's own place.
    pub(in crate::data) fn around(
        &self,
        snapshot: &Snapshot,
        record: &Record,
    ) -> Result<Around, StoreError> {
        let here = self.place(record);
        let everything = self.total_of_owners(snapshot)?;
        if let Some(matching) = &self.matching
            && matching.len() * STEPS_PER_FETCH <= everything / matching.len().max(1)
        {
            return self.around_few(snapshot, matching, &here);
        }
        let position = if everything <= COUNTED {
            self.position(snapshot, &here)?
        } else {
            None
        };
        Ok(Around {
            previous: self.beside(snapshot, &here, true)?,
            next: self.beside(snapshot, &here, false)?,
            position,
        })
    }

    /// The same where few records match: all of them are looked at.
    fn around_few(
        &self,
        snapshot: &Snapshot,
        matching: &RoaringBitmap,
        here: &Cursor,
    ) -> Result<Around, StoreError> {
        let mut previous: Option<(Cursor, Record)> = None;
        let mut next: Option<(Cursor, Record)> = None;
        let (mut before, mut found) = (0, false);
        for document in matching {
            let key = index::document_key(self.kind, document);
            let Some(id) = snapshot.get(Table::Documents, &key)? else {
                continue;
            };
            let Some(record) = fetch(snapshot, self.kind, id_of(&id)?)? else {
                continue;
            };
            let place = self.place(&record);
            match self.in_order(&place, here) {
                Ordering::Equal => found = true,
                Ordering::Less => {
                    before += 1;
                    let nearer = |(known, _): &(Cursor, Record)| {
                        self.in_order(&place, known) == Ordering::Greater
                    };
                    if previous.as_ref().is_none_or(nearer) {
                        previous = Some((place, record));
                    }
                }
                Ordering::Greater => {
                    let nearer = |(known, _): &(Cursor, Record)| {
                        self.in_order(&place, known) == Ordering::Less
                    };
                    if next.as_ref().is_none_or(nearer) {
                        next = Some((place, record));
                    }
                }
            }
        }
        Ok(Around {
            previous: previous.map(|(_, record)| record),
            next: next.map(|(_, record)| record),
            position: found.then_some(before + 1),
        })
    }

    /// The nearest record of the list on one side of a place.
    fn beside(
        &self,
        snapshot: &Snapshot,
        here: &Cursor,
        before: bool,
    ) -> Result<Option<Record>, StoreError> {
        let mut segments: Vec<(usize, Segment)> =
            self.segments(snapshot)?.into_iter().enumerate().collect();
        if before {
            segments.reverse();
        }
        let place = usize::from(here.segment);
        for (number, mut segment) in segments {
            if (before && number > place) || (!before && number < place) {
                continue;
            }
            if before {
                segment.direction = match segment.direction {
                    Direction::Forward => Direction::Backward,
                    Direction::Backward => Direction::Forward,
                };
            }
            let from = (number == place).then_some(here.suffix.as_slice());
            let mut merged = Merged::new(snapshot, self.kind, &segment, from)?;
            while let Some((document, suffix)) = merged.next()? {
                if self.wanted(&segment, document)
                    && let Some(record) = fetch(snapshot, self.kind, id_of(&suffix)?)?
                {
                    return Ok(Some(record));
                }
            }
        }
        Ok(None)
    }

    /// The number of a place in a short list; none where no record of the list stands there.
    fn position(&self, snapshot: &Snapshot, here: &Cursor) -> Result<Option<u64>, StoreError> {
        let mut number = 0;
        for (place, segment) in self.segments(snapshot)?.iter().enumerate() {
            if place > usize::from(here.segment) {
                break;
            }
            let mut merged = Merged::new(snapshot, self.kind, segment, None)?;
            while let Some((document, suffix)) = merged.next()? {
                if !self.wanted(segment, document) {
                    continue;
                }
                number += 1;
                if place == usize::from(here.segment) && suffix == here.suffix {
                    return Ok(Some(number));
                }
            }
        }
        Ok(None)
    }

    fn in_order(&self, a: &Cursor, b: &Cursor) -> Ordering {
        a.segment
            .cmp(&b.segment)
            .then_with(|| match self.direction_of(a.segment) {
                Direction::Forward => a.suffix.cmp(&b.suffix),
                Direction::Backward => b.suffix.cmp(&a.suffix),
            })
    }

    fn total_of_owners(&self, read: &impl Read) -> Result<u64, StoreError> {
        self.owners
            .iter()
            .map(|owner| count(read, self.kind, *owner))
            .sum()
    }

    /// All records in order, each handed to `visit`, until it says stop.
    pub(in crate::data) fn each(
        &self,
        snapshot: &Snapshot,
        visit: &mut dyn FnMut(Record) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        for segment in self.segments(snapshot)? {
            let mut merged = Merged::new(snapshot, self.kind, &segment, None)?;
            while let Some((document, suffix)) = merged.next()? {
                if self.wanted(&segment, document)
                    && let Some(record) = fetch(snapshot, self.kind, id_of(&suffix)?)?
                    && !visit(record)?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn wanted(&self, segment: &Segment, document: u32) -> bool {
        self.matching
            .as_ref()
            .is_none_or(|matching| matching.contains(document))
            && segment
                .restrict
                .as_ref()
                .is_none_or(|restrict| restrict.contains(document))
    }

    fn walk(&self, snapshot: &Snapshot, start: &Start, limit: usize) -> Result<Listed, StoreError> {
        let mut to_skip = offset(start);
        let mut records = Vec::with_capacity(limit.min(MOST_RESERVED));
        let mut last: Option<Cursor> = None;
        for (number, segment) in self.segments(snapshot)?.iter().enumerate() {
            let after = match start {
                Start::After(cursor) if usize::from(cursor.segment) > number => continue,
                Start::After(cursor) if usize::from(cursor.segment) == number => {
                    Some(cursor.suffix.as_slice())
                }
                _ => None,
            };
            let mut merged = Merged::new(snapshot, self.kind, segment, after)?;
            while let Some((document, suffix)) = merged.next()? {
                if !self.wanted(segment, document) {
                    continue;
                }
                if to_skip > 0 {
                    to_skip -= 1;
                    continue;
                }
                if records.len() == limit {
                    return Ok(Listed {
                        records,
                        next: last,
                    });
                }
                if let Some(record) = fetch(snapshot, self.kind, id_of(&suffix)?)? {
                    records.push(record);
                    last = Some(Cursor {
                        segment: number as u16,
                        suffix,
                    });
                }
            }
        }
        Ok(Listed {
            records,
            next: None,
        })
    }

    /// Follows each matching document to its record and sorts: for few of them.
    fn gather(
        &self,
        snapshot: &Snapshot,
        matching: &RoaringBitmap,
        start: &Start,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let mut found = Vec::with_capacity(matching.len() as usize);
        for document in matching {
            let Some(id) =
                snapshot.get(Table::Documents, &index::document_key(self.kind, document))?
            else {
                continue;
            };
            if let Some(record) = fetch(snapshot, self.kind, id_of(&id)?)? {
                found.push((self.place(&record), record));
            }
        }
        let order = |a: &Cursor, b: &Cursor| self.in_order(a, b);
        found.sort_unstable_by(|(a, _), (b, _)| order(a, b));
        let first = match start {
            Start::Offset(offset) => *offset as usize,
            Start::After(cursor) => {
                found.partition_point(|(place, _)| order(place, cursor).is_le())
            }
        };
        let more = found.len() > first.saturating_add(limit);
        let mut next = None;
        let mut records = Vec::with_capacity(limit.min(MOST_RESERVED));
        for (place, record) in found.into_iter().skip(first).take(limit) {
            next = Some(place);
            records.push(record);
        }
        Ok(Listed {
            records,
            next: next.filter(|_| more),
        })
    }

    fn direction_of(&self, segment: u16) -> Direction {
        if self.descending && segment == 0 && !self.is_composed() {
            Direction::Backward
        } else {
            Direction::Forward
        }
    }

    /// Whether the list is put together from lists by title.
    fn is_composed(&self) -> bool {
        self.sort.kind.is_composed()
    }

    fn segments(&self, read: &impl Read) -> Result<Vec<Segment>, StoreError> {
        let module = self.kind.module.code();
        let segment = |field, owners: Vec<Option<UserId>>, restrict, direction| Segment {
            field,
            owners,
            restrict,
            direction,
        };
        let by_title = |restrict| {
            segment(
                self.kind.title,
                self.owners.to_vec(),
                restrict,
                Direction::Forward,
            )
        };
        let mut segments = match self.sort.kind {
            Kind::Owner => self
                .owner_order()
                .into_iter()
                .map(|owner| segment(self.kind.title, vec![owner], None, Direction::Forward))
                .collect(),
            kind if kind.is_composed() => {
                let mut parts = Vec::new();
                let choices = kind.choices().unwrap_or_default();
                for choice in self.in_direction(choices.into_iter()) {
                    let documents =
                        postings::documents(read, module, &term::value(self.sort.no, choice))?;
                    parts.push(by_title(Some(documents)));
                }
                parts
            }
            _ => vec![segment(
                self.sort.no,
                self.owners.to_vec(),
                None,
                self.direction_of(0),
            )],
        };
        if self.sort.no != self.kind.title && self.sort.kind != Kind::Owner {
            let empty = postings::documents(read, module, &term::empty(self.sort.no))?;
            if !empty.is_empty() {
                segments.push(by_title(Some(empty)));
            }
        }
        Ok(segments)
    }

    /// Whose list each segment is, where the list is put together by owner.
    fn segment_owners(&self) -> Vec<Option<UserId>> {
        match self.sort.kind {
            Kind::Owner => self.owner_order(),
            _ => Vec::new(),
        }
    }

    fn owner_order(&self) -> Vec<Option<UserId>> {
        let (owned, unowned): (Vec<_>, Vec<_>) =
            self.owners.iter().copied().partition(Option::is_some);
        self.in_direction(owned.into_iter())
            .chain(unowned)
            .collect()
    }

    fn in_direction<'i, T: 'i>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'i,
    ) -> Box<dyn Iterator<Item = T> + 'i> {
        if self.descending {
            Box::new(items.rev())
        } else {
            Box::new(items)
        }
    }

    /// Where a record stands in the list.
    fn place(&self, record: &Record) -> Cursor {
        let title = self.kind.field(self.kind.title);
        let key = |field: &Field| {
            let sort_key = record
                .value(field.no)
                .and_then(|value| field.kind.sort_key(&value))
                .unwrap_or_default();
            let mut suffix = sort_key;
            suffix.push(0);
            suffix.extend_from_slice(record.id.bytes());
            suffix
        };
        let by_title = title.map(key).unwrap_or_default();
        let (segment, suffix) = match self.sort.kind {
            Kind::Owner => {
                let place = self
                    .owner_order()
                    .iter()
                    .position(|owner| *owner == record.owner);
                (place.unwrap_or(usize::from(u16::MAX)), by_title)
            }
            kind if kind.is_composed() => {
                let value = record.text(self.sort.no);
                let choices = kind.choices().unwrap_or_default();
                let place = self
                    .in_direction(choices.iter())
                    .position(|choice| *choice == value);
                (place.unwrap_or(choices.len()), by_title)
            }
            _ if record.value(self.sort.no).is_some() => (0, key(self.sort)),
            _ => (1, by_title),
        };
        Cursor {
            segment: segment as u16,
            suffix,
        }
    }
}

fn offset(start: &Start) -> u64 {
    match start {
        Start::Offset(offset) => *offset,
        Start::After(_) => 0,
    }
}

/// The count of an owner's records.
pub(in crate::data) fn count(
    read: &impl Read,
    kind: &RecordType,
    owner: Option<UserId>,
) -> Result<u64, StoreError> {
    Ok(index::number(
        read.get(Table::Counters, &index::counter_key(kind, owner))?
            .as_deref(),
    ))
}

/// A live record.
pub(in crate::data) fn fetch(
    snapshot: &Snapshot,
    kind: &RecordType,
    id: RecordId,
) -> Result<Option<Record>, StoreError> {
    match snapshot.fetch(Table::Records, &index::record_key(kind, id))? {
        Some(guard) => Record::decode(id, guard.value()).map(Some),
        None => Ok(None),
    }
}

fn id_of(suffix: &[u8]) -> Result<RecordId, StoreError> {
    let bytes = suffix
        .last_chunk::<16>()
        .ok_or_else(|| StoreError::Corrupt("an index key is short".to_owned()))?;
    Ok(RecordId::from_bytes(*bytes))
}

/// The merge of one ordered list an owner.
struct Merged {
    walks: Vec<Walk>,
    heads: BinaryHeap<Head>,
}

struct Head {
    key: Ordered,
    walk: usize,
    document: u32,
}

/// The part of a key after the owner, in the direction of the list; the smallest leaves the heap first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Ordered {
    Forward(Reverse<Vec<u8>>),
    Backward(Vec<u8>),
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Head {}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Merged {
    fn new(
        snapshot: &Snapshot,
        kind: &RecordType,
        segment: &Segment,
        after: Option<&[u8]>,
    ) -> Result<Self, StoreError> {
        let mut merged = Self {
            walks: Vec::with_capacity(segment.owners.len()),
            heads: BinaryHeap::new(),
        };
        for owner in &segment.owners {
            let prefix = order_prefix(kind, segment.field, *owner);
            let end = prefix_end(&prefix);
            let beyond = after.map(|suffix| [prefix.as_slice(), suffix].concat());
            let (from, to) = match (&beyond, segment.direction) {
                (None, _) => (
                    Bound::Included(prefix.as_slice()),
                    Bound::Excluded(end.as_slice()),
                ),
                (Some(key), Direction::Forward) => (
                    Bound::Excluded(key.as_slice()),
                    Bound::Excluded(end.as_slice()),
                ),
                (Some(key), Direction::Backward) => (
                    Bound::Included(prefix.as_slice()),
                    Bound::Excluded(key.as_slice()),
                ),
            };
            merged
                .walks
                .push(snapshot.walk(Table::Order, from, to, segment.direction)?);
            merged.advance(merged.walks.len() - 1)?;
        }
        Ok(merged)
    }

    fn advance(&mut self, walk: usize) -> Result<(), StoreError> {
        let direction = self.walks[walk].direction();
        if let Some(entry) = self.walks[walk].next() {
            let (key, document) = entry?;
            let suffix = key.value().get(ORDER_PREFIX..).unwrap_or_default().to_vec();
            let document = document
                .value()
                .try_into()
                .map(u32::from_be_bytes)
                .map_err(|_| StoreError::Corrupt("a document number".to_owned()))?;
            let key = match direction {
                Direction::Forward => Ordered::Forward(Reverse(suffix)),
                Direction::Backward => Ordered::Backward(suffix),
            };
            self.heads.push(Head {
                key,
                walk,
                document,
            });
        }
        Ok(())
    }

    /// The next document in order with the part of its key after the owner.
    fn next(&mut self) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
        let Some(head) = self.heads.pop() else {
            return Ok(None);
        };
        self.advance(head.walk)?;
        let (Ordered::Forward(Reverse(suffix)) | Ordered::Backward(suffix)) = head.key;
        Ok(Some((head.document, suffix)))
    }
}
