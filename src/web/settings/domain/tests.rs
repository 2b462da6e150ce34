//! HTTPS by its page.

use axum::http::StatusCode;

use crate::data::BuiltIn;
use crate::tls::{Source, tests::Authority};
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
    let site = Site::configured("[tls]\nmode = 'off'").await;
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

fn chain_with_key(authority: &Authority, name: &str, days: i64) -> String {
    let made = authority.issue(&[name], days);
    let above = format!("{}{}", authority.below_pem, authority.root_pem);
    format!("{}{above}{}", made.certificate, made.key)
}

const PLACE: &str = "/settings/domain/certificate";

/// A firm with a bought certificate, whose names no authority outside could prove.
#[tokio::test]
async fn a_certificate_of_ones_own_needs_no_authority() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let fields = [("domains", "crm.test"), ("mode", "off"), ("contact", "")];
    owner.post("/settings/domain", &fields).await;
    let pem = chain_with_key(&Authority::new(), "crm.test", 60);
    let sent = owner.upload(PLACE, "certificate", pem.as_bytes()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words("main"));
    let fields = [("domains", "crm.test"), ("mode", "own"), ("contact", "")];
    let saved = owner.post("/settings/domain", &fields).await;
    assert!(saved.status.is_redirection() || saved.status.is_success());
    let tls = &site.state.tls;
    assert_eq!(tls.status().unwrap().source, Source::Own);
    assert!(!tls.asks_authority(), "nobody is asked");
    let page = owner.get("/settings/domain").await;
    let words = page.words("main");
    assert!(words.contains("HTTPS działa"), "{words}");
    assert!(words.contains("kopie zapasowe nie zawierają certyfikatów"));
    let order = owner.post("/settings/domain/renew", &[]).await;
    assert_eq!(order.status, StatusCode::CONFLICT);

    // With the tick, somebody stands in where it is not replaced.
    let fields = [
        ("domains", "crm.test"),
        ("mode", "own"),
        ("contact", ""),
        ("step_in", "true"),
    ];
    owner.post("/settings/domain", &fields).await;
    assert!(tls.asks_authority());

    // What cannot be undone is asked twice.
    let remove = format!("{PLACE}/remove");
    let asked = owner.get(&remove).await;
    assert!(asked.words("main").contains("Usunąć własny certyfikat"));
    let asked = owner.post(&remove, &[]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(tls.status().unwrap().source, Source::Own);
    let done = owner.post(&remove, &[("confirmed", "true")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(tls.status().unwrap().source, Source::SelfSigned);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_in_the_readers_words() {
    let site = Site::new().await;
    let owner = site.owner_browser().await;
    let authority = Authority::new();
    let made = authority.issue(&["crm.test"], 60);
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let der = rustls::pki_types::pem::PemObject::from_pem_slice(made.certificate.as_bytes());
    let der: rustls::pki_types::CertificateDer<'_> = der.unwrap();
    for (sent, words) in [
        (Vec::new(), "Wybierz plik z certyfikatem"),
        (b"to nie jest certyfikat".to_vec(), "nie ma certyfikatu"),
        (der.to_vec(), "Nie ma klucza prywatnego"),
        (
            format!("{}{locked}", made.certificate).into_bytes(),
            "zaszyfrowany hasłem",
        ),
        (vec![b'x'; 400_000], "256 KB"),
    ] {
        let page = owner.upload(PLACE, "certificate", &sent).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(page.words("main").contains(words), "{words}");
    }
}

#[tokio::test]
async fn colours_say_how_certificates_stand() {
    for (days, colour, words) in [
        (60, "ok", "HTTPS działa"),
        (9, "warn", "Podmień pliki"),
        (-2, "fail", "Certyfikat wygasł"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.pem");
        std::fs::write(&path, chain_with_key(&Authority::new(), "crm.test", days)).unwrap();
        let config = format!(
            "[tls]\nmode = 'files'\ndomains = ['crm.test']\ncert_file = '{0}'\nkey_file = '{0}'",
            path.display()
        );
        let site = Site::configured(&config).await;
        let owner = site.owner_browser().await;
        let page = owner.get("/settings/domain").await;
        let verdict = page.words(&format!(".verdict.{colour}"));
        assert!(verdict.contains(words), "{days}: {verdict}");
    }
    // A name that the certificate is not for is no success.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.pem");
    std::fs::write(&path, chain_with_key(&Authority::new(), "inna.test", 60)).unwrap();
    let config = format!(
        "[tls]\nmode = 'files'\ndomains = ['crm.test']\ncert_file = '{0}'\nkey_file = '{0}'",
        path.display()
    );
    let site = Site::configured(&config).await;
    let owner = site.owner_browser().await;
    let page = owner.get("/settings/domain").await;
    let verdict = page.words(".verdict.warn");
    assert!(verdict.contains("nie obejmuje nazwy crm.test"), "{verdict}");
}
