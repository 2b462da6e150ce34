//! The log as people read it.

use axum::http::StatusCode;
use serde_json::json;

use crate::data::{AdminRight, BuiltIn, Changes, Draft, RecordType};
use crate::modules::RECORD_TYPES;
use crate::web::settings::test_site::Site;

fn draft(kind: &RecordType, name: &str) -> Draft {
    let field = kind.named("name").unwrap();
    let mut values = Changes::new();
    values.insert(field.no, field.kind.take_json(&json!(name)).unwrap());
    Draft {
        values,
        origin: None,
    }
}

#[tokio::test]
async fn entries_are_sentences_with_links() {
    let site = Site::new().await;
    let kind = RECORD_TYPES[0];
    let client = site
        .owner
        .create(kind, draft(kind, "Hotel Nad Wapienicą"))
        .await
        .unwrap();
    let anna = site
        .person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let browser = site.owner_browser().await;
    browser
        .post(
            &format!("/settings/users/{anna}"),
            &[("role", &BuiltIn::Manager.id().to_string())],
        )
        .await;
    let sales = site.browser("anna@firma.test").await;
    assert_eq!(
        sales.get("/settings/users").await.status,
        StatusCode::FORBIDDEN
    );

    let page = browser.get("/audit").await;
    let words = page.words("table");
    for said in [
        "Dodano klienta Hotel Nad Wapienicą",
        "Zmieniono konto Anna Kowal · rola: Sprzedawca → Kierownik",
        "Odmowa: brak uprawnienia użytkownicy i zespoły (/settings/users)",
        "Zalogowanie",
        "203.0.113.7",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(
        page.text
            .contains(&format!(r#"href="/clients/{}""#, client.id()))
    );
    assert!(
        page.text
            .contains(&format!(r#"href="/settings/users/{anna}""#))
    );

    let of_anna = browser
        .get(&format!("/audit?user={anna}&kind=refused&kind=sign_in"))
        .await
        .words("tbody");
    assert!(
        of_anna.contains("Odmowa")
            && of_anna.contains("Zalogowanie")
            && !of_anna.contains("Dodano")
    );
    let about = browser
        .get(&format!("/audit?record={}", client.id()))
        .await
        .words("tbody");
    assert!(about.starts_with("Dodano klienta"), "{about}");
    assert!(
        browser
            .get("/audit?at_to=2020-01-01")
            .await
            .words("main")
            .contains("Nie ma wpisów")
    );
    assert!(
        browser
            .get("/audit?at_from=nigdy")
            .await
            .words(".error")
            .contains("datę")
    );
}

#[tokio::test]
async fn names_of_records_go_through_the_guard() {
    let site = Site::new().await;
    let kind = RECORD_TYPES[0];
    let client = site
        .owner
        .create(kind, draft(kind, "TAJNY KLIENT"))
        .await
        .unwrap();
    let mut reader = BuiltIn::Salesperson.role();
    reader.admin.insert(AdminRight::Audit);
    let mut json = reader.to_json().as_object().unwrap().clone();
    json.retain(|key, _| matches!(key.as_str(), "modules" | "admin"));
    json.insert("name".into(), "Audytor".into());
    let reader = site.owner.create_role(json).await.unwrap();
    site.person("Jan Audytor", "jan@firma.test", reader.id)
        .await;
    let page = site.browser("jan@firma.test").await.get("/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("TAJNY"));
    let id = client.id().to_string();
    assert!(page.words("code").contains(id.rsplit('-').next().unwrap()));
    assert!(!page.text.contains("/settings/users/"));
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    let site = Site::new().await;
    let kind = RECORD_TYPES[0];
    for number in 0..120 {
        site.owner
            .create(kind, draft(kind, &format!("Klient {number:03}.")))
            .await
            .unwrap();
    }
    let browser = site.owner_browser().await;
    let (mut address, mut seen) = ("/audit?kind=created".to_owned(), String::new());
    for _ in 0..10 {
        let page = browser.get(&address).await;
        seen.push_str(&page.words("tbody"));
        let links = scraper::Html::parse_document(&page.text);
        let older = scraper::Selector::parse(".pager-steps a").unwrap();
        let next = links
            .select(&older)
            .find(|link| link.text().any(|text| text == "Starsze"));
        match next {
            Some(link) => link.attr("href").unwrap().clone_into(&mut address),
            None => break,
        }
    }
    for number in 0..120 {
        assert_eq!(
            seen.matches(&format!("Klient {number:03}.")).count(),
            1,
            "{number}"
        );
    }
}
