//! Demo clients in the shape in which the vault takes a past.

use std::collections::VecDeque;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::history::Calendar;
use super::{DemoChange, DemoClient, MANAGER, clients};
use crate::clients::field;
use crate::data::{
    Changes, Currency, FieldNo, Money, PastEdit, PastRecord, RecordId, TeamId, UserId, Value,
    common,
};

/// Ids kept for persons who refer to a company made before; the demo's lie no further back than 200.
const KEPT: usize = 256;

/// The users of the demo firm and their team.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    pub(crate) users: [UserId; 6],
    pub(crate) team: TeamId,
}

impl People {
    /// Their ids, told by the seed and when the firm began.
    pub(crate) fn new(seed: u64, since: Timestamp) -> Self {
        let id = |place: u64| {
            let hash = Sha256::new()
                .chain_update(b"kartoteka demo")
                .chain_update(seed.to_be_bytes())
                .chain_update(place.to_be_bytes())
                .finalize();
            let mut random = [0; 10];
            random.copy_from_slice(&hash[..10]);
            let millis = since.as_millisecond().unsigned_abs() + place;
            *uuid::Builder::from_unix_timestamp_millis(millis, &random)
                .into_uuid()
                .as_bytes()
        };
        Self {
            users: [0, 1, 2, 3, 4, 5].map(|place| UserId::from_bytes(id(place))),
            team: TeamId::from_bytes(id(6)),
        }
    }
}

/// When the firm began, before its first client.
pub(crate) fn first_moment(today: Date) -> Timestamp {
    Calendar::until(today).start()
}

/// The clients with their history; the same arguments give the same records.
pub(crate) fn past_clients(
    count: usize,
    seed: u64,
    today: Date,
    people: People,
    currency: Currency,
) -> impl Iterator<Item = PastRecord> {
    let mut ids: VecDeque<[u8; 16]> = VecDeque::with_capacity(KEPT + 1);
    clients(count, seed, today)
        .enumerate()
        .map(move |(index, client)| {
            let company = client
                .company_of
                .and_then(|place| (index - place).checked_sub(1))
                .and_then(|back| ids.get(back).copied());
            ids.push_front(client.id_bytes);
            ids.truncate(KEPT);
            past(client, company, &people, currency)
        })
}

fn past(
    client: DemoClient,
    company: Option<[u8; 16]>,
    people: &People,
    currency: Currency,
) -> PastRecord {
    let user = |place: usize| people.users[place];
    let mut now = client;
    let owner = now.owner.map(user);
    let mut record = PastRecord {
        id: RecordId::from_bytes(now.id_bytes),
        owner,
        values: values(&now, company, currency),
        created_at: now.created_at,
        created_by: owner.or(Some(user(MANAGER))),
        edits: Vec::with_capacity(now.edits.len()),
    };
    for edit in std::mem::take(&mut now.edits) {
        now.apply(&edit.what);
        record.edits.push(PastEdit {
            at: edit.at,
            by: Some(user(edit.by)),
            changes: Changes::from([changed(&now, &edit.what, people, currency)]),
        });
    }
    record
}

fn values(client: &DemoClient, company: Option<[u8; 16]>, currency: Currency) -> Changes {
    let kind = if client.kind_is_company {
        "company"
    } else {
        "person"
    };
    let amount = |minor: Option<i64>| minor.and_then(|minor| money(minor, currency));
    let optional = |value: &Option<String>| value.as_deref().and_then(text);
    Changes::from([
        (field::KIND, text(kind)),
        (field::NAME, text(&client.name)),
        (
            field::COMPANY,
            company.map(|id| Value::Id(Uuid::from_bytes(id))),
        ),
        (field::TAX_ID, optional(&client.tax_id)),
        (field::EMAILS, list(&client.emails)),
        (field::PHONES, list(&client.phones)),
        (field::WEBSITE, optional(&client.website)),
        (field::STREET, text(&client.street)),
        (field::POSTAL_CODE, text(&client.postal_code)),
        (field::CITY, text(&client.city)),
        (field::COUNTRY, text(&client.country)),
        (field::STATUS, text(client.status)),
        (field::TAGS, list(&client.tags)),
        (field::NOTES, text(&client.notes)),
        (field::BANK_ACCOUNT, optional(&client.bank_account)),
        (field::CREDIT_LIMIT, amount(client.credit_limit_minor)),
        (field::PAYMENT_DAYS, client.payment_days.map(Value::Number)),
        (
            field::DISCOUNT_PERCENT,
            client
                .discount_percent
                .map(|percent| Value::Number(percent * 100)),
        ),
        (field::BALANCE, amount(client.balance_minor)),
    ])
}

/// What a change left in its field.
fn changed(
    client: &DemoClient,
    change: &DemoChange,
    people: &People,
    currency: Currency,
) -> (FieldNo, Option<Value>) {
    match change {
        DemoChange::Status(status) => (field::STATUS, text(status)),
        DemoChange::Notes(notes) => (field::NOTES, text(notes)),
        DemoChange::PhoneAdded(_) => (field::PHONES, list(&client.phones)),
        DemoChange::TagAdded(_) => (field::TAGS, list(&client.tags)),
        DemoChange::Owner(owner) => {
            let id = Uuid::from_bytes(*people.users[*owner].bytes());
            (common::OWNER, Some(Value::Id(id)))
        }
        DemoChange::CreditLimit(minor) => (field::CREDIT_LIMIT, money(*minor, currency)),
        DemoChange::PaymentDays(days) => (field::PAYMENT_DAYS, Some(Value::Number(*days))),
    }
}

fn text(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::Text(text.to_owned()))
}

fn list(texts: &[String]) -> Option<Value> {
    (!texts.is_empty()).then(|| Value::List(texts.to_vec()))
}

fn money(minor: i64, currency: Currency) -> Option<Value> {
    Money::new(minor, currency).ok().map(Value::Money)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;

    fn some(count: usize) -> Vec<PastRecord> {
        let today = jiff::civil::date(2026, 11, 24);
        let people = People::new(7, first_moment(today));
        let currency = Currency::parse("PLN").expect("a currency");
        past_clients(count, 7, today, people, currency).collect()
    }

    #[test]
    fn every_value_is_as_its_field_keeps_it() {
        for record in some(3000) {
            let changes = record.edits.iter().map(|edit| &edit.changes);
            for (no, value) in std::iter::once(&record.values).chain(changes).flatten() {
                let kind = CLIENTS.field(*no).expect("a field").kind;
                let Some(value) = value else { continue };
                let taken = kind.take_json(&kind.give_json(value));
                assert_eq!(taken, Ok(Some(value.clone())), "field {no}");
            }
        }
    }

    #[test]
    fn a_persons_company_is_one_made_before() {
        let records = some(2000);
        let mut persons = 0;
        for (index, record) in records.iter().enumerate() {
            if let Some(Value::Id(company)) = &record.values[&field::COMPANY] {
                persons += 1;
                let company = records[..index]
                    .iter()
                    .find(|other| other.id.bytes() == company.as_bytes())
                    .expect("made before");
                assert_eq!(company.values[&field::KIND], text("company"));
            }
        }
        assert!(persons > 100, "{persons}");
    }

    #[test]
    fn the_same_seed_gives_the_same_people() {
        let since = first_moment(jiff::civil::date(2026, 11, 24));
        assert_eq!(People::new(1, since).users, People::new(1, since).users);
        assert_ne!(People::new(1, since).users, People::new(2, since).users);
    }
}
