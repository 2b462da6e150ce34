//! Tax ids: the Polish NIP with its checksum, VAT ids of the European Union by pattern, others by their country's prefix.

use unicode_normalization::UnicodeNormalization;

use super::country::Country;

/// A tax id in the one form it is kept in: ten digits for a Polish one, else the country's prefix and what follows,
/// capital letters and digits alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaxId(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxIdError {
    #[error("no tax id given")]
    Empty,
    #[error("the check digit does not fit")]
    Checksum,
    #[error("a Polish tax id has ten digits")]
    Length,
    /// The prefix is that of a country whose ids look otherwise.
    #[error("not a tax id of {country}")]
    Pattern { country: String },
    #[error("not a tax id")]
    Unknown,
}

impl TaxIdError {
    /// Key of the text shown to people; `error-tax-id-pattern` takes `country`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "error-tax-id-empty",
            Self::Checksum => "error-tax-id-checksum",
            Self::Length => "error-tax-id-length",
            Self::Pattern { .. } => "error-tax-id-pattern",
            Self::Unknown => "error-tax-id-unknown",
        }
    }
}

impl TaxId {
    /// From any writing: `PL 526-104-08-28`, `NIP: 5261040828`, a number from a sheet (`5261040828.0`), `de 123 456 789`.
    pub fn parse(text: &str) -> Result<Self, TaxIdError> {
        let upper: String = text.nfkc().flat_map(char::to_uppercase).collect();
        let bare = without_label(without_zero_decimals(upper.trim()));
        let mut id = String::with_capacity(bare.len());
        for c in bare.chars() {
            match c {
                'A'..='Z' | '0'..='9' | '+' | '*' => id.push(c),
                c if c.is_whitespace()
                    || matches!(c, '-' | '‐'..='―' | '−' | '.' | ',' | '/' | ':' | '(' | ')') =>
                    {}
                c if c.is_control() => {}
                _ => return Err(TaxIdError::Unknown),
            }
        }
        if id.is_empty() {
            return Err(TaxIdError::Empty);
        }
        if id.bytes().all(|b| b.is_ascii_digit()) {
            return polish(&id);
        }
        let Some((prefix, rest)) = id
            .split_at_checked(2)
            .filter(|(p, _)| p.bytes().all(|b| b.is_ascii_uppercase()))
        else {
            return Err(TaxIdError::Unknown);
        };
        let prefix = if prefix == "GR" { "EL" } else { prefix };
        let pattern_error = || TaxIdError::Pattern {
            country: prefix.to_owned(),
        };
        if prefix == "PL" {
            return if rest.bytes().all(|b| b.is_ascii_digit()) {
                polish(rest)
            } else {
                Err(pattern_error())
            };
        }
        let fits = if let Some((_, patterns)) =
            EU_PATTERNS.iter().find(|(country, _)| *country == prefix)
        {
            patterns
                .iter()
                .any(|pattern| matches_pattern(pattern, rest))
        } else if Country::parse(prefix).is_ok() {
            // At least one digit, or every two-letter word would do.
            (4..=20).contains(&id.len())
                && rest.bytes().any(|b| b.is_ascii_digit())
                && id.bytes().all(|b| b.is_ascii_alphanumeric())
        } else {
            return Err(TaxIdError::Unknown);
        };
        if fits {
            Ok(Self(format!("{prefix}{rest}")))
        } else {
            Err(pattern_error())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a Polish NIP.
    pub fn is_polish(&self) -> bool {
        self.0.as_bytes()[0].is_ascii_digit()
    }

    /// Prefix and number, where it is one of another state of the European Union (or of Northern Ireland).
    pub fn of_the_union(&self) -> Option<(&str, &str)> {
        let parts = self.0.split_at_checked(2)?;
        let known = EU_PATTERNS.iter().any(|(prefix, _)| *prefix == parts.0);
        known.then_some(parts)
    }

    /// As people write it: `526-104-08-28`, `DE123456789`.
    pub fn display(&self) -> String {
        if !self.is_polish() {
            return self.0.clone();
        }
        let d = &self.0;
        format!("{}-{}-{}-{}", &d[..3], &d[3..6], &d[6..8], &d[8..])
    }

    /// What the search index holds: with and without the country's prefix, lower case.
    pub fn search_terms(&self) -> Vec<String> {
        let lower = self.0.to_ascii_lowercase();
        if self.is_polish() {
            let prefixed = format!("pl{lower}");
            return vec![lower, prefixed];
        }
        let bare = lower[2..].to_owned();
        vec![lower, bare]
    }
}

/// The weights of the NIP's nine digits; the tenth is the weighted sum modulo 11 (ordinance of the Minister of Finance
/// on the identification of taxpayers). A sum that leaves 10 is never given out.
const NIP_WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];

/// The check digit of nine digits; none where no NIP begins with them.
pub fn nip_check_digit(nine: &[u8; 9]) -> Option<u8> {
    let sum: u32 = NIP_WEIGHTS
        .iter()
        .zip(nine)
        .map(|(weight, digit)| weight * u32::from(digit - b'0'))
        .sum();
    u8::try_from(sum % 11)
        .ok()
        .filter(|rest| *rest < 10)
        .map(|rest| b'0' + rest)
}

fn polish(digits: &str) -> Result<TaxId, TaxIdError> {
    let ten: &[u8; 10] = digits
        .as_bytes()
        .try_into()
        .map_err(|_| TaxIdError::Length)?;
    let [nine @ .., check] = ten;
    // Ten zeros satisfy the sum, yet no tax office has the number 000.
    if nip_check_digit(nine) != Some(*check) || digits.starts_with("000") {
        return Err(TaxIdError::Checksum);
    }
    Ok(TaxId(digits.to_owned()))
}

/// A number that a sheet wrote with its empty decimals: `5261040828.0`.
fn without_zero_decimals(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        Some((whole, zeros))
            if whole.len() >= 8
                && whole.bytes().all(|b| b.is_ascii_digit())
                && (1..=2).contains(&zeros.len())
                && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => text,
    }
}

