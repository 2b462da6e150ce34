//! Lists: pages, order, words, filters.

use serde_json::json;

use super::world::{Reply, World};
use crate::modules::RECORD_TYPES;

const CLIENTS: &str = "/api/v1/clients";

async fn list(world: &World, query: &str) -> Reply {
    world.get("owner", &format!("{CLIENTS}?{query}")).await
}

/// Every page of a list; `between` runs after each.
async fn all(world: &World, who: &str, query: &str, between: impl AsyncFn(usize)) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    for number in 0..100 {
        let page = world.get(who, &format!("{CLIENTS}?{query}{cursor}")).await;
        ids.extend(page.ids());
        match page.json()["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
        between(number).await;
    }
    panic!("the list does not end");
}

#[tokio::test]
async fn pages_are_whole_and_stable_while_records_come_in() {
    let world = World::new().await;
    let statuses = ["lead", "active", "former"];
    let mut made = Vec::new();
    for number in 0..23 {
        let owner = ["owner", "sales", "accounting"][number % 3];
        let name = format!("{} {number:02}", "Ż".repeat(number % 2 * 190 + 1));
        let mut client =
            json!({"name": name, "status": statuses[number % 3], "address": {"city": "Łódź"}});
        if number % 4 > 0 {
            client["payment_days"] = json!(number / 2);
            client["emails"] = json!([format!("a{}@f.test", number / 5)]);
        }
        made.push(world.client(owner, client).await);
    }
    made.sort();
    let sorts = RECORD_TYPES[0].fields.iter().filter(|field| field.sortable);
    for field in sorts {
        for sign in ["", "-"] {
            let query = format!("limit=5&sort={sign}{}", field.name);
            let whole = list(&world, &format!("sort={sign}{}", field.name))
                .await
                .ids();
            let more = all(&world, "owner", &query, async |number| {
                let extra = json!({"name": format!("Dodany {number}"), "status": "lead"});
                world.client("support", extra).await;
            });
            let ids = more.await;
            let mut distinct = ids.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), ids.len(), "nothing twice: {query}");
            let old: Vec<&String> = ids.iter().filter(|id| made.contains(id)).collect();
            let expected: Vec<&String> = whole.iter().filter(|id| made.contains(id)).collect();
            assert_eq!(old, expected, "all that was there, in order: {query}");
            let extras = list(&world, "q=Dodany&limit=200").await.ids();
            for extra in extras {
                world
                    .call(
                        "owner",
                        "DELETE",
                        &format!("{CLIENTS}/{extra}"),
                        &json!(null),
                    )
                    .await;
            }
        }
    }
    for (who, expected) in [
        ("owner", 23),
        ("sales", 8),
        ("manager", 8),
        ("accounting", 23),
    ] {
        for query in [
            "limit=3",
            "limit=3&status=lead&status=active&status=former",
            "limit=3&q=ż",
            "limit=200",
        ] {
            let ids = all(&world, who, query, async |_| ()).await;
            assert_eq!(ids.len(), expected, "{who} {query}");
            let total = world.get(who, &format!("{CLIENTS}?{query}")).await.json()["total"].clone();
            assert_eq!(total, expected, "{who} {query}");
        }
    }
}

#[tokio::test]
async fn pages_that_cannot_be_are_refused() {
    let world = World::new().await;
    for number in 0..5 {
        world
            .client("sales", json!({"name": format!("K{number}")}))
            .await;
    }
    for wrong in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=99999999999999999999",
        "limit=5&limit=6",
    ] {
        assert_eq!(list(&world, wrong).await.refused(), ["limit"], "{wrong}");
    }
    for (wrong, field) in [
        ("sort=colour", "colour"),
        ("sort=notes", "notes"),
        ("sort=-", ""),
        ("sort=name&sort=kind", "sort"),
        ("q=a&q=b", "q"),
        ("colour=red", "colour"),
        ("colour=", "colour"),
        ("page=2", "page"),
        ("per_page=25", "per_page"),
        ("notes=x", "notes"),
        ("custom.size=1", "custom.size"),
        ("name_from=a", "name_from"),
        ("status_empty=perhaps", "status_empty"),
        ("id=nonsense", "id"),
        ("owner=nonsense", "owner"),
        ("payment_days_from=many", "payment_days"),
        ("created_at_from=yesterday", "created_at"),
    ] {
        assert_eq!(list(&world, wrong).await.refused(), [field], "{wrong}");
    }
    let long = format!("q={}", "x".repeat(201));
    assert_eq!(list(&world, &long).await.refused(), ["q"]);

    let next = list(&world, "limit=2&sort=name").await.json()["next"]
        .as_str()
        .unwrap()
        .to_owned();
    for other in [
        "sort=-name",
        "sort=name&q=K",
        "sort=name&status=lead",
        "sort=created_at",
        "",
    ] {
        let reply = list(&world, &format!("limit=2&{other}&cursor={next}")).await;
        assert_eq!(reply.refused(), ["cursor"], "{other}");
    }
    let users = world
        .get(
            "owner",
            &format!("/api/v1/users?limit=2&sort=name&cursor={next}"),
        )
        .await;
    assert_eq!(users.refused(), ["cursor"]);
    assert_eq!(
        list(&world, &format!("limit=3&sort=name&cursor={next}"))
            .await
            .ids()
            .len(),
        3
    );
    // Whatever follows a good beginning does no harm.
    for end in [
        "",
        "A",
        "AA",
        "AAA",
        "____",
        "AAAAAAAAAAAAAAAAAAAA",
        "%00",
        "ż",
        &*"A".repeat(2000),
        "__________________________",
    ] {
        let reply = list(&world, &format!("sort=name&cursor={}{end}", &next[..12])).await;
        assert!(matches!(reply.status, 200 | 422), "{end}: {reply:?}");
    }
}

