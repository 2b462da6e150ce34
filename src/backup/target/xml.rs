//! The XML that far sides answer with, read element by element.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie.
const DEPTH: usize = 32;

/// What is met while reading. Names are without their namespace's prefix.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Met<'a> {
    /// An element begins.
    Open(&'a str),
    /// An element ends, which had this text right inside it.
    Close(&'a str, &'a str),
}

/// Goes through a document. References are left out of texts but for a mark no name has; there is no other expansion.
pub(super) fn walk(text: &str, mut meet: impl FnMut(Met<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, String)> = Vec::new();
    let strange = |what: &str| format!("its answer is not the XML that was expected: {what}");
    loop {
        let event = reader
            .read_event()
            .map_err(|error| strange(&super::http::tidy(&error.to_string())))?;
        match event {
            Event::Start(start) => {
                if open.len() == DEPTH {
                    return Err(strange("it is too deep"));
                }
                let name = start.local_name().into_inner().to_owned();
                meet(Met::Open(&name));
                open.push((name, String::new()));
            }
            Event::Empty(empty) => {
                let name = empty.local_name().into_inner().to_owned();
                meet(Met::Open(&name));
                meet(Met::Close(&name, ""));
            }
            Event::End(_) => {
                let Some((name, text)) = open.pop() else {
                    return Err(strange("an end without a beginning"));
                };
                meet(Met::Close(&name, text.trim()));
            }
            Event::Text(piece) => {
                if let Some((_, text)) = open.last_mut() {
                    text.push_str(&piece.xml10_content());
                }
            }
            Event::GeneralRef(_) => {
                if let Some((_, text)) = open.last_mut() {
                    text.push('&');
                }
            }
            Event::DocType(_) => return Err(strange("it has a document type")),
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(strange("it breaks off")),
            _ => {}
        }
    }
}

/// The text of the first element of that name anywhere in a document, where it is XML.
pub(super) fn first(text: &str, name: &str) -> Option<String> {
    let mut found = None;
    let _ = walk(text, |met| {
        if let Met::Close(met, text) = met
            && met == name
            && found.is_none()
        {
            found = Some(text.to_owned());
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_met_in_order_without_their_prefixes() {
        let mut met = Vec::new();
        walk(
            "<?xml version='1.0'?><d:a><b>x&amp;y</b><c/></d:a>",
            |step| {
                met.push(format!("{step:?}"));
            },
        )
        .unwrap();
        assert_eq!(
            met,
            [
                "Open(\"a\")",
                "Open(\"b\")",
                "Close(\"b\", \"x&y\")",
                "Open(\"c\")",
                "Close(\"c\", \"\")",
                "Close(\"a\", \"\")"
            ]
        );
        assert_eq!(first("<E><Code>X</Code></E>", "Code").as_deref(), Some("X"));
        assert_eq!(first("not xml", "Code"), None);
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>";
        for text in [deep.as_str(), bomb, "<a><b></a>", "<a>", "<a", "</a>"] {
            walk(text, |_| {}).unwrap_err();
        }
    }
}
