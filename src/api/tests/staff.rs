//! Accounts.

use serde_json::{Value as Json, json};

use super::world::{PASSWORD, World};
use crate::data::BuiltIn;

#[tokio::test]
async fn accounts_take_what_is_theirs_and_nothing_else() {
    let world = World::new().await;
    let user = json!({"email": " Nowa@F.test ", "name": "Nowa Osoba", "role": BuiltIn::Support.id(), "team": world.team.id, "password": PASSWORD});
    let made = world.call("owner", "POST", "/api/v1/users", &user).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = made.header("location").to_owned();
    let read = world.get("owner", &path).await;
    assert_eq!(
        (read.json(), read.header("etag")),
        (made.json(), made.header("etag"))
    );
    assert_eq!(read.json()["email"], "nowa@f.test");
    assert!(read.json().get("password").is_none());
    let changes = world.changes();
    let with = |name: &str, value: Json| {
        let mut user = user.clone();
        user["email"] = json!("inna@f.test");
        user[name] = value;
        user
    };
    for (name, value) in [
        ("email", json!("NOWA@f.test")),
        ("email", json!("nie")),
        ("email", Json::Null),
        ("name", json!("")),
        ("name", json!(7)),
        ("role", json!("Owner")),
        ("role", Json::Null),
        ("role", json!({"name": "Owner"})),
        ("team", json!("nonsense")),
        ("active", json!("yes")),
        ("password", json!("krótkie")),
        ("password", json!("Nowa-Osoba-2026-Nowa-Osoba")),
        ("password", json!(["x"])),
        ("password", Json::Null),
        ("id", json!(world.user("owner"))),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("last_login_at", Json::Null),
        ("password_hash", json!("x")),
        ("version", json!(9)),
        ("admin", json!({"users": true})),
        ("tokens", json!([])),
        ("language", json!("pl")),
    ] {
        let reply = world
            .call("owner", "POST", "/api/v1/users", &with(name, value.clone()))
            .await;
        assert_eq!(reply.refused(), [name], "{value}");
        if name != "last_login_at" && !(name == "password" && value.is_null()) {
            let reply = world
                .call("owner", "PATCH", &path, &json!({name: value}))
                .await;
            if name != "email" || value != "NOWA@f.test" {
                assert_eq!(reply.refused(), [name], "{value}");
            }
        }
    }
    let nothing = world
        .call(
            "owner",
            "POST",
            "/api/v1/users",
            &json!({"password": PASSWORD}),
        )
        .await;
    assert_eq!(nothing.refused(), ["email", "name", "role"]);
    // The one PATCH that was taken set the same address in another writing.
    assert_eq!(world.changes(), changes + 1);

    let tag = world.get("owner", &path).await.header("etag").to_owned();
    let headers = [("if-match", tag.as_str())];
    assert_eq!(
        world
            .call_with("owner", "PATCH", &path, &json!({"name": "A"}), &headers)
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call_with("owner", "PATCH", &path, &json!({"name": "B"}), &headers)
            .await
            .status,
        412
    );
    assert_eq!(
        world
            .call_with("owner", "DELETE", &path, &Json::Null, &headers)
            .await
            .status,
        412
    );
    let now = world.get("owner", &path).await;
    assert_eq!(
        world
            .call("owner", "PATCH", &path, &now.json())
            .await
            .status,
        200,
        "what was read may be sent back"
    );
    assert_eq!(
        world
            .call("owner", "DELETE", &path, &Json::Null)
            .await
            .status,
        204
    );
    assert_eq!(world.get("owner", &path).await.status, 404);
    world.client("sales2", json!({})).await;
    let busy = format!("/api/v1/users/{}", world.user("sales2"));
    assert_eq!(
        world
            .call("owner", "DELETE", &busy, &Json::Null)
            .await
            .status,
        409,
        "owns records"
    );
}
