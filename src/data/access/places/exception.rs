//! Exceptions from the rules for one person, each with an end.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::range::Range;
use crate::data::records::problem::Problem;

/// Exceptions of one person.
const MOST: usize = 20;

/// Until a moment somebody may work at any hour, from a range of addresses or from anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// From where; anywhere where not given.
    #[serde(default)]
    pub from: Option<Range>,
    /// Until when.
    pub until: Timestamp,
}

impl Exception {
    /// Whether it holds for an address at a moment.
    pub fn holds(&self, address: IpAddr, at: Timestamp) -> bool {
        at < self.until && self.from.as_ref().is_none_or(|range| range.holds(address))
    }

    /// Whether its end is behind.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until <= at
    }

    /// The form of the API.
    pub fn to_json(&self) -> Json {
        json!({"from": self.from.as_ref().map(ToString::to_string), "until": self.until})
    }

    /// Reads a list of the API.
    pub(in crate::data::access) fn list_of(json: &Json) -> Result<Vec<Self>, Problem> {
        let items = json
            .as_array()
            .ok_or(Problem::new("error-exception-list"))?;
        if items.len() > MOST {
            return Err(Problem::new("error-too-many").with("most", MOST));
        }
        items.iter().map(Self::of_json).collect()
    }

    fn of_json(json: &Json) -> Result<Self, Problem> {
        let parts = json
            .as_object()
            .ok_or(Problem::new("error-not-an-object"))?;
        if let Some(other) = parts
            .keys()
            .find(|key| !matches!(key.as_str(), "from" | "until"))
        {
            let shown: String = other.chars().take(40).collect();
            return Err(Problem::new("error-exception-part").with("part", shown));
        }
        let until = parts.get("until").and_then(Json::as_str);
        let until = until.and_then(|text| text.parse().ok());
        let from = match parts.get("from") {
            None | Some(Json::Null) => None,
            Some(from) => Some(Range::parse(
                from.as_str().ok_or(Problem::new("error-not-text"))?,
            )?),
        };
        Ok(Self {
            from,
            until: until.ok_or(Problem::new("error-exception-until"))?,
        })
    }
}
