//! What values sort by, and the forms in which they are looked for.

use super::{Kind, chosen, yes_or_no};
use crate::data::records::fold;
use crate::data::records::phone::Phone;
use crate::data::records::tax_id::TaxId;
use crate::data::records::value::{Value, days};

/// Seconds that one point of a time range stands for: filters on times are exact to the quarter of an hour, which
/// every zone's days begin on.
pub(in crate::data::records) const SECONDS_OF_POINT: i64 = 900;
/// Longest value kept in a filter term; longer ones are cut, and filtering compares what is kept.
const LONGEST_TERM: usize = 120;

impl Kind {
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

/// Eight bytes that sort as the number does.
fn ordered(number: i64) -> Vec<u8> {
    ((number as u64) ^ (1 << 63)).to_be_bytes().to_vec()
}
