//! The way to the mail server: SMTP over TLS with certificates checked, never less than what was asked for.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use data_encoding::BASE64;
use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::words::Words;
use crate::data::{Letter, LetterId, MailSecurity, MailServer, StoreError};

/// Time to reach the server.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// Time for all of one letter.
const LETTER_TIME: Duration = Duration::from_secs(45);
/// Time for signing in without a letter.
const SIGN_IN_TIME: Duration = Duration::from_secs(15);
/// Characters of the server's words that are kept.
const MOST_WORDS: usize = 500;

/// Why a letter was not sent.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// No mail server is set.
    #[error("no mail server is set")]
    NoServer,
    /// The letter has a link, and `public_url` is not set.
    #[error("public_url is not set, so the letter's link leads nowhere")]
    NoAddress,
    /// What is set cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// The server could not be reached, or said no; its own words, without secrets.
    #[error("{words}")]
    Server {
        /// What it said.
        words: String,
        /// Whether it will never take this letter: there is no such mailbox.
        for_good: bool,
    },
    /// It took too long.
    #[error("the mail server did not answer within {} s", LETTER_TIME.as_secs())]
    TooSlow,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SendError {
    /// Whether another try is of no use.
    pub(super) fn for_good(&self) -> bool {
        matches!(self, Self::Server { for_good: true, .. })
    }
}

/// Hands a letter to the server.
pub(super) async fn send(
    server: &MailServer,
    public_url: Option<&str>,
    id: LetterId,
    letter: &Letter,
    words: &Words,
) -> Result<(), SendError> {
    let message = message(server, public_url, id, letter, words)?;
    let transport = transport(server, public_url)?;
    let sent = tokio::time::timeout(LETTER_TIME, transport.send(message)).await;
    match sent {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(said(server, letter, &error)),
        Err(_) => Err(SendError::TooSlow),
    }
}

/// Signs in at the server, and sends nothing.
pub(crate) async fn try_sign_in(
    server: &MailServer,
    public_url: Option<&str>,
) -> Result<(), SendError> {
    let transport = transport(server, public_url)?;
    let tried = tokio::time::timeout(SIGN_IN_TIME, transport.test_connection()).await;
    match tried {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(SendError::Server {
            words: "the server broke off".to_owned(),
            for_good: false,
        }),
        Ok(Err(error)) => Err(SendError::Server {
            words: words_of(server, None, &error),
            for_good: false,
        }),
        Err(_) => Err(SendError::TooSlow),
    }
}

fn message(
    server: &MailServer,
    public_url: Option<&str>,
    id: LetterId,
    letter: &Letter,
    words: &Words,
) -> Result<Message, SendError> {
    let unusable = |what: &str, error: &dyn std::fmt::Display| {
        SendError::Unusable(format!("{what} cannot be used: {error}"))
    };
    let from = Mailbox::from_str(&server.from).map_err(|error| unusable("the sender", &error))?;
    let to = address(&letter.to).map_err(|error| unusable("the address", &error))?;
    let host = host_of(public_url).unwrap_or_else(|| from.email.domain());
    // The same for every try, so that a letter that arrives twice is seen to be one.
    let message_id = format!("<{id}@{host}>");
    let seconds = u64::try_from(crate::clock::now().as_second()).unwrap_or(0);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    let both = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, words.text()))
        .singlepart(part(ContentType::TEXT_HTML, words.html()));
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(&words.subject)
        .date(now)
        .message_id(Some(message_id))
        // RFC 3834: nobody's holiday notice answers it.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(both)
        .map_err(|error| unusable("the letter", &error))
}

/// An address that is one word of a command and of a header.
fn address(text: &str) -> Result<Address, AddressError> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(AddressError::InvalidInput);
    }
    text.parse()
}

/// The host of an address such as `https://crm.firma.pl:8443`.
fn host_of(url: Option<&str>) -> Option<&str> {
    let authority = url?.split_once("://")?.1;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    Some(host.trim_matches(['[', ']'])).filter(|host| !host.contains(':'))
}

