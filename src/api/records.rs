//! Records of every module: one implementation, told apart by their record type.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::body::Object;
use super::call::{ApiResult, Call, Id, answer, created, not_modified};
use super::conditional::{expected, is_known, record_tag};
use super::error::ApiError;
use super::paging::{Page, foreign};
use super::record_input;
use crate::data::{
    AccessError, Created, Cursor, Draft, FieldError, Idempotency, Permission, Problem, Query,
    RecordId, RecordType, Rights, Seen, Start,
};
use crate::web::{Need, Route};

/// Characters of an `Idempotency-Key`.
const LONGEST_KEY: usize = 200;
/// Parameters of a list that are not filters.
pub(super) const LIST_PARAMETERS: [&str; 5] = ["q", "sort", "limit", "cursor", "id"];

pub(super) fn routes(kind: &'static RecordType) -> Vec<Route> {
    let module = kind.module;
    let all = format!("/api/v1/{module}");
    let one = format!("{all}/{{id}}");
    let restoring = format!("{one}/restore");
    // A record that cannot be seen is not found, whatever the method: the guard asks for the rest.
    let seen = Need::TokenWith(Permission::View(module));
    let making = Need::TokenWith(Permission::Create(module));
    let route = Route::on;
    vec![
        route(
            Method::GET,
            &all,
            seen,
            get(move |call: Call| list(today(kind, &call), call)),
        ),
        route(
            Method::POST,
            &all,
            making,
            post(move |call: Call, body: Object| create(today(kind, &call), call, body)),
        ),
        route(
            Method::GET,
            &one,
            seen,
            get(move |call: Call, id: Id<RecordId>| read(today(kind, &call), call, id.0)),
        ),
        route(
            Method::PATCH,
            &one,
            seen,
            patch(move |call: Call, id: Id<RecordId>, body: Object| {
                change(today(kind, &call), call, id.0, body)
            }),
        ),
        route(
            Method::DELETE,
            &one,
            seen,
            delete(move |call: Call, id: Id<RecordId>| remove(today(kind, &call), call, id.0)),
        ),
        route(
            Method::POST,
            &restoring,
            seen,
            post(move |call: Call, id: Id<RecordId>| restore(today(kind, &call), call, id.0)),
        ),
    ]
}

