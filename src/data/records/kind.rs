//! The kinds of fields: how a value is taken from JSON and from what people type, how it is given back, how it sorts,
//! and under which terms it is found.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::bank::Iban;
use super::country::Country;
use super::email::Email;
use super::fold;
use super::link::Link;
use super::module::Module;
use super::money::{Currency, Money};
use super::own::OwnChoice;
use super::phone::Phone;
use super::problem::Problem;
use super::tax_id::{TaxId, TaxIdError};
use super::value::{Value, days};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The record's own id.
    Id,
    /// A person of the firm.
    Owner,
    /// A moment set by the program.
    Time,
    /// One line of text of at most so many characters.
    Text(usize),
    /// Text of several lines, of at most so many characters.
    LongText(usize),
    /// One of a few fixed words.
    Choice(&'static [&'static str]),
    /// A Polish NIP or a foreign tax id.
    TaxId,
    /// E-mail addresses.
    Emails,
    /// Phone numbers, kept as typed.
    Phones,
    /// Free labels.
    Tags,
    /// A web address.
    Link,
    /// A country as ISO 3166-1 alpha-2.
    Country,
    /// A bank account as IBAN.
    Iban,
    /// An amount.
    Money,
    /// A number with so many decimal places between two bounds (bounds count in the smallest place).
    Number {
        /// Decimal places.
        scale: u8,
        /// Smallest value.
        least: i64,
        /// Largest value.
        most: i64,
    },
    /// A record of a module.
    Reference(Module),
    /// A calendar day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of the firm's own choices, kept by its id.
    Pick(&'static [OwnChoice]),
    /// Several of them.
    Picks(&'static [OwnChoice]),
}

/// Values in one list field.
pub(super) const MOST_IN_LIST: usize = 40;
/// Characters of a tag.
const LONGEST_TAG: usize = 60;
/// Longest value kept in a filter term; longer ones are cut, and filtering compares what is kept.
const LONGEST_TERM: usize = 120;

/// Values that arrive without a currency take this one.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The firm's currency.
    pub currency: Currency,
}

type Taken = Result<Option<Value>, Problem>;

impl Kind {
    /// Whether it holds several values.
    pub fn is_list(&self) -> bool {
        matches!(
            self,
            Self::Emails | Self::Phones | Self::Tags | Self::Picks(_)
        )
    }

