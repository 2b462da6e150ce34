//! A record as a line: the API's object, and under `_stored` what it does not say.
//!
//! `_stored` always has the document number and the version. Where reading the API's object back would not give the very
//! bytes that are stored (a field out of use, a choice told by its name), it has those too, as `cbor`.

use data_encoding::BASE64;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::data::records::field::{Field, FieldNo, RecordType, common};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::kind::{Kind, to_millisecond};
use crate::data::records::money::{Currency, Money};
use crate::data::records::record::Record;
use crate::data::records::value::Value;

/// Decimal places up to which a number is written the same by every program that reads it into a double.
const EXACT_SCALE: u8 = 4;
/// Numbers below this are exact in a double, whatever their places.
const EXACT_BELOW: u64 = 1_000_000_000_000_000;

/// Values of a field: more are no list somebody made.
const MOST_VALUES: usize = 1_000;
/// Characters of a text of the firm's own fields and of single values of lists; more than any field allows.
const MOST_CHARACTERS: usize = 100_000;

/// How a record type is written: its fields in order, grouped by the part of their names before the dot.
pub(super) struct Shape {
    kind: &'static RecordType,
    places: Vec<Place>,
}

enum Place {
    /// A field, with its name as JSON has it.
    One(&'static Field, Vec<u8>),
    /// Fields that stand in an object of their own.
    Nested(Vec<u8>, Vec<(&'static Field, Vec<u8>)>),
}

/// When and by whom a record was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deletion {
    pub(super) at: Timestamp,
    pub(super) by: Option<UserId>,
}

/// A line read back.
pub(super) struct Read {
    pub(super) record: Record,
    /// The record as it is stored.
    pub(super) bytes: Vec<u8>,
    pub(super) deletion: Option<Deletion>,
}

fn quoted(name: &str) -> Vec<u8> {
    let mut quoted = serde_json::to_vec(name).expect("writing into memory cannot fail");
    quoted.push(b':');
    quoted
}

impl Shape {
    /// Of a type with the fields in use.
    pub(super) fn of(kind: &'static RecordType) -> Self {
        let mut places: Vec<Place> = Vec::new();
        for field in kind.fields {
            let Some((outer, inner)) = field.name.split_once('.') else {
                places.push(Place::One(field, quoted(field.name)));
                continue;
            };
            let (outer, inner) = (quoted(outer), (field, quoted(inner)));
            let known = places.iter_mut().find_map(|place| match place {
                Place::Nested(name, fields) if *name == outer => Some(fields),
                _ => None,
            });
            match known {
                Some(fields) => fields.push(inner),
                None => places.push(Place::Nested(outer, vec![inner])),
            }
        }
        Self { kind, places }
    }

    /// Writes a record, with the bytes it was decoded from, without the line break.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        record: &Record,
        bytes: &[u8],
        deletion: Option<Deletion>,
    ) {
        let mut told = 0;
        let mut exact = true;
        let mut put = |out: &mut Vec<u8>, field: &Field, name: &[u8]| {
            out.extend_from_slice(name);
            exact &= write_field(out, field, record, &mut told);
            out.push(b',');
        };
        out.push(b'{');
        for place in &self.places {
            match place {
                Place::One(field, name) => put(out, field, name),
                Place::Nested(name, fields) => {
                    out.extend_from_slice(name);
                    out.push(b'{');
                    for (field, name) in fields {
                        put(out, field, name);
                    }
                    out.pop();
                    out.extend_from_slice(b"},");
                }
            }
        }
        if let Some(deletion) = deletion {
            out.extend_from_slice(
                format!("\"deleted_at\":\"{}\",\"deleted_by\":", deletion.at).as_bytes(),
            );
            match deletion.by {
                Some(user) => out.extend_from_slice(format!("\"{user}\",").as_bytes()),
                None => out.extend_from_slice(b"null,"),
            }
        }
        out.extend_from_slice(b"\"_stored\":{\"document\":");
        out.extend_from_slice(record.document.to_string().as_bytes());
        out.extend_from_slice(b",\"version\":");
        out.extend_from_slice(record.version.to_string().as_bytes());
        if !exact || told != record.values.len() || record.encode() != bytes {
            out.extend_from_slice(b",\"cbor\":\"");
            out.extend_from_slice(BASE64.encode(bytes).as_bytes());
            out.push(b'"');
        }
        out.extend_from_slice(b"}}");
    }

    /// Reads a line, and looks whether it is a record that this type can have. `passing` are fields that are being removed.
    pub(super) fn read(
        &self,
        whole: &'static RecordType,
        passing: &[FieldNo],
        line: &[u8],
    ) -> Result<Read, String> {
        let mut json: Map<String, Json> =
            serde_json::from_slice(line).map_err(|error| format!("it is no object: {error}"))?;
        let Some(Json::Object(mut stored)) = json.remove("_stored") else {
            return Err("it lacks _stored".to_owned());
        };
        let number = |name: &str| stored.get(name).and_then(Json::as_u64);
        let version = number("version").filter(|version| *version > 0);
        let version = version.ok_or("it lacks a version")?;
        let document = number("document").and_then(|number| u32::try_from(number).ok());
        // Numbers of bitmaps are cut in two parts, of which the upper has 16 bits.
        let document = document.filter(|document| *document < 1 << 30);
        let document = document.ok_or("it lacks a document number")?;
        let id = json.get("id").and_then(Json::as_str);
        let id: RecordId = id.and_then(|id| id.parse().ok()).ok_or("it lacks an id")?;
        let deletion = read_deletion(&json)?;
        let (record, bytes) = match stored.remove("cbor") {
            Some(Json::String(text)) => {
                let bytes = BASE64
                    .decode(text.as_bytes())
                    .map_err(|error| format!("cbor: {error}"))?;
                let record = Record::decode(id, &bytes).map_err(|error| error.to_string())?;
                if (record.document, record.version) != (document, version) {
                    return Err("cbor tells of another document or version".to_owned());
                }
                (record, bytes)
            }
            Some(_) => return Err("cbor is no text".to_owned()),
            None => {
                let record = self.take(&json, id, document, version)?;
                let bytes = record.encode();
                (record, bytes)
            }
        };
        check(whole, passing, &record)?;
        Ok(Read {
            record,
            bytes,
            deletion,
        })
    }

    /// The record that the API's object tells of.
    fn take(
        &self,
        json: &Map<String, Json>,
        id: RecordId,
        document: u32,
        version: u64,
    ) -> Result<Record, String> {
        let mut record = Record {
            id,
            document,
            version,
            owner: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            values: Vec::with_capacity(self.kind.fields.len()),
        };
        let (mut created, mut updated) = (None, None);
        for field in self.kind.fields {
            let told = match field.name.split_once('.') {
                None => json.get(field.name),
                Some((outer, inner)) => json.get(outer).and_then(|outer| outer.get(inner)),
            };
            let value = take_value(field, told.unwrap_or(&Json::Null))?;
            match (field.no, value) {
                (common::ID, _) => {}
                (common::OWNER, Some(Value::Id(owner))) => {
                    record.owner = Some(UserId::from_bytes(*owner.as_bytes()));
                }
                (common::CREATED_AT, Some(Value::Time(at))) => created = Some(at),
                (common::UPDATED_AT, Some(Value::Time(at))) => updated = Some(at),
                (no, Some(value)) => record.values.push((no, value)),
                (_, None) => {}
            }
        }
        record.values.sort_by_key(|(no, _)| *no);
        record.created_at = created.ok_or("it lacks created_at")?;
        record.updated_at = updated.ok_or("it lacks updated_at")?;
        Ok(record)
    }
}

fn read_deletion(json: &Map<String, Json>) -> Result<Option<Deletion>, String> {
    let Some(at) = json.get("deleted_at") else {
        return Ok(None);
    };
    let at = at.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let at = at.filter(|at| to_millisecond(*at) == *at);
    let by = match json.get("deleted_by") {
        None | Some(Json::Null) => None,
        Some(user) => {
            let user = user.as_str().and_then(|text| text.parse().ok());
            Some(user.ok_or("deleted_by is no id")?)
        }
    };
    let at = at.ok_or("deleted_at is no time")?;
    Ok(Some(Deletion { at, by }))
}

/// Writes a field's value; whether [`take_value`] gives the same back. Counts values outside of the head.
fn write_field(out: &mut Vec<u8>, field: &Field, record: &Record, told: &mut usize) -> bool {
    let text = |out: &mut Vec<u8>, text: &str| {
        serde_json::to_writer(out, text).expect("writing into memory cannot fail");
    };
    match field.no {
        common::ID => text(out, &record.id.to_string()),
        common::OWNER => match record.owner {
            Some(owner) => text(out, &owner.to_string()),
            None => out.extend_from_slice(b"null"),
        },
        common::CREATED_AT => text(out, &record.created_at.to_string()),
        common::UPDATED_AT => text(out, &record.updated_at.to_string()),
        no => {
            let Some(value) = record.get(no) else {
                let empty: &[u8] = if field.kind.is_list() { b"[]" } else { b"null" };
                out.extend_from_slice(empty);
                return true;
            };
            *told += 1;
            return write_value(out, field.kind, value);
        }
    }
    true
}

fn write_value(out: &mut Vec<u8>, kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (
            Kind::Text(_)
            | Kind::LongText(_)
            | Kind::Choice(_)
            | Kind::TaxId
            | Kind::Link
            | Kind::Country
            | Kind::Iban,
            Value::Text(text),
        ) => {
            serde_json::to_writer(out, text).expect("writing into memory cannot fail");
            true
        }
        (Kind::Emails | Kind::Phones | Kind::Tags, Value::List(list)) => {
            serde_json::to_writer(out, list).expect("writing into memory cannot fail");
            !list.is_empty()
        }
        (Kind::Number { scale, least, most }, Value::Number(number)) => {
            // As it is written here it is a number of JSON.
            out.extend_from_slice(kind.give_text(value).as_bytes());
            scale <= EXACT_SCALE
                && number.unsigned_abs() < EXACT_BELOW
                && (least..=most).contains(number)
        }
        (Kind::Money, Value::Money(_))
        | (Kind::Date, Value::Date(_))
        | (Kind::Time, Value::Time(_))
        | (Kind::YesNo, Value::Bool(_))
        | (Kind::Reference(_), Value::Id(_)) => {
            let json = kind.give_json(value);
            serde_json::to_writer(out, &json).expect("writing into memory cannot fail");
            true
        }
        (kind, value) => {
            let json = kind.give_json(value);
            serde_json::to_writer(out, &json).expect("writing into memory cannot fail");
            false
        }
    }
}

