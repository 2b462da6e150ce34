//! A new program on older data: it succeeds whole, or leaves the data as it was and the older program at work.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use kartoteka::data::{Vault, VaultSettings};
use kartoteka::modules::RECORD_TYPES;

use super::program::{code, program, run, stderr};

const MIGRATION: &str = "KARTOTEKA_TEST_MIGRATION";
const FILE: &str = "kartoteka.redb";

/// A demo firm of a few clients.
fn make(data: &Path) {
    let mut command = program(
        data,
        &["demo", "--clients", "30", "--no-serve", "--password-stdin"],
    );
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        b"Zielony-Traktor-4821-pod-lasem\n",
    )
    .unwrap();
    assert!(child.wait().unwrap().success());
}

/// Everything is there, and the data contradicts itself nowhere.
fn assert_whole(data: &Path) {
    let vault = Vault::open(data, &RECORD_TYPES, VaultSettings::default()).unwrap();
    assert_eq!(vault.figures().unwrap().records, 30);
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
}

#[test]
fn an_upgrade_that_goes_wrong_is_taken_back() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    make(&data);
    for migration in ["failing", "lossy", "confusing"] {
        let mut command = program(&data, &["serve", "--listen", "127.0.0.1:0"]);
        let ended = command.env(MIGRATION, migration).output().unwrap();
        assert_eq!(code(&ended), 1, "{migration}: {}", stderr(&ended));
        let said = stderr(&ended);
        let said = said.lines().last().unwrap_or_default();
        assert!(
            said.contains("could not be brought up to date") && said.contains("as it was"),
            "{migration}: {said}"
        );
        assert_whole(&data);
    }
}

#[test]
fn a_kill_in_mid_migration_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    make(&data);
    let mut command = program(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command
        .env(MIGRATION, "slow")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let copy = data.join(format!("{FILE}.format-{}", Vault::newest_format()));
    let started = Instant::now();
    while !copy.exists() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "no copy was made"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    // The migration has begun and sleeps with its work half done.
    std::thread::sleep(Duration::from_secs(1));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.contains("migrating the data"), "{said}");
    assert_whole(&data);
    assert_eq!(code(&run(&data, &["audit", "verify"])), 0);
}

/// Databases as released versions left them; each is kept for ever.
const RELEASED: [(&str, &[u8]); 1] = [("format-3", include_bytes!("../data/format-3.redb.zst"))];

#[test]
fn data_of_every_released_format_opens_whole() {
    for (name, packed) in RELEASED {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        std::fs::write(data.join(FILE), zstd::decode_all(packed).unwrap()).unwrap();
        std::fs::write(data.join("initialised"), b"").unwrap();
        assert_whole(data);
        let listed = run(data, &["user", "list"]);
        assert_eq!(code(&listed), 0, "{name}");
        let listed = String::from_utf8(listed.stdout).unwrap();
        for person in ["owner@demo.test", "sales2@demo.test", "support@demo.test"] {
            assert!(listed.contains(person), "{name}: {listed}");
        }
        let out = data.join("clients.json");
        let exported = run(
            data,
            &[
                "export",
                "clients",
                "--out",
                out.to_str().unwrap(),
                "--as",
                "owner@demo.test",
            ],
        );
        assert_eq!(code(&exported), 0, "{name}: {}", stderr(&exported));
        let clients: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
        assert_eq!(clients.as_array().map(Vec::len), Some(30), "{name}");
        assert_eq!(code(&run(data, &["audit", "verify"])), 0, "{name}");
    }
}
