//! What went wrong while answering a call, and the answer that says so (RFC 9457). A handler returns the error; the gate
//! turns it into the answer, where the caller's language is known.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use crate::data::{AccessError, Barred, FieldError, Permission, Problem, StoreError};
use crate::i18n::{Lang, text, text_with};
use crate::web::{Client, permission_words, say};

/// Why there is no ordinary answer.
#[derive(Clone, Debug)]
pub(super) enum ApiError {
    /// The body cannot be read as JSON, and why.
    NotJson(Problem),
    /// No token, or one that is not good any more (`true`).
    Unauthorized(bool),
    /// Not allowed.
    Forbidden(Permission),
    /// The token is right, but not from here or not now.
    Barred(Barred, Client),
    /// Not there, or not theirs to see: the two answer alike.
    NotFound,
    /// The path does not know the method.
    Method,
    /// It cannot be done in the present state, and why.
    Conflict(Problem),
    /// `If-Match` does not hold any more.
    Precondition,
    /// The body is larger than allowed.
    TooLarge,
    /// A file is larger than so many megabytes.
    FileTooLarge(u64),
    /// The body is not declared as JSON.
    MediaType,
    /// The body is not declared as a form with files.
    FormType,
    /// Fields or parameters that cannot be taken.
    Invalid(Vec<FieldError>),
    /// Too many requests; seconds to wait.
    Throttled(u64),
    /// The role's limit of a day is reached: records a day, and seconds until the next.
    DailyLimit(u32, u64),
    /// No room on the disk.
    NoRoom,
    /// Our fault; the cause is in the log.
    Broken,
}

impl ApiError {
    /// A field or parameter that cannot be taken.
    pub(super) fn field(field: &str, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError::new(field, problem)])
    }

    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotJson(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Barred(..) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Precondition => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge | Self::FileTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType | Self::FormType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Throttled(_) | Self::DailyLimit(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable word for programs, the end of `type`; texts are kept under `api-WORD`.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "not-json",
            Self::Unauthorized(_) => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::Barred(..) => "barred",
            Self::NotFound => "not-found",
            Self::Method => "method",
            Self::Conflict(_) => "conflict",
            Self::Precondition => "precondition",
            Self::TooLarge => "too-large",
            Self::FileTooLarge(_) => "file-too-large",
            Self::MediaType => "media-type",
            Self::FormType => "form-type",
            Self::Invalid(_) => "invalid",
            Self::Throttled(_) => "throttled",
            Self::DailyLimit(..) => "daily-limit",
            Self::NoRoom => "no-room",
            Self::Broken => "broken",
        }
    }

    fn detail(&self, lang: Lang, request_id: &str) -> String {
        let key = format!("api-{}", self.code());
        match self {
            Self::NotJson(problem) | Self::Conflict(problem) => say(lang, problem),
            Self::Forbidden(permission) => {
                let (name, words) = (permission.name(), permission_words(lang, *permission));
                text_with(
                    lang,
                    &key,
                    &[("name", name.into()), ("words", words.into())],
                )
            }
            Self::Barred(barred, _) => {
                let key = format!("{key}-{}", barred.bar.name());
                let address = barred.address.to_string();
                text_with(lang, &key, &[("address", address.into())])
            }
            Self::FileTooLarge(limit) => text_with(lang, &key, &[("limit", (*limit).into())]),
            Self::Throttled(seconds) => text_with(lang, &key, &[("seconds", (*seconds).into())]),
            Self::DailyLimit(most, _) => text_with(
                lang,
                "error-daily-limit",
                &[("most", i64::from(*most).into())],
            ),
            Self::Broken => text_with(lang, &key, &[("id", request_id.into())]),
            _ => text(lang, &key),
        }
    }

    /// The answer in a language.
    pub(super) fn answer(&self, lang: Lang, request_id: &str) -> Response {
        let status = self.status();
        let mut body = json!({
            "type": format!("urn:kartoteka:error:{}", self.code()),
            "title": text(lang, &format!("api-{}-title", self.code())),
            "status": status.as_u16(),
            "detail": self.detail(lang, request_id),
        });
        if let Self::Invalid(errors) = self {
            let said = errors
                .iter()
                .map(|error| json!({"field": error.field, "message": say(lang, &error.problem)}));
            body["errors"] = said.collect::<Vec<Json>>().into();
        }
        if let Self::Forbidden(permission) = self {
            body["permission"] = permission.name().into();
        }
        let heads = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CONTENT_LANGUAGE, lang.code()),
        ];
        let mut response = (status, heads, body.to_string()).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized(given) => {
                // RFC 6750 §3: a challenge without an error where no token was given.
                let challenge = if *given {
                    "Bearer realm=\"kartoteka\", error=\"invalid_token\""
                } else {
                    "Bearer realm=\"kartoteka\""
                };
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static(challenge),
                );
            }
            Self::Throttled(seconds) | Self::DailyLimit(_, seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            _ => {}
        }
        response
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::Forbidden(permission) => Self::Forbidden(permission),
            // The gate says who is barred; behind it, whoever was let in stays in for the one call.
            AccessError::SignedOut | AccessError::Barred(_) => Self::Unauthorized(true),
            AccessError::Invalid(errors) => Self::Invalid(errors),
            AccessError::DailyLimit { most, seconds } => Self::DailyLimit(most, seconds),
            AccessError::Changed => Self::Precondition,
            AccessError::Conflict(problem) => Self::Conflict(problem),
            AccessError::DryRun(_) => Self::Broken,
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::NoRoom) {
            return Self::NoRoom;
        }
        tracing::error!(%error, "the store failed");
        Self::Broken
    }
}

impl IntoResponse for ApiError {
    /// An empty answer that carries the error to the gate.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
