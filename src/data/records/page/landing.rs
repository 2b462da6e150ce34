//! Where a place far into a list is, without a walk through everything before it.
//!
//! Where every entry of the lists counts, their counted blocks tell: the place where a block begins has about the wanted
//! number of entries before it, which is then counted out in the one block of each owner that lies across it. What is left
//! is a walk of about a block. Where some entries do not count, nothing says how many of them a block has; then the end
//! helps at least, from which the later half of a list is walked.

use std::ops::Bound;

use super::merged::Source;
use crate::data::records::index;
use crate::data::store::{Direction, Snapshot, StoreError, Table, blocks::LIST, prefix_end};

/// Entries that are walked rather than looked for.
pub(super) fn near(snapshot: &Snapshot) -> u64 {
    snapshot.block() / 4
}

/// Where an offset leads.
pub(super) enum Landing {
    /// Into the segment: from where to walk, and how many entries are still to be passed over.
    At(Bound<Vec<u8>>, u64),
    /// Beyond it; it has so many entries.
    Beyond(u64),
    /// The steps did not suffice.
    Tired,
}

/// A list's blocks: the part of a key after the owner where each begins, with its entries.
type Blocks = Vec<(Vec<u8>, u64)>;

/// Finds the place after so many entries of the lists, all of which count.
pub(super) fn by_blocks(source: Source<'_>, offset: u64) -> Result<Landing, StoreError> {
    let lists = all_blocks(source)?;
    let total = entries(&lists);
    if offset >= total {
        return Ok(Landing::Beyond(total));
    }
    // Entries before the place in ascending order, whichever way the list is read.
    let boundary = match source.segment.direction {
        Direction::Forward => offset,
        Direction::Backward => total - offset,
    };
    if total - boundary <= near(source.snapshot) {
        return land(source, Bound::Unbounded, total, boundary);
    }
    let start = start_near(&lists, boundary);
    let rank = rank(source, &lists, start)?;
    land(source, Bound::Included(start), rank, boundary)
}

/// How many entries of the lists, all of which count, come before a place; and how many there are.
pub(super) fn before(source: Source<'_>, place: &[u8]) -> Result<(u64, u64), StoreError> {
    let lists = all_blocks(source)?;
    let (rank, total) = (rank(source, &lists, place)?, entries(&lists));
    Ok(match source.segment.direction {
        Direction::Forward => (rank, total),
        Direction::Backward => ((total - rank).saturating_sub(1), total),
    })
}

/// Whether an entry stands exactly there in one of the lists.
pub(super) fn stands(source: Source<'_>, place: &[u8]) -> Result<bool, StoreError> {
    for prefix in source.lists() {
        let key = [prefix.as_slice(), place].concat();
        if source.snapshot.fetch(Table::Order, &key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Finds the place after so many of the entries that count, of which there are `size`; looks at no more than `steps`.
pub(super) fn by_ends(
    source: Source<'_>,
    offset: u64,
    size: u64,
    steps: u64,
) -> Result<Landing, StoreError> {
    if offset >= size {
        return Ok(Landing::Beyond(size));
    }
    if offset <= size / 2 {
        return Ok(Landing::At(Bound::Unbounded, offset));
    }
    let opposite = source.segment.direction.opposite();
    let mut merged = source.from(opposite, Bound::Unbounded, steps)?;
    let place = merged.skip(size - offset)?;
    if merged.is_tired() {
        return Ok(Landing::Tired);
    }
    let place = place.map(|place| Landing::At(Bound::Included(place), 0));
    Ok(place.unwrap_or(Landing::Beyond(size)))
}

fn all_blocks(source: Source<'_>) -> Result<Vec<Blocks>, StoreError> {
    source
        .lists()
        .map(|prefix| blocks(source, &prefix))
        .collect()
}

fn entries(lists: &[Blocks]) -> u64 {
    lists.iter().flatten().map(|(_, count)| count).sum()
}

fn blocks(source: Source<'_>, prefix: &[u8]) -> Result<Blocks, StoreError> {
    let end = prefix_end(prefix);
    let bounds = (Bound::Included(prefix), Bound::Excluded(end.as_slice()));
    let walk = source
        .snapshot
        .walk(Table::OrderBlocks, bounds.0, bounds.1, Direction::Forward)?;
    walk.map(|entry| {
        let (start, count) = entry?;
        let suffix = start.value().get(LIST..).unwrap_or_default();
        Ok((suffix.to_vec(), index::number(Some(count.value()))))
    })
    .collect()
}

/// The beginning of a block with about so many entries before it.
fn start_near(lists: &[Blocks], boundary: u64) -> &[u8] {
    let mut starts: Vec<(&[u8], usize, u64)> = Vec::new();
    for (list, blocks) in lists.iter().enumerate() {
        starts.extend(blocks.iter().map(|(start, count)| (&**start, list, *count)));
    }
    starts.sort_unstable();
    // Blocks that lie across a place are taken to be half before it.
    let mut across = vec![0; lists.len()];
    let (mut begun, mut all_across) = (0, 0);
    let mut near: &[u8] = &[];
    for (start, list, count) in starts {
        all_across -= across[list];
        if begun - all_across / 2 > boundary {
            break;
        }
        near = start;
        across[list] = count;
        all_across += count;
        begun += count;
    }
    near
}

/// Entries of the lists before a place.
fn rank(source: Source<'_>, lists: &[Blocks], place: &[u8]) -> Result<u64, StoreError> {
    let mut rank = 0;
    for (prefix, blocks) in source.lists().zip(lists) {
        let begun = blocks.partition_point(|(start, _)| start.as_slice() < place);
        let Some(((across, count), before)) = blocks[..begun].split_last() else {
            continue;
        };
        rank += before.iter().map(|(_, count)| count).sum::<u64>();
        rank += if blocks.get(begun).is_some_and(|(start, _)| start == place) {
            *count
        } else {
            let from = [prefix.as_slice(), across].concat();
            let to = [prefix.as_slice(), place].concat();
            let bounds = (
                Bound::Included(from.as_slice()),
                Bound::Excluded(to.as_slice()),
            );
            let mut walk =
                source
                    .snapshot
                    .walk(Table::Order, bounds.0, bounds.1, Direction::Forward)?;
            walk.try_fold(0, |met, entry| entry.map(|_| met + 1))?
        };
    }
    Ok(rank)
}

/// From a place with `rank` entries before it to the one with `boundary`; without a place, from behind the last entry.
fn land(
    source: Source<'_>,
    place: Bound<&[u8]>,
    rank: u64,
    boundary: u64,
) -> Result<Landing, StoreError> {
    let direction = source.segment.direction;
    // The place lies between two entries: the first of these to be met is the one after it, or the one before it.
    let met = |direction| match (place, direction) {
        (Bound::Included(place), Direction::Backward) => Bound::Excluded(place),
        (place, _) => place,
    };
    let (ahead, distance) = match direction {
        Direction::Forward => (rank <= boundary, rank.abs_diff(boundary)),
        Direction::Backward => (rank >= boundary, rank.abs_diff(boundary)),
    };
    if ahead {
        return Ok(Landing::At(met(direction).map(<[u8]>::to_vec), distance));
    }
    let opposite = direction.opposite();
    let mut merged = source.from(opposite, met(opposite), u64::MAX)?;
    let last = merged.skip(distance)?;
    let last = last.ok_or_else(|| StoreError::Corrupt("the counts of a list".to_owned()))?;
    Ok(Landing::At(Bound::Included(last), 0))
}
