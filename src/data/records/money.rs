//! Amounts of money in whole minor units; never a float.

/// Largest amount either way, in minor units.
const MINOR_MAX: i64 = 900_000_000_000_000;

/// A currency by its ISO 4217 letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// An amount in hundredths of its currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("no amount given")]
    Empty,
    #[error("not an amount")]
    NotANumber,
    #[error("more than two decimal places")]
    Decimals,
    /// As `1,234`, which is a thousand for some and one and a bit for others.
    #[error("it can't be told whether the separator is decimal")]
    Ambiguous,
    #[error("the amount is too large")]
    Range,
    #[error("not a currency code")]
    Currency,
    #[error("the currencies differ")]
    Mixed,
}

impl MoneyError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-money-empty",
            Self::NotANumber => "error-money-not-a-number",
            Self::Decimals => "error-money-decimals",
            Self::Ambiguous => "error-money-ambiguous",
            Self::Range => "error-money-range",
            Self::Currency => "error-money-currency",
            Self::Mixed => "error-money-mixed",
        }
    }
}

impl Currency {
    pub const PLN: Self = Self(*b"PLN");
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");
    pub const GBP: Self = Self(*b"GBP");
    pub const CZK: Self = Self(*b"CZK");

    /// Three letters in any case.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let mut letters: [u8; 3] = text
            .trim()
            .as_bytes()
            .try_into()
            .map_err(|_| MoneyError::Currency)?;
        letters.make_ascii_uppercase();
        if letters.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(letters))
        } else {
            Err(MoneyError::Currency)
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// From a sign or code people write beside an amount.
    fn from_mark(mark: &str) -> Result<Self, MoneyError> {
        match mark.to_lowercase().trim_end_matches('.') {
            "zł" | "zl" | "złotych" | "złote" => Ok(Self::PLN),
            "€" | "euro" => Ok(Self::EUR),
            "$" | "us$" => Ok(Self::USD),
            "£" => Ok(Self::GBP),
            "kč" => Ok(Self::CZK),
            other => Self::parse(other),
        }
    }
}

impl Money {
    /// An amount in minor units, within the range that is kept.
    pub fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if (-MINOR_MAX..=MINOR_MAX).contains(&minor) {
            Ok(Self { minor, currency })
        } else {
            Err(MoneyError::Range)
        }
    }

    pub fn minor(&self) -> i64 {
        self.minor
    }

    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The API's form alone: digits, at most two after a point, a minus before.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let (negative, number) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = match number.split_once('.') {
            Some((_, "")) => return Err(MoneyError::NotANumber),
            Some((whole, decimals)) => (whole, decimals),
            None => (number, ""),
        };
        Self::from_digits(negative, whole, decimals, currency)
    }

    /// An amount as people write it: `1 234,50 zł`, `1.234,50`, `1,234.50`, `PLN 1 234.5`. A currency in the text counts,
    /// else the given one. What could mean two amounts is an error.
    pub fn parse_people(text: &str, default: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let is_number = |c: char| {
            c.is_ascii_digit()
                || matches!(c, '.' | ',' | '-' | '−' | '–' | '+' | '\'' | '’')
                || c.is_whitespace()
        };
        let mut mark = String::new();
        let mut number = String::new();
        for c in text.chars() {
            // The point of `zł.` belongs to the mark.
            let ends_mark =
                c == '.' && text.ends_with('.') && !mark.is_empty() && !number.is_empty();
            if is_number(c) && !ends_mark {
                number.push(c);
            } else {
                mark.push(c);
            }
        }
        let number = number.trim();
        if number.is_empty() {
            return Err(if mark.is_empty() {
                MoneyError::Empty
            } else {
                MoneyError::NotANumber
            });
        }
        let currency = if mark.is_empty() {
            default
        } else {
            Currency::from_mark(&mark).map_err(|_| MoneyError::NotANumber)?
        };
        let (negative, number) = match number.strip_prefix(['-', '−', '–']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, decimals) = split_decimals(number)?;
        let whole = ungroup(whole)?;
        let kept = decimals.trim_end_matches('0');
        let decimals = if decimals.len() > 2 { kept } else { decimals };
        Self::from_digits(negative, &whole, decimals, currency)
    }

    fn from_digits(
        negative: bool,
        whole: &str,
        decimals: &str,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
            return Err(MoneyError::NotANumber);
        }
        if decimals.len() > 2 {
            return Err(MoneyError::Decimals);
        }
        let minor: i64 = format!("{whole}{decimals:0<2}")
            .parse()
            .map_err(|_| MoneyError::Range)?;
        Self::new(if negative { -minor } else { minor }, currency)
    }

    /// The API's form: always two digits after the point.
    pub fn to_decimal(self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        format!("{sign}{}.{:02}", minor / 100, minor % 100)
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed);
        }
        Self::new(
            self.minor
                .checked_add(other.minor)
                .ok_or(MoneyError::Range)?,
            self.currency,
        )
    }
}

/// Tells the decimals from the rest.
fn split_decimals(number: &str) -> Result<(&str, &str), MoneyError> {
    let Some(last) = number.rfind(['.', ',']) else {
        return Ok((number, ""));
    };
    let (whole, decimals) = (&number[..last], &number[last + 1..]);
    let separator = &number[last..=last];
    if whole.contains(separator) {
        // Used more than once, it groups thousands.
        return if whole.contains(if separator == "." { ',' } else { '.' }) {
            Err(MoneyError::NotANumber)
        } else {
            Ok((number, ""))
        };
    }
    let certain = whole.contains(|c: char| !c.is_ascii_digit())
        || whole.len() > 3
        || whole == "0"
        || whole.is_empty();
    if decimals.len() == 3 && !certain {
        return Err(MoneyError::Ambiguous);
    }
    Ok((whole, decimals))
}

