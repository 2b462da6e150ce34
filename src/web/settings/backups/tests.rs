//! The pages of backups, and what nobody gets from them.

use std::path::PathBuf;

use axum::http::StatusCode;

use crate::backup::Hearing;
use crate::data::{AuditFilter, AuditKind, BuiltIn};
use crate::web::settings::test_site::{Browser, Page, Site};

const PLACE: &str = "/settings/backups";

/// A firm with a folder for backups beside it.
struct Kept {
    site: Site,
    folder: PathBuf,
    _around: tempfile::TempDir,
}

impl Kept {
    async fn new(more: &str) -> Self {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("store");
        let config = format!(
            "[backup]\n{more}\n[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
            folder.display()
        );
        Self {
            site: Site::configured(&config).await,
            folder,
            _around: around,
        }
    }

    async fn backup(&self) -> String {
        let desk = &self.site.state.backups;
        let done = desk.run(None, "a test", &Hearing::default()).await.unwrap();
        assert_eq!(done.failures, Vec::<String>::new());
        done.backup.name
    }

    fn noted(&self, kind: AuditKind) -> usize {
        let filter = AuditFilter {
            kinds: vec![kind],
            ..AuditFilter::default()
        };
        let reading = self.site.owner.read().unwrap();
        reading.audit(&filter, None, 100).unwrap().0.len()
    }

