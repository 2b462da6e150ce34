//! Fields of the firm's own, from definition to removal.

use data_encoding::BASE64;

use super::*;

const CLIENTS: Module = Module::Clients;

fn choice(pl: &str, en: &str) -> CustomChoice {
    CustomChoice {
        names: Names {
            pl: pl.into(),
            en: en.into(),
        },
        ..CustomChoice::default()
    }
}

fn segment() -> CustomKind {
    CustomKind::Choice {
        choices: vec![choice("Zwykły", "Plain"), choice("Premium", "Premium")],
    }
}

fn in_group(name: &str, kind: CustomKind, group: GroupWish) -> FieldWish {
    FieldWish {
        group,
        ..FieldWish::plain(name, kind)
    }
}

impl TestFirm {
    async fn field(&self, wish: FieldWish) -> CustomField {
        self.owner.create_custom_field(CLIENTS, wish).await.unwrap()
    }

    fn kind(&self) -> &'static RecordType {
        self.owner.read().unwrap().kind(CLIENTS).unwrap()
    }

    async fn client_with(&self, name: &str, own: &[(&str, serde_json::Value)]) -> Seen {
        let kind = self.kind();
        let mut pairs = vec![("name", json!(name)), ("status", json!("lead"))];
        pairs.extend(own.iter().cloned());
        self.owner.create(kind, draft(kind, &pairs)).await.unwrap()
    }

    /// Names of the clients that a list's parameters give somebody.
    fn found(&self, by: &Access, parameters: &[(&str, &str)]) -> Result<Vec<String>, AccessError> {
        let reading = by.read().unwrap();
        let kind = self.kind();
        let query = Query::read(kind, parameters.iter().copied()).map_err(AccessError::Invalid)?;
        let list = reading.list(kind, &query, &Start::Offset(0), 50)?;
        Ok(list
            .rows
            .iter()
            .map(|seen| seen.title().to_owned())
            .collect())
    }

    fn consistent(&self) {
        assert_eq!(
            self.vault.check_consistency().unwrap(),
            Vec::<String>::new()
        );
        self.vault.verify_audit().unwrap().unwrap();
    }
}

fn unknown<T: std::fmt::Debug>(result: Result<T, AccessError>) {
    match result {
        Err(AccessError::Invalid(errors)) => {
            assert!(
                errors
                    .iter()
                    .all(|error| error.problem.key == "error-field-unknown"),
                "{errors:?}"
            );
        }
        other => panic!("not refused as unknown: {other:?}"),
    }
}

#[tokio::test]
async fn every_kind_is_kept_found_sorted_and_given_back() {
    let firm = firm().await;
    firm.client_with("Sprzed pól", &[]).await;
    for (name, kind) in [
        ("Źródło", CustomKind::Text),
        ("Opis", CustomKind::LongText),
        (
            "Etaty",
            CustomKind::Number {
                decimals: 1,
                least: Some(0),
                most: None,
            },
        ),
        ("Obrót", CustomKind::Money),
        ("Umowa do", CustomKind::Date),
        ("Zgoda", CustomKind::YesNo),
        ("Segment", segment()),
        (
            "Towary",
            CustomKind::Choices {
                choices: vec![choice("Drewno, deski", "Wood"), choice("Okna", "Windows")],
            },
        ),
        ("Strona", CustomKind::Link),
        ("Polecił", CustomKind::Client),
    ] {
        firm.field(FieldWish::plain(name, kind)).await;
    }
    firm.consistent();
    let friend = firm.client_with("Ala", &[]).await;
    let own = json!({
        "zrodlo": "targi Hevelius", "opis": "Linia\nświetlik", "etaty": 12.5, "obrot": {"amount": "10.00", "currency": "PLN"},
        "umowa_do": "2027-01-31", "zgoda": true, "segment": "Premium", "towary": ["Okna", "Drewno, deski"],
        "strona": "https://a.test/", "polecil": friend.id(),
    });
    let full: Vec<(String, serde_json::Value)> = own
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (format!("custom.{name}"), value.clone()))
        .collect();
    let pairs: Vec<_> = full
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let made = firm.client_with("Zenon", &pairs).await;
    let mut expected = own;
    // In the order of the definition.
    expected["towary"] = json!(["Drewno, deski", "Okna"]);
    assert_eq!(made.to_json()["custom"], expected);
    for parameters in [
        [("q", "hevel")],
        [("q", "swietl")],
        [("custom.etaty_from", "12,5")],
        [("custom.obrot_to", "10")],
        [("custom.umowa_do_from", "31.01.2027")],
        [("custom.umowa_do", "2027-01-31")],
        [("custom.zgoda", "tak")],
        [("custom.segment", "premium")],
        [("custom.segment", "choice_2")],
        [("custom.towary", "windows")],
        [("custom.zrodlo", "Targi hevelius")],
        [("custom.opis_empty", "false")],
    ] {
        assert_eq!(
            firm.found(&firm.owner, &parameters).unwrap(),
            ["Zenon"],
            "{parameters:?}"
        );
    }
    for field in [
        "zrodlo", "etaty", "obrot", "umowa_do", "zgoda", "segment", "strona", "polecil",
    ] {
        for sort in [format!("custom.{field}"), format!("-custom.{field}")] {
            let found = firm.found(&firm.owner, &[("sort", &sort)]).unwrap();
            assert_eq!(found, ["Zenon", "Ala", "Sprzed pól"], "{sort}");
        }
    }
    unknown(firm.found(&firm.owner, &[("sort", "custom.towary")]));
    let refused = ["0.25", "-1", "x"].map(|wrong| {
        let etaty = firm.kind().named("custom.etaty").unwrap();
        etaty
            .kind
            .take_text(wrong, firm.vault.input_reading())
            .is_err()
    });
    assert_eq!(refused, [true; 3]);
    firm.consistent();

    let TestFirm {
        vault,
        folder,
        owner,
    } = firm;
    drop((vault, owner));
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
    let seen = owner
        .read()
        .unwrap()
        .get(RECORD_TYPES[0], made.id())
        .unwrap();
    assert_eq!(
        seen.to_json()["custom"],
        expected,
        "after the vault was opened again"
    );
}

