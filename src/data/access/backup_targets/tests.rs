//! What is kept of a place, and what of it is told.

use super::*;
use crate::data::tests::firm;

const SECRET: &str = "Tajne-Haslo-Dysku-12";

fn drive(url: &str, password: &str) -> KeptTarget {
    let words = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    KeptTarget {
        name: "dysk".to_owned(),
        kind: "webdav".to_owned(),
        values: words(&[("url", url), ("user", "crm")]),
        secrets: words(&[("password", password)]),
    }
}

#[tokio::test]
async fn secrets_are_sealed_and_kept_for_their_own_door() {
    let firm = firm().await;
    let access = firm.vault.system("a test");
    let first = drive("https://a.test/dav", SECRET);
    assert!(!format!("{first:?}").contains(SECRET));
    access
        .set_backup_target(first.clone(), TargetChange::Added)
        .await
        .unwrap();
    assert_eq!(
        firm.vault.backup_targets().unwrap(),
        std::slice::from_ref(&first)
    );
    let shown = access.read().unwrap().backup_targets().unwrap();
    assert_eq!(
        (shown[0].secret("password"), shown[0].secrets.len()),
        ("", 1)
    );

    let same = drive("https://a.test/dav", "");
    access
        .set_backup_target(same, TargetChange::Changed)
        .await
        .unwrap();
    assert_eq!(
        firm.vault.backup_targets().unwrap()[0].secret("password"),
        SECRET
    );
    let other = drive("https://evil.test/dav", "");
    access
        .set_backup_target(other, TargetChange::Changed)
        .await
        .unwrap();
    assert_eq!(
        firm.vault.backup_targets().unwrap()[0].secret("password"),
        ""
    );

    for entry in std::fs::read_dir(firm.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let mut parts = bytes.windows(SECRET.len());
        assert!(!parts.any(|part| part == SECRET.as_bytes()));
    }
}

#[tokio::test]
async fn names_are_taken_once_and_places_are_not_without_end() {
    let firm = firm().await;
    let access = firm.vault.system("a test");
    let add = async |name: String| {
        let target = KeptTarget {
            name,
            ..drive("https://a.test", "x")
        };
        access.set_backup_target(target, TargetChange::Added).await
    };
    add("Dysk".to_owned()).await.unwrap();
    add("dysk".to_owned()).await.unwrap_err();
    for number in 1..MOST {
        add(format!("dysk {number}")).await.unwrap();
    }
    add("jeszcze jeden".to_owned()).await.unwrap_err();
    let gone = access.remove_backup_target("nie ma".to_owned()).await;
    assert!(matches!(gone, Err(AccessError::NotFound)));
}
