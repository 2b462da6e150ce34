//! People, teams and roles through the guard. Nobody gives more than they hold, and the last active owner stays.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::actor::Actor;
use super::error::AccessError;
use super::letter::{Letter, Template};
use super::links::{Purpose, end_links};
use super::outbox;
use super::password_facts::{NewPassword, PasswordFacts};
use super::people::{self, Team, User};
use super::places::{Before, Rules};
use super::reading::Reading;
use super::role::{AdminRight, Role, take_name};
use super::second_step;
use super::vault::{Access, Work};
use crate::data::log::audit::{self, AuditEntry, AuditFilter, AuditKind, Note, Subject};
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
        self.write(move |work| work.create_user(&json, password))
            .await
    }

    /// Makes an account whose first password its person sets by a link that is sent to them.
    pub async fn invite_user(&self, json: Map<String, Json>) -> Result<User, AccessError> {
        self.write(move |work| {
            let user = work.create_user(&json, None)?;
            if user.active {
                work.send_link(Purpose::Invitation, &user)?;
            }
            Ok(user)
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
        self.vault.end_trial().await?;
        self.write(move |work| {
            let (old, mut user) = work.rights.changed_user(id, &json, expected)?;
            let after = work.rights.people().with_users([user.clone()]);
            let changed = old.rules != user.rules || old.exceptions != user.exceptions;
            let before = || Before::Person(id, old.rules.clone(), old.exceptions.clone());
            let trial = work.keep_the_door(&after, &json, changed.then(before))?;
            work.put_trial(trial)?;
            if old.active && !user.active {
                work.end_sessions(id, None)?;
                work.end_tokens(id)?;
                end_links(work.write, id);
            }
            if old.two_step && !user.two_step && work.signature.user == Some(id) {
                // One's own needs the password, which the profile asks for.
                return Err(AccessError::conflict("error-two-step-own-profile"));
            }
            if old.two_step != user.two_step {
                work.tell_second_step(&user, if user.two_step { "on" } else { "off" })?;
            }
            if old.email != user.email {
                // The new address has shown nothing yet; whoever reads the old one may know better.
                user.email_verified = false;
                work.tell(&old, Template::AddressChanged);
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
            let user = work.rights.account(id)?;
            work.rights.may_manage(&user)?;
            work.rights.keep_an_owner(&user, None)?;
            work.keep_the_door(&work.rights.people().without(id), &Map::new(), None)?;
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
            end_links(work.write, id);
            second_step::forget(work.write, id)?;
            work.remove_photo(id);
            people::remove_user(work.write, &user)?;
            let note = Note::new(AuditKind::Deleted).about(Subject::new("users", id));
            work.note(note.with(json!({"name": user.name})))
        })
        .await
    }

    /// Sets a password that was already checked and hashed. One's own, or anybody's with the right to manage people;
    /// ends their sessions, save the one it was done in.
    pub async fn set_password(
        &self,
        id: UserId,
        new: impl Into<NewPassword>,
    ) -> Result<(), AccessError> {
        let new = new.into();
        let session = self.actor.session();
        self.write(move |work| {
            let old = work.rights.account(id)?;
            if work.signature.user != Some(id) {
                work.rights.require_admin(AdminRight::Users)?;
                work.rights.may_manage(&old)?;
            }
            work.end_sessions(id, session)?;
            let by_other = work.signature.user != Some(id);
            let policy = work.rights.people().policy();
            let user = old.with_password(new, work.signature.at, by_other, policy);
            people::put_user(work.write, Some(&old), &user)?;
            work.tell(&user, Template::PasswordChanged);
            work.note(Note::new(AuditKind::PasswordChanged).about(Subject::new("users", id)))
        })
        .await
    }

    /// Changes one's own name, language or appearance.
    pub async fn update_self(&self, json: Map<String, Json>) -> Result<User, AccessError> {
        self.write(move |work| {
            let id = work.signature.user.ok_or(AccessError::NotFound)?;
            let old = work.rights.account(id)?;
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
            let mut role = Role::blank(RoleId::new(), 1);
            role.take_json(&json).map_err(AccessError::Invalid)?;
            if !role.rules.is_open() {
                work.rights.require_admin(AdminRight::Security)?;
            }
            work.rights.check_role(&role, work.kinds.live())?;
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
        self.vault.end_trial().await?;
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Roles)?;
            let old = work.rights.own_role(id)?;
            work.rights.may_grant(id)?;
            if expected.is_some_and(|version| version != old.version) {
                return Err(AccessError::Changed);
            }
            let mut role = old.clone();
            role.take_json(&json).map_err(AccessError::Invalid)?;
            role.version += 1;
            if role.rules != old.rules {
                work.rights.require_admin(AdminRight::Security)?;
            }
            work.rights.check_role(&role, work.kinds.live())?;
            let after = work.rights.people().with_role(role.clone());
            let before = (role.rules != old.rules).then(|| Before::Role(id, old.rules.clone()));
            let trial = work.keep_the_door(&after, &json, before)?;
            work.put_trial(trial)?;
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
            let role = work.rights.own_role(id)?;
            work.rights.may_grant(id)?;
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
            let team = work.rights.take_team(
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
            let team = work.rights.take_team(
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

    /// Puts just these people into a team; whoever else was in it is in none.
    pub async fn set_team_members(
        &self,
        id: TeamId,
        members: BTreeSet<UserId>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            for (old, user) in work.rights.team_of_just(id, &members)? {
                work.put_user(Some(old), user, AuditKind::Changed, &["team"])?;
            }
            Ok(())
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

    /// Keeps that a throttle on somebody's sign-in was lifted.
    pub async fn note_unlocked(&self, id: UserId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            second_step::forget_failures(work.write, id)?;
            work.note(Note::new(AuditKind::Unlocked).about(Subject::new("users", id)))
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn create_user(
        &mut self,
        json: &Map<String, Json>,
        password: Option<String>,
    ) -> Result<User, AccessError> {
        self.rights.require_admin(AdminRight::Users)?;
        let mut user = User {
            id: UserId::new(),
            email: String::new(),
            email_verified: false,
            name: String::new(),
            role: RoleId::from_bytes([0; 16]),
            team: None,
            active: true,
            two_step: false,
            password: None,
            password_facts: PasswordFacts::default(),
            language: None,
            theme: None,
            photo: None,
            rules: Rules::default(),
            exceptions: Vec::new(),
            created_at: self.signature.at,
            last_login_at: None,
            version: 0,
        };
        let mut errors = self.rights.take_user(&mut user, json);
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
        self.rights.may_grant(user.role)?;
        self.rights.may_make_with_rules(&user)?;
        if let Some(hash) = password {
            let policy = self.rights.people().policy();
            user = User {
                version: user.version,
                ..user.with_password(hash.into(), self.signature.at, true, policy)
            };
        }
        self.put_user(None, user, AuditKind::Created, &[])
    }

    /// Tells a person by mail, at the address of the account as it is given, what has just been done to it.
    fn tell(&mut self, user: &User, template: Template) {
        let letter = Letter::to(user, template, self.signature.at).from(&self.signature);
        outbox::post(self.write, &self.seal, &letter, self.signature.at);
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
