//! The people who can sign in: the list, and a new one.

use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use super::hand_over::{check, password_field, password_or_invitation, suggestion};
use super::letters::unconfirmed;
use super::role_words::role_name;
use super::{USERS, crumbs};
use crate::data::records::email::Email;
use crate::data::{AccessError, BuiltIn, FieldError, Problem, Reading, Role, User};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, status_dot};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, FieldError as Shown, edit_form, error_of};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::pictures::avatar_of;
use crate::web::sign_in::password_error;
use crate::web::visit::{Member, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/users", USERS, list),
        Route::get("/settings/users/new", USERS, new_page),
        Route::post("/settings/users/new", USERS, create),
    ]
}

async fn list(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let people = reading.rights().people();
    let users = people.users();
    let columns = [
        ("users-name", PhoneSlot::Title),
        ("users-email", PhoneSlot::First),
        ("users-role", PhoneSlot::Side),
        ("users-team", PhoneSlot::Second),
        ("field-status", PhoneSlot::Mark),
        ("users-last-login", PhoneSlot::Corner),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone).numeric(key == "users-last-login"));
    let rows: Vec<Vec<Markup>> = users
        .iter()
        .map(|user| row(&member, &reading, user))
        .collect();
    let add = button::link(
        &member.text("users-new"),
        "/settings/users/new",
        Weight::Primary,
        Some(Icon::Plus),
    );
    let title = member.text("users-title");
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, &users.len().to_string(), add))
        (unconfirmed(&member, &reading)?)
        div class="list" { (plain_table(&title, &columns, &rows)) }
    };
    Ok(member.page(&reading, &title, content))
}

fn row(member: &Member, reading: &Reading, user: &User) -> Vec<Markup> {
    let people = reading.rights().people();
    let (role, team) = (
        people.role(user.role),
        user.team.and_then(|team| people.team(team)),
    );
    let (tone, state) = account_state(user);
    vec![
        html! {
            span class="person" {
                (avatar_of(user))
                a class="row-link" href=(format!("/settings/users/{}", user.id)) dir="auto" { (user.name) }
            }
        },
        html! {
            @if user.active && !user.email_verified {
                span title=(member.text("email-unconfirmed")) { "⚠\u{a0}" span class="hidden" { (member.text("email-unconfirmed")) } }
            }
            span class="muted" { (user.email) }
        },
        html! { span dir="auto" { @if let Some(role) = role { (role_name(member.lang, role)) } } },
        html! { span class="muted" dir="auto" { @if let Some(team) = team { (team.name) } @else { (member.text("users-no-team")) } } },
        status_dot(tone, &member.text(state)),
        html! {
            span class="muted" {
                @match user.last_login_at { Some(at) => (member.clock().relative(at)), None => (member.text("users-never")) }
            }
        },
    ]
}

/// Colour and word for whether an account works.
pub(super) fn account_state(user: &User) -> (Tone, &'static str) {
    if user.active {
        (Tone::Good, "users-status-active")
    } else {
        (Tone::Neutral, "users-status-disabled")
    }
}

/// What stands in the form of an account.
#[derive(Default)]
pub(super) struct Values {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) team: String,
}

impl Values {
    pub(super) fn of(user: &User) -> Self {
        Self {
            name: user.name.clone(),
            email: user.email.clone(),
            role: user.role.to_string(),
            team: user.team.map(|team| team.to_string()).unwrap_or_default(),
        }
    }

    pub(super) fn sent(form: &Form) -> Self {
        let of = |name: &str| form.get(name).trim().to_owned();
        Self {
            name: of("name"),
            email: of("email"),
            role: of("role"),
            team: of("team"),
        }
    }

