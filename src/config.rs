//! The configuration: `kartoteka.toml`, every key declared and documented once.
//!
//! A key that is unknown, has the wrong type or cannot be used stops the start, with the file, the line, the key and
//! what is allowed. `${NAME}` in a string takes the value of an environment variable (`$${` writes a plain `${`), and
//! every secret `KEY` can be given as `KEY_file`, the path of a file that holds it.
//!
//! A new key is a line in its table below; a new table is a `table!` of its own in `config/`, named in its parent.

mod limits;
mod place;
mod registers;
mod shown;
mod smtp;
mod source;
mod table;
mod value;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use jiff::tz::TimeZone;

use crate::i18n::Lang;

pub use limits::Limits;
use place::Place;
pub use registers::Registers;
pub(crate) use shown::{Shown, show};
pub use smtp::Smtp;
pub use source::Source;
use table::{Key, Section, Table, table};

table! {
    /// The keys at the top of the file.
    pub Config {
        /// The address and port the server listens on.
        listen: SocketAddr = value::address, default "'127.0.0.1:8080'",
            allowed "an IP address and a port, such as \"127.0.0.1:8080\" or \"[::]:443\"";
        /// The address people reach the server at, used in mails; never taken from a request.
        public_url: Option<String> = value::optional_site, default "''",
            allowed "an address such as \"https://crm.company.pl\", without a path";
        /// The networks of the reverse proxies whose X-Forwarded-For is believed.
        trusted_proxies: Vec<IpNet> = value::networks, default "[]",
            allowed "a list of networks such as [\"127.0.0.1/32\", \"10.0.0.0/8\"]";
        /// The language for people who have chosen none and whose browser asks for none of ours.
        language: Lang = value::language, default "'pl'",
            allowed "\"pl\" or \"en\"";
        /// The firm's time zone, for days, hours and times on screen.
        time_zone: TimeZone = value::time_zone, default "'Europe/Warsaw'",
            allowed "a name of the IANA time zone database, such as \"Europe/Warsaw\"";
        /// The currency of amounts written without one.
        currency: String = value::currency, default "'PLN'",
            allowed "a currency code of ISO 4217, such as \"PLN\"";
        /// How much the log tells, from errors alone to every request. Where the environment variable KARTOTEKA_LOG is set,
        /// that counts.
        log: &'static str = value::log_level, default "'info'",
            allowed "\"error\", \"warn\", \"info\" or \"debug\"";
    }
    tables {
        smtp: Smtp,
        limits: Limits,
        registers: Registers,
    }
}

/// Why a configuration cannot be used. The message names the place and what is allowed there.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}", file.display())]
    Unreadable {
        /// The file as it was named.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A place in the file holds what cannot be used.
    #[error("{}:{line}: {message}", file.display())]
    Unusable {
        /// The file as it was named.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
}

impl Config {
    /// Reads `file`, or `kartoteka.toml` in the data folder where no file is named and that one exists.
    pub fn load(file: Option<&Path>, data: &Path) -> Result<Self, ConfigError> {
        Source::new(file, data).load()
    }

    /// Whether the file names a key of its top, rather than leaving it at its default.
    pub fn gives(&self, key: &str) -> bool {
        self.given.contains(&key)
    }

    /// Reads a configuration from its text. `file` names it in errors and is where relative paths start from.
    pub fn parse(
        text: &str,
        file: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let place = Place {
            file,
            text,
            environment,
        };
        let root = toml::de::DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            place.error(at, format!("not valid TOML: {message}"))
        })?;
        let config = Self::read(&Section::root(&place, root.get_ref()))?;
        if let Some(fault) = config.smtp.fault() {
            let table = root
                .get_ref()
                .iter()
                .find(|(key, _)| key.get_ref() == "smtp");
            return Err(place.error(table.map_or(0, |(key, _)| key.span().start), fault));
        }
        Ok(config)
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Every key with its default, what is allowed and what it means, for `serve --help`.
pub(crate) fn reference() -> String {
    use std::fmt::Write;
    let mut text = String::from("Keys of kartoteka.toml:\n");
    for (table, keys) in Config::all_keys() {
        if !table.is_empty() {
            let _ = write!(text, "\n[{table}]\n");
        }
        for key in keys {
            let default = key.default.replace('\'', "\"");
            let _ = write!(
                text,
                "\n{} = {default}\n    {}\n    Allowed: {}.\n",
                key.name,
                key.doc.trim(),
                key.allowed
            );
        }
    }
    text
}

#[cfg(test)]
mod tests;
