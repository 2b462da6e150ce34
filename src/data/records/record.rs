//! A record as it is stored: a head every record has, and its fields by number.

use jiff::Timestamp;
use minicbor::{Decoder, Encoder};

use super::field::{FieldNo, common};
use super::ids::{RecordId, UserId};
use super::value::Value;
use crate::data::store::StoreError;

/// A record with everything in it. Only the guard and the code below it hold one; what leaves is a
/// [`Seen`](crate::data::Seen) without the hidden fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub(in crate::data) id: RecordId,
    /// Number in bitmaps; given once, kept through trash and restore.
    pub(in crate::data) document: u32,
    /// Grows with every change; the `ETag`.
    pub(in crate::data) version: u64,
    pub(in crate::data) owner: Option<UserId>,
    pub(in crate::data) created_at: Timestamp,
    pub(in crate::data) updated_at: Timestamp,
    /// Sorted by number.
    pub(in crate::data) values: Vec<(FieldNo, Value)>,
}

/// Shape of the head; a later one with more parts is read by skipping what is not known.
const HEAD_PARTS: u64 = 5;

impl Record {
    /// The value of a field, of the head too.
    pub fn value(&self, no: FieldNo) -> Option<Value> {
        match no {
            common::ID => Some(Value::Id(uuid::Uuid::from_bytes(*self.id.bytes()))),
            common::OWNER => self
                .owner
                .map(|owner| Value::Id(uuid::Uuid::from_bytes(*owner.bytes()))),
            common::CREATED_AT => Some(Value::Time(self.created_at)),
            common::UPDATED_AT => Some(Value::Time(self.updated_at)),
            _ => self.get(no).cloned(),
        }
    }

    /// The value of a field that is not in the head.
    pub fn get(&self, no: FieldNo) -> Option<&Value> {
        self.values
            .binary_search_by_key(&no, |(number, _)| *number)
            .ok()
            .map(|place| &self.values[place].1)
    }

    /// The text of a field; empty where it has none.
    pub fn text(&self, no: FieldNo) -> &str {
        self.get(no).and_then(Value::as_text).unwrap_or_default()
    }

    /// Sets or clears a field that is not in the head.
    pub(in crate::data) fn set(&mut self, no: FieldNo, value: Option<Value>) {
        match (
            self.values.binary_search_by_key(&no, |(number, _)| *number),
            value,
        ) {
            (Ok(place), Some(value)) => self.values[place].1 = value,
            (Ok(place), None) => drop(self.values.remove(place)),
            (Err(place), Some(value)) => self.values.insert(place, (no, value)),
            (Err(_), None) => {}
        }
    }

    pub(in crate::data) fn encode(&self) -> Vec<u8> {
        self.try_encode().expect("writing into memory cannot fail")
    }

    fn try_encode(&self) -> Result<Vec<u8>, minicbor::encode::Error<std::convert::Infallible>> {
        let mut encoder = Encoder::new(Vec::with_capacity(256));
        encoder.array(2)?.array(HEAD_PARTS)?;
        encoder.u32(self.document)?.u64(self.version)?;
        match &self.owner {
            Some(owner) => encoder.bytes(owner.bytes())?,
            None => encoder.null()?,
        };
        encoder
            .i64(self.created_at.as_millisecond())?
            .i64(self.updated_at.as_millisecond())?;
        encoder.map(self.values.len() as u64)?;
        for (no, value) in &self.values {
            encoder.u16(*no)?;
            value.encode(&mut encoder)?;
        }
        Ok(encoder.into_writer())
    }

    /// Reads a stored record. Fields and parts of the head that this program does not know are passed over.
    pub(in crate::data) fn decode(id: RecordId, bytes: &[u8]) -> Result<Self, StoreError> {
        Self::decode_where(id, bytes, |_| true)
    }