    /// The values there are, in their order, where they are a few fixed ones.
    pub fn choices(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::Choice(choices) => Some(choices.to_vec()),
            Self::Pick(choices) | Self::Picks(choices) => {
                Some(choices.iter().map(|choice| choice.id).collect())
            }
            _ => None,
        }
    }

    /// Whether a sorted list is put together from the lists by title of each value.
    pub(super) fn is_composed(&self) -> bool {
        matches!(self, Self::Owner | Self::Choice(_) | Self::Pick(_))
    }

    /// Whether it can be narrowed by from and to.
    pub fn has_range(&self) -> bool {
        matches!(
            self,
            Self::Time | Self::Date | Self::Money | Self::Number { .. }
        )
    }

    /// Takes a value of the JSON API. `null`, an empty text and an empty list clear the field.
    pub fn take_json(&self, json: &Json) -> Taken {
        match (self, json) {
            (_, Json::Null) => Ok(None),
            (kind, Json::Array(items)) if kind.is_list() => {
                let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
                self.take_list(&texts.ok_or(Problem::new("error-not-a-list"))?)
            }
            (kind, _) if kind.is_list() => Err(Problem::new("error-not-a-list")),
            (Self::YesNo, Json::Bool(yes)) => Ok(Some(Value::Bool(*yes))),
            (Self::YesNo, _) => Err(Problem::new("error-yes-no")),
            (Self::Money, Json::Object(parts)) => {
                let amount = parts
                    .get("amount")
                    .and_then(Json::as_str)
                    .ok_or(Problem::new("error-money-form"))?;
                let currency = parts
                    .get("currency")
                    .and_then(Json::as_str)
                    .ok_or(Problem::new("error-money-form"))?;
                if parts.len() != 2 {
                    return Err(Problem::new("error-money-form"));
                }
                let currency =
                    Currency::parse(currency).map_err(|error| Problem::new(error.key()))?;
                let money = Money::parse_decimal(amount, currency)
                    .map_err(|error| Problem::new(error.key()))?;
                Ok(Some(Value::Money(money)))
            }
            (Self::Money, _) => Err(Problem::new("error-money-form")),
            (Self::Number { .. }, Json::Number(number)) => self.take_number(&number.to_string()),
            (Self::Number { .. }, _) => Err(Problem::new("error-not-a-number")),
            (_, Json::String(text)) => self.take_one(text),
            _ => Err(Problem::new("error-not-text")),
        }
    }

    /// Takes what a person typed into a form or a sheet; several values stand on lines, or between commas and
    /// semicolons.
    pub fn take_text(&self, text: &str, reading: Reading) -> Taken {
        match self {
            Self::Emails | Self::Tags => self.take_list(&pieces(text, &['\n', ',', ';'])),
            Self::Phones => self.take_list(&pieces(text, &['\n', ',', ';', '|'])),
            // A choice may be called by words with a comma in them: it is parted where the whole line is none.
            Self::Picks(choices) => {
                let lines = text.split('\n').flat_map(|line| {
                    if chosen(choices, &fold::one_line(line)).is_some() {
                        vec![line]
                    } else {
                        pieces(line, &[',', ';'])
                    }
                });
                self.take_list(&lines.collect::<Vec<_>>())
            }
            Self::Money => {
                let text = text.trim();
                if text.is_empty() {
                    return Ok(None);
                }
                let money = Money::parse_people(text, reading.currency)
                    .map_err(|error| Problem::new(error.key()))?;
                Ok(Some(Value::Money(money)))
            }
            Self::Number { .. } => {
                let plain: String = text
                    .trim()
                    .trim_end_matches('%')
                    .chars()
                    .filter(|c| !c.is_whitespace())
                    .map(|c| if c == ',' { '.' } else { c })
                    .collect();
                if plain.is_empty() {
                    Ok(None)
                } else {
                    self.take_number(&plain)
                }
            }
            _ => self.take_one(text),
        }
    }

    fn take_one(&self, text: &str) -> Taken {
        let text = match self {
            Self::LongText(_) => fold::nfc_clean(text),
            _ => fold::one_line(text),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let value = match self {
            Self::Text(most) | Self::LongText(most) => {
                if text.chars().count() > *most {
                    return Err(Problem::new("error-too-long").with("most", most));
                }
                Value::Text(text)
            }
            Self::Choice(choices) => match choices.iter().find(|choice| **choice == text) {
                Some(choice) => Value::Text((*choice).to_owned()),
                None => {
                    return Err(Problem::new("error-choice").with("choices", choices.join(", ")));
                }
            },
            Self::TaxId => match TaxId::parse(&text) {
                Ok(id) => Value::Text(id.as_str().to_owned()),
                Err(TaxIdError::Pattern { country }) => {
                    return Err(Problem::new("error-tax-id-pattern").with("country", country));
                }
                Err(error) => return Err(Problem::new(error.key())),
            },
            Self::Link => match Link::parse(&text) {
                Ok(link) => Value::Text(link.as_str().to_owned()),
                Err(error) => return Err(Problem::new(error.key())),
            },
            Self::Country => match Country::parse(&text) {
                Ok(country) => Value::Text(country.code().to_owned()),
                Err(error) => return Err(Problem::new(error.key())),
            },
            Self::Iban => match Iban::parse(&text) {
                Ok(iban) => Value::Text(iban.as_str().to_owned()),
                Err(error) => return Err(Problem::new(error.key())),
            },
            Self::Id | Self::Owner | Self::Reference(_) => match Uuid::try_parse(&text) {
                Ok(id) if text.len() == 36 => Value::Id(id),
                _ => return Err(Problem::new("error-reference")),
            },
            Self::Time => match text.parse::<Timestamp>() {
                Ok(time) => Value::Time(to_millisecond(time)),
                Err(_) => return Err(Problem::new("error-time")),
            },
            Self::Date => match parse_day(&text) {
                Some(day) => Value::Date(day),
                None => return Err(Problem::new("error-date")),
            },
            Self::YesNo => match yes_or_no(&text) {
                Some(yes) => Value::Bool(yes),
                None => return Err(Problem::new("error-yes-no")),
            },
            Self::Pick(choices) => match chosen(choices, &text) {
                Some(choice) => Value::Text(choice.id.to_owned()),
                None => return Err(no_choice(choices)),
            },
            Self::Emails
            | Self::Phones
            | Self::Tags
            | Self::Picks(_)
            | Self::Money
            | Self::Number { .. } => {
                return Err(Problem::new("error-not-text"));
            }
        };
        Ok(Some(value))
    }

    fn take_list(&self, texts: &[&str]) -> Taken {
        let mut list: Vec<String> = Vec::new();
        for text in texts {
            let text = fold::one_line(text);
            if text.is_empty() {
                continue;
            }
            let taken = match self {
                Self::Emails => Email::parse(&text)
                    .map(|email| email.as_str().to_owned())
                    .map_err(|e| Problem::new(e.key())),
                Self::Phones => Phone::parse(&text)
                    .map(|phone| phone.typed)
                    .map_err(|e| Problem::new(e.key())),
                Self::Picks(choices) => chosen(choices, &text)
                    .map(|choice| choice.id.to_owned())
                    .ok_or_else(|| no_choice(choices)),
                _ if text.chars().count() > LONGEST_TAG => {
                    Err(Problem::new("error-too-long").with("most", LONGEST_TAG))
                }
                _ => Ok(text.clone()),
            };
            let taken = taken.map_err(|problem| problem.with("value", &text))?;
            let same = self.equal_form(&taken);
            if !list.iter().any(|known| self.equal_form(known) == same) {
                list.push(taken);
            }
        }
        if let Self::Picks(choices) = self {
            list.sort_by_key(|id| choices.iter().position(|choice| choice.id == id));
        } else if list.len() > MOST_IN_LIST {
            return Err(Problem::new("error-too-many").with("most", MOST_IN_LIST));
        }
        Ok((!list.is_empty()).then_some(Value::List(list)))
    }

    fn take_number(&self, text: &str) -> Taken {
        let Self::Number { scale, least, most } = *self else {
            return Err(Problem::new("error-not-a-number"));
        };
        let number = scaled(text, scale).ok_or(Problem::new("error-not-a-number"))?;
        if number < least || number > most {
            return Err(Problem::new("error-number-range")
                .with("least", unscaled(least, scale))
                .with("most", unscaled(most, scale)));
        }
        Ok(Some(Value::Number(number)))
    }

    /// The value as the API gives it. A choice of the firm's own is given by its name in Polish, which
    /// [`Kind::take_json`] takes back like its name in English and its id.
    pub fn give_json(&self, value: &Value) -> Json {
        let name = |choices: &'static [OwnChoice], id: &str| {
            let choice = choices.iter().find(|choice| choice.id == id);
            choice.map_or_else(|| id.to_owned(), |choice| choice.labels.pl.to_owned())
        };
        match (self, value) {
            (Self::Pick(choices), Value::Text(id)) => json!(name(choices, id)),
            (Self::Picks(choices), Value::List(ids)) => {
                json!(ids.iter().map(|id| name(choices, id)).collect::<Vec<_>>())
            }
            _ => self.give_kept(value),
        }
    }

    /// The value as history keeps it: as the API gives it, but choices by the id that never changes.
    pub fn give_kept(&self, value: &Value) -> Json {
        match (self, value) {
            (Self::Number { scale, .. }, Value::Number(number)) => {
                let text = unscaled(*number, *scale);
                serde_json::from_str(&text).unwrap_or(Json::Null)
            }
            (_, Value::Money(money)) => {
                json!({"amount": money.to_decimal(), "currency": money.currency().as_str()})
            }
            (_, Value::List(list)) => json!(list),
            (_, Value::Bool(yes)) => json!(yes),
            (_, Value::Number(number)) => json!(number),
            _ => Json::String(self.give_text(value)),
        }
    }

    /// The value of an empty field as the API gives it: an empty list, or null.
    pub fn empty_json(&self) -> Json {
        if self.is_list() {
            json!([])
        } else {
            Json::Null
        }
    }

    /// The value as plain text that [`Kind::take_text`] takes back unchanged: in forms and sheets.
    pub fn give_text(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::List(list) => list.join("\n"),
            Value::Number(number) => match self {
                Self::Number { scale, .. } => unscaled(*number, *scale),
                _ => number.to_string(),
            },
            Value::Money(money) => format!("{} {}", money.to_decimal(), money.currency().as_str()),
            Value::Date(date) => date.to_string(),
            Value::Time(time) => time.to_string(),
            Value::Bool(yes) => yes.to_string(),
            Value::Id(id) => id.hyphenated().to_string(),
        }
    }

    /// The form in which two values of a list, or a value and a filter, count as the same.
    pub fn equal_form(&self, text: &str) -> String {
        match self {
            Self::Phones => match Phone::parse(text) {
                Ok(phone) => phone.unique(),
                Err(_) => fold::digits(text),
            },
            Self::Choice(_) | Self::Id | Self::Owner | Self::Reference(_) => text.to_owned(),
            Self::Pick(choices) | Self::Picks(choices) => chosen(choices, text)
                .map_or_else(|| fold::fold(text), |choice| choice.id.to_owned()),
            Self::YesNo => yes_or_no(text).map_or_else(|| fold::fold(text), |yes| yes.to_string()),
            Self::TaxId => {
                TaxId::parse(text).map_or_else(|_| fold::fold(text), |id| id.as_str().to_owned())
            }
            _ => fold::fold(text),
        }
    }

    /// Bytes whose order is the order of values in a sorted list; none where the list is put together from the values
    /// themselves (owners, choices).
    pub fn sort_key(&self, value: &Value) -> Option<Vec<u8>> {
        match (self, value) {
            (kind, _) if kind.is_composed() => None,
            (_, Value::Number(number)) => Some(ordered(*number)),
            (_, Value::Money(money)) => Some(ordered(money.minor())),
            (_, Value::Date(date)) => Some(ordered(days(*date))),
            (_, Value::Time(time)) => Some(ordered(time.as_millisecond())),
            (_, Value::Bool(yes)) => Some(vec![1 + u8::from(*yes)]),
            (_, Value::Id(id)) => Some(id.as_bytes().to_vec()),
            (_, Value::Text(text)) => Some(fold::collation_key(text)),
            (_, Value::List(list)) => {
                Some(fold::collation_key(list.first().map_or("", String::as_str)))
            }
        }
    }

    /// The number by which a value is found between from and to.
    pub fn range_point(&self, value: &Value) -> Option<i64> {
        match value {
            Value::Number(number) => Some(*number),
            Value::Money(money) => Some(money.minor()),
            Value::Date(date) => Some(days(*date)),
            Value::Time(time) => Some(time.as_second().div_euclid(SECONDS_OF_POINT)),
            _ => None,
        }
    }

    /// The values a filter compares with, each in its equal form, cut to what a term holds.
    pub fn filter_values(&self, value: &Value) -> Vec<String> {
        match value {
            Value::Id(id) => vec![id.hyphenated().to_string()],
            Value::Bool(yes) => vec![yes.to_string()],
            value => value
                .as_list()
                .iter()
                .map(|text| self.filter_form(text))
                .collect(),
        }
    }

    /// One value of a filter in the form in which it is looked up.
    pub fn filter_form(&self, text: &str) -> String {
        let mut form = self.equal_form(text);
        form.retain(|c| c != '\0');
        if form.len() > LONGEST_TERM {
            let end = (0..=LONGEST_TERM)
                .rev()
                .find(|end| form.is_char_boundary(*end))
                .unwrap_or(0);
            form.truncate(end);
        }
        form
    }
}

