//! Why a certificate cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use crate::data::Problem;

/// The reason; the text is for logs and commands, [`Fault::problem`] for pages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The configured certificate cannot be used.
    #[error("cert_file {}: {why}", path.display())]
    CertFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: Box<Self>,
    },
    /// The configured key cannot be used.
    #[error("key_file {}: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: Box<Self>,
    },
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// The server may not read it.
    #[error("the user that the server runs as may not read it")]
    Forbidden,
    /// There is no certificate in it.
    #[error("holds no certificate in PEM form")]
    NoCertificate,
    /// There is no private key in it.
    #[error("holds no private key in PEM form")]
    NoKey,
    /// More of it than any certificate needs.
    #[error("is too large")]
    TooLarge,
    /// It cannot be understood.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The key is another one's.
    #[error("the private key does not belong to the certificate")]
    OtherKey,
    /// A kind of key that nothing here can use.
    #[error("a private key of this kind cannot be used: {0}")]
    KindOfKey(String),
    /// The chain ends before an authority that is known.
    #[error("the certificate of \"{0}\" is missing in the chain")]
    Incomplete(String),
    /// Made by itself.
    #[error("the certificate is signed by itself")]
    SelfSigned,
    /// Not for this name.
    #[error("the certificate is not for {0}")]
    OtherName(String),
    /// Its time is over.
    #[error("the certificate lapsed on {0}")]
    Lapsed(jiff::Timestamp),
    /// Its time has not come.
    #[error("the certificate counts from {0} on")]
    TooEarly(jiff::Timestamp),
    /// The password of the file is another one.
    #[error("the password does not open the file")]
    Password,
    /// The key is locked with a password.
    #[error("the private key is encrypted; give it without a password")]
    LockedKey,
    /// Nothing was sent.
    #[error("no file was chosen")]
    Nothing,
    /// What opens the file could not be started.
    #[error("the program that opens it does not start: {0}")]
    NoReader(String),
    /// Opening it takes more than any honest file does.
    #[error("opening it takes too much time or memory")]
    TooHard,
    /// It failed when tried.
    #[error("a connection with it failed: {0}")]
    Unproved(String),
}

impl Fault {
    /// The file of the configuration that it is about.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::CertFile { path, .. } | Self::KeyFile { path, .. } => Some(path),
            _ => None,
        }
    }

    /// What a page says.
    pub(crate) fn problem(&self) -> Problem {
        let say = |key: &'static str, what: &str| Problem::new(key).with("what", what.to_owned());
        match self {
            Self::CertFile { why, .. } | Self::KeyFile { why, .. } => why.problem(),
            Self::Missing => Problem::new("tls-fault-missing"),
            Self::Forbidden => Problem::new("tls-fault-forbidden"),
            Self::NoCertificate => Problem::new("tls-fault-no-certificate"),
            Self::NoKey => Problem::new("tls-fault-no-key"),
            Self::TooLarge => Problem::new("tls-fault-too-large"),
            Self::Unreadable(_) => Problem::new("tls-fault-unreadable"),
            Self::OtherKey => Problem::new("tls-fault-other-key"),
            Self::KindOfKey(_) => Problem::new("tls-fault-kind-of-key"),
            Self::Incomplete(issuer) => say("tls-fault-incomplete", issuer),
            Self::SelfSigned => Problem::new("tls-fault-self-signed"),
            Self::OtherName(name) => say("tls-fault-other-name", name),
            Self::Lapsed(at) => say("tls-fault-lapsed", &day(*at)),
            Self::TooEarly(at) => say("tls-fault-too-early", &day(*at)),
            Self::Password => Problem::new("tls-fault-password"),
            Self::LockedKey => Problem::new("tls-fault-locked-key"),
            Self::Nothing => Problem::new("tls-fault-nothing"),
            Self::NoReader(why) => say("tls-fault-no-reader", why),
            Self::TooHard => Problem::new("tls-fault-too-hard"),
            Self::Unproved(_) => Problem::new("tls-fault-unproved"),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

fn day(at: jiff::Timestamp) -> String {
    jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string()
}
