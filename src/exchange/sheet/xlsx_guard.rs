//! Refuses workbooks made to exhaust memory or time, before they are read.
//!
//! Sizes are taken from the archive's directory first, then enforced by unpacking every part once and counting, since a
//! directory can lie. See OWASP "File Upload Cheat Sheet" and CWE-409.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::SheetError;
use super::limits::Limits;
use super::xml_scan::{XmlFault, XmlScan};

/// Unpacked to packed size beyond which a file is taken for a bomb (Apache POI's bound), once it is large at all.
const MAX_RATIO: u64 = 100;
const LARGE: u64 = 100_000_000;
/// Pictures and the like.
const OPAQUE_PART_BYTES: u64 = 64_000_000;
/// Formats, names and relations in one part; Excel allows 65,490 cell formats.
const KEPT_ELEMENTS: u64 = 400_000;

/// End of the archive's directory (APPNOTE.TXT 4.3.16): 22 bytes and a comment of up to 65,535.
const END_RECORD: &[u8] = b"PK\x05\x06";
const END_TAIL: u64 = 22 + 65_535 + 20;
/// Points to the 64-bit end record (4.3.15).
const END64_LOCATOR: &[u8] = b"PK\x06\x07";
const END64_RECORD: &[u8] = b"PK\x06\x06";

/// Most names in an archive that are looked at to tell its kind; `check` has the say over how many there may be.
const MOST_NAMES: u64 = 10_000;

/// The names of the files in an archive.
pub(super) fn names(file: &mut File, size: u64) -> Result<Vec<String>, SheetError> {
    check_entry_count(file, size, MOST_NAMES)?;
    file.seek(SeekFrom::Start(0))?;
    let archive = ZipArchive::new(BufReader::new(&*file)).map_err(zip_error)?;
    archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned).map_err(zip_error))
        .collect()
}

/// The beginning of a file in an archive.
pub(super) fn beginning(file: &mut File, name: &str, most: u64) -> Result<Vec<u8>, SheetError> {
    file.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(BufReader::new(&*file)).map_err(zip_error)?;
    let part = archive.by_name(name).map_err(zip_error)?;
    let mut bytes = Vec::new();
    part.take(most)
        .read_to_end(&mut bytes)
        .map_err(SheetError::damaged)?;
    Ok(bytes)
}

/// Looks through the archive of an .xlsx or .ods.
pub(super) fn check(file: &mut File, size: u64, limits: &Limits) -> Result<(), SheetError> {
    check_entry_count(file, size, limits.zip_entries)?;
    file.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(BufReader::new(&*file)).map_err(zip_error)?;
    if archive.len() as u64 > limits.zip_entries {
        return Err(SheetError::UnpacksTooLarge);
    }
    let bound = if limits.unpacked_bytes > LARGE {
        limits
            .unpacked_bytes
            .min(size.saturating_mul(MAX_RATIO).max(LARGE))
    } else {
        limits.unpacked_bytes
    };
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(zip_error)?;
        declared = declared.saturating_add(entry.size());
    }
    if declared > bound {
        return Err(SheetError::UnpacksTooLarge);
    }
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(zip_error)?;
        let declared = entry.size();
        unpacked += scan_part(&mut entry, declared, limits)?;
        if unpacked > bound {
            return Err(SheetError::UnpacksTooLarge);
        }
    }
    Ok(())
}

/// The reader of the directory makes room for as many entries as it says it has.
fn check_entry_count(file: &mut File, size: u64, most: u64) -> Result<(), SheetError> {
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(END_TAIL)))?;
    file.take(END_TAIL).read_to_end(&mut tail)?;
    if !tail.windows(4).any(|part| part == END_RECORD) {
        return Err(SheetError::damaged("the end of the archive is missing"));
    }
    for at in 0..tail.len().saturating_sub(19) {
        if !tail[at..].starts_with(END64_LOCATOR) {
            continue;
        }
        let mut record = [0; 40];
        file.seek(SeekFrom::Start(little_endian(&tail[at + 8..at + 16])))?;
        let complete = file.read_exact(&mut record).is_ok();
        if !complete || !record.starts_with(END64_RECORD) {
            return Err(SheetError::damaged(
                "the directory of the archive is missing",
            ));
        }
        if little_endian(&record[32..40]) > most {
            return Err(SheetError::UnpacksTooLarge);
        }
    }
    Ok(())
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

/// Unpacks one part and gives its true size.
fn scan_part(part: &mut impl Read, declared: u64, limits: &Limits) -> Result<u64, SheetError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut scan = XmlScan::new();
    let mut is_xml = None;
    let mut size = 0_u64;
    loop {
        let read = part.read(&mut buffer).map_err(SheetError::damaged)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        if size > declared {
            return Err(SheetError::damaged(
                "a part is larger than its directory says",
            ));
        }
        let is_xml = *is_xml.get_or_insert_with(|| {
            let start = buffer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&buffer);
            start.trim_ascii_start().starts_with(b"<")
        });
        if is_xml {
            scan.feed(&buffer[..read]).map_err(xml_fault)?;
        } else if size > OPAQUE_PART_BYTES {
            return Err(SheetError::UnpacksTooLarge);
        }
        let too_many_texts = scan.holds_shared_texts() && size > limits.shared_text_bytes;
        if scan.kept_elements() > KEPT_ELEMENTS || too_many_texts {
            return Err(SheetError::UnpacksTooLarge);
        }
    }
    scan.finish().map_err(xml_fault)?;
    Ok(size)
}

fn xml_fault(fault: XmlFault) -> SheetError {
    match fault {
        XmlFault::Stretch => SheetError::UnpacksTooLarge,
        XmlFault::DocumentType => SheetError::damaged("it defines XML entities"),
        XmlFault::FalseCount => SheetError::damaged("its table of texts is not as long as it says"),
    }
}

pub(super) fn zip_error(error: ZipError) -> SheetError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SheetError::Encrypted,
        error => SheetError::damaged(error),
    }
}
