//! Routes with the permission each needs, in one table that a person can read and a test walks.

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use super::state::AppState;
use crate::data::Permission;

/// What a request must bring before its handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing, for this reason.
    Public(&'static str),
    /// A session.
    SignedIn,
    /// A session, and this permission on some record at least; the guard asks again for the very record.
    Permission(Permission),
    /// An API token.
    Token,
    /// An API token, and this permission.
    TokenWith(Permission),
}

/// One entry of the table.
pub struct Route {
    /// `GET` or `POST` on pages, any in the API.
    pub method: Method,
    /// With `{name}` for variable parts.
    pub path: String,
    /// What it needs.
    pub need: Need,
    pub(crate) handler: MethodRouter<AppState>,
}

impl Route {
    /// A page.
    pub(crate) fn get<H, T>(path: impl Into<String>, need: Need, handler: H) -> Self
    where
        H: axum::handler::Handler<T, AppState>,
        T: 'static,
    {
        Self {
            method: Method::GET,
            path: path.into(),
            need,
            handler: get(handler),
        }
    }

    /// A form.
    pub(crate) fn post<H, T>(path: impl Into<String>, need: Need, handler: H) -> Self
    where
        H: axum::handler::Handler<T, AppState>,
        T: 'static,
    {
        Self {
            method: Method::POST,
            path: path.into(),
            need,
            handler: post(handler),
        }
    }

    /// Any other method of the API.
    pub(crate) fn on(
        method: Method,
        path: impl Into<String>,
        need: Need,
        handler: MethodRouter<AppState>,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            need,
            handler,
        }
    }
}

impl std::fmt::Display for Need {
    /// As the table of routes is written: `public: reason`, `session`, `clients.view`, `token`, `token: admin.audit`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public(reason) => write!(formatter, "public: {reason}"),
            Self::SignedIn => formatter.write_str("session"),
            Self::Permission(permission) => write!(formatter, "session: {}", permission.name()),
            Self::Token => formatter.write_str("token"),
            Self::TokenWith(permission) => write!(formatter, "token: {}", permission.name()),
        }
    }
}
