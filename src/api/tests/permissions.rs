//! What each role may do, and that a refusal changes nothing and tells nothing.

use serde_json::{Value as Json, json};

use super::world::{STAFF, World};
use crate::api::api_routes;
use crate::modules::RECORD_TYPES;
use crate::web::Need;

/// An address with something real in place of its id, and a body that could be taken.
async fn filled(world: &World, path: &str) -> (String, Json) {
    let id = if path.starts_with("/api/v1/users") {
        world.user("reader")
    } else if path.starts_with("/api/v1/teams") {
        world.team.id.to_string()
    } else if path.starts_with("/api/v1/roles") {
        let role = json!({"name": format!("Rola {}", uuid::Uuid::now_v7())});
        world
            .call("owner", "POST", "/api/v1/roles", &role)
            .await
            .id()
    } else {
        world.client("owner", json!({})).await
    };
    let body = if path.starts_with("/api/v1/users") && !path.contains('{') {
        json!({"email": "x@f.test", "name": "X", "password": "Zielony-Traktor-4821",
               "role": crate::data::BuiltIn::ReadOnly.id()})
    } else {
        json!({"name": "Zmieniona"})
    };
    (path.replace("{id}", &id), body)
}

#[tokio::test]
async fn no_operation_is_open_to_strangers() {
    let world = World::new().await;
    for route in api_routes(&RECORD_TYPES) {
        let (path, body) = filled(&world, &route.path).await;
        let before = world.changes();
        for token in [None, Some("nonsense"), Some("")] {
            let header = token.map(|token| format!("Bearer {token}"));
            let headers: Vec<(&str, &str)> = header
                .iter()
                .map(|value| ("authorization", value.as_str()))
                .collect();
            let reply = world
                .call_with("guest", route.method.as_str(), &path, &body, &headers)
                .await;
            assert_eq!(reply.status, 401, "{} {path}", route.method);
            assert!(reply.header("www-authenticate").starts_with("Bearer"));
            assert_eq!(
                reply.header("www-authenticate").contains("invalid_token"),
                token.is_some()
            );
        }
        assert_eq!(world.changes(), before, "{} {path}", route.method);
    }
    for wrong in ["Basic b3duZXI6eA==", "Bearer", "bearer  x y"] {
        let reply = world
            .call_with(
                "guest",
                "GET",
                "/api/v1/me",
                &Json::Null,
                &[("authorization", wrong)],
            )
            .await;
        assert_eq!(reply.status, 401, "{wrong}");
    }
}

#[tokio::test]
async fn every_operation_asks_for_its_permission() {
    let world = World::new().await;
    for route in api_routes(&RECORD_TYPES) {
        let Need::TokenWith(permission) = route.need else {
            continue;
        };
        for (who, ..) in STAFF {
            let (path, body) = filled(&world, &route.path).await;
            let may = world.access(who).read().unwrap().rights().may(permission);
            let (changes, refusals) = (world.changes(), world.audited("refused"));
            let reply = world.call(who, route.method.as_str(), &path, &body).await;
            if may {
                assert_ne!(reply.status, 401, "{who} {} {path}", route.method);
                continue;
            }
            assert_eq!(reply.status, 403, "{who} {} {path}", route.method);
            let said = reply.json();
            assert_eq!(said["permission"], permission.name());
            assert!(
                said["detail"]
                    .as_str()
                    .unwrap()
                    .contains(&permission.name())
            );
            assert_eq!(world.changes(), changes, "{who} {} {path}", route.method);
            assert_eq!(
                world.audited("refused"),
                refusals + 1,
                "the refusal is kept"
            );
        }
    }
    for (who, ..) in STAFF {
        for path in [
            "/api/v1/users",
            "/api/v1/roles",
            "/api/v1/audit",
            "/api/v1/teams",
        ] {
            assert_eq!(world.get(who, path).await.status, 403, "{who} {path}");
        }
    }
}

