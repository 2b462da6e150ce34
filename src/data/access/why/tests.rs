//! The answers, held against what the guard does.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::super::test_firm::{TestFirm, any_access, owner_value, role_json};
use super::super::{Access, BuiltIn, Changes, Draft, ModuleAccess};
use super::*;
use crate::data::records::field::common;

/// What really happens when somebody tries.
async fn happens(firm: &TestFirm, access: Option<&Access>, id: RecordId, act: Act, n: u16) -> bool {
    let kind = firm.kind;
    let Some(access) = access else {
        return false;
    };
    let reading = access.read().unwrap();
    let seen = reading.get(kind, id).ok();
    match act {
        Act::View => seen.is_some(),
        Act::Edit => access.update(kind, id, Changes::new(), None).await.is_ok(),
        // Refused for its version alone where it is allowed.
        Act::Delete => matches!(
            access.delete(kind, id, Some(u64::MAX)).await,
            Err(AccessError::Changed)
        ),
        // Refused for its missing name alone where it is allowed.
        Act::Create => matches!(
            access.create(kind, Draft::default()).await,
            Err(AccessError::Invalid(_))
        ),
        Act::Export => seen.is_some() && reading.rights().may(Permission::Export(kind.module)),
        Act::Import => reading.rights().may(Permission::Import(kind.module)),
        Act::See(group) => seen.is_some_and(|seen| seen.fields().any(|field| field.group == group)),
        Act::Write(_) => {
            let days = kind.named("payment_days").unwrap();
            let value = days.kind.take_json(&json!(n)).unwrap();
            let changes = Changes::from([(days.no, value)]);
            access.update(kind, id, changes, None).await.is_ok()
        }
        Act::Option("change_owner") => {
            let owner = kind.field(common::OWNER).unwrap();
            reading.rights().may_set(kind, owner)
        }
        Act::Option(_) => access
            .update_each(kind, Vec::new(), Changes::new())
            .await
            .is_ok(),
    }
}

const ACTS: [Act; 10] = [
    Act::View,
    Act::Edit,
    Act::Delete,
    Act::Create,
    Act::Export,
    Act::Import,
    Act::See("finance"),
    Act::Write("finance"),
    Act::Option("change_owner"),
    Act::Option("bulk_edit"),
];

#[test]
fn every_answer_is_what_the_guard_does() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let firm = runtime.block_on(TestFirm::new());
    let (role, teams, people, id) = runtime.block_on(async {
        let role = firm.role("Zmienna", &ModuleAccess::default()).await;
        let teams = [firm.team("A").await, firm.team("B").await];
        let asked = firm.person("anna", role, None).await;
        let other = firm.person("piotr", BuiltIn::Salesperson.id(), None).await;
        (
            role,
            teams,
            [asked, other],
            firm.client("Hotel", None).await,
        )
    });
    let team = || prop::sample::select(vec![None, Some(teams[0]), Some(teams[1])]);
    let owner = prop::sample::select(vec![None, Some(people[0]), Some(people[1])]);
    let active = prop::bool::weighted(0.9);
    let cases = (any_access(), team(), team(), owner, active);
    let mut runner = TestRunner::new(Config {
        cases: 60,
        failure_persistence: None,
        ..Config::default()
    });
    let (mut yes, mut no) = (0, 0);
    // Another value each time, since setting what stands is no change; the same act meets a value again after 73 cases.
    let days = std::cell::Cell::new(0_u16);
    let result = runner.run(&cases, |(access, own, others, owner, active)| {
        runtime.block_on(async {
            firm.owner
                .update_role(role, role_json(&access, &[]), None)
                .await
                .unwrap();
            for (user, json) in [
                (people[0], json!({"team": own, "active": true})),
                (people[1], json!({"team": others})),
            ] {
                let json = json.as_object().unwrap().clone();
                firm.owner.update_user(user, json, None).await.unwrap();
            }
            // Nobody who is disabled can be made an owner; they stay what they are.
            let changes = Changes::from([(common::OWNER, owner_value(owner))]);
            firm.owner
                .update(firm.kind, id, changes, None)
                .await
                .unwrap();
            let json = json!({"active": active}).as_object().unwrap().clone();
            firm.owner.update_user(people[0], json, None).await.unwrap();
            let anna = firm.access_of("anna");
            assert_eq!(anna.is_some(), active);
            for act in ACTS {
                days.set(days.get() % 365 + 1);
                let reading = firm.owner.read().unwrap();
                let seen = reading.get(firm.kind, id).unwrap();
                let answer = reading
                    .why(Module::Clients, Some(&seen), people[0], act)
                    .unwrap();
                let really = happens(&firm, anna.as_ref(), id, act, days.get()).await;
                prop_assert_eq!(answer.allowed, really, "{:?} {:?}", act, answer.reason);
                if !active {
                    prop_assert_eq!(answer.reason, Reason::Disabled);
                }
            }
            Ok(())
        })
    });
    result.unwrap();
    // The same acts over plain cases, so that neither answer can be the only one.
    runtime.block_on(async {
        for access in [
            ModuleAccess::default(),
            ModuleAccess::everything(Module::Clients),
        ] {
            let json = role_json(&access, &[]);
            firm.owner.update_role(role, json, None).await.unwrap();
            let active = json!({"active": true}).as_object().unwrap().clone();
            firm.owner
                .update_user(people[0], active, None)
                .await
                .unwrap();
            for act in ACTS {
                let reading = firm.owner.read().unwrap();
                let answer = reading.why(Module::Clients, None, people[0], act).unwrap();
                if answer.allowed { yes += 1 } else { no += 1 }
            }
        }
    });
    assert_eq!((yes, no), (10, 10));
}

