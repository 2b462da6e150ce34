//! What goes out comes back: ids, owners, dates and every field, whatever the texts are.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::test_firm::{TestFirm, options, with_firm};
use crate::data::Strategy as OnTwin;
use crate::i18n::Lang;

/// Texts that spreadsheets, formula guards and terminals trip over.
const NASTY: [&str; 26] = [
    "=HYPERLINK(\"http://evil.test\")",
    "+48 601",
    "-1+2",
    "@SUM(A1)",
    "'=1",
    "''",
    "\"cytat\"",
    "a,b;c|d",
    "x\ty",
    "1e5",
    "007",
    "TRUE",
    "NULL",
    "2026-11-24",
    "#REF!",
    "_x0041_",
    "a\u{2060}",
    "שלום עולם",
    "مرحبا",
    "e\u{301}",
    "🧑‍🌾 rolnik",
    "&amp; <b>",
    "\\n",
    "1,5",
    "Nazwa",
    "sep=;",
];

fn round_trip(firm: &TestFirm, file: &str, lang: Lang) {
    let before = firm.all();
    let count = firm.export(&firm.owner, file, lang).unwrap();
    assert_eq!(count as usize, before.len());
    let nothing = firm.import(file);
    assert_eq!(
        (nothing.created, nothing.skipped, &nothing.warnings),
        (0, count, &vec![]),
        "{file}"
    );
    firm.delete(before.keys());
    assert!(firm.all().is_empty());
    let report = firm.import(file);
    assert_eq!(
        (report.created, report.failed, &report.warnings),
        (count, 0, &vec![]),
        "{file} {report:#?}"
    );
    let after = firm.all();
    for (id, was) in &before {
        assert_eq!(Some(was), after.get(id), "{file}");
    }
    assert_eq!(before.len(), after.len());
}

#[test]
fn nasty_texts_come_back_unchanged() {
    with_firm(|firm| {
        for text in NASTY {
            firm.client(json!({
                "name": text, "notes": format!("{text}\n\n {text}"), "tags": [text, "a, b"],
                "address.street": text, "address.city": text, "address.postal_code": text.chars().take(20).collect::<String>().trim(),
            }));
        }
        firm.client(json!({"name": "Notatki", "notes": "=1\n@x\n\tz"}));
        for (file, lang) in [("a.csv", Lang::Pl), ("b.xlsx", Lang::En)] {
            round_trip(&firm, file, lang);
        }
    });
}

#[test]
fn people_come_back_to_their_companies_whatever_the_order() {
    with_firm(|firm| {
        let zeta = firm.client(json!({"name": "Zeta S.A.", "emails": ["biuro@zeta.pl"]}));
        for name in ["Adam", "Beata"] {
            firm.client(json!({"name": name, "kind": "person", "company": zeta, "emails": ["biuro@zeta.pl"]}));
        }
        let other = firm.client(json!({"name": "Zeta S.A."}));
        firm.client(json!({"name": "Celina", "kind": "person", "company": other}));
        for file in ["a.csv", "b.xlsx"] {
            round_trip(&firm, file, Lang::Pl);
        }
    });
}

#[test]
fn only_what_was_deleted_comes_back() {
    with_firm(|firm| {
        let mut list = "Nazwa,E-mail,Telefon,Miasto,Tagi,Uwagi\n".to_owned();
        for n in 0..60 {
            let row =
                format!("Firma {n},biuro@wspolne.pl,601102203,Łódź,\"VIP, hurt\",notatka {n}\n");
            list.push_str(&row);
        }
        firm.import_text(options(), &list);
        let before = firm.all();
        assert_eq!(before.len(), 60);
        firm.export(&firm.owner, "kopia.xlsx", Lang::Pl).unwrap();
        firm.delete(before.keys().skip(7).take(5));
        let report = firm.import("kopia.xlsx");
        assert_eq!(
            (report.created, report.skipped, report.failed),
            (5, 55, 0),
            "{report:#?}"
        );
        assert_eq!(firm.all(), before);
    });
}

#[test]
fn an_export_makes_the_same_firm_elsewhere() {
    with_firm(|firm| {
        // The strategy that makes everything anew, for records that look alike.
        for number in 0..3 {
            firm.client(json!({"name": "Jan Lis", "kind": "person", "emails": ["biuro@x.pl"], "notes": format!("{number}")}));
        }
        firm.export(&firm.owner, "out.csv", Lang::En).unwrap();
        let before = firm.all();
        let path = firm.path("out.csv");
        let csv = std::fs::read_to_string(path).unwrap();
        with_other_firm(csv, before);
    });
}

