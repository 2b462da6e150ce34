//! A handshake with oneself, in memory: shows that a certificate, its key and its chain hold together for every name before
//! anybody else meets them.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;

use rustls::client::ClientConnection;
use rustls::pki_types::ServerName;
use rustls::server::{ClientHello, ResolvesServerCert, ServerConnection};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};

use super::acceptor::with_resolver;
use super::fault::Fault;
use super::pair::{Pair, known_roots, plain};
use super::provider;

struct Just(Arc<CertifiedKey>);

impl ResolvesServerCert for Just {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Just {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Just")
    }
}

/// Proves it. The client trusts the authorities that are known here and the last certificate of the chain, which the
/// authority itself sent.
pub(super) fn prove(pair: &Pair, names: &[String]) -> Result<(), Fault> {
    let failed = |error: rustls::Error| Fault::Unproved(plain(&error.to_string()));
    let mut roots: RootCertStore = known_roots();
    if let [_, .., last] = pair.chain() {
        roots.add(last.clone()).map_err(failed)?;
    }
    let server =
        Arc::new(with_resolver(Arc::new(Just(Arc::clone(&pair.certified)))).map_err(failed)?);
    let client = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Arc::new(client);
    for name in names {
        let name =
            ServerName::try_from(name.clone()).map_err(|_| Fault::OtherName(name.clone()))?;
        let mut client = ClientConnection::new(Arc::clone(&client), name).map_err(failed)?;
        let mut server = ServerConnection::new(Arc::clone(&server)).map_err(failed)?;
        shake_hands(&mut client, &mut server)?;
    }
    Ok(())
}

fn shake_hands(client: &mut ClientConnection, server: &mut ServerConnection) -> Result<(), Fault> {
    let failed = |error: rustls::Error| Fault::Unproved(plain(&error.to_string()));
    let broken = |error: std::io::Error| Fault::Unproved(error.to_string());
    for _ in 0..16 {
        if !client.is_handshaking() && !server.is_handshaking() {
            break;
        }
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).map_err(broken)?;
        }
        let mut from = wire.as_slice();
        while !from.is_empty() {
            server.read_tls(&mut from).map_err(broken)?;
            server.process_new_packets().map_err(failed)?;
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).map_err(broken)?;
        }
        let mut from = wire.as_slice();
        while !from.is_empty() {
            client.read_tls(&mut from).map_err(broken)?;
            client.process_new_packets().map_err(failed)?;
        }
    }
    server.writer().write_all(b"proved").map_err(broken)?;
    let mut wire = Vec::new();
    while server.wants_write() {
        server.write_tls(&mut wire).map_err(broken)?;
    }
    let mut from = wire.as_slice();
    while !from.is_empty() {
        client.read_tls(&mut from).map_err(broken)?;
        client.process_new_packets().map_err(failed)?;
    }
    let mut heard = [0; 6];
    client.reader().read_exact(&mut heard).map_err(broken)?;
    if &heard == b"proved" {
        Ok(())
    } else {
        Err(Fault::Unproved("other words arrived".to_owned()))
    }
}
