//! What is foretold, held against what saving does.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::super::test_firm::{TestFirm, any_access, role_json};
use super::*;
use crate::data::records::query::Query;

/// How many clients somebody sees, may change, may delete: told by the guard, record by record.
fn reached(firm: &TestFirm, name: &str) -> [u64; 3] {
    let mut reached = [0; 3];
    let Some(access) = firm.access_of(name) else {
        return reached;
    };
    let reading = access.read().unwrap();
    let listed = reading.each(firm.kind, &Query::default(), &mut |seen| {
        reached[0] += 1;
        reached[1] += u64::from(seen.may_edit());
        reached[2] += u64::from(seen.may_delete());
        Ok(true)
    });
    assert!(matches!(listed, Ok(()) | Err(AccessError::Forbidden(_))));
    reached
}

fn foretold(effects: &[Effect], user: UserId) -> [i64; 3] {
    let shifts = effects
        .iter()
        .filter(|effect| effect.user == user)
        .flat_map(|effect| &effect.shifts);
    let mut net = [0; 3];
    for shift in shifts {
        let Shift::Reach {
            act, more, fewer, ..
        } = shift
        else {
            continue;
        };
        let of = |records: &Option<Records>| match records {
            None => 0,
            Some(Records::Counted(count)) => i64::try_from(*count).unwrap(),
            Some(Records::NotTold) => panic!("an owner sees everything"),
        };
        net[*act as usize] += of(more) - of(fewer);
    }
    net
}

#[test]
fn what_is_foretold_is_what_happens() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let firm = runtime.block_on(TestFirm::new());
    let (role, teams, people) = runtime.block_on(async {
        let role = firm.role("Zmienna", &ModuleAccess::default()).await;
        let teams = [firm.team("A").await, firm.team("B").await];
        let people = [
            firm.person("anna", role, Some(teams[0])).await,
            firm.person("piotr", role, Some(teams[1])).await,
            firm.person("zofia", role, None).await,
        ];
        for (owner, count) in [
            (None, 1),
            (Some(people[0]), 2),
            (Some(people[1]), 4),
            (Some(people[2]), 8),
        ] {
            for number in 0..count {
                firm.client(&format!("Firma {number}"), owner).await;
            }
        }
        (role, teams, people)
    });
    let names = ["anna", "piotr", "zofia"];
    let team = prop::sample::select(vec![None, Some(teams[0]), Some(teams[1])]);
    let whom = prop::sample::select(people.to_vec());
    let members = prop::sample::subsequence(people.to_vec(), 0..=3);
    let cases = (any_access(), whom, team, members);
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let mut moved = std::cell::Cell::new(0);
    runner
        .run(&cases, |(access, whom, team, members)| {
            runtime.block_on(async {
                let role_parts = role_json(&access, &[]);
                let user_parts = json!({"team": team}).as_object().unwrap().clone();
                let members: BTreeSet<UserId> = members.into_iter().collect();
                for change in 0..3 {
                    let before = names.map(|name| reached(&firm, name));
                    let reading = firm.owner.read().unwrap();
                    let effects = match change {
                        0 => reading.preview_role(role, &role_parts),
                        1 => reading.preview_user(whom, &user_parts),
                        _ => reading.preview_team(teams[0], &members),
                    };
                    let effects = effects.unwrap();
                    drop(reading);
                    match change {
                        0 => drop(
                            firm.owner
                                .update_role(role, role_parts.clone(), None)
                                .await
                                .unwrap(),
                        ),
                        1 => drop(
                            firm.owner
                                .update_user(whom, user_parts.clone(), None)
                                .await
                                .unwrap(),
                        ),
                        _ => firm
                            .owner
                            .set_team_members(teams[0], members.clone())
                            .await
                            .unwrap(),
                    }
                    for (place, name) in names.into_iter().enumerate() {
                        let after = reached(&firm, name);
                        let net: [i64; 3] = std::array::from_fn(|act| {
                            i64::try_from(after[act]).unwrap()
                                - i64::try_from(before[place][act]).unwrap()
                        });
                        moved.set(moved.get() + usize::from(net != [0; 3]));
                        prop_assert_eq!(foretold(&effects, people[place]), net, "{}", name);
                    }
                }
                Ok(())
            })
        })
        .unwrap();
    assert!(*moved.get_mut() > 20, "hardly anything changed");
}

