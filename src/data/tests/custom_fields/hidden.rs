//! Fields of a hidden group do not exist for those it is hidden from.

use super::*;

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
