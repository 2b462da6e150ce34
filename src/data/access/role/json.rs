//! Roles in the form of the API and of forms.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::{AdminRight, GroupAccess, LONGEST_NAME, ModuleAccess, Role, Scope};
use crate::data::access::limits::Limits;
use crate::data::access::places::{Hours, Range};
use crate::data::records::fold::one_line;
use crate::data::records::module::Module;
use crate::data::records::own::known;
use crate::data::records::problem::{FieldError, Problem};

impl Role {
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

/// A name of a role, a team, a person or the firm.
pub(in crate::data::access) fn take_name(json: &Json) -> Result<String, Problem> {
    let name = json.as_str().map(one_line).unwrap_or_default();
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
