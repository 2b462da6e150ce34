//! The rules of sign-in for the whole firm.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::rule_fields::{
    RuleValues, add_button, lines, lines_of, on_trial, own_address, rule_fields, trial_box,
    with_own_address,
};
use super::{SECURITY, crumbs};
use crate::data::{AccessError, FieldError, Policy, Reading};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, FieldError as Shown, edit_form, error_of, section};
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
        Route::post("/settings/security/trial/keep", SECURITY, keep_trial),
        Route::post("/settings/security/trial/drop", SECURITY, drop_trial),
    ]
}

/// A part of the rules that is a whole number.
type Number = fn(&Policy) -> u32;

/// Fields that are whole numbers.
const NUMBERS: [(&str, Number); 7] = [
    ("session_idle_minutes", |policy| policy.session_idle_minutes),
    ("session_age_hours", |policy| policy.session_age_hours),
    ("fresh_minutes", |policy| policy.fresh_minutes),
    ("password_least", |policy| policy.password_least),
    ("password_least_two_step", |policy| {
        policy.password_least_two_step
    }),
    ("password_days", |policy| policy.password_days),
    ("password_history", |policy| policy.password_history),
];
/// How many of them are about sessions; the others are about passwords.
const OF_SESSIONS: usize = 3;

/// What stands in the form.
struct Values {
    rules: RuleValues,
    office_ips: String,
    numbers: Vec<(&'static str, String)>,
    password_first_change: bool,
}

impl Values {
    fn of(policy: &Policy) -> Self {
        Self {
            rules: RuleValues::of(&policy.rules),
            office_ips: lines_of(&policy.office_ips),
            numbers: NUMBERS
                .map(|(name, of)| (name, of(policy).to_string()))
                .into(),
            password_first_change: policy.password_first_change,
        }
    }

    fn sent(form: &Form) -> Self {
        Self {
            rules: RuleValues::sent(form),
            office_ips: form.get("office_ips").to_owned(),
            numbers: NUMBERS
                .map(|(name, _)| (name, form.get(name).trim().to_owned()))
                .into(),
            password_first_change: form.ticked("password_first_change"),
        }
    }

    /// What is no number is told by the guard as one out of range.
    fn json(&self) -> Map<String, Json> {
        let mut json = self.rules.json();
        json.insert("office_ips".to_owned(), lines(&self.office_ips));
        let first_change = json!(self.password_first_change);
        json.insert("password_first_change".to_owned(), first_change);
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
    let trial = trial_box(member, errors);
    let errors = member.errors(errors);
    let fields = html! {
        (trial)
        (section(&member.text("places-office"), html! {
            (Field::new("office_ips", member.text("places-office-label")).value(values.office_ips.as_str())
                .hint(member.text("places-office-hint")).error(error_of(&errors, "office_ips")).textarea(3))
            (add_button(member, ADD, "office_ips"))
        }))
        (rule_fields(member, &values.rules, &errors, ADD))
        (section(&member.text("security-sessions"), html! {
            div class="field-row" { @for number in &values.numbers[..OF_SESSIONS] { (number_field(member, number, &errors)) } }
        }))
        (section(&member.text("security-passwords"), html! {
            p class="hint" { (member.text("security-passwords-hint")) }
            div class="field-row" { @for number in &values.numbers[OF_SESSIONS..] { (number_field(member, number, &errors)) } }
            div class="field check" {
                label {
                    input type="checkbox" name="password_first_change" value="true" checked[values.password_first_change];
                    (member.text("security-password-first-change"))
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

fn number_field(
    member: &Member,
    (name, value): &(&'static str, String),
    errors: &[Shown],
) -> Markup {
    Field::new(*name, member.text(&label(name)))
        .value(value.as_str())
        .error(error_of(errors, name))
        .number()
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

async fn keep_trial(member: Member) -> WebResult {
    member.access.keep_trial().await?;
    Ok(see_other(&format!("{PLACE}?notice=saved")))
}

async fn drop_trial(member: Member) -> WebResult {
    member.access.drop_trial().await?;
    Ok(see_other(&format!("{PLACE}?notice=saved")))
}

/// Whether a form says anything about a part; one with half the fields leaves the others as they are. A box that is not
/// ticked is not sent; the number beside it is.
fn was_sent(form: &Form, name: &str) -> bool {
    match name {
        "hours" => form.0.iter().any(|(field, _)| field.starts_with("hours.")),
        "password_first_change" => form.given("password_least").is_some(),
        _ => form.given(name).is_some(),
    }
}

async fn save(member: Member, form: Form) -> WebResult {
    let values = Values::sent(&form);
    let mut json = values.json();
    json.retain(|name, _| was_sent(&form, name));
    match on_trial(&member, &form).update_policy(json).await {
        Ok(_) => Ok(see_other(&format!("{PLACE}?notice=saved"))),
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            Ok(show(&member, &reading, UNPROCESSABLE, &values, &errors))
        }
        Err(error) => Err(error.into()),
    }
}
