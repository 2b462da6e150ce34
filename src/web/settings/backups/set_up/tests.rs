//! Places for backups set up on the page, and what nobody gets from them.

mod by_hand;

use std::path::{Path, PathBuf};

use axum::http::StatusCode;

use crate::backup::Hearing;
use crate::data::{AuditFilter, BuiltIn, KeptTarget, TargetChange, Template};
use crate::web::settings::test_site::{Browser, PASSWORD, Page, Site};

const PLACE: &str = "/settings/backups";
const NEW: &str = "/settings/backups/targets/new";
const EDIT: &str = "/settings/backups/targets/edit";
const REMOVE: &str = "/settings/backups/targets/remove";
const SECRET: &str = "Tajne-Haslo-Chmury-77";
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

struct Kept {
    site: Site,
    around: tempfile::TempDir,
}

impl Kept {
    async fn new(config: &str) -> Self {
        Self {
            site: Site::configured(config).await,
            around: tempfile::tempdir().unwrap(),
        }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.around.path().join(name)
    }

    async fn add_folder(&self, browser: &Browser, name: &str) -> Page {
        let folder = self.folder(name);
        let path = folder.to_str().unwrap();
        browser
            .post(NEW, &[("kind", "local"), ("name", name), ("path", path)])
            .await
    }

    /// Everything that a person or a program gets to read, with the files of the data folder.
    async fn all_told(&self, owner: &Browser) -> String {
        let mut told = String::new();
        for place in [
            PLACE,
            "/settings/backups/targets/edit?target=chmura",
            "/audit",
            "/settings",
        ] {
            told += &owner.get(place).await.text;
        }
        let reading = self.site.owner.read().unwrap();
        let entries = reading.audit(&AuditFilter::default(), None, 500).unwrap();
        told += &format!("{entries:?}");
        for letter in self.site.letters(Template::BackupTargetChanged) {
            told += &format!("{:?}", letter.values);
        }
        told + &files_in(self.site.state.backups.data_folder())
    }
}

