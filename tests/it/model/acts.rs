//! What happens to the firm: the acts, how they come about, and how vault and model take them.

use std::collections::BTreeMap;
use std::ops::Range;

use kartoteka::data::{
    AccessError, Changes, Draft, FieldNo, Outcome, RecordId, RecordOrigin, Row, Seen,
    Strategy as Same, Upsert, UserId, Value, common,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};

use super::asked::{Asked, asked};
use super::plain::{Answer, PlainRecord};
use super::{World, plain};
use crate::firm::{kind, object};

/// Whom a record is given to: somebody of the model, or nobody.
type GivenTo = Option<Index>;
/// Whose a record is.
type Owner = Option<UserId>;

/// Values of fields by name, with the owner as a number of the model's people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    values: Vec<(&'static str, Json)>,
    /// Given at all, and whom.
    owner: Option<GivenTo>,
}

/// One act. People and records are picked among those there are at that moment.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Create(Index, Written),
    /// A deleted record comes back under its id by another way.
    Recreate(Index, Written),
    Update(Index, Index, Written),
    Delete(Index, Index),
    Restore(Index, Index),
    /// Several records in one write.
    Rows(Vec<Written>),
    UpdateEach(Vec<Index>, Written),
    DeleteEach(Vec<Index>),
    RestoreEach(Vec<Index>),
    SetRole(Index, Index),
    SetTeam(Index, Option<Index>),
    SetActive(Index, bool),
    Ask(Asked),
}

pub(crate) const NAMES: [&str; 14] = [
    "Żółw",
    "żółw",
    "Zebra Łódź",
    "„”",
    "Ąb",
    "Abc 24/7",
    "Firma Nowak",
    "nowak i Synowie",
    "東京",
    "हिन्दी",
    "Bardzo długa nazwa przedsiębiorstwa wielobranżowego spod Łodzi, oddział A",
    "Bardzo długa nazwa przedsiębiorstwa wielobranżowego spod Łodzi, oddział B",
    "Dziewięćsetdziewięćdziesięciodziewięcionarodowościowiec",
    "Klient 5 22",
];
pub(crate) const TAGS: [&str; 6] = ["stały", "STAŁY", "VIP", "Żółty", "zolty klient", "s"];
pub(crate) const EMAILS: [&str; 4] = [
    "ola@firma.test",
    "Ola@Firma.test",
    "jan.żak@żółw.pl",
    "biuro@nowak.test",
];
pub(crate) const PHONES: [&str; 4] = [
    "22 555 66 77",
    "(22) 555-66-77",
    "501 502 503",
    "+49 30 1234567",
];
pub(crate) const CITIES: [&str; 4] = ["Łódź", "łódź", "Lublin", "Zgierz"];

fn some_of(from: &'static [&'static str]) -> impl Strategy<Value = Json> {
    proptest::sample::subsequence(from, 0..=3.min(from.len()))
        .prop_shuffle()
        .prop_map(|list| json!(list))
}

fn one_of(from: &'static [&'static str]) -> impl Strategy<Value = Json> {
    prop_oneof![1 => Just(Json::Null), 4 => select(from).prop_map(|text| json!(text))]
}

fn money() -> impl Strategy<Value = Json> {
    let amount = select(&["0.00", "-5.00", "100.00", "100.01", "2500.50", "9000000.00"][..]);
    let amount = (amount, select(&["PLN", "EUR"][..]));
    prop_oneof![1 => Just(Json::Null), 4 => amount.prop_map(|(amount, currency)| json!({"amount": amount, "currency": currency}))]
}

