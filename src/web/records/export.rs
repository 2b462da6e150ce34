//! The records of a list as a file: what the list with the same parameters shows, and only the fields its reader sees.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio_util::io::ReaderStream;

use super::asked::{COLUMNS, column_numbers};
use super::{parameters, refused};
use crate::data::{
    AccessError, FieldError, FieldNo, NewOperation, OperationKind, Query, RecordType,
};
use crate::exchange::command::{ExportOptions, export_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::export::Format;
use crate::jobs::operations::work::{self, WantedFile};
use crate::web::error::{WebError, WebResult};
use crate::web::operations;
use crate::web::visit::{Member, see_other};

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
    let columns = match columns(kind, &member, format, &pairs)? {
        Ok(columns) => columns,
        Err(error) => return Ok(refused(kind, &member, &member.access.read()?, &[error])),
    };
    let plain = pairs
        .iter()
        .filter(|(name, _)| name != COLUMNS)
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let query = match Query::read(kind, plain) {
        Ok(query) => query,
        Err(errors) => return Ok(refused(kind, &member, &member.access.read()?, &errors)),
    };
    let total = {
        let reading = member.access.read()?;
        match reading.count(kind, &query) {
            Ok(total) => total,
            Err(AccessError::Invalid(errors)) => {
                return Ok(refused(kind, &member, &reading, &errors));
            }
            Err(error) => return Err(error.into()),
        }
    };
    if total > member.state.at_once.exported {
        return start(kind, &member, (query, columns), format, total).await;
    }
    let (access, lang, folder) = (
        member.access.clone(),
        member.lang,
        member.state.temp_dir.clone(),
    );
    let written = crate::quiet::spawn(move || {
        let file = tempfile::tempfile_in(&folder)?;
        let options = ExportOptions {
            module: kind.module,
            format,
            query,
            columns,
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

/// The columns asked for. JSON has all fields always, so asking for some is a mistake there.
fn columns(
    kind: &'static RecordType,
    member: &Member,
    format: Format,
    pairs: &[(String, String)],
) -> Result<Result<Option<Vec<FieldNo>>, FieldError>, AccessError> {
    let named = pairs
        .iter()
        .find(|(name, value)| name == COLUMNS && !value.is_empty());
    let Some((_, names)) = named else {
        return Ok(Ok(None));
    };
    if format == Format::Json {
        return Ok(Err(FieldError::unknown(COLUMNS)));
    }
    let reading = member.access.read()?;
    Ok(column_numbers(kind, &reading, names).map(Some))
}

/// A large file is written as an operation, on whose page it lies ready.
async fn start(
    kind: &'static RecordType,
    member: &Member,
    (query, columns): (Query, Option<Vec<FieldNo>>),
    format: Format,
    total: u64,
) -> WebResult {
    let filter = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query.pairs())
        .finish();
    let (name, content_type) = name_and_type(member, kind, format);
    let new = NewOperation {
        kind: OperationKind::Export,
        module: Some(kind.module),
        total: Some(total),
        undoable: false,
        detail: json!({"filter": filter, "file": name}),
    };
    let wanted = WantedFile {
        module: kind.module,
        format,
        query,
        columns,
        lang: member.lang,
        temp_dir: member.state.temp_dir.clone(),
        name,
        content_type,
    };
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            work::export(task, wanted, total)
        })
        .await?;
    Ok(see_other(&operations::place(id)))
}

fn name_and_type(member: &Member, kind: &RecordType, format: Format) -> (String, &'static str) {
    let content_type = match format {
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
    };
    let day = crate::clock::now()
        .to_zoned_datetime(member.state.vault.zone())
        .date();
    let name = format!("{}-{day}.{}", kind.module, format.name());
    (name, content_type)
}

fn attachment(
    member: &Member,
    kind: &RecordType,
    format: Format,
    file: std::fs::File,
    length: u64,
) -> Response {
    let (name, content_type) = name_and_type(member, kind, format);
    let heads = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (
        heads,
        Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    )
        .into_response()
}
