//! Cells taken as values of fields.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde_json::json;
use uuid::Uuid;

use super::headings::fold;
use super::sheet::Cell;
use super::{labels, list_text, vocabulary};
use crate::data::records::kind::Reading as InputReading;
use crate::data::{Field, FieldNo, Kind, Money, Problem, RecordType, Value};
use crate::i18n::Lang;

/// What came of a cell: a value, and texts that could not be taken.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Taken {
    pub(super) value: Option<Value>,
    pub(super) refused: Vec<(String, Problem)>,
}

impl Taken {
    fn refused(text: impl Into<String>, problem: Problem) -> Self {
        Self {
            value: None,
            refused: vec![(text.into(), problem)],
        }
    }
}

/// An id as we write them.
pub(super) fn id(text: &str) -> Option<Uuid> {
    let text = text.trim();
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// Takes cells for fields of a record type.
pub(super) struct CellReader {
    /// Fields whose beginning is better than nothing.
    cut: [Option<FieldNo>; 2],
    reading: InputReading,
    zone: TimeZone,
    /// Words of choices by the field and their folded form.
    words: HashMap<(FieldNo, String), &'static str>,
}

impl CellReader {
    pub(super) fn new(kind: &'static RecordType, reading: InputReading, zone: TimeZone) -> Self {
        let mut words = HashMap::new();
        for field in kind.fields {
            let Kind::Choice(choices) = field.kind else {
                continue;
            };
            let known = vocabulary::of(kind.module)
                .words
                .iter()
                .filter(|(name, ..)| *name == field.name);
            for (_, choice, synonyms) in known {
                if let Some(choice) = choices.iter().find(|known| *known == choice) {
                    words.extend(
                        synonyms
                            .iter()
                            .map(|word| ((field.no, plain(word)), *choice)),
                    );
                }
            }
            for choice in choices {
                for lang in Lang::ALL {
                    let label = labels::choice(kind, field, choice, lang);
                    words.insert((field.no, plain(&label)), *choice);
                }
            }
            // The contract's own words come last: they are never anything else.
            words.extend(
                choices
                    .iter()
                    .map(|choice| ((field.no, plain(choice)), *choice)),
            );
        }
        let remarks = vocabulary::of(kind.module)
            .remarks
            .and_then(|name| kind.named(name));
        let cut = [Some(kind.title), remarks.map(|field| field.no)];
        Self {
            cut,
            reading,
            zone,
            words,
        }
    }

    /// Takes a cell. Owners and references are not its business: they need to know who is there.
    pub(super) fn take(&self, field: &Field, cell: &Cell) -> Taken {
        let text = match cell {
            Cell::Empty => return Taken::default(),
            Cell::Error(code) => return Taken::refused(code, Problem::new("import-cell-error")),
            // The field's kind tidies text itself, without loss of what may be in a field.
            Cell::Text(text) => Cow::Borrowed(text.as_str()),
            _ => cell.text(),
        };
        if text.trim().is_empty() {
            return Taken::default();
        }
        if lost_digits(field.kind, cell, &text) {
            return Taken::refused(text, Problem::new("import-cell-digits"));
        }
        let taken = match (field.kind, cell) {
            (kind, _) if kind.is_list() => return list(kind, &text),
            (Kind::Choice(_), _) => match self.words.get(&(field.no, plain(&text))) {
                Some(choice) => Ok(Some(Value::Text((*choice).to_owned()))),
                None => Err(Problem::new("import-cell-choice")),
            },
            (Kind::Money, Cell::Number(_)) => Money::parse_decimal(&text, self.reading.currency)
                .map(|money| Some(Value::Money(money)))
                .map_err(|error| Problem::new(error.key())),
            (Kind::Date, Cell::Date(date)) => Ok(Some(Value::Date(*date))),
            (Kind::Date, Cell::DateTime(moment)) => Ok(Some(Value::Date(moment.date()))),
            (Kind::Time, Cell::Date(date)) => self.moment(date.at(0, 0, 0, 0)),
            (Kind::Time, Cell::DateTime(moment)) => self.moment(*moment),
            (Kind::Text(most) | Kind::LongText(most), _)
                if self.cut.contains(&Some(field.no)) && text.chars().count() > most =>
            {
                return self.cut(field, &text, most);
            }
            (kind, _) => kind.take_text(&text, self.reading),
        };
        match taken {
            Ok(value) => Taken {
                value,
                refused: Vec::new(),
            },
            Err(problem) => Taken::refused(text.trim(), problem),
        }
    }

    fn moment(&self, moment: jiff::civil::DateTime) -> Result<Option<Value>, Problem> {
        match self.zone.to_timestamp(moment) {
            Ok(time) => Ok(Some(Value::Time(time))),
            Err(_) => Err(Problem::new("error-time")),
        }
    }

    /// A record with the beginning of its name is better than none.
    fn cut(&self, field: &Field, text: &str, most: usize) -> Taken {
        let beginning: String = text.chars().take(most).collect();
        let value = field
            .kind
            .take_text(&beginning, self.reading)
            .ok()
            .flatten();
        let problem = Problem::new("error-too-long").with("most", most);
        Taken {
            value,
            refused: vec![(text.trim().to_owned(), problem)],
        }
    }
}

/// Excel keeps 15 digits of a number and turns a longer one that it takes for a number into `1.23457E+14`: what is left of
/// an account or tax id then is another one.
fn lost_digits(kind: Kind, cell: &Cell, text: &str) -> bool {
    const FIRST_INEXACT: f64 = 1e15;
    match (kind, cell) {
        (Kind::Number { .. } | Kind::Money, _) => false,
        (_, Cell::Number(number)) => number.abs() >= FIRST_INEXACT,
        (Kind::TaxId | Kind::Phones | Kind::Iban, Cell::Text(_)) => is_scientific(text.trim()),
        _ => false,
    }
}

/// `1,23457E+14`, as Excel shows a long number.
fn is_scientific(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let Some((mantissa, exponent)) = text.split_once("E+") else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(fraction) && digits(exponent) && exponent.len() < 4
}

fn plain(text: &str) -> String {
    fold(text).concat()
}

/// Values of one cell that are looked at.
const MOST_PIECES: usize = 200;

/// Takes each value of a list by itself, so that one that is wrong takes no other with it.
fn list(kind: Kind, text: &str) -> Taken {
    let mut pieces = list_text::split(text);
    if pieces.len() > MOST_PIECES {
        let rest = pieces.split_off(MOST_PIECES).join(", ");
        let mut taken = list_of(kind, pieces);
        let problem = Problem::new("error-too-many").with("most", MOST_PIECES);
        taken.refused.push((rest, problem));
        return taken;
    }
    list_of(kind, pieces)
}

fn list_of(kind: Kind, pieces: Vec<Cow<'_, str>>) -> Taken {
    if let Ok(value) = kind.take_json(&json!(pieces)) {
        return Taken {
            value,
            refused: Vec::new(),
        };
    }
    let mut good: Vec<Cow<'_, str>> = Vec::new();
    let mut refused = Vec::new();
    for piece in pieces {
        match kind.take_json(&json!([piece])) {
            Ok(_) => good.push(piece),
            Err(problem) => match parts(kind, &piece) {
                Some(parts) => good.extend(parts.into_iter().map(Cow::Owned)),
                None => refused.push((piece.into_owned(), problem)),
            },
        }
    }
    loop {
        match kind.take_json(&json!(good)) {
            Ok(value) => return Taken { value, refused },
            // Each is good by itself, so there are too many.
            Err(problem) => match good.pop() {
                Some(last) => refused.push((last.into_owned(), problem)),
                None => {
                    return Taken {
                        value: None,
                        refused,
                    };
                }
            },
        }
    }
}

/// Values that people also part by slashes and, where none can hold a space, by spaces.
fn parts(kind: Kind, piece: &str) -> Option<Vec<String>> {
    let separators: &[char] = match kind {
        Kind::Emails => &['/', ' ', '\t'],
        Kind::Phones => &['/'],
        _ => return None,
    };
    let parts: Vec<String> = piece
        .split(separators)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let all_good = parts.len() > 1
        && parts
            .iter()
            .all(|part| kind.take_json(&json!([part])).is_ok());
    all_good.then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;
    use crate::data::Currency;

    fn take(name: &str, cell: Cell) -> Taken {
        let reading = InputReading {
            currency: Currency::PLN,
        };
        CellReader::new(&CLIENTS, reading, TimeZone::UTC).take(CLIENTS.named(name).unwrap(), &cell)
    }

    fn value(name: &str, cell: Cell) -> Option<Value> {
        let taken = take(name, cell);
        assert_eq!(taken.refused, [], "{name}");
        taken.value
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn of(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn choices_are_known_in_both_languages_and_by_what_people_write() {
        for (name, words, choice) in [
            (
                "status",
                ["klient", "Klient", "active", "Aktywny", "AKTYWNA"],
                "active",
            ),
            (
                "status",
                [
                    "lead",
                    "Lead",
                    "potencjalny",
                    "Potencjalny klient",
                    "prospekt",
                ],
                "lead",
            ),
            (
                "status",
                ["były", "byly", "former", "nieaktywny", "Utracony"],
                "former",
            ),
            (
                "kind",
                ["firma", "Firma", "company", "spółka", "JDG"],
                "company",
            ),
            (
                "kind",
                [
                    "osoba",
                    "person",
                    "Osoba fizyczna",
                    "osoba  prywatna",
                    "Person",
                ],
                "person",
            ),
        ] {
            for word in words {
                assert_eq!(value(name, text(word)), Some(of(choice)), "{word}");
            }
        }
        assert_eq!(take("status", text("VIP")).refused[0].0, "VIP");
    }

    #[test]
    fn numbers_of_a_sheet_are_taken_as_what_they_stand_for() {
        assert_eq!(
            value("tax_id", Cell::Number(5_261_040_828.0)),
            Some(of("5261040828"))
        );
        let phones = Value::List(vec!["601102203".to_owned()]);
        assert_eq!(value("phones", Cell::Number(601_102_203.0)), Some(phones));
        let limit = Value::Money(Money::parse_decimal("1234.50", Currency::PLN).unwrap());
        assert_eq!(
            value("credit_limit", Cell::Number(1234.5)),
            Some(limit.clone())
        );
        assert_eq!(value("credit_limit", text("1 234,50 zł")), Some(limit));
        assert_eq!(
            value("discount_percent", text("7,5 %")),
            Some(Value::Number(750))
        );
        assert_eq!(
            value("payment_days", Cell::Number(14.0)),
            Some(Value::Number(14))
        );
    }

    #[test]
    fn one_wrong_value_takes_no_other_with_it() {
        let taken = take("emails", text("a@b.pl; brak, c@d.pl e@f.pl"));
        let good = ["a@b.pl", "c@d.pl", "e@f.pl"].map(str::to_owned).to_vec();
        assert_eq!(taken.value, Some(Value::List(good)));
        assert_eq!(
            taken
                .refused
                .iter()
                .map(|(text, _)| text.as_str())
                .collect::<Vec<_>>(),
            ["brak"]
        );
        let taken = take("phones", text("601 102 203 / 602 102 203"));
        assert_eq!(taken.value.unwrap().as_list().len(), 2);
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_and_kept_whole_beside() {
        let long = "ą".repeat(300);
        let taken = take("name", text(&long));
        assert_eq!(taken.value, Some(of(&"ą".repeat(200))));
        assert_eq!(taken.refused[0].0, long);
    }

    #[test]
    fn numbers_that_lost_digits_are_not_taken() {
        for (name, cell) in [
            ("bank_account", Cell::Number(6.110_901_014e25)),
            ("bank_account", text("6,11090E+25")),
            ("tax_id", text("5.26104E+09")),
            ("phones", text("4,86011E+10")),
            ("name", Cell::Number(1e18)),
        ] {
            let taken = take(name, cell);
            assert_eq!(taken.value, None, "{name}");
            assert_eq!(
                taken.refused[0].1,
                Problem::new("import-cell-digits"),
                "{name}"
            );
        }
        assert_eq!(value("notes", text("1,5E+10")), Some(of("1,5E+10")));
        let exact = Some(of("48601102203"));
        assert_eq!(value("name", Cell::Number(48_601_102_203.0)), exact);
    }

    #[test]
    fn percentages_are_what_the_sheet_shows() {
        let percent = |number| value("discount_percent", Cell::Percent(number));
        assert_eq!(percent(0.075), Some(Value::Number(750)));
        assert_eq!(percent(0.07), Some(Value::Number(700)));
        assert_eq!(value("name", Cell::Percent(0.29)), Some(of("29%")));
    }

    #[test]
    fn errors_of_a_sheet_are_no_values() {
        assert!(
            take("name", Cell::Error("#REF!".to_owned()))
                .value
                .is_none()
        );
        assert_eq!(take("name", Cell::Empty), Taken::default());
        assert_eq!(take("name", text(" \u{a0}")), Taken::default());
    }
}
