//! The mail server letters are handed to, as it is kept where the configuration file names none. Its password is sealed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::AccessError;
use super::reading::Reading;
use super::role::AdminRight;
use super::vault::{Access, Vault};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{Read, Seal, StoreError, Table, Write};

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS after STARTTLS; nothing is sent where the server does not offer it.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None.
    None,
}

impl MailSecurity {
    /// All, the best first.
    pub const ALL: [Self; 3] = [Self::Starttls, Self::Tls, Self::None];

    /// The word in the configuration and in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// A password that `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MailPassword(String);

impl MailPassword {
    /// The password.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for MailPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MailPassword(…)")
    }
}

/// A mail server, and in whose name letters are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: MailSecurity,
    /// The account on it; empty where it asks for none.
    pub user: String,
    /// The account's password.
    pub password: MailPassword,
    /// The sender: an address, with a name before it or without.
    pub from: String,
    /// Certificates of authorities trusted beside the system's, as PEM.
    pub ca: String,
}

impl MailServer {
    /// What is wrong with it, field by field.
    pub(crate) fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, key: &'static str| {
            errors.push(FieldError::new(field, Problem::new(key)));
        };
        if !is_host(&self.host) {
            wrong("host", "error-mail-host");
        }
        if self.port == 0 {
            wrong("port", "error-mail-port");
        }
        if self.from.chars().any(char::is_control)
            || lettre::message::Mailbox::from_str(&self.from).is_err()
        {
            wrong("from", "error-mail-from");
        }
        if self.user.chars().any(char::is_control) {
            wrong("user", "error-mail-user");
        }
        if !self.password.is_empty() && self.user.is_empty() {
            wrong("user", "error-required");
        }
        if self.security == MailSecurity::None && !self.user.is_empty() && !self.is_local() {
            wrong("security", "error-mail-open-password");
        }
        if !self.ca.trim().is_empty() && !holds_certificates(&self.ca) {
            wrong("ca", "error-mail-ca");
        }
        errors
    }

    /// Whether it is this very machine, so that nothing goes over a network.
    fn is_local(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Whether the other is the same door, to which the same password may be shown.
    fn is_same_door(&self, other: &Self) -> bool {
        (&self.host, self.port, self.security, &self.user, &self.ca)
            == (
                &other.host,
                other.port,
                other.security,
                &other.user,
                &other.ca,
            )
    }
}

/// Whether this is a name of a host or an address.
pub(crate) fn is_host(text: &str) -> bool {
    let name = |text: &str| {
        text.len() <= 253
            && text.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            })
    };
    name(text) || text.parse::<IpAddr>().is_ok()
}

/// Whether a text is made of certificates.
pub(crate) fn holds_certificates(pem: &str) -> bool {
    pem.contains("-----BEGIN CERTIFICATE-----")
        && lettre::transport::smtp::client::Certificate::from_pem(pem.as_bytes()).is_ok()
}

#[derive(Serialize, Deserialize)]
struct Stored {
    host: String,
    port: u16,
    security: MailSecurity,
    user: String,
    /// Sealed; empty where there is none.
    password: String,
    from: String,
    ca: String,
}

const KEY: &[u8] = b"mail-server";
const PURPOSE: &str = "password of the mail server";

fn stored(read: &impl Read, seal: &Seal) -> Result<Option<MailServer>, StoreError> {
    let Some(bytes) = read.get(Table::Meta, KEY)? else {
        return Ok(None);
    };
    let broken = |error| StoreError::corrupt("the mail server", error);
    let stored: Stored = serde_json::from_slice(&bytes).map_err(broken)?;
    let password = if stored.password.is_empty() {
        MailPassword::default()
    } else {
        let sealed = BASE64
            .decode(stored.password.as_bytes())
            .map_err(|error| StoreError::corrupt("the mail server", error))?;
        let plain = seal.open(PURPOSE, &sealed)?;
        MailPassword::new(String::from_utf8_lossy(&plain))
    };
    Ok(Some(MailServer {
        host: stored.host,
        port: stored.port,
        security: stored.security,
        user: stored.user,
        password,
        from: stored.from,
        ca: stored.ca,
    }))
}

/// Whether a password of one is kept.
pub(super) fn has_password(read: &impl Read) -> Result<bool, StoreError> {
    let stored = read.get(Table::Meta, KEY)?;
    let stored = stored.map(|bytes| serde_json::from_slice::<Stored>(&bytes));
    let stored = stored.transpose();
    let stored = stored.map_err(|error| StoreError::corrupt("the mail server", error))?;
    Ok(stored.is_some_and(|stored| !stored.password.is_empty()))
}

/// Whether a key opens the password.
pub(super) fn check_seal(read: &impl Read, seal: &Seal) -> Result<(), StoreError> {
    stored(read, seal).map(drop)
}

/// Leaves the server without its password.
pub(super) fn forget_password(write: &mut Write<'_, '_>) -> Result<(), StoreError> {
    write.update(Table::Meta, KEY.to_vec(), |bytes| {
        let broken = |error| StoreError::corrupt("the mail server", error);
        let Some(bytes) = bytes else { return Ok(None) };
        let mut stored: Stored = serde_json::from_slice(bytes).map_err(broken)?;
        stored.password.clear();
        serde_json::to_vec(&stored).map(Some).map_err(broken)
    })
}

