//! Files of records.

use axum::extract::{FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use serde_json::{Value as Json, json};

use super::call::{ApiResult, Call, Id, answer};
use super::error::ApiError;
use crate::data::{Attachment, FileId, Permission, Problem, RecordId, RecordType, Rights};
use crate::files::{self, NotTaken, Wanted};
use crate::web::{Need, Route};

/// The ids of a record and of its file; what cannot be one is not there.
struct FileOf((RecordId, FileId));

impl<S: Send + Sync> FromRequestParts<S> for FileOf {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((record, file)) = path.map_err(|_| ApiError::NotFound)?;
        match (record.parse(), file.parse()) {
            (Ok(record), Ok(file)) => Ok(Self((record, file))),
            _ => Err(ApiError::NotFound),
        }
    }
}

pub(super) fn routes(kind: &'static RecordType) -> Vec<Route> {
    if !kind.files {
        return Vec::new();
    }
    let all = format!("/api/v1/{}/{{id}}/files", kind.module);
    let one = format!("{all}/{{file}}");
    // A record that cannot be seen is not found, whatever the method: the guard asks for the rest.
    let seen = Need::TokenWith(Permission::View(kind.module));
    let route = Route::on;
    vec![
        route(
            Method::GET,
            &all,
            seen,
            get(move |call: Call, id: Id<RecordId>| list(kind, call, id.0)),
        ),
        route(
            Method::POST,
            &all,
            seen,
            post(move |call: Call, id: Id<RecordId>, request: Request| {
                add(kind, call, id.0, request)
            }),
        ),
        route(
            Method::GET,
            &one,
            seen,
            get(move |call: Call, file: FileOf| read(kind, call, file.0)),
        ),
        route(
            Method::DELETE,
            &one,
            seen,
            delete(move |call: Call, file: FileOf| remove(kind, call, file.0)),
        ),
        route(
            Method::POST,
            &format!("{one}/restore"),
            seen,
            post(move |call: Call, file: FileOf| restore(kind, call, file.0)),
        ),
    ]
}

/// A file as it is told of. The mark is absent for those to whom finances are hidden: they see no file that has it.
fn described(kind: &RecordType, rights: &Rights, file: &Attachment) -> Json {
    let mut json = json!({
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "media_type": file.name.media_type(),
        "blake3": file.hash,
        "added_at": file.added_at,
        "added_by": file.added_by,
    });
    if rights.sees_financial_files(kind) {
        json["finance"] = file.finance.into();
    }
    json
}

fn all(kind: &RecordType, rights: &Rights, files: &[Attachment]) -> Json {
    let items: Vec<Json> = files
        .iter()
        .map(|file| described(kind, rights, file))
        .collect();
    json!({"items": items, "next": null, "total": items.len()})
}

async fn list(kind: &'static RecordType, call: Call, id: RecordId) -> ApiResult {
    let reading = call.access.read()?;
    let files = reading.files(kind, id)?;
    call.state.viewed.add(&call.access, 1)?;
    let json = all(kind, reading.rights(), &files);
    Ok(answer(StatusCode::OK, &json, None))
}

async fn add(kind: &'static RecordType, call: Call, id: RecordId, request: Request) -> ApiResult {
    let (parts, body) = request.into_parts();
    let wanted = Wanted {
        access: &call.access,
        kind,
        id,
        upload_mb: call.state.upload_mb(),
        room: &call.state.room,
    };
    let added = files::receive(&wanted, &parts.headers, body)
        .await
        .map_err(not_taken)?;
    let json = all(kind, call.access.read()?.rights(), &added);
    Ok(answer(StatusCode::CREATED, &json, None))
}

fn not_taken(error: NotTaken) -> ApiError {
    match error {
        NotTaken::NoForm => ApiError::FormType,
        NotTaken::Cut => ApiError::NotJson(Problem::new("error-upload-cut")),
        NotTaken::TooLarge(_, limit) => ApiError::FileTooLarge(limit),
        NotTaken::TooMany(most) => ApiError::field(
            "files",
            Problem::new("error-files-at-once").with("most", most),
        ),
        NotTaken::Nothing => ApiError::field("files", Problem::new("error-files-none")),
        NotTaken::NoRoom => ApiError::NoRoom,
        NotTaken::Access(error) => error.into(),
    }
}

async fn read(kind: &'static RecordType, call: Call, file: (RecordId, FileId)) -> ApiResult {
    call.access.read()?.file(kind, file.0, file.1)?;
    call.state.viewed.add(&call.access, 1)?;
    Ok(files::content(&call.access, kind, file, &call.headers).await?)
}

async fn remove(
    kind: &'static RecordType,
    call: Call,
    (id, file): (RecordId, FileId),
) -> ApiResult {
    // What is removed already is not there.
    call.access.read()?.file(kind, id, file)?;
    call.access.remove_file(kind, id, file).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn restore(
    kind: &'static RecordType,
    call: Call,
    (id, file): (RecordId, FileId),
) -> ApiResult {
    call.access.put_back_file(kind, id, file).await?;
    let reading = call.access.read()?;
    let found = reading.file(kind, id, file)?;
    let json = described(kind, reading.rights(), &found);
    Ok(answer(StatusCode::OK, &json, None))
}