fn files_in(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_file() {
            all += &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

/// A cloud that nobody answers at.
fn cloud<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("kind", "s3"),
        ("name", "chmura"),
        ("endpoint", "https://127.0.0.1:1"),
        ("region", "eu-central-1"),
        ("bucket", "kopie"),
        ("access_key", "AKIA-TAJNY-IDENT"),
        ("secret_key", SECRET),
    ];
    fields.extend(more);
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_look_after_backups_sets_none_up() {
    let kept = Kept::new("").await;
    kept.site
        .person("Jan", "jan@firma.test", BuiltIn::Manager.id())
        .await;
    let jan = kept.site.browser("jan@firma.test").await;
    for place in [NEW, EDIT, REMOVE] {
        assert_eq!(
            jan.get(place).await.status,
            StatusCode::FORBIDDEN,
            "{place}"
        );
    }
    for place in [NEW, EDIT, REMOVE, "/settings/backups/recipients"] {
        let page = jan
            .post(place, &cloud(&[("untried", "yes"), ("target", "chmura")]))
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{place}");
    }
    let access = kept
        .site
        .state
        .vault
        .access(&kept.site.state.vault.on_machine("jan@firma.test").unwrap());
    let target = KeptTarget {
        name: "x".into(),
        kind: "local".into(),
        ..KeptTarget::default()
    };
    access
        .set_backup_target(target, TargetChange::Added)
        .await
        .unwrap_err();
    access.remove_backup_target("x".into()).await.unwrap_err();
    access
        .pin_backup_target("x".into(), String::new())
        .await
        .unwrap_err();
    access
        .set_backup_recipients(vec![RECIPIENT.into()])
        .await
        .unwrap_err();
    access.read().unwrap().backup_targets().unwrap_err();
    assert!(kept.site.state.vault.backup_targets().unwrap().is_empty());
    // A page that is not ours leads nobody's browser there.
    let owner = kept.site.owner_browser().await.without_token();
    let page = kept.add_folder(&owner, "dysk").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(kept.site.state.vault.backup_targets().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_seen_by_nobody_again() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let page = owner.post(NEW, &cloud(&[])).await;
    // Nobody answers there: what was entered waits, and its secrets are not in the page.
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.words(".banner.fail").contains("refused"),
        "{}",
        page.words("main")
    );
    assert!(!page.text.contains(SECRET) && !page.text.contains("AKIA-TAJNY-IDENT"));
    assert_eq!(
        (page.value("bucket"), page.value("secret_key")),
        ("kopie".into(), String::new())
    );
    assert!(kept.site.state.vault.backup_targets().unwrap().is_empty());
    let draft = page.hidden("draft");
    let nonetheless = [
        ("kind", "s3"),
        ("name", "chmura"),
        ("endpoint", "https://127.0.0.1:1"),
        ("region", "eu-central-1"),
        ("bucket", "kopie"),
        ("access_key", ""),
        ("secret_key", ""),
        ("untried", "yes"),
        ("draft", draft.as_str()),
    ];
    let page = owner.post(NEW, &nonetheless).await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-target-untried",
        "{}",
        page.words("main")
    );
    let set = kept.site.state.vault.backup_targets().unwrap();
    assert_eq!(set[0].secret("secret_key"), SECRET);
    let told = kept.all_told(&owner).await;
    assert!(told.contains("kopie") && !told.contains(SECRET) && !told.contains("AKIA-TAJNY-IDENT"));
    // An archive has them sealed: what opens it shows none.
    let here = kept.add_folder(&owner, "dysk").await;
    assert_eq!(here.status, StatusCode::SEE_OTHER, "{}", here.words("main"));
    let desk = &kept.site.state.backups;
    let done = desk
        .run(Some("dysk"), "a test", &Hearing::default())
        .await
        .unwrap();
    let key = desk.key().text().unwrap();
    let identity: age::x25519::Identity = key
        .lines()
        .find(|line| line.starts_with("AGE-"))
        .unwrap()
        .parse()
        .unwrap();
    let archive = std::fs::read(kept.folder("dysk").join(done.backup.name)).unwrap();
    let plain = age::decrypt(&identity, &archive).unwrap();
    let tar = zstd::decode_all(&plain[..]).unwrap();
    let tar = String::from_utf8_lossy(&tar);
    assert!(tar.contains("backup-targets") && tar.contains("kopie") && !tar.contains(SECRET));
    // A draft is its author's alone.
    let page = owner.post(NEW, &cloud(&[("name", "druga")])).await;
    let draft = page.hidden("draft");
    kept.site
        .person("Ewa", "ewa@firma.test", BuiltIn::Owner.id())
        .await;
    let ewa = kept.site.browser("ewa@firma.test").await;
    let page = ewa
        .post(
            NEW,
            &[
                &nonetheless[..8],
                &[("name", "inna"), ("draft", draft.as_str())],
            ]
            .concat(),
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.words("#f-secret_key-help").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_goes_to_its_own_server_alone() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let page = owner.post(NEW, &cloud(&[("untried", "yes")])).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
    let change = |endpoint: &'static str, bucket: &'static str| {
        let owner = owner.clone();
        async move {
            let fields = [
                ("target", "chmura"),
                ("endpoint", endpoint),
                ("region", "eu-central-1"),
                ("bucket", bucket),
                ("access_key", ""),
                ("secret_key", ""),
                ("untried", "yes"),
            ];
            owner.post(EDIT, &fields).await
        }
    };
    let page = change("https://evil.test", "kopie").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.words("#f-secret_key-help").contains("obcy adres"));
    let page = change("https://127.0.0.1:1", "inny").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
    let set = kept.site.state.vault.backup_targets().unwrap();
    assert_eq!(
        (set[0].value("bucket"), set[0].secret("secret_key")),
        ("inny", SECRET)
    );
    // The name stays, whatever a form says.
    let page = owner.post(EDIT, &[("target", "nie-ma")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_sets_is_locked() {
    let around = tempfile::tempdir().unwrap();
    let config = format!(
        "[backup]\nrecipients = [\"{RECIPIENT}\"]\n[[backup.target]]\nname = \"z pliku\"\nkind = \"local\"\npath = \"{}\"\n",
        around.path().join("a").display()
    );
    let kept = Kept::new(&config).await;
    let owner = kept.site.owner_browser().await;
    let page = owner.get(PLACE).await;
    assert!(page.words("main").contains("kartoteka.toml"));
    assert!(!page.text.contains("targets/edit") && !page.text.contains("targets/remove"));
    let path = around.path().to_str().unwrap();
    for (place, fields) in [
        (EDIT, &[("target", "z pliku"), ("path", path)][..]),
        (REMOVE, &[("target", "z pliku")]),
    ] {
        let page = owner.post(place, fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{place}");
        let page = owner.get(&format!("{place}?target=z%20pliku")).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{place}");
    }
    let page = owner
        .post("/settings/backups/recipients", &[("recipients", "")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // No second one takes the name, in whatever letters.
    let page = owner
        .post(
            NEW,
            &[("kind", "local"), ("name", "Z Pliku"), ("path", path)],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.words("#f-name-help").is_empty());
    assert!(kept.site.state.vault.backup_targets().unwrap().is_empty());
    assert_eq!(kept.site.state.backups.target_names().unwrap(), ["z pliku"]);
    assert!(kept.site.letters(Template::BackupTargetChanged).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_asked_for_and_secrets_do_not_pass_through_the_question() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let policy = serde_json::json!({"fresh_minutes": 0});
    kept.site
        .owner
        .update_policy(policy.as_object().unwrap().clone())
        .await
        .unwrap();
    for (place, fields) in [
        (REMOVE, &[("target", "chmura")][..]),
        ("/settings/backups/recipients", &[("recipients", RECIPIENT)]),
        ("/settings/backups/forget-host-key", &[("target", "chmura")]),
    ] {
        assert_eq!(
            owner.post(place, fields).await.status,
            StatusCode::FORBIDDEN,
            "{place}"
        );
    }
    let page = owner.get(&format!("{NEW}?kind=s3")).await;
    assert!(page.text.contains("confirm_password"));
    let page = owner.post(NEW, &cloud(&[("untried", "yes")])).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("confirm_password") && page.text.contains("kopie"));
    assert!(!page.text.contains(SECRET) && !page.text.contains("AKIA-TAJNY-IDENT"));
    // What was left out is asked for again, and does not silently count as "keep what is there".
    let page = owner
        .post(
            NEW,
            &[
                ("kind", "s3"),
                ("name", "chmura"),
                ("region", "eu-central-1"),
                ("bucket", "kopie"),
                ("untried", "yes"),
                ("lost", "access_key"),
                ("lost", "secret_key"),
                ("confirm_password", PASSWORD),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.words("#f-secret_key-help").contains("jeszcze raz"));
    let page = owner
        .post(
            NEW,
            &cloud(&[("untried", "yes"), ("confirm_password", PASSWORD)]),
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_place_is_said_beside_the_field() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let data = kept.site.state.backups.data_folder().join("kopie");
    let data = data.to_str().unwrap();
    for (kind, field, value) in [
        ("local", "path", "kopie"),
        ("local", "path", "/srv/../etc"),
        ("local", "path", "/"),
        ("local", "path", data),
        ("s3", "bucket", "a/b"),
        ("s3", "bucket", ""),
        ("s3", "region", "evil.test/"),
        ("s3", "prefix", "../x"),
        ("s3", "endpoint", "ftp://a.test"),
        ("s3", "endpoint", "https://user:pass@a.test"),
        ("s3", "endpoint", "http://169.254.169.254"),
        ("s3", "secret_key", ""),
        ("s3", "ca_file", "nic"),
        ("sftp", "host", "a b"),
        ("sftp", "host", "fe80::1"),
        ("sftp", "port", "0"),
        ("sftp", "user", ""),
        ("sftp", "host_key", "nie klucz!"),
        ("sftp", "password", ""),
        ("webdav", "url", "http://chmura.test/dav"),
        ("webdav", "url", ""),
        ("webdav", "name", "a/b"),
    ] {
        let good = [
            ("path", "/srv/kopie"),
            ("bucket", "kopie"),
            ("region", "eu-central-1"),
            ("access_key", "A"),
            ("secret_key", "S"),
            ("host", "nas.test"),
            ("port", "22"),
            ("user", "crm"),
            ("login", "password"),
            ("password", "P"),
            ("url", "https://chmura.test/dav"),
            ("name", "miejsce"),
            ("untried", "yes"),
        ];
        let mut fields: Vec<(&str, &str)> = good
            .into_iter()
            .filter(|(name, _)| *name != field)
            .collect();
        fields.extend([("kind", kind), (field, value)]);
        let page = owner.post(NEW, &fields).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{kind} {field} {value}"
        );
        assert!(
            page.text.contains(&format!("id=\"f-{field}-help\"")),
            "{kind} {field}"
        );
        assert!(
            page.text.contains("aria-invalid=\"true\""),
            "{kind} {field} {value}"
        );
    }
    assert!(kept.site.state.vault.backup_targets().unwrap().is_empty());
}
