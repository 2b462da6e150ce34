//! The beginning of a connection over TLS: how long it may take, and with what it is made. How many there are at once is
//! bounded by the connections the server takes: a smaller number of places could be held by whoever never goes on.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use maud::{DOCTYPE, html};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{Ticketer, kx_group};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::served::Tls;
use super::{Fault, provider};
use crate::i18n::{Lang, text};

/// Time for the whole handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// The protocol of tls-alpn-01 (RFC 8737).
const ACME: &[u8] = b"acme-tls/1";

/// The first byte of every connection over TLS: a record with a handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// Begins connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Acceptor {
    tls: Tls,
    pages: Arc<ServerConfig>,
    challenges: Arc<ServerConfig>,
}

/// How a connection begins.
pub(crate) enum Arriving {
    /// Ready for requests.
    Ready(Box<TlsStream<TcpStream>>),
    /// Over TLS is off: it goes on as it is.
    Plain(TcpStream),
}

impl Acceptor {
    /// Serves what `tls` holds at each moment.
    pub(crate) fn new(tls: &Tls) -> Result<Self, Fault> {
        let failed = |error: rustls::Error| Fault::Unreadable(error.to_string());
        let mut pages = with_resolver(Arc::new(Served(tls.clone()))).map_err(failed)?;
        pages.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        pages.ticketer = Ticketer::new().map_err(failed)?;
        let mut challenges = with_resolver(Arc::new(tls.challenges().clone())).map_err(failed)?;
        challenges.alpn_protocols = vec![ACME.to_vec()];
        Ok(Self {
            tls: tls.clone(),
            pages: Arc::new(pages),
            challenges: Arc::new(challenges),
        })
    }

    /// What is served.
    pub(crate) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Begins a connection; nothing where it came to nothing, which is no news for the firm's log.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Option<Arriving> {
        if !self.tls.is_on() && !self.is_proof(&stream).await {
            return Some(Arriving::Plain(stream));
        }
        match timeout(HANDSHAKE_TIME, self.shake_hands(stream)).await {
            Ok(Ok(stream)) => stream.map(|stream| Arriving::Ready(Box::new(stream))),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no TLS");
                None
            }
            Err(_) => {
                tracing::debug!("TLS took too long");
                None
            }
        }
    }

    /// Whether, with HTTPS off, an authority comes by TLS: names are tried before it is switched on.
    async fn is_proof(&self, stream: &TcpStream) -> bool {
        let mut first = [0];
        self.tls.challenges().are_open()
            && matches!(
                timeout(HANDSHAKE_TIME, stream.peek(&mut first)).await,
                Ok(Ok(1))
            )
            && first[0] == HANDSHAKE
    }

    async fn shake_hands(&self, mut stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Ok(None);
        }
        if first[0] != HANDSHAKE {
            stream.write_all(&self.tell_plain()).await?;
            stream.shutdown().await?;
            return Ok(None);
        }
        let start = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream).await?;
        let hello = start.client_hello();
        let asks_for_proof = hello
            .alpn()
            .is_some_and(|mut protocols| protocols.any(|protocol| protocol == ACME));
        if asks_for_proof {
            let mut stream = start.into_stream(Arc::clone(&self.challenges)).await?;
            stream.shutdown().await?;
            return Ok(None);
        }
        start.into_stream(Arc::clone(&self.pages)).await.map(Some)
    }

    /// What somebody is told who speaks plain HTTP here.
    fn tell_plain(&self) -> Vec<u8> {
        let body = https_only(&self.tls);
        format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
             Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

/// A page for those who speak plain HTTP, which leads on; in all our languages, since nobody reads which one they ask for.
pub(crate) fn https_only(tls: &Tls) -> String {
    let site = tls.site();
    let page = html! {
        (DOCTYPE)
        meta charset="utf-8";
        title { "HTTPS" }
        @for lang in Lang::ALL {
            p lang=(lang.code()) {
                (text(lang, "https-only"))
                @if let Some(site) = &site { " " a href=(site) { (site) } }
            }
        }
    };
    page.into_string()
}

/// The certificate of the moment.
struct Served(Tls);

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.certified()
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Served")
    }
}

/// TLS 1.3 and 1.2 with forward secrecy and authenticated encryption alone, which is all the provider has; keys are
/// exchanged with ML-KEM beside X25519 where the other side can, so that what is recorded today stays closed to a quantum
/// computer.
pub(super) fn with_resolver(
    resolver: Arc<dyn ResolvesServerCert>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = CryptoProvider {
        kx_groups: vec![
            kx_group::X25519MLKEM768,
            kx_group::X25519,
            kx_group::SECP256R1,
            kx_group::SECP384R1,
        ],
        ..(*provider()).clone()
    };
    Ok(ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(resolver))
}
