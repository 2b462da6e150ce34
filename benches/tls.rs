//! What the figures about HTTPS in README come from: handshakes a second, and throughput over HTTPS against plain HTTP.
//!
//! `cargo bench --bench tls -- [--clients N] [--seconds S] [--connections C]`. `KARTOTEKA_BIN` names another program, such as
//! the static one of `packaging/build`. Server and load share the processors, so beside what came about in a second stands
//! what it cost the server alone, in processor time.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned,
    SupportedProtocolVersion,
};

const NAME: &str = "crm.test";

struct Options {
    clients: u64,
    seconds: u64,
    connections: usize,
}

fn main() {
    let options = Options {
        clients: argument("--clients", 1_000),
        seconds: argument("--seconds", 5),
        connections: argument("--connections", 8) as usize,
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    demo(&data, options.clients);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![NAME.to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).expect("a root");
    let files = [
        ("site.pem", certificate.pem()),
        ("site.key", key.serialize_pem()),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }

    let mut starts: Vec<Duration> = (0..5)
        .map(|_| Server::start(folder.path(), &data, false).startup)
        .collect();
    starts.sort_unstable();
    println!("cold start to ready: {} ms", starts[2].as_millis());

    let secure = Server::start(folder.path(), &data, true);
    println!("resident: {} MB", secure.resident_mb());
    println!(
        "\n{:<44}{:>10}{:>14}",
        "handshakes, one request each", "per s", "CPU ms each"
    );
    for (version, name) in [
        (&rustls::version::TLS13, "TLS 1.3"),
        (&rustls::version::TLS12, "TLS 1.2"),
    ] {
        for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
            handshakes(&options, &secure, &roots, version, name, kind);
        }
    }
    println!("resident after them: {} MB", secure.resident_mb());

    println!(
        "\n{:<44}{:>10}{:>14}{:>10}",
        "requests on open connections", "per s", "CPU ms each", "MB/s"
    );
    let config = client(&roots, &rustls::version::TLS13, false);
    let script = script(&secure, &config);
    let paths = [
        ("/healthz", "two letters"),
        ("/login", "a page"),
        (&script, "a script"),
    ];
    for (path, what) in paths {
        requests(&options, &secure, &format!("{what}, HTTPS"), || {
            asking(path, connect(secure.port, &config))
        });
    }
    println!("resident after them: {} MB", secure.resident_mb());
    drop(secure);
    let plain = Server::start(folder.path(), &data, false);
    for (path, what) in paths {
        requests(&options, &plain, &format!("{what}, plain HTTP"), || {
            asking(path, tcp(plain.port))
        });
    }
}

/// Asks for a path on an open connection, each time it is called.
fn asking(path: &str, mut stream: impl Read + Write) -> impl FnMut() -> usize {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
    move || {
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");
        answer(&mut stream)
    }
}

fn argument(name: &str, default: u64) -> u64 {
    let mut arguments = std::env::args()
        .skip_while(|argument| argument != name)
        .skip(1);
    arguments
        .next()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

fn program() -> PathBuf {
    std::env::var_os("KARTOTEKA_BIN")
        .map_or_else(|| env!("CARGO_BIN_EXE_kartoteka").into(), PathBuf::from)
}

fn demo(data: &Path, clients: u64) {
    let mut child = Command::new(program())
        .arg("--data")
        .arg(data)
        .args(["demo", "--no-serve", "--password-stdin", "--clients"])
        .arg(clients.to_string())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "Zielony-Traktor-4821-pod-lasem").expect("a password");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

struct Server {
    child: Child,
    port: u16,
    startup: Duration,
}

impl Server {
    fn start(folder: &Path, data: &Path, secure: bool) -> Self {
        let tls = if secure {
            "[tls]\nmode = 'files'\ncert_file = 'site.pem'\nkey_file = 'site.key'\n"
        } else {
            ""
        };
        let config = folder.join("bench.toml");
        let limits = "[limits]\nrequests_per_minute = 0\n";
        std::fs::write(
            &config,
            format!("public_url = 'https://{NAME}'\n{limits}{tls}"),
        )
        .expect("a configuration");
        let began = Instant::now();
        let mut child = Command::new(program())
            .arg("--data")
            .arg(data)
            .arg("--config")
            .arg(&config)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let port = line.trim().rsplit(':').next();
        Self {
            child,
            port: port.and_then(|port| port.parse().ok()).expect("ready URL"),
            startup: began.elapsed(),
        }
    }

    fn resident_mb(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) / 1024
    }

    /// Processor time so far, in milliseconds; the system counts in hundredths of a second.
    fn cpu_ms(&self) -> f64 {
        let stat = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(stat).unwrap_or_default();
        // Fields 14 and 15 (proc(5)); the second may hold spaces and ends with a bracket.
        let after = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<f64> = after
            .split_whitespace()
            .filter_map(|field| field.parse().ok())
            .collect();
        // The state, which is a letter, is left out.
        (fields[10] + fields[11]) * 10.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client(
    roots: &RootCertStore,
    version: &'static SupportedProtocolVersion,
    resumes: bool,
) -> Arc<ClientConfig> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots.clone())
        .with_no_client_auth();
    if !resumes {
        config.resumption = Resumption::disabled();
    }
    Arc::new(config)
}

