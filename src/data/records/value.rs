//! What a field of a record can hold.

use jiff::Timestamp;
use jiff::civil::Date;
use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use uuid::Uuid;

use super::money::{Currency, Money};
use crate::data::store::StoreError;

/// A value of a field. An empty field has no value at all; there are no empty texts and no empty lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, NFC; also choices, tax ids, links, countries and account numbers in their canonical form.
    Text(String),
    /// Several texts in their order: e-mails, phones, tags.
    List(Vec<String>),
    /// A whole number, or a decimal one scaled by its kind.
    Number(i64),
    /// An amount.
    Money(Money),
    /// A calendar day.
    Date(Date),
    /// A moment, to the millisecond.
    Time(Timestamp),
    /// Yes or no.
    Bool(bool),
    /// A reference to a record, a person.
    Id(Uuid),
}

/// Money as `[minor units, currency]`.
const MONEY: Tag = Tag::new(40_001);
/// A day as days since 1970-01-01 (RFC 8943).
const DATE: Tag = Tag::new(100);
/// A moment as milliseconds since 1970-01-01T00:00Z.
const TIME: Tag = Tag::new(40_002);

const EPOCH: Date = Date::constant(1970, 1, 1);

type Infallible = minicbor::encode::Error<std::convert::Infallible>;

impl Value {
    /// The text, where the value is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts, where the value is a list; a single text is a list of one.
    pub fn as_list(&self) -> &[String] {
        match self {
            Self::List(list) => list,
            Self::Text(text) => std::slice::from_ref(text),
            _ => &[],
        }
    }

    pub(super) fn encode(&self, encoder: &mut Encoder<Vec<u8>>) -> Result<(), Infallible> {
        match self {
            Self::Text(text) => encoder.str(text)?,
            Self::List(list) => {
                encoder.array(list.len() as u64)?;
                for text in list {
                    encoder.str(text)?;
                }
                encoder
            }
            Self::Number(number) => encoder.i64(*number)?,
            Self::Money(money) => encoder
                .tag(MONEY)?
                .array(2)?
                .i64(money.minor())?
                .str(money.currency().as_str())?,
            Self::Date(date) => encoder.tag(DATE)?.i64(days(*date))?,
            Self::Time(time) => encoder.tag(TIME)?.i64(time.as_millisecond())?,
            Self::Bool(yes) => encoder.bool(*yes)?,
            Self::Id(id) => encoder.bytes(id.as_bytes())?,
        };
        Ok(())
    }

    /// The next value; `None` for a shape this program does not know, which is skipped.
    pub(super) fn decode(decoder: &mut Decoder<'_>) -> Result<Option<Self>, StoreError> {
        let broken = |error: minicbor::decode::Error| StoreError::corrupt("a field's value", error);
        let value = match decoder.datatype().map_err(broken)? {
            Type::String => Self::Text(decoder.str().map_err(broken)?.to_owned()),
            Type::Array => {
                let length = decoder.array().map_err(broken)?.unwrap_or(0);
                let mut list = Vec::with_capacity(length.min(64) as usize);
                for _ in 0..length {
                    list.push(decoder.str().map_err(broken)?.to_owned());
                }
                Self::List(list)
            }
            Type::Bool => Self::Bool(decoder.bool().map_err(broken)?),
            Type::Bytes => match Uuid::from_slice(decoder.bytes().map_err(broken)?) {
                Ok(id) => Self::Id(id),
                Err(error) => return Err(StoreError::corrupt("a reference", error)),
            },
            Type::Tag => match decoder.tag().map_err(broken)? {
                MONEY => {
                    decoder.array().map_err(broken)?;
                    let minor = decoder.i64().map_err(broken)?;
                    let currency = Currency::parse(decoder.str().map_err(broken)?)
                        .map_err(|_| StoreError::Corrupt("a currency".to_owned()))?;
                    Self::Money(
                        Money::new(minor, currency)
                            .map_err(|_| StoreError::Corrupt("an amount".to_owned()))?,
                    )
                }
                DATE => Self::Date(
                    from_days(decoder.i64().map_err(broken)?)
                        .ok_or_else(|| StoreError::Corrupt("a date".to_owned()))?,
                ),
                TIME => Self::Time(
                    Timestamp::from_millisecond(decoder.i64().map_err(broken)?)
                        .map_err(|error| StoreError::corrupt("a time", error))?,
                ),
                _ => {
                    decoder.skip().map_err(broken)?;
                    return Ok(None);
                }
            },
            Type::U8
            | Type::U16
            | Type::U32
            | Type::U64
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64 => Self::Number(decoder.i64().map_err(broken)?),
            _ => {
                decoder.skip().map_err(broken)?;
                return Ok(None);
            }
        };
        Ok(Some(value))
    }
}

/// Days since 1970-01-01.
pub(super) fn days(date: Date) -> i64 {
    EPOCH
        .until(date)
        .map_or(0, |span| i64::from(span.get_days()))
}

fn from_days(days: i64) -> Option<Date> {
    EPOCH
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}