fn field_value() -> impl Strategy<Value = (&'static str, Json)> {
    let value =
        |name: &'static str, json: BoxedStrategy<Json>| json.prop_map(move |json| (name, json));
    prop_oneof![
        4 => value("name", select(&NAMES[..]).prop_map(|name| json!(name)).boxed()),
        1 => value("name", Just(Json::Null).boxed()),
        2 => value("kind", one_of(&["company", "person"]).boxed()),
        3 => value("status", one_of(&["lead", "active", "former"]).boxed()),
        3 => value("tags", some_of(&TAGS).boxed()),
        2 => value("emails", some_of(&EMAILS).boxed()),
        2 => value("phones", some_of(&PHONES).boxed()),
        2 => value("tax_id", one_of(&["5261040828", "PL 123-456-32-18", "DE123456789"]).boxed()),
        2 => value("address.city", one_of(&CITIES).boxed()),
        1 => value("address.street", one_of(&["ul. Piotrkowska 5", "Aleje 7"]).boxed()),
        1 => value("address.country", one_of(&["PL", "DE"]).boxed()),
        1 => value("website", one_of(&["https://zolw.test", "http://nowak.test/"]).boxed()),
        2 => value("notes", one_of(&["Dzwonić rano\nalbo nowak@firma.test", "aż 24/7"]).boxed()),
        2 => value("bank_account", one_of(&["PL61109010140000071219812874"]).boxed()),
        3 => value("credit_limit", money().boxed()),
        2 => value("payment_days", prop_oneof![Just(Json::Null), (0..4_u32).prop_map(|days| json!(days * 7))].boxed()),
        1 => value("discount_percent", prop_oneof![Just(Json::Null), Just(json!(7.25)), Just(json!(0)), Just(json!(100))].boxed()),
    ]
}

fn written(named: bool, owned: f64) -> impl Strategy<Value = Written> {
    let name = select(&NAMES[..]).prop_map(move |name| named.then(|| ("name", json!(name))));
    let values = prop::collection::vec(field_value(), 0..6);
    let owner = prop::option::weighted(owned, prop::option::weighted(0.8, any::<Index>()));
    (name, values, owner).prop_map(|(name, mut values, owner)| {
        // What stands last counts; a name that is wanted is there unless it is cleared now and then.
        values.splice(0..0, name);
        Written { values, owner }
    })
}

/// Somebody; the first owner, who may do all, more often than others.
fn somebody() -> impl Strategy<Value = Index> {
    any::<Index>()
}

pub(crate) fn acts(count: Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let several = || prop::collection::vec(any::<Index>(), 1..5);
    let act = prop_oneof![
        10 => (somebody(), written(true, 0.3)).prop_map(|(who, what)| Act::Create(who, what)),
        1 => (any::<Index>(), written(true, 0.2)).prop_map(|(record, what)| Act::Recreate(record, what)),
        10 => (somebody(), any::<Index>(), written(false, 0.3)).prop_map(|(who, record, what)| Act::Update(who, record, what)),
        5 => (somebody(), any::<Index>()).prop_map(|(who, record)| Act::Delete(who, record)),
        4 => (somebody(), any::<Index>()).prop_map(|(who, record)| Act::Restore(who, record)),
        2 => prop::collection::vec(written(true, 0.9), 1..12).prop_map(Act::Rows),
        2 => (several(), written(false, 0.5)).prop_map(|(records, what)| Act::UpdateEach(records, what)),
        1 => several().prop_map(Act::DeleteEach),
        1 => several().prop_map(Act::RestoreEach),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(who, role)| Act::SetRole(who, role)),
        2 => (any::<Index>(), prop::option::of(any::<Index>())).prop_map(|(who, team)| Act::SetTeam(who, team)),
        1 => (any::<Index>(), any::<bool>()).prop_map(|(who, active)| Act::SetActive(who, active)),
        12 => asked().prop_map(Act::Ask),
    ];
    prop::collection::vec(act, count)
}

fn answer_of<T>(result: &Result<T, AccessError>) -> Answer {
    match result {
        Ok(_) => Answer::Done,
        Err(AccessError::NotFound) => Answer::NotFound,
        Err(AccessError::Forbidden(_)) => Answer::Forbidden,
        Err(AccessError::Invalid(_)) => Answer::Invalid,
        Err(AccessError::SignedOut) => Answer::SignedOut,
        Err(error) => panic!("{error}"),
    }
}

/// The model's record, whose owner and values are as the vault gave it.
fn owner_value(owner: Option<UserId>) -> Option<Value> {
    owner.map(|owner| Value::Id(owner.to_string().parse().expect("an id")))
}

/// As the vault takes it.
struct Taken {
    values: BTreeMap<FieldNo, Option<Value>>,
    owner: Option<Owner>,
}

impl Taken {
    fn changes(&self) -> Changes {
        let mut changes = self.values.clone();
        if let Some(owner) = self.owner {
            changes.insert(common::OWNER, owner_value(owner));
        }
        changes
    }
}

