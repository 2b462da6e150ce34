//! A certificate that somebody uploads: PEM or PKCS#12, checked before anybody meets it.

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::fault::Fault;
use super::pair::{Pair, key_of};
use super::prove::prove;

mod p12;

pub(crate) use p12::main as read_p12;

/// Bytes of an upload, chain and key together.
pub(crate) const LARGEST_UPLOAD: usize = 256 << 10;

/// A certificate that was checked, as it is kept.
pub(crate) struct Upload {
    pub(crate) pair: Pair,
    /// Chain and key.
    pub(super) pem: String,
}

/// Reads and checks it for these names. Blocks for as long as a PKCS#12 file takes to open.
pub(crate) fn read_upload(
    certificate: &[u8],
    key: &[u8],
    password: &str,
    names: &[String],
    now: Timestamp,
) -> Result<Upload, Fault> {
    if certificate.len() + key.len() > LARGEST_UPLOAD {
        return Err(Fault::TooLarge);
    }
    if certificate.is_empty() {
        return Err(Fault::Nothing);
    }
    // PEM is text; DER begins with the tag of a sequence, and so does PKCS#12.
    let pem = if certificate.first() != Some(&0x30) {
        certificate.to_vec()
    } else if is_certificate(certificate) {
        pem_of("CERTIFICATE", certificate).into_bytes()
    } else {
        p12::open(certificate, password)?
    };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|error| Fault::Unreadable(error.to_string()))?;
    if certificates.is_empty() {
        return Err(Fault::NoCertificate);
    }
    // Many hand out both in one file.
    let key = match key.first() {
        None => key_of(&pem)?,
        Some(0x30) => PrivateKeyDer::try_from(key.to_vec()).map_err(|_| Fault::NoKey)?,
        Some(_) => key_of(key)?,
    };
    let pair = in_order(certificates, &key)?;
    pair.check_use(names, now)?;
    pair.check_chain(now)?;
    let plain: Vec<String> = names.iter().take(1).cloned().collect();
    if pair.chain().len() > 1 {
        prove(&pair, &plain)?;
    }
    let pem = written(&pair, &key);
    Ok(Upload { pair, pem })
}

fn is_certificate(der: &[u8]) -> bool {
    super::facts::Facts::of(&CertificateDer::from(der)).is_ok()
}

/// The certificate of the key first, then the others in the order in which one vouches for the one before.
fn in_order(
    mut certificates: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'static>,
) -> Result<Pair, Fault> {
    if certificates.is_empty() {
        return Err(Fault::NoCertificate);
    }
    if certificates.len() > 12 {
        return Err(Fault::TooLarge);
    }
    let mut first = None;
    for (place, certificate) in certificates.iter().enumerate() {
        match Pair::new(vec![certificate.clone()], key.clone_key()) {
            Ok(_) => {
                first = Some(place);
                break;
            }
            Err(Fault::OtherKey) => {}
            Err(fault) => return Err(fault),
        }
    }
    let mut chain = vec![certificates.swap_remove(first.ok_or(Fault::OtherKey)?)];
    while let Some(next) = certificates.iter().position(|other| {
        let last = &chain[chain.len() - 1];
        other != last && super::facts::names_as_issuer(last, other)
    }) {
        chain.push(certificates.swap_remove(next));
    }
    Pair::new(chain, key.clone_key())
}

fn written(pair: &Pair, key: &PrivateKeyDer<'_>) -> String {
    let mut text = String::new();
    for certificate in pair.chain() {
        text += &pem_of("CERTIFICATE", certificate);
    }
    let kind = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    text + &pem_of(kind, key.secret_der())
}

/// A PEM block (RFC 7468).
pub(super) fn pem_of(kind: &str, der: &[u8]) -> String {
    let base64 = data_encoding::BASE64.encode(der);
    let mut text = format!("-----BEGIN {kind}-----\n");
    for line in base64.as_bytes().chunks(64) {
        text += &String::from_utf8_lossy(line);
        text.push('\n');
    }
    text + &format!("-----END {kind}-----\n")
}