fn transport(
    server: &MailServer,
    public_url: Option<&str>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
    let tls = match server.security {
        MailSecurity::None => Tls::None,
        MailSecurity::Starttls => Tls::Required(parameters(server)?),
        MailSecurity::Tls => Tls::Wrapper(parameters(server)?),
    };
    // "Dangerous" is what lettre calls a transport whose TLS is set by hand, as it is here, to nothing less than asked.
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
        .port(server.port)
        .tls(tls)
        .timeout(Some(CONNECT_TIME));
    if let Some(host) = host_of(public_url) {
        builder = builder.hello_name(match host.parse() {
            Ok(address) => ClientId::Ipv4(address),
            Err(_) => ClientId::Domain(host.to_owned()),
        });
    }
    if !server.user.is_empty() {
        let password = server.password.reveal().to_owned();
        builder = builder.credentials(Credentials::new(server.user.clone(), password));
    }
    Ok(builder.build())
}

fn parameters(server: &MailServer) -> Result<TlsParameters, SendError> {
    let unusable = |error: lettre::transport::smtp::Error| SendError::Unusable(error.to_string());
    let mut builder = TlsParameters::builder(server.host.clone());
    if !server.ca.trim().is_empty() {
        let certificate = Certificate::from_pem(server.ca.as_bytes()).map_err(unusable)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(unusable)
}

fn words_of(
    server: &MailServer,
    letter: Option<&Letter>,
    error: &lettre::transport::smtp::Error,
) -> String {
    if error.is_response() {
        // What does not speak SMTP is not repeated: this is no way to read from other servers.
        return "the answer is not that of a mail server".to_owned();
    }
    without_secrets(server, letter, &error.to_string())
}

fn said(server: &MailServer, letter: &Letter, error: &lettre::transport::smtp::Error) -> SendError {
    let words = words_of(server, Some(letter), error);
    let code = error.status().map(u16::from);
    SendError::Server {
        words,
        for_good: matches!(code, Some(550 | 551 | 553)),
    }
}

/// The server's words on one line, without the password in any form in which it was sent, and without what only the
/// letter's reader may know.
fn without_secrets(server: &MailServer, letter: Option<&Letter>, words: &str) -> String {
    let mut words: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_WORDS)
        .collect();
    let (user, password) = (server.user.as_str(), server.password.reveal());
    if !password.is_empty() {
        let plain = BASE64.encode(format!("\0{user}\0{password}").as_bytes());
        let alone = BASE64.encode(password.as_bytes());
        for secret in [plain.as_str(), &alone, password] {
            words = words.replace(secret, "…");
        }
    }
    for name in ["token", "code"] {
        let secret = letter.and_then(|letter| letter.values.get(name));
        if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
            words = words.replace(secret.as_str(), "…");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{MailPassword, Template};

    #[test]
    fn no_form_of_the_password_is_repeated() {
        let server = MailServer {
            host: "mail.test".to_owned(),
            port: 25,
            security: MailSecurity::Tls,
            user: "crm".to_owned(),
            password: MailPassword::new("Tajne-81"),
            from: "crm@f.test".to_owned(),
            ca: String::new(),
        };
        let plain = BASE64.encode(b"\0crm\0Tajne-81");
        let alone = BASE64.encode(b"Tajne-81");
        let letter = Letter {
            to: "anna@f.test".to_owned(),
            user: None,
            language: None,
            template: Template::Code,
            values: [("code".to_owned(), "918273".to_owned())].into(),
            useful_until: jiff::Timestamp::UNIX_EPOCH,
        };
        let said = format!("535 bad: {plain} {alone} Tajne-81\r\n918273");
        assert_eq!(
            without_secrets(&server, Some(&letter), &said),
            "535 bad: … … …  …"
        );
    }

    #[test]
    fn addresses_cannot_carry_commands() {
        for hostile in [
            "a@b.test\r\nDATA",
            "a@b.test> SIZE=1",
            "a b@c.test",
            "a@b.test\nRcpt",
        ] {
            assert!(address(hostile).is_err(), "{hostile}");
        }
        assert!(address("zażółć@firma.test").is_ok());
    }

    #[test]
    fn the_host_is_taken_from_the_public_address() {
        assert_eq!(host_of(Some("https://crm.test:8443")), Some("crm.test"));
        assert_eq!(host_of(Some("https://crm.test")), Some("crm.test"));
        assert_eq!(host_of(Some("http://[::1]:80")), None);
        assert_eq!(host_of(None), None);
    }
}