/// Seconds that one point of a time range stands for: filters on times are exact to the quarter of an hour, which
/// every zone's days begin on.
pub(super) const SECONDS_OF_POINT: i64 = 900;

/// Times are kept to the millisecond, so that what is written is what is read.
pub(in crate::data) fn to_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// The choice that an id or a name means: the id first, then names of choices that are offered, then all others.
fn chosen(choices: &'static [OwnChoice], text: &str) -> Option<&'static OwnChoice> {
    let text = text.trim();
    if let Some(choice) = choices.iter().find(|choice| choice.id == text) {
        return Some(choice);
    }
    let folded = fold::fold(text);
    let called = |choice: &&OwnChoice| choice.labels.all().any(|label| fold::fold(label) == folded);
    let mut offered = choices.iter().filter(|choice| !choice.retired);
    let mut retired = choices.iter().filter(|choice| choice.retired);
    offered.find(called).or_else(|| retired.find(called))
}

fn no_choice(choices: &[OwnChoice]) -> Problem {
    let offered = choices.iter().filter(|choice| !choice.retired);
    let names: Vec<&str> = offered.map(|choice| choice.labels.pl).take(20).collect();
    Problem::new("error-choice").with("choices", names.join(", "))
}

/// What people write for yes and no.
fn yes_or_no(text: &str) -> Option<bool> {
    match fold::fold(text.trim()).as_str() {
        "tak" | "t" | "yes" | "y" | "true" | "prawda" | "1" | "on" | "x" => Some(true),
        "nie" | "n" | "no" | "false" | "falsz" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// Eight bytes that sort as the number does.
fn ordered(number: i64) -> Vec<u8> {
    ((number as u64) ^ (1 << 63)).to_be_bytes().to_vec()
}

fn pieces<'a>(text: &'a str, separators: &[char]) -> Vec<&'a str> {
    text.split(|c| separators.contains(&c)).collect()
}

/// A decimal text as a whole number of its smallest place; `None` where it is none, or has more places.
fn scaled(text: &str, scale: u8) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty()
        || fraction.len() > usize::from(scale)
        || !(whole.to_owned() + fraction)
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let mut number: i64 = whole.parse().ok()?;
    for place in 0..usize::from(scale) {
        let digit = fraction
            .as_bytes()
            .get(place)
            .map_or(0, |byte| i64::from(byte - b'0'));
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    Some(if negative { -number } else { number })
}

/// A scaled number as text without needless zeros.
fn unscaled(number: i64, scale: u8) -> String {
    if scale == 0 {
        return number.to_string();
    }
    let base = 10_u64.pow(u32::from(scale));
    let (whole, fraction) = (number.unsigned_abs() / base, number.unsigned_abs() % base);
    let sign = if number < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let places = format!("{fraction:0width$}", width = usize::from(scale));
    format!("{sign}{whole}.{}", places.trim_end_matches('0'))
}

/// A calendar day typed by a person: `2026-11-24` or `24.11.2026`.
pub fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let mut parts = text.split(['.', '/', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERCENT: Kind = Kind::Number {
        scale: 2,
        least: 0,
        most: 10_000,
    };

    fn reading() -> Reading {
        Reading {
            currency: Currency::parse("PLN").expect("a currency"),
        }
    }

    #[test]
    fn numbers_keep_their_places() {
        assert_eq!(
            PERCENT.take_text("7,5 %", reading()),
            Ok(Some(Value::Number(750)))
        );
        assert_eq!(
            PERCENT.take_json(&json!(7.25)),
            Ok(Some(Value::Number(725)))
        );
        assert_eq!(PERCENT.give_json(&Value::Number(725)).to_string(), "7.25");
        assert_eq!(PERCENT.give_json(&Value::Number(700)).to_string(), "7");
        for wrong in ["7.125", "101", "-1", "1e3", "x", "."] {
            assert!(PERCENT.take_text(wrong, reading()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sort_keys_order_negative_numbers_first() {
        let kind = Kind::Money;
        let key = |minor| {
            kind.sort_key(&Value::Money(
                Money::new(minor, reading().currency).expect("in range"),
            ))
        };
        assert!(key(-5) < key(0) && key(0) < key(3) && key(3) < key(1_000_000));
    }

    #[test]
    fn a_list_names_the_value_that_is_wrong_and_drops_repetitions() {
        let taken = Kind::Emails
            .take_text("A@b.pl; a@B.pl\nc@d.pl", reading())
            .expect("valid");
        assert_eq!(
            taken,
            Some(Value::List(vec!["A@b.pl".to_owned(), "c@d.pl".to_owned()]))
        );
        let problem = Kind::Emails
            .take_text("a@b.pl, nie", reading())
            .expect_err("not an address");
        assert_eq!(problem.args, [("value", "nie".to_owned())]);
    }

    #[test]
    fn days_are_read_in_both_writings() {
        assert_eq!(parse_day("24.11.2026"), parse_day("2026-11-24"));
        assert_eq!(parse_day("2026-13-01"), None);
        assert_eq!(parse_day("31.02.2026"), None);
    }
}
