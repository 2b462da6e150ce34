//! The records of a list as a file: what the list with the same parameters shows, and only the fields its reader sees.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use super::{parameters, refused};
use crate::data::{AccessError, Query, RecordType};
use crate::exchange::command::{ExportOptions, export_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::export::Format;
use crate::web::error::{WebError, WebResult};
use crate::web::visit::Member;

/// Writes the file whole into the temporary folder, so that no reading waits for a slow client, and streams it from
/// there.
pub(super) async fn file(kind: &'static RecordType, member: Member) -> WebResult {
    let pairs = parameters(&member);
    let format = match pairs
        .iter()
        .find(|(name, _)| name == "format")
        .map(|(_, value)| value.as_str())
    {
        None | Some("xlsx") => Format::Xlsx,
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        Some(_) => return Err(WebError::bad("error-export-format")),
    };
    let plain = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let query = match Query::read(kind, plain) {
        Ok(query) => query,
        Err(errors) => return Ok(refused(kind, &member, &member.access.read()?, &errors)),
    };
    let (access, lang, folder) = (
        member.access.clone(),
        member.lang,
        member.state.temp_dir.clone(),
    );
    let written = tokio::task::spawn_blocking(move || {
        let file = tempfile::tempfile_in(&folder)?;
        let options = ExportOptions {
            module: kind.module,
            format,
            query,
            lang,
            temp_dir: &folder,
        };
        export_file(&access, &options, file.try_clone()?)?;
        Ok::<_, ExchangeError>(file)
    });
    let mut file = match written.await.map_err(|_| WebError::Broken)? {
        Ok(file) => file,
        Err(ExchangeError::Access(AccessError::Invalid(errors))) => {
            return Ok(refused(kind, &member, &member.access.read()?, &errors));
        }
        Err(ExchangeError::Access(error)) => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "an export failed");
            return Err(WebError::Broken);
        }
    };
    let length =
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).map_err(|_| WebError::Broken)?;
    std::io::Seek::rewind(&mut file).map_err(|_| WebError::Broken)?;
    Ok(attachment(&member, kind, format, file, length))
}

fn attachment(
    member: &Member,
    kind: &RecordType,
    format: Format,
    file: std::fs::File,
    length: u64,
) -> Response {
    let (ending, content_type) = match format {
        Format::Xlsx => (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Json => ("json", "application/json"),
    };
    let day = crate::clock::now()
        .to_zoned_datetime(member.state.vault.zone())
        .date();
    let heads = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-{day}.{ending}\"", kind.module),
        ),
    ];
    (
        heads,
        Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    )
        .into_response()
}