/// Drops words that name the kind of number, as in `NIP:`, `VAT UE`, `TAX ID NO.`
fn without_label(text: &str) -> &str {
    const FIRST: [&str; 7] = ["NIP", "VAT", "VATIN", "TAX", "TIN", "NUMER", "NR"];
    const LATER: [&str; 7] = ["UE", "EU", "ID", "NO", "NUMBER", "REG", "EUROPEJSKI"];
    let mut rest = text;
    let mut seen = false;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if FIRST.contains(&word) || (seen && LATER.contains(&word)) {
            seen = true;
            rest = &rest[end..];
        } else if let Some(glued) = rest.strip_prefix("NIPPL") {
            return glued;
        } else {
            return rest;
        }
    }
}

/// Shapes of the part after the prefix, as the Commission's VIES lists them: `#` digit, `@` letter, `?` either,
/// `*` either or `+` or `*`, anything else itself.
const EU_PATTERNS: &[(&str, &[&str])] = &[
    ("AT", &["U########"]),
    ("BE", &["0#########", "1#########"]),
    ("BG", &["#########", "##########"]),
    ("CY", &["########@"]),
    ("CZ", &["########", "#########", "##########"]),
    ("DE", &["#########"]),
    ("DK", &["########"]),
    ("EE", &["#########"]),
    ("EL", &["#########"]),
    ("ES", &["@########", "########@", "@#######@"]),
    ("FI", &["########"]),
    ("FR", &["??#########"]),
    ("HR", &["###########"]),
    ("HU", &["########"]),
    ("IE", &["#*#####@", "#######@@"]),
    ("IT", &["###########"]),
    ("LT", &["#########", "############"]),
    ("LU", &["########"]),
    ("LV", &["###########"]),
    ("MT", &["########"]),
    ("NL", &["#########B##"]),
    ("PT", &["#########"]),
    (
        "RO",
        &[
            "##",
            "###",
            "####",
            "#####",
            "######",
            "#######",
            "########",
            "#########",
            "##########",
        ],
    ),
    ("SE", &["############"]),
    ("SI", &["########"]),
    ("SK", &["##########"]),
    ("XI", &["#########", "############", "GD###", "HA###"]),
];

