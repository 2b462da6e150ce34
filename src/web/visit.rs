//! Who is visiting and how to answer them: language, appearance, the page around the content.

mod frame;
mod nav;
mod notice;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::client_address::Client;
use super::components::moment::Clock;
use super::error::WebError;
use super::form::Form;
use super::layout::{Bare, Theme};
use super::pictures::logo_address;
use super::state::AppState;
use crate::data::{Access, Barred, FieldError, Problem, SignedIn};
use crate::i18n::{Arg, Lang, text, text_with};
pub(crate) use nav::{module_new, module_place};

/// A visitor, signed in or not. Made by the gate for every request.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) state: AppState,
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    /// Token of the forms of this visitor.
    pub(crate) csrf: String,
    pub(crate) client: Client,
    /// Whether script asked for a part of the page.
    pub(crate) partial: bool,
    /// Path and query as they were asked for.
    pub(crate) address: String,
    /// Path and query of the page that led here, where the browser says so and it is one of ours.
    pub(crate) referring: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
    /// The id of the request, for the log.
    pub(crate) request_id: String,
    /// Secret of the session cookie, where the session is alive.
    pub(crate) secret: Option<String>,
    pub(crate) signed_in: Option<SignedIn>,
    /// Secret of a sign-in half-way, where the browser brings one.
    pub(crate) attempt: Option<String>,
    /// Secret of a trusted device, where the browser brings one.
    pub(crate) device: Option<String>,
    /// Why somebody whose session is alive counts as nobody here.
    pub(crate) barred: Option<Barred>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(WebError::Broken)
    }
}

impl Visit {
    /// What somebody without a session is told.
    pub(crate) fn stranger(&self) -> WebError {
        self.barred
            .clone()
            .map_or(WebError::SignedOut, WebError::Barred)
    }

    /// What field errors say, in the visitor's language, for the components.
    pub(crate) fn errors(&self, errors: &[FieldError]) -> Vec<super::components::form::FieldError> {
        let said = |error: &FieldError| super::components::form::FieldError {
            field: error.field.clone(),
            message: self.say(&error.problem),
        };
        errors.iter().map(said).collect()
    }

    /// The parameters of the address that was asked for.
    pub(crate) fn parameters(&self) -> Form {
        let query = self.address.split_once('?').map_or("", |(_, query)| query);
        Form(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// A problem in the visitor's language.
    pub(crate) fn say(&self, problem: &Problem) -> String {
        say(self.lang, problem)
    }

    /// A text in the visitor's language.
    pub(crate) fn text(&self, key: &str) -> String {
        text(self.lang, key)
    }

    /// A text with arguments.
    pub(crate) fn text_with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        text_with(self.lang, key, args)
    }

    /// What times are shown by.
    pub(crate) fn clock(&self) -> Clock {
        Clock {
            lang: self.lang,
            now: crate::clock::now(),
            zone: self.state.vault.zone(),
        }
    }

    /// A page for somebody who is not signed in.
    pub(crate) fn bare_page(&self, status: StatusCode, title: &str, content: Markup) -> Response {
        let firm = self.state.vault.firm().ok().flatten();
        let logo = firm.as_ref().and_then(logo_address);
        let firm = firm.map(|firm| firm.name).unwrap_or_default();
        let page = Bare {
            logo: logo.as_deref(),
            lang: self.lang,
            theme: self.theme,
            firm: &firm,
            title,
        }
        .page(content);
        (status, page).into_response()
    }
}

/// A problem in a language.
pub(crate) fn say(lang: Lang, problem: &Problem) -> String {
    let args: Vec<(&str, Arg<'_>)> = problem
        .args
        .iter()
        .map(|(name, value)| (*name, said(name, value)))
        .collect();
    text_with(lang, problem.key, &args)
}

/// Counts choose plural forms; everything else stays as it was written.
fn said<'a>(name: &str, value: &'a str) -> Arg<'a> {
    match value.parse::<i64>() {
        Ok(number) if matches!(name, "most" | "least" | "count" | "seconds") => number.into(),
        _ => value.into(),
    }
}

/// A visitor who is signed in.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) visit: Visit,
    pub(crate) access: Access,
    pub(crate) signed_in: SignedIn,
}

impl std::ops::Deref for Member {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let signed_in = visit.signed_in.clone().ok_or_else(|| visit.stranger())?;
        let access = visit.state.vault.access(&signed_in.actor);
        Ok(Self {
            visit,
            access,
            signed_in,
        })
    }
}

/// 303 to a path of this site; for partial requests by the header that script follows.
pub(crate) fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}
