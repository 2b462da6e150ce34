//! People, roles, teams, oneself, the log.

use serde_json::{Value as Json, json};

use super::world::World;
use crate::data::{BuiltIn, Scope};

const PASSWORD: &str = "Zielony-Traktor-4821";

async fn role(world: &World, name: &str, parts: Json) -> String {
    let mut role = json!({"name": name});
    for (key, value) in parts.as_object().unwrap() {
        role[key] = value.clone();
    }
    world
        .call("owner", "POST", "/api/v1/roles", &role)
        .await
        .id()
}

#[tokio::test]
async fn a_role_counts_from_the_next_request() {
    let world = World::new().await;
    let plus = role(&world, "Plus", json!({"modules": {"clients": {"view": "own", "create": true, "edit": "own", "delete": "own"}}})).await;
    let user = format!("/api/v1/users/{}", world.user("sales"));
    let own = format!("/api/v1/clients/{}", world.client("sales", json!({})).await);
    assert_eq!(
        world
            .call("sales", "DELETE", &own, &Json::Null)
            .await
            .status,
        403
    );
    assert_eq!(
        world
            .call("owner", "PATCH", &user, &json!({"role": plus}))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("sales", "DELETE", &own, &Json::Null)
            .await
            .status,
        204
    );
    world
        .call("owner", "POST", &format!("{own}/restore"), &Json::Null)
        .await;
    let path = format!("/api/v1/roles/{plus}");
    let none = json!({"modules": {"clients": {"view": "none"}}});
    assert_eq!(world.call("owner", "PATCH", &path, &none).await.status, 200);
    assert_eq!(world.get("sales", &own).await.status, 403);
    assert_eq!(world.get("sales", "/api/v1/clients").await.status, 403);
    assert_eq!(
        world
            .call("owner", "DELETE", &path, &Json::Null)
            .await
            .status,
        409,
        "somebody has it"
    );
    world
        .call(
            "owner",
            "PATCH",
            &user,
            &json!({"role": BuiltIn::Salesperson.id(), "team": null}),
        )
        .await;
    assert_eq!(
        world.get("manager", &own).await.status,
        404,
        "out of the team"
    );
    assert_eq!(
        world
            .call("owner", "DELETE", &path, &Json::Null)
            .await
            .status,
        204
    );
    assert_eq!(
        world
            .call("owner", "PATCH", &user, &json!({"active": false}))
            .await
            .status,
        200
    );
    assert_eq!(world.get("sales", "/api/v1/me").await.status, 401);
    world
        .call("owner", "PATCH", &user, &json!({"active": true}))
        .await;
    assert_eq!(
        world.get("sales", "/api/v1/me").await.status,
        401,
        "the token ended with the account"
    );
}

