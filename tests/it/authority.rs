//! What stands before pebble and makes of it the authority that a test needs: one with wishes about renewal (RFC 9773),
//! which pebble 2.4 has not, or one that is down, rejects nonces by the dozen, asks to wait, or talks nonsense.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::SignedDuration;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::pebble::{Authority, Pebble, connect};

/// How it behaves; a test changes it while it runs.
#[derive(Default)]
pub(crate) struct Mood {
    /// When it would like certificates to be renewed, in seconds from now; no wishes where there is none.
    pub(crate) window: Option<(i64, i64)>,
    /// Certificates that pebble has revoked are to be renewed at once.
    pub(crate) renews_revoked: bool,
    /// Nobody answers.
    pub(crate) down: bool,
    /// So many nonces more are rejected.
    pub(crate) rejected_nonces: u32,
    /// Orders are refused with this status, kind of problem and `Retry-After`.
    pub(crate) no_orders: Option<(u16, &'static str, Option<&'static str>)>,
    /// A name that its certificates are for beside what was asked for, each name once; they are its own then, not pebble's.
    pub(crate) adds: Option<&'static str>,
    /// What it sends instead of its directory, as a whole answer.
    pub(crate) nonsense: Option<Vec<u8>>,
}

/// What it has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// The certificate that each order is to replace.
    pub(crate) orders: Vec<Option<String>>,
    /// Questions about renewal, by the certificate.
    pub(crate) wishes: Vec<String>,
    /// All requests.
    pub(crate) requests: u32,
}

struct Shared {
    pebble: Pebble,
    /// Who signs what it gives itself.
    own: Authority,
    /// What was last to be certified.
    request: Mutex<Vec<u8>>,
    mood: Mutex<Mood>,
    seen: Mutex<Seen>,
    address: String,
}

/// The authority, which ends with the test's process.
pub(crate) struct Moody {
    shared: Arc<Shared>,
    pub(crate) directory: String,
    pub(crate) ca_file: PathBuf,
}

/// One request: its first line and headers, and its body.
struct Asked {
    head: String,
    body: Vec<u8>,
}

