//! The roles that come with the program.

use std::collections::{BTreeMap, BTreeSet};

use super::role::{AdminRight, GroupAccess, ModuleAccess, Role, Scope};
use crate::data::records::ids::RoleId;
use crate::data::records::module::Module;

/// Which of the roles that come with the program a role is. They cannot be changed; one copies them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Everything.
    Owner,
    /// The team's records.
    Manager,
    /// One's own clients, no deleting, no finance, no export.
    Salesperson,
    /// Finance everywhere, clients to read.
    Accounting,
    /// Mail, articles and tasks; clients to read, without finance.
    Support,
    /// Sees everything but finance, changes nothing.
    ReadOnly,
}

impl BuiltIn {
    /// In the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Owner,
        Self::Manager,
        Self::Salesperson,
        Self::Accounting,
        Self::Support,
        Self::ReadOnly,
    ];

    /// The name in the API and in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Salesperson => "Salesperson",
            Self::Accounting => "Accounting",
            Self::Support => "Support",
            Self::ReadOnly => "Read-only",
        }
    }

    /// The id, the same in every firm.
    pub const fn id(self) -> RoleId {
        let mut bytes = *b"\x01\x8c\x00\x00\x00\x00\x70\x00\x80\x00role\x00\x00";
        bytes[15] = self as u8 + 1;
        RoleId::from_bytes(bytes)
    }

    /// What it allows.
    pub fn role(self) -> Role {
        let mut modules = BTreeMap::new();
        let mut admin = BTreeSet::new();
        for module in Module::ALL {
            modules.insert(module, self.access(module));
        }
        if self == Self::Owner {
            admin.extend(AdminRight::ALL);
        }
        Role {
            id: self.id(),
            name: self.name().to_owned(),
            built_in: Some(self),
            modules,
            admin,
            two_step_required: false,
            limits: crate::data::Limits::default(),
            rules: super::places::Rules::default(),
            version: 1,
        }
    }

    fn access(self, module: Module) -> ModuleAccess {
        let everything = ModuleAccess::everything(module);
        let hidden = ModuleAccess {
            groups: BTreeMap::new(),
            ..everything.clone()
        };
        let of = |view, edit, delete| ModuleAccess {
            view,
            edit,
            delete,
            ..hidden.clone()
        };
        let nothing = ModuleAccess::default();
        let seen_only = ModuleAccess {
            view: Scope::All,
            unassigned: true,
            ..ModuleAccess::default()
        };
        let readable = |group: GroupAccess| ModuleAccess {
            groups: module.groups().iter().map(|name| (*name, group)).collect(),
            ..seen_only.clone()
        };
        match (self, module) {
            (Self::Owner, _) => ModuleAccess {
                every_group: true,
                ..everything
            },
            (Self::Manager, Module::Articles) => of(Scope::All, Scope::All, Scope::Team),
            (Self::Manager, _) => ModuleAccess {
                groups: module
                    .groups()
                    .iter()
                    .map(|group| (*group, GroupAccess::Read))
                    .collect(),
                ..of(Scope::Team, Scope::Team, Scope::Team)
            },
            (Self::Salesperson, Module::Clients | Module::Deals) => ModuleAccess {
                unassigned: false,
                export: false,
                import: false,
                options: BTreeSet::new(),
                ..of(Scope::Own, Scope::Own, Scope::None)
            },
            (Self::Salesperson, Module::Tasks) => ModuleAccess {
                unassigned: false,
                export: false,
                import: false,
                options: BTreeSet::new(),
                ..of(Scope::Team, Scope::Own, Scope::Own)
            },
            (Self::Salesperson, Module::Mail) => ModuleAccess {
                unassigned: false,
                export: false,
                import: false,
                options: BTreeSet::new(),
                ..of(Scope::Own, Scope::Own, Scope::None)
            },
            (Self::Salesperson | Self::Accounting, Module::Articles) => seen_only,
            (Self::Salesperson, Module::Invoices) => nothing,
            (Self::Accounting, Module::Clients | Module::Deals) => readable(GroupAccess::Write),
            (Self::Accounting, Module::Invoices) => everything,
            (Self::Accounting, Module::Tasks | Module::Mail) => ModuleAccess {
                unassigned: false,
                export: false,
                import: false,
                options: BTreeSet::new(),
                ..of(Scope::Own, Scope::Own, Scope::Own)
            },
            (Self::Support, Module::Clients) => seen_only,
            (Self::Support, Module::Deals | Module::Invoices) => nothing,
            (Self::Support, _) => ModuleAccess {
                export: false,
                import: false,
                ..of(Scope::All, Scope::All, Scope::Own)
            },
            (Self::ReadOnly, Module::Invoices) => nothing,
            (Self::ReadOnly, _) => seen_only,
        }
    }
}
