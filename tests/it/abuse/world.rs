//! A firm with a mail server of the test's own, and people with second steps.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE32_NOPAD;
use kartoteka::auth::Passwords;
use kartoteka::data::{BuiltIn, Channel, Founding};
use serde_json::json;
use totp_rs::{Builder, Totp};

use super::client::{Answer, Client};
use crate::browser_without_script::PASSWORD;
use crate::firm;
use crate::mail::{Sink, write_config};
use crate::program::{program, run, stderr};

/// People made beforehand.
const PEOPLE: usize = 70;

/// A role whose people must take a second step.
pub(super) const STRICT: &str = "Strict";

/// An account of a test.
pub(super) struct Person {
    pub(super) email: String,
}

pub(super) struct World {
    root: tempfile::TempDir,
    child: RefCell<Child>,
    pub(super) address: String,
    pub(super) sink: Sink,
    gateway: Gateway,
    next: Cell<usize>,
    /// Codes and secrets that must stand nowhere.
    secrets: RefCell<Vec<String>>,
}

impl Drop for World {
    fn drop(&mut self) {
        let mut child = self.child.borrow_mut();
        // Ended already where the test is over.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl World {
    pub(super) fn new() -> Self {
        let (root, sink) = (tempfile::tempdir().unwrap(), Sink::new());
        let data = root.path().join("data");
        write_config(&data, &sink);
        let gateway = Gateway::new();
        gateway.add_to(&data);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let vault = firm::open(&data).unwrap();
            let hash = Passwords::new().hash(PASSWORD).await;
            let founding = Founding {
                firm: "Firma".to_owned(),
                demo: false,
                email: firm::OWNER.to_owned(),
                name: "Olga".to_owned(),
                password_hash: hash.clone(),
                language: Some("en".to_owned()),
                channel: Channel::Command,
            };
            vault.found(founding).await.unwrap();
            let owner = firm::access(&vault, firm::OWNER);
            let strict = json!({"name": STRICT, "two_step": "required", "modules": {"clients": {"view": "own"}}});
            owner.create_role(firm::object(strict)).await.unwrap();
            for number in 0..PEOPLE {
                let json = json!({"email": format!("osoba{number}@firma.test"), "name": "Janina Próbna",
                    "role": BuiltIn::Salesperson.id()});
                let made = owner.create_user(firm::object(json), Some(hash.clone()));
                made.await.unwrap();
            }
        });
        let mut command = program(&data, &["serve", "--listen", "127.0.0.1:0"]);
        command
            .env("KARTOTEKA_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(root.path().join("log")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut ready = String::new();
        let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut stdout, &mut ready).unwrap();
        let address = ready.trim().strip_prefix("ready http://").unwrap();
        Self {
            address: address.to_owned(),
            root,
            child: RefCell::new(child),
            sink,
            gateway,
            next: Cell::new(0),
            secrets: RefCell::default(),
        }
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// Runs a command beside the server.
    pub(super) fn command(&self, arguments: &[&str]) -> String {
        let done = run(&self.data(), arguments);
        assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    pub(super) fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// A number that is nobody else's.
    pub(super) fn new_phone(&self) -> String {
        let number = self.next.get();
        format!("+4860111{number:04}")
    }

    /// Codes that went to a number, in their order.
    pub(super) fn texts(&self, phone: &str) -> Vec<String> {
        let codes = self.gateway.codes().into_iter();
        codes
            .filter(|(to, _)| to == phone)
            .map(|(_, code)| code)
            .collect()
    }

    /// The code after so many, waited for.
    pub(super) fn texted(&self, phone: &str, after: usize) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(code) = self.texts(phone).into_iter().nth(after) {
                return code;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        panic!("no message to {phone}");
    }

    /// Somebody with a password and nothing else.
    pub(super) fn person(&self) -> Person {
        let number = self.next.replace(self.next.get() + 1);
        assert!(number < PEOPLE, "more people are needed");
        Person {
            email: format!("osoba{number}@firma.test"),
        }
    }

    /// A browser after the password.
    pub(super) fn after_password(&self, person: &Person) -> Client {
        let mut client = self.client();
        let answer = self.give_password(&mut client, &person.email, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.text);
        client
    }

    pub(super) fn give_password(&self, client: &mut Client, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("password", password)];
        client.post("/login", "/login", &fields)
    }

    /// Letters to a person that hold a text, so far.
    pub(super) fn letters(&self, email: &str, holding: &str) -> Vec<String> {
        let all = self.sink.all();
        let theirs = |letter: &String| letter.contains(email) && letter.contains(holding);
        all.into_iter().filter(theirs).collect()
    }

    /// The letter after so many, waited for.
    pub(super) fn letter(&self, email: &str, holding: &str, after: usize) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(letter) = self.letters(email, holding).into_iter().nth(after) {
                return letter;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        panic!("no letter to {email} with {holding}");
    }

    /// Somebody whose address is confirmed; the browser they did it in.
    pub(super) fn confirmed(&self) -> (Person, Client) {
        const PLACE: &str = "/profile/email/confirm";
        let person = self.person();
        let mut client = self.after_password(&person);
        assert_eq!(client.post(PLACE, PLACE, &[]).status, 303);
        let letter = self.letter(&person.email, PLACE, 0);
        let (_, rest) = letter.split_once(&format!("{PLACE}/")).unwrap();
        let link = format!("{PLACE}/{}", &rest[..64]);
        assert_eq!(client.post(&link, &link, &[]).status, 303);
        (person, client)
    }

