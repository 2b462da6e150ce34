//! Archives in another's place, copies that a disk has changed, archives of the future, and what is said of them.

use std::fs;

use jiff::SignedDuration;

use super::*;
use crate::backup::desk::tests::{Firm, opened};
use crate::backup::files::Depth;
use crate::backup::health::Standing;
use crate::backup::progress::Hearing;
use crate::backup::tests::Empty;
use crate::data::{AuditFilter, AuditKind, CarriedOver, Keyring, OldProof, Vault};

fn standing(firm: &Firm) -> Standing {
    let health = firm.desk.health(crate::clock::now()).unwrap();
    health.unwrap().standing
}

#[tokio::test(flavor = "multi_thread")]
async fn another_archive_under_a_name_is_not_believed_anywhere() {
    let firm = Firm::new().await;
    let old = firm.run().await.unwrap().name;
    let new = firm.run().await.unwrap();
    let name = new.name.clone();
    fs::copy(firm.archive("one", &old), firm.archive("one", &name)).unwrap();

    let error = firm.verify(&name).await.unwrap_err();
    assert!(error.is_damage() && error.to_string().starts_with("one: "));
    let known = firm.known(&name);
    assert_eq!(known.targets["one"].proved_at, None);
    assert!(known.targets["two"].proved_at.is_some());

    // The other copy is the archive: all that needs one is given that.
    let mut fetched = firm.desk.fetch(&name).await.unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut fetched, &mut bytes).unwrap();
    assert_eq!(bytes, fs::read(firm.archive("two", &name)).unwrap());
    let near = firm.desk.near(&name).await.unwrap();
    assert_eq!(near.manifest().unwrap().created_at, new.created_at);

    let last = firm.run().await.unwrap().name;
    for target in ["one", "two"] {
        fs::copy(firm.archive(target, &old), firm.archive(target, &last)).unwrap();
    }
    assert!(firm.desk.near(&last).await.err().unwrap().is_damage());
    assert!(firm.desk.fetch(&last).await.err().unwrap().is_damage());
    let alone = firm.desk.alone().await;
    let hearing = Hearing::default();
    let proof = firm
        .desk
        .verify_as(alone, &last, Depth::All, &hearing)
        .await;
    assert!(proof.unwrap_err().is_damage());
    assert_eq!(firm.known(&last).proved_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_nobody_knows_has_to_hold_the_moment_of_its_name() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    let forged = "2030-01-01T02-30-00Z-firma.tar.zst.age";
    fs::copy(firm.archive("one", &name), firm.archive("one", forged)).unwrap();
    let error = firm.verify(forged).await.unwrap_err();
    assert!(error.is_damage(), "{error}");
    assert!(firm.desk.near(forged).await.err().unwrap().is_damage());
    assert!(firm.desk.fetch(forged).await.err().unwrap().is_damage());
    // What the firm has forgotten is taken under its own name.
    let access = firm.desk.vault.system("a test");
    access.forget_backup(name.clone()).await.unwrap();
    firm.desk.near(&name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_is_passed_over_and_told_of() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    assert_eq!(standing(&firm), Standing::Safe);
    firm.damage("one", &name);
    firm.desk.near(&name).await.unwrap().manifest().unwrap();
    let known = firm.known(&name);
    assert!(known.targets["one"].damaged_at.is_some());
    assert!(known.targets["two"].proved_at.is_some() && known.proved_at.is_some());
    assert_eq!(standing(&firm), Standing::Damaged);
    let log = firm.desk.vault.backup_log().unwrap();
    assert!(log.alarmed_at.is_some());

    // Put right by hand and proved again, it is good again.
    fs::copy(firm.archive("two", &name), firm.archive("one", &name)).unwrap();
    firm.verify(&name).await.unwrap();
    assert_eq!(firm.known(&name).targets["one"].damaged_at, None);
    assert_eq!(standing(&firm), Standing::Safe);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_the_future_is_not_taken_for_one_of_today() {
    let firm = Firm::new().await;
    let made = firm.run().await.unwrap();
    let access = firm.desk.vault.system("a test");
    let mut ahead = made.clone();
    ahead.created_at = made.created_at + SignedDuration::from_hours(24 * 730);
    ahead.name = name::of("Firma", ahead.created_at, |_| false);
    for at in ahead.targets.values_mut() {
        at.proved_at = Some(ahead.created_at);
    }
    ahead.proved_at = Some(ahead.created_at);
    for target in ["one", "two"] {
        let from = firm.archive(target, &made.name);
        fs::rename(from, firm.archive(target, &ahead.name)).unwrap();
    }
    access.forget_backup(made.name).await.unwrap();
    access.keep_backup(ahead.clone()).await.unwrap();
    let vault = &firm.desk.vault;
    assert_eq!(standing(&firm), Standing::Ahead);
    assert_eq!(vault.newest_proved_backup().unwrap(), None);
    let later = crate::clock::now() + SignedDuration::from_hours(72);
    assert!(firm.desk.due(later).unwrap().is_some());

    let today = firm.run().await.unwrap();
    assert_eq!(standing(&firm), Standing::Safe);
    assert_eq!(
        vault.newest_proved_backup().unwrap(),
        Some(today.created_at)
    );
    assert!(firm.archive("one", &ahead.name).exists());
    // It is no other proved one that would let the last of today go.
    let error = firm.desk.remove(&today.name).await.unwrap_err();
    assert!(matches!(error, BackupError::LastProved), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_no_place_answered_to_is_made_up_for_the_next_day() {
    let firm = Firm::new().await;
    let made = firm.run().await.unwrap();
    let now = crate::clock::now();
    let access = firm.desk.vault.system("a test");
    let mut old = made.clone();
    old.proved_at = Some(now - SignedDuration::from_hours(24 * 30));
    access.keep_backup(old).await.unwrap();
    let failed = |hours: i64, damaged: bool| OldProof {
        at: now - SignedDuration::from_hours(hours),
        archive: made.name.clone(),
        took: 1,
        error: Some("one: no answer".to_owned()),
        damaged,
    };
    let hearing = Hearing::default();
    let proofs = || firm.desk.vault.backup_log().unwrap().proofs.len();
    access.backup_proved_again(failed(20, false)).await.unwrap();
    firm.desk.prove_an_old_one(&hearing).await.unwrap();
    assert_eq!(proofs(), 1);
    access.backup_proved_again(failed(25, false)).await.unwrap();
    firm.desk.prove_an_old_one(&hearing).await.unwrap();
    assert_eq!(proofs(), 3);
    let proof = &firm.desk.vault.backup_log().unwrap().proofs[0];
    assert_eq!(proof.error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_written_wrongly_is_no_backup_that_failed() {
    let firm = Firm::new().await;
    firm.run().await.unwrap();
    let hearing = Hearing::default();
    let error = firm.desk.run(Some("tpyo"), "a test", &hearing).await;
    let error = error.unwrap_err();
    assert!(matches!(error, BackupError::UnknownTarget(_)), "{error}");
    assert!(error.to_string().contains("tpyo") && error.to_string().contains("one, two"));
    assert_eq!(firm.desk.vault.backup_log().unwrap().runs.len(), 1);
    assert_eq!(standing(&firm), Standing::Safe);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_working_folder_is_no_archive_of_the_firm() {
    let firm = Firm::new().await;
    let name = firm.run().await.unwrap().name;
    let file = firm.archive("one", &name);
    let error = firm.verify(file.to_str().unwrap()).await.unwrap_err();
    assert!(!error.is_damage(), "{error}");
}

/// Makes a firm of an archive in a folder of its own, as the command does.
async fn restored(firm: &Firm, archive: &str, into: &str) -> Vault {
    let into = firm.root.path().join(into);
    let file = File::open(firm.archive("one", archive)).unwrap();
    let (archive, keys) = (archive.to_owned(), firm.desk.key().all().unwrap());
    let work = move || {
        let plain = || Ok(Keyring::default());
        let (hearing, alone) = (Hearing::default(), Empty::new());
        let from = alone.fetching();
        crate::backup::restore(&archive, file, &keys, &into, &plain, &from, &hearing).unwrap();
        opened(&into)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Lets a firm that was brought back go on where another stands.
async fn gone_on(vault: Vault, after: Vault) -> (Vault, CarriedOver) {
    let work = move || {
        let carried = vault.go_on_after(&after).unwrap();
        (vault, carried)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Brings an archive back into a folder of its own, and lets it go on where the firm stands.
async fn brought_back(firm: &Firm, name: &str, into: &str) -> Vault {
    let vault = restored(firm, name, into).await;
    gone_on(vault, firm.desk.vault.clone()).await.0
}

fn noted(vault: &Vault) -> Vec<(AuditKind, serde_json::Value)> {
    let owner = vault.on_machine("o@f.test").unwrap();
    let reading = vault.access(&owner).read().unwrap();
    let (entries, _) = reading.audit(&AuditFilter::default(), None, 200).unwrap();
    let entries = entries.into_iter();
    entries
        .map(|entry| (entry.kind, serde_json::Value::Object(entry.details)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_wipes_no_trail_and_gives_nothing_back_that_was_taken() {
    let firm = Firm::new().await;
    let vault = &firm.desk.vault;
    let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
    let person = |name: &str| {
        let json = serde_json::json!({
            "name": name, "email": format!("{name}@f.test"),
            "role": crate::data::BuiltIn::Salesperson.id(),
        });
        json.as_object().unwrap().clone()
    };
    let hash = || Some("$argon2id$y".to_owned());
    let gone = owner.create_user(person("jan"), hash()).await.unwrap();
    let stays = owner.create_user(person("ewa"), hash()).await.unwrap();
    let (revoked, secret) = owner.make_token("stary", None).await.unwrap();
    let (_, good) = owner.make_token("dobry", None).await.unwrap();
    let name = firm.run().await.unwrap().name;

    let off = serde_json::json!({"active": false});
    let off = off.as_object().unwrap().clone();
    owner.update_user(gone.id, off, None).await.unwrap();
    owner.revoke_token(revoked.id).await.unwrap();
    owner.create_user(person("ola2"), hash()).await.unwrap();
    let before = noted(vault);

    let restored = brought_back(&firm, &name, "first").await;
    restored.verify_audit().unwrap().unwrap();
    let after = noted(&restored);
    assert_eq!(after[0].0, AuditKind::Restored);
    assert_eq!(after[0].1["people_disabled"][0], "jan");
    assert_eq!(after[0].1["tokens_revoked"][0], "stary");
    assert_eq!(after[1..], before, "not an entry is missing");
    assert_eq!(restored.check_consistency().unwrap(), Vec::<String>::new());
    let actor = restored.on_machine("o@f.test").unwrap();
    let reading = restored.access(&actor).read().unwrap();
    let people = reading.rights().people();
    assert!(!people.user(gone.id).unwrap().active);
    assert!(people.user(stays.id).unwrap().active);
    let tokens = reading.tokens(true).unwrap();
    let tokens: Vec<&str> = tokens.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(tokens, ["dobry"]);
    assert_ne!(secret, good);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_parted_from_the_archives_is_kept_behind_it() {
    let firm = Firm::new().await;
    let first = firm.run().await.unwrap().name;
    let second = firm.run().await.unwrap().name;
    // The firm as it was at first went another way, as after a restore of the program before this one.
    let parted = restored(&firm, &first, "parted").await;
    let before = noted(&parted);
    let (vault, carried) = gone_on(restored(&firm, &second, "second").await, parted).await;
    vault.verify_audit().unwrap().unwrap();
    assert_eq!(carried.entries, 1);
    let after = noted(&vault);
    assert_eq!(after[0].0, AuditKind::Restored);
    assert_eq!(after[1].0, before[0].0, "the restore before it");
    assert!(after[1].1["number_before"].is_number());
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_firm_takes_in_its_own_archives_and_no_others() {
    let firm = Firm::new().await;
    let first = firm.run().await.unwrap().name;
    let second = firm.run().await.unwrap();
    let foreign = Firm::new().await;
    let theirs = foreign.run().await.unwrap().name;
    let planted = "2026-01-01T02-30-00Z-firma.tar.zst.age";
    fs::copy(
        foreign.archive("one", &theirs),
        firm.archive("one", planted),
    )
    .unwrap();
    let into = firm.root.path().join("onto");
    let vault = restored(&firm, &second.name, "onto").await;
    let config = std::sync::Arc::clone(&firm.desk.config);
    let desk = Desk::new(vault, &into, firm.root.path(), config);
    let names = || -> Vec<String> {
        let known = desk.vault.backups().unwrap().into_iter();
        known.map(|known| known.name).collect()
    };
    assert_eq!(
        names(),
        std::slice::from_ref(&first),
        "what the archive knew of"
    );
    for _ in 0..4 {
        desk.adopt_one(&Hearing::default()).await.unwrap();
    }
    assert_eq!(names(), [second.name.clone(), first]);
    let taken = desk.known(&second.name).unwrap().unwrap();
    assert_eq!((taken.sha256, taken.size), (second.sha256, second.size));
    assert!(taken.targets["two"].sent_at.is_some() && taken.proved_at.is_some());
    assert!(desk.vault.backup_log().unwrap().adopted_at.is_some());
}
