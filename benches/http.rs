//! What the figures in README come from: a server of the release build under load from this process.
//!
//! `cargo bench --bench http -- [--clients N] [--seconds S] [--connections C]` makes a demo firm in a temporary folder
//! with the release binary, serves it, and asks for the list, a card, a search and a new record as people of different
//! scope: alone, where what is measured is the server's own time, and on many connections at once, which share the
//! processors with this process. The yardstick is the same list page rendered by maud from memory, served by the same
//! stack.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_kartoteka");
const PASSWORD: &str = "Zielony-Traktor-4821-pod-lasem";

/// Records of the bulk change.
const BULK: u64 = 10_000;

struct Options {
    clients: u64,
    seconds: u64,
    connections: usize,
}

fn main() {
    let options = Options {
        clients: argument("--clients", 100_000),
        seconds: argument("--seconds", 5),
        connections: argument("--connections", 32) as usize,
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let made = make(&data, options.clients);
    let size = size_of(&data) / 1_000_000;
    println!(
        "{} clients made in {:.1} s, {size} MB on disk",
        options.clients,
        made.as_secs_f64()
    );

    let server = Server::start(&data, folder.path());
    println!(
        "ready in {} ms, {} MB resident",
        server.startup.as_millis(),
        server.resident_mb()
    );
    let page = server.page_of("owner");
    println!("list page: {} bytes", page.len());
    let owner = server.sign_in("owner");
    server.own_field(&owner);
    let took = server.bulk_change(&owner, folder.path());
    println!("bulk change of {BULK} records: {:.1} s", took.as_secs_f64());
    println!(
        "\n{:<44}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "request", "alone p50", "alone p99", "per s", "p50 ms", "p99 ms"
    );

    let yardstick = Yardstick::start(page);
    run(
        &options,
        "list page from memory (yardstick)",
        yardstick.port,
        &get("/", ""),
    );
    for (who, scope) in [("owner", "all"), ("manager", "team"), ("sales1", "own")] {
        let cookie = server.sign_in(who);
        let token = server.token(who);
        let id = server.first_client(&token);
        let pages = server.total(&token) / 50;
        let body = r#"{"name":"Nowy Klient z Pomiaru","emails":["pomiar@firma.test"],"phones":["601 102 203"],"tags":["pomiar"]}"#;
        let asked = [
            ("list", get("/clients", &cookie)),
            ("list by city", get("/clients?sort=address.city", &cookie)),
            ("list by newest", get("/clients?sort=-created_at", &cookie)),
            ("list by status", get("/clients?sort=status", &cookie)),
            (
                "list, page in the middle",
                get(&format!("/clients?page={}", pages / 2 + 1), &cookie),
            ),
            (
                "list, last page",
                get(&format!("/clients?page={pages}"), &cookie),
            ),
            (
                "list, two filters",
                get("/clients?status=active&tag=hurt", &cookie),
            ),
            (
                "list, two filters and own field",
                get(
                    "/clients?status=active&tag=hurt&custom.punkty_from=5",
                    &cookie,
                ),
            ),
            ("card", get(&format!("/clients/{id}"), &cookie)),
            ("search common word", api(&token, "/clients?q=sp&limit=10")),
            (
                "search rare word",
                api(&token, "/clients?q=wielofunkcyjny&limit=10"),
            ),
            (
                "search two words",
                api(&token, "/clients?q=stolar+sp&limit=10"),
            ),
            (
                "search part of a phone",
                api(&token, "/clients?q=60112&limit=10"),
            ),
            ("create", create(&token, body)),
        ];
        for (name, request) in asked {
            run(
                &options,
                &format!("{name}, scope {scope}"),
                server.port,
                &request,
            );
        }
    }
    println!("\n{} MB resident after the load", server.resident_mb());
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

fn get(path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: pl\r\nCookie: {cookie}\r\n\r\n")
}

fn api(token: &str, path: &str) -> String {
    format!("GET /api/v1{path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n")
}

fn create(token: &str, body: &str) -> String {
    format!(
        "POST /api/v1/clients HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends one request over and over, on one connection and on several, and prints rate and latencies.
fn run(options: &Options, name: &str, port: u16, request: &str) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let alone = load(1, options.seconds, port, request);
    let times = load(options.connections, options.seconds, port, request);
    let rate = times.len() as f64 / options.seconds as f64;
    println!(
        "{name:<44}{:>10.2}{:>10.2}{rate:>10.0}{:>10.2}{:>10.2}",
        ms(at(&alone, 0.5)),
        ms(at(&alone, 0.99)),
        ms(at(&times, 0.5)),
        ms(at(&times, 0.99)),
    );
}

fn at(times: &[Duration], share: f64) -> Duration {
    times[((times.len() - 1) as f64 * share) as usize]
}

/// How long each answer took, shortest first.
fn load(connections: usize, seconds: u64, port: u16, request: &str) -> Vec<Duration> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let request = request.to_owned();
            std::thread::spawn(move || {
                let mut connection = Connection::open(port);
                let mut times = Vec::new();
                while Instant::now() < until {
                    let began = Instant::now();
                    let answer = connection.ask(&request);
                    assert!(
                        matches!(answer.status, 200 | 201),
                        "status {} for {request}",
                        answer.status
                    );
                    times.push(began.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times: Vec<Duration> = workers
        .into_iter()
        .flat_map(|worker| worker.join().expect("a worker"))
        .collect();
    times.sort_unstable();
    times
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

/// A kept-alive HTTP/1.1 connection, just enough for a load.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            reader: BufReader::with_capacity(256 << 10, stream),
        }
    }

    fn ask(&mut self, request: &str) -> Answer {
        self.reader
            .get_mut()
            .write_all(request.as_bytes())
            .expect("the server reads");
        let mut head = String::new();
        loop {
            let start = head.len();
            self.reader
                .read_line(&mut head)
                .expect("the server answers");
            if head[start..].trim().is_empty() {
                break;
            }
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let value = |name: &str| {
            head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix(name)
                    .map(|rest| rest.trim().to_owned())
            })
        };
        let body = match value("content-length:") {
            Some(length) => {
                let mut body = vec![0; length.parse().expect("a length")];
                self.reader.read_exact(&mut body).expect("a body");
                body
            }
            None if value("transfer-encoding:").is_some() => self.chunks(),
            None => Vec::new(),
        };
        Answer { status, head, body }
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).expect("a chunk");
            let length = usize::from_str_radix(line.trim(), 16).expect("a chunk's length");
            let start = body.len();
            body.resize(start + length, 0);
            self.reader
                .read_exact(&mut body[start..])
                .expect("a chunk's bytes");
            self.reader
                .read_line(&mut line)
                .expect("the end of a chunk");
            if length == 0 {
                return body;
            }
        }
    }
}

fn make(data: &Path, clients: u64) -> Duration {
    let began = Instant::now();
    let mut child = Command::new(BINARY)
        .args([
            "--data",
            &data.to_string_lossy(),
            "demo",
            "--no-serve",
            "--password-stdin",
            "--clients",
            &clients.to_string(),
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(format!("{PASSWORD}\n").as_bytes())
        .expect("a password");
    assert!(child.wait().expect("it ends").success());
    began.elapsed()
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the data folder");
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum()
}

struct Server {
    child: Child,
    data: std::path::PathBuf,
    port: u16,
    startup: Duration,
}

impl Server {
    fn start(data: &Path, folder: &Path) -> Self {
        let config = folder.join("bench.toml");
        std::fs::write(&config, "[limits]\nrequests_per_minute = 0\n").expect("a configuration");
        let began = Instant::now();
        let mut child = Command::new(BINARY)
            .args([
                "--data",
                &data.to_string_lossy(),
                "--config",
                &config.to_string_lossy(),
                "serve",
                "--listen",
                "127.0.0.1:0",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a line");
        let port = line
            .trim()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("ready http://…:PORT");
        Self {
            child,
            data: data.to_owned(),
            port,
            startup: began.elapsed(),
        }
    }

    fn resident_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    }

    fn token(&self, who: &str) -> String {
        let made = Command::new(BINARY)
            .args([
                "--data",
                &self.data.to_string_lossy(),
                "token",
                "add",
                "--user",
                &format!("{who}@demo.test"),
                "--name",
                "bench",
            ])
            .output()
            .expect("the binary runs");
        String::from_utf8_lossy(&made.stdout).trim().to_owned()
    }

    fn sign_in(&self, who: &str) -> String {
        let mut connection = Connection::open(self.port);
        let page = connection.ask(&get("/login", ""));
        let form = cookie(&page.head, "form=");
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let csrf = html
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a token");
        let body = format!("csrf={csrf}&email={who}%40demo.test&password={PASSWORD}");
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: bench\r\nCookie: {form}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = connection.ask(&request);
        assert_eq!(answer.status, 303, "{who} signs in");
        cookie(&answer.head, "session=")
    }

    fn first_client(&self, token: &str) -> String {
        let answer = Connection::open(self.port).ask(&api(token, "/clients?limit=1"));
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        text.split("\"id\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a client")
            .to_owned()
    }

    /// The value after `"total":` of what a person sees.
    fn total(&self, token: &str) -> u64 {
        self.counted(token, "")
    }

    fn counted(&self, token: &str, filter: &str) -> u64 {
        let path = format!("/clients?limit=1{filter}");
        let answer = Connection::open(self.port).ask(&api(token, &path));
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        text.rsplit("\"total\":")
            .next()
            .and_then(|rest| rest.trim_end_matches('}').trim().parse().ok())
            .unwrap_or(0)
    }

    /// Sends a form of the signed-in person.
    fn post(&self, cookie: &str, path: &str, fields: &str) -> Answer {
        let mut connection = Connection::open(self.port);
        let page = connection.ask(&get("/clients", cookie));
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let csrf = html
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a token");
        let body = format!("csrf={csrf}&{fields}");
        connection.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    /// A number of the firm's own, which half of what the bulk change makes has.
    fn own_field(&self, cookie: &str) {
        let made = self.post(
            cookie,
            "/settings/fields",
            "module=clients&label_pl=Punkty&label_en=Points&type=number&listed=true",
        );
        assert_eq!(made.status, 303, "a field is made");
    }

    /// Brings in [`BULK`] records and changes a field of them all, as from the list.
    fn bulk_change(&self, cookie: &str, folder: &Path) -> Duration {
        let token = self.token("owner");
        let file = folder.join("bulk.csv");
        let mut sheet = String::from("Nazwa;Status;Tagi\n");
        for number in 0..BULK {
            use std::fmt::Write as _;
            let _ = writeln!(sheet, "Zbiorczy Klient {number};Aktywny;hurt, zbiorczo");
        }
        std::fs::write(&file, sheet).expect("a sheet");
        let data = self.data.to_string_lossy().into_owned();
        let file = file.to_string_lossy().into_owned();
        let imported = Command::new(BINARY)
            .args(["--data", &data, "import", "clients", &file])
            .args(["--as", "owner@demo.test", "--strategy", "create"])
            .output()
            .expect("the binary runs");
        assert!(imported.status.success(), "{imported:?}");
        assert_eq!(self.counted(&token, "&tag=zbiorczo"), BULK);
        let began = Instant::now();
        let started = self.post(
            cookie,
            "/clients/bulk",
            "all=1&filter=tag%3Dzbiorczo&action=change&custom.punkty=7",
        );
        assert_eq!(started.status, 303, "{}", started.head);
        while self.counted(&token, "&tag=zbiorczo&custom.punkty=7") < BULK {
            assert!(began.elapsed() < Duration::from_mins(5), "it ends");
            std::thread::sleep(Duration::from_millis(20));
        }
        began.elapsed()
    }

    fn page_of(&self, who: &str) -> Vec<u8> {
        let cookie = self.sign_in(who);
        Connection::open(self.port)
            .ask(&get("/clients", &cookie))
            .body
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cookie(head: &str, name: &str) -> String {
    let line = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("set-cookie:") && line.contains(name));
    let line = line.unwrap_or_else(|| panic!("no cookie {name} in {head}"));
    line.split_once(": ")
        .map_or("", |(_, rest)| rest)
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The list page once more, rendered by maud from memory for every request and served by axum alone.
struct Yardstick {
    port: u16,
}

impl Yardstick {
    fn start(page: Vec<u8>) -> Self {
        let page = String::from_utf8(page).expect("a page in UTF-8");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("a socket");
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let rows: std::sync::Arc<Vec<String>> = std::sync::Arc::new(pieces(&page));
                let app = axum::Router::new().route(
                    "/",
                    axum::routing::get(move || {
                        let rows = rows.clone();
                        async move { rendered(&rows) }
                    }),
                );
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, app).await.expect("it serves");
            });
        });
        Self { port }
    }
}

/// The page cut into texts and tags, so that maud has the same escaping to do.
fn pieces(page: &str) -> Vec<String> {
    page.split('<').map(str::to_owned).collect()
}

fn rendered(pieces: &[String]) -> maud::Markup {
    maud::html! {
        @for piece in pieces {
            @match piece.split_once('>') {
                Some((tag, text)) => { (maud::PreEscaped("<")) (maud::PreEscaped(tag)) (maud::PreEscaped(">")) (text) },
                None => { (piece) },
            }
        }
    }
}
