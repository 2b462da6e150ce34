//! Who belongs to the firm: people, teams and roles, read as a whole because there are few of them.

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::built_in::BuiltIn;
use super::password_facts::PasswordFacts;
use super::places::{Exception, Rules};
use super::policy::{self, Policy};
use super::role::Role;
use crate::data::records::ids::{RoleId, TeamId, UserId};
use crate::data::records::index::number;
use crate::data::records::own::kept;
use crate::data::store::{Read, StoreError, Table, Write};

/// A person who can sign in. It has no serde form of its own, so that no answer can hold the password's hash by mistake;
/// [`StoredUser`] is how it is kept, [`User::to_json`] what is told.
#[derive(Clone, PartialEq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Address in the unique form: trimmed, NFKC, lower case.
    pub email: String,
    /// Whether a letter to this very address has reached them.
    pub email_verified: bool,
    /// Name as shown.
    pub name: String,
    /// Their role.
    pub role: RoleId,
    /// Their team.
    pub team: Option<TeamId>,
    /// Whether they may sign in.
    pub active: bool,
    /// Argon2id in PHC form; never leaves `data` and `auth`.
    pub(crate) password: Option<String>,
    /// Whether signing in takes a second step, beside what role and firm require.
    pub two_step: bool,
    /// Since when it holds, and those before it.
    pub(crate) password_facts: PasswordFacts,
    /// Language of the interface (`pl`, `en`); the browser's where not set.
    pub language: Option<String>,
    /// Appearance: `light`, `dark`; the system's where not set.
    pub theme: Option<String>,
    /// Number of the photo, another for each new one; `None` where there is none.
    pub photo: Option<u64>,
    /// From where and when they may work.
    pub rules: Rules,
    /// Exceptions from all rules, each with an end.
    pub exceptions: Vec<Exception>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: u64,
}

/// A person as they are stored.
#[derive(Serialize, Deserialize)]
#[serde(remote = "User")]
struct StoredUser {
    id: UserId,
    email: String,
    #[serde(default)]
    email_verified: bool,
    name: String,
    role: RoleId,
    #[serde(default)]
    team: Option<TeamId>,
    active: bool,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    two_step: bool,
    #[serde(default)]
    password_facts: PasswordFacts,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default)]
    photo: Option<u64>,
    #[serde(default)]
    rules: Rules,
    #[serde(default)]
    exceptions: Vec<Exception>,
    created_at: Timestamp,
    #[serde(default)]
    last_login_at: Option<Timestamp>,
    #[serde(default)]
    version: u64,
}

impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("User");
        debug.field("id", &self.id).field("email", &self.email);
        debug.field("name", &self.name).field("role", &self.role);
        debug.field("active", &self.active).finish_non_exhaustive()
    }
}

impl User {
    /// The form of the contract, without anything secret.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id, "email": self.email, "name": self.name, "role": self.role, "team": self.team,
            "active": self.active, "two_step": self.two_step, "email_verified": self.email_verified, "created_at": self.created_at,
            "last_login_at": self.last_login_at, "allowed_ips": self.rules.allowed_ips,
            "hours": self.rules.hours,
            "exceptions": self.exceptions.iter().map(Exception::to_json).collect::<Vec<_>>(),
        })
    }
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Grows with every change.
    #[serde(default)]
    pub version: u64,
}

/// Everybody, at one moment.
#[derive(Clone, Debug, Default)]
pub struct People {
    users: HashMap<UserId, User>,
    roles: HashMap<RoleId, Role>,
    teams: HashMap<TeamId, Team>,
    policy: Policy,
}

const VERSION_KEY: &[u8] = b"people-version";

impl People {
    /// A person.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// A person by the unique form of their address.
    pub fn by_email(&self, email: &str) -> Option<&User> {
        self.users.values().find(|user| user.email == email)
    }

    /// Everybody, by name.
    pub fn users(&self) -> Vec<&User> {
        let mut users: Vec<&User> = self.users.values().collect();
        users.sort_by_cached_key(|user| {
            (
                crate::data::records::fold::collation_key(&user.name),
                user.id,
            )
        });
        users
    }

