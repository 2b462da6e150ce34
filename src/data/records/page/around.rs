//! What stands beside a record in a list.

use std::cmp::Ordering;
use std::ops::Bound;

use roaring::RoaringBitmap;

use super::{Plan, STEPS_PER_FETCH, fetch, id_of, landing};
use crate::data::records::cursor::Cursor;
use crate::data::records::index;
use crate::data::records::record::Record;
use crate::data::store::{Read, Snapshot, StoreError, Table};

/// Records of all owners up to which a place is counted out where no block tells it.
const WALKED: u64 = 2_000;

/// What stands beside a record in a list.
pub(in crate::data) struct Around {
    pub(in crate::data) previous: Option<Record>,
    pub(in crate::data) next: Option<Record>,
    /// From 1; none where finding it out would mean a walk through the list.
    pub(in crate::data) position: Option<u64>,
}

impl Plan<'_> {
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
        let position = self.position(snapshot, &here)?;
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
        let mut segments: Vec<_> = self.segments(snapshot)?.into_iter().enumerate().collect();
        if before {
            segments.reverse();
        }
        let place = usize::from(here.segment);
        for (number, mut segment) in segments {
            if (before && number > place) || (!before && number < place) {
                continue;
            }
            if before {
                segment.direction = segment.direction.opposite();
            }
            let from = if number == place {
                Bound::Excluded(here.suffix.as_slice())
            } else {
                Bound::Unbounded
            };
            let source = self.source(snapshot, &segment);
            let mut merged = source.from(segment.direction, from, u64::MAX)?;
            while let Some(suffix) = merged.next()? {
                let record = fetch(snapshot, self.kind, id_of(&suffix)?)?;
                if record.is_some() {
                    return Ok(record);
                }
            }
        }
        Ok(None)
    }

    /// The number of a place in the list; none where no record of the list stands there, or where only a long walk would
    /// tell.
    fn position(&self, snapshot: &Snapshot, here: &Cursor) -> Result<Option<u64>, StoreError> {
        let place = usize::from(here.segment);
        let segments = self.segments(snapshot)?;
        let walked = self.total_of_owners(snapshot)? <= WALKED;
        let mut number = 0;
        for (at, segment) in segments.iter().enumerate().take(place + 1) {
            let source = self.source(snapshot, segment);
            if source.is_whole() {
                let (before, all) = landing::before(source, &here.suffix)?;
                number += if at == place { before } else { all };
                if at == place {
                    let found = landing::stands(source, &here.suffix)?;
                    return Ok(found.then_some(number + 1));
                }
            } else if walked {
                let mut merged = source.all()?;
                while let Some(suffix) = merged.next()? {
                    number += 1;
                    if at == place && suffix == here.suffix {
                        return Ok(Some(number));
                    }
                }
            } else {
                return Ok(None);
            }
        }
        Ok(None)
    }
}