fn tcp(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    stream
}

fn connect(port: u16, config: &Arc<ClientConfig>) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from(NAME).expect("a name");
    let connection = ClientConnection::new(Arc::clone(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, tcp(port));
    while stream.conn.is_handshaking() {
        stream
            .conn
            .complete_io(&mut stream.sock)
            .expect("a handshake");
    }
    stream
}

fn handshakes(
    options: &Options,
    server: &Server,
    roots: &RootCertStore,
    version: &'static SupportedProtocolVersion,
    name: &str,
    kind: HandshakeKind,
) {
    let resumes = kind == HandshakeKind::Resumed;
    let begin = || {
        let config = client(roots, version, resumes);
        let (port, mut first) = (server.port, true);
        move || {
            let mut stream = connect(port, &config);
            let met = stream.conn.handshake_kind();
            assert!(first && resumes || met == Some(kind), "{met:?}");
            first = false;
            // Tickets come with what is read.
            let request =
                format!("GET /healthz HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n");
            stream
                .write_all(request.as_bytes())
                .expect("the server reads");
            answer(&mut stream)
        }
    };
    let word = if resumes { "resumed" } else { "full" };
    requests(options, server, &format!("{name}, {word}"), begin);
}

/// Does it over and over on several threads at once, and prints what came about and what it cost.
fn requests<A>(options: &Options, server: &Server, name: &str, begin: impl Fn() -> A + Sync)
where
    A: FnMut() -> usize,
{
    let before = server.cpu_ms();
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let done: Vec<(u64, usize)> = std::thread::scope(|scope| {
        let work = || {
            let (mut act, mut times, mut bytes) = (begin(), 0, 0);
            while Instant::now() < until {
                bytes += act();
                times += 1;
            }
            (times, bytes)
        };
        let workers: Vec<_> = (0..options.connections)
            .map(|_| scope.spawn(work))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    let times: u64 = done.iter().map(|(times, _)| times).sum();
    let bytes: usize = done.iter().map(|(_, bytes)| bytes).sum();
    let cost = (server.cpu_ms() - before) / times.max(1) as f64;
    let seconds = options.seconds as f64;
    println!(
        "{name:<44}{:>10.0}{cost:>14.3}{:>10.1}",
        times as f64 / seconds,
        bytes as f64 / seconds / 1e6
    );
}

/// Reads one answer and tells its length.
fn answer(stream: &mut impl Read) -> usize {
    let mut head = Vec::new();
    let mut buffer = [0; 16 << 10];
    let (end, length) = loop {
        let read = stream.read(&mut buffer).expect("the server answers");
        assert!(read > 0, "the server closed");
        head.extend_from_slice(&buffer[..read]);
        let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&head[..end]).to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 200"), "{text}");
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        break (end + 4, length.unwrap_or(0_usize));
    };
    let mut left = (end + length).saturating_sub(head.len());
    while left > 0 {
        let most = left.min(buffer.len());
        let read = stream
            .read(&mut buffer[..most])
            .expect("the server answers");
        assert!(read > 0, "the server closed");
        left -= read;
    }
    end + length
}

/// The address of the site's script, as the sign-in page names it.
fn script(server: &Server, config: &Arc<ClientConfig>) -> String {
    let mut stream = connect(server.port, config);
    let request = format!("GET /login HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut page = Vec::new();
    // Some servers close without a farewell.
    let _ = stream.read_to_end(&mut page);
    let page = String::from_utf8_lossy(&page).into_owned();
    let from = page
        .find("<script")
        .and_then(|at| page[at..].find("src=\"").map(|src| at + src + 5));
    let from = from.expect("the page has a script");
    page[from..]
        .split('"')
        .next()
        .unwrap_or_default()
        .to_owned()
}
