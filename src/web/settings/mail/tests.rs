//! The mail server by its page.

use axum::http::StatusCode;

use crate::data::{AuditFilter, AuditKind, BuiltIn};
use crate::mailer::test_server::{Manner, TestServer};
use crate::web::settings::test_site::{Page, Site};

const SECRET: &str = "Tajne-Haslo-Poczty-91";

async fn save(site: &Site, host: &str, port: u16, security: &str, password: &str) -> Page {
    let owner = site.owner_browser().await;
    let port = port.to_string();
    let fields = [
        ("host", host),
        ("port", &port),
        ("security", security),
        ("user", "crm"),
        ("password", password),
        ("from", "CRM <crm@firma.test>"),
        ("ca", ""),
    ];
    owner.post("/settings/mail", &fields).await
}

fn tests_noted(site: &Site) -> usize {
    let filter = AuditFilter {
        kinds: vec![AuditKind::MailTested],
        ..AuditFilter::default()
    };
    let reading = site.owner.read().unwrap();
    reading.audit(&filter, None, 100).unwrap().0.len()
}

#[tokio::test]
async fn a_server_is_set_tested_and_its_password_never_shown() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/mail").await;
    assert!(page.words("main").contains("Poczta jest wyłączona"));
    let server = TestServer::plain(Manner::default()).await;
    let page = save(&site, "127.0.0.1", server.port, "none", SECRET).await;
    assert_eq!(page.location(), "/settings/mail?notice=saved");
    let page = owner.get("/settings/mail").await;
    assert!(!page.text.contains(SECRET));
    assert_eq!(page.value("host"), "127.0.0.1");
    let page = owner.post("/settings/mail/test", &[]).await;
    assert_eq!(page.location(), "/settings/mail?notice=mail-test-sent");
    assert_eq!(server.heard_of("RCPT"), ["RCPT TO:<ola@firma.test>"]);
    // Kept where the field is empty, and asked for again where the door is another.
    let page = save(&site, "127.0.0.1", server.port, "none", "").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = save(&site, "evil.test", server.port, "starttls", "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.words("#f-password-help").is_empty());
    assert_eq!(tests_noted(&site), 1);
    let (entries, _) = site
        .owner
        .read()
        .unwrap()
        .audit(&AuditFilter::default(), None, 100)
        .unwrap();
    assert!(!format!("{entries:?}").contains(SECRET));
}

#[tokio::test]
async fn a_failed_test_shows_the_servers_own_words() {
    let site = Site::new().await;
    let server = TestServer::plain(Manner {
        says: Some(("AUTH", "535 5.7.8 we do not know you")),
    })
    .await;
    save(&site, "127.0.0.1", server.port, "none", SECRET).await;
    let page = site
        .owner_browser()
        .await
        .post("/settings/mail/test", &[])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.words("main").contains("we do not know you"));
    assert!(!page.text.contains(SECRET));
    assert_eq!(tests_noted(&site), 1);
}

#[tokio::test]
async fn a_password_does_not_cross_a_network_in_the_clear() {
    let site = Site::new().await;
    let page = save(&site, "mail.firma.test", 25, "none", SECRET).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.words("#f-security-help").contains("otwartym tekstem"));
}

#[tokio::test]
async fn what_the_file_sets_is_shown_locked() {
    let config = format!(
        "[smtp]\nhost = \"mail.firma.test\"\nuser = \"crm\"\npassword = \"{SECRET}\"\nfrom = \"crm@firma.test\"\n"
    );
    let site = Site::configured(&config).await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/mail").await;
    assert!(page.text.contains("mail.firma.test") && !page.text.contains(SECRET));
    assert!(
        !page.text.contains("action=\"/settings/mail\""),
        "there is no form to send"
    );
    assert!(page.words("main").contains("kartoteka.toml"));
    // Without the server's own address letters go out, but no links.
    assert!(page.words("main").contains("bez linków"));
    let page = save(&site, "evil.test", 25, "tls", "x").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(site.owner.read().unwrap().mail_server().unwrap().is_none());
}

#[tokio::test]
async fn only_those_who_look_after_the_settings_reach_it() {
    let site = Site::new().await;
    site.person("Anna", "anna@firma.test", BuiltIn::Manager.id())
        .await;
    let browser = site.browser("anna@firma.test").await;
    assert_eq!(
        browser.get("/settings/mail").await.status,
        StatusCode::FORBIDDEN
    );
    for place in ["/settings/mail", "/settings/mail/test"] {
        let page = browser.post(place, &[("host", "evil.test")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(tests_noted(&site), 0);
}
