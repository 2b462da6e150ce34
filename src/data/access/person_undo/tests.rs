//! What one person did comes back, and nothing of what others did since goes.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::super::test_firm::TestFirm;
use super::super::*;
use super::*;
use crate::clients::CLIENTS;
use crate::clock;
use crate::data::records::ids::UserId;

struct Case {
    firm: TestFirm,
    ewa: Access,
    ewa_id: UserId,
    from: Timestamp,
}

async fn case() -> Case {
    let firm = TestFirm::new().await;
    let ewa_id = firm.person("ewa", BuiltIn::Manager.id(), None).await;
    let role = json!({"name": "Wszystko", "modules": {"clients": {
        "view": "all", "create": true, "edit": "all", "delete": "all", "groups": {"finance": "write"},
        "options": {"change_owner": true, "merge": true, "bulk_edit": true},
    }}});
    let role = firm
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap()
        .id;
    let json = json!({"role": role}).as_object().unwrap().clone();
    firm.owner.update_user(ewa_id, json, None).await.unwrap();
    let ewa = firm.access_of("ewa").unwrap();
    Case {
        firm,
        ewa,
        ewa_id,
        from: clock::now(),
    }
}

fn changes(fields: &Json) -> Changes {
    let fields = fields.as_object().unwrap().iter();
    fields
        .map(|(name, json)| {
            let field = CLIENTS.named(name).unwrap();
            (field.no, field.kind.take_json(json).unwrap())
        })
        .collect()
}

async fn set(access: &Access, id: RecordId, fields: Json) {
    access
        .update(&CLIENTS, id, changes(&fields), None)
        .await
        .unwrap();
}

impl Case {
    /// Lets the stretch of time begin now.
    async fn begins(&mut self) {
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        self.from = clock::now();
    }

    /// The stretch that ends now.
    async fn acts(&self) -> ActsOf {
        let to = clock::now();
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        ActsOf {
            user: self.ewa_id,
            from: self.from,
            to,
        }
    }

    fn client(&self, id: RecordId) -> Json {
        let seen = self.firm.owner.read().unwrap().get(&CLIENTS, id);
        seen.map_or(Json::Null, |seen| seen.to_json())
    }

    /// Runs it as the owner.
    async fn put_back(&self, acts: ActsOf, made: bool) -> Operation {
        let owner = &self.firm.owner;
        let found = owner.read().unwrap().touched_by(&acts).unwrap();
        let ids: Vec<RecordId> = found.into_iter().map(|(_, id)| id).collect();
        let new = NewOperation {
            kind: OperationKind::PersonUndo,
            module: Some(Module::Clients),
            total: None,
            undoable: true,
            detail: json!({"of_user": acts.user, "from_time": acts.from, "to_time": acts.to}),
        };
        let id = owner.begin(new).await.unwrap().id;
        for pass in [PutBackPass::Deleted, PutBackPass::Rest { made }] {
            owner
                .put_back_in(id, &CLIENTS, ids.clone(), acts, pass)
                .await
                .unwrap();
        }
        self.end(id).await
    }

    async fn end(&self, id: OperationId) -> Operation {
        let ending = Ending {
            state: OperationState::Done,
            progress: Progress::default(),
            message: None,
            result: None,
        };
        self.firm.owner.finish(id, ending).await.unwrap()
    }

    async fn undo(&self, of: OperationId) -> Operation {
        let owner = &self.firm.owner;
        let undo = owner.begin_undo(of).await.unwrap();
        let mut place = UndoPlace::default();
        while let Some(next) = owner.undo_in(undo.id, place).await.unwrap() {
            place = next;
        }
        self.end(undo.id).await
    }
}

fn without_times(mut json: Json) -> Json {
    if let Some(parts) = json.as_object_mut() {
        parts.remove("updated_at");
    }
    json
}

