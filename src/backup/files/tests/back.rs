//! The ways back: by the key of the day, without what is nowhere, all in one file, a few alone.

use std::collections::HashSet;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_opens_all_that_its_archives_refer_to() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    firm.attach(client, "umowa.pdf", b"umowa").await;
    let before = firm.run().await.name;
    let old_key = firm.root.path().join("old.key");
    fs::copy(firm.data().join("backup.key"), &old_key).unwrap();
    firm.desk.rotate_key().await.unwrap();
    let after = firm.run().await;
    assert_eq!(after.targets["one"].files_sent, Some((1, 5)));
    assert_eq!(firm.objects().len(), 2);
    let new_key = firm.data().join("backup.key");
    for (archive, key) in [(before, old_key), (after.name, new_key)] {
        let keys = Keys::read(&key).unwrap();
        let into = firm.root.path().join(format!("into-{archive}"));
        let path = firm.store().join(archive);
        restored(path, keys, into.clone(), None, false)
            .await
            .unwrap();
        assert_eq!(held(&opened(&into), client)["umowa.pdf"], b"umowa");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_nowhere_stop_a_restore_unless_that_is_wished() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    firm.attach(client, "umowa.pdf", b"umowa").await;
    firm.attach(client, "skan.pdf", b"skan").await;
    let archive = firm.run().await.name;
    let alone = firm.root.path().join("alone");
    fs::create_dir(&alone).unwrap();
    let path = alone.join(&archive);
    fs::copy(firm.store().join(&archive), &path).unwrap();
    let into = firm.root.path().join("into");
    let refused = restored(path.clone(), firm.keys(), into.clone(), None, false).await;
    let error = refused.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("refers to 2 files, and 2 of them"),
        "{error}"
    );
    assert!(
        error.to_string().contains("--without-missing-files"),
        "{error}"
    );
    assert_eq!(crate::cli::failure::Failure::from(error).code(), 4);
    assert!(!into.exists());
    // With the target at hand they come from there.
    let places = Some(firm.places());
    restored(path.clone(), firm.keys(), into.clone(), places, false)
        .await
        .unwrap();
    assert_eq!(held(&opened(&into), client).len(), 2);
    fs::remove_dir_all(&into).unwrap();
    // With the folder beside it from there; an object under another's name counts as missing.
    let objects = firm.objects();
    for (name, object) in &objects {
        let place = alone.join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, object).unwrap();
    }
    restored(path.clone(), firm.keys(), into.clone(), None, false)
        .await
        .unwrap();
    fs::remove_dir_all(&into).unwrap();
    let (one, other) = (objects.keys().next(), objects.values().last());
    fs::write(alone.join(one.unwrap()), other.unwrap()).unwrap();
    restored(path.clone(), firm.keys(), into.clone(), None, false)
        .await
        .unwrap_err();
    assert!(!into.exists());
    let missing = restored(path, firm.keys(), into.clone(), None, true).await;
    assert_eq!(missing.unwrap(), 1);
    let vault = opened(&into);
    let findings = vault.check_consistency().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("missing"), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_its_files_in_it_needs_nothing_else() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    let large = bytes(3, 3_000_001);
    firm.attach(client, "umowa.pdf", &large).await;
    let only_there = firm.attach(client, "skan.pdf", b"skan").await;
    let name = firm.run().await.name;
    // One content is only at the target any more.
    fs::remove_file(firm.content(&only_there)).unwrap();
    let bundle = firm.desk.bundle(&name).await.unwrap().unwrap();
    let work = move || bundle.write(Vec::new()).unwrap();
    let whole = tokio::task::spawn_blocking(work).await.unwrap();
    let alone = firm.root.path().join("alone");
    fs::create_dir(&alone).unwrap();
    let path = alone.join("whole.tar.zst.age");
    fs::write(&path, &whole).unwrap();
    let into = firm.root.path().join("into");
    restored(path.clone(), firm.keys(), into.clone(), None, false)
        .await
        .unwrap();
    let vault = opened(&into);
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    let files = held(&vault, client);
    assert!(files["umowa.pdf"] == large && files["skan.pdf"] == b"skan");
    drop(vault);
    fs::remove_dir_all(&into).unwrap();
    let opened_by_asker = fs::File::open(&path).unwrap();
    firm.desk
        .verify_open("whole.tar.zst.age", opened_by_asker, &Hearing::default())
        .await
        .unwrap();
    // Cut or changed anywhere it is refused, and leaves nothing.
    for place in [whole.len() / 3, whole.len() / 2, whole.len() - 30] {
        let mut bad = whole.clone();
        bad[place] ^= 1;
        for bad in [bad, whole[..place].to_vec()] {
            fs::write(&path, bad).unwrap();
            let error = restored(path.clone(), firm.keys(), into.clone(), None, true).await;
            assert!(error.unwrap_err().is_damage());
            assert!(!into.exists());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_few_records_are_brought_alone() {
    let firm = Firm::new().await;
    let client = firm.client("Młyn").await;
    let wanted = firm.attach(client, "umowa.pdf", b"umowa").await;
    let other = firm.attach(client, "skan.pdf", b"skan").await;
    let name = firm.run().await.name;
    for file in [&wanted, &other] {
        fs::remove_file(firm.content(file)).unwrap();
    }
    let near = firm.desk.near(&name).await.unwrap();
    let list = near.files().unwrap();
    let hashes = |files: &[&Attachment]| files.iter().map(|file| file.hash).collect::<HashSet<_>>();
    let one = list.only(&hashes(&[&wanted]));
    let hearing = Hearing::default();
    let lost = firm.desk.bring_files(&near, &one, &hearing).await.unwrap();
    assert!(lost.is_empty() && firm.content(&wanted).exists() && !firm.content(&other).exists());
    for (object, _) in firm.objects() {
        fs::write(firm.store().join(object), b"damaged").unwrap();
    }
    let lost = firm.desk.bring_files(&near, &list, &hearing).await.unwrap();
    assert_eq!(lost, hashes(&[&other]));
}
