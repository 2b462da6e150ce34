//! Which documents carry a term: bitmaps of document numbers, cut into chunks so that a write touches little.
//!
//! Key: `module ‖ term ‖ 0 ‖ chunk (u16, big-endian)`. Terms never contain a zero byte. A chunk covers 16,384 document
//! numbers and is stored as a list of its low 14 bits while that is shorter, as 2,048 bytes of bits otherwise.

use std::ops::ControlFlow;

use roaring::RoaringBitmap;

use super::{Read, StoreError, Table, Write, prefix_end};

const CHUNK_BITS: u32 = 14;
/// Documents that one bitmap covers.
pub(in crate::data) const CHUNK_DOCUMENTS: u32 = 1 << CHUNK_BITS;
const CHUNK_BYTES: usize = 1 << (CHUNK_BITS - 3);
const LOW: u32 = (1 << CHUNK_BITS) - 1;
/// A list longer than this takes more room than the bits.
const MOST_LISTED: usize = CHUNK_BYTES / 2 - 1;

fn term_prefix(module: u8, term: &[u8]) -> Vec<u8> {
    debug_assert!(
        !term.contains(&0),
        "a term with a zero byte would run into its chunk number"
    );
    let mut key = Vec::with_capacity(term.len() + 4);
    key.push(module);
    key.extend_from_slice(term);
    key.push(0);
    key
}

fn chunk_key(module: u8, term: &[u8], document: u32) -> Vec<u8> {
    let mut key = term_prefix(module, term);
    key.extend_from_slice(&((document >> CHUNK_BITS) as u16).to_be_bytes());
    key
}

/// Marks that a document carries a term, or no longer does.
pub(in crate::data) fn set(
    write: &mut Write<'_, '_>,
    module: u8,
    term: &[u8],
    document: u32,
    carries: bool,
) -> Result<(), StoreError> {
    let low = (document & LOW) as u16;
    let key = chunk_key(module, term, document);
    if carries {
        write.add_number(key, low, |chunk| add(chunk, low))
    } else {
        write.modify(Table::Terms, key, |chunk| {
            *chunk = changed(chunk.as_deref().unwrap_or(&[]), low, false);
        })
    }
}

/// The two usual cases need no other chunk: one more bit, and one more number at the end of the list.
fn add(chunk: &mut Option<Vec<u8>>, low: u16) {
    match chunk {
        Some(bits) if bits.len() == CHUNK_BYTES => {
            bits[usize::from(low / 8)] |= 1 << (low % 8);
        }
        Some(listed) if is_next(listed, low) => listed.extend_from_slice(&low.to_le_bytes()),
        _ => *chunk = changed(chunk.as_deref().unwrap_or(&[]), low, true),
    }
}

/// A chunk with more numbers in it, which are given as a list.
pub(super) fn extended(stored: Option<&[u8]>, more: &[u8]) -> Vec<u8> {
    let Some(stored) = stored else {
        return more.to_vec();
    };
    let mut chunk = Some(stored.to_vec());
    for low in lows(more) {
        add(&mut chunk, low);
    }
    chunk.unwrap_or_default()
}

/// The whole entry of a term for documents of one chunk, in ascending order.
pub(in crate::data) fn whole(
    module: u8,
    term: &[u8],
    documents: &[u32],
) -> (Table, Vec<u8>, Vec<u8>) {
    debug_assert!(
        documents.is_sorted() && documents.len() <= CHUNK_DOCUMENTS as usize,
        "the documents of one chunk, in order"
    );
    let lows = documents.iter().map(|document| (document & LOW) as u16);
    let chunk = if documents.len() > MOST_LISTED {
        bits(lows)
    } else {
        lows.flat_map(u16::to_le_bytes).collect()
    };
    let key = chunk_key(module, term, documents.first().copied().unwrap_or(0));
    (Table::Terms, key, chunk)
}

