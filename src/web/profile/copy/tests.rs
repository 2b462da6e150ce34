//! One's own copy from the profile: made, fetched by nobody else, kept in the log.

use axum::http::header;
use serde_json::json;

use crate::clients::CLIENTS;
use crate::data::{BuiltIn, Changes, Draft};
use crate::web::settings::test_site::Site;

async fn with_client() -> Site {
    let site = Site::new().await;
    let field = CLIENTS.named("name").unwrap();
    let name = field.kind.take_json(&json!("Tajemnicza S.A.")).unwrap();
    let draft = Draft {
        values: Changes::from([(field.no, name)]),
        origin: None,
    };
    site.owner.create(&CLIENTS, draft).await.unwrap();
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_made_fetched_by_its_person_alone_and_kept_in_the_log() {
    let site = with_client().await;
    let web = site.owner_browser().await;
    assert!(
        web.get("/profile")
            .await
            .words("main")
            .contains("Moja kopia")
    );
    let started = web.post("/profile/copy", &[]).await;
    let place = started.location().to_owned();
    let done = web.ended(&place).await;
    assert!(
        done.words("main").contains("zakończona"),
        "{}",
        done.words("main")
    );
    let file = web.get(&format!("{place}/result")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/zip");
    let name = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(
        name.contains("moja-kopia-") && name.contains(".zip"),
        "{name}"
    );
    assert!(
        file.text.starts_with("PK")
            && file.text.contains("clients.xlsx")
            && file.text.contains("README.txt")
    );

    // Another owner sees that it was made, and does not get it.
    site.person("Inny Właściciel", "inny@firma.test", BuiltIn::Owner.id())
        .await;
    let other = site.browser("inny@firma.test").await;
    assert_eq!(other.get(&place).await.status, 200);
    assert_eq!(other.get(&format!("{place}/result")).await.status, 404);
    let entry = web.get("/audit?kind=exported").await;
    assert!(
        entry.words("main").contains("Ola"),
        "{}",
        entry.words("main")
    );
    assert!(entry.words("main").to_lowercase().contains("zip"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_export_nothing_is_told_so() {
    let site = with_client().await;
    site.person("Jan", "jan@firma.test", BuiltIn::Salesperson.id())
        .await;
    let web = site.browser("jan@firma.test").await;
    let profile = web.get("/profile").await;
    assert!(
        profile
            .words("main")
            .contains("nie pozwala niczego eksportować")
    );
    assert!(!profile.text.contains(r#"action="/profile/copy""#));
    assert_eq!(web.post("/profile/copy", &[]).await.status, 403);
    assert_eq!(
        web.without_token().post("/profile/copy", &[]).await.status,
        403
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_permission_the_file_goes_too() {
    let site = with_client().await;
    let role =
        json!({"name": "Z eksportem", "modules": {"clients": {"view": "own", "export": true}}});
    let role = site
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    site.person("Jan", "jan@firma.test", role.id).await;
    let web = site.browser("jan@firma.test").await;
    let started = web.post("/profile/copy", &[]).await;
    let file = format!("{}/result", started.location());
    web.ended(started.location()).await;
    let got = web.get(&file).await;
    assert!(got.status == 200 && !got.text.contains("Tajemnicza"));
    let less = json!({"modules": {"clients": {"view": "own"}}});
    site.owner
        .update_role(role.id, less.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    assert_eq!(web.get(&file).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_more_than_the_limit_is_not_begun_and_owners_learn_of_it() {
    let site = with_client().await;
    let role = json!({"name": "Mało", "modules": {"clients": {"view": "all", "export": true}},
        "limits": {"export_per_day": 1}});
    let role = role.as_object().unwrap().clone();
    let role = site.owner.create_role(role).await.unwrap();
    site.person("Jan", "jan@firma.test", role.id).await;
    let web = site.browser("jan@firma.test").await;
    for (letters, done) in [(0, true), (1, false), (1, false)] {
        let started = web.post("/profile/copy", &[]).await;
        let place = started.location().to_owned();
        web.ended(&place).await;
        let file = web.get(&format!("{place}/result")).await;
        assert_eq!(file.status == 200, done);
        let told = site.letters(crate::data::Template::Alarm);
        assert_eq!(told.len(), letters);
    }
}
