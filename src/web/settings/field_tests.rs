//! The pages of the firm's own fields, as a person without script uses them.

use axum::http::StatusCode;

use super::test_site::Site;
use crate::data::{BuiltIn, Module};

#[tokio::test]
async fn a_field_is_defined_used_retired_brought_back_and_removed() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let index = browser.get("/settings").await;
    assert!(index.words("main").contains("Pola własne"));
    let empty = browser.get("/settings/fields").await;
    assert!(empty.words("main").contains("Nie ma jeszcze własnych pól"));
    let form = browser.get("/settings/fields/new?module=clients").await;
    assert_eq!(form.status, StatusCode::OK);
    let refused = browser
        .post(
            "/settings/fields",
            &[
                ("module", "clients"),
                ("label_pl", ""),
                ("type", "choice"),
                ("choices", ""),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .words("main")
            .contains("Podaj co najmniej jedną pozycję")
    );

    let like_ours = [("module", "clients"), ("label_pl", "nip"), ("type", "text")];
    let like_ours = browser.post("/settings/fields", &like_ours).await;
    assert!(
        like_ours
            .words("main")
            .contains("Jest już pole o nazwie „NIP”")
    );

    let made = browser
        .post(
            "/settings/fields",
            &[
                ("module", "clients"),
                ("label_pl", "Segment"),
                ("label_en", "Tier"),
                ("type", "choice"),
                ("choices", "Zwykły | Plain\nPremium"),
                ("listed", "true"),
            ],
        )
        .await;
    assert_eq!(made.location(), "/settings/fields?notice=created");
    let text = [
        ("module", "clients"),
        ("label_pl", "Źródło"),
        ("type", "text"),
        ("group", "new"),
        ("group_pl", "Marketing"),
    ];
    assert_eq!(
        browser.post("/settings/fields", &text).await.status,
        StatusCode::SEE_OTHER
    );
    let list = browser.get("/settings/fields").await;
    let words = list.words("main");
    assert!(
        words.contains("custom.segment") && words.contains("grupa: Marketing"),
        "{words}"
    );
    let roles = browser.get("/settings/roles/new").await;
    assert!(
        roles
            .text
            .contains(r#"name="modules.clients.groups.marketing""#)
    );

    let new = browser.get("/clients/new").await;
    assert!(new.words("main").contains("Segment") && new.words("main").contains("Marketing"));
    let client = [
        ("name", "Hevelius"),
        ("custom.segment", "choice_2"),
        ("custom.zrodlo", "targi"),
    ];
    let made = browser.post("/clients/new", &client).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let card = browser.get(made.location()).await;
    assert!(card.words("main").contains("Premium") && card.words("main").contains("targi"));
    let filtered = browser
        .get("/clients?custom.segment=Premium&sort=-custom.segment")
        .await;
    assert!(filtered.words("main").contains("Hevelius"));

    let moved = browser
        .post("/settings/fields/clients/zrodlo/move", &[("to", "up")])
        .await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let words = browser.get("/settings/fields").await.words("main");
    assert!(words.find("Źródło") < words.find("Segment"), "{words}");
    let edit = browser.get("/settings/fields/clients/segment").await;
    let version = edit.value("version");
    assert_eq!(edit.value("choices.choice_2.pl"), "Premium");
    let renamed = [
        ("version", version.as_str()),
        ("label_pl", "Segment"),
        ("choices.choice_1.pl", "Zwykły"),
        ("choices.choice_1.offered", "true"),
        ("choices.choice_2.pl", "Złoty"),
        ("choices.choice_2.offered", "true"),
        ("choices", "Srebrny"),
        ("listed", "true"),
    ];
    let saved = browser
        .post("/settings/fields/clients/segment", &renamed)
        .await;
    assert_eq!(
        saved.location(),
        "/settings/fields?notice=saved",
        "{}",
        saved.text
    );
    let list = browser.get("/clients").await.words("main");
    assert!(
        list.contains("Złoty") && !list.contains("Premium"),
        "{list}"
    );

    let retired = browser
        .post("/settings/fields/clients/segment/retire", &[])
        .await;
    let told = browser.get(retired.location()).await;
    assert!(
        told.text
            .contains("/settings/fields/clients/segment/bring-back"),
        "undo is offered"
    );
    assert!(
        !browser
            .get("/clients")
            .await
            .words("main")
            .contains("Złoty")
    );
    browser
        .post("/settings/fields/clients/segment/bring-back", &[])
        .await;
    assert!(
        browser
            .get("/clients")
            .await
            .words("main")
            .contains("Złoty")
    );

    browser
        .post("/settings/fields/clients/segment/retire", &[])
        .await;
    let unsure = browser
        .post("/settings/fields/clients/segment/purge", &[])
        .await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = browser.get("/settings/fields/clients/segment/purge").await;
    assert!(asked.words("main").contains("Segment") && asked.words("main").contains("z 1 rekordu"));
    let sure = browser
        .post(
            "/settings/fields/clients/segment/purge",
            &[("confirmed", "segment")],
        )
        .await;
    assert_eq!(sure.location(), "/settings/fields?notice=field-purged");
    site.state
        .vault
        .system("test")
        .clear_purged_fields()
        .await
        .unwrap();
    assert!(
        !browser
            .get("/settings/fields")
            .await
            .words("main")
            .contains("custom.segment")
    );
    assert_eq!(
        site.state.vault.check_consistency().unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn only_those_who_run_the_firm_define_fields() {
    let site = Site::new().await;
    site.person("Adam", "adam@firma.test", BuiltIn::Manager.id())
        .await;
    let manager = site.browser("adam@firma.test").await;
    for path in ["/settings/fields", "/settings/fields/new"] {
        assert_eq!(manager.get(path).await.status, StatusCode::FORBIDDEN);
    }
    let posted = manager
        .post("/settings/fields", &[("label_pl", "X"), ("type", "text")])
        .await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN);
    let owner = site.owner_browser().await;
    for missing in [
        "/settings/fields/clients/none",
        "/settings/fields/moon/none",
        "/settings/fields/clients/none/purge",
    ] {
        assert_eq!(
            owner.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    assert!(
        site.owner
            .read()
            .unwrap()
            .custom_fields(Module::Clients)
            .unwrap()
            .is_empty()
    );
}