    /// Somebody who signs in with a code by mail.
    pub(super) fn with_mail(&self) -> (Person, Client) {
        let (person, mut client) = self.confirmed();
        let fields = [("two_step", "true")];
        let answer = client.post("/profile/two-step", "/profile/two-step", &fields);
        assert_eq!(answer.status, 303, "{}", answer.text);
        (person, client)
    }

    /// Somebody who signs in with an app, whose address is confirmed as well.
    pub(super) fn with_app(&self) -> (Person, Client, Totp) {
        let (person, mut client) = self.confirmed();
        let totp = self.enrol(&mut client);
        (person, client, totp)
    }

    /// Adds an app by the code of the step before, so that the one of now can still be used.
    pub(super) fn enrol(&self, client: &mut Client) -> Totp {
        const PLACE: &str = "/profile/two-step/app";
        let page = client.get(PLACE);
        let secret = page.words("code")[0].clone();
        self.secrets.borrow_mut().push(secret.clone());
        let totp = Builder::new()
            .with_secret(BASE32_NOPAD.decode(secret.as_bytes()).unwrap())
            .build()
            .unwrap();
        let code = code_at(&totp, -1);
        let answer = client.send(PLACE, &page.csrf(), &[("code", &code)]);
        assert_eq!(answer.status, 303, "{}", answer.text);
        totp
    }

    pub(super) fn recovery_codes(&self, client: &mut Client) -> Vec<String> {
        const PLACE: &str = "/profile/two-step/recovery-codes";
        let codes = client.post(PLACE, PLACE, &[]).words("code");
        assert_eq!(codes.len(), 10);
        self.secrets.borrow_mut().extend(codes.iter().cloned());
        codes
    }

    /// A browser half-way, and the code that was mailed.
    pub(super) fn half_way(&self, person: &Person) -> (Client, String) {
        let before = self.letters(&person.email, CODE).len();
        let client = self.after_password(person);
        (client, self.mailed(person, before))
    }

    pub(super) fn mailed(&self, person: &Person, after: usize) -> String {
        let letter = self.letter(&person.email, CODE, after);
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        letter
            .lines()
            .map(str::trim)
            .find(is_code)
            .unwrap()
            .to_owned()
    }

    pub(super) fn take(&self, client: &mut Client, method: &str, code: &str) -> Answer {
        let page = client.get("/login/code");
        if page.status != 200 {
            return page;
        }
        let fields = [("method", method), ("code", code)];
        client.send("/login/code", &page.csrf(), &fields)
    }

    /// Neither a code nor a secret stands in the log or the audit.
    pub(super) fn look_for_secrets(&self) {
        let audit = self.command(&["audit", "list", "--json"]);
        assert!(audit.contains("second_step_changed") && audit.contains("sign_in_failed"));
        let log = std::fs::read_to_string(self.root.path().join("log")).unwrap();
        let secrets = self.secrets.borrow();
        let texted = self.gateway.codes();
        assert!(!secrets.is_empty() || !texted.is_empty());
        for (phone, _) in &texted {
            assert!(
                !audit.contains(&phone[3..]) && !log.contains(&phone[3..]),
                "{phone}"
            );
        }
        for secret in secrets.iter() {
            assert!(!audit.contains(secret) && !log.contains(secret));
            for entry in std::fs::read_dir(self.data()).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
                let mut parts = bytes.windows(secret.len());
                assert!(!parts.any(|part| part == secret.as_bytes()));
            }
        }
    }
}

/// A gateway for text messages, which takes them all.
struct Gateway {
    address: std::net::SocketAddr,
    taken: std::sync::Arc<std::sync::Mutex<Vec<(String, String)>>>,
}

impl Gateway {
    fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let taken = std::sync::Arc::<std::sync::Mutex<Vec<_>>>::default();
        let keep = taken.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(message) = take_message(stream.unwrap()) {
                    keep.lock().unwrap().push(message);
                }
            }
        });
        Self { address, taken }
    }

    fn add_to(&self, data: &std::path::Path) {
        let path = data.join("kartoteka.toml");
        let before = std::fs::read_to_string(&path).unwrap();
        let sms = format!("{before}\n[sms]\nurl = \"http://{}/sms\"\n", self.address);
        std::fs::write(path, sms).unwrap();
    }

    fn codes(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().clone()
    }
}

/// One request: the number, and the code in its text.
fn take_message(mut stream: std::net::TcpStream) -> Option<(String, String)> {
    use std::io::{Read, Write};
    let mut got = Vec::new();
    let mut part = [0; 4096];
    let body = loop {
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        got.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&got).into_owned();
        if let Some((_, body)) = text.split_once("\r\n\r\n")
            && let Ok(json) = serde_json::from_str::<serde_json::Value>(body)
        {
            break json;
        }
    };
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(answer.as_bytes());
    let code = body["text"].as_str()?.get(..6)?.to_owned();
    Some((body["to"].as_str()?.to_owned(), code))
}

/// The subject of letters with a code.
pub(super) const CODE: &str = "Sign-in code";

/// The code so many steps from now.
pub(super) fn code_at(totp: &Totp, steps: i64) -> String {
    let now = u64::try_from(kartoteka::clock::now().as_second()).unwrap();
    let at = now.saturating_add_signed(steps * 30);
    totp.generate(at).to_string()
}

/// Another code of six digits.
pub(super) fn wrong(code: &str) -> String {
    format!(
        "{:06}",
        (code.parse::<u32>().unwrap() + 123_457) % 1_000_000
    )
}
