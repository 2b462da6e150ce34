//! Backups through the program itself: the recipe without it, kills in the middle, folders that are left alone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use kartoteka::data::{FileDraft, FileName, RecordId, Vault};

use super::firm;
use super::program::{Served, code, program, run, stderr};

/// Kills in one run of a test.
const KILLS: u64 = 50;
const PASSWORD: &[u8] = b"Zielony-Traktor-4821-pod-lasem\n";

/// A demo firm with a folder as its target.
struct Backed {
    root: tempfile::TempDir,
}

impl Backed {
    fn new(clients: u32) -> Self {
        let root = tempfile::tempdir().unwrap();
        let backed = Self { root };
        std::fs::create_dir(backed.store()).unwrap();
        let clients = clients.to_string();
        let arguments = [
            "demo",
            "--clients",
            &clients,
            "--no-serve",
            "--password-stdin",
        ];
        let mut made = program(&backed.data(), &arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        made.stdin.take().unwrap().write_all(PASSWORD).unwrap();
        assert!(made.wait().unwrap().success());
        let text = format!(
            "[limits]\nrequests_per_minute = 0\n[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
            backed.store().display()
        );
        std::fs::write(backed.data().join("kartoteka.toml"), text).unwrap();
        backed
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn store(&self) -> PathBuf {
        self.root.path().join("store")
    }

    fn key(&self) -> PathBuf {
        self.data().join("backup.key")
    }

    /// Makes a backup; where its archive is.
    fn backup(&self) -> PathBuf {
        let done = run(&self.data(), &["backup", "run"]);
        assert!(done.status.success(), "{}", stderr(&done));
        let name = String::from_utf8(done.stdout).unwrap();
        self.store().join(name.trim())
    }

    fn archives(&self) -> Vec<PathBuf> {
        let all = std::fs::read_dir(self.store()).unwrap();
        let paths = all.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.to_string_lossy().ends_with(".tar.zst.age"))
            .collect()
    }
}

fn pause(seed: &mut u64, most: u64) -> Duration {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    Duration::from_millis((*seed >> 33) % most)
}

/// Gives the firm a client with files.
pub(crate) fn with_files(vault: &Vault, owner: &str, files: &[(&str, &[u8])]) -> RecordId {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (owner, kind) = (firm::access(vault, owner), firm::kind());
        let draft = firm::draft(kind, serde_json::json!({"name": "Z plikami"}));
        let id = owner.create(kind, draft).await.unwrap().id();
        for (name, content) in files {
            let mut new = owner.new_file(kind, id, false).unwrap();
            new.write_all(content).unwrap();
            let draft = FileDraft {
                name: FileName::of(name),
                stored: new.finish().unwrap(),
                finance: false,
            };
            owner.add_files(kind, id, vec![draft]).await.unwrap();
        }
        id
    })
}

/// Nothing in the firm of a folder contradicts itself.
pub(crate) fn sound(data: &Path) {
    let vault = firm::open(data).unwrap();
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    vault.verify_audit().unwrap().unwrap();
}