#[tokio::test]
async fn a_reason_names_what_stands_in_the_way() {
    let firm = TestFirm::new().await;
    let (south, north) = (firm.team("Południe").await, firm.team("Północ").await);
    let mut access = ModuleAccess {
        view: Scope::Team,
        edit: Scope::Own,
        ..ModuleAccess::default()
    };
    let role = firm.role("Zespołowa", &access).await;
    let anna = firm.person("anna", role, Some(south)).await;
    let piotr = firm.person("piotr", role, Some(south)).await;
    let zofia = firm.person("zofia", role, Some(north)).await;
    let loner = firm.person("jan", role, None).await;
    let of_piotr = firm.client("Hotel", Some(piotr)).await;
    let nobodys = firm.client("Bar", None).await;
    let ask = |id, user, act| {
        let reading = firm.owner.read().unwrap();
        let seen = reading.get(firm.kind, id).unwrap();
        let answer = reading.why(Module::Clients, Some(&seen), user, act);
        answer.unwrap().reason
    };
    assert_eq!(ask(of_piotr, anna, Act::View), Reason::SameTeam(south));
    assert_eq!(
        ask(of_piotr, anna, Act::Edit),
        Reason::AnothersRecord(piotr)
    );
    assert_eq!(ask(of_piotr, piotr, Act::Edit), Reason::Own);
    assert_eq!(ask(of_piotr, zofia, Act::View), Reason::OtherTeam(piotr));
    assert_eq!(ask(of_piotr, zofia, Act::Delete), Reason::NotSeen);
    assert_eq!(ask(of_piotr, loner, Act::View), Reason::NoTeam(piotr));
    assert_eq!(ask(of_piotr, piotr, Act::Delete), Reason::NoScope);
    assert_eq!(ask(of_piotr, piotr, Act::See("finance")), Reason::Hidden);
    assert_eq!(
        ask(of_piotr, piotr, Act::Option("merge")),
        Reason::NotGranted
    );
    assert_eq!(ask(nobodys, anna, Act::View), Reason::Unassigned);
    access.unassigned = true;
    firm.owner
        .update_role(role, role_json(&access, &[]), None)
        .await
        .unwrap();
    assert_eq!(ask(nobodys, anna, Act::View), Reason::UnassignedGranted);
    assert_eq!(ask(nobodys, anna, Act::Edit), Reason::Unassigned);

    let reading = firm.owner.read().unwrap();
    let standings = reading.who_can(firm.kind, of_piotr).unwrap();
    let sees: Vec<UserId> = standings
        .iter()
        .filter(|standing| standing.view.allowed)
        .map(|standing| standing.user)
        .collect();
    assert_eq!(standings.len(), 5);
    assert!(
        sees.contains(&anna) && sees.contains(&piotr) && sees.len() == 3,
        "and the owner"
    );
}

#[tokio::test]
async fn only_those_who_manage_ask_and_only_of_what_they_see() {
    let firm = TestFirm::new().await;
    let own = ModuleAccess {
        view: Scope::Own,
        ..ModuleAccess::default()
    };
    let plain = firm.role("Zwykła", &own).await;
    let mut json = role_json(&own, &[AdminRight::Roles]);
    json.insert("name".into(), json!("Kadry"));
    let clerks = firm.owner.create_role(json).await.unwrap().id;
    let anna = firm.person("anna", plain, None).await;
    firm.person("kadry", clerks, None).await;
    let of_anna = firm.client("Hotel", Some(anna)).await;

    let reading = firm.access_of("anna").unwrap().read().unwrap();
    let seen = reading.get(firm.kind, of_anna).unwrap();
    for refused in [
        reading
            .why(Module::Clients, Some(&seen), anna, Act::View)
            .map(|_| ()),
        reading.who_can(firm.kind, of_anna).map(|_| ()),
    ] {
        assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    }
    let reading = firm.access_of("kadry").unwrap().read().unwrap();
    for id in [of_anna, RecordId::new()] {
        let refused = reading.who_can(firm.kind, id);
        assert!(matches!(refused, Err(AccessError::NotFound)));
    }
    assert!(reading.why(Module::Clients, None, anna, Act::View).is_ok());
}
