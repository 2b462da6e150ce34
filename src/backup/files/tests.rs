//! Attached files on their way to targets of every kind, and back.

mod back;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::SignedDuration;

use super::*;
use crate::backup::desk::Desk;
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::manifest::Manifest;
use crate::backup::places::Places;
use crate::backup::progress::{Hearing, Phase};
use crate::backup::target::Target as _;
use crate::backup::target::parts::{Dav, Moto, Sshd};
use crate::backup::{Fetching, restore};
use crate::config::{Backup, LocalTarget, TargetConfig};
use crate::data::{
    Access, Attachment, Changes, Channel, Draft, FileDraft, FileName, Founding, Keyring,
    KnownBackup, RecordId, RecordType, Value, Vault, VaultSettings,
};
use crate::modules::RECORD_TYPES;

/// A firm with clients that have files, and with targets.
struct Firm {
    root: tempfile::TempDir,
    desk: Desk,
    owner: Access,
    kind: &'static RecordType,
}

fn opened(folder: &Path) -> Vault {
    Vault::open(folder, &RECORD_TYPES, VaultSettings::default()).unwrap()
}

fn folder(root: &Path, name: &str) -> TargetConfig {
    TargetConfig::Local(LocalTarget {
        name: name.to_owned(),
        path: root.join(name),
    })
}

fn config(targets: Vec<TargetConfig>) -> Arc<Backup> {
    let parsed = crate::config::Config::parse("", Path::new("x"), &|_| None).unwrap();
    Arc::new(Backup {
        targets,
        ..parsed.backup
    })
}

