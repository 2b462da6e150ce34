//! A real workload over a disk that fails at its every operation.
//!
//! After each fault the vault is opened again from what the disk holds. Every acknowledged write must be there, of any
//! other either the whole or nothing, and nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kartoteka::data::faults::{Disk, Fault};
use kartoteka::data::{
    Access, AccessError, AuditFilter, BuiltIn, Query, RecordId, RecordOrigin, Row, Start,
    StoreError, Strategy, Upsert, Vault,
};
use kartoteka::modules::RECORD_TYPES;
use serde_json::json;

use crate::firm::{self, draft, found, kind, object, values};

/// Where a record may stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Nowhere,
    Alive { name: String, version: u64 },
    Trash { name: String, version: u64 },
}

#[derive(Clone, Debug)]
enum Step {
    Create(String),
    Rename(String),
    Delete,
    Restore,
}

impl Place {
    /// Where the record stands after a step; `None` where the guard refuses it.
    fn after(&self, step: &Step) -> Option<Self> {
        let next = match (self, step) {
            (Self::Nowhere, Step::Create(name)) => Self::Alive {
                name: name.clone(),
                version: 1,
            },
            (Self::Alive { version, .. }, Step::Rename(name)) => Self::Alive {
                name: name.clone(),
                version: version + 1,
            },
            (Self::Alive { name, version }, Step::Delete) => Self::Trash {
                name: name.clone(),
                version: version + 1,
            },
            (Self::Trash { name, version }, Step::Restore) => Self::Alive {
                name: name.clone(),
                version: version + 1,
            },
            (Self::Alive { .. }, Step::Restore) => self.clone(),
            _ => return None,
        };
        Some(next)
    }
}

/// What was asked of the vault and what it answered.
#[derive(Default)]
struct Ledger {
    /// Every place where a record may stand, by what was acknowledged and what was not.
    records: BTreeMap<RecordId, Vec<Place>>,
    /// Records that came in one write: all or none of them.
    batches: Vec<Vec<RecordId>>,
    /// Accounts that must be there.
    accounts: Vec<String>,
    /// Audit entries of acknowledged writes, and of all that were tried.
    acknowledged: u64,
    tried: u64,
    errors: Vec<StoreError>,
}

impl Ledger {
    fn note<T>(&mut self, answer: &Result<T, AccessError>) -> bool {
        self.tried += 1;
        match answer {
            Ok(_) => {
                self.acknowledged += 1;
                true
            }
            Err(AccessError::Store(error)) => {
                self.errors.push(error.clone());
                false
            }
            Err(_) => false,
        }
    }

    fn take<T>(&mut self, id: RecordId, step: &Step, answer: &Result<T, AccessError>) {
        let known = self
            .records
            .remove(&id)
            .unwrap_or_else(|| vec![Place::Nowhere]);
        let next: Vec<Place> = known.iter().filter_map(|place| place.after(step)).collect();
        let mut places = match answer {
            Ok(_) => next,
            Err(AccessError::Store(_)) => known.iter().cloned().chain(next).collect(),
            // Refused: it stood where the step is not possible.
            Err(_) => known
                .iter()
                .filter(|place| place.after(step).is_none())
                .cloned()
                .collect(),
        };
        places.sort();
        places.dedup();
        assert!(!places.is_empty(), "{id} {step:?} cannot be answered so");
        // Bringing back what is, or may be, alive changes nothing and is not in the audit log.
        let idle = known
            .iter()
            .any(|place| place.after(step).as_ref() == Some(place));
        if self.note(answer) && idle {
            self.acknowledged -= 1;
        }
        self.records.insert(id, places);
    }
}

fn origin(id: RecordId) -> RecordOrigin {
    RecordOrigin {
        id,
        created_at: None,
        updated_at: None,
    }
}

async fn step(access: &Access, id: RecordId, step: &Step) -> Result<(), AccessError> {
    match step {
        Step::Create(name) => {
            let mut draft = draft(
                kind(),
                json!({
                    "name": name, "status": "active", "tags": ["stały klient"], "notes": name,
                    "emails": [format!("{}@klient.test", name.len())], "phones": ["22 555 66 77"],
                    "address.city": "Łódź", "credit_limit": {"amount": "100.00", "currency": "PLN"},
                }),
            );
            draft.origin = Some(origin(id));
            access.create(kind(), draft).await.map(drop)
        }
        Step::Rename(name) => {
            let changes = values(
                kind(),
                json!({"name": name, "notes": format!("dawniej {name}")}),
            );
            access.update(kind(), id, changes, None).await.map(drop)
        }
        Step::Delete => access.delete(kind(), id, None).await,
        Step::Restore => access.restore(kind(), id).await.map(drop),
    }
}

/// Whether nobody should write any more.
fn is_lost(vault: &Vault) -> bool {
    *vault.lost().borrow()
}

