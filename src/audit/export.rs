//! The log as a file: a sheet for people, or the entries as they are chained.

use std::io::{BufWriter, Seek, SeekFrom, Write};

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use tokio_util::io::ReaderStream;

use super::filter::Wanted;
use super::private;
use crate::data::{Access, AuditEntry, AuditFilter};
use crate::exchange::sheet::{Format, HeadCell, OutCell, SheetError, Target, ValueKind, writer};
use crate::web::error::{WebError, WebResult};
use crate::web::visit::Member;

/// Entries read at once.
const CHUNK: usize = 1_000;
const HEADINGS: [&str; 9] = [
    "id", "at", "user", "kind", "address", "office", "channel", "record", "details",
];

/// Answers with what the page with the same parameters shows, all of it.
pub(super) async fn export(member: Member) -> WebResult {
    let (wanted, errors) = Wanted::read(&member.parameters(), &member.state.vault.zone());
    if let Some(error) = errors.into_iter().next() {
        return Err(WebError::BadRequest(error.problem));
    }
    let lines = member.parameters().get("format") == "json";
    let (access, filter) = (member.access.clone(), wanted.filter);
    let folder = member.state.temp_dir.clone();
    let written = crate::quiet::spawn(move || {
        let file = tempfile::tempfile_in(&*folder).map_err(|_| WebError::NoRoom)?;
        let count = if lines {
            as_lines(&access, &filter, &file)
        } else {
            as_sheet(&access, &filter, &file, &folder)
        }?;
        Ok::<_, WebError>((file, count))
    });
    let (mut file, count) = written.await.map_err(|_| WebError::Broken)??;
    let format = if lines { "json" } else { "csv" };
    member.access.note_log_export(count, format).await?;
    let length = file.seek(SeekFrom::End(0)).map_err(|_| WebError::Broken)?;
    file.rewind().map_err(|_| WebError::Broken)?;
    let day = crate::clock::now()
        .to_zoned_datetime(member.state.vault.zone())
        .date();
    let (kind, ending) = if lines {
        ("application/jsonl", "jsonl")
    } else {
        ("text/csv; charset=utf-8", "csv")
    };
    let heads = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-{day}.{ending}\""),
        ),
    ];
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(private((heads, body).into_response()))
}

/// Hands every entry on, the newest first.
fn each(
    access: &Access,
    filter: &AuditFilter,
    take: &mut dyn FnMut(&AuditEntry) -> Result<(), WebError>,
) -> Result<u64, WebError> {
    let reading = access.read()?;
    let (mut before, mut count) = (None, 0);
    loop {
        let (entries, next) = reading.audit(filter, before, CHUNK)?;
        for entry in &entries {
            take(entry)?;
            count += 1;
        }
        if next.is_none() {
            return Ok(count);
        }
        before = next;
    }
}

/// One entry a line, byte for byte what the next one's hash was made of.
fn as_lines(access: &Access, filter: &AuditFilter, file: &std::fs::File) -> Result<u64, WebError> {
    let mut out = BufWriter::new(file);
    let count = each(access, filter, &mut |entry| {
        serde_json::to_writer(&mut out, entry).map_err(|_| WebError::NoRoom)?;
        out.write_all(b"\n").map_err(|_| WebError::NoRoom)
    })?;
    out.flush().map_err(|_| WebError::NoRoom)?;
    Ok(count)
}

fn as_sheet(
    access: &Access,
    filter: &AuditFilter,
    file: &std::fs::File,
    temp_dir: &std::path::Path,
) -> Result<u64, WebError> {
    let reading = access.read()?;
    let people = reading.rights().people();
    let heading = HEADINGS.map(|title| HeadCell {
        title: title.into(),
        kind: ValueKind::Text,
    });
    let full = |_: SheetError| WebError::NoRoom;
    let target = Target {
        file: file.try_clone().map_err(|_| WebError::Broken)?,
        title: "audit",
        temp_dir,
    };
    let mut sheet = writer(Format::Csv, target, &heading).map_err(full)?;
    let count = each(access, filter, &mut |entry| {
        let user = entry.user.and_then(|user| people.user(user));
        let user = user.map(|user| user.email.clone());
        let record = entry.record.as_ref();
        let record = record.map(|record| format!("{}/{}", record.sort, record.id));
        let details = if entry.details.is_empty() {
            String::new()
        } else {
            serde_json::Value::from(entry.details.clone()).to_string()
        };
        let texts = [
            entry.id.to_string(),
            entry.at.to_string(),
            user.or(entry.user.map(|user| user.to_string()))
                .unwrap_or_default(),
            entry.kind.name(),
            entry
                .address
                .map(|address| address.to_string())
                .unwrap_or_default(),
            entry.office.to_string(),
            entry.channel.clone(),
            record.unwrap_or_default(),
            details,
        ];
        let cells = texts
            .each_ref()
            .map(|text| OutCell::Text(text.as_str().into()));
        sheet.write_row(&cells).map_err(full)
    })?;
    sheet.finish().map_err(full)?;
    Ok(count)
}
