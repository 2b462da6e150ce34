//! A certificate chain with its private key, read and checked.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;

use super::facts::{Facts, issuer_of, names_as_issuer};
use super::fault::Fault;
use super::provider;

/// Bytes of a file with a certificate or a key; a chain of a dozen certificates has a tenth of it.
const LARGEST_FILE: u64 = 256 << 10;
/// Certificates of a chain; public ones have three.
const LONGEST_CHAIN: usize = 12;

/// A certificate that can be served.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(super) certified: Arc<CertifiedKey>,
    pub(crate) facts: Facts,
}

impl Pair {
    /// Reads the two files of the configuration.
    pub(crate) fn from_files(certificate: &Path, key: &Path) -> Result<Self, Fault> {
        let of_certificate = |why: Fault| Fault::CertFile {
            path: certificate.to_owned(),
            why: Box::new(why),
        };
        let of_key = |why: Fault| Fault::KeyFile {
            path: key.to_owned(),
            why: Box::new(why),
        };
        let chain = read(certificate).map_err(of_certificate)?;
        let secret = read(key).map_err(of_key)?;
        Self::from_pem(&chain, &secret).map_err(|fault| match fault {
            Fault::OtherKey | Fault::NoKey | Fault::LockedKey | Fault::KindOfKey(_) => {
                of_key(fault)
            }
            fault => of_certificate(fault),
        })
    }

    /// Reads chain and key in PEM form; both may be in one text.
    pub(super) fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Fault> {
        let mut certificates = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(chain) {
            let certificate =
                certificate.map_err(|error| Fault::Unreadable(plain(&error.to_string())))?;
            if certificates.len() == LONGEST_CHAIN {
                return Err(Fault::TooLarge);
            }
            certificates.push(certificate);
        }
        Self::new(certificates, key_of(key)?)
    }

    /// Joins them.
    pub(super) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, Fault> {
        let facts = Facts::of(chain.first().ok_or(Fault::NoCertificate)?)?;
        let certified = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| {
            if matches!(error, rustls::Error::InconsistentKeys(_)) {
                Fault::OtherKey
            } else {
                Fault::KindOfKey(plain(&error.to_string()))
            }
        })?;
        Ok(Self {
            certified: Arc::new(certified),
            facts,
        })
    }

    /// The chain in PEM form.
    pub(super) fn chain(&self) -> &[CertificateDer<'static>] {
        &self.certified.cert
    }

    /// Whether it can be used now, for all of these names.
    pub(super) fn check_use(&self, names: &[String], now: Timestamp) -> Result<(), Fault> {
        if now < self.facts.not_before {
            return Err(Fault::TooEarly(self.facts.not_before));
        }
        if now >= self.facts.not_after {
            return Err(Fault::Lapsed(self.facts.not_after));
        }
        match names.iter().find(|name| !self.facts.covers(name)) {
            Some(name) => Err(Fault::OtherName(name.clone())),
            None => Ok(()),
        }
    }

    /// Whether browsers can follow the chain: it ends at an authority that is known here, or at one that it brings.
    pub(super) fn check_chain(&self, now: Timestamp) -> Result<(), Fault> {
        if self.facts.self_signed {
            return Err(Fault::SelfSigned);
        }
        let chain = self.chain();
        let mut at = &chain[0];
        let mut rest: Vec<&CertificateDer<'static>> = chain[1..].iter().collect();
        while let Some(next) = rest.iter().position(|other| names_as_issuer(at, other)) {
            at = rest.swap_remove(next);
        }
        let mut roots = known_roots();
        if names_as_issuer(at, at) {
            roots
                .add(at.clone())
                .map_err(|error| Fault::Unreadable(plain(&error.to_string())))?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
            .build()
            .map_err(|error| Fault::Unreadable(error.to_string()))?;
        let name = self.facts.names.first().cloned().unwrap_or_default();
        let name = name.replace('*', "x");
        let name = ServerName::try_from(name.clone()).map_err(|_| Fault::OtherName(name))?;
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        match verifier.verify_server_cert(&chain[0], &chain[1..], &name, &[], now) {
            Ok(_) => Ok(()),
            Err(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer)) => {
                Err(Fault::Incomplete(issuer_of(at)))
            }
            Err(error) => Err(Fault::Unreadable(plain(&error.to_string()))),
        }
    }
}

/// The authorities that are known: the system's, and Mozilla's.
pub(super) fn known_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    roots
}

/// A text of another program on one line.
pub(super) fn plain(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(500).collect::<String>().trim().to_owned()
}

/// The private key in a text in PEM form.
pub(super) fn key_of(pem: &[u8]) -> Result<PrivateKeyDer<'static>, Fault> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        // PKCS#8 says it in the block's name, OpenSSL's own form in a line below it.
        let is_locked = [
            b"ENCRYPTED PRIVATE KEY".as_slice(),
            b"Proc-Type: 4,ENCRYPTED",
        ]
        .iter()
        .any(|words| pem.windows(words.len()).any(|part| part == *words));
        if is_locked {
            Fault::LockedKey
        } else {
            Fault::NoKey
        }
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Fault::TooLarge);
    }
    Ok(bytes)
}
