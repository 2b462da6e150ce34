//! The role editor: a sentence that says what the role can do, and the matrix it follows from.

use maud::{Markup, html};

use super::field::{Choice, bare_select};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text, text_with};

/// The matrix, as a plain form's fields.
pub(crate) struct RoleMatrix<'a> {
    pub(crate) lang: Lang,
    /// What the role can do in plain words, from [`role_sentence`].
    pub(crate) sentence: Markup,
    /// Heads of the columns after the module's: Ogląda, Dodaje, Edytuje, …
    pub(crate) columns: &'a [String],
    pub(crate) modules: &'a [ModuleRow],
    /// Rights over the program itself, such as `admin.users`.
    pub(crate) admin: &'a [OptionBox],
    /// Shown, but not to be changed: built-in roles, or a reader without the right.
    pub(crate) locked: bool,
    /// Where the sentence is asked for again on each change, with script: a POST of the whole form.
    pub(crate) preview: Option<&'a str>,
}

/// One module: its cells and, folded under it, its options.
pub(crate) struct ModuleRow {
    pub(crate) label: String,
    /// One for each column; `None` where the module has no such permission.
    pub(crate) cells: Vec<Option<Cell>>,
    /// Field groups of the firm's own, under the row.
    pub(crate) groups: Vec<Cell>,
    pub(crate) options: Vec<OptionBox>,
    /// Whether the options stand open at first.
    pub(crate) open: bool,
}

/// A permission with several degrees, sent under `name` (`modules.clients.view`).
pub(crate) struct Cell {
    pub(crate) name: String,
    /// Says module and permission for screen readers: "Klienci: ogląda".
    pub(crate) label: String,
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) value: String,
    /// Differs from what is saved.
    pub(crate) changed: bool,
}

/// A permission that is there or not, sent as `true` under `name` (`modules.clients.options.merge`).
pub(crate) struct OptionBox {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) checked: bool,
    /// Not the editor's to give, since they do not hold it.
    pub(crate) locked: bool,
}

/// Sentence, matrix and administration rights. Stands inside an [`edit_form`](super::form::edit_form).
pub(crate) fn role_matrix(matrix: &RoleMatrix<'_>) -> Markup {
    html! {
        section class="panel role" {
            div id="role-sentence" class="role-sentence" aria-live="polite" { (matrix.sentence) }
            div class="table-frame plain" {
                table class="matrix" hx-post=[matrix.preview] hx-trigger=[matrix.preview.map(|_| "change")]
                    hx-target=[matrix.preview.map(|_| "#role-sentence")] {
                    thead {
                        tr {
                            th scope="col" { (text(matrix.lang, "role-module")) }
                            @for column in matrix.columns { th scope="col" { (column) } }
                            td {}
                        }
                    }
                    tbody { @for module in matrix.modules { (module_rows(matrix, module)) } }
                }
            }
        }
        @if !matrix.admin.is_empty() {
            fieldset class="panel section" {
                legend { (text(matrix.lang, "role-admin")) }
                p class="hint" { (text(matrix.lang, "role-admin-hint")) }
                div class="option-grid" { @for right in matrix.admin { (option_box(right, matrix.locked)) } }
            }
        }
    }
}

fn module_rows(matrix: &RoleMatrix<'_>, module: &ModuleRow) -> Markup {
    html! {
        tr {
            th scope="row" { (module.label) }
            @for (column, cell) in matrix.columns.iter().zip(&module.cells) {
                td data-label=(column) {
                    @match cell { Some(cell) => (matrix_cell(cell, matrix.locked)), None => span class="muted" { "—" } }
                }
            }
            td {}
        }
        @if !module.options.is_empty() {
            tr class="options" {
                td colspan=(matrix.columns.len() + 2) {
                    details open[module.open] {
                        summary title=(chosen(module)) { (icon(Icon::ChevronDown)) (options_label(matrix.lang, module)) }
                        div class="option-grid" { @for option in &module.options { (option_box(option, matrix.locked)) } }
                    }
                }
            }
        }
        @if !module.groups.is_empty() {
            tr class="options" {
                td colspan=(matrix.columns.len() + 2) {
                    div class="option-grid" {
                        @for group in &module.groups {
                            label class="option" { span dir="auto" { (group.label) } (matrix_cell(group, matrix.locked)) }
                        }
                    }
                }
            }
        }
    }
}

fn matrix_cell(cell: &Cell, locked: bool) -> Markup {
    let choices: Vec<_> = cell
        .choices
        .iter()
        .map(|(value, label)| Choice::new(value.as_str(), label.as_str()))
        .collect();
    html! { span class=[cell.changed.then_some("changed")] { (bare_select(&cell.name, &cell.label, &choices, &cell.value, locked)) } }
}

fn option_box(option: &OptionBox, locked: bool) -> Markup {
    html! {
        label class="option" {
            input type="checkbox" name=(option.name) value="true" checked[option.checked] disabled[locked || option.locked];
            span { (option.label) }
        }
    }
}

/// "Opcje: 2", so that a folded row still tells.
fn options_label(lang: Lang, module: &ModuleRow) -> String {
    let in_force = module
        .options
        .iter()
        .filter(|option| option.checked)
        .count();
    text_with(lang, "role-options-in-force", &[("count", in_force.into())])
}

/// The options in force by name.
fn chosen(module: &ModuleRow) -> String {
    let in_force = module.options.iter().filter(|option| option.checked);
    in_force
        .map(|option| option.label.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Sentences of a role, the weighty ones in bold: `(true, "Nie widzi danych finansowych.")`.
pub(crate) fn role_sentence(parts: &[(bool, String)]) -> Markup {
    html! {
        p {
            @for (weighty, part) in parts { @if *weighty { strong { (part) } } @else { (part) } " " }
        }
    }
}
