//! Names as people mix them up: with and without the form of the firm, in another order, with a slip of the finger.

use super::field::{Field, RecordType};
use super::fold;
use super::kind::Kind;

/// Words that say what form a firm has and not which firm it is, as they are folded and cut into words. Longer ones first.
const FORMS: &[&[&str]] = &[
    &["spolka", "z", "ograniczona", "odpowiedzialnoscia"],
    &["przedsiebiorstwo", "produkcyjno", "handlowo", "uslugowe"],
    &["przedsiebiorstwo", "handlowo", "uslugowe"],
    &["spolka", "komandytowo", "akcyjna"],
    &["prosta", "spolka", "akcyjna"],
    &["p", "p", "h", "u"],
    &["sp", "z", "o", "o"],
    &["spolka", "z", "o", "o"],
    &["firma", "handlowo", "uslugowa"],
    &["f", "h", "u"],
    &["p", "h", "u"],
    &["s", "k", "a"],
    &["p", "s", "a"],
    &["s", "r", "o"],
    &["spolka", "komandytowa"],
    &["spolka", "partnerska"],
    &["spolka", "akcyjna"],
    &["spolka", "cywilna"],
    &["spolka", "jawna"],
    &["sp", "zoo"],
    &["sp", "k"],
    &["sp", "j"],
    &["sp", "p"],
    &["z", "oo"],
    &["s", "a"],
    &["s", "c"],
    &["a", "s"],
    &["spolka"],
    &["spzoo"],
    &["pphu"],
    &["gmbh"],
    &["phu"],
    &["fhu"],
    &["ltd"],
    &["llc"],
    &["inc"],
    &["sro"],
    &["sa"],
    &["sc"],
    &["sj"],
    &["sk"],
    &["ag"],
];

/// Likeness of two names from which on they are taken for one, in percent.
pub(in crate::data) const ALIKE: u8 = 75;

/// The words of a name that tell which firm or person it is, folded, in their order. A name of nothing but a form keeps it.
pub(in crate::data) fn core(name: &str) -> Vec<String> {
    let folded = fold::fold(name);
    let words: Vec<&str> = fold::split_words(&folded).collect();
    let mut kept = Vec::with_capacity(words.len());
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some(form) = FORMS.iter().find(|form| rest.starts_with(form)) {
            rest = &rest[form.len()..];
        } else {
            kept.push((*first).to_owned());
            rest = after;
        }
    }
    if kept.is_empty() {
        kept = words.into_iter().map(str::to_owned).collect();
    }
    kept
}

/// The same for names that differ in order and form alone.
pub(in crate::data) fn key(name: &str) -> String {
    let mut words = core(name);
    words.sort_unstable();
    words.join(" ")
}

/// How alike two names are, in percent; none where they are not.
pub(in crate::data) fn likeness(one: &str, other: &str) -> Option<u8> {
    let (ours, theirs) = (core(one), core(other));
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words
    };
    let (our_words, their_words) = (sorted(&ours), sorted(&theirs));
    if our_words.is_empty() || their_words.is_empty() {
        return None;
    }
    if our_words == their_words {
        return Some(100);
    }
    if ours.concat() == theirs.concat() {
        return Some(95);
    }
    // "Oddział 1" and "Oddział 2" are two places, not a slip.
    let digits = |words: &[String]| -> String {
        words
            .concat()
            .chars()
            .filter(char::is_ascii_digit)
            .collect()
    };
    if digits(&our_words) != digits(&their_words) {
        return None;
    }
    let far = distance(&our_words.concat(), &their_words.concat())
        .into_iter()
        .chain(distance(&ours.concat(), &theirs.concat()))
        .min();
    if let Some(far) = far {
        return Some(90 - 5 * far);
    }
    let (fewer, more) = if our_words.len() < their_words.len() {
        (&our_words, &their_words)
    } else {
        (&their_words, &our_words)
    };
    (fewer.len() >= 2 && fewer.iter().all(|word| more.contains(word))).then_some(ALIKE)
}

/// Whether one word may be a slip of the other.
pub(in crate::data) fn is_near(one: &str, other: &str) -> bool {
    one == other || distance(one, other).is_some()
}

/// Slips that make one text of the other (a letter more, less, another, two swapped), where there are no more than their
/// length allows: none below five letters, one below ten, then two. Digits are no slips.
fn distance(one: &str, other: &str) -> Option<u8> {
    if one.bytes().any(|byte| byte.is_ascii_digit())
        || other.bytes().any(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let allowed: usize = match a.len().min(b.len()) {
        0..=4 => return None,
        5..=9 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    // Optimal string alignment, three rows of the table at a time.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|slips| *slips > allowed) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last()
        .filter(|slips| **slips <= allowed)
        .map(|slips| *slips as u8)
}

/// The field that tells namesakes apart: the first short text besides the title that search looks into, such as a town.
pub(in crate::data) fn place(kind: &RecordType) -> Option<&'static Field> {
    kind.fields.iter().find(|field| {
        field.no != kind.title && field.searched && matches!(field.kind, Kind::Text(_))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_firm_and_the_order_of_words_do_not_count() {
        for (one, other) in [
            ("Alfa sp. z o.o.", "ALFA S.A."),
            ("Alfa Spółka z ograniczoną odpowiedzialnością", "alfa"),
            ("P.P.H.U. Żółw Łąka", "Łąka Żółw sp.k."),
            ("Jan Kowalski", "Kowalski Jan"),
        ] {
            assert_eq!(likeness(one, other), Some(100), "{one} / {other}");
            assert_eq!(key(one), key(other));
        }
        assert_eq!(core("S.A."), ["s", "a"], "a form alone is the name");
        assert_eq!(likeness("Alfa-Bud", "Alfabud"), Some(95));
    }

    #[test]
    fn slips_count_in_longer_names_only() {
        for (one, other) in [
            ("Hurtownia Kowalski", "Hurtownia Kowalsky"),
            ("Budimex", "Budmiex"),
            ("Transport Łódź", "Transprot Lodz"),
        ] {
            assert!(
                likeness(one, other).is_some_and(|score| score >= ALIKE),
                "{one} / {other}"
            );
        }
        for (one, other) in [
            ("Alfa", "Alga"),
            ("Oddział 1", "Oddział 2"),
            ("Klient 0001", "Klient 0010"),
            ("Hotel Bałtyk", "Hotel Tatry"),
            ("Nowak", "Nowakowski"),
        ] {
            assert_eq!(likeness(one, other), None, "{one} / {other}");
        }
        assert_eq!(likeness("Hotel Łąka", "Hotel Łąka Anna Nowak"), Some(ALIKE));
    }
}
