//! Names of terms. The first byte says the sort of term; none holds a zero byte.

#[cfg(test)]
mod tests;

use crate::data::records::field::FieldNo;
use crate::data::records::ids::UserId;

/// Steps of the range terms: each level stands for 2^9 values of the one below.
const RANGE_STEP_BITS: u32 = 9;
pub(in crate::data::records) const RANGE_LEVELS: u32 = 4;

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

/// What the terms of a field of the firm's own begin with.
pub(in crate::data) fn term_prefixes(no: FieldNo) -> Vec<String> {
    let numbered = ["e", "v", "r"].map(|sort| format!("{sort}{no:04x}"));
    let worded = ["w", "p", "m"].map(|sort| format!("{sort}{}:", own_scope(no)));
    numbered.into_iter().chain(worded).collect()
}

/// Whether a term belongs to a field of the firm's own.
pub(in crate::data::records) fn is_of(term: &[u8], no: FieldNo) -> bool {
    term_prefixes(no)
        .iter()
        .any(|prefix| term.starts_with(prefix.as_bytes()))
}

/// Under which the words of a field of the firm's own are found.
pub(in crate::data) fn own_scope(no: FieldNo) -> String {
    format!("#{no:04x}")
}

/// The terms that together cover the numbers from `from` to `to`, both included: `(first, last)` terms of runs, to be
/// read as ranges of keys.
pub(in crate::data) fn range_runs(field: FieldNo, from: i64, to: i64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let (mut low, mut high) = ((from as u64) ^ (1 << 63), (to as u64) ^ (1 << 63));
    let mut runs = Vec::new();
    let run = |level: u32, first: u64, last: u64| {
        let unordered = |step: u64| ((step << (RANGE_STEP_BITS * level)) ^ (1 << 63)) as i64;
        (
            range(field, level, unordered(first)),
            range(field, level, unordered(last)),
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
