//! The form of a field of the firm's own.

mod wish;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::{LIST, Place, address, groups_note, label, module, version_field};
use super::{FIRM, crumbs};
use crate::data::{
    AccessError, CustomChoice, CustomField, CustomKind, FieldError, FieldState, Module, Reading,
};
use crate::names;
use crate::web::components::card::page_header;
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{
    EditForm, FieldError as Shown, edit_form, error_of, hidden_fields, section,
};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};
use wish::{as_form, told_apart, wish};

pub(super) fn routes() -> Vec<Route> {
    let one = format!("{LIST}/{{module}}/{{field}}");
    vec![
        Route::post(LIST, FIRM, create),
        Route::get(format!("{LIST}/new"), FIRM, new_page),
        Route::get(one.clone(), FIRM, page),
        Route::post(one, FIRM, save),
    ]
}

/// In the choice of groups: one that is to be made.
const NEW_GROUP: &str = "new";

async fn new_page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let parameters = member.parameters();
    let module = asked_module(&reading, parameters.get("module"))?;
    let mut form = Form(vec![("type".to_owned(), "text".to_owned())]);
    form.0.extend(parameters.0);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        module,
        None,
        &form,
        &[],
    ))
}

/// The module named; the first there is where none is.
fn asked_module(reading: &Reading, name: &str) -> Result<Module, WebError> {
    if name.is_empty() {
        let first = reading.kinds().first().ok_or(WebError::NotFound)?;
        return Ok(first.module);
    }
    Ok(reading.kind(module(name)?)?.module)
}

async fn create(member: Member, form: Form) -> WebResult {
    let (module, asked) = {
        let reading = member.access.read()?;
        let module = asked_module(&reading, form.get("module"))?;
        let asked = wish(&form, None).and_then(|wish| told_apart(&reading, module, wish));
        (module, asked)
    };
    let errors = match asked {
        Ok(wish) => match member.access.create_custom_field(module, wish).await {
            Ok(_) => return Ok(see_other(&format!("{LIST}?notice=created"))),
            Err(AccessError::Invalid(errors)) => errors,
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let reading = member.access.read()?;
    Ok(show(
        &member,
        &reading,
        UNPROCESSABLE,
        module,
        None,
        &form,
        &errors,
    ))
}

fn used(reading: &Reading, module: Module, name: &str) -> Result<CustomField, WebError> {
    let field = reading.custom_field(module, name)?;
    if field.state == FieldState::Used {
        Ok(field)
    } else {
        Err(WebError::NotFound)
    }
}

async fn page(member: Member, Path((of, name)): Place) -> WebResult {
    let module = module(&of)?;
    let reading = member.access.read()?;
    let field = used(&reading, module, &name)?;
    let form = as_form(&field);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        module,
        Some(&field),
        &form,
        &[],
    ))
}

async fn save(member: Member, Path((of, name)): Place, form: Form) -> WebResult {
    let module = module(&of)?;
    let (field, asked) = {
        let reading = member.access.read()?;
        let field = used(&reading, module, &name)?;
        let asked = wish(&form, Some(&field)).and_then(|wish| told_apart(&reading, module, wish));
        (field, asked)
    };
    let expected = form
        .given("version")
        .and_then(|version| version.parse().ok());
    let errors = match asked {
        Ok(wish) => {
            let update = member
                .access
                .update_custom_field(module, &name, wish, expected);
            match update.await {
                Ok(_) => return Ok(see_other(&format!("{LIST}?notice=saved"))),
                Err(AccessError::Invalid(errors)) => errors,
                Err(error) => return Err(error.into()),
            }
        }
        Err(errors) => errors,
    };
    let reading = member.access.read()?;
    Ok(show(
        &member,
        &reading,
        UNPROCESSABLE,
        module,
        Some(&field),
        &form,
        &errors,
    ))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    module: Module,
    field: Option<&CustomField>,
    form: &Form,
    errors: &[FieldError],
) -> Response {
    let errors = member.errors(errors);
    let title = match field {
        Some(field) => label(member, field).to_owned(),
        None => member.text("fields-new"),
    };
    let part = Part {
        member,
        form,
        errors: &errors,
    };
    let content = html! {
        (crumbs(member, Some(("fields-title", LIST))))
        (page_header(&title, "", html! {}))
        (edit_form(EditForm {
            lang: member.lang,
            action: &field.map_or_else(|| LIST.to_owned(), |field| address(module, &field.name)),
            csrf: &member.csrf,
            errors: &errors,
            fields: html! {
                @match field {
                    Some(field) => (version_field(field)),
                    None => (hidden_fields(&[("module", module.name())])),
                }
                (part.what(field))
                @if field.is_none_or(|field| !field.kind.choices().is_empty()) { (part.choices(field)) }
                (part.who_and_where(reading, module, field))
            },
            save_label: &member.text(if field.is_some() { "action-save-changes" } else { "action-save" }),
            cancel_href: LIST,
            note: "",
            uploads: false,
        }))
        (groups_note(member, reading))
    };
    member.page_with(status, reading, &title, content, "")
}

/// Parts of the form.
struct Part<'a> {
    member: &'a Member,
    form: &'a Form,
    errors: &'a [Shown],
}