    /// A role.
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(&id)
    }

    /// All roles: the built-in ones first, the firm's own by name.
    pub fn roles(&self) -> Vec<&Role> {
        let mut roles: Vec<&Role> = self.roles.values().collect();
        roles.sort_by_cached_key(|role| {
            let rank = role
                .built_in
                .map_or(usize::MAX, |built_in| built_in as usize);
            (
                rank,
                crate::data::records::fold::collation_key(&role.name),
                role.id,
            )
        });
        roles
    }

    /// A team.
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.get(&id)
    }

    /// All teams by name.
    pub fn teams(&self) -> Vec<&Team> {
        let mut teams: Vec<&Team> = self.teams.values().collect();
        teams.sort_by_cached_key(|team| {
            (
                crate::data::records::fold::collation_key(&team.name),
                team.id,
            )
        });
        teams
    }

    /// The people of a person's team, themselves included.
    pub fn team_of(&self, user: &User) -> Vec<UserId> {
        match user.team {
            None => vec![user.id],
            Some(team) => self
                .users
                .values()
                .filter(|other| other.team == Some(team))
                .map(|other| other.id)
                .collect(),
        }
    }

    /// People who hold a role.
    pub fn holders(&self, role: RoleId) -> impl Iterator<Item = &User> {
        self.users.values().filter(move |user| user.role == role)
    }

    /// The firm's rules of sign-in.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Active people with the built-in Owner role.
    pub fn active_owners(&self) -> usize {
        self.holders(BuiltIn::Owner.id())
            .filter(|user| user.active)
            .count()
    }

    /// Everybody, with one role as it might be.
    pub(super) fn with_role(&self, role: Role) -> Self {
        let mut people = self.clone();
        people.roles.insert(role.id, role);
        people
    }

    /// Everybody, with some people as they might be.
    pub(super) fn with_users(&self, users: impl IntoIterator<Item = User>) -> Self {
        let mut people = self.clone();
        people
            .users
            .extend(users.into_iter().map(|user| (user.id, user)));
        people
    }

    /// Everybody, under rules as they might be.
    pub(super) fn with_policy(&self, policy: Policy) -> Self {
        let mut people = self.clone();
        people.policy = policy;
        people
    }

    /// Everybody but one.
    pub(super) fn without(&self, user: UserId) -> Self {
        let mut people = self.clone();
        people.users.remove(&user);
        people
    }

    pub(super) fn load(read: &impl Read) -> Result<Self, StoreError> {
        let mut people = Self {
            policy: policy::read_policy(read)?,
            ..Self::default()
        };
        for built_in in BuiltIn::ALL {
            people.roles.insert(built_in.id(), built_in.role());
        }
        each(read, Table::Users, &mut |bytes| {
            let user = read_user(bytes)?;
            people.users.insert(user.id, user);
            Ok(())
        })?;
        each(read, Table::Teams, &mut |bytes| {
            let team = read_team(bytes)?;
            people.teams.insert(team.id, team);
            Ok(())
        })?;
        each(read, Table::Roles, &mut |bytes| {
            let role = read_role(bytes)?;
            people.roles.insert(role.id, role);
            Ok(())
        })?;
        Ok(people)
    }
}

fn each(
    read: &impl Read,
    table: Table,
    take: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut result = Ok(());
    read.scan(table, &[], &[u8::MAX; 17], &mut |_, bytes| {
        result = take(bytes);
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    result
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::corrupt(what, error))
}

fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain structs always serialise")
}

/// A person as they are stored.
pub(super) fn read_user(bytes: &[u8]) -> Result<User, StoreError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    StoredUser::deserialize(&mut json).map_err(|error| StoreError::corrupt("a user", error))
}

fn user_bytes(user: &User) -> Vec<u8> {
    let mut bytes = Vec::new();
    StoredUser::serialize(user, &mut serde_json::Serializer::new(&mut bytes))
        .expect("plain structs always serialise");
    bytes
}

/// A team as it is stored.
pub(super) fn read_team(bytes: &[u8]) -> Result<Team, StoreError> {
    parse(bytes, "a team")
}

pub(super) fn read_role(bytes: &[u8]) -> Result<Role, StoreError> {
    let stored: Json = parse(bytes, "a role")?;
    let id = serde_json::from_value(stored["id"].clone())
        .map_err(|error| StoreError::corrupt("a role", error))?;
    let version = stored["version"].as_u64().unwrap_or(1);
    let mut role = Role::blank(id, version);
    let mut parts = stored.as_object().cloned().unwrap_or_default();
    parts.remove("version");
    keep_groups(&parts);
    role.take_json(&parts)
        .map_err(|errors| StoreError::Corrupt(format!("a role: {errors:?}")))?;
    Ok(role)
}