#[tokio::test]
async fn each_role_reaches_what_it_should() {
    let world = World::new().await;
    // Who, whose client, and what reading, changing and deleting it answer.
    let table = [
        ("owner", "accounting", [200, 200, 204]),
        ("manager", "sales", [200, 200, 204]),
        ("manager", "manager", [200, 200, 204]),
        ("manager", "accounting", [404, 404, 404]),
        ("sales", "sales", [200, 200, 403]),
        ("sales", "sales2", [404, 404, 404]),
        ("sales", "owner", [404, 404, 404]),
        ("accounting", "sales", [200, 403, 403]),
        ("support", "sales", [200, 403, 403]),
        ("reader", "sales", [200, 403, 403]),
    ];
    for (who, whose, expected) in table {
        let path = format!(
            "/api/v1/clients/{}",
            world.client(whose, json!({"notes": "Przed"})).await
        );
        let calls = [
            ("GET", Json::Null),
            ("PATCH", json!({"notes": "Po"})),
            ("DELETE", Json::Null),
        ];
        for ((method, body), expected) in calls.into_iter().zip(expected) {
            let before = (world.get("owner", &path).await, world.changes());
            let reply = world.call(who, method, &path, &body).await;
            assert_eq!(
                reply.status, expected,
                "{who} {method} a client of {whose}: {reply:?}"
            );
            if expected >= 400 {
                let after = (world.get("owner", &path).await, world.changes());
                assert_eq!(before.0.body, after.0.body);
                assert_eq!(before.1, after.1, "{who} {method}");
            }
        }
    }
    for (who, status) in [
        ("manager", 201),
        ("sales", 201),
        ("accounting", 403),
        ("support", 403),
        ("reader", 403),
    ] {
        let made = world
            .call(who, "POST", "/api/v1/clients", &json!({"name": "Nowy"}))
            .await;
        assert_eq!(made.status, status, "{who}");
        if status == 201 {
            assert_eq!(made.json()["owner"], world.user(who));
        }
    }
}

#[tokio::test]
async fn what_is_out_of_reach_answers_as_what_is_not_there() {
    let world = World::new().await;
    let foreign = world.client("sales2", json!({"name": "Tajemnicza"})).await;
    let deleted = world.client("sales2", json!({})).await;
    world
        .call(
            "owner",
            "DELETE",
            &format!("/api/v1/clients/{deleted}"),
            &Json::Null,
        )
        .await;
    let missing = "0192f000-0000-7000-8000-000000000000";
    for (method, body) in [
        ("GET", Json::Null),
        ("PATCH", json!({"notes": "x"})),
        ("DELETE", Json::Null),
        ("HEAD", Json::Null),
    ] {
        let nothing = world
            .call(
                "sales",
                method,
                &format!("/api/v1/clients/{missing}"),
                &body,
            )
            .await;
        assert_eq!(nothing.status, 404);
        for other in [&foreign, &deleted, "nonsense", "%ff", "%00"] {
            let reply = world
                .call("sales", method, &format!("/api/v1/clients/{other}"), &body)
                .await;
            assert_eq!(
                (reply.status, &reply.body),
                (404, &nothing.body),
                "{method} {other}"
            );
            assert_eq!(reply.header("etag"), "");
        }
    }
    let nothing = world
        .get("sales", &format!("/api/v1/clients/{missing}"))
        .await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v2/clients",
        "/api/v1/clients/x/y/z",
        "/api/v1/clients/",
    ] {
        let reply = world.get("sales", path).await;
        assert_eq!((reply.status, &reply.body), (404, &nothing.body), "{path}");
    }
    for id in [&*foreign, &*deleted, missing] {
        let reply = world
            .call(
                "sales",
                "POST",
                &format!("/api/v1/clients/{id}/restore"),
                &json!({}),
            )
            .await;
        assert_eq!((reply.status, &reply.body), (404, &nothing.body));
    }
    // A client of somebody else's cannot be named as a company either, whether it is there or not.
    let refusal = |id: String| {
        let world = &world;
        async move {
            let body = json!({"name": "Jan", "kind": "person", "company": id});
            let reply = world.call("sales", "POST", "/api/v1/clients", &body).await;
            assert_eq!(reply.refused(), ["company"]);
            reply.body
        }
    };
    assert_eq!(refusal(foreign).await, refusal(missing.to_owned()).await);
}

