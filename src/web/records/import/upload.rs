//! The form with the file, read as it comes.

use std::io::Seek;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use axum::extract::Request;
use tokio::io::AsyncWriteExt;

use super::draft::Draft;
use crate::data::{Strategy, WorkFiles};
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

/// Reads the parts of the form; the file goes straight to disk, no more of it than is allowed, sealed where that is the way.
pub(super) async fn receive(
    request: Request,
    place: &Path,
    ways: &WorkFiles,
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
            let mut file = create(place, ways).await?;
            let mut length = 0;
            while let Some(bytes) = part.chunk().await.map_err(cut)? {
                length += bytes.len() as u64;
                if length > most {
                    return Ok(Received::TooLarge);
                }
                file.write_all(&bytes).await.map_err(no_room)?;
            }
            file.flush().await.map_err(no_room)?;
            if ways.is_sealed() {
                seal(file.into_std().await, place, ways).await?;
            }
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

/// A file to write to; one without a name where it is to be sealed.
async fn create(place: &Path, ways: &WorkFiles) -> Result<tokio::fs::File, WebError> {
    if ways.is_sealed() {
        let spool = tempfile::tempfile_in(place.parent().unwrap_or(place));
        return spool.map(tokio::fs::File::from_std).map_err(no_room);
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.create_new(true).write(true).mode(0o600);
    options.open(place).await.map_err(no_room)
}

/// Gives a file that has come its name, sealed.
async fn seal(mut file: std::fs::File, place: &Path, ways: &WorkFiles) -> Result<(), WebError> {
    let (place, ways) = (place.to_owned(), ways.clone());
    let seal = move || {
        let mut options = std::fs::OpenOptions::new();
        let mut sealed = options
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(place)?;
        file.rewind()?;
        ways.seal(&mut file, &mut sealed)
    };
    let sealed = tokio::task::spawn_blocking(seal).await;
    sealed.map_err(|_| WebError::Broken)?.map_err(no_room)
}

fn no_room(error: std::io::Error) -> WebError {
    crate::data::StoreError::from(error).into()
}