#[test]
fn the_documented_recipe_opens_an_archive() {
    let backed = Backed::new(30);
    let large = vec![7; 3 << 20];
    let files: [(&str, &[u8]); 3] = [
        ("umowa z młynem.pdf", b"umowa"),
        ("skan.png", &large),
        ("kopia.pdf", b"umowa"),
    ];
    let client = with_files(
        &firm::open(&backed.data()).unwrap(),
        "owner@demo.test",
        &files,
    );
    let archive = backed.backup();
    let document = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/archive-format.md"
    ))
    .unwrap();
    let line = document
        .lines()
        .find(|line| line.trim_start().starts_with("age -d -i"))
        .expect("the recipe");
    let folder = backed.root.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let recipe = line
        .replace("2026-11-26T02-30-00Z-firma.tar.zst.age", "\"$ARCHIVE\"")
        .replace("backup.key", "\"$KEY\"")
        .replace("-C folder", "-C \"$FOLDER\"");
    let bash = |recipe: &str, within: &Path| {
        let status = Command::new("bash")
            .args(["-o", "pipefail", "-ec", recipe])
            .env("ARCHIVE", &archive)
            .env("KEY", backed.key())
            .env("FOLDER", &folder)
            .current_dir(within)
            .status()
            .unwrap();
        assert!(status.success(), "{recipe}");
    };
    bash(&recipe, backed.root.path());
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let parts = manifest["parts"].as_object().unwrap();
    let sums: String = parts
        .iter()
        .map(|(name, hash)| format!("{}  {name}\n", hash.as_str().unwrap()))
        .collect();
    std::fs::write(folder.join("sums"), sums).unwrap();
    bash("sha256sum --quiet -c sums", &folder);
    for (name, count) in manifest["counts"].as_object().unwrap() {
        let text = std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
        assert_eq!(
            text.lines().count() as u64,
            count.as_u64().unwrap(),
            "{name}"
        );
        for line in text.lines() {
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).unwrap();
        }
    }
    assert_eq!(manifest["counts"]["clients"], 31);
    assert_eq!(
        manifest["files"],
        serde_json::json!({"count": 2, "bytes": 5 + large.len()})
    );
    for begins in ["jq -r '[.hash", "jq -r 'select"] {
        let mut lines = document.lines().map(str::trim_start);
        let line = lines
            .find(|line| line.starts_with(begins))
            .expect("the recipe");
        let recipe = line
            .replace("folder/", "\"$FOLDER\"/")
            .replace("\"\"$FOLDER\"/", "\"$FOLDER/")
            .replace("backup.key", "\"$KEY\"");
        bash(&recipe, &backed.store());
    }
    let named = backed.store().join("named").join(client.to_string());
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(named)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let (_, name) = name.split_once(' ').unwrap();
            (name.to_owned(), std::fs::read(&path).unwrap())
        })
        .collect();
    found.sort();
    let mut files = files.map(|(name, content)| (name.to_owned(), content.to_owned()));
    files.sort();
    assert!(found == files, "not the same files");
}

