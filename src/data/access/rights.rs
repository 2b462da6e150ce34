//! What an actor may do, at the moment of the transaction that asks.

use std::sync::{Arc, OnceLock};

use super::actor::{Actor, Who};
use super::built_in::BuiltIn;
use super::error::{AccessError, Permission};
use super::people::{People, User};
use super::role::{AdminRight, GroupAccess, ModuleAccess, Role, Scope};
use crate::data::records::field::{Field, RecordType, Setter};
use crate::data::records::ids::UserId;
use crate::data::records::module::Module;
use crate::data::records::record::Record;

/// Whose records are within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) enum Owners {
    /// Everybody's, and those without an owner.
    Everyone,
    /// Those of these people; `None` stands for records without an owner.
    These(Vec<Option<UserId>>),
}

impl Owners {
    pub(in crate::data) fn hold(&self, owner: Option<UserId>) -> bool {
        match self {
            Self::Everyone => true,
            Self::These(owners) => owners.contains(&owner),
        }
    }
}

/// The rights of an actor, with the people of the same moment.
#[derive(Clone)]
pub struct Rights {
    people: Arc<People>,
    user: Option<UserId>,
}

fn program_role() -> &'static Role {
    static ROLE: OnceLock<Role> = OnceLock::new();
    ROLE.get_or_init(|| BuiltIn::Owner.role())
}

impl Rights {
    /// Reads them; an account that is gone or disabled has none.
    pub(super) fn of(actor: &Actor, people: Arc<People>) -> Result<Self, AccessError> {
        match &actor.who {
            Who::Program { .. } => Ok(Self { people, user: None }),
            Who::User { id, .. } => Self::of_person(&people, *id).ok_or(AccessError::SignedOut),
        }
    }

    /// Those of one person, as everybody stands; `None` where the account is gone or disabled.
    pub(super) fn of_person(people: &Arc<People>, id: UserId) -> Option<Self> {
        let user = people.user(id).filter(|user| user.active)?;
        people.role(user.role)?;
        Some(Self {
            people: people.clone(),
            user: Some(id),
        })
    }

    /// Everybody, to reckon the rights of others with.
    pub(super) fn everybody(&self) -> &Arc<People> {
        &self.people
    }

    /// Everybody, at this moment.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The person, unless the program works by itself.
    pub fn user(&self) -> Option<&User> {
        self.user.and_then(|id| self.people.user(id))
    }

    /// The role in force.
    pub fn role(&self) -> &Role {
        match self.user() {
            None if self.user.is_none() => program_role(),
            user => user
                .and_then(|user| self.people.role(user.role))
                .unwrap_or_else(|| nobody()),
        }
    }

    /// What the role allows in a module.
    pub fn module(&self, module: Module) -> &ModuleAccess {
        self.role()
            .modules
            .get(&module)
            .unwrap_or_else(|| nothing())
    }

    /// Whether a right to manage is held.
    pub fn admin(&self, right: AdminRight) -> bool {
        self.role().admin.contains(&right)
    }

