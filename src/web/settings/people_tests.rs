//! What a change does, why, and who the firm and its people are: by their pages.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::test_site::{Browser, Page, Site, role_id};
use super::tests::{UNPROCESSABLE, user};
use crate::data::{
    Access, AdminRight, BuiltIn, Changes, Draft, RecordId, Role, RoleId, UserId, Value, common,
};
use crate::modules::RECORD_TYPES;

/// A role of the firm's own, a salesperson's with other rights to manage.
async fn role(site: &Site, name: &str, admin: &[AdminRight]) -> Role {
    let role = Role {
        admin: admin.iter().copied().collect(),
        ..BuiltIn::Salesperson.role()
    };
    let mut json = role.to_json().as_object().unwrap().clone();
    json.retain(|key, _| matches!(key.as_str(), "modules" | "admin"));
    json.insert("name".into(), json!(name));
    site.owner.create_role(json).await.unwrap()
}

async fn client(access: &Access, name: &str, owner: Option<UserId>) -> RecordId {
    let kind = RECORD_TYPES[0];
    let owner = owner.map(|owner| Value::Id(uuid::Uuid::from_bytes(*owner.bytes())));
    let values = Changes::from([
        (kind.title, Some(Value::Text(name.into()))),
        (common::OWNER, owner),
    ]);
    let draft = Draft {
        values,
        origin: None,
    };
    access.create(kind, draft).await.unwrap().id()
}

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

/// The page of an operation once it has ended.
async fn ended(browser: &Browser, place: &str) -> Page {
    assert!(place.starts_with("/operations/"), "{place}");
    for _ in 0..500 {
        let page = browser.get(place).await;
        if !page.text.contains("every 1s") {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{place} does not end");
}

#[tokio::test]
async fn nobody_is_locked_out_for_records_that_cannot_be_given() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    client(&site.owner, "Firma", Some(anna)).await;
    let browser = site.owner_browser().await;
    let address = format!("/settings/users/{anna}");
    let form = browser.get(&address).await.words("main");
    assert!(form.contains("Rekord tej osoby (1)"), "{form}");
    let disable = format!("{address}/disable");
    for to in [anna, UserId::new()] {
        let refused = browser.post(&disable, &[("to", &to.to_string())]).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert!(user(&site, "anna@firma.test").unwrap().active);
    }

    // Whoever manages people and no clients locks out, and gives nothing away.
    let role = json!({"name": "Kadry", "modules": {}, "admin": {"users": true}});
    let role = role.as_object().unwrap().clone();
    let role = site.owner.create_role(role).await.unwrap();
    site.person("Kadry", "kadry@firma.test", role.id).await;
    let target = site.person("Cel", "cel@firma.test", role.id).await;
    let staff = site.browser("kadry@firma.test").await;
    let disable = format!("/settings/users/{target}/disable");
    let refused = staff.post(&disable, &[("to", &anna.to_string())]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(user(&site, "cel@firma.test").unwrap().active);
    let done = staff.post(&disable, &[("to", "")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(!user(&site, "cel@firma.test").unwrap().active);
}

#[tokio::test]
async fn nobody_is_locked_out_while_no_operation_can_start() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    let piotr = site.person("Piotr Zając", "piotr@firma.test", sales).await;
    client(&site.owner, "Firma", Some(anna)).await;
    let browser = site.owner_browser().await;
    site.state.operations.stop().await;
    let disable = format!("/settings/users/{anna}/disable");
    let refused = browser.post(&disable, &[("to", &piotr.to_string())]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(user(&site, "anna@firma.test").unwrap().active);
    // What the page says where only the second half failed.
    let page = browser
        .get(&format!(
            "/settings/users/{anna}?notice=disabled-records-stay:0:1"
        ))
        .await;
    assert!(
        page.text
            .contains("przekazania rekordów nie udało się rozpocząć")
    );
}

#[tokio::test]
async fn an_account_is_disabled_and_its_records_go_to_a_colleague() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    let piotr = site.person("Piotr Zając", "piotr@firma.test", sales).await;
    for number in 0..3 {
        client(&site.owner, &format!("Firma {number}"), Some(anna)).await;
    }
    let browser = site.owner_browser().await;
    let address = format!("/settings/users/{anna}");
    assert!(
        browser
            .get(&address)
            .await
            .words("main")
            .contains("Klienci: 3")
    );
    let page = browser
        .post(&format!("{address}/disable"), &[("to", &piotr.to_string())])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert!(!user(&site, "anna@firma.test").unwrap().active);
    let place = page.location().to_owned();
    let done = ended(&browser, &place).await;
    for shown in [
        "Przekazanie rekordów: Klienci",
        "zmieniono: 3",
        "Od kogo Anna Kowal",
        "Do kogo Piotr Zając",
    ] {
        assert!(
            done.words("main").contains(shown),
            "{shown}: {}",
            done.words("main")
        );
    }
    let owned = |id| {
        let reading = site.owner.read().unwrap();
        reading.owned(RECORD_TYPES[0], id).unwrap()
    };
    assert_eq!((owned(anna), owned(piotr)), (Some(0), Some(3)));

    // Taken back as a whole, though Anna's account stays locked.
    let undo = browser.post(&format!("{place}/undo"), &[]).await;
    let undone = ended(&browser, undo.location()).await;
    assert!(
        undone.words("main").contains("cofnięto: 3"),
        "{}",
        undone.text
    );
    assert_eq!((owned(anna), owned(piotr)), (Some(3), Some(0)));
    assert!(!user(&site, "anna@firma.test").unwrap().active);
    // To somebody who is locked out nothing goes.
    let back = browser
        .post(
            &format!("/settings/users/{piotr}/hand-over"),
            &[("to", &anna.to_string())],
        )
        .await;
    assert_eq!(back.status, StatusCode::CONFLICT);
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

#[tokio::test]
async fn before_an_account_is_deleted_its_records_are_counted_and_can_be_given_away() {
    let site = Site::new().await;
    let jan = site
        .person("Jan Odchodzi", "jan@firma.test", BuiltIn::Salesperson.id())
        .await;
    let web = site.owner_browser().await;
    let place = format!("/settings/users/{jan}/delete");
    let empty = web.get(&place).await;
    assert!(empty.words("main").contains("Tego nie da się cofnąć"));
    let jans = {
        let vault = &site.state.vault;
        vault.access(&vault.on_machine("jan@firma.test").unwrap())
    };
    let field = crate::clients::CLIENTS.named("name").unwrap();
    for name in ["A", "B"] {
        let value = field.kind.take_json(&json!(name)).unwrap();
        let draft = crate::data::Draft {
            values: [(field.no, value)].into(),
            origin: None,
        };
        jans.create(&crate::clients::CLIENTS, draft).await.unwrap();
    }
    let page = web.get(&place).await;
    let words = page.words("main");
    assert!(words.contains("jest opiekunem rekordów (2)"), "{words}");
    assert!(
        words.contains("Przekaż")
            && page
                .text
                .contains(&format!("/settings/users/{jan}/hand-over"))
    );
    assert!(
        !page.text.contains(&format!("action=\"{place}\"")),
        "no button that would be refused"
    );
}
