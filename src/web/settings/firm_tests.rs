//! Who the firm and its people are: pictures, the ways of the firm, its first steps.

use axum::http::{StatusCode, header};

use super::test_site::{Browser, Page, Site};
use super::tests::{UNPROCESSABLE, user};
use crate::data::BuiltIn;

fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0]);
    bytes
}

async fn send(browser: &Browser, path: &str, bytes: &[u8]) -> Page {
    browser.upload(path, "picture", bytes).await
}

#[tokio::test]
async fn pictures_are_shown_and_run_nothing() {
    let site = Site::new().await;
    let anna = site
        .person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let browser = site.browser("anna@firma.test").await;
    let page = send(&browser, "/profile/photo", b"<script>alert(1)</script>").await;
    assert_eq!(page.status, UNPROCESSABLE);
    assert!(page.words("#f-picture-help").contains("PNG, JPEG ani WebP"));
    assert_eq!(
        browser.get(&format!("/people/{anna}/photo")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        send(&browser, "/profile/photo", &png()).await.status,
        StatusCode::SEE_OTHER
    );
    let page = browser.get(&format!("/people/{anna}/photo")).await;
    let head = |name: header::HeaderName| page.headers[name].to_str().unwrap().to_owned();
    assert_eq!(head(header::CONTENT_TYPE), "image/png");
    assert_eq!(
        head(header::CONTENT_SECURITY_POLICY),
        "default-src 'none'; sandbox"
    );
    assert_eq!(head(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(
        browser
            .get("/profile")
            .await
            .text
            .contains(&format!("/people/{anna}/photo?v="))
    );
    // Nobody else's, and not the firm's.
    let ola = user(&site, "ola@firma.test").unwrap().id;
    for path in [
        format!("/settings/users/{ola}/photo"),
        "/settings/firm/logo".to_owned(),
    ] {
        assert_eq!(
            send(&browser, &path, &png()).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let owner = site.owner_browser().await;
    assert_eq!(owner.get("/firm/logo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        send(&owner, "/settings/firm/logo", &png()).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(owner.get("/firm/logo").await.status, StatusCode::OK);
    assert!(owner.guest("/login").await.text.contains("/firm/logo?v=1"));
}

#[tokio::test]
async fn the_firm_has_its_ways_and_they_count_at_once() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let form = [
        ("name", "Stolarnia"),
        ("tax_id", "526-104-08-28"),
        ("address", "ul. Leśna 1\r\n43-300 Bielsko-Biała"),
        ("language", "en"),
        ("time_zone", "Europe/Lisbon"),
        ("currency", "eur"),
        ("trash_days", "30"),
    ];
    assert_eq!(
        browser.post("/settings/firm", &form).await.status,
        StatusCode::SEE_OTHER
    );
    let firm = site.state.vault.firm().unwrap().unwrap();
    assert_eq!(firm.tax_id.as_deref(), Some("5261040828"));
    assert_eq!(firm.address, "ul. Leśna 1\n43-300 Bielsko-Biała");
    let vault = &site.state.vault;
    assert_eq!(vault.zone().iana_name(), Some("Europe/Lisbon"));
    assert_eq!(vault.input_reading().currency.as_str(), "EUR");
    assert!(
        browser
            .guest("/login")
            .await
            .text
            .contains(r#"<html lang="en""#)
    );
    for (field, value) in [
        ("tax_id", "5261040827"),
        ("language", "de"),
        ("time_zone", "Europe/Radom"),
        ("currency", "zł"),
    ] {
        let page = browser
            .post("/settings/firm", &[("name", "Stolarnia"), (field, value)])
            .await;
        assert_eq!(page.status, UNPROCESSABLE, "{field}");
        assert!(
            !page.words(&format!("#f-{field}-help")).is_empty(),
            "{field}"
        );
    }
    // Empty again: as the program would have it.
    let empty = [("language", ""), ("time_zone", ""), ("currency", "")];
    assert_eq!(
        browser.post("/settings/firm", &empty).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(vault.input_reading().currency.as_str(), "PLN");
}

#[tokio::test]
async fn the_first_steps_are_shown_skipped_and_found_again() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let steps = browser.get("/").await.words("main .entries");
    for step in ["Firma", "Osoby i role", "Import", "Bezpieczeństwo"] {
        assert!(steps.contains(step), "{steps}");
    }
    let skip = [("step", "import"), ("act", "skip"), ("back", "/")];
    assert_eq!(browser.post("/settings/start", &skip).await.location(), "/");
    assert!(
        !browser
            .get("/")
            .await
            .words("main .entries")
            .contains("Klienci z arkusza")
    );
    assert!(
        browser
            .get("/settings/start")
            .await
            .words("main")
            .contains("pominięte")
    );
    browser
        .post("/settings/start", &[("step", "import"), ("act", "again")])
        .await;
    assert!(
        browser
            .get("/")
            .await
            .words("main .entries")
            .contains("Klienci z arkusza")
    );
    // Done by doing it.
    browser
        .post("/settings/firm", &[("address", "ul. Leśna 1")])
        .await;
    assert!(
        !browser
            .get("/")
            .await
            .words("main .entries")
            .contains("NIP, adres")
    );
    site.person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let all = [("step", "import"), ("step", "safety"), ("act", "skip")];
    browser.post("/settings/start", &all).await;
    assert_eq!(browser.get("/").await.words("main .entries"), "");
    // Not for those who do not run the firm.
    let anna = site.browser("anna@firma.test").await;
    assert!(!anna.get("/").await.text.contains("/settings/start"));
    assert_eq!(
        anna.post("/settings/start", &all).await.status,
        StatusCode::FORBIDDEN
    );
}
