//! Bank accounts by ISO 13616 (IBAN).

use unicode_normalization::UnicodeNormalization;

use super::country::Country;

/// An account number with its country, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    #[error("no account number given")]
    Empty,
    #[error("not an account number")]
    Characters,
    #[error("the account number does not have the length its country gives it")]
    Length,
    #[error("the check digits do not fit")]
    Checksum,
}

impl IbanError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-iban-empty",
            Self::Characters => "error-iban-characters",
            Self::Length => "error-iban-length",
            Self::Checksum => "error-iban-checksum",
        }
    }
}

impl Iban {
    /// From any grouping; twenty-six digits without a country are a Polish account.
    pub fn parse(text: &str) -> Result<Self, IbanError> {
        let mut iban = String::with_capacity(34);
        for c in text.nfkc().flat_map(char::to_uppercase) {
            match c {
                'A'..='Z' | '0'..='9' => iban.push(c),
                c if c.is_whitespace() || matches!(c, '-' | '‐'..='―') => {}
                _ => return Err(IbanError::Characters),
            }
        }
        if iban.is_empty() {
            return Err(IbanError::Empty);
        }
        if iban.bytes().all(|b| b.is_ascii_digit()) {
            if iban.len() != 26 {
                return Err(IbanError::Length);
            }
            iban.insert_str(0, "PL");
        }
        let (country, rest) = iban.split_at_checked(2).ok_or(IbanError::Length)?;
        // Kosovo has accounts but no assigned ISO code.
        if (Country::parse(country).is_err() && country != "XK")
            || rest.bytes().take(2).any(|b| !b.is_ascii_digit())
        {
            return Err(IbanError::Characters);
        }
        let fits = match LENGTHS.iter().find(|(code, _)| *code == country) {
            Some((_, length)) => iban.len() == *length,
            None => (15..=34).contains(&iban.len()),
        };
        if !fits {
            return Err(IbanError::Length);
        }
        let (head, account) = iban.split_at(4);
        if remainder(account.bytes().chain(head.bytes())) == 1 {
            Ok(Self(iban))
        } else {
            Err(IbanError::Checksum)
        }
    }

    /// Without spaces, country first.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, as ISO 13616 prints it.
    pub fn display(&self) -> String {
        let mut out = String::with_capacity(self.0.len() + self.0.len() / 4);
        for (i, c) in self.0.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }
}

/// The two check digits of a Polish account of twenty-four digits.
pub fn polish_check_digits(account: &[u8; 24]) -> [u8; 2] {
    let check = 98 - remainder(account.iter().copied().chain(*b"PL00"));
    [b'0' + (check / 10) as u8, b'0' + (check % 10) as u8]
}

/// Modulo 97 of digits and letters, A counting 10 (ISO 7064).
fn remainder(symbols: impl Iterator<Item = u8>) -> u32 {
    symbols.fold(0, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    })
}

/// Lengths by the IBAN registry, for the countries Polish firms pay to most.
const LENGTHS: &[(&str, usize)] = &[
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("TR", 26),
    ("UA", 29),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_any_grouping() {
        for text in [
            "PL61109010140000071219812874",
            "61 1090 1014 0000 0712 1981 2874",
            "pl61-1090-1014-0000-0712-1981-2874",
        ] {
            let iban = Iban::parse(text).expect(text);
            assert_eq!(iban.as_str(), "PL61109010140000071219812874");
            assert_eq!(iban.display(), "PL61 1090 1014 0000 0712 1981 2874");
        }
        for text in [
            "DE89 3704 0044 0532 0130 00",
            "GB29 NWBK 6016 1331 9268 19",
            "NO93 8601 1117 947",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        ] {
            assert!(Iban::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_wrong_numbers() {
        for (text, error) in [
            (" ", IbanError::Empty),
            ("PL61109010140000071219812875", IbanError::Checksum),
            ("61109010140000071219812", IbanError::Length),
            ("DE893704004405320130", IbanError::Length),
            ("XX61109010140000071219812874", IbanError::Characters),
            ("konto: 12", IbanError::Characters),
            ("PLAA", IbanError::Characters),
            ("PL", IbanError::Length),
            ("1", IbanError::Length),
        ] {
            assert_eq!(Iban::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn check_digits_fit_and_notice_swaps(digits in proptest::array::uniform24(b'0'..=b'9'), place in 0_usize..23) {
            let write = |account: &[u8]| format!("{}{}", std::str::from_utf8(&polish_check_digits(&digits)).expect("digits"), std::str::from_utf8(account).expect("digits"));
            prop_assert!(Iban::parse(&write(&digits)).is_ok());
            let mut swapped = digits;
            swapped.swap(place, place + 1);
            prop_assert_eq!(Iban::parse(&write(&swapped)).is_ok(), swapped == digits);
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}|[A-Z]{2}[0-9]{2}[A-Z0-9]{0,32}") {
            let _ = Iban::parse(&text);
        }
    }
}
