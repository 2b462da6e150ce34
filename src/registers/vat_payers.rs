//! The Polish tax ministry's register of VAT payers ("biała lista").

use std::collections::HashMap;

use jiff::civil::Date;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value as Json;

use super::error::RegisterError;
use super::fetch::{Fetched, Fetcher};
use super::subject::{Answer, Entry, Standing, Subject, polish_address, tidy};
use crate::data::records::bank::Iban;
use crate::data::records::tax_id::TaxId;

/// The register's code for "no more today".
const LIMIT_CODE: &str = "WL-191";
/// Accounts of one taxpayer that are kept; banks and large sellers have thousands.
const MOST_ACCOUNTS: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    subject: Option<RawSubject>,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Several {
    #[serde(default)]
    entries: Option<Vec<RawEntry>>,
    /// How the register answered in its first years.
    #[serde(default)]
    subjects: Option<Vec<RawSubject>>,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct RawEntry {
    identifier: String,
    #[serde(default)]
    subjects: Option<Vec<RawSubject>>,
    #[serde(default)]
    error: Option<RawError>,
}

#[derive(Deserialize)]
struct RawError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSubject {
    name: Option<String>,
    nip: Option<String>,
    status_vat: Option<String>,
    regon: Option<String>,
    krs: Option<String>,
    residence_address: Option<String>,
    working_address: Option<String>,
    account_numbers: Option<Vec<String>>,
}

pub(super) async fn find(
    fetcher: &Fetcher,
    base: &str,
    id: &TaxId,
    day: Date,
) -> Result<Entry, RegisterError> {
    let address = format!("{base}/api/search/nip/{}?date={day}", id.as_str());
    let one: One = result(fetcher.get(&address).await?)?;
    let subject = one.subject.ok_or(RegisterError::NotFound)?;
    if !subject.is_of(id.as_str()) {
        return Err(RegisterError::Strange);
    }
    Ok(Entry {
        subject: subject.read(),
        day,
        request: tidy(&one.request_id.unwrap_or_default()),
    })
}

pub(super) async fn find_several(
    fetcher: &Fetcher,
    base: &str,
    ids: &[TaxId],
    day: Date,
) -> Result<Vec<Answer>, RegisterError> {
    let numbers: Vec<&str> = ids.iter().map(TaxId::as_str).collect();
    let address = format!("{base}/api/search/nips/{}?date={day}", numbers.join(","));
    let several: Several = result(fetcher.get(&address).await?)?;
    let request = tidy(&several.request_id.unwrap_or_default());
    let mut found: HashMap<String, Result<Subject, RegisterError>> = HashMap::new();
    for subject in several.subjects.unwrap_or_default() {
        if let Some(nip) = subject.nip.clone() {
            found.insert(nip, Ok(subject.read()));
        }
    }
    for entry in several.entries.unwrap_or_default() {
        let mut subjects = entry.subjects.unwrap_or_default().into_iter();
        let answer = match (
            subjects.find(|subject| subject.is_of(&entry.identifier)),
            entry.error,
        ) {
            (Some(subject), _) => Ok(subject.read()),
            (None, Some(error)) => Err(RegisterError::refused(&error.message)),
            (None, None) => Err(RegisterError::NotFound),
        };
        found.insert(entry.identifier, answer);
    }
    let answers = numbers.iter().map(|number| Answer {
        subject: found
            .get(*number)
            .cloned()
            .unwrap_or(Err(RegisterError::NotFound)),
        request: request.clone(),
    });
    Ok(answers.collect())
}

/// What stands under `result`, or what the register says instead.
fn result<T: for<'de> Deserialize<'de>>(fetched: Fetched) -> Result<T, RegisterError> {
    let Fetched { status, mut json } = fetched;
    if status.is_success() {
        let result = json.get_mut("result").map(Json::take);
        let read = result.and_then(|result| serde_json::from_value(result).ok());
        return read.ok_or(RegisterError::Strange);
    }
    let error: Option<RawError> = serde_json::from_value(json).ok();
    let limited = |code: &str| code == LIMIT_CODE;
    match error {
        Some(error) if status == StatusCode::TOO_MANY_REQUESTS || limited(&error.code) => {
            Err(RegisterError::limit(&error.message))
        }
        _ if status == StatusCode::NOT_FOUND => Err(RegisterError::NotFound),
        _ if status == StatusCode::TOO_MANY_REQUESTS => Err(RegisterError::limit("")),
        Some(error) if !error.message.is_empty() => Err(RegisterError::refused(&error.message)),
        _ if status.is_server_error() => Err(RegisterError::OutOfOrder),
        _ => Err(RegisterError::Strange),
    }
}

impl RawSubject {
    /// An answer about somebody else is none.
    fn is_of(&self, number: &str) -> bool {
        self.nip.as_deref() == Some(number)
    }

    fn read(self) -> Subject {
        let text = |text: Option<String>| tidy(&text.unwrap_or_default());
        let standing_words = text(self.status_vat);
        let standing = match standing_words.to_lowercase().as_str() {
            "czynny" => Standing::Active,
            "zwolniony" => Standing::Exempt,
            "niezarejestrowany" | "" => Standing::Unregistered,
            _ => Standing::Other,
        };
        let working = text(self.working_address);
        let address = if working.is_empty() {
            text(self.residence_address)
        } else {
            working
        };
        let accounts = self.account_numbers.unwrap_or_default();
        let accounts = accounts
            .iter()
            .take(MOST_ACCOUNTS)
            .filter_map(|account| Some(Iban::parse(account).ok()?.as_str().to_owned()));
        Subject {
            name: text(self.name),
            standing,
            standing_words,
            regon: text(self.regon),
            krs: text(self.krs),
            address: polish_address(&address),
            accounts: accounts.collect(),
        }
    }
}