/// Makes the names of a stored role's groups known, the firm's own among them: they were checked when it was kept.
fn keep_groups(role: &serde_json::Map<String, Json>) {
    let modules = role.get("modules").and_then(Json::as_object);
    for access in modules.into_iter().flat_map(serde_json::Map::values) {
        let groups = access["groups"].as_object();
        for name in groups.into_iter().flat_map(serde_json::Map::keys) {
            kept(name);
        }
    }
}

/// The last known state of everybody, told apart by a version kept in the database, so that each transaction sees
/// exactly the people of its own moment at the price of one look-up.
#[derive(Default)]
pub(super) struct PeopleCache(Mutex<Option<(u64, Arc<People>)>>);

impl PeopleCache {
    fn known(&self, version: u64) -> Option<Arc<People>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached
            .as_ref()
            .filter(|(known, _)| *known == version)
            .map(|(_, people)| people.clone())
    }

    /// Everybody, as a snapshot sees them.
    pub(super) fn read(
        &self,
        snapshot: &crate::data::store::Snapshot,
    ) -> Result<Arc<People>, StoreError> {
        let version = number(snapshot.get(Table::Meta, VERSION_KEY)?.as_deref());
        if let Some(people) = self.known(version) {
            return Ok(people);
        }
        let people = Arc::new(People::load(snapshot)?);
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.as_ref().is_none_or(|(known, _)| *known < version) {
            *cached = Some((version, people.clone()));
        }
        Ok(people)
    }

    /// Everybody, as a write sees them, its own changes included; nothing of a write that may fail is remembered.
    pub(super) fn read_in(&self, write: &Write<'_, '_>) -> Result<Arc<People>, StoreError> {
        let version = number(write.get(Table::Meta, VERSION_KEY)?.as_deref());
        match self.known(version) {
            Some(people) => Ok(people),
            None => People::load(write).map(Arc::new),
        }
    }
}

fn touch(write: &mut Write<'_, '_>) -> Result<(), StoreError> {
    write.update(Table::Meta, VERSION_KEY.to_vec(), |old| {
        Ok(Some((number(old) + 1).to_be_bytes().to_vec()))
    })
}

/// Stores the firm's rules of sign-in.
pub(super) fn put_policy(write: &mut Write<'_, '_>, policy: &Policy) -> Result<(), StoreError> {
    let (key, bytes) = policy::kept(policy);
    write.put(Table::Meta, key, bytes);
    touch(write)
}

/// Stores a person; keeps the index of addresses.
pub(super) fn put_user(
    write: &mut Write<'_, '_>,
    old: Option<&User>,
    user: &User,
) -> Result<(), StoreError> {
    if let Some(old) = old
        && old.email != user.email
    {
        write.delete(Table::UserEmails, old.email.clone().into_bytes());
    }
    write.put(
        Table::UserEmails,
        user.email.clone().into_bytes(),
        user.id.bytes().to_vec(),
    );
    write.put(Table::Users, user.id.bytes().to_vec(), user_bytes(user));
    touch(write)
}

pub(super) fn remove_user(write: &mut Write<'_, '_>, user: &User) -> Result<(), StoreError> {
    write.delete(Table::UserEmails, user.email.clone().into_bytes());
    write.delete(Table::Users, user.id.bytes().to_vec());
    touch(write)
}

pub(super) fn put_team(write: &mut Write<'_, '_>, team: &Team) -> Result<(), StoreError> {
    write.put(Table::Teams, team.id.bytes().to_vec(), to_bytes(team));
    touch(write)
}

pub(super) fn remove_team(write: &mut Write<'_, '_>, team: TeamId) -> Result<(), StoreError> {
    write.delete(Table::Teams, team.bytes().to_vec());
    touch(write)
}

pub(super) fn put_role(write: &mut Write<'_, '_>, role: &Role) -> Result<(), StoreError> {
    let mut stored = role.to_json();
    stored["version"] = json!(role.version);
    write.put(Table::Roles, role.id.bytes().to_vec(), to_bytes(&stored));
    touch(write)
}

pub(super) fn remove_role(write: &mut Write<'_, '_>, role: RoleId) -> Result<(), StoreError> {
    write.delete(Table::Roles, role.bytes().to_vec());
    touch(write)
}