#[tokio::test]
async fn what_was_deleted_and_changed_comes_back_and_can_be_taken_back_again() {
    let mut case = case().await;
    let [gone, changed, both, untouched] = [
        case.firm.client("Skasowany", None).await,
        case.firm.client("Zmieniony", None).await,
        case.firm.client("Jedno i drugie", None).await,
        case.firm.client("Nietknięty", None).await,
    ];
    set(&case.ewa, changed, json!({"notes": "wcześniej"})).await;
    let before = [gone, changed, both, untouched].map(|id| case.client(id));
    case.begins().await;
    case.ewa.delete(&CLIENTS, gone, None).await.unwrap();
    set(
        &case.ewa,
        changed,
        json!({"notes": "raz", "status": "former"}),
    )
    .await;
    set(&case.ewa, changed, json!({"notes": "dwa"})).await;
    set(&case.ewa, both, json!({"tags": ["psuj"], "name": "X"})).await;
    case.ewa.delete(&CLIENTS, both, None).await.unwrap();
    let acts = case.acts().await;
    set(&case.firm.owner, untouched, json!({"notes": "moje"})).await;

    let done = case.put_back(acts, false).await;
    assert_eq!(
        (
            done.outcome.count("restored"),
            done.outcome.count("changed"),
            done.outcome.count("left")
        ),
        (2, 1, 0),
        "{:?}",
        done.outcome
    );
    for (id, before) in [gone, changed, both].into_iter().zip(before) {
        assert_eq!(without_times(case.client(id)), without_times(before));
    }
    assert_eq!(case.client(untouched)["notes"], "moje");

    let again = case.put_back(acts, false).await;
    assert!(
        again.outcome.counts.is_empty(),
        "a second time there is nothing: {:?}",
        again.outcome
    );

    let undone = case.undo(done.id).await;
    assert_eq!(
        (undone.outcome.count("undone"), undone.outcome.count("left")),
        (3, 0),
        "{:?}",
        undone.outcome
    );
    assert_eq!(case.client(gone), Json::Null);
    assert_eq!(case.client(changed)["notes"], "dwa");
    let trashed = case
        .firm
        .owner
        .read()
        .unwrap()
        .trashed(&CLIENTS, both)
        .unwrap();
    assert_eq!(trashed.record.title(), "X", "as it lay in the trash");
    assert_eq!(
        case.firm.vault.check_consistency().unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_others_did_since_stays_field_by_field() {
    let mut case = case().await;
    let [one, two] = [
        case.firm.client("A", None).await,
        case.firm.client("B", None).await,
    ];
    case.begins().await;
    set(&case.ewa, one, json!({"notes": "ewa", "status": "former"})).await;
    set(
        &case.firm.owner,
        one,
        json!({"notes": "szefowa", "website": "https://x.test"}),
    )
    .await;
    // Theirs, another's, theirs again: back to what the other wrote.
    set(&case.ewa, two, json!({"notes": "ewa 1"})).await;
    set(&case.firm.owner, two, json!({"notes": "szefowa 2"})).await;
    set(&case.ewa, two, json!({"notes": "ewa 3"})).await;
    let acts = case.acts().await;

    let plan = case
        .firm
        .owner
        .read()
        .unwrap()
        .put_back(Module::Clients, one, &acts)
        .unwrap()
        .unwrap();
    let owner = case.firm.owner.read().unwrap().rights().user().unwrap().id;
    let stays: Vec<_> = plan
        .stays
        .iter()
        .map(|(field, why)| (field.unwrap().name, *why))
        .collect();
    assert_eq!(stays, [("notes", Stays::Touched(Some(owner)))]);
    assert_eq!(
        plan.fields
            .iter()
            .map(|back| back.field.name)
            .collect::<Vec<_>>(),
        ["status"]
    );

    let done = case.put_back(acts, false).await;
    assert_eq!(
        (done.outcome.count("changed"), done.outcome.count("partly")),
        (2, 1),
        "{:?}",
        done.outcome
    );
    let now = case.client(one);
    assert_eq!(
        (&now["notes"], &now["status"], &now["website"]),
        (&json!("szefowa"), &json!("lead"), &json!("https://x.test"))
    );
    assert_eq!(case.client(two)["notes"], "szefowa 2");
    let left = case
        .firm
        .owner
        .read()
        .unwrap()
        .left_aside(done.id, 10)
        .unwrap();
    let why = left[0].why.clone().unwrap();
    assert_eq!(
        (why.key.as_str(), why.args["fields"].as_str()),
        ("operation-why-changed-since", "notes")
    );
}

#[tokio::test]
async fn what_they_made_goes_only_where_it_is_asked_for_and_nobody_touched_it() {
    let mut case = case().await;
    case.begins().await;
    let make = async |name: &str| {
        let draft = Draft {
            values: changes(&json!({"name": name})),
            origin: None,
        };
        case.ewa.create(&CLIENTS, draft).await.unwrap().id()
    };
    let [alone, touched, deleted] = [
        make("Sam").await,
        make("Tknięty").await,
        make("Skasowany").await,
    ];
    set(&case.ewa, alone, json!({"notes": "jej"})).await;
    set(&case.firm.owner, touched, json!({"notes": "moje"})).await;
    case.ewa.delete(&CLIENTS, deleted, None).await.unwrap();
    let acts = case.acts().await;

    let done = case.put_back(acts, false).await;
    assert!(done.outcome.counts.is_empty(), "{:?}", done.outcome);
    assert_eq!(case.client(alone)["notes"], "jej");
    let done = case.put_back(acts, true).await;
    assert_eq!(
        (done.outcome.count("deleted"), done.outcome.count("left")),
        (1, 1),
        "{:?}",
        done.outcome
    );
    assert_eq!(case.client(alone), Json::Null);
    assert_eq!(case.client(touched)["notes"], "moje");
}

#[tokio::test]
async fn only_that_person_and_that_time_count() {
    let mut case = case().await;
    let id = case.firm.client("A", None).await;
    set(&case.ewa, id, json!({"notes": "przed"})).await;
    case.begins().await;
    set(&case.firm.owner, id, json!({"status": "former"})).await;
    let acts = case.acts().await;
    set(&case.ewa, id, json!({"notes": "po"})).await;
    assert_eq!(
        case.firm.owner.read().unwrap().touched_by(&acts).unwrap(),
        []
    );
    let past = ActsOf {
        from: acts.from - SignedDuration::from_hours(1),
        ..acts
    };
    let found = case.firm.owner.read().unwrap().touched_by(&past).unwrap();
    assert_eq!(found, [(Module::Clients, id)]);
    let done = case.put_back(past, false).await;
    assert_eq!(
        done.outcome.count("left"),
        1,
        "changed by herself later: {:?}",
        done.outcome
    );
    assert_eq!(case.client(id)["notes"], "po");
}

#[tokio::test]
async fn references_come_back_whatever_the_order() {
    let mut case = case().await;
    let company = case.firm.client("Firma", None).await;
    let person = case.firm.client("Osoba", None).await;
    set(
        &case.firm.owner,
        person,
        json!({"kind": "person", "company": company.to_string()}),
    )
    .await;
    case.begins().await;
    set(&case.ewa, person, json!({"company": null})).await;
    case.ewa.delete(&CLIENTS, company, None).await.unwrap();
    let acts = case.acts().await;
    let done = case.put_back(acts, false).await;
    assert_eq!(done.outcome.count("left"), 0, "{:?}", done.outcome);
    assert_eq!(case.client(person)["company"], json!(company.to_string()));
}

#[tokio::test]
async fn it_takes_the_right_over_backups_and_all_records() {
    let mut case = case().await;
    let id = case.firm.client("A", None).await;
    case.begins().await;
    set(
        &case.ewa,
        id,
        json!({"notes": "x", "credit_limit": {"amount": "5", "currency": "PLN"}}),
    )
    .await;
    let acts = case.acts().await;
    let admin = AdminRight::Backups;
    let refused = case.ewa.read().unwrap().touched_by(&acts);
    assert!(
        matches!(refused, Err(AccessError::Forbidden(Permission::Admin(right))) if right == admin)
    );
    let new = NewOperation {
        kind: OperationKind::PersonUndo,
        module: None,
        total: None,
        undoable: true,
        detail: json!({}),
    };
    assert!(case.ewa.begin(new).await.is_err(), "nor can she begin one");

    let role = async |view: &str| {
        let role = json!({"name": format!("Kopie {view}"), "admin": {"backups": true},
            "modules": {"clients": {"view": view, "edit": "all", "delete": "all"}}});
        case.firm
            .owner
            .create_role(role.as_object().unwrap().clone())
            .await
            .unwrap()
            .id
    };
    let (own, all) = (role("own").await, role("all").await);
    case.firm.person("jan", own, None).await;
    let jan = case.firm.access_of("jan").unwrap();
    let refused = jan.read().unwrap().touched_by(&acts);
    assert!(matches!(
        refused,
        Err(AccessError::Forbidden(Permission::View(Module::Clients)))
    ));
    case.firm.person("ola2", all, None).await;
    let ola = case.firm.access_of("ola2").unwrap();
    let plan = ola
        .read()
        .unwrap()
        .put_back(Module::Clients, id, &acts)
        .unwrap()
        .unwrap();
    assert_eq!(
        plan.fields.len(),
        1,
        "the finance group is hidden from this role"
    );
    let whole = plan
        .stays
        .iter()
        .any(|(field, why)| field.is_none() && *why == Stays::NotYours);
    assert!(whole, "{:?}", plan.stays);
}