/// A value as it was written, to the letter: nothing is put right, since nothing was wrong when it was stored.
fn take_value(field: &Field, json: &Json) -> Result<Option<Value>, String> {
    let wrong = || format!("{} is not what such a field holds", field.name);
    let text = || json.as_str().ok_or_else(wrong);
    if json.is_null() {
        return Ok(None);
    }
    let value = match field.kind {
        Kind::Text(_)
        | Kind::LongText(_)
        | Kind::Choice(_)
        | Kind::TaxId
        | Kind::Link
        | Kind::Country
        | Kind::Iban => Value::Text(text()?.to_owned()),
        Kind::Emails | Kind::Phones | Kind::Tags => {
            let list = json.as_array().ok_or_else(wrong)?;
            if list.is_empty() {
                return Ok(None);
            }
            let texts: Option<Vec<String>> = list
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect();
            Value::List(texts.ok_or_else(wrong)?)
        }
        Kind::Picks(_) if json.as_array().is_some_and(Vec::is_empty) => return Ok(None),
        Kind::Number { .. } => match field.kind.take_json(json) {
            Ok(Some(value)) => value,
            _ => return Err(wrong()),
        },
        Kind::Money => {
            let part = |name: &str| json.get(name).and_then(Json::as_str).ok_or_else(wrong);
            let currency = Currency::parse(part("currency")?).map_err(|_| wrong())?;
            let money = Money::parse_decimal(part("amount")?, currency).map_err(|_| wrong())?;
            Value::Money(money)
        }
        Kind::Date => Value::Date(text()?.parse().map_err(|_| wrong())?),
        Kind::Time => Value::Time(text()?.parse().map_err(|_| wrong())?),
        Kind::YesNo => Value::Bool(json.as_bool().ok_or_else(wrong)?),
        Kind::Id | Kind::Owner | Kind::Reference(_) => {
            Value::Id(Uuid::try_parse(text()?).map_err(|_| wrong())?)
        }
        // Told by their names, which are no values; a record that has one has its bytes in the line.
        Kind::Pick(_) | Kind::Picks(_) => return Err(wrong()),
    };
    Ok(Some(value))
}

