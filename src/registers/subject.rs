//! What a register says about a taxpayer.

use jiff::civil::Date;

use super::error::RegisterError;

/// How a taxpayer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Registered, and charging VAT.
    Active,
    /// Registered as exempt.
    Exempt,
    /// Known, and not registered or struck off.
    Unregistered,
    /// A word that is not known here; the register's own is beside it.
    Other,
}

impl Standing {
    /// The word in counts and keys of texts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Active => "vat_active",
            Self::Exempt => "vat_exempt",
            Self::Unregistered => "vat_unregistered",
            Self::Other => "vat_other",
        }
    }
}

/// A taxpayer as a register has them; empty texts where it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) standing: Standing,
    /// The register's own word for it.
    pub(crate) standing_words: String,
    pub(crate) regon: String,
    pub(crate) krs: String,
    pub(crate) address: Address,
    /// IBANs, without spaces.
    pub(crate) accounts: Vec<String>,
}

/// An address in parts; whatever could not be told apart stands in `street`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) postal_code: String,
    pub(crate) city: String,
    /// ISO 3166, two letters.
    pub(crate) country: String,
}

/// A taxpayer with what proves that the register was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) subject: Subject,
    /// The day that was asked about.
    pub(crate) day: Date,
    /// The register's number of the question; empty where it gives none.
    pub(crate) request: String,
}

/// The answer about one of several numbers, with the register's number of the question where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) subject: Result<Subject, RegisterError>,
    pub(crate) request: String,
}

/// A text of a register on one line, with its white space in order.
pub(super) fn tidy(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control(), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `UL. PROSTA 51, 00-838 WARSZAWA` in parts.
pub(super) fn polish_address(text: &str) -> Address {
    let text = tidy(text);
    let country = if text.is_empty() { "" } else { "PL" };
    let (street, town) = match text.rsplit_once(',') {
        Some((street, town)) => (street.trim(), town.trim()),
        None => ("", text.as_str()),
    };
    let parts = match town.split_once(' ') {
        Some((code, city)) if is_polish_code(code) => (street, code, city.trim()),
        _ => (text.as_str(), "", ""),
    };
    Address {
        street: parts.0.to_owned(),
        postal_code: parts.1.to_owned(),
        city: parts.2.to_owned(),
        country: country.to_owned(),
    }
}

fn is_polish_code(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        2 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 6 && text.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_addresses_come_apart() {
        for (text, street, code, city) in [
            (
                "UL. PROSTA 51, 00-838 WARSZAWA",
                "UL. PROSTA 51",
                "00-838",
                "WARSZAWA",
            ),
            (
                "PL. WOLNOŚCI 1, LOK. 2, 90-001  ŁÓDŹ",
                "PL. WOLNOŚCI 1, LOK. 2",
                "90-001",
                "ŁÓDŹ",
            ),
            ("34-500 ZAKOPANE", "", "34-500", "ZAKOPANE"),
            ("WARSZAWA", "WARSZAWA", "", ""),
            ("A, B", "A, B", "", ""),
        ] {
            let address = polish_address(text);
            let found = (
                address.street.as_str(),
                address.postal_code.as_str(),
                address.city.as_str(),
            );
            assert_eq!(found, (street, code, city), "{text}");
            assert_eq!(address.country, "PL");
        }
        assert_eq!(polish_address(" "), Address::default());
    }
}
