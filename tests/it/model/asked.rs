//! Questions to the vault, and what the model answers: filters, words and orders by plain comparison.

use jiff::Timestamp;
use kartoteka::data::records::{fold::collation_key, phone::Phone, tax_id::TaxId};
use kartoteka::data::{
    Access, AccessError, Field, Filter, Kind, List, Query, Reading, RecordId, Seen, Sort, Start,
    Test, TrashFilter, Value, common,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::World;
use super::acts::{CITIES, EMAILS, NAMES, PHONES, TAGS};
use super::plain::{Model, PlainRecord};
use crate::firm::kind;

/// A question; owners in it are picked among the model's people.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    query: Query,
    /// Owners of an additional filter; nobody for records without one.
    owners: Vec<Option<Index>>,
    /// Records on a page.
    page: usize,
}

const WORDS: [&str; 37] = [
    "zolw",
    "żół",
    "ŻÓŁW łódź",
    "no",
    "nowak fir",
    "24/7",
    "247",
    "24",
    "526 104",
    "5261040828",
    "pl526",
    "PL526-104-08-28",
    "123456",
    "de123",
    "22 555",
    "225556677",
    "555 66 77",
    "+48 22 555",
    "501502",
    "49 30",
    "ola@",
    "ola@firma.test",
    "jan.zak@zolw",
    "pl61109",
    "東",
    "हिन्दी",
    "हि",
    "हिन्दी x",
    "s",
    "st vi",
    "--",
    "rano dzwo",
    "oddział b bardzo",
    "Dziewięćsetdziewięćdziesięciodziewięcionarodowościowiec",
    "dziewiecset",
    "klient 22 5",
    "k",
];

const AMOUNTS: &[&str] = &[
    "-5",
    "-4,99",
    "0",
    "99,99 zł",
    "100",
    "100,01",
    "2500,50",
    "10 000 000",
];

fn filter() -> impl Strategy<Value = Filter> {
    let texts = |field: &'static str, from: &'static [&'static str]| {
        prop::collection::vec(select(from), 1..4).prop_map(move |values| Filter {
            field: field.to_owned(),
            test: Test::AnyOf(values.into_iter().map(str::to_owned).collect()),
        })
    };
    let range = |field: &'static str, from: &'static [&'static str]| {
        let end = || prop::option::of(select(from)).prop_map(|text| text.map(str::to_owned));
        (end(), end()).prop_map(move |(from, to)| Filter {
            field: field.to_owned(),
            test: Test::Between(from, to),
        })
    };
    let fields: Vec<&'static str> = kind()
        .fields
        .iter()
        .filter(|field| field.filterable)
        .map(|field| field.name)
        .collect();
    let empty = (select(fields), any::<bool>()).prop_map(|(field, empty)| Filter {
        field: field.to_owned(),
        test: Test::Empty(empty),
    });
    prop_oneof![
        2 => texts("name", &NAMES),
        2 => texts("tags", &TAGS),
        1 => texts("emails", &EMAILS),
        1 => texts("phones", &PHONES),
        1 => texts("address.city", &CITIES),
        2 => texts("status", &["lead", "active", "former", "other"]),
        1 => texts("kind", &["company", "person"]),
        1 => texts("tax_id", &["526-104-08-28", "DE123456789", "x"]),
        1 => texts("credit_limit", AMOUNTS),
        2 => range("credit_limit", AMOUNTS),
        1 => range("payment_days", &["0", "7", "8", "21", "365"]),
        1 => range("discount_percent", &["0", "7,25", "7.26", "100"]),
        1 => range("created_at", &["2020-01-01", "01.01.2021", "2200-01-01"]),
        4 => empty,
    ]
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let fields: Vec<&'static str> = kind()
        .fields
        .iter()
        .filter(|field| field.sortable)
        .map(|field| field.name)
        .collect();
    let sort = (select(fields), any::<bool>()).prop_map(|(field, descending)| Sort {
        field: field.to_owned(),
        descending,
    });
    let search = prop_oneof![2 => Just(""), 3 => select(&WORDS[..])];
    let owners = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(prop::option::of(any::<Index>()), 1..3)];
    (
        prop::option::weighted(0.8, sort),
        prop::collection::vec(filter(), 0..3),
        search,
        owners,
        1_usize..40,
    )
        .prop_map(|(sort, filters, search, owners, page)| Asked {
            query: Query {
                search: search.to_owned(),
                filters,
                sort,
                ids: Vec::new(),
            },
            owners,
            page,
        })
}