/// Two entries of one key as one, in the shape that [`whole`] would have given them.
pub(in crate::data) fn union(one: &[u8], other: &[u8]) -> Vec<u8> {
    let (large, small) = if one.len() == CHUNK_BYTES {
        (one, other)
    } else {
        (other, one)
    };
    if large.len() == CHUNK_BYTES {
        let mut both = large.to_vec();
        if small.len() == CHUNK_BYTES {
            both.iter_mut()
                .zip(small)
                .for_each(|(to, from)| *to |= from);
        } else {
            for low in lows(small) {
                both[usize::from(low / 8)] |= 1 << (low % 8);
            }
        }
        return both;
    }
    let mut listed: Vec<u16> = lows(one).chain(lows(other)).collect();
    listed.sort_unstable();
    listed.dedup();
    if listed.len() > MOST_LISTED {
        return bits(listed.into_iter());
    }
    listed.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// Writes the whole of a term that no document carried.
pub(in crate::data) fn put(
    write: &mut Write<'_, '_>,
    module: u8,
    term: &[u8],
    documents: &RoaringBitmap,
) {
    let all: Vec<u32> = documents.iter().collect();
    for chunk in all.chunk_by(|a, b| a >> CHUNK_BITS == b >> CHUNK_BITS) {
        let (table, key, bytes) = whole(module, term, chunk);
        write.put(table, key, bytes);
    }
}

fn bits(lows: impl Iterator<Item = u16>) -> Vec<u8> {
    let mut bits = vec![0; CHUNK_BYTES];
    for low in lows {
        bits[usize::from(low / 8)] |= 1 << (low % 8);
    }
    bits
}

/// Whether a number goes at the end of a list that has room. A new document has the highest number.
pub(super) fn is_next(listed: &[u8], low: u16) -> bool {
    let last = listed.last_chunk().map(|last| u16::from_le_bytes(*last));
    listed.len() != CHUNK_BYTES
        && listed.len() / 2 < MOST_LISTED
        && last.is_none_or(|last| last < low)
}

fn changed(old: &[u8], low: u16, carries: bool) -> Option<Vec<u8>> {
    if old.len() == CHUNK_BYTES {
        let mut bits = old.to_vec();
        let (byte, bit) = (usize::from(low / 8), 1 << (low % 8));
        if carries {
            bits[byte] |= bit;
            return Some(bits);
        }
        bits[byte] &= !bit;
        return if bits
            .iter()
            .map(|byte| byte.count_ones() as usize)
            .sum::<usize>()
            <= MOST_LISTED / 2
        {
            let listed: Vec<u8> = lows(&bits).flat_map(u16::to_le_bytes).collect();
            (!listed.is_empty()).then_some(listed)
        } else {
            Some(bits)
        };
    }
    let mut listed: Vec<u16> = lows(old).collect();
    match (listed.binary_search(&low), carries) {
        (Err(place), true) => listed.insert(place, low),
        (Ok(place), false) => drop(listed.remove(place)),
        _ => {}
    }
    if listed.len() > MOST_LISTED {
        return Some(bits(listed.into_iter()));
    }
    (!listed.is_empty()).then(|| listed.into_iter().flat_map(u16::to_le_bytes).collect())
}

fn lows(chunk: &[u8]) -> Box<dyn Iterator<Item = u16> + '_> {
    if chunk.len() == CHUNK_BYTES {
        Box::new((0..=LOW as u16).filter(|low| chunk[usize::from(low / 8)] & (1 << (low % 8)) != 0))
    } else {
        Box::new(
            chunk
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]])),
        )
    }
}

fn collect(bitmap: &mut RoaringBitmap, chunk_number: u16, chunk: &[u8]) {
    let base = u32::from(chunk_number) << CHUNK_BITS;
    if chunk.len() == CHUNK_BYTES {
        *bitmap |= RoaringBitmap::from_lsb0_bytes(base, chunk);
    } else {
        bitmap.extend(lows(chunk).map(|low| base | u32::from(low)));
    }
}

/// The documents that carry a term.
pub(in crate::data) fn documents(
    read: &impl Read,
    module: u8,
    term: &[u8],
) -> Result<RoaringBitmap, StoreError> {
    let from = term_prefix(module, term);
    gather(read, &from, &prefix_end(&from))
}

