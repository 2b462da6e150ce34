//! Roles: the list, the form, and a new one, blank or copied.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::role_form::{Editor, draft, quiet, role_json, sentences, within};
use super::role_words::{module_sentence, role_name, whole};
use super::{ROLES, crumbs, id};
use crate::data::{AccessError, FieldError, Module, Reading, Role, RoleId, User};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, chip};
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of, hidden_fields, reviewed_form};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/roles", ROLES, list),
        Route::get("/settings/roles/new", ROLES, new_page),
        Route::post("/settings/roles/new", ROLES, create),
        Route::post("/settings/roles/sentence", ROLES, sentence),
    ]
}

pub(super) fn find(reading: &Reading, text: &str) -> Result<Role, WebError> {
    reading
        .rights()
        .people()
        .role(id(text)?)
        .cloned()
        .ok_or(WebError::NotFound)
}

/// The modules there are.
pub(super) fn present(member: &Member) -> Vec<Module> {
    member
        .state
        .vault
        .kinds()
        .iter()
        .map(|kind| kind.module)
        .collect()
}

/// Who has a role, by name.
pub(super) fn holders<'a>(reading: &'a Reading, role: &Role) -> Vec<&'a User> {
    reading
        .rights()
        .people()
        .users()
        .into_iter()
        .filter(|user| user.role == role.id)
        .collect()
}

async fn list(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let roles = reading.rights().people().roles();
    let add = button::link(
        &member.text("role-new"),
        "/settings/roles/new",
        Weight::Primary,
        Some(Icon::Plus),
    );
    let title = member.text("role-title-list");
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, &roles.len().to_string(), add))
        p class="muted lead" { (member.text("role-list-lead")) }
        ul class="panel entries" { @for role in roles { li { (list_item(&member, &reading, role)) } } }
    };
    Ok(member.page(&reading, &title, content))
}

fn list_item(member: &Member, reading: &Reading, role: &Role) -> Markup {
    let lang = member.lang;
    let names: Vec<&str> = holders(reading, role)
        .iter()
        .map(|user| user.name.as_str())
        .collect();
    let count = member.text_with("users-role-holders", &[("count", names.len().into())]);
    let said = whole(lang, role).unwrap_or_else(|| {
        present(member)
            .into_iter()
            .flat_map(|module| module_sentence(lang, module, &role.module(module)))
            .collect()
    });
    html! {
        div class="grow" {
            p {
                a class="row-link" href=(address(role)) dir="auto" { (role_name(lang, role)) }
                @if role.built_in.is_some() { " " (chip(Tone::Neutral, None, &member.text("role-built-in"))) }
            }
            p class="muted small" { (quiet(&said)) }
        }
        span class="muted small numeric" title=(names.join(", ")) { (count) }
        (button::link(&member.text("action-duplicate"), &copy_address(role), Weight::Quiet, Some(Icon::Copy)))
    }
}

pub(super) fn address(role: &Role) -> String {
    format!("/settings/roles/{}", role.id)
}

pub(super) fn copy_address(role: &Role) -> String {
    format!("/settings/roles/new?copy={}", role.id)
}

async fn new_page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let copied = member
        .parameters()
        .given("copy")
        .map(|role| find(&reading, role))
        .transpose()?;
    let role = match copied {
        Some(role) => {
            let name = member.text_with(
                "role-copy-name",
                &[("name", role_name(member.lang, &role).into())],
            );
            Role {
                name,
                built_in: None,
                ..within(&role, reading.rights().role())
            }
        }
        None => blank(),
    };
    Ok(show_new(&member, &reading, StatusCode::OK, &role, &[]))
}

/// A role that allows nothing yet.
fn blank() -> Role {
    let id = crate::data::RoleId::new();
    Role::blank(id, 0)
}

