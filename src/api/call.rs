//! Who calls, made by the gate for every request and taken by the handlers.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

use super::error::ApiError;
use super::parameters::Parameters;
use crate::data::{Access, User};
use crate::web::AppState;

/// A call by somebody whose token is good.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) state: AppState,
    pub(super) access: Access,
    pub(super) user: User,
    pub(super) headers: HeaderMap,
    pub(super) parameters: Parameters,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(ApiError::Broken)
    }
}

/// The id in the path; what cannot be one is not there.
pub(super) struct Id<T>(pub(super) T);

impl<T: std::str::FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| ApiError::NotFound)?;
        text.parse().map(Self).map_err(|_| ApiError::NotFound)
    }
}

/// An answer with a representation and, where it has one, its tag.
pub(super) fn answer(status: StatusCode, json: &Json, etag: Option<&str>) -> Response {
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        json.to_string(),
    )
        .into_response();
    if let Some(etag) = etag {
        put(&mut response, header::ETAG, etag);
    }
    response
}

/// The answer to a POST that made something.
pub(super) fn created(location: &str, json: &Json, etag: &str) -> Response {
    let mut response = answer(StatusCode::CREATED, json, Some(etag));
    put(&mut response, header::LOCATION, location);
    response
}

/// The answer where what the caller has is still the case (RFC 9110 §15.4.5).
pub(super) fn not_modified(etag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    put(&mut response, header::ETAG, etag);
    response
}

fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What handlers return.
pub(super) type ApiResult = Result<Response, ApiError>;
