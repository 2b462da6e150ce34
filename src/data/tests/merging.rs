//! Merging and taking it back: threats first, then what it does.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::data::Strategy;

const TAX_ID: &str = "5261040828";

fn kind() -> &'static RecordType {
    RECORD_TYPES[0]
}

async fn client(by: &Access, pairs: &[(&str, Json)]) -> Seen {
    by.create(kind(), draft(kind(), pairs)).await.unwrap()
}

fn of(seen: &[&Seen], take: &[(&str, Take)]) -> Merge {
    Merge {
        kept: seen[0].id(),
        others: seen[1..].iter().map(|seen| seen.id()).collect(),
        versions: seen
            .iter()
            .map(|seen| (seen.id(), seen.version()))
            .collect(),
        take: take
            .iter()
            .map(|(name, take)| (kind().named(name).unwrap().no, *take))
            .collect(),
    }
}

fn get(by: &Access, id: RecordId) -> Option<Json> {
    let reading = by.read().unwrap();
    reading.get(kind(), id).ok().map(|seen| seen.to_json())
}

impl TestFirm {
    fn sound(&self) {
        assert_eq!(
            self.vault.check_consistency().unwrap(),
            Vec::<String>::new()
        );
    }

    /// Somebody with a role made of what the model manager may, changed.
    async fn with_role(&self, name: &str, change: impl FnOnce(&mut Json)) -> Access {
        let mut json = BuiltIn::Manager.role().to_json();
        json["name"] = json!(format!("Rola {name}"));
        let parts = json.as_object_mut().unwrap();
        parts.remove("id");
        parts.remove("built_in");
        change(&mut json["modules"]["clients"]);
        let role = self
            .owner
            .create_role(json.as_object().unwrap().clone())
            .await
            .unwrap();
        let email = format!("{name}@f.test");
        let json = json!({"email": email, "name": name, "role": role.id});
        self.owner
            .create_user(json.as_object().unwrap().clone(), None)
            .await
            .unwrap();
        self.vault.access(&self.vault.on_machine(&email).unwrap())
    }
}

#[tokio::test]
async fn nobody_merges_what_is_not_theirs_to_merge() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let manager = firm.user("manager", BuiltIn::Manager).await;
    let (a, b) = (
        client(&sales, &[("name", json!("A"))]).await,
        client(&sales, &[("name", json!("B"))]).await,
    );
    let foreign = client(&firm.owner, &[("name", json!("Obcy"))]).await;
    let own = client(&manager, &[("name", json!("Swój"))]).await;
    assert!(matches!(
        sales.merge(kind(), of(&[&a, &b], &[])).await,
        Err(AccessError::Forbidden(Permission::Option(_, "merge")))
    ));
    // One out of reach is as one that is not there, on either side and as a source of a value.
    for merge in [of(&[&own, &foreign], &[]), of(&[&foreign, &own], &[])] {
        assert!(matches!(
            manager.merge(kind(), merge).await,
            Err(AccessError::NotFound)
        ));
    }
    let another = client(&manager, &[("name", json!("Drugi"))]).await;
    let forged = of(&[&own, &another], &[("name", Take::Of(foreign.id()))]);
    assert!(matches!(
        manager.merge(kind(), forged).await,
        Err(AccessError::NotFound)
    ));
    for merge in [of(&[&own, &own], &[]), of(&[&own], &[])] {
        assert!(matches!(
            manager.merge(kind(), merge).await,
            Err(AccessError::Conflict(_))
        ));
    }
    let stale = of(&[&own, &another], &[]);
    let no = kind().named("notes").unwrap().no;
    let changes = Changes::from([(no, Some(Value::Text("nowe".into())))]);
    manager
        .update(kind(), another.id(), changes, None)
        .await
        .unwrap();
    assert!(matches!(
        manager.merge(kind(), stale).await,
        Err(AccessError::Changed)
    ));
    let no_deleting = firm
        .with_role("bez", |clients| clients["delete"] = json!("none"))
        .await;
    let (c, d) = (
        client(&no_deleting, &[("name", json!("C"))]).await,
        client(&no_deleting, &[("name", json!("D"))]).await,
    );
    assert!(matches!(
        no_deleting.merge(kind(), of(&[&c, &d], &[])).await,
        Err(AccessError::Forbidden(Permission::Delete(_)))
    ));
    for id in [
        a.id(),
        b.id(),
        c.id(),
        d.id(),
        own.id(),
        another.id(),
        foreign.id(),
    ] {
        assert!(get(&firm.owner, id).is_some());
    }
    firm.sound();
}

