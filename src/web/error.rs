//! What went wrong while answering a page. A handler returns it; [`super::gate`] turns it into the page the person sees.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::fresh::Waiting;
use crate::data::{AccessError, Barred, Permission, Problem, StoreError};

/// Why there is no ordinary answer.
#[derive(Clone, Debug)]
pub(crate) enum WebError {
    /// Not there, or not theirs to see.
    NotFound,
    /// Not allowed.
    Forbidden(Permission),
    /// Not from here, or not now.
    Barred(Barred),
    /// The session ended under their hands.
    SignedOut,
    /// A second step must be set up before anything else.
    SetUpFirst,
    /// The password has to be entered again first.
    Unconfirmed(Waiting),
    /// Another password has to be chosen first.
    PasswordDue,
    /// The form's token does not fit: the form is stale, or came from elsewhere.
    StaleForm,
    /// Too many requests; seconds to wait.
    Throttled(u64),
    /// The role's limit of a day is reached: records a day, and seconds until the next.
    DailyLimit(u32, u64),
    /// Larger than allowed.
    TooLarge,
    /// It cannot be done now, and why.
    Conflict(Problem),
    /// An address or form that cannot be read.
    BadRequest(Problem),
    /// No room on the disk.
    NoRoom,
    /// The firm is about to be replaced by the one of a backup.
    Restoring,
    /// Our fault; the cause is in the log.
    Broken,
}

impl WebError {
    /// The status of its page.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::Barred(_) | Self::Unconfirmed(_) | Self::StaleForm => {
                StatusCode::FORBIDDEN
            }
            Self::SignedOut | Self::SetUpFirst | Self::PasswordDue => StatusCode::SEE_OTHER,
            Self::Throttled(_) | Self::DailyLimit(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Restoring => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// An address whose parameters cannot be read.
    pub(crate) fn bad(key: &'static str) -> Self {
        Self::BadRequest(Problem::new(key))
    }
}

impl From<AccessError> for WebError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::Forbidden(permission) => Self::Forbidden(permission),
            AccessError::SignedOut => Self::SignedOut,
            AccessError::Barred(barred) => Self::Barred(barred),
            // A form shows these beside its fields; elsewhere the first one is the answer.
            AccessError::Invalid(errors) => {
                errors.into_iter().next().map_or(Self::Broken, |error| {
                    Self::BadRequest(error.problem.with("field", error.field))
                })
            }
            AccessError::DailyLimit { most, seconds } => Self::DailyLimit(most, seconds),
            AccessError::Changed => Self::Conflict(Problem::new("error-changed")),
            AccessError::Conflict(problem) => Self::Conflict(problem),
            AccessError::DryRun(_) => Self::Broken,
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::NoRoom) {
            return Self::NoRoom;
        }
        tracing::error!(%error, "the store failed");
        Self::Broken
    }
}

impl IntoResponse for WebError {
    /// An empty answer that carries the error to where the visitor's language is known.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What handlers of pages return.
pub(crate) type WebResult = Result<Response, WebError>;
