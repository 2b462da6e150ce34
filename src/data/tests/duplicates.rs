//! Finding what is there twice, and what looks like it.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn kind() -> &'static RecordType {
    RECORD_TYPES[0]
}

async fn client(by: &Access, pairs: &[(&str, serde_json::Value)]) -> RecordId {
    by.create(kind(), draft(kind(), pairs)).await.unwrap().id()
}

/// Every group there is, page by page, each as its records.
fn groups(by: &Access, limit: usize) -> Vec<BTreeSet<RecordId>> {
    let reading = by.read().unwrap();
    let mut found = Vec::new();
    let mut from = None;
    loop {
        let page = reading.duplicates(kind(), from.as_ref(), limit).unwrap();
        for group in page.groups {
            assert!(group.members.len() > 1 && group.score > 0 && !group.reasons.is_empty());
            found.push(group.members.iter().map(Seen::id).collect());
        }
        match page.next {
            Some(next) => from = DuplicatesPlace::read(&next.write()),
            None => return found,
        }
        assert!(from.is_some());
    }
}

fn alike(by: &Access, field: &str, text: &str) -> Vec<String> {
    let reading = by.read().unwrap();
    let field = kind().named(field).unwrap();
    let value = field
        .kind
        .take_text(text, reading.input_reading())
        .unwrap()
        .unwrap();
    let found = reading
        .lookalikes(kind(), &[(field.no, value)], None, 5)
        .unwrap();
    found
        .iter()
        .map(|twin| twin.seen.title().to_owned())
        .collect()
}

#[tokio::test]
async fn lookalikes_are_found_in_any_writing_within_the_scope_alone() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    client(
        &firm.owner,
        &[
            ("name", json!("Hurtownia Żółwiński sp. z o.o.")),
            ("tax_id", json!("5261040828")),
            ("emails", json!(["biuro@zolw.test"])),
            ("phones", json!(["(22) 555-66-77"])),
        ],
    )
    .await;
    client(&firm.owner, &[("name", json!("Hurtownia Łąka"))]).await;
    for (field, text) in [
        ("tax_id", "PL 526-104-08-28"),
        ("emails", "BIURO@zolw.test"),
        ("phones", "+48 22 555 66 77"),
        ("name", "Hurtownia Żółwiński"),
        ("name", "ŻÓŁWIŃSKI HURTOWNIA S.A."),
        ("name", "Hurtownia Zolwinsky"),
        ("name", "Hutrownia Żółwiński"),
    ] {
        assert_eq!(
            alike(&firm.owner, field, text),
            ["Hurtownia Żółwiński sp. z o.o."],
            "{text}"
        );
        assert!(alike(&sales, field, text).is_empty(), "{text}");
    }
    assert!(alike(&firm.owner, "name", "Hurtownia Góra").is_empty());
}

