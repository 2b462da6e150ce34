//! `[tls]`: HTTPS, and where its certificate comes from.

use std::path::PathBuf;

use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMode {
    /// There is none: plain HTTP.
    #[default]
    Off,
    /// From a certificate authority, by itself.
    Acme,
    /// From files that somebody else looks after.
    Files,
    /// From an upload of the settings page, which alone can choose this: the configuration has no word for it.
    Own,
}

impl TlsMode {
    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "acme" => Some(Self::Acme),
            "files" => Some(Self::Files),
            _ => None,
        }
    }
}

/// How the authority sees that a name is ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Challenge {
    /// On the port of HTTPS (RFC 8737).
    #[default]
    TlsAlpn01,
    /// By plain HTTP on port 80 (RFC 8555, section 8.3).
    Http01,
}

impl Challenge {
    /// The word for it, in the configuration and in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TlsAlpn01 => "tls-alpn-01",
            Self::Http01 => "http-01",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::TlsAlpn01, Self::Http01]
            .into_iter()
            .find(|known| known.name() == name)
    }
}

table! {
    /// The table `[tls]`.
    pub Tls {
        /// Where the certificate of HTTPS comes from: acme asks a certificate authority such as Let's Encrypt and renews
        /// it by itself, files takes it from `cert_file` and `key_file`, off serves plain HTTP.
        mode: TlsMode = value::tls_mode, default "'off'",
            allowed "\"off\", \"acme\" or \"files\"";
        /// The names people reach the server by, the main one first; all of them stand in the certificate.
        domains: Vec<String> = value::domains, default "[]",
            allowed "a list of host names such as [\"crm.company.pl\"]";
        /// The certificate and the ones between it and the authority (PEM). Watched: a new one is served without a restart.
        cert_file: Option<PathBuf> = value::optional_path, default "''",
            allowed "the path of a file with the certificate chain in PEM form";
        /// The certificate's private key (PEM). Watched like `cert_file`.
        key_file: Option<PathBuf> = value::optional_path, default "''",
            allowed "the path of a file with the private key in PEM form";
    }
    tables { acme: Acme, }
}

table! {
    /// The table `[tls.acme]`.
    pub Acme {
        /// The certificate authority's directory.
        directory: String = value::https_address, default "'https://acme-v02.api.letsencrypt.org/directory'",
            allowed "an https address";
        /// The directory that the test of the settings page asks, whose certificates nobody trusts.
        staging: String = value::https_address, default "'https://acme-staging-v02.api.letsencrypt.org/directory'",
            allowed "an https address";
        /// The e-mail address the authority may write to.
        contact: String = value::contact, default "''",
            allowed "an e-mail address, such as \"it@company.pl\"";
        /// How the authority sees that the names are ours: on port 443, or by plain HTTP on port 80.
        challenge: Challenge = value::challenge, default "'tls-alpn-01'",
            allowed "\"tls-alpn-01\" or \"http-01\"";
        /// A file with certificates (PEM) of authorities to be trusted when asking the directory, beside the usual ones.
        ca_file: String = value::certificates, default "''",
            allowed "the path of a file with certificates in PEM form";
    }
    tables {}
}

impl Tls {
    /// What is wrong with the table as a whole.
    pub(super) fn fault(&self) -> Option<String> {
        if self.mode != TlsMode::Files {
            return None;
        }
        let missing = match (&self.cert_file, &self.key_file) {
            (None, _) => ("cert_file", "the certificate chain"),
            (_, None) => ("key_file", "the private key"),
            _ => return None,
        };
        Some(format!(
            "\"tls.{}\" is missing, which tls.mode \"files\" needs. Allowed: the path of a file with {} in PEM form",
            missing.0, missing.1
        ))
    }
}
