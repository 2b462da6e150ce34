//! VIES: the Commission's way to the registers of the states of the European Union.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::error::RegisterError;
use super::fetch::Fetcher;
use super::subject::{Address, Entry, Standing, Subject, tidy};

/// What states write that do not give out names.
const NOT_GIVEN: &str = "---";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    is_valid: Option<bool>,
    user_error: Option<String>,
    name: Option<String>,
    address: Option<String>,
    request_identifier: Option<String>,
    request_date: Option<String>,
}

pub(super) async fn find(
    fetcher: &Fetcher,
    base: &str,
    country: &str,
    number: &str,
) -> Result<Entry, RegisterError> {
    let number = number.replace('+', "%2B").replace('*', "%2A");
    let address = format!("{base}/ms/{country}/vat/{number}");
    let fetched = fetcher.get(&address).await?;
    let raw: Raw = serde_json::from_value(fetched.json).map_err(|_| RegisterError::Strange)?;
    let error = raw.user_error.unwrap_or_default();
    match (raw.is_valid, error.as_str()) {
        (Some(true), _) => {}
        (_, "MS_MAX_CONCURRENT_REQ" | "GLOBAL_MAX_CONCURRENT_REQ") => {
            return Err(RegisterError::limit(&error));
        }
        (_, "MS_UNAVAILABLE" | "SERVICE_UNAVAILABLE" | "SERVER_BUSY") => {
            return Err(RegisterError::OutOfOrder);
        }
        (_, "TIMEOUT") => return Err(RegisterError::Timeout),
        (Some(false), "" | "VALID" | "INVALID") => return Err(RegisterError::NotFound),
        (_, "") => return Err(RegisterError::Strange),
        _ => return Err(RegisterError::refused(&error)),
    }
    let given = |text: Option<String>| text.filter(|text| text.trim() != NOT_GIVEN);
    let day = raw
        .request_date
        .and_then(|at| at.parse::<Timestamp>().ok())
        .unwrap_or_else(crate::clock::now)
        .to_zoned_datetime(TimeZone::UTC)
        .date();
    Ok(Entry {
        subject: Subject {
            name: tidy(&given(raw.name).unwrap_or_default()),
            standing: Standing::Active,
            standing_words: String::new(),
            regon: String::new(),
            krs: String::new(),
            address: address_of(&given(raw.address).unwrap_or_default(), country),
            accounts: Vec::new(),
        },
        day,
        request: tidy(&raw.request_identifier.unwrap_or_default()),
    })
}

/// States write addresses each in their own way; common are lines, the last of them a postal code with the town.
fn address_of(text: &str, country: &str) -> Address {
    let lines: Vec<String> = text
        .lines()
        .map(tidy)
        .filter(|line| !line.is_empty())
        .collect();
    let country = match country {
        _ if lines.is_empty() => "",
        "EL" => "GR",
        "XI" => "GB",
        country => country,
    };
    let mut address = Address {
        country: country.to_owned(),
        ..Address::default()
    };
    let town = lines.last().and_then(|last| last.split_once(' '));
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    match town {
        Some((code, city)) if lines.len() > 1 && has_digit(code) && !has_digit(city) => {
            address.street = lines[..lines.len() - 1].join(", ");
            address.postal_code = code.to_owned();
            address.city = city.to_owned();
        }
        _ => address.street = lines.join(", "),
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_by_lines() {
        let address = address_of("RUE DE LA LOI 16\n1000 BRUXELLES", "BE");
        assert_eq!(
            (address.street.as_str(), address.postal_code.as_str()),
            ("RUE DE LA LOI 16", "1000")
        );
        assert_eq!(
            (address.city.as_str(), address.country.as_str()),
            ("BRUXELLES", "BE")
        );
        let whole = address_of("MUSTERWEG 1, 10115 BERLIN", "DE");
        assert_eq!(
            (whole.street.as_str(), whole.city.as_str()),
            ("MUSTERWEG 1, 10115 BERLIN", "")
        );
        assert_eq!(address_of(" ", "EL"), Address::default());
        assert_eq!(address_of("A", "EL").country, "GR");
    }
}
