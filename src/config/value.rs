//! Readers: from a value of the file to what the program uses.

use std::path::PathBuf;

use ipnet::IpNet;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::hidden::Hidden;
use super::listen::Listen;
use super::place::Place;
use super::tls::{Challenge, TlsMode};
use crate::data::{MailPassword, MailSecurity, holds_certificates};
use crate::i18n::Lang;

/// A value of the file with its place.
pub(super) struct Input<'a> {
    pub(super) value: &'a DeValue<'a>,
    /// The byte of the text it starts at.
    pub(super) at: usize,
    pub(super) place: &'a Place<'a>,
    /// Taken as it stands, without the environment's values: it was read from a file of its own.
    pub(super) literal: bool,
}

/// What is wrong with a value; reads on after the key's name: `must be text, not a whole number`.
pub(super) struct Problem {
    pub(super) what: String,
    /// A place nearer than the start of the value: an item of a list.
    pub(super) at: Option<usize>,
}

impl From<String> for Problem {
    fn from(what: String) -> Self {
        Self { what, at: None }
    }
}

impl Input<'_> {
    /// The text, with the environment's values put in.
    pub(super) fn text(&self) -> Result<String, Problem> {
        let text = self
            .value
            .as_str()
            .ok_or_else(|| self.wrong_type("text in quotes"))?;
        if self.literal {
            return Ok(text.to_owned());
        }
        self.place.expand(text).map_err(Problem::from)
    }

    /// A whole number.
    fn integer(&self) -> Result<i128, Problem> {
        let digits = self
            .value
            .as_integer()
            .ok_or_else(|| self.wrong_type("a whole number without quotes"))?;
        i128::from_str_radix(digits.as_str(), digits.radix()).map_err(|_| unusable(digits.as_str()))
    }

    /// Every item of a list through `read`; a problem names the item's line.
    fn list<T>(&self, read: fn(&Input<'_>) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong_type("a list in [ ]"))?;
        let items = items.iter().map(|item| {
            let item = Input {
                value: item.get_ref(),
                at: item.span().start,
                place: self.place,
                literal: self.literal,
            };
            read(&item).map_err(|problem| Problem {
                at: Some(item.at),
                ..problem
            })
        });
        items.collect()
    }

    fn wrong_type(&self, wanted: &str) -> Problem {
        let found = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        Problem::from(format!("must be {wanted}, not {found}"))
    }
}

fn unusable(text: &str) -> Problem {
    Problem::from(format!("cannot be \"{text}\""))
}

/// Places to listen at: one, or a list of them.
pub(super) fn listens(input: &Input<'_>) -> Result<Vec<Listen>, Problem> {
    if input.value.as_array().is_some() {
        return input.list(one_listen);
    }
    one_listen(input).map(|place| vec![place])
}

fn one_listen(input: &Input<'_>) -> Result<Listen, Problem> {
    let text = input.text()?;
    text.parse().map_err(|_| unusable(&text))
}

/// True or false.
pub(super) fn truth(input: &Input<'_>) -> Result<bool, Problem> {
    input
        .value
        .as_bool()
        .ok_or_else(|| input.wrong_type("true or false without quotes"))
}

/// Where certificates come from.
pub(super) fn tls_mode(input: &Input<'_>) -> Result<TlsMode, Problem> {
    let text = input.text()?;
    TlsMode::from_name(&text).ok_or_else(|| unusable(&text))
}

/// How a certificate authority looks.
pub(super) fn challenge(input: &Input<'_>) -> Result<Challenge, Problem> {
    let text = input.text()?;
    Challenge::from_name(&text).ok_or_else(|| unusable(&text))
}

/// Names of hosts, in the form in which they stand in certificates.
pub(super) fn domains(input: &Input<'_>) -> Result<Vec<String>, Problem> {
    let mut names: Vec<String> = input.list(|item| {
        let text = item.text()?;
        crate::tls::domain_name(&text).ok_or_else(|| unusable(&text))
    })?;
    // Authorities join what is written twice, and the certificate would never look like what was asked for.
    let mut known = std::collections::HashSet::new();
    names.retain(|name| known.insert(name.clone()));
    Ok(names)
}

