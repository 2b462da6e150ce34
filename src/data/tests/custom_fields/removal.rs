//! Fields taken out of use, and removed for good.

use super::*;

#[tokio::test]
async fn a_field_out_of_use_is_gone_for_all_and_comes_back_whole() {
    let firm = firm().await;
    firm.field(FieldWish::plain("Źródło", CustomKind::Text))
        .await;
    let other = firm.field(FieldWish::plain("Etap", segment())).await;
    let made = firm
        .client_with("Jeden", &[("custom.zrodlo", json!("hevelius"))])
        .await;
    let old_kind = firm.kind();
    firm.owner
        .retire_custom_field(CLIENTS, "zrodlo")
        .await
        .unwrap();
    firm.consistent();
    assert!(firm.kind().named("custom.zrodlo").is_none());
    assert!(
        firm.vault
            .kind(CLIENTS)
            .unwrap()
            .named("custom.zrodlo")
            .is_none()
    );
    assert_eq!(
        firm.found(&firm.owner, &[("q", "hevelius")]).unwrap(),
        Vec::<String>::new()
    );
    unknown(firm.found(&firm.owner, &[("custom.zrodlo", "hevelius")]));
    let reading = firm.owner.read().unwrap();
    let seen = reading.get(old_kind, made.id()).unwrap();
    assert_eq!(seen.to_json()["custom"], json!({"etap": null}));
    // Whoever still holds the type of before neither sees nor sets it, and loses nothing.
    let query = Query {
        sort: Some(Sort::read("custom.zrodlo")),
        ..Query::default()
    };
    unknown(
        reading
            .list(old_kind, &query, &Start::Offset(0), 5)
            .map(|list| list.total),
    );
    unknown(
        firm.owner
            .update(
                old_kind,
                made.id(),
                draft(old_kind, &[("custom.zrodlo", json!("x"))]).values,
                None,
            )
            .await
            .map(|seen| seen.id()),
    );
    firm.owner
        .update(
            old_kind,
            made.id(),
            draft(old_kind, &[("name", json!("Jeden i pół"))]).values,
            None,
        )
        .await
        .unwrap();
    firm.owner.delete(old_kind, made.id(), None).await.unwrap();
    firm.owner.restore(old_kind, made.id()).await.unwrap();
    let taken = firm
        .owner
        .create_custom_field(CLIENTS, FieldWish::plain("źródło", CustomKind::Text))
        .await;
    assert!(
        matches!(taken, Err(AccessError::Invalid(ref errors)) if errors[0].problem.key == "error-field-label-retired")
    );
    firm.owner
        .bring_back_custom_field(CLIENTS, "zrodlo")
        .await
        .unwrap();
    assert_eq!(
        firm.found(&firm.owner, &[("q", "hevelius")]).unwrap(),
        ["Jeden i pół"]
    );
    firm.owner
        .move_custom_field(CLIENTS, &other.name, true)
        .await
        .unwrap();
    let order: Vec<String> = firm
        .owner
        .read()
        .unwrap()
        .custom_fields(CLIENTS)
        .unwrap()
        .into_iter()
        .map(|of| of.field.name)
        .collect();
    assert_eq!(order, ["etap", "zrodlo"]);
    firm.consistent();
}

