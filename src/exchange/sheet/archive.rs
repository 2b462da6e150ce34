//! A sheet that lies in an archive of several, such as a person's own copy. The archive comes from a stranger: sizes are
//! taken from its directory first, then counted, since a directory can lie (CWE-409).

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};

use zip::ZipArchive;

use super::error::SheetError;
use super::limits::Limits;
use super::{xlsx_guard, xlsx_read};

/// How archives begin (APPNOTE.TXT 4.3.7).
const ZIP: &[u8] = b"PK\x03\x04";
/// Files of an archive of sheets.
const MOST_FILES: usize = 100;
/// What only an archive has that is one sheet itself.
const OF_A_SHEET: [&str; 2] = ["[Content_Types].xml", "mimetype"];

/// The names of what lies in an archive of sheets; nothing where the file is none.
pub(crate) fn names(file: &File) -> Result<Option<Vec<String>>, SheetError> {
    let mut file = file.try_clone()?;
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::by_ref(&mut file)
        .take(ZIP.len() as u64)
        .read_to_end(&mut head)?;
    if head != ZIP {
        return Ok(None);
    }
    let size = file.metadata()?.len();
    let names = xlsx_read::calm(|| xlsx_guard::names(&mut file, size))?;
    let is_sheet = names.iter().any(|name| OF_A_SHEET.contains(&name.as_str()));
    Ok((!is_sheet).then_some(names))
}

/// Unpacks one file of it, no more than a sheet may have.
pub(crate) fn unpack(
    file: &File,
    name: &str,
    limits: &Limits,
    into: &mut File,
) -> Result<(), SheetError> {
    let mut file = file.try_clone()?;
    xlsx_read::calm(|| {
        file.seek(SeekFrom::Start(0))?;
        let mut archive = ZipArchive::new(BufReader::new(&file)).map_err(xlsx_guard::zip_error)?;
        if archive.len() > MOST_FILES {
            return Err(SheetError::UnpacksTooLarge);
        }
        let entry = archive.by_name(name).map_err(xlsx_guard::zip_error)?;
        let declared = entry.size();
        if declared > limits.file_bytes {
            return Err(SheetError::UnpacksTooLarge);
        }
        let mut read = entry.take(declared.min(limits.file_bytes) + 1);
        let mut buffer = vec![0; 64 * 1024];
        let mut written = 0_u64;
        loop {
            let count = read.read(&mut buffer).map_err(SheetError::damaged)?;
            if count == 0 {
                break;
            }
            written += count as u64;
            if written > declared {
                return Err(SheetError::damaged(
                    "a part is larger than its directory says",
                ));
            }
            into.write_all(&buffer[..count])?;
        }
        into.flush()?;
        Ok(())
    })
}
