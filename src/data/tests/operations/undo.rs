//! Operations are taken back, record by record.

use super::*;

#[tokio::test]
async fn a_crash_leaves_a_true_record_that_can_be_taken_back() {
    let firm = firm().await;
    let ids = clients(&firm.owner).await;
    let operation = firm
        .owner
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap()
        .id;
    let two = ids[..2].to_vec();
    firm.owner
        .change_in(Some(operation), &CLIENTS, two, status("former"))
        .await
        .unwrap();
    let TestFirm {
        vault,
        folder,
        owner,
    } = firm;
    drop((vault, owner));

    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
    assert!(
        owner.interrupt_operations().await.is_err(),
        "the program's own act"
    );
    let program = vault.system("test");
    assert_eq!(program.interrupt_operations().await.unwrap(), 1);
    let firm = TestFirm {
        vault,
        folder,
        owner,
    };
    let found = firm.operation(operation);
    assert_eq!(found.state, OperationState::Interrupted);
    assert_eq!(found.outcome.count("changed"), 2);
    assert!(found.ended_at.is_some() && found.undo == UndoState::Possible);
    assert_eq!(firm.client(ids[1])["status"], "former");
    assert_eq!(firm.client(ids[2])["status"], "lead");

    let undone = undo(&firm.owner, operation).await;
    assert_eq!(undone.outcome.count("undone"), 2);
    assert_eq!(firm.client(ids[0])["status"], "lead");
    assert_eq!(firm.operation(operation).undo, UndoState::Undone);
    assert!(firm.owner.begin_undo(operation).await.is_err(), "only once");
}

#[tokio::test]
async fn records_changed_since_are_left_and_listed() {
    let firm = firm().await;
    let ids = clients(&firm.owner).await;
    let operation = firm
        .owner
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap()
        .id;
    let mut change = status("former");
    change.lists.push(ListChange {
        field: CLIENTS.named("tags").unwrap().no,
        add: vec!["nowy".into()],
        remove: vec!["STARY".into()],
    });
    firm.owner
        .change_in(Some(operation), &CLIENTS, ids.clone(), change)
        .await
        .unwrap();
    firm.owner.finish(operation, done()).await.unwrap();
    assert_eq!(firm.client(ids[0])["tags"], json!(["nowy"]));
    let since = draft(&CLIENTS, &[("name", json!("B bis"))]).values;
    firm.owner
        .update(&CLIENTS, ids[1], since, None)
        .await
        .unwrap();

    let undone = undo(&firm.owner, operation).await;
    assert_eq!(
        (undone.outcome.count("undone"), undone.outcome.count("left")),
        (2, 1)
    );
    assert_eq!(firm.client(ids[0])["tags"], json!(["stary"]));
    assert_eq!(firm.client(ids[2])["status"], "lead");
    let kept = firm.client(ids[1]);
    assert_eq!(
        (&kept["name"], &kept["status"]),
        (&json!("B bis"), &json!("former"))
    );
    let left = firm
        .owner
        .read()
        .unwrap()
        .left_aside(undone.id, 10)
        .unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, ids[1]);
    assert_eq!(left[0].why.as_ref().unwrap().key, "operation-why-changed");
}

#[tokio::test]
async fn an_import_and_a_deletion_are_taken_back() {
    let firm = firm().await;
    let old = client(&firm.owner, "Stary").await;
    let operation = firm
        .owner
        .begin(bulk(OperationKind::Import))
        .await
        .unwrap()
        .id;
    let row = |name: &str, notes: &str| Row {
        values: draft(&CLIENTS, &[("name", json!(name)), ("notes", json!(notes))]).values,
        ..Row::default()
    };
    let how = Upsert {
        strategy: Strategy::Update,
        same_by: vec![vec![CLIENTS.title]],
        ..Upsert::default()
    };
    // The last row changes what the first one made.
    let rows = vec![
        row("Nowy", "raz"),
        row("Stary", "z pliku"),
        row("Nowy", "dwa"),
    ];
    firm.owner
        .upsert_in(Some(operation), &CLIENTS, how, rows)
        .await
        .unwrap();
    firm.owner.finish(operation, done()).await.unwrap();
    let found = firm.operation(operation);
    let counts = ["created", "updated", "skipped", "failed"].map(|name| found.outcome.count(name));
    assert_eq!(counts, [1, 2, 0, 0]);
    let items = firm
        .owner
        .read()
        .unwrap()
        .items(operation, None, 10)
        .unwrap();
    assert_eq!(items.len(), 2);
    let new = items
        .iter()
        .find(|item| item.act == ItemAct::Created)
        .unwrap()
        .id;
    assert_eq!(firm.client(new)["notes"], "dwa");
    undo(&firm.owner, operation).await;
    assert!(firm.client(new).is_null(), "in the trash");
    assert!(firm.owner.read().unwrap().trashed(&CLIENTS, new).is_ok());
    assert_eq!(firm.client(old)["notes"], json!(null));

    let ids = clients(&firm.owner).await;
    let operation = firm
        .owner
        .begin(bulk(OperationKind::BulkDelete))
        .await
        .unwrap()
        .id;
    let mut named = ids.clone();
    named.push(RecordId::new());
    firm.owner
        .delete_in(Some(operation), &CLIENTS, named)
        .await
        .unwrap();
    firm.owner.finish(operation, done()).await.unwrap();
    let found = firm.operation(operation);
    assert_eq!(
        (found.outcome.count("deleted"), found.outcome.count("left")),
        (3, 1)
    );
    // Brought back and deleted again by hand: not as the operation left it.
    firm.owner.restore(&CLIENTS, ids[2]).await.unwrap();
    firm.owner.delete(&CLIENTS, ids[2], None).await.unwrap();
    let undone = undo(&firm.owner, operation).await;
    assert_eq!(
        (undone.outcome.count("undone"), undone.outcome.count("left")),
        (2, 1)
    );
    assert_eq!(firm.client(ids[0])["name"], "A");
    assert!(firm.client(ids[2]).is_null());
    let problems = firm.vault.check_consistency().unwrap();
    assert!(problems.is_empty(), "{problems:?}");
}