/// Does one step with each of several records at the same time, so that their writes join in one commit.
async fn together(access: &Access, ledger: &mut Ledger, steps: Vec<(RecordId, Step)>) {
    let answers = join_all(steps.iter().map(|(id, what)| step(access, *id, what))).await;
    for ((id, what), answer) in steps.iter().zip(answers) {
        ledger.take(*id, what, &answer);
    }
}

/// Founds a firm and works in it: accounts, 60 records made, edited, deleted, brought back, and a batch.
async fn work(vault: &Vault, ledger: &mut Ledger) {
    if !ledger.note(&found(vault).await) {
        return;
    }
    ledger.accounts.push(firm::OWNER.to_owned());
    let access = vault
        .on_machine(firm::OWNER)
        .map(|actor| vault.access(&actor));
    let Ok(access) = access else {
        return;
    };
    for name in ["ewa", "jan", "piotr"] {
        if is_lost(vault) {
            return;
        }
        let email = format!("{name}@firma.test");
        let json = json!({"email": email, "name": name, "role": BuiltIn::Salesperson.id()});
        if ledger.note(&access.create_user(object(json), None).await) {
            ledger.accounts.push(email);
        }
    }
    let ids: Vec<RecordId> = (0..60).map(|_| RecordId::new()).collect();
    for (number, id) in ids[..12].iter().enumerate() {
        if is_lost(vault) {
            return;
        }
        let what = Step::Create(format!("Żółta Firma {number}"));
        together(&access, ledger, vec![(*id, what)]).await;
    }
    for (number, group) in ids[12..].chunks(8).enumerate() {
        if is_lost(vault) {
            return;
        }
        let makes = group.iter().enumerate();
        let makes =
            makes.map(|(place, id)| (*id, Step::Create(format!("Klient {number}-{place}"))));
        together(&access, ledger, makes.collect()).await;
    }
    for (number, group) in ids[..24].chunks(6).enumerate() {
        if is_lost(vault) {
            return;
        }
        let edits = group
            .iter()
            .map(|id| (*id, Step::Rename(format!("Nowa nazwa {number}"))));
        together(&access, ledger, edits.collect()).await;
    }
    for group in ids[..12].chunks(3) {
        if is_lost(vault) {
            return;
        }
        let deletes = group.iter().map(|id| (*id, Step::Delete));
        together(&access, ledger, deletes.collect()).await;
    }
    let rows: Vec<(RecordId, Row)> = (0..20)
        .map(|number| {
            let id = RecordId::new();
            let values = values(kind(), json!({"name": format!("Z arkusza {number}")}));
            (
                id,
                Row {
                    values,
                    origin: Some(origin(id)),
                    ..Row::default()
                },
            )
        })
        .collect();
    upsert(&access, ledger, rows).await;
    for id in &ids[..5] {
        if is_lost(vault) {
            return;
        }
        together(&access, ledger, vec![(*id, Step::Restore)]).await;
    }
    // Something of everything at once.
    let mixed = vec![
        (ids[0], Step::Rename("Ostatnia".to_owned())),
        (ids[30], Step::Delete),
        (ids[6], Step::Restore),
        (RecordId::new(), Step::Create("Nowy na końcu".to_owned())),
    ];
    together(&access, ledger, mixed).await;
}

