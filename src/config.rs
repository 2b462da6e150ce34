//! The configuration: `kartoteka.toml`, every key declared and documented once.
//!
//! A key that is unknown, has the wrong type or cannot be used stops the start, with the file, the line, the key and
//! what is allowed. `${NAME}` in a string takes the value of an environment variable (`$${` writes a plain `${`), and
//! every secret `KEY` can be given as `KEY_file`, the path of a file that holds it.
//!
//! A new key is a line in its table below; a new table is a `table!` of its own in `config/`, named in its parent.

mod backup;
mod data;
mod hidden;
mod limits;
mod listen;
mod place;
mod registers;
mod shown;
mod sms;
mod smtp;
mod source;
mod table;
mod target;
mod tls;
mod value;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use jiff::tz::TimeZone;

use crate::i18n::Lang;

pub use backup::Backup;
pub use data::Data;
pub use hidden::Hidden;
pub use limits::Limits;
pub use listen::Listen;
use place::Place;
pub use registers::Registers;
pub(crate) use shown::{Shown, show};
pub use sms::Sms;
pub use smtp::Smtp;
pub use source::Source;
use table::{Key, Section, Table, table};
pub use target::{LocalTarget, S3Target, SftpLogin, SftpTarget, TargetConfig, WebDavTarget};
pub(crate) use target::{protected, usable_bucket, usable_host_key, usable_name, usable_prefix};
pub use tls::{Acme, Challenge, Tls, TlsMode};
pub(crate) use value::usable_base;

