//! What a file is: its content decides, whatever its name.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::error::SheetError;
use super::{xlsx_guard, xlsx_read};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xls,
    Ods,
    Csv,
}

/// What a file was found to be.
pub(super) struct Found {
    pub(super) kind: Kind,
    /// Its name says otherwise; one with no ending that we know says nothing.
    pub(super) misnamed: bool,
}

const ZIP: &[u8] = b"PK\x03\x04";
/// An archive without entries begins with its end record.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
/// Microsoft's compound file: .xls, and the wrapping of an encrypted .xlsx.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Name of the stream that holds an encrypted workbook (MS-OFFCRYPTO 2.3.4), in the UTF-16 of the directory.
const ENCRYPTED_PACKAGE: &str = "EncryptedPackage";

const OTHER_KINDS: &[&[u8]] = &[
    b"%PDF-",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"GIF8",
    b"\x1F\x8B",
    b"BZh",
    b"7z\xBC\xAF\x27\x1C",
    b"\xFD7zXZ",
    b"\x28\xB5\x2F\xFD",
    b"Rar!",
    b"{\\rtf",
    b"\x7FELF",
    b"MZ\x90\x00",
    b"SQLite format 3\0",
];

/// How much of the beginning tells text from anything else.
const SAMPLE: u64 = 64 * 1024;

pub(super) fn detect(file: &mut File, file_name: &str) -> Result<Found, SheetError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(SAMPLE).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(SheetError::Empty);
    }
    let kind = if head.starts_with(ZIP) || head.starts_with(EMPTY_ZIP) {
        of_archive(file)?
    } else if head.starts_with(OLE) {
        if holds_encrypted_package(file)? {
            return Err(SheetError::Encrypted);
        }
        Kind::Xls
    } else if is_text(&head) {
        Kind::Csv
    } else if is_markup(&head) {
        return Err(SheetError::WebPage);
    } else {
        return Err(SheetError::NotASheet);
    };
    let named = match extension_of(file_name).as_str() {
        // An .xlsm differs by its macros, which nothing here runs.
        "xlsx" | "xlsm" | "xltx" => Some(Kind::Xlsx),
        "xls" | "xlt" => Some(Kind::Xls),
        "ods" => Some(Kind::Ods),
        "csv" | "txt" | "tsv" => Some(Kind::Csv),
        _ => None,
    };
    Ok(Found {
        kind,
        misnamed: named.is_some_and(|named| named != kind),
    })
}

/// What an .ods says it is (ODF 1.2, part 3, 3.3).
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// Workbooks are archives; what is in one tells which kind it is.
fn of_archive(file: &mut File) -> Result<Kind, SheetError> {
    let size = file.metadata()?.len();
    let names = xlsx_read::calm(|| xlsx_guard::names(file, size))?;
    let has = |name: &str| names.iter().any(|found| found == name);
    if has("xl/workbook.bin") {
        let extension = "xlsb".to_owned();
        Err(SheetError::Unsupported { extension })
    } else if has("[Content_Types].xml") {
        Ok(Kind::Xlsx)
    } else if has("content.xml")
        && has("mimetype")
        && xlsx_read::calm(|| xlsx_guard::beginning(file, "mimetype", 100))? == ODS
    {
        Ok(Kind::Ods)
    } else {
        Err(SheetError::NotASheet)
    }
}

pub(super) fn extension_of(file_name: &str) -> String {
    let (_, extension) = file_name.rsplit_once('.').unwrap_or_default();
    extension
        .trim()
        .chars()
        .take(16)
        .collect::<String>()
        .to_lowercase()
}

fn is_text(head: &[u8]) -> bool {
    if OTHER_KINDS.iter().any(|magic| head.starts_with(magic)) || is_markup(head) {
        return false;
    }
    if [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"]
        .iter()
        .any(|bom| head.starts_with(bom))
    {
        return true;
    }
    let controls = head
        .iter()
        .filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C))
        .count();
    !head.contains(&0) && controls * 50 <= head.len()
}

/// Web pages and XML are often saved under the name of a sheet.
fn is_markup(head: &[u8]) -> bool {
    let head = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let start = String::from_utf8_lossy(&head[..head.len().min(16)]).to_ascii_lowercase();
    ["<!doctype", "<html", "<?xml", "<table", "<head"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

fn holds_encrypted_package(file: &mut File) -> Result<bool, SheetError> {
    let needle: Vec<u8> = ENCRYPTED_PACKAGE
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    file.seek(SeekFrom::Start(0))?;
    let mut window = Vec::new();
    loop {
        let kept = window.len().saturating_sub(needle.len());
        window.drain(..kept);
        if file.by_ref().take(SAMPLE).read_to_end(&mut window)? == 0 {
            return Ok(false);
        }
        if window.windows(needle.len()).any(|part| part == needle) {
            return Ok(true);
        }
    }
}
