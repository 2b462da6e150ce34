//! A page of a list: records in order, read from the ordered indexes of their owners and merged.

mod around;
mod landing;
mod merged;

use std::cmp::Ordering;
use std::ops::{Bound, ControlFlow};

use roaring::RoaringBitmap;

use super::cursor::{Cursor, Start};
use super::field::{Field, FieldNo, RecordType};
use super::ids::{RecordId, UserId};
use super::index::{self, term};
use super::kind::Kind;
use super::record::Record;
use crate::data::store::{Direction, Read, Snapshot, StoreError, Table, postings, prefix_end};
use landing::Landing;
use merged::Source;

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

/// Matching records of which no more than the places are followed and sorted.
const MOST_GATHERED: u64 = 50_000;

/// Records for which room is made at once.
const MOST_RESERVED: usize = 256;

impl Plan<'_> {
    /// Number of records in the whole list.
    pub(in crate::data) fn total(&self, read: &impl Read) -> Result<u64, StoreError> {
        if let Some(matching) = &self.matching {
            return Ok(matching.len());
        }
        self.total_of_owners(read)
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
        // Offsets and limits may come from an address: no sum of them may overflow.
        let offset = offset(start);
        if offset > 0 && offset >= self.total(snapshot)? {
            return self.listed(snapshot, Vec::new(), false);
        }
        if let Some(matching) = &self.matching
            && matching.len() <= MOST_GATHERED
        {
            let everything = self.total_of_owners(snapshot)?;
            let limit_steps = (limit as u64).saturating_mul(STEPS_PER_FETCH);
            let fetching = matching.len() * STEPS_PER_FETCH;
            let from_an_end = offset.min(matching.len() - offset);
            let walking = (everything / matching.len().max(1))
                .saturating_mul((limit as u64).saturating_add(from_an_end));
            // What matches may stand close together at the far end: a walk ends where following each would be cheaper.
            if fetching > walking.max(limit_steps)
                && let Some(listed) = self.walk(snapshot, start, limit, fetching)?
            {
                return Ok(listed);
            }
            return self.gather(snapshot, matching, start, limit);
        }
        let listed = self.walk(snapshot, start, limit, u64::MAX)?;
        listed.ok_or(StoreError::Closed)
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
            let mut merged = self.source(snapshot, &segment).all()?;
            while let Some(suffix) = merged.next()? {
                if let Some(record) = fetch(snapshot, self.kind, id_of(&suffix)?)?
                    && !visit(record)?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn source<'a>(&'a self, snapshot: &'a Snapshot, segment: &'a Segment) -> Source<'a> {
        Source {
            snapshot,
            kind: self.kind,
            segment,
            matching: self.matching.as_ref(),
        }
    }

    /// Reads along the ordered lists; none where that would mean to look at more than `steps` entries.
    fn walk(
        &self,
        snapshot: &Snapshot,
        start: &Start,
        limit: usize,
        mut steps: u64,
    ) -> Result<Option<Listed>, StoreError> {
        let mut to_skip = offset(start);
        let mut places: Vec<Cursor> = Vec::with_capacity(limit.min(MOST_RESERVED));
        let segments = self.segments(snapshot)?;
        for (number, segment) in segments.iter().enumerate() {
            let source = self.source(snapshot, segment);
            let landing = match start {
                Start::After(cursor) if usize::from(cursor.segment) > number => continue,
                Start::After(cursor) if usize::from(cursor.segment) == number => {
                    Landing::At(Bound::Excluded(cursor.suffix.clone()), 0)
                }
                _ if to_skip <= landing::near(snapshot) => Landing::At(Bound::Unbounded, to_skip),
                _ if source.is_whole() => landing::by_blocks(source, to_skip)?,
                _ => {
                    let size = self.size(snapshot, &segments, number)?;
                    landing::by_ends(source, to_skip, size, steps)?
                }
            };
            let (from, passed) = match landing {
                Landing::At(from, passed) => (from, passed),
                Landing::Beyond(size) => {
                    to_skip = to_skip.saturating_sub(size);
                    continue;
                }
                Landing::Tired => return Ok(None),
            };
            let from = from.as_ref().map(Vec::as_slice);
            let mut merged = source.from(segment.direction, from, steps)?;
            to_skip = passed;
            while let Some(suffix) = merged.next()? {
                if to_skip > 0 {
                    to_skip -= 1;
                    continue;
                }
                if places.len() == limit {
                    return self.listed(snapshot, places, true).map(Some);
                }
                places.push(Cursor {
                    segment: number as u16,
                    suffix,
                });
            }
            if merged.is_tired() {
                return Ok(None);
            }
            steps = merged.steps_left();
        }
        self.listed(snapshot, places, false).map(Some)
    }

    /// Records of the list in one segment of it, where some entries of its lists do not count.
    fn size(
        &self,
        snapshot: &Snapshot,
        segments: &[Segment],
        number: usize,
    ) -> Result<u64, StoreError> {
        let segment = &segments[number];
        let mut documents = match (&self.matching, &segment.restrict) {
            (Some(matching), Some(restrict)) => matching & restrict,
            (Some(documents), None) | (None, Some(documents)) => documents.clone(),
            (None, None) => return Ok(0),
        };
        // Records without a value are not in the list by the field.
        if segment.restrict.is_none()
            && segment.field != self.kind.title
            && let Some(empty) = segments.get(number + 1)
            && let Some(empty) = &empty.restrict
        {
            documents -= empty;
        }
        // What matches is what all these owners have; what has a value may be anybody's.
        let anybodys = match self.matching {
            Some(_) => segment.owners.len() < self.owners.len(),
            None => !self.are_all(snapshot, &segment.owners)?,
        };
        if anybodys {
            documents &= index::documents_of_owners(snapshot, self.kind, &segment.owners)?;
        }
        Ok(documents.len())
    }

    /// Whether nobody else has records.
    fn are_all(&self, snapshot: &Snapshot, owners: &[Option<UserId>]) -> Result<bool, StoreError> {
        let prefix = [self.kind.module.code()];
        let mut all = 0;
        let visit = &mut |_: &[u8], count: &[u8]| {
            all += index::number(Some(count));
            ControlFlow::Continue(())
        };
        snapshot.scan(Table::Counters, &prefix, &prefix_end(&prefix), visit)?;
        let counts = owners
            .iter()
            .map(|owner| count(snapshot, self.kind, *owner));
        Ok(counts.sum::<Result<u64, _>>()? == all)
    }

    /// Places of the list with their records.
    fn listed(
        &self,
        snapshot: &Snapshot,
        places: Vec<Cursor>,
        more: bool,
    ) -> Result<Listed, StoreError> {
        let mut records = Vec::with_capacity(places.len());
        for place in &places {
            records.extend(fetch(snapshot, self.kind, id_of(&place.suffix)?)?);
        }
        Ok(Listed {
            records,
            next: places.into_iter().next_back().filter(|_| more),
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
            let key = index::document_key(self.kind, document);
            let Some(id) = snapshot.fetch(Table::Documents, &key)? else {
                continue;
            };
            let id = id_of(id.value())?;
            let key = index::record_key(self.kind, id);
            if let Some(record) = snapshot.fetch(Table::Records, &key)? {
                let fields = [self.sort.no, self.kind.title];
                found.push(self.place(&Record::decode_only(id, record.value(), &fields)?));
            }
        }
        if let Start::After(cursor) = start {
            found.retain(|place| self.in_order(place, cursor).is_gt());
        }
        let first = usize::try_from(offset(start)).unwrap_or(usize::MAX);
        let end = first.saturating_add(limit);
        let order = |a: &Cursor, b: &Cursor| self.in_order(a, b);
        // What is before the page and what comes after it need not be in order.
        let more = end < found.len();
        if more {
            found.select_nth_unstable_by(end, order);
            found.truncate(end);
        }
        if first >= found.len() {
            found.clear();
        } else if first > 0 {
            found.select_nth_unstable_by(first, order);
            found.drain(..first);
        }
        found.sort_unstable_by(order);
        self.listed(snapshot, found, more)
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