table! {
    /// The keys at the top of the file.
    pub Config {
        /// Where the server listens: one place or a list of them. HTTPS where [tls] has a mode, plain HTTP otherwise; a
        /// socket, whose proxy looks after HTTPS, always takes plain HTTP. With HTTPS the default is "0.0.0.0:443".
        listen: Vec<Listen> = value::listens, default "'127.0.0.1:8080'",
            allowed "an IP address and a port, such as \"127.0.0.1:8080\" or \"[::]:443\", \"unix:/path/of/a/socket\", or a list of these";
        /// Where plain HTTP is answered beside HTTPS: it leads pages to HTTPS, refuses the API, and answers http-01
        /// challenges of the certificate authority. Needs a mode in [tls].
        listen_http: Vec<Listen> = value::listens, default "[]",
            allowed "an IP address and a port, such as \"0.0.0.0:80\", or a list of these";
        /// Whether a load balancer in `trusted_proxies` puts a header of the PROXY protocol, version 2, before every
        /// connection. Connections from elsewhere are then refused.
        proxy_protocol: bool = value::truth, default "false",
            allowed "true or false";
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
        /// How much the log tells, from errors alone to every request. Where the environment variable `KARTOTEKA_LOG` is set,
        /// that counts.
        log: &'static str = value::log_level, default "'info'",
            allowed "\"error\", \"warn\", \"info\" or \"debug\"";
    }
    tables {
        tls: Tls,
        smtp: Smtp,
        sms: Sms,
        limits: Limits,
        registers: Registers,
        backup: Backup,
        data: Data,
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

    /// Where the server listens. HTTPS has its own port where nothing else is said.
    pub fn listens(&self) -> Vec<Listen> {
        if self.tls.mode != TlsMode::Off && !self.gives("listen") {
            return vec![Listen::Socket(SocketAddr::from(([0, 0, 0, 0], 443)))];
        }
        self.listen.clone()
    }

    /// Listens at this place and no other, whatever the file says.
    pub fn listen_instead(&mut self, place: Listen) {
        self.listen = vec![place];
        self.given.push("listen");
    }

    /// Listens where it did before, if the system chose the port.
    pub fn listen_again(&mut self, address: Option<SocketAddr>) {
        let chosen =
            |place: &Listen| matches!(place, Listen::Socket(address) if address.port() == 0);
        if let (Some(address), true) = (address, self.listens().iter().any(chosen)) {
            self.listen_instead(Listen::Socket(address));
        }
    }

    /// The address that plain HTTP leads to: the public one, or the first name of the certificate.
    pub fn https_site(&self) -> Option<String> {
        let public = self.public_url.clone();
        public
            .filter(|url| url.starts_with("https://"))
            .or_else(|| {
                let port = self.listens().iter().find_map(Listen::port).unwrap_or(443);
                let name = self.tls.domains.first()?;
                Some(match port {
                    443 => format!("https://{name}"),
                    port => format!("https://{name}:{port}"),
                })
            })
    }

    /// What is wrong with the places as a whole.
    fn places_fault(&self) -> Option<String> {
        let listens = self.listens();
        let places: Vec<&Listen> = listens.iter().chain(&self.listen_http).collect();
        let chosen = |place: &Listen| place.port() == Some(0);
        let twice = (1..places.len())
            .find(|at| !chosen(places[*at]) && places[..*at].contains(&places[*at]));
        if let Some(at) = twice {
            return Some(format!(
                "\"{}\" is named twice in \"listen\" and \"listen_http\". Allowed: each place once",
                places[at]
            ));
        }
        (self.proxy_protocol && self.trusted_proxies.is_empty()).then(|| {
            "\"proxy_protocol\" needs \"trusted_proxies\": without it every connection is refused. Allowed: with the \
             networks of the load balancers"
                .to_owned()
        })
    }

    /// What can be used, but hardly is what was meant; a line each.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.tls.mode == TlsMode::Off {
            return doubts;
        }
        if self.tls.mode == TlsMode::Acme && self.tls.domains.is_empty() {
            doubts.push(
                "tls.domains names nothing: no certificate is ordered until a name stands there"
                    .to_owned(),
            );
        }
        let Some(url) = &self.public_url else {
            return doubts;
        };
        if url.starts_with("http://") {
            doubts.push(format!(
                "public_url is {url}, though HTTPS is on: links in letters lead past it"
            ));
        }
        let host = url
            .parse::<axum::http::Uri>()
            .ok()
            .and_then(|url| url.host().map(str::to_lowercase));
        if let Some(host) = host
            && !self.tls.domains.is_empty()
            && !self
                .tls
                .domains
                .iter()
                .any(|name| name.to_lowercase() == host)
        {
            doubts.push(format!(
                "public_url leads to {host}, which tls.domains does not name: browsers will not believe the certificate there"
            ));
        }
        doubts
    }

    /// What is wrong with where plain HTTP is answered.
    fn listening_fault(&self) -> Option<String> {
        if self.listen_http.is_empty() {
            let needed =
                self.tls.mode == TlsMode::Acme && self.tls.acme.challenge == Challenge::Http01;
            return needed.then(|| {
                "\"listen_http\" is missing: the challenge http-01 comes by plain HTTP. Allowed: an IP address and a port, \
                 such as \"0.0.0.0:80\""
                    .to_owned()
            });
        }
        if self.tls.mode == TlsMode::Off {
            return Some(
                "\"listen_http\" cannot be used without HTTPS: there is nothing to lead to. Allowed: with tls.mode \
                 \"acme\" or \"files\""
                    .to_owned(),
            );
        }
        if self.https_site().is_none() {
            return Some(
                "\"listen_http\" needs \"public_url\" with https:// or \"tls.domains\", to know where to lead to"
                    .to_owned(),
            );
        }
        None
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
        let faults = [
            ("smtp", config.smtp.fault()),
            ("sms", config.sms.fault()),
            ("tls", config.tls.fault()),
        ];
        let faults = faults.into_iter().chain([
            ("listen_http", config.listening_fault()),
            ("listen", config.places_fault()),
        ]);
        for (name, fault) in faults {
            let Some(fault) = fault else { continue };
            let mut keys = root.get_ref().keys();
            let key = keys.find(|key| key.get_ref() == name);
            return Err(place.error(key.map_or(0, |key| key.span().start), fault));
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
            // One that holds quotes itself stands in the other kind.
            let default = if key.default.contains('"') {
                key.default.to_owned()
            } else {
                key.default.replace('\'', "\"")
            };
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
