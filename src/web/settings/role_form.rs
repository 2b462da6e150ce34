//! The form of a role: from its fields to the contract's JSON, and from a role to the matrix.

use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::role_words::{Parts, admin_sentence, module_sentence, option_key, whole};
use crate::data::{AdminRight, FieldGroup, GroupAccess, Module, Reading, Role, Scope};
use crate::i18n::{Lang, text, text_with};
use crate::web::components::role::{
    Cell, ModuleRow, OptionBox, RoleMatrix, role_matrix, role_sentence,
};
use crate::web::form::Form;

/// What was sent, as the contract writes it. Boxes that are not ticked are not sent, so what is missing is not granted.
pub(super) fn role_json(form: &Form) -> Map<String, Json> {
    let (mut modules, mut admin) = (json!({}), json!({}));
    for (field, value) in &form.0 {
        let ticked = !matches!(value.as_str(), "" | "0" | "false" | "off");
        match field.split('.').collect::<Vec<_>>()[..] {
            ["modules", module, key @ ("view" | "edit" | "delete")] => {
                modules[module][key] = json!(if value.is_empty() { "none" } else { value });
            }
            ["modules", module, "groups", group] => {
                modules[module]["groups"][group] =
                    json!(if value.is_empty() { "hidden" } else { value });
            }
            ["modules", module, "options", option] => {
                modules[module]["options"][option] = json!(ticked);
            }
            // An invented name stays what it is, and is refused where the role takes it.
            ["modules", module, ref rest @ ..] if !matches!(rest, ["groups" | "options"]) => {
                modules[module][rest.join(".")] = json!(ticked);
            }
            ["admin", right] => admin[right] = json!(ticked),
            _ => {}
        }
    }
    let mut json = Map::new();
    if let Some(name) = form.given("name") {
        json.insert("name".to_owned(), json!(name));
    }
    let two_step = if form.ticked("two_step") {
        "required"
    } else {
        "free"
    };
    json.insert("two_step".to_owned(), json!(two_step));
    let limit = |name: &str| {
        let text = form.get(&format!("limits.{name}")).trim();
        match text.parse::<u64>() {
            Ok(number) => json!(number),
            Err(_) if text.is_empty() => Json::Null,
            Err(_) => json!(text),
        }
    };
    // A form without the fields leaves the limits as they are.
    if form.given("limits.export_per_day").is_some() {
        let (export, view) = (limit("export_per_day"), limit("view_per_day"));
        let limits = json!({"export_per_day": export, "view_per_day": view});
        json.insert("limits".to_owned(), limits);
    }
    json.insert("modules".to_owned(), modules);
    json.insert("admin".to_owned(), admin);
    json
}

/// The role a form describes, as far as it can be read: for showing it again and for the preview.
pub(super) fn draft(begun_from: &Role, json: &Map<String, Json>) -> Role {
    let mut role = Role {
        name: String::new(),
        built_in: None,
        ..begun_from.clone()
    };
    // What cannot be read stands as an error beside the form; the rest is shown as it was sent.
    let _ = role.take_json(json);
    if let Some(name) = json.get("name").and_then(Json::as_str) {
        name.clone_into(&mut role.name);
    }
    role
}

/// No more than `holder` holds, so that a copy can be saved by whoever made it.
pub(super) fn within(role: &Role, holder: &Role) -> Role {
    let mut role = role.clone();
    role.admin.retain(|right| holder.admin.contains(right));
    for (module, access) in &mut role.modules {
        let held = holder.module(*module);
        access.view = access.view.min(held.view);
        access.edit = access.edit.min(held.edit);
        access.delete = access.delete.min(held.delete);
        access.every_group &= held.every_group;
        access.unassigned &= held.unassigned || held.view == Scope::All;
        access.create &= held.create;
        access.export &= held.export;
        access.import &= held.import;
        access
            .options
            .retain(|option| held.options.contains(option));
        for (group, level) in &mut access.groups {
            *level = (*level).min(held.group(group));
        }
        access
            .groups
            .retain(|_, level| *level != GroupAccess::Hidden);
    }
    role
}

/// What the editor of a role needs to know.
pub(super) struct Editor<'a> {
    pub(super) lang: Lang,
    pub(super) role: &'a Role,
    /// The role as it is saved, to mark what differs; `None` for a new one.
    pub(super) saved: Option<&'a Role>,
    /// The editor's own role: nothing beyond it is offered.
    pub(super) holder: &'a Role,
    /// Modules of this program; the others stand behind them.
    pub(super) present: &'a [Module],
    /// Knows the field groups of the firm's own.
    pub(super) reading: &'a Reading,
    pub(super) locked: bool,
    /// Where the sentences are asked for while the form is filled in.
    pub(super) sentence: String,
}

