//! Lines of what is stored as JSON: the key, and the very bytes of the value.
//!
//! `{"key":"HEX","value":JSON}`; a key of letters (settings) stands as it is, and a value that is no JSON text on one line is
//! given as `"bytes":"BASE64"`. What stands before `"value":` has one fixed form, so that the value is found without reading
//! it and comes back to the byte.

use data_encoding::{BASE64, HEXLOWER};
use serde::de::IgnoredAny;

use super::part::Part;

/// The longest key; ours have at most a few dozen bytes.
const LONGEST_KEY: usize = 512;

const STORED: &[u8] = b",\"_stored\":";

/// Writes an entry as a line, without the line break.
pub(super) fn write(out: &mut Vec<u8>, part: Part, key: &[u8], value: &[u8]) {
    out.extend_from_slice(b"{\"key\":\"");
    if part == Part::Settings && is_plain(key) {
        out.extend_from_slice(key);
    } else {
        out.extend_from_slice(HEXLOWER.encode(key).as_bytes());
    }
    if is_json_line(value) {
        out.extend_from_slice(b"\",\"value\":");
        out.extend_from_slice(value);
        out.push(b'}');
    } else {
        out.extend_from_slice(b"\",\"bytes\":\"");
        out.extend_from_slice(BASE64.encode(value).as_bytes());
        out.extend_from_slice(b"\"}");
    }
}

/// Reads what [`write`] wrote.
pub(super) fn read(part: Part, line: &[u8]) -> Result<(Vec<u8>, Vec<u8>), String> {
    let shape = || "it is not {\"key\":…,\"value\":…}".to_owned();
    let rest = line.strip_prefix(b"{\"key\":\"").ok_or_else(shape)?;
    let end = rest
        .iter()
        .take(2 * LONGEST_KEY + 1)
        .position(|byte| *byte == b'"')
        .ok_or_else(shape)?;
    let (key, rest) = rest.split_at(end);
    let key = if part == Part::Settings {
        if !is_plain(key) {
            return Err("the key holds other characters than letters, digits, - and :".to_owned());
        }
        key.to_vec()
    } else {
        HEXLOWER
            .decode(key)
            .map_err(|error| format!("the key: {error}"))?
    };
    if let Some(rest) = rest.strip_prefix(b"\",\"value\":") {
        let value = rest.strip_suffix(b"}").ok_or_else(shape)?;
        if !is_json_line(value) {
            return Err("the value is not JSON".to_owned());
        }
        return Ok((key, value.to_vec()));
    }
    let rest = rest.strip_prefix(b"\",\"bytes\":\"").ok_or_else(shape)?;
    let value = rest.strip_suffix(b"\"}").ok_or_else(shape)?;
    let value = BASE64
        .decode(value)
        .map_err(|error| format!("the bytes: {error}"))?;
    if is_json_line(&value) {
        return Err("the bytes are JSON, and so have to be given as such".to_owned());
    }
    Ok((key, value))
}

/// A key of the settings, which are named by words.
fn is_plain(key: &[u8]) -> bool {
    !key.is_empty()
        && key.len() <= LONGEST_KEY
        && key
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.'))
}

/// Whether bytes are one object or list of JSON without a line break.
pub(super) fn is_json_line(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'{' | b'['))
        && !bytes.contains(&b'\n')
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Ends an object of the API with what is stored of it: its last brace is moved behind.
pub(super) fn write_stored(out: &mut Vec<u8>, api: &serde_json::Value, stored: Option<&[u8]>) {
    serde_json::to_writer(&mut *out, api).expect("writing into memory cannot fail");
    if let Some(stored) = stored {
        out.pop();
        out.extend_from_slice(STORED);
        out.extend_from_slice(stored);
        out.push(b'}');
    }
}

/// What is stored, of a line by [`write_stored`]; none where nothing is. Inside of a text the marker cannot stand: its quotes
/// would be escaped there.
pub(super) fn read_stored(line: &[u8]) -> Result<Option<&[u8]>, String> {
    let Some(at) = line
        .windows(STORED.len())
        .position(|window| window == STORED)
    else {
        return Ok(None);
    };
    let rest = line[at + STORED.len()..].strip_suffix(b"}");
    let stored = rest.filter(|stored| is_json_line(stored));
    stored
        .map(Some)
        .ok_or_else(|| "what is stored is not JSON".to_owned())
}

