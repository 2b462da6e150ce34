//! From where and when one person, or whoever holds a role, may work.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::role_words::role_name;
use super::rule_fields::{
    RuleValues, on_trial, own_address, rule_fields, trial_box, with_own_address,
};
use super::{SECURITY, crumbs, id};
use crate::data::{
    AccessError, Exception, FieldError, Problem, Reading, Role, RoleId, User, UserId,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::card::page_header;
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of, section};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/users/{id}/places", SECURITY, user_page),
        Route::post("/settings/users/{id}/places", SECURITY, save_user),
        Route::post("/settings/users/{id}/places/add", SECURITY, add_to_user),
        Route::get("/settings/roles/{id}/places", SECURITY, role_page),
        Route::post("/settings/roles/{id}/places", SECURITY, save_role),
        Route::post("/settings/roles/{id}/places/add", SECURITY, add_to_role),
    ]
}

/// What stands in the form.
#[derive(Default)]
struct Values {
    rules: RuleValues,
    /// Only people have exceptions.
    exceptions: Option<String>,
}

/// Whose rules the page is about.
struct About<'a> {
    name: String,
    /// Address of the page of the person or role.
    href: String,
    list: (&'a str, &'a str),
    /// Why nothing can be changed here.
    locked: Option<&'a str>,
}

fn user_of(reading: &Reading, text: &str) -> Result<User, WebError> {
    let user = reading.rights().people().user(id::<UserId>(text)?);
    user.cloned().ok_or(WebError::NotFound)
}

fn role_of(reading: &Reading, text: &str) -> Result<Role, WebError> {
    let role = reading.rights().people().role(id::<RoleId>(text)?);
    role.cloned().ok_or(WebError::NotFound)
}

fn about_user(user: &User) -> About<'static> {
    About {
        name: user.name.clone(),
        href: format!("/settings/users/{}", user.id),
        list: ("nav-users", "/settings/users"),
        locked: None,
    }
}

fn about_role(member: &Member, role: &Role) -> About<'static> {
    About {
        name: role_name(member.lang, role),
        href: format!("/settings/roles/{}", role.id),
        list: ("nav-roles", "/settings/roles"),
        locked: role.built_in.map(|_| "places-built-in"),
    }
}

async fn user_page(member: Member, Path(user): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let user = user_of(&reading, &user)?;
    let now = crate::clock::now();
    let zone = member.state.vault.zone();
    let lasting = user.exceptions.iter().filter(|it| !it.is_over(now));
    let lines: Vec<String> = lasting.map(|it| exception_line(it, &zone)).collect();
    let values = Values {
        rules: RuleValues::of(&user.rules),
        exceptions: Some(lines.join("\n")),
    };
    let about = about_user(&user);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

async fn role_page(member: Member, Path(role): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let role = role_of(&reading, &role)?;
    let values = Values {
        rules: RuleValues::of(&role.rules),
        exceptions: None,
    };
    let about = about_role(&member, &role);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    about: &About<'_>,
    values: &Values,
    errors: &[FieldError],
) -> Response {
    let title = member.text_with("places-title-of", &[("name", about.name.as_str().into())]);
    let trial = trial_box(member, errors);
    let errors = member.errors(errors);
    let action = format!("{}/places", about.href);
    let fields = html! {
        (trial)
        (rule_fields(member, &values.rules, &errors, &format!("{action}/add")))
        @if let Some(exceptions) = &values.exceptions {
            (section(&member.text("places-exceptions"), html! {
                (Field::new("exceptions", member.text("places-exceptions-label")).value(exceptions.as_str())
                    .hint(member.text("places-exceptions-hint")).error(error_of(&errors, "exceptions")).textarea(2))
            }))
        }
    };
    let content = html! {
        (crumbs(member, Some(about.list)))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("places-lead")) }
        @match about.locked {
            Some(why) => (banner(Verdict::Info, html! { (member.text(why)) })),
            None => {
                (own_address(member))
                (edit_form(EditForm {
                    lang: member.lang,
                    action: &action,
                    csrf: &member.csrf,
                    errors: &errors,
                    fields,
                    save_label: &member.text("action-save-changes"),
                    cancel_href: &about.href,
                    note: &member.text("places-takes-effect"),
                    uploads: false,
                }))
            }
        }
    };
    member.page_with(status, reading, &title, content, "")
}

fn sent(form: &Form, has_exceptions: bool) -> Values {
    Values {
        rules: RuleValues::sent(form),
        exceptions: has_exceptions.then(|| form.get("exceptions").to_owned()),
    }
}