#[tokio::test]
async fn a_hidden_group_s_field_is_nowhere_for_those_it_is_hidden_from() {
    let firm = firm().await;
    let finance = GroupWish::Known("finance".into());
    firm.field(in_group("Marża", CustomKind::Text, finance))
        .await;
    let health = GroupWish::New(Names {
        pl: "Zdrowie".into(),
        en: "Health".into(),
    });
    let field = firm
        .field(in_group("Alergie", CustomKind::Text, health))
        .await;
    assert_eq!(
        (field.name.as_str(), field.group.as_str()),
        ("alergie", "zdrowie")
    );
    let tags = CustomKind::Choices {
        choices: vec![choice("Orzechy", "Nuts")],
    };
    firm.field(in_group(
        "Uczulenia",
        tags,
        GroupWish::Known("zdrowie".into()),
    ))
    .await;
    let made = firm
        .client_with(
            "Jawny",
            &[
                ("custom.marza", json!("tajnamarza")),
                ("custom.alergie", json!("pylki")),
                ("custom.uczulenia", json!(["Orzechy"])),
            ],
        )
        .await;
    // The manager reads finance, support does not; the firm's own group was granted to neither.
    for (role, money) in [(BuiltIn::ReadOnly, false), (BuiltIn::Accounting, true)] {
        let by = firm.user(role.name(), role).await;
        let reading = by.read().unwrap();
        let seen = reading.get(firm.kind(), made.id()).unwrap();
        let own = seen.to_json()["custom"].clone();
        assert_eq!(
            own,
            if money {
                json!({"marza": "tajnamarza"})
            } else {
                json!({})
            },
            "{role:?}"
        );
        let known = reading.kind(CLIENTS).unwrap();
        assert_eq!(known.named("custom.marza").is_some(), money);
        assert!(known.named("custom.alergie").is_none() && known.groups.is_empty());
        assert!(reading.own_groups(CLIENTS).is_empty());
        assert_eq!(
            firm.found(&by, &[("q", "pylki")]).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(
            firm.found(&by, &[("q", "tajnamarza")]).unwrap().len(),
            usize::from(money)
        );
        for parameters in [
            [("sort", "custom.alergie")],
            [("custom.alergie", "pylki")],
            [("custom.alergie_empty", "false")],
            [("custom.uczulenia", "Orzechy")],
        ] {
            unknown(firm.found(&by, &parameters));
        }
        unknown(reading.values_in_use(firm.kind(), "custom.uczulenia", "", 10));
        assert!(matches!(
            reading.custom_fields(CLIENTS),
            Err(AccessError::Forbidden(_))
        ));
        let history = reading.timeline(&seen, None, 10).unwrap();
        let told: Vec<FieldNo> = history
            .iter()
            .flat_map(|entry| &entry.entry.changes)
            .map(|change| change.field)
            .collect();
        assert!(!told.contains(&field.no), "{told:?}");
    }
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    unknown(
        sales
            .create(
                firm.kind(),
                draft(
                    firm.kind(),
                    &[("name", json!("X")), ("custom.alergie", json!("x"))],
                ),
            )
            .await
            .map(|seen| seen.id()),
    );

    // Granted, it is there.
    let role = json!({"name": "Lekarz", "modules": {"clients": {"view": "all", "groups": {"zdrowie": "read"}}}});
    let role = firm
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    assert_eq!(
        role.to_json()["modules"]["clients"]["groups"],
        json!({"finance": "hidden", "zdrowie": "read"})
    );
    let json = json!({"email": "lekarz@f.test", "name": "Lekarz", "role": role.id});
    firm.owner
        .create_user(json.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    let doctor = firm
        .vault
        .access(&firm.vault.on_machine("lekarz@f.test").unwrap());
    assert_eq!(firm.found(&doctor, &[("q", "pylki")]).unwrap(), ["Jawny"]);
    assert_eq!(
        firm.found(&doctor, &[("custom.uczulenia", "nuts")])
            .unwrap(),
        ["Jawny"]
    );
    let wrong = json!({"name": "Inny", "modules": {"deals": {"groups": {"zdrowie": "read"}}}});
    let refused = firm
        .owner
        .create_role(wrong.as_object().unwrap().clone())
        .await;
    assert!(
        matches!(refused, Err(AccessError::Invalid(_))),
        "a group of another module: {refused:?}"
    );
    firm.consistent();
}

#[tokio::test]
async fn nobody_moves_out_of_its_group_what_is_hidden_from_them() {
    let firm = firm().await;
    let health = GroupWish::New(Names::same("Zdrowie"));
    let group = firm
        .field(in_group("Alergie", CustomKind::Text, health))
        .await
        .group;
    let role = json!({"name": "Biuro", "modules": {"clients": {"view": "all"}}, "admin": {"settings": true}});
    let role = firm
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    let role_id = role.id;
    let json = json!({"email": "biuro@f.test", "name": "B", "role": role.id});
    firm.owner
        .create_user(json.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    let office = firm
        .vault
        .access(&firm.vault.on_machine("biuro@f.test").unwrap());
    let open = FieldWish::plain("Alergie", CustomKind::Text);
    let moved = office
        .update_custom_field(CLIENTS, "alergie", open.clone(), None)
        .await;
    assert!(
        matches!(moved, Err(AccessError::Invalid(ref errors)) if errors[0].field == "group"),
        "{moved:?}"
    );
    // Whoever only reads it does not make it writable for everybody.
    let role = json!({"modules": {"clients": {"view": "all", "groups": {group: "read"}}}});
    let role = role.as_object().unwrap().clone();
    let reads = firm.owner.update_role(role_id, role, None);
    reads.await.unwrap();
    let moved = office
        .update_custom_field(CLIENTS, "alergie", open.clone(), None)
        .await;
    assert!(
        matches!(moved, Err(AccessError::Invalid(ref errors)) if errors[0].field == "group"),
        "{moved:?}"
    );
    let role = json!({"modules": {"clients": {"view": "all"}}});
    let role = role.as_object().unwrap().clone();
    let hides = firm.owner.update_role(role_id, role, None);
    hides.await.unwrap();
    let uses = office.read().unwrap().custom_fields(CLIENTS).unwrap();
    assert_eq!(
        uses[0].records, None,
        "not counted for those it is hidden from"
    );
    office
        .retire_custom_field(CLIENTS, "alergie")
        .await
        .unwrap();
    let purged = office.purge_custom_field(CLIENTS, "alergie").await;
    assert!(matches!(purged, Err(AccessError::Forbidden(_))));
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let made = sales.create_custom_field(CLIENTS, open).await;
    assert!(matches!(made, Err(AccessError::Forbidden(_))));
}

#[tokio::test]
async fn a_choice_s_new_name_holds_in_every_record_and_one_left_out_stays_where_it_is() {
    let firm = firm().await;
    let field = firm.field(FieldWish::plain("Segment", segment())).await;
    let made = firm
        .client_with("Pierwszy", &[("custom.segment", json!("Premium"))])
        .await;
    let before = dump(&firm.vault, store::Table::Terms);
    let mut choices = field.kind.choices().to_vec();
    choices[1].names = Names {
        pl: "Złoty".into(),
        en: "Gold".into(),
    };
    let renamed = FieldWish::plain(
        "Segment",
        CustomKind::Choice {
            choices: choices.clone(),
        },
    );
    firm.owner
        .update_custom_field(CLIENTS, "segment", renamed, Some(field.version))
        .await
        .unwrap();
    let read = || {
        firm.owner
            .read()
            .unwrap()
            .get(firm.kind(), made.id())
            .unwrap()
    };
    assert_eq!(read().to_json()["custom"]["segment"], "Złoty");
    assert_eq!(
        firm.found(&firm.owner, &[("custom.segment", "gold")])
            .unwrap(),
        ["Pierwszy"]
    );
    assert_eq!(
        firm.found(&firm.owner, &[("custom.segment", "Premium")])
            .unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(
        before,
        dump(&firm.vault, store::Table::Terms),
        "no record was touched"
    );
    let told = firm
        .owner
        .read()
        .unwrap()
        .timeline(&read(), None, 5)
        .unwrap();
    let changes: Vec<_> = told
        .iter()
        .flat_map(|entry| entry.entry.changes.clone())
        .filter(|change| change.field == field.no)
        .collect();
    assert_eq!(
        changes[0].to,
        Some(json!("choice_2")),
        "history keeps what never changes"
    );

    choices.remove(1);
    let left = FieldWish::plain("Segment", CustomKind::Choice { choices });
    let left = firm
        .owner
        .update_custom_field(CLIENTS, "segment", left, None)
        .await
        .unwrap();
    assert!(left.kind.choices()[1].retired);
    assert_eq!(read().to_json()["custom"]["segment"], "Złoty");
    let other = FieldWish::plain("Segment", CustomKind::Text);
    let other = firm
        .owner
        .update_custom_field(CLIENTS, "segment", other, None)
        .await;
    assert!(matches!(other, Err(AccessError::Invalid(ref errors)) if errors[0].field == "type"));
    let stale = FieldWish::plain("Segment", left.kind.clone());
    let stale = firm
        .owner
        .update_custom_field(CLIENTS, "segment", stale, Some(field.version))
        .await;
    assert!(matches!(stale, Err(AccessError::Changed)));
    firm.consistent();
}

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
async fn a_type_of_before_writes_with_the_indexes_of_today() {
    let firm = firm().await;
    let old = firm.kind();
    firm.field(FieldWish::plain("Źródło", CustomKind::Text))
        .await;
    let made = firm
        .owner
        .create(old, draft(old, &[("name", json!("Stary typ"))]))
        .await
        .unwrap();
    assert_eq!(made.to_json()["custom"], json!({"zrodlo": null}));
    assert_eq!(
        firm.found(&firm.owner, &[("custom.zrodlo_empty", "true")])
            .unwrap(),
        ["Stary typ"]
    );
    let new = firm.kind();
    firm.owner
        .update(
            new,
            made.id(),
            draft(new, &[("custom.zrodlo", json!("targi"))]).values,
            None,
        )
        .await
        .unwrap();
    firm.owner
        .update(
            old,
            made.id(),
            draft(old, &[("name", json!("Stary typ 2"))]).values,
            None,
        )
        .await
        .unwrap();
    assert_eq!(
        firm.found(&firm.owner, &[("custom.zrodlo", "targi")])
            .unwrap(),
        ["Stary typ 2"]
    );
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

#[tokio::test]
async fn what_is_required_is_asked_of_people_alone() {
    let firm = firm().await;
    let before = firm.client_with("Przed", &[]).await;
    let wish = FieldWish {
        required: true,
        ..FieldWish::plain("Źródło", CustomKind::Text)
    };
    firm.field(wish).await;
    let kind = firm.kind();
    let refused = firm
        .owner
        .create(kind, draft(kind, &[("name", json!("Bez"))]))
        .await;
    assert!(
        matches!(refused, Err(AccessError::Invalid(ref errors)) if errors[0].field == "custom.zrodlo")
    );
    let other = draft(kind, &[("name", json!("Przedtem"))]).values;
    firm.owner
        .update(kind, before.id(), other, None)
        .await
        .expect("a change of something else");
    let import = firm.owner.by(Channel::Import);
    import
        .create(kind, draft(kind, &[("name", json!("Z pliku"))]))
        .await
        .expect("from a file");
    let given = firm
        .client_with("Z polem", &[("custom.zrodlo", json!("targi"))])
        .await;
    let cleared = firm
        .owner
        .update(
            kind,
            given.id(),
            draft(kind, &[("custom.zrodlo", json!(null))]).values,
            None,
        )
        .await;
    assert!(matches!(cleared, Err(AccessError::Invalid(_))));
}
