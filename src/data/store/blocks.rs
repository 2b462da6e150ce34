//! Ordered lists cut into blocks that are counted, so that a place far into a list is found without a walk to it.
//!
//! A block begins at the key under which its count stands and ends where the next one of its list begins. Counts follow from
//! what really came into the table and left it, in the same transaction, so no write can forget them.

use std::collections::VecDeque;
use std::ops::Bound;

use redb::{AccessGuard, ReadableTable};

use super::error::StoreError;
use super::prefix_end;
use super::write::{Changes, Stored, stored};

/// Bytes that name the list at the beginning of a key: module, field and owner.
pub(in crate::data) const LIST: usize = 19;

/// Entries of a block above which it is cut.
pub(super) const MOST: u64 = 1_024;

/// A block that is being changed.
struct Block {
    start: Vec<u8>,
    /// The first key that is not in it any more.
    end: Vec<u8>,
    count: u64,
    stored: u64,
}

/// Blocks that follow in a list, read ahead where many of its blocks change in one write.
#[derive(Default)]
struct Ahead {
    list: Vec<u8>,
    blocks: VecDeque<(Vec<u8>, u64)>,
    /// Whether the list ends with them.
    to_the_end: bool,
    /// Blocks looked up in the list so far.
    met: usize,
}

/// Blocks read ahead at once.
const AHEAD: usize = 32;

/// The table of lists with that of its counts, in one transaction.
pub(super) struct Counted<'a, 'txn> {
    pub(super) lists: &'a mut Stored<'txn>,
    pub(super) counts: &'a mut Stored<'txn>,
    /// As [`MOST`], fewer in tests.
    pub(super) most: u64,
}

impl Counted<'_, '_> {
    /// Puts changes into the lists and counts them. Keys come in order, so a block is looked up once for all its changes.
    pub(super) fn put(&mut self, changes: Changes) -> Result<(), StoreError> {
        let mut open: Option<Block> = None;
        let mut ahead = Ahead::default();
        for (key, change) in changes {
            let value = change.over(|| stored(self.lists, &key))?;
            let by = match value {
                Some(value) => {
                    let old = self.lists.insert(key.as_slice(), value.as_slice())?;
                    i64::from(old.is_none())
                }
                None => -i64::from(self.lists.remove(key.as_slice())?.is_some()),
            };
            if by == 0 {
                continue;
            }
            let mut block = match open.take() {
                // Keys come in order: none lies before a block that is open.
                Some(block) if key < block.end => block,
                other => {
                    if let Some(block) = other {
                        self.close(block)?;
                    }
                    self.block_of(&key, &mut ahead)?
                }
            };
            block.count = block.count.saturating_add_signed(by);
            open = Some(block);
        }
        match open {
            Some(block) => self.close(block),
            None => Ok(()),
        }
    }

    /// Counts everything anew.
    pub(super) fn build(&mut self) -> Result<(), StoreError> {
        let mut list: Option<Vec<u8>> = None;
        loop {
            let from = list.as_deref().map_or_else(Vec::new, prefix_end);
            let Some(start) = self.first_list(&from)? else {
                return Ok(());
            };
            self.cut(&start, &prefix_end(&start), None)?;
            list = Some(start);
        }
    }

    fn first_list(&self, from: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let next = self.lists.range::<&[u8]>(from..)?.next().transpose()?;
        Ok(next.map(|(key, _)| list_of(key.value()).to_vec()))
    }