fn show_new(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    role: &Role,
    errors: &[FieldError],
) -> Response {
    let title = member.text("role-new");
    let roles = reading.rights().people().roles();
    let form = editor_form(
        member,
        reading,
        role,
        None,
        errors,
        "/settings/roles/new",
        &member.text("action-create"),
        "",
    );
    let content = html! {
        (crumbs(member, Some(("nav-roles", "/settings/roles"))))
        (page_header(&title, "", html! {}))
        nav class="lead actions" aria-label=(member.text("role-start-from")) {
            span class="muted" { (member.text("role-start-from")) }
            @for start in roles { a class="button small" href=(copy_address(start)) dir="auto" { (role_name(member.lang, start)) } }
        }
        (form)
    };
    member.page_with(status, reading, &title, content, "")
}

#[expect(
    clippy::too_many_arguments,
    reason = "the two forms differ in all of these"
)]
pub(super) fn editor_form(
    member: &Member,
    reading: &Reading,
    role: &Role,
    saved: Option<&Role>,
    errors: &[FieldError],
    action: &str,
    save_label: &str,
    note: &str,
) -> Markup {
    let errors = member.errors(errors);
    let version = role.version.to_string();
    let editor = Editor {
        lang: member.lang,
        role,
        saved,
        holder: reading.rights().role(),
        present: &present(member),
        reading,
        locked: false,
        sentence: saved.map_or_else(
            || SENTENCE.to_owned(),
            |saved| format!("{SENTENCE}?role={}", saved.id),
        ),
    };
    let name = Field::new("name", member.text("role-name"))
        .value(role.name.as_str())
        .error(error_of(&errors, "name"));
    let fields = html! {
        @if saved.is_some() { (hidden_fields(&[("version", &version)])) }
        div class="narrow lead" { (name.required().text()) }
        (editor.markup())
        div class="panel" {
            label class="option" {
                input type="checkbox" name="two_step" value="required" checked[role.two_step_required];
                span { (member.text("role-two-step")) }
            }
            div class="field-row" {
                @for (name, value) in [("export_per_day", role.limits.export_per_day), ("view_per_day", role.limits.view_per_day)] {
                    @let field = format!("limits.{name}");
                    (Field::new(field.clone(), member.text(&format!("role-{}", name.replace('_', "-"))))
                        .value(value.map_or_else(String::new, |most| most.to_string()))
                        .hint(member.text("role-limit-hint")).error(error_of(&errors, &field)).number())
                }
            }
        }
    };
    let form = EditForm {
        lang: member.lang,
        action,
        csrf: &member.csrf,
        errors: &errors,
        fields,
        save_label,
        cancel_href: "/settings/roles",
        note,
        uploads: false,
    };
    match saved {
        Some(saved) => reviewed_form(form, &format!("{}/preview", address(saved))),
        None => edit_form(form),
    }
}

const SENTENCE: &str = "/settings/roles/sentence";

async fn create(member: Member, form: Form) -> WebResult {
    let json = role_json(&form);
    let errors = match member.access.create_role(json.clone()).await {
        Ok(role) => return Ok(see_other(&format!("{}?notice=created", address(&role)))),
        Err(AccessError::Invalid(errors)) => errors,
        Err(error) => return Err(error.into()),
    };
    let reading = member.access.read()?;
    Ok(show_new(
        &member,
        &reading,
        UNPROCESSABLE,
        &draft(&blank(), &json),
        &errors,
    ))
}

/// The sentences about the role a form describes, while it is being filled in; of one that people have (`role`), what
/// changes for them is asked for next. Changes nothing.
async fn sentence(member: Member, form: Form) -> WebResult {
    let role = draft(&blank(), &role_json(&form));
    let held = member.parameters();
    let held = held.given("role").map(id::<RoleId>).transpose()?;
    let content = html! {
        (sentences(member.lang, &role, &present(&member)))
        @if let Some(held) = held {
            span hx-post=(format!("/settings/roles/{held}/preview")) hx-trigger="load" hx-target="#effects" {}
        }
    };
    Ok(content.into_response())
}