/// Whether one document carries a term.
pub(in crate::data) fn carries(
    read: &impl Read,
    module: u8,
    term: &[u8],
    document: u32,
) -> Result<bool, StoreError> {
    let low = (document & LOW) as u16;
    let chunk = read.get(Table::Terms, &chunk_key(module, term, document))?;
    Ok(chunk.is_some_and(|chunk| lows(&chunk).any(|listed| listed == low)))
}

/// The documents that carry any term beginning with `prefix`.
pub(in crate::data) fn documents_with_prefix(
    read: &impl Read,
    module: u8,
    prefix: &[u8],
) -> Result<RoaringBitmap, StoreError> {
    let mut from = vec![module];
    from.extend_from_slice(prefix);
    gather(read, &from, &prefix_end(&from))
}

/// The documents that carry any term from `first` to `last`, both included.
pub(in crate::data) fn documents_between(
    read: &impl Read,
    module: u8,
    first: &[u8],
    last: &[u8],
) -> Result<RoaringBitmap, StoreError> {
    gather(
        read,
        &term_prefix(module, first),
        &prefix_end(&term_prefix(module, last)),
    )
}

fn gather(read: &impl Read, from: &[u8], to: &[u8]) -> Result<RoaringBitmap, StoreError> {
    let mut bitmap = RoaringBitmap::new();
    read.scan(Table::Terms, from, to, &mut |key, chunk| {
        if let Some(number) = key.last_chunk::<2>() {
            collect(&mut bitmap, u16::from_be_bytes(*number), chunk);
        }
        ControlFlow::Continue(())
    })?;
    Ok(bitmap)
}

/// Calls `visit` with each distinct term that begins with `prefix` and the documents that carry it, in order of bytes.
pub(in crate::data) fn terms_with_prefix(
    read: &impl Read,
    module: u8,
    prefix: &[u8],
    visit: &mut dyn FnMut(&[u8], &RoaringBitmap) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    terms_after(read, module, prefix, None, visit)
}