/// Writes an entry of a record's history.
pub(super) fn write_history(out: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<(), String> {
    let (id, version) = history_key(key).ok_or("a history key is short")?;
    if !is_json_line(value) {
        return Err("a history entry is not JSON".to_owned());
    }
    out.extend_from_slice(b"{\"record\":\"");
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let id = uuid::Uuid::from_bytes(id).hyphenated();
    out.extend_from_slice(id.encode_lower(&mut text).as_bytes());
    out.extend_from_slice(b"\",\"version\":");
    out.extend_from_slice(version.to_string().as_bytes());
    out.extend_from_slice(b",\"entry\":");
    out.extend_from_slice(value);
    out.push(b'}');
    Ok(())
}

/// The record and the version of a key of history.
pub(super) fn history_key(key: &[u8]) -> Option<([u8; 16], u64)> {
    let (head, version) = key.split_last_chunk::<8>()?;
    Some((*head.last_chunk::<16>()?, u64::from_be_bytes(*version)))
}

/// Reads what [`write_history`] wrote: record, version, entry.
pub(super) fn read_history(line: &[u8]) -> Result<([u8; 16], u64, &[u8]), String> {
    let shape = || "it is not {\"record\":…,\"version\":…,\"entry\":…}".to_owned();
    let rest = line.strip_prefix(b"{\"record\":\"").ok_or_else(shape)?;
    let (id, rest) = read_id(rest).ok_or_else(|| "the record is no id".to_owned())?;
    let rest = rest.strip_prefix(b"\",\"version\":").ok_or_else(shape)?;
    let digits = rest
        .iter()
        .take(20)
        .take_while(|byte| byte.is_ascii_digit());
    let (version, rest) = rest.split_at(digits.count());
    let version = std::str::from_utf8(version)
        .ok()
        .filter(|text| !text.starts_with('0'))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| "the version is no number".to_owned())?;
    let rest = rest.strip_prefix(b",\"entry\":").ok_or_else(shape)?;
    let entry = rest.strip_suffix(b"}").ok_or_else(shape)?;
    Ok((id, version, entry))
}

/// Writes the row of a record's file.
pub(super) fn write_file(out: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<(), String> {
    let ids = key.last_chunk::<32>().ok_or("the key of a file is short")?;
    if !is_json_line(value) {
        return Err("the row of a file is not JSON".to_owned());
    }
    let (record, file) = ids.split_at(16);
    for (name, id) in [("{\"record\":\"", record), ("\",\"file\":\"", file)] {
        out.extend_from_slice(name.as_bytes());
        let id = uuid::Uuid::from_slice(id).map_err(|error| error.to_string())?;
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        out.extend_from_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
    }
    out.extend_from_slice(b"\",\"entry\":");
    out.extend_from_slice(value);
    out.push(b'}');
    Ok(())
}

/// A line of files: record, file, row.
type FileRow<'a> = ([u8; 16], [u8; 16], &'a [u8]);

/// Reads what [`write_file`] wrote.
pub(super) fn read_file(line: &[u8]) -> Result<FileRow<'_>, String> {
    let shape = || "it is not {\"record\":…,\"file\":…,\"entry\":…}".to_owned();
    let rest = line.strip_prefix(b"{\"record\":\"").ok_or_else(shape)?;
    let (record, rest) = read_id(rest).ok_or_else(shape)?;
    let rest = rest.strip_prefix(b"\",\"file\":\"").ok_or_else(shape)?;
    let (file, rest) = read_id(rest).ok_or_else(shape)?;
    let rest = rest.strip_prefix(b"\",\"entry\":").ok_or_else(shape)?;
    let entry = rest.strip_suffix(b"}").filter(|entry| is_json_line(entry));
    Ok((record, file, entry.ok_or_else(shape)?))
}

/// An id in its one form, and what follows it.
fn read_id(bytes: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (id, rest) = bytes.split_at_checked(36)?;
    let id = std::str::from_utf8(id).ok()?;
    let uuid = uuid::Uuid::try_parse(id).ok()?;
    (uuid.hyphenated().to_string() == id).then_some((*uuid.as_bytes(), rest))
}
