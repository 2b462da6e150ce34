//! Archives of before there were attached files.

use super::*;

#[test]
fn an_archive_from_before_there_were_files_is_taken() {
    let firm = Firm::new();
    let mut files = firm.files();
    let of_files = |name: &str| name == "files.jsonl" || name.ends_with("-files.jsonl");
    files.retain(|(name, _)| !of_files(name));
    let older = firm.listed(files.clone(), |manifest| {
        manifest["format"] = 1.into();
        manifest["files"] = serde_json::json!({});
        for (list, ending) in [
            ("parts", ".jsonl"),
            ("sizes", ".jsonl"),
            ("counts", ""),
            ("digests", ""),
        ] {
            let list = manifest[list].as_object_mut().unwrap();
            list.retain(|name, _| !of_files(&format!("{}.jsonl", name.trim_end_matches(ending))));
        }
    });
    let path = firm.root.path().join("older");
    std::fs::write(&path, older).unwrap();
    let (temp, hearing) = (firm.root.path().to_owned(), Hearing::default());
    let from = Empty::new();
    let from = from.fetching();
    verify_file("older", &path, &firm.keys, &from, &temp, &hearing).unwrap();
    let into = firm.root.path().join("into");
    let file = std::fs::File::open(&path).unwrap();
    restore("older", file, &firm.keys, &into, &plain, &from, &hearing).unwrap();
    // One of today without its list is none of before.
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_dir_all(&into).unwrap();
    firm.refused(
        "no list",
        &firm.listed(files, |manifest| {
            for list in ["parts", "sizes"] {
                let list = manifest[list].as_object_mut().unwrap();
                list.retain(|name, _| !of_files(name));
            }
        }),
    );
}