impl World {
    fn take(&self, written: &Written) -> Taken {
        let values = written.values.iter().map(|(name, json)| {
            let field = kind().named(name).expect("a field");
            (field.no, field.kind.take_json(json).expect("a valid value"))
        });
        let owner = written.owner.map(|owner| owner.map(|who| self.person(who)));
        Taken {
            values: values.collect(),
            owner: owner.map(|who| who.map(|who| self.model.people[who].id)),
        }
    }

    fn person(&self, index: Index) -> usize {
        index.index(self.model.people.len())
    }

    /// A record that was ever made; a new id where there is none.
    fn record(&self, index: Index) -> RecordId {
        let ids: Vec<RecordId> = self.model.records.keys().copied().collect();
        if ids.is_empty() {
            RecordId::new()
        } else {
            *index.get(&ids)
        }
    }

    /// Records made by the first owner and their colleagues: a half in one write, a half as the past of a firm that is
    /// loaded.
    pub(crate) async fn preload(&mut self, count: usize) {
        let mut rows = Vec::new();
        for number in 0..count {
            let mut values = vec![(
                "name",
                json!(format!("{} {number}", NAMES[number % NAMES.len()])),
            )];
            values.push(("kind", json!(["company", "person"][number % 2])));
            values.push(("status", json!(["lead", "active", "former"][number % 3])));
            if number % 2 == 0 {
                values.push(("tags", json!([TAGS[number % TAGS.len()], "k"])));
            }
            if number % 3 == 0 {
                let amount = format!("{}.00", number * 7 % 50);
                values.push(("credit_limit", json!({"amount": amount, "currency": "PLN"})));
            }
            let taken = self.take(&Written {
                values,
                owner: None,
            });
            let owner =
                (number % 7 != 0).then(|| self.model.people[number % self.model.people.len()].id);
            rows.push(Taken {
                owner: Some(owner),
                ..taken
            });
        }
        self.rows(rows).await;
    }

    async fn rows(&mut self, rows: Vec<Taken>) {
        let how = Upsert {
            strategy: Same::Create,
            same_by: Vec::new(),
            dry_run: None,
            ..Upsert::default()
        };
        let given = rows
            .iter()
            .map(|row| Row {
                values: row.changes(),
                ..Row::default()
            })
            .collect();
        let outcomes = self.guards[0].upsert(kind(), how, given).await.unwrap();
        for (row, outcome) in rows.into_iter().zip(outcomes) {
            let expected = self.may_create(0, &row);
            assert_eq!(answer_of(&outcome), expected);
            if let Ok(Outcome::Created(id)) = outcome {
                let seen = self.guards[0].read().unwrap().get(kind(), id).unwrap();
                self.created(0, &row, &seen);
            }
        }
    }

    fn may_create(&self, who: usize, taken: &Taken) -> Answer {
        let model = &self.model;
        if !model.people[who].active {
            return Answer::SignedOut;
        }
        if !model.role(who).create {
            return Answer::Forbidden;
        }
        let own = Some(model.people[who].id);
        let owner_fits = taken
            .owner
            .is_none_or(|owner| owner == own || model.gives_to(who, owner));
        let named = matches!(taken.values.get(&kind().title), Some(Some(_)));
        let values_fit = taken.values.iter().all(|(no, value)| {
            model.sees_field(who, *no) && (value.is_none() || model.sets_field(who, *no))
        });
        if owner_fits && named && values_fit {
            Answer::Done
        } else {
            Answer::Invalid
        }
    }

    fn created(&mut self, who: usize, taken: &Taken, seen: &Seen) {
        let mut values = taken.values.clone();
        for field in kind().fields {
            if let Some(default) = field.default {
                values
                    .entry(field.no)
                    .or_insert(Some(Value::Text(default.to_owned())));
            }
        }
        let before = self.model.records.remove(&seen.id());
        let mut history = before.map(|record| record.history).unwrap_or_default();
        history.push(None);
        let record = PlainRecord {
            id: seen.id(),
            owner: taken.owner.unwrap_or(Some(self.model.people[who].id)),
            created_at: seen.created_at(),
            updated_at: seen.updated_at(),
            version: history.len() as u64,
            number: self.model.made,
            values: values
                .into_iter()
                .filter_map(|(no, value)| Some((no, value?)))
                .collect(),
            history,
            deleted: None,
        };
        self.model.made += 1;
        self.check_seen(who, &record, seen);
        self.model.records.insert(record.id, record);
    }

