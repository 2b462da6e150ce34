//! The firm itself: who it is, its logo, and the ways that hold for all of it.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::{Map, Value as Json, json};

use super::{FIRM, crumbs};
use crate::data::{AccessError, FieldError, Firm, Problem, Reading};
use crate::i18n::Lang;
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, edit_form, error_of, section};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::pictures::{Sent, logo_address, picture_form, receive};
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/firm", FIRM, page),
        Route::post("/settings/firm", FIRM, save),
        Route::post("/settings/firm/logo", FIRM, logo),
    ]
}

/// The fields of the form.
const FIELDS: [&str; 7] = [
    "name",
    "tax_id",
    "address",
    "language",
    "time_zone",
    "currency",
    "trash_days",
];

fn stands(firm: &Firm, field: &str) -> String {
    match field {
        "name" => firm.name.clone(),
        "tax_id" => firm.tax_id.clone().unwrap_or_default(),
        "address" => firm.address.clone(),
        "language" => firm.language.clone().unwrap_or_default(),
        "time_zone" => firm.time_zone.clone().unwrap_or_default(),
        "currency" => firm.currency.clone().unwrap_or_default(),
        _ => firm.trash_days.to_string(),
    }
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    show(&member, &reading, StatusCode::OK, None, &[], None)
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    sent: Option<&Form>,
    errors: &[FieldError],
    logo_error: Option<&Problem>,
) -> Result<Response, WebError> {
    let firm = reading.firm()?.ok_or(WebError::NotFound)?;
    let errors = member.errors(errors);
    let block = sent.map_or(firm.block_twins, |form| form.ticked("block_twins"));
    let vault = &member.state.vault;
    let fixed = vault.fixed();
    let field = |name: &'static str, label: &str| {
        let value = sent
            .and_then(|form| form.given(name))
            .map_or_else(|| stands(&firm, name), str::to_owned);
        Field::new(name, member.text(label))
            .value(value)
            .error(error_of(&errors, name))
    };
    // What the configuration file sets is shown as it holds, and locked.
    let way = |name: &'static str, label: &str, fixed: bool, now: String, hint: &str| {
        let field = field(name, label).disabled(fixed);
        if fixed {
            field.value(now).hint(member.text("firm-set-in-file"))
        } else {
            field.hint(member.text(hint))
        }
    };
    let usual =
        |now: String| Choice::new("", member.text_with("firm-usual", &[("now", now.into())]));
    let config = &member.state.config;
    let language_now = Lang::from_code(&vault.language()).unwrap_or(config.language);
    let mut languages = vec![usual(config.language.own_name().to_owned())];
    languages.extend(Lang::ALL.map(|lang| Choice::new(lang.code(), lang.own_name())));
    let zone_now = vault.zone().iana_name().unwrap_or_default().to_owned();
    let zone_usual = config.time_zone.iana_name().unwrap_or_default();
    let mut zones = vec![usual(zone_usual.to_owned())];
    zones.extend(
        jiff::tz::db()
            .available()
            .map(|zone| zone.to_string())
            .filter(|zone| zone.starts_with("Europe/") || zone == "UTC")
            .map(|zone| Choice::new(zone.clone(), zone)),
    );
    let currency_now = vault.input_reading().currency.as_str().to_owned();
    let title = member.text("firm-title");
    let fields = html! {
        div class="panel" {
            (field("name", "firm-name").autocomplete("organization").required().text())
            (field("tax_id", "firm-tax-id").autocomplete("off").text())
            (field("address", "firm-address").textarea(3))
        }
        (section(&member.text("firm-ways"), html! {
            (way("language", "field-language", fixed.language, language_now.code().to_owned(), "firm-language-hint").select(&languages))
            (way("time_zone", "firm-time-zone", fixed.zone, zone_now, "firm-time-zone-hint").select(&zones))
            (way("currency", "firm-currency", fixed.currency, currency_now.clone(), "firm-currency-hint").autocomplete("off").text())
            @if !fixed.currency && firm.currency.is_none() {
                p class="muted small" { (member.text_with("firm-usual", &[("now", currency_now.into())])) }
            }
        }))
        div class="panel" {
            (field("trash_days", "firm-trash-days").hint(member.text("firm-trash-days-hint")).required().number())
            div class="field check" {
                label {
                    input type="checkbox" name="block_twins" value="true" checked[block] aria-describedby="block-twins-hint";
                    (member.text("firm-block-twins"))
                }
                p class="hint" id="block-twins-hint" { (member.text("firm-block-twins-hint")) }
            }
        }
    };
    let logo_error = logo_error.map(|problem| member.say(problem));
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        div class="role-columns" {
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
            div {
                (panel(&member.text("firm-logo"), html! {}, html! {
                    p class="hint" { (member.text("firm-logo-hint")) }
                    (picture_form(member, "/settings/firm/logo", logo_address(&firm).as_deref(), logo_error.as_deref()))
                }))
            }
        }
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

async fn save(member: Member, form: Form) -> WebResult {
    let mut json = Map::<String, Json>::new();
    let mut errors = Vec::new();
    for field in FIELDS {
        let Some(text) = form.given(field).map(str::trim) else {
            continue;
        };
        let value = if field == "trash_days" {
            let Ok(days) = text.parse::<u64>() else {
                errors.push(FieldError::new(field, Problem::new("error-not-a-number")));
                continue;
            };
            json!(days)
        } else {
            json!(text)
        };
        json.insert(field.to_owned(), value);
    }
    // A box that is not ticked is not sent; the days beside it are.
    if form.given("trash_days").is_some() {
        json.insert("block_twins".to_owned(), json!(form.ticked("block_twins")));
    }
    if errors.is_empty() {
        match member.access.update_firm(json).await {
            Ok(_) => return Ok(see_other("/settings/firm?notice=saved")),
            Err(AccessError::Invalid(found)) => errors = found,
            Err(error) => return Err(error.into()),
        }
    }
    let reading = member.access.read()?;
    show(&member, &reading, UNPROCESSABLE, Some(&form), &errors, None)
}

async fn logo(member: Member, request: Request) -> WebResult {
    let picture = match receive(request).await? {
        Sent::Picture(picture) => Some(picture),
        Sent::Remove => None,
        Sent::Refused(problem) => {
            let (reading, problem) = (member.access.read()?, problem.problem());
            return show(&member, &reading, UNPROCESSABLE, None, &[], Some(&problem));
        }
    };
    member.access.set_logo(picture).await?;
    Ok(see_other("/settings/firm?notice=saved"))
}
