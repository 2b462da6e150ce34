//! Making the demo firm.

use std::path::Path;
use std::sync::mpsc;

use jiff::Timestamp;

use super::Office;
use super::accounts::account;
use crate::cli::failure::Failure;
use crate::clients::CLIENTS;
use crate::data::{
    AccessError, BuiltIn, Firm, Loading, PastChunk, Team, TeamId, User, UserId, past_chunks,
};
use crate::demo::{self, People};

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
    /// Makes the demo firm with its people and clients in the data folder. The same seed on the same day gives the same
    /// records.
    pub(crate) fn make_demo(
        &self,
        folder: &Path,
        clients: u32,
        seed: u64,
        password: &str,
    ) -> Result<(), Failure> {
        let today = crate::clock::now()
            .to_zoned_datetime(self.zone.clone())
            .date();
        let since = demo::first_moment(today);
        let people = People::new(seed, since);
        let team = Team {
            id: people.team,
            name: TEAM.to_owned(),
            version: 1,
        };
        let firm = Firm::new(FIRM.to_owned(), true, since);
        let begin = Loading::begin(
            self.vault.system("making the demo firm"),
            firm,
            vec![team],
            self.demo_users(&people, since, password),
        );
        let mut loading = self.runtime.block_on(begin)?;

        let currency = self.vault.input_reading().currency;
        let past = demo::past_clients(clients as usize, seed, today, people, currency);
        // One thread makes clients while the other writes the last ones.
        let (sender, chunks) = mpsc::sync_channel::<Result<PastChunk, AccessError>>(0);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for chunk in past_chunks(&CLIENTS, folder, past) {
                    if sender.send(chunk).is_err() {
                        return; // Writing has failed, which is told below.
                    }
                }
            });
            for chunk in chunks {
                self.runtime.block_on(loading.write(chunk?))?;
            }
            Ok::<_, Failure>(self.runtime.block_on(loading.finish())?)
        })?;
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
                email_verified: false,
                name: person.name.to_owned(),
                role: role.id(),
                team,
                active: true,
                password: Some(self.runtime.block_on(self.passwords.hash(password))),
                two_step: false,
                password_facts: crate::data::PasswordFacts::default(),
                language: None,
                theme: None,
                photo: None,
                rules: crate::data::Rules::default(),
                exceptions: Vec::new(),
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
            let Ok(user) = account(&access, &format!("{}@{DOMAIN}", person.local_part)) else {
                continue; // Deleted by whoever tried the demo.
            };
            let hash = self.runtime.block_on(self.passwords.hash(password));
            self.runtime.block_on(access.set_password(user.id, hash))?;
        }
        Ok(())
    }
}
