//! Certificates over the years: wishes of the authority about renewal, revocation, another key of the account, short lives,
//! and an authority in all its moods.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use instant_acme::{Account, AccountCredentials, CertificateIdentifier, RevocationRequest};
use rustls::pki_types::CertificateDer;

use super::appliance::{demo, stdout};
use super::authority::Moody;
use super::pebble::{Pebble, free_port, get, served, wait_for};
use super::program::run;
use super::secure_visitor::SecureVisitor;
use super::tls_acme::{Site, journal, site};

const NAME: &str = "crm.test";

/// A server and the authority it asks; its certificates count for so many seconds.
struct Firm {
    root: tempfile::TempDir,
    authority: Moody,
    https: u16,
    http: u16,
}

impl Firm {
    fn new(seconds: u32) -> Self {
        let root = tempfile::tempdir().unwrap();
        let (https, http) = (free_port(), free_port());
        let pebble = Pebble::lasting(root.path(), http, https, &[], seconds);
        let authority = Moody::before(pebble, root.path());
        Self {
            root,
            authority,
            https,
            http,
        }
    }

    fn start(&self) -> Site {
        let acme = self.authority.config();
        site(self.root.path(), self.https, self.http, "'crm.test'", &acme)
    }

    fn trusted(&self) -> String {
        self.authority.pebble().root()
    }

    /// The certificate that is served, once it is one of the authority.
    fn certificate(&self) -> Vec<u8> {
        let root = self.trusted();
        wait_for(90, "a certificate", || served(self.https, NAME, &root).ok())
    }

    /// Another one than this.
    fn next(&self, old: &[u8], seconds: u64) -> Vec<u8> {
        let root = self.trusted();
        wait_for(seconds, "the next certificate", || {
            served(self.https, NAME, &root)
                .ok()
                .filter(|new| new != old)
        })
    }

    fn journal(&self) -> String {
        journal(self.root.path())
    }

    /// What the journal says once it says this.
    fn told(&self, what: &str) -> String {
        wait_for(60, what, || {
            Some(self.journal()).filter(|journal| journal.contains(what))
        })
    }

    fn account(&self) -> String {
        let folder = self.root.path().join("data/tls");
        let mut files = std::fs::read_dir(folder).unwrap().flatten();
        let file = files.find(|file| file.file_name().to_string_lossy().starts_with("account-"));
        std::fs::read_to_string(file.unwrap().path()).unwrap()
    }
}

/// The name by which an authority knows a certificate.
fn known_as(certificate: &[u8]) -> String {
    let certificate = CertificateDer::from(certificate.to_vec());
    CertificateIdentifier::try_from(&certificate)
        .unwrap()
        .to_string()
}

/// Takes a certificate back at the authority, as whoever holds the account can.
fn revoke(account: &str, ca_file: &Path, certificate: &[u8]) {
    let mut stored: serde_json::Value = serde_json::from_str(account).unwrap();
    let credentials: AccountCredentials =
        serde_json::from_value(stored["credentials"].take()).unwrap();
    let certificate = CertificateDer::from(certificate.to_vec());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let builder = Account::builder_with_root(ca_file).unwrap();
        let account = builder.from_credentials(credentials).await.unwrap();
        let request = RevocationRequest {
            certificate: &certificate,
            reason: None,
        };
        account.revoke(&request).await.unwrap();
    });
}

#[test]
fn a_window_that_moves_nearer_renews_while_people_work() {
    let firm = Firm::new(900);
    firm.authority.mood().window = Some((500, 501));
    let _running = firm.start();
    let first = firm.certificate();
    let wished = known_as(&first);
    wait_for(20, "the question about renewal", || {
        firm.authority.seen().wishes.contains(&wished).then_some(())
    });
    assert_eq!(firm.authority.seen().orders, [None]);

    let (root, stop) = (firm.trusted(), AtomicBool::new(false));
    let failed = std::thread::scope(|scope| {
        let visit = || {
            let mut failed = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                match get(firm.https, NAME, &root, "/healthz") {
                    Ok(answer) if answer.starts_with("HTTP/1.1 200") => {}
                    other => failed.push(format!("{other:?}")),
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            failed
        };
        let visitors = [scope.spawn(visit), scope.spawn(visit)];
        firm.authority.mood().window = Some((-20, -10));
        // The authority is asked once a minute at most (RFC 9773, section 4.3.3), and certificates as short as this one
        // come a minute and a half apart.
        let next =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| firm.next(&first, 150)));
        stop.store(true, Ordering::Relaxed);
        let failed: Vec<String> = visitors
            .into_iter()
            .flat_map(|visitor| visitor.join().unwrap())
            .collect();
        assert!(next.is_ok(), "{}", firm.journal());
        failed
    });
    assert_eq!(failed, [""; 0]);
    assert_eq!(firm.authority.seen().orders, [None, Some(wished)]);
}

#[test]
fn a_revoked_certificate_is_replaced_and_the_account_goes_on() {
    let firm = Firm::new(6 * 24 * 60 * 60);
    firm.authority.mood().renews_revoked = true;
    let running = firm.start();
    let first = firm.certificate();
    revoke(&firm.account(), &firm.authority.ca_file, &first);
    // A start asks at once, whatever was said before.
    running.served.signal("-TERM");
    assert_eq!(running.served.end().0, Some(0));
    let _again = firm.start();
    let second = firm.next(&first, 60);
    assert_eq!(
        firm.authority.seen().orders,
        [None, Some(known_as(&first))],
        "{}",
        firm.journal()
    );
    // And it is not asked for again and again.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(served(firm.https, NAME, &firm.trusted()).unwrap(), second);
    assert_eq!(firm.authority.seen().orders.len(), 2);
}

