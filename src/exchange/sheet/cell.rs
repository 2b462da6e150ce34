//! Cells as a sheet holds them, and their text as a person sees it.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// One cell as it was read. Numbers keep the sheet's own precision (IEEE 754 doubles in Excel).
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    #[default]
    Empty,
    /// Text exactly as the file holds it; a formula without a stored result is its own text, with the `=`.
    Text(String),
    Number(f64),
    /// A number that the sheet shows as a percentage: 0.075 is `7.5%`.
    Percent(f64),
    /// A date, or a date and time at midnight: Excel does not tell them apart.
    Date(Date),
    /// Excel keeps milliseconds and no zone.
    DateTime(DateTime),
    Bool(bool),
    /// An error as Excel names it (`#REF!`).
    Error(String),
}

impl Cell {
    /// The text a person sees in the sheet: outer white space gone (no-break and zero-width space too), NFC, line ends
    /// `\n`, whole numbers without decimal point or exponent. Digits a spreadsheet lost are not invented.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) => tidy(text),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Percent(number) => Cow::Owned(format!("{}%", number_text(number * 100.0))),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::DateTime(moment) => Cow::Owned(moment_text(*moment)),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
        }
    }

    /// Of its text.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) | Self::Error(text) => text.len(),
            _ => 0,
        }
    }

    /// Nothing a person would see.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(is_outer_space),
            _ => false,
        }
    }
}

/// Whether a text is what spreadsheets show for an error, in English or Polish, or `Err:502` as of `LibreOffice`.
pub(crate) fn is_error_name(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#ZERO!",
        "#DZIEL/0!",
        "#ARG!",
        "#ADR!",
        "#NAZWA?",
        "#LICZBA!",
        "#N/D",
        "#N/D!",
        "#ROZLANIE!",
    ];
    let digits = |rest: &str| rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit());
    NAMES.contains(&text)
        || text
            .strip_prefix("Err:")
            .or_else(|| text.strip_prefix("Błąd:"))
            .is_some_and(digits)
}

/// `2026-11-24 10:15:30`, with the fraction of the second where there is one.
pub(super) fn moment_text(moment: DateTime) -> String {
    format!("{} {}", moment.date(), moment.time())
}

fn is_outer_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{2060}')
}

fn tidy(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_matches(is_outer_space);
    if !trimmed.contains('\r') && is_nfc_quick(trimmed.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(
        trimmed
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .nfc()
            .collect(),
    )
}

/// Excel shows 15 significant digits; the rest is noise of binary fractions (`0.1 + 0.2`).
fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if number.fract() == 0.0 {
        return number.to_string();
    }
    format!("{number:.14e}")
        .parse::<f64>()
        .unwrap_or(number)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(number: f64) -> String {
        Cell::Number(number).text().into_owned()
    }

    #[test]
    fn whole_numbers_have_neither_point_nor_exponent() {
        assert_eq!(text_of(6_260_181_591.0), "6260181591");
        assert_eq!(text_of(48_601_123_456.0), "48601123456");
        assert_eq!(text_of(1e21), "1000000000000000000000");
        assert_eq!(text_of(-0.0), "0");
        assert_eq!(text_of(-12.0), "-12");
    }

    #[test]
    fn fractions_are_shown_as_excel_shows_them() {
        assert_eq!(text_of(0.1 + 0.2), "0.3");
        assert_eq!(text_of(1234.56), "1234.56");
        assert_eq!(text_of(1e-7), "0.0000001");
    }

    #[test]
    fn text_is_trimmed_normalised_and_has_plain_line_ends() {
        let cell = Cell::Text("\u{FEFF}\u{A0} Z\u{307}ółw\r\ni żaba\rrazem \t\u{A0}".into());
        assert_eq!(cell.text(), "Żółw\ni żaba\nrazem");
        assert!(Cell::Text(" \u{A0}\u{200B}\n".into()).is_blank());
        assert!(!Cell::Text("0".into()).is_blank());
    }

    #[test]
    fn dates_are_iso() {
        let date = Date::constant(2026, 11, 24);
        assert_eq!(Cell::Date(date).text(), "2026-11-24");
        assert_eq!(
            Cell::DateTime(date.at(9, 5, 0, 0)).text(),
            "2026-11-24 09:05:00"
        );
    }
}
