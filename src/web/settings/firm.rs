//! The firm itself: its name, and how long its trash is kept.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{FIRM, crumbs};
use crate::data::{AccessError, FieldError, Problem, Reading};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/firm", FIRM, page),
        Route::post("/settings/firm", FIRM, save),
    ]
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let firm = reading.firm()?.ok_or(WebError::NotFound)?;
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        (&firm.name, &firm.trash_days.to_string(), firm.block_twins),
        &[],
    ))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    (name, days, block): (&str, &str, bool),
    errors: &[FieldError],
) -> Response {
    let errors = member.errors(errors);
    let field = |field: &'static str, label: &str, value: &str| {
        Field::new(field, member.text(label))
            .value(value.to_owned())
            .error(error_of(&errors, field))
            .required()
    };
    let title = member.text("firm-title");
    let fields = html! {
        div class="panel" {
            (field("name", "firm-name", name).autocomplete("organization").text())
            (field("trash_days", "firm-trash-days", days).hint(member.text("firm-trash-days-hint")).number())
            div class="field check" {
                label {
                    input type="checkbox" name="block_twins" value="true" checked[block] aria-describedby="block-twins-hint";
                    (member.text("firm-block-twins"))
                }
                p class="hint" id="block-twins-hint" { (member.text("firm-block-twins-hint")) }
            }
        }
    };
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        (edit_form(EditForm {
            lang: member.lang,
            action: "/settings/firm",
            csrf: &member.csrf,
            errors: &errors,
            fields,
            save_label: &member.text("action-save-changes"),
            cancel_href: "/settings",
            note: "",
            uploads: false,
        }))
    };
    member.page_with(status, reading, &title, content, "")
}

async fn save(member: Member, form: Form) -> WebResult {
    let (name, days) = (form.get("name").trim(), form.get("trash_days").trim());
    let block = form.ticked("block_twins");
    let errors = match days.parse() {
        Err(_) => vec![FieldError::new(
            "trash_days",
            Problem::new("error-not-a-number"),
        )],
        Ok(number) => match member
            .access
            .update_firm(Some(name.to_owned()), Some(number), Some(block))
            .await
        {
            Ok(_) => return Ok(see_other("/settings/firm?notice=saved")),
            Err(AccessError::Invalid(errors)) => errors.into_iter().map(of_this_form).collect(),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(show(
        &member,
        &member.access.read()?,
        UNPROCESSABLE,
        (name, days, block),
        &errors,
    ))
}

/// The guard names the firm's name as first start does.
fn of_this_form(error: FieldError) -> FieldError {
    if error.field == "firm" {
        FieldError {
            field: "name".to_owned(),
            ..error
        }
    } else {
        error
    }
}