impl Moody {
    /// Stands before this pebble.
    pub(crate) fn before(pebble: Pebble, folder: &Path) -> Self {
        let authority = Authority::new();
        let (certificate, key) = authority.issue(&["localhost"]);
        let ca_file = folder.join("moody-ca.pem");
        std::fs::write(&ca_file, &authority.pem).unwrap();
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("localhost:{}", listener.local_addr().unwrap().port());
        let shared = Arc::new(Shared {
            pebble,
            own: authority,
            request: Mutex::default(),
            mood: Mutex::default(),
            seen: Mutex::default(),
            address: address.clone(),
        });
        let taking = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, config) = (Arc::clone(&taking), Arc::clone(&config));
                // A caller that goes away is no news.
                std::thread::spawn(move || shared.serve(stream, config).is_ok());
            }
        });
        Self {
            shared,
            directory: format!("https://{address}/dir"),
            ca_file,
        }
    }

    /// The root of the certificates that it gives itself.
    pub(crate) fn own_root(&self) -> String {
        self.shared.own.pem.clone()
    }

    pub(crate) fn pebble(&self) -> &Pebble {
        &self.shared.pebble
    }

    pub(crate) fn mood(&self) -> MutexGuard<'_, Mood> {
        self.shared.mood.lock().unwrap()
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap()
    }

    /// The lines of `[tls.acme]` that lead here.
    pub(crate) fn config(&self) -> String {
        format!(
            "directory = '{0}'\nstaging = '{0}'\nca_file = '{1}'\nchallenge = 'tls-alpn-01'",
            self.directory,
            self.ca_file.display()
        )
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
        if self.mood.lock().unwrap().down {
            return Ok(());
        }
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        let asked = read(&mut stream)?;
        let answer = self.answer(&asked)?;
        stream.write_all(&answer)?;
        stream.conn.send_close_notify();
        stream.flush()
    }

    fn answer(&self, asked: &Asked) -> std::io::Result<Vec<u8>> {
        self.seen.lock().unwrap().requests += 1;
        let mut words = asked.head.split(' ');
        let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let mut mood = self.mood.lock().unwrap();
        if path == "/dir"
            && let Some(nonsense) = &mood.nonsense
        {
            return Ok(nonsense.clone());
        }
        if method == "POST" && mood.rejected_nonces > 0 {
            mood.rejected_nonces -= 1;
            return Ok(refusal(400, "badNonce", "Replay-Nonce: bm8tZ29vZA\r\n"));
        }
        if path == "/order-plz"
            && let Some((status, kind, wait)) = mood.no_orders
        {
            self.seen.lock().unwrap().orders.push(replaced(&asked.body));
            let wait = wait.map(|wait| format!("Retry-After: {wait}\r\n"));
            return Ok(refusal(status, kind, &wait.unwrap_or_default()));
        }
        let (window, renews_revoked) = (mood.window, mood.renews_revoked);
        drop(mood);
        if let Some(certificate) = path.strip_prefix("/wishes/") {
            self.seen
                .lock()
                .unwrap()
                .wishes
                .push(certificate.to_owned());
            let is_revoked = renews_revoked && self.pebble.has_revoked(&serial(certificate));
            let (from, to) = if is_revoked {
                (-7200, -3600)
            } else {
                window.unwrap_or((100_000_000, 100_000_001))
            };
            let moment = |seconds| {
                (kartoteka::clock::now() + SignedDuration::from_secs(seconds)).to_string()
            };
            let wishes = json!({"suggestedWindow": {"start": moment(from), "end": moment(to)}});
            return Ok(whole("200 OK", "Retry-After: 1\r\n", &wishes.to_string()));
        }
        if path.starts_with("/finalize-order/") {
            let request = payload(&asked.body)["csr"].as_str().map(str::to_owned);
            let request = BASE64URL_NOPAD.decode(request.unwrap_or_default().as_bytes());
            *self.request.lock().unwrap() = request.unwrap_or_default();
        }
        let adds = self.mood.lock().unwrap().adds;
        if let Some(name) = adds
            && path.starts_with("/certZ/")
        {
            let request = self.request.lock().unwrap();
            let chain = self.own.certify(&request, name);
            return Ok(with_body(&self.pass_on(asked)?, &chain));
        }
        let answer = self.pass_on(asked)?;
        match path {
            "/dir" if window.is_some() || renews_revoked => Ok(with(&answer, |directory| {
                directory["renewalInfo"] = json!(format!("https://{}/wishes", self.address));
            })),
            "/order-plz" => {
                let replaced = replaced(&asked.body);
                // Pebble rejects some nonces by itself, which is no answer to an order.
                if !String::from_utf8_lossy(&answer).contains("badNonce") {
                    self.seen.lock().unwrap().orders.push(replaced.clone());
                }
                Ok(match replaced {
                    Some(replaced) => with(&answer, |order| order["replaces"] = json!(replaced)),
                    None => answer,
                })
            }
            _ => Ok(answer),
        }
    }

    /// Pebble's own answer; it sees the address that was asked for, and so leads here in all it says.
    fn pass_on(&self, asked: &Asked) -> std::io::Result<Vec<u8>> {
        // An answer in HTTP/1.0 ends with the connection and comes in one piece.
        let head = asked.head.replacen("HTTP/1.1", "HTTP/1.0", 1);
        let mut stream = connect(self.pebble.port, "localhost", &self.pebble.ca)?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&asked.body)?;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(error) if answer.is_empty() => Err(error),
            _ => Ok(answer),
        }
    }
}

fn read(stream: &mut impl Read) -> std::io::Result<Asked> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok(Asked { head, body })
}

/// What an order replaces, by the request that places it.
fn replaced(body: &[u8]) -> Option<String> {
    payload(body)["replaces"].as_str().map(str::to_owned)
}

/// What a signed request holds.
fn payload(body: &[u8]) -> Value {
    let signed: Value = serde_json::from_slice(body).unwrap_or_default();
    let held = signed["payload"].as_str().unwrap_or_default();
    let held = BASE64URL_NOPAD.decode(held.as_bytes()).unwrap_or_default();
    serde_json::from_slice(&held).unwrap_or_default()
}

/// The serial number in what names a certificate (RFC 9773, section 4.1).
fn serial(certificate: &str) -> String {
    let (_, serial) = certificate.split_once('.').unwrap();
    let serial = BASE64URL_NOPAD.decode(serial.as_bytes()).unwrap();
    let start = serial.iter().position(|byte| *byte != 0).unwrap_or(0);
    HEXLOWER.encode(&serial[start..])
}

fn refusal(status: u16, kind: &str, headers: &str) -> Vec<u8> {
    let problem = json!({
        "type": format!("urn:ietf:params:acme:error:{kind}"),
        "detail": format!("The words of the authority about {kind}"),
    });
    whole(
        &format!("{status} No"),
        &format!("Content-Type: application/problem+json\r\n{headers}"),
        &problem.to_string(),
    )
}

fn whole(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.0 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// An answer with its JSON changed.
fn with(answer: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    let Ok(mut json) = serde_json::from_str(body) else {
        return answer.to_vec();
    };
    change(&mut json);
    with_body(answer, &json.to_string())
}

/// An answer with another body.
fn with_body(answer: &[u8], body: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    lines.retain(|line| !line.to_ascii_lowercase().starts_with("content-length"));
    let length = body.len();
    format!(
        "{}\r\nContent-Length: {length}\r\n\r\n{body}",
        lines.join("\r\n")
    )
    .into_bytes()
}