    /// The fields in the contract's form.
    pub(super) fn json(&self) -> Map<String, Json> {
        let team = if self.team.is_empty() {
            Json::Null
        } else {
            json!(self.team)
        };
        let pairs = [
            ("name", json!(self.name)),
            ("email", json!(self.email)),
            ("role", json!(self.role)),
            ("team", team),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// Name, e-mail, role and team. Roles that hold more than the visitor's own are not offered.
pub(super) fn account_fields(
    member: &Member,
    reading: &Reading,
    values: &Values,
    errors: &[Shown],
    locked: bool,
) -> Markup {
    let (rights, people) = (reading.rights(), reading.rights().people());
    let mut roles: Vec<&Role> = people.roles();
    // Most accounts of a firm are salespeople's, so that one is offered first.
    roles.sort_by_key(|role| role.built_in != Some(BuiltIn::Salesperson));
    roles.retain(|role| rights.role().covers(role) || role.id.to_string() == values.role);
    let roles: Vec<Choice<'_>> = roles
        .into_iter()
        .map(|role| Choice::new(role.id.to_string(), role_name(member.lang, role)))
        .collect();
    let mut teams = vec![Choice::new("", member.text("users-no-team"))];
    teams.extend(
        people
            .teams()
            .into_iter()
            .map(|team| Choice::new(team.id.to_string(), team.name.as_str())),
    );
    let field = |name: &'static str, label: &str, value: &str| {
        Field::new(name, member.text(label))
            .value(value.to_owned())
            .error(error_of(errors, name))
            .disabled(locked)
    };
    html! {
        (field("name", "users-name", &values.name).autocomplete("off").required().text())
        (field("email", "users-email", &values.email).autocomplete("off").hint(member.text("users-email-hint")).required().email())
        (field("role", "users-role", &values.role).hint(member.text("users-role-hint")).required().select(&roles))
        (field("team", "users-team", &values.team).hint(member.text("users-team-hint")).select(&teams))
    }
}

async fn new_page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let password = match member.state.mail.links_off()? {
        Some(_) => suggestion(),
        None => String::new(),
    };
    show_new(
        &member,
        &reading,
        StatusCode::OK,
        &Values::default(),
        &password,
        &[],
    )
}

fn show_new(
    member: &Member,
    reading: &Reading,
    status: StatusCode,
    values: &Values,
    password: &str,
    errors: &[FieldError],
) -> WebResult {
    let errors = member.errors(errors);
    let (off, wrong) = (
        member.state.mail.links_off()?,
        error_of(&errors, "password"),
    );
    let fields = html! {
        div class="panel" {
            (account_fields(member, reading, values, &errors, false))
            @if let Some(off) = off {
                (password_field(member, password, wrong))
                p class="hint" { (member.text(off.key())) " " (member.text("users-invite-off")) }
            } @else { (password_or_invitation(member, password, wrong)) }
        }
    };
    let title = member.text("users-new");
    let content = html! {
        (crumbs(member, Some(("nav-users", "/settings/users"))))
        (page_header(&title, "", html! {}))
        (edit_form(EditForm {
            lang: member.lang,
            action: "/settings/users/new",
            csrf: &member.csrf,
            errors: &errors,
            fields,
            save_label: &member.text("action-create"),
            cancel_href: "/settings/users",
            note: "",
            uploads: false,
        }))
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

async fn create(member: Member, form: Form) -> WebResult {
    let (values, password) = (Values::sent(&form), form.get("password"));
    let (mut errors, firm) = {
        let reading = member.access.read()?;
        let firm = reading.firm()?.map(|firm| firm.name);
        (wrong(&reading, &values), firm.unwrap_or_default())
    };
    let invites = password.is_empty() && member.state.mail.links_off()?.is_none();
    if password.is_empty() && !invites {
        errors.push(FieldError::new("password", Problem::new("error-required")));
    }
    if !password.is_empty()
        && let Err(error) = check(
            password,
            &[&values.name, &values.email, &firm],
            member.state.vault.least_password()?,
        )
    {
        errors.push(password_error("password", error));
    }
    if errors.is_empty() {
        let made = if invites {
            member.access.invite_user(values.json()).await
        } else {
            let hash = member.state.passwords.hash(password).await;
            member.access.create_user(values.json(), Some(hash)).await
        };
        match made {
            Ok(user) => {
                let notice = if invites { "invited" } else { "created" };
                let place = format!("/settings/users/{}?notice={notice}", user.id);
                return Ok(see_other(&place));
            }
            Err(AccessError::Invalid(found)) => errors = found,
            Err(error) => return Err(error.into()),
        }
    }
    let reading = member.access.read()?;
    show_new(&member, &reading, UNPROCESSABLE, &values, password, &errors)
}

/// What can be told before the password is hashed, so that all that is wrong shows at once.
fn wrong(reading: &Reading, values: &Values) -> Vec<FieldError> {
    let required = |name: &str| FieldError::new(name, Problem::new("error-required"));
    let mut errors = Vec::new();
    if values.name.is_empty() {
        errors.push(required("name"));
    }
    match Email::parse(&values.email) {
        _ if values.email.is_empty() => errors.push(required("email")),
        Err(error) => errors.push(FieldError::new("email", Problem::new(error.key()))),
        Ok(email) if reading.rights().people().by_email(email.unique()).is_some() => {
            errors.push(FieldError::new("email", Problem::new("error-email-taken")));
        }
        Ok(_) => {}
    }
    if values.role.is_empty() {
        errors.push(required("role"));
    }
    errors
}

/// Whether the visitor may change an account: never one that holds more than they do.
pub(super) fn may_manage(reading: &Reading, user: &User) -> bool {
    let rights = reading.rights();
    rights
        .people()
        .role(user.role)
        .is_some_and(|role| rights.role().covers(role))
}
