//! The key of sealed secrets is gone: nothing goes on as if nothing had happened, and there are two ways on.

use std::path::{Path, PathBuf};

use kartoteka::data::{MailPassword, MailSecurity, MailServer};

use super::firm;
use super::program::{code, run, stderr};

fn mail_server(password: &str) -> MailServer {
    MailServer {
        host: "mail.firma.test".to_owned(),
        port: 587,
        security: MailSecurity::Starttls,
        user: "biuro".to_owned(),
        password: MailPassword::new(password),
        from: "biuro@firma.test".to_owned(),
        ca: String::new(),
    }
}

/// A firm in a folder, with a password that is sealed where one is given, and a backup of it.
async fn place(password: &str) -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let vault = firm::open(&data).unwrap();
    firm::found(&vault).await.unwrap();
    let access = vault.system("the test sets the mail server");
    access
        .set_mail_server(Some(mail_server(password)))
        .await
        .unwrap();
    drop((access, vault));
    let store = root.path().join("store");
    std::fs::create_dir(&store).unwrap();
    let target = format!(
        "[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
        store.display()
    );
    std::fs::write(data.join("kartoteka.toml"), target).unwrap();
    let made = run(&data, &["backup", "run"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    (root, data)
}

fn archive(root: &Path) -> String {
    let mut entries = std::fs::read_dir(root.join("store")).unwrap();
    let found = entries.find_map(|entry| {
        let path = entry.unwrap().path();
        (path.extension()? == "age").then(|| path.display().to_string())
    });
    found.unwrap()
}

/// Whether something in the database is sealed, which shows where the key is away.
fn is_sealed(data: &Path) -> bool {
    let (key, away) = (data.join("secret.key"), data.join("away.key"));
    std::fs::rename(&key, &away).unwrap();
    let refused = code(&run(data, &["user", "list"])) == 4;
    std::fs::rename(&away, &key).unwrap();
    refused
}

#[tokio::test]
async fn a_key_that_is_gone_is_not_made_anew_while_something_is_sealed_with_it() {
    let (root, data) = place("Zielone-Okno-93").await;
    let key = data.join("secret.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["user", "list"],
        &["backup", "list"],
    ] {
        let refused = run(&data, command);
        let line = stderr(&refused);
        assert_eq!(code(&refused), 4, "{command:?}: {line}");
        assert!(line.contains("the password of the mail server"), "{line}");
        assert!(line.contains("kartoteka data secret-key ARCHIVE"), "{line}");
        assert!(line.contains("kartoteka data forget-secrets"), "{line}");
        assert!(!key.exists(), "{command:?}");
    }

    let archive = archive(root.path());
    let brought = run(&data, &["data", "secret-key", &archive]);
    assert_eq!(code(&brought), 0, "{}", stderr(&brought));
    assert_eq!(std::fs::read(&key).unwrap(), kept);
    assert!(is_sealed(&data));
    let again = run(&data, &["data", "secret-key", &archive]);
    assert!(stderr(&again).contains("there already"));
}

#[tokio::test]
async fn the_key_of_another_firm_is_refused() {
    let (_root, data) = place("Zielone-Okno-93").await;
    let (other_root, other) = place("Inne-Okno-17").await;
    std::fs::remove_file(data.join("secret.key")).unwrap();
    let key_file = other.join("backup.key");
    let archive = archive(other_root.path());
    let command = ["data", "secret-key", &archive, "--key-file"];
    let refused = run(
        &data,
        &[&command[..], &[key_file.to_str().unwrap()]].concat(),
    );
    assert_eq!(code(&refused), 4, "{}", stderr(&refused));
    assert!(!data.join("secret.key").exists());
}

#[tokio::test]
async fn one_may_go_on_without_what_was_sealed() {
    let (_root, data) = place("Zielone-Okno-93").await;
    let kept = run(&data, &["data", "forget-secrets"]);
    assert!(stderr(&kept).contains("nothing was forgotten"));
    assert!(is_sealed(&data));

    std::fs::remove_file(data.join("secret.key")).unwrap();
    let forgotten = run(&data, &["data", "forget-secrets"]);
    let line = stderr(&forgotten);
    assert_eq!(code(&forgotten), 0, "{line}");
    assert!(line.contains("the password of the mail server"), "{line}");
    assert!(data.join("secret.key").exists());
    assert!(!is_sealed(&data));
    let log = run(&data, &["audit", "verify"]);
    assert_eq!(code(&log), 0, "{}", stderr(&log));
}

#[tokio::test]
async fn where_nothing_is_sealed_a_new_key_is_as_good() {
    let (_root, data) = place("").await;
    std::fs::remove_file(data.join("secret.key")).unwrap();
    let listed = run(&data, &["user", "list"]);
    assert_eq!(code(&listed), 0, "{}", stderr(&listed));
    assert!(data.join("secret.key").exists());
}
