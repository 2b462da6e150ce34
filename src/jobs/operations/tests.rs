//! Operations at work: stopped, broken, waiting, and what they leave lying.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;

use super::*;
use crate::clients::CLIENTS;
use crate::data::{
    BuiltIn, BulkChange, Channel, Draft, Founding, Module, OperationKind, Query, UndoState,
    VaultSettings,
};
use crate::modules::RECORD_TYPES;
use work::{BulkAct, Chosen, bulk};

struct Office {
    folder: tempfile::TempDir,
    vault: Vault,
    owner: Access,
    operations: Operations,
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let founding = Founding {
        firm: "Firma".into(),
        demo: false,
        email: "o@f.test".into(),
        name: "Ola".into(),
        password_hash: "$argon2id$".into(),
        language: None,
        channel: Channel::Command,
    };
    vault.found(founding).await.unwrap();
    let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
    let operations = Operations::new(vault.clone(), folder.path().join("results"));
    Office {
        folder,
        vault,
        owner,
        operations,
    }
}

impl Office {
    async fn ended(&self, id: OperationId) -> Operation {
        for _ in 0..1000 {
            let operation = self.owner.read().unwrap().operation(id).unwrap();
            if !operation.is_running() {
                return operation;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the operation does not end");
    }

    async fn clients(&self, count: u32) {
        let name = CLIENTS.named("name").unwrap();
        for number in 0..count {
            let value = name.kind.take_json(&json!(format!("K{number}"))).unwrap();
            let draft = Draft {
                values: [(name.no, value)].into(),
                origin: None,
            };
            self.owner.create(&CLIENTS, draft).await.unwrap();
        }
    }
}

fn new(kind: OperationKind) -> NewOperation {
    NewOperation {
        kind,
        module: Some(Module::Clients),
        total: None,
        undoable: true,
        detail: json!({}),
    }
}

fn former() -> BulkChange {
    let field = CLIENTS.named("status").unwrap();
    let value = field.kind.take_json(&json!("former")).unwrap();
    BulkChange {
        set: [(field.no, value)].into(),
        lists: Vec::new(),
    }
}

#[tokio::test]
async fn one_stopped_in_the_middle_keeps_what_was_done_and_says_so() {
    let office = office().await;
    office.clients(6).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let id = office
        .operations
        .start(
            &office.owner,
            new(OperationKind::BulkChange),
            move |task| async move {
                let list = task.access.read()?.list(
                    &CLIENTS,
                    &Query::default(),
                    &crate::data::Start::Offset(0),
                    3,
                )?;
                let ids = list.rows.iter().map(crate::data::Seen::id).collect();
                task.access
                    .change_in(Some(task.id), &CLIENTS, ids, former())
                    .await?;
                task.progress(3, Some(6));
                tell.notify_one();
                wait.notified().await;
                task.go_on()?;
                panic!("it went on");
            },
        )
        .await
        .unwrap();
    begun.notified().await;
    assert_eq!(office.operations.running_of(office.owner.actor().user()), 1);
    let pace = office.operations.pace(id).unwrap();
    assert_eq!((pace.progress.done, pace.progress.total), (3, Some(6)));
    assert!(office.operations.cancel(id));
    go_on.notify_one();
    let ended = office.ended(id).await;
    assert_eq!(ended.state, OperationState::Cancelled);
    assert_eq!(
        (ended.outcome.count("changed"), ended.progress.done),
        (3, 3)
    );
    assert_eq!(ended.undo, UndoState::Possible);

    // And taken back by the same machinery.
    let undo = office
        .operations
        .start_undo(&office.owner, id)
        .await
        .unwrap();
    let undone = office.ended(undo).await;
    assert_eq!(
        (undone.state, undone.outcome.count("undone")),
        (OperationState::Done, 3)
    );
    assert_eq!(
        office.owner.read().unwrap().operation(id).unwrap().undo,
        UndoState::Undone
    );
    assert!(!office.operations.cancel(id), "it is over");
}

#[tokio::test]
async fn a_selection_is_worked_through_with_what_must_be_left() {
    let office = office().await;
    office.clients(7).await;
    let selection = office
        .owner
        .read()
        .unwrap()
        .select(&CLIENTS, &Query::default())
        .unwrap();
    let chosen = Chosen::Listed(selection);
    let id = office
        .operations
        .start(&office.owner, new(OperationKind::BulkDelete), move |task| {
            bulk(task, &CLIENTS, chosen, BulkAct::Delete)
        })
        .await
        .unwrap();
    let ended = office.ended(id).await;
    assert_eq!(
        (ended.state, ended.outcome.count("deleted")),
        (OperationState::Done, 7)
    );
    assert_eq!(
        office
            .owner
            .read()
            .unwrap()
            .count(&CLIENTS, &Query::default())
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_panic_is_a_failure_with_a_message_and_leaves_no_file() {
    let office = office().await;
    let id = office
        .operations
        .start(
            &office.owner,
            new(OperationKind::Export),
            |task| async move {
                task.result_file("x.csv", "text/csv").unwrap();
                assert!(task.is_cancelled(), "on purpose");
                Ok(())
            },
        )
        .await
        .unwrap();
    let ended = office.ended(id).await;
    assert_eq!(ended.state, OperationState::Failed);
    assert_eq!(ended.outcome.message.unwrap().key, "operation-broke");
    assert!(ended.result.is_none() && office.operations.open_result(id).is_none());
}

#[tokio::test]
async fn results_are_private_and_others_files_are_cleared_away() {
    let office = office().await;
    let id = office
        .operations
        .start(
            &office.owner,
            new(OperationKind::Export),
            |task| async move {
                let mut file = task.result_file("klienci.csv", "text/csv").unwrap();
                file.write_all(b"nazwa\n").unwrap();
                Ok(())
            },
        )
        .await
        .unwrap();
    let result = office.ended(id).await.result.unwrap();
    assert_eq!((result.name.as_str(), result.bytes), ("klienci.csv", 6));
    assert!(result.expires_at > crate::clock::now() + SignedDuration::from_hours(23));
    let results = office.folder.path().join("results");
    let path = results.join(id.to_string());
    assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
    assert_eq!(results.metadata().unwrap().mode() & 0o777, 0o700);
    let stray = results.join(OperationId::new().to_string());
    std::fs::write(&stray, "x").unwrap();
    office.operations.clear_results().unwrap();
    assert!(path.exists() && !stray.exists());
}

#[tokio::test]
async fn stopping_interrupts_what_runs_and_takes_nothing_new() {
    let office = office().await;
    let patient = |task: Task| async move {
        loop {
            task.go_on()?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let mut ids = Vec::new();
    for _ in 0..4 {
        let started = office
            .operations
            .start(&office.owner, new(OperationKind::Export), patient)
            .await;
        ids.push(started.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    let phases = ids
        .iter()
        .map(|id| office.operations.pace(*id).unwrap().progress.phase);
    assert_eq!(
        phases.filter(|phase| phase == "waiting").count(),
        2,
        "two at a time"
    );
    office.operations.stop().await;
    for id in ids {
        let ended = office.owner.read().unwrap().operation(id).unwrap();
        assert_eq!(ended.state, OperationState::Interrupted);
    }
    let refused = office
        .operations
        .start(&office.owner, new(OperationKind::Export), patient)
        .await;
    assert!(matches!(refused, Err(AccessError::Conflict(_))));
}

#[tokio::test]
async fn an_account_disabled_in_the_middle_fails_the_rest() {
    let office = office().await;
    office.clients(2).await;
    let json = json!({"email": "m@f.test", "name": "M", "role": BuiltIn::Manager.id()});
    let made = office
        .owner
        .create_user(json.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    let manager = office
        .vault
        .access(&office.vault.on_machine("m@f.test").unwrap());
    let owner = office.owner.clone();
    let id = office
        .operations
        .start(
            &manager,
            new(OperationKind::BulkChange),
            move |task| async move {
                let off = json!({"active": false});
                owner
                    .update_user(made.id, off.as_object().unwrap().clone(), None)
                    .await?;
                bulk(
                    task,
                    &CLIENTS,
                    Chosen::Ids(vec![crate::data::RecordId::new()]),
                    BulkAct::Delete,
                )
                .await
            },
        )
        .await
        .unwrap();
    let ended = office.ended(id).await;
    assert_eq!(ended.state, OperationState::Failed);
}

#[tokio::test]
async fn checks_that_take_hours_hold_up_no_other_work() {
    let office = office().await;
    let begun = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut checks = Vec::new();
    for _ in 0..4 {
        let begun = begun.clone();
        let check = office.operations.start(
            &office.owner,
            new(OperationKind::RegisterCheck),
            move |task| async move {
                begun.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                task.live.cancel.cancelled().await;
                task.go_on()
            },
        );
        checks.push(check.await.unwrap());
    }
    let other =
        office
            .operations
            .start(&office.owner, new(OperationKind::Export), |_| async move {
                Ok(())
            });
    let ended = office.ended(other.await.unwrap()).await;
    assert_eq!(ended.state, OperationState::Done);
    assert_eq!(
        begun.load(std::sync::atomic::Ordering::SeqCst),
        1,
        "one asks the register at a time"
    );
    for id in checks {
        office.operations.cancel(id);
        let ended = office.ended(id).await;
        assert_eq!(ended.state, OperationState::Cancelled);
    }
}
