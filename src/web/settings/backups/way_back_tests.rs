//! The ways back from an archive, as those who may use them, and as those who may not.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;

use crate::backup::{Failed, Hearing, Stage};
use crate::clients::CLIENTS;
use crate::data::{BuiltIn, Changes, Draft, FileDraft, FileName, RecordId};
use crate::web::settings::test_site::{Browser, Page, Site};

const PLACE: &str = "/settings/backups";

/// A firm with a folder for backups beside it.
struct Kept {
    site: Site,
    folder: PathBuf,
    around: tempfile::TempDir,
}

fn changes(fields: &[(&str, serde_json::Value)]) -> Changes {
    let fields = fields.iter().map(|(name, json)| {
        let field = CLIENTS.named(name).unwrap();
        (field.no, field.kind.take_json(json).unwrap())
    });
    fields.collect()
}

impl Kept {
    async fn new() -> Self {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("store");
        Self {
            site: Site::configured(&Self::config(&folder)).await,
            folder,
            around,
        }
    }

    fn config(folder: &std::path::Path) -> String {
        format!(
            "[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
            folder.display()
        )
    }

    async fn backup(&self) -> String {
        let desk = &self.site.state.backups;
        let done = desk.run(None, "a test", &Hearing::default()).await.unwrap();
        assert_eq!(done.failures, Vec::<String>::new());
        done.backup.name
    }

    async fn client(&self, name: &str) -> RecordId {
        let draft = Draft {
            values: changes(&[("name", json!(name)), ("notes", json!("dawniej"))]),
            origin: None,
        };
        let made = self.site.owner.create(&CLIENTS, draft).await.unwrap();
        made.id()
    }

    async fn delete(&self, id: RecordId) {
        self.site.owner.delete(&CLIENTS, id, None).await.unwrap();
    }

    fn json(&self, id: RecordId) -> Option<serde_json::Value> {
        let seen = self.site.owner.read().unwrap().get(&CLIENTS, id);
        seen.ok().map(|seen| seen.to_json())
    }

    fn sound(&self) {
        let findings = self.site.state.vault.check_consistency().unwrap();
        assert_eq!(findings, Vec::<String>::new());
    }
}

