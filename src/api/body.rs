//! Bodies of calls: one JSON object, of a bounded size, in which no name stands twice.

use std::fmt;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use futures_util::StreamExt;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::error::ApiError;
use crate::data::Problem;

/// Bytes of a body.
pub(super) const LARGEST_BODY: usize = 1 << 20;

/// The object a call carries, and its bytes as they came.
pub(super) struct Object {
    pub(super) fields: Map<String, Json>,
    pub(super) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers(), request.method()) {
            return Err(ApiError::MediaType);
        }
        let bytes = whole(request.into_body()).await?;
        match parse(&bytes)? {
            Json::Object(fields) => Ok(Self { fields, bytes }),
            _ => Err(ApiError::field("", Problem::new("error-not-an-object"))),
        }
    }
}

/// Whether the body says that it is JSON; a PATCH may also call it a merge patch (RFC 7396), which it is.
fn is_json(headers: &HeaderMap, method: &Method) -> bool {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return false;
    };
    let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let known = kind == "application/json"
        || (kind == "application/merge-patch+json" && method == Method::PATCH);
    known
        && parts.all(|parameter| match parameter.split_once('=') {
            Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
            Some(_) => true,
            None => parameter.is_empty(),
        })
}

/// All bytes, unless there are too many.
async fn whole(body: Body) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut all = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| ApiError::NotJson(Problem::new("api-body-cut")))?;
        if all.len() + part.len() > LARGEST_BODY {
            return Err(ApiError::TooLarge);
        }
        all.extend_from_slice(&part);
    }
    Ok(all.into())
}

/// Reads JSON (RFC 8259) strictly; depth is bounded by the reader.
fn parse(bytes: &[u8]) -> Result<Json, ApiError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| ApiError::NotJson(Problem::new("api-not-json-utf8")))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let json = Strict.deserialize(&mut reader).and_then(|json| {
        reader.end()?;
        Ok(json)
    });
    json.map_err(|error| {
        let key = if error.is_data() {
            "api-not-json-twice"
        } else {
            "api-not-json"
        };
        let place = Problem::new(key).with("line", error.line());
        ApiError::NotJson(place.with("column", error.column()))
    })
}

/// Reads any JSON value, but no object in which a name stands twice: programs differ on which of the two counts.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Json, E> {
        Ok(Json::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Strict)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_strictly() {
        let text = r#"{"a": [1, -2, 2.5, true, null, "żółw"], "b": {"a": {}}}"#;
        assert_eq!(
            parse(text.as_bytes()).expect("valid"),
            serde_json::from_str::<Json>(text).expect("valid")
        );
        let deep = "[".repeat(300) + &"]".repeat(300);
        for wrong in [
            "",
            "{",
            "{} {}",
            r#"{"a": 1, "a": 2}"#,
            r#"{"x": {"a": 1, "\u0061": 2}}"#,
            "NaN",
            "1e999",
            r#""\ud800""#,
            &deep,
        ] {
            assert!(
                matches!(parse(wrong.as_bytes()), Err(ApiError::NotJson(_))),
                "{wrong}"
            );
        }
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn only_json_is_taken() {
        let said = |kind: &str, method: Method| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header"));
            is_json(&headers, &method)
        };
        for good in [
            "application/json",
            "Application/JSON; Charset=\"UTF-8\"",
            "application/json;charset=utf-8;",
        ] {
            assert!(said(good, Method::POST), "{good}");
        }
        for bad in [
            "text/plain",
            "application/json; charset=iso-8859-2",
            "application/x-www-form-urlencoded",
            "application/merge-patch+json",
            "",
        ] {
            assert!(!said(bad, Method::POST), "{bad}");
        }
        assert!(said("application/merge-patch+json", Method::PATCH));
        assert!(!is_json(&HeaderMap::new(), &Method::POST));
    }
}
