//! The page as those who may use it, and as those who may not.

use serde_json::json;

use super::super::test_site::{Site, role_id};
use crate::clients::CLIENTS;
use crate::data::{Access, BuiltIn, Changes, Draft, RecordId, UserId};

async fn client(access: &Access, name: &str) -> RecordId {
    let draft = Draft {
        values: changes(&[("name", json!(name))]),
        origin: None,
    };
    access.create(&CLIENTS, draft).await.unwrap().id()
}

fn changes(fields: &[(&str, serde_json::Value)]) -> Changes {
    let fields = fields.iter().map(|(name, json)| {
        let field = CLIENTS.named(name).unwrap();
        (field.no, field.kind.take_json(json).unwrap())
    });
    fields.collect()
}

async fn harm(site: &Site) -> (UserId, [RecordId; 2]) {
    let user = site
        .person("Ewa Psuj", "ewa@firma.test", BuiltIn::Owner.id())
        .await;
    let vault = &site.state.vault;
    let ewa = vault.access(&vault.on_machine("ewa@firma.test").unwrap());
    let ids = [
        client(&site.owner, "Skasowana S.A.").await,
        client(&site.owner, "Zmieniona S.A.").await,
    ];
    ewa.delete(&CLIENTS, ids[0], None).await.unwrap();
    let change = changes(&[("notes", json!("<b>zepsute</b>"))]);
    ewa.update(&CLIENTS, ids[1], change, None).await.unwrap();
    (user, ids)
}

#[tokio::test]
async fn it_is_shown_first_and_done_when_confirmed() {
    let site = Site::new().await;
    let web = site.owner_browser().await;
    let (user, ids) = harm(&site).await;
    let form = web.get("/settings/undo").await;
    assert!(form.status == 200 && form.words("main").contains("Ewa Psuj"));
    let user = user.to_string();
    let (from, to) = (form.value("from"), form.value("to"));
    let fields = [("user", user.as_str()), ("from", &from), ("to", &to)];
    let there = web.post("/settings/undo", &fields).await;
    assert_eq!(there.status, 303, "{}", there.text);
    let preview = web.get(there.location()).await;
    let words = preview.words("main");
    for part in [
        "Skasowana S.A.",
        "wróci z kosza",
        "Zmieniona S.A.",
        "<b>zepsute</b>",
        "→ —",
        "Cofnij te działania",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let alive = |id| site.owner.read().unwrap().get(&CLIENTS, id).is_ok();
    assert!(!alive(ids[0]), "nothing has happened yet");
    let confirm = [
        ("user", preview.hidden("user")),
        ("from", preview.hidden("from")),
        ("to", preview.hidden("to")),
        ("confirm", preview.hidden("confirm")),
    ];
    let confirm: Vec<(&str, &str)> = confirm
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let started = web.post("/settings/undo", &confirm).await;
    let done = web.ended(started.location()).await;
    let words = done.words("main");
    for part in [
        "Cofnięcie działań osoby",
        "przywrócono: 1",
        "zmieniono: 1",
        "Ewa Psuj",
        "Cofnij całą operację",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(alive(ids[0]));
    let seen = site.owner.read().unwrap().get(&CLIENTS, ids[1]).unwrap();
    assert!(seen.to_json()["notes"].is_null());
    let audit = web.get("/audit").await;
    assert!(audit.words("main").contains("Cofnięcie działań osoby"));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_beside_its_field() {
    let site = Site::new().await;
    let web = site.owner_browser().await;
    let (user, _) = harm(&site).await;
    let user = user.to_string();
    let nobody = UserId::new().to_string();
    let now = "2026-11-26T10:00";
    for (user, from, to, help) in [
        ("", "2026-11-26T09:00", now, "#f-user-help"),
        (nobody.as_str(), "2026-11-26T09:00", now, "#f-user-help"),
        ("../../etc", "2026-11-26T09:00", now, "#f-user-help"),
        (user.as_str(), "wczoraj", now, "#f-from-help"),
        (&user, "2026-11-26T09:00", "", "#f-to-help"),
        (&user, now, "2026-11-26T09:00", "#f-from-help"),
        (&user, "2001-01-01", now, "#f-from-help"),
        (
            &user,
            "2999-01-01T00:00",
            "2999-01-02T00:00",
            "#f-from-help",
        ),
        (&user, "-9999-01-01", "9999-12-31", "#f-from-help"),
    ] {
        let fields = [("user", user), ("from", from), ("to", to), ("confirm", "1")];
        let page = web.post("/settings/undo", &fields).await;
        assert_eq!(page.status, 422, "{user} {from} {to}");
        assert!(!page.words(help).is_empty(), "{user} {from} {to}: {help}");
    }
}

#[tokio::test]
async fn those_without_the_right_have_no_way_to_it() {
    let site = Site::new().await;
    let (user, ids) = harm(&site).await;
    let role = |role: BuiltIn| role_id(role).parse().unwrap();
    for (number, role) in [role(BuiltIn::Salesperson), role(BuiltIn::Manager)]
        .into_iter()
        .enumerate()
    {
        let email = format!("p{number}@firma.test");
        site.person("Ktoś", &email, role).await;
        let web = site.browser(&email).await;
        assert_eq!(web.get("/settings/undo").await.status, 403);
        let preview = format!("/settings/undo?user={user}&from=2026-01-01&to=2026-02-01");
        assert_eq!(web.get(&preview).await.status, 403);
        let user = user.to_string();
        let fields = [
            ("user", user.as_str()),
            ("from", "2026-11-26"),
            ("to", "2099-01-01"),
            ("confirm", "1"),
        ];
        assert_eq!(web.post("/settings/undo", &fields).await.status, 403);
        assert_eq!(
            web.get("/settings")
                .await
                .text
                .matches("/settings/undo")
                .count(),
            0
        );
    }
    assert!(site.owner.read().unwrap().get(&CLIENTS, ids[0]).is_err());
}
