//! Columns, saved views, neighbours, changes in place, tags and the palette: first that nothing hidden shows by them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use scraper::Html;
use serde_json::json;

use super::browser::{Browser, Firm, Page, css, firm};
use crate::clients::CLIENTS;
use crate::data::{Access, BuiltIn, Changes, Query, RecordId};

fn texts(page: &Page, selector: &str) -> Vec<String> {
    let document = Html::parse_document(&page.text);
    let selector = css(selector);
    let found = document.select(&selector);
    found
        .map(|one| one.text().collect::<String>().trim().to_owned())
        .collect()
}

fn attributes(page: &Page, selector: &str, name: &str) -> Vec<String> {
    let document = Html::parse_document(&page.text);
    let selector = css(selector);
    let found = document.select(&selector);
    found
        .filter_map(|one| one.attr(name))
        .map(str::to_owned)
        .collect()
}

/// A list's heads, without the sign of what it is sorted by.
fn heads(page: &Page) -> Vec<String> {
    texts(page, ".rows thead th:not(.box)")
}

fn names(page: &Page) -> Vec<String> {
    texts(page, ".row-link")
}

async fn partial(web: &Browser, path: &str) -> Page {
    let request = Request::get(path).header("hx-request", "true");
    web.send(request, Body::empty()).await
}

