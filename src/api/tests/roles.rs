//! Roles and teams, and that nobody gives more than they hold.

use serde_json::{Value as Json, json};

use super::world::{PASSWORD, World};
use crate::data::{BuiltIn, Scope};

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
