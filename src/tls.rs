//! HTTPS: certificates, where they come from, and how they stay in date.
//!
//! What is served is one certificate with its key ([`pair::Pair`]), held by [`Tls`] and replaced while connections live
//! on. It comes from files of the configuration ([`watch`]), from a certificate authority ([`acme`]), from an upload of
//! the settings page ([`upload`]), or, until there is one of these, from ourselves ([`self_signed`]): HTTPS never falls
//! back to plain HTTP.

mod acceptor;
mod acme;
mod challenges;
mod facts;
mod fault;
mod folder;
mod journal;
mod keeper;
mod pair;
mod past_orders;
mod points_here;
mod prove;
mod reminders;
mod self_signed;
mod served;
mod upkeep;
mod upload;
mod watch;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Config, TlsMode};

pub(crate) use acceptor::{Acceptor, Arriving, https_only};
pub(crate) use acme::KeyChange;
pub(crate) use fault::Fault;
pub(crate) use journal::{Event, Happened};
pub(crate) use points_here::{Pointing, WhereTo, own_addresses, points_here};
pub(crate) use served::{Source, Tls};
pub(crate) use upkeep::run;
pub(crate) use upload::{LARGEST_UPLOAD, read_p12, read_upload};

/// How the certificate in use stands, for pages, metrics and checks.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    /// Where it comes from.
    pub(crate) source: Source,
    /// The names it is for.
    pub(crate) names: Vec<String>,
    /// Who made it.
    pub(crate) issuer: String,
    /// From when on it counts.
    pub(crate) not_before: Timestamp,
    /// Until when it counts.
    pub(crate) not_after: Timestamp,
    /// When another will be asked for; none where that is not our work.
    pub(crate) next_renewal: Option<Timestamp>,
    /// What went wrong last, where nothing has gone right since.
    pub(crate) last_error: Option<Event>,
}

impl Status {
    /// Whole days until it lapses, below zero once it has.
    pub(crate) fn days_left(&self, now: Timestamp) -> i64 {
        days_between(now, self.not_after)
    }
}

/// How the certificate in use stands; nothing where the server answers plain HTTP.
pub(crate) fn status(tls: &Tls) -> Option<Status> {
    tls.status()
}

/// Whether the files that a configuration names can be served.
pub(crate) fn check_files(config: &Config) -> Result<(), String> {
    match (config.tls.mode, &config.tls.cert_file, &config.tls.key_file) {
        (TlsMode::Files, Some(certificate), Some(key)) => {
            let pair = pair::Pair::from_files(certificate, key);
            pair.map(drop).map_err(|fault| fault.to_string())
        }
        _ => Ok(()),
    }
}

/// Whole days from one moment to another, rounded down.
pub(crate) fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()).div_euclid(24 * 60 * 60)
}

/// Takes the one provider of cryptography for the whole program; a second call does nothing.
pub(crate) fn use_provider() {
    // Fails only where one was taken already, which is this one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The provider that everything here is built with.
fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    use_provider();
    rustls::crypto::CryptoProvider::get_default().map_or_else(
        || Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
        Arc::clone,
    )
}

/// A host name in the form in which certificates hold it: lower case, letters beyond ASCII in their Punycode form, no dot
/// at the end. Nothing for what is no such name, an address or a name with a star.
pub(crate) fn domain_name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() || text.contains(['/', ':', '@', '?', '#', '*', '\\', ' ']) {
        return None;
    }
    let address = reqwest::Url::parse(&format!("https://{text}/")).ok()?;
    let name = address.host_str()?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let known = name.len() <= 253 && name.parse::<std::net::IpAddr>().is_err();
    (known && name.split('.').all(label)).then(|| name.to_owned())
}
