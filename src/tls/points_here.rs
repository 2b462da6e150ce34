//! Whether a name leads to this server: what the name system says, and whether who answers there has our certificate.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::provider;
use super::served::Tls;

/// For the name system, and for each address.
const PATIENCE: Duration = Duration::from_secs(4);
/// Addresses of a name that are tried.
const MOST: usize = 4;

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointing {
    pub(crate) name: String,
    /// Where the name leads to.
    pub(crate) found: Vec<IpAddr>,
    /// Where this machine goes out from; behind a router these are not the addresses that the world sees.
    pub(crate) here: Vec<IpAddr>,
    pub(crate) to: WhereTo,
}

/// Where a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhereTo {
    /// Here: this server answered, or the address is its own.
    Here,
    /// To a machine that is not this one, or that does not answer.
    Elsewhere,
    /// Nowhere.
    Nowhere,
}

impl WhereTo {
    /// Key of the sentence that says so.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Here => "domain-points-here",
            Self::Elsewhere => "domain-points-elsewhere",
            Self::Nowhere => "domain-points-nowhere",
        }
    }
}

/// Finds it out for one name.
pub(crate) async fn points_here(tls: &Tls, name: &str) -> Pointing {
    let here = own_addresses().await;
    let looked_up = timeout(PATIENCE, tokio::net::lookup_host((name, 443))).await;
    let mut found: Vec<IpAddr> = match looked_up {
        Ok(Ok(addresses)) => addresses
            .map(|address| address.ip().to_canonical())
            .collect(),
        _ => Vec::new(),
    };
    found.sort_unstable();
    found.dedup();
    let mut to = if found.is_empty() {
        WhereTo::Nowhere
    } else {
        WhereTo::Elsewhere
    };
    let mut ports = tls.ports().to_vec();
    ports.dedup();
    'found: for address in found.iter().take(MOST) {
        if here.contains(address) || address.is_loopback() {
            to = WhereTo::Here;
            break;
        }
        for port in &ports {
            if answers(tls, name, SocketAddr::new(*address, *port)).await {
                to = WhereTo::Here;
                break 'found;
            }
        }
    }
    Pointing {
        name: name.to_owned(),
        found,
        here,
        to,
    }
}

/// The addresses from which this machine reaches the world. Nothing is sent: a datagram socket that is told where it would
/// send to knows the way.
pub(crate) async fn own_addresses() -> Vec<IpAddr> {
    let mut own = Vec::new();
    for (from, to) in [
        ("0.0.0.0:0", "1.1.1.1:53"),
        ("[::]:0", "[2606:4700:4700::1111]:53"),
    ] {
        let Ok(socket) = UdpSocket::bind(from).await else {
            continue;
        };
        if socket.connect(to).await.is_ok()
            && let Ok(address) = socket.local_addr()
        {
            own.push(address.ip());
        }
    }
    own
}

/// Whether our certificate is what answers there.
async fn answers(tls: &Tls, name: &str, address: SocketAddr) -> bool {
    let Some(certified) = tls.certified() else {
        return false;
    };
    let (Some(ours), Ok(name)) = (
        certified.cert.first(),
        ServerName::try_from(name.to_owned()),
    ) else {
        return false;
    };
    let only = OnlyThis {
        certificate: ours.clone(),
        schemes: provider()
            .signature_verification_algorithms
            .supported_schemes(),
    };
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map(|builder| {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(only))
                .with_no_client_auth()
        });
    let Ok(config) = config else { return false };
    let met = timeout(PATIENCE, async {
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    });
    matches!(met.await, Ok(Ok(_)))
}

/// Trusts one certificate and no other, whoever vouches for it: the question is whether it is us who answer.
struct OnlyThis {
    certificate: CertificateDer<'static>,
    schemes: Vec<SignatureScheme>,
}

impl ServerCertVerifier for OnlyThis {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if end_entity == &self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl fmt::Debug for OnlyThis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OnlyThis")
    }
}