impl Vault {
    /// The mail server set in the settings, with its password.
    pub(crate) fn mail_server(&self) -> Result<Option<MailServer>, StoreError> {
        stored(&self.inner.store.read()?, self.inner.store.seal())
    }
}

impl Reading {
    /// The mail server set in the settings, without its password; for those who look after the settings.
    pub fn mail_server(&self) -> Result<Option<MailServer>, AccessError> {
        self.rights().require_admin(AdminRight::Settings)?;
        let server = stored(self.snapshot(), self.vault().inner.store.seal())?;
        Ok(server.map(|server| MailServer {
            password: MailPassword::default(),
            ..server
        }))
    }
}

impl Access {
    /// Sets the mail server, or takes it away. An empty password keeps the one that is set, but only for the same server
    /// and account: whoever may change the settings must not lead a password they do not know to a server of their own.
    pub async fn set_mail_server(&self, server: Option<MailServer>) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("mail_server", "server"));
            let Some(mut server) = server else {
                work.write.delete(Table::Meta, KEY.to_vec());
                return work.note(note.with(json!({"name": ""})));
            };
            let mut errors = server.check();
            let old = stored(work.write, &work.seal)?;
            if let Some(old) = old.filter(|old| !old.password.is_empty() && server.password.is_empty())
                && !server.user.is_empty()
            {
                if server.is_same_door(&old) {
                    server.password = old.password;
                } else {
                    errors.push(FieldError::new(
                        "password",
                        Problem::new("error-mail-password-again"),
                    ));
                }
            }
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            let sealed = work.seal.seal(PURPOSE, server.password.reveal().as_bytes());
            let password = if server.password.is_empty() {
                String::new()
            } else {
                BASE64.encode(&sealed)
            };
            let note = note.with(json!({
                "name": server.host, "port": server.port, "security": server.security.name(), "from": server.from,
            }));
            let stored = Stored {
                host: server.host,
                port: server.port,
                security: server.security,
                user: server.user,
                password,
                from: server.from,
                ca: server.ca,
            };
            let bytes = serde_json::to_vec(&stored).expect("plain structs always serialise");
            work.write.put(Table::Meta, KEY.to_vec(), bytes);
            work.note(note)
        })
        .await
    }

    /// Keeps that somebody tried whether mail can be sent; refused without the right to look after the settings.
    pub async fn note_mail_test(&self, sent: bool) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let note =
                Note::new(AuditKind::MailTested).about(Subject::new("mail_server", "server"));
            work.note(note.with(json!({"sent": sent})))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::firm;

    fn server(host: &str, security: MailSecurity, password: &str) -> MailServer {
        MailServer {
            host: host.to_owned(),
            port: 587,
            security,
            user: "crm".to_owned(),
            password: MailPassword::new(password),
            from: "CRM <crm@firma.test>".to_owned(),
            ca: String::new(),
        }
    }

    fn refused(result: Result<(), AccessError>) -> Vec<String> {
        match result {
            Err(AccessError::Invalid(errors)) => {
                errors.into_iter().map(|error| error.field).collect()
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_password_is_kept_for_its_own_server_alone_and_never_in_the_clear() {
        let firm = firm().await;
        let access = firm.vault.system("a test");
        let secret = "Tajne-Haslo-Poczty-91";
        let set = server("mail.firma.test", MailSecurity::Starttls, secret);
        access.set_mail_server(Some(set)).await.unwrap();
        let same = server("mail.firma.test", MailSecurity::Starttls, "");
        access.set_mail_server(Some(same)).await.unwrap();
        let kept = firm.vault.mail_server().unwrap().unwrap();
        assert_eq!(kept.password.reveal(), secret);
        assert!(!format!("{kept:?}").contains(secret));
        for (other, security) in [
            ("evil.test", MailSecurity::Starttls),
            ("mail.firma.test", MailSecurity::Tls),
        ] {
            let other = server(other, security, "");
            assert_eq!(
                refused(access.set_mail_server(Some(other)).await),
                ["password"]
            );
        }
        let shown = access.read().unwrap().mail_server().unwrap().unwrap();
        assert!(shown.password.is_empty());
        for entry in std::fs::read_dir(firm.folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let inside = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!inside);
        }
    }

    #[tokio::test]
    async fn what_would_leak_or_inject_is_refused() {
        let firm = firm().await;
        let access = firm.vault.system("a test");
        let open = server("mail.firma.test", MailSecurity::None, "x");
        assert_eq!(
            refused(access.set_mail_server(Some(open)).await),
            ["security"]
        );
        let local = server("127.0.0.1", MailSecurity::None, "x");
        access.set_mail_server(Some(local)).await.unwrap();
        for (host, from, field) in [
            ("mail.test\r\nRSET", "crm@firma.test", "host"),
            ("", "crm@firma.test", "host"),
            ("mail.test/x", "crm@firma.test", "host"),
            ("mail.test", "CRM <crm@firma.test>\r\nBcc: a@b.test", "from"),
            ("mail.test", "crm", "from"),
        ] {
            let wrong = MailServer {
                from: from.to_owned(),
                ..server(host, MailSecurity::Tls, "x")
            };
            assert_eq!(refused(access.set_mail_server(Some(wrong)).await), [field]);
        }
        let wrong = MailServer {
            ca: "no certificate".to_owned(),
            ..server("mail.test", MailSecurity::Tls, "x")
        };
        assert_eq!(refused(access.set_mail_server(Some(wrong)).await), ["ca"]);
    }
}