#[tokio::test]
async fn planted_groups_are_found_among_thousands_and_no_others() {
    let firm = firm().await;
    let by = &firm.owner;
    let tax_id = kind().named("tax_id").unwrap();
    let ids: Vec<String> = (100_000_000_u64..)
        .map(|number| {
            let digits: Vec<u64> = number
                .to_string()
                .bytes()
                .map(|byte| u64::from(byte - b'0'))
                .collect();
            let sum: u64 = digits
                .iter()
                .zip([6, 5, 7, 2, 3, 4, 5, 6, 7])
                .map(|(digit, weight)| digit * weight)
                .sum();
            format!("{number}{}", sum % 11)
        })
        .filter(|id| tax_id.kind.take_json(&json!(id)).is_ok())
        .take(1_500)
        .collect();
    let name = |number: usize| {
        format!(
            "{}{} Zakład {number}",
            ["Ada", "Bor", "Cis", "Dom", "Era"][number % 5],
            number
        )
    };
    let rows = (0..3_000).map(|number| {
        let mut pairs = vec![
            ("name", json!(name(number))),
            ("emails", json!([format!("m{number}@f.test")])),
        ];
        if let Some(id) = ids.get(number) {
            pairs.push(("tax_id", json!(id)));
        }
        Row {
            values: draft(kind(), &pairs).values,
            ..Row::default()
        }
    });
    let how = Upsert {
        strategy: Strategy::Create,
        ..Upsert::default()
    };
    let made = by.upsert(kind(), how, rows.collect()).await.unwrap();
    assert!(made.iter().all(Result::is_ok));
    let mut planted: Vec<BTreeSet<RecordId>> = Vec::new();
    for number in 0..12 {
        let email = json!([format!("wspolny{number}@f.test")]);
        let first = client(
            by,
            &[
                ("name", json!(format!("Jeden {number}"))),
                ("emails", email.clone()),
            ],
        )
        .await;
        let second = client(
            by,
            &[
                ("name", json!(format!("Zupełnie inny {number}"))),
                ("emails", email),
            ],
        )
        .await;
        planted.push([first, second].into());
    }
    for town in ["Kraków", "Łódź", "Gdańsk"] {
        let at = |name: &str| {
            [
                ("name", json!(format!("{name} {town}"))),
                ("address.city", json!(town)),
            ]
        };
        planted.push(
            [
                client(by, &at("Piekarnia Bułka sp. z o.o.")).await,
                client(by, &at("Piekarnia Bułka")).await,
            ]
            .into(),
        );
    }
    let same = [("name", json!("Po NIP-ie")), ("tax_id", json!(ids[7]))];
    let (one, other) = (client(by, &same).await, client(by, &same).await);
    let first: RecordId = match made[7] {
        Ok(Outcome::Created(id)) => id,
        ref other => panic!("{other:?}"),
    };
    planted.push([first, one, other].into());
    // Two firms of one bookkeeper share an address, not an identity; a person shares the phone of their company.
    let shared = json!(["ksiegowa@f.test"]);
    for (name, id) in [
        ("Firma pierwsza", "5261040828"),
        ("Firma druga", "1132191233"),
    ] {
        if tax_id.kind.take_json(&json!(id)).is_ok() {
            client(
                by,
                &[
                    ("name", json!(name)),
                    ("tax_id", json!(id)),
                    ("emails", shared.clone()),
                ],
            )
            .await;
        }
    }
    let phone = ("phones", json!(["601102203"]));
    let company = client(by, &[("name", json!("Zakład główny")), phone.clone()]).await;
    client(
        by,
        &[
            ("name", json!("Pracownik")),
            ("kind", json!("person")),
            ("company", json!(company)),
            phone,
        ],
    )
    .await;

    let mut expected = planted.clone();
    expected.sort();
    for limit in [3, 20] {
        let mut found = groups(by, limit);
        found.sort();
        assert_eq!(found, expected, "pages of {limit}");
    }
    // What is set apart is not shown again, and comes back when that is taken back.
    let pair: Vec<RecordId> = planted[0].iter().copied().collect();
    by.set_apart(kind(), pair.clone(), true).await.unwrap();
    assert!(!groups(by, 20).contains(&planted[0]));
    assert_eq!(by.read().unwrap().set_apart(kind(), 10).unwrap().len(), 1);
    by.set_apart(kind(), pair.clone(), false).await.unwrap();
    assert!(groups(by, 20).contains(&planted[0]));

    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    assert!(matches!(
        sales.read().unwrap().duplicates(kind(), None, 5),
        Err(AccessError::Forbidden(_))
    ));
    assert!(matches!(
        sales.set_apart(kind(), pair.clone(), true).await,
        Err(AccessError::Forbidden(_))
    ));
    let manager = firm.user("manager", BuiltIn::Manager).await;
    assert!(groups(&manager, 5).is_empty(), "nothing of others' records");
    assert!(matches!(
        manager.set_apart(kind(), pair, true).await,
        Err(AccessError::NotFound)
    ));
}

#[tokio::test]
async fn a_place_tells_no_value_and_none_is_made_up() {
    let firm = firm().await;
    let by = &firm.owner;
    // What the first two share is neither an identity nor alike in name.
    for (name, number) in [("Alfa", "5261040828"), ("Beta Pol", "5252248481")] {
        let limit = json!({"amount": "777.00", "currency": "PLN"});
        let fields = [
            ("name", json!(name)),
            ("tax_id", json!(number)),
            ("credit_limit", limit),
        ];
        client(by, &fields).await;
    }
    for number in ["1132191233", "7740001454"] {
        for name in ["Jeden", "Drugi zupelnie"] {
            client(by, &[("name", json!(name)), ("tax_id", json!(number))]).await;
        }
    }
    let honest = groups(by, 20);
    let reading = by.read().unwrap();
    let first = reading.duplicates(kind(), None, 1).unwrap();
    let next = first.next.expect("another page").write();
    let bytes = data_encoding::BASE64URL_NOPAD
        .decode(next.as_bytes())
        .unwrap();
    for number in [b"1132191233", b"7740001454"] {
        assert!(!bytes.windows(10).any(|part| part == number));
    }

    let ids = |place: &str| -> Vec<BTreeSet<RecordId>> {
        let place = DuplicatesPlace::read(place);
        let page = reading.duplicates(kind(), place.as_ref(), 20).unwrap();
        let groups = page.groups.iter();
        groups
            .map(|group| group.members.iter().map(Seen::id).collect())
            .collect()
    };
    assert_eq!(ids(&next).len(), honest.len() - 1);
    for field in ["tax_id", "credit_limit", "name"] {
        let field = kind().named(field).unwrap().no;
        for after in [&b"a"[..], b"r", b"v", b"vffff", b""] {
            let mut made_up = field.to_be_bytes().to_vec();
            made_up.extend_from_slice(&[0, 0]);
            made_up.extend_from_slice(after);
            let made_up = data_encoding::BASE64URL_NOPAD.encode(&made_up);
            assert_eq!(ids(&made_up), honest, "{field} {after:?}");
        }
    }
    // Nor does another person's lead anywhere.
    let second = firm.user("second", BuiltIn::Owner).await;
    let place = DuplicatesPlace::read(&next);
    let page = second
        .read()
        .unwrap()
        .duplicates(kind(), place.as_ref(), 20);
    assert_eq!(page.unwrap().groups.len(), honest.len());
}
