//! Settings by their forms, as people use them.

use axum::http::StatusCode;

use super::test_site::{PASSWORD, Site, role_id};
use crate::data::{AdminRight, BuiltIn, User};

pub(super) const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) fn user(site: &Site, email: &str) -> Option<User> {
    site.owner
        .read()
        .unwrap()
        .rights()
        .people()
        .by_email(email)
        .cloned()
}

#[tokio::test]
async fn an_account_is_made_changed_locked_out_and_deleted() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let page = browser.get("/settings/users/new").await;
    assert_eq!(
        page.words("select[name=role] option:first-child"),
        "Sprzedawca"
    );
    let suggested = page.value("password");
    let salesperson = role_id(BuiltIn::Salesperson);
    let form = [
        ("name", "Anna Kowal"),
        ("email", " ANNA@Firma.test"),
        ("role", &salesperson),
        ("team", ""),
        ("password", &suggested),
    ];
    let page = browser.post("/settings/users/new", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let anna = user(&site, "anna@firma.test").unwrap();
    assert_eq!(
        page.location(),
        format!("/settings/users/{}?notice=created", anna.id)
    );
    let credential = site.state.vault.credential("anna@firma.test").unwrap();
    assert!(
        site.state
            .passwords
            .verify(credential, &suggested)
            .await
            .is_some()
    );

    let address = format!("/settings/users/{}", anna.id);
    let manager = role_id(BuiltIn::Manager);
    let page = browser
        .post(
            &address,
            &[
                ("name", "Anna Kowal-Nowak"),
                ("email", "anna@firma.test"),
                ("role", &manager),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let anna = user(&site, "anna@firma.test").unwrap();
    assert_eq!(
        (anna.name.as_str(), anna.role),
        ("Anna Kowal-Nowak", BuiltIn::Manager.id())
    );

    assert_eq!(
        browser
            .post(&format!("{address}/disable"), &[])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert!(!user(&site, "anna@firma.test").unwrap().active);
    assert_eq!(
        browser.post(&format!("{address}/enable"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(user(&site, "anna@firma.test").unwrap().active);
    assert_eq!(
        browser.post(&format!("{address}/unlock"), &[]).await.status,
        StatusCode::SEE_OTHER
    );

    let page = browser
        .post(&format!("{address}/password"), &[("password", "krótkie")])
        .await;
    assert_eq!(page.status, UNPROCESSABLE);
    let page = browser
        .post(
            &format!("{address}/password"),
            &[("password", "Cztery-Zielone-Drzewa")],
        )
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let credential = site.state.vault.credential("anna@firma.test").unwrap();
    assert!(
        site.state
            .passwords
            .verify(credential, "Cztery-Zielone-Drzewa")
            .await
            .is_some()
    );

    assert!(
        browser
            .get(&format!("{address}/delete"))
            .await
            .words("h1")
            .contains("Anna Kowal-Nowak")
    );
    assert_eq!(
        browser.post(&format!("{address}/delete"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(user(&site, "anna@firma.test").is_none());
    assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_with_errors_comes_back_with_its_values() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let salesperson = role_id(BuiltIn::Salesperson);
    let form = [
        ("name", ""),
        ("email", "ola@firma.test"),
        ("role", &*salesperson),
        ("password", "Anna-Kowal-12345"),
    ];
    let page = browser.post("/settings/users/new", &form).await;
    assert_eq!(page.status, UNPROCESSABLE);
    assert_eq!(
        (page.value("email").as_str(), page.value("role")),
        ("ola@firma.test", salesperson.clone())
    );
    assert!(
        page.words("#f-name-help").contains("Wypełnij")
            && page.words("#f-email-help").contains("inne konto")
    );
    let form = [
        ("name", "Anna Kowal"),
        ("email", "a@firma.test"),
        ("role", &salesperson),
        ("password", "Anna-Kowal-12345"),
    ];
    assert!(
        browser
            .post("/settings/users/new", &form)
            .await
            .words("#f-password-help")
            .contains("imienia")
    );
}

#[tokio::test]
async fn the_last_owner_stays_and_nobody_grants_more_than_they_hold() {
    let site = Site::new().await;
    let ola = user(&site, "ola@firma.test").unwrap();
    let browser = site.owner_browser().await;
    let address = format!("/settings/users/{}", ola.id);
    let page = browser
        .post(&address, &[("role", &role_id(BuiltIn::Manager))])
        .await;
    assert_eq!(page.status, UNPROCESSABLE);
    assert!(
        page.words("#f-role-help")
            .contains("ostatni czynny właściciel")
    );
    for act in ["disable", "delete"] {
        let page = browser.post(&format!("{address}/{act}"), &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{act}");
        assert!(page.words("main").contains("ostatni czynny właściciel"));
    }
    assert_eq!(
        user(&site, "ola@firma.test").unwrap().role,
        BuiltIn::Owner.id()
    );

    // A clerk who manages people and holds no more than a salesperson.
    let mut clerk = BuiltIn::Salesperson.role();
    clerk.admin.insert(AdminRight::Users);
    let mut json = clerk.to_json().as_object().unwrap().clone();
    json.retain(|key, _| matches!(key.as_str(), "modules" | "admin"));
    json.insert("name".into(), "Kadry".into());
    let clerk = site.owner.create_role(json).await.unwrap();
    site.person("Jan Kadrowy", "jan@firma.test", clerk.id).await;
    let browser = site.browser("jan@firma.test").await;
    let page = browser.get("/settings/users/new").await;
    assert_eq!(page.words("select[name=role]"), "Sprzedawca Kadry");
    let form = [
        ("name", "X Y"),
        ("email", "x@firma.test"),
        ("role", &*role_id(BuiltIn::Manager)),
        ("password", PASSWORD),
    ];
    let page = browser.post("/settings/users/new", &form).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(user(&site, "x@firma.test").is_none());
    assert!(
        browser
            .get(&address)
            .await
            .words(".banner")
            .contains("może więcej niż Twoje")
    );
    assert_eq!(
        browser
            .post(&format!("{address}/password"), &[("password", PASSWORD)])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn teams_and_the_firm() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    assert_eq!(
        browser
            .post("/settings/teams", &[("name", "Południe")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let page = browser
        .post("/settings/teams", &[("name", "Południe")])
        .await;
    assert_eq!(
        (page.status, page.words(".field .error")),
        (UNPROCESSABLE, "Ta nazwa jest już zajęta.".to_owned())
    );
    let team = site.owner.read().unwrap().rights().people().teams()[0].id;
    let address = format!("/settings/teams/{team}");
    assert_eq!(
        browser.post(&address, &[("name", "")]).await.status,
        UNPROCESSABLE
    );
    assert_eq!(
        browser.post(&address, &[("name", "Północ")]).await.status,
        StatusCode::SEE_OTHER
    );
    let ola = user(&site, "ola@firma.test").unwrap();
    let form = [
        ("name", "Ola Wójcik"),
        ("email", "ola@firma.test"),
        ("role", &*ola.role.to_string()),
        ("team", &*team.to_string()),
    ];
    assert_eq!(
        browser
            .post(&format!("/settings/users/{}", ola.id), &form)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(user(&site, "ola@firma.test").unwrap().team, Some(team));
    assert_eq!(
        browser.post(&format!("{address}/delete"), &[]).await.status,
        StatusCode::CONFLICT
    );

    let page = browser
        .post("/settings/firm", &[("name", ""), ("trash_days", "30")])
        .await;
    assert!(page.status == UNPROCESSABLE && page.words("#f-name-help").contains("Wypełnij"));
    let page = browser
        .post("/settings/firm", &[("name", "Nowa"), ("trash_days", "0")])
        .await;
    assert!(page.status == UNPROCESSABLE && page.words("#f-trash_days-help").contains("od 1 do 3"));
    assert_eq!(
        browser
            .post("/settings/firm", &[("name", "Nowa"), ("trash_days", "90")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let firm = site.state.vault.firm().unwrap().unwrap();
    assert_eq!((firm.name.as_str(), firm.trash_days), ("Nowa", 90));
}

#[tokio::test]
async fn those_without_the_right_are_refused_everywhere() {
    let site = Site::new().await;
    site.person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let browser = site.browser("anna@firma.test").await;
    let ola = user(&site, "ola@firma.test").unwrap().id;
    let paths = [
        "/settings",
        "/settings/users",
        "/settings/users/new",
        "/settings/teams",
        "/settings/roles",
        "/settings/firm",
        "/audit",
    ];
    for path in paths {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let page = browser
        .post(&format!("/settings/users/{ola}/disable"), &[])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.words("main").contains("użytkownicy i zespoły"));
    assert_eq!(
        browser.post("/settings/roles/sentence", &[]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn every_page_opens_in_both_languages() {
    let site = Site::new().await;
    let anna = site
        .person("Anna Kowal", "anna@firma.test", BuiltIn::Accounting.id())
        .await;
    let browser = site.owner_browser().await;
    for lang in ["pl", "en"] {
        assert_eq!(
            browser
                .post("/profile", &[("name", "Ola"), ("language", lang)])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let mut paths: Vec<String> = [
            "",
            "/users",
            "/users/new",
            "/teams",
            "/roles",
            "/roles/new",
            "/firm",
            "/start",
            "/why",
        ]
        .map(|path| format!("/settings{path}"))
        .into();
        paths.extend(["/profile", "/profile/password", "/audit"].map(str::to_owned));
        paths.push(format!("/settings/users/{anna}"));
        paths.extend(BuiltIn::ALL.map(|role| format!("/settings/roles/{}", role.id())));
        for path in paths {
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(
                page.text.len() < 60_000,
                "{path} weighs {} bytes",
                page.text.len()
            );
        }
    }
}
