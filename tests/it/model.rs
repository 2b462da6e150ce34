//! Random sequences of acts, held against a plain model that keeps everything in maps and computes every answer anew.

mod acts;
mod answers;
mod asked;
mod compare;
mod plain;

use acts::{Act, acts};
use kartoteka::data::faults::Disk;
use kartoteka::data::{Access, Query, Start, Vault};
use kartoteka::modules::RECORD_TYPES;
use plain::Model;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::json;

use crate::firm::{self, found, kind, object};

/// The vault under test with the model it must equal.
struct World {
    vault: Vault,
    model: Model,
    /// The guard of each person of the model, kept through everything that happens to them.
    guards: Vec<Access>,
}

fn open(disk: &Disk) -> Vault {
    let disk = disk.clone();
    Vault::open_on(move || disk.backend(), &RECORD_TYPES).expect("a whole image")
}

impl World {
    async fn new(disk: &Disk) -> Self {
        let vault = open(disk);
        let id = found(&vault).await.expect("a first firm");
        let owner = firm::access(&vault, firm::OWNER);
        let mut model = Model::new(id);
        for name in ["Północ", "Południe"] {
            let json = object(json!({"name": name}));
            model
                .teams
                .push(owner.create_team(json).await.expect("a team").id);
        }
        for role in &mut model.roles {
            if let Some(json) = role.own_role_json() {
                role.id = owner.create_role(object(json)).await.expect("a role").id;
            }
        }
        for (number, (name, role, team)) in plain::PEOPLE.into_iter().enumerate() {
            let team = team.map(|team| model.teams[team]);
            let json = json!({
                "email": format!("osoba{number}@firma.test"), "name": name,
                "role": model.roles[role].id, "team": team,
            });
            let user = owner
                .create_user(object(json), None)
                .await
                .expect("an account");
            model.add_person(user.id, name, role, team);
        }
        let guards = Self::guards(&vault, &model);
        Self {
            vault,
            model,
            guards,
        }
    }

    /// Guards of everybody; while they are all active.
    fn guards(vault: &Vault, model: &Model) -> Vec<Access> {
        let addresses = std::iter::once(firm::OWNER.to_owned())
            .chain((0..plain::PEOPLE.len()).map(|number| format!("osoba{number}@firma.test")));
        let guards: Vec<Access> = addresses.map(|email| firm::access(vault, &email)).collect();
        assert_eq!(guards.len(), model.people.len());
        guards
    }

    /// The same firm, read again from what the disk holds.
    async fn reopened(self, disk: &Disk) -> Self {
        let Self {
            vault,
            mut model,
            guards,
        } = self;
        // Everybody comes back, for guards can be made of active people alone.
        for number in 1..model.people.len() {
            let person = &mut model.people[number];
            let json = object(json!({"active": true}));
            guards[0]
                .update_user(person.id, json, None)
                .await
                .expect("an account");
            person.active = true;
        }
        drop((vault, guards));
        let vault = open(&disk.after_process_end());
        let guards = Self::guards(&vault, &model);
        Self {
            vault,
            model,
            guards,
        }
    }

    /// Everything that is always compared.
    fn compare(&self) {
        assert_eq!(
            self.vault.check_consistency().unwrap(),
            Vec::<String>::new()
        );
        self.vault.verify_audit().unwrap().unwrap();
        for number in 0..self.guards.len() {
            self.compare_trash(number);
            self.compare_timelines(number);
            for field in ["tags", "emails"] {
                for (prefix, limit) in [("", 100), ("s", 3), ("ŻÓ", 100)] {
                    self.compare_values(number, field, prefix, limit);
                }
            }
        }
        for field in kind().fields.iter().filter(|field| field.sortable) {
            for descending in [false, true] {
                let mut query = asked::sorted(field.name, descending);
                self.compare_lists(&query, 1 + self.model.records.len() / 4);
                // The same list, narrowed by what everything answers: small pages are walked, large ones gathered.
                query.filters.push(asked::everything());
                self.compare_lists(&query, 1 + self.model.records.len() / 3);
            }
        }
    }
}

fn run(preloaded: usize, acts: Vec<Act>) {
    let disk = Disk::new(0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World::new(&disk).await;
        world.preload(preloaded).await;
        for act in acts {
            world.act(act).await;
        }
        world.compare();
        world.reopened(&disk).await.compare();
    });
}

/// `PROPTEST_CASES` raises it.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    Config {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn a_few_records_are_what_the_model_says(acts in acts(10..70)) {
        run(0, acts);
    }
}

proptest! {
    #![proptest_config(config(3))]

    #[test]
    fn many_records_are_what_the_model_says(acts in acts(10..40)) {
        run(220, acts);
    }
}

#[test]
fn offsets_beyond_every_list_are_empty_pages() {
    let disk = Disk::new(0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World::new(&disk).await;
        world.preload(12).await;
        let reading = world.guards[0].read().unwrap();
        for search in ["", "k"] {
            let query = Query {
                search: search.to_owned(),
                ..Query::default()
            };
            for offset in [13, 1 << 40, u64::MAX] {
                let list = reading
                    .list(kind(), &query, &Start::Offset(offset), 50)
                    .unwrap();
                assert!(
                    list.rows.is_empty() && list.next.is_none(),
                    "{search} {offset}"
                );
            }
            let list = reading
                .list(kind(), &query, &Start::Offset(0), usize::MAX >> 8)
                .unwrap();
            assert_eq!(list.rows.len() as u64, list.total);
        }
    });
}
