//! A workload that keeps a ledger of what was acknowledged, and the check of a vault against it.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use kartoteka::data::{
    Access, AccessError, AuditFilter, BuiltIn, Query, RecordId, RecordOrigin, Row, Start,
    StoreError, Strategy, Upsert, Vault,
};
use serde_json::json;

use crate::firm::{self, draft, found, kind, object, values};

/// Where a record may stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Nowhere,
    Alive { name: String, version: u64 },
    Trash { name: String, version: u64 },
}

#[derive(Clone, Debug)]
pub(super) enum Step {
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
pub(super) struct Ledger {
    /// Every place where a record may stand, by what was acknowledged and what was not.
    records: BTreeMap<RecordId, Vec<Place>>,
    /// Records that came in one write: all or none of them.
    batches: Vec<Vec<RecordId>>,
    /// Accounts that must be there.
    accounts: Vec<String>,
    /// Audit entries of acknowledged writes, and of all that were tried.
    pub(super) acknowledged: u64,
    pub(super) tried: u64,
    pub(super) errors: Vec<StoreError>,
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

pub(super) async fn step(access: &Access, id: RecordId, step: &Step) -> Result<(), AccessError> {
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
pub(super) fn is_lost(vault: &Vault) -> bool {
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
pub(super) async fn work(vault: &Vault, ledger: &mut Ledger) {
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

pub(super) async fn upsert(access: &Access, ledger: &mut Ledger, rows: Vec<(RecordId, Row)>) {
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

pub(super) fn where_is(access: &Access, id: RecordId) -> Place {
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
pub(super) fn check(vault: &Vault, ledger: &Ledger) {
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
