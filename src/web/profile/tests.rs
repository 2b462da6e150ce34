//! One's own account by its forms.

use axum::http::StatusCode;

use crate::data::{BuiltIn, Channel, Origin};
use crate::web::settings::test_site::{PASSWORD, Site};

const NEW: &str = "Cztery-Zielone-Drzewa-77";

#[tokio::test]
async fn a_password_is_changed_with_the_current_one_and_other_sessions_end() {
    let site = Site::new().await;
    let (here, elsewhere) = (site.owner_browser().await, site.owner_browser().await);
    let attempt = |current: &'static str, new: &'static str, again: &'static str| {
        let here = &here;
        async move {
            let form = [
                ("current_password", current),
                ("password", new),
                ("password_again", again),
            ];
            here.post("/profile/password", &form).await
        }
    };
    let page = attempt("nie-to-haslo-co-trzeba", NEW, NEW).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.words("#f-current_password-help")
            .contains("obecne hasło")
    );
    assert!(!page.text.contains(NEW));
    let page = attempt(PASSWORD, "krótkie", "inne").await;
    assert!(
        page.words("#f-password-help").contains("15")
            && page.words("#f-password_again-help").contains("różnią")
    );
    let page = attempt(PASSWORD, "Wójcik-Wójcik-Wójcik", "Wójcik-Wójcik-Wójcik").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    let page = attempt(PASSWORD, NEW, NEW).await;
    assert_eq!(
        (page.status, page.location()),
        (StatusCode::SEE_OTHER, "/profile?notice=password-changed")
    );
    assert_eq!(here.get("/profile").await.status, StatusCode::OK);
    assert_eq!(
        elsewhere.get("/profile").await.location(),
        "/login?next=%2Fprofile"
    );
    let credential = site.state.vault.credential("ola@firma.test").unwrap();
    assert!(site.state.passwords.verify(credential, NEW).await.is_some());
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_is_revoked() {
    let site = Site::new().await;
    site.person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let (browser, other) = (
        site.owner_browser().await,
        site.browser("anna@firma.test").await,
    );
    for (name, expires, field) in [
        ("", "", "#f-token-name-help"),
        ("sklep", "2020-01-01", "#f-expires-help"),
        ("sklep", "jutro", "#f-expires-help"),
    ] {
        let page = browser
            .post("/profile/tokens", &[("name", name), ("expires", expires)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.words(field).is_empty(), "{name} {expires}");
    }
    let page = browser
        .post(
            "/profile/tokens",
            &[("name", "sklep"), ("expires", "2099-12-31")],
        )
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["cache-control"], "no-store");
    let secret = page.words("code");
    let origin = Origin {
        address: None,
        office: false,
        channel: Channel::Api,
    };
    assert!(
        site.state
            .vault
            .by_token(&secret, origin)
            .unwrap()
            .admitted()
            .is_some()
    );
    let page = browser.get("/profile").await;
    assert!(!page.text.contains(&secret) && page.words("table").contains("sklep"));
    assert!(
        page.words("table").contains("31.12.2099"),
        "{}",
        page.words("table")
    );

    let id = site.owner.read().unwrap().tokens(false).unwrap()[0].id;
    let address = format!("/profile/tokens/{id}/revoke");
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        other.post(&address, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(browser.get(&address).await.words("h1").contains("sklep"));
    assert_eq!(
        browser.post(&address, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        site.state
            .vault
            .by_token(&secret, origin)
            .unwrap()
            .admitted()
            .is_none()
    );
}

#[tokio::test]
async fn name_language_and_appearance_are_ones_own() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let page = browser
        .post(
            "/profile",
            &[("name", ""), ("language", "en"), ("theme", "dark")],
        )
        .await;
    assert_eq!(
        (page.status, page.value("language").as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "en")
    );
    let page = browser
        .post(
            "/profile",
            &[
                ("name", "Aleksandra"),
                ("language", "en"),
                ("theme", "dark"),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.get(page.location()).await;
    assert!(
        page.text.contains(r#"<html lang="en" data-theme="dark""#)
            && page.words(".toast").to_lowercase().contains("saved")
    );
    assert_eq!(page.value("name"), "Aleksandra");
}