/// The same, from the first term after another.
pub(in crate::data) fn terms_after(
    read: &impl Read,
    module: u8,
    prefix: &[u8],
    after: Option<&[u8]>,
    visit: &mut dyn FnMut(&[u8], &RoaringBitmap) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let mut first = vec![module];
    first.extend_from_slice(prefix);
    let end = prefix_end(&first);
    let from = match after {
        Some(after) => prefix_end(&term_prefix(module, after)).max(first),
        None => first,
    };
    let mut current: Option<(Vec<u8>, RoaringBitmap)> = None;
    let mut stopped = false;
    if from >= end {
        return Ok(());
    }
    read.scan(Table::Terms, &from, &end, &mut |key, chunk| {
        let Some((head, number)) = key.split_last_chunk::<2>() else {
            return ControlFlow::Continue(());
        };
        let term = &head[1..head.len() - 1];
        if current.as_ref().is_none_or(|(known, _)| known != term) {
            if let Some((term, documents)) = current.take()
                && visit(&term, &documents).is_break()
            {
                stopped = true;
                return ControlFlow::Break(());
            }
            current = Some((term.to_vec(), RoaringBitmap::new()));
        }
        if let Some((_, documents)) = &mut current {
            collect(documents, u16::from_be_bytes(*number), chunk);
        }
        ControlFlow::Continue(())
    })?;
    if let Some((term, documents)) = current
        && !stopped
    {
        let _ = visit(&term, &documents);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::store::Store;

    #[test]
    fn a_chunk_keeps_what_was_set_in_both_shapes() {
        let mut chunk = Vec::new();
        let wanted: Vec<u16> = (0..3000).map(|i| (i * 5) as u16 & LOW as u16).collect();
        for low in &wanted {
            chunk = changed(&chunk, *low, true).expect("not empty");
        }
        assert_eq!(chunk.len(), CHUNK_BYTES);
        assert_eq!(lows(&chunk).count(), 3000);
        for low in wanted.iter().skip(10) {
            chunk = changed(&chunk, *low, false).expect("ten are left");
        }
        assert_eq!(lows(&chunk).collect::<Vec<_>>(), wanted[..10]);
        for low in &wanted[..9] {
            chunk = changed(&chunk, *low, false).expect("one is left");
        }
        assert_eq!(changed(&chunk, wanted[9], false), None);
    }

    #[test]
    fn a_whole_chunk_is_the_same_as_one_by_one() {
        for step in [1, 3, 15, 17, 5000] {
            let documents: Vec<u32> = (2 << CHUNK_BITS..3 << CHUNK_BITS).step_by(step).collect();
            let one_by_one = documents.iter().fold(Vec::new(), |chunk, document| {
                changed(&chunk, (document & LOW) as u16, true).expect("set")
            });
            let (_, key, chunk) = whole(1, b"x", &documents);
            assert_eq!(chunk, one_by_one, "{step}");
            for cut in [1, documents.len() / 3, documents.len() - 1] {
                let (odd, even): (Vec<u32>, Vec<u32>) = documents
                    .iter()
                    .partition(|document| **document as usize % 7 < cut % 7);
                if !odd.is_empty() && !even.is_empty() {
                    let (one, other) = (whole(1, b"x", &odd).2, whole(1, b"x", &even).2);
                    assert_eq!(union(&one, &other), chunk, "{step}");
                }
            }
            for first in [0, 1, documents.len() / 2, documents.len() - 1] {
                let more = &documents[first..documents.len().min(first + MOST_LISTED)];
                let (_, _, stored) = whole(1, b"x", &documents[..first]);
                let lows = more.iter().map(|document| (document & LOW) as u16);
                let more: Vec<u8> = lows.flat_map(u16::to_le_bytes).collect();
                let (_, _, both) = whole(
                    1,
                    b"x",
                    &documents[..documents.len().min(first + MOST_LISTED)],
                );
                assert_eq!(
                    extended((first > 0).then_some(&stored), &more),
                    both,
                    "{step}, {first}"
                );
            }
            assert_eq!(key, chunk_key(1, b"x", documents[0]));
        }
    }

    #[tokio::test]
    async fn what_a_write_adds_is_seen_in_it_and_after_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(
            folder.path(),
            1 << 20,
            &crate::data::store::Keyring::default(),
        )
        .expect("a store")
        .0;
        let mut from = 0;
        // The second write has enough of its own for two threads, and a list that becomes bits on its way.
        for to in [500, 4_000, 4_010] {
            let expected = (0..to).collect::<RoaringBitmap>();
            let thirds = (0..to).step_by(3).collect::<RoaringBitmap>();
            let check = move |read: &dyn Fn(&[u8]) -> Result<RoaringBitmap, StoreError>| {
                assert_eq!(read(b"all")?, expected);
                assert_eq!(read(b"thirds")?, thirds);
                Ok::<_, StoreError>(expected.clone())
            };
            let check_after = check.clone();
            store
                .write(move |write| {
                    for document in from..to {
                        set(write, 1, b"all", document, true)?;
                        set(write, 1, b"thirds", document, true)?;
                        set(write, 1, format!("w{document}").as_bytes(), document, true)?;
                    }
                    let of_three = (from..to).filter(|document| !document.is_multiple_of(3));
                    for document in of_three {
                        set(write, 1, b"thirds", document, false)?;
                    }
                    let expected = check(&|term| documents(write, 1, term))?;
                    assert_eq!(documents_with_prefix(write, 1, b"w")?, expected);
                    Ok::<_, StoreError>(())
                })
                .await
                .expect("written");
            let snapshot = store.read().expect("readable");
            let expected = check_after(&|term| documents(&snapshot, 1, term)).expect("read");
            let words = documents_with_prefix(&snapshot, 1, b"w").expect("read");
            assert_eq!(words, expected);
            from = to;
        }
    }

    #[test]
    fn a_chunk_of_a_late_document_counts_from_its_base() {
        let mut bitmap = RoaringBitmap::new();
        collect(&mut bitmap, 3, &changed(&[], 7, true).expect("set"));
        assert_eq!(bitmap.iter().collect::<Vec<_>>(), [3 * 16_384 + 7]);
    }
}
