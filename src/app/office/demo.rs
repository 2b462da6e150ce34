//! Making the demo firm.

use jiff::Timestamp;

use super::Office;
use crate::cli::failure::Failure;
use crate::clients::CLIENTS;
use crate::data::{BuiltIn, Firm, PastChunk, Team, TeamId, User, UserId};
use crate::demo::{self, People};

/// Clients written in one transaction.
const CHUNK: usize = 5000;
const FIRM: &str = "Bielska Stolarnia";
const TEAM: &str = "Sprzedaż";
const DOMAIN: &str = "demo.test";
/// Of each of [`demo::people`].
const ROLES: [BuiltIn; 6] = [
    BuiltIn::Owner,
    BuiltIn::Manager,
    BuiltIn::Salesperson,
    BuiltIn::Salesperson,
    BuiltIn::Accounting,
    BuiltIn::Support,
];

impl Office {
    /// Makes the demo firm with its people and clients. The same seed on the same day gives the same records.
    pub(crate) fn make_demo(&self, clients: u32, seed: u64, password: &str) -> Result<(), Failure> {
        let today = crate::clock::now()
            .to_zoned_datetime(self.zone.clone())
            .date();
        let since = demo::first_moment(today);
        let people = People::new(seed, since);
        let access = self.vault.system("making the demo firm");
        let users = self.demo_users(&people, since, password);
        let team = Team {
            id: people.team,
            name: TEAM.to_owned(),
            version: 1,
        };
        let firm = Firm {
            name: FIRM.to_owned(),
            demo: true,
            created_at: since,
            trash_days: 30,
        };
        self.runtime
            .block_on(access.load_firm(firm, vec![team], users))?;

        let currency = self.vault.input_reading().currency;
        let mut past = demo::past_clients(clients as usize, seed, today, people, currency);
        let mut writing = None;
        loop {
            // The next chunk is prepared on this thread while the store writes the last one.
            let records: Vec<_> = past.by_ref().take(CHUNK).collect();
            let more = !records.is_empty();
            let chunk = PastChunk::new(&CLIENTS, records)?;
            if let Some(task) = writing.take() {
                self.finish(task)?;
            }
            if !more {
                return Ok(());
            }
            let access = access.clone();
            writing = Some(
                self.runtime
                    .spawn(async move { access.load_past(chunk).await }),
            );
        }
    }

    fn finish(
        &self,
        task: tokio::task::JoinHandle<Result<(), crate::data::AccessError>>,
    ) -> Result<(), Failure> {
        let result = self.runtime.block_on(task);
        result.map_err(|error| Failure::Failed(format!("the demo firm: {error}")))??;
        Ok(())
    }

    fn demo_users(&self, people: &People, since: Timestamp, password: &str) -> Vec<User> {
        let team: [Option<TeamId>; 6] = {
            let team = Some(people.team);
            [None, team, team, team, None, None]
        };
        let ids: &[UserId; 6] = &people.users;
        demo::people()
            .iter()
            .zip(ids)
            .zip(ROLES.iter().zip(team))
            .map(|((person, id), (role, team))| User {
                id: *id,
                email: format!("{}@{DOMAIN}", person.local_part),
                name: person.name.to_owned(),
                role: role.id(),
                team,
                active: true,
                password: Some(self.runtime.block_on(self.passwords.hash(password))),
                language: None,
                theme: None,
                created_at: since,
                last_login_at: None,
                version: 1,
            })
            .collect()
    }

    /// Gives all users of a demo firm that is there already one password.
    pub(crate) fn set_demo_password(&self, password: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command demo");
        for person in demo::people() {
            let Ok(user) = self.user(&access, &format!("{}@{DOMAIN}", person.local_part)) else {
                continue; // Deleted by whoever tried the demo.
            };
            let hash = self.runtime.block_on(self.passwords.hash(password));
            self.runtime.block_on(access.set_password(user.id, hash))?;
        }
        Ok(())
    }
}
