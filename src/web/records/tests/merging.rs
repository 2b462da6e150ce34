//! Duplicates, merging and its undo as a browser without script goes through them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::browser::{Browser, Page, firm};
use crate::data::{BuiltIn, RecordId};

const TAX_ID: &str = "5261040828";

/// A partial update, as script asks for it while somebody types.
async fn typed(web: &Browser, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
    let (name, csrf) = page.csrf();
    let mut pairs = vec![(name.as_str(), csrf.as_str())];
    pairs.extend_from_slice(fields);
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("hx-request", "true");
    web.send(request, Body::from(body)).await
}

#[tokio::test]
async fn a_twin_is_named_while_typing_and_asked_about_when_saving() {
    let firm = firm().await;
    firm.user("sales", BuiltIn::Salesperson).await;
    firm.client(
        &firm.owner,
        &[
            ("name", json!("Alfa sp. z o.o.")),
            ("tax_id", json!(TAX_ID)),
            ("address.city", json!("Kraków")),
        ],
    )
    .await;
    let web = firm.browser("o@f.test").await;
    let page = web.get("/clients/new").await;
    for (field, text) in [("tax_id", "PL 526-104-08-28"), ("name", "ALFA S.A.")] {
        let path = format!("/clients/twins?field={field}");
        let part = typed(&web, &page, &path, &[(field, text)]).await;
        assert_eq!(part.status, StatusCode::OK);
        assert!(
            part.has("Alfa sp. z o.o.") && part.has("Kraków"),
            "{}",
            part.text
        );
        let sales = firm.browser("sales@f.test").await;
        let own = sales.get("/clients/new").await;
        let part = typed(&sales, &own, &path, &[(field, text)]).await;
        assert_eq!((part.status, part.text.as_str()), (StatusCode::OK, ""));
    }
    for path in [
        "/clients/twins?field=notes",
        "/clients/twins?field=credit_limit",
        "/clients/twins",
    ] {
        assert_eq!(
            typed(&web, &page, path, &[]).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let twin = [("name", "Druga Alfa"), ("tax_id", "526-104-08-28")];
    let asked = web.submit(&page, "/clients/new", &twin).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.has("Zapisz mimo to") && asked.has("Alfa sp. z o.o."));
    assert_eq!(
        asked.field("/clients/new", "name").as_deref(),
        Some("Druga Alfa")
    );
    assert!(firm.by_name("Druga Alfa").is_none());
    let saved = web
        .submit(&asked, "/clients/new", &[("twin_ok", "true")])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let card = web.get(&saved.location).await;
    assert!(
        card.has("Porównaj i połącz") && !card.has("⟦"),
        "the card leads to the merge"
    );

    // The firm refuses twins: the form says so beside the field, and "anyway" is no way round.
    let settings = web.get("/settings/firm").await;
    let kept = web
        .submit(&settings, "/settings/firm", &[("block_twins", "true")])
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert!(firm.state.vault.firm().unwrap().unwrap().block_twins);
    let third = [("name", "Trzecia"), ("tax_id", TAX_ID), ("twin_ok", "true")];
    let refused = web.submit(&page, "/clients/new", &third).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.has("Firma nie pozwala na drugiego"),
        "{}",
        refused.text
    );
    let sales = firm.browser("sales@f.test").await;
    let page = sales.get("/clients/new").await;
    let refused = sales.submit(&page, "/clients/new", &third).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Zapytaj kierownika") && !refused.has("Alfa"));
}

