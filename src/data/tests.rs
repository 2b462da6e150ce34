//! The guard at work on a small firm.
use serde_json::json;

use super::*;
use crate::auth::Passwords;
use crate::modules::RECORD_TYPES;

struct TestFirm {
    vault: Vault,
    _folder: tempfile::TempDir,
    owner: Access,
}

async fn firm() -> TestFirm {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let password_hash = Passwords::new().hash("Zielony-Traktor-4821").await;
    vault
        .found(Founding {
            firm: "Firma".into(),
            demo: false,
            email: "o@f.test".into(),
            name: "Ola".into(),
            password_hash,
            language: None,
            channel: Channel::Command,
        })
        .await
        .unwrap();
    let owner = vault.access(&vault.on_machine("O@f.test").unwrap());
    TestFirm {
        vault,
        _folder: folder,
        owner,
    }
}

impl TestFirm {
    async fn user(&self, name: &str, role: BuiltIn) -> Access {
        let email = format!("{name}@f.test");
        let json = json!({"email": email, "name": name, "role": role.id()});
        self.owner
            .create_user(json.as_object().unwrap().clone(), None)
            .await
            .unwrap();
        self.vault.access(&self.vault.on_machine(&email).unwrap())
    }
}

fn draft(kind: &RecordType, pairs: &[(&str, serde_json::Value)]) -> Draft {
    let mut values = Changes::new();
    for (name, json) in pairs {
        let field = kind.named(name).unwrap();
        values.insert(field.no, field.kind.take_json(json).unwrap());
    }
    Draft {
        values,
        origin: None,
    }
}

#[tokio::test]
async fn a_client_lives_through_its_life() {
    let firm = firm().await;
    let kind = RECORD_TYPES[0];
    let made = firm
        .owner
        .create(
            kind,
            draft(
                kind,
                &[
                    ("name", json!("Żółwiński i Wspólnicy")),
                    ("tax_id", json!("5261040828")),
                    ("phones", json!(["(22) 555-66-77"])),
                    ("emails", json!(["ola@zolw.test"])),
                    ("credit_limit", json!({"amount":"100.00","currency":"PLN"})),
                ],
            ),
        )
        .await
        .unwrap();
    let reading = firm.owner.read().unwrap();
    for search in [
        "zolwin",
        "ŻÓŁW",
        "wspol zolw",
        "526 104",
        "5261040828",
        "225556677",
        "22 555 66",
        "ola@zolw",
        "PL526-104-08-28",
    ] {
        let query = Query {
            search: search.into(),
            ..Query::default()
        };
        let list = reading.list(kind, &query, &Start::Offset(0), 10).unwrap();
        assert_eq!(
            list.rows.iter().map(Seen::id).collect::<Vec<_>>(),
            [made.id()],
            "{search}"
        );
        assert_eq!(list.total, 1);
    }
    let sales = firm.user("sales", BuiltIn::Salesperson).await;
    let reading = sales.read().unwrap();
    assert!(matches!(
        reading.get(kind, made.id()),
        Err(AccessError::NotFound)
    ));
    assert_eq!(
        reading
            .count(
                kind,
                &Query {
                    search: "zolw".into(),
                    ..Query::default()
                }
            )
            .unwrap(),
        0
    );
    let sort = Some(Sort {
        field: "credit_limit".into(),
        descending: false,
    });
    assert!(matches!(
        reading.list(
            kind,
            &Query {
                sort,
                ..Query::default()
            },
            &Start::Offset(0),
            5
        ),
        Err(AccessError::Invalid(_))
    ));
    let own = sales
        .create(kind, draft(kind, &[("name", json!("Własny"))]))
        .await
        .unwrap();
    assert!(matches!(
        sales.delete(kind, own.id(), None).await,
        Err(AccessError::Forbidden(Permission::Delete(_)))
    ));
    firm.owner.delete(kind, own.id(), None).await.unwrap();
    assert_eq!(
        sales
            .read()
            .unwrap()
            .count(kind, &Query::default())
            .unwrap(),
        0
    );
    firm.owner.restore(kind, own.id()).await.unwrap();
    assert_eq!(
        sales
            .read()
            .unwrap()
            .count(kind, &Query::default())
            .unwrap(),
        1
    );
    firm.vault.verify_audit().unwrap().unwrap();
}
