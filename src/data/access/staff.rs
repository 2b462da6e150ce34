//! People, teams and roles through the guard. Nobody gives more than they hold, and the last active owner stays.

use serde_json::{Map, Value as Json, json};

use super::actor::Actor;
use super::built_in::BuiltIn;
use super::error::{AccessError, Permission};
use super::people::{self, People, Team, User};
use super::reading::Reading;
use super::role::{AdminRight, Role, take_name};
use super::vault::{Access, Firm, Work, firm, put_firm};
use crate::data::log::audit::{self, AuditEntry, AuditFilter, AuditKind, Note, Subject};
use crate::data::records::email::Email;
use crate::data::records::ids::{RoleId, SessionId, TeamId, UserId};
use crate::data::records::page::count;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{Read, Table, prefix_end};

/// Entries of the audit log looked at for one page.
const MOST_AUDIT_SEEN: usize = 50_000;

impl Access {
    /// Makes an account. `json` has the fields of the contract without `password`, which comes hashed.
    pub async fn create_user(
        &self,
        json: Map<String, Json>,
        password: Option<String>,
    ) -> Result<User, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let mut user = User {
                id: UserId::new(),
                email: String::new(),
                name: String::new(),
                role: RoleId::from_bytes([0; 16]),
                team: None,
                active: true,
                password,
                language: None,
                theme: None,
                created_at: work.signature.at,
                last_login_at: None,
                version: 0,
            };
            let mut errors = work.take_user(&mut user, &json);
            for (name, empty) in [
                ("email", user.email.is_empty()),
                ("name", user.name.is_empty()),
                ("role", !json.contains_key("role")),
            ] {
                if empty && !errors.iter().any(|error| error.field == name) {
                    errors.push(FieldError::new(name, Problem::new("error-required")));
                }
            }
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            work.may_grant(user.role)?;
            work.put_user(None, user, AuditKind::Created, &[])
        })
        .await
    }

    /// Changes the given parts of an account.
    pub async fn update_user(
        &self,
        id: UserId,
        json: Map<String, Json>,
        expected: Option<u64>,
    ) -> Result<User, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let old = work.user(id)?;
            work.may_manage(&old)?;
            if expected.is_some_and(|version| version != old.version) {
                return Err(AccessError::Changed);
            }
            let mut user = old.clone();
            let errors = work.take_user(&mut user, &json);
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            if user.role != old.role {
                work.may_grant(user.role)?;
            }
            work.keep_an_owner(&old, Some(&user))?;
            if old.active && !user.active {
                work.end_sessions(id, None)?;
                work.end_tokens(id)?;
            }
            let changed: Vec<&str> = json.keys().map(String::as_str).collect();
            work.put_user(Some(old), user, AuditKind::Changed, &changed)
        })
        .await
    }

    /// Deletes an account that owns no record; one that does is disabled instead.
    pub async fn delete_user(&self, id: UserId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let user = work.user(id)?;
            work.may_manage(&user)?;
            work.keep_an_owner(&user, None)?;
            for kind in work.kinds.live() {
                let mut trashed = false;
                let mut prefix = vec![kind.module.code()];
                prefix.extend_from_slice(id.bytes());
                work.write.scan(
                    Table::TrashOrder,
                    &prefix,
                    &prefix_end(&prefix),
                    &mut |_, _| {
                        trashed = true;
                        std::ops::ControlFlow::Break(())
                    },
                )?;
                if trashed || count(work.write, kind, Some(id))? > 0 {
                    return Err(AccessError::conflict("error-user-owns-records"));
                }
            }
            work.end_sessions(id, None)?;
            work.end_tokens(id)?;
            work.forget_choices(id)?;
            for kind in work.kinds.live() {
                work.forget_views(kind, id)?;
            }
            people::remove_user(work.write, &user)?;
            let note = Note::new(AuditKind::Deleted).about(Subject::new("users", id));
            work.note(note.with(json!({"name": user.name})))
        })
        .await
    }

    /// Sets a password that was already checked and hashed. One's own, or anybody's with the right to manage people;
    /// ends their sessions, save the one it was done in.
    pub async fn set_password(&self, id: UserId, hash: String) -> Result<(), AccessError> {
        let session = self.actor.session();
        self.write(move |work| {
            let old = work.user(id)?;
            if work.signature.user != Some(id) {
                work.rights.require_admin(AdminRight::Users)?;
                work.may_manage(&old)?;
            }
            work.end_sessions(id, session)?;
            let user = User {
                password: Some(hash),
                version: old.version + 1,
                ..old.clone()
            };
            people::put_user(work.write, Some(&old), &user)?;
            work.note(Note::new(AuditKind::PasswordChanged).about(Subject::new("users", id)))
        })
        .await
    }

    /// Changes one's own name, language or appearance.
    pub async fn update_self(&self, json: Map<String, Json>) -> Result<User, AccessError> {
        self.write(move |work| {
            let id = work.signature.user.ok_or(AccessError::NotFound)?;
            let old = work.user(id)?;
            let mut user = old.clone();
            let mut errors = Vec::new();
            for (key, value) in &json {
                match (key.as_str(), value.as_str()) {
                    ("name", _) => match take_name(value) {
                        Ok(name) => user.name = name,
                        Err(problem) => errors.push(FieldError::new("name", problem)),
                    },
                    ("language", None | Some("")) => user.language = None,
                    ("language", Some(code @ ("pl" | "en"))) => {
                        user.language = Some(code.to_owned());
                    }
                    ("theme", None | Some("" | "auto")) => user.theme = None,
                    ("theme", Some(theme @ ("light" | "dark"))) => {
                        user.theme = Some(theme.to_owned());
                    }
                    ("language" | "theme", _) => {
                        errors.push(FieldError::new(key, Problem::new("error-choice")));
                    }
                    _ => errors.push(FieldError::unknown(key)),
                }
            }
            if !errors.is_empty() {
                return Err(AccessError::Invalid(errors));
            }
            if user == old {
                return Ok(user);
            }
            let changed: Vec<&str> = json.keys().map(String::as_str).collect();
            work.put_user(Some(old), user, AuditKind::Changed, &changed)
        })
        .await
    }

    /// Makes a role from the parts of the contract.
    pub async fn create_role(&self, json: Map<String, Json>) -> Result<Role, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Roles)?;
            let mut role = Role {
                id: RoleId::new(),
                name: String::new(),
                built_in: None,
                modules: [].into(),
                admin: [].into(),
                version: 1,
            };
            role.take_json(&json).map_err(AccessError::Invalid)?;
            work.check_role(&role)?;
            people::put_role(work.write, &role)?;
            let note = Note::new(AuditKind::Created).about(Subject::new("roles", role.id));
            work.note(note.with(json!({"name": role.name})))?;
            Ok(role)
        })
        .await
    }

    /// Changes the given parts of a role of the firm's own.
    pub async fn update_role(
        &self,
        id: RoleId,
        json: Map<String, Json>,
        expected: Option<u64>,
    ) -> Result<Role, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Roles)?;
            let old = work.own_role(id)?;
            work.may_grant(id)?;
            if expected.is_some_and(|version| version != old.version) {
                return Err(AccessError::Changed);
            }
            let mut role = old.clone();
            role.take_json(&json).map_err(AccessError::Invalid)?;
            role.version += 1;
            work.check_role(&role)?;
            people::put_role(work.write, &role)?;
            let changed: Vec<&str> = json.keys().map(String::as_str).collect();
            let note = Note::new(AuditKind::Changed).about(Subject::new("roles", id));
            work.note(note.with(json!({"name": role.name, "fields": changed})))?;
            Ok(role)
        })
        .await
    }

    /// Deletes a role that nobody has.
    pub async fn delete_role(&self, id: RoleId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Roles)?;
            let role = work.own_role(id)?;
            work.may_grant(id)?;
            let held = work.rights.people().holders(id).count();
            if held > 0 {
                let problem = Problem::new("error-role-in-use").with("count", held);
                return Err(AccessError::Conflict(problem));
            }
            people::remove_role(work.write, id)?;
            let note = Note::new(AuditKind::Deleted).about(Subject::new("roles", id));
            work.note(note.with(json!({"name": role.name})))
        })
        .await
    }

    /// Makes a team.
    pub async fn create_team(&self, json: Map<String, Json>) -> Result<Team, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let team = work.take_team(
                Team {
                    id: TeamId::new(),
                    name: String::new(),
                    version: 1,
                },
                &json,
            )?;
            people::put_team(work.write, &team)?;
            let note = Note::new(AuditKind::Created).about(Subject::new("teams", team.id));
            work.note(note.with(json!({"name": team.name})))?;
            Ok(team)
        })
        .await
    }

    /// Renames a team.
    pub async fn update_team(
        &self,
        id: TeamId,
        json: Map<String, Json>,
    ) -> Result<Team, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let old = work
                .rights
                .people()
                .team(id)
                .cloned()
                .ok_or(AccessError::NotFound)?;
            let team = work.take_team(
                Team {
                    version: old.version + 1,
                    ..old
                },
                &json,
            )?;
            people::put_team(work.write, &team)?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("teams", id));
            work.note(note.with(json!({"name": team.name})))?;
            Ok(team)
        })
        .await
    }

    /// Deletes a team that nobody is in.
    pub async fn delete_team(&self, id: TeamId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let team = work
                .rights
                .people()
                .team(id)
                .cloned()
                .ok_or(AccessError::NotFound)?;
            if work
                .rights
                .people()
                .users()
                .iter()
                .any(|user| user.team == Some(id))
            {
                return Err(AccessError::conflict("error-team-in-use"));
            }
            people::remove_team(work.write, id)?;
            let note = Note::new(AuditKind::Deleted).about(Subject::new("teams", id));
            work.note(note.with(json!({"name": team.name})))
        })
        .await
    }

    /// Changes the firm's name or how long its trash is kept.
    pub async fn update_firm(
        &self,
        name: Option<String>,
        trash_days: Option<u32>,
        block_twins: Option<bool>,
    ) -> Result<Firm, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let mut changed = firm(work.write)?.ok_or(AccessError::NotFound)?;
            if let Some(name) = name {
                changed.name = take_name(&Json::String(name))
                    .map_err(|problem| AccessError::field("firm", problem))?;
            }
            if let Some(days) = trash_days {
                if !(1..=3650).contains(&days) {
                    let problem = Problem::new("error-number-range")
                        .with("least", 1)
                        .with("most", 3650);
                    return Err(AccessError::field("trash_days", problem));
                }
                changed.trash_days = days;
            }
            if let Some(block) = block_twins {
                changed.block_twins = block;
            }
            put_firm(work.write, &changed);
            let note = Note::new(AuditKind::Changed).about(Subject::new("firm", "firm"));
            work.note(note.with(json!({"name": changed.name, "trash_days": changed.trash_days, "block_twins": changed.block_twins})))?;
            Ok(changed)
        })
        .await
    }

    /// Keeps that a throttle on somebody's sign-in was lifted.
    pub async fn note_unlocked(&self, id: UserId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            work.note(Note::new(AuditKind::Unlocked).about(Subject::new("users", id)))
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn user(&self, id: UserId) -> Result<User, AccessError> {
        self.rights
            .people()
            .user(id)
            .cloned()
            .ok_or(AccessError::NotFound)
    }

    fn own_role(&self, id: RoleId) -> Result<Role, AccessError> {
        let role = self
            .rights
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

    /// The actor's role must hold everything the other grants.
    fn may_grant(&self, role: RoleId) -> Result<(), AccessError> {
        let role = self
            .rights
            .people()
            .role(role)
            .ok_or(AccessError::NotFound)?;
        if self.rights.role().covers(role) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::GrantMore))
        }
    }

    /// An account that may do more than the actor is not theirs to change: they could sign in as that person.
    fn may_manage(&self, user: &User) -> Result<(), AccessError> {
        self.may_grant(user.role)
    }

    fn check_role(&self, role: &Role) -> Result<(), AccessError> {
        if role.name.is_empty() {
            return Err(AccessError::field("name", Problem::new("error-required")));
        }
        let folded = crate::data::records::fold::fold(&role.name);
        let taken = self.rights.people().roles().into_iter().any(|other| {
            other.id != role.id && crate::data::records::fold::fold(&other.name) == folded
        });
        if taken {
            return Err(AccessError::field("name", Problem::new("error-name-taken")));
        }
        self.check_groups(role)?;
        if self.rights.role().covers(role) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::GrantMore))
        }
    }

    /// Every field group of a role is one that its module has in this firm.
    fn check_groups(&self, role: &Role) -> Result<(), AccessError> {
        for (module, access) in &role.modules {
            let live = self.kinds.live().iter().find(|kind| kind.module == *module);
            let there = |group: &&str| {
                module.groups().contains(group)
                    || live.is_some_and(|kind| kind.group_names().any(|name| name == *group))
            };
            if let Some(group) = access.groups.keys().find(|group| !there(group)) {
                let place = format!("modules.{module}.groups.{group}");
                return Err(AccessError::field(place, Problem::new("error-role-group")));
            }
        }
        Ok(())
    }

    fn keep_an_owner(&self, old: &User, new: Option<&User>) -> Result<(), AccessError> {
        let owner = BuiltIn::Owner.id();
        let was = old.active && old.role == owner;
        let stays = new.is_some_and(|user| user.active && user.role == owner);
        if was && !stays && self.rights.people().active_owners() <= 1 {
            return Err(AccessError::conflict("error-last-owner"));
        }
        Ok(())
    }

    fn take_user(&self, user: &mut User, json: &Map<String, Json>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let people = self.rights.people();
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
                // What only the program sets may be sent back as it was read.
                "id" | "created_at" | "last_login_at" if user.to_json()[key] == *value => Ok(()),
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

    fn take_team(&self, mut team: Team, json: &Map<String, Json>) -> Result<Team, AccessError> {
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
            .rights
            .people()
            .teams()
            .iter()
            .any(|other| other.id != team.id && other.name == team.name)
        {
            return Err(AccessError::field("name", Problem::new("error-name-taken")));
        }
        Ok(team)
    }

    fn put_user(
        &mut self,
        old: Option<User>,
        mut user: User,
        kind: AuditKind,
        changed: &[&str],
    ) -> Result<User, AccessError> {
        user.version += 1;
        people::put_user(self.write, old.as_ref(), &user)?;
        let mut details = json!({"name": user.name});
        if !changed.is_empty() {
            details["fields"] = json!(changed);
        }
        if let Some(old) = old.filter(|old| old.role != user.role) {
            details["role"] = json!({"from": old.role, "to": user.role});
        }
        self.note(
            Note::new(kind)
                .about(Subject::new("users", user.id))
                .with(details),
        )?;
        Ok(user)
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

impl Reading {
    /// Entries of the audit log, newest first, and the number below which to read on.
    pub fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<u64>), AccessError> {
        self.rights().require_admin(AdminRight::Audit)?;
        Ok(audit::newest(
            self.snapshot(),
            filter,
            before,
            limit,
            MOST_AUDIT_SEEN,
        )?)
    }
}

impl Actor {
    /// Whether this session is the actor's own.
    pub fn is_session(&self, session: SessionId) -> bool {
        self.session() == Some(session)
    }
}
