//! Records: making, reading, changing, deleting, bringing back.

use axum::body::Body;
use serde_json::{Value as Json, json};

use super::world::World;

const CLIENTS: &str = "/api/v1/clients";

#[tokio::test]
async fn a_client_lives_through_its_life() {
    let world = World::new().await;
    let sent = json!({
        "kind": "company", "name": "Zażółć Gęślą Jaźń 🐢 東京", "tax_id": "PL 526-104-08-28", "emails": ["biuro@zazolc.test"],
        "phones": ["+48 601 102 203"], "website": "zazolc.test", "tags": ["hurt"], "status": "active", "notes": "Wiersz\nDrugi",
        "address": {"street": "Długa 1", "postal_code": "00-001", "city": "Łódź", "country": "PL"}, "custom": {},
        "credit_limit": {"amount": "1234.50", "currency": "PLN"}, "discount_percent": 7.5,
    });
    let made = world.call("owner", "POST", CLIENTS, &sent).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (client, path) = (made.json(), format!("{CLIENTS}/{}", made.id()));
    assert_eq!(made.header("location"), path);
    for same in [
        "kind",
        "name",
        "emails",
        "phones",
        "tags",
        "status",
        "notes",
        "address",
        "custom",
        "credit_limit",
        "discount_percent",
    ] {
        assert_eq!(client[same], sent[same], "{same}");
    }
    let read = world.get("owner", &path).await;
    assert_eq!(
        (read.json(), read.header("etag")),
        (client.clone(), made.header("etag"))
    );

    let changed = world
        .call(
            "owner",
            "PATCH",
            &path,
            &json!({"address": {"city": "Gdańsk"}, "tags": null, "notes": ""}),
        )
        .await;
    let now = changed.json();
    assert_eq!(
        now["address"],
        json!({"street": "Długa 1", "postal_code": "00-001", "city": "Gdańsk", "country": "PL"})
    );
    assert_eq!(
        (&now["tags"], &now["notes"], &now["name"]),
        (&json!([]), &Json::Null, &sent["name"])
    );
    assert_ne!(changed.header("etag"), made.header("etag"));
    let cleared = world
        .call("owner", "PATCH", &path, &json!({"address": null}))
        .await
        .json();
    assert_eq!(
        cleared["address"],
        json!({"street": null, "postal_code": null, "city": null, "country": null})
    );

    // What was read may be sent back as it is, and nothing changes.
    let before = (world.get("owner", &path).await, world.changes());
    let back = world.call("owner", "PATCH", &path, &before.0.json()).await;
    assert_eq!((back.status, &back.body), (200, &before.0.body), "{back:?}");
    assert_eq!(back.header("etag"), before.0.header("etag"));
    assert_eq!(world.changes(), before.1);

    let gone = world.call("owner", "DELETE", &path, &Json::Null).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    for (method, body) in [
        ("GET", Json::Null),
        ("PATCH", json!({"notes": "x"})),
        ("DELETE", Json::Null),
    ] {
        assert_eq!(world.call("owner", method, &path, &body).await.status, 404);
    }
    for _ in 0..2 {
        let restored = world
            .call("owner", "POST", &format!("{path}/restore"), &json!({}))
            .await;
        assert_eq!(
            (restored.status, restored.json()["name"].clone()),
            (200, sent["name"].clone())
        );
        assert_ne!(restored.header("etag"), "");
    }
}

