//! Roles: the list, the matrix editor, copying and deleting.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::effects::{Review, effects_panel, fragment, review_note};
use super::places::places_panel;
use super::role_form::{Editor, draft, quiet, role_json, sentences, within};
use super::role_words::{module_sentence, role_name, whole};
use super::{ROLES, crumbs, id};
use crate::data::{AccessError, AdminRight, FieldError, Module, Reading, Role, RoleId, User};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, chip};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, edit_form, error_of, hidden_fields, reviewed_form};
use crate::web::components::icon::Icon;
use crate::web::components::problem::problem;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::pictures::avatar_of;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/roles", ROLES, list),
        Route::get("/settings/roles/new", ROLES, new_page),
        Route::post("/settings/roles/new", ROLES, create),
        Route::post("/settings/roles/sentence", ROLES, sentence),
        Route::get("/settings/roles/{id}", ROLES, page),
        Route::post("/settings/roles/{id}", ROLES, save),
        Route::post("/settings/roles/{id}/preview", ROLES, preview),
        Route::get("/settings/roles/{id}/delete", ROLES, delete_page),
        Route::post("/settings/roles/{id}/delete", ROLES, delete),
    ]
}

fn find(reading: &Reading, text: &str) -> Result<Role, WebError> {
    reading
        .rights()
        .people()
        .role(id(text)?)
        .cloned()
        .ok_or(WebError::NotFound)
}

fn present(member: &Member) -> Vec<Module> {
    member
        .state
        .vault
        .kinds()
        .iter()
        .map(|kind| kind.module)
        .collect()
}

/// Who has a role, by name.
fn holders<'a>(reading: &'a Reading, role: &Role) -> Vec<&'a User> {
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

fn address(role: &Role) -> String {
    format!("/settings/roles/{}", role.id)
}

fn copy_address(role: &Role) -> String {
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
    Role {
        id,
        name: String::new(),
        built_in: None,
        modules: [].into(),
        admin: [].into(),
        two_step_required: false,
        limits: crate::data::Limits::default(),
        rules: crate::data::Rules::default(),
        version: 0,
    }
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
fn editor_form(
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

/// What the role in the form would change for those who have it. Changes nothing.
async fn preview(member: Member, Path(role): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let saved = find(&reading, &role)?;
    let json = role_json(&form);
    let effects = reading.preview_role(saved.id, &json);
    if member.partial {
        return fragment(&member, effects);
    }
    let sent = form
        .given("version")
        .and_then(|version| version.parse().ok());
    let role = Role {
        version: sent.unwrap_or(saved.version),
        ..draft(&saved, &json)
    };
    Ok(match effects {
        Ok(effects) => {
            let review = Review::of(&member, &effects);
            show(
                &member,
                &reading,
                StatusCode::OK,
                &saved,
                &role,
                &[],
                Some(&review),
            )
        }
        Err(AccessError::Invalid(errors)) => show(
            &member,
            &reading,
            UNPROCESSABLE,
            &saved,
            &role,
            &errors,
            None,
        ),
        Err(error) => return Err(error.into()),
    })
}

async fn page(member: Member, Path(role): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let role = find(&reading, &role)?;
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &role,
        &role,
        &[],
        None,
    ))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    saved: &Role,
    role: &Role,
    errors: &[FieldError],
    review: Option<&Review>,
) -> Response {
    let lang = member.lang;
    let holders = holders(reading, saved);
    let title = role_name(lang, saved);
    let beside = member.text_with("users-role-holders", &[("count", holders.len().into())]);
    let beyond = !reading.rights().role().covers(saved);
    let locked = saved.built_in.is_some() || beyond;
    let actions = html! {
        (button::link(&member.text("action-duplicate"), &copy_address(saved), Weight::Plain, Some(Icon::Copy)))
        @if !locked && holders.is_empty() {
            (button::link(&member.text("role-delete"), &format!("{}/delete", address(saved)), Weight::Danger, None))
        }
    };
    let main = if locked {
        let editor = Editor {
            lang,
            role,
            saved: None,
            holder: role,
            present: &present(member),
            reading,
            locked,
            sentence: String::new(),
        };
        let why = if beyond {
            "role-beyond"
        } else {
            "role-built-in-locked"
        };
        html! { div class="locked" { (banner(Verdict::Info, html! { (member.text(why)) })) (editor.markup()) } }
    } else {
        let save = if holders.is_empty() {
            member.text("action-save-changes")
        } else {
            member.text_with("role-save", &[("count", holders.len().into())])
        };
        let note = if holders.is_empty() {
            String::new()
        } else {
            member.text("role-takes-effect")
        };
        editor_form(
            member,
            reading,
            role,
            Some(saved),
            errors,
            &address(saved),
            &save,
            &note,
        )
    };
    let content = html! {
        (crumbs(member, Some(("nav-roles", "/settings/roles"))))
        (page_header(&title, &beside, actions))
        @if review.is_some() { (review_note(member)) }
        div class="role-columns" {
            (main)
            div {
                @if !locked { (effects_panel(member, review)) }
                (people_panel(member, reading, &holders))
                @if reading.rights().admin(AdminRight::Security) {
                    (places_panel(member, &address(saved), saved.rules.is_open()))
                }
                @if !holders.is_empty() { (ask_panel(member, &holders)) }
            }
        }
    };
    member.page_with(status, reading, &title, content, "")
}

