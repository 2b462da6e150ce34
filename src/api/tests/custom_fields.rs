//! Fields of the firm's own through the API.

use serde_json::json;

use super::world::World;
use crate::data::{CustomChoice, CustomKind, FieldWish, GroupWish, Module, Names};

const CLIENTS: &str = "/api/v1/clients";

async fn define(world: &World) {
    let choice = |pl: &str, en: &str| CustomChoice {
        names: Names {
            pl: pl.into(),
            en: en.into(),
        },
        ..CustomChoice::default()
    };
    let segment = CustomKind::Choice {
        choices: vec![choice("Zwykły", "Plain"), choice("Złoty", "Gold")],
    };
    let secret = FieldWish {
        group: GroupWish::New(Names::same("Zdrowie")),
        ..FieldWish::plain("Alergie", CustomKind::Text)
    };
    let owner = world.access("owner");
    for wish in [FieldWish::plain("Segment", segment), secret] {
        owner
            .create_custom_field(Module::Clients, wish)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn values_are_nested_taken_by_any_name_and_changed_one_by_one() {
    let world = World::new().await;
    define(&world).await;
    let sent = json!({"name": "Firma", "custom": {"segment": "gold", "alergie": "pyłki"}});
    let made = world.call("owner", "POST", CLIENTS, &sent).await;
    assert_eq!(
        made.json()["custom"],
        json!({"segment": "Złoty", "alergie": "pyłki"})
    );
    let path = format!("{CLIENTS}/{}", made.id());
    let change = json!({"custom": {"segment": "choice_1"}});
    let changed = world.call("owner", "PATCH", &path, &change).await;
    assert_eq!(
        changed.json()["custom"],
        json!({"segment": "Zwykły", "alergie": "pyłki"})
    );
    for query in [
        "custom.segment=Plain",
        "custom.segment=choice_1",
        "custom.alergie=pylki",
        "custom.segment_empty=false",
    ] {
        let found = world.get("owner", &format!("{CLIENTS}?{query}")).await;
        assert_eq!(found.ids(), [made.id()], "{query}");
    }
    for (wrong, field) in [
        (json!({"custom": {"segment": "Srebrny"}}), "custom.segment"),
        (json!({"custom": {"moon": 1}}), "custom.moon"),
        (json!({"custom": "x"}), "custom"),
        (json!({"custom.segment": "Złoty"}), "custom.segment"),
    ] {
        let refused = world.call("owner", "PATCH", &path, &wrong).await;
        assert_eq!(refused.refused(), [field], "{wrong}");
    }
    let cleared = world
        .call("owner", "PATCH", &path, &json!({"custom": null}))
        .await;
    assert_eq!(
        cleared.json()["custom"],
        json!({"segment": null, "alergie": null})
    );
    let schema = world.get("owner", "/api/v1/openapi.json").await.json();
    let own = &schema["components"]["schemas"]["ClientsNew"]["properties"]["custom"]["properties"];
    assert_eq!(own["segment"]["title"], "Segment");
    assert!(own["alergie"].is_object());
}

#[tokio::test]
async fn a_hidden_group_s_field_is_absent_unknown_and_undescribed() {
    let world = World::new().await;
    define(&world).await;
    let owner = world.user("sales");
    let sent = json!({"name": "Firma", "owner": owner, "custom": {"alergie": "tajne"}});
    let path = format!(
        "{CLIENTS}/{}",
        world.call("owner", "POST", CLIENTS, &sent).await.id()
    );
    let read = world.get("sales", &path).await;
    assert_eq!(read.json()["custom"], json!({"segment": null}));
    let write = json!({"custom": {"alergie": "x"}});
    assert_eq!(
        world.call("sales", "PATCH", &path, &write).await.refused(),
        ["custom.alergie"]
    );
    for query in [
        "sort=custom.alergie",
        "custom.alergie=tajne",
        "custom.alergie_empty=false",
    ] {
        let refused = world.get("sales", &format!("{CLIENTS}?{query}")).await;
        assert_eq!(refused.status, 422, "{query}");
    }
    assert_eq!(
        world
            .get("sales", &format!("{CLIENTS}?q=tajne"))
            .await
            .json()["total"],
        0
    );
    let schema = world.get("sales", "/api/v1/openapi.json").await;
    let text = String::from_utf8_lossy(&schema.body).into_owned();
    assert!(
        !text.contains("alergie") && !text.contains("zdrowie"),
        "not described either"
    );
    assert!(text.contains("segment"));

    // The first answer to a repeated request shows no more than its reader may see by now.
    let key = [("idempotency-key", "k1")];
    let first = world.call_with("owner", "POST", CLIENTS, &sent, &key).await;
    assert_eq!(first.json()["custom"]["alergie"], "tajne");
    world
        .access("owner")
        .retire_custom_field(Module::Clients, "alergie")
        .await
        .unwrap();
    let again = world.call_with("owner", "POST", CLIENTS, &sent, &key).await;
    assert!(
        again.status == 422 || again.json()["custom"].get("alergie").is_none(),
        "{again:?}"
    );
}