#[tokio::test]
async fn nobody_grants_more_than_they_hold() {
    let mut world = World::new().await;
    let clients = json!({"view": "team", "edit": "own"});
    let lead = role(
        &world,
        "Kadry",
        json!({"modules": {"clients": clients}, "admin": {"users": true, "roles": true}}),
    )
    .await;
    let user = json!({"email": "hr@f.test", "name": "Kadry", "role": lead, "password": PASSWORD});
    let hr = world.call("owner", "POST", "/api/v1/users", &user).await;
    assert_eq!(hr.status, 201, "{hr:?}");
    assert!(!String::from_utf8_lossy(&hr.body).contains("argon2"));
    world.learn("hr").await;
    let before = world.changes();
    let own = format!("/api/v1/users/{}", hr.id());
    let owner = format!("/api/v1/users/{}", world.user("owner"));
    let reader = format!("/api/v1/users/{}", world.user("reader"));
    let wide = json!({"name": "Szersza", "modules": {"clients": {"view": "all"}}});
    let backups = json!({"name": "Kopie", "admin": {"backups": true}});
    let new_owner = json!({"email": "n@f.test", "name": "N", "role": BuiltIn::Owner.id(), "password": PASSWORD});
    for (method, path, body) in [
        ("PATCH", &*own, json!({"role": BuiltIn::Owner.id()})),
        ("PATCH", &owner, json!({"email": "taken@f.test"})),
        ("PATCH", &owner, json!({"active": false})),
        ("DELETE", &owner, Json::Null),
        ("PATCH", &reader, json!({"role": lead})),
        ("POST", "/api/v1/users", new_owner),
        ("POST", "/api/v1/roles", wide.clone()),
        ("POST", "/api/v1/roles", backups),
        ("PATCH", &format!("/api/v1/roles/{lead}"), wide),
    ] {
        let reply = world.call("hr", method, path, &body).await;
        assert_eq!(
            (reply.status, reply.json()["permission"].clone()),
            (403, json!("grant")),
            "{method} {path} {body}"
        );
    }
    assert_eq!(world.changes(), before);
    assert_eq!(
        world
            .call(
                "hr",
                "POST",
                "/api/v1/roles",
                &json!({"name": "Węższa", "modules": {"clients": {"view": "own"}}})
            )
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = World::new().await;
    let owner = format!("/api/v1/users/{}", world.user("owner"));
    for (method, body) in [
        ("PATCH", json!({"active": false})),
        ("PATCH", json!({"role": BuiltIn::Manager.id()})),
        ("DELETE", Json::Null),
    ] {
        assert_eq!(
            world.call("owner", method, &owner, &body).await.status,
            409,
            "{method} {body}"
        );
    }
    let second = format!("/api/v1/users/{}", world.user("manager"));
    world
        .call(
            "owner",
            "PATCH",
            &second,
            &json!({"role": BuiltIn::Owner.id()}),
        )
        .await;
    assert_eq!(
        world
            .call("owner", "PATCH", &owner, &json!({"active": false}))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call("manager", "PATCH", &second, &json!({"active": false}))
            .await
            .status,
        409
    );
}

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
async fn roles_and_teams_are_kept_in_order() {
    let world = World::new().await;
    for (parts, field) in [
        (
            json!({"modules": {"klienci": {"view": "own"}}}),
            "modules.klienci",
        ),
        (
            json!({"modules": {"clients": {"view": "mine"}}}),
            "modules.clients.view",
        ),
        (
            json!({"modules": {"clients": {"groups": {"money": "read"}}}}),
            "modules.clients.groups.money",
        ),
        (
            json!({"modules": {"clients": {"groups": {"finance": "all"}}}}),
            "modules.clients.groups.finance",
        ),
        (
            json!({"modules": {"clients": {"options": {"fly": true}}}}),
            "modules.clients.options.fly",
        ),
        (
            json!({"modules": {"clients": {"create": "yes"}}}),
            "modules.clients.create",
        ),
        (json!({"modules": []}), "modules"),
        (json!({"admin": {"world": true}}), "admin.world"),
        (json!({"admin": {"users": 1}}), "admin.users"),
        (json!({"built_in": true}), "built_in"),
        (json!({"id": BuiltIn::Owner.id()}), "id"),
        (json!({"name": ""}), "name"),
        (json!({"name": "owner"}), "name"),
    ] {
        let mut body = json!({"name": "Zła"});
        for (key, value) in parts.as_object().unwrap() {
            body[key] = value.clone();
        }
        let reply = world.call("owner", "POST", "/api/v1/roles", &body).await;
        assert_eq!(reply.refused(), [field], "{body}");
    }
    let built_in = format!("/api/v1/roles/{}", BuiltIn::Manager.id());
    assert_eq!(
        world
            .call("owner", "PATCH", &built_in, &json!({"name": "X"}))
            .await
            .status,
        409
    );
    assert_eq!(
        world
            .call("owner", "DELETE", &built_in, &Json::Null)
            .await
            .status,
        409
    );
    let copy = role(
        &world,
        "Kopia",
        json!({"modules": world.get("owner", &built_in).await.json()["modules"]}),
    )
    .await;
    let path = format!("/api/v1/roles/{copy}");
    let first = world.get("owner", &path).await;
    assert_eq!(
        first.json()["modules"]["clients"]["view"],
        Scope::Team.name()
    );
    let headers = [("if-match", first.header("etag"))];
    assert_eq!(
        world
            .call_with("owner", "PATCH", &path, &json!({"name": "Inna"}), &headers)
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .call_with(
                "owner",
                "PATCH",
                &path,
                &json!({"name": "Jeszcze"}),
                &headers
            )
            .await
            .status,
        412
    );
    assert_eq!(
        world.get("owner", &path).await.json()["modules"],
        first.json()["modules"],
        "only what was given"
    );

    let team = format!("/api/v1/teams/{}", world.team.id);
    assert_eq!(
        world
            .call("owner", "DELETE", &team, &Json::Null)
            .await
            .status,
        409
    );
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "Zespół"}), "name"),
        (json!({"boss": 1}), "boss"),
    ] {
        assert_eq!(
            world
                .call("owner", "POST", "/api/v1/teams", &body)
                .await
                .refused()[0],
            field
        );
    }
    let made = world
        .call("owner", "POST", "/api/v1/teams", &json!({"name": "Drugi"}))
        .await;
    let path = made.header("location");
    assert_eq!(
        world
            .call("owner", "PATCH", path, &json!({"name": "Trzeci"}))
            .await
            .json()["name"],
        "Trzeci"
    );
    let stale = [("if-match", made.header("etag"))];
    assert_eq!(
        world
            .call_with("owner", "PATCH", path, &json!({"name": "Czwarty"}), &stale)
            .await
            .status,
        412
    );
    assert_eq!(
        world
            .call_with("owner", "DELETE", path, &Json::Null, &stale)
            .await
            .status,
        412
    );
    assert_eq!(
        world
            .call("owner", "DELETE", path, &Json::Null)
            .await
            .status,
        204
    );
}

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