/// Takes out of a record what its type has no place for any more; the number of values that went.
pub(in crate::data::access) fn fit_in(kind: &RecordType, record: &mut Record) -> usize {
    let before = record.values.len();
    record
        .values
        .retain(|(no, value)| kind.field(*no).is_some_and(|field| fits(field, value)));
    before - record.values.len()
}

/// Whether every value is of the kind its field holds, and of a size that somebody can have given it.
fn check(whole: &RecordType, passing: &[FieldNo], record: &Record) -> Result<(), String> {
    if !record.values.is_sorted_by(|one, next| one.0 < next.0) {
        return Err("its values are out of order".to_owned());
    }
    for (no, value) in &record.values {
        match whole.field(*no) {
            Some(field) if fits(field, value) => {}
            Some(field) => return Err(format!("{} is not what such a field holds", field.name)),
            None if passing.contains(no) => {}
            None => return Err(format!("there is no field {no}")),
        }
    }
    let missing = whole
        .fields
        .iter()
        .find(|field| field.required && field.own.is_none() && record.value(field.no).is_none());
    match missing {
        Some(field) => Err(format!("it lacks {}", field.name)),
        None => Ok(()),
    }
}

fn fits(field: &Field, value: &Value) -> bool {
    let most = match field.kind {
        Kind::Text(most) | Kind::LongText(most) if field.own.is_none() => most,
        _ => MOST_CHARACTERS,
    };
    match (field.kind, value) {
        (
            Kind::Text(_)
            | Kind::LongText(_)
            | Kind::Choice(_)
            | Kind::TaxId
            | Kind::Link
            | Kind::Country
            | Kind::Iban
            | Kind::Pick(_),
            Value::Text(text),
        ) => !text.is_empty() && text.chars().count() <= most,
        (Kind::Emails | Kind::Phones | Kind::Tags | Kind::Picks(_), Value::List(list)) => {
            !list.is_empty()
                && list.len() <= MOST_VALUES
                && list.iter().map(String::len).sum::<usize>() <= most
        }
        (Kind::Number { .. }, Value::Number(_))
        | (Kind::Money, Value::Money(_))
        | (Kind::Date, Value::Date(_))
        | (Kind::Time, Value::Time(_))
        | (Kind::YesNo, Value::Bool(_))
        | (Kind::Reference(_), Value::Id(_)) => true,
        _ => false,
    }
}
