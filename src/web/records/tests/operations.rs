//! Acts on many records and large exports, as their starter and as others meet them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::browser::{Browser, Firm, Page, firm, firm_at_once};
use crate::data::{BuiltIn, NewOperation, OperationKind, RecordId};
use crate::jobs::operations::{Stop, Task};
use crate::web::state::AtOnce;

const FEW: AtOnce = AtOnce {
    written: 2,
    exported: 2,
};

async fn clients(firm: &Firm, count: usize) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let name = json!(format!("Klient {number}"));
        let fields = [("name", name), ("website", json!("https://stara.test"))];
        ids.push(firm.client(&firm.owner, &fields).await.id());
    }
    ids
}

async fn post(web: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let mut form = vec![web.get("/operations").await.csrf()];
    form.extend(
        fields
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    );
    web.post(path, &form).await
}

#[tokio::test]
async fn everything_on_the_list_is_changed_as_an_operation_and_taken_back() {
    let firm = firm_at_once(FEW).await;
    let web = firm.browser("o@f.test").await;
    let ids = clients(&firm, 30).await;
    let list = web.get("/clients?q=klient&per_page=25").await;
    assert!(list.has("wszystkie z listy (30)") && list.has(r#"name="filter" value="q=klient""#));
    let change = [
        ("all", "1"),
        ("filter", "q=klient"),
        ("action", "change"),
        ("status", "former"),
        ("tags_add", "hurt"),
    ];
    let careless = post(&web, "/clients/bulk", &[("all", "1"), ("action", "delete")]).await;
    assert_eq!(careless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let started = post(&web, "/clients/bulk", &change).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    let place = started.location;
    assert!(place.starts_with("/operations/"), "{place}");
    let page = web.ended(&place).await;
    for shown in [
        "Zmiana wielu rekordów: Klienci",
        "zakończona",
        "zmieniono: 30",
        "/clients?q=klient",
    ] {
        assert!(page.has(shown), "{shown}: {}", page.text);
    }
    assert!(!page.has("⟦"));
    assert_eq!(firm.get(ids[29])["tags"], json!(["hurt"]));
    assert!(web.get("/operations").await.has(&place));

    // One is changed by hand before it is taken back.
    let name = crate::clients::CLIENTS.named("notes").unwrap();
    let value = name.kind.take_json(&json!("ręcznie")).unwrap();
    let by_hand = firm.owner.update(
        &crate::clients::CLIENTS,
        ids[3],
        [(name.no, value)].into(),
        None,
    );
    by_hand.await.unwrap();
    let undo = web.submit(&page, &format!("{place}/undo"), &[]).await;
    assert_eq!(undo.status, StatusCode::SEE_OTHER);
    let undone = web.ended(&undo.location).await;
    for shown in [
        "cofnięto: 29",
        "pozostawiono: 1",
        "Klient 3",
        "w międzyczasie zmiana: Ola Właścicielka",
    ] {
        assert!(undone.has(shown), "{shown}: {}", undone.text);
    }
    assert_eq!(firm.get(ids[0])["status"], "lead");
    assert_eq!(firm.get(ids[3])["status"], "former");
    // What was left can be tried again, and is left again.
    assert!(!web.get(&place).await.has("cofnięta"));
    let again = post(&web, &format!("{place}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let again = web.ended(&again.location).await;
    assert!(again.has("pozostawiono: 1") && !again.has("cofnięto:"));
    let audit = web.get("/audit").await;
    assert!(
        audit.has("operację") && audit.has(&undo.location),
        "{}",
        audit.text
    );
}

#[tokio::test]
async fn an_operation_is_its_starters_own() {
    let firm = firm_at_once(FEW).await;
    clients(&firm, 3).await;
    firm.user("sales", BuiltIn::Salesperson).await;
    let (web, other) = (
        firm.browser("o@f.test").await,
        firm.browser("sales@f.test").await,
    );
    assert!(
        other
            .get("/operations")
            .await
            .has("Nie ma jeszcze operacji")
    );
    let started = web.get("/clients/export?format=csv&q=klient").await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    let place = started.location;
    let page = web.ended(&place).await;
    let file = format!("{place}/result");
    assert!(page.has(&file) && page.has("Pobierz plik"), "{}", page.text);
    let taken = web.get(&file).await;
    assert_eq!(taken.status, StatusCode::OK);
    assert!(taken.has("Klient 2"));
    for path in [&place, &file] {
        assert_eq!(
            other.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for act in ["cancel", "undo"] {
        let refused = post(&other, &format!("{place}/{act}"), &[]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
    }
    assert!(!other.get("/operations").await.has(&place));

    // Another owner sees that it was, and has no way to the file.
    firm.user("second", BuiltIn::Owner).await;
    let second = firm.browser("second@f.test").await;
    let seen = second.get(&place).await;
    assert!(seen.has("Eksport: Klienci") && !seen.has("Pobierz plik") && !seen.has("q=klient"));
    assert_eq!(second.get(&file).await.status, StatusCode::NOT_FOUND);

    let id = place.rsplit('/').next().unwrap();
    std::fs::remove_file(firm.results().join(id)).unwrap();
    let gone = web.get(&file).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.has("Zrób eksport jeszcze raz"));
    assert!(web.get("/audit").await.has("csv"));
}

#[tokio::test]
async fn one_under_way_shows_how_far_it_is_and_stops_when_told() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let new = NewOperation {
        kind: OperationKind::Export,
        module: None,
        total: Some(10),
        undoable: false,
        detail: json!({}),
    };
    let patient = |task: Task| async move {
        task.progress(4, Some(1200));
        loop {
            task.go_on()?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        #[expect(unreachable_code)]
        Ok::<_, Stop>(())
    };
    let id = firm
        .state
        .operations
        .start(&firm.owner, new, patient)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(30)).await;
    let place = format!("/operations/{id}");
    let page = web.get(&place).await;
    for shown in [
        "4 z 1\u{a0}200",
        "hx-trigger=\"every 1s\"",
        "max=\"1200\" value=\"4\"",
        "1 operacja w toku",
    ] {
        assert!(page.has(shown), "{shown}: {}", page.text);
    }
    let request = Request::get(&place).header("hx-request", "true");
    let part = web.send(request, Body::empty()).await;
    assert!(
        part.text.starts_with("<section id=\"operation\""),
        "{}",
        part.text
    );
    let stopped = web.submit(&page, &format!("{place}/cancel"), &[]).await;
    assert_eq!(stopped.location, place);
    let page = web.ended(&place).await;
    assert!(
        page.has("zatrzymana") && page.has("Nic nie zostało zmienione."),
        "{}",
        page.text
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!web.get("/").await.has("operacja w toku"));
}

#[tokio::test]
async fn any_field_is_set_or_cleared_on_a_page_of_its_own() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let ids = clients(&firm, 2).await;
    let (one, two) = (ids[0].to_string(), ids[1].to_string());
    let asked = [
        ("id", one.as_str()),
        ("id", two.as_str()),
        ("action", "edit"),
    ];
    let page = post(&web, "/clients/bulk", &asked).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("Zmiana zaznaczonych rekordów (2)") && !page.has("⟦"));
    let form = page.form("/clients/bulk");
    for name in [
        "address.city",
        "payment_days",
        "owner",
        "status",
        "tags_add",
        "emails_remove",
    ] {
        assert!(
            form.iter()
                .any(|(field, value)| field == name && value.is_empty()),
            "{name}"
        );
    }
    let both = [
        ("website", "nowa.test"),
        ("clear", "website"),
        ("address.city", "Łódź"),
    ];
    let wrong = web.submit(&page, "/clients/bulk", &both).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("nie jedno i drugie") && wrong.has("value=\"Łódź\""));
    let right = [
        ("clear", "website"),
        ("address.city", "Łódź"),
        ("payment_days", "30"),
    ];
    let done = web.submit(&page, "/clients/bulk", &right).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let stored = firm.get(ids[1]);
    assert_eq!(
        (&stored["address"]["city"], &stored["website"]),
        (&json!("Łódź"), &json!(null))
    );
    assert_eq!(stored["payment_days"], 30);
    let page = web.get(&done.location).await;
    web.submit(&page, "/clients/undo", &[]).await;
    assert_eq!(firm.get(ids[0])["website"], "https://stara.test");
    for wrong in ["name", "status", "nope", "balance"] {
        let fields = [("id", one.as_str()), ("action", "change"), ("clear", wrong)];
        let refused = post(&web, "/clients/bulk", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn a_file_of_wider_rights_is_not_handed_out_any_more() {
    let firm = firm_at_once(FEW).await;
    clients(&firm, 3).await;
    firm.user("second", BuiltIn::Owner).await;
    let web = firm.browser("second@f.test").await;
    let started = web.get("/clients/export?format=csv&q=klient").await;
    let place = started.location;
    web.ended(&place).await;
    let file = format!("{place}/result");
    assert_eq!(web.get(&file).await.status, StatusCode::OK);

    // Still with the right to export, but no longer of everybody's records.
    let people = firm.owner.read().unwrap();
    let id = people
        .rights()
        .people()
        .by_email("second@f.test")
        .unwrap()
        .id;
    drop(people);
    let manager = json!({"role": BuiltIn::Manager.id()});
    let manager = manager.as_object().unwrap().clone();
    firm.owner.update_user(id, manager, None).await.unwrap();
    let refused = web.get(&file).await;
    assert_eq!(refused.status, StatusCode::GONE, "{}", refused.text);
    assert!(refused.has("zmieniła się Twoja rola albo zespół") && !refused.has("Klient 2"));
}

#[tokio::test]
async fn counts_of_others_work_are_not_shown_within_a_narrow_scope() {
    let firm = firm_at_once(FEW).await;
    clients(&firm, 30).await;
    let web = firm.browser("o@f.test").await;
    let change = [
        ("all", "1"),
        ("filter", "q=klient"),
        ("action", "change"),
        ("status", "former"),
    ];
    let place = post(&web, "/clients/bulk", &change).await.location;
    web.ended(&place).await;
    let role = json!({"name": "Biuro", "modules": {"clients": {"view": "own"}}, "admin": {"settings": true}});
    let role = role.as_object().unwrap().clone();
    let role = firm.owner.create_role(role).await.unwrap();
    firm.user("biuro", BuiltIn::Salesperson).await;
    let reading = firm.owner.read().unwrap();
    let id = reading
        .rights()
        .people()
        .by_email("biuro@f.test")
        .unwrap()
        .id;
    drop(reading);
    let role = json!({"role": role.id}).as_object().unwrap().clone();
    firm.owner.update_user(id, role, None).await.unwrap();
    let office = firm.browser("biuro@f.test").await;
    let page = office.get(&place).await;
    assert!(page.has("Zmiana wielu rekordów: Klienci"), "{}", page.text);
    assert!(page.has("Liczby widzą osoby"));
    assert!(!page.has("zmieniono: 30") && !page.has(&format!("{place}/undo")));
    let list = office.get("/operations").await;
    assert!(list.has(&place) && !list.has("zmieniono: 30"));
}