    async fn until_over(&self, owner: &Browser, place: &str) -> Page {
        for _ in 0..600 {
            let page = owner.get(place).await;
            if !page.text.contains("hx-trigger=\"every 1s\"") {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{place} does not end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_have_no_way_to_backups() {
    let kept = Kept::new("").await;
    let name = kept.backup().await;
    let sales = BuiltIn::Salesperson.id();
    kept.site.person("Jan", "jan@firma.test", sales).await;
    let jan = kept.site.browser("jan@firma.test").await;
    let of = |rest: &str| format!("{PLACE}{rest}");
    for place in [of(""), of("/key"), of(&format!("/{name}/delete"))] {
        assert_eq!(
            jan.get(&place).await.status,
            StatusCode::FORBIDDEN,
            "{place}"
        );
    }
    for place in [
        of("/run"),
        of("/test"),
        of("/forget-host-key"),
        of("/plan"),
        of("/key/show"),
        of("/key/file"),
        of("/key/kept"),
        of("/recipients"),
        of(&format!("/{name}/download")),
        of(&format!("/{name}/verify")),
        of(&format!("/{name}/delete")),
    ] {
        let page = jan.post(&place, &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{place}");
        assert!(!page.text.contains("AGE-SECRET-KEY"));
    }
    assert!(!jan.get("/settings").await.text.contains(&name));
    assert!(!jan.get("/operations").await.text.contains(&name));
    assert!(kept.folder.join(&name).exists());
    assert_eq!(kept.noted(AuditKind::BackupDownloaded), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_names_lead_nowhere() {
    let kept = Kept::new("").await;
    kept.backup().await;
    let outside = kept
        .folder
        .parent()
        .unwrap()
        .join("2026-11-26T02-30-00Z-x.tar.zst.age");
    std::fs::write(&outside, "outside").unwrap();
    let owner = kept.site.owner_browser().await;
    for name in [
        "..%2F2026-11-26T02-30-00Z-x.tar.zst.age",
        "2026-11-26T02-30-00Z-..%2F..%2Fx.tar.zst.age",
        "2026-11-26T02-30-00Z-%00.tar.zst.age",
        "backup.key",
        "2026-11-26T02-30-00Z-x.tar.zst.age",
    ] {
        for act in ["download", "delete"] {
            let page = owner.post(&format!("{PLACE}/{name}/{act}"), &[]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{name} {act}");
        }
        let page = owner.get(&format!("{PLACE}/{name}/verify")).await;
        assert!(page.status.is_client_error(), "{name}");
    }
    assert!(outside.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn download_key_and_removal_ask_for_the_password_again() {
    let kept = Kept::new("").await;
    let name = kept.backup().await;
    let owner = kept.site.owner_browser().await;
    // No password is good for longer than its own act.
    let policy = serde_json::json!({"fresh_minutes": 0});
    let owner_access = &kept.site.owner;
    owner_access
        .update_policy(policy.as_object().unwrap().clone())
        .await
        .unwrap();
    for place in [
        format!("{PLACE}/{name}/download"),
        format!("{PLACE}/{name}/delete"),
        format!("{PLACE}/forget-host-key"),
        format!("{PLACE}/key/show"),
        format!("{PLACE}/key/file"),
        format!("{PLACE}/key/kept"),
        format!("{PLACE}/plan"),
    ] {
        let page = owner.post(&place, &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{place}");
        assert!(page.text.contains("confirm_password"), "{place}");
    }
    assert_eq!(kept.noted(AuditKind::BackupKeyShown), 0);
    assert!(kept.folder.join(&name).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_made_by_click_shown_and_taken_away_whole() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    assert!(
        owner
            .get(PLACE)
            .await
            .words(".verdict")
            .contains("Jeszcze bez kopii")
    );
    let page = owner.post(&format!("{PLACE}/run"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(
        page.location().starts_with("/operations/"),
        "{}",
        page.location()
    );
    let page = kept.until_over(&owner, page.location()).await;
    assert!(
        page.words(".chip").contains("zakończona"),
        "{}",
        page.words("main")
    );
    let name = kept.site.state.vault.backups().unwrap().remove(0).name;
    let page = owner.get(PLACE).await;
    assert!(page.words(".verdict").contains("Prawie bezpieczne"));
    assert!(page.words("main").contains(&name));
    let page = owner.post(&format!("{PLACE}/{name}/download"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let length = std::fs::metadata(kept.folder.join(&name)).unwrap().len();
    assert_eq!(page.headers["content-length"], length.to_string().as_str());
    assert_eq!(kept.noted(AuditKind::BackupDownloaded), 1);
    // The only proved one stays.
    let page = owner.post(&format!("{PLACE}/{name}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    kept.backup().await;
    let page = owner.post(&format!("{PLACE}/{name}/delete"), &[]).await;
    assert_eq!(page.location(), "/settings/backups?notice=backup-deleted");
    assert!(!kept.folder.join(&name).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_are_not_made_at_once() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let held = kept.site.state.backups.alone().await;
    let page = owner.post(&format!("{PLACE}/run"), &[]).await;
    assert_eq!(page.location(), "/settings/backups?notice=backup-busy");
    drop(held);
    let page = owner.post(&format!("{PLACE}/run"), &[]).await;
    kept.until_over(&owner, page.location()).await;
    assert_eq!(kept.site.state.vault.backups().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_for_the_key_until_somebody_keeps_it() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    for place in ["/", PLACE] {
        assert!(
            owner
                .get(place)
                .await
                .words(".banner")
                .contains("Zapisz klucz kopii"),
            "{place}"
        );
    }
    let key = kept.site.state.backups.key().text().unwrap();
    let secret = key.lines().last().unwrap();
    assert!(
        !owner
            .get(&format!("{PLACE}/key"))
            .await
            .text
            .contains(secret)
    );
    assert!(
        owner
            .post(&format!("{PLACE}/key/show"), &[])
            .await
            .text
            .contains(secret)
    );
    assert_eq!(
        owner.post(&format!("{PLACE}/key/file"), &[]).await.text,
        key
    );
    assert_eq!(kept.noted(AuditKind::BackupKeyShown), 2);
    // Nobody says so by one click alone: they show it by how the key ends.
    let wrong = owner
        .post(&format!("{PLACE}/key/kept"), &[("ending", "XXXXXX")])
        .await;
    assert_eq!(wrong.status, 422);
    let secret = secret.trim();
    let ending = &secret[secret.len() - 6..];
    let right = owner
        .post(&format!("{PLACE}/key/kept"), &[("ending", ending)])
        .await;
    assert_eq!(right.status, 303);
    assert!(
        !owner
            .get("/")
            .await
            .words("main")
            .contains("Zapisz klucz kopii")
    );
    kept.site.state.backups.rotate_key().await.unwrap();
    assert!(
        owner
            .get("/")
            .await
            .words(".banner")
            .contains("Zapisz klucz kopii")
    );
    // What is to be kept opens the archives from before the change, too.
    let both = owner.post(&format!("{PLACE}/key/file"), &[]).await.text;
    assert!(both.contains(secret) && both.matches("AGE-SECRET-KEY-1").count() == 2);
    assert!(
        owner
            .get(&format!("{PLACE}/key"))
            .await
            .text
            .contains("Starsze kopie otwiera 1 poprzedni")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_tried_and_its_words_are_shown() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    let place = format!("{PLACE}/test");
    let page = owner.post(&place, &[("target", "here")]).await;
    assert_eq!(page.location(), "/settings/backups?notice=backup-tested");
    let page = owner.post(&place, &[("target", "elsewhere")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    std::fs::remove_dir_all(&kept.folder).unwrap();
    std::fs::write(&kept.folder, "no folder").unwrap();
    let page = owner.post(&place, &[("target", "here")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.words(".banner.fail code").contains("here: "),
        "{}",
        page.words("main")
    );
    assert_eq!(kept.noted(AuditKind::BackupTargetTested), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_sets_is_shown_locked_and_the_rest_is_set_here() {
    let kept = Kept::new("daily_at = \"03:15\"").await;
    let owner = kept.site.owner_browser().await;
    let page = owner.get(PLACE).await;
    assert!(page.text.contains("value=\"03:15\""));
    let place = format!("{PLACE}/plan");
    let page = owner.post(&place, &[("daily_at", "04:00")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = owner
        .post(&place, &[("keep_daily", "30"), ("keep_weekly", "x")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.words("#f-keep_weekly-help").is_empty());
    let page = owner
        .post(&place, &[("keep_daily", "30"), ("keep_weekly", "9")])
        .await;
    assert_eq!(page.location(), "/settings/backups?notice=saved");
    let plan = kept.site.state.backups.plan().unwrap();
    assert_eq!(
        (plan.keep.daily, plan.keep.weekly, plan.keep.monthly),
        (30, 9, 12)
    );
    assert_eq!(plan.daily_at.to_string(), "03:15:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_on_every_page_and_by_letter_until_one_goes_well() {
    let kept = Kept::new("").await;
    let owner = kept.site.owner_browser().await;
    std::fs::write(&kept.folder, "no folder").unwrap();
    let desk = &kept.site.state.backups;
    for _ in 0..2 {
        desk.run(None, "a test", &Hearing::default())
            .await
            .unwrap_err();
    }
    assert!(
        owner
            .get("/clients")
            .await
            .words(".banner.fail")
            .contains("Nie działa: ")
    );
    let page = owner.get(PLACE).await;
    assert!(
        page.words(".verdict").contains("nie udała"),
        "{}",
        page.words(".verdict")
    );
    assert_eq!(kept.noted(AuditKind::Alarm), 1);
    std::fs::remove_file(&kept.folder).unwrap();
    kept.backup().await;
    assert!(
        owner
            .get(PLACE)
            .await
            .words(".verdict")
            .contains("Prawie bezpieczne")
    );
    assert!(!owner.get("/clients").await.text.contains("banner fail"));
    let waiting = kept.site.owner.letters_waiting().unwrap();
    assert_eq!(waiting, 2, "one that it failed, one that it is well again");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_the_page_says_how_to_set_one() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let page = owner.get(PLACE).await;
    assert!(page.words(".verdict").contains("Kopie nie powstają"));
    assert!(page.text.contains("/settings/backups/targets/new"));
    assert!(!page.text.contains("/settings/backups/run"));
}

/// Makes archives of some days before today out of one of today.
async fn of_earlier_days(kept: &Kept, days: i64) {
    let desk = &kept.site.state.backups;
    let access = kept.site.state.vault.system("a test");
    for back in 1..=days {
        let name = kept.backup().await;
        let known = kept.site.state.vault.backups().unwrap();
        let mut known = known.into_iter().find(|known| known.name == name).unwrap();
        known.created_at -= jiff::SignedDuration::from_hours(24 * back);
        let day = known.created_at.strftime("%Y-%m-%dT%H-%M-%SZ");
        known.name = format!("{day}-firma.tar.zst.age");
        std::fs::rename(kept.folder.join(&name), kept.folder.join(&known.name)).unwrap();
        access.forget_backup(name).await.unwrap();
        access.keep_backup(known).await.unwrap();
    }
    desk.forget_health();
}

#[tokio::test(flavor = "multi_thread")]
async fn keeping_fewer_is_asked_about_and_told_to_owners() {
    let kept = Kept::new("").await;
    of_earlier_days(&kept, 6).await;
    kept.backup().await;
    let owner = kept.site.owner_browser().await;
    let place = format!("{PLACE}/plan");
    let none = [
        ("keep_daily", "0"),
        ("keep_weekly", "0"),
        ("keep_monthly", "0"),
        ("keep_yearly", "0"),
    ];
    let asked = owner.post(&place, &none).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = asked.words("main");
    assert!(words.contains("Usunąć 4 kopie?"), "{words}");
    let plan = || kept.site.state.backups.plan().unwrap().keep.daily;
    assert_eq!(plan(), 14);
    let letters = || kept.site.letters(crate::data::Template::Alarm).len();
    assert_eq!(letters(), 0);

    let sure: Vec<(&str, &str)> = none.into_iter().chain([("fewer", "true")]).collect();
    let saved = owner.post(&place, &sure).await;
    assert_eq!(saved.location(), "/settings/backups?notice=saved");
    assert_eq!((plan(), letters()), (0, 1));
    kept.backup().await;
    let left = std::fs::read_dir(&kept.folder).unwrap().count();
    assert_eq!(left, 3, "the three newest that are proved");
    // More is nobody's worry.
    let more = owner.post(&place, &[("keep_daily", "30")]).await;
    assert_eq!(more.location(), "/settings/backups?notice=saved");
    assert_eq!(letters(), 1);

    let known = kept.site.state.vault.backups().unwrap();
    let gone = format!("{PLACE}/{}/delete", known.last().unwrap().name);
    assert_eq!(owner.post(&gone, &[]).await.status, StatusCode::SEE_OTHER);
    let told = kept.site.letters(crate::data::Template::Alarm);
    assert_eq!(told.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_our_keys_do_not_open_is_left_alone() {
    let theirs = Kept::new("").await;
    let name = theirs.backup().await;
    let ours = Kept::new("").await;
    ours.backup().await;
    std::fs::copy(theirs.folder.join(&name), ours.folder.join(&name)).unwrap();
    let name = {
        // Under a name that is not one of ours by chance.
        let moment = &name[..20];
        let other = format!("{moment}-inna-firma.tar.zst.age");
        std::fs::rename(ours.folder.join(&name), ours.folder.join(&other)).unwrap();
        other
    };
    let owner = ours.site.owner_browser().await;
    let page = owner.get(&format!("{PLACE}/{name}")).await;
    let words = page.words("main");
    assert!(words.contains("nie otwiera jej żaden klucz"), "{words}");
    assert!(!words.contains("Przywróć"), "{words}");
    let list = owner.get(PLACE).await;
    assert!(!list.text.contains(&format!("{name}/delete")));
    let gone = owner.post(&format!("{PLACE}/{name}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    assert!(ours.folder.join(&name).exists());
    let taken = owner.post(&format!("{PLACE}/{name}/download"), &[]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_is_named_on_the_page_and_never_handed_out() {
    let kept = Kept::new("").await;
    let name = kept.backup().await;
    let file = kept.folder.join(&name);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let owner = kept.site.owner_browser().await;
    let taken = owner.post(&format!("{PLACE}/{name}/download"), &[]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text);
    let words = owner.get(PLACE).await.words("main");
    assert!(words.contains("Jedna z kopii jest uszkodzona"), "{words}");
    assert!(words.contains("here: uszkodzona"), "{words}");
    let words = owner.get("/").await.text;
    assert!(words.contains("/settings/backups"), "{words}");
    assert_eq!(kept.noted(AuditKind::BackupDownloaded), 0);
    assert_eq!(kept.noted(AuditKind::Alarm), 1);
}