#[tokio::test]
async fn only_a_merge_is_taken_back_as_one() {
    let firm = firm().await;
    let a = client(&firm.owner, &[("name", json!("A"))]).await;
    let b = client(&firm.owner, &[("name", json!("B"))]).await;
    let c = client(&firm.owner, &[("name", json!("C"))]).await;
    firm.owner.merge(kind(), of(&[&a, &b], &[])).await.unwrap();
    let new = NewOperation {
        kind: OperationKind::BulkDelete,
        module: Some(Module::Clients),
        total: None,
        undoable: true,
        detail: Json::Null,
    };
    let operation = firm.owner.begin(new).await.unwrap().id;
    let gone = firm.owner.delete_in(Some(operation), kind(), vec![c.id()]);
    gone.await.unwrap();
    let zeros = "00000000-0000-0000-0000-000000000000";
    for id in [&operation.to_string(), zeros] {
        let refused = firm.owner.unmerge(kind(), id.parse().unwrap()).await;
        assert!(matches!(refused, Err(AccessError::NotFound)), "{refused:?}");
    }
    firm.sound();
}

#[tokio::test]
async fn hidden_values_are_neither_lost_nor_shown() {
    let firm = firm().await;
    let blind = firm
        .with_role("slepy", |clients| {
            clients["groups"] = json!({"finance": "hidden"});
        })
        .await;
    let money = |amount: &str| json!({"amount": amount, "currency": "PLN"});
    let (kept, gone) = (
        client(&blind, &[("name", json!("Zostaje"))]).await,
        client(&blind, &[("name", json!("Znika"))]).await,
    );
    for (id, values) in [
        (kept.id(), vec![("credit_limit", money("1.00"))]),
        (
            gone.id(),
            vec![
                ("credit_limit", money("77777.00")),
                ("payment_days", json!(14)),
            ],
        ),
    ] {
        let changes = draft(kind(), &values).values;
        firm.owner.update(kind(), id, changes, None).await.unwrap();
    }
    let reading = blind.read().unwrap();
    let (kept, gone) = (
        reading.get(kind(), kept.id()).unwrap(),
        reading.get(kind(), gone.id()).unwrap(),
    );
    let asked = of(&[&kept, &gone], &[("credit_limit", Take::Of(gone.id()))]);
    let Err(AccessError::Invalid(errors)) = blind.merge(kind(), asked).await else {
        panic!("a hidden field was taken");
    };
    assert_eq!(errors[0].problem.key, "error-field-unknown");
    let merged = blind.merge(kind(), of(&[&kept, &gone], &[])).await.unwrap();
    assert!(merged.kept.to_json().get("credit_limit").is_none());
    let now = get(&firm.owner, kept.id()).unwrap();
    assert_eq!(now["credit_limit"], money("1.00"), "what it had stays");
    assert_eq!(now["payment_days"], json!(14), "what it lacked comes in");
    let told = |by: &Access| {
        let reading = by.read().unwrap();
        let seen = reading.get(kind(), kept.id()).unwrap();
        format!("{:?}", reading.timeline(&seen, None, 10).unwrap())
    };
    assert!(
        told(&firm.owner).contains("77777.00"),
        "the lost value stands in the history"
    );
    assert!(!told(&blind).contains("77777.00") && !told(&blind).contains("field: 26"));
    blind.unmerge(kind(), merged.id).await.unwrap();
    let now = get(&firm.owner, kept.id()).unwrap();
    assert_eq!(now["payment_days"], json!(null));
    let back = get(&firm.owner, gone.id()).unwrap();
    assert_eq!(back["credit_limit"], money("77777.00"));
    firm.sound();
}

