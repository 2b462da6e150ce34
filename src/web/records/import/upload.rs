//! The form with the file, read as it comes.

use std::path::Path;

use axum::extract::Request;
use tokio::io::AsyncWriteExt;

use super::draft::Draft;
use crate::data::Strategy;
use crate::web::error::WebError;
use crate::web::form::{cut, upload_parts};

/// Bytes of a field that is no file.
const LONGEST_FIELD: usize = 4096;

/// What came of an upload.
pub(super) enum Received {
    File,
    Nothing,
    TooLarge,
}

/// Reads the parts of the form; the file goes straight to disk, no more of it than is allowed.
pub(super) async fn receive(
    request: Request,
    place: &Path,
    draft: &mut Draft,
    most: u64,
) -> Result<Received, WebError> {
    let mut parts = upload_parts(request)?;
    let mut received = Received::Nothing;
    while let Some(mut part) = parts.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            // Some browsers give a path: only its last part is the name.
            let given = part.file_name().unwrap_or_default();
            draft.file_name = given
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or_default()
                .chars()
                .take(200)
                .collect();
            let mut file = create(place).await?;
            let mut length = 0;
            while let Some(bytes) = part.chunk().await.map_err(cut)? {
                length += bytes.len() as u64;
                if length > most {
                    return Ok(Received::TooLarge);
                }
                file.write_all(&bytes).await.map_err(no_room)?;
            }
            file.flush().await.map_err(no_room)?;
            if length > 0 {
                received = Received::File;
            }
            continue;
        }
        let mut value = Vec::new();
        while let Some(bytes) = part.chunk().await.map_err(cut)? {
            if value.len() + bytes.len() > LONGEST_FIELD {
                return Err(WebError::TooLarge);
            }
            value.extend_from_slice(&bytes);
        }
        let value = String::from_utf8_lossy(&value).into_owned();
        match name.as_str() {
            "strategy" => {
                let known = Strategy::from_name(&value).unwrap_or_default();
                known.name().clone_into(&mut draft.strategy);
            }
            "match" => draft.match_by = value,
            _ => {}
        }
    }
    Ok(received)
}

async fn create(place: &Path) -> Result<tokio::fs::File, WebError> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create_new(true).write(true).mode(0o600);
    options.open(place).await.map_err(no_room)
}

fn no_room(error: std::io::Error) -> WebError {
    crate::data::StoreError::from(error).into()
}
