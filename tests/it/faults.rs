//! A real workload over a disk that fails at its every operation.
//!
//! After each fault the vault is opened again from what the disk holds. Every acknowledged write must be there, of any
//! other either the whole or nothing, and nothing else.

mod workload;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kartoteka::data::faults::{Disk, Fault};
use kartoteka::data::{Access, AccessError, DataKey, Query, RecordId, Row, StoreError, Vault};
use kartoteka::modules::RECORD_TYPES;
use serde_json::json;

use crate::firm::{self, found, kind, values};
use workload::{Ledger, Place, Step, check, step, upsert, where_is, work};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn open(disk: &Disk) -> Result<Vault, StoreError> {
    let disk = disk.clone();
    Vault::open_on(move || disk.backend(), &RECORD_TYPES)
}

/// The same over an encrypted file.
fn open_encrypted(disk: &Disk) -> Result<Vault, StoreError> {
    let disk = disk.clone();
    let key = DataKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    Vault::open_encrypted_on(move || disk.backend(), key, &RECORD_TYPES)
}

/// How a vault is opened on a disk.
type Opening = fn(&Disk) -> Result<Vault, StoreError>;

/// Works on a disk with a fault; whether the vault could be opened at all, and the ledger.
fn run(by: Opening, disk: &Disk, fault: Option<Fault>) -> (bool, Ledger) {
    if let Some(fault) = fault {
        disk.set_fault(fault);
    }
    let mut ledger = Ledger::default();
    match by(disk) {
        Ok(vault) => {
            runtime().block_on(work(&vault, &mut ledger));
            (true, ledger)
        }
        Err(_) => (false, ledger),
    }
}

/// Opens what a fault left and checks it. A disk on which the vault was never opened may hold nothing that opens: the
/// first run makes its file under another name until it is whole.
fn check_disk(by: Opening, disk: &Disk, opened: bool, ledger: &Ledger) {
    match by(disk) {
        Ok(vault) => check(&vault, ledger),
        Err(StoreError::Damaged(_)) if !opened => assert_eq!(ledger.acknowledged, 0),
        Err(error) => panic!("the store does not open: {error}"),
    }
}

/// Calls `try_at` with every operation of a clean run, on two threads, in an order that is spread evenly whenever the
/// time is up; says how many it came to.
fn at_every_operation(by: Opening, name: &str, budget: Duration, try_at: impl Fn(u64) + Sync) {
    let clean = Disk::new(0);
    let (_, ledger) = run(by, &clean, None);
    assert!(ledger.errors.is_empty() && ledger.acknowledged == ledger.tried);
    check_disk(by, &clean.after_process_end(), true, &ledger);
    check_disk(by, &clean.after_power_cut(), true, &ledger);
    let operations = clean.operations();
    let order = evenly(operations);
    let next = AtomicUsize::new(0);
    let deadline = Instant::now() + budget;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while Instant::now() < deadline
                    && let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let run = std::panic::AssertUnwindSafe(|| try_at(*at));
                    if let Err(panic) = std::panic::catch_unwind(run) {
                        eprintln!("{name}: the fault was at operation {at} of {operations}");
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        }
    });
    let done = next.into_inner().min(order.len());
    eprintln!("{name}: a fault at {done} of {operations} operations");
}

/// The numbers below `count`, each once, far from those before it (a golden section apart).
fn evenly(count: u64) -> Vec<u64> {
    let common = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let section = (count as f64 * 0.618) as u64;
    let step = (section.max(1)..count).find(|step| common(*step, count) == 1);
    let step = step.unwrap_or(1);
    (0..count).map(|place| place * step % count).collect()
}

/// How long each sweep may take; `FAULT_SECONDS` changes it, 300 is enough for every operation.
fn budget() -> Duration {
    let seconds = std::env::var("FAULT_SECONDS").ok();
    Duration::from_secs(
        seconds
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(10),
    )
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    cut_power(open);
}

#[test]
fn encrypted_a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    cut_power(open_encrypted);
}

