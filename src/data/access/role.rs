//! Roles: what somebody may do, by module, action, scope, field group and single option.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::built_in::BuiltIn;
use super::limits::Limits;
use super::places::{Hours, Range, Rules};
use crate::data::records::ids::RoleId;
use crate::data::records::module::Module;
use crate::data::records::own::known;
use crate::data::records::problem::{FieldError, Problem};

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
pub(super) const LONGEST_NAME: usize = 80;

impl Role {
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

    /// The form of the contract.
    pub fn to_json(&self) -> Json {
        let modules: Map<String, Json> = Module::ALL
            .into_iter()
            .map(|module| {
                (
                    module.name().to_owned(),
                    access_json(module, &self.module(module)),
                )
            })
            .collect();
        let admin: Map<String, Json> = AdminRight::ALL
            .into_iter()
            .map(|right| (right.name().to_owned(), json!(self.admin.contains(&right))))
            .collect();
        let two_step = if self.two_step_required {
            "required"
        } else {
            "free"
        };
        let mut json = json!({
            "id": self.id, "name": self.name, "built_in": self.built_in.is_some(), "modules": modules, "admin": admin,
            "two_step": two_step, "allowed_ips": self.rules.allowed_ips, "hours": self.rules.hours,
        });
        if self.limits != Limits::default() {
            json["limits"] = self.limits.to_json().into();
        }
        json
    }

