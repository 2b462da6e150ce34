//! Roles: what somebody may do, by module, action, scope, field group and single option.

mod json;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::built_in::BuiltIn;
use super::limits::Limits;
use super::places::Rules;
use crate::data::records::ids::RoleId;
use crate::data::records::module::Module;
pub(super) use json::take_name;

/// Whose records an action reaches. Each wider one holds the narrower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Nobody's.
    #[default]
    None,
    /// One's own.
    Own,
    /// Those of one's team.
    Team,
    /// Everybody's, and those without an owner.
    All,
}

impl Scope {
    /// From the narrowest.
    pub const ALL: [Self; 4] = [Self::None, Self::Own, Self::Team, Self::All];

    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// What somebody may do with the fields of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupAccess {
    /// The fields are not there.
    #[default]
    Hidden,
    /// Seen, not changed.
    Read,
    /// Seen and changed.
    Write,
}

impl GroupAccess {
    /// From the narrowest.
    pub const ALL: [Self; 3] = [Self::Hidden, Self::Read, Self::Write];

    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.name() == name)
    }
}

/// What a role allows in one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleAccess {
    /// Whose records are seen.
    pub view: Scope,
    /// Also sees records without an owner.
    pub unassigned: bool,
    /// May make records.
    pub create: bool,
    /// Whose records may be changed, among those seen.
    pub edit: Scope,
    /// Whose records may be deleted, among those seen.
    pub delete: Scope,
    /// May take records out as a file.
    pub export: bool,
    /// May bring records in from a file.
    pub import: bool,
    /// Access to field groups; one that is not here is hidden.
    pub groups: BTreeMap<&'static str, GroupAccess>,
    /// Writes in every group, those included that the firm will make; the owner alone.
    pub every_group: bool,
    /// Single options that are granted.
    pub options: BTreeSet<&'static str>,
}

impl ModuleAccess {
    /// Everything a module has.
    pub fn everything(module: Module) -> Self {
        Self {
            view: Scope::All,
            unassigned: true,
            create: true,
            edit: Scope::All,
            delete: Scope::All,
            export: true,
            import: true,
            groups: module
                .groups()
                .iter()
                .map(|group| (*group, GroupAccess::Write))
                .collect(),
            every_group: false,
            options: module.options().iter().copied().collect(),
        }
    }

    /// Access to a field group; the empty group is every field outside of groups.
    pub fn group(&self, group: &str) -> GroupAccess {
        if group.is_empty() || self.every_group {
            GroupAccess::Write
        } else {
            self.groups.get(group).copied().unwrap_or_default()
        }
    }

    fn covers(&self, other: &Self) -> bool {
        self.view >= other.view
            && (self.unassigned || self.view == Scope::All || !other.unassigned)
            && (self.create || !other.create)
            && self.edit >= other.edit
            && self.delete >= other.delete
            && (self.export || !other.export)
            && (self.import || !other.import)
            && other
                .groups
                .iter()
                .all(|(group, access)| self.group(group) >= *access)
            && (self.every_group || !other.every_group)
            && other.options.is_subset(&self.options)
    }
}

/// A right to manage a part of the firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminRight {
    /// People and teams.
    Users,
    /// Roles.
    Roles,
    /// Sign-in rules.
    Security,
    /// Backups.
    Backups,
    /// Everything else about the firm.
    Settings,
    /// Reading the audit log.
    Audit,
}

impl AdminRight {
    /// All rights in the order of the contract.
    pub const ALL: [Self; 6] = [
        Self::Users,
        Self::Roles,
        Self::Security,
        Self::Backups,
        Self::Settings,
        Self::Audit,
    ];

    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Security => "security",
            Self::Backups => "backups",
            Self::Settings => "settings",
            Self::Audit => "audit",
        }
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name; that of a built-in one is translated on pages.
    pub name: String,
    /// Which of the built-in ones it is.
    pub built_in: Option<BuiltIn>,
    /// What it allows by module.
    pub modules: BTreeMap<Module, ModuleAccess>,
    /// What it may manage.
    pub admin: BTreeSet<AdminRight>,
    /// Whether whoever holds it must take a second step to sign in.
    pub two_step_required: bool,
    /// How many records they may take on a day.
    pub limits: Limits,
    /// From where and when whoever holds it may work.
    pub rules: Rules,
    /// Grows with every change.
    pub version: u64,
}

/// Characters of a role's or team's name.
const LONGEST_NAME: usize = 80;

impl Role {
    /// A role without a name that allows nothing.
    pub(crate) fn blank(id: RoleId, version: u64) -> Self {
        Self {
            id,
            name: String::new(),
            built_in: None,
            modules: BTreeMap::new(),
            admin: BTreeSet::new(),
            two_step_required: false,
            limits: Limits::default(),
            rules: Rules::default(),
            version,
        }
    }

    /// Access to a module.
    pub fn module(&self, module: Module) -> ModuleAccess {
        self.modules.get(&module).cloned().unwrap_or_default()
    }

    /// Whether whoever holds this role holds everything the other grants.
    pub fn covers(&self, other: &Self) -> bool {
        other.admin.is_subset(&self.admin)
            && self.limits.covers(other.limits)
            && other
                .modules
                .iter()
                .all(|(module, access)| self.module(*module).covers(access))
    }
}