impl Part<'_> {
    fn text(&self, key: &str) -> String {
        self.member.text(key)
    }

    fn input(&self, name: &'static str, key: &str) -> Field<'_> {
        Field::new(name, self.text(key))
            .value(self.form.get(name))
            .error(error_of(self.errors, name))
            .autocomplete("off")
    }

    /// Label and sort.
    fn what(&self, field: Option<&CustomField>) -> Markup {
        let sorts: Vec<Choice<'_>> = CustomKind::NAMES
            .iter()
            .map(|name| Choice::new(*name, self.sort(name)))
            .collect();
        let is_number = |field: &CustomField| matches!(field.kind, CustomKind::Number { .. });
        section(
            &self.text("fields-what"),
            html! {
                (self.input("label_pl", "fields-label-pl").required().text())
                (self.input("label_en", "fields-label-en").hint(self.text("fields-label-en-hint")).text())
                @match field {
                    None => (self.input("type", "fields-type").hint(self.text("fields-type-hint")).select(&sorts)),
                    Some(field) => (Field::new("type", self.text("fields-type")).value(self.sort(field.kind.name()))
                        .hint(self.text("fields-type-fixed")).disabled(true).text()),
                }
                @if field.is_none_or(is_number) { (self.number(field)) }
            },
        )
    }

    fn sort(&self, name: &str) -> String {
        self.text(&format!("fields-type-{}", names::dashed(name)))
    }

    fn number(&self, field: Option<&CustomField>) -> Markup {
        let decimals = ["0", "1", "2", "3", "4"].map(|number| Choice::new(number, number));
        html! {
            div class="field-row" {
                @if field.is_none() { (self.input("decimals", "fields-decimals").select(&decimals)) }
                (self.input("least", "fields-least").number())
                (self.input("most", "fields-most").hint(self.text("fields-bounds-hint")).number())
            }
        }
    }

    fn choices(&self, field: Option<&CustomField>) -> Markup {
        let known = field.map_or(&[][..], |field| field.kind.choices());
        let title = self.text("fields-choices");
        let new = self
            .input(
                "choices",
                if known.is_empty() {
                    "fields-choices-list"
                } else {
                    "fields-choices-more"
                },
            )
            .hint(self.text("fields-choices-hint"))
            .textarea(4);
        section(
            &title,
            html! {
                @if !known.is_empty() {
                    p class="hint" { (self.text("fields-choices-about")) }
                    ul class="entries" { @for choice in known { li { (self.choice(choice)) } } }
                }
                (new)
            },
        )
    }

    fn choice(&self, choice: &CustomChoice) -> Markup {
        let name = |rest: &str| format!("choices.{}.{rest}", choice.id);
        let typed = |rest: &str| self.form.get(&name(rest)).to_owned();
        let label = |key: &str| {
            let args = [("name", choice.names.of(self.member.lang.code()).into())];
            self.member.text_with(key, &args)
        };
        let offered = self.form.ticked(&name("offered"));
        html! {
            div class="own-choice grow" {
                input type="text" name=(name("pl")) value=(typed("pl")) aria-label=(label("fields-choice-pl")) dir="auto" required;
                input type="text" name=(name("en")) value=(typed("en")) aria-label=(label("fields-choice-en")) dir="auto";
                input type="text" inputmode="numeric" name=(name("place")) value=(typed("place")) aria-label=(label("fields-choice-place"));
                label class="option" {
                    input type="checkbox" name=(name("offered")) value="true" checked[offered]
                        aria-label=(label("fields-choice-offered"));
                    span { (self.text("fields-choice-offered-short")) }
                }
            }
        }
    }

    /// Group, whether it is asked for, whether lists show it.
    fn who_and_where(
        &self,
        reading: &Reading,
        module: Module,
        field: Option<&CustomField>,
    ) -> Markup {
        let kind = reading.kind(module).ok();
        let mut groups = vec![Choice::new("", self.text("fields-group-none"))];
        let of_program = module.groups().iter().filter_map(|group| {
            let name = names::group(self.member.lang, kind?, group);
            Some(Choice::new(*group, name))
        });
        groups.extend(of_program);
        let own = reading.own_groups(module).iter();
        groups.extend(
            own.map(|group| Choice::new(group.name, group.labels.of(self.member.lang.code()))),
        );
        groups.push(Choice::new(NEW_GROUP, self.text("fields-group-new")));
        let listable = field.is_none_or(|field| field.kind != CustomKind::LongText);
        section(
            &self.text("fields-where"),
            html! {
                (self.input("group", "fields-group").hint(self.text("fields-group-hint")).select(&groups))
                div class="field-row" {
                    (self.input("group_pl", "fields-group-pl").text())
                    (self.input("group_en", "fields-group-en").text())
                }
                (self.tick("required", "fields-required"))
                @if listable { (self.tick("listed", "fields-listed")) }
            },
        )
    }

    fn tick(&self, name: &'static str, key: &str) -> Markup {
        html! {
            label class="option" {
                input type="checkbox" name=(name) value="true" checked[self.form.ticked(name)];
                span { (self.text(key)) }
            }
        }
    }
}
