//! The editor of a role.

use super::super::components::button::{self, Weight};
use super::super::components::card::page_header;
use super::super::components::form::{EditForm, edit_form};
use super::super::components::navigation::breadcrumbs;
use super::super::components::role::{
    Cell, ModuleRow, OptionBox, RoleMatrix, role_matrix, role_sentence,
};
use super::super::settings::role_words::module_sentence;
use crate::data::{BuiltIn, Module};
use crate::i18n::{Lang, text, text_with};
use maud::{Markup, html};

pub(super) fn role_editor(lang: Lang) -> Markup {
    let columns: Vec<String> = [
        "role-action-view",
        "role-action-create",
        "role-action-edit",
        "role-action-delete",
        "role-action-export",
        "role-group-finance",
    ]
    .map(|key| text(lang, key))
    .into();
    let scopes = || {
        ["none", "own", "team", "all"]
            .map(|scope| (scope.to_owned(), text(lang, &format!("role-scope-{scope}"))))
            .to_vec()
    };
    let yes_no = || {
        vec![
            ("false".to_owned(), text(lang, "action-no")),
            ("true".to_owned(), text(lang, "action-yes")),
        ]
    };
    let access = || {
        ["hidden", "read", "write"]
            .map(|level| {
                (
                    level.to_owned(),
                    text(lang, &format!("role-access-{level}")),
                )
            })
            .to_vec()
    };
    let modules: Vec<_> = ["clients", "deals", "tasks", "mail", "articles", "invoices"]
        .iter()
        .map(|module| {
            let cell = |action: &str, choices: Vec<(String, String)>, value: &str| {
                Some(Cell {
                    name: format!("modules.{module}.{action}"),
                    label: format!("{module}: {action}"),
                    choices,
                    value: value.into(),
                    changed: action == "delete" && *module == "clients",
                })
            };
            ModuleRow {
                label: text(lang, &format!("role-module-{module}")),
                cells: vec![
                    cell("view", scopes(), "own"),
                    cell("create", yes_no(), "true"),
                    cell("edit", scopes(), "own"),
                    cell(
                        "delete",
                        scopes(),
                        if *module == "clients" { "own" } else { "none" },
                    ),
                    cell("export", yes_no(), "false"),
                    cell("groups.finance", access(), "hidden").filter(|_| *module != "tasks"),
                ],
                groups: Vec::new(),
                options: ["unassigned", "import", "change-owner", "merge", "bulk-edit"]
                    .iter()
                    .map(|option| OptionBox {
                        name: format!("modules.{module}.options.{option}"),
                        label: text(lang, &format!("role-option-{option}")),
                        checked: *option == "import",
                        locked: *option == "merge",
                    })
                    .collect(),
                open: *module == "clients",
            }
        })
        .collect();
    let admin: Vec<_> = ["users", "roles", "security", "backups", "settings", "audit"]
        .iter()
        .map(|right| OptionBox {
            name: format!("admin.{right}"),
            label: text(lang, &format!("role-admin-{right}")),
            checked: false,
            locked: false,
        })
        .collect();
    let salesperson = BuiltIn::Salesperson.role().module(Module::Clients);
    let sentence = role_sentence(&module_sentence(lang, Module::Clients, &salesperson));
    html! {
        (breadcrumbs(lang, &[(&text(lang, "nav-settings"), "/settings"), (&text(lang, "nav-roles"), "/settings/roles")]))
        (page_header(&text(lang, "role-name-salesperson"), "3 osoby", button::link(&text(lang, "action-duplicate"), "/settings/roles/1/copy", Weight::Plain, None)))
        (edit_form(EditForm {
            lang, action: "/settings/roles/1", csrf: "t", errors: &[], uploads: false, cancel_href: "/settings/roles",
            save_label: &text_with(lang, "role-save", &[("count", 3_i64.into())]), note: &text(lang, "role-takes-effect"),
            fields: role_matrix(&RoleMatrix { lang, sentence, columns: &columns, modules: &modules, admin: &admin, locked: false, preview: Some("/settings/roles/preview") }),
        }))
    }
}