    /// Takes the parts that are given: `name`, `modules`, `admin`, `two_step`, `allowed_ips`, `hours`, `limits`. A
    /// module or key left out means none, false, hidden.
    pub fn take_json(&mut self, json: &Map<String, Json>) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        for (key, value) in json {
            match key.as_str() {
                "name" => match take_name(value) {
                    Ok(name) => self.name = name,
                    Err(problem) => errors.push(FieldError::new("name", problem)),
                },
                "modules" => match value.as_object() {
                    Some(modules) => self.modules = take_modules(modules, &mut errors),
                    None => errors.push(FieldError::new(
                        "modules",
                        Problem::new("error-not-an-object"),
                    )),
                },
                "admin" => match value.as_object() {
                    Some(admin) => self.admin = take_admin(admin, &mut errors),
                    None => errors.push(FieldError::new(
                        "admin",
                        Problem::new("error-not-an-object"),
                    )),
                },
                "two_step" => match value.as_str() {
                    Some("required") => self.two_step_required = true,
                    Some("free") => self.two_step_required = false,
                    _ => errors.push(FieldError::new("two_step", Problem::new("error-choice"))),
                },
                "allowed_ips" => match Range::list_of(value) {
                    Ok(ranges) => self.rules.allowed_ips = ranges,
                    Err(problem) => errors.push(FieldError::new(key, problem)),
                },
                "hours" => match Hours::of_json(value) {
                    Ok(hours) => self.rules.hours = hours,
                    Err(found) => errors.extend(found),
                },
                "limits" => match Limits::take(value) {
                    Ok(limits) => self.limits = limits,
                    Err(found) => errors.extend(found),
                },
                "id" if *value == json!(self.id) => {}
                "built_in" if *value == json!(self.built_in.is_some()) => {}
                _ => errors.push(FieldError::unknown(key)),
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

pub(super) fn take_name(json: &Json) -> Result<String, Problem> {
    let name = json
        .as_str()
        .map(crate::data::records::fold::one_line)
        .unwrap_or_default();
    if name.is_empty() {
        return Err(Problem::new("error-required"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Problem::new("error-too-long").with("most", LONGEST_NAME));
    }
    Ok(name)
}

fn access_json(module: Module, access: &ModuleAccess) -> Json {
    let of_module = module.groups().iter().copied();
    let groups: Map<String, Json> = of_module
        .chain(access.groups.keys().copied())
        .map(|group| (group.to_owned(), json!(access.group(group).name())))
        .collect();
    let options: Map<String, Json> = module
        .options()
        .iter()
        .map(|option| ((*option).to_owned(), json!(access.options.contains(option))))
        .collect();
    json!({
        "view": access.view.name(), "unassigned": access.unassigned, "create": access.create,
        "edit": access.edit.name(), "delete": access.delete.name(), "export": access.export,
        "import": access.import, "groups": groups, "options": options,
    })
}

fn take_modules(
    json: &Map<String, Json>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<Module, ModuleAccess> {
    let mut modules = BTreeMap::new();
    for (name, value) in json {
        let place = format!("modules.{name}");
        match (name.parse::<Module>(), value.as_object()) {
            (Ok(module), Some(parts)) => {
                drop(modules.insert(module, take_access(module, &place, parts, errors)));
            }
            (Err(_), _) => errors.push(FieldError::new(place, Problem::new("error-role-module"))),
            (_, None) => errors.push(FieldError::new(place, Problem::new("error-not-an-object"))),
        }
    }
    modules
}

fn take_access(
    module: Module,
    place: &str,
    json: &Map<String, Json>,
    errors: &mut Vec<FieldError>,
) -> ModuleAccess {
    let mut access = ModuleAccess::default();
    for (key, value) in json {
        let field = format!("{place}.{key}");
        match key.as_str() {
            "view" => access.view = take_scope(field, value, errors),
            "edit" => access.edit = take_scope(field, value, errors),
            "delete" => access.delete = take_scope(field, value, errors),
            "unassigned" => access.unassigned = take_yes(field, value, errors),
            "create" => access.create = take_yes(field, value, errors),
            "export" => access.export = take_yes(field, value, errors),
            "import" => access.import = take_yes(field, value, errors),
            "groups" => {
                for (name, value) in value.as_object().unwrap_or(&Map::new()) {
                    let of_module = module.groups().iter().copied();
                    let group = of_module
                        .into_iter()
                        .find(|group| group == name)
                        .or_else(|| own_group(name));
                    match (group, value.as_str().and_then(GroupAccess::from_name)) {
                        (Some(group), Some(level)) => drop(access.groups.insert(group, level)),
                        _ => errors.push(FieldError::new(
                            format!("{field}.{name}"),
                            Problem::new("error-role-group"),
                        )),
                    }
                }
                if !value.is_object() {
                    errors.push(FieldError::new(field, Problem::new("error-not-an-object")));
                }
            }
            "options" => {
                for (name, value) in value.as_object().unwrap_or(&Map::new()) {
                    match module.options().iter().find(|option| *option == name) {
                        Some(option) => {
                            if take_yes(format!("{field}.{name}"), value, errors) {
                                access.options.insert(option);
                            }
                        }
                        None => errors.push(FieldError::new(
                            format!("{field}.{name}"),
                            Problem::new("error-role-option"),
                        )),
                    }
                }
                if !value.is_object() {
                    errors.push(FieldError::new(field, Problem::new("error-not-an-object")));
                }
            }
            _ => errors.push(FieldError::unknown(field)),
        }
    }
    // Hidden and left out are the same thing; keeping one form makes equal roles equal.
    access
        .groups
        .retain(|_, level| *level != GroupAccess::Hidden);
    access
}

/// The name of a group that some firm made. Whether this firm has it in this module is for the guard to say, before a role
/// is kept.
fn own_group(name: &str) -> Option<&'static str> {
    let others = Module::ALL.iter().flat_map(|module| module.groups());
    known(name).filter(|name| !name.is_empty() && !others.into_iter().any(|other| other == name))
}

fn take_admin(json: &Map<String, Json>, errors: &mut Vec<FieldError>) -> BTreeSet<AdminRight> {
    let mut rights = BTreeSet::new();
    for (name, value) in json {
        match AdminRight::ALL
            .into_iter()
            .find(|right| right.name() == name)
        {
            Some(right) => {
                if take_yes(format!("admin.{name}"), value, errors) {
                    rights.insert(right);
                }
            }
            None => errors.push(FieldError::unknown(format!("admin.{name}"))),
        }
    }
    rights
}

fn take_scope(field: String, json: &Json, errors: &mut Vec<FieldError>) -> Scope {
    json.as_str().and_then(Scope::from_name).unwrap_or_else(|| {
        errors.push(FieldError::new(field, Problem::new("error-role-scope")));
        Scope::None
    })
}

fn take_yes(field: String, json: &Json, errors: &mut Vec<FieldError>) -> bool {
    json.as_bool().unwrap_or_else(|| {
        errors.push(FieldError::new(field, Problem::new("error-yes-no")));
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_comes_back_from_its_json() {
        for built_in in BuiltIn::ALL {
            let mut role = built_in.role();
            // What a firm's own role cannot be given.
            for access in role.modules.values_mut() {
                access.every_group = false;
            }
            let json = role.to_json();
            let mut copy = Role {
                modules: BTreeMap::new(),
                admin: BTreeSet::new(),
                name: String::new(),
                ..role.clone()
            };
            copy.take_json(json.as_object().expect("an object"))
                .expect("valid");
            assert_eq!(copy, role);
        }
    }

    #[test]
    fn the_owner_covers_all_and_nobody_covers_the_owner() {
        let owner = BuiltIn::Owner.role();
        for built_in in BuiltIn::ALL {
            assert!(owner.covers(&built_in.role()));
            assert_eq!(built_in.role().covers(&owner), built_in == BuiltIn::Owner);
        }
    }

    #[test]
    fn the_model_salesperson_is_as_promised() {
        let clients = BuiltIn::Salesperson.role().module(Module::Clients);
        assert_eq!(
            (clients.view, clients.edit, clients.delete),
            (Scope::Own, Scope::Own, Scope::None)
        );
        assert!(clients.create && !clients.export && !clients.import && !clients.unassigned);
        assert_eq!(clients.group("finance"), GroupAccess::Hidden);
        assert!(clients.options.is_empty());
    }
}