/// The whole list in an order.
pub(crate) fn sorted(field: &str, descending: bool) -> Query {
    Query {
        sort: Some(Sort {
            field: field.to_owned(),
            descending,
        }),
        ..Query::default()
    }
}

/// A condition that every record meets.
pub(crate) fn everything() -> Filter {
    Filter {
        field: "name".to_owned(),
        test: Test::Empty(false),
    }
}

/// Folding for the letters these tests use.
fn fold(text: &str) -> String {
    let plain = |c| match c {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        c => c,
    };
    text.to_lowercase().chars().map(plain).collect()
}

fn words(text: &str) -> Vec<String> {
    // Letters, digits and the vowel signs of Devanagari.
    let in_word = |c: char| c.is_alphanumeric() || ('\u{900}'..='\u{97f}').contains(&c);
    fold(text)
        .split(|c| !in_word(c))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `pl526`
fn opens_number(word: &str) -> bool {
    let country = word.chars().take_while(char::is_ascii_lowercase).count();
    country == 2 && word.len() > 2 && is_number(&word[2..])
}

fn value_of(record: &PlainRecord, field: &Field) -> Option<Value> {
    let id = |text: String| Value::Id(text.parse().expect("an id"));
    match field.no {
        common::ID => Some(id(record.id.to_string())),
        common::OWNER => record.owner.map(|owner| id(owner.to_string())),
        common::CREATED_AT => Some(Value::Time(record.created_at)),
        common::UPDATED_AT => Some(Value::Time(record.updated_at)),
        no => record.values.get(&no).cloned(),
    }
}

/// Words by which a record is found in fields of one group.
fn found_by(record: &PlainRecord, group: &str) -> (Vec<String>, Vec<String>) {
    let (mut all, mut addresses) = (Vec::new(), Vec::new());
    for field in kind()
        .fields
        .iter()
        .filter(|field| field.searched && field.group == group)
    {
        let value = value_of(record, field);
        for text in value.iter().flat_map(Value::as_list) {
            match field.kind {
                Kind::TaxId => {
                    all.extend(TaxId::parse(text).unwrap().search_terms());
                    all.push(if is_number(text) {
                        "pl".to_owned()
                    } else {
                        fold(&text[..2])
                    });
                }
                Kind::Phones => all.extend(Phone::parse(text).unwrap().search_terms()),
                Kind::Emails => {
                    addresses.push(fold(text));
                    all.extend(words(text));
                }
                _ => all.extend(words(text)),
            }
        }
    }
    (all, addresses)
}

impl Model {
    /// Whether every word of a search begins a word of the record, in any order, in fields that are seen.
    fn answers(&self, person: usize, record: &PlainRecord, search: &str) -> bool {
        let groups: Vec<_> = ["", "finance"]
            .into_iter()
            .filter(|group| {
                group.is_empty() || self.sees_field(person, kind().named("balance").unwrap().no)
            })
            .map(|group| found_by(record, group))
            .collect();
        let has = |all: &[String], start: &str| all.iter().any(|word| word.starts_with(start));
        let word = |start: &str| groups.iter().any(|(all, _)| has(all, start));
        let number = |parts: &[String]| {
            groups.iter().any(|(all, _)| {
                has(all, &parts.concat()) || parts.iter().all(|part| has(all, part))
            })
        };
        let (mut asked, mut holds) = (0, true);
        let mut run: Vec<String> = Vec::new();
        let folded = fold(search);
        for token in folded.split_whitespace() {
            if token.contains('@') {
                if !run.is_empty() {
                    holds &= number(&std::mem::take(&mut run));
                }
                holds &= groups.iter().any(|(_, addresses)| has(addresses, token));
                asked += 1;
                continue;
            }
            for part in words(token) {
                asked += 1;
                if is_number(&part) || (run.is_empty() && opens_number(&part)) {
                    run.push(part);
                    continue;
                }
                if !run.is_empty() {
                    holds &= number(&std::mem::take(&mut run));
                }
                holds &= word(&part);
            }
        }
        if !run.is_empty() {
            holds &= number(&run);
        }
        asked > 0 && holds
    }

    fn passes(record: &PlainRecord, filter: &Filter) -> bool {
        let field = kind().named(&filter.field).unwrap();
        let value = value_of(record, field);
        match &filter.test {
            Test::Empty(empty) => value.is_none() == *empty,
            Test::AnyOf(values) if field.kind == Kind::Owner => {
                values.iter().any(|wanted| match record.owner {
                    None => wanted == "none",
                    Some(owner) => *wanted == owner.to_string(),
                })
            }
            Test::AnyOf(values) if field.kind == Kind::Money => values
                .iter()
                .any(|wanted| value.as_ref().and_then(number) == Some(cents(wanted))),
            Test::AnyOf(values) => {
                let form = |text: &str| match field.kind {
                    Kind::Phones => Phone::parse(text).unwrap().unique(),
                    Kind::TaxId => {
                        TaxId::parse(text).map_or(fold(text), |id| id.as_str().to_owned())
                    }
                    _ => fold(text),
                };
                let has: Vec<String> = value
                    .iter()
                    .flat_map(Value::as_list)
                    .map(|text| form(text))
                    .collect();
                values.iter().any(|wanted| has.contains(&form(wanted)))
            }
            Test::Between(from, to) => {
                let point = |text: &String| match field.kind {
                    Kind::Number { scale: 0, .. } => text.parse().unwrap(),
                    Kind::Time => year(text),
                    _ => cents(text),
                };
                value.as_ref().and_then(number).is_some_and(|is| {
                    from.as_ref().is_none_or(|from| point(from) <= is)
                        && to.as_ref().is_none_or(|to| is <= point(to))
                })
            }
        }
    }

    /// The list somebody gets; nothing where they may not ask so.
    fn list(&self, person: usize, query: &Query) -> Option<Vec<RecordId>> {
        let names = query
            .filters
            .iter()
            .map(|filter| &filter.field)
            .chain(query.sort.iter().map(|sort| &sort.field));
        for name in names {
            if !self.sees_field(person, kind().named(name).unwrap().no) {
                return None;
            }
        }
        let mut records = self.seen(person);
        records.retain(|record| {
            query
                .filters
                .iter()
                .all(|filter| Self::passes(record, filter))
                && (query.search.is_empty() || self.answers(person, record, &query.search))
        });
        self.order(&mut records, query.sort.as_ref());
        Some(records.into_iter().map(|record| record.id).collect())
    }

    /// By title where nothing else tells records apart; what has no value comes last.
    fn order(&self, records: &mut [&PlainRecord], sort: Option<&Sort>) {
        let by_title = |record: &PlainRecord| (collation_key(record.text(kind().title)), record.id);
        records.sort_by_cached_key(|record| by_title(record));
        let Some(sort) = sort else { return };
        let field = kind().named(&sort.field).unwrap();
        let rank = |record: &PlainRecord| -> Option<usize> {
            match field.kind {
                Kind::Owner => {
                    let mut people: Vec<_> = self.people.iter().collect();
                    people.sort_by_cached_key(|person| (collation_key(person.name), person.id));
                    people
                        .iter()
                        .position(|person| Some(person.id) == record.owner)
                }
                Kind::Choice(choices) => choices
                    .iter()
                    .position(|choice| *choice == record.text(field.no)),
                _ => None,
            }
        };
        if matches!(field.kind, Kind::Owner | Kind::Choice(_)) {
            // A stable sort: equal ones stay in the order of titles.
            records.sort_by_key(|record| match rank(record) {
                None => usize::MAX,
                Some(place) if sort.descending => usize::MAX - 1 - place,
                Some(place) => place,
            });
            return;
        }
        records.sort_by(|a, b| match (value_of(a, field), value_of(b, field)) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(_), None) => std::cmp::Ordering::Less,
            (Some(x), Some(y)) => {
                let key = |value: &Value, record: &PlainRecord| {
                    let text = value.as_list().first().map(|text| collation_key(text));
                    (number(value), text, record.id)
                };
                let order = key(&x, a).cmp(&key(&y, b));
                if sort.descending {
                    order.reverse()
                } else {
                    order
                }
            }
        });
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.minor()),
        Value::Time(time) => Some(time.as_millisecond()),
        _ => None,
    }
}