fn cut_power(by: Opening) {
    at_every_operation(by, "power cut", budget() * 2, |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(by, &disk, Some(Fault::PowerCut { at }));
        let after = disk.after_power_cut();
        if at % 3 == 0 {
            // The power goes again while the vault recovers.
            after.set_fault(Fault::PowerCut { at: at / 3 % 12 });
            drop(by(&after));
            check_disk(by, &after.after_power_cut(), opened, &ledger);
        } else {
            check_disk(by, &after, opened, &ledger);
        }
    });
}

#[test]
fn a_disk_that_dies_at_any_operation_loses_nothing_acknowledged() {
    let_disk_die(open);
}

#[test]
fn encrypted_a_disk_that_dies_at_any_operation_loses_nothing_acknowledged() {
    let_disk_die(open_encrypted);
}

fn let_disk_die(by: Opening) {
    at_every_operation(by, "dead disk", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(by, &disk, Some(Fault::Fail { at, forever: true }));
        check_disk(by, &disk.after_process_end(), opened, &ledger);
        check_disk(by, &disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_single_failure_at_any_operation_is_survived_by_the_same_vault() {
    fail_once(open);
}

#[test]
fn encrypted_a_single_failure_at_any_operation_is_survived_by_the_same_vault() {
    fail_once(open_encrypted);
}

fn fail_once(by: Opening) {
    at_every_operation(by, "single failure", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(by, &disk, Some(Fault::Fail { at, forever: false }));
        assert!(ledger.errors.len() <= 20 + 4, "{:?}", ledger.errors);
        check_disk(by, &disk.after_process_end(), opened, &ledger);
        check_disk(by, &disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_torn_write_at_any_operation_is_survived_by_the_same_vault() {
    tear_a_write(open);
}

#[test]
fn encrypted_a_torn_write_at_any_operation_is_survived_by_the_same_vault() {
    tear_a_write(open_encrypted);
}

fn tear_a_write(by: Opening) {
    at_every_operation(by, "torn write", budget(), |at| {
        let disk = Disk::new(at);
        let step = if at % 2 == 0 { 512 } else { 4096 };
        let (opened, ledger) = run(by, &disk, Some(Fault::Torn { at, step }));
        check_disk(by, &disk.after_process_end(), opened, &ledger);
        check_disk(by, &disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_full_disk_at_any_operation_keeps_what_is_there() {
    fill_the_disk(open);
}

#[test]
fn encrypted_a_full_disk_at_any_operation_keeps_what_is_there() {
    fill_the_disk(open_encrypted);
}

fn fill_the_disk(by: Opening) {
    at_every_operation(by, "full disk", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(by, &disk, Some(Fault::NoRoom { at }));
        check_disk(by, &disk.after_process_end(), opened, &ledger);
        disk.make_room();
        check_disk(by, &disk.after_power_cut(), opened, &ledger);
    });
}

/// A vault with some records on a disk without faults.
fn some_records(disk: &Disk) -> (Vault, Access, Vec<RecordId>) {
    let vault = open(disk).unwrap();
    let ids = runtime().block_on(async {
        found(&vault).await.unwrap();
        let access = firm::access(&vault, firm::OWNER);
        let mut ids = Vec::new();
        for number in 0..20 {
            let id = RecordId::new();
            step(&access, id, &Step::Create(format!("Klient {number}")))
                .await
                .unwrap();
            ids.push(id);
        }
        ids
    });
    let access = firm::access(&vault, firm::OWNER);
    (vault, access, ids)
}

fn count(access: &Access) -> u64 {
    access
        .read()
        .unwrap()
        .count(kind(), &Query::default())
        .unwrap()
}

#[test]
fn a_full_disk_stops_writes_and_not_readings_until_there_is_room() {
    let disk = Disk::new(1);
    let (vault, access, ids) = some_records(&disk);
    let held = access.read().unwrap();
    disk.set_fault(Fault::NoRoom {
        at: disk.operations(),
    });
    runtime().block_on(async {
        let mut made = 0;
        let mut refused = 0;
        // Room inside of the file may still be used; at last there is none.
        for number in 0..400 {
            let what = Step::Create(format!("Za dużo {number} {}", "x".repeat(150)));
            match step(&access, RecordId::new(), &what).await {
                Ok(()) => made += 1,
                Err(AccessError::Store(StoreError::NoRoom)) => refused += 1,
                Err(error) => panic!("{error}"),
            }
            assert_eq!(count(&access), 20 + made);
            if refused == 3 {
                break;
            }
        }
        assert_eq!(refused, 3, "the disk was never full");
        assert_eq!(held.count(kind(), &Query::default()).unwrap_or(20), 20);
        disk.make_room();
        step(
            &access,
            ids[0],
            &Step::Rename("Znowu jest miejsce".to_owned()),
        )
        .await
        .unwrap();
        step(&access, RecordId::new(), &Step::Create("Nowy".to_owned()))
            .await
            .unwrap();
        assert_eq!(count(&access), 21 + made);
    });
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    assert!(!*vault.lost().borrow());
}

#[test]
fn a_failed_reading_does_not_end_the_readings_that_follow() {
    let clean = Disk::new(1);
    {
        let (_, access, _) = some_records(&clean);
        // More than the cache of the engine holds, so that readings reach the disk.
        let rows = (0..600).map(|number| {
            let values = values(
                kind(),
                json!({"name": format!("Klient {number}"), "notes": "a".repeat(3000)}),
            );
            (
                RecordId::new(),
                Row {
                    values,
                    ..Row::default()
                },
            )
        });
        let mut ledger = Ledger::default();
        runtime().block_on(upsert(&access, &mut ledger, rows.collect()));
        assert_eq!(ledger.errors.len(), 0);
    }
    let image = clean.after_process_end();
    let probe = image.after_process_end();
    let first = {
        let vault = open(&probe).unwrap();
        let before = probe.readings();
        vault.check_consistency().unwrap();
        assert!(probe.readings() > before, "everything came from the cache");
        before
    };
    let mut failures = 0;
    for at in first..first + 6 {
        let disk = image.after_process_end();
        let vault = open(&disk).unwrap();
        disk.set_fault(Fault::FailRead { at });
        let failed = (0..2).any(|_| vault.check_consistency().is_err());
        failures += u64::from(failed);
        // The store opens its file again by itself; give it a moment.
        let deadline = Instant::now() + Duration::from_secs(5);
        while vault.check_consistency().is_err() {
            assert!(Instant::now() < deadline, "readings never came back");
            std::thread::sleep(Duration::from_millis(5));
        }
        let access = firm::access(&vault, firm::OWNER);
        assert_eq!(count(&access), 620);
        let after = runtime().block_on(step(
            &access,
            RecordId::new(),
            &Step::Create("Po błędzie".to_owned()),
        ));
        after.unwrap();
    }
    assert!(failures > 0, "no reading failed");
}

#[test]
fn a_lasting_failure_is_told_and_nothing_is_acknowledged() {
    let disk = Disk::new(1);
    let (vault, access, ids) = some_records(&disk);
    let lost = vault.lost();
    disk.set_fault(Fault::Fail {
        at: disk.operations(),
        forever: true,
    });
    runtime().block_on(async {
        let rename = Step::Rename("Nie zapisze się".to_owned());
        let answer = step(&access, ids[0], &rename).await;
        assert!(matches!(answer, Err(AccessError::Store(_))));
        assert!(*lost.borrow());
        let answer = step(&access, ids[1], &rename).await;
        assert!(matches!(answer, Err(AccessError::Store(_))));
        let answer = access.read().map(drop);
        assert!(matches!(answer, Err(AccessError::Store(_))));
    });
    drop((access, vault));
    let vault = open(&disk.after_process_end()).unwrap();
    assert_eq!(
        where_is(&firm::access(&vault, firm::OWNER), ids[1]),
        Place::Alive {
            name: "Klient 1".to_owned(),
            version: 1
        }
    );
}
