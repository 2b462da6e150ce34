//! The guard at work on a small firm.
mod archive;
mod custom_fields;
mod duplicates;
mod merging;
mod operations;
mod pages;

use serde_json::json;

use super::*;
use crate::auth::Passwords;
use crate::modules::RECORD_TYPES;

pub(in crate::data) struct TestFirm {
    pub(in crate::data) vault: Vault,
    pub(in crate::data) folder: tempfile::TempDir,
    owner: Access,
}

pub(in crate::data) async fn firm() -> TestFirm {
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
        folder,
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

/// Everything a table of an open vault holds.
fn dump(vault: &Vault, table: store::Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    use store::Read;
    let mut entries = Vec::new();
    let visit = &mut |key: &[u8], value: &[u8]| {
        entries.push((key.to_vec(), value.to_vec()));
        std::ops::ControlFlow::Continue(())
    };
    let snapshot = vault.inner_store().read().unwrap();
    snapshot.scan(table, &[], &[u8::MAX; 300], visit).unwrap();
    entries
}

#[tokio::test]
async fn a_past_is_found_as_if_it_had_been_entered_by_hand() {
    let by_hand = firm().await;
    let kind = RECORD_TYPES[0];
    let folder = tempfile::tempdir().unwrap();
    let loaded = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let at: jiff::Timestamp = "2025-03-01T10:00:00Z".parse().unwrap();
    let owner = |owner: Option<uuid::Uuid>| (common::OWNER, owner.map(Value::Id));
    let mut past = Vec::new();
    for n in 0..40 {
        let mut values = draft(
            kind,
            &[
                ("name", json!(format!("Firma {n} Łódź"))),
                ("kind", json!("company")),
                ("status", json!(["lead", "active"][n % 2])),
                ("phones", json!([format!("+48 601 102 2{n:02}")])),
            ],
        )
        .values;
        let record = PastRecord {
            id: RecordId::new(),
            owner: None,
            values: values.clone(),
            created_at: at,
            created_by: None,
            edits: vec![PastEdit {
                at,
                by: None,
                changes: draft(kind, &[("notes", json!("zmiana"))]).values,
            }],
        };
        values.extend([owner(None)]);
        values.extend(draft(kind, &[("notes", json!("zmiana"))]).values);
        let origin = Some(RecordOrigin {
            id: record.id,
            created_at: Some(at),
            updated_at: Some(at),
        });
        let access = by_hand.vault.system("test");
        access.create(kind, Draft { values, origin }).await.unwrap();
        past.push(record);
    }
    let made = by_hand.vault.firm().unwrap().unwrap();
    let access = loaded.system("test");
    let begin = Loading::begin(access.clone(), made.clone(), vec![], vec![]);
    let mut loading = begin.await.unwrap();
    assert!(loaded.is_unfinished().unwrap() && loaded.firm().unwrap().is_none());
    for chunk in past_chunks(kind, folder.path(), past.clone().into_iter()) {
        loading.write(chunk.unwrap()).await.unwrap();
    }
    loading.finish().await.unwrap();
    assert!(!loaded.is_unfinished().unwrap());
    for table in [
        store::Table::Order,
        store::Table::Terms,
        store::Table::Documents,
        store::Table::Counters,
    ] {
        assert_eq!(
            dump(&loaded, table),
            dump(&by_hand.vault, table),
            "{table:?}"
        );
    }
    assert_eq!(dump(&loaded, store::Table::History).len(), 80);
    loaded.verify_audit().unwrap().unwrap();
    let again = Loading::begin(access, made.clone(), vec![], vec![]).await;
    assert!(matches!(again, Err(AccessError::Conflict(_))));
    let by_person = Loading::begin(by_hand.owner.clone(), made, vec![], vec![]);
    assert!(by_person.await.is_err(), "only the program");
}
