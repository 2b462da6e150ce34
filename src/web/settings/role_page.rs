//! A role: changed after a look at what it would change, and deleted where nobody has it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::effects::{Review, effects_panel, fragment, review_note};
use super::places::places_panel;
use super::role_form::{Editor, draft, role_json};
use super::role_words::role_name;
use super::roles::{address, copy_address, editor_form, find, holders, present};
use super::{ROLES, crumbs};
use crate::data::{AccessError, AdminRight, FieldError, Reading, Role, User};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::field::{Choice, Field};
use crate::web::components::icon::Icon;
use crate::web::components::problem::problem;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::pictures::avatar_of;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/roles/{id}", ROLES, page),
        Route::post("/settings/roles/{id}", ROLES, save),
        Route::post("/settings/roles/{id}/preview", ROLES, preview),
        Route::get("/settings/roles/{id}/delete", ROLES, delete_page),
        Route::post("/settings/roles/{id}/delete", ROLES, delete),
    ]
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
