//! Letters on their way to real mail servers, good and bad ones.

use std::path::Path;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::test_server::{Certificate, Manner, TestServer};
use super::*;
use crate::auth::Passwords;
use crate::data::{Access, Channel, Due, Founding, Template, Unsent, VaultSettings};
use crate::modules::RECORD_TYPES;

const SECRET: &str = "Tajne-Haslo-Poczty-91";

struct Firm {
    vault: Vault,
    folder: tempfile::TempDir,
}

impl Firm {
    async fn new(name: &str, demo: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
        let founding = Founding {
            firm: name.to_owned(),
            demo,
            email: "ola@firma.test".to_owned(),
            name: "Ola".to_owned(),
            password_hash: Passwords::new().hash("Zielony-Traktor-4821").await,
            language: Some("pl".to_owned()),
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        Self { vault, folder }
    }

    fn mail(&self, port: u16, smtp: &str) -> Mail {
        let ca = self.folder.path().join("ca.pem");
        let text = format!(
            "public_url = \"https://crm.firma.test:8443\"\n[smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
             from = \"CRM Żółw <crm@firma.test>\"\n{}",
            smtp.replace("CA", ca.to_str().unwrap())
        );
        let config = Config::parse(&text, Path::new("kartoteka.toml"), &|_| None).unwrap();
        Mail::new(self.vault.clone(), &config)
    }

    fn trust(&self, certificate: &Certificate) {
        std::fs::write(self.folder.path().join("ca.pem"), &certificate.authority).unwrap();
    }

    async fn post(&self, letter: Letter) {
        self.vault.post(letter).await.unwrap();
    }

    /// Sends what is due; gives what is left in the queue.
    async fn send(&self, mail: &Mail) -> Due {
        queue::send_due(mail, &CancellationToken::new())
            .await
            .unwrap();
        let later = crate::clock::now() + SignedDuration::from_hours(24 * 30);
        self.vault.due_letters(later, 100).unwrap()
    }

    fn access(&self) -> Access {
        self.vault.system("a test")
    }

    fn unsent(&self) -> Vec<Unsent> {
        self.access().unsent_letters().unwrap()
    }
}

fn letter(template: Template) -> Letter {
    Letter {
        to: "anna@firma.test".to_owned(),
        user: None,
        language: Some("pl".to_owned()),
        template,
        values: [("token".to_owned(), "TAJNY-LINK".to_owned())].into(),
        useful_until: crate::clock::now() + SignedDuration::from_mins(30),
    }
}

#[tokio::test]
async fn a_letter_goes_out_in_two_parts_and_leaves_the_queue() {
    let (firm, server) = (
        Firm::new("Stolarnia Żółw", false).await,
        TestServer::plain(Manner::default()).await,
    );
    let mail = firm.mail(server.port, "security = \"none\"");
    firm.post(letter(Template::Recovery)).await;
    assert!(firm.send(&mail).await.letters.is_empty());
    assert_eq!(
        server.heard_of("MAIL FROM:"),
        ["MAIL FROM:<crm@firma.test>"]
    );
    assert_eq!(server.heard_of("RCPT TO:"), ["RCPT TO:<anna@firma.test>"]);
    assert_eq!(
        server.heard_of("Auto-Submitted:"),
        ["Auto-Submitted: auto-generated"]
    );
    assert_eq!(server.heard_of("EHLO"), ["EHLO crm.firma.test"]);
    assert!(server.heard_of("Message-ID:")[0].ends_with("@crm.firma.test>"));
    assert_eq!(server.heard_of("Date:").len(), 1);
    let all = server.heard().join("\n");
    assert!(all.contains("text/plain") && all.contains("text/html"));
    let link = "https://crm.firma.test:8443/login/reset/TAJNY-LINK";
    assert!(all.replace("=\n", "").contains(link), "{all}");
    assert!(firm.unsent().is_empty());
}

#[tokio::test]
async fn letters_to_those_without_a_language_are_in_the_firms() {
    let (firm, server) = (
        Firm::new("Stolarnia", false).await,
        TestServer::plain(Manner::default()).await,
    );
    let mail = firm.mail(server.port, "security = \"none\"");
    let ways = serde_json::json!({"language": "en", "time_zone": "Asia/Tokyo"});
    let ways = ways.as_object().unwrap().clone();
    firm.access().update_firm(ways).await.unwrap();
    let mut letter = letter(Template::Test);
    letter.language = None;
    mail.send_now(&letter).await.unwrap();
    let all = server.heard().join("\n");
    assert!(
        all.contains(r#"lang=3D"en""#) || all.contains(r#"lang="en""#),
        "{all}"
    );
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_one_that_knows_nobody_is_not() {
    let firm = Firm::new("Firma", false).await;
    let busy = TestServer::plain(Manner {
        says: Some((".", "451 try later TAJNY-LINK")),
    })
    .await;
    let mail = firm.mail(busy.port, "security = \"none\"");
    firm.post(letter(Template::Recovery)).await;
    let left = firm.send(&mail).await.letters;
    assert_eq!((left.len(), left[0].tries), (1, 1));
    assert!(firm.unsent().is_empty());
    firm.vault.letter_sent(&left[0]).await.unwrap();

    let strict = TestServer::plain(Manner {
        says: Some(("RCPT", "550 no such person here, nor TAJNY-LINK")),
    })
    .await;
    let mail = firm.mail(strict.port, "security = \"none\"");
    firm.post(letter(Template::Recovery)).await;
    assert!(firm.send(&mail).await.letters.is_empty());
    let unsent = firm.unsent();
    assert!(unsent[0].why.contains("no such person here"), "{unsent:?}");
    assert!(!unsent[0].why.contains("TAJNY-LINK"));
}

#[tokio::test]
async fn a_letter_that_is_too_late_is_not_sent() {
    let (firm, server) = (
        Firm::new("Firma", false).await,
        TestServer::plain(Manner::default()).await,
    );
    let mail = firm.mail(server.port, "security = \"none\"");
    let late = Letter {
        useful_until: crate::clock::now() - SignedDuration::from_secs(1),
        ..letter(Template::Recovery)
    };
    firm.post(late).await;
    assert!(firm.send(&mail).await.letters.is_empty());
    assert!(server.heard().is_empty());
    assert_eq!(firm.unsent().len(), 1);
}

#[tokio::test]
async fn starttls_is_never_given_up() {
    let (firm, server) = (
        Firm::new("Firma", false).await,
        TestServer::plain(Manner::default()).await,
    );
    let login = format!("user = \"crm\"\npassword = \"{SECRET}\"");
    let mail = firm.mail(server.port, &login);
    let error = mail.send_now(&letter(Template::Test)).await.unwrap_err();
    assert!(error.to_string().contains("STARTTLS"), "{error}");
    for word in ["MAIL", "AUTH", "RCPT", "DATA"] {
        assert!(server.heard_of(word).is_empty(), "{:?}", server.heard());
    }
}

#[tokio::test]
async fn certificates_are_checked_by_authority_and_name() {
    let firm = Firm::new("Firma", false).await;
    let (right, other) = (
        Certificate::of("IP:127.0.0.1").await,
        Certificate::of("DNS:mail.evil.test").await,
    );
    let login = format!("user = \"crm\"\npassword = \"{SECRET}\"\n");
    let with_ca = format!("{login}ca_file = \"CA\"");

    // An authority nobody trusts.
    let server = TestServer::starttls(&right).await;
    let refused = firm
        .mail(server.port, &login)
        .send_now(&letter(Template::Test))
        .await;
    assert!(refused.unwrap_err().to_string().contains("certificate"));
    assert!(server.heard_of("MAIL").is_empty() && server.heard_of("AUTH").is_empty());

    // A trusted one, for another name.
    firm.trust(&other);
    let server = TestServer::starttls(&other).await;
    let refused = firm
        .mail(server.port, &with_ca)
        .send_now(&letter(Template::Test))
        .await;
    assert!(refused.unwrap_err().to_string().contains("certificate"));
    assert!(server.heard_of("MAIL").is_empty() && server.heard_of("AUTH").is_empty());

    // The right one, both ways.
    firm.trust(&right);
    let server = TestServer::starttls(&right).await;
    let sent = firm
        .mail(server.port, &with_ca)
        .send_now(&letter(Template::Test))
        .await;
    sent.unwrap();
    assert_eq!(server.heard_of("MAIL").len(), 1);
    assert_eq!(server.heard_of("AUTH").len(), 1);
    let server = TestServer::tls(&right).await;
    let wrapped = format!("{with_ca}\nsecurity = \"tls\"");
    let sent = firm
        .mail(server.port, &wrapped)
        .send_now(&letter(Template::Test))
        .await;
    sent.unwrap();
    assert_eq!(server.heard_of("MAIL").len(), 1);
}

#[tokio::test]
async fn the_servers_own_words_are_told_without_the_password() {
    let firm = Firm::new("Firma", false).await;
    let echo = "535 wrong: AGNybQBUYWpuZS1IYXNsby1Qb2N6dHktOTE= Tajne-Haslo-Poczty-91";
    let server = TestServer::plain(Manner {
        says: Some(("AUTH", echo)),
    })
    .await;
    let login = format!("security = \"none\"\nuser = \"crm\"\npassword = \"{SECRET}\"");
    let mail = firm.mail(server.port, &login);
    let error = mail.send_now(&letter(Template::Test)).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("535") && said.contains("wrong: … …"),
        "{said}"
    );
    assert!(!format!("{error:?} {:?}", mail.configured()).contains(SECRET));
}

#[tokio::test]
async fn what_does_not_speak_smtp_is_not_repeated() {
    let firm = Firm::new("Firma", false).await;
    let server = TestServer::plain(Manner {
        says: Some(("EHLO", "HTTP/1.1 200 the secrets of another server")),
    })
    .await;
    let mail = firm.mail(server.port, "security = \"none\"");
    let error = mail.send_now(&letter(Template::Test)).await.unwrap_err();
    assert!(!error.to_string().contains("secrets"), "{error}");
}

#[tokio::test]
async fn names_and_addresses_add_no_lines() {
    let firm = Firm::new("Zła\r\nBcc: evil@evil.test", false).await;
    let server = TestServer::plain(Manner::default()).await;
    let mail = firm.mail(server.port, "security = \"none\"");
    let hostile = letter(Template::Invitation)
        .with("name", "Anna\r\n\r\nRCPT TO:<evil@evil.test>\r\n.\r\nDATA")
        .with("device", "x\r\nBcc: evil@evil.test");
    mail.send_now(&hostile).await.unwrap();
    assert!(server.heard_of("Bcc").is_empty());
    assert_eq!(server.heard_of("RCPT TO:"), ["RCPT TO:<anna@firma.test>"]);
    assert_eq!(server.heard_of("DATA"), ["DATA"]);
    let to = Letter {
        to: "anna@firma.test>\r\nRCPT TO:<evil@evil.test".to_owned(),
        ..letter(Template::Test)
    };
    assert!(mail.send_now(&to).await.is_err());
    assert_eq!(server.heard_of("RCPT TO:").len(), 1);
}

#[tokio::test]
async fn without_a_server_letters_wait_while_they_are_of_use() {
    let firm = Firm::new("Firma", false).await;
    let config = Config::parse("", Path::new("kartoteka.toml"), &|_| None).unwrap();
    let mail = Mail::new(firm.vault.clone(), &config);
    assert_eq!(mail.off().unwrap(), Some(Off::NoServer));
    firm.post(letter(Template::PasswordChanged)).await;
    let now = crate::clock::now();
    assert_eq!(firm.vault.drop_stale(now).await.unwrap(), 0);
    assert_eq!(firm.access().letters_waiting().unwrap(), 1);
    let later = now + SignedDuration::from_hours(1);
    assert_eq!(firm.vault.drop_stale(later).await.unwrap(), 1);
    assert_eq!(firm.access().letters_waiting().unwrap(), 0);
    assert!(mail.shown().is_empty());
}

#[tokio::test]
async fn a_server_without_its_own_address_sends_no_links() {
    let firm = Firm::new("Firma", false).await;
    let text = "[smtp]\nhost = \"127.0.0.1\"\nfrom = \"crm@firma.test\"\nsecurity = \"none\"";
    let config = Config::parse(text, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let mail = Mail::new(firm.vault.clone(), &config);
    assert_eq!(
        (mail.off().unwrap(), mail.links_off().unwrap()),
        (None, Some(Off::NoAddress))
    );
    let refused = mail.send_now(&letter(Template::Recovery)).await;
    assert!(matches!(refused, Err(SendError::NoAddress)));
}

#[tokio::test]
async fn a_demo_shows_its_letters_and_needs_no_server() {
    let firm = Firm::new("Demo", true).await;
    let text = "public_url = \"http://127.0.0.1:8080\"";
    let config = Config::parse(text, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let mail = Mail::new(firm.vault.clone(), &config);
    assert_eq!(mail.links_off().unwrap(), None);
    firm.post(letter(Template::Recovery)).await;
    assert!(firm.send(&mail).await.letters.is_empty());
    let shown = mail.shown();
    assert_eq!(shown.len(), 1);
    let link = "http://127.0.0.1:8080/login/reset/TAJNY-LINK";
    assert_eq!(shown[0].link.as_deref(), Some(link));
    assert!(shown[0].text.contains(link));
}