#[tokio::test]
async fn wrong_input_is_named_and_changes_nothing() {
    let world = World::new().await;
    let id = world.client("owner", json!({})).await;
    let path = format!("{CLIENTS}/{id}");
    let before = (world.get("owner", &path).await.body, world.changes());
    let long = "x".repeat(201);
    let many: Vec<String> = (0..41).map(|n| format!("t{n}")).collect();
    let table = [
        (json!({"name": ""}), "name"),
        (json!({"name": null}), "name"),
        (json!({"name": "\u{0}\u{1f}"}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"name": ["x"]}), "name"),
        (json!({"name": long}), "name"),
        (json!({"kind": "dog"}), "kind"),
        (json!({"kind": true}), "kind"),
        (json!({"tax_id": "PL1234567890"}), "tax_id"),
        (json!({"tax_id": "DE12"}), "tax_id"),
        (json!({"emails": ["nie"]}), "emails"),
        (json!({"emails": "a@b.pl"}), "emails"),
        (json!({"emails": [5]}), "emails"),
        (json!({"phones": ["abc"]}), "phones"),
        (json!({"phones": {}}), "phones"),
        (json!({"tags": many}), "tags"),
        (json!({"website": "javascript:alert(1)"}), "website"),
        (
            json!({"address": {"country": "Nigdzie"}}),
            "address.country",
        ),
        (json!({"address": {"colour": "red"}}), "address.colour"),
        (json!({"address": "Łódź"}), "address"),
        (json!({"address": ["Łódź"]}), "address"),
        (json!({"address.city": "Łódź"}), "address.city"),
        (json!({"company": "nonsense"}), "company"),
        (
            json!({"owner": "0192f000-0000-7000-8000-000000000000"}),
            "owner",
        ),
        (json!({"owner": 1}), "owner"),
        (
            json!({"bank_account": "PL61109010140000071219812875"}),
            "bank_account",
        ),
        (json!({"credit_limit": "12"}), "credit_limit"),
        (
            json!({"credit_limit": {"amount": 12, "currency": "PLN"}}),
            "credit_limit",
        ),
        (
            json!({"credit_limit": {"amount": "1.234", "currency": "PLN"}}),
            "credit_limit",
        ),
        (
            json!({"credit_limit": {"amount": "99999999999999999999", "currency": "PLN"}}),
            "credit_limit",
        ),
        (
            json!({"credit_limit": {"amount": "1", "currency": "XXXX"}}),
            "credit_limit",
        ),
        (
            json!({"credit_limit": {"amount": "1", "currency": "PLN", "x": 1}}),
            "credit_limit",
        ),
        (json!({"payment_days": "5"}), "payment_days"),
        (json!({"payment_days": 1.5}), "payment_days"),
        (json!({"payment_days": 366}), "payment_days"),
        (json!({"payment_days": -1}), "payment_days"),
        (json!({"payment_days": 1e300}), "payment_days"),
        (json!({"discount_percent": 100.001}), "discount_percent"),
        (json!({"custom": {"size": 1}}), "custom.size"),
        (json!({"custom": 1}), "custom"),
        (json!({"colour": "red"}), "colour"),
        (json!({"": 1}), ""),
        // What is not theirs to set.
        (json!({"id": "0192f000-0000-7000-8000-000000000000"}), "id"),
        (json!({"created_at": "2020-01-01T00:00:00Z"}), "created_at"),
        (json!({"updated_at": "2020-01-01T00:00:00Z"}), "updated_at"),
        (
            json!({"balance": {"amount": "1.00", "currency": "PLN"}}),
            "balance",
        ),
        (json!({"version": 7}), "version"),
        (json!({"document": 7}), "document"),
        (json!({"_id": 7}), "_id"),
        (json!({"__proto__": {}}), "__proto__"),
        (json!({"role": "x"}), "role"),
        (json!({"password": "x"}), "password"),
    ];
    for (body, field) in table {
        for language in ["pl", "en"] {
            let headers = [("accept-language", language)];
            let reply = world
                .call_with("owner", "PATCH", &path, &body, &headers)
                .await;
            assert_eq!(reply.refused(), [field], "{body}");
            assert_eq!(reply.header("content-language"), language);
        }
        let mut new = body.clone();
        if new.get("name").is_none() {
            new["name"] = json!("Nowy");
        }
        let reply = world.call("owner", "POST", CLIENTS, &new).await;
        assert_eq!(reply.refused(), [field], "{new}");
    }
    assert_eq!(world.get("owner", &path).await.body, before.0);
    assert_eq!(world.changes(), before.1);
    // Even an unchanged id is not for a new record.
    for (name, value) in [
        ("id", json!(id)),
        ("balance", Json::Null),
        ("created_at", Json::Null),
    ] {
        let reply = world
            .call("owner", "POST", CLIENTS, &json!({"name": "X", name: value}))
            .await;
        assert_eq!(reply.refused(), [name]);
    }
    let all = world
        .call(
            "owner",
            "POST",
            CLIENTS,
            &json!({"kind": "dog", "emails": 1, "colour": 1}),
        )
        .await;
    assert_eq!(
        all.refused(),
        ["kind", "emails", "colour"],
        "every mistake at once"
    );
}

