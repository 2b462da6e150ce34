//! What a certificate says of itself.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

use super::fault::Fault;

/// Its names, maker and dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The host names and addresses it is for, as they stand in it.
    pub(crate) names: Vec<String>,
    /// Who made it.
    pub(crate) issuer: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    /// In hexadecimal digits.
    pub(crate) serial: String,
    /// Whether nobody but itself vouches for it.
    pub(crate) self_signed: bool,
}

impl Facts {
    /// Reads them.
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Result<Self, Fault> {
        let unreadable = |error: &dyn std::fmt::Display| Fault::Unreadable(error.to_string());
        let (_, parsed) =
            X509Certificate::from_der(certificate).map_err(|error| unreadable(&error))?;
        let moment = |seconds| Timestamp::from_second(seconds).map_err(|error| unreadable(&error));
        let names = parsed
            .subject_alternative_name()
            .map_err(|error| unreadable(&error))?
            .map(|found| found.value.general_names.iter().filter_map(name).collect())
            .unwrap_or_default();
        Ok(Self {
            names,
            issuer: called(parsed.issuer()),
            not_before: moment(parsed.validity().not_before.timestamp())?,
            not_after: moment(parsed.validity().not_after.timestamp())?,
            serial: HEXLOWER.encode(parsed.raw_serial()),
            self_signed: parsed.issuer().as_raw() == parsed.subject().as_raw(),
        })
    }

    /// Whether it counts at this moment.
    pub(crate) fn counts_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now < self.not_after
    }

    /// Whether it is for this name; a star stands for one label (RFC 9525, section 6.3).
    pub(crate) fn covers(&self, name: &str) -> bool {
        let above = name.split_once('.').map(|(_, above)| above);
        self.names.iter().any(|known| {
            known.eq_ignore_ascii_case(name)
                || match (known.strip_prefix("*."), above) {
                    (Some(known), Some(above)) => known.eq_ignore_ascii_case(above),
                    _ => false,
                }
        })
    }

    /// How long it counts altogether, in seconds.
    pub(crate) fn lifetime(&self) -> i64 {
        (self.not_after.as_second() - self.not_before.as_second()).max(1)
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|bytes| std::net::IpAddr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|bytes| std::net::IpAddr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// What people call an issuer: its common name with its organisation where both are there.
pub(super) fn called(name: &X509Name<'_>) -> String {
    let first = |found: Option<&x509_parser::x509::AttributeTypeAndValue<'_>>| {
        found
            .and_then(|found| found.as_str().ok())
            .map(|text| text.chars().filter(|c| !c.is_control()).take(100).collect())
    };
    let common: Option<String> = first(name.iter_common_name().next());
    let organisation: Option<String> = first(name.iter_organization().next());
    match (common, organisation) {
        (Some(common), Some(organisation)) if common != organisation => {
            format!("{organisation}, {common}")
        }
        (Some(only), _) | (None, Some(only)) => only,
        (None, None) => name.to_string().chars().take(100).collect(),
    }
}

/// Who made a certificate.
pub(super) fn issuer_of(certificate: &CertificateDer<'_>) -> String {
    X509Certificate::from_der(certificate)
        .map(|(_, parsed)| called(parsed.issuer()))
        .unwrap_or_default()
}

/// Whether the first was made by the second, by their names alone.
pub(super) fn names_as_issuer(made: &CertificateDer<'_>, maker: &CertificateDer<'_>) -> bool {
    match (
        X509Certificate::from_der(made),
        X509Certificate::from_der(maker),
    ) {
        (Ok((_, made)), Ok((_, maker))) => made.issuer().as_raw() == maker.subject().as_raw(),
        _ => false,
    }
}
