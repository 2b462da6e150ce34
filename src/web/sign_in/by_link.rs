//! Setting a password by a link from a letter. Opening the link changes nothing; its form does. Nobody is signed in by
//! it: they sign in with the new password, so that whatever else signing in asks for is asked.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::html;

use super::password_error;
use crate::auth::Passwords;
use crate::data::{AccessError, Channel, FieldError, NewPassword, Problem, Purpose, User};
use crate::web::components::button::{self, Weight};
use crate::web::components::form::{csrf_field, error_summary};
use crate::web::components::icon::{Icon, icon};
use crate::web::components::sign_in::new_password_fields;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::{self, UNPROCESSABLE};
use crate::web::visit::{Visit, see_other};

/// A sort of link that leads to a form for a password.
pub(super) struct ByLink {
    pub(super) purpose: Purpose,
    /// The path before the token.
    pub(super) place: &'static str,
    /// Keys of the page's words.
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    /// Said of a link that does not work any more.
    pub(super) over: &'static str,
    /// Label and address of the way to another link.
    pub(super) again: Option<(&'static str, &'static str)>,
}

/// The form, or the page that says that the link does not work.
pub(super) fn page(visit: &Visit, link: &ByLink, token: &str) -> WebResult {
    match visit.state.vault.link_holder(link.purpose, token)? {
        Some(_) => Ok(form_page(visit, link, token, StatusCode::OK, &[])),
        None => Ok(over(visit, link)),
    }
}

fn form_page(
    visit: &Visit,
    link: &ByLink,
    token: &str,
    status: StatusCode,
    errors: &[FieldError],
) -> Response {
    let errors = visit.errors(errors);
    let title = visit.text(link.title);
    let content = html! {
        h1 { (title) }
        p class="muted" { (visit.text(link.lead)) }
        form method="post" action=(format!("{}{token}", link.place)) novalidate {
            (csrf_field(&visit.csrf))
            (error_summary(visit.lang, &errors))
            (new_password_fields(visit.lang, &errors))
            (button::submit(&visit.text("by-link-submit"), Weight::Primary))
        }
    };
    quiet(visit.bare_page(status, &title, content))
}

/// One page for every link that does not work: used, replaced, too old, ended with the account, or never made.
fn over(visit: &Visit, link: &ByLink) -> Response {
    let title = visit.text("by-link-over-title");
    let content = html! {
        h1 { (title) }
        p class="banner info" { (icon(Icon::Info)) span { (visit.text(link.over)) } }
        div class="actions" {
            @if let Some((label, href)) = link.again { (button::link(&visit.text(label), href, Weight::Primary, None)) }
            (button::link(&visit.text("login-title"), "/login", Weight::Plain, None))
        }
    };
    quiet(visit.bare_page(StatusCode::GONE, &title, content))
}

/// The page's address is a secret, so that it goes along to nowhere.
fn quiet(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Takes the form.
pub(super) async fn set_password(
    visit: &Visit,
    link: &ByLink,
    token: &str,
    form: &Form,
) -> WebResult {
    let Some(user) = visit.state.vault.link_holder(link.purpose, token)? else {
        return Ok(over(visit, link));
    };
    let mut errors = wrong(visit, &user, form)?;
    let used = visit.state.vault.passwords_not_to_reuse(user.id)?;
    if errors.is_empty()
        && visit
            .state
            .passwords
            .is_one_of(used, form.get("password"))
            .await
    {
        let problem = Problem::new("error-password-used");
        errors.push(FieldError::new("password", problem));
    }
    if !errors.is_empty() {
        return Ok(form_page(visit, link, token, UNPROCESSABLE, &errors));
    }
    let hash = visit.state.passwords.hash(form.get("password")).await;
    let origin = gate::origin(&visit.client, Channel::Web);
    let vault = &visit.state.vault;
    let short = Passwords::is_shorter(form.get("password"), vault.least_password()?);
    match vault
        .set_password_by_link(link.purpose, token, NewPassword { hash, short }, origin)
        .await
    {
        Ok(user) => {
            visit.state.throttle.unlock(&user.email);
            Ok(quiet(see_other("/login?notice=password-set")))
        }
        Err(AccessError::NotFound) => Ok(over(visit, link)),
        Err(error) => Err(error.into()),
    }
}

fn wrong(
    visit: &Visit,
    user: &User,
    form: &Form,
) -> Result<Vec<FieldError>, crate::data::StoreError> {
    let firm = visit.state.vault.firm()?;
    let firm = firm.map(|firm| firm.name).unwrap_or_default();
    let password = form.get("password");
    let mut errors = Vec::new();
    let least = visit.state.vault.least_password_of(user.id)?;
    if let Err(error) = Passwords::check_new(password, &[&user.name, &user.email, &firm], least) {
        errors.push(password_error("password", error));
    }
    if password != form.get("password_again") {
        errors.push(FieldError::new(
            "password_again",
            Problem::new("error-password-again"),
        ));
    }
    Ok(errors)
}
