//! What the model answers: filters, words and orders by plain comparison.

use jiff::Timestamp;
use kartoteka::data::records::{fold::collation_key, phone::Phone, tax_id::TaxId};
use kartoteka::data::{Field, Filter, Kind, Query, RecordId, Sort, Test, Value, common};

use super::plain::{Model, PlainRecord};
use crate::firm::kind;

/// Folding for the letters these tests use.
pub(super) fn fold(text: &str) -> String {
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
    pub(super) fn list(&self, person: usize, query: &Query) -> Option<Vec<RecordId>> {
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