fn with_other_firm(csv: String, before: std::collections::BTreeMap<String, Json>) {
    std::thread::spawn(move || {
        with_firm(move |firm| {
            let report = firm.import_text(options(), &csv);
            assert_eq!((report.created, report.skipped), (3, 0), "{report:#?}");
            assert_eq!(
                firm.all().keys().collect::<Vec<_>>(),
                before.keys().collect::<Vec<_>>()
            );
            let again = firm.import_text(options(), &csv);
            assert_eq!((again.created, again.skipped), (0, 3), "{again:#?}");
            let mut anew = options();
            anew.strategy = OnTwin::Create;
            assert_eq!(
                firm.import_text(anew, &csv).created,
                3,
                "copies get ids of their own"
            );
        });
    })
    .join()
    .unwrap();
}

#[test]
fn json_is_what_the_api_gives() {
    with_firm(|firm| {
        firm.client(json!({"name": "A", "phones": ["601 102 203"]}));
        firm.client(json!({"name": "B"}));
        assert_eq!(firm.export(&firm.owner, "out.json", Lang::Pl).unwrap(), 2);
        let text = std::fs::read_to_string(firm.path("out.json")).unwrap();
        let records: Vec<Json> = serde_json::from_str(&text).unwrap();
        let all = firm.all();
        assert_eq!(records.len(), 2);
        assert!(
            records
                .iter()
                .all(|record| all[record["id"].as_str().unwrap()] == *record)
        );
        assert_eq!(text.lines().count(), 4);
    });
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(&NASTY[..]).prop_map(str::to_owned),
        2 => "[ -~]{1,24}",
        2 => "[a-ząćęłńóśźż\"',;| ]{1,24}",
        1 => "\\PC{1,16}",
    ]
}

fn client() -> impl Strategy<Value = Json> {
    let lists = (
        prop::collection::vec("[a-z]{1,8}@[a-z]{2,8}\\.pl", 0..4),
        prop::collection::vec(
            "(\\+48 )?[5678][0-9]{2} [0-9]{3} [0-9]{3}( wew\\. [0-9]{1,3})?",
            0..4,
        ),
        prop::collection::vec(text(), 0..5),
    );
    let money = (
        -1_000_000_i64..1_000_000_000,
        prop::sample::select(&["PLN", "EUR", "USD"][..]),
    );
    let finance = (
        prop::option::of(money),
        prop::option::of(0..=365),
        prop::option::of(0..=10_000),
    );
    (
        (text(), text(), prop::option::of(text()), prop::option::of("[0-9]{2}-?[0-9]{3}|[A-Z]{2}[0-9] [0-9]{3}")),
        lists,
        finance,
        (0..3_usize, any::<bool>(), any::<bool>(), any::<bool>()),
    )
        .prop_map(|((name, notes, city, postal), (emails, phones, tags), (limit, days, discount), (status, person, owned, foreign))| {
            let mut client = json!({
                "name": format!("x{name}"), "notes": notes, "address.city": city, "address.postal_code": postal,
                "emails": emails, "phones": phones, "tags": tags, "status": (["lead", "active", "former"][status]),
                "kind": if person { "person" } else { "company" }, "payment_days": days,
            });
            if let Some((minor, currency)) = limit {
                let sign = if minor < 0 { "-" } else { "" };
                let amount = format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100);
                client["credit_limit"] = json!({"amount": amount, "currency": currency});
            }
            if let Some(discount) = discount {
                client["discount_percent"] = serde_json::from_str(&format!("{}.{:02}", discount / 100, discount % 100)).unwrap();
            }
            if foreign {
                client["address.country"] = json!("DE");
                client["website"] = json!("https://firma.example/ścieżka?a=b,c");
            }
            if !owned {
                client["owner"] = Json::Null;
            }
            client
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn random_clients_come_back(clients in prop::collection::vec(client(), 1..30)) {
        with_firm(move |firm| {
            for client in clients {
                firm.client(client);
            }
            for (file, lang) in [("a.csv", Lang::Pl), ("b.xlsx", Lang::En)] {
                round_trip(&firm, file, lang);
            }
        });
    }
}