/// Bytes that do not compress, told apart by a number.
fn bytes(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new()
        .update(&number.to_be_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

impl Firm {
    async fn with(targets: Vec<TargetConfig>) -> Self {
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
        let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
        let targets = match targets {
            none if none.is_empty() => vec![folder(root.path(), "one")],
            targets => targets,
        };
        let desk = Desk::new(vault, &data, &data.join("tmp"), config(targets));
        Self {
            root,
            desk,
            owner,
            kind: RECORD_TYPES[0],
        }
    }

    async fn new() -> Self {
        Self::with(Vec::new()).await
    }

    async fn client(&self, name: &str) -> RecordId {
        let values = Changes::from([(self.kind.title, Some(Value::Text(name.into())))]);
        let draft = Draft {
            values,
            origin: None,
        };
        self.owner.create(self.kind, draft).await.unwrap().id()
    }

    async fn attach(&self, client: RecordId, name: &str, content: &[u8]) -> Attachment {
        let mut new = self.owner.new_file(self.kind, client, false).unwrap();
        new.write_all(content).unwrap();
        let draft = FileDraft {
            name: FileName::of(name),
            stored: new.finish().unwrap(),
            finance: false,
        };
        let added = self.owner.add_files(self.kind, client, vec![draft]).await;
        added.unwrap().remove(0)
    }

    /// Removes a client for good.
    async fn purge(&self, client: RecordId) {
        self.owner.delete(self.kind, client, None).await.unwrap();
        let purged = self.owner.purge_in(None, self.kind, vec![client]).await;
        assert!(purged.unwrap()[0].is_ok());
    }

    async fn run(&self) -> KnownBackup {
        let done = self.desk.run(None, "a test", &Hearing::default()).await;
        let done = done.unwrap();
        assert_eq!(done.failures, Vec::<String>::new());
        done.backup
    }

    async fn verify(&self, archive: &str, depth: Depth) -> Result<Manifest, BackupError> {
        let hearing = Hearing::default();
        self.desk.verify(archive, None, depth, &hearing).await
    }

    /// The folder that is the first target, where it is one.
    fn store(&self) -> PathBuf {
        self.root.path().join("one")
    }

    /// Objects at that target.
    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let Ok(folders) = fs::read_dir(self.store().join("files")) else {
            return found;
        };
        for folder in folders {
            for file in fs::read_dir(folder.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(self.store()).unwrap();
                let name = name.to_string_lossy().into_owned();
                assert!(name::parse(&name).is_some(), "{name}");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
        found
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// Where a content lies in the data folder.
    fn content(&self, file: &Attachment) -> PathBuf {
        let hash = file.hash.to_string();
        self.data().join("files").join(&hash[..2]).join(&hash)
    }

    fn places(&self) -> Places {
        Places::open(&self.desk.config, None, None).unwrap()
    }

    fn keys(&self) -> Keys {
        self.desk.key().all().unwrap()
    }
}

/// Restores a file on a thread of its own, as the command does; with what it says.
async fn restored(
    archive: PathBuf,
    keys: Keys,
    into: PathBuf,
    places: Option<Places>,
    lenient: bool,
) -> Result<u64, BackupError> {
    let work = move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let temp = into.parent().unwrap().to_owned();
        let none = || Places::open(&config(Vec::new()), None, None).unwrap();
        let places = places.unwrap_or_else(none);
        let bringing = Bringing::from(Arc::new(places), &temp)
            .beside(&archive)
            .lenient(lenient);
        let from = Fetching {
            bringing: &bringing,
            runtime: &runtime,
        };
        let file = fs::File::open(&archive).unwrap();
        let plain = || Ok(Keyring::default());
        let hearing = Hearing::default();
        let restored = restore("x", file, &keys, &into, &plain, &from, &hearing)?;
        Ok(restored.missing.count)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// What the files of a client hold.
fn held(vault: &Vault, client: RecordId) -> BTreeMap<String, Vec<u8>> {
    let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
    let reading = owner.read().unwrap();
    let kind = RECORD_TYPES[0];
    let files = reading.files(kind, client).unwrap().into_iter();
    let read = |file: Attachment| {
        let (_, mut open) = reading.open_file(kind, client, file.id).unwrap();
        let mut content = Vec::new();
        open.read_to_end(&mut content).unwrap();
        (file.name.to_string(), content)
    };
    files.map(read).collect()
}

/// Two backups to one target: the second sends only what is new, and nothing but the key brings everything back.
async fn goes_there_once(target: TargetConfig) {
    let firm = Firm::with(vec![target]).await;
    let [mill, bakery] = [firm.client("Młyn").await, firm.client("Piekarnia").await];
    let large = bytes(1, 9_000_000);
    firm.attach(mill, "umowa.pdf", &large).await;
    firm.attach(bakery, "kopia umowy.pdf", &large).await;
    firm.attach(mill, "pusty.txt", b"").await;
    let first = firm.run().await;
    let name = first.targets.keys().next().unwrap().clone();
    let sent = |backup: &KnownBackup| backup.targets[&name].files_sent;
    assert_eq!(sent(&first), Some((2, 9_000_000)));
    assert_eq!(
        (first.counts["files"], first.counts["clients-files"]),
        (2, 3)
    );
    assert_eq!(first.file_bytes, 9_000_000);

    firm.attach(bakery, "przepis.txt", b"maka, woda, sol").await;
    let second = firm.run().await;
    assert_eq!(sent(&second), Some((1, 15)));
    assert_eq!(sent(&firm.run().await), Some((0, 0)));
    let places = firm.places();
    let place = places.iter().next().unwrap();
    let there = place.list_files().await.unwrap();
    assert_eq!(there.len(), 3);
    assert!(there.iter().all(|stored| stored.size < 9_100_000));
    assert_eq!(place.list(crate::backup::ENDING).await.unwrap().len(), 3);
    firm.verify(&second.name, Depth::All).await.unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    let fetched = elsewhere.path().join("archive");
    place.get(&second.name, &fetched).await.unwrap();
    let into = elsewhere.path().join("into");
    let missing = restored(fetched, firm.keys(), into.clone(), Some(places), false).await;
    assert_eq!(missing.unwrap(), 0);
    let vault = opened(&into);
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    let of_mill = held(&vault, mill);
    assert!(of_mill["umowa.pdf"] == large && of_mill["pusty.txt"].is_empty());
    let of_bakery = held(&vault, bakery);
    assert!(of_bakery["kopia umowy.pdf"] == large);
    assert_eq!(of_bakery["przepis.txt"], b"maka, woda, sol");
    // The restored firm knows its files at the target again, and sends none of them.
    let (desk, key) = (&firm.desk, into.join("backup.key"));
    assert!(key.exists());
    let temp = elsewhere.path();
    let again = Desk::new(vault, &into, temp, desk.config.clone());
    let done = again
        .run(None, "a test", &Hearing::default())
        .await
        .unwrap();
    assert_eq!(done.failures, Vec::<String>::new());
    assert_eq!(sent(&done.backup), Some((0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_gets_each_content_once() {
    let root = tempfile::tempdir().unwrap();
    goes_there_once(folder(root.path(), "one")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_gets_each_content_once() {
    let moto = Moto::start().await;
    goes_there_once(TargetConfig::S3(moto.target())).await;
    let text = moto.call("GET", "/firma?list-type=2", "").await;
    assert_eq!(text.matches("<Key>kopie/files/").count(), 3, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_behind_ssh_gets_each_content_once() {
    let sshd = Sshd::start();
    goes_there_once(TargetConfig::Sftp(sshd.target())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_folder_gets_each_content_once() {
    let dav = Dav::start();
    goes_there_once(TargetConfig::WebDav(dav.target())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found_named_and_mended() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    for number in 0..5 {
        let name = format!("{number}.pdf");
        firm.attach(client, &name, &bytes(number, 20_000)).await;
    }
    let archive = firm.run().await.name;
    let good = firm.objects();
    assert_eq!(good.len(), 5);
    let (name, object) = good.iter().next().unwrap();
    let path = firm.store().join(name);
    let mut flipped = object.clone();
    flipped[10_000] ^= 1;
    let proved = || {
        let known = firm.desk.vault.backups().unwrap();
        let known = known.iter().find(|known| known.name == archive).unwrap();
        known.targets["one"].proved_at.is_some()
    };
    for (what, damaged) in [
        ("flipped", Some(flipped)),
        ("cut", Some(object[..9_000].to_vec())),
        ("gone", None),
    ] {
        match damaged {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        // The share of a week reads so few of them all.
        let error = firm.verify(&archive, Depth::Share).await.unwrap_err();
        assert!(error.is_damage(), "{what}: {error}");
        assert!(error.to_string().contains(name), "{what}: {error}");
        assert!(error.to_string().starts_with("one: "), "{what}: {error}");
        assert!(!proved(), "{what}");
        firm.verify(&archive, Depth::All).await.unwrap_err();
        let next = firm.run().await;
        assert_eq!(next.targets["one"].files_sent, Some((1, 20_000)), "{what}");
        firm.verify(&archive, Depth::All).await.unwrap();
        assert!(proved(), "{what}");
    }
    let after = firm.objects();
    assert!(good.keys().eq(after.keys()));
    let others = |all: &BTreeMap<String, Vec<u8>>| {
        all.iter()
            .skip(1)
            .map(|(_, bytes)| bytes.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        others(&good),
        others(&after),
        "what was whole is not sent again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_here_is_told_and_proves_nothing() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    let file = firm.attach(client, "umowa.pdf", &bytes(1, 20_000)).await;
    let lost = firm.attach(client, "skan.pdf", &bytes(2, 20_000)).await;
    fs::remove_file(firm.content(&lost)).unwrap();
    let mut damaged = fs::read(firm.content(&file)).unwrap();
    damaged[5_000] ^= 1;
    fs::write(firm.content(&file), damaged).unwrap();
    let hearing = Hearing::default();
    let done = firm.desk.run(None, "a test", &hearing).await.unwrap();
    assert_eq!(done.failures.len(), 1);
    assert!(
        done.failures[0].contains("damaged on this machine"),
        "{:?}",
        done.failures
    );
    assert_eq!(done.backup.targets["one"].proved_at, None);
    fs::write(firm.content(&file), bytes(1, 20_000)).unwrap();
    // What is gone altogether stays listed as such, and does not stand in the way of all other backups.
    let archive = firm.run().await.name;
    assert_eq!(firm.objects().len(), 1);
    firm.verify(&archive, Depth::All).await.unwrap();
    let into = firm.root.path().join("into");
    let path = firm.store().join(&archive);
    let missing = restored(path, firm.keys(), into.clone(), None, false).await;
    assert_eq!(missing.unwrap(), 0);
    let findings = opened(&into).check_consistency().unwrap();
    assert!(
        findings.len() == 1 && findings[0].contains(&lost.hash.to_string()),
        "{findings:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_archive_refers_to_goes_and_what_one_does_stays() {
    let firm = Firm::new().await;
    let [kept, gone] = [firm.client("Młyn").await, firm.client("Tartak").await];
    firm.attach(kept, "a", b"shared by all").await;
    firm.attach(gone, "a", b"shared by all").await;
    firm.attach(gone, "b", b"of the first two").await;
    let first = firm.run().await;
    let second = firm.run().await;
    firm.purge(gone).await;
    let third = firm.run().await;
    let places = firm.places();
    let place = places.iter().next().unwrap();
    let now = crate::clock::now();
    let drop_at = async |hours: i64| {
        let then = now + SignedDuration::from_hours(hours);
        firm.desk.drop_unused_at(place, then).await.unwrap();
        firm.objects().len()
    };
    assert_eq!(drop_at(48).await, 2, "the first two archives are there");
    fs::remove_file(firm.store().join(&first.name)).unwrap();
    assert_eq!(drop_at(48).await, 2, "one of them still is");
    // An archive that nobody here knows counts for what it refers to, once it can be read.
    let strange = firm.store().join("2026-01-01T00-00-00Z-inna.tar.zst.age");
    fs::copy(firm.store().join(&second.name), &strange).unwrap();
    fs::remove_file(firm.store().join(&second.name)).unwrap();
    assert_eq!(drop_at(48).await, 2, "a copy of it is");
    fs::write(&strange, b"nobody can open this").unwrap();
    let other = firm.store().join("2026-01-01T00-00-01Z-inna.tar.zst.age");
    fs::rename(&strange, &other).unwrap();
    assert_eq!(drop_at(48).await, 2, "nobody knows what it refers to");
    fs::remove_file(&other).unwrap();
    assert_eq!(drop_at(1).await, 2, "a day has not passed");
    assert_eq!(drop_at(48).await, 1);
    firm.verify(&third.name, Depth::All).await.unwrap();
    // Needed again, it goes there again.
    firm.attach(kept, "b", b"of the first two").await;
    assert_eq!(firm.run().await.targets["one"].files_sent, Some((1, 16)));
    assert_eq!(drop_at(48).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_cut_leaves_what_the_next_one_uses() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    for number in 0..30 {
        let name = format!("{number}.pdf");
        firm.attach(client, &name, &bytes(number, 10_000)).await;
    }
    let heard = AtomicU64::new(0);
    let cutting = Hearing::new(move |progress| {
        let sending = matches!(progress.phase, Phase::Sending(_));
        if sending && heard.fetch_add(1, Ordering::SeqCst) >= 9 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    firm.desk.run(None, "a test", &cutting).await.unwrap_err();
    // What was under way may still come to an end.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let cut: BTreeSet<String> = firm.objects().into_keys().collect();
    assert!((10..20).contains(&cut.len()), "{}", cut.len());
    let archives = || {
        let all = fs::read_dir(firm.store()).unwrap();
        let names = all.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".age"))
            .count()
    };
    assert_eq!(archives(), 0);
    let made = firm.run().await;
    let (count, _) = made.targets["one"].files_sent.unwrap();
    assert_eq!(count, 30 - cut.len() as u64);
    assert_eq!((archives(), firm.objects().len()), (1, 30));
    // Half an object under a whole one's name, as only a broken far side leaves it, is not taken for it.
    let objects = firm.objects();
    let (name, object) = objects.iter().next().unwrap();
    let forgotten = vec![(name::parse(name).unwrap(), None)];
    let access = firm.desk.vault.system("a test");
    access.keep_objects("one", forgotten).await.unwrap();
    fs::write(firm.store().join(name), &object[..5_000]).unwrap();
    assert_eq!(
        firm.run().await.targets["one"].files_sent,
        Some((1, 10_000))
    );
    firm.verify(&made.name, Depth::All).await.unwrap();
}
