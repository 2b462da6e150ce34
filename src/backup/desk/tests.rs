//! Keys that are lost, archives that are damaged, targets that cannot be used.

use std::fs;

use jiff::SignedDuration;

use super::*;
use crate::config::{Backup, Hidden, LocalTarget, S3Target, TargetConfig};
use crate::data::{Channel, Founding, Keyring, VaultSettings};
use crate::modules::RECORD_TYPES;

/// A firm with two folders as its targets.
pub(in crate::backup) struct Firm {
    pub(in crate::backup) root: tempfile::TempDir,
    pub(in crate::backup) desk: Desk,
}

fn target(root: &Path, name: &str) -> TargetConfig {
    let path = root.join(name);
    fs::create_dir_all(&path).unwrap();
    let name = name.to_owned();
    TargetConfig::Local(LocalTarget { name, path })
}

pub(in crate::backup) fn config(root: &Path) -> Backup {
    Backup {
        daily_at: jiff::civil::time(2, 30, 0, 0),
        keep_daily: 14,
        keep_weekly: 0,
        keep_monthly: 0,
        keep_yearly: 0,
        key_file: None,
        recipients: Vec::new(),
        given: Vec::new(),
        targets: vec![target(root, "one"), target(root, "two")],
    }
}

pub(in crate::backup) fn opened(data: &Path) -> Vault {
    Vault::open(data, &RECORD_TYPES, VaultSettings::default()).unwrap()
}

impl Firm {
    pub(in crate::backup) async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        fs::create_dir_all(data.join("tmp")).unwrap();
        let vault = opened(&data);
        let founding = Founding {
            firm: "Firma".into(),
            demo: false,
            email: "o@f.test".into(),
            name: "Ola".into(),
            password_hash: "$argon2id$x".into(),
            language: None,
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        let config = Arc::new(config(root.path()));
        let desk = Desk::new(vault, &data, &data.join("tmp"), config);
        Self { root, desk }
    }

    pub(in crate::backup) async fn run(&self) -> Result<KnownBackup, BackupError> {
        let done = self.desk.run(None, "a test", &Hearing::default()).await?;
        Ok(done.backup)
    }

    pub(in crate::backup) async fn verify(&self, archive: &str) -> Result<Manifest, BackupError> {
        self.desk
            .verify(archive, None, Depth::All, &Hearing::default())
            .await
    }

    pub(in crate::backup) fn key(&self) -> PathBuf {
        self.root.path().join("data/backup.key")
    }

    /// An archive at a target.
    pub(in crate::backup) fn archive(&self, target: &str, name: &str) -> PathBuf {
        self.root.path().join(target).join(name)
    }

