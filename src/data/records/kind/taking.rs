//! Taking values: from JSON, and from what people type into forms and sheets.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value as Json;
use uuid::Uuid;

use super::decimals::{scaled, unscaled};
use super::{Kind, MOST_IN_LIST, Reading, chosen, to_millisecond, yes_or_no};
use crate::data::records::bank::Iban;
use crate::data::records::country::Country;
use crate::data::records::email::Email;
use crate::data::records::fold;
use crate::data::records::link::Link;
use crate::data::records::money::{Currency, Money};
use crate::data::records::own::OwnChoice;
use crate::data::records::phone::Phone;
use crate::data::records::problem::Problem;
use crate::data::records::tax_id::{TaxId, TaxIdError};
use crate::data::records::value::Value;

/// Characters of a tag.
const LONGEST_TAG: usize = 60;

type Taken = Result<Option<Value>, Problem>;

impl Kind {
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
}

fn no_choice(choices: &[OwnChoice]) -> Problem {
    let offered = choices.iter().filter(|choice| !choice.retired);
    let names: Vec<&str> = offered.map(|choice| choice.labels.pl).take(20).collect();
    Problem::new("error-choice").with("choices", names.join(", "))
}

fn pieces<'a>(text: &'a str, separators: &[char]) -> Vec<&'a str> {
    text.split(|c| separators.contains(&c)).collect()
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
