//! The gate of every call: whose token is it, do they ask too often, does their role have the permission. Handlers run
//! only behind it, and what they fail with becomes an answer here. There are no cookies, so nothing can be forged.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::error::ApiError;
use super::parameters::Parameters;
use crate::data::{AccessError, Admission, Barred, Channel, Permission};
use crate::i18n::Lang;
use crate::room::Level;
use crate::web::{AppState, Client, Need, RequestId, client_of, origin};

/// What the middleware of a route needs.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) state: AppState,
    pub(super) need: Need,
}

/// Runs for every route of the API.
pub(super) async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let what = format!("{} {}", request.method(), request.uri().path());
    let asked = preferred(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let call = identify(&gate.state, &request);
    let mut response = match &call {
        Ok(call) => match admit(&gate, call, &request) {
            Ok(()) => {
                request.extensions_mut().insert(call.clone());
                next.run(request).await
            }
            Err(error) => error.into_response(),
        },
        Err(error) => error.clone().into_response(),
    };
    let mut error = response.extensions_mut().remove::<ApiError>();
    if error.is_none() && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        // The router adds `Allow` to whatever this answers.
        error = Some(ApiError::Method);
    }
    let Some(error) = error else { return response };
    if let (ApiError::Forbidden(permission), Ok(call)) = (&error, &call) {
        note_refusal(call, *permission, what).await;
    } else if let ApiError::Barred(barred, client) = &error {
        note_barred(&gate.state, barred, client, &what).await;
    }
    let chosen = call.ok().and_then(|call| call.user.language);
    let lang = asked
        .or_else(|| chosen.as_deref().and_then(Lang::from_code))
        .unwrap_or(Lang::En);
    error.answer(lang, &id.map(|id| id.0).unwrap_or_default())
}

fn preferred(headers: &HeaderMap) -> Option<Lang> {
    let asked = headers.get(header::ACCEPT_LANGUAGE)?;
    asked.to_str().ok().and_then(Lang::negotiate)
}

/// Whose call it is.
fn identify(state: &AppState, request: &Request) -> Result<Call, ApiError> {
    let secret = bearer(request.headers())?;
    let client = client_of(state, request)?.ok_or(ApiError::Broken)?;
    let found = state
        .vault
        .by_token(secret, origin(&client, Channel::Api))?;
    let (actor, user) = match found {
        Admission::Admitted(found) => found,
        Admission::Barred(barred) => return Err(ApiError::Barred(barred, client)),
        Admission::Nobody => return Err(ApiError::Unauthorized(true)),
    };
    Ok(Call {
        state: state.clone(),
        access: state.vault.access(&actor),
        user,
        headers: request.headers().clone(),
        parameters: Parameters::read(request.uri().query()),
    })
}

/// The token of the one `Authorization` header (RFC 6750 §2.1). A token in the address would end up in logs.
fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = given.next().ok_or(ApiError::Unauthorized(false))?;
    let wrong = ApiError::Unauthorized(true);
    if given.next().is_some() {
        return Err(wrong);
    }
    let Ok(text) = value.to_str() else {
        return Err(wrong);
    };
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(wrong),
    }
}

/// Whether they may go on to the handler; the guard asks again for the very record.
fn admit(gate: &Gate, call: &Call, request: &Request) -> Result<(), ApiError> {
    gate.state
        .requests
        .take(call.user.id, crate::clock::now())
        .map_err(ApiError::Throttled)?;
    if let Need::TokenWith(permission) = gate.need {
        call.access.read()?.rights().require(permission)?;
    }
    if !request.method().is_safe() {
        if gate.state.restoring.is_closed() {
            return Err(ApiError::Restoring);
        }
        if gate.state.room.level_now() == Level::NoWrites {
            return Err(ApiError::NoRoom);
        }
    }
    Ok(())
}

async fn note_barred(state: &AppState, barred: &Barred, client: &Client, what: &str) {
    if !state.barred.is_new(barred, crate::clock::now()) {
        return;
    }
    let noted = state
        .vault
        .note_barred(barred, origin(client, Channel::Api), Some(what), "");
    if let Err(error) = noted.await {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}

async fn note_refusal(call: &Call, permission: Permission, what: String) {
    let refusal = AccessError::Forbidden(permission);
    if let Err(error) = call.access.note_refusal(&refusal, what).await {
        tracing::error!(%error, "a refusal could not be kept in the audit log");
    }
}
