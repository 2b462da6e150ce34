//! Letters of the whole program, handed to a mail server of the test's own: what the links do, and that nothing but the
//! letters holds them.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kartoteka::auth::Passwords;
use kartoteka::data::{BuiltIn, Channel, Founding};

use super::browser_without_script::{Browser, PASSWORD};
use super::firm;
use super::program::{program, run};

const NEW: &str = "Srebrny-Czajnik-7730-nad-rzeka";
const PUBLIC: &str = "https://crm.firma.test";

/// A mail server that keeps what it is given.
struct Sink {
    port: u16,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::<Mutex<Vec<String>>>::default();
        let kept = letters.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that breaks off has sent no letter.
                let _ = talk(stream, &kept);
            }
        });
        Self { port, letters }
    }

    /// The secret part of the newest link to a place, waited for.
    fn token(&self, place: &str, after: usize) -> String {
        let start = format!("{PUBLIC}{place}");
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            let letters = self.letters.lock().unwrap().clone();
            let found = letters.iter().skip(after).rev().find_map(|letter| {
                let (_, rest) = letter.split_once(&start)?;
                rest.get(..64).map(str::to_owned)
            });
            if let Some(token) = found {
                return token;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no letter with {place}");
    }

    fn count(&self) -> usize {
        self.letters.lock().unwrap().len()
    }
}

fn talk(mut stream: TcpStream, letters: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 sink\r\n")?;
    while let Some(Ok(line)) = lines.next() {
        let answer: &[u8] = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let letter: Vec<String> = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".")
                    .collect();
                // Lines that were only folded for the way.
                let letter = letter.join("\n").replace("=\n", "").replace("=3D", "=");
                letters.lock().unwrap().push(letter);
                b"250 kept\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer)?;
    }
    Ok(())
}

fn make_firm(data: &Path, sink: &Sink) {
    std::fs::create_dir(data).unwrap();
    let config = format!(
        "public_url = \"{PUBLIC}\"\nlanguage = \"en\"\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
         from = \"CRM <crm@firma.test>\"\n",
        sink.port
    );
    std::fs::write(data.join("kartoteka.toml"), config).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let vault = firm::open(data).unwrap();
        let founding = Founding {
            firm: "Firma".to_owned(),
            demo: false,
            email: firm::OWNER.to_owned(),
            name: "Olga".to_owned(),
            password_hash: Passwords::new().hash(PASSWORD).await,
            language: Some("en".to_owned()),
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
    });
}

/// Sends the form of a page that a link leads to.
fn press(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> u16 {
    let csrf = browser.get(path).csrf();
    let fields: Vec<_> = [("csrf", csrf.as_str())]
        .into_iter()
        .chain(fields.iter().copied())
        .collect();
    browser.post(path, &fields).status
}

#[test]
fn links_work_and_stand_in_no_file_log_or_entry() {
    let (root, sink) = (tempfile::tempdir().unwrap(), Sink::new());
    let (data, log) = (root.path().join("data"), root.path().join("log"));
    make_firm(&data, &sink);
    let mut command = program(&data, &["serve", "--listen", "127.0.0.1:0"]);
    command
        .env("KARTOTEKA_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let address = ready.trim().strip_prefix("ready http://").unwrap();

    let owner = Browser::signed_in(address, "en", firm::OWNER);
    assert_eq!(press(&owner, "/profile/email/confirm", &[]), 303);
    let confirm = sink.token("/profile/email/confirm/", 0);
    let link = format!("/profile/email/confirm/{confirm}");
    assert_eq!(press(&owner, &link, &[]), 303);

    let guest = Browser::new(address, "en");
    assert_eq!(
        press(&guest, "/login/forgot", &[("email", firm::OWNER)]),
        303
    );
    let recovery = sink.token("/login/reset/", 0);
    let link = format!("/login/reset/{recovery}");
    let passwords = [("password", NEW), ("password_again", NEW)];
    assert_eq!(press(&guest, &link, &passwords), 303);
    assert_eq!(guest.get(&link).status, 410);
    assert_eq!(owner.get("/").status, 303, "every session has ended");

    let signed_in = Browser::new(address, "en");
    let fields = [("email", firm::OWNER), ("password", NEW)];
    assert_eq!(press(&signed_in, "/login", &fields), 303);
    let role = BuiltIn::Salesperson.id().to_string();
    let before = sink.count();
    let person = [
        ("name", "Nowy Człowiek"),
        ("email", "nowy@firma.test"),
        ("role", &role),
        ("team", ""),
        ("password", ""),
    ];
    assert_eq!(press(&signed_in, "/settings/users/new", &person), 303);
    let invitation = sink.token("/invite/", before);
    let guest = Browser::new(address, "en");
    assert_eq!(
        press(&guest, &format!("/invite/{invitation}"), &passwords),
        303
    );

    let audit = run(&data, &["audit", "list", "--json"]);
    let audit = String::from_utf8(audit.stdout).unwrap();
    for kind in ["link_sent", "email_confirmed", "password_changed"] {
        assert!(audit.contains(kind), "{kind}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(
        log.contains("/login/reset/"),
        "the log is detailed enough to tell"
    );
    for token in [&confirm, &recovery, &invitation] {
        // The first part of a token is the person's id, which is no secret.
        let secret = &token[24..];
        assert!(!log.contains(secret) && !audit.contains(secret));
        for entry in std::fs::read_dir(&data).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap_or_default();
            let held = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!held, "{} holds a link", path.display());
        }
    }
}

#[test]
fn a_letter_put_down_without_a_server_is_sent_when_one_runs() {
    let (root, sink) = (tempfile::tempdir().unwrap(), Sink::new());
    let data = root.path().join("data");
    make_firm(&data, &sink);
    // Put down by a command while no server runs; sent once one does.
    let mut command = program(
        &data,
        &["user", "set-password", firm::OWNER, "--password-stdin"],
    );
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{NEW}").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(sink.count(), 0);
    let _served = super::program::Served::on(&data);
    let end = Instant::now() + Duration::from_secs(20);
    while sink.count() == 0 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(sink.count(), 1);
}
