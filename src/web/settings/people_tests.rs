//! People whose records go to colleagues: nobody is locked out before that can be done.

use axum::http::StatusCode;
use serde_json::json;

use super::test_site::Site;
use super::tests::user;
use crate::data::{
    Access, AdminRight, BuiltIn, Changes, Draft, RecordId, Role, UserId, Value, common,
};
use crate::modules::RECORD_TYPES;

/// A role of the firm's own, a salesperson's with other rights to manage.
pub(super) async fn role(site: &Site, name: &str, admin: &[AdminRight]) -> Role {
    let role = Role {
        admin: admin.iter().copied().collect(),
        ..BuiltIn::Salesperson.role()
    };
    let mut json = role.to_json().as_object().unwrap().clone();
    json.retain(|key, _| matches!(key.as_str(), "modules" | "admin"));
    json.insert("name".into(), json!(name));
    site.owner.create_role(json).await.unwrap()
}

pub(super) async fn client(access: &Access, name: &str, owner: Option<UserId>) -> RecordId {
    let kind = RECORD_TYPES[0];
    let owner = owner.map(|owner| Value::Id(uuid::Uuid::from_bytes(*owner.bytes())));
    let values = Changes::from([
        (kind.title, Some(Value::Text(name.into()))),
        (common::OWNER, owner),
    ]);
    let draft = Draft {
        values,
        origin: None,
    };
    access.create(kind, draft).await.unwrap().id()
}

#[tokio::test]
async fn nobody_is_locked_out_for_records_that_cannot_be_given() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    client(&site.owner, "Firma", Some(anna)).await;
    let browser = site.owner_browser().await;
    let address = format!("/settings/users/{anna}");
    let form = browser.get(&address).await.words("main");
    assert!(form.contains("Rekord tej osoby (1)"), "{form}");
    let disable = format!("{address}/disable");
    for to in [anna, UserId::new()] {
        let refused = browser.post(&disable, &[("to", &to.to_string())]).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert!(user(&site, "anna@firma.test").unwrap().active);
    }

    // Whoever manages people and no clients locks out, and gives nothing away.
    let role = json!({"name": "Kadry", "modules": {}, "admin": {"users": true}});
    let role = role.as_object().unwrap().clone();
    let role = site.owner.create_role(role).await.unwrap();
    site.person("Kadry", "kadry@firma.test", role.id).await;
    let target = site.person("Cel", "cel@firma.test", role.id).await;
    let staff = site.browser("kadry@firma.test").await;
    let disable = format!("/settings/users/{target}/disable");
    let refused = staff.post(&disable, &[("to", &anna.to_string())]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(user(&site, "cel@firma.test").unwrap().active);
    let done = staff.post(&disable, &[("to", "")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(!user(&site, "cel@firma.test").unwrap().active);
}

#[tokio::test]
async fn nobody_is_locked_out_while_no_operation_can_start() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    let piotr = site.person("Piotr Zając", "piotr@firma.test", sales).await;
    client(&site.owner, "Firma", Some(anna)).await;
    let browser = site.owner_browser().await;
    site.state.operations.stop().await;
    let disable = format!("/settings/users/{anna}/disable");
    let refused = browser.post(&disable, &[("to", &piotr.to_string())]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(user(&site, "anna@firma.test").unwrap().active);
    // What the page says where only the second half failed.
    let page = browser
        .get(&format!(
            "/settings/users/{anna}?notice=disabled-records-stay:0:1"
        ))
        .await;
    assert!(
        page.text
            .contains("przekazania rekordów nie udało się rozpocząć")
    );
}

#[tokio::test]
async fn an_account_is_disabled_and_its_records_go_to_a_colleague() {
    let site = Site::new().await;
    let sales = BuiltIn::Salesperson.id();
    let anna = site.person("Anna Kowal", "anna@firma.test", sales).await;
    let piotr = site.person("Piotr Zając", "piotr@firma.test", sales).await;
    for number in 0..3 {
        client(&site.owner, &format!("Firma {number}"), Some(anna)).await;
    }
    let browser = site.owner_browser().await;
    let address = format!("/settings/users/{anna}");
    assert!(
        browser
            .get(&address)
            .await
            .words("main")
            .contains("Klienci: 3")
    );
    let page = browser
        .post(&format!("{address}/disable"), &[("to", &piotr.to_string())])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert!(!user(&site, "anna@firma.test").unwrap().active);
    let place = page.location().to_owned();
    let done = browser.ended(&place).await;
    for shown in [
        "Przekazanie rekordów: Klienci",
        "zmieniono: 3",
        "Od kogo Anna Kowal",
        "Do kogo Piotr Zając",
    ] {
        assert!(
            done.words("main").contains(shown),
            "{shown}: {}",
            done.words("main")
        );
    }
    let owned = |id| {
        let reading = site.owner.read().unwrap();
        reading.owned(RECORD_TYPES[0], id).unwrap()
    };
    assert_eq!((owned(anna), owned(piotr)), (Some(0), Some(3)));

    // Taken back as a whole, though Anna's account stays locked.
    let undo = browser.post(&format!("{place}/undo"), &[]).await;
    let undone = browser.ended(undo.location()).await;
    assert!(
        undone.words("main").contains("cofnięto: 3"),
        "{}",
        undone.text
    );
    assert_eq!((owned(anna), owned(piotr)), (Some(3), Some(0)));
    assert!(!user(&site, "anna@firma.test").unwrap().active);
    // To somebody who is locked out nothing goes.
    let back = browser
        .post(
            &format!("/settings/users/{piotr}/hand-over"),
            &[("to", &anna.to_string())],
        )
        .await;
    assert_eq!(back.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn before_an_account_is_deleted_its_records_are_counted_and_can_be_given_away() {
    let site = Site::new().await;
    let jan = site
        .person("Jan Odchodzi", "jan@firma.test", BuiltIn::Salesperson.id())
        .await;
    let web = site.owner_browser().await;
    let place = format!("/settings/users/{jan}/delete");
    let empty = web.get(&place).await;
    assert!(empty.words("main").contains("Tego nie da się cofnąć"));
    let jans = {
        let vault = &site.state.vault;
        vault.access(&vault.on_machine("jan@firma.test").unwrap())
    };
    let field = crate::clients::CLIENTS.named("name").unwrap();
    for name in ["A", "B"] {
        let value = field.kind.take_json(&json!(name)).unwrap();
        let draft = crate::data::Draft {
            values: [(field.no, value)].into(),
            origin: None,
        };
        jans.create(&crate::clients::CLIENTS, draft).await.unwrap();
    }
    let page = web.get(&place).await;
    let words = page.words("main");
    assert!(words.contains("jest opiekunem rekordów (2)"), "{words}");
    assert!(
        words.contains("Przekaż")
            && page
                .text
                .contains(&format!("/settings/users/{jan}/hand-over"))
    );
    assert!(
        !page.text.contains(&format!("action=\"{place}\"")),
        "no button that would be refused"
    );
}
