//! The database encrypted at rest, through the program: nothing known is readable in the folder, the key is asked for, and
//! every way back works.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Instant;

use kartoteka::data::{
    Access, DataKey, FileDraft, FileName, Keyring, Query, RecordId, Row, Start, Strategy, Upsert,
    Vault, VaultSettings,
};
use kartoteka::modules::RECORD_TYPES;
use serde_json::json;

use super::firm;
use super::program::{Served, code, program, run, stderr};

const PASSWORD: &[u8] = b"Zielony-Traktor-4821-pod-lasem\n";
/// What stands in records, in names, notes and cells of sheets.
const MARKS: [&str; 3] = [
    "Żółwiarnia-Kowalewska",
    "tajna-notatka-7731",
    "zolwiarnia@kowalewska.test",
];

/// The content of a client's file.
const FILE: &str = "Umowa: tajna-notatka-7731, Żółwiarnia-Kowalewska";

/// A folder for data and one for keys.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn key(&self) -> PathBuf {
        self.root.path().join("firm.key")
    }

    fn with_password(&self, arguments: &[&str]) -> Output {
        let mut child = program(&self.data(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(PASSWORD).unwrap();
        child.wait_with_output().unwrap()
    }

    fn init(&self, more: &[&str]) -> Output {
        let start = [
            "init",
            "--email",
            "o@firma.test",
            "--name",
            "Olga",
            "--password-stdin",
        ];
        self.with_password(&[&start, more].concat())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = run(&self.data(), arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        output
    }

    /// Backups go to a folder beside the data.
    fn with_target(&self) {
        let store = self.root.path().join("store");
        std::fs::create_dir(&store).unwrap();
        let text = format!(
            "[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
            store.display()
        );
        let file = self.data().join("kartoteka.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Brings the marked records in.
    fn import(&self) {
        let sheet = self.root.path().join("klienci.csv");
        let [name, notes, email] = MARKS;
        let rows = (0..200).map(|number| format!("{name} {number},{notes},{number}{email}\n"));
        let text = format!("name,notes,email\n{}", rows.collect::<String>());
        std::fs::write(&sheet, text).unwrap();
        self.run(&[
            "import",
            "clients",
            sheet.to_str().unwrap(),
            "--as",
            "o@firma.test",
        ]);
    }

    /// The firm, under the key in a file; plain where there is none.
    fn vault(&self, key: &Path) -> Vault {
        let keys = match std::fs::read_to_string(key) {
            Ok(text) => Keyring::holding("a test", DataKey::parse(&text).unwrap()),
            Err(_) => Keyring::default(),
        };
        let settings = VaultSettings {
            keys,
            ..VaultSettings::default()
        };
        Vault::open(&self.data(), &RECORD_TYPES, settings).unwrap()
    }

    fn first_client(access: &Access) -> RecordId {
        let list =
            access
                .read()
                .unwrap()
                .list(firm::kind(), &Query::default(), &Start::Offset(0), 1);
        list.unwrap().rows[0].id()
    }

    /// Gives a client a file with marks in its name and its content.
    fn add_file(&self, key: &Path) {
        let vault = self.vault(key);
        let access = firm::access(&vault, "o@firma.test");
        let id = Self::first_client(&access);
        let mut new = access.new_file(firm::kind(), id, false).unwrap();
        new.write_all(FILE.as_bytes()).unwrap();
        let draft = FileDraft {
            name: FileName::of(&format!("{}.txt", MARKS[1])),
            stored: new.finish().unwrap(),
            finance: false,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let added = access.add_files(firm::kind(), id, vec![draft]);
        runtime.block_on(added).unwrap();
    }

    /// The file is there, as it was, and nothing else is wrong.
    fn check_file(&self, key: &Path) {
        let vault = self.vault(key);
        let access = firm::access(&vault, "o@firma.test");
        let id = Self::first_client(&access);
        let now = access.read().unwrap();
        let file = now.files(firm::kind(), id).unwrap()[0].id;
        let (_, mut open) = now.open_file(firm::kind(), id, file).unwrap();
        let mut text = String::new();
        open.read_to_string(&mut text).unwrap();
        assert_eq!(text, FILE);
        assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    }

    fn export(&self) -> String {
        let out = self.root.path().join("out.csv");
        self.run(&[
            "export",
            "clients",
            "--out",
            out.to_str().unwrap(),
            "--as",
            "o@firma.test",
        ]);
        std::fs::read_to_string(&out).unwrap()
    }
}

/// Files of a folder and those below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Files of a folder and those below it that hold one of the marks.
fn readable(folder: &Path) -> Vec<PathBuf> {
    let mut found = files(folder);
    found.retain(|path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        let holds = |mark: &&str| {
            bytes
                .windows(mark.len())
                .any(|part| part == mark.as_bytes())
        };
        MARKS.iter().any(holds)
    });
    found
}

#[test]
fn nothing_known_is_readable_in_an_encrypted_folder() {
    let place = Place::new();
    let (data, key) = (place.data(), place.key());
    let made = place.init(&["--encrypt", "--db-key-file", key.to_str().unwrap()]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    assert!(stderr(&made).contains("keep a copy"), "{}", stderr(&made));
    place.with_target();
    place.import();
    place.add_file(&key);
    place.run(&["backup", "run"]);
    assert_eq!(readable(&data), Vec::<PathBuf>::new());
    let plain_name = blake3::hash(FILE.as_bytes()).to_hex().to_string();
    assert!(!files(&data).iter().any(|path| path.ends_with(&plain_name)));
    place.check_file(&key);
    // The same marks are found where it is not encrypted.
    assert!(place.export().contains(MARKS[0]));

    // An upgrade keeps a copy, which is no plainer.
    let mut upgrade = program(&data, &["user", "list"]);
    let upgraded = upgrade
        .env("KARTOTEKA_TEST_MIGRATION", "lossy")
        .output()
        .unwrap();
    assert_eq!(code(&upgraded), 1, "{}", stderr(&upgraded));
    assert_eq!(readable(&data), Vec::<PathBuf>::new());

    place.run(&["compact"]);
    assert_eq!(readable(&data), Vec::<PathBuf>::new());
    let looked = place.run(&["doctor"]);
    let lines = String::from_utf8(looked.stdout).unwrap();
    assert!(lines.contains("ok   encryption at rest: on"), "{lines}");

    place.run(&["data", "decrypt"]);
    let mut found = readable(&data);
    found.sort();
    let file = data.join("files").join(&plain_name[..2]).join(&plain_name);
    assert_eq!(found, [file, data.join("kartoteka.redb")]);
    place.check_file(Path::new("/nowhere"));
    assert!(place.export().contains(MARKS[1]));
}

#[test]
fn a_missing_or_wrong_key_is_named_and_is_no_damage() {
    let place = Place::new();
    let key = place.key();
    place.init(&["--encrypt", "--db-key-file", key.to_str().unwrap()]);
    place.run(&["user", "list"]);
    let serve = ["serve", "--listen", "127.0.0.1:0"];

    let hidden = key.with_extension("hidden");
    std::fs::rename(&key, &hidden).unwrap();
    let refused = run(&place.data(), &serve);
    assert_eq!(code(&refused), 1);
    let said = stderr(&refused);
    assert!(
        said.contains("there is no key") && said.contains("firm.key"),
        "{said}"
    );

    std::fs::write(&key, DataKey::random().unwrap().text()).unwrap();
    let refused = run(&place.data(), &serve);
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("another key"),
        "{}",
        stderr(&refused)
    );

    // The variable and the credential of systemd open it as well.
    let text = std::fs::read_to_string(&hidden).unwrap();
    let mut by_variable = program(&place.data(), &["user", "list"]);
    let by_variable = by_variable.env("KARTOTEKA_DB_KEY", &text).output().unwrap();
    assert_eq!(code(&by_variable), 0, "{}", stderr(&by_variable));
    let credentials = place.root.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::copy(&hidden, credentials.join("db-key")).unwrap();
    let mut by_credential = program(&place.data(), &["user", "list"]);
    let by_credential = by_credential
        .env("CREDENTIALS_DIRECTORY", &credentials)
        .output()
        .unwrap();
    assert_eq!(code(&by_credential), 0, "{}", stderr(&by_credential));
}

#[test]
fn a_folder_is_encrypted_and_given_a_new_key_while_nobody_serves_it() {
    let place = Place::new();
    let data = place.data();
    place.init(&[]);
    place.import();
    assert_eq!(readable(&data), [data.join("kartoteka.redb")]);
    let before = place.export();
    place.add_file(Path::new("/nowhere"));
    assert_eq!(readable(&data).len(), 2);

    let served = Served::on(&data);
    assert_eq!(code(&run(&data, &["data", "encrypt"])), 3);
    assert_eq!(code(&run(&data, &["data", "rotate-key"])), 3);
    drop(served);

    let encrypted = place.run(&["data", "encrypt"]);
    assert!(
        stderr(&encrypted).contains("WARNING"),
        "{}",
        stderr(&encrypted)
    );
    assert_eq!(readable(&data), Vec::<PathBuf>::new());
    assert_eq!(place.export(), before);
    let looked = place.run(&["doctor"]);
    let lines = String::from_utf8(looked.stdout).unwrap();
    assert!(lines.contains("warn encryption at rest: on"), "{lines}");

    place.check_file(&data.join("db.key"));
    let old = std::fs::read_to_string(data.join("db.key")).unwrap();
    place.run(&["data", "rotate-key"]);
    let new = std::fs::read_to_string(data.join("db.key")).unwrap();
    assert_ne!(old, new);
    assert_eq!(place.export(), before);
    place.check_file(&data.join("db.key"));
    place.run(&[
        "data",
        "rotate-key",
        "--full",
        "--new-key-file",
        place.key().to_str().unwrap(),
    ]);
    assert_eq!(place.export(), before);
    std::fs::remove_file(data.join("db.key")).unwrap();
    assert_eq!(place.export(), before);
    place.check_file(&place.key());
    assert_eq!(readable(&data), Vec::<PathBuf>::new());
}

#[test]
fn a_backup_is_restored_plain_or_encrypted() {
    let place = Place::new();
    let data = place.data();
    place.init(&["--encrypt"]);
    place.with_target();
    place.import();
    let made = place.run(&["backup", "run"]);
    let archive = String::from_utf8(made.stdout).unwrap();
    let key = place.root.path().join("other.key");
    let (plain, encrypted) = (
        place.root.path().join("plain"),
        place.root.path().join("encrypted"),
    );
    let (name, into) = (archive.trim(), |path: &Path| {
        path.to_str().unwrap().to_owned()
    });
    place.run(&["restore", name, "--into", &into(&plain)]);
    place.run(&[
        "restore",
        name,
        "--into",
        &into(&encrypted),
        "--db-key-file",
        key.to_str().unwrap(),
    ]);
    assert_eq!(readable(&plain), [plain.join("kartoteka.redb")]);
    assert_eq!(readable(&encrypted), Vec::<PathBuf>::new());
    for folder in [&plain, &encrypted] {
        assert_eq!(code(&run(folder, &["user", "list"])), 0);
    }
    assert_eq!(readable(&data), Vec::<PathBuf>::new());
}

/// `cargo test --test it at_rest::cost -- --ignored --nocapture`
#[test]
#[ignore = "prints figures"]
fn cost() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let key = DataKey::random().unwrap();
    for (name, keys) in [
        ("plain", Keyring::default()),
        ("encrypted", Keyring::default().encrypting("memory", key)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let settings = || VaultSettings {
            keys: keys.clone(),
            ..VaultSettings::default()
        };
        let vault = Vault::open(folder.path(), &RECORD_TYPES, settings()).unwrap();
        runtime.block_on(firm::found(&vault)).unwrap();
        let access = firm::access(&vault, firm::OWNER);
        let started = Instant::now();
        let mut ids = Vec::new();
        for chunk in 0..20 {
            let rows = (0..1000).map(|number| {
                let number = chunk * 1000 + number;
                let json = json!({"name": format!("Klient {number}"), "notes": "a".repeat(200), "address.city": format!("M{}", number % 300)});
                Row { values: firm::values(firm::kind(), json), ..Row::default() }
            });
            let how = Upsert {
                strategy: Strategy::Create,
                ..Upsert::default()
            };
            runtime
                .block_on(access.upsert(firm::kind(), how, rows.collect()))
                .unwrap();
        }
        let import = started.elapsed();
        let started = Instant::now();
        for number in 0..200 {
            let draft = firm::draft(
                firm::kind(),
                json!({"name": format!("Pojedynczy {number}")}),
            );
            let seen = runtime
                .block_on(access.create(firm::kind(), draft))
                .unwrap();
            ids.push(seen.id());
        }
        let create = started.elapsed() / 200;
        drop(access);
        drop(vault);
        let started = Instant::now();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, settings()).unwrap();
        let open = started.elapsed();
        let access = firm::access(&vault, firm::OWNER);
        let started = Instant::now();
        for id in &ids {
            access.read().unwrap().get(firm::kind(), *id).unwrap();
        }
        let get = started.elapsed() / ids.len() as u32;
        let started = Instant::now();
        for page in 0..100 {
            let start = kartoteka::data::Start::Offset(page * 200);
            access
                .read()
                .unwrap()
                .list(firm::kind(), &Query::default(), &start, 50)
                .unwrap();
        }
        let list = started.elapsed() / 100;
        let size = std::fs::metadata(folder.path().join("kartoteka.redb"))
            .unwrap()
            .len();
        eprintln!(
            "{name:>9}: 20,000 rows in {import:?}, one created in {create:?}, opened in {open:?}, one read in {get:?}, \
             a page of 50 in {list:?}, {size} bytes"
        );
    }
}
