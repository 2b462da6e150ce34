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
    Access, AccessError, Exception, FieldError, Problem, Reading, Role, Rules, User,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::Field;
use crate::web::components::form::{EditForm, edit_form, error_of, section};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/users/{id}/places", SECURITY, page::<User>),
        Route::post("/settings/users/{id}/places", SECURITY, save::<User>),
        Route::post("/settings/users/{id}/places/add", SECURITY, add::<User>),
        Route::get("/settings/roles/{id}/places", SECURITY, page::<Role>),
        Route::post("/settings/roles/{id}/places", SECURITY, save::<Role>),
        Route::post("/settings/roles/{id}/places/add", SECURITY, add::<Role>),
    ]
}

/// What the page says of whose rules it shows.
struct About {
    name: String,
    /// Address of the page of the person or role.
    href: String,
    /// The list it stands in: the key of its name, and its address.
    list: (&'static str, &'static str),
    /// Why nothing can be changed here.
    locked: Option<&'static str>,
}

/// Who has rules of their own: a person, or a role.
trait Bound: Clone + Send + Sync + 'static {
    /// Only people have exceptions.
    const HAS_EXCEPTIONS: bool;

    fn find<'a>(reading: &'a Reading, id: &str) -> Result<Option<&'a Self>, WebError>;

    fn about(&self, member: &Member) -> About;

    fn rules(&self) -> &Rules;

    fn exceptions(&self) -> &[Exception];

    /// Changes the rules.
    fn update(
        &self,
        access: &Access,
        json: Map<String, Json>,
    ) -> impl Future<Output = Result<(), AccessError>> + Send;
}

impl Bound for User {
    const HAS_EXCEPTIONS: bool = true;

    fn find<'a>(reading: &'a Reading, text: &str) -> Result<Option<&'a Self>, WebError> {
        Ok(reading.rights().people().user(id(text)?))
    }

    fn about(&self, _: &Member) -> About {
        About {
            name: self.name.clone(),
            href: format!("/settings/users/{}", self.id),
            list: ("nav-users", "/settings/users"),
            locked: None,
        }
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    async fn update(&self, access: &Access, json: Map<String, Json>) -> Result<(), AccessError> {
        access.update_user(self.id, json, None).await.map(drop)
    }
}

impl Bound for Role {
    const HAS_EXCEPTIONS: bool = false;

    fn find<'a>(reading: &'a Reading, text: &str) -> Result<Option<&'a Self>, WebError> {
        Ok(reading.rights().people().role(id(text)?))
    }

    fn about(&self, member: &Member) -> About {
        About {
            name: role_name(member.lang, self),
            href: format!("/settings/roles/{}", self.id),
            list: ("nav-roles", "/settings/roles"),
            locked: self.built_in.map(|_| "places-built-in"),
        }
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn exceptions(&self) -> &[Exception] {
        &[]
    }

    async fn update(&self, access: &Access, json: Map<String, Json>) -> Result<(), AccessError> {
        access.update_role(self.id, json, None).await.map(drop)
    }
}

fn find<B: Bound>(reading: &Reading, id: &str) -> Result<B, WebError> {
    B::find(reading, id)?.cloned().ok_or(WebError::NotFound)
}

/// What stands in the form.
struct Values {
    rules: RuleValues,
    /// A line each, where there can be any.
    exceptions: Option<String>,
}

impl Values {
    fn of<B: Bound>(bound: &B, zone: &TimeZone) -> Self {
        let now = crate::clock::now();
        let lasting = bound.exceptions().iter().filter(|it| !it.is_over(now));
        let lines: Vec<String> = lasting.map(|it| exception_line(it, zone)).collect();
        Self {
            rules: RuleValues::of(bound.rules()),
            exceptions: B::HAS_EXCEPTIONS.then(|| lines.join("\n")),
        }
    }

    fn sent<B: Bound>(form: &Form) -> Self {
        Self {
            rules: RuleValues::sent(form),
            exceptions: B::HAS_EXCEPTIONS.then(|| form.get("exceptions").to_owned()),
        }
    }

    /// What is to be changed.
    fn json(&self, zone: &TimeZone) -> Result<Map<String, Json>, AccessError> {
        let mut json = self.rules.json();
        if let Some(lines) = &self.exceptions {
            let exceptions = exceptions_json(lines, zone)
                .map_err(|problem| AccessError::field("exceptions", problem))?;
            json.insert("exceptions".to_owned(), exceptions);
        }
        Ok(json)
    }
}

async fn page<B: Bound>(member: Member, Path(id): Path<String>) -> WebResult {
    let reading = member.access.read()?;
    let bound = find::<B>(&reading, &id)?;
    let values = Values::of(&bound, &member.state.vault.zone());
    let about = bound.about(&member);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

/// Puts the visitor's address into the form, and saves nothing.
async fn add<B: Bound>(member: Member, Path(id): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let about = find::<B>(&reading, &id)?.about(&member);
    let mut values = Values::sent::<B>(&form);
    values.rules.allowed_ips = with_own_address(&member, &values.rules.allowed_ips);
    Ok(show(
        &member,
        &reading,
        StatusCode::OK,
        &about,
        &values,
        &[],
    ))
}

async fn save<B: Bound>(member: Member, Path(id): Path<String>, form: Form) -> WebResult {
    let reading = member.access.read()?;
    let bound = find::<B>(&reading, &id)?;
    let about = bound.about(&member);
    let values = Values::sent::<B>(&form);
    let result = match values.json(&member.state.vault.zone()) {
        Ok(json) => bound.update(&on_trial(&member, &form), json).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Ok(see_other(&format!("{}/places?notice=saved", about.href))),
        Err(AccessError::Invalid(errors)) => Ok(show(
            &member,
            &reading,
            UNPROCESSABLE,
            &about,
            &values,
            &errors,
        )),
        Err(error) => Err(error.into()),
    }
}

fn show(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    about: &About,
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
    let way = button::link(
        &member.text("places-change"),
        &format!("{href}/places"),
        Weight::Plain,
        None,
    );
    panel(
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