impl Editor<'_> {
    /// Sentence, matrix and administration rights.
    pub(super) fn markup(&self) -> Markup {
        let columns = self.columns();
        let modules: Vec<ModuleRow> = self.order().map(|module| self.module_row(module)).collect();
        let admin: Vec<OptionBox> = AdminRight::ALL
            .into_iter()
            .map(|right| self.admin_box(right))
            .collect();
        role_matrix(&RoleMatrix {
            lang: self.lang,
            sentence: sentences(self.lang, self.role, self.present),
            columns: &columns,
            modules: &modules,
            admin: &admin,
            locked: self.locked,
            preview: (!self.locked).then_some(self.sentence.as_str()),
        })
    }

    fn order(&self) -> impl Iterator<Item = Module> {
        let later = Module::ALL
            .into_iter()
            .filter(|module| !self.present.contains(module));
        self.present.iter().copied().chain(later)
    }

    fn text(&self, key: &str) -> String {
        text(self.lang, key)
    }

    fn columns(&self) -> Vec<String> {
        let heads = [
            "role-action-view",
            "role-action-create",
            "role-action-edit",
            "role-action-delete",
            "role-action-export",
            "role-group-finance",
        ];
        heads.map(|key| self.text(key)).into()
    }

    fn module_row(&self, module: Module) -> ModuleRow {
        let (access, held, saved) = (
            self.role.module(module),
            self.holder.module(module),
            self.saved.map(|role| role.module(module)),
        );
        let label = self.text(&format!("role-module-{module}"));
        let cell = |key: &str,
                    head: &str,
                    choices: Vec<(String, String)>,
                    value: String,
                    was: Option<String>| {
            let args = [
                ("module", label.as_str().into()),
                ("action", self.text(head).into()),
            ];
            Some(Cell {
                name: format!("modules.{module}.{key}"),
                label: text_with(self.lang, "role-cell", &args),
                choices,
                changed: was.is_some_and(|was| was != value),
                value,
            })
        };
        let scope = |key: &str, head: &str, value: Scope, most: Scope, was: Option<Scope>| {
            let offered = Scope::ALL
                .into_iter()
                .filter(|scope| *scope <= most || *scope == value || self.locked);
            let choices = offered.map(|scope| {
                (
                    scope.name().to_owned(),
                    self.text(&format!("role-scope-{}", scope.name())),
                )
            });
            cell(
                key,
                head,
                choices.collect(),
                value.name().to_owned(),
                was.map(|scope| scope.name().to_owned()),
            )
        };
        let yes_no = |key: &str, head: &str, value: bool, most: bool, was: Option<bool>| {
            let offered = [false, true]
                .into_iter()
                .filter(|choice| most || !choice || value || self.locked);
            let choices = offered.map(|choice| {
                (
                    choice.to_string(),
                    self.text(if choice { "action-yes" } else { "action-no" }),
                )
            });
            cell(
                key,
                head,
                choices.collect(),
                value.to_string(),
                was.map(|was| was.to_string()),
            )
        };
        let finance = module.groups().contains(&"finance").then(|| {
            let (value, most) = (access.group("finance"), held.group("finance"));
            let offered = GroupAccess::ALL
                .into_iter()
                .filter(|level| *level <= most || *level == value || self.locked);
            let choices = offered.map(|level| {
                (
                    level.name().to_owned(),
                    self.text(&format!("role-access-{}", level.name())),
                )
            });
            let was = saved
                .as_ref()
                .map(|saved| saved.group("finance").name().to_owned());
            cell(
                "groups.finance",
                "role-group-finance",
                choices.collect(),
                value.name().to_owned(),
                was,
            )
        });
        let was = saved.as_ref();
        let cells = vec![
            scope(
                "view",
                "role-action-view",
                access.view,
                held.view,
                was.map(|was| was.view),
            ),
            yes_no(
                "create",
                "role-action-create",
                access.create,
                held.create,
                was.map(|was| was.create),
            ),
            scope(
                "edit",
                "role-action-edit",
                access.edit,
                held.edit,
                was.map(|was| was.edit),
            ),
            scope(
                "delete",
                "role-action-delete",
                access.delete,
                held.delete,
                was.map(|was| was.delete),
            ),
            yes_no(
                "export",
                "role-action-export",
                access.export,
                held.export,
                was.map(|was| was.export),
            ),
            finance.flatten(),
        ];
        ModuleRow {
            label: label.clone(),
            cells,
            groups: self.own_groups(module),
            options: self.option_boxes(module),
            open: self.open(module),
        }
    }

    /// Access to field groups of the firm's own, one cell each.
    fn own_groups(&self, module: Module) -> Vec<Cell> {
        let groups = self.reading.own_groups(module).iter();
        groups.map(|group| self.own_group(module, group)).collect()
    }

    fn own_group(&self, module: Module, group: &FieldGroup) -> Cell {
        let of = |role: &Role| role.module(module).group(group.name);
        let (value, most) = (of(self.role), of(self.holder));
        let offered = GroupAccess::ALL
            .into_iter()
            .filter(|level| *level <= most || *level == value || self.locked);
        let choices = offered.map(|level| {
            let words = self.text(&format!("role-access-{}", level.name()));
            (level.name().to_owned(), words)
        });
        Cell {
            name: format!("modules.{module}.groups.{}", group.name),
            label: group.labels.of(self.lang.code()).to_owned(),
            choices: choices.collect(),
            changed: self.saved.is_some_and(|saved| of(saved) != value),
            value: value.name().to_owned(),
        }
    }

    /// The options of the first module stand open while the role is being made up, so that one sees they are there.
    fn open(&self, module: Module) -> bool {
        !self.locked && self.present.first() == Some(&module)
    }

    fn option_boxes(&self, module: Module) -> Vec<OptionBox> {
        let (access, held) = (self.role.module(module), self.holder.module(module));
        let option = |key: &str, label: String, checked: bool, held: bool| OptionBox {
            name: format!("modules.{module}.{key}"),
            label,
            checked,
            locked: !held && !checked,
        };
        let sees_unassigned = held.unassigned || held.view == Scope::All;
        let mut boxes = vec![
            option(
                "unassigned",
                self.text("role-option-unassigned"),
                access.unassigned,
                sees_unassigned,
            ),
            option(
                "import",
                self.text("role-option-import"),
                access.import,
                held.import,
            ),
        ];
        boxes.extend(module.options().iter().map(|name| {
            let (granted, may) = (access.options.contains(name), held.options.contains(name));
            option(
                &format!("options.{name}"),
                self.text(&option_key(name)),
                granted,
                may,
            )
        }));
        boxes
    }

    fn admin_box(&self, right: AdminRight) -> OptionBox {
        let checked = self.role.admin.contains(&right);
        OptionBox {
            name: format!("admin.{}", right.name()),
            label: self.text(&format!("role-admin-{}", right.name())),
            checked,
            locked: !checked && !self.holder.admin.contains(&right),
        }
    }
}