#[tokio::test]
async fn nobody_gives_records_away_without_the_option() {
    let world = World::new().await;
    let own = format!("{CLIENTS}/{}", world.client("sales", json!({})).await);
    for owner in [json!(world.user("sales2")), Json::Null] {
        assert_eq!(
            world
                .call("sales", "PATCH", &own, &json!({"owner": owner}))
                .await
                .refused(),
            ["owner"]
        );
        let new = json!({"name": "X", "owner": owner});
        assert_eq!(
            world.call("sales", "POST", CLIENTS, &new).await.refused(),
            ["owner"]
        );
    }
    let same = json!({"owner": world.user("sales"), "notes": "x"});
    assert_eq!(world.call("sales", "PATCH", &own, &same).await.status, 200);
    let given = world
        .call(
            "owner",
            "PATCH",
            &own,
            &json!({"owner": world.user("sales2")}),
        )
        .await;
    assert_eq!(given.status, 200);
    assert_eq!(world.get("sales", &own).await.status, 404);
    assert_eq!(world.get("sales2", &own).await.status, 200);
}

#[tokio::test]
async fn strange_text_is_kept_clean() {
    let world = World::new().await;
    let body =
        json!({"name": "A\u{0}B\r\nC", "notes": "x\u{0}y\u{202e}z", "tags": ["\u{0}", " a  b "]});
    let made = world.call("owner", "POST", CLIENTS, &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let text = String::from_utf8(made.body.to_vec()).unwrap();
    assert!(
        !text.contains("\\u0000") && !text.contains('\u{202e}'),
        "{text}"
    );
    assert_eq!(made.json()["tags"], json!(["a b"]));
}

#[tokio::test]
async fn a_lost_update_is_refused() {
    let world = World::new().await;
    let path = format!("{CLIENTS}/{}", world.client("sales", json!({})).await);
    let first = world.get("owner", &path).await.header("etag").to_owned();
    let patch = |tag: String, notes: &'static str| {
        let (world, path) = (&world, &path);
        async move {
            world
                .call_with(
                    "owner",
                    "PATCH",
                    path,
                    &json!({"notes": notes}),
                    &[("if-match", &tag)],
                )
                .await
        }
    };
    let second = patch(first.clone(), "a").await;
    assert_eq!(second.status, 200);
    let now = second.header("etag").to_owned();
    for stale in [
        first.clone(),
        format!("W/{now}"),
        "\"x\"".to_owned(),
        now.trim_matches('"').to_owned(),
        String::new(),
    ] {
        let reply = patch(stale.clone(), "b").await;
        assert_eq!(reply.status, 412, "{stale}");
        let gone = world
            .call_with(
                "owner",
                "DELETE",
                &path,
                &Json::Null,
                &[("if-match", &stale)],
            )
            .await;
        assert_eq!(gone.status, 412, "{stale}");
    }
    assert_eq!(world.get("owner", &path).await.json()["notes"], "a");
    let third = patch(format!("{first}, {now}"), "c").await;
    assert_eq!(third.status, 200);
    assert_eq!(patch("*".to_owned(), "d").await.status, 200);
    // A wrong tag on what may not be changed is first of all not permitted, and on what is not there not found.
    let headers = [("if-match", "\"x\"")];
    assert_eq!(
        world
            .call_with("reader", "PATCH", &path, &json!({"notes": "x"}), &headers)
            .await
            .status,
        403
    );
    assert_eq!(
        world
            .call_with("sales2", "PATCH", &path, &json!({"notes": "x"}), &headers)
            .await
            .status,
        404
    );
    assert_eq!(
        world
            .call_with("sales", "DELETE", &path, &Json::Null, &headers)
            .await
            .status,
        403
    );
    // Of many who saw the same state one wins.
    let tag = world.get("owner", &path).await.header("etag").to_owned();
    let tries = (0..8).map(|_| patch(tag.clone(), "wyścig"));
    let statuses: Vec<u16> = futures_util::future::join_all(tries)
        .await
        .iter()
        .map(|reply| reply.status)
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 7);
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let world = World::new().await;
    let path = format!("{CLIENTS}/{}", world.client("sales", json!({})).await);
    let tag = world.get("sales", &path).await.header("etag").to_owned();
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"z\", {tag}"),
        "*".to_owned(),
    ] {
        let reply = world
            .call_with(
                "sales",
                "GET",
                &path,
                &Json::Null,
                &[("if-none-match", &known)],
            )
            .await;
        assert_eq!(
            (reply.status, reply.body.len(), reply.header("etag")),
            (304, 0, tag.as_str()),
            "{known}"
        );
    }
    world
        .call("owner", "PATCH", &path, &json!({"notes": "x"}))
        .await;
    let reply = world
        .call_with(
            "sales",
            "GET",
            &path,
            &Json::Null,
            &[("if-none-match", &tag)],
        )
        .await;
    assert_eq!(reply.status, 200);
    let foreign = world
        .call_with(
            "sales2",
            "GET",
            &path,
            &Json::Null,
            &[("if-none-match", "*")],
        )
        .await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_again() {
    let world = World::new().await;
    let body = json!({"name": "Raz", "payment_days": 30});
    let post = |who: &'static str, key: &'static str, body: Json| {
        let world = &world;
        async move {
            world
                .call_with(who, "POST", CLIENTS, &body, &[("idempotency-key", key)])
                .await
        }
    };
    let tries = (0..10).map(|_| post("owner", "k-1", body.clone()));
    let replies = futures_util::future::join_all(tries).await;
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (201, &replies[0].body));
        assert_eq!(reply.header("location"), replies[0].header("location"));
        assert_eq!(reply.header("etag"), replies[0].header("etag"));
    }
    assert_eq!(
        world.get("owner", "/api/v1/clients?q=Raz").await.json()["total"],
        1
    );
    let path = replies[0].header("location");
    world
        .call("owner", "PATCH", path, &json!({"notes": "x"}))
        .await;
    assert_eq!(
        post("owner", "k-1", body.clone()).await.body,
        replies[0].body,
        "even after a change"
    );
    let other = post("owner", "k-1", json!({"name": "Dwa"})).await;
    assert_eq!(other.status, 409);
    assert_ne!(
        post("owner", "k-2", body.clone()).await.id(),
        replies[0].id()
    );
    // A key belongs to its person, and a refused request does not use it up.
    assert_eq!(post("sales", "k-1", body).await.refused(), ["payment_days"]);
    assert_ne!(
        post("sales", "k-1", json!({"name": "Raz"})).await.id(),
        replies[0].id()
    );
    for wrong in ["", " ", "\t", &*"k".repeat(201)] {
        let headers = [("idempotency-key", wrong)];
        let reply = world
            .call_with("owner", "POST", CLIENTS, &json!({"name": "X"}), &headers)
            .await;
        assert_eq!(reply.refused(), ["Idempotency-Key"], "{wrong:?}");
    }
    let request = world
        .request("owner", "POST", CLIENTS)
        .header("content-type", "application/json");
    let request = request
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    let reply = world
        .send(request.body(Body::from(r#"{"name":"X"}"#)).unwrap())
        .await;
    assert_eq!(reply.status, 422);
}