    fn check_seen(&self, who: usize, record: &PlainRecord, seen: &Seen) {
        assert_eq!(
            (seen.owner(), seen.version()),
            (record.owner, record.version)
        );
        for field in kind()
            .fields
            .iter()
            .filter(|field| field.no > common::UPDATED_AT)
        {
            let visible = self.model.sees_field(who, field.no);
            let expected = record.values.get(&field.no).filter(|_| visible);
            assert_eq!(seen.get(field.no), expected, "{}", field.name);
            assert_eq!(seen.fields().any(|shown| shown.no == field.no), visible);
        }
        assert_eq!(seen.may_edit(), self.model.edits(who, record.owner));
        assert_eq!(seen.may_delete(), self.model.deletes(who, record.owner));
    }

    fn may_update(&self, who: usize, id: RecordId, taken: &Taken) -> Answer {
        let model = &self.model;
        let record = match model.find(who, id) {
            Ok(record) => record,
            Err(answer) => return answer,
        };
        if !model.edits(who, record.owner) {
            return Answer::Forbidden;
        }
        let owner_fits = taken
            .owner
            .is_none_or(|owner| owner == record.owner || model.gives_to(who, owner));
        let named = !matches!(taken.values.get(&kind().title), Some(None));
        let values_fit = taken.values.iter().all(|(no, value)| {
            let unchanged = record.values.get(no) == value.as_ref();
            model.sees_field(who, *no) && (unchanged || model.sets_field(who, *no))
        });
        if owner_fits && named && values_fit {
            Answer::Done
        } else {
            Answer::Invalid
        }
    }

    fn updated(&mut self, id: RecordId, taken: &Taken) {
        let Some(record) = self.model.records.get_mut(&id) else {
            return;
        };
        let mut fields = Vec::new();
        if let Some(owner) = taken.owner.filter(|owner| *owner != record.owner) {
            record.owner = owner;
            fields.push(common::OWNER);
        }
        for (no, value) in &taken.values {
            if record.values.get(no) != value.as_ref() {
                fields.push(*no);
                match value {
                    Some(value) => drop(record.values.insert(*no, value.clone())),
                    None => drop(record.values.remove(no)),
                }
            }
        }
        if !fields.is_empty() {
            record.version += 1;
            record.history.push(Some(fields));
            let seen = self.guards[0].read().unwrap().get(kind(), id).unwrap();
            assert!(seen.updated_at() >= record.updated_at);
            record.updated_at = seen.updated_at();
        }
    }

    fn may_delete(&self, who: usize, id: RecordId) -> Answer {
        match self.model.find(who, id) {
            Ok(record) if self.model.deletes(who, record.owner) => Answer::Done,
            Ok(_) => Answer::Forbidden,
            Err(answer) => answer,
        }
    }

    fn deleted(&mut self, id: RecordId, who: usize) {
        let by = self.model.people[who].id;
        let trashed = self.guards[0].read().unwrap().trashed(kind(), id).unwrap();
        assert_eq!(trashed.deleted_by, Some(by));
        let record = self.model.records.get_mut(&id).expect("a record");
        record.version += 1;
        record.history.push(None);
        record.deleted = Some((trashed.deleted_at, Some(by)));
    }

    fn may_restore(&self, who: usize, id: RecordId) -> Answer {
        let model = &self.model;
        match model
            .records
            .get(&id)
            .filter(|record| record.deleted.is_some())
        {
            _ if !model.people[who].active => Answer::SignedOut,
            _ if !model.views(who) => Answer::Forbidden,
            None => model
                .find(who, id)
                .map_or_else(|answer| answer, |_| Answer::Done),
            Some(record) if !model.sees(who, record.owner) => Answer::NotFound,
            Some(record) if !model.deletes(who, record.owner) => Answer::Forbidden,
            Some(_) => Answer::Done,
        }
    }

    fn restored(&mut self, id: RecordId) {
        if let Some(record) = self.model.records.get_mut(&id)
            && record.deleted.take().is_some()
        {
            record.version += 1;
            record.history.push(None);
        }
    }