#[tokio::test]
async fn numbers_of_others_records_are_not_told() {
    let firm = TestFirm::new().await;
    let own = ModuleAccess {
        view: Scope::Own,
        edit: Scope::Own,
        ..ModuleAccess::default()
    };
    let mut json = role_json(&own, &[AdminRight::Roles, AdminRight::Users]);
    json.insert("name".into(), json!("Kadry"));
    let clerks = firm.owner.create_role(json).await.unwrap().id;
    let plain = firm.role("Zwykła", &own).await;
    let anna = firm.person("anna", plain, None).await;
    let idle = firm.person("piotr", plain, None).await;
    firm.person("kadry", clerks, None).await;
    firm.client("Hotel", Some(anna)).await;
    let none = role_json(&ModuleAccess::default(), &[]);
    let seen_as = |records| Shift::Reach {
        module: Module::Clients,
        act: Reached::View,
        from: Scope::Own,
        to: Scope::None,
        more: None,
        fewer: Some(records),
    };

    let reading = firm.access_of("kadry").unwrap().read().unwrap();
    let effects = reading.preview_role(plain, &none).unwrap();
    let told = |effects: &[Effect], user: UserId| {
        effects
            .iter()
            .find(|effect| effect.user == user)
            .unwrap()
            .shifts[0]
            .clone()
    };
    // Alike for one who has records and one who has none, so that not even that shows.
    for user in [anna, idle] {
        assert_eq!(told(&effects, user), seen_as(Records::NotTold));
    }
    let effects = firm
        .owner
        .read()
        .unwrap()
        .preview_role(plain, &none)
        .unwrap();
    assert_eq!(told(&effects, anna), seen_as(Records::Counted(1)));
    assert_eq!(told(&effects, idle), seen_as(Records::Counted(0)));

    // Nor is anything told to those who could not save it.
    let reading = firm.access_of("anna").unwrap().read().unwrap();
    for refused in [
        reading.preview_role(plain, &none),
        reading.preview_user(idle, &serde_json::Map::new()),
    ] {
        assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    }
    let reading = firm.access_of("kadry").unwrap().read().unwrap();
    let more = role_json(&ModuleAccess::everything(Module::Clients), &[]);
    assert!(matches!(
        reading.preview_role(plain, &more),
        Err(AccessError::Forbidden(Permission::GrantMore))
    ));
}

#[tokio::test]
async fn rights_come_and_go_one_by_one() {
    let firm = TestFirm::new().await;
    let role = firm.role("Zmienna", &ModuleAccess::default()).await;
    let anna = firm.person("anna", role, None).await;
    let access = ModuleAccess {
        view: Scope::Own,
        export: true,
        groups: [("finance", GroupAccess::Read)].into(),
        options: ["merge"].into(),
        ..ModuleAccess::default()
    };
    let reading = firm.owner.read().unwrap();
    let json = role_json(&access, &[AdminRight::Audit]);
    let effects = reading.preview_role(role, &json).unwrap();
    let module = Module::Clients;
    let permission = |permission| Shift::Permission {
        permission,
        gained: true,
    };
    assert_eq!(effects.len(), 1);
    assert_eq!(
        effects[0].shifts[1..],
        [
            permission(Permission::Export(module)),
            permission(Permission::Option(module, "merge")),
            Shift::Group {
                module,
                group: "finance",
                from: GroupAccess::Hidden,
                to: GroupAccess::Read
            },
            permission(Permission::Admin(AdminRight::Audit)),
        ]
    );
    let off = json!({"active": false}).as_object().unwrap().clone();
    let effects = reading.preview_user(anna, &off).unwrap();
    assert_eq!(effects[0].shifts, [Shift::SignIn { gained: false }]);
}
