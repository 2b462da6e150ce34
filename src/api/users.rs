//! The firm's people.

use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, patch, post};
use serde_json::Value as Json;

use super::body::Object;
use super::call::{ApiResult, Call, Id, answer, created};
use super::conditional::{expected, tag};
use super::error::ApiError;
use super::paging::Page;
use crate::auth::Passwords;
use crate::data::records::fold;
use crate::data::{AccessError, AdminRight, FieldError, Permission, Problem, User, UserId};
use crate::mailer::Off;
use crate::web::{Need, Route, password_error};

const ALL: &str = "/api/v1/users";
const ONE: &str = "/api/v1/users/{id}";
const MANAGES: Need = Need::TokenWith(Permission::Admin(AdminRight::Users));
/// What only the program sets.
const OURS: [&str; 4] = ["id", "email_verified", "created_at", "last_login_at"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::on(Method::GET, ALL, MANAGES, get(list)),
        Route::on(Method::POST, ALL, MANAGES, post(create)),
        Route::on(Method::GET, ONE, MANAGES, get(read)),
        Route::on(Method::PATCH, ONE, MANAGES, patch(change)),
        Route::on(Method::DELETE, ONE, MANAGES, delete(remove)),
    ]
}

async fn list(call: Call) -> ApiResult {
    let descending = list_order(&call)?;
    let words = call.parameters.single("q")?.map(fold::words);
    let words = words.unwrap_or_default();
    let reading = call.access.read()?;
    let users = reading.rights().people().users();
    let found = users.into_iter().filter(|user| {
        let text = fold::fold(&format!("{} {}", user.name, user.email));
        words.iter().all(|word| text.contains(word.as_str()))
    });
    let items = found
        .map(|user| (name_key(&user.name, user.id.bytes()), user.to_json()))
        .collect();
    let page = small_page(&call, "users")?;
    Ok(answer(StatusCode::OK, &page.cut(items, descending)?, None))
}

/// The order of a list that can only be sorted by name; `true` from the last to the first.
pub(super) fn list_order(call: &Call) -> Result<bool, ApiError> {
    call.parameters.only(&["q", "sort", "limit", "cursor"])?;
    match call.parameters.single("sort")? {
        None | Some("" | "name") => Ok(false),
        Some("-name") => Ok(true),
        Some(other) => {
            let field = other.strip_prefix('-').unwrap_or(other);
            Err(ApiError::Invalid(vec![FieldError::unknown(field)]))
        }
    }
}

/// The page of such a list.
pub(super) fn small_page(call: &Call, list: &str) -> Result<Page, ApiError> {
    let mut query = Vec::new();
    for name in ["q", "sort"] {
        if let Some(value) = call.parameters.single(name)? {
            query.push((name.to_owned(), value.to_owned()));
        }
    }
    Page::read(&call.parameters, list, &query)
}

/// What sorts by name; the id tells those of one name apart.
pub(super) fn name_key(name: &str, id: &[u8; 16]) -> Vec<u8> {
    let mut key = fold::collation_key(name);
    key.push(0);
    key.extend_from_slice(id);
    key
}

async fn create(call: Call, body: Object) -> ApiResult {
    let mut fields = body.fields;
    let mut errors: Vec<FieldError> = OURS
        .iter()
        .filter(|name| fields.contains_key(**name))
        .map(|name| FieldError::not_yours(*name))
        .collect();
    let password = fields.remove("password");
    let text_of = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
    let off = call.state.mail.links_off()?;
    match &password {
        // Its person sets it, by the link of an invitation.
        None if off.is_none() => {}
        None | Some(Json::Null) => {
            let why = off.map_or("error-required", Off::key);
            errors.push(FieldError::new("password", Problem::new(why)));
        }
        Some(Json::String(password)) => {
            let personal = [text_of("name"), text_of("email")];
            if let Err(error) =
                Passwords::check_new(password, &personal, call.state.vault.least_password()?)
            {
                errors.push(password_error("password", error));
            }
        }
        Some(_) => errors.push(FieldError::new("password", Problem::new("error-not-text"))),
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    let user = match password.as_ref().and_then(Json::as_str) {
        Some(password) => {
            let hash = call.state.passwords.hash(password).await;
            call.access.create_user(fields, Some(hash)).await?
        }
        None => call.access.invite_user(fields).await?,
    };
    let location = format!("{ALL}/{}", user.id);
    Ok(created(&location, &user.to_json(), &tag(user.version)))
}

async fn read(call: Call, id: Id<UserId>) -> ApiResult {
    let user = found(&call, id.0)?;
    Ok(answer(
        StatusCode::OK,
        &user.to_json(),
        Some(&tag(user.version)),
    ))
}

async fn change(call: Call, id: Id<UserId>, body: Object) -> ApiResult {
    let version = found(&call, id.0)?.version;
    if body.fields.contains_key("password") {
        return Err(ApiError::Invalid(vec![FieldError::not_yours("password")]));
    }
    let expected = expected(&call.headers, &tag(version), version);
    let user = call.access.update_user(id.0, body.fields, expected).await?;
    Ok(answer(
        StatusCode::OK,
        &user.to_json(),
        Some(&tag(user.version)),
    ))
}

async fn remove(call: Call, id: Id<UserId>) -> ApiResult {
    let version = found(&call, id.0)?.version;
    still_holds(&call, version)?;
    call.access.delete_user(id.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An error where `If-Match` names another version.
pub(super) fn still_holds(call: &Call, version: u64) -> Result<(), ApiError> {
    match expected(&call.headers, &tag(version), version) {
        Some(expected) if expected != version => Err(ApiError::Precondition),
        _ => Ok(()),
    }
}

fn found(call: &Call, id: UserId) -> Result<User, ApiError> {
    let reading = call.access.read()?;
    let user = reading.rights().people().user(id).cloned();
    user.ok_or(AccessError::NotFound.into())
}
