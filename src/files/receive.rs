//! A form with files, read as it comes. Nothing of it is on the disk under a name before all of it has arrived; what was cut
//! off was never there.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use multer::{Field, Multipart};

use crate::data::{
    Access, AccessError, Attachment, FileDraft, FileName, NewFile, RecordId, RecordType, StoreError,
};
use crate::room::{Level, Room};

/// Files of one form.
const MOST_AT_ONCE: usize = 20;
/// Fields that are no files.
const MOST_FIELDS: usize = 20;
/// Bytes of such a field.
const LONGEST_FIELD: usize = 4096;
/// Bytes that are written at once; each time the room on the disk is looked at.
const AT_ONCE: usize = 256 << 10;
/// What the fields of files are called.
const FILES: [&str; 2] = ["files", "file"];

/// Where the files belong, and what is taken.
pub(crate) struct Wanted<'a> {
    pub(crate) access: &'a Access,
    pub(crate) kind: &'static RecordType,
    pub(crate) id: RecordId,
    /// Megabytes of the largest file.
    pub(crate) upload_mb: u64,
    pub(crate) room: &'a Room,
}

/// Why files were not taken. Nothing of the form was kept.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// It is no form with files.
    NoForm,
    /// It ended in the middle, or cannot be read.
    Cut,
    /// A file is larger than allowed: its name, and megabytes of the largest.
    TooLarge(FileName, u64),
    /// There are more files, or more or longer fields, than a form has.
    TooMany(usize),
    /// There is no file in it.
    Nothing,
    /// No room on the disk.
    NoRoom,
    /// The guard refused.
    Access(AccessError),
}

impl From<AccessError> for NotTaken {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Store(StoreError::NoRoom) => Self::NoRoom,
            error => Self::Access(error),
        }
    }
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        AccessError::from(error).into()
    }
}

impl From<multer::Error> for NotTaken {
    fn from(_: multer::Error) -> Self {
        Self::Cut
    }
}

/// Reads a form and adds its files to a record, all of them or none. A field `finance` marks them as financial.
pub(crate) async fn receive(
    wanted: &Wanted<'_>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<Attachment>, NotTaken> {
    let boundary = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|kind| multer::parse_boundary(kind).ok())
        .ok_or(NotTaken::NoForm)?;
    // Whether they may is asked before a byte is kept.
    drop(wanted.access.new_file(wanted.kind, wanted.id, false)?);
    if wanted.room.level_now() != Level::Enough {
        return Err(NotTaken::NoRoom);
    }
    let mut parts = Multipart::new(body.into_data_stream(), boundary);
    let (mut files, mut fields, mut finance) = (Vec::new(), 0, false);
    while let Some(part) = parts.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        if FILES.contains(&name.as_str()) {
            if let Some(file) = file(wanted, part).await? {
                files.push(file);
            }
            if files.len() > MOST_AT_ONCE {
                return Err(NotTaken::TooMany(MOST_AT_ONCE));
            }
            continue;
        }
        fields += 1;
        let value = text(part).await?;
        if fields > MOST_FIELDS {
            return Err(NotTaken::TooMany(MOST_AT_ONCE));
        }
        if name == "finance" {
            finance = !matches!(value.as_str(), "" | "0" | "false" | "off");
        }
    }
    if files.is_empty() {
        return Err(NotTaken::Nothing);
    }
    let drafts = blocking(move || {
        let drafts = files.into_iter().map(|(name, new): (FileName, NewFile)| {
            let stored = new.finish()?;
            Ok(FileDraft {
                name,
                stored,
                finance,
            })
        });
        drafts.collect::<Result<Vec<_>, StoreError>>()
    })
    .await?;
    let added = wanted
        .access
        .add_files(wanted.kind, wanted.id, drafts)
        .await;
    Ok(added?)
}

/// A file as it comes; none where a form was sent without one.
async fn file(
    wanted: &Wanted<'_>,
    mut part: Field<'_>,
) -> Result<Option<(FileName, NewFile)>, NotTaken> {
    let given = part.file_name().unwrap_or_default().to_owned();
    let name = FileName::of(&given);
    let most = wanted.upload_mb.saturating_mul(1024 * 1024);
    let (access, kind, id) = (wanted.access.clone(), wanted.kind, wanted.id);
    let mut new = blocking(move || access.new_file(kind, id, false)).await?;
    let (mut waiting, mut size) = (Vec::new(), 0);
    while let Some(bytes) = part.chunk().await? {
        size += bytes.len() as u64;
        if size > most {
            drop((new, waiting));
            drain(part, most).await;
            return Err(NotTaken::TooLarge(name, wanted.upload_mb));
        }
        waiting.extend_from_slice(&bytes);
        if waiting.len() >= AT_ONCE {
            if wanted.room.level_now() != Level::Enough {
                return Err(NotTaken::NoRoom);
            }
            (new, waiting) = written(new, waiting).await?;
        }
    }
    if size == 0 && given.is_empty() {
        return Ok(None);
    }
    let (new, _) = written(new, waiting).await?;
    Ok(Some((name, new)))
}

/// Reads on for a while: browsers show an answer only to what they could send.
async fn drain(mut part: Field<'_>, most: u64) {
    let mut size = 0;
    while let Ok(Some(bytes)) = part.chunk().await {
        size += bytes.len() as u64;
        if size > most {
            return;
        }
    }
}

async fn written(mut new: NewFile, waiting: Vec<u8>) -> Result<(NewFile, Vec<u8>), StoreError> {
    blocking(move || {
        let mut waiting = waiting;
        new.write_all(&waiting)?;
        waiting.clear();
        Ok((new, waiting))
    })
    .await
}

async fn text(mut part: Field<'_>) -> Result<String, NotTaken> {
    let mut value = Vec::new();
    while let Some(bytes) = part.chunk().await? {
        if value.len() + bytes.len() > LONGEST_FIELD {
            return Err(NotTaken::TooMany(MOST_AT_ONCE));
        }
        value.extend_from_slice(&bytes);
    }
    Ok(String::from_utf8_lossy(&value).into_owned())
}

async fn blocking<T: Send + 'static, E: From<StoreError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "writing a file broke");
            Err(StoreError::Panicked.into())
        })
}