#[tokio::test]
async fn what_is_chosen_stays_and_references_move_along() {
    let firm = firm().await;
    let by = &firm.owner;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let a = client(
        by,
        &[
            ("name", json!("Alfa")),
            ("tax_id", json!(TAX_ID)),
            ("emails", json!(["a@alfa.test"])),
            ("tags", json!(["hurt"])),
            ("notes", json!("Pierwsza")),
        ],
    )
    .await;
    let b = client(
        by,
        &[
            ("name", json!("Alfa sp. z o.o.")),
            ("tax_id", json!(TAX_ID)),
            ("emails", json!(["A@alfa.test", "b@alfa.test"])),
            ("tags", json!(["VIP"])),
            ("notes", json!("Druga")),
            ("address.city", json!("Kraków")),
        ],
    )
    .await;
    let company = |of: &Seen| ("company", json!(of.id()));
    let person = |name: &str| [("name", json!(name)), ("kind", json!("person"))];
    let worker = client(by, &[&person("Jan")[..], &[company(&b)]].concat()).await;
    // Somebody out of the sight of everybody but the owner refers to it too.
    let changes = Changes::from([(
        common::OWNER,
        sales
            .actor()
            .user()
            .map(|id| Value::Id(uuid::Uuid::from_bytes(*id.bytes()))),
    )]);
    let hers = client(by, &[&person("Ewa")[..], &[company(&b)]].concat()).await;
    by.update(kind(), hers.id(), changes, None).await.unwrap();
    let before = [a.id(), b.id(), worker.id(), hers.id()].map(|id| get(by, id).unwrap());

    let take = [
        ("name", Take::Of(b.id())),
        ("emails", Take::All),
        ("tags", Take::All),
        ("notes", Take::All),
        ("address.city", Take::Of(b.id())),
    ];
    let merged = by.merge(kind(), of(&[&a, &b], &take)).await.unwrap();
    let now = get(by, a.id()).unwrap();
    assert_eq!(now["name"], "Alfa sp. z o.o.");
    assert_eq!(now["emails"], json!(["a@alfa.test", "b@alfa.test"]));
    assert_eq!(now["tags"], json!(["hurt", "VIP"]));
    assert_eq!(now["notes"], "Pierwsza\n\nDruga");
    assert_eq!(now["address"]["city"], "Kraków");
    assert!(get(by, b.id()).is_none());
    for id in [worker.id(), hers.id()] {
        assert_eq!(get(by, id).unwrap()["company"], json!(a.id()));
    }
    let reading = by.read().unwrap();
    let into = reading.merged_into(kind(), b.id()).unwrap().unwrap();
    assert_eq!(into.id(), a.id());
    assert!(
        sales
            .read()
            .unwrap()
            .merged_into(kind(), b.id())
            .unwrap()
            .is_none()
    );
    drop(reading);
    assert!(matches!(
        by.restore(kind(), b.id()).await,
        Err(AccessError::Conflict(_))
    ));
    firm.sound();

    // What was changed since is left and named; the rest returns.
    let tags = Changes::from([(
        kind().named("tags").unwrap().no,
        Some(Value::List(vec!["nowy".into()])),
    )]);
    by.update(kind(), a.id(), tags, None).await.unwrap();
    assert!(matches!(
        sales.unmerge(kind(), merged.id).await,
        Err(AccessError::Forbidden(_))
    ));
    let undone = by.unmerge(kind(), merged.id).await.unwrap();
    assert_eq!(undone.back, [b.id()]);
    assert_eq!(undone.left, [kind().named("tags").unwrap().no]);
    let plain = |json: &Json| {
        let mut json = json.clone();
        json["updated_at"] = Json::Null;
        json
    };
    let after = [a.id(), b.id(), worker.id(), hers.id()].map(|id| get(by, id).unwrap());
    let mut expected = before.clone();
    expected[0]["tags"] = json!(["nowy"]);
    for (is, was) in after.iter().zip(&expected) {
        assert_eq!(plain(is), plain(was));
    }
    assert!(
        by.read()
            .unwrap()
            .merged_into(kind(), b.id())
            .unwrap()
            .is_none()
    );
    assert!(matches!(
        by.unmerge(kind(), merged.id).await,
        Err(AccessError::NotFound)
    ));
    firm.sound();
}

#[tokio::test]
async fn a_merge_of_the_merged_is_taken_back_last_first() {
    let firm = firm().await;
    let by = &firm.owner;
    let mut made = Vec::new();
    for name in ["A", "B", "C"] {
        made.push(client(by, &[("name", json!(name))]).await);
    }
    let first = by
        .merge(kind(), of(&[&made[0], &made[1]], &[]))
        .await
        .unwrap();
    let second = by
        .merge(kind(), of(&[&made[2], &first.kept], &[]))
        .await
        .unwrap();
    let into = by
        .read()
        .unwrap()
        .merged_into(kind(), made[1].id())
        .unwrap();
    assert_eq!(into.unwrap().id(), made[2].id(), "it leads on to the last");
    assert!(matches!(
        by.unmerge(kind(), first.id).await,
        Err(AccessError::Conflict(_))
    ));
    by.unmerge(kind(), second.id).await.unwrap();
    by.unmerge(kind(), first.id).await.unwrap();
    for seen in &made {
        assert_eq!(get(by, seen.id()).unwrap()["name"], seen.title());
    }
    firm.sound();
}

