//! Giving records away, batch by batch.

use super::super::test_firm::{TestFirm, role_json};
use super::super::{AccessError, BuiltIn, ModuleAccess, Scope};
use super::*;

#[tokio::test]
async fn records_go_to_a_colleague_in_batches_with_their_history() {
    let firm = TestFirm::new().await;
    let anna = firm.person("anna", BuiltIn::Salesperson.id(), None).await;
    let piotr = firm.person("piotr", BuiltIn::Salesperson.id(), None).await;
    let mut given = Vec::new();
    for number in 0..7 {
        given.push(firm.client(&format!("Firma {number}"), Some(anna)).await);
        firm.client(&format!("Inna {number}"), Some(piotr)).await;
    }
    let (mut start, mut batches, mut moved) = (Some(0), 0, Vec::new());
    while let Some(at) = start {
        let handed = firm
            .owner
            .hand_over(None, firm.kind, (anna, piotr), at, 3)
            .await
            .unwrap();
        assert!(handed.moved.len() <= 3 && handed.left.is_empty());
        moved.extend(handed.moved.iter().map(|(id, _)| *id));
        start = handed.next;
        batches += 1;
    }
    moved.sort_unstable();
    given.sort_unstable();
    assert_eq!((batches, moved), (3, given.clone()));
    let reading = firm.owner.read().unwrap();
    assert_eq!(reading.owned(firm.kind, anna).unwrap(), Some(0));
    assert_eq!(reading.owned(firm.kind, piotr).unwrap(), Some(14));
    let seen = reading.get(firm.kind, given[0]).unwrap();
    assert_eq!(reading.timeline(&seen, None, 10).unwrap().len(), 2);
}

#[tokio::test]
async fn nobody_gives_away_what_is_not_theirs_to_give() {
    let firm = TestFirm::new().await;
    let anna = firm.person("anna", BuiltIn::Salesperson.id(), None).await;
    let piotr = firm.person("piotr", BuiltIn::Salesperson.id(), None).await;
    let own = ModuleAccess {
        view: Scope::Own,
        ..ModuleAccess::everything(crate::data::Module::Clients)
    };
    let own = ModuleAccess {
        unassigned: false,
        ..own
    };
    let role = firm.role("Własne", &own).await;
    firm.person("jan", role, None).await;
    firm.client("Hotel", Some(anna)).await;
    let as_jan = firm.access_of("jan").unwrap();
    let refused = as_jan
        .hand_over(None, firm.kind, (anna, piotr), 0, 10)
        .await;
    assert!(matches!(
        refused,
        Err(AccessError::Forbidden(Permission::Edit(_)))
    ));
    assert_eq!(as_jan.read().unwrap().owned(firm.kind, anna).unwrap(), None);

    // Seen and changed, but without the option.
    let all = ModuleAccess {
        options: [].into(),
        ..ModuleAccess::everything(crate::data::Module::Clients)
    };
    firm.owner
        .update_role(role, role_json(&all, &[]), None)
        .await
        .unwrap();
    let refused = as_jan
        .hand_over(None, firm.kind, (anna, piotr), 0, 10)
        .await;
    assert!(matches!(
        refused,
        Err(AccessError::Forbidden(Permission::Option(
            _,
            "change_owner"
        )))
    ));
    for to in [anna, UserId::new()] {
        let refused = firm
            .owner
            .hand_over(None, firm.kind, (anna, to), 0, 10)
            .await;
        assert!(matches!(
            refused,
            Err(AccessError::Conflict(_) | AccessError::NotFound)
        ));
    }
    let off = serde_json::json!({"active": false});
    let off = off.as_object().unwrap().clone();
    firm.owner.update_user(piotr, off, None).await.unwrap();
    let refused = firm
        .owner
        .hand_over(None, firm.kind, (anna, piotr), 0, 10)
        .await;
    assert!(matches!(refused, Err(AccessError::Conflict(_))));
    let reading = firm.owner.read().unwrap();
    assert_eq!(reading.owned(firm.kind, anna).unwrap(), Some(1));
}
