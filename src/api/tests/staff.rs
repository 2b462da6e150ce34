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

#[tokio::test]
async fn an_account_without_a_password_is_invited_where_mail_is_on() {
    let config = "public_url = \"https://crm.test\"\n[smtp]\nhost = \"127.0.0.1\"\nsecurity = \"none\"\n\
                  from = \"crm@f.test\"\n[limits]\nrequests_per_minute = 0\n";
    let (on, off) = (World::configured(config).await, World::new().await);
    let body = json!({"email": "nowa@f.test", "name": "Nowa", "role": BuiltIn::Support.id()});
    let made = on.call("owner", "POST", "/api/v1/users", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["email_verified"], json!(false));
    assert!(!String::from_utf8_lossy(&made.body).contains("token"));
    let later = crate::clock::now() + jiff::SignedDuration::from_mins(1);
    let due = on.vault.due_letters(later, 10).unwrap().letters;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].letter.to, "nowa@f.test");
    let mut with_null = body.clone();
    with_null["password"] = Json::Null;
    with_null["email"] = json!("inna@f.test");
    let refused = on.call("owner", "POST", "/api/v1/users", &with_null).await;
    assert_eq!(refused.refused(), ["password"]);

    let refused = off.call("owner", "POST", "/api/v1/users", &body).await;
    assert_eq!(refused.refused(), ["password"]);
    let reading = off.vault.system("a test").read().unwrap();
    assert!(reading.rights().people().by_email("nowa@f.test").is_none());
}

#[tokio::test]
async fn whether_an_address_is_confirmed_is_told_and_never_taken() {
    let world = World::new().await;
    let user = json!({"email": "nowa@f.test", "name": "Nowa", "role": BuiltIn::Support.id(), "password": PASSWORD, "email_verified": true});
    let refused = world.call("owner", "POST", "/api/v1/users", &user).await;
    assert_eq!(refused.refused(), ["email_verified"]);
}
