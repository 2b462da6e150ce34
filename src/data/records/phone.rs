//! Phone numbers: kept as typed, and in the international form (ITU-T E.164) where it can be told. Poland by default.

use unicode_normalization::UnicodeNormalization;

use super::fold::one_line;

/// Longest text kept for a phone number, in characters.
const TYPED_MAX: usize = 60;

/// A phone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// As typed, on one line, extension included.
    pub typed: String,
    /// `+` and digits without the extension; empty where country and number can't be told.
    pub e164: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("no phone number given")]
    Empty,
    #[error("not a phone number")]
    Characters,
    #[error("too few digits for a phone number")]
    TooShort,
    #[error("too many digits for a phone number")]
    TooLong,
}

impl PhoneError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-phone-empty",
            Self::Characters => "error-phone-characters",
            Self::TooShort => "error-phone-too-short",
            Self::TooLong => "error-phone-too-long",
        }
    }
}

impl Phone {
    /// From any writing: `(22) 555-66-77`, `tel. 601 102 203`, `0048 22 555 66 77 wew. 12`, `+44 (0)20 7946 0958`.
    /// Short numbers and foreign ones without a country code are taken too, with an empty `e164`.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let mut typed = one_line(text);
        if let Some(whole) = typed
            .strip_suffix(".0")
            .filter(|whole| whole.len() >= 9 && whole.bytes().all(|b| b.is_ascii_digit()))
        {
            // A number from a sheet.
            typed.truncate(whole.len());
        }
        if typed.is_empty() {
            return Err(PhoneError::Empty);
        }
        if typed.chars().count() > TYPED_MAX {
            return Err(PhoneError::TooLong);
        }
        let parts = Parts::of(&typed)?;
        let all: usize = parts.groups.iter().map(String::len).sum();
        match all {
            0..3 => Err(PhoneError::TooShort),
            3..=17 => match parts.e164() {
                Some(e164) => Ok(Self { typed, e164 }),
                None if all <= 15 => Ok(Self {
                    typed,
                    e164: String::new(),
                }),
                None => Err(PhoneError::TooLong),
            },
            _ => Err(PhoneError::TooLong),
        }
    }

    /// What tells two writings of one number to be the same: the international form, else the digits typed.
    pub fn unique(&self) -> String {
        if self.e164.is_empty() {
            self.groups().concat()
        } else {
            self.e164.clone()
        }
    }

    /// What the search index holds, digits alone: the whole number with and without its country code, and every rest of it
    /// that starts where a group was typed, so that `555 66 77` finds `(22) 555-66-77`. Each of three digits or more.
    pub fn search_terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        let mut add = |term: &str| {
            if term.len() >= 3 && !terms.iter().any(|known| known == term) {
                terms.push(term.to_owned());
            }
        };
        if let Some(digits) = self.e164.strip_prefix('+') {
            add(digits);
            if let Some(national) = digits.strip_prefix("48").filter(|rest| rest.len() == 9) {
                add(national);
                // People ask for a fixed line without its area code, for a mobile by its last two groups.
                add(&national[if is_mobile(national) { 3 } else { 2 }..]);
            }
        }
        let groups = self.groups();
        for start in 0..groups.len() {
            add(&groups[start..].concat());
        }
        terms
    }

    fn groups(&self) -> Vec<String> {
        Parts::of(&self.typed)
            .map(|parts| parts.groups)
            .unwrap_or_default()
    }
}

/// First two digits of Polish mobile numbers (numbering plan of the Office of Electronic Communications).
fn is_mobile(national: &str) -> bool {
    [
        "45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88",
    ]
    .contains(&&national[..2])
}

/// The number proper, without label and extension.
struct Parts {
    international: bool,
    groups: Vec<String>,
}

impl Parts {
    fn of(typed: &str) -> Result<Self, PhoneError> {
        let lower: String = typed.nfkc().flat_map(char::to_lowercase).collect();
        let mut number = without_extension(without_label(&lower)).trim();
        let mut international = false;
        if let Some(rest) = number
            .strip_prefix('+')
            .or_else(|| number.strip_prefix("(+"))
        {
            international = true;
            number = rest;
        }
        // The trunk zero of `+44 (0)20` is not dialled from abroad.
        let without_trunk = if international {
            number.replace("(0)", " ")
        } else {
            number.to_owned()
        };
        let mut groups: Vec<String> = Vec::new();
        let mut in_group = false;
        for c in without_trunk.chars() {
            if c.is_ascii_digit() {
                if !in_group {
                    groups.push(String::new());
                }
                if let Some(last) = groups.last_mut() {
                    last.push(c);
                }
                in_group = true;
            } else if c.is_whitespace()
                || matches!(c, '(' | ')' | '-' | '‐'..='―' | '−' | '.' | '/')
            {
                in_group = false;
            } else {
                return Err(PhoneError::Characters);
            }
        }
        if groups.is_empty() {
            return Err(PhoneError::Characters);
        }
        Ok(Self {
            international,
            groups,
        })
    }

    fn e164(&self) -> Option<String> {
        let digits = self.groups.concat();
        let international = if self.international {
            Some(digits.as_str())
        } else {
            digits.strip_prefix("00").filter(|rest| rest.len() >= 7)
        };
        if let Some(full) = international {
            let fits = match full.strip_prefix("48") {
                Some(national) => national.len() == 9 && !national.starts_with('0'),
                None => (7..=15).contains(&full.len()) && !full.starts_with('0'),
            };
            return fits.then(|| format!("+{full}"));
        }
        // Polish numbers have nine digits and never begin with zero.
        let national = match digits.len() {
            9 => digits.as_str(),
            11 => digits.strip_prefix("48")?,
            _ => return None,
        };
        (!national.starts_with('0')).then(|| format!("+48{national}"))
    }
}

