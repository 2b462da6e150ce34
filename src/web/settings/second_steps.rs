//! What the firm asks of everybody's second step.

use axum::http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};

use super::{SECURITY, crumbs};
use crate::data::{AccessError, FieldError, Problem, SecondStepPolicy};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::profile::wrong_password;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/security/two-step";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, SECURITY, page),
        Route::post(PLACE, SECURITY, save),
    ]
}

/// What stands in the form.
struct Values {
    required: bool,
    required_from: String,
    no_email: bool,
    no_sms: bool,
    trust_days: String,
}

impl Values {
    fn of(policy: &SecondStepPolicy, today: Date) -> Self {
        Self {
            required: policy.required_from.is_some(),
            required_from: policy.required_from.unwrap_or(today).to_string(),
            no_email: policy.no_email,
            no_sms: policy.no_sms,
            trust_days: policy.trust_days.to_string(),
        }
    }

    fn sent(form: &Form) -> Self {
        let of = |name: &str| form.get(name).trim().to_owned();
        Self {
            required: form.ticked("required"),
            required_from: of("required_from"),
            no_email: form.ticked("no_email"),
            no_sms: form.ticked("no_sms"),
            trust_days: of("trust_days"),
        }
    }

    fn policy(&self) -> Result<SecondStepPolicy, Vec<FieldError>> {
        let wrong = |field: &str, key| vec![FieldError::new(field, Problem::new(key))];
        let required_from = match (self.required, self.required_from.parse()) {
            (false, _) => None,
            (true, Ok(date)) => Some(date),
            (true, Err(_)) => return Err(wrong("required_from", "error-date")),
        };
        let days = self.trust_days.parse();
        Ok(SecondStepPolicy {
            required_from,
            no_email: self.no_email,
            no_sms: self.no_sms,
            trust_days: days.map_err(|_| wrong("trust_days", "error-not-a-number"))?,
        })
    }
}

async fn page(member: Member) -> WebResult {
    let policy = member.access.read()?.second_step_policy()?;
    let today = member.state.vault.zone().to_datetime(crate::clock::now());
    let values = Values::of(&policy, today.date());
    show(&member, StatusCode::OK, &values, &[])
}

fn checkbox(member: &Member, name: &str, label: &str, hint: Option<&str>, ticked: bool) -> Markup {
    let id = format!("f-{}", name.replace('_', "-"));
    let help = format!("{id}-help");
    html! {
        div class="field check" {
            label {
                input type="checkbox" id=(id) name=(name) value="true" checked[ticked] aria-describedby=[hint.map(|_| help.as_str())];
                (member.text(label))
            }
            @if let Some(hint) = hint { p class="hint" id=(help) { (member.text(hint)) } }
        }
    }
}

fn show(member: &Member, status: StatusCode, values: &Values, errors: &[FieldError]) -> WebResult {
    let reading = member.access.read()?;
    let errors = member.errors(errors);
    let field = |name: &'static str, label: &str, hint: &str| {
        Field::new(name, member.text(label))
            .hint(member.text(hint))
            .error(error_of(&errors, name))
    };
    let fields = html! {
        div class="panel" {
            (checkbox(member, "required", "second-steps-required", None, values.required))
            (field("required_from", "second-steps-from", "second-steps-from-hint").value(values.required_from.as_str()).date())
            (checkbox(member, "no_email", "second-steps-no-email", Some("second-steps-no-email-hint"), values.no_email))
            @if let Some(error) = error_of(&errors, "no_email") { p class="error" { (error) } }
            (checkbox(member, "no_sms", "second-steps-no-sms", Some("second-steps-no-sms-hint"), values.no_sms))
            @if let Some(error) = error_of(&errors, "no_sms") { p class="error" { (error) } }
            (field("trust_days", "second-steps-trust", "second-steps-trust-hint").value(values.trust_days.as_str()).number())
            (field("current_password", "field-current-password", "second-steps-password").autocomplete("current-password").required().password())
        }
    };
    let title = member.text("second-steps-title");
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        (edit_form(EditForm {
            lang: member.lang,
            action: PLACE,
            csrf: &member.csrf,
            errors: &errors,
            fields,
            save_label: &member.text("action-save-changes"),
            cancel_href: "/settings",
            note: "",
            uploads: false,
        }))
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

async fn save(member: Member, form: Form) -> WebResult {
    let values = Values::sent(&form);
    let policy = match values.policy() {
        Ok(policy) => policy,
        Err(errors) => return show(&member, UNPROCESSABLE, &values, &errors),
    };
    if let Some(error) = wrong_password(&member, &form).await? {
        return show(&member, UNPROCESSABLE, &values, &[error]);
    }
    let own = member
        .access
        .read()?
        .second_steps(&member.state.vault.zone())?;
    let passed = member.signed_in.session.passed;
    match member
        .access
        .set_second_step_policy(policy, passed, own)
        .await
    {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=saved"))),
        Err(AccessError::Invalid(errors)) => show(&member, UNPROCESSABLE, &values, &errors),
        Err(error) => Err(error.into()),
    }
}
