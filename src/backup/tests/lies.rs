//! Archives that say of themselves what is not so.

use super::*;

type Change = fn(&mut serde_json::Value);

#[test]
fn an_archive_that_is_not_what_it_says_is_refused() {
    let firm = Firm::new();
    let files = firm.files();
    let place = |name: &str| files.iter().position(|file| file.0 == name).unwrap();
    firm.refused("empty", b"");
    firm.refused("text", b"to nie jest archiwum\n");
    firm.refused("not packed", &firm.seal(b"to nie jest archiwum\n"));
    firm.refused("no tar", &firm.packed(b"to nie jest archiwum\n"));
    firm.refused("no file", &firm.made_of(&[]));
    firm.refused("no manifest", &firm.made_of(&files[1..]));
    let twice = [
        &files[..],
        &files[place("clients.jsonl")..=place("clients.jsonl")],
    ]
    .concat();
    firm.refused("a part twice", &firm.listed(twice, |_| {}));
    let mut swapped = files.clone();
    swapped.swap(place("users.jsonl"), place("audit.jsonl"));
    firm.refused("out of order", &firm.listed(swapped, |_| {}));
    let mut missing = files.clone();
    missing.remove(place("users.jsonl"));
    firm.refused("a part missing", &firm.made_of(&missing));
    firm.refused(
        "a part left out",
        &firm.listed(missing, |manifest| {
            manifest["parts"]
                .as_object_mut()
                .unwrap()
                .remove("users.jsonl");
        }),
    );
    let mut other = files.clone();
    other[place("users.jsonl")].1.push(b' ');
    firm.refused("another hash", &firm.made_of(&other));
    let changes: [(&str, Change); 12] = [
        ("counts", |manifest| manifest["counts"]["users"] = 7.into()),
        ("digests", |manifest| {
            manifest["digests"]["users"] = "00".into();
        }),
        ("no digests", |manifest| {
            manifest["digests"] = serde_json::json!({});
        }),
        ("unknown part", |manifest| {
            manifest["parts"]["invoices2.jsonl"] = "00".into();
        }),
        ("files", |manifest| {
            manifest["files"]["x"] = serde_json::json!({});
        }),
        ("one file more", |manifest| {
            manifest["files"]["count"] = 1.into();
        }),
        ("a byte more", |manifest| {
            manifest["files"]["bytes"] = 1.into();
        }),
        ("files inside that are not", |manifest| {
            manifest["files"]["inside"] = "yes".into();
        }),
        ("as one of before, with a list", |manifest| {
            manifest["format"] = 1.into();
        }),
        ("no sizes", |manifest| {
            manifest["sizes"] = serde_json::json!({});
        }),
        ("no format", |manifest| {
            manifest["format"] = serde_json::Value::Null;
        }),
        ("sound by word alone", |manifest| {
            manifest["digests"]["audit"] = "00".into();
        }),
    ];
    for (what, change) in changes {
        firm.refused(what, &firm.listed(files.clone(), change));
    }
    let bad_secret = |bytes: Vec<u8>| {
        let mut files = files.clone();
        files[1].1 = bytes;
        firm.listed(files, |_| {})
    };
    firm.refused("no secret", &bad_secret(b"x".to_vec()));
    firm.refused("a strange secret", &bad_secret(firm.seal(b"x")));
    firm.refused("a long secret", &bad_secret(vec![0; 1 << 20]));
    let newer = firm.listed(files.clone(), |manifest| manifest["format"] = 3.into());
    let path = firm.root.path().join("newer");
    std::fs::write(&path, newer).unwrap();
    let error = verify_file(
        "x",
        &path,
        &firm.keys,
        &Empty::new().fetching(),
        firm.root.path(),
        &Hearing::default(),
    );
    std::fs::remove_file(&path).unwrap();
    let error = error.unwrap_err();
    assert!(matches!(error, BackupError::Newer { .. }));
    assert_eq!(crate::cli::failure::Failure::from(error).code(), 4);
    // An audit log whose last entry has the last number there is.
    let mut last = files.clone();
    let audit = &mut last[place("audit.jsonl")].1;
    let text =
        String::from_utf8_lossy(audit).replacen("\"id\":1,", "\"id\":18446744073709551615,", 1);
    assert!(text.contains("18446744073709551615"));
    *audit = text.into_bytes();
    let unsound = |manifest: &mut serde_json::Value| manifest["sound"] = false.into();
    firm.refused("the last number", &firm.listed(last, unsound));
}
