//! Operations: what they keep, who sees them, and what stops them.

mod undo;

use serde_json::json;

use super::super::*;
use super::{TestFirm, draft, firm};
use crate::clients::CLIENTS;
use crate::modules::RECORD_TYPES;

fn bulk(kind: OperationKind) -> NewOperation {
    NewOperation {
        kind,
        module: Some(Module::Clients),
        total: Some(3),
        undoable: true,
        detail: json!({"filter": "q=tajne"}),
    }
}

fn done() -> Ending {
    Ending {
        state: OperationState::Done,
        progress: Progress::default(),
        message: None,
        result: None,
    }
}

fn status(value: &str) -> BulkChange {
    let field = CLIENTS.named("status").unwrap();
    let value = field.kind.take_json(&json!(value)).unwrap();
    BulkChange {
        set: [(field.no, value)].into(),
        lists: Vec::new(),
    }
}

async fn client(access: &Access, name: &str) -> RecordId {
    let made = draft(
        &CLIENTS,
        &[("name", json!(name)), ("tags", json!(["stary"]))],
    );
    access.create(&CLIENTS, made).await.unwrap().id()
}

async fn clients(access: &Access) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for name in ["A", "B", "C"] {
        ids.push(client(access, name).await);
    }
    ids
}

async fn undo(access: &Access, of: OperationId) -> Operation {
    let undo = access.begin_undo(of).await.unwrap();
    let mut place = UndoPlace::default();
    while let Some(next) = access.undo_in(undo.id, place).await.unwrap() {
        place = next;
    }
    access.finish(undo.id, done()).await.unwrap();
    access.read().unwrap().operation(undo.id).unwrap()
}

impl TestFirm {
    fn client(&self, id: RecordId) -> serde_json::Value {
        let seen = self.owner.read().unwrap().get(&CLIENTS, id);
        seen.map_or(serde_json::Value::Null, |seen| seen.to_json())
    }

    fn operation(&self, id: OperationId) -> Operation {
        self.owner.read().unwrap().operation(id).unwrap()
    }
}

#[tokio::test]
async fn an_operation_ends_once_and_takes_no_more_work() {
    let firm = firm().await;
    let ids = clients(&firm.owner).await;
    let operation = firm
        .owner
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap();
    assert!(operation.is_running() && operation.undo == UndoState::None);
    let halfway = Progress {
        phase: String::new(),
        done: 1,
        total: Some(3),
    };
    firm.owner
        .report(operation.id, halfway.clone())
        .await
        .unwrap();
    assert_eq!(firm.operation(operation.id).progress, halfway);

    let failed = Ending {
        state: OperationState::Failed,
        message: Some(Message::new("operation-broke")),
        ..done()
    };
    firm.owner.finish(operation.id, failed).await.unwrap();
    let again = firm.owner.finish(operation.id, done()).await.unwrap();
    assert_eq!(again.state, OperationState::Failed, "the first end stands");
    let late = firm
        .owner
        .change_in(Some(operation.id), &CLIENTS, ids.clone(), status("former"))
        .await;
    assert!(matches!(late, Err(AccessError::Conflict(_))), "{late:?}");
    assert_eq!(firm.client(ids[0])["status"], "lead");
    let nothing = firm.owner.begin_undo(operation.id).await;
    assert!(matches!(nothing, Err(AccessError::Conflict(_))));
}

#[tokio::test]
async fn another_persons_operation_is_as_unknown_as_none() {
    let firm = firm().await;
    let manager = firm.user("manager", BuiltIn::Manager).await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let ids = clients(&manager).await;
    let operation = manager
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap()
        .id;
    manager
        .change_in(Some(operation), &CLIENTS, ids.clone(), status("former"))
        .await
        .unwrap();
    let missing = |result: Result<(), AccessError>| matches!(result, Err(AccessError::NotFound));
    assert!(missing(
        sales.read().unwrap().operation(operation).map(drop)
    ));
    assert!(missing(
        sales.read().unwrap().items(operation, None, 9).map(drop)
    ));
    assert!(missing(sales.begin_undo(operation).await.map(drop)));
    assert!(missing(sales.finish(operation, done()).await.map(drop)));
    assert!(missing(sales.report(operation, Progress::default()).await));
    assert!(missing(sales.read().unwrap().results().map(drop)));
    assert!(
        sales
            .read()
            .unwrap()
            .operations(None, 9)
            .unwrap()
            .0
            .is_empty()
    );
    let foreign = firm
        .owner
        .change_in(Some(operation), &CLIENTS, ids, status("lead"))
        .await;
    assert!(
        missing(foreign.map(drop)),
        "nobody works under another's name"
    );

    // Whoever manages the firm sees that it was, and nothing of its file and filter.
    let seen = firm.operation(operation);
    assert_eq!(
        (seen.state, &seen.detail),
        (OperationState::Running, &json!(null))
    );
    assert_eq!(
        firm.owner
            .read()
            .unwrap()
            .operations(None, 9)
            .unwrap()
            .0
            .len(),
        1
    );
    let own = manager.read().unwrap().operation(operation).unwrap();
    assert_eq!(own.detail["filter"], "q=tajne");
}