    /// The same with none but some of its values, for whoever looks at many records.
    pub(in crate::data) fn decode_only(
        id: RecordId,
        bytes: &[u8],
        fields: &[FieldNo],
    ) -> Result<Self, StoreError> {
        Self::decode_where(id, bytes, |no| fields.contains(&no))
    }

    fn decode_where(
        id: RecordId,
        bytes: &[u8],
        wanted: impl Fn(FieldNo) -> bool,
    ) -> Result<Self, StoreError> {
        let broken = |error: minicbor::decode::Error| StoreError::corrupt("a record", error);
        let mut decoder = Decoder::new(bytes);
        decoder.array().map_err(broken)?;
        let parts = decoder.array().map_err(broken)?.unwrap_or(0);
        if parts < HEAD_PARTS {
            return Err(StoreError::Corrupt("a record's head is short".to_owned()));
        }
        let document = decoder.u32().map_err(broken)?;
        let version = decoder.u64().map_err(broken)?;
        let owner = match decoder.datatype().map_err(broken)? {
            minicbor::data::Type::Null => decoder.null().map(|()| None).map_err(broken)?,
            _ => Some(user_id(decoder.bytes().map_err(broken)?)?),
        };
        let created_at = timestamp(decoder.i64().map_err(broken)?)?;
        let updated_at = timestamp(decoder.i64().map_err(broken)?)?;
        for _ in HEAD_PARTS..parts {
            decoder.skip().map_err(broken)?;
        }
        let count = decoder.map().map_err(broken)?.unwrap_or(0);
        let mut values = Vec::with_capacity(count.min(256) as usize);
        for _ in 0..count {
            let no = decoder.u16().map_err(broken)?;
            if !wanted(no) {
                decoder.skip().map_err(broken)?;
            } else if let Some(value) = Value::decode(&mut decoder)? {
                values.push((no, value));
            }
        }
        Ok(Self {
            id,
            document,
            version,
            owner,
            created_at,
            updated_at,
            values,
        })
    }
}

fn user_id(bytes: &[u8]) -> Result<UserId, StoreError> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt("an owner's id".to_owned()))?;
    Ok(UserId::from_bytes(bytes))
}

fn timestamp(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::corrupt("a time", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            id: RecordId::new(),
            document: 7,
            version: 3,
            owner: Some(UserId::new()),
            created_at: Timestamp::from_millisecond(1_700_000_000_123).expect("in range"),
            updated_at: Timestamp::from_millisecond(1_700_000_001_456).expect("in range"),
            values: vec![
                (10, Value::Text("Zażółć".to_owned())),
                (12, Value::List(vec!["a".to_owned(), "b".to_owned()])),
                (13, Value::Number(-5)),
                (14, Value::Date(jiff::civil::date(1969, 12, 31))),
                (15, Value::Bool(true)),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let record = record();
        assert_eq!(
            Record::decode(record.id, &record.encode()).expect("decodes"),
            record
        );
    }

    #[test]
    fn unknown_shapes_are_passed_over_and_broken_bytes_are_an_error() {
        let record = record();
        let mut encoder = Encoder::new(Vec::new());
        encoder.array(2).unwrap().array(6).unwrap();
        encoder
            .u32(7)
            .unwrap()
            .u64(3)
            .unwrap()
            .null()
            .unwrap()
            .i64(0)
            .unwrap()
            .i64(0)
            .unwrap()
            .str("later")
            .unwrap();
        encoder.map(2).unwrap().u16(10).unwrap().str("x").unwrap();
        encoder
            .u16(99)
            .unwrap()
            .tag(minicbor::data::Tag::new(50_000))
            .unwrap()
            .str("new kind")
            .unwrap();
        let decoded = Record::decode(record.id, &encoder.into_writer()).expect("decodes");
        assert_eq!(decoded.values, [(10, Value::Text("x".to_owned()))]);
        let bytes = record.encode();
        for length in 0..bytes.len() {
            assert!(
                Record::decode(record.id, &bytes[..length]).is_err(),
                "cut at {length}"
            );
        }
    }
}
