//! Certificates over the years: wishes of the authority about renewal, revocation, another key of the account, short lives,
//! and an authority in all its moods.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use data_encoding::HEXLOWER;
use instant_acme::{Account, AccountCredentials, CertificateIdentifier, RevocationRequest};
use rustls::pki_types::CertificateDer;
use sha2::Digest;

use super::appliance::{demo, stdout};
use super::authority::Moody;
use super::pebble::{Pebble, free_port, get, served, wait_for};
use super::program::run;
use super::secure_visitor::SecureVisitor;
use super::tls_acme::{Site, journal, site};

const NAME: &str = "crm.test";

/// What somebody sends who was asked whether they mean it.
const SURE: [(&str, &str); 1] = [("confirmed", "true")];

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
    let changed = owner.post("/settings/domain/new-key", &SURE);
    assert_eq!(changed.status, 303, "{}", changed.text);
    let after = firm.account();
    assert_ne!(before, after);
    let old = std::panic::catch_unwind(|| revoke(&before, &firm.authority.ca_file, &first));
    assert!(old.is_err(), "the old key still counts");
    assert_eq!(owner.post("/settings/domain/renew", &SURE).status, 303);
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
    assert_eq!(owner.post("/settings/domain/renew", &SURE).status, 303);
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
    assert_eq!(owner.post("/settings/domain/renew", &SURE).status, 303);
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
    assert_eq!(owner.post("/settings/domain/renew", &SURE).status, 303);
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

/// Boulder joins names that are written twice, and commercial authorities add `www`; neither may make it look as if the
/// certificate had not come.
#[test]
fn an_authority_that_gives_other_names_than_asked_for_is_asked_once() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    firm.authority.mood().adds = Some("www.crm.test");
    let acme = firm.authority.config();
    let names = "'crm.test', 'CRM.test'";
    let _running = site(firm.root.path(), firm.https, firm.http, names, &acme);
    let root = firm.authority.own_root();
    let first = wait_for(90, "a certificate", || served(firm.https, NAME, &root).ok());
    assert_eq!(served(firm.https, "www.crm.test", &root).unwrap(), first);
    // An authority that could not be reached may have been asked twice before.
    let asked = firm.authority.seen().orders.len();
    std::thread::sleep(Duration::from_secs(20));
    let orders = firm.authority.seen().orders.len();
    assert_eq!(orders, asked, "{}", firm.journal());
    assert_eq!(served(firm.https, NAME, &root).unwrap(), first);
}

#[test]
fn a_server_that_is_started_again_and_again_orders_no_more_often() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    firm.authority.mood().no_orders = Some((403, "rejectedIdentifier", None));
    let running = firm.start();
    firm.told("\"failed\"");
    wait_for(20, "what is remembered", || {
        let file = firm.root.path().join("data/tls/pace.json");
        std::fs::read_to_string(file)
            .ok()
            .filter(|kept| kept.contains("\"counted\":true"))
    });
    running.served.signal("-TERM");
    assert_eq!(running.served.end().0, Some(0));
    let orders = firm.authority.seen().orders.len();
    // The first wait is a quarter of a minute at least.
    for _ in 0..3 {
        let running = firm.start();
        std::thread::sleep(Duration::from_secs(1));
        running.served.signal("-TERM");
        assert_eq!(running.served.end().0, Some(0));
    }
    assert_eq!(firm.authority.seen().orders.len(), orders);
    firm.authority.mood().no_orders = None;
    let _running = firm.start();
    firm.certificate();
}

/// What an order gave is not thrown away, and no other is placed, while the disk does not take it.
#[test]
fn a_disk_that_takes_no_certificate_costs_one_order() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    let folder = firm.root.path().join("data/tls");
    let digest = sha2::Sha256::digest(firm.authority.directory.as_bytes());
    let name = format!("acme-{}.pem", HEXLOWER.encode(&digest[..6]));
    let in_the_way = folder.join(format!(".{name}.new"));
    std::fs::create_dir_all(&in_the_way).unwrap();
    let running = firm.start();
    let first = firm.certificate();
    firm.told("\"unwritten\"");
    std::thread::sleep(Duration::from_secs(15));
    assert_eq!(firm.authority.seen().orders.len(), 1, "{}", firm.journal());
    std::fs::remove_dir(&in_the_way).unwrap();
    firm.told("\"written\"");
    assert!(folder.join(name).is_file());
    running.served.signal("-TERM");
    assert_eq!(running.served.end().0, Some(0));
    let _again = firm.start();
    assert_eq!(served(firm.https, NAME, &firm.trusted()).unwrap(), first);
    assert_eq!(firm.authority.seen().orders.len(), 1);
}

/// A folder that takes nothing at all is noticed before the authority is asked.
#[test]
fn nothing_is_ordered_that_could_not_be_kept() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    let folder = firm.root.path().join("data/tls");
    let in_the_way = folder.join(".probe.new");
    std::fs::create_dir_all(&in_the_way).unwrap();
    let _running = firm.start();
    firm.told("\"unwritten\"");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(firm.authority.seen().orders.len(), 0);
    std::fs::remove_dir(&in_the_way).unwrap();
    firm.certificate();
}

/// Whoever cannot pass the browser's warning reads at the machine why there is no certificate, with what to do about that.
#[test]
fn the_commands_and_figures_know_the_certificate_that_is_served() {
    let firm = Firm::new(90 * 24 * 60 * 60);
    let data = firm.root.path().join("data");
    demo(&data);
    firm.authority.mood().no_orders = Some((403, "rejectedIdentifier", None));
    let _running = firm.start();
    firm.told("\"failed\"");
    let file = firm.root.path().join("site.toml");
    let look = |what: &str| {
        let looked = run(&data, &["--config", file.to_str().unwrap(), "doctor"]);
        let looked = stdout(&looked);
        let line = looked.lines().find(|line| line.contains(what));
        line.unwrap_or_default().to_owned()
    };
    let line = look("certificate");
    assert!(line.starts_with("warn"), "{line}");
    assert!(
        line.contains("The words of the authority about rejectedIdentifier")
            && line.contains("the name leads here")
            && !line.contains("start the server"),
        "{line}"
    );
    firm.authority.mood().no_orders = None;
    firm.certificate();
    wait_for(20, "a line that is well", || {
        look("certificate").starts_with("ok ").then_some(())
    });
    let name = look("name");
    assert!(name.contains("name: crm.test"), "{name}");
    let figures = get(firm.https, NAME, &firm.trusted(), "/metrics").unwrap();
    assert!(figures.contains("kartoteka_certificate_trusted 1"));
    assert!(figures.contains("kartoteka_certificate_info{source=\"acme\"} 1"));
}
