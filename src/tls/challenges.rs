//! Answers to the questions by which an authority sees that a name is ours. They are there only while an order runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::fault::Fault;
use super::provider;

/// Both kinds of answers. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Challenges {
    inner: Arc<RwLock<Answers>>,
}

#[derive(Default)]
struct Answers {
    /// By token, for http-01.
    http: HashMap<String, String>,
    /// By name, for tls-alpn-01.
    tls: HashMap<String, Arc<CertifiedKey>>,
}

impl Challenges {
    /// The answer to a token of http-01; only to one that was asked for.
    pub(super) fn by_token(&self, token: &str) -> Option<String> {
        let answers = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        answers.http.get(token).cloned()
    }

    pub(super) fn answer_http(&self, token: &str, authorization: &str) {
        let mut answers = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        answers
            .http
            .insert(token.to_owned(), authorization.to_owned());
    }

    /// Makes the certificate that answers for a name (RFC 8737, section 3).
    pub(super) fn answer_tls(&self, name: &str, digest: &[u8]) -> Result<(), Fault> {
        let failed = |error: rcgen::Error| Fault::Unreadable(error.to_string());
        let mut params = CertificateParams::new(vec![name.to_owned()]).map_err(failed)?;
        params.distinguished_name = DistinguishedName::new();
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params.self_signed(&key).map_err(failed)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let key = provider()
            .key_provider
            .load_private_key(key)
            .map_err(|error| Fault::Unreadable(error.to_string()))?;
        // Not looked at any closer: its extension is critical, and unknown to whoever does not ask for it.
        let certified = CertifiedKey::new(vec![certificate.der().clone()], key);
        let mut answers = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        answers.tls.insert(name.to_owned(), Arc::new(certified));
        Ok(())
    }

    /// Whether an authority may come by TLS to see that a name is ours.
    pub(super) fn are_open(&self) -> bool {
        let answers = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        !answers.tls.is_empty()
    }

    /// Answers nothing any more.
    pub(super) fn clear(&self) {
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Answers::default();
    }
}

impl ResolvesServerCert for Challenges {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let answers = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        answers.tls.get(hello.server_name()?).cloned()
    }
}

impl fmt::Debug for Challenges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Challenges")
    }
}
