//! Every key that the sources name exists in both languages.

use std::path::{Path, PathBuf};

use super::{Lang, has_text};

/// Calls whose first string is a key.
const CALLS: [&str; 6] = [
    "text(",
    "text_with(",
    "Problem::new(",
    "conflict(",
    "bad(",
    "label(",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a string has the form of our keys: `place-what`.
fn is_key(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

/// The first string between the brackets of a call, at its own depth.
fn first_string(arguments: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, letter) in arguments.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return None,
            ')' | ']' | '}' => depth -= 1,
            '"' if depth == 0 => return arguments[at + 1..].split('"').next(),
            '"' => return None,
            _ => {}
        }
    }
    None
}

fn keys_of(source: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    for call in CALLS {
        for (at, _) in source.match_indices(call) {
            let arguments = &source[at + call.len()..];
            // `visit.text("key")` takes a key alone; a bare `text("…")` is some other function of that name.
            let other =
                call == "text(" && arguments.starts_with('"') && !source[..at].ends_with('.');
            keys.extend(first_string(arguments).filter(|text| !other && is_key(text)));
        }
    }
    keys.extend(
        source
            .split('"')
            .skip(1)
            .filter(|text| text.starts_with("error-") && is_key(text)),
    );
    keys
}

#[test]
fn every_key_in_the_sources_exists() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut missing = Vec::new();
    let mut count = 0;
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for key in keys_of(&source)
            .into_iter()
            .filter(|key| *key != "no-such-key")
        {
            count += 1;
            missing.extend(
                Lang::ALL
                    .into_iter()
                    .filter(|lang| !has_text(*lang, key))
                    .map(|lang| (file.clone(), key.to_owned(), lang.code())),
            );
        }
    }
    assert!(
        count > 300,
        "only {count} keys were found: the search is broken"
    );
    assert!(missing.is_empty(), "{missing:#?}");
}
