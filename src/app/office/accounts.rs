//! Accounts by command, and the way back in for someone locked out.

use serde_json::{Map, Value, json};

use super::Office;
use super::people::known_role;
use crate::auth::{PasswordError, Passwords};
use crate::cli::failure::Failure;
use crate::data::records::email::Email;
use crate::data::{Access, AccessError, User};

impl Office {
    /// A person at work through a command, within that person's rights.
    pub(super) fn acting_as(&self, email: &str) -> Result<Access, Failure> {
        match self.vault.on_machine(email) {
            Ok(actor) => Ok(self.vault.access(&actor)),
            Err(AccessError::NotFound) => Err(no_user(email)),
            Err(AccessError::SignedOut) => Err(Failure::Failed(format!(
                "the account {email} is disabled; open it with `kartoteka user enable {email}`"
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// Hashes a password that is good enough to be somebody's.
    pub(super) fn new_password(
        &self,
        password: &str,
        personal: &[&str],
    ) -> Result<String, Failure> {
        Passwords::check_new(password, personal, self.vault.least_password()?)
            .map_err(|error: PasswordError| Failure::Failed(error.to_string()))?;
        Ok(self.runtime.block_on(self.passwords.hash(password)))
    }

    /// Every account, with the API's fields; with the role's name in place of its id where `for_people`.
    pub(crate) fn users(&self, for_people: bool) -> Result<Vec<Value>, Failure> {
        let reading = self.vault.machine("command user list").read()?;
        let people = reading.rights().people();
        let row = |user: &User| {
            let mut row = user.to_json();
            if for_people && let Some(role) = people.role(user.role) {
                row["role"] = json!(role.name);
            }
            row
        };
        Ok(people.users().into_iter().map(row).collect())
    }

    /// Makes an account.
    pub(crate) fn add_user(
        &self,
        email: &str,
        name: &str,
        role: &str,
        password: &str,
    ) -> Result<(), Failure> {
        let access = self.vault.machine("command user add");
        self.require_firm()?;
        let role = known_role(&access, role)?.id;
        let hash = self.new_password(password, &[email, name])?;
        let json = fields(&[
            ("email", json!(email)),
            ("name", json!(name)),
            ("role", json!(role)),
        ]);
        self.runtime
            .block_on(access.create_user(json, Some(hash)))?;
        Ok(())
    }

    /// Sets a new password; ends the account's sessions.
    pub(crate) fn set_password(&self, email: &str, password: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command user set-password");
        let user = account(&access, email)?;
        let hash = self.new_password(password, &[&user.email, &user.name])?;
        Ok(self.runtime.block_on(access.set_password(user.id, hash))?)
    }

    /// Gives an account another role.
    pub(crate) fn set_role(&self, email: &str, role: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command user set-role");
        let role = known_role(&access, role)?.id;
        self.change(&access, email, &[("role", json!(role))])
    }

    /// Closes an account, or opens it again.
    pub(crate) fn set_active(&self, email: &str, active: bool) -> Result<(), Failure> {
        let access = self.vault.machine(if active {
            "command user enable"
        } else {
            "command user disable"
        });
        self.change(&access, email, &[("active", json!(active))])
    }

    /// Lets an account sign in again at once after too many failures.
    pub(crate) fn unlock(&self, email: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command user unlock");
        let user = account(&access, email)?;
        self.throttle.unlock(&user.email);
        Ok(self.runtime.block_on(access.note_unlocked(user.id))?)
    }

    /// Takes all second steps from an account.
    pub(crate) fn reset_second_factor(&self, email: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command user reset-second-factor");
        let user = account(&access, email)?;
        Ok(self.runtime.block_on(access.reset_second_step(user.id))?)
    }

    /// Lets an account in from any address at any hour: its own rules go, and for a day no other holds for it, so that
    /// whoever was locked out by a rule of the firm or the role can change that rule.
    pub(crate) fn allow_any_ip(&self, email: &str) -> Result<(), Failure> {
        let access = self.vault.machine("command user allow-any-ip");
        let until = crate::clock::now() + jiff::SignedDuration::from_hours(24);
        let changes = [
            ("allowed_ips", json!([])),
            ("hours", json!({})),
            ("exceptions", json!([{"until": until}])),
        ];
        self.change(&access, email, &changes)
    }

    fn change(
        &self,
        access: &Access,
        email: &str,
        changes: &[(&str, Value)],
    ) -> Result<(), Failure> {
        let user = account(access, email)?;
        self.runtime
            .block_on(access.update_user(user.id, fields(changes), None))?;
        Ok(())
    }

    fn require_firm(&self) -> Result<(), Failure> {
        match self.vault.firm()? {
            Some(_) => Ok(()),
            None => Err(Failure::Failed(
                "there is no firm here yet; make it with `kartoteka init`".to_owned(),
            )),
        }
    }
}

/// The account of an address.
pub(super) fn account(access: &Access, email: &str) -> Result<User, Failure> {
    let reading = access.read()?;
    let user = Email::parse(email)
        .ok()
        .and_then(|email| reading.rights().people().by_email(email.unique()).cloned());
    user.ok_or_else(|| no_user(email))
}

fn fields(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn no_user(email: &str) -> Failure {
    Failure::Failed(format!("there is no account {email}"))
}