fn matches_pattern(pattern: &str, text: &str) -> bool {
    pattern.len() == text.len()
        && pattern
            .bytes()
            .zip(text.bytes())
            .all(|(shape, b)| match shape {
                b'#' => b.is_ascii_digit(),
                b'@' => b.is_ascii_uppercase(),
                b'?' => b.is_ascii_alphanumeric(),
                b'*' => b.is_ascii_alphanumeric() || b == b'+' || b == b'*',
                literal => b == literal,
            })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Result<String, TaxIdError> {
        TaxId::parse(text).map(|id| id.as_str().to_owned())
    }

    #[test]
    fn polish_ids_in_any_writing() {
        for text in [
            "5261040828",
            "526-104-08-28",
            "526 104 08 28",
            "PL5261040828",
            "pl 526-104-08-28",
            "NIP: 5261040828",
            "NIP 526-10-40-828",
            "NIP5261040828",
            "nip-ue: PL 526 104 08 28",
            "NIPPL5261040828",
            "5261040828.0",
            "5261040828,00",
            "526\u{a0}104\u{a0}08\u{a0}28",
            "５２６１０４０８２８",
            "VAT ID No. PL5261040828",
            "526–104–08–28",
            "\u{feff}5261040828",
        ] {
            assert_eq!(canonical(text).as_deref(), Ok("5261040828"), "{text}");
        }
        let id = TaxId::parse("5261040828").expect("valid");
        assert_eq!(id.display(), "526-104-08-28");
        assert_eq!(id.search_terms(), ["5261040828", "pl5261040828"]);
        assert!(id.is_polish());
    }

    #[test]
    fn wrong_ids_say_why() {
        assert_eq!(canonical("5261040827"), Err(TaxIdError::Checksum));
        assert_eq!(canonical("0000000000"), Err(TaxIdError::Checksum));
        assert_eq!(canonical("526104082"), Err(TaxIdError::Length));
        assert_eq!(canonical("PL52610408280"), Err(TaxIdError::Length));
        assert_eq!(canonical(" - "), Err(TaxIdError::Empty));
        assert_eq!(canonical("NIP:"), Err(TaxIdError::Empty));
        assert_eq!(
            canonical("brak"),
            Err(TaxIdError::Pattern {
                country: "BR".to_owned()
            })
        );
        assert_eq!(canonical("=2+2"), Err(TaxIdError::Unknown));
        assert_eq!(
            canonical("DE12345"),
            Err(TaxIdError::Pattern {
                country: "DE".to_owned()
            })
        );
        assert_eq!(
            canonical("PLABC"),
            Err(TaxIdError::Pattern {
                country: "PL".to_owned()
            })
        );
        assert_eq!(canonical("ZZ123456"), Err(TaxIdError::Unknown));
    }

    #[test]
    fn foreign_ids() {
        for (text, kept) in [
            ("DE 123 456 789", "DE123456789"),
            ("gr123456789", "EL123456789"),
            ("ATU12345678", "ATU12345678"),
            ("IE1234567WA", "IE1234567WA"),
            ("IE1+23456A", "IE1+23456A"),
            ("NL123456789B01", "NL123456789B01"),
            ("FRXX999999999", "FRXX999999999"),
            ("ESX1234567X", "ESX1234567X"),
            ("ES12345678Z", "ES12345678Z"),
            ("BE 0123.456.789", "BE0123456789"),
            ("RO12", "RO12"),
            ("XIGD123", "XIGD123"),
            ("SE123456789001", "SE123456789001"),
            ("GB 123 4567 89", "GB123456789"),
            ("CHE-123.456.789 MWST", "CHE123456789MWST"),
            ("NO 123456789 MVA", "NO123456789MVA"),
            ("US12-3456789", "US123456789"),
            ("UA1234567890", "UA1234567890"),
        ] {
            assert_eq!(canonical(text).as_deref(), Ok(kept), "{text}");
        }
        assert!(canonical("ES123456789").is_err());
        assert_eq!(
            TaxId::parse("DE123456789").expect("valid").search_terms(),
            ["de123456789", "123456789"]
        );
        assert_eq!(EU_PATTERNS.len() + 1, 28, "27 states and Northern Ireland");
    }

    proptest! {
        #[test]
        fn parsing_is_stable_and_never_panics(text in "\\PC{0,30}|[A-Z]{2}[0-9]{2,12}") {
            if let Ok(id) = TaxId::parse(&text) {
                prop_assert_eq!(TaxId::parse(id.as_str()), Ok(id.clone()));
                prop_assert_eq!(TaxId::parse(&id.display()), Ok(id.clone()));
            }
        }

        #[test]
        fn one_wrong_digit_is_noticed(start in 101_000_000_u32..999_999_999, place in 0_usize..9, add in 1_u8..10) {
            let nine: [u8; 9] = start.to_string().into_bytes().try_into().expect("nine digits");
            if let Some(check) = nip_check_digit(&nine) {
                let mut ten = nine.to_vec();
                ten.push(check);
                prop_assert!(TaxId::parse(std::str::from_utf8(&ten).expect("digits")).is_ok());
                ten[place] = b'0' + (ten[place] - b'0' + add) % 10;
                prop_assert!(TaxId::parse(std::str::from_utf8(&ten).expect("digits")).is_err());
            }
        }
    }
}
