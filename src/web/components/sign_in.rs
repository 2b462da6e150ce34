//! Sign-in and first start, inside the bare layout.

use maud::{Markup, html};

use super::button::{self, Weight};
use super::field::Field;
use super::form::{FieldError, csrf_field, error_of, error_summary, hidden_fields};
use super::icon::{Icon, icon};
use crate::i18n::{Lang, text, text_with};

/// The sign-in form.
pub(crate) struct Login<'a> {
    pub(crate) lang: Lang,
    pub(crate) csrf: &'a str,
    pub(crate) email: &'a str,
    /// Where to go afterwards; a path of this site.
    pub(crate) next: &'a str,
    /// Why the last attempt failed, the same words for a wrong address and a wrong password.
    pub(crate) error: Option<&'a str>,
    /// A quiet note, such as "signed out".
    pub(crate) notice: Option<&'a str>,
    /// The address the person connects from, and whether it is the office's.
    pub(crate) address: &'a str,
    pub(crate) office: bool,
    /// Whether `/login/forgot` can send mail.
    pub(crate) forgot: bool,
}

/// Sends `email`, `password`, `next` to `/login`.
pub(crate) fn login(login: &Login<'_>) -> Markup {
    let lang = login.lang;
    html! {
        h1 { (text(lang, "login-title")) }
        @if let Some(error) = login.error { p class="banner fail" role="alert" { (icon(Icon::Error)) span { (error) } } }
        @if let Some(notice) = login.notice { p class="banner info" role="status" { (icon(Icon::Info)) span { (notice) } } }
        form method="post" action="/login" {
            (csrf_field(login.csrf))
            (hidden_fields(&[("next", login.next)]))
            (first_empty(Field::new("email", text(lang, "field-email")).value(login.email).autocomplete("username").required(), login.email.is_empty()).email())
            div class="with-aside" {
                (first_empty(Field::new("password", text(lang, "field-password")).autocomplete("current-password").required(), !login.email.is_empty()).password())
                @if login.forgot { a class="small" href="/login/forgot" { (text(lang, "login-forgot")) } }
            }
            (button::submit(&text(lang, "login-submit"), Weight::Primary))
        }
        @if !login.address.is_empty() {
            p class="muted small" {
                (text_with(lang, "login-address", &[("address", login.address.into())]))
                @if login.office { " · " span class="accent" { (text(lang, "login-office")) } }
            }
        }
    }
}

fn first_empty(field: Field<'_>, empty: bool) -> Field<'_> {
    if empty { field.autofocus() } else { field }
}

/// What was typed into the setup form.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetupValues {
    pub(crate) code: String,
    pub(crate) firm: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// Makes the firm and its owner: sends `code`, `firm`, `name`, `email`, `password`, `password_again` to `/setup`.
pub(crate) fn setup(lang: Lang, csrf: &str, values: &SetupValues, errors: &[FieldError]) -> Markup {
    let field = |name: &'static str, label: &str| {
        Field::new(name, text(lang, label))
            .error(error_of(errors, name))
            .required()
    };
    html! {
        h1 { (text(lang, "setup-title")) }
        p class="muted" { (text(lang, "setup-lead")) }
        form method="post" action="/setup" novalidate {
            (csrf_field(csrf))
            (error_summary(lang, errors))
            (field("code", "setup-code").value(&values.code).hint(text(lang, "setup-code-hint")).autocomplete("off").text())
            (field("firm", "setup-firm").value(&values.firm).autocomplete("organization").text())
            (field("name", "field-person-name").value(&values.name).autocomplete("name").text())
            (field("email", "field-email").value(&values.email).autocomplete("username").email())
            (new_password_fields(lang, errors))
            (button::submit(&text(lang, "setup-submit"), Weight::Primary))
        }
    }
}

/// `password` and `password_again`, as setup, invitations and resets ask for them.
pub(crate) fn new_password_fields(lang: Lang, errors: &[FieldError]) -> Markup {
    html! {
        div hx-post="/login/strength" hx-trigger="input delay:400ms" hx-target="#strength" {
            (Field::new("password", text(lang, "field-new-password")).hint(text(lang, "field-new-password-hint"))
                .error(error_of(errors, "password")).autocomplete("new-password").required().password())
            div id="strength" aria-live="polite" {}
        }
        (Field::new("password_again", text(lang, "field-password-again")).error(error_of(errors, "password_again"))
            .autocomplete("new-password").required().password())
    }
}