#[tokio::test]
async fn acts_upon_acts_are_taken_back_the_last_first() {
    let firm = firm().await;
    let made = firm
        .owner
        .begin(bulk(OperationKind::Import))
        .await
        .unwrap()
        .id;
    let rows = vec![Row {
        values: draft(&CLIENTS, &[("name", json!("Z pliku"))]).values,
        ..Row::default()
    }];
    let outcomes = firm
        .owner
        .upsert_in(Some(made), &CLIENTS, Upsert::default(), rows)
        .await
        .unwrap();
    let Ok(Outcome::Created(id)) = outcomes[0] else {
        panic!("{outcomes:?}");
    };
    firm.owner.finish(made, done()).await.unwrap();
    let mut changes = Vec::new();
    for value in ["former", "active"] {
        let change = firm
            .owner
            .begin(bulk(OperationKind::BulkChange))
            .await
            .unwrap()
            .id;
        let done_to = firm
            .owner
            .change_in(Some(change), &CLIENTS, vec![id], status(value))
            .await
            .unwrap();
        assert!(done_to[0].is_ok());
        firm.owner.finish(change, done()).await.unwrap();
        changes.push(change);
    }
    // What lies below another act is left.
    let below = undo(&firm.owner, made).await;
    assert_eq!(
        (below.outcome.count("undone"), below.outcome.count("left")),
        (0, 1)
    );
    for (change, stands) in [(changes[1], "former"), (changes[0], "lead")] {
        let back = undo(&firm.owner, change).await;
        assert_eq!(back.outcome.count("undone"), 1, "{back:?}");
        assert_eq!(firm.client(id)["status"], stands);
    }
    // Changed by hand and changed back by hand is still changed.
    let other = client(&firm.owner, "Inny").await;
    let touched = firm
        .owner
        .begin(bulk(OperationKind::BulkChange))
        .await
        .unwrap()
        .id;
    let one = vec![other];
    drop(
        firm.owner
            .change_in(Some(touched), &CLIENTS, one.clone(), status("active"))
            .await
            .unwrap(),
    );
    firm.owner.finish(touched, done()).await.unwrap();
    for value in ["former", "active"] {
        drop(
            firm.owner
                .change_in(None, &CLIENTS, one.clone(), status(value))
                .await
                .unwrap(),
        );
    }
    assert_eq!(undo(&firm.owner, touched).await.outcome.count("left"), 1);
}

#[tokio::test]
async fn nobody_uses_up_an_undo_that_they_have_no_rights_for() {
    let firm = firm().await;
    let ids = clients(&firm.owner).await;
    let operation = firm.deleted(ids.clone()).await;
    let office = firm.manages("biuro", json!({"view": "all"})).await;
    let tried = undo(&office, operation).await;
    assert_eq!(
        (tried.outcome.count("undone"), tried.outcome.count("left")),
        (0, 3)
    );
    assert_eq!(firm.operation(operation).undo, UndoState::Possible);
    let undone = undo(&firm.owner, operation).await;
    assert_eq!(undone.outcome.count("undone"), 3);
    assert_eq!(firm.operation(operation).undo, UndoState::Undone);
    assert_eq!(firm.client(ids[0])["name"], "A");
}

#[tokio::test]
async fn what_is_out_of_use_since_holds_up_no_undo() {
    let firm = firm().await;
    let wish = FieldWish::plain("Segment", CustomKind::Text);
    let field = firm.owner.create_custom_field(Module::Clients, wish).await;
    let no = field.unwrap().no;
    let ids = clients(&firm.owner).await;
    let new = bulk(OperationKind::BulkChange);
    let operation = firm.owner.begin(new).await.unwrap().id;
    let mut change = status("former");
    change.set.insert(no, Some(Value::Text("x".into())));
    let changed = firm
        .owner
        .change_in(Some(operation), &CLIENTS, ids.clone(), change);
    changed.await.unwrap();
    firm.owner.finish(operation, done()).await.unwrap();
    let retired = firm.owner.retire_custom_field(Module::Clients, "segment");
    retired.await.unwrap();
    let undone = undo(&firm.owner, operation).await;
    assert_eq!(
        (undone.outcome.count("undone"), undone.outcome.count("left")),
        (3, 0)
    );
    assert_eq!(firm.client(ids[0])["status"], "lead");
}
