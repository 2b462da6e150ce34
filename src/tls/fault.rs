//! Why a certificate cannot be used.

use std::path::PathBuf;

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
        why: String,
    },
    /// The configured key cannot be used.
    #[error("key_file {}: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
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
    /// It failed when tried.
    #[error("a connection with it failed: {0}")]
    Unproved(String),
}

impl Fault {
    /// What a page says.
    pub(crate) fn problem(&self) -> Problem {
        let say = |key: &'static str, what: &str| Problem::new(key).with("what", what.to_owned());
        match self {
            Self::CertFile { why, .. } | Self::KeyFile { why, .. } => {
                say("tls-fault-unreadable", why)
            }
            Self::NoCertificate => Problem::new("tls-fault-no-certificate"),
            Self::NoKey => Problem::new("tls-fault-no-key"),
            Self::TooLarge => Problem::new("tls-fault-too-large"),
            Self::Unreadable(why) => say("tls-fault-unreadable", why),
            Self::OtherKey => Problem::new("tls-fault-other-key"),
            Self::KindOfKey(why) => say("tls-fault-kind-of-key", why),
            Self::Incomplete(issuer) => say("tls-fault-incomplete", issuer),
            Self::SelfSigned => Problem::new("tls-fault-self-signed"),
            Self::OtherName(name) => say("tls-fault-other-name", name),
            Self::Lapsed(at) => say("tls-fault-lapsed", &day(*at)),
            Self::TooEarly(at) => say("tls-fault-too-early", &day(*at)),
            Self::Password => Problem::new("tls-fault-password"),
            Self::Unproved(why) => say("tls-fault-unproved", why),
        }
    }
}

fn day(at: jiff::Timestamp) -> String {
    jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string()
}