#[tokio::test]
async fn a_change_of_role_stops_the_rest() {
    let firm = firm().await;
    let manager = firm.user("manager", BuiltIn::Manager).await;
    let ids = clients(&manager).await;
    let operation = manager
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap()
        .id;
    let batch = |ids: &[RecordId]| {
        manager.change_in(Some(operation), &CLIENTS, ids.to_vec(), status("former"))
    };
    batch(&ids[..1]).await.unwrap();
    let user = manager.actor().user().unwrap();
    let role = json!({"role": BuiltIn::Salesperson.id()});
    firm.owner
        .update_user(user, role.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    let stopped = batch(&ids[1..]).await;
    assert!(
        matches!(stopped, Err(AccessError::Forbidden(_))),
        "{stopped:?}"
    );
    assert_eq!(firm.client(ids[0])["status"], "former");
    assert_eq!(firm.client(ids[1])["status"], "lead");
    assert_eq!(firm.operation(operation).outcome.count("changed"), 1);

    // Taking back asks for rights like any write: a reader changes nothing.
    firm.vault
        .system("test")
        .finish(operation, done())
        .await
        .unwrap();
    let role = json!({"role": BuiltIn::ReadOnly.id()});
    firm.owner
        .update_user(user, role.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    let undone = undo(&manager, operation).await;
    assert_eq!(
        (undone.outcome.count("undone"), undone.outcome.count("left")),
        (0, 1)
    );
    assert_eq!(firm.client(ids[0])["status"], "former");
}

#[tokio::test]
async fn a_selection_is_what_the_list_showed() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let own = clients(&sales).await;
    clients(&firm.owner).await;
    let all = |access: &Access, query: Query| {
        let reading = access.read().unwrap();
        let mut selection = reading.select(&CLIENTS, &query).unwrap();
        let mut ids = Vec::new();
        while !selection.is_empty() {
            ids.extend(reading.take_from(&CLIENTS, &mut selection, 2).unwrap());
        }
        ids
    };
    assert_eq!(all(&sales, Query::default()), own);
    assert_eq!(all(&firm.owner, Query::default()).len(), 6);
    let named = Query {
        search: "a".into(),
        ..Query::default()
    };
    assert_eq!(all(&sales, named), own[..1]);
}

impl TestFirm {
    /// Somebody who manages the firm, with a role of their own in clients.
    async fn manages(&self, name: &str, clients: serde_json::Value) -> Access {
        let role =
            json!({"name": name, "modules": {"clients": clients}, "admin": {"settings": true}});
        let role = role.as_object().unwrap().clone();
        let role = self.owner.create_role(role).await.unwrap();
        let email = format!("{name}@f.test");
        let user = json!({"email": email, "name": name, "role": role.id});
        let user = user.as_object().unwrap().clone();
        self.owner.create_user(user, None).await.unwrap();
        self.vault.access(&self.vault.on_machine(&email).unwrap())
    }

    /// The owner's bulk deletion, done to its end.
    async fn deleted(&self, ids: Vec<RecordId>) -> OperationId {
        let new = bulk(OperationKind::BulkDelete);
        let operation = self.owner.begin(new).await.unwrap().id;
        let gone = self.owner.delete_in(Some(operation), &CLIENTS, ids);
        gone.await.unwrap();
        let ending = Ending {
            progress: Progress {
                phase: String::new(),
                done: 3,
                total: Some(3),
            },
            ..done()
        };
        self.owner.finish(operation, ending).await.unwrap();
        operation
    }
}

#[tokio::test]
async fn how_many_records_others_worked_on_is_for_those_who_see_all() {
    let firm = firm().await;
    let mut ids = clients(&firm.owner).await;
    ids.push(RecordId::new());
    let operation = firm.deleted(ids).await;
    let own = firm
        .manages("swoje", json!({"view": "own", "delete": "own"}))
        .await;
    let all = firm.manages("wszystkie", json!({"view": "all"})).await;
    let reading = own.read().unwrap();
    let listed = reading.operations(None, 9).unwrap().0;
    for seen in [&reading.operation(operation).unwrap(), &listed[0]] {
        assert_eq!((seen.progress.done, seen.progress.total), (0, None));
        assert!(seen.outcome.counts.is_empty(), "{:?}", seen.outcome);
        assert!(seen.counts_hidden);
    }
    assert!(reading.left_aside(operation, 9).unwrap().is_empty());
    assert!(reading.items(operation, None, 9).unwrap().is_empty());
    drop(reading);
    let counted = own.begin_undo(operation).await;
    assert!(
        matches!(counted, Err(AccessError::Forbidden(_))),
        "{counted:?}"
    );

    let reading = all.read().unwrap();
    let seen = reading.operation(operation).unwrap();
    assert_eq!(
        (seen.progress.total, seen.outcome.count("deleted")),
        (Some(3), 3)
    );
    assert_eq!(reading.left_aside(operation, 9).unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_refused_as_a_twin_is_skipped_in_every_count() {
    let firm = firm().await;
    let block = json!({"block_twins": true}).as_object().unwrap().clone();
    firm.owner.update_firm(block).await.unwrap();
    let new = bulk(OperationKind::Import);
    let operation = firm.owner.begin(new).await.unwrap().id;
    let row = |name: &str| Row {
        values: draft(
            &CLIENTS,
            &[("name", json!(name)), ("tax_id", json!("5261040828"))],
        )
        .values,
        ..Row::default()
    };
    let how = Upsert {
        strategy: Strategy::Create,
        ..Upsert::default()
    };
    let rows = vec![row("Raz"), row("Dwa")];
    let done = firm.owner.upsert_in(Some(operation), &CLIENTS, how, rows);
    assert!(done.await.unwrap()[1].is_err());
    let outcome = firm.operation(operation).outcome;
    let counts = ["created", "skipped", "failed"].map(|name| outcome.count(name));
    assert_eq!(counts, [1, 1, 0]);
}

#[tokio::test]
async fn old_operations_are_forgotten_and_the_list_goes_on_page_by_page() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        for by in [&sales, &firm.owner] {
            let id = by.begin(bulk(OperationKind::Export)).await.unwrap().id;
            by.finish(id, done()).await.unwrap();
            made.push(id);
        }
    }
    let (mut own, mut before) = (Vec::new(), None);
    loop {
        let (found, older) = sales.read().unwrap().operations(before, 2).unwrap();
        own.extend(found.iter().map(|operation| operation.id));
        before = older;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(own, [made[4], made[2], made[0]]);

    // The first ended before the trash was last emptied, the second more than a year ago.
    for (id, days) in [(made[0], 40), (made[1], 400)] {
        let ended = crate::clock::now() - jiff::SignedDuration::from_hours(24 * days);
        let key = id.bytes().to_vec();
        let change = firm.vault.inner_store().write(move |write| {
            use store::Read;
            let stored = write.get(store::Table::Operations, &key)?.unwrap();
            let mut stored: serde_json::Value = serde_json::from_slice(&stored).unwrap();
            stored["ended_at"] = json!(ended);
            write.put(
                store::Table::Operations,
                key,
                stored.to_string().into_bytes(),
            );
            Ok::<_, StoreError>(())
        });
        change.await.unwrap();
    }
    let forget = || async {
        let program = firm.vault.system("test");
        program.forget_old_operations().await.unwrap()
    };
    assert_eq!((forget().await, forget().await), (1, 0));
    let reading = firm.owner.read().unwrap();
    assert!(reading.operation(made[0]).is_ok());
    let gone = reading.operation(made[1]);
    assert!(matches!(gone, Err(AccessError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn the_trash_is_read_to_its_end_though_many_went_in_one_moment() {
    let firm = firm().await;
    let mut ids = clients(&firm.owner).await;
    ids.extend(clients(&firm.owner).await);
    firm.owner.delete_each(&CLIENTS, ids.clone()).await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = firm
            .owner
            .read()
            .unwrap()
            .trash(&CLIENTS, &TrashFilter::default(), after, 4)
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.deleted_at, last.record.id()));
        found.extend(page.iter().map(|trashed| trashed.record.id()));
    }
    found.sort_unstable();
    ids.sort_unstable();
    assert_eq!(found, ids);
}