    /// The last block of a key's list that begins before it, or at it.
    fn last_block(&self, to: Bound<&[u8]>) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let (Bound::Included(key) | Bound::Excluded(key)) = to else {
            return Ok(None);
        };
        let range = (Bound::Included(list_of(key)), to);
        let last = self.counts.range::<&[u8]>(range)?.next_back();
        Ok(last
            .transpose()?
            .map(|(start, count)| block(&start, &count)))
    }

    /// The block where a key belongs; one that is not stored yet where none begins before it.
    fn block_of(&self, key: &[u8], ahead: &mut Ahead) -> Result<Block, StoreError> {
        let list = list_of(key);
        let list_end = prefix_end(list);
        let opened = |(start, count), end| Block {
            start,
            end,
            count,
            stored: count,
        };
        if ahead.list != list {
            *ahead = Ahead {
                list: list.to_vec(),
                ..Ahead::default()
            };
        }
        ahead.met += 1;
        while let Some(next) = ahead.blocks.pop_front() {
            match ahead.blocks.front() {
                Some((end, _)) if end.as_slice() <= key => {}
                Some((end, _)) => return Ok(opened(next, end.clone())),
                None if ahead.to_the_end => return Ok(opened(next, list_end)),
                None => {}
            }
        }
        let found = self.last_block(Bound::Included(key))?;
        let found = found.unwrap_or_else(|| (list.to_vec(), 0));
        let after = (Bound::Excluded(key), Bound::Excluded(list_end.as_slice()));
        let mut after = self.counts.range::<&[u8]>(after)?;
        let wanted = if ahead.met > 2 { AHEAD } else { 1 };
        for entry in after.by_ref().take(wanted) {
            let (start, count) = entry?;
            ahead.blocks.push_back(block(&start, &count));
        }
        ahead.to_the_end = ahead.blocks.len() < wanted;
        let end = ahead.blocks.front().map(|(start, _)| start.clone());
        Ok(opened(found, end.unwrap_or(list_end)))
    }

    /// Writes what became of a block: it may have to be cut, or be too small to stand alone.
    fn close(&mut self, block: Block) -> Result<(), StoreError> {
        if block.count == block.stored {
            return Ok(());
        }
        if block.count == 0 {
            self.counts.remove(block.start.as_slice())?;
            return Ok(());
        }
        if block.count > self.most {
            return self.cut(&block.start, &block.end, Some(block.count));
        }
        if block.count < block.stored && block.count < self.most / 4 {
            let before = self.last_block(Bound::Excluded(&block.start))?;
            if let Some((start, count)) = before
                && count + block.count <= self.most / 2
            {
                self.counts.remove(block.start.as_slice())?;
                return self.set(&start, count + block.count);
            }
        }
        self.set(&block.start, block.count)
    }

    /// Cuts what lies between two keys of a list into blocks of about the same size.
    fn cut(&mut self, start: &[u8], end: &[u8], count: Option<u64>) -> Result<(), StoreError> {
        let usual = (self.most / 2).max(1);
        let each = count.map_or(usual, |count| count.div_ceil(count.div_ceil(usual)));
        let (mut at, mut met) = (start.to_vec(), 0);
        for entry in self.lists.range::<&[u8]>(start..end)? {
            let (key, _) = entry?;
            if met == each {
                let counted = met.to_be_bytes();
                self.counts.insert(at.as_slice(), counted.as_slice())?;
                (at, met) = (key.value().to_vec(), 0);
            }
            met += 1;
        }
        self.set(&at, met)
    }

    fn set(&mut self, start: &[u8], count: u64) -> Result<(), StoreError> {
        self.counts.insert(start, count.to_be_bytes().as_slice())?;
        Ok(())
    }
}

/// Counts lists that come whole and in order of keys into an empty table, in blocks as [`Counted::build`] cuts them.
pub(super) struct InOrder {
    each: u64,
    open: Option<(Vec<u8>, u64)>,
    list: [u8; LIST],
}

impl InOrder {
    /// Blocks of at most so many entries once others come in between.
    pub(super) fn new(most: u64) -> Self {
        Self {
            each: (most / 2).max(1),
            open: None,
            list: [0; LIST],
        }
    }

    /// Counts the next key: the block that ended before it, where one did.
    pub(super) fn next(&mut self, key: &[u8]) -> Option<(Vec<u8>, u64)> {
        let list = list_of(key);
        match &mut self.open {
            Some((_, count)) if *list == self.list && *count < self.each => {
                *count += 1;
                None
            }
            // The first block of a list begins with it, any other at its first key.
            Some(_) if *list == self.list => self.open.replace((key.to_vec(), 1)),
            _ => {
                if let Ok(list) = list.try_into() {
                    self.list = list;
                }
                self.open.replace((list.to_vec(), 1))
            }
        }
    }

    /// The last block, where there is one.
    pub(super) fn end(&mut self) -> Option<(Vec<u8>, u64)> {
        self.open.take()
    }
}

fn block(
    start: &AccessGuard<'_, &'static [u8]>,
    count: &AccessGuard<'_, &'static [u8]>,
) -> (Vec<u8>, u64) {
    (start.value().to_vec(), number(count.value()))
}

fn list_of(key: &[u8]) -> &[u8] {
    key.get(..LIST).unwrap_or(key)
}

