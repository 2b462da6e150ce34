//! The rules of sign-in for the whole firm.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::{Map, Value as Json, json};

use super::rule_fields::{
    RuleValues, add_button, lines, lines_of, own_address, rule_fields, with_own_address,
};
use super::{SECURITY, crumbs};
use crate::data::{AccessError, FieldError, Policy, Reading};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of, section};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/security";
const ADD: &str = "/settings/security/add";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, SECURITY, page),
        Route::post(PLACE, SECURITY, save),
        Route::post(ADD, SECURITY, add),
    ]
}

/// Fields that are whole numbers.
const NUMBERS: [(&str, fn(&Policy) -> u32); 2] = [
    ("session_idle_minutes", |policy| policy.session_idle_minutes),
    ("session_age_hours", |policy| policy.session_age_hours),
];

/// What stands in the form.
struct Values {
    rules: RuleValues,
    office_ips: String,
    numbers: Vec<(&'static str, String)>,
}

impl Values {
    fn of(policy: &Policy) -> Self {
        Self {
            rules: RuleValues::of(&policy.rules),
            office_ips: lines_of(&policy.office_ips),
            numbers: NUMBERS
                .map(|(name, of)| (name, of(policy).to_string()))
                .into(),
        }
    }

    fn sent(form: &Form) -> Self {
        Self {
            rules: RuleValues::sent(form),
            office_ips: form.get("office_ips").to_owned(),
            numbers: NUMBERS
                .map(|(name, _)| (name, form.get(name).trim().to_owned()))
                .into(),
        }
    }

    /// What is no number is told by the guard as one out of range.
    fn json(&self) -> Map<String, Json> {
        let mut json = self.rules.json();
        json.insert("office_ips".to_owned(), lines(&self.office_ips));
        for (name, text) in &self.numbers {
            let number = text
                .parse::<u64>()
                .map_or(json!(text), |number| json!(number));
            json.insert((*name).to_owned(), number);
        }
        json
    }
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let values = Values::of(reading.policy()?);
    Ok(show(&member, &reading, StatusCode::OK, &values, &[]))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    values: &Values,
    errors: &[FieldError],
) -> Response {
    let title = member.text("security-title");
    let errors = member.errors(errors);
    let fields = html! {
        (section(&member.text("places-office"), html! {
            (Field::new("office_ips", member.text("places-office-label")).value(values.office_ips.as_str())
                .hint(member.text("places-office-hint")).error(error_of(&errors, "office_ips")).textarea(3))
            (add_button(member, ADD, "office_ips"))
        }))
        (rule_fields(member, &values.rules, &errors, ADD))
        (section(&member.text("security-sessions"), html! {
            div class="field-row" {
                @for (name, value) in &values.numbers {
                    (Field::new(*name, member.text(&label(name))).value(value.as_str()).error(error_of(&errors, name)).number())
                }
            }
        }))
    };
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("security-lead")) }
        (own_address(member))
        (edit_form(EditForm {
            lang: member.lang,
            action: PLACE,
            csrf: &member.csrf,
            errors: &errors,
            fields,
            save_label: &member.text("action-save-changes"),
            cancel_href: "/settings",
            note: &member.text("places-takes-effect"),
            uploads: false,
        }))
    };
    member.page_with(status, reading, &title, content, "")
}

fn label(name: &str) -> String {
    format!("security-{}", name.replace('_', "-"))
}

/// Puts the visitor's address into one of the lists, and saves nothing.
async fn add(member: Member, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let mut values = Values::sent(&form);
    let list = match form.get("list") {
        "office_ips" => &mut values.office_ips,
        _ => &mut values.rules.allowed_ips,
    };
    *list = with_own_address(&member, list);
    Ok(show(&member, &reading, StatusCode::OK, &values, &[]))
}

async fn save(member: Member, form: Form) -> WebResult {
    let values = Values::sent(&form);
    match member.access.update_policy(values.json()).await {
        Ok(_) => Ok(see_other(&format!("{PLACE}?notice=saved"))),
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            Ok(show(&member, &reading, UNPROCESSABLE, &values, &errors))
        }
        Err(error) => Err(error.into()),
    }
}
