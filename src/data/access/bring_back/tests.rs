//! Who may bring records back, and what becomes of owners and fields that are gone.

use super::super::archive::{HistoryLine, Part, Picker};
use super::super::test_firm::TestFirm;
use super::super::*;
use super::*;

/// The records of a firm as an archive made now would have them, with their histories.
fn archived(firm: &TestFirm) -> Vec<Archived> {
    let moment = firm.vault.system("a test").moment().unwrap();
    let mut picker = Picker::new(&firm.vault, Module::Clients);
    let mut found: Vec<Archived> = Vec::new();
    for part in Part::all(&Module::ALL) {
        let mut text = Vec::new();
        moment
            .write(part, &mut |bytes| {
                text.extend_from_slice(bytes);
                Ok(())
            })
            .unwrap();
        for line in text
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            match part {
                part if Picker::learns_from(part) => picker.learn(part, line).unwrap(),
                Part::Records(Module::Clients) => found.push(picker.record(line).unwrap()),
                Part::History(Module::Clients) => {
                    let step: HistoryLine<'_> = Picker::step(line).unwrap();
                    let of = found.iter_mut().find(|archived| archived.id() == step.id);
                    if let Some(archived) = of {
                        archived.add_step(step).unwrap();
                    }
                }
                _ => {}
            }
        }
    }
    assert!(picker.is_of_this_firm().unwrap());
    found
}

async fn bring(access: &Access, records: Vec<Archived>) -> Result<Operation, AccessError> {
    let new = NewOperation {
        kind: OperationKind::BringBack,
        module: Some(Module::Clients),
        total: None,
        undoable: true,
        detail: serde_json::json!({"archive": "x"}),
    };
    let id = access.begin(new).await?.id;
    let kind = crate::modules::RECORD_TYPES[0];
    access
        .bring_back_in(id, kind, records, std::collections::HashSet::new())
        .await?;
    access.read()?.operation(id)
}

#[tokio::test]
async fn an_owner_who_is_gone_is_followed_by_whoever_brings_back() {
    let firm = TestFirm::new().await;
    let ewa = firm.person("ewa", BuiltIn::Salesperson.id(), None).await;
    let hers = firm.client("Młyn", Some(ewa)).await;
    let records = archived(&firm);
    firm.owner.delete(firm.kind, hers, None).await.unwrap();
    firm.owner
        .purge_in(None, firm.kind, vec![hers])
        .await
        .unwrap();
    firm.owner.delete_user(ewa).await.unwrap();
    let done = bring(&firm.owner, records).await.unwrap();
    assert_eq!(
        (
            done.outcome.count("restored"),
            done.outcome.count("owner_gone")
        ),
        (1, 1)
    );
    let reading = firm.owner.read().unwrap();
    let me = reading.rights().user().unwrap().id;
    assert_eq!(reading.get(firm.kind, hers).unwrap().owner(), Some(me));
    assert_eq!(
        firm.vault.check_consistency().unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn it_takes_the_right_over_backups_and_all_records() {
    let firm = TestFirm::new().await;
    let id = firm.client("Młyn", None).await;
    let records = archived(&firm);
    firm.owner.delete(firm.kind, id, None).await.unwrap();
    firm.person("ewa", BuiltIn::Manager.id(), None).await;
    let ewa = firm.access_of("ewa").unwrap();
    assert!(bring(&ewa, records.clone()).await.is_err());
    assert!(ewa.read().unwrap().archived(&records[0]).is_err());
    assert!(
        ewa.read()
            .unwrap()
            .whereabouts(Module::Clients, id)
            .is_err()
    );
    let own = serde_json::json!({"name": "Kopie", "admin": {"backups": true},
        "modules": {"clients": {"view": "own", "edit": "own", "delete": "own"}}});
    let role = firm
        .owner
        .create_role(own.as_object().unwrap().clone())
        .await
        .unwrap()
        .id;
    firm.person("jan", role, None).await;
    let jan = firm.access_of("jan").unwrap();
    assert!(bring(&jan, records.clone()).await.is_err());
    assert!(jan.read().unwrap().archived(&records[0]).is_err());
    assert!(firm.owner.read().unwrap().get(firm.kind, id).is_err());
    assert!(jan.read().unwrap().may_restore_all().is_err());
}