/// The sentences above the matrix: the modules of this program at full size, the rest and the program itself smaller.
pub(super) fn sentences(lang: Lang, role: &Role, present: &[Module]) -> Markup {
    if let Some(whole) = whole(lang, role) {
        return role_sentence(&whole);
    }
    let said = |module: Module| module_sentence(lang, module, &role.module(module));
    let (seen, unseen): (Vec<Module>, Vec<Module>) = Module::ALL
        .into_iter()
        .filter(|module| !present.contains(module))
        .partition(|module| role.module(*module) != crate::data::ModuleAccess::default());
    let mut last: Parts = unseen.into_iter().flat_map(said).collect();
    last.extend(admin_sentence(lang, role));
    html! {
        @for module in present { (role_sentence(&said(*module))) }
        ul class="muted small after" {
            @for module in seen { li { (quiet(&said(module))) } }
            li { (quiet(&last)) }
        }
    }
}

/// The same without emphasis.
pub(super) fn quiet(parts: &Parts) -> Markup {
    html! { (parts.iter().map(|(_, part)| part.as_str()).collect::<Vec<_>>().join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::BuiltIn;

    #[test]
    fn a_form_becomes_the_role_it_describes() {
        let sent = Form::of(&[
            ("csrf", "t"),
            ("name", "Handlowiec"),
            ("modules.clients.view", "own"),
            ("modules.clients.create", "on"),
            ("modules.clients.export", "false"),
            ("modules.clients.groups.finance", "read"),
            ("modules.clients.options.merge", "true"),
            ("admin.users", "on"),
        ]);
        let role = draft(&BuiltIn::Owner.role(), &role_json(&sent));
        let clients = role.module(Module::Clients);
        assert_eq!(
            (role.name.as_str(), clients.view, clients.edit),
            ("Handlowiec", Scope::Own, Scope::None)
        );
        assert!(clients.create && !clients.export && clients.options.contains("merge"));
        assert_eq!(clients.group("finance"), GroupAccess::Read);
        assert!(role.admin.contains(&AdminRight::Users) && role.admin.len() == 1);
        assert_eq!(
            role.module(Module::Deals),
            crate::data::ModuleAccess::default()
        );
    }

    #[test]
    fn what_a_form_invents_is_an_error() {
        for (name, value) in [
            ("modules.clients.view", "everyone"),
            ("modules.clients.options.fly", "on"),
            ("modules.clients.groups.health", "read"),
            ("modules.rockets.view", "own"),
            ("modules.clients.own", "on"),
            ("admin.moon", "on"),
        ] {
            let json = role_json(&Form::of(&[("name", "x"), (name, value)]));
            assert!(BuiltIn::Support.role().take_json(&json).is_err(), "{name}");
        }
    }

    #[test]
    fn a_copy_stays_within_its_maker() {
        let (owner, manager) = (BuiltIn::Owner.role(), BuiltIn::Manager.role());
        let copy = within(&owner, &manager);
        assert!(manager.covers(&copy));
        assert_eq!(within(&manager, &owner).modules, manager.modules);
    }
}