async fn partial_post(web: &Browser, path: &str, fields: &[(String, String)]) -> Page {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post(path)
        .header("hx-request", "true")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    web.send(request, Body::from(body)).await
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Sets fields that their owner may not set.
async fn give(firm: &Firm, id: RecordId, fields: &[(&str, serde_json::Value)]) {
    let mut changes = Changes::new();
    for (name, json) in fields {
        let field = CLIENTS.named(name).unwrap();
        changes.insert(field.no, field.kind.take_json(json).unwrap());
    }
    firm.owner
        .update(&CLIENTS, id, changes, None)
        .await
        .unwrap();
}

async fn named(firm: &Firm, by: &Access, name: &str) -> RecordId {
    firm.client(by, &[("name", json!(name))]).await.id()
}

async fn save_view(web: &Browser, list: &str, name: &str, shared: &str) -> String {
    let page = web.get(&format!("/clients/views?{list}")).await;
    let made = web
        .submit(
            &page,
            "/clients/views",
            &[("name", name), ("shared", shared)],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    made.location.rsplit_once("view=").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_shared_view_shows_no_more_than_its_reader_may_see() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let mine = named(&firm, &sales, "Mój klient").await;
    named(&firm, &sales, "Bez limitu").await;
    named(&firm, &firm.owner, "Cudzy klient").await;
    let limit = json!({"amount": "98765.43", "currency": "PLN"});
    give(&firm, mine, &[("credit_limit", limit)]).await;

    let owner = firm.browser("o@f.test").await;
    let columns = CLIENTS.named("credit_limit").unwrap().no;
    let list = format!("credit_limit_from=98765&sort=-credit_limit&columns={columns}");
    let view = save_view(&owner, &list, "Duże limity", "all").await;
    let seen = owner.get(&format!("/clients?view={view}")).await;
    assert_eq!(names(&seen), ["Mój klient"]);
    assert!(heads(&seen)[1].starts_with("Limit"), "{:?}", heads(&seen));

    let web = firm.browser("sales@f.test").await;
    let seen = web.get(&format!("/clients?view={view}")).await;
    assert_eq!(seen.status, StatusCode::OK);
    // Both of one's own, in the usual order: the filter would have told which has the limit, the order too.
    assert_eq!(names(&seen), ["Bez limitu", "Mój klient"]);
    assert_eq!(heads(&seen).len(), 1, "{:?}", heads(&seen));
    assert!(texts(&seen, ".banner").concat().contains("pominięto"));
    assert!(
        !seen.has("98765") && !seen.has("credit_limit"),
        "{}",
        seen.text
    );
    // It is not theirs to change, by whatever way.
    let csrf = seen.csrf();
    for act in ["update", "rename", "delete"] {
        let fields = [csrf.clone(), pair("act", act), pair("name", "X")];
        let refused = web.post(&format!("/clients/views/{view}"), &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
    }
    // A view of somebody's own is as unknown as one that is not there.
    let secret = save_view(&owner, "status=former", "Tajny", "own").await;
    let list = web.get("/clients").await;
    assert!(list.has("Duże limity") && !list.has("Tajny"));
    let fields = [csrf, pair("act", "first")];
    let unknown = web.post(&format!("/clients/views/{secret}"), &fields).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let unchanged = web.get(&format!("/clients?view={secret}")).await;
    assert_eq!(names(&unchanged), ["Bez limitu", "Mój klient"]);
}

#[tokio::test]
async fn hidden_fields_are_no_columns_and_no_export() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    named(&firm, &sales, "Własny").await;
    let web = firm.browser("sales@f.test").await;
    let form = web.get("/clients/columns").await;
    assert!(
        form.has("Miejscowość") || form.has("Miasto"),
        "{}",
        form.text
    );
    for hidden in ["credit_limit", "balance", "bank_account"] {
        assert!(!form.has(hidden), "{hidden}");
        let no = CLIENTS.named(hidden).unwrap().no;
        for named in [hidden.to_owned(), no.to_string()] {
            let list = web.get(&format!("/clients?columns={named}")).await;
            assert_eq!(list.status, StatusCode::UNPROCESSABLE_ENTITY, "{named}");
            let unknown = web.get("/clients?columns=nothing").await;
            assert_eq!(texts(&list, "main"), texts(&unknown, "main"));
        }
        let csrf = form.csrf();
        let fields = [csrf, pair("order", hidden), pair("column", hidden)];
        let refused = web.post("/clients/columns", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let moved = web
            .post(&format!("/clients/columns?move=up:{hidden}"), &fields)
            .await;
        assert_eq!(moved.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(!heads(&web.get("/clients").await).is_empty());
}

#[tokio::test]
async fn columns_chosen_are_kept_in_their_order_and_given_back() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let id = named(&firm, &firm.owner, "Firma").await;
    give(&firm, id, &[("address.city", json!("Łódź"))]).await;
    let usual = heads(&web.get("/clients").await);
    let form = web.get("/clients/columns").await;
    let csrf = form.csrf();
    let order = ["website", "address.city", "status", "tags"];
    let mut fields = vec![csrf.clone(), pair("back", "status=lead")];
    fields.extend(order.iter().map(|name| pair("order", name)));
    fields.extend(["website", "address.city"].map(|name| pair("column", name)));
    // An arrow moves and keeps nothing.
    let moved = web
        .post("/clients/columns?move=up:address.city", &fields)
        .await;
    let order = attributes(&moved, "input[name=order]", "value");
    assert_eq!(order[..2], ["address.city", "website"]);
    assert_eq!(heads(&web.get("/clients").await), usual);
    let fields = moved.form("/clients/columns");
    let kept = web.post("/clients/columns", &fields).await;
    assert_eq!(kept.location, "/clients?status=lead");
    assert_eq!(
        heads(&web.get(&kept.location).await),
        ["Nazwa", "Miejscowość", "Strona"]
    );
    // Another person keeps theirs.
    firm.user("sales", BuiltIn::Manager).await;
    let other = firm.browser("sales@f.test").await;
    named(&firm, &firm.owner, "Inna").await;
    assert!(heads(&other.get("/clients").await).len() != 3);
    // The file has what the list shows.
    let list = web.get("/clients").await;
    let files = attributes(&list, "a.menu-item[href*='columns=']", "href");
    let csv = files.iter().find(|href| href.contains("csv")).unwrap();
    let file = web.get(csv).await;
    let head = file.text.lines().next().unwrap().to_owned();
    assert_eq!(
        head.trim_start_matches('\u{feff}').trim(),
        "Nazwa,Miejscowość,Strona"
    );
    assert_eq!(
        web.get("/clients/export?format=json&columns=name")
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let back = web.post("/clients/columns?usual=1", &fields).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(heads(&web.get("/clients").await), usual);
}

#[tokio::test]
async fn a_view_is_kept_changed_opened_first_deleted_and_brought_back() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    for (name, status) in [("A", "lead"), ("B", "active"), ("C", "active")] {
        firm.client(
            &firm.owner,
            &[("name", json!(name)), ("status", json!(status))],
        )
        .await;
    }
    let view = save_view(&web, "status=active&sort=-name", "Czynni", "own").await;
    let through = format!("/clients?view={view}");
    let list = web.get(&through).await;
    assert_eq!(names(&list), ["C", "B"]);
    assert_eq!(texts(&list, ".tabs [aria-current]"), ["Czynni"]);
    // Taking its only filter away shows all, and says that the view is changed.
    let remove = attributes(&list, ".filter-chip a", "href");
    let all = web.get(&remove[0]).await;
    assert_eq!(names(&all), ["C", "B", "A"]);
    assert!(texts(&all, ".tabs [aria-current]")[0].contains("zmieniony"));
    let cleared = web.get(&format!("{through}&changed=1")).await;
    assert_eq!(names(&cleared), ["A", "B", "C"]);
    // Saved, it opens so.
    let query = remove[0].split_once('?').unwrap().1;
    let forms = web.get(&format!("/clients/views?{query}")).await;
    let action = format!("/clients/views/{view}");
    let saved = web.submit(&forms, &action, &[("act", "update")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(names(&web.get(&through).await), ["C", "B", "A"]);
    let renamed = web
        .submit(&forms, &action, &[("act", "rename"), ("name", "Od końca")])
        .await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER);
    // The list opens with it, unless asked for something else.
    web.submit(&forms, &action, &[("act", "first")]).await;
    let list = web.get("/clients").await;
    assert_eq!(names(&list), ["C", "B", "A"]);
    assert_eq!(texts(&list, ".tabs [aria-current]"), ["Od końca"]);
    assert_eq!(names(&web.get("/clients?view=all").await), ["A", "B", "C"]);
    assert_eq!(names(&web.get("/clients?status=lead").await), ["A"]);

    let deleted = web.submit(&forms, &action, &[("act", "delete")]).await;
    let list = web.get(&deleted.location).await;
    assert_eq!(names(&list), ["A", "B", "C"]);
    assert!(!texts(&list, ".tabs a").contains(&"Od końca".to_owned()));
    let back = web.submit(&list, &format!("{action}/restore"), &[]).await;
    assert_eq!(
        texts(&web.get(&back.location).await, ".tabs [aria-current]"),
        ["Od końca"]
    );

    let nameless = web.submit(&forms, "/clients/views", &[("name", " ")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.has("aria-invalid"));
}

#[tokio::test]
async fn nobody_keeps_more_than_fifty_views() {
    let firm = firm().await;
    let reading = |name: String| crate::data::NewView {
        name,
        shared: crate::data::Shared::Own,
        query: Query::default(),
        columns: None,
    };
    for number in 0..crate::data::MOST_VIEWS {
        let saved = firm.owner.save_view(&CLIENTS, reading(format!("{number}")));
        saved.await.unwrap();
    }
    let more = firm
        .owner
        .save_view(&CLIENTS, reading("za dużo".into()))
        .await;
    assert!(
        matches!(more, Err(crate::data::AccessError::Invalid(_))),
        "{more:?}"
    );
}

#[tokio::test]
async fn neighbours_follow_the_list_and_stay_within_sight() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let mut ids = Vec::new();
    for name in ["A", "C", "E"] {
        ids.push(named(&firm, &sales, name).await);
    }
    for name in ["B", "D"] {
        named(&firm, &firm.owner, name).await;
    }
    let limit = json!({"amount": "5.00", "currency": "PLN"});
    give(&firm, ids[2], &[("credit_limit", limit)]).await;
    let web = firm.browser("sales@f.test").await;
    let list = web.get("/clients").await;
    let links = attributes(&list, ".row-link", "href");
    assert_eq!(links[1], format!("/clients/{}?in=", ids[1]));
    let card = web.get(&links[1]).await;
    let titles = |page: &Page| attributes(page, ".neighbours a", "title");
    assert_eq!(titles(&card), ["A", "E"]);
    assert_eq!(texts(&card, ".neighbours .numeric"), ["2 z 3"]);
    let first = web.get(&links[0]).await;
    assert_eq!(titles(&first), ["C"]);
    // The owner walks among all, either way round.
    let owner = firm.browser("o@f.test").await;
    let down = owner
        .get(&format!("/clients/{}?in=sort=-name", ids[1]))
        .await;
    assert_eq!(titles(&down), ["D", "B"]);
    let back = attributes(&down, ".crumbs a", "href");
    assert_eq!(back, ["/clients?sort=-name"]);
    // A question by a hidden field has no neighbours, like one by a field that is not there.
    for trail in [
        "sort=credit_limit",
        "credit_limit_from=1",
        "sort=nothing",
        "nothing=1",
    ] {
        let card = web.get(&format!("/clients/{}?in={trail}", ids[1])).await;
        assert_eq!(card.status, StatusCode::OK, "{trail}");
        assert!(titles(&card).is_empty(), "{trail}");
    }
}

#[tokio::test]
async fn neighbours_are_those_of_the_list_by_any_order() {
    let firm = firm().await;
    for number in 0..23 {
        let fields = [
            ("name", json!(format!("Firma {}", number * 7 % 23))),
            ("status", json!(["lead", "active", "former"][number % 3])),
            (
                "tags",
                json!(if number % 4 == 0 {
                    vec!["hurt"]
                } else {
                    vec![]
                }),
            ),
        ];
        let id = firm.client(&firm.owner, &fields).await.id();
        if number % 2 == 0 {
            let city = json!(["Łódź", "Radom", "Piła"][number % 3]);
            give(&firm, id, &[("address.city", city)]).await;
        }
    }
    let reading = firm.owner.read().unwrap();
    for text in [
        "",
        "sort=-name",
        "sort=status",
        "sort=-status",
        "sort=address.city",
        "sort=-address.city",
        "sort=owner",
        "sort=-updated_at",
        "tag=hurt&sort=-address.city",
        "status=lead&status=former",
    ] {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let query = Query::read(&CLIENTS, pairs).unwrap();
        let start = crate::data::Start::Offset(0);
        let rows = reading.list(&CLIENTS, &query, &start, 100).unwrap().rows;
        assert!(rows.len() > 3, "{text}");
        for (place, seen) in rows.iter().enumerate() {
            let found = reading.neighbours(&query, seen).unwrap();
            let id = |seen: Option<&crate::data::Seen>| seen.map(crate::data::Seen::id);
            let before = place.checked_sub(1).and_then(|place| rows.get(place));
            assert_eq!(id(found.previous.as_ref()), id(before), "{text} {place}");
            assert_eq!(
                id(found.next.as_ref()),
                id(rows.get(place + 1)),
                "{text} {place}"
            );
            assert_eq!(found.position, Some(place as u64 + 1), "{text}");
            assert_eq!(found.total, rows.len() as u64);
        }
    }
}

#[tokio::test]
async fn a_group_is_changed_in_place() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let id = named(&firm, &firm.owner, "Firma").await;
    let card = web.get(&format!("/clients/{id}?in=")).await;
    let edit = attributes(&card, "#basic header a", "href").remove(0);
    assert!(edit.ends_with("#f-tax_id"), "{edit}");
    // Without script the whole form; with it the group's alone.
    let plain = web.get(edit.split('#').next().unwrap()).await;
    assert!(
        plain
            .field(&attributes(&plain, "form.edit-form", "action")[0], "name")
            .is_some()
    );
    let form = partial(&web, edit.split('#').next().unwrap()).await;
    assert!(form.text.starts_with("<section"), "{}", form.text);
    let action = attributes(&form, "form", "action").remove(0);
    let mut fields = form.form(&action);
    assert!(
        fields
            .iter()
            .all(|(name, _)| name != "name" && name != "credit_limit")
    );
    fields.push(card.csrf());
    let mut wrong = fields.clone();
    wrong.retain(|(name, _)| name != "tax_id");
    wrong.push(pair("tax_id", "123"));
    let bad = partial_post(&web, &action, &wrong).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(attributes(&bad, "article", "id"), ["card"]);
    assert_eq!(
        attributes(&bad, "#basic [name=tax_id][aria-invalid]", "value"),
        ["123"]
    );
    fields.retain(|(name, _)| name != "address.city");
    fields.push(pair("address.city", "Gdynia"));
    let saved = partial_post(&web, &action, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert!(saved.location.ends_with("&in="), "{}", saved.location);
    assert_eq!(firm.get(id)["address"]["city"], "Gdynia");
    assert_eq!(firm.get(id)["name"], "Firma");
    // The same form again: somebody changed the record since.
    fields.retain(|(name, _)| name != "address.city");
    fields.push(pair("address.city", "Sopot"));
    let clash = partial_post(&web, &action, &fields).await;
    assert_eq!(clash.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clash.has("Gdynia") && clash.has("Sopot"));
    assert_eq!(attributes(&clash, "article", "id"), ["card"]);
    assert_eq!(firm.get(id)["address"]["city"], "Gdynia");
}

#[tokio::test]
async fn a_part_that_is_not_ones_own_to_set_has_no_form() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let own = named(&firm, &sales, "Własny").await;
    let foreign = named(&firm, &firm.owner, "Obcy").await;
    let limit = json!({"amount": "98765.43", "currency": "PLN"});
    give(&firm, own, &[("credit_limit", limit)]).await;
    let web = firm.browser("sales@f.test").await;
    let place = |id: RecordId| format!("/clients/{id}/edit?part=basic&only=credit_limit,name");
    let form = partial(&web, &place(own)).await;
    assert!(form.has("name=\"name\"") && !form.has("credit_limit\"") && !form.has("98765"));
    assert_eq!(
        partial(&web, &place(foreign)).await.status,
        StatusCode::NOT_FOUND
    );
    let csrf = web.get("/clients").await.csrf();
    let fields = [csrf.clone(), pair("credit_limit", "1,00")];
    let refused = partial_post(&web, &place(own), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.has("98765"));
    assert_eq!(firm.get(own)["credit_limit"]["amount"], "98765.43");
    let fields = [csrf, pair("add", "moje")];
    let tagged = partial_post(&web, &format!("/clients/{foreign}/tags"), &fields).await;
    assert_eq!(tagged.status, StatusCode::NOT_FOUND);
    assert_eq!(firm.get(foreign)["tags"], json!([]));
}

#[tokio::test]
async fn tags_are_put_on_and_taken_off_with_a_way_back() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let fields = [("name", json!("Firma")), ("tags", json!(["hurt", "VIP"]))];
    let id = firm.client(&firm.owner, &fields).await.id();
    let place = format!("/clients/{id}/tags");
    let csrf = web.get("/clients").await.csrf();
    let added = web
        .post(&place, &[csrf.clone(), pair("add", "nowy, hurt; pilny")])
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert_eq!(
        firm.get(id)["tags"],
        json!(["hurt", "VIP", "nowy", "pilny"])
    );
    let card = web.get(&added.location).await;
    let off = attributes(&card, ".tag button", "aria-label");
    assert_eq!(off.len(), 4);
    let removed = web
        .post(&place, &[csrf.clone(), pair("remove", "VIP")])
        .await;
    assert_eq!(firm.get(id)["tags"], json!(["hurt", "nowy", "pilny"]));
    let card = web.get(&removed.location).await;
    web.submit(&card, "/clients/undo", &[]).await;
    assert_eq!(
        firm.get(id)["tags"],
        json!(["hurt", "VIP", "nowy", "pilny"])
    );
    let long = "x".repeat(500);
    let refused = web.post(&place, &[csrf, pair("add", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!texts(&refused, ".banner").is_empty());
}

#[tokio::test]
async fn the_palette_offers_what_the_role_allows() {
    let firm = firm().await;
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    named(&firm, &sales, "Piekarnia Własna").await;
    named(&firm, &firm.owner, "Piekarnia Obca").await;
    let limit = json!("PL61109010140000071219812874");
    let own = firm.by_name("Piekarnia Własna").unwrap();
    give(&firm, own, &[("bank_account", limit)]).await;
    let web = firm.browser("sales@f.test").await;
    let found = partial(&web, "/palette?q=piekarnia").await;
    assert!(found.has("Piekarnia Własna") && !found.has("Piekarnia Obca"));
    assert!(!partial(&web, "/palette?q=61109010").await.has("Piekarnia"));
    let links = |page: &Page| attributes(page, "a[role=option]", "href");
    let all = links(&partial(&web, "/palette").await);
    assert!(all.contains(&"/clients/new".to_owned()));
    for closed in [
        "/settings/roles",
        "/settings/users",
        "/clients/import",
        "/audit",
    ] {
        assert!(!all.contains(&closed.to_owned()), "{closed}");
    }
    let owner = firm.browser("o@f.test").await;
    let all = links(&partial(&owner, "/palette").await);
    for open in [
        "/settings/roles",
        "/clients/import",
        "/audit",
        "/clients/duplicates",
    ] {
        assert!(all.contains(&open.to_owned()), "{open}");
        assert_eq!(owner.get(open).await.status, StatusCode::OK, "{open}");
    }
    let roles = links(&partial(&owner, "/palette?q=rol").await);
    assert_eq!(roles.first().map(String::as_str), Some("/settings/roles"));
}

#[tokio::test]
async fn a_page_of_fifty_rows_stays_light() {
    let firm = firm().await;
    for number in 0..50 {
        let fields = [
            (
                "name",
                json!(format!("Przedsiębiorstwo Wielobranżowe {number}")),
            ),
            ("tags", json!(["hurt", "VIP"])),
        ];
        firm.client(&firm.owner, &fields).await;
    }
    let page = firm.browser("o@f.test").await.get("/clients").await;
    assert_eq!(names(&page).len(), 50);
    assert!(page.text.len() < 60_000, "{} bytes", page.text.len());
}