/// A way to ask about one of those who have the role.
fn ask_panel(member: &Member, holders: &[&User]) -> Markup {
    let people: Vec<_> = holders
        .iter()
        .map(|user| Choice::new(user.id.to_string(), user.name.as_str()))
        .collect();
    panel(
        &member.text("why-title"),
        html! {},
        html! {
            form method="get" action="/settings/why" {
                (Field::new("person", member.text("why-person")).select(&people))
                (Field::new("record", member.text("why-record")).hint(member.text("why-record-hint")).autocomplete("off").text())
                div class="actions after" { (button::submit(&member.text("why-ask"), Weight::Plain)) }
            }
        },
    )
}

/// Who has the role, each a link to where it can be changed.
fn people_panel(member: &Member, reading: &Reading, holders: &[&User]) -> Markup {
    let manages = reading.rights().admin(AdminRight::Users);
    panel(
        &member.text("role-people"),
        html! {},
        html! {
            @if holders.is_empty() { p class="muted" { (member.text("role-nobody")) } }
            ul {
                @for user in holders {
                    li class="actions" {
                        (avatar_of(user))
                        @if manages { a href=(format!("/settings/users/{}", user.id)) dir="auto" { (user.name) } }
                        @else { span dir="auto" { (user.name) } }
                        @if !user.active { span class="muted small" { (member.text("users-status-disabled")) } }
                    }
                }
            }
            @if manages { p class="hint after" { (member.text("role-people-hint")) } }
        },
    )
}

async fn save(member: Member, Path(role): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let saved = find(&reading, &role)?;
    let json = role_json(&form);
    let expected = form
        .given("version")
        .and_then(|version| version.parse().ok());
    if let Ok(effects) = reading.preview_role(saved.id, &json) {
        let review = Review::of(&member, &effects);
        if review.is_due(&form) {
            let role = Role {
                // As the form had it, so that what was changed meanwhile is still noticed.
                version: expected.unwrap_or(saved.version),
                ..draft(&saved, &json)
            };
            let review = Some(&review);
            return Ok(show(
                &member,
                &reading,
                StatusCode::OK,
                &saved,
                &role,
                &[],
                review,
            ));
        }
    }
    let errors = match member
        .access
        .update_role(saved.id, json.clone(), expected)
        .await
    {
        Ok(role) => return Ok(see_other(&format!("{}?notice=saved", address(&role)))),
        Err(AccessError::Invalid(errors)) => errors,
        Err(error) => return Err(error.into()),
    };
    Ok(show(
        &member,
        &reading,
        UNPROCESSABLE,
        &saved,
        &draft(&saved, &json),
        &errors,
        None,
    ))
}

async fn delete_page(member: Member, Path(role): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let role = find(&reading, &role)?;
    if let Some(refusal) = in_use(&member, &reading, &role) {
        return Ok(refusal);
    }
    let question = member.text_with(
        "role-delete-question",
        &[("name", role.name.as_str().into())],
    );
    let content = confirm_page(&Confirm {
        lang: member.lang,
        question: &question,
        consequence: &member.text("role-delete-consequence"),
        action: &format!("{}/delete", address(&role)),
        csrf: &member.csrf,
        fields: &[],
        act_label: &member.text("role-delete"),
        cancel_href: &address(&role),
    });
    Ok(member.page(&reading, &question, content))
}

async fn delete(member: Member, Path(role): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let role = find(&reading, &role)?;
    if let Some(refusal) = in_use(&member, &reading, &role) {
        return Ok(refusal);
    }
    member.access.delete_role(role.id).await?;
    Ok(see_other("/settings/roles?notice=role-deleted"))
}

/// The page that says who still has a role of the firm's own.
fn in_use(member: &Member, reading: &Reading, role: &Role) -> Option<Response> {
    let holders = holders(reading, role);
    if holders.is_empty() || role.built_in.is_some() {
        return None;
    }
    let names = holders
        .iter()
        .map(|user| user.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let title = member.text("error-cannot-title");
    let sentence = member.text_with("role-in-use", &[("people", names.into())]);
    let back = button::link(
        &member.text("action-back"),
        &address(role),
        Weight::Plain,
        None,
    );
    let content = problem(Icon::Users, &title, &sentence, back);
    Some(member.page_with(StatusCode::CONFLICT, reading, &title, content, ""))
}