#[test]
fn kills_in_the_middle_of_a_backup_leave_the_firm_and_whole_archives() {
    let backed = Backed::new(300);
    let contents: Vec<Vec<u8>> = (0..40_u8).map(|byte| vec![byte; 30_000]).collect();
    let files: Vec<(&str, &[u8])> = contents.iter().map(|content| ("x", &content[..])).collect();
    with_files(
        &firm::open(&backed.data()).unwrap(),
        "owner@demo.test",
        &files,
    );
    let mut seed = 7;
    for round in 0..KILLS {
        let mut making = program(&backed.data(), &["backup", "run"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pause(&mut seed, 600));
        // Done already now and then.
        let _ = making.kill();
        making.wait().unwrap();
        sound(&backed.data());
        for archive in backed.archives() {
            let path = archive.to_str().unwrap();
            let verified = run(&backed.data(), &["backup", "verify", path]);
            assert_eq!(code(&verified), 0, "round {round}: {}", stderr(&verified));
            std::fs::remove_file(archive).unwrap();
        }
    }
    let archive = backed.backup();
    assert_eq!(backed.archives(), std::slice::from_ref(&archive));
    let name = archive.file_name().unwrap().to_str().unwrap();
    let verified = run(&backed.data(), &["backup", "verify", name]);
    assert!(verified.status.success(), "{}", stderr(&verified));
}

#[test]
fn kills_in_the_middle_of_a_restore_leave_a_folder_that_says_so() {
    let backed = Backed::new(300);
    let archive = backed.backup();
    let mut seed = 11;
    let (mut whole, mut unfinished) = (0, 0);
    for round in 0..KILLS {
        let into = backed.root.path().join(format!("into-{round}"));
        let arguments = [
            "restore",
            archive.to_str().unwrap(),
            "--into",
            into.to_str().unwrap(),
        ];
        let mut restoring = program(&backed.data(), &arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pause(&mut seed, 500));
        let _ = restoring.kill();
        restoring.wait().unwrap();
        let is_empty = !into.exists() || std::fs::read_dir(&into).unwrap().next().is_none();
        if is_empty {
            continue;
        }
        let listed = run(&into, &["user", "list"]);
        if code(&listed) == 0 {
            whole += 1;
            sound(&into);
        } else {
            unfinished += 1;
            assert_eq!(code(&listed), 4, "round {round}: {}", stderr(&listed));
            assert!(
                stderr(&listed).contains("interrupted"),
                "{}",
                stderr(&listed)
            );
            let served = run(&into, &["serve", "--listen", "127.0.0.1:0"]);
            assert_eq!(code(&served), 4, "round {round}");
            let again = run(&backed.data(), &arguments);
            assert_eq!(code(&again), 1, "round {round}: {}", stderr(&again));
        }
        std::fs::remove_dir_all(&into).unwrap();
    }
    assert!(unfinished > 5, "{unfinished} in the middle, {whole} whole");
}

#[test]
fn beside_a_server_the_commands_do_the_same() {
    let backed = Backed::new(20);
    let served = Served::on(&backed.data());
    let archive = backed.backup();
    let second = backed.backup();
    assert_ne!(archive, second);
    let name = archive.file_name().unwrap().to_str().unwrap();
    let listed = run(&backed.data(), &["backup", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(listed[1]["name"], name);
    assert_eq!(listed[1]["targets"], serde_json::json!(["here"]));
    assert_eq!(listed[1]["counts"]["clients"], 20);
    assert!(listed[1]["proved_at"].is_string());
    let verified = run(&backed.data(), &["backup", "verify", name]);
    assert_eq!(code(&verified), 0, "{}", stderr(&verified));
    let absent = run(
        &backed.data(),
        &["backup", "verify", "2020-01-01.tar.zst.age"],
    );
    assert_eq!(code(&absent), 1);
    let unknown = run(&backed.data(), &["backup", "run", "--target", "moon"]);
    assert_eq!(code(&unknown), 2, "it was written wrongly");
    assert!(stderr(&unknown).contains("moon"));
    let rotated = run(&backed.data(), &["backup", "key", "rotate"]);
    assert_eq!(code(&rotated), 0, "{}", stderr(&rotated));
    // The key before it is beside it, and still opens what it opened.
    let verified = run(&backed.data(), &["backup", "verify", name]);
    assert_eq!(code(&verified), 0, "{}", stderr(&verified));
    drop(served);
    let log = run(&backed.data(), &["audit", "list", "--json"]);
    let log = String::from_utf8(log.stdout).unwrap();
    assert!(log.contains("backup_made") && log.contains("backup_key_changed"));
}

#[test]
fn a_broken_target_is_named_and_the_others_are_done() {
    let backed = Backed::new(5);
    let config = backed.data().join("kartoteka.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text.push_str(
        "[[backup.target]]\nname = \"nowhere\"\nkind = \"local\"\npath = \"/proc/nowhere\"\n",
    );
    std::fs::write(&config, text).unwrap();
    let done = run(&backed.data(), &["backup", "run"]);
    assert_eq!(code(&done), 1);
    assert!(stderr(&done).contains("nowhere"), "{}", stderr(&done));
    let name = String::from_utf8(done.stdout).unwrap();
    assert_eq!(backed.archives(), [backed.store().join(name.trim())]);
    let listed = run(&backed.data(), &["backup", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(listed[0]["proved_at"].is_string());
}

#[test]
fn with_the_server_gone_targets_and_key_are_enough() {
    let backed = Backed::new(7);
    let older = backed.backup();
    // Names tell the second.
    std::thread::sleep(Duration::from_millis(1_100));
    let newest = backed.backup();
    let around = tempfile::tempdir().unwrap();
    let at = |name: &str| around.path().join(name);
    std::fs::copy(backed.key(), at("kept.key")).unwrap();
    std::fs::create_dir(at("second")).unwrap();
    for archive in [&older, &newest] {
        std::fs::copy(archive, at("second").join(archive.file_name().unwrap())).unwrap();
    }
    let text = format!(
        "[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n\
         [[backup.target]]\nname = \"there\"\nkind = \"local\"\npath = \"{}\"\n",
        backed.store().display(),
        at("second").display()
    );
    std::fs::write(at("k.toml"), text).unwrap();
    let (config, key) = (at("k.toml"), at("kept.key"));
    let (config, key) = (config.to_str().unwrap(), key.to_str().unwrap());
    let none = at("none");

    let listed = run(&none, &["--config", config, "backup", "list", "--json"]);
    assert_eq!(code(&listed), 0, "{}", stderr(&listed));
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let name = newest.file_name().unwrap().to_str().unwrap();
    assert_eq!(listed[0]["name"], name);
    assert_eq!(listed[0]["targets"], serde_json::json!(["here", "there"]));
    assert_eq!(listed.as_array().unwrap().len(), 2);

    // One copy is another archive, and one of the future is another firm's.
    std::fs::copy(&older, &newest).unwrap();
    let foreign = Backed::new(1);
    let future = "2099-01-01T02-30-00Z-firma.tar.zst.age";
    std::fs::copy(foreign.backup(), backed.store().join(future)).unwrap();
    let into = at("new");
    let arguments: Vec<&str> = vec![
        "--config",
        config,
        "restore",
        "--latest",
        "--into",
        into.to_str().unwrap(),
        "--key-file",
        key,
    ];
    let restored = run(&none, &arguments);
    assert_eq!(code(&restored), 0, "{}", stderr(&restored));
    let said = stderr(&restored);
    assert!(
        said.contains("here: ") && said.contains("7 clients"),
        "{said}"
    );
    sound(&into);

    // Beside the firm that sent it, an archive with the right moment is not enough: here one that was packed anew.
    let mut bytes = std::fs::read(at("second").join(name)).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(backed.store().join(name), &bytes).unwrap();
    let beside = at("beside");
    let arguments = ["restore", name, "--into", beside.to_str().unwrap()];
    let refused = run(&backed.data(), &arguments);
    assert_eq!(code(&refused), 4);
    assert!(
        stderr(&refused).contains("not the archive that was sent"),
        "{}",
        stderr(&refused)
    );
    assert!(!beside.exists());
    std::fs::copy(&older, &newest).unwrap();

    let verify = [
        "--config",
        config,
        "backup",
        "verify",
        name,
        "--key-file",
        key,
    ];
    let verified = run(&none, &verify);
    assert_eq!(code(&verified), 4, "{}", stderr(&verified));
    assert!(stderr(&verified).contains("there: ") && stderr(&verified).contains("here: "));
    let old = older.file_name().unwrap().to_str().unwrap();
    let verify = [
        "--config",
        config,
        "backup",
        "verify",
        old,
        "--key-file",
        key,
    ];
    assert_eq!(code(&run(&none, &verify)), 0);
    let alone = at("alone");
    let arguments = [
        "--config",
        config,
        "restore",
        "--latest",
        "--target",
        "tpyo",
        "--into",
        alone.to_str().unwrap(),
        "--key-file",
        key,
    ];
    assert_eq!(code(&run(&none, &arguments)), 2);
    assert!(!alone.exists());
}

#[test]
fn whoever_makes_a_firm_is_told_of_the_key() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let arguments = [
        "init",
        "--email",
        "o@f.test",
        "--name",
        "Ola",
        "--password-stdin",
    ];
    let mut made = program(&data, &arguments)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    made.stdin.take().unwrap().write_all(PASSWORD).unwrap();
    let made = made.wait_with_output().unwrap();
    assert_eq!(code(&made), 0);
    let said = stderr(&made);
    assert!(
        said.contains("backup.key") && said.contains("backup key show"),
        "{said}"
    );
    assert!(!said.contains("AGE-SECRET-KEY"), "{said}");
    assert!(made.stdout.is_empty());
}
