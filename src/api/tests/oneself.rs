//! Oneself, and the log.

use serde_json::{Value as Json, json};

use super::world::World;
use crate::data::BuiltIn;

#[tokio::test]
async fn everybody_knows_themselves() {
    let world = World::new().await;
    let me = world.get("sales", "/api/v1/me").await.json();
    assert_eq!(
        (&me["id"], &me["email"], &me["role"]["name"]),
        (
            &json!(world.user("sales")),
            &json!("sales@f.test"),
            &json!("Salesperson")
        )
    );
    let permissions = me["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!("clients.view"))
            && !permissions.contains(&json!("clients.delete"))
    );
    let changed = world
        .call(
            "sales",
            "PATCH",
            "/api/v1/me",
            &json!({"name": "Sprzedawca", "language": "en"}),
        )
        .await;
    assert_eq!(
        (changed.status, changed.json()["name"].clone()),
        (200, json!("Sprzedawca"))
    );
    let before = world.changes();
    for field in [
        "role",
        "email",
        "team",
        "active",
        "id",
        "permissions",
        "password",
        "password_hash",
        "admin",
    ] {
        let reply = world
            .call(
                "sales",
                "PATCH",
                "/api/v1/me",
                &json!({field: BuiltIn::Owner.id()}),
            )
            .await;
        assert_eq!(reply.refused(), [field]);
    }
    assert_eq!(world.changes(), before);
    let reply = world
        .call("sales", "POST", "/api/v1/clients", &json!({}))
        .await;
    assert_eq!(
        reply.header("content-language"),
        "en",
        "the person's own language"
    );
}

#[tokio::test]
async fn the_log_can_be_asked() {
    let world = World::new().await;
    let id = world.client("sales", json!({})).await;
    world
        .call(
            "sales",
            "DELETE",
            &format!("/api/v1/clients/{id}"),
            &Json::Null,
        )
        .await;
    let ask = |query: String| {
        let world = &world;
        async move { world.get("owner", &format!("/api/v1/audit?{query}")).await }
    };
    let refused = ask("kind=refused".to_owned()).await.json();
    let entry = &refused["items"][0];
    assert_eq!(
        (&entry["user"], &entry["address"], &entry["channel"]),
        (
            &json!(world.user("sales")),
            &json!("192.0.2.7"),
            &json!("api")
        )
    );
    assert_eq!(
        entry["details"],
        json!({"permission": "clients.delete", "what": format!("DELETE /api/v1/clients/{id}")})
    );
    assert_eq!(refused["total"], Json::Null);
    let about = ask(format!("record={id}&kind=created&kind=changed"))
        .await
        .json();
    assert_eq!(
        (
            about["items"].as_array().unwrap().len(),
            &about["items"][0]["kind"]
        ),
        (1, &json!("created"))
    );
    assert_eq!(
        ask(format!("user={}", world.user("sales")))
            .await
            .ids()
            .len(),
        2,
        "a token and a refusal"
    );
    assert_eq!(ask("office=true".to_owned()).await.ids(), [""; 0]);
    assert_eq!(ask("at_to=2020-01-01".to_owned()).await.ids(), [""; 0]);
    let every = ask("at_from=2020-01-01&limit=200".to_owned()).await.ids();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ask(format!("at_from=2020-01-01&limit=3{cursor}")).await;
        seen.extend(page.ids());
        match page.json()["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, every);
    for (wrong, field) in [
        ("kind=nothing", "kind"),
        ("user=x", "user"),
        ("office=perhaps", "office"),
        ("at_from=yesterday", "at_from"),
        ("colour=red", "colour"),
        ("limit=500", "limit"),
        ("cursor=x", "cursor"),
    ] {
        assert_eq!(ask(wrong.to_owned()).await.refused(), [field], "{wrong}");
    }
}
