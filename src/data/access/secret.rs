//! Secrets given to clients, which the database knows by their hash alone.
//!
//! They are 256 random bits (OWASP ASVS 7.2.3, 11.5.1); only their SHA-256 is stored, so that the database gives no session
//! away.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// A secret to be given to a client once; never logged, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// 256 random bits.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system has a random source");
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The text to give away.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What the database knows a secret by.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
