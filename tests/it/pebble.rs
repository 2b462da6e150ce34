//! Debian's pebble, an authority for tests, with its name server: every name is 127.0.0.1. And a small authority of our own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData,
    SignatureAlgorithm,
};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension};

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks until there is an answer.
pub(crate) fn wait_for<T>(seconds: u64, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        if let Some(found) = ask() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    panic!("not within {seconds} s: {what}");
}

/// An authority that issues for the length of a test.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "An authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// The chain for a request: its names, each once, and one more.
    pub(crate) fn certify(&self, request: &[u8], more: &str) -> String {
        let (_, request) = X509CertificationRequest::from_der(request).unwrap();
        let info = &request.certification_request_info;
        let key = Certified(info.subject_pki.subject_public_key.data.to_vec());
        let mut names = vec![more.to_owned()];
        for extension in request.requested_extensions().unwrap() {
            if let ParsedExtension::SubjectAlternativeName(asked) = extension {
                for name in &asked.general_names {
                    if let GeneralName::DNSName(name) = name
                        && !names.iter().any(|known| known == name)
                    {
                        names.push((*name).to_owned());
                    }
                }
            }
        }
        let mut params = CertificateParams::new(names).unwrap();
        (params.not_before, params.not_after) = (
            rcgen::date_time_ymd(2026, 1, 1),
            rcgen::date_time_ymd(2096, 1, 1),
        );
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        format!("{}{}", certificate.pem(), self.pem)
    }

    /// Certificate and key.
    pub(crate) fn issue(&self, names: &[&str]) -> (String, String) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        (params.not_before, params.not_after) = (
            rcgen::date_time_ymd(2026, 1, 1),
            rcgen::date_time_ymd(2096, 1, 1),
        );
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// A key of which only the public half is known.
struct Certified(Vec<u8>);

impl PublicKeyData for Certified {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

/// One connection over TLS to a port of this machine, trusting `root` alone.
pub(crate) fn connect(
    port: u16,
    name: &str,
    root: &str,
) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
    connect_speaking(port, name, root, &[])
}

/// The same, asking for one of these protocols.
pub(crate) fn connect_speaking(
    port: u16,
    name: &str,
    root: &str,
    protocols: &[&[u8]],
) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(root.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    // As browsers of today ask: for the exchange that a quantum computer cannot undo, first.
    let provider = CryptoProvider {
        kx_groups: vec![kx_group::X25519MLKEM768, kx_group::X25519],
        ..aws_lc_rs::default_provider()
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut stream = StreamOwned::new(client, stream);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// The answer to one request over TLS, and the certificate's serial number and names.
pub(crate) fn get(port: u16, name: &str, root: &str, path: &str) -> std::io::Result<String> {
    let mut stream = connect(port, name, root)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => return Err(error),
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The certificate that is served, in DER.
pub(crate) fn served(port: u16, name: &str, root: &str) -> std::io::Result<Vec<u8>> {
    let stream = connect(port, name, root)?;
    let chain = stream.conn.peer_certificates().unwrap_or_default();
    Ok(chain.first().map(|leaf| leaf.to_vec()).unwrap_or_default())
}

/// The authority, its name server, and where they keep their files; both end with it.
pub(crate) struct Pebble {
    children: Vec<Child>,
    pub(crate) directory: String,
    pub(crate) ca_file: PathBuf,
    pub(crate) port: u16,
    management: u16,
    pub(crate) ca: String,
}

impl Pebble {
    /// Challenges come to the two ports. `refused` are names it refuses.
    pub(crate) fn start(folder: &Path, http: u16, tls: u16, refused: &[&str]) -> Self {
        Self::lasting(folder, http, tls, refused, 90 * 24 * 60 * 60)
    }

    /// The same with certificates that count for so many seconds.
    pub(crate) fn lasting(
        folder: &Path,
        http: u16,
        tls: u16,
        refused: &[&str],
        seconds: u32,
    ) -> Self {
        let authority = Authority::new();
        let (certificate, key) = authority.issue(&["localhost"]);
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let ca_file = file("ca.pem", &authority.pem);
        let (certificate, key) = (file("pebble.pem", &certificate), file("pebble.key", &key));
        let [port, management, dns, dns_management] = [(); 4].map(|()| free_port());
        let config = serde_json::json!({"pebble": {
            "listenAddress": format!("127.0.0.1:{port}"), "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": certificate, "privateKey": key, "httpPort": http, "tlsPort": tls, "ocspResponderURL": "",
            "externalAccountBindingRequired": false, "domainBlocklist": refused, "certificateValidityPeriod": seconds,
        }});
        let config = file("pebble.json", &config.to_string());
        let start = |program: &str, arguments: &[&str]| {
            Command::new(program)
                .args(arguments)
                .env("PEBBLE_VA_NOSLEEP", "1")
                .env("PEBBLE_AUTHZREUSE", "0")
                .env("PEBBLE_WFE_NONCEREJECT", "10")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("apt-get install pebble: {error}"))
        };
        let dns = format!("127.0.0.1:{dns}");
        let dns_management = format!("127.0.0.1:{dns_management}");
        let names = start(
            "pebble-challtestsrv",
            &[
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-dns01",
                &dns,
                "-management",
                &dns_management,
            ],
        );
        let pebble = start(
            "pebble",
            &["-config", config.to_str().unwrap(), "-dnsserver", &dns],
        );
        let started = Self {
            children: vec![names, pebble],
            directory: format!("https://localhost:{port}/dir"),
            ca_file,
            port,
            management,
            ca: authority.pem,
        };
        for port in [port, management] {
            wait_for(30, "pebble", || {
                TcpStream::connect(("127.0.0.1", port)).ok()
            });
        }
        started
    }

    /// The root that it signs with.
    pub(crate) fn root(&self) -> String {
        let answer = get(self.management, "localhost", &self.ca, "/roots/0").unwrap();
        let start = answer.find("-----BEGIN").expect("a certificate");
        answer[start..].to_owned()
    }

    /// Whether it has revoked the certificate with this serial number, in hexadecimal digits.
    pub(crate) fn has_revoked(&self, serial: &str) -> bool {
        let path = format!("/cert-status-by-serial/{serial}");
        let answer = get(self.management, "localhost", &self.ca, &path).unwrap();
        answer.contains("\"Revoked\"")
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Ended already where it could not start.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
