//! Conditional requests (RFC 9110 §13): tags of representations, and what a caller says of them.

use axum::http::{HeaderMap, header};

use crate::data::{Reading, RecordType};

/// A version that nothing has.
const NO_VERSION: u64 = u64::MAX;

/// The tag of a record at a version, as somebody with these rights sees it: with other fields it is another
/// representation.
pub(super) fn record_tag(reading: &Reading, kind: &RecordType, version: u64) -> String {
    let rights = reading.rights();
    let seen = kind
        .fields
        .iter()
        .filter(|field| rights.sees_field(kind, field));
    format!("\"{version}-{}\"", seen.count())
}

/// The tag of anything else.
pub(super) fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// The version that a write must still find, by `If-Match`; none where the caller asks for none. A tag that does not fit
/// gives a version that nothing has, so that the guard refuses in its own order.
pub(super) fn expected(headers: &HeaderMap, tag: &str, version: u64) -> Option<u64> {
    let given = tags(headers, &header::IF_MATCH)?;
    // The comparison is strong: a weak tag never fits.
    if given.iter().any(|given| given == "*") {
        None
    } else if given.iter().any(|given| given == tag) {
        Some(version)
    } else {
        Some(NO_VERSION)
    }
}

/// Whether the caller has this representation already, by `If-None-Match`.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let given = tags(headers, &header::IF_NONE_MATCH).unwrap_or_default();
    given
        .iter()
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

fn tags(headers: &HeaderMap, name: &header::HeaderName) -> Option<Vec<String>> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    let tags = lines.flat_map(|line| {
        let line = line.to_str().unwrap_or_default();
        line.split(',')
            .map(|tag| tag.trim().to_owned())
            .collect::<Vec<_>>()
    });
    Some(tags.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_as_the_rfc_asks() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, value.parse().expect("a header"));
            headers.insert(header::IF_NONE_MATCH, value.parse().expect("a header"));
            (
                expected(&headers, "\"3-9\"", 3),
                is_known(&headers, "\"3-9\""),
            )
        };
        assert_eq!(with("\"3-9\""), (Some(3), true));
        assert_eq!(with("\"1\", \"3-9\""), (Some(3), true));
        assert_eq!(with("W/\"3-9\""), (Some(NO_VERSION), true));
        assert_eq!(with("*"), (None, true));
        for other in ["\"2-9\"", "3-9", "", "nonsense"] {
            assert_eq!(with(other), (Some(NO_VERSION), false), "{other}");
        }
        assert_eq!(expected(&HeaderMap::new(), "\"3-9\"", 3), None);
    }
}
