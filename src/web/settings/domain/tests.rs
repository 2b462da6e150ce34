//! HTTPS by its page.

use axum::http::StatusCode;

use crate::data::BuiltIn;
use crate::web::settings::test_site::Site;

#[tokio::test]
async fn names_are_set_checked_and_kept_in_their_form() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/domain").await;
    assert!(page.words("main").contains("HTTPS jest wyłączone"));
    assert!(page.words("main").contains("Krok po kroku"));
    for wrong in ["10.0.0.1", "*.firma.pl", "a b/c", "-x.pl"] {
        let fields = [("domains", wrong), ("mode", "acme"), ("contact", "")];
        let page = owner.post("/settings/domain", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let fields = [("domains", ""), ("mode", "acme"), ("contact", "")];
    let page = owner.post("/settings/domain", &fields).await;
    assert!(page.words("main").contains("co najmniej jedną nazwę"));
    let fields = [
        ("domains", "CRM.Firma.pl\r\nłąka.pl, crm.firma.pl"),
        ("mode", "off"),
        ("contact", "it@firma.pl"),
    ];
    let page = owner.post("/settings/domain", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let kept = site.state.vault.domain_settings().unwrap();
    assert_eq!(kept.domains, ["crm.firma.pl", "xn--ka-ola7v.pl"]);
    assert_eq!((kept.on, kept.contact.as_str()), (false, "it@firma.pl"));
}

#[tokio::test]
async fn what_the_file_sets_is_locked() {
    let site = Site::configured("[tls]\nmode = 'off'\ndomains = ['crm.test']").await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/domain").await;
    assert!(
        page.words("main")
            .contains("Ustawione w pliku kartoteka.toml")
    );
    let fields = [("domains", "evil.test"), ("mode", "acme"), ("contact", "")];
    owner.post("/settings/domain", &fields).await;
    let kept = site.state.vault.domain_settings().unwrap();
    assert!(!kept.on && kept.domains.is_empty());
    assert!(!site.state.tls.is_on());
}

#[tokio::test]
async fn nobody_without_the_right_touches_certificates() {
    let site = Site::new().await;
    site.person("Jan", "jan@firma.test", BuiltIn::Salesperson.id())
        .await;
    let jan = site.browser("jan@firma.test").await;
    assert_eq!(
        jan.get("/settings/domain").await.status,
        StatusCode::FORBIDDEN
    );
    for place in [
        "",
        "/check",
        "/renew",
        "/test",
        "/new-key",
        "/certificate",
        "/certificate/remove",
    ] {
        let page = jan.post(&format!("/settings/domain{place}"), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{place}");
    }
}

#[tokio::test]
async fn without_an_authority_there_is_nothing_to_order_or_upload() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    for place in [
        "renew",
        "test",
        "new-key",
        "certificate",
        "certificate/remove",
    ] {
        let page = owner.post(&format!("/settings/domain/{place}"), &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{place}");
    }
}

#[tokio::test]
async fn https_and_certificates_want_the_password_again() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let stale = owner
        .post("/settings/security", &[("fresh_minutes", "0")])
        .await;
    assert_eq!(stale.status, StatusCode::SEE_OTHER, "{}", stale.text);
    let fields = [("domains", "crm.test"), ("mode", "acme"), ("contact", "")];
    let asked = owner.post("/settings/domain", &fields).await;
    assert!(asked.text.contains("confirm_password"), "{}", asked.status);
    assert_eq!(site.state.vault.domain_settings().unwrap().domains.len(), 0);
    let place = "/settings/domain/certificate";
    let asked = owner.upload(place, "certificate", b"PEM").await;
    assert!(asked.text.contains("confirm_password"), "{}", asked.status);
    assert_eq!(asked.hidden("next"), "/settings/domain");
    let asked = owner.post(&format!("{place}/remove"), &[]).await;
    assert!(asked.text.contains("confirm_password"), "{}", asked.status);
}

#[tokio::test]
async fn https_is_not_switched_on_behind_a_proxy() {
    let site = Site::configured("trusted_proxies = ['127.0.0.1/32']").await;
    let owner = site.owner_browser().await;
    let fields = [("domains", "crm.test"), ("mode", "acme"), ("contact", "")];
    let by_proxy = [("x-forwarded-for", "203.0.113.9")];
    let refused = owner
        .post_with("/settings/domain", &fields, &by_proxy)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.words("main").contains("za serwerem pośredniczącym"));
    assert!(!site.state.vault.domain_settings().unwrap().on);
    let fields = [("domains", "crm.test"), ("mode", "off"), ("contact", "")];
    let saved = owner
        .post_with("/settings/domain", &fields, &by_proxy)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
}
