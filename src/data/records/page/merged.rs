//! The merge of one ordered list an owner, past what is not wanted.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Bound;

use roaring::RoaringBitmap;

use super::Segment;
use crate::data::records::field::RecordType;
use crate::data::records::index::{ORDER_PREFIX, order_prefix};
use crate::data::store::{Direction, Snapshot, StoreError, Table, Walk, prefix_end};

/// Entries passed over in one list before the others have their turn, so that none is walked to its end in vain.
const TURN: u32 = 32;

/// What is merged.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) kind: &'a RecordType,
    pub(super) segment: &'a Segment,
    /// Documents that answer words and filters; `None` where nothing narrows the list.
    pub(super) matching: Option<&'a RoaringBitmap>,
}

impl<'a> Source<'a> {
    pub(super) fn wanted(&self, document: u32) -> bool {
        let has = |documents: Option<&RoaringBitmap>| {
            documents.is_none_or(|documents| documents.contains(document))
        };
        has(self.matching) && has(self.segment.restrict.as_ref())
    }

    /// Whether every entry is wanted.
    pub(super) fn is_whole(&self) -> bool {
        self.matching.is_none() && self.segment.restrict.is_none()
    }

    /// The ordered lists, as what their keys begin with.
    pub(super) fn lists(&self) -> impl Iterator<Item = Vec<u8>> {
        let (kind, segment) = (self.kind, self.segment);
        let owners = segment.owners.iter();
        owners.map(move |owner| order_prefix(kind, segment.field, *owner))
    }

    /// All of it.
    pub(super) fn all(self) -> Result<Merged<'a>, StoreError> {
        self.from(self.segment.direction, Bound::Unbounded, u64::MAX)
    }

    /// What follows a place, the part of a key after the owner, in a direction. Where more than `steps` entries had to be
    /// looked at, it ends early.
    pub(super) fn from(
        self,
        direction: Direction,
        place: Bound<&[u8]>,
        steps: u64,
    ) -> Result<Merged<'a>, StoreError> {
        let mut merged = Merged {
            source: self,
            walks: Vec::with_capacity(self.segment.owners.len()),
            heads: BinaryHeap::new(),
            steps,
            tired: false,
        };
        for prefix in self.lists() {
            let end = prefix_end(&prefix);
            let place = place.map(|suffix| [prefix.as_slice(), suffix].concat());
            let place = place.as_ref().map(Vec::as_slice);
            let (from, to) = match (place, direction) {
                (Bound::Unbounded, _) => (Bound::Included(&*prefix), Bound::Excluded(&*end)),
                (place, Direction::Forward) => (place, Bound::Excluded(&*end)),
                (place, Direction::Backward) => (Bound::Included(&*prefix), place),
            };
            let walk = self.snapshot.walk(Table::Order, from, to, direction)?;
            merged.walks.push(walk);
            merged.advance(merged.walks.len() - 1)?;
        }
        Ok(merged)
    }
}

/// See [`Source`].
pub(super) struct Merged<'a> {
    source: Source<'a>,
    walks: Vec<Walk>,
    heads: BinaryHeap<Head>,
    steps: u64,
    tired: bool,
}

struct Head {
    key: Ordered,
    walk: usize,
    /// Whether its document is one of those wanted, or just where the list's turn ended.
    wanted: bool,
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

impl Merged<'_> {
    /// Whether it ended because of the steps it had.
    pub(super) fn is_tired(&self) -> bool {
        self.tired
    }

    /// Steps that are left.
    pub(super) fn steps_left(&self) -> u64 {
        self.steps
    }

    fn advance(&mut self, walk: usize) -> Result<(), StoreError> {
        let direction = self.walks[walk].direction();
        let mut passed = 0;
        for entry in self.walks[walk].by_ref() {
            let (key, document) = entry?;
            let Some(left) = self.steps.checked_sub(1) else {
                self.tired = true;
                return Ok(());
            };
            self.steps = left;
            let wanted = self.source.is_whole() || self.source.wanted(number(document.value())?);
            passed += 1;
            if wanted || passed == TURN {
                let suffix = key.value().get(ORDER_PREFIX..).unwrap_or_default().to_vec();
                let key = match direction {
                    Direction::Forward => Ordered::Forward(Reverse(suffix)),
                    Direction::Backward => Ordered::Backward(suffix),
                };
                self.heads.push(Head { key, walk, wanted });
                return Ok(());
            }
        }
        Ok(())
    }

    /// The part after the owner of the next key in order.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        while let Some(head) = self.heads.pop() {
            self.advance(head.walk)?;
            if self.tired {
                return Ok(None);
            }
            if head.wanted {
                let (Ordered::Forward(Reverse(suffix)) | Ordered::Backward(suffix)) = head.key;
                return Ok(Some(suffix));
            }
        }
        Ok(None)
    }

    /// The last of so many that follow, or of those there are.
    pub(super) fn skip(&mut self, count: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut last = None;
        for _ in 0..count {
            match self.next()? {
                Some(suffix) => last = Some(suffix),
                None => break,
            }
        }
        Ok(last)
    }
}

fn number(document: &[u8]) -> Result<u32, StoreError> {
    let bytes = document.try_into().map(u32::from_be_bytes);
    bytes.map_err(|_| StoreError::Corrupt("a document number".to_owned()))
}