/// Puts the visitor's address into the form, and saves nothing.
async fn add_to_user(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let user = user_of(&reading, &user)?;
    let mut values = sent(&form, true);
    values.rules.allowed_ips = with_own_address(&member, &values.rules.allowed_ips);
    let about = about_user(&user);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

/// The same for a role.
async fn add_to_role(member: Member, Path(role): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let role = role_of(&reading, &role)?;
    let mut values = sent(&form, false);
    values.rules.allowed_ips = with_own_address(&member, &values.rules.allowed_ips);
    let about = about_role(&member, &role);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

async fn save_user(member: Member, Path(user): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let user = user_of(&reading, &user)?;
    let values = sent(&form, true);
    let mut json = values.rules.json();
    let zone = member.state.vault.zone();
    let result = match exceptions_json(form.get("exceptions"), &zone) {
        Ok(exceptions) => {
            json.insert("exceptions".to_owned(), exceptions);
            on_trial(&member, &form)
                .update_user(user.id, json, None)
                .await
                .map(drop)
        }
        Err(problem) => Err(AccessError::field("exceptions", problem)),
    };
    finish(&member, &reading, &about_user(&user), &values, result)
}

async fn save_role(member: Member, Path(role): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let role = role_of(&reading, &role)?;
    let values = sent(&form, false);
    let json: Map<String, Json> = values.rules.json();
    let access = on_trial(&member, &form);
    let result = access.update_role(role.id, json, None).await;
    finish(
        &member,
        &reading,
        &about_role(&member, &role),
        &values,
        result.map(drop),
    )
}

fn finish(
    member: &Member,
    reading: &Reading,
    about: &About<'_>,
    values: &Values,
    result: Result<(), AccessError>,
) -> WebResult {
    match result {
        Ok(()) => Ok(see_other(&format!("{}/places?notice=saved", about.href))),
        Err(AccessError::Invalid(errors)) => {
            Ok(show(member, reading, UNPROCESSABLE, about, values, &errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// `2026-12-01 18:00 10.0.0.0/8 Dom`: until when by the firm's clock, and from where.
fn exception_line(exception: &Exception, zone: &TimeZone) -> String {
    let until = zone.to_datetime(exception.until).strftime("%Y-%m-%d %H:%M");
    match &exception.from {
        Some(range) => format!("{until} {range}"),
        None => until.to_string(),
    }
}

fn exceptions_json(text: &str, zone: &TimeZone) -> Result<Json, Problem> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let wrong = || Problem::new("error-exception-until");
            let (day, rest) = line.split_once(' ').unwrap_or((line, ""));
            let day: Date = day.parse().map_err(|_| wrong())?;
            let rest = rest.trim();
            let (hour, from) = rest.split_once(' ').unwrap_or((rest, ""));
            let at = |end: DateTime| zone.to_timestamp(end).map_err(|_| wrong());
            let (until, from): (Timestamp, &str) = match hour.parse::<jiff::civil::Time>() {
                Ok(hour) if hour_is_one(rest) => (at(day.to_datetime(hour))?, from),
                // A day alone is the whole of it.
                _ => (
                    at(day.tomorrow().map_err(|_| wrong())?.at(0, 0, 0, 0))?,
                    rest,
                ),
            };
            let from = Some(from.trim()).filter(|from| !from.is_empty());
            Ok(json!({"from": from, "until": until}))
        })
        .collect()
}

/// `18:00 …` rather than an address of IPv6.
fn hour_is_one(rest: &str) -> bool {
    let word = rest.split(' ').next().unwrap_or_default();
    word.len() == 5 && word.as_bytes()[2] == b':' && word.matches(':').count() == 1
}

/// A panel of the page of a person or role that leads here.
pub(super) fn places_panel(member: &Member, href: &str, open: bool) -> Markup {
    let state = if open { "places-open" } else { "places-closed" };
    let way = crate::web::components::button::link(
        &member.text("places-change"),
        &format!("{href}/places"),
        crate::web::components::button::Weight::Plain,
        None,
    );
    crate::web::components::card::panel(
        &member.text("places-title"),
        html! {},
        html! { p class="hint" { (member.text(state)) } div class="actions after" { (way) } },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_read_by_the_firms_clock() {
        let zone = TimeZone::get("Europe/Warsaw").unwrap();
        let read = |text: &str| exceptions_json(text, &zone).unwrap();
        assert_eq!(
            read("2026-11-24 18:00 10.0.0.0/8 Dom\n\n2026-11-25\n2026-11-26 ::1"),
            json!([
                {"from": "10.0.0.0/8 Dom", "until": "2026-11-24T17:00:00Z"},
                {"from": null, "until": "2026-11-25T23:00:00Z"},
                {"from": "::1", "until": "2026-11-26T23:00:00Z"},
            ])
        );
        assert!(exceptions_json("jutro", &zone).is_err());
        let exception = Exception {
            from: Some(crate::data::Range::parse("10.0.0.0/8 Dom").unwrap()),
            until: "2026-11-24T17:00:00Z".parse().unwrap(),
        };
        assert_eq!(
            exception_line(&exception, &zone),
            "2026-11-24 18:00 10.0.0.0/8 Dom"
        );
    }
}