#[test]
fn certificates_of_six_days_are_no_trouble_to_anybody() {
    let firm = Firm::new(6 * 24 * 60 * 60);
    demo(&firm.root.path().join("data"));
    let _running = firm.start();
    firm.certificate();
    let data = firm.root.path().join("data");
    let file = firm.root.path().join("site.toml");
    let looked = run(&data, &["--config", file.to_str().unwrap(), "doctor"]);
    let looked = stdout(&looked);
    let line = looked.lines().find(|line| line.contains("certificate"));
    assert!(line.is_some_and(|line| line.starts_with("ok ")), "{looked}");
    let mut owner = SecureVisitor::signed_in(firm.https, NAME, &firm.trusted(), "owner@demo.test");
    let page = owner.get("/settings/domain").text;
    assert!(page.contains("HTTPS works"), "{page}");
    assert!(
        page.contains("in 4 days") || page.contains("in 3 days"),
        "a third of six days before its end: {page}"
    );
}

#[test]
fn another_key_of_the_account_is_taken_up_and_the_old_one_is_worth_nothing() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    let data = firm.root.path().join("data");
    demo(&data);
    let running = firm.start();
    let first = firm.certificate();
    let before = firm.account();
    let mut owner = SecureVisitor::signed_in(firm.https, NAME, &firm.trusted(), "owner@demo.test");
    let changed = owner.post("/settings/domain/new-key", &[]);
    assert_eq!(changed.status, 303, "{}", changed.text);
    let after = firm.account();
    assert_ne!(before, after);
    let old = std::panic::catch_unwind(|| revoke(&before, &firm.authority.ca_file, &first));
    assert!(old.is_err(), "the old key still counts");
    assert_eq!(owner.post("/settings/domain/renew", &[]).status, 303);
    let second = firm.next(&first, 60);

    // Cut off between the authority and the disk: nobody knows which key counts, and another account is made.
    running.served.signal("-TERM");
    assert_eq!(running.served.end().0, Some(0));
    let folder = data.join("tls");
    let file = std::fs::read_dir(folder).unwrap().flatten();
    let mut file = file.filter(|file| file.file_name().to_string_lossy().starts_with("account-"));
    let torn = before.replace("\"changing\":false", "\"changing\":true");
    assert_ne!(torn, before);
    std::fs::write(file.next().unwrap().path(), torn).unwrap();
    let _again = firm.start();
    let mut owner = SecureVisitor::signed_in(firm.https, NAME, &firm.trusted(), "owner@demo.test");
    assert_eq!(owner.post("/settings/domain/renew", &[]).status, 303);
    firm.next(&second, 60);
}

#[test]
fn an_authority_that_asks_to_wait_is_left_in_peace() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    let data = firm.root.path().join("data");
    demo(&data);
    let running = firm.start();
    let first = firm.certificate();
    firm.authority.mood().no_orders = Some((429, "rateLimited", Some("1800")));
    let mut owner = SecureVisitor::signed_in(firm.https, NAME, &firm.trusted(), "owner@demo.test");
    assert_eq!(owner.post("/settings/domain/renew", &[]).status, 303);
    let said = firm.told("\"limited\"");
    assert!(
        said.contains("The words of the authority about rateLimited"),
        "{said}"
    );
    let page = owner.get("/settings/domain").text;
    assert!(
        page.contains("The words of the authority about rateLimited"),
        "{page}"
    );
    let orders = firm.authority.seen().orders.len();
    // Not even for somebody who asks; the certificate in use stays.
    assert_eq!(owner.post("/settings/domain/renew", &[]).status, 303);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(firm.authority.seen().orders.len(), orders);
    assert_eq!(served(firm.https, NAME, &firm.trusted()).unwrap(), first);
    drop(running);
}

#[test]
fn whatever_an_authority_says_https_goes_on_and_it_is_asked_again() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    firm.authority.mood().down = true;
    let _running = firm.start();
    firm.told("\"unreachable\"");
    for nonsense in [
        b"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:1/dir\r\nContent-Length: 0\r\n\r\n"
            .to_vec(),
        b"HTTP/1.0 503 No\r\nContent-Type: text/html\r\n\r\n<h1>Maintenance</h1>".to_vec(),
        [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &vec![b'x'; 4 << 20]].concat(),
    ] {
        let before = {
            let mut mood = firm.authority.mood();
            mood.down = false;
            mood.nonsense = Some(nonsense);
            firm.authority.seen().requests
        };
        wait_for(90, "another attempt", || {
            (firm.authority.seen().requests > before).then_some(())
        });
        let page = get(firm.https, NAME, &firm.trusted(), "/healthz");
        assert!(
            page.is_err(),
            "its own certificate is not one of the authority"
        );
    }
    {
        let mut mood = firm.authority.mood();
        (mood.nonsense, mood.rejected_nonces) = (None, 30);
    }
    let root = firm.trusted();
    wait_for(150, "a certificate after all that", || {
        served(firm.https, NAME, &root).ok()
    });
    assert_eq!(firm.authority.mood().rejected_nonces, 0);
}

#[test]
fn an_order_that_is_refused_says_so_in_the_authoritys_words() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    firm.authority.mood().no_orders = Some((403, "rejectedIdentifier", None));
    let _running = firm.start();
    let said = firm.told("\"failed\"");
    assert!(
        said.contains("The words of the authority about rejectedIdentifier"),
        "{said}"
    );
    firm.authority.mood().no_orders = None;
    // The first refusal is followed by another attempt within half a minute.
    firm.certificate();
}
