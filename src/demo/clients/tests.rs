use std::collections::HashSet;

use jiff::civil::date;

use super::super::{DemoClient, people};
use super::clients;
use crate::data::records::{
    bank::Iban, country::Country, email::Email, link::Link, phone::Phone, tax_id::TaxId,
};

fn some(count: usize) -> Vec<DemoClient> {
    clients(count, 7, date(2026, 11, 24)).collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_clients() {
    assert_eq!(some(400), some(400));
    let other: Vec<DemoClient> = clients(400, 8, date(2026, 11, 24)).collect();
    assert!(
        some(400)
            .iter()
            .zip(&other)
            .filter(|(a, b)| a.name == b.name)
            .count()
            < 10
    );
}

#[test]
fn every_value_is_valid() {
    let clients = some(6000);
    let mut ids = HashSet::new();
    let mut tax_ids = HashSet::new();
    for (index, client) in clients.iter().enumerate() {
        let id = uuid::Uuid::from_bytes(client.id_bytes);
        assert_eq!(
            (id.get_version_num(), id.get_variant()),
            (7, uuid::Variant::RFC4122)
        );
        let (seconds, _) = id
            .get_timestamp()
            .expect("version 7 holds a time")
            .to_unix();
        assert_eq!(seconds as i64, client.created_at.as_second());
        assert!(ids.insert(client.id_bytes));
        assert!(
            !client.name.is_empty() && client.name.len() <= 120,
            "{}",
            client.name
        );
        if let Some(tax_id) = &client.tax_id {
            assert_eq!(TaxId::parse(tax_id).expect(tax_id).as_str(), tax_id);
            assert!(tax_ids.insert(tax_id.clone()), "{tax_id} twice");
        }
        for email in &client.emails {
            let email = Email::parse(email).expect(email);
            assert!(matches!(
                email.domain().rsplit_once('.'),
                Some((_, "example" | "test"))
            ));
        }
        for phone in &client.phones {
            assert!(
                !Phone::parse(phone).expect(phone).e164.is_empty(),
                "{phone}"
            );
        }
        if let Some(website) = &client.website {
            assert_eq!(Link::parse(website).expect(website).as_str(), website);
        }
        if let Some(account) = &client.bank_account {
            assert_eq!(Iban::parse(account).expect(account).as_str(), account);
        }
        assert_eq!(client.country.is_empty(), client.city.is_empty());
        if !client.country.is_empty() {
            Country::parse(&client.country).expect("a code");
        }
        assert!(client.owner.is_none_or(|owner| owner < people().len()));
        if let Some(company) = client.company_of {
            assert!(!client.kind_is_company && company < index && index - company <= 200);
            assert!(
                clients[company].kind_is_company && clients[company].created_at < client.created_at
            );
        }
    }
}

#[test]
fn the_history_is_in_order_and_in_the_past() {
    let today: jiff::Timestamp = "2026-11-24T00:00:00Z".parse().expect("a time");
    for mut client in some(4000) {
        assert!(!client.notes.contains(['{', '}']), "{}", client.notes);
        let mut last = client.created_at;
        assert!(last < today && last.duration_until(today).as_hours() <= 24 * 733);
        for edit in client.edits.clone() {
            assert!(edit.at > last && edit.at < today, "{} {}", edit.at, last);
            last = edit.at;
            assert!(edit.by < people().len());
            let before = client.clone();
            client.apply(&edit.what);
            assert_ne!(client, before, "an edit changes something");
        }
    }
}

#[test]
fn kinds_states_and_owners_are_mixed() {
    let mut clients = some(10_000);
    for client in &mut clients {
        for edit in std::mem::take(&mut client.edits) {
            client.apply(&edit.what);
        }
    }
    let percent =
        |test: &dyn Fn(&DemoClient) -> bool| clients.iter().filter(|c| test(c)).count() / 100;
    assert!((72..=84).contains(&percent(&|c| c.kind_is_company)));
    assert!(
        (20..=40).contains(&percent(&|c| c.status == "lead")),
        "{}",
        percent(&|c| c.status == "lead")
    );
    assert!(
        (45..=70).contains(&percent(&|c| c.status == "active")),
        "{}",
        percent(&|c| c.status == "active")
    );
    assert!(
        (6..=25).contains(&percent(&|c| c.status == "former")),
        "{}",
        percent(&|c| c.status == "former")
    );
    assert!((1..=4).contains(&percent(&|c| c.owner.is_none())));
    assert!((10..=20).contains(&percent(&|c| c.company_of.is_some())));
    assert!(percent(&|c| c.country != "PL" && c.kind_is_company) >= 1);
    let names: HashSet<&str> = clients.iter().map(|c| c.name.as_str()).collect();
    assert!(names.len() > 9_000, "{}", names.len());
}
