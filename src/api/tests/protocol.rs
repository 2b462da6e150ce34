//! HTTP: methods, media types, sizes, limits, and the description of it all.

use axum::body::Body;
use serde_json::{Value as Json, json};

use super::world::World;
use crate::api::api_routes;
use crate::api::body::LARGEST_BODY;
use crate::api::openapi::document;
use crate::modules::RECORD_TYPES;

const CLIENTS: &str = "/api/v1/clients";

#[tokio::test]
async fn methods_that_are_not_there_are_refused() {
    let world = World::new().await;
    let one = format!("{CLIENTS}/{}", world.client("owner", json!({})).await);
    for (method, path, allow) in [
        ("PUT", CLIENTS, "GET,HEAD,POST"),
        ("DELETE", CLIENTS, "GET,HEAD,POST"),
        ("OPTIONS", CLIENTS, "GET,HEAD,POST"),
        ("TRACE", CLIENTS, "GET,HEAD,POST"),
        ("PUT", &one, "GET,HEAD,PATCH,DELETE"),
        ("POST", &one, "GET,HEAD,PATCH,DELETE"),
        ("POST", "/api/v1/audit", "GET,HEAD"),
        ("DELETE", "/api/v1/me", "GET,HEAD,PATCH"),
    ] {
        let reply = world.call("owner", method, path, &Json::Null).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        let mut allowed: Vec<&str> = reply.header("allow").split(',').collect();
        let mut expected: Vec<&str> = allow.split(',').collect();
        allowed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{method} {path}");
        assert_eq!(reply.json()["status"], 405);
    }
    let (head, get) = (
        world.call("owner", "HEAD", &one, &Json::Null).await,
        world.get("owner", &one).await,
    );
    assert_eq!(
        (head.status, head.body.len(), head.header("etag")),
        (200, 0, get.header("etag"))
    );
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let world = World::new().await;
    let before = world.changes();
    let post = |kind: &'static str, body: Vec<u8>| {
        let world = &world;
        async move {
            let request = world.request("owner", "POST", CLIENTS);
            let request = if kind.is_empty() {
                request
            } else {
                request.header("content-type", kind)
            };
            world
                .send(request.body(Body::from(body)).unwrap())
                .await
                .status
        }
    };
    let deep = format!("{{\"name\": {}1{}}}", "[".repeat(300), "]".repeat(300));
    for wrong in [
        "",
        "{",
        "null x",
        "{\"name\": \"A\", \"name\": \"B\"}",
        "{'name': 1}",
        "{\"name\": NaN}",
        &deep,
    ] {
        assert_eq!(post("application/json", wrong.into()).await, 400, "{wrong}");
    }
    assert_eq!(
        post("application/json", b"{\"name\": \"\xff\"}".to_vec()).await,
        400
    );
    for wrong in ["[]", "null", "5", "\"x\""] {
        assert_eq!(post("application/json", wrong.into()).await, 422, "{wrong}");
    }
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "application/json; charset=latin2",
    ] {
        assert_eq!(
            post(kind, b"{\"name\": \"A\"}".to_vec()).await,
            415,
            "{kind}"
        );
    }
    let mut large = b"{\"name\": \"A\"}".to_vec();
    large.resize(LARGEST_BODY, b' ');
    assert_eq!(post("application/json", large.clone()).await, 201);
    large.push(b' ');
    assert_eq!(post("application/json", large).await, 413);
    assert_eq!(world.changes(), before + 1);
    let path = format!("{CLIENTS}/{}", world.client("owner", json!({})).await);
    let request = world
        .request("owner", "PATCH", &path)
        .header("content-type", "application/merge-patch+json");
    assert_eq!(
        world
            .send(request.body(Body::from("{\"notes\": \"x\"}")).unwrap())
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait() {
    let world = World::configured("[limits]\nrequests_per_minute = 3\n").await;
    for _ in 0..3 {
        assert_eq!(world.get("sales", "/api/v1/me").await.status, 200);
    }
    let reply = world.get("sales", "/api/v1/me").await;
    assert_eq!(reply.status, 429);
    assert!((1..=20).contains(&reply.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(
        world.get("sales2", "/api/v1/me").await.status,
        200,
        "each by themselves"
    );
}

#[tokio::test]
async fn an_error_is_a_problem_in_the_callers_language() {
    let world = World::new().await;
    for (accepted, title) in [
        ("pl", "Nie znaleziono"),
        ("en-GB", "Not found"),
        ("de", "Not found"),
        ("", "Not found"),
    ] {
        let reply = world
            .call_with(
                "owner",
                "GET",
                "/api/v1/nothing",
                &Json::Null,
                &[("accept-language", accepted)],
            )
            .await;
        let problem = reply.json();
        assert_eq!(
            (&problem["title"], &problem["status"], &problem["type"]),
            (
                &json!(title),
                &json!(404),
                &json!("urn:kartoteka:error:not-found")
            )
        );
        assert!(reply.headers.get("set-cookie").is_none());
    }
    let reply = world.call("guest", "GET", CLIENTS, &Json::Null).await;
    assert!(reply.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn the_description_is_of_this_very_api() {
    let world = World::new().await;
    let described = world.get("reader", "/api/v1/openapi.json").await.json();
    assert_eq!(described, document(&RECORD_TYPES));
    let mut operations: Vec<String> = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            operations.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let mut routes: Vec<String> = api_routes(&RECORD_TYPES)
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    operations.sort();
    routes.sort();
    assert_eq!(operations, routes);
    references(&described, &described);
    // A record is as its schema says.
    let path = format!("{CLIENTS}/{}", world.client("owner", json!({})).await);
    let record = world.get("owner", &path).await.json();
    let properties = described["components"]["schemas"]["Clients"]["properties"]
        .as_object()
        .unwrap();
    let names = |object: &serde_json::Map<String, Json>| {
        let mut names: Vec<String> = object.keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(properties), names(record.as_object().unwrap()));
}

/// Every reference leads somewhere.
fn references(part: &Json, whole: &Json) {
    match part {
        Json::Object(parts) => {
            if let Some(reference) = parts.get("$ref").and_then(Json::as_str) {
                assert!(
                    whole.pointer(reference.trim_start_matches('#')).is_some(),
                    "{reference}"
                );
            }
            parts.values().for_each(|part| references(part, whole));
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, whole)),
        _ => {}
    }
}
