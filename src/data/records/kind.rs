//! The kinds of fields, and how their values are given: in JSON, in history, as text.

mod decimals;
mod finding;
mod taking;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::fold;
use super::module::Module;
use super::money::Currency;
use super::own::OwnChoice;
use super::value::Value;
use decimals::unscaled;
pub(super) use finding::SECONDS_OF_POINT;
pub use taking::parse_day;

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

/// Values that arrive without a currency take this one.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The firm's currency.
    pub currency: Currency,
}

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
}

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

/// What people write for yes and no.
fn yes_or_no(text: &str) -> Option<bool> {
    match fold::fold(text.trim()).as_str() {
        "tak" | "t" | "yes" | "y" | "true" | "prawda" | "1" | "on" | "x" => Some(true),
        "nie" | "n" | "no" | "false" | "falsz" | "0" | "off" => Some(false),
        _ => None,
    }
}
