//! What holds for the whole firm: its language, time zone and currency, from the configuration file or its own settings.

use jiff::tz::TimeZone;

use super::Firm;
use crate::data::records::kind::Reading as InputReading;
use crate::data::records::matching::Locale;
use crate::data::records::money::Currency;
use crate::data::store::Keyring;

/// Which of the firm's ways the configuration file sets, so that the firm's own settings do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The language.
    pub language: bool,
    /// The time zone.
    pub zone: bool,
    /// The currency.
    pub currency: bool,
}

/// What the configuration says, or its defaults.
#[derive(Clone, Debug)]
pub struct VaultSettings {
    /// The language for people who have chosen none.
    pub language: String,
    /// What of it the firm's own settings do not change.
    pub fixed: Fixed,
    /// The firm's currency.
    pub currency: Currency,
    /// The firm's time zone.
    pub zone: TimeZone,
    /// Bytes of database cache.
    pub cache_bytes: usize,
    /// The keys at hand for a database that is encrypted.
    pub keys: Keyring,
}

impl Default for VaultSettings {
    fn default() -> Self {
        Self {
            language: "pl".to_owned(),
            fixed: Fixed::default(),
            currency: Currency::parse("PLN").expect("a currency code"),
            zone: TimeZone::UTC,
            cache_bytes: 24 << 20,
            keys: Keyring::default(),
        }
    }
}

/// What holds for the whole firm: from the configuration file, else from the firm's own settings.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) locale: Locale,
    pub(super) language: String,
}

impl Ways {
    pub(super) fn of(settings: &VaultSettings, firm: Option<&Firm>) -> Self {
        let own = |fixed: bool, of: fn(&Firm) -> Option<&String>| {
            firm.filter(|_| !fixed).and_then(of).map(String::as_str)
        };
        let fixed = settings.fixed;
        let language = own(fixed.language, |firm| firm.language.as_ref());
        let zone = own(fixed.zone, |firm| firm.time_zone.as_ref());
        let currency = own(fixed.currency, |firm| firm.currency.as_ref());
        Self {
            locale: Locale {
                reading: InputReading {
                    currency: currency
                        .and_then(|code| Currency::parse(code).ok())
                        .unwrap_or(settings.currency),
                },
                zone: zone
                    .and_then(|name| TimeZone::get(name).ok())
                    .unwrap_or_else(|| settings.zone.clone()),
            },
            language: language.unwrap_or(&settings.language).to_owned(),
        }
    }
}