async fn bring(web: &Browser, archive: &str, ids: &[RecordId]) -> Page {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let place = format!("{PLACE}/{archive}/restore-records");
    let started = web.post(&place, &fields).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    web.get(started.location()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_says_what_it_holds_and_what_is_different_today() {
    let kept = Kept::new().await;
    kept.client("Młyn").await;
    let gone = kept.client("Tartak").await;
    let name = kept.backup().await;
    kept.delete(gone).await;
    kept.client("Piekarnia").await;
    kept.client("Cukiernia").await;
    let web = kept.site.owner_browser().await;
    let page = web.get(&format!("{PLACE}/{name}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let words = page.words("main");
    assert!(words.contains("Klienci 2 3 2 1"), "{words}");
    for part in ["here", "Bielska Stolarnia", "Przywróć całą firmę"] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_records_come_back_as_they_were_and_go_again() {
    let kept = Kept::new().await;
    let [trashed, purged, alive] = [
        kept.client("W koszu").await,
        kept.client("Na zawsze").await,
        kept.client("Żywy").await,
    ];
    let owner = &kept.site.owner;
    let change = changes(&[("tags", json!(["stały"]))]);
    owner.update(&CLIENTS, purged, change, None).await.unwrap();
    let before = [trashed, purged, alive].map(|id| kept.json(id).unwrap());
    let name = kept.backup().await;
    kept.delete(trashed).await;
    kept.delete(purged).await;
    owner.purge_in(None, &CLIENTS, vec![purged]).await.unwrap();
    let change = changes(&[("notes", json!("nowsze"))]);
    owner.update(&CLIENTS, alive, change, None).await.unwrap();

    let web = kept.site.owner_browser().await;
    let list = web.get(&format!("{PLACE}/{name}/records")).await;
    let words = list.words("main");
    assert!(
        words.contains("W koszu") && words.contains("Na zawsze"),
        "{words}"
    );
    assert!(
        !words.contains("Żywy") && words.contains("Znaleziono: 2"),
        "{words}"
    );
    let list = web
        .get(&format!("{PLACE}/{name}/records?q=zywy&only=all"))
        .await;
    assert!(list.words("main").contains("Żywy"));
    let list = web.get(&format!("{PLACE}/{name}/records?q=stalY")).await;
    assert!(list.words("main").contains("Na zawsze") && !list.words("main").contains("W koszu"));

    let done = bring(&web, &name, &[trashed, purged, alive, RecordId::new()]).await;
    let words = done.words("main");
    for part in ["przywrócono: 2", "pominięto: 1", "pozostawiono: 1", &name] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(kept.json(trashed).unwrap(), before[0]);
    assert_eq!(kept.json(purged).unwrap(), before[1]);
    assert_eq!(
        kept.json(alive).unwrap()["notes"],
        "nowsze",
        "nobody's work since is touched"
    );
    let seen = owner.read().unwrap().get(&CLIENTS, purged).unwrap();
    assert_eq!(seen.version(), 3, "made, changed, brought back");
    kept.sound();

    let page = web.get(&format!("/clients/{purged}")).await;
    assert!(page.status == StatusCode::OK && page.words("main").contains("stały"));
    let again = bring(&web, &name, &[trashed, purged]).await;
    assert!(again.words("main").contains("pominięto: 2"));

    let undo = done.text.split("action=\"").find(|part| {
        part.starts_with("/operations/") && part.split('"').next().unwrap().ends_with("/undo")
    });
    let undo = undo.unwrap().split('"').next().unwrap();
    let undone = web.post(undo, &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    for _ in 0..200 {
        if kept.json(purged).is_none() && kept.json(trashed).is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(kept.json(purged).is_none() && kept.json(trashed).is_none());
    kept.sound();

    let all = [("missing", "1")];
    let place = format!("{PLACE}/{name}/restore-records");
    let started = web.post(&place, &all).await;
    let words = web.get(started.location()).await.words("main");
    assert!(words.contains("przywrócono: 2"), "{words}");
    kept.sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_taken_from_the_archive_one_by_one() {
    let kept = Kept::new().await;
    let id = kept.client("Młyn").await;
    let name = kept.backup().await;
    let change = changes(&[
        ("notes", json!("dziś")),
        ("website", json!("https://x.test")),
    ]);
    let owner = &kept.site.owner;
    owner.update(&CLIENTS, id, change, None).await.unwrap();
    let web = kept.site.owner_browser().await;
    let place = format!("{PLACE}/{name}/compare");
    let page = web.get(&format!("{place}?id={id}")).await;
    let words = page.words("main");
    assert!(words.contains("dziś → dawniej"), "{words}");
    let (id_text, version) = (id.to_string(), page.hidden("version"));
    let fields = [
        ("id", id_text.as_str()),
        ("version", &version),
        ("field", "notes"),
    ];
    assert_eq!(
        web.post(&place, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    let now = kept.json(id).unwrap();
    assert_eq!(
        (&now["notes"], &now["website"]),
        (&json!("dawniej"), &json!("https://x.test"))
    );
    let stale = web.post(&place, &fields).await;
    let words = web.get(stale.location()).await.words("main");
    assert!(words.contains("pozostawiono: 1"), "{words}");
    kept.sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn those_without_the_right_and_forged_requests_get_nowhere() {
    let kept = Kept::new().await;
    let id = kept.client("Młyn").await;
    let name = kept.backup().await;
    kept.delete(id).await;
    let sales = BuiltIn::Salesperson.id();
    kept.site.person("Jan", "jan@firma.test", sales).await;
    let jan = kept.site.browser("jan@firma.test").await;
    let id_text = id.to_string();
    for rest in ["", "/records", &format!("/compare?id={id}")] {
        let page = jan.get(&format!("{PLACE}/{name}{rest}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{rest}");
        assert!(!page.text.contains("Młyn"));
    }
    for rest in ["restore-records", "restore", "compare"] {
        let fields = [("id", id_text.as_str()), ("firm", "Bielska Stolarnia")];
        let page = jan.post(&format!("{PLACE}/{name}/{rest}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{rest}");
    }
    assert!(jan.get(&format!("{PLACE}/restoring")).await.status == StatusCode::FORBIDDEN);

    let owner = kept.site.owner_browser().await;
    for forged in [
        "..%2F..%2Fetc%2Fpasswd",
        "2026-11-26T02-30-00Z-..%2Fx.tar.zst.age",
        "2020-01-01T00-00-00Z-nobody.tar.zst.age",
        "backup.key",
    ] {
        for rest in ["", "/records", "/compare"] {
            let page = owner.get(&format!("{PLACE}/{forged}{rest}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{forged}{rest}");
        }
        for rest in ["restore-records", "restore"] {
            let fields = [("id", id_text.as_str()), ("firm", "Bielska Stolarnia")];
            let page = owner
                .post(&format!("{PLACE}/{forged}/{rest}"), &fields)
                .await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{forged}/{rest}");
        }
    }
    let place = format!("{PLACE}/{name}/restore-records");
    for ids in [
        vec![],
        vec![("id", "1 OR 1=1")],
        vec![("id", id_text.as_str()), ("id", "../x")],
    ] {
        assert_eq!(
            owner.post(&place, &ids).await.status,
            StatusCode::BAD_REQUEST
        );
    }
    let wrong = owner
        .post(&format!("{PLACE}/{name}/restore"), &[("firm", "Inna")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.words("#f-firm-help").contains("nie jest nazwa firmy"));
    assert!(kept.site.state.restoring.stage().is_none());
    assert!(kept.json(id).is_none());
}

/// Flips a bit of an archive at the target.
fn damage(kept: &Kept, name: &str, place: usize) {
    let file = kept.folder.join(name);
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.len() * place / 10;
    bytes[at] ^= 4;
    std::fs::write(file, bytes).unwrap();
}

async fn until_over(kept: &Kept) -> Stage {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(2) {
        match kept.site.state.restoring.stage() {
            Some((_, Stage::Running(..))) | None => {}
            Some((_, stage)) => return stage,
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the restore does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_said_to_be_one_and_changes_nothing() {
    let kept = Kept::new().await;
    let id = kept.client("Młyn").await;
    let name = kept.backup().await;
    kept.delete(id).await;
    damage(&kept, &name, 7);
    let web = kept.site.owner_browser().await;
    let list = web.get(&format!("{PLACE}/{name}/records")).await;
    assert!(
        list.words("main").contains("uszkodzona"),
        "{}",
        list.words("main")
    );
    let done = bring(&web, &name, &[id]).await;
    assert!(
        done.words("main").contains("Z kopią coś jest nie tak"),
        "{}",
        done.words("main")
    );
    assert!(kept.json(id).is_none());

    let fields = [("firm", "bielska stolarnia")];
    let begun = web.post(&format!("{PLACE}/{name}/restore"), &fields).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let stage = until_over(&kept).await;
    assert!(
        matches!(stage, Stage::Failed(Failed::Other(_))),
        "{stage:?}"
    );
    let page = web.get(begun.location()).await;
    assert!(page.words("main").contains("Wszystko jest tak, jak było"));
    kept.client("Dalej").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_firms_archive_gives_no_records_and_replaces_nothing_unasked() {
    let theirs = Kept::new().await;
    let id = theirs.client("Obcy").await;
    let name = theirs.backup().await;
    let ours = Site::configured(&Kept::config(&theirs.folder)).await;
    // Whoever has both firms has both keys.
    let key = |site: &Site| site.state.backups.key().path().to_owned();
    std::fs::copy(key(&theirs.site), key(&ours)).unwrap();
    let ours = Kept {
        site: ours,
        folder: theirs.folder.clone(),
        around: tempfile::tempdir().unwrap(),
    };
    assert!(ours.around.path().exists() && theirs.around.path().exists());
    let web = ours.site.owner_browser().await;
    let list = web.get(&format!("{PLACE}/{name}/records")).await;
    assert!(list.words("main").contains("kopia innej firmy") && !list.text.contains("Obcy"));
    let done = bring(&web, &name, &[id]).await;
    assert!(done.words("main").contains("kopia innej firmy"));
    let fields = [("firm", "Bielska Stolarnia")];
    web.post(&format!("{PLACE}/{name}/restore"), &fields).await;
    let stage = until_over(&ours).await;
    assert!(
        matches!(stage, Stage::Failed(Failed::OtherFirm)),
        "{stage:?}"
    );
    assert!(ours.json(id).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_back_with_their_records_and_go_along_with_a_download() {
    let kept = Kept::new().await;
    let id = kept.client("Młyn").await;
    let owner = &kept.site.owner;
    let mut new = owner.new_file(&CLIENTS, id, false).unwrap();
    new.write_all(b"umowa z mlynem").unwrap();
    let draft = FileDraft {
        name: FileName::of("umowa.pdf"),
        stored: new.finish().unwrap(),
        finance: false,
    };
    owner.add_files(&CLIENTS, id, vec![draft]).await.unwrap();
    let name = kept.backup().await;
    kept.delete(id).await;
    owner.purge_in(None, &CLIENTS, vec![id]).await.unwrap();
    let web = kept.site.owner_browser().await;
    let page = web.get(&format!("{PLACE}/{name}")).await;
    assert!(
        page.words("main").contains("1 plik, "),
        "{}",
        page.words("main")
    );
    assert!(
        web.get(PLACE)
            .await
            .words("main")
            .contains("Pobierz z plikami")
    );
    let done = bring(&web, &name, &[id]).await;
    assert!(done.words("main").contains("przywrócono: 1"));
    let files = owner.read().unwrap().files(&CLIENTS, id).unwrap();
    assert_eq!(files.len(), 1);
    let (_, mut open) = owner
        .read()
        .unwrap()
        .open_file(&CLIENTS, id, files[0].id)
        .unwrap();
    let mut content = String::new();
    open.read_to_string(&mut content).unwrap();
    assert_eq!(content, "umowa z mlynem");
    kept.sound();

    let place = format!("{PLACE}/{name}/download");
    let plain = web.post(&place, &[]).await;
    let whole = web.post(&place, &[("with_files", "1")]).await;
    let called = |page: &Page| {
        let header = page.headers["content-disposition"].to_str().unwrap();
        header.contains("-with-files.tar.zst.age")
    };
    assert_eq!(
        (plain.status, whole.status),
        (StatusCode::OK, StatusCode::OK)
    );
    assert!(called(&whole) && !called(&plain));
    assert!(whole.text.starts_with("age-encryption.org/v1"));
}
