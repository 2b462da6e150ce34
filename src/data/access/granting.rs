//! What accounts, roles and teams may become, and by whom: the checks that saving and a preview share.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::built_in::BuiltIn;
use super::error::{AccessError, Permission};
use super::people::{People, Team, User};
use super::places::{Exception, Hours, Range, Rules};
use super::rights::Rights;
use super::role::{AdminRight, Role, take_name};
use crate::data::records::email::Email;
use crate::data::records::field::RecordType;
use crate::data::records::ids::{RoleId, TeamId, UserId};
use crate::data::records::problem::{FieldError, Problem};

impl Rights {
    pub(super) fn account(&self, id: UserId) -> Result<User, AccessError> {
        self.people().user(id).cloned().ok_or(AccessError::NotFound)
    }

    pub(super) fn own_role(&self, id: RoleId) -> Result<Role, AccessError> {
        let role = self
            .people()
            .role(id)
            .cloned()
            .ok_or(AccessError::NotFound)?;
        if role.built_in.is_some() {
            Err(AccessError::conflict("error-role-built-in"))
        } else {
            Ok(role)
        }
    }

    /// An account as it stands and as it would be with these parts changed.
    pub(super) fn changed_user(
        &self,
        id: UserId,
        json: &Map<String, Json>,
        expected: Option<u64>,
    ) -> Result<(User, User), AccessError> {
        self.require_admin(AdminRight::Users)?;
        let old = self.account(id)?;
        self.may_manage(&old)?;
        if expected.is_some_and(|version| version != old.version) {
            return Err(AccessError::Changed);
        }
        let mut user = old.clone();
        let errors = self.take_user(&mut user, json);
        if !errors.is_empty() {
            return Err(AccessError::Invalid(errors));
        }
        if user.role != old.role {
            self.may_grant(user.role)?;
        }
        self.may_set_rules(&old, &user)?;
        self.keep_an_owner(&old, Some(&user))?;
        Ok((old, user))
    }

    /// The people whom it takes to move for a team to be of just these, each as they stand and as they would be.
    pub(super) fn team_of_just(
        &self,
        team: TeamId,
        members: &BTreeSet<UserId>,
    ) -> Result<Vec<(User, User)>, AccessError> {
        self.require_admin(AdminRight::Users)?;
        self.people().team(team).ok_or(AccessError::NotFound)?;
        let mut moved = Vec::new();
        for id in members {
            self.account(*id)?;
        }
        for old in self.people().users() {
            let (was, is) = (old.team == Some(team), members.contains(&old.id));
            if was != is {
                self.may_manage(old)?;
                let team = is.then_some(team);
                moved.push((
                    old.clone(),
                    User {
                        team,
                        ..old.clone()
                    },
                ));
            }
        }
        Ok(moved)
    }