#[tokio::test]
async fn filters_of_every_kind_narrow() {
    let world = World::new().await;
    let a = json!({"name": "Alfa", "kind": "company", "tax_id": "5261040828", "emails": ["a@alfa.test"], "phones": ["601 102 203"],
        "status": "active", "tags": ["hurt", "ważny"], "address": {"city": "Łódź", "postal_code": "90-001", "country": "PL"},
        "credit_limit": {"amount": "100.00", "currency": "PLN"}, "payment_days": 14, "discount_percent": 2.5});
    let b = json!({"name": "Beta", "kind": "person", "status": "lead", "tags": ["hurt"], "address": {"city": "Kraków"},
        "credit_limit": {"amount": "250.50", "currency": "PLN"}, "payment_days": 30});
    let (a, b) = (
        world.client("sales", a).await,
        world.client("sales2", b).await,
    );
    let (a, b) = (a.as_str(), b.as_str());
    let of_sales = format!("owner={}", world.user("sales"));
    let one_id = format!("id={a}");
    let both_ids = format!("id={a}&id={b}");
    let by_owner = format!(
        "owner={}&owner={}",
        world.user("sales"),
        world.user("sales2")
    );
    let table: &[(&str, &[&str])] = &[
        ("", &[a, b]),
        ("name=alfa", &[a]),
        ("kind=person", &[b]),
        ("status=active&status=lead", &[a, b]),
        ("status=active&kind=person", &[]),
        ("tax_id=PL+526-104-08-28", &[a]),
        ("email=A@alfa.test", &[a]),
        ("emails=a@alfa.test", &[a]),
        ("phone=%2B48601102203", &[a]),
        ("tag=hurt", &[a, b]),
        ("tag=wazny", &[a]),
        ("tags=nic", &[]),
        ("address.city=lodz", &[a]),
        ("address.city=Łódź&address.city=Kraków", &[a, b]),
        ("address.country=PL", &[a]),
        ("address.country_empty=true", &[b]),
        ("address.country_empty=false", &[a]),
        (&of_sales, &[a]),
        (&by_owner, &[a, b]),
        ("owner=none", &[]),
        ("payment_days=14", &[a]),
        ("payment_days_from=15", &[b]),
        ("payment_days_to=15", &[a]),
        ("payment_days_from=10&payment_days_to=40", &[a, b]),
        ("payment_days_from=40&payment_days_to=10", &[]),
        ("credit_limit_from=100.01", &[b]),
        ("credit_limit_to=250,50", &[a, b]),
        ("credit_limit=100", &[a]),
        ("discount_percent_from=2.5", &[a]),
        ("discount_percent_empty=true", &[b]),
        ("balance_empty=true", &[a, b]),
        ("created_at_from=2020-01-01", &[a, b]),
        ("created_at_to=2020-01-01", &[]),
        ("updated_at_from=2020-01-01T00:00:00Z", &[a, b]),
        ("company_empty=true", &[a, b]),
        (&one_id, &[a]),
        (&both_ids, &[a, b]),
        ("id=0192f000-0000-7000-8000-000000000000", &[]),
        ("q=alf", &[a]),
        ("q=lodz+alf", &[a]),
        ("q=%00", &[]),
        ("q=ALFA&status=lead", &[]),
        ("status=", &[a, b]),
    ];
    for (query, expected) in table {
        let reply = list(&world, query).await;
        assert_eq!(reply.ids(), *expected, "{query}");
        assert_eq!(reply.json()["total"], expected.len(), "{query}");
    }
    // Nobody finds more by asking for it.
    let foreign = [
        format!("owner={}", world.user("sales2")),
        format!("id={b}"),
        "q=Beta".to_owned(),
        "kind=person".to_owned(),
    ];
    for query in foreign {
        let reply = world.get("sales", &format!("{CLIENTS}?{query}")).await;
        assert_eq!(
            (reply.ids().len(), reply.json()["total"].clone()),
            (0, json!(0)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn small_lists_have_the_same_envelope() {
    let world = World::new().await;
    for (path, names) in [
        ("/api/v1/users", 7),
        ("/api/v1/roles", 6),
        ("/api/v1/teams", 1),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = world.get("owner", &format!("{path}?limit=2{cursor}")).await;
            seen.extend(page.ids());
            assert_eq!(page.json()["total"], names);
            match page.json()["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), names, "{path}");
        let mut back = world
            .get("owner", &format!("{path}?sort=-name"))
            .await
            .ids();
        back.reverse();
        assert_eq!(back, seen);
        assert_eq!(
            world
                .get("owner", &format!("{path}?sort=email"))
                .await
                .refused(),
            ["email"]
        );
        assert_eq!(
            world
                .get("owner", &format!("{path}?role=x"))
                .await
                .refused(),
            ["role"]
        );
        assert_eq!(
            world
                .get("owner", &format!("{path}?limit=201"))
                .await
                .refused(),
            ["limit"]
        );
    }
    assert_eq!(
        world.get("owner", "/api/v1/users?q=SALES2@f").await.ids(),
        [world.user("sales2")]
    );
    assert_eq!(
        world.get("owner", "/api/v1/users?q=nowak+ola").await.ids(),
        [world.user("owner")]
    );
}