    /// Changes a byte of an archive at a target.
    pub(in crate::backup) fn damage(&self, target: &str, name: &str) {
        let path = self.archive(target, name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    /// The known of a backup.
    pub(in crate::backup) fn known(&self, name: &str) -> KnownBackup {
        let known = self.desk.vault.backups().unwrap();
        known.into_iter().find(|known| known.name == name).unwrap()
    }

    pub(in crate::backup) fn entries(&self) -> u64 {
        self.desk.vault.figures().unwrap().audit_entries
    }
}

#[tokio::test]
async fn a_key_that_is_gone_is_not_replaced_behind_anybodys_back() {
    let firm = Firm::new().await;
    let before = firm.entries();
    firm.desk.settle_key().await.unwrap();
    firm.desk.settle_key().await.unwrap();
    assert_eq!(firm.entries(), before + 1);
    let first = firm.desk.key().current().unwrap().public();
    assert_eq!(firm.desk.vault.backup_key().unwrap(), Some(first.clone()));
    firm.run().await.unwrap();
    let kept = firm.root.path().join("kept.key");
    fs::rename(firm.key(), &kept).unwrap();

    let error = firm.run().await.unwrap_err().to_string();
    assert!(error.contains("it is not there"), "{error}");
    assert!(error.contains("backup.key"), "{error}");
    firm.desk.settle_key().await.unwrap_err();
    firm.desk.key().text().unwrap_err();
    firm.desk.rotate_key().await.unwrap_err();
    assert!(!firm.key().exists());

    let strange = firm.root.path().join("strange");
    fs::create_dir(&strange).unwrap();
    let other = KeyPlace::of(&strange, None).knowing(Known::Nothing);
    let strangers = other.current().unwrap().public();
    fs::copy(other.path(), firm.key()).unwrap();
    let error = firm.run().await.unwrap_err().to_string();
    assert!(
        error.contains(&first) && error.contains(&strangers),
        "{error}"
    );
    firm.desk.rotate_key().await.unwrap_err();

    fs::rename(&kept, firm.key()).unwrap();
    let name = firm.run().await.unwrap().name;
    let before = firm.entries();
    firm.desk.rotate_key().await.unwrap();
    assert_eq!(firm.entries(), before + 1);
    let second = firm.desk.key().current().unwrap().public();
    assert_ne!(second, first);
    assert_eq!(firm.desk.vault.backup_key().unwrap(), Some(second.clone()));
    firm.verify(&name).await.unwrap();

    fs::remove_file(firm.key()).unwrap();
    assert_eq!(firm.desk.replace_lost_key().await.unwrap(), None);
    let third = firm.desk.vault.backup_key().unwrap();
    assert_eq!(third, Some(firm.desk.key().current().unwrap().public()));
    assert!(third != Some(first) && third != Some(second));
    firm.run().await.unwrap();
}

#[tokio::test]
async fn a_firm_from_before_keys_were_recorded_makes_none_once_it_has_archives() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    let known = firm.known(&name);
    let data = firm.root.path().join("older");
    fs::create_dir_all(data.join("tmp")).unwrap();
    let older = Desk {
        vault: opened(&data),
        folder: data.clone(),
        temp_dir: data.join("tmp"),
        ..firm.desk.clone()
    };
    let access = older.vault.system("a test");
    access.keep_backup(known).await.unwrap();
    let error = older.settle_key().await.unwrap_err().to_string();
    assert!(error.contains("it is not there"), "{error}");
    assert!(!data.join("backup.key").exists());
    fs::copy(firm.key(), data.join("backup.key")).unwrap();
    older.settle_key().await.unwrap();
}

#[tokio::test]
async fn a_change_of_key_that_was_cut_off_is_recorded_later() {
    let firm = Firm::new().await;
    firm.run().await.unwrap();
    firm.desk.key().rotate().unwrap();
    let now = firm.desk.key().current().unwrap().public();
    assert_ne!(firm.desk.vault.backup_key().unwrap().unwrap(), now);
    firm.run().await.unwrap();
    assert_eq!(firm.desk.vault.backup_key().unwrap(), Some(now));
}

#[tokio::test]
async fn a_restored_firm_goes_on_with_the_key_in_use_and_opens_what_was_before() {
    let firm = Firm::new().await;
    let old = firm.run().await.unwrap().name;
    firm.desk.rotate_key().await.unwrap();
    let new = firm.run().await.unwrap().name;
    for archive in [&old, &new] {
        let into = firm.root.path().join(format!("into-{archive}"));
        let file = File::open(firm.archive("one", archive)).unwrap();
        let keys = firm.desk.key().all().unwrap();
        let (name, place) = (archive.clone(), into.clone());
        let restored = move || {
            let plain = || Ok(Keyring::default());
            let hearing = Hearing::default();
            let from = crate::backup::tests::Empty::new();
            let from = from.fetching();
            crate::backup::restore(&name, file, &keys, &place, &plain, &from, &hearing).unwrap();
        };
        tokio::task::spawn_blocking(restored).await.unwrap();
        let vault = opened(&into);
        assert_eq!(vault.backup_key().unwrap(), None);
        let config = Arc::clone(&firm.desk.config);
        let desk = Desk::new(vault, &into, firm.root.path(), config);
        desk.settle_key().await.unwrap();
        let in_use = firm.desk.vault.backup_key().unwrap();
        assert_eq!(desk.vault.backup_key().unwrap(), in_use);
        for archive in [&old, &new] {
            let hearing = Hearing::default();
            desk.verify(archive, None, Depth::All, &hearing)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn damage_that_is_found_is_remembered() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    firm.damage("one", &name);
    let wrong = firm.root.path().join("wrong.key");
    fs::write(
        &wrong,
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
    )
    .unwrap();
    let wrong = firm
        .desk
        .verify(&name, Some(&wrong), Depth::All, &Hearing::default())
        .await;
    wrong.unwrap_err();
    assert!(firm.known(&name).targets["two"].proved_at.is_some());

    let error = firm.verify(&name).await.unwrap_err();
    assert!(error.is_damage() && error.to_string().starts_with("one: "));
    let known = firm.known(&name);
    assert_eq!(known.targets["one"].proved_at, None);
    assert!(known.targets["two"].proved_at.is_some() && known.proved_at.is_some());

    firm.damage("two", &name);
    firm.verify(&name).await.unwrap_err();
    assert_eq!(firm.known(&name).proved_at, None);
    assert_eq!(firm.desk.vault.newest_proved_backup().unwrap(), None);
    assert_eq!(firm.desk.list().await.unwrap().0[0].proved_at, None);
}

#[tokio::test]
async fn an_archive_counts_as_proved_where_it_still_is() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    let access = firm.desk.vault.system("a test");
    let why = String::new();
    access
        .backup_unproved(name.clone(), "two".into(), why, false)
        .await
        .unwrap();
    assert!(firm.desk.list().await.unwrap().0[0].proved_at.is_some());
    fs::remove_file(firm.archive("one", &name)).unwrap();
    let listed = firm.desk.list().await.unwrap().0;
    assert_eq!(
        (listed[0].proved_at, &listed[0].targets),
        (None, &vec!["two".to_owned()])
    );
}

#[tokio::test]
async fn a_target_keeps_what_was_proved_there() {
    let firm = Firm::new().await;
    let mut names = Vec::new();
    for days in [5, 4, 3, 2, 1] {
        let made = firm.run().await.unwrap();
        let access = firm.desk.vault.system("a test");
        let mut older = made.clone();
        older.created_at = made.created_at - SignedDuration::from_hours(24 * days);
        older.name = name::of("Firma", older.created_at, |_| false);
        if days == 1 {
            older.targets.get_mut("two").unwrap().proved_at = None;
        }
        for target in ["one", "two"] {
            let from = firm.archive(target, &made.name);
            fs::rename(from, firm.archive(target, &older.name)).unwrap();
        }
        access.forget_backup(made.name).await.unwrap();
        access.keep_backup(older.clone()).await.unwrap();
        names.push((days, older.name));
    }
    let keep = Backup {
        keep_daily: 0,
        ..config(firm.root.path())
    };
    let desk = firm.desk.with_config(Arc::new(keep));
    for place in desk.places(None).unwrap().iter() {
        desk.make_room(place).await.unwrap();
    }
    let there = |target: &str| -> Vec<i64> {
        let there = names.iter();
        let there = there.filter(|(_, name)| firm.archive(target, name).exists());
        there.map(|(days, _)| *days).collect()
    };
    // The newest is proved at the first target alone; the second keeps three that are proved there beside it.
    assert_eq!(there("one"), [3, 2, 1]);
    assert_eq!(there("two"), [4, 3, 2, 1]);
}

#[tokio::test]
async fn a_target_that_cannot_be_used_is_named_and_the_others_are_done() {
    let firm = Firm::new().await;
    let mut config = config(firm.root.path());
    let broken = S3Target {
        name: "cloud".into(),
        endpoint: Some("https://127.0.0.1:1".into()),
        region: "x".into(),
        bucket: "x".into(),
        prefix: String::new(),
        access_key: Hidden::new("x"),
        secret_key: Hidden::new("x"),
        ca: "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n".into(),
    };
    config.targets.insert(0, TargetConfig::S3(broken));
    let desk = firm.desk.with_config(Arc::new(config));
    let hearing = Hearing::default();
    let done = desk.run(None, "a test", &hearing).await.unwrap();
    assert_eq!(done.failures.len(), 1, "{:?}", done.failures);
    assert!(done.failures[0].starts_with("cloud: "));
    assert!(done.backup.targets["cloud"].error.is_some());
    assert!(firm.archive("one", &done.backup.name).exists());
    assert!(firm.archive("two", &done.backup.name).exists());
    let (listed, failures) = desk.list().await.unwrap();
    assert_eq!((listed.len(), failures.len()), (1, 1));
    let error = desk.run(Some("cloud"), "a test", &hearing).await;
    assert!(error.unwrap_err().to_string().starts_with("cloud: "));
}