fn number(count: &[u8]) -> u64 {
    count.try_into().map_or(0, u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::store::tables::Table;
    use crate::data::store::write::Change;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn key(list: u8, entry: u16) -> Vec<u8> {
        let mut key = vec![list; LIST];
        key.extend_from_slice(&entry.to_be_bytes());
        key
    }

    /// Puts changes into a fresh database one write after another, and gives every block with its count and the entries it
    /// holds.
    fn blocks(most: u64, writes: &[Vec<(u8, u16, bool)>], anew: bool) -> Vec<(u64, u64)> {
        let backend = redb::backends::InMemoryBackend::new();
        let database = redb::Builder::new().create_with_backend(backend).unwrap();
        let transaction = database.begin_write().unwrap();
        let mut lists = transaction.open_table(Table::Order.definition()).unwrap();
        let mut counts = transaction
            .open_table(Table::OrderBlocks.definition())
            .unwrap();
        let mut expected = BTreeSet::new();
        for write in writes {
            let mut changes = Changes::new();
            for (list, entry, there) in write {
                let key = key(*list, *entry);
                if *there {
                    expected.insert(key.clone());
                    changes.insert(key, Change::Put(vec![1]));
                } else {
                    expected.remove(&key);
                    changes.insert(key, Change::Gone);
                }
            }
            let mut counted = Counted {
                lists: &mut lists,
                counts: &mut counts,
                most,
            };
            counted.put(changes).unwrap();
        }
        if anew {
            counts.retain(|_, _| false).unwrap();
            let mut counted = Counted {
                lists: &mut lists,
                counts: &mut counts,
                most,
            };
            counted.build().unwrap();
        }
        let mut found: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
        for entry in counts.iter().unwrap() {
            let (start, count) = entry.unwrap();
            found.insert(start.value().to_vec(), (number(count.value()), 0));
        }
        for key in &expected {
            let (start, (_, met)) = found.range_mut(..=key.clone()).next_back().unwrap();
            assert_eq!(list_of(start), list_of(key));
            *met += 1;
        }
        found.into_values().collect()
    }

    proptest! {
        #[test]
        fn every_block_counts_what_it_holds(
            most in 2_u64..12,
            writes in prop::collection::vec(prop::collection::vec((0_u8..3, 0_u16..60, prop::bool::weighted(0.6)), 0..60), 0..12),
        ) {
            for anew in [false, true] {
                for (count, met) in blocks(most, &writes, anew) {
                    prop_assert_eq!(count, met);
                    prop_assert!((1..=most).contains(&count));
                }
            }
        }
    }

    #[test]
    fn blocks_that_shrink_are_joined() {
        let all = (0..1_000).map(|entry| (7, entry, true)).collect();
        let rest = (0..1_000).filter(|entry| entry % 50 != 0);
        let gone: Vec<Vec<_>> = rest.map(|entry| vec![(7, entry, false)]).collect();
        let writes: Vec<Vec<_>> = std::iter::once(all).chain(gone).collect();
        let left = blocks(20, &writes, false);
        assert_eq!(left.iter().map(|(count, _)| count).sum::<u64>(), 20);
        assert!(left.len() < 10, "{left:?}");
    }

    /// What it costs, printed: writes of 2,000 records with twelve sorted fields each over a million of such entries.
    #[test]
    #[ignore = "takes a while and asserts nothing"]
    fn what_counting_costs() {
        let random = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let entry = |n: u64| {
            let mut key = vec![(n % 12) as u8; LIST];
            key.extend_from_slice(&random(n).to_be_bytes());
            key.extend_from_slice(&[7; 32]);
            (key, Change::Put(vec![0; 4]))
        };
        for counting in [false, true] {
            let file = tempfile::NamedTempFile::new().unwrap();
            let database = redb::Database::create(file.path()).unwrap();
            let mut took = Vec::new();
            let first = 0..1_000_000;
            let mut writes = vec![first];
            writes.extend((0..10).map(|n| 1_000_000 + n * 24_000..1_024_000 + n * 24_000));
            for write in writes {
                let changes: Changes = write.map(entry).collect();
                let transaction = database.begin_write().unwrap();
                let mut lists = transaction.open_table(Table::Order.definition()).unwrap();
                let mut counts = transaction
                    .open_table(Table::OrderBlocks.definition())
                    .unwrap();
                let started = std::time::Instant::now();
                if counting {
                    let (lists, counts) = (&mut lists, &mut counts);
                    let mut counted = Counted {
                        lists,
                        counts,
                        most: MOST,
                    };
                    counted.put(changes).unwrap();
                } else {
                    for (key, change) in changes {
                        let value = change.over(|| stored(&lists, &key)).unwrap().unwrap();
                        lists.insert(key.as_slice(), value.as_slice()).unwrap();
                    }
                }
                took.push(started.elapsed());
                drop((lists, counts));
                transaction.commit().unwrap();
            }
            eprintln!("counting {counting}: {took:?}");
        }
    }
}
