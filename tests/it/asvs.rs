//! The map from what is asked of us to the tests that show it.

use std::path::Path;

/// The file and the name of every test and function that a line of the map names: `file::name`, then `::name` and
/// `["case"]` of the file before.
fn named(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut file = "";
    for (place, code) in line.split('`').enumerate() {
        if place % 2 == 0 {
            continue;
        }
        let name = if let Some(name) = code.strip_prefix("::") {
            name
        } else if code.starts_with("[\"") {
            code
        } else {
            let (given, name) = code.split_once("::").unwrap_or((code, ""));
            if Path::new(given).extension().is_none_or(|end| end != "rs") {
                continue;
            }
            file = given;
            name
        };
        let name = name.strip_prefix("CASES").unwrap_or(name);
        found.push((file.to_owned(), name.to_owned()));
    }
    found
}

#[test]
fn every_test_that_the_map_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = std::fs::read_to_string(root.join("docs/asvs.md")).unwrap();
    let mut gone = Vec::new();
    let mut count = 0;
    for (file, name) in map.lines().flat_map(named) {
        let folder = if file.starts_with("it/") {
            "tests"
        } else {
            "src"
        };
        let Ok(text) = std::fs::read_to_string(root.join(folder).join(&file)) else {
            gone.push(file);
            continue;
        };
        let is_there = if let Some(case) = name.strip_prefix("[\"") {
            let case = case.trim_end_matches("\"]");
            text.contains(&format!("\"{case}\""))
        } else {
            let open = |end: char| text.contains(&format!("fn {name}{end}"));
            name.is_empty() || open('(') || open('<')
        };
        if !is_there {
            gone.push(format!("{file}::{name}"));
        }
        count += 1;
    }
    assert!(count > 150, "the map is read: {count}");
    assert!(
        gone.is_empty(),
        "docs/asvs.md names what is not there: {gone:#?}"
    );
}
