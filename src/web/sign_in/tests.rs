//! Links from letters as people, mail scanners and attackers open them.

use axum::http::StatusCode;

use crate::data::{BuiltIn, Template, UserId};
use crate::mailer::test_server::{Manner, TestServer};
use crate::web::settings::test_site::{Browser, Page, Site};

const MAIL: &str = "public_url = \"https://crm.firma.test\"\n\
                    [smtp]\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\nfrom = \"crm@firma.test\"\n";
const NEW: &str = "Srebrny-Czajnik-7730-nad-rzeka";

async fn site() -> (Site, UserId) {
    let site = Site::configured(MAIL).await;
    let anna = site
        .person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    (site, anna)
}

fn token(site: &Site, template: Template) -> String {
    let letter = site.letters(template).pop().expect("a letter");
    letter.values["token"].clone()
}

fn verified(site: &Site, user: UserId) -> bool {
    let reading = site.owner.read().unwrap();
    reading.rights().people().user(user).unwrap().email_verified
}

async fn confirm(site: &Site, browser: &Browser) {
    let page = browser.post("/profile/email/confirm", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let link = format!(
        "/profile/email/confirm/{}",
        token(site, Template::ConfirmAddress)
    );
    let page = browser.post(&link, &[]).await;
    assert_eq!(page.location(), "/profile?notice=email-confirmed");
}

/// Asks for a link and waits until the work beside the answer is done.
async fn ask(site: &Site, guest: &Browser, email: &str) -> Page {
    let page = guest.post("/login/forgot", &[("email", email)]).await;
    for _ in 0..10 {
        // A write that comes after the one beside the answer.
        site.state.vault.sweep().await.unwrap();
        tokio::task::yield_now().await;
    }
    page
}

async fn recovery(site: &Site, guest: &Browser) -> String {
    let before = site.letters(Template::Recovery).len();
    ask(site, guest, "anna@firma.test").await;
    assert_eq!(site.letters(Template::Recovery).len(), before + 1);
    format!("/login/reset/{}", token(site, Template::Recovery))
}

#[tokio::test]
async fn a_scanner_that_opens_the_link_confirms_nothing() {
    let (site, anna) = site().await;
    let (browser, guest) = (site.browser("anna@firma.test").await, site.guest().await);
    browser.post("/profile/email/confirm", &[]).await;
    let link = format!(
        "/profile/email/confirm/{}",
        token(&site, Template::ConfirmAddress)
    );
    for scanner in [&guest, &browser] {
        scanner.get(&link).await;
        scanner.head(&link).await;
    }
    let posted = guest.post(&link, &[]).await;
    assert!(posted.location().starts_with("/login"));
    let stranger = site.owner_browser().await;
    assert_eq!(stranger.get(&link).await.status, StatusCode::GONE);
    assert_eq!(stranger.post(&link, &[]).await.status, StatusCode::GONE);
    assert!(!verified(&site, anna));
    let page = browser.get(&link).await;
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(page.words("main").contains("anna@firma.test"));
    let page = browser.post(&link, &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(verified(&site, anna));
    assert_eq!(browser.post(&link, &[]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_a_request_says_of_its_host_stands_in_no_letter() {
    let server = TestServer::plain(Manner::default()).await;
    let site =
        Site::configured(&MAIL.replace("port = 9", &format!("port = {}", server.port))).await;
    site.person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let (browser, guest) = (site.browser("anna@firma.test").await, site.guest().await);
    confirm(&site, &browser).await;
    let lies = [
        ("host", "evil.test"),
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.test"),
        ("x-original-url", "https://evil.test/"),
        ("referer", "https://evil.test/"),
    ];
    let fields = [("email", "anna@firma.test")];
    guest.post_with("/login/forgot", &fields, &lies).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let mailer = tokio::spawn(crate::mailer::run(
        site.state.mail.clone(),
        || Some(()),
        stop.clone(),
    ));
    for _ in 0..100 {
        if server.heard_of("QUIT").len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    stop.cancel();
    mailer.await.unwrap();
    let all = server.heard().join("\n").replace("=\n", "");
    assert!(all.contains("https://crm.firma.test/login/reset/"), "{all}");
    assert!(!all.contains("evil"));
}

#[tokio::test]
async fn asking_for_a_link_is_answered_alike_whatever_the_address() {
    let (site, _) = site().await;
    confirm(&site, &site.browser("anna@firma.test").await).await;
    let mut answers = Vec::new();
    for email in [
        "anna@firma.test",
        "ola@firma.test",
        "nikt@firma.test",
        "to nie adres",
        "",
        "anna@firma.test\r\nBcc: evil@evil.test",
    ] {
        let guest = site.guest().await;
        let page = ask(&site, &guest, email).await;
        let mut headers = page.headers.clone();
        headers.remove("x-request-id");
        answers.push((page.status, headers, page.text));
    }
    assert_eq!(answers[0].0, StatusCode::SEE_OTHER);
    for other in &answers[1..] {
        assert_eq!(&answers[0], other);
    }
    // Only the confirmed one got a letter, and it went to that address alone.
    let letters = site.letters(Template::Recovery);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, "anna@firma.test");
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let (site, _) = site().await;
    let guest = site.guest().await;
    for _ in 0..10 {
        let page = guest.post("/login/forgot", &[("email", "x@y.test")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
    }
    let page = guest.post("/login/forgot", &[("email", "x@y.test")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_new_password_by_link_ends_sessions_signs_nobody_in_and_works_once() {
    let (site, _) = site().await;
    let (open, guest) = (site.browser("anna@firma.test").await, site.guest().await);
    confirm(&site, &open).await;
    let link = recovery(&site, &guest).await;
    for _ in 0..2 {
        let page = guest.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(
            !page.text.contains("anna@firma.test"),
            "a link tells no address"
        );
        guest.head(&link).await;
    }
    assert_eq!(open.get("/profile").await.status, StatusCode::OK);
    for (password, again) in [
        ("krótkie", "krótkie"),
        (NEW, "inne"),
        ("Kowal-Kowal-Kowal-7", "Kowal-Kowal-Kowal-7"),
    ] {
        let fields = [("password", password), ("password_again", again)];
        let page = guest.post(&link, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let fields = [("password", NEW), ("password_again", NEW)];
    let page = guest.post(&link, &fields).await;
    assert_eq!(page.location(), "/login?notice=password-set");
    assert!(
        !page.headers.contains_key("set-cookie"),
        "nobody is signed in"
    );
    assert!(open.get("/profile").await.location().starts_with("/login"));
    assert_eq!(guest.get(&link).await.status, StatusCode::GONE);
    assert_eq!(guest.post(&link, &fields).await.status, StatusCode::GONE);
    let credential = site.state.vault.credential("anna@firma.test").unwrap();
    assert!(site.state.passwords.verify(credential, NEW).await.is_some());
    assert_eq!(site.letters(Template::PasswordChanged).len(), 1);
}

#[tokio::test]
async fn a_form_that_is_not_ours_sets_no_password() {
    let (site, _) = site().await;
    let guest = site.guest().await;
    confirm(&site, &site.browser("anna@firma.test").await).await;
    let link = recovery(&site, &guest).await;
    let forged = guest.without_token();
    let fields = [("password", NEW), ("password_again", NEW)];
    assert_eq!(
        forged.post(&link, &fields).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(guest.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_person_is_invited_and_sets_their_own_password() {
    let (site, _) = site().await;
    let (owner, guest) = (site.owner_browser().await, site.guest().await);
    let page = owner.get("/settings/users/new").await;
    assert_eq!(page.value("password"), "");
    let fields = [
        ("name", "Nowy Człowiek"),
        ("email", "nowy@firma.test"),
        ("role", &BuiltIn::Salesperson.id().to_string()),
        ("team", ""),
        ("password", ""),
    ];
    let page = owner.post("/settings/users/new", &fields).await;
    assert!(
        page.location().ends_with("notice=invited"),
        "{}",
        page.location()
    );
    let place = page.location().split('?').next().unwrap().to_owned();
    let older = format!("/invite/{}", token(&site, Template::Invitation));
    let page = owner.post(&format!("{place}/invite"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let link = format!("/invite/{}", token(&site, Template::Invitation));
    assert_eq!(guest.get(&older).await.status, StatusCode::GONE);
    assert_eq!(guest.get("/invite/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(guest.get("/invite/%20").await.status, StatusCode::GONE);
    // Until then there is no password that lets them in.
    let credential = || site.state.vault.credential("nowy@firma.test").unwrap();
    for guess in ["", NEW] {
        let verified = site.state.passwords.verify(credential(), guess).await;
        assert!(verified.is_none(), "{guess}");
    }
    let fields = [("password", NEW), ("password_again", NEW)];
    let page = guest.post(&link, &fields).await;
    assert_eq!(page.location(), "/login?notice=password-set");
    assert_eq!(guest.post(&link, &fields).await.status, StatusCode::GONE);
    let credential = credential();
    assert!(site.state.passwords.verify(credential, NEW).await.is_some());
    let page = owner.post(&format!("{place}/invite"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_shorter_password_is_enough_beside_a_second_step_alone() {
    let (site, anna) = site().await;
    let browser = site.browser("anna@firma.test").await;
    confirm(&site, &browser).await;
    let least = || site.state.vault.least_password_of(anna).unwrap();
    assert_eq!(least(), 15);
    let turned_on = browser
        .post("/profile/two-step", &[("two_step", "true")])
        .await;
    assert_eq!(turned_on.status, StatusCode::SEE_OTHER);
    assert_eq!(least(), 8);
}

#[tokio::test]
async fn without_mail_what_needs_it_is_off_and_says_why() {
    let site = Site::new().await;
    let (owner, guest) = (site.owner_browser().await, site.guest().await);
    let page = guest.get("/login").await;
    assert!(!page.text.contains("/login/forgot"));
    let page = guest.get("/login/forgot").await;
    assert!(
        page.words("main")
            .contains("nie ustawiono serwera pocztowego")
    );
    assert_eq!(page.value("email"), "");
    let page = owner.get("/profile/email/confirm").await;
    assert!(
        page.words("main")
            .contains("nie ustawiono serwera pocztowego")
    );
    let page = owner.post("/profile/email/confirm", &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let page = owner.get("/settings/users/new").await;
    assert!(!page.value("password").is_empty());
    assert!(
        page.words("main")
            .contains("nie ustawiono serwera pocztowego")
    );
    let page = owner.post("/settings/users/confirm-emails", &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(site.letters(Template::ConfirmAddress).is_empty());
}

#[tokio::test]
async fn an_admin_sees_who_is_unconfirmed_and_asks_all() {
    let (site, _) = site().await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/users").await;
    assert!(page.words("main").contains("Niepotwierdzone adresy: 2"));
    let page = owner.post("/settings/users/confirm-emails", &[]).await;
    assert_eq!(page.location(), "/settings/users?notice=letters-sent:2");
    assert_eq!(site.letters(Template::ConfirmAddress).len(), 2);
    let sales = site.browser("anna@firma.test").await;
    let page = sales.post("/settings/users/confirm-emails", &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_firm_of_people_has_no_page_of_sent_letters() {
    let (site, _) = site().await;
    for browser in [&site.guest().await, &site.owner_browser().await] {
        assert_eq!(
            browser.get("/dev/outbox").await.status,
            StatusCode::NOT_FOUND
        );
    }
}