    /// An error unless a right to manage is held.
    pub fn require_admin(&self, right: AdminRight) -> Result<(), AccessError> {
        if self.admin(right) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::Admin(right)))
        }
    }

    /// Whether a permission is held at all; for one that depends on the record, whether for some record.
    pub fn may(&self, permission: Permission) -> bool {
        match permission {
            Permission::View(module) => {
                self.module(module).view != Scope::None || self.module(module).unassigned
            }
            Permission::Create(module) => self.module(module).create,
            Permission::Edit(module) => self.module(module).edit != Scope::None,
            Permission::Delete(module) => self.module(module).delete != Scope::None,
            Permission::Export(module) => self.module(module).export,
            Permission::Import(module) => self.module(module).import,
            Permission::Option(module, option) => self.module(module).options.contains(option),
            Permission::Admin(right) => self.admin(right),
            Permission::GrantMore => self.role().built_in == Some(BuiltIn::Owner),
        }
    }

    /// An error unless a permission is held at all.
    pub fn require(&self, permission: Permission) -> Result<(), AccessError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(permission))
        }
    }

    fn reach(&self, scope: Scope, unassigned: bool) -> Owners {
        let mut owners = match (scope, self.user()) {
            (Scope::All, _) | (_, None) => return Owners::Everyone,
            (Scope::None, _) => Vec::new(),
            (Scope::Own, Some(user)) => vec![Some(user.id)],
            (Scope::Team, Some(user)) => self.people.team_of(user).into_iter().map(Some).collect(),
        };
        if unassigned {
            owners.push(None);
        }
        Owners::These(owners)
    }

    /// Whose records of a module are seen.
    pub(in crate::data) fn seen(&self, module: Module) -> Owners {
        let access = self.module(module);
        self.reach(access.view, access.unassigned)
    }

    /// Whose records of a module may be changed, if they are seen.
    pub(in crate::data) fn edited(&self, module: Module) -> Owners {
        self.reach(self.module(module).edit, false)
    }

    /// Whose records of a module may be deleted, if they are seen.
    pub(in crate::data) fn deleted(&self, module: Module) -> Owners {
        self.reach(self.module(module).delete, false)
    }

    /// Whether a record is seen.
    pub(in crate::data) fn sees(&self, kind: &RecordType, record: &Record) -> bool {
        self.seen(kind.module).hold(record.owner)
    }

    /// Whether a record may be changed.
    pub(in crate::data) fn may_edit(&self, kind: &RecordType, owner: Option<UserId>) -> bool {
        self.seen(kind.module).hold(owner) && self.edited(kind.module).hold(owner)
    }

    /// Whether a record may be deleted, or brought back.
    pub(in crate::data) fn may_delete(&self, kind: &RecordType, owner: Option<UserId>) -> bool {
        self.seen(kind.module).hold(owner) && self.deleted(kind.module).hold(owner)
    }

    /// Groups whose fields are seen in a module; the empty one always.
    pub fn groups(&self, kind: &RecordType) -> Vec<&'static str> {
        let access = self.module(kind.module);
        let seen = |group: &&str| access.group(group) >= GroupAccess::Read;
        let mut groups = vec![""];
        groups.extend(kind.group_names().filter(seen));
        groups
    }

    /// Under which the words of seen fields are found.
    pub(in crate::data) fn word_scopes(&self, kind: &RecordType) -> Vec<&'static str> {
        let searched = kind.fields.iter().filter(|field| field.searched);
        let mut scopes: Vec<&'static str> = searched
            .filter(|field| self.sees_field(kind, field))
            .map(|field| field.scope)
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Whether a field is seen.
    pub fn sees_field(&self, kind: &RecordType, field: &Field) -> bool {
        !field.is_retired() && self.module(kind.module).group(field.group) >= GroupAccess::Read
    }

    /// Whether a field is theirs to set, on records they may change.
    pub fn may_set(&self, kind: &RecordType, field: &Field) -> bool {
        let access = self.module(kind.module);
        let owner = field.no != crate::data::records::field::common::OWNER
            || access.options.contains("change_owner")
            || !kind.module.options().contains(&"change_owner");
        field.setter == Setter::People
            && !field.is_retired()
            && access.group(field.group) == GroupAccess::Write
            && owner
    }

    /// Whether a field that the program sets may come back with a record of our own export.
    pub(crate) fn may_bring_back(&self, kind: &RecordType, field: &Field) -> bool {
        field.setter == Setter::Program
            && self.may(Permission::Import(kind.module))
            && self.module(kind.module).group(field.group) == GroupAccess::Write
    }
}

fn nobody() -> &'static Role {
    static ROLE: OnceLock<Role> = OnceLock::new();
    ROLE.get_or_init(|| Role::blank(crate::data::records::ids::RoleId::from_bytes([0; 16]), 0))
}

fn nothing() -> &'static ModuleAccess {
    static ACCESS: OnceLock<ModuleAccess> = OnceLock::new();
    ACCESS.get_or_init(ModuleAccess::default)
}
