//! Places set up by hand, from the form to a backup that lies there; real far sides too.

use axum::http::StatusCode;

use super::{EDIT, Kept, NEW, PLACE, REMOVE, SECRET, files_in};
use crate::backup::Hearing;
use crate::backup::target::parts::{Moto, Sshd};
use crate::data::Template;

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_tried_kept_used_and_taken_away() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let page = owner.get(PLACE).await;
    assert!(
        page.words("ol li[aria-current=step]")
            .contains("Klucz kopii")
    );
    assert!(!page.words("ol").contains("gotowe"));
    let page = kept.add_folder(&owner, "a/b").await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a name with a slash"
    );
    let path = kept.folder("nie/ma");
    let fields = [
        ("kind", "local"),
        ("name", "dysk"),
        ("path", path.to_str().unwrap()),
    ];
    let page = owner.post(NEW, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.words(".banner.fail").contains("nie/ma"),
        "the system's own words"
    );
    let page = kept.add_folder(&owner, "dysk").await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-target-saved"
    );
    assert_eq!(
        std::fs::read_dir(kept.folder("dysk")).unwrap().count(),
        0,
        "the trial left nothing"
    );
    let page = kept.add_folder(&owner, "DYSK").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    // It counts at once, for all that make, judge and show backups.
    let desk = &kept.site.state.backups;
    let done = desk.run(None, "a test", &Hearing::default()).await.unwrap();
    assert_eq!(done.failures, Vec::<String>::new());
    assert!(kept.folder("dysk").join(&done.backup.name).exists());
    let page = owner.get(PLACE).await;
    assert!(
        page.words("main").contains("tylko na tym serwerze"),
        "a folder alone is not enough"
    );
    assert!(page.words("ol").contains("gotowe"));

    let letters = kept.site.letters(Template::BackupTargetChanged);
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (
            letters[0].values["what"].as_str(),
            letters[0].values["target"].as_str()
        ),
        ("added", "dysk")
    );
    assert_eq!(letters[0].values["who"], "Ola Wójcik");

    // Elsewhere it is another place: what lies at the old one is not known at the new.
    let moved = kept.folder("nowy");
    let page = owner
        .post(
            EDIT,
            &[("target", "dysk"), ("path", moved.to_str().unwrap())],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
    let known = kept.site.state.vault.backups().unwrap();
    assert!(
        known
            .iter()
            .all(|known| !known.targets.contains_key("dysk"))
    );
    assert!(kept.folder("dysk").join(&done.backup.name).exists());

    desk.run(None, "a test", &Hearing::default()).await.unwrap();
    let page = owner.get(&format!("{REMOVE}?target=dysk")).await;
    assert!(
        page.words("main").contains("1 kopia zostaje"),
        "{}",
        page.words("main")
    );
    let page = owner.post(REMOVE, &[("target", "dysk")]).await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-target-removed"
    );
    assert_eq!(
        std::fs::read_dir(&moved).unwrap().count(),
        1,
        "what lies there stays"
    );
    assert_eq!(desk.target_names().unwrap(), Vec::<String>::new());
    let what: Vec<String> = kept
        .site
        .letters(Template::BackupTargetChanged)
        .iter()
        .map(|letter| letter.values["what"].clone())
        .collect();
    assert_eq!(what, ["added", "changed", "removed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_makes_a_key_and_shows_its_public_half() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let fields = [
        ("kind", "sftp"),
        ("name", "serwer"),
        ("host", "127.0.0.1"),
        ("port", "1"),
        ("user", "crm"),
        ("path", "kopie"),
    ];
    let page = owner
        .post(NEW, &[&fields[..], &[("login", "made")]].concat())
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let line = page.words(".copyable code");
    assert!(
        line.starts_with("ssh-ed25519 ") && line.ends_with("kartoteka-backup"),
        "{line}"
    );
    assert!(!page.text.contains("PRIVATE KEY"));
    assert_eq!(page.value("login"), "key");
    let draft = page.hidden("draft");
    let page = owner
        .post(
            NEW,
            &[
                &fields[..],
                &[
                    ("login", "key"),
                    ("untried", "yes"),
                    ("draft", draft.as_str()),
                ],
            ]
            .concat(),
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
    let page = owner.get(&format!("{EDIT}?target=serwer")).await;
    assert!(page.words("main").contains(&line) && !page.text.contains("PRIVATE KEY"));
    assert!(!files_in(kept.site.state.backups.data_folder()).contains("PRIVATE KEY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn further_keys_open_what_is_made_from_then_on() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let place = "/settings/backups/recipients";
    for (wrong, words) in [
        ("age1nic", "age1nic"),
        ("AGE-SECRET-KEY-1QQ", "klucz tajny"),
    ] {
        let page = owner.post(place, &[("recipients", wrong)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.words("#f-recipients-help").contains(words));
    }
    let other = age::x25519::Identity::generate();
    let key = other.to_public().to_string();
    let page = owner
        .post(place, &[("recipients", &format!("{key}\r\n\r\n"))])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.words("main"));
    assert_eq!(kept.site.letters(Template::BackupTargetChanged).len(), 1);
    kept.add_folder(&owner, "dysk").await;
    let done = kept
        .site
        .state
        .backups
        .run(None, "a test", &Hearing::default())
        .await
        .unwrap();
    let archive = std::fs::read(kept.folder("dysk").join(done.backup.name)).unwrap();
    age::decrypt(&other, &archive).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_cloud_is_set_up_by_its_form() {
    let (kept, moto) = (Kept::new("").await, Moto::start().await);
    let owner = kept.site.owner_browser().await;
    let target = moto.target();
    let endpoint = target.endpoint.clone().unwrap();
    let fields = [
        ("kind", "s3"),
        ("name", "chmura"),
        ("preset", ""),
        ("endpoint", endpoint.as_str()),
        ("region", "eu-central-1"),
        ("bucket", "firma"),
        ("prefix", "/kopie"),
        ("access_key", "AKIATEST"),
        ("secret_key", SECRET),
        ("ca_file", target.ca.as_str()),
    ];
    let missing = owner
        .post(
            NEW,
            &[&fields[..5], &[("bucket", "nie-ma")], &fields[6..]].concat(),
        )
        .await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        missing.words(".banner.fail").contains("bucket"),
        "{}",
        missing.words(".banner.fail")
    );
    let page = owner.post(NEW, &fields).await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-target-saved",
        "{}",
        page.words("main")
    );
    let desk = &kept.site.state.backups;
    let done = desk
        .run(Some("chmura"), "a test", &Hearing::default())
        .await
        .unwrap();
    assert_eq!(done.failures, Vec::<String>::new());
    assert!(
        moto.call("GET", "/firma?list-type=2", "")
            .await
            .contains(&done.backup.name)
    );
    let page = owner.get(PLACE).await;
    assert!(
        !page
            .words("main")
            .contains("Kopie leżą tylko na tym serwerze")
    );
    assert!(
        page.words("main").contains("nie wiadomo, czy w EOG") || page.words("main").contains("EOG")
    );
    assert!(!kept.all_told(&owner).await.contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_lets_the_made_key_in_and_is_held_to_its_own() {
    let (kept, mut sshd) = (Kept::new("").await, Sshd::start());
    let owner = kept.site.owner_browser().await;
    let (target, port) = (sshd.target(), sshd.port.to_string());
    let fields = [
        ("kind", "sftp"),
        ("name", "nas"),
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("user", target.user.as_str()),
        ("path", target.path.as_str()),
        ("host_key", ""),
    ];
    let page = owner
        .post(NEW, &[&fields[..], &[("login", "made")]].concat())
        .await;
    let (line, draft) = (page.words(".copyable code"), page.hidden("draft"));
    let go_on = [&fields[..], &[("login", "key"), ("draft", draft.as_str())]].concat();
    let page = owner.post(NEW, &go_on).await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the server does not know the key yet"
    );
    assert!(
        page.words(".banner.fail").contains("let"),
        "{}",
        page.words(".banner.fail")
    );
    sshd.admit(&line);
    let draft = page.hidden("draft");
    let go_on = [&fields[..], &[("login", "key"), ("draft", draft.as_str())]].concat();
    let page = owner.post(NEW, &go_on).await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-target-saved",
        "{}",
        page.words("main")
    );
    let held = kept.site.state.vault.backup_targets().unwrap()[0]
        .value("host_key")
        .to_owned();
    assert!(held.starts_with("SHA256:"));
    assert!(owner.get(PLACE).await.words("main").contains(&held));

    // Another server in its place is told nothing, until somebody says that it is the right one.
    sshd.new_identity(&["ed25519"]);
    let page = owner
        .post("/settings/backups/test", &[("target", "nas")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.words("main").contains("host key")
            && page.words("main").contains("Zaufaj nowemu kluczowi")
    );
    let page = owner
        .post("/settings/backups/forget-host-key", &[("target", "nas")])
        .await;
    assert_eq!(
        page.location(),
        "/settings/backups?notice=backup-tested",
        "{}",
        page.words("main")
    );
    let now = kept.site.state.vault.backup_targets().unwrap()[0]
        .value("host_key")
        .to_owned();
    assert!(now.starts_with("SHA256:") && now != held);
    let done = kept
        .site
        .state
        .backups
        .run(None, "a test", &Hearing::default())
        .await
        .unwrap();
    assert_eq!(done.failures, Vec::<String>::new());
}
