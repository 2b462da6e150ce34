//! Commands of the real binary: exit codes and outputs, with the server stopped and running.
#![expect(
    clippy::unwrap_used,
    reason = "a failure that stops a test names its line"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

#[path = "commands/sheets.rs"]
mod sheets;

const PASSWORD: &str = "Zielony-Traktor-4821-pod-lasem";

/// A data folder of a test's own.
struct Firm {
    root: tempfile::TempDir,
}

impl Firm {
    fn none() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { root }
    }

    /// With an owner, `o@f.test`.
    fn founded() -> Self {
        let firm = Self::none();
        let made = firm.say(
            &[
                "init",
                "--email",
                "O@f.test",
                "--name",
                "Ola",
                "--firm",
                "Firma",
                "--password-stdin",
            ],
            PASSWORD,
        );
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        firm
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kartoteka"));
        command
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .env_remove("KARTOTEKA_LOG")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    /// Runs a command with a line on stdin.
    fn say(&self, arguments: &[&str], line: &str) -> Output {
        let mut child = self
            .program(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails before it reads has closed its end.
        let _ = writeln!(child.stdin.take().unwrap(), "{line}");
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed; its stdout.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    /// Runs a command that must fail with one clear line; the line.
    fn refused(&self, arguments: &[&str], line: &str, expected: i32) -> String {
        let output = self.say(arguments, line);
        let message = stderr(&output);
        assert_eq!(code(&output), expected, "{arguments:?}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with("kartoteka: "), "{message}");
        message
    }

    fn serve(&self) -> Served {
        let mut child = self
            .program(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with("ready http://127.0.0.1:"), "{line}");
        Served(child)
    }
}

struct Served(Child);

impl Served {
    /// Ends it; its stderr.
    fn end(mut self) -> String {
        let kill = Command::new("kill")
            .arg(self.0.id().to_string())
            .status()
            .unwrap();
        assert!(kill.success());
        let mut text = String::new();
        let stderr = self.0.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        assert_eq!(self.0.wait().unwrap().code(), Some(0), "{text}");
        text
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone())
        .unwrap()
        .lines()
        .filter(|line| !line.contains(" INFO "))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn init_makes_one_firm_with_a_decent_password() {
    let firm = Firm::none();
    let init = [
        "init",
        "--email",
        "o@f.test",
        "--name",
        "Ola",
        "--password-stdin",
    ];
    let message = firm.refused(&init, "krótkie", 1);
    assert!(message.contains("at least 15 characters"), "{message}");
    let wrong = [
        "init",
        "--email",
        "nobody",
        "--name",
        "Ola",
        "--password-stdin",
    ];
    assert!(firm.refused(&wrong, PASSWORD, 1).contains("--email"));
    assert_eq!(code(&firm.say(&init, PASSWORD)), 0);
    let again = firm.refused(&init, PASSWORD, 1);
    assert!(again.contains("holds a firm already"), "{again}");
    let demo = ["demo", "--no-serve", "--password-stdin"];
    assert!(firm.refused(&demo, PASSWORD, 1).contains("no demo"));
}

#[test]
fn accounts_are_managed_with_the_server_stopped_and_running() {
    let firm = Firm::founded();
    for served in [false, true] {
        let server = served.then(|| firm.serve());
        let email = if served { "two@f.test" } else { "one@f.test" };
        let add = [
            "user",
            "add",
            "--email",
            email,
            "--name",
            "Iga",
            "--role",
            "sprzedawca",
            "--password-stdin",
        ];
        assert!(firm.refused(&add, "krótkie", 1).contains("at least 15"));
        let made = firm.say(&add, PASSWORD);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        firm.refused(&add, PASSWORD, 1);
        firm.done(&["user", "set-role", email, "ACCOUNTING"]);
        firm.done(&["user", "disable", email]);
        let users = firm.json(&["user", "list", "--json"]);
        let row = users
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["email"] == email)
            .unwrap();
        assert_eq!(row["active"], false);
        let role = firm.json(&["role", "show", "Accounting", "--json"]);
        assert_eq!(row["role"], role["id"]);
        firm.refused(&["token", "add", "--user", email, "--name", "x"], "", 1);
        firm.done(&["user", "enable", email]);
        firm.done(&["user", "unlock", email]);
        let set = firm.say(
            &["user", "set-password", email, "--password-stdin"],
            PASSWORD,
        );
        assert_eq!(code(&set), 0, "{}", stderr(&set));
        let table = firm.done(&["user", "list"]);
        assert!(table.starts_with("EMAIL"), "{table}");
        assert!(table.contains("Accounting"), "{table}");
        drop(server);
    }
    for command in [
        &["user", "disable", "o@f.test"][..],
        &["user", "set-role", "o@f.test", "Support"],
    ] {
        let message = firm.refused(command, "", 1);
        assert!(message.contains("last active owner"), "{message}");
    }
    let message = firm.refused(&["user", "unlock", "nobody@f.test"], "", 1);
    assert!(message.contains("no account nobody@f.test"), "{message}");
    let message = firm.refused(&["user", "set-role", "o@f.test", "Boss"], "", 1);
    assert!(message.contains("Owner, Manager, Salesperson"), "{message}");
}

#[test]
fn tokens_are_shown_once_and_revoked() {
    let firm = Firm::founded();
    let add = ["token", "add", "--user", "o@f.test", "--name", "skrypt"];
    let token = firm.done(&add);
    assert_eq!(token.trim().len(), 43);
    assert_eq!(token.lines().count(), 1);
    let dated = [&add[..], &["--expires", "2999-12-31"]].concat();
    firm.done(&dated);
    firm.refused(&[&add[..], &["--expires", "2001-01-01"]].concat(), "", 1);
    let tokens = firm.json(&["token", "list", "--json"]);
    let tokens = tokens.as_array().unwrap();
    assert_eq!(tokens.len(), 2);
    assert!(tokens.iter().all(|token| token["user"] == "o@f.test"));
    assert!(
        tokens[0]["expires_at"]
            .as_str()
            .unwrap()
            .starts_with("2999-12-31T23:00")
    );
    let listed = firm.done(&["token", "list"]);
    assert!(!listed.contains(token.trim()), "the secret is never listed");
    let id = tokens[1]["id"].as_str().unwrap();
    firm.done(&["token", "revoke", id]);
    let message = firm.refused(&["token", "revoke", id], "", 1);
    assert!(message.contains("no token"), "{message}");
    assert_eq!(
        firm.json(&["token", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn the_audit_log_tells_of_commands_the_newest_first() {
    let firm = Firm::founded();
    firm.done(&["token", "add", "--user", "o@f.test", "--name", "x"]);
    firm.done(&["user", "unlock", "o@f.test"]);
    let entries = firm.json(&["audit", "list", "--json"]);
    let kinds: Vec<&str> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    let expected = ["unlocked", "token_made", "backup_key_changed", "created"];
    assert_eq!(kinds, expected);
    assert_eq!(entries[0]["channel"], "command");
    assert_eq!(entries[0]["details"]["why"], "command user unlock");
    let own = firm.json(&["audit", "list", "--user", "o@f.test", "--json"]);
    assert_eq!(own.as_array().unwrap().len(), 1);
    let none = firm.json(&["audit", "list", "--since", "2999-01-01", "--json"]);
    assert_eq!(none, Value::Array(Vec::new()));
    assert_eq!(code(&firm.run(&["audit", "verify"])), 0);
}

#[test]
fn a_fresh_folder_is_served_with_a_setup_code() {
    let firm = Firm::none();
    let first = firm.serve().end();
    let line = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("setup code: "));
        line.map(str::to_owned)
    };
    let second = firm.serve().end();
    assert!(line(&first).is_some() && line(&first) != line(&second));
    assert_eq!(code(&firm.run(&["user", "list"])), 0);
    let add = [
        "user",
        "add",
        "--email",
        "a@f.test",
        "--name",
        "A",
        "--role",
        "Owner",
        "--password-stdin",
    ];
    assert!(firm.refused(&add, PASSWORD, 1).contains("kartoteka init"));
    assert_eq!(line(&Firm::founded().serve().end()), None);
}

#[test]
fn the_same_seed_makes_the_same_demo() {
    let dump = |seed: &str| {
        let firm = Firm::none();
        let demo = [
            "demo",
            "--clients",
            "50",
            "--seed",
            seed,
            "--no-serve",
            "--password-stdin",
        ];
        let made = firm.say(&demo, PASSWORD);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        assert!(made.stdout.is_empty());
        let mut users = firm.json(&["user", "list", "--json"]);
        for user in users.as_array_mut().unwrap() {
            assert!(user["email"].as_str().unwrap().ends_with("@demo.test"));
        }
        assert_eq!(code(&firm.run(&["audit", "verify"])), 0);
        // Again in the same folder: a new password, the same firm.
        assert_eq!(code(&firm.say(&demo, PASSWORD)), 0);
        users
    };
    assert_eq!(dump("1"), dump("1"));
    assert_ne!(dump("1"), dump("2"));
}

#[test]
fn a_damaged_database_is_code_4() {
    let firm = Firm::founded();
    let file = firm.data().join("kartoteka.redb");
    for contents in [&b""[..], b"no database at all", &[0; 8192]] {
        overwrite(&file, contents);
        for command in [&["user", "list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let message = stderr(&firm.run(command));
            assert_eq!(code(&firm.run(command)), 4, "{message}");
            assert!(message.contains("backup"), "{message}");
        }
    }
}

fn overwrite(file: &Path, contents: &[u8]) {
    let mut file = std::fs::File::create(file).unwrap();
    file.write_all(contents).unwrap();
}