    /// The actor's role must hold everything the other grants.
    pub(super) fn may_grant(&self, role: RoleId) -> Result<(), AccessError> {
        let role = self.people().role(role).ok_or(AccessError::NotFound)?;
        if self.role().covers(role) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::GrantMore))
        }
    }

    /// From where and when people may work is for those who set the rules of sign-in: nobody gets out of a rule by a
    /// change of role either.
    fn may_set_rules(&self, old: &User, new: &User) -> Result<(), AccessError> {
        let of_role = |user: &User| self.rules_of_role(user.role);
        if (&old.rules, &old.exceptions, of_role(old))
            == (&new.rules, &new.exceptions, of_role(new))
        {
            return Ok(());
        }
        self.require_admin(AdminRight::Security)
    }

    /// The same for a new account: it is under no other rules than its maker.
    pub(super) fn may_make_with_rules(&self, new: &User) -> Result<(), AccessError> {
        let own = &self.role().rules;
        let given = !new.rules.is_open() || !new.exceptions.is_empty();
        if !given && (own.is_open() || self.rules_of_role(new.role) == Some(own)) {
            return Ok(());
        }
        self.require_admin(AdminRight::Security)
    }

    fn rules_of_role(&self, role: RoleId) -> Option<&Rules> {
        self.people().role(role).map(|role| &role.rules)
    }

    /// An account that may do more than the actor is not theirs to change: they could sign in as that person.
    pub(super) fn may_manage(&self, user: &User) -> Result<(), AccessError> {
        self.may_grant(user.role)
    }

    /// Whether the actor may make this role. `live` are the record types of the moment.
    pub(super) fn check_role(
        &self,
        role: &Role,
        live: &[&'static RecordType],
    ) -> Result<(), AccessError> {
        if role.name.is_empty() {
            return Err(AccessError::field("name", Problem::new("error-required")));
        }
        let folded = crate::data::records::fold::fold(&role.name);
        let taken = self.people().roles().into_iter().any(|other| {
            other.id != role.id && crate::data::records::fold::fold(&other.name) == folded
        });
        if taken {
            return Err(AccessError::field("name", Problem::new("error-name-taken")));
        }
        check_groups(role, live)?;
        if self.role().covers(role) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::GrantMore))
        }
    }

    pub(super) fn keep_an_owner(&self, old: &User, new: Option<&User>) -> Result<(), AccessError> {
        let owner = BuiltIn::Owner.id();
        let was = old.active && old.role == owner;
        let stays = new.is_some_and(|user| user.active && user.role == owner);
        if was && !stays && self.people().active_owners() <= 1 {
            return Err(AccessError::conflict("error-last-owner"));
        }
        Ok(())
    }

    pub(super) fn take_user(&self, user: &mut User, json: &Map<String, Json>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let people = self.people();
        for (key, value) in json {
            let problem = match key.as_str() {
                "email" => take_email(people, user, value),
                "name" => take_name(value).map(|name| user.name = name),
                "role" => {
                    take_id(value, |id| people.role(id).is_some()).map(|role| user.role = role)
                }
                "team" if value.is_null() || value == "" => {
                    user.team = None;
                    Ok(())
                }
                "team" => take_id(value, |id| people.team(id).is_some())
                    .map(|team| user.team = Some(team)),
                "active" => value
                    .as_bool()
                    .map(|active| user.active = active)
                    .ok_or(Problem::new("error-yes-no")),
                "two_step" => value
                    .as_bool()
                    .map(|two_step| user.two_step = two_step)
                    .ok_or(Problem::new("error-yes-no")),
                "allowed_ips" => Range::list_of(value).map(|list| user.rules.allowed_ips = list),
                "hours" => match Hours::of_json(value) {
                    Ok(hours) => {
                        user.rules.hours = hours;
                        Ok(())
                    }
                    Err(found) => {
                        errors.extend(found);
                        Ok(())
                    }
                },
                "exceptions" => Exception::list_of(value).map(|list| user.exceptions = list),
                // What only the program sets may be sent back as it was read.
                "id" | "email_verified" | "created_at" | "last_login_at"
                    if user.to_json()[key] == *value =>
                {
                    Ok(())
                }
                _ => {
                    errors.push(FieldError::unknown(key));
                    Ok(())
                }
            };
            if let Err(problem) = problem {
                errors.push(FieldError::new(key, problem));
            }
        }
        errors
    }

    pub(super) fn take_team(
        &self,
        mut team: Team,
        json: &Map<String, Json>,
    ) -> Result<Team, AccessError> {
        for (key, value) in json {
            match key.as_str() {
                "name" => {
                    team.name =
                        take_name(value).map_err(|problem| AccessError::field("name", problem))?;
                }
                "id" if *value == json!(team.id) => {}
                _ => return Err(AccessError::Invalid(vec![FieldError::unknown(key)])),
            }
        }
        if team.name.is_empty() {
            return Err(AccessError::field("name", Problem::new("error-required")));
        }
        if self
            .people()
            .teams()
            .iter()
            .any(|other| other.id != team.id && other.name == team.name)
        {
            return Err(AccessError::field("name", Problem::new("error-name-taken")));
        }
        Ok(team)
    }
}

fn take_email(people: &People, user: &mut User, value: &Json) -> Result<(), Problem> {
    let text = value.as_str().ok_or(Problem::new("error-not-text"))?;
    let email = Email::parse(text).map_err(|error| Problem::new(error.key()))?;
    if people
        .by_email(email.unique())
        .is_some_and(|other| other.id != user.id)
    {
        return Err(Problem::new("error-email-taken"));
    }
    email.unique().clone_into(&mut user.email);
    Ok(())
}

fn take_id<T: std::str::FromStr + Copy>(
    value: &Json,
    known: impl Fn(T) -> bool,
) -> Result<T, Problem> {
    let id = value
        .as_str()
        .and_then(|text| text.parse::<T>().ok())
        .filter(|id| known(*id));
    id.ok_or(Problem::new("error-reference-missing"))
}

/// Every field group of a role is one that its module has in this firm.
fn check_groups(role: &Role, live: &[&'static RecordType]) -> Result<(), AccessError> {
    for (module, access) in &role.modules {
        let kind = live.iter().find(|kind| kind.module == *module);
        let there = |group: &&str| {
            module.groups().contains(group)
                || kind.is_some_and(|kind| kind.group_names().any(|name| name == *group))
        };
        if let Some(group) = access.groups.keys().find(|group| !there(group)) {
            let place = format!("modules.{module}.groups.{group}");
            return Err(AccessError::field(place, Problem::new("error-role-group")));
        }
    }
    Ok(())
}