/// An https address.
pub(super) fn https_address(input: &Input<'_>) -> Result<String, Problem> {
    let text = input.text()?;
    let uri: axum::http::Uri = text.parse().map_err(|_| unusable(&text))?;
    let host = uri
        .authority()
        .is_some_and(|authority| !authority.host().is_empty());
    if uri.scheme_str() == Some("https") && host && !text.contains(['@', '#']) {
        Ok(text)
    } else {
        Err(unusable(&text))
    }
}

/// An e-mail address, or nothing.
pub(super) fn contact(input: &Input<'_>) -> Result<String, Problem> {
    let text = input.text()?;
    let address = text.strip_prefix("mailto:").unwrap_or(&text);
    if address.is_empty() || address.parse::<lettre::Address>().is_ok() {
        Ok(address.to_owned())
    } else {
        Err(unusable(&text))
    }
}

/// An http or https address without a path, kept without the slash at its end; empty is none.
pub(super) fn optional_site(input: &Input<'_>) -> Result<Option<String>, Problem> {
    let text = input.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    let uri: axum::http::Uri = text.parse().map_err(|_| unusable(&text))?;
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare =
        matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains(['@', '#', '?']);
    match uri.authority() {
        Some(authority) if known_scheme && bare && !authority.host().is_empty() => {
            let scheme = uri.scheme_str().unwrap_or_default();
            Ok(Some(format!(
                "{scheme}://{}",
                authority.as_str().to_lowercase()
            )))
        }
        _ => Err(unusable(&text)),
    }
}

/// An http or https address that paths are added to, kept without the slash at its end; empty is none.
pub(super) fn optional_base(input: &Input<'_>) -> Result<Option<String>, Problem> {
    let text = input.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    if text.contains('@') {
        let what = "cannot be an address with an account in it (\"@\")";
        return Err(Problem::from(what.to_owned()));
    }
    usable_base(&text).map(Some).ok_or_else(|| unusable(&text))
}

/// An address that paths are put behind, without the slash at its end; nothing where it is none, or has an account in it.
pub(crate) fn usable_base(text: &str) -> Option<String> {
    let uri: axum::http::Uri = text.parse().ok()?;
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.authority()?.host();
    let bare = uri.query().is_none() && !text.contains(['#', '?', '@']);
    (known_scheme && !host.is_empty() && bare).then(|| text.trim_end_matches('/').to_owned())
}

/// Any text.
pub(super) fn text(input: &Input<'_>) -> Result<String, Problem> {
    input.text()
}

/// Any text, which no message shows.
pub(super) fn hidden(input: &Input<'_>) -> Result<Hidden, Problem> {
    input.text().map(Hidden::new)
}

/// The address of a gateway, in which words in braces may stand; no message shows it.
pub(super) fn gateway(input: &Input<'_>) -> Result<Hidden, Problem> {
    let text = input.text()?;
    let filled = text.replace("{phone}", "1").replace("{text}", "1");
    let fits = |uri: axum::http::Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
    };
    if text.is_empty() || filled.parse().is_ok_and(fits) {
        Ok(Hidden::new(text))
    } else {
        Err(Problem::from("cannot be used".to_owned()))
    }
}

/// How a gateway is asked.
pub(super) fn gateway_method(input: &Input<'_>) -> Result<String, Problem> {
    let text = input.text()?;
    if matches!(text.as_str(), "POST" | "PUT" | "GET") {
        Ok(text)
    } else {
        Err(unusable(&text))
    }
}

/// Headers of a request; no message shows their values.
pub(super) fn headers(input: &Input<'_>) -> Result<Vec<(String, Hidden)>, Problem> {
    let table = input.value.as_table();
    let table = table.ok_or_else(|| input.wrong_type("a table in { }"))?;
    let headers = table.iter().map(|(name, value)| {
        let at = value.span().start;
        let value = Input {
            value: value.get_ref(),
            at,
            place: input.place,
            literal: input.literal,
        };
        let wrong = |what: String| Problem { what, at: Some(at) };
        let name = name.get_ref().to_string();
        if name.parse::<axum::http::HeaderName>().is_err() {
            return Err(wrong(format!("cannot hold the header \"{name}\"")));
        }
        let text = value.text().map_err(|problem| wrong(problem.what))?;
        if text.parse::<axum::http::HeaderValue>().is_err() {
            return Err(wrong(format!(
                "holds a value that the header {name} cannot have"
            )));
        }
        Ok((name, Hidden::new(text)))
    });
    headers.collect()
}