#[tokio::test]
async fn removing_for_good_leaves_nothing_of_it_and_the_rest_whole() {
    let firm = firm().await;
    firm.field(FieldWish::plain("Źródło", CustomKind::Text))
        .await;
    let kept = firm.field(FieldWish::plain("Etap", segment())).await;
    let gone = firm
        .client_with(
            "W koszu",
            &[
                ("custom.zrodlo", json!("znaktajny")),
                ("custom.etap", json!("Premium")),
            ],
        )
        .await;
    for n in 0..5 {
        firm.client_with(
            &format!("Firma {n}"),
            &[
                ("custom.zrodlo", json!(format!("znaktajny {n}"))),
                ("custom.etap", json!("Premium")),
            ],
        )
        .await;
    }
    firm.owner
        .delete(firm.kind(), gone.id(), None)
        .await
        .unwrap();
    // What operations, merges and first answers keep of it.
    let new = NewOperation {
        kind: OperationKind::BulkChange,
        module: Some(CLIENTS),
        total: None,
        undoable: true,
        detail: json!({}),
    };
    let operation = firm.owner.begin(new).await.unwrap().id;
    let mut three = Vec::new();
    for n in 0..3 {
        let made = firm
            .client_with(
                &format!("Razem {n}"),
                &[("custom.zrodlo", json!(format!("znaktajny r{n}")))],
            )
            .await;
        three.push(made);
    }
    let change = BulkChange {
        set: [(firm.kind().named("custom.zrodlo").unwrap().no, None)].into(),
        lists: Vec::new(),
    };
    let ids = vec![three[2].id()];
    let changed = firm
        .owner
        .change_in(Some(operation), firm.kind(), ids, change);
    changed.await.unwrap();
    let merge = Merge {
        kept: three[0].id(),
        others: vec![three[1].id()],
        versions: three
            .iter()
            .map(|seen| (seen.id(), seen.version()))
            .collect(),
        take: [].into(),
    };
    let merge = firm.owner.merge(firm.kind(), merge).await.unwrap().id;
    let pairs = [
        ("name", json!("Raz")),
        ("custom.zrodlo", json!("znaktajny raz")),
    ];
    let once = Idempotency {
        key: "k".into(),
        body_hash: [7; 32],
    };
    let once = firm
        .owner
        .create_once(firm.kind(), draft(firm.kind(), &pairs), once);
    once.await.unwrap();
    let used = firm.owner.purge_custom_field(CLIENTS, "zrodlo").await;
    assert!(
        matches!(used, Err(AccessError::NotFound)),
        "only what is out of use can be removed"
    );
    firm.owner
        .retire_custom_field(CLIENTS, "zrodlo")
        .await
        .unwrap();
    firm.owner
        .purge_custom_field(CLIENTS, "zrodlo")
        .await
        .unwrap();
    firm.consistent();
    // Work goes on in between.
    firm.client_with("Tymczasem", &[("custom.etap", json!("Premium"))])
        .await;
    firm.owner.restore(firm.kind(), gone.id()).await.unwrap();
    assert!(
        matches!(
            firm.owner.clear_purged_fields().await,
            Err(AccessError::NotFound)
        ),
        "only the program"
    );
    assert_eq!(
        firm.vault
            .system("test")
            .clear_purged_fields()
            .await
            .unwrap(),
        1
    );
    firm.consistent();
    for table in [
        store::Table::Records,
        store::Table::Trash,
        store::Table::History,
        store::Table::Terms,
        store::Table::Order,
        store::Table::OrderBlocks,
        store::Table::OperationItems,
        store::Table::Idempotency,
    ] {
        let left = dump(&firm.vault, table);
        let holds = left.iter().any(|(key, value)| {
            [key, value]
                .into_iter()
                .any(|bytes| bytes.windows(9).any(|part| part == b"znaktajny"))
        });
        assert!(!holds, "{table:?}");
        assert!(
            left.iter().all(|(_, value)| {
                let text = String::from_utf8_lossy(value);
                // A merge keeps whole records.
                let kept = text
                    .split('"')
                    .filter_map(|part| BASE64.decode(part.as_bytes()).ok());
                { kept }.all(|bytes| !bytes.windows(9).any(|part| part == b"znaktajny"))
            }),
            "{table:?}"
        );
    }
    let parted = firm.owner.unmerge(firm.kind(), merge).await.unwrap();
    assert_eq!(parted.back, [three[1].id()], "the rest of it is whole");
    firm.consistent();
    assert_eq!(
        firm.found(&firm.owner, &[("custom.etap", "Premium")])
            .unwrap()
            .len(),
        7
    );
    assert!(
        firm.owner
            .bring_back_custom_field(CLIENTS, "zrodlo")
            .await
            .is_err()
    );
    let again = firm
        .field(FieldWish::plain("Źródło", CustomKind::Text))
        .await;
    assert!(again.no > kept.no, "a number is not given twice");
    firm.consistent();
}
