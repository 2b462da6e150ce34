//! The role editor by its forms.

use axum::http::StatusCode;

use super::test_site::{Page, Site, role_id};
use super::tests::{UNPROCESSABLE, user};
use crate::data::{BuiltIn, Module, Role, Scope};

fn role(site: &Site, name: &str) -> Option<Role> {
    let reading = site.owner.read().unwrap();
    reading
        .rights()
        .people()
        .roles()
        .into_iter()
        .find(|role| role.name == name)
        .cloned()
}

/// The fields of the role editor as a browser would send them.
fn fields(page: &Page) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(&page.text);
    let all = scraper::Selector::parse("main form.edit-form :is(input, select)").unwrap();
    let chosen = scraper::Selector::parse("option[selected]").unwrap();
    let mut fields = Vec::new();
    for field in document.select(&all) {
        let name = field.attr("name").unwrap().to_owned();
        if name == "csrf" || field.attr("disabled").is_some() {
            continue;
        }
        if field.value().name() == "select" {
            let option = field.select(&chosen).next();
            fields.push((
                name,
                option
                    .and_then(|option| option.attr("value"))
                    .unwrap_or_default()
                    .to_owned(),
            ));
        } else if field.attr("type") != Some("checkbox") || field.attr("checked").is_some() {
            fields.push((name, field.attr("value").unwrap_or_default().to_owned()));
        }
    }
    fields
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test]
async fn the_model_salesperson_is_set_up_by_copying() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let page = browser
        .get(&format!(
            "/settings/roles/new?copy={}",
            role_id(BuiltIn::Salesperson)
        ))
        .await;
    assert_eq!(page.value("name"), "Sprzedawca (kopia)");
    let mut sent = fields(&page);
    for (name, value) in &mut sent {
        match name.as_str() {
            "name" => *value = "Handlowiec".to_owned(),
            "modules.clients.delete" => *value = "own".to_owned(),
            _ => {}
        }
    }
    sent.push((
        "modules.clients.options.merge".to_owned(),
        "true".to_owned(),
    ));
    let page = browser
        .post("/settings/roles/sentence", &pairs(&sent))
        .await;
    assert!(page.text.contains("Może usuwać.") && !page.text.contains("<html"));
    assert!(role(&site, "Handlowiec").is_none());
    assert_eq!(
        browser
            .post("/settings/roles/new", &pairs(&sent))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let made = role(&site, "Handlowiec").unwrap();
    let clients = made.module(Module::Clients);
    assert_eq!(
        (clients.view, clients.edit, clients.delete),
        (Scope::Own, Scope::Own, Scope::Own)
    );
    assert!(clients.options.contains("merge") && !clients.export);
    assert_eq!(
        made.module(Module::Tasks),
        BuiltIn::Salesperson.role().module(Module::Tasks)
    );

    // Saving the editor as it stands changes nothing.
    let address = format!("/settings/roles/{}", made.id);
    let page = browser.get(&address).await;
    assert!(page.words("#role-sentence").contains(
        "Widzi i edytuje tylko swoich klientów. Może usuwać. Nie widzi danych finansowych."
    ));
    assert_eq!(
        browser.post(&address, &pairs(&fields(&page))).await.status,
        StatusCode::SEE_OTHER
    );
    let saved = role(&site, "Handlowiec").unwrap();
    assert_eq!((&saved.modules, &saved.admin), (&made.modules, &made.admin));

    // Somebody who had the page open meanwhile does not overwrite it.
    assert_eq!(
        browser.post(&address, &pairs(&fields(&page))).await.status,
        StatusCode::CONFLICT
    );
    let wrong = [("name", "Handlowiec"), ("modules.clients.view", "everyone")];
    assert_eq!(browser.post(&address, &wrong).await.status, UNPROCESSABLE);
    assert_eq!(
        browser
            .post("/settings/roles/new", &[("name", "handlowiec")])
            .await
            .status,
        UNPROCESSABLE
    );

    site.person("Anna Kowal", "anna@firma.test", saved.id).await;
    let page = browser.post(&format!("{address}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.words("main").contains("Anna Kowal"));
    site.owner
        .delete_user(user(&site, "anna@firma.test").unwrap().id)
        .await
        .unwrap();
    assert_eq!(
        browser.post(&format!("{address}/delete"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(role(&site, "Handlowiec").is_none());
}

#[tokio::test]
async fn built_in_roles_are_shown_and_not_changed() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    for built_in in BuiltIn::ALL {
        let address = format!("/settings/roles/{}", built_in.id());
        let page = browser.get(&address).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.words(".banner").contains("Utwórz podobną"));
        assert_eq!(fields(&page), []);
        assert_eq!(
            browser.post(&address, &[("name", "X")]).await.status,
            StatusCode::CONFLICT
        );
        assert_eq!(
            browser.post(&format!("{address}/delete"), &[]).await.status,
            StatusCode::CONFLICT
        );
    }
}