fn without_label(text: &str) -> &str {
    const LABELS: [&str; 16] = [
        "tel", "telefon", "tel/fax", "phone", "kom", "komórka", "komorka", "mob", "mobile", "fax",
        "faks", "gsm", "cell", "t", "m", "nr",
    ];
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '.', ':', ',', '/']);
        let end = rest
            .find(|c: char| !c.is_alphabetic() && c != '/')
            .unwrap_or(rest.len());
        if !LABELS.contains(&&rest[..end]) {
            return rest.strip_prefix("tel:").unwrap_or(rest);
        }
        rest = &rest[end..];
    }
}

/// Cuts at the first word for an extension that is followed by digits alone.
fn without_extension(text: &str) -> &str {
    const WORDS: [&str; 10] = [
        "wewnętrzny",
        "wewnetrzny",
        "wewn",
        "wew",
        "extension",
        "ext",
        "w",
        "x",
        "#",
        ";ext=",
    ];
    for (start, _) in text
        .char_indices()
        .filter(|(i, c)| *i > 0 && (c.is_alphabetic() || matches!(c, '#' | ';')))
    {
        for word in WORDS {
            if let Some(rest) = text[start..].strip_prefix(word) {
                let rest = rest.trim_start_matches(['.', ':', ' ']);
                if !rest.is_empty() && rest.len() <= 8 && rest.bytes().all(|b| b.is_ascii_digit()) {
                    return text[..start].trim_end_matches([' ', ',']);
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn normalises() {
        for (typed, e164) in [
            ("601102203", "+48601102203"),
            ("601 102 203", "+48601102203"),
            ("601-102-203", "+48601102203"),
            ("+48 601 102 203", "+48601102203"),
            ("0048 601 102 203", "+48601102203"),
            ("48601102203", "+48601102203"),
            ("(22) 555-66-77", "+48225556677"),
            ("22/555 66 77", "+48225556677"),
            ("tel. 601 102 203", "+48601102203"),
            ("Tel./fax: 22 555 66 77", "+48225556677"),
            ("kom.: 601.102.203", "+48601102203"),
            ("22 555 66 77 wew. 12", "+48225556677"),
            ("22 555 66 77, ext 5", "+48225556677"),
            ("22 555 66 77 w. 12", "+48225556677"),
            ("225556677#12", "+48225556677"),
            ("(+48) 22 555 66 77", "+48225556677"),
            ("+48 (0) 22 555 66 77", "+48225556677"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("0049 30 1234567", "+49301234567"),
            ("+1-555-123-4567", "+15551234567"),
            ("601102203.0", "+48601102203"),
            ("601\u{a0}102\u{a0}203", "+48601102203"),
            ("tel:+48601102203", "+48601102203"),
            ("601–102–203", "+48601102203"),
            ("112", ""),
            ("19115", ""),
            ("030-0074321", ""),
            ("(5) 555-4729", ""),
            ("(171) 555-7788", ""),
            ("0621-08460", ""),
            ("+48 123", ""),
            ("0921-12 34 65", ""),
        ] {
            let phone = Phone::parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(phone.e164, e164, "{typed}");
        }
        assert_eq!(
            Phone::parse("  22 555  66 77 wew. 12 ")
                .expect("valid")
                .typed,
            "22 555 66 77 wew. 12"
        );
    }

    #[test]
    fn refuses() {
        for (typed, error) in [
            ("", PhoneError::Empty),
            (" \t", PhoneError::Empty),
            ("brak", PhoneError::Characters),
            ("12", PhoneError::TooShort),
            ("---", PhoneError::Characters),
            ("601 102 203 Anna", PhoneError::Characters),
            ("601102203, 602102203", PhoneError::Characters),
            ("=2+2", PhoneError::Characters),
            ("601 102 203 601 102 203", PhoneError::TooLong),
            ("601+102203", PhoneError::Characters),
            ("tel.", PhoneError::Characters),
            ("1234567890123456", PhoneError::TooLong),
        ] {
            assert_eq!(Phone::parse(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn search_terms_by_typed_groups() {
        let terms = |typed: &str| Phone::parse(typed).expect("valid").search_terms();
        assert_eq!(
            terms("(22) 555-66-77"),
            ["48225556677", "225556677", "5556677", "6677"]
        );
        assert_eq!(terms("225556677"), ["48225556677", "225556677", "5556677"]);
        assert_eq!(
            terms("+48 601 102 203"),
            ["48601102203", "601102203", "102203", "203"]
        );
        assert_eq!(terms("030-0074321"), ["0300074321", "0074321"]);
        assert_eq!(terms("112"), ["112"]);
        assert_eq!(
            terms("22 555 66 77 wew. 12"),
            ["48225556677", "225556677", "5556677", "6677"]
        );
        assert!(terms("+49 30 1234567").contains(&"301234567".to_owned()));
    }

    #[test]
    fn writings_of_one_number_are_one() {
        let unique = |typed: &str| Phone::parse(typed).expect("valid").unique();
        assert_eq!(unique("+48 601 102 203"), unique("601-102-203"));
        assert_eq!(unique("030-0074321"), "0300074321");
    }

    proptest! {
        #[test]
        fn parsing_is_stable(text in "\\PC{0,30}|[+(]?[0-9 ()./-]{2,24}( wew\\. [0-9]{1,3})?") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(&phone.typed), Ok(phone.clone()));
                prop_assert!(phone.e164.is_empty() || (8..=16).contains(&phone.e164.len()));
                prop_assert!(!phone.search_terms().is_empty());
                prop_assert!(phone.search_terms().iter().all(|term| term.len() >= 3 && term.bytes().all(|b| b.is_ascii_digit())));
            }
        }
    }
}