#[tokio::test]
async fn duplicates_are_found_merged_and_parted_again() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let empty = web.get("/clients/duplicates").await;
    assert!(empty.has("Nie ma duplikatów") && !empty.has("⟦"));
    let one = firm
        .client(
            &firm.owner,
            &[
                ("name", json!("Alfa")),
                ("tax_id", json!(TAX_ID)),
                ("tags", json!(["hurt"])),
                ("notes", json!("Pierwsza")),
                ("website", json!("alfa.pl")),
            ],
        )
        .await
        .id();
    let other = firm
        .client(
            &firm.owner,
            &[
                ("name", json!("Alfa sp. z o.o.")),
                ("tax_id", json!(TAX_ID)),
                ("tags", json!(["VIP"])),
                ("notes", json!("Druga")),
            ],
        )
        .await
        .id();
    let list = web.get("/clients").await;
    assert!(list.has("/clients/duplicates"));
    let page = web.get("/clients/duplicates").await;
    assert!(
        page.has("NIP") && page.has("Alfa sp. z o.o.") && !page.has("⟦"),
        "{}",
        page.text
    );

    let marked = web.submit(&page, "/clients/duplicates/apart", &[]).await;
    let none = web.get(&marked.location).await;
    assert!(none.has("Nie ma duplikatów") && none.has("Zapamiętano"));
    let apart = web.get("/clients/duplicates?apart=1").await;
    assert!(apart.has("Alfa sp. z o.o.") && !apart.has("⟦"));
    let again = web.submit(&none, "/clients/duplicates/again", &[]).await;
    assert_eq!(again.location, "/clients/duplicates?notice=undone");
    assert!(web.get("/clients/duplicates").await.has("Alfa sp. z o.o."));

    let chosen = web
        .post(
            "/clients/merge/choose",
            &[
                page.csrf(),
                ("id".into(), one.to_string()),
                ("id".into(), other.to_string()),
            ],
        )
        .await;
    assert_eq!(
        chosen.location,
        format!("/clients/merge?id={one}&id={other}")
    );
    let form = web.get(&chosen.location).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!form.has("⟦"), "a bare key");
    for (field, value) in [
        ("kept", "0"),
        ("tags", "all"),
        ("notes", "all"),
        ("name", "0"),
    ] {
        let preset: Vec<(String, String)> = form.form("/clients/merge");
        assert!(
            preset.contains(&(field.into(), value.into())),
            "{field}: {preset:?}"
        );
    }
    let merged = web.submit(&form, "/clients/merge", &[("name", "1")]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    assert!(
        merged
            .location
            .starts_with(&format!("/clients/{one}?notice=merged:2&undo=clients~"))
    );
    let now = firm.get(one);
    assert_eq!(now["name"], "Alfa sp. z o.o.");
    assert_eq!(now["tags"], json!(["hurt", "VIP"]));
    assert_eq!(now["notes"], "Pierwsza\n\nDruga");
    let card = web.get(&merged.location).await;
    assert!(card.has("Połączono rekordy") && card.has("Cofnij połączenie") && !card.has("⟦"));
    // The old address leads on; the same form again finds nothing to merge.
    let old = web.get(&format!("/clients/{other}")).await;
    assert_eq!(old.location, format!("/clients/{one}?notice=merged-into"));
    assert_eq!(
        web.submit(&form, "/clients/merge", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let trash = web.get("/trash").await;
    assert!(trash.has("połączono z") && trash.has("Cofnij połączenie") && !trash.has("⟦"));

    let edit = format!("/clients/{one}/edit");
    let page = web.get(&edit).await;
    web.submit(&page, &edit, &[("tags", "inny"), ("twin_ok", "true")])
        .await;
    let undo = merged.location.rsplit('~').next().unwrap();
    let undone = web
        .submit(&card, &format!("/clients/merge/{undo}/undo"), &[])
        .await;
    assert!(
        undone
            .location
            .starts_with(&format!("/clients/{one}?notice=unmerged-left:1:1&left=")),
        "{}",
        undone.location
    );
    let card = web.get(&undone.location).await;
    assert!(card.has("Zmieniono po połączeniu") && card.has("Tagi") && !card.has("⟦"));
    assert_eq!(firm.get(one)["name"], "Alfa");
    assert_eq!(firm.get(one)["tags"], json!(["inny"]));
    assert_eq!(firm.get(other)["notes"], "Druga");
}

#[tokio::test]
async fn pages_of_merging_show_nothing_out_of_reach() {
    let firm = firm().await;
    let manager = firm.user("manager", BuiltIn::Manager).await;
    let own = firm
        .client(&manager, &[("name", json!("Własny"))])
        .await
        .id();
    let foreign = firm
        .client(&firm.owner, &[("name", json!("Własny Tajny"))])
        .await
        .id();
    let web = firm.browser("manager@f.test").await;
    let nobody = RecordId::new();
    for id in [foreign, nobody] {
        let page = web.get(&format!("/clients/merge?id={own}&id={id}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        let csrf = web.get("/clients").await.csrf();
        let fields = [
            csrf,
            ("id".into(), own.to_string()),
            ("id".into(), id.to_string()),
            ("version".into(), "1".into()),
            ("version".into(), "1".into()),
            ("kept".into(), "0".into()),
        ];
        let page = web.post("/clients/merge", &fields).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    let find = web.get(&format!("/clients/merge?id={own}")).await;
    assert!(find.status == StatusCode::OK && !find.has("Tajny") && !find.has("⟦"));
    firm.user("sales", BuiltIn::Salesperson).await;
    let sales = firm.browser("sales@f.test").await;
    for path in ["/clients/duplicates", "/clients/merge"] {
        assert_eq!(
            sales.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert!(!sales.get("/clients").await.has("/clients/duplicates"));
}

#[tokio::test]
async fn a_warning_compares_a_bounded_number_of_values() {
    let firm = firm().await;
    let emails = ("emails", json!(["ten@alfa.test"]));
    firm.client(&firm.owner, &[("name", json!("Alfa")), emails])
        .await;
    let web = firm.browser("o@f.test").await;
    let page = web.get("/clients/new").await;
    let path = "/clients/twins?field=emails";
    for (before, warns) in [(39, true), (40, false)] {
        let mut text: Vec<String> = (0..before).map(|n| format!("inny{n}@beta.test")).collect();
        text.push("ten@alfa.test".to_owned());
        let part = typed(&web, &page, path, &[("emails", &text.join("\n"))]).await;
        assert_eq!(part.status, StatusCode::OK);
        assert_eq!(part.has("Alfa"), warns, "after {before} others");
    }
}

#[tokio::test]
async fn the_value_of_the_record_that_stays_is_proposed_and_where_it_has_none_the_newest() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let mut ids = Vec::new();
    for (name, more) in [
        (
            "Pełna",
            vec![
                ("website", "https://pelna.test"),
                ("bank_account", "PL61109010140000071219812874"),
            ],
        ),
        (
            "Starsza",
            vec![
                ("website", "https://starsza.test"),
                ("address.city", "Kraków"),
            ],
        ),
        (
            "Nowsza",
            vec![("website", "https://nowsza.test"), ("address.city", "Łódź")],
        ),
    ] {
        let mut fields = vec![("name", json!(name)), ("tax_id", json!(TAX_ID))];
        fields.extend(more.into_iter().map(|(field, text)| (field, json!(text))));
        if name == "Pełna" {
            fields.push(("status", json!("former")));
            fields.push(("notes", json!("x")));
        }
        ids.push(firm.client(&firm.owner, &fields).await.id().to_string());
    }
    let page = web
        .get(&format!(
            "/clients/merge?id={}&id={}&id={}",
            ids[2], ids[1], ids[0]
        ))
        .await;
    let preset = page.form("/clients/merge");
    for (field, place) in [
        ("kept", "2"),
        ("name", "2"),
        ("website", "2"),
        ("status", "2"),
        ("address.city", "0"),
    ] {
        assert!(
            preset.contains(&(field.into(), place.into())),
            "{field}: {preset:?}"
        );
    }
}