    pub(crate) async fn act(&mut self, act: Act) {
        match act {
            Act::Create(who, what) => self.create(self.person(who), &what, None).await,
            Act::Recreate(index, what) => {
                let id = self.record(index);
                if self
                    .model
                    .records
                    .get(&id)
                    .is_none_or(|record| record.deleted.is_some())
                {
                    self.create(0, &what, Some(id)).await;
                }
            }
            Act::Update(who, index, what) => {
                let (who, id, taken) = (self.person(who), self.record(index), self.take(&what));
                let expected = self.may_update(who, id, &taken);
                let result = self.guards[who]
                    .update(kind(), id, taken.changes(), None)
                    .await;
                assert_eq!(answer_of(&result), expected);
                if let Ok(seen) = result {
                    self.updated(id, &taken);
                    self.check_seen(who, &self.model.records[&id], &seen);
                }
            }
            Act::Delete(who, index) => {
                let (who, id) = (self.person(who), self.record(index));
                let expected = self.may_delete(who, id);
                let result = self.guards[who].delete(kind(), id, None).await;
                assert_eq!(answer_of(&result), expected);
                if result.is_ok() {
                    self.deleted(id, who);
                }
            }
            Act::Restore(who, index) => {
                let (who, id) = (self.person(who), self.record(index));
                let expected = self.may_restore(who, id);
                let result = self.guards[who].restore(kind(), id).await;
                assert_eq!(answer_of(&result), expected);
                if let Ok(seen) = result {
                    self.restored(id);
                    self.check_seen(who, &self.model.records[&id], &seen);
                }
            }
            Act::Rows(rows) => {
                let rows = rows.iter().map(|row| self.take(row)).collect();
                self.rows(rows).await;
            }
            Act::UpdateEach(records, what) => {
                let taken = self.take(&what);
                let ids: Vec<RecordId> = records
                    .into_iter()
                    .map(|index| self.record(index))
                    .collect();
                let results = self.guards[0]
                    .update_each(kind(), ids.clone(), taken.changes())
                    .await
                    .unwrap();
                for (id, result) in ids.into_iter().zip(results) {
                    assert_eq!(answer_of(&result), self.may_update(0, id, &taken));
                    if result.is_ok() {
                        self.updated(id, &taken);
                    }
                }
            }
            Act::DeleteEach(records) => {
                let ids: Vec<RecordId> = records
                    .into_iter()
                    .map(|index| self.record(index))
                    .collect();
                let results = self.guards[0]
                    .delete_each(kind(), ids.clone())
                    .await
                    .unwrap();
                for (id, result) in ids.into_iter().zip(results) {
                    assert_eq!(answer_of(&result), self.may_delete(0, id));
                    if result.is_ok() {
                        self.deleted(id, 0);
                    }
                }
            }
            Act::RestoreEach(records) => {
                let ids: Vec<RecordId> = records
                    .into_iter()
                    .map(|index| self.record(index))
                    .collect();
                let results = self.guards[0]
                    .restore_each(kind(), ids.clone())
                    .await
                    .unwrap();
                for (id, result) in ids.into_iter().zip(results) {
                    assert_eq!(answer_of(&result), self.may_restore(0, id));
                    self.restored(id);
                }
            }
            Act::SetRole(who, role) => {
                let role = role.index(self.model.roles.len());
                let json = json!({"role": self.model.roles[role].id});
                if let Some(who) = self.change_person(who, json).await {
                    self.model.people[who].role = role;
                }
            }
            Act::SetTeam(who, team) => {
                let team = team.map(|team| *team.get(&self.model.teams));
                if let Some(who) = self.change_person(who, json!({"team": team})).await {
                    self.model.people[who].team = team;
                }
            }
            Act::SetActive(who, active) => {
                if let Some(who) = self.change_person(who, json!({"active": active})).await {
                    self.model.people[who].active = active;
                }
            }
            Act::Ask(asked) => self.ask(&asked),
        }
    }

    async fn create(&mut self, who: usize, what: &Written, id: Option<RecordId>) {
        let taken = self.take(what);
        let expected = self.may_create(who, &taken);
        let origin = id.map(|id| RecordOrigin {
            id,
            created_at: None,
            updated_at: None,
        });
        let draft = Draft {
            values: taken.changes(),
            origin,
        };
        let result = self.guards[who].create(kind(), draft).await;
        assert_eq!(answer_of(&result), expected);
        if let Ok(seen) = result {
            self.created(who, &taken, &seen);
        }
    }

    /// Changes somebody other than the first owner.
    async fn change_person(&self, who: Index, json: Json) -> Option<usize> {
        let who = 1 + who.index(plain::PEOPLE.len());
        let id = self.model.people[who].id;
        self.guards[0]
            .update_user(id, object(json), None)
            .await
            .unwrap();
        Some(who)
    }
}