/// The digits of a number grouped in thousands by one kind of separator.
fn ungroup(whole: &str) -> Result<String, MoneyError> {
    let Some(first) = whole.find(|c: char| !c.is_ascii_digit()) else {
        return Ok(if whole.is_empty() {
            "0".to_owned()
        } else {
            whole.to_owned()
        });
    };
    let is_space = whole[first..].starts_with(char::is_whitespace);
    let separator = whole[first..].chars().next().unwrap_or(' ');
    let mut groups = whole.split(|c: char| {
        if is_space {
            c.is_whitespace()
        } else {
            c == separator
        }
    });
    let mut digits = groups.next().unwrap_or_default().to_owned();
    if digits.is_empty() || digits.len() > 3 {
        return Err(MoneyError::NotANumber);
    }
    for group in groups {
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotANumber);
        }
        digits.push_str(group);
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn people(text: &str) -> Result<String, MoneyError> {
        Money::parse_people(text, Currency::PLN)
            .map(|m| format!("{} {}", m.to_decimal(), m.currency().as_str()))
    }

    #[test]
    fn strict_decimals() {
        let minor = |text: &str| Money::parse_decimal(text, Currency::PLN).map(|m| m.minor());
        for (text, value) in [
            ("0", 0),
            ("123.45", 12345),
            ("-123.4", -12340),
            ("7", 700),
            ("-0.01", -1),
            ("9000000000000.00", MINOR_MAX),
        ] {
            assert_eq!(minor(text), Ok(value), "{text}");
        }
        for (text, error) in [
            ("", MoneyError::Empty),
            ("1,5", MoneyError::NotANumber),
            ("1.", MoneyError::NotANumber),
            (".5", MoneyError::NotANumber),
            ("+1", MoneyError::NotANumber),
            ("--1", MoneyError::NotANumber),
            ("1e3", MoneyError::NotANumber),
            (" 1", MoneyError::NotANumber),
            ("NaN", MoneyError::NotANumber),
            ("1.234", MoneyError::Decimals),
            ("9000000000000.01", MoneyError::Range),
            ("99999999999999999999999", MoneyError::Range),
            ("1.-5", MoneyError::NotANumber),
        ] {
            assert_eq!(minor(text), Err(error), "{text}");
        }
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, value) in [
            ("1 234,50 zł", "1234.50 PLN"),
            ("1.234,50", "1234.50 PLN"),
            ("1,234.50", "1234.50 PLN"),
            ("PLN 1 234.5", "1234.50 PLN"),
            ("1\u{a0}234\u{202f}567,5", "1234567.50 PLN"),
            ("12", "12.00 PLN"),
            ("-5,00", "-5.00 PLN"),
            ("−5 zł", "-5.00 PLN"),
            ("€ 10", "10.00 EUR"),
            ("10,99 eur", "10.99 EUR"),
            ("$1,000,000.00", "1000000.00 USD"),
            ("1'234.50 CHF", "1234.50 CHF"),
            ("100 zł.", "100.00 PLN"),
            ("1.234.567", "1234567.00 PLN"),
            (",50", "0.50 PLN"),
            ("1234.500", "1234.50 PLN"),
            ("5000.0", "5000.00 PLN"),
            ("250 Kč", "250.00 CZK"),
        ] {
            assert_eq!(people(text).as_deref(), Ok(value), "{text}");
        }
        for (text, error) in [
            ("", MoneyError::Empty),
            ("zł", MoneyError::NotANumber),
            ("dużo", MoneyError::NotANumber),
            ("1,234", MoneyError::Ambiguous),
            ("1.234", MoneyError::Ambiguous),
            ("0,125", MoneyError::Decimals),
            ("1234,567", MoneyError::Decimals),
            ("1 23,00", MoneyError::NotANumber),
            ("1-2", MoneyError::NotANumber),
            ("12 zł 5", MoneyError::NotANumber),
            ("1,2,3", MoneyError::NotANumber),
            ("9 000 000 000 000,01", MoneyError::Range),
        ] {
            assert_eq!(people(text), Err(error), "{text}");
        }
    }

    #[test]
    fn adds_within_one_currency() {
        let pln = |minor| Money::new(minor, Currency::PLN).expect("in range");
        assert_eq!(pln(150).checked_add(pln(-50)), Ok(pln(100)));
        assert_eq!(pln(MINOR_MAX).checked_add(pln(1)), Err(MoneyError::Range));
        assert_eq!(
            pln(1).checked_add(Money::new(1, Currency::EUR).expect("in range")),
            Err(MoneyError::Mixed)
        );
        assert_eq!(Currency::parse("pln"), Ok(Currency::PLN));
        assert_eq!(Currency::parse("zł"), Err(MoneyError::Currency));
        assert_eq!(Currency::parse("PLNX"), Err(MoneyError::Currency));
    }

    proptest! {
        #[test]
        fn every_amount_reads_back(minor in -MINOR_MAX..=MINOR_MAX) {
            let money = Money::new(minor, Currency::PLN).expect("in range");
            prop_assert_eq!(Money::parse_decimal(&money.to_decimal(), Currency::PLN), Ok(money));
            prop_assert_eq!(Money::parse_people(&money.to_decimal(), Currency::PLN), Ok(money));
        }

        #[test]
        fn never_panics(text in "\\PC{0,20}|[0-9., zł'-]{0,20}") {
            let _ = Money::parse_people(&text, Currency::PLN);
            let _ = Money::parse_decimal(&text, Currency::PLN);
        }
    }
}