#[tokio::test]
async fn a_blocked_tax_id_is_taken_once() {
    let firm = firm().await;
    let twin = || {
        draft(
            kind(),
            &[("name", json!("Nowa")), ("tax_id", json!("526-104-08-28"))],
        )
    };
    // Off, as a firm begins: both are made.
    let (one, other) = (
        firm.owner.create(kind(), twin()).await.unwrap(),
        firm.owner.create(kind(), twin()).await.unwrap(),
    );
    firm.owner
        .update_firm(
            [("block_twins".to_owned(), true.into())]
                .into_iter()
                .collect(),
        )
        .await
        .unwrap();
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let key = |result: Result<Seen, AccessError>| match result {
        Err(AccessError::Invalid(errors)) => (errors[0].field.clone(), errors[0].problem.key),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        key(firm.owner.create(kind(), twin()).await),
        ("tax_id".to_owned(), "error-twin-taken")
    );
    assert_eq!(
        key(sales.create(kind(), twin()).await).1,
        "error-twin-taken-hidden"
    );
    // Those that are twins already may be changed otherwise, and merged into one, and that may be taken back.
    let notes = Changes::from([(
        kind().named("notes").unwrap().no,
        Some(Value::Text("x".into())),
    )]);
    let one = firm
        .owner
        .update(kind(), one.id(), notes, None)
        .await
        .unwrap();
    let merged = firm
        .owner
        .merge(kind(), of(&[&one, &other], &[]))
        .await
        .unwrap();
    firm.owner.unmerge(kind(), merged.id).await.unwrap();
    for id in [one.id(), other.id()] {
        firm.owner.delete(kind(), id, None).await.unwrap();
    }
    let (first, second) = tokio::join!(
        firm.owner.create(kind(), twin()),
        sales.create(kind(), twin())
    );
    assert_eq!(
        usize::from(first.is_ok()) + usize::from(second.is_ok()),
        1,
        "two at the same time"
    );
    assert!(matches!(
        firm.owner.restore(kind(), one.id()).await,
        Err(AccessError::Conflict(_))
    ));
    let row = Row {
        values: twin().values,
        ..Row::default()
    };
    let rows = firm.owner.upsert(
        kind(),
        Upsert {
            strategy: Strategy::Create,
            ..Upsert::default()
        },
        vec![row],
    );
    assert!(matches!(
        rows.await.unwrap().as_slice(),
        [Err(AccessError::Conflict(problem))] if problem.key.starts_with("error-twin-taken")
    ));
    let program = firm.vault.system("a test");
    program.create(kind(), twin()).await.unwrap();
    firm.sound();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Whatever is merged in whatever order, taking it all back, last first, gives what there was.
    #[test]
    fn merges_taken_back_leave_nothing(
        fields in prop::collection::vec((0..3_u8, prop::option::of(0..3_u8), any::<bool>()), 6),
        merges in prop::collection::vec((0..6_usize, 0..6_usize, 0..6_usize, any::<bool>()), 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let firm = firm().await;
            let by = &firm.owner;
            let mut ids: Vec<RecordId> = Vec::new();
            for (name, company, tagged) in fields {
                let mut pairs = vec![("name", json!(format!("Nazwa {name}"))), ("kind", json!("person"))];
                if let Some(of) = company.and_then(|of| ids.get(usize::from(of))) {
                    pairs.push(("company", json!(of)));
                }
                if tagged {
                    pairs.push(("tags", json!([format!("t{name}")])));
                }
                ids.push(client(by, &pairs).await.id());
            }
            let all = || -> BTreeMap<RecordId, Json> {
                let reading = by.read().unwrap();
                ids.iter().filter_map(|id| {
                    let mut json = reading.get(kind(), *id).ok()?.to_json();
                    json["updated_at"] = Json::Null;
                    Some((*id, json))
                }).collect()
            };
            let before = all();
            let mut done = Vec::new();
            for (one, other, third, united) in merges {
                let reading = by.read().unwrap();
                let seen: Vec<Seen> = [one, other, third].iter()
                    .filter_map(|place| reading.get(kind(), ids[*place]).ok()).collect();
                drop(reading);
                let seen: Vec<&Seen> = seen.iter().collect();
                if seen.len() < 2 {
                    continue;
                }
                let take = [("tags", if united { Take::All } else { Take::Of(seen[1].id()) }), ("name", Take::Of(seen[1].id()))];
                match by.merge(kind(), of(&seen, &take)).await {
                    Ok(merged) => done.push(merged.id),
                    Err(AccessError::Conflict(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
                firm.sound();
            }
            for merge in done.into_iter().rev() {
                let undone = by.unmerge(kind(), merge).await.unwrap();
                assert!(undone.left.is_empty());
                firm.sound();
            }
            assert_eq!(all(), before);
        });
    }
}