/// Hundredths in an amount as these tests write it.
fn cents(text: &str) -> i64 {
    let plain = text.replace(" zł", "").replace(' ', "").replace('.', ",");
    let (whole, part) = plain.split_once(',').unwrap_or((&plain, "00"));
    let part: i64 = part.parse().unwrap();
    let whole_cents = whole.parse::<i64>().unwrap() * 100;
    if whole.starts_with('-') {
        whole_cents - part
    } else {
        whole_cents + part
    }
}

/// The first moment of a year of which only the year matters here.
fn year(text: &str) -> i64 {
    let digits = text.split(['-', '.']).find(|part| part.len() == 4).unwrap();
    format!("{digits}-01-01T00:00:00Z")
        .parse::<Timestamp>()
        .unwrap()
        .as_millisecond()
}

fn ids(rows: &[Seen]) -> Vec<RecordId> {
    rows.iter().map(Seen::id).collect()
}

/// The whole list, page by page.
fn pages(
    guard: &Access,
    query: &Query,
    page: usize,
    by_cursor: bool,
) -> Result<(Vec<RecordId>, u64), AccessError> {
    let reading = guard.read()?;
    let (mut all, mut start) = (Vec::new(), Start::Offset(0));
    loop {
        let List { rows, total, next } = reading.list(kind(), query, &start, page)?;
        all.extend(ids(&rows));
        assert!(
            rows.len() <= page && all.len() as u64 <= total,
            "{} of {total}",
            all.len()
        );
        let Some(next) = next else {
            return Ok((all, total));
        };
        assert_eq!(rows.len(), page, "a page that goes on is full");
        let written = next.write();
        let read = kartoteka::data::Cursor::read(&written).expect("what was written is read");
        start = if by_cursor {
            Start::After(read)
        } else {
            Start::Offset(all.len() as u64)
        };
    }
}

