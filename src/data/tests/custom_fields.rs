//! Fields of the firm's own, from definition to removal.

mod hidden;
mod removal;

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
