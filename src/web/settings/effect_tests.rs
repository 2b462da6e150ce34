//! What a change would do, and why somebody may or may not do something: looked at before it is final.

use axum::http::StatusCode;

use super::people_tests::{client, role};
use super::test_site::{Site, role_id};
use super::tests::{UNPROCESSABLE, user};
use crate::data::{AdminRight, BuiltIn, RecordId, RoleId, UserId};

/// A salesperson's role as its form sends it, with a scope for deleting.
fn role_form<'a>(name: &'a str, delete: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", name),
        ("modules.clients.view", "own"),
        ("modules.clients.edit", "own"),
        ("modules.clients.create", "true"),
        ("modules.clients.delete", delete),
    ]
}

fn deletes(site: &Site, role: RoleId) -> &'static str {
    let reading = site.owner.read().unwrap();
    let role = reading.rights().people().role(role).unwrap();
    role.module(crate::data::Module::Clients).delete.name()
}

#[tokio::test]
async fn a_role_is_looked_at_before_it_is_final() {
    let site = Site::new().await;
    let made = role(&site, "Handlowiec", &[]).await;
    let anna = site.person("Anna Kowal", "anna@firma.test", made.id).await;
    for number in 0..3 {
        client(&site.owner, &format!("Firma {number}"), Some(anna)).await;
    }
    let browser = site.owner_browser().await;
    let address = format!("/settings/roles/{}", made.id);
    let before = deletes(&site, made.id);
    let mut form = role_form("Handlowiec", "own");

    // The button that only looks.
    let page = browser.post(&format!("{address}/preview"), &form).await;
    assert_eq!(page.status, StatusCode::OK);
    let told = page.words("#effects");
    assert!(told.contains("Anna Kowal"), "{told}");
    assert!(
        told.contains("+ zyskuje: Klienci: usuwanie brak → swoje · 3 rekordy więcej"),
        "{told}"
    );
    assert!(
        told.contains("− traci: Zadania"),
        "what the form leaves out goes: {told}"
    );
    assert_eq!(
        page.value("modules.clients.delete"),
        "own",
        "the form is kept"
    );
    assert_eq!(deletes(&site, made.id), before);

    // The button that saves shows it first; pressed again, it saves.
    form.push(("step", "review"));
    let page = browser.post(&address, &form).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.words("main .banner")
            .contains("Nic jeszcze nie zapisano")
    );
    assert_eq!(deletes(&site, made.id), before);
    let seen = page.hidden("seen");
    form.push(("seen", &seen));
    assert_eq!(
        browser.post(&address, &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(deletes(&site, made.id), "own");

    // What was seen of another change does not count.
    let mut other = role_form("Handlowiec", "none");
    other.extend([("step", "review"), ("seen", seen.as_str())]);
    assert_eq!(browser.post(&address, &other).await.status, StatusCode::OK);
    assert_eq!(deletes(&site, made.id), "own");
    // A form sent without its button is saved at once.
    let direct = role_form("Handlowiec", "none");
    assert_eq!(
        browser.post(&address, &direct).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(deletes(&site, made.id), "none");

    // Script gets the inside of the panel alone, errors too.
    let page = browser
        .part(
            &format!("{address}/preview"),
            &role_form("Handlowiec", "own"),
        )
        .await;
    assert!(page.text.contains("Anna Kowal") && !page.text.contains("<html"));
    let page = browser
        .part(&format!("{address}/preview"), &role_form("", "own"))
        .await;
    assert_eq!(page.status, UNPROCESSABLE);
    assert!(page.text.contains("Wypełnij") && !page.text.contains("<html"));
}

#[tokio::test]
async fn an_account_and_a_team_are_looked_at_as_well() {
    let site = Site::new().await;
    let browser = site.owner_browser().await;
    let manager = BuiltIn::Manager.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", manager).await;
    let piotr = site
        .person("Piotr Zając", "piotr@firma.test", manager)
        .await;
    client(&site.owner, "Hotel", Some(piotr)).await;
    browser
        .post("/settings/teams", &[("name", "Południe")])
        .await;
    let team = site.owner.read().unwrap().rights().people().teams()[0].id;
    let address = format!("/settings/teams/{team}");
    let both = [("member", anna.to_string()), ("member", piotr.to_string())];
    let both: Vec<(&str, &str)> = both.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let page = browser.post(&format!("{address}/preview"), &both).await;
    let told = page.words("#effects");
    assert!(
        told.contains("Anna Kowal + zyskuje: Klienci: przeglądanie · 1 rekord więcej"),
        "{told}"
    );
    assert!(!told.contains("Piotr Zając"), "Anna owns nothing: {told}");
    let mut review = both.clone();
    review.push(("step", "review"));
    assert_eq!(
        browser
            .post(&format!("{address}/members"), &review)
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(user(&site, "anna@firma.test").unwrap().team, None);
    let page = browser.post(&format!("{address}/members"), &both).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(user(&site, "anna@firma.test").unwrap().team, Some(team));

    // Leaving the team: what the account's own page tells.
    let sales = role_id(BuiltIn::Salesperson);
    let form = [
        ("name", "Anna Kowal"),
        ("email", "anna@firma.test"),
        ("role", &*sales),
        ("team", ""),
    ];
    let page = browser
        .post(&format!("/settings/users/{anna}/preview"), &form)
        .await;
    let told = page.words("#effects");
    assert!(
        told.contains("− traci: Klienci: przeglądanie zespołu → swoje · 1 rekord mniej"),
        "{told}"
    );
    assert!(
        told.contains("− traci: Klienci, Finanse: widzi → ukryte"),
        "{told}"
    );
    assert_eq!(user(&site, "anna@firma.test").unwrap().role, manager);
    assert_eq!(page.value("role"), sales);
}

#[tokio::test]
async fn why_is_told_in_a_sentence_with_what_to_change() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    let piotr = site.person("Piotr Zając", "piotr@firma.test", sales).await;
    let hotel = client(&site.owner, "Hotel Nad Wapienicą", Some(anna)).await;
    let browser = site.owner_browser().await;
    let ask = |person: UserId, record: String, act: &'static str| {
        let browser = &browser;
        async move {
            let path = format!("/settings/why?person={person}&record={record}&act={act}");
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            page
        }
    };
    let page = ask(
        anna,
        format!("https://crm.test/clients/{hotel}/edit"),
        "delete",
    )
    .await;
    assert!(page.words(".banner").starts_with(
        "Anna Kowal nie może usunąć tego klienta („Hotel Nad Wapienicą”): rola Sprzedawca ma usuwanie: brak."
    ), "{}", page.words(".banner"));
    assert!(page.text.contains(&format!("/settings/roles/{sales}")));
    let page = ask(piotr, hotel.to_string(), "view").await;
    assert!(
        page.words(".banner")
            .contains("rola Sprzedawca ma przeglądanie: swoje, a opiekunem jest Anna Kowal."),
        "{}",
        page.words(".banner")
    );
    assert!(page.text.contains(&format!("/clients/{hotel}/edit")));
    let page = ask(anna, "wapienic".to_owned(), "edit").await;
    assert!(
        page.words(".banner")
            .contains("Anna Kowal może edytować tego klienta")
    );
    let page = ask(piotr, hotel.to_string(), "write.finance").await;
    assert!(
        page.words(".banner")
            .contains("bez dostępu do oglądania nie ma innych czynności, rola Sprzedawca")
    );
    let page = ask(anna, String::new(), "export").await;
    assert!(
        page.words(".banner")
            .contains("nie ma uprawnienia „Klienci: eksport”: rola Sprzedawca na to nie pozwala.")
    );
    let page = browser
        .get(&format!("/settings/why?record=/clients/{hotel}"))
        .await;
    let table = page.words(".standings");
    assert!(
        table.contains("Anna Kowal Ogląda: tak · to rekord tej osoby"),
        "{table}"
    );
    assert!(
        table.contains("Piotr Zając Ogląda: nie · rola Sprzedawca"),
        "{table}"
    );
    let card = browser.get(&format!("/clients/{hotel}")).await;
    assert!(
        card.text
            .contains(&format!("/settings/why?record=/clients/{hotel}"))
    );
}

#[tokio::test]
async fn whoever_asks_learns_nothing_of_what_they_do_not_see() {
    let site = Site::new().await;
    let clerks = role(&site, "Kadry", &[AdminRight::Roles]).await;
    site.person("Jan Kadrowy", "jan@firma.test", clerks.id)
        .await;
    let anna = site
        .person("Anna Kowal", "anna@firma.test", BuiltIn::Salesperson.id())
        .await;
    let hotel = client(&site.owner, "Hotel Nad Wapienicą", Some(anna)).await;
    let browser = site.browser("jan@firma.test").await;
    let page = |record: String| {
        let browser = &browser;
        async move {
            let page = browser
                .get(&format!("/settings/why?person={anna}&record={record}"))
                .await;
            assert_eq!(page.status, StatusCode::OK);
            page.words("main .banner")
        }
    };
    let missing = page(RecordId::new().to_string()).await;
    assert!(missing.contains("poza Twoim zakresem"), "{missing}");
    assert_eq!(page(hotel.to_string()).await, missing);
    assert_eq!(page("Wapienic".to_owned()).await, missing);
    // Those who manage neither people nor roles do not ask at all.
    let browser = site.browser("anna@firma.test").await;
    assert_eq!(
        browser.get("/settings/why").await.status,
        StatusCode::FORBIDDEN
    );
    let card = browser.get(&format!("/clients/{hotel}")).await;
    assert!(card.status == StatusCode::OK && !card.text.contains("/settings/why"));
}
