//! Roles and API tokens by command.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Office;
use crate::cli::failure::Failure;
use crate::data::records::fold::fold;
use crate::data::{Access, AccessError, Role, TokenId};
use crate::i18n::{self, Lang};

impl Office {
    /// Every role.
    pub(crate) fn roles(&self) -> Result<Vec<Value>, Failure> {
        let reading = self.vault.machine("command role list").read()?;
        let roles = reading.rights().people().roles();
        Ok(roles.into_iter().map(Role::to_json).collect())
    }

    /// A role by name, in English or Polish and any case, or by id.
    pub(crate) fn role(&self, role: &str) -> Result<Value, Failure> {
        let access = self.vault.machine("command role show");
        Ok(known_role(&access, role)?.to_json())
    }

    /// Every token, without its secret; the newest first.
    pub(crate) fn tokens(&self) -> Result<Vec<Value>, Failure> {
        let reading = self.vault.machine("command token list").read()?;
        let people = reading.rights().people();
        let row = |token: &crate::data::Token| {
            let user = people.user(token.user).map(|user| &user.email);
            json!({
                "id": token.id, "name": token.name, "user": user, "created_at": token.created_at,
                "expires_at": token.expires_at,
            })
        };
        Ok(reading.tokens(true)?.iter().map(row).collect())
    }

    /// Makes a token; its text is known this once. It ends with the day given.
    pub(crate) fn add_token(
        &self,
        user: &str,
        name: &str,
        last_day: Option<Date>,
    ) -> Result<String, Failure> {
        let access = self.acting_as(user)?;
        let end = |day: Date| {
            let next = day.tomorrow()?.to_zoned_datetime(self.zone.clone())?;
            Ok::<_, jiff::Error>(next.timestamp())
        };
        let end = last_day
            .map(end)
            .transpose()
            .map_err(|error| Failure::Usage(format!("--expires: {error}")))?;
        let (_, secret) = self.runtime.block_on(access.make_token(name, end))?;
        Ok(secret.reveal().to_owned())
    }

    /// Ends a token.
    pub(crate) fn revoke_token(&self, id: &str) -> Result<(), Failure> {
        let none = || Failure::Failed(format!("there is no token {id}; `token list` shows them"));
        let token: TokenId = id.parse().map_err(|_| none())?;
        let access = self.vault.machine("command token revoke");
        match self.runtime.block_on(access.revoke_token(token)) {
            Err(AccessError::NotFound) => Err(none()),
            result => Ok(result?),
        }
    }
}

/// The role of that id, of that name, or of that localised name of a built-in one.
pub(super) fn known_role(access: &Access, wanted: &str) -> Result<Role, Failure> {
    let reading = access.read()?;
    let roles = reading.rights().people().roles();
    let folded = fold(wanted.trim());
    let by_id = roles.iter().find(|role| role.id.to_string() == wanted);
    let by_name = || roles.iter().find(|role| fold(&role.name) == folded);
    let by_local_name = || {
        let mut built_in = roles.iter().filter(|role| role.built_in.is_some());
        built_in.find(|role| {
            let key = format!("role-name-{}", role.name.to_lowercase());
            Lang::ALL
                .iter()
                .any(|lang| fold(&i18n::text(*lang, &key)) == folded)
        })
    };
    let role = by_id.or_else(by_name).or_else(by_local_name);
    role.map(|role| (*role).clone()).ok_or_else(|| {
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        Failure::Failed(format!(
            "there is no role \"{wanted}\"; there are {}",
            names.join(", ")
        ))
    })
}
