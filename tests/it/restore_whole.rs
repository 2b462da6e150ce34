//! The whole firm brought back in a running server: it goes on with the restored firm, and a SIGKILL at any moment leaves the
//! one firm or the other.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use kartoteka::data::{DataKey, Keyring, RecordId, Vault, VaultSettings};
use kartoteka::modules::RECORD_TYPES;

use super::backups::{sound, with_files};
use super::firm;
use super::program::{Served, code, program, run, stderr};
use super::raw_http::{Answer, ask, csrf, form_cookie};

const PASSWORD: &str = "Zielony-Traktor-4821";
const KILLS: u64 = 50;
/// Who is there in the firm of today alone.
const NEWCOMER: &str = "newcomer@firma.test";

/// A firm with an archive, changed since, and the session of its owner.
struct Changed {
    root: tempfile::TempDir,
    archive: String,
    cookie: String,
    csrf: String,
}

fn with_password(data: &Path, arguments: &[&str]) {
    let mut made = program(data, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    made.stdin
        .take()
        .unwrap()
        .write_all(PASSWORD.as_bytes())
        .unwrap();
    assert!(made.wait().unwrap().success());
}

fn get(address: &str, cookie: &str, path: &str) -> Answer {
    let heads = [("Cookie", cookie), ("Accept-Language", "en")];
    ask(address, &format!("GET {path}"), &heads, "")
}

fn post(address: &str, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let heads = [
        ("Cookie", cookie),
        ("Accept-Language", "en"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    ask(address, &format!("POST {path}"), &heads, &body)
}

impl Changed {
    /// Made with these arguments of `init` too.
    fn new(more: &[&str]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        let store = root.path().join("store");
        std::fs::create_dir(&store).unwrap();
        let arguments = [
            "init",
            "--email",
            "ola@firma.test",
            "--name",
            "Ola",
            "--firm",
            "Stolarnia",
            "--password-stdin",
        ];
        with_password(&data, &[&arguments, more].concat());
        let text = format!(
            "[limits]\nrequests_per_minute = 0\n[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
            store.display()
        );
        std::fs::write(data.join("kartoteka.toml"), text).unwrap();
        let client = with_files(
            &vault_of(&data),
            "ola@firma.test",
            &[("umowa.pdf", &b"umowa"[..])],
        );
        let made = run(&data, &["backup", "run"]);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        let archive = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        forget(&data, client);
        let arguments = [
            "user",
            "add",
            "--email",
            NEWCOMER,
            "--name",
            "N",
            "--role",
            "Salesperson",
            "--password-stdin",
        ];
        with_password(&data, &arguments);
        let served = Served::on(&data);
        let page = get(&served.address, "", "/login");
        let fields = [
            ("csrf", &*csrf(&page.text)),
            ("email", "ola@firma.test"),
            ("password", PASSWORD),
        ];
        let signed_in = post(&served.address, &form_cookie(&page), "/login", &fields);
        assert_eq!(signed_in.status, 303, "{}", signed_in.text);
        let cookie = signed_in.session().unwrap();
        let csrf = csrf(&get(&served.address, &cookie, "/settings").text);
        served.signal("-TERM");
        assert_eq!(served.end().0, Some(0));
        Self {
            root,
            archive,
            cookie,
            csrf,
        }
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// A copy of the data folder, to be harmed.
    fn copy(&self, name: &str) -> PathBuf {
        let copy = self.root.path().join(name);
        let copied = std::process::Command::new("cp")
            .arg("-r")
            .args([&self.data(), &copy])
            .status();
        assert!(copied.unwrap().success());
        copy
    }

    fn begin(&self, address: &str) {
        let place = format!("/settings/backups/{}/restore", self.archive);
        let fields = [("csrf", self.csrf.as_str()), ("firm", "Stolarnia")];
        let begun = post(address, &self.cookie, &place, &fields);
        assert_eq!(begun.status, 303, "{}", begun.text);
        assert_eq!(begun.heads["location"], "/settings/backups/restoring");
    }
}

fn vault_of(data: &Path) -> Vault {
    let keys = match std::fs::read_to_string(data.join("db.key")) {
        Ok(key) => Keyring::holding("db.key", DataKey::parse(&key).unwrap()),
        Err(_) => Keyring::default(),
    };
    let settings = VaultSettings {
        keys,
        ..VaultSettings::default()
    };
    Vault::open(data, &RECORD_TYPES, settings).unwrap()
}

/// Removes a client for good, and every content of a file: the backup alone has it.
fn forget(data: &Path, client: RecordId) {
    let vault = vault_of(data);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let owner = firm::access(&vault, "ola@firma.test");
        owner.delete(firm::kind(), client, None).await.unwrap();
        let purged = owner.purge_in(None, firm::kind(), vec![client]).await;
        assert!(purged.unwrap()[0].is_ok());
    });
    let find = ["-c", "find files -type f -not -name key -print -delete"];
    let found = std::process::Command::new("sh")
        .args(find)
        .current_dir(data)
        .output();
    let found = String::from_utf8(found.unwrap().stdout).unwrap();
    assert_eq!(found.lines().count(), 1, "{found}");
}

/// Whether the firm of a folder is the one of today.
fn is_of_today(data: &Path) -> bool {
    let listed = run(data, &["user", "list"]);
    assert_eq!(code(&listed), 0, "{}", stderr(&listed));
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(text.contains("ola@firma.test"), "{text}");
    text.contains(NEWCOMER)
}

#[test]
fn the_server_goes_on_with_the_restored_firm() {
    let changed = Changed::new(&[]);
    goes_on(&changed);
    assert_eq!(Vault::is_encrypted(&changed.data()).unwrap(), Some(false));
    sound(&changed.data());
}

#[test]
fn a_restored_firm_lies_encrypted_where_the_one_before_it_did() {
    let changed = Changed::new(&["--encrypt"]);
    goes_on(&changed);
    assert_eq!(Vault::is_encrypted(&changed.data()).unwrap(), Some(true));
    let vault = vault_of(&changed.data());
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    vault.verify_audit().unwrap().unwrap();
}

fn goes_on(changed: &Changed) {
    let data = changed.data();
    let before = run(&data, &["audit", "list", "--json"]);
    let before: serde_json::Value = serde_json::from_slice(&before.stdout).unwrap();
    let served = Served::on(&data);
    changed.begin(&served.address);
    let begun = Instant::now();
    loop {
        assert!(
            begun.elapsed() < Duration::from_mins(2),
            "it does not come back"
        );
        std::thread::sleep(Duration::from_millis(100));
        // Between the two firms nobody answers for a moment.
        if std::net::TcpStream::connect(&served.address).is_err() {
            continue;
        }
        let heads = [("Cookie", changed.cookie.as_str())];
        let there = std::panic::catch_unwind(|| {
            ask(
                &served.address,
                "GET /settings/backups/restoring",
                &heads,
                "",
            )
        });
        let Ok(answer) = there else { continue };
        if answer.status == 303 {
            assert!(answer.heads["location"].starts_with("/login"));
            break;
        }
        assert!(
            !answer.text.contains("Wszystko jest tak, jak by")
                && !answer.text.contains("Everything is as it was"),
            "{}",
            answer.text
        );
    }
    assert!(!is_of_today(&data));
    let log = run(&data, &["audit", "list", "--json"]);
    let log = String::from_utf8(log.stdout).unwrap();
    assert!(
        log.contains("restored") && log.contains(&changed.archive),
        "{log}"
    );
    assert!(log.contains("backup_made"), "{log}");
    // What was noted since the archive was made is still there, in a chain that holds.
    let after = serde_json::from_str::<serde_json::Value>(&log).unwrap();
    let after = after.as_array().unwrap();
    for entry in before.as_array().unwrap() {
        assert!(after.contains(entry), "{entry} is not in {log}");
    }
    assert_eq!(code(&run(&data, &["audit", "verify"])), 0);
    let listed = run(&data, &["backup", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(
        listed.as_array().unwrap().len(),
        2,
        "and the one from before the restore"
    );
    let page = get(&served.address, "", "/login");
    let fields = [
        ("csrf", &*csrf(&page.text)),
        ("email", "ola@firma.test"),
        ("password", PASSWORD),
    ];
    let signed_in = post(&served.address, &form_cookie(&page), "/login", &fields);
    let cookie = signed_in.session().unwrap();
    let page = get(&served.address, &cookie, "/settings/backups/restoring");
    assert!(page.text.contains("was restored"), "{}", page.text);
    served.signal("-TERM");
    assert_eq!(served.end().0, Some(0));
    assert!(!data.join("replaced").exists() && !data.join("restored").exists());
}

#[test]
fn kills_at_any_moment_leave_one_firm_or_the_other() {
    let changed = Changed::new(&[]);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut old, mut new) = (0, 0);
    for round in 0..KILLS {
        let data = changed.copy(&format!("copy-{round}"));
        let mut served = Served::on(&data);
        changed.begin(&served.address);
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((seed >> 33) % 5_000));
        served.child.kill().unwrap();
        served.child.wait().unwrap();
        if is_of_today(&data) {
            old += 1;
        } else {
            new += 1;
        }
        sound(&data);
        std::fs::remove_dir_all(&data).unwrap();
    }
    assert!(old > 0 && new > 0, "{old} of today, {new} restored");
}