#[tokio::test]
async fn hidden_fields_are_unknown_in_every_way() {
    let world = World::new().await;
    let iban = "PL61109010140000071219812874";
    let finance = json!({"bank_account": iban, "payment_days": 77, "discount_percent": 12.34,
                         "credit_limit": {"amount": "98765.43", "currency": "PLN"}});
    let id = world.client("sales", finance.clone()).await;
    let one = format!("/api/v1/clients/{id}");
    for who in ["sales", "support", "reader"] {
        for path in [
            one.clone(),
            "/api/v1/clients".to_owned(),
            format!("/api/v1/clients?q={iban}"),
        ] {
            let text = String::from_utf8(world.get(who, &path).await.body.to_vec()).unwrap();
            for secret in [
                "98765",
                iban,
                "bank_account",
                "credit_limit",
                "payment_days",
                "discount",
                "balance",
                "12.34",
            ] {
                assert!(!text.contains(secret), "{who} {path} shows {secret}");
            }
        }
        for search in [iban, "98765", "6110901"] {
            assert_eq!(
                world
                    .get(who, &format!("/api/v1/clients?q={search}"))
                    .await
                    .ids(),
                [""; 0]
            );
        }
        for (hidden, unknown) in [
            ("sort=credit_limit", "sort=colour"),
            ("sort=-balance", "sort=-colour"),
            ("payment_days=77", "colour=77"),
            ("credit_limit_from=1", "colour_from=1"),
            ("credit_limit_to=", "colour_to="),
            ("balance_empty=true", "colour_empty=true"),
        ] {
            let (hidden, unknown) = (
                world.get(who, &format!("/api/v1/clients?{hidden}")).await,
                world.get(who, &format!("/api/v1/clients?{unknown}")).await,
            );
            assert_eq!((hidden.status, unknown.status), (422, 422));
            assert_eq!(
                hidden.json()["errors"][0]["message"],
                unknown.json()["errors"][0]["message"]
            );
        }
    }
    for (field, value) in finance.as_object().unwrap() {
        let message = |body: Json| {
            let (world, one) = (&world, &one);
            async move {
                let reply = world.call("sales", "PATCH", one, &body).await;
                assert_eq!(reply.status, 422);
                reply.json()["errors"][0]["message"].clone()
            }
        };
        assert_eq!(
            message(json!({field: value})).await,
            message(json!({"colour": value})).await,
            "{field}"
        );
        assert_eq!(
            message(json!({field: null})).await,
            message(json!({"colour": null})).await,
            "{field}"
        );
        let made = world
            .call(
                "sales",
                "POST",
                "/api/v1/clients",
                &json!({"name": "X", field: value}),
            )
            .await;
        assert_eq!(made.refused(), [field.as_str()]);
        // Who may read but not write them is told so.
        let reply = world
            .call("manager", "PATCH", &one, &json!({field: null}))
            .await;
        assert_eq!(reply.refused(), [field.as_str()]);
        assert_ne!(
            reply.json()["errors"][0]["message"],
            message(json!({field: value})).await
        );
    }
    let seen = world.get("owner", &one).await.json();
    assert_eq!(
        (
            &seen["bank_account"],
            &seen["payment_days"],
            &seen["discount_percent"]
        ),
        (&json!(iban), &json!(77), &json!(12.34))
    );
    assert_eq!(world.get("manager", &one).await.json()["payment_days"], 77);
    // What was made hidden since is another representation, and hidden in a first answer that is given again.
    let tags: Vec<String> = [
        world.get("owner", &one).await,
        world.get("sales", &one).await,
    ]
    .iter()
    .map(|reply| reply.header("etag").to_owned())
    .collect();
    assert_ne!(tags[0], tags[1]);
}