/// Places in the middle of a list: pages that begin anywhere, and the neighbours of a record.
fn compare_places(
    reading: &Reading,
    query: &Query,
    expected: &[RecordId],
    context: &dyn Fn() -> String,
) {
    let all = expected.len();
    for at in [
        1,
        all / 3,
        all / 2,
        all / 2 + 1,
        all * 3 / 4,
        all.saturating_sub(1),
        all,
    ] {
        let start = Start::Offset(at as u64);
        let list = reading.list(kind(), query, &start, 3).unwrap();
        let page = &expected[at.min(all)..(at + 3).min(all)];
        assert_eq!(ids(&list.rows), page, "from {at}; {}", context());
        assert_eq!(
            list.next.is_some(),
            at + 3 < all,
            "from {at}; {}",
            context()
        );
        let Some(here) = expected.get(at) else {
            continue;
        };
        let seen = reading.get(kind(), *here).unwrap();
        let around = reading.neighbours(query, &seen).unwrap();
        let found = (around.previous, around.position, around.next);
        let found = (
            found.0.map(|seen| seen.id()),
            found.1,
            found.2.map(|seen| seen.id()),
        );
        let before = at.checked_sub(1).map(|before| expected[before]);
        let wanted = (before, Some(at as u64 + 1), expected.get(at + 1).copied());
        assert_eq!(found, wanted, "beside {at}; {}", context());
    }
}

impl World {
    pub(crate) fn ask(&self, asked: &Asked) {
        let mut query = asked.query.clone();
        if !asked.owners.is_empty() {
            let people = &self.model.people;
            let owners = asked.owners.iter();
            let owners = owners
                .map(|who| who.map_or("none".to_owned(), |who| who.get(people).id.to_string()));
            query.filters.push(Filter {
                field: "owner".to_owned(),
                test: Test::AnyOf(owners.collect()),
            });
        }
        self.compare_lists(&query, asked.page.max(self.model.records.len() / 12));
    }