/// How the way to a mail server is protected.
pub(super) fn mail_security(input: &Input<'_>) -> Result<MailSecurity, Problem> {
    let text = input.text()?;
    MailSecurity::from_name(&text).ok_or_else(|| unusable(&text))
}

/// A path that starts at the configuration's own folder where it is relative; empty is none.
pub(super) fn optional_path(input: &Input<'_>) -> Result<Option<PathBuf>, Problem> {
    let text = input.text()?;
    Ok((!text.is_empty()).then(|| input.place.path(&text)))
}

/// A time of day, `HH:MM`.
pub(super) fn time_of_day(input: &Input<'_>) -> Result<Time, Problem> {
    let text = input.text()?;
    Time::strptime("%H:%M", &text).map_err(|_| unusable(&text))
}

/// A list of public keys of the age format, kept as they are written.
pub(super) fn age_recipients(input: &Input<'_>) -> Result<Vec<String>, Problem> {
    input.list(|item| {
        let text = item.text()?;
        match text.parse::<age::x25519::Recipient>() {
            Ok(_) => Ok(text),
            Err(_) if text.to_uppercase().starts_with("AGE-SECRET-KEY-") => {
                let what = "cannot hold a secret key: the public one belongs here";
                Err(Problem::from(what.to_owned()))
            }
            Err(_) => Err(unusable(&text)),
        }
    })
}

/// A password, which no message shows.
pub(super) fn mail_password(input: &Input<'_>) -> Result<MailPassword, Problem> {
    input.text().map(MailPassword::new)
}

/// What a file with certificates holds; nothing where none is named.
pub(super) fn certificates(input: &Input<'_>) -> Result<String, Problem> {
    let path = input.text()?;
    if path.is_empty() {
        return Ok(path);
    }
    let pem = input
        .place
        .read_secret(&path)
        .map_err(|error| Problem::from(format!("cannot be read: {error}")))?;
    if holds_certificates(&pem) {
        Ok(pem)
    } else {
        Err(Problem::from(format!("holds no certificate: {path}")))
    }
}

/// A list of networks; a bare address stands for itself alone.
pub(super) fn networks(input: &Input<'_>) -> Result<Vec<IpNet>, Problem> {
    input.list(|item| {
        let text = item.text()?;
        let one = || text.parse::<std::net::IpAddr>().map(IpNet::from);
        text.parse::<IpNet>()
            .map(|net| net.trunc())
            .or_else(|_| one())
            .map_err(|_| unusable(&text))
    })
}

/// A language of the interface.
pub(super) fn language(input: &Input<'_>) -> Result<Lang, Problem> {
    let text = input.text()?;
    Lang::from_code(&text).ok_or_else(|| unusable(&text))
}

/// A zone of the IANA time zone database.
pub(super) fn time_zone(input: &Input<'_>) -> Result<TimeZone, Problem> {
    let text = input.text()?;
    TimeZone::get(&text).map_err(|_| unusable(&text))
}

/// A level of the log.
pub(super) fn log_level(input: &Input<'_>) -> Result<&'static str, Problem> {
    let text = input.text()?;
    ["error", "warn", "info", "debug"]
        .into_iter()
        .find(|level| *level == text)
        .ok_or_else(|| unusable(&text))
}

/// A currency's three letters.
pub(super) fn currency(input: &Input<'_>) -> Result<String, Problem> {
    let text = input.text()?;
    let right = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if right {
        Ok(text)
    } else {
        Err(unusable(&text))
    }
}

/// A whole number from `MIN` to `MAX`.
pub(super) fn whole<const MIN: u64, const MAX: u64>(input: &Input<'_>) -> Result<u64, Problem> {
    let number = input.integer()?;
    match u64::try_from(number) {
        Ok(number) if (MIN..=MAX).contains(&number) => Ok(number),
        _ => Err(Problem::from(format!("cannot be {number}"))),
    }
}
