//! Several values in one cell, so that what we write is what we read: a value that holds a separator or begins with a
//! quotation mark stands between quotation marks, doubled inside, as in CSV (RFC 4180).

use std::borrow::Cow;

/// Anything that may part values in a cell, ours or a stranger's.
const SEPARATORS: [char; 4] = [',', ';', '|', '\n'];

/// Joins values.
pub(super) fn join(values: &[String], separator: &str) -> String {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push_str(separator);
        }
        if value.starts_with('"') || value.contains(SEPARATORS) {
            text.push('"');
            text.push_str(&value.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(value);
        }
    }
    text
}

/// The values of a cell, without the empty ones.
pub(super) fn split(text: &str) -> Vec<Cow<'_, str>> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (value, after) = quoted(rest).unwrap_or_else(|| {
            let (value, after) = rest.split_once(SEPARATORS).unwrap_or((rest, ""));
            (Cow::Borrowed(value.trim()), after)
        });
        if !value.is_empty() {
            values.push(value);
        }
        rest = after.trim_start();
    }
    values
}

/// A value between quotation marks that a separator or the end follows, with what comes after it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut end = 0;
    loop {
        end += inside[end..].find('"')?;
        if !inside[end + 1..].starts_with('"') {
            break;
        }
        end += 2;
    }
    let after = inside[end + 1..].trim_start_matches([' ', '\t']);
    let after = match after.strip_prefix(SEPARATORS) {
        Some(after) => after,
        None if after.is_empty() => after,
        None => return None,
    };
    Some((Cow::Owned(inside[..end].replace("\"\"", "\"")), after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_of_strangers_are_split_at_any_separator() {
        let split = |text| {
            split(text)
                .into_iter()
                .map(Cow::into_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(split("a, b;c |d\n e,,"), ["a", "b", "c", "d", "e"]);
        assert_eq!(split("\"tylko\" cytat, b"), ["\"tylko\" cytat", "b"]);
        assert_eq!(split("\"bez końca"), ["\"bez końca"]);
        assert_eq!(split(" , "), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn comes_back_unchanged(values in prop::collection::vec("[a\",;| ]{1,6}|\\PC{1,8}", 0..5)) {
            let values: Vec<String> = values.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
            for separator in [", ", "; "] {
                let text = join(&values, separator);
                prop_assert_eq!(split(&text), values.clone());
            }
        }
    }
}
