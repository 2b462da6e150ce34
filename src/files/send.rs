//! The content of a file as an answer: always to be saved, never to be shown, whatever it is.

use std::io::Read;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::data::{
    Access, AccessError, FileId, FileName, OpenFile, RecordId, RecordType, StoreError,
};

/// Bytes that are read at once.
const AT_ONCE: usize = 128 << 10;
/// What stands for itself in `filename*` (RFC 8187 §3.2.1).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Sends a file's content, and keeps in the audit log that it was taken.
pub(crate) async fn content(
    access: &Access,
    kind: &'static RecordType,
    (id, file): (RecordId, FileId),
    headers: &HeaderMap,
) -> Result<Response, AccessError> {
    let reader = access.clone();
    let opening = tokio::task::spawn_blocking(move || reader.read()?.open_file(kind, id, file));
    let opened = opening.await.unwrap_or(Err(StoreError::Panicked.into()));
    let (found, open) = opened?;
    let tag = format!("\"{}\"", found.hash);
    let known = headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    match access.note_file_taken(kind, id, file).await {
        // Reading goes on while there is no room to write.
        Err(AccessError::Store(StoreError::NoRoom)) => {
            tracing::warn!(record = %id, file = %file, "a file was taken, and there is no room to note it");
        }
        noted => noted?,
    }
    let heads = [
        (header::CONTENT_TYPE, found.name.media_type().to_owned()),
        (header::CONTENT_LENGTH, found.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&found.name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::ETAG, tag),
    ];
    Ok((heads, body(open)).into_response())
}

/// The content, read as it is sent.
fn body(open: OpenFile) -> Body {
    Body::from_stream(futures_util::stream::try_unfold(open, |mut open| async {
        let reading = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; AT_ONCE];
            let read = open.read(&mut bytes)?;
            bytes.truncate(read);
            Ok::<_, std::io::Error>((bytes, open))
        });
        let (bytes, open) = reading.await.map_err(std::io::Error::other)??;
        Ok::<_, std::io::Error>((!bytes.is_empty()).then(|| (Bytes::from(bytes), open)))
    }))
}

/// That it is to be saved, under which name (RFC 6266): in plain letters for old programs, and as it is.
fn disposition(name: &FileName) -> String {
    let plain = |char: char| match char {
        '"' | '\\' | '%' => '_',
        ' '..='~' => char,
        _ => '_',
    };
    let plain: String = name.as_str().chars().map(plain).collect();
    let whole = utf8_percent_encode(name.as_str(), ENCODED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_break_out_of_its_header() {
        for (name, said) in [
            (
                "umowa.pdf",
                "attachment; filename=\"umowa.pdf\"; filename*=UTF-8''umowa.pdf",
            ),
            (
                "Załącznik \"1\"; x=y\\.pdf",
                "attachment; filename=\".pdf\"; filename*=UTF-8''.pdf",
            ),
            (
                "Zażółć \"1\"; 100%.pdf",
                "attachment; filename=\"Za____ _1_; 100_.pdf\"; \
                 filename*=UTF-8''Za%C5%BC%C3%B3%C5%82%C4%87%20%221%22%3B%20100%25.pdf",
            ),
            (
                "a\r\nX-Evil: 1",
                "attachment; filename=\"a X-Evil: 1\"; filename*=UTF-8''a%20X-Evil%3A%201",
            ),
        ] {
            assert_eq!(disposition(&FileName::of(name)), said);
        }
    }
}
