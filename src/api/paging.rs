//! Lists by pages: `limit` and `cursor`, and the envelope around the items.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::parameters::Parameters;
use crate::data::Problem;

/// Items of a page where the caller asks for no number.
const USUAL: usize = 50;
/// Items of a page at most.
pub(super) const MOST: usize = 200;
/// Characters of a cursor that tie it to its query.
const BINDING: usize = 12;

/// The page that is asked for. A cursor belongs to its query: with another one it would go on somewhere at random.
pub(super) struct Page {
    /// Items of it.
    pub(super) limit: usize,
    /// The cursor's inner part.
    pub(super) after: Option<String>,
    binding: String,
}

impl Page {
    /// Reads it. `query` is all that makes the list what it is.
    pub(super) fn read(
        parameters: &Parameters,
        list: &str,
        query: &[(String, String)],
    ) -> Result<Self, ApiError> {
        let limit = match parameters.single("limit")? {
            None => USUAL,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| {
                    let range = Problem::new("error-number-range").with("least", 1);
                    ApiError::field("limit", range.with("most", MOST))
                })?,
        };
        let binding = binding(list, query);
        let after = match parameters.single("cursor")? {
            None => None,
            Some(text) => Some(text.strip_prefix(&binding).ok_or_else(foreign)?.to_owned()),
        };
        Ok(Self {
            limit,
            after,
            binding,
        })
    }

    /// The envelope of a page; `next` is the inner part of its cursor.
    pub(super) fn envelope(
        &self,
        items: Vec<Json>,
        next: Option<String>,
        total: Option<u64>,
    ) -> Json {
        let next = next.map(|next| format!("{}{next}", self.binding));
        json!({"items": items, "next": next, "total": total})
    }

    /// A page of a list that is small enough to be sorted as a whole, each item under the key it sorts by.
    pub(super) fn cut(
        &self,
        mut items: Vec<(Vec<u8>, Json)>,
        descending: bool,
    ) -> Result<Json, ApiError> {
        items.sort_by(|(a, _), (b, _)| if descending { b.cmp(a) } else { a.cmp(b) });
        let total = items.len() as u64;
        if let Some(after) = &self.after {
            let after = BASE64URL_NOPAD
                .decode(after.as_bytes())
                .map_err(|_| foreign())?;
            items.retain(|(key, _)| {
                if descending {
                    *key < after
                } else {
                    *key > after
                }
            });
        }
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = items.last().map(|(key, _)| BASE64URL_NOPAD.encode(key));
        let items = items.into_iter().map(|(_, item)| item).collect();
        Ok(self.envelope(items, last.filter(|_| more), Some(total)))
    }
}

/// A cursor that is none of this list.
pub(super) fn foreign() -> ApiError {
    ApiError::field("cursor", Problem::new("error-cursor"))
}

fn binding(list: &str, query: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    hash.update(list.as_bytes());
    for (name, value) in query {
        for part in [name, value] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    let mut text = BASE64URL_NOPAD.encode(&hash.finalize());
    text.truncate(BINDING);
    text
}