/// The module's record type as the caller knows it now.
fn today(kind: &'static RecordType, call: &Call) -> &'static RecordType {
    // Where nothing can be read, the answer says so when it reads.
    let reading = call.access.read();
    reading
        .and_then(|reading| reading.kind(kind.module))
        .unwrap_or(kind)
}

async fn list(kind: &'static RecordType, call: Call) -> ApiResult {
    let reading = call.access.read()?;
    for name in ["q", "sort"] {
        call.parameters.single(name)?;
    }
    let unknown: Vec<FieldError> = call
        .parameters
        .all()
        .filter(|(name, _)| !is_parameter(kind, reading.rights(), name))
        .map(|(name, _)| FieldError::unknown(name))
        .collect();
    if !unknown.is_empty() {
        return Err(ApiError::Invalid(unknown));
    }
    let query = Query::read(kind, call.parameters.all()).map_err(ApiError::Invalid)?;
    let page = Page::read(&call.parameters, kind.module.name(), &query.pairs())?;
    let start = match &page.after {
        None => Start::Offset(0),
        Some(after) => Start::After(Cursor::read(after).ok_or_else(foreign)?),
    };
    let list = reading.list(kind, &query, &start, page.limit)?;
    call.state.viewed.add(&call.access, list.rows.len())?;
    let items = list.rows.iter().map(Seen::to_json).collect();
    let next = list.next.map(|next| next.write());
    Ok(answer(
        StatusCode::OK,
        &page.envelope(items, next, Some(list.total)),
        None,
    ))
}

/// Whether a parameter of a list means something to somebody with these rights.
fn is_parameter(kind: &'static RecordType, rights: &Rights, name: &str) -> bool {
    let filters = |name: &str| {
        kind.named(name)
            .is_some_and(|field| field.filterable && rights.sees_field(kind, field))
    };
    let ends = ["_from", "_to", "_empty"];
    LIST_PARAMETERS.contains(&name)
        || filters(name)
        || filters(&format!("{name}s"))
        || ends
            .iter()
            .any(|end| name.strip_suffix(end).is_some_and(filters))
}

async fn create(kind: &'static RecordType, call: Call, body: Object) -> ApiResult {
    let once = idempotency(kind, &call, &body)?;
    let reading = call.access.read()?;
    let values = record_input::read(kind, reading.rights(), &body.fields, None)
        .map_err(ApiError::Invalid)?;
    drop(reading);
    let draft = Draft {
        values,
        origin: None,
    };
    let made = match once {
        None => Created::New(Box::new(call.access.create(kind, draft).await?)),
        Some(once) => call.access.create_once(kind, draft, once).await?,
    };
    let (json, version) = match made {
        Created::New(seen) => (seen.to_json(), seen.version()),
        // A new record is at its first version, and so was the first answer.
        Created::Again(json) => (json, 1),
    };
    let id = json.get("id").and_then(Json::as_str).unwrap_or_default();
    let location = format!("/api/v1/{}/{id}", kind.module);
    let etag = record_tag(&call.access.read()?, kind, version);
    Ok(created(&location, &json, &etag))
}

/// The key by which a repeated request is known, where one is given.
fn idempotency(
    kind: &RecordType,
    call: &Call,
    body: &Object,
) -> Result<Option<Idempotency>, ApiError> {
    let mut given = call.headers.get_all("idempotency-key").iter();
    let Some(value) = given.next() else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim();
    let printable = key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if given.next().is_some() || key.is_empty() || key.len() > LONGEST_KEY || !printable {
        let problem = Problem::new("error-idempotency-key").with("most", LONGEST_KEY);
        return Err(ApiError::field("Idempotency-Key", problem));
    }
    let mut hash = Sha256::new();
    hash.update(kind.module.name());
    hash.update([0]);
    hash.update(&body.bytes);
    Ok(Some(Idempotency {
        key: key.to_owned(),
        body_hash: hash.finalize().into(),
    }))
}

async fn read(kind: &'static RecordType, call: Call, id: RecordId) -> ApiResult {
    let reading = call.access.read()?;
    let seen = reading.get(kind, id)?;
    let etag = record_tag(&reading, kind, seen.version());
    if is_known(&call.headers, &etag) {
        return Ok(not_modified(&etag));
    }
    call.state.viewed.add(&call.access, 1)?;
    Ok(answer(StatusCode::OK, &seen.to_json(), Some(&etag)))
}

async fn change(kind: &'static RecordType, call: Call, id: RecordId, body: Object) -> ApiResult {
    let reading = call.access.read()?;
    let present = reading.get(kind, id)?;
    if !present.may_edit() {
        return Err(AccessError::Forbidden(Permission::Edit(kind.module)).into());
    }
    let etag = record_tag(&reading, kind, present.version());
    let expected = expected(&call.headers, &etag, present.version());
    if expected.is_some_and(|version| version != present.version()) {
        return Err(ApiError::Precondition);
    }
    let changes = record_input::read(kind, reading.rights(), &body.fields, Some(&present))
        .map_err(ApiError::Invalid)?;
    drop(reading);
    let seen = call.access.update(kind, id, changes, expected).await?;
    shown(kind, &call, &seen)
}

async fn remove(kind: &'static RecordType, call: Call, id: RecordId) -> ApiResult {
    let expected = {
        let reading = call.access.read()?;
        let version = reading.get(kind, id)?.version();
        expected(&call.headers, &record_tag(&reading, kind, version), version)
    };
    call.access.delete(kind, id, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn restore(kind: &'static RecordType, call: Call, id: RecordId) -> ApiResult {
    let seen = call.access.restore(kind, id).await?;
    shown(kind, &call, &seen)
}

fn shown(kind: &RecordType, call: &Call, seen: &Seen) -> Result<Response, ApiError> {
    let etag = record_tag(&call.access.read()?, kind, seen.version());
    Ok(answer(StatusCode::OK, &seen.to_json(), Some(&etag)))
}