    /// One question, asked by everybody.
    pub(crate) fn compare_lists(&self, query: &Query, page: usize) {
        for (who, guard) in self.guards.iter().enumerate() {
            let person = &self.model.people[who];
            let context = || format!("{} asks {query:?} by {page}", person.name);
            let first = pages(guard, query, page, true);
            if !person.active {
                assert!(
                    matches!(first, Err(AccessError::SignedOut)),
                    "{}",
                    context()
                );
                continue;
            }
            if !self.model.views(who) {
                assert!(
                    matches!(first, Err(AccessError::Forbidden(_))),
                    "{}",
                    context()
                );
                continue;
            }
            let Some(expected) = self.model.list(who, query) else {
                assert!(
                    matches!(first, Err(AccessError::Invalid(_))),
                    "{}",
                    context()
                );
                continue;
            };
            let total = expected.len() as u64;
            let whole = (expected, total);
            assert_eq!(first.unwrap(), whole, "by cursor; {}", context());
            assert_eq!(
                pages(guard, query, page, false).unwrap(),
                whole,
                "by offset; {}",
                context()
            );
            assert_eq!(
                pages(guard, query, 10_000, true).unwrap(),
                whole,
                "at once; {}",
                context()
            );
            let reading = guard.read().unwrap();
            assert_eq!(
                reading.count(kind(), query).unwrap(),
                total,
                "{}",
                context()
            );
            let mut each = Vec::new();
            reading
                .each(kind(), query, &mut |seen| {
                    each.push(seen.id());
                    Ok(true)
                })
                .unwrap();
            assert_eq!(each, whole.0, "one by one; {}", context());
            compare_places(&reading, query, &whole.0, &context);
        }
    }

    pub(crate) fn compare_trash(&self, who: usize) {
        let answer = self.guards[who]
            .read()
            .and_then(|reading| reading.trash(kind(), &TrashFilter::default(), None, 10_000));
        let model = &self.model;
        if !model.people[who].active || model.role(who).delete == super::plain::Reach::Nobodys {
            assert!(matches!(
                answer,
                Err(AccessError::SignedOut | AccessError::Forbidden(_))
            ));
            return;
        }
        let mut expected: Vec<_> = model
            .records
            .values()
            .filter(|record| model.deletes(who, record.owner))
            .filter_map(|record| record.deleted.map(|(at, by)| (at, record.id, by)))
            .collect();
        expected.sort();
        expected.reverse();
        let trash = answer.unwrap();
        let found: Vec<_> = trash
            .iter()
            .map(|trashed| (trashed.deleted_at, trashed.record.id(), trashed.deleted_by))
            .collect();
        assert_eq!(found, expected, "the trash of {}", model.people[who].name);
    }

    pub(crate) fn compare_timelines(&self, who: usize) {
        if !self.model.people[who].active {
            return;
        }
        let reading = self.guards[who].read().unwrap();
        for record in self.model.seen(who) {
            let seen = reading.get(kind(), record.id).unwrap();
            let shown = record.history.iter().filter(|entry| {
                let fields = entry.as_ref();
                fields.is_none_or(|fields| fields.iter().any(|no| self.model.sees_field(who, *no)))
            });
            let timeline = reading.timeline(&seen, None, 10_000).unwrap();
            assert_eq!(
                timeline.len(),
                shown.count(),
                "of {} by {}",
                record.id,
                self.model.people[who].name
            );
            for entry in timeline {
                assert!(
                    entry
                        .entry
                        .changes
                        .iter()
                        .all(|change| self.model.sees_field(who, change.field))
                );
            }
        }
    }

    pub(crate) fn compare_values(&self, who: usize, field: &str, prefix: &str, limit: usize) {
        if !self.model.people[who].active || !self.model.views(who) {
            return;
        }
        let no = kind().named(field).unwrap().no;
        let mut records = self.model.seen(who);
        records.sort_by_key(|record| record.number);
        // By folded form: the writing of the oldest record, and how many carry it.
        let mut expected: std::collections::BTreeMap<String, (String, u64)> =
            std::collections::BTreeMap::new();
        for record in records {
            for text in record
                .values
                .get(&no)
                .map(Value::as_list)
                .unwrap_or_default()
            {
                if fold(text).starts_with(&fold(prefix)) {
                    expected
                        .entry(fold(text))
                        .or_insert_with(|| (text.clone(), 0))
                        .1 += 1;
                }
            }
        }
        let expected: Vec<(String, u64)> = expected.into_values().take(limit).collect();
        let found = self.guards[who]
            .read()
            .unwrap()
            .values_in_use(kind(), field, prefix, limit)
            .unwrap();
        assert_eq!(
            found, expected,
            "{field} {prefix}… by {}",
            self.model.people[who].name
        );
    }
}