async fn upsert(access: &Access, ledger: &mut Ledger, rows: Vec<(RecordId, Row)>) {
    let how = Upsert {
        strategy: Strategy::Skip,
        same_by: Vec::new(),
        dry_run: None,
        ..Upsert::default()
    };
    let (ids, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let names: Vec<String> = (0..rows.len()).map(|n| format!("Z arkusza {n}")).collect();
    let answer = access.upsert(kind(), how, rows).await;
    for (id, name) in ids.iter().zip(names) {
        ledger.take(*id, &Step::Create(name), &answer);
    }
    ledger.batches.push(ids);
}

fn where_is(access: &Access, id: RecordId) -> Place {
    let reading = access.read().unwrap();
    match reading.get(kind(), id) {
        Ok(seen) => Place::Alive {
            name: seen.title().to_owned(),
            version: seen.version(),
        },
        Err(AccessError::NotFound) => match reading.trashed(kind(), id) {
            Ok(trashed) => Place::Trash {
                name: trashed.record.title().to_owned(),
                version: trashed.record.version(),
            },
            Err(AccessError::NotFound) => Place::Nowhere,
            Err(error) => panic!("{error}"),
        },
        Err(error) => panic!("{error}"),
    }
}

/// Holds a vault against what was asked and answered.
fn check(vault: &Vault, ledger: &Ledger) {
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    if vault.firm().unwrap().is_none() {
        assert_eq!(ledger.acknowledged, 0, "the firm is gone");
        return;
    }
    for account in &ledger.accounts {
        vault.on_machine(account).expect("an acknowledged account");
    }
    let access = firm::access(vault, firm::OWNER);
    let mut alive = 0;
    for (id, places) in &ledger.records {
        let place = where_is(&access, *id);
        assert!(
            places.contains(&place),
            "{id}: {place:?} is none of {places:?}"
        );
        alive += u64::from(matches!(place, Place::Alive { .. }));
    }
    for batch in &ledger.batches {
        let there = batch
            .iter()
            .filter(|id| where_is(&access, **id) != Place::Nowhere);
        let there = there.count();
        assert!(there == 0 || there == batch.len(), "half a batch: {there}");
    }
    let reading = access.read().unwrap();
    let list = reading
        .list(kind(), &Query::default(), &Start::Offset(0), 1000)
        .unwrap();
    assert_eq!((list.rows.len() as u64, list.total), (alive, alive));
    let entries = reading
        .audit(&AuditFilter::default(), None, 1000)
        .unwrap()
        .0
        .len() as u64;
    assert!((ledger.acknowledged..=ledger.tried).contains(&entries));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn open(disk: &Disk) -> Result<Vault, StoreError> {
    let disk = disk.clone();
    Vault::open_on(move || disk.backend(), &RECORD_TYPES)
}

/// Works on a disk with a fault; whether the vault could be opened at all, and the ledger.
fn run(disk: &Disk, fault: Option<Fault>) -> (bool, Ledger) {
    if let Some(fault) = fault {
        disk.set_fault(fault);
    }
    let mut ledger = Ledger::default();
    match open(disk) {
        Ok(vault) => {
            runtime().block_on(work(&vault, &mut ledger));
            (true, ledger)
        }
        Err(_) => (false, ledger),
    }
}

/// Opens what a fault left and checks it. A disk on which the vault was never opened may hold nothing that opens: the
/// first run makes its file under another name until it is whole.
fn check_disk(disk: &Disk, opened: bool, ledger: &Ledger) {
    match open(disk) {
        Ok(vault) => check(&vault, ledger),
        Err(StoreError::Damaged(_)) if !opened => assert_eq!(ledger.acknowledged, 0),
        Err(error) => panic!("the store does not open: {error}"),
    }
}

/// Calls `try_at` with every operation of a clean run, on two threads, in an order that is spread evenly whenever the
/// time is up; says how many it came to.
fn at_every_operation(name: &str, budget: Duration, try_at: impl Fn(u64) + Sync) {
    let clean = Disk::new(0);
    let (_, ledger) = run(&clean, None);
    assert!(ledger.errors.is_empty() && ledger.acknowledged == ledger.tried);
    check_disk(&clean.after_process_end(), true, &ledger);
    check_disk(&clean.after_power_cut(), true, &ledger);
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
    at_every_operation("power cut", budget() * 2, |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(&disk, Some(Fault::PowerCut { at }));
        let after = disk.after_power_cut();
        if at % 3 == 0 {
            // The power goes again while the vault recovers.
            after.set_fault(Fault::PowerCut { at: at / 3 % 12 });
            drop(open(&after));
            check_disk(&after.after_power_cut(), opened, &ledger);
        } else {
            check_disk(&after, opened, &ledger);
        }
    });
}

#[test]
fn a_disk_that_dies_at_any_operation_loses_nothing_acknowledged() {
    at_every_operation("dead disk", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(&disk, Some(Fault::Fail { at, forever: true }));
        check_disk(&disk.after_process_end(), opened, &ledger);
        check_disk(&disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_single_failure_at_any_operation_is_survived_by_the_same_vault() {
    at_every_operation("single failure", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(&disk, Some(Fault::Fail { at, forever: false }));
        assert!(ledger.errors.len() <= 20 + 4, "{:?}", ledger.errors);
        check_disk(&disk.after_process_end(), opened, &ledger);
        check_disk(&disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_torn_write_at_any_operation_is_survived_by_the_same_vault() {
    at_every_operation("torn write", budget(), |at| {
        let disk = Disk::new(at);
        let step = if at % 2 == 0 { 512 } else { 4096 };
        let (opened, ledger) = run(&disk, Some(Fault::Torn { at, step }));
        check_disk(&disk.after_process_end(), opened, &ledger);
        check_disk(&disk.after_power_cut(), opened, &ledger);
    });
}

#[test]
fn a_full_disk_at_any_operation_keeps_what_is_there() {
    at_every_operation("full disk", budget(), |at| {
        let disk = Disk::new(at);
        let (opened, ledger) = run(&disk, Some(Fault::NoRoom { at }));
        check_disk(&disk.after_process_end(), opened, &ledger);
        disk.make_room();
        check_disk(&disk.after_power_cut(), opened, &ledger);
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
