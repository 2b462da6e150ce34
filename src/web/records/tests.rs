//! The pages of records asked for as a browser without script would: forms filled in and sent back.

mod browser;
mod counted;
mod files;
mod importing;
mod lists;
mod merging;
mod operations;
mod registers;
mod trashing;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use scraper::Html;
use serde_json::json;

use crate::clients::CLIENTS;
use crate::data::{BuiltIn, RecordId};
use browser::{Page, css, firm};

#[tokio::test]
async fn a_form_comes_back_as_it_was_filled_in() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let page = web.get("/clients/new").await;
    let made = web
        .submit(
            &page,
            "/clients/new",
            &[
                ("name", "Żółw Sp. z o.o."),
                ("tax_id", "526-104-08-28"),
                ("emails", "a@zolw.test\r\nb@zolw.test"),
                ("phones", "601 102 203"),
                ("tags", "hurt, VIP"),
                ("address.city", "Łódź"),
                ("address.country", "Niemcy"),
                ("notes", "\nPierwsza\r\n\r\nDruga"),
                ("credit_limit", "1 234,50"),
                ("discount_percent", "2,5"),
                ("payment_days", "14"),
                ("status", "active"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let id = firm.by_name("Żółw Sp. z o.o.").unwrap();
    assert_eq!(made.location, format!("/clients/{id}?notice=created"));
    let stored = firm.get(id);
    assert_eq!(stored["tax_id"], "5261040828");
    assert_eq!(stored["emails"], json!(["a@zolw.test", "b@zolw.test"]));
    assert_eq!(stored["tags"], json!(["hurt", "VIP"]));
    assert_eq!(stored["address"]["country"], "DE");
    assert_eq!(stored["credit_limit"]["amount"], "1234.50");
    assert_eq!(stored["discount_percent"], json!(2.5));

    let card = web.get(&made.location).await;
    for shown in [
        "526-104-08-28",
        "mailto:a@zolw.test",
        "tel:+48601102203",
        "1\u{a0}234,50\u{a0}zł",
        "Dodano.",
        "Niemcy",
    ] {
        assert!(card.has(shown), "{shown}");
    }
    assert!(!card.has("⟦"), "a bare key");

    // Sent back untouched, nothing changes.
    let path = format!("/clients/{id}/edit");
    let edit = web.get(&path).await;
    assert!(!edit.has("⟦"), "a bare key");
    let same = web.submit(&edit, &path, &[]).await;
    assert_eq!(same.location, format!("/clients/{id}"));
    assert_eq!(firm.get(id), stored);
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_values_stay() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let page = web.get("/clients/new").await;
    let wrong = [
        ("name", ""),
        ("tax_id", "123"),
        ("emails", "nie"),
        ("notes", "Zostaje"),
    ];
    let bad = web.submit(&page, "/clients/new", &wrong).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, typed) in wrong {
        assert_eq!(bad.field("/clients/new", name).as_deref(), Some(typed));
    }
    let document = Html::parse_document(&bad.text);
    for name in ["name", "tax_id", "emails"] {
        let control = document
            .select(&css(&format!("form.edit-form [name={name}]")))
            .next()
            .unwrap();
        assert_eq!(control.attr("aria-invalid"), Some("true"), "{name}");
    }
    // A field that the program sets is refused, not passed over.
    let mut fields = page.form("/clients/new");
    fields.retain(|(name, _)| name != "name");
    fields.push(("name".into(), "X".into()));
    fields.push(("balance".into(), "5,00".into()));
    let refused = web.post("/clients/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(firm.by_name("X").is_none());
}

#[tokio::test]
async fn a_conflict_shows_both_versions_and_loses_neither() {
    let firm = firm().await;
    let (one, two) = (
        firm.browser("o@f.test").await,
        firm.browser("o@f.test").await,
    );
    let client = firm
        .client(
            &firm.owner,
            &[("name", json!("Firma")), ("notes", json!("stare"))],
        )
        .await;
    let path = format!("/clients/{}/edit", client.id());
    let (first, second) = (one.get(&path).await, two.get(&path).await);
    let saved = one
        .submit(
            &first,
            &path,
            &[("notes", "moje-pierwsze"), ("address.city", "Łódź")],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let clash = two
        .submit(
            &second,
            &path,
            &[("notes", "moje-drugie"), ("website", "firma.pl")],
        )
        .await;
    assert_eq!(clash.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in ["moje-pierwsze", "moje-drugie", "Ola Właścicielka"] {
        assert!(clash.has(shown), "{shown}");
    }
    assert_eq!(firm.get(client.id())["notes"], "moje-pierwsze");
    let chosen = two.submit(&clash, &path, &[]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    let stored = firm.get(client.id());
    assert_eq!(stored["notes"], "moje-drugie");
    assert_eq!(
        stored["address"]["city"], "Łódź",
        "what the other changed alone stays"
    );
    assert_eq!(stored["website"], "https://firma.pl");
}

#[tokio::test]
async fn a_foreign_record_is_as_unknown_as_one_that_is_not_there() {
    let firm = firm().await;
    firm.user("sales", BuiltIn::Salesperson).await;
    let foreign = firm
        .client(
            &firm.owner,
            &[
                ("name", json!("Obca Tajemnica")),
                ("tax_id", json!("5261040828")),
            ],
        )
        .await;
    let web = firm.browser("sales@f.test").await;
    let nobody = RecordId::new();
    for rest in ["", "/edit", "/history"] {
        let there = web.get(&format!("/clients/{}{rest}", foreign.id())).await;
        let gone = web.get(&format!("/clients/{nobody}{rest}")).await;
        assert_eq!(there.status, StatusCode::NOT_FOUND, "{rest}");
        let plain = |page: &Page, id: RecordId| page.text.replace(&id.to_string(), "ID");
        assert_eq!(plain(&there, foreign.id()), plain(&gone, nobody), "{rest}");
    }
    // The warning about twins does not say that one exists.
    let page = web.get("/clients/new").await;
    let made = web
        .submit(
            &page,
            "/clients/new",
            &[("name", "Ta sama"), ("tax_id", "5261040828")],
        )
        .await;
    let card = web.get(&made.location).await;
    assert_eq!(card.status, StatusCode::OK);
    assert!(!card.has("już jest w kartotece"), "{}", card.text);
    assert!(!card.has("Obca Tajemnica"));
    for path in [
        "/clients",
        "/search?q=obca",
        "/clients?q=tajemnica",
        "/clients/suggest/company?q=obca",
    ] {
        assert!(!web.get(path).await.has("Obca Tajemnica"), "{path}");
    }
}

#[tokio::test]
async fn hidden_fields_show_nowhere() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let own = firm.client(&sales, &[("name", json!("Własny"))]).await;
    let mut changes = crate::data::Changes::new();
    for (name, json) in [
        (
            "credit_limit",
            json!({"amount": "98765.43", "currency": "PLN"}),
        ),
        ("bank_account", json!("PL61109010140000071219812874")),
    ] {
        let field = CLIENTS.named(name).unwrap();
        changes.insert(field.no, field.kind.take_json(&json).unwrap());
    }
    firm.owner
        .update(&CLIENTS, own.id(), changes, None)
        .await
        .unwrap();
    let web = firm.browser("sales@f.test").await;
    let (card, edit) = (
        format!("/clients/{}", own.id()),
        format!("/clients/{}/edit", own.id()),
    );
    for path in [&card, &edit, "/clients?q=98765.43", "/clients"] {
        let text = web.get(path).await.text.replace(['\u{a0}', ' '], "");
        let text = text
            .replace("q=98765.43", "")
            .replace("value=\"98765.43\"", "");
        assert!(
            !text.contains("98765") && !text.contains("61109010"),
            "{path}"
        );
    }
    for path in [
        "/clients?sort=credit_limit",
        "/clients?credit_limit_from=1",
        "/clients?nope=1",
        "/clients?page=0",
        "/clients?per_page=7",
    ] {
        assert_eq!(
            web.get(path).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path}"
        );
    }
    let page = web.get(&edit).await;
    let sent = web.submit(&page, &edit, &[("credit_limit", "1,00")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(firm.get(own.id())["credit_limit"]["amount"], "98765.43");
}

#[tokio::test]
async fn deleting_restoring_and_undoing() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let client = firm
        .client(&firm.owner, &[("name", json!("Do kosza"))])
        .await;
    let card = web.get(&format!("/clients/{}", client.id())).await;
    let deleted = web
        .submit(&card, &format!("/clients/{}/delete", client.id()), &[])
        .await;
    assert_eq!(
        deleted.location,
        format!("/clients?notice=deleted&undo=clients/{}", client.id())
    );
    assert!(firm.get(client.id()).is_null());
    let trash = web.get("/trash").await;
    assert!(trash.has("Do kosza") && !trash.has("⟦"));
    let list = web.get(&deleted.location).await;
    let back = web
        .submit(&list, &format!("/clients/{}/restore", client.id()), &[])
        .await;
    assert_eq!(
        back.location,
        format!("/clients/{}?notice=restored", client.id())
    );

    let path = format!("/clients/{}/edit", client.id());
    let edit = web.get(&path).await;
    let saved = web.submit(&edit, &path, &[("name", "Zmieniona")]).await;
    let card = web.get(&saved.location).await;
    let undone = web.submit(&card, "/clients/undo", &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert_eq!(firm.get(client.id())["name"], "Do kosza");
}

#[tokio::test]
async fn several_at_once() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let tagged = [("name", json!("A")), ("tags", json!(["stary"]))];
    let a = firm.client(&firm.owner, &tagged).await.id();
    let b = firm.client(&firm.owner, &[("name", json!("B"))]).await.id();
    let list = web.get("/clients").await;
    let csrf = list.csrf();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let ids = [field("id", &a.to_string()), field("id", &b.to_string())];
    let with = |more: &[(&str, &str)]| -> Vec<(String, String)> {
        let mut fields = vec![csrf.clone()];
        fields.extend(ids.clone());
        fields.extend(more.iter().map(|(name, value)| field(name, value)));
        fields
    };
    let changed = web
        .post(
            "/clients/bulk",
            &with(&[
                ("action", "change"),
                ("status", "former"),
                ("tags_add", "nowy"),
                ("owner", "none"),
            ]),
        )
        .await;
    assert!(
        changed
            .location
            .starts_with("/clients?notice=bulk-changed:2&undo=clients:"),
        "{}",
        changed.location
    );
    assert_eq!(firm.get(a)["tags"], json!(["stary", "nowy"]));
    assert_eq!(
        (&firm.get(b)["status"], &firm.get(b)["owner"]),
        (&json!("former"), &json!(null))
    );
    let page = web.get(&changed.location).await;
    assert!(page.has("Zmieniono 2 rekordy."));
    web.submit(&page, "/clients/undo", &[]).await;
    assert_eq!(
        (&firm.get(a)["tags"], &firm.get(b)["status"]),
        (&json!(["stary"]), &json!("lead"))
    );

    let gone = RecordId::new().to_string();
    let mut fields = with(&[("action", "delete")]);
    fields.push(field("id", &gone));
    let deleted = web.post("/clients/bulk", &fields).await;
    assert!(
        deleted
            .location
            .starts_with("/clients?notice=bulk-partly:2:1:missing&undo=clients/"),
        "{}",
        deleted.location
    );
    let page = web.get(&deleted.location).await;
    let back = web.submit(&page, "/clients/restore", &[]).await;
    assert_eq!(back.location, "/clients?notice=bulk-restored:2");
    for wrong in [
        vec![csrf.clone()],
        with(&[]),
        with(&[("action", "change")]),
        with(&[("action", "change"), ("colour", "red")]),
    ] {
        assert_eq!(
            web.post("/clients/bulk", &wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    firm.user("sales", BuiltIn::Salesperson).await;
    let sales = firm.browser("sales@f.test").await;
    let mut fields = with(&[("action", "delete")]);
    fields[0] = sales.get("/clients").await.csrf();
    assert_eq!(
        sales.post("/clients/bulk", &fields).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_company_is_named_by_its_name() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let company = firm
        .client(&firm.owner, &[("name", json!("Hotel Łąka"))])
        .await;
    let page = web
        .get(&format!(
            "/clients/new?kind=person&company={}",
            company.id()
        ))
        .await;
    let name = |text: &'static str| ("name", text);
    let made = web
        .submit(&page, "/clients/new", &[name("Jan Łęcki")])
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let by_name = [name("Ewa Łęcka"), ("company", "hotel łąka")];
    let page = web.get("/clients/new?kind=person").await;
    assert_eq!(
        web.submit(&page, "/clients/new", &by_name).await.status,
        StatusCode::SEE_OTHER
    );
    for person in ["Jan Łęcki", "Ewa Łęcka"] {
        let id = firm.by_name(person).unwrap();
        assert_eq!(firm.get(id)["company"], company.id().to_string());
    }
    let card = web.get(&format!("/clients/{}", company.id())).await;
    assert!(card.has("Jan Łęcki") && card.has("Ewa Łęcka"));
    firm.client(&firm.owner, &[("name", json!("Hotel Łąka"))])
        .await;
    let several = web
        .submit(
            &page,
            "/clients/new",
            &[name("Trzecia"), ("company", "Hotel Łąka")],
        )
        .await;
    assert_eq!(several.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(several.has(&format!("[{}]", company.id())));
    let options = web.get("/clients/suggest/company?q=hot").await;
    assert!(options.has(&format!("Hotel Łąka [{}]", company.id())));
    let none = web
        .submit(
            &page,
            "/clients/new",
            &[name("Czwarta"), ("company", "Nie ma")],
        )
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn pages_of_a_list_follow_one_another() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    for number in 0..60 {
        firm.client(
            &firm.owner,
            &[("name", json!(format!("Klient {number:02}")))],
        )
        .await;
    }
    let rows = |page: &Page| -> Vec<String> {
        let document = Html::parse_document(&page.text);
        let selector = css("a.row-link");
        let links = document.select(&selector);
        links.map(|link| link.text().collect()).collect()
    };
    let mut found = Vec::new();
    let mut path = "/clients?per_page=25".to_owned();
    loop {
        let page = web.get(&path).await;
        found.extend(rows(&page));
        let document = Html::parse_document(&page.text);
        let next = document.select(&css("a[rel=next]")).next();
        match next.and_then(|next| next.attr("href").map(str::to_owned)) {
            Some(href) => path = href,
            None => break,
        }
    }
    let expected: Vec<String> = (0..60)
        .map(|number| format!("Klient {number:02}"))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(
        rows(&web.get("/clients?per_page=25&page=3").await),
        expected[50..]
    );
    assert_eq!(
        rows(&web.get("/clients?per_page=25&page=99").await),
        expected[50..]
    );
    let page = web.get("/clients?sort=-name&status=lead").await;
    assert!(page.has(r#"aria-sort="descending""#) && page.has("Status:") && !page.has("⟦"));
    let request = Request::get("/clients").header("hx-request", "true");
    let part = web.send(request, Body::empty()).await;
    assert!(part.text.starts_with("<section class=\"list\" id=\"list\""));
}
