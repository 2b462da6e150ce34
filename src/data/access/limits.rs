//! How many records a role lets somebody take on a day.

use serde_json::{Map, Value as Json, json};

use crate::data::records::problem::{FieldError, Problem};

/// How many records whoever holds a role may take on a day, as the firm's clock counts it; none: any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Taken out as files.
    pub export_per_day: Option<u32>,
    /// Looked at one by one, or read through the API.
    pub view_per_day: Option<u32>,
}

impl Limits {
    /// Names in JSON.
    const NAMES: [&str; 2] = ["export_per_day", "view_per_day"];

    pub(super) fn covers(self, other: Self) -> bool {
        let covers = |own: Option<u32>, other: Option<u32>| match (own, other) {
            (None, _) => true,
            (Some(own), Some(other)) => other <= own,
            (Some(_), None) => false,
        };
        covers(self.export_per_day, other.export_per_day)
            && covers(self.view_per_day, other.view_per_day)
    }

    pub(super) fn to_json(self) -> Map<String, Json> {
        let values = [self.export_per_day, self.view_per_day];
        let given = Self::NAMES.into_iter().zip(values);
        given
            .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
            .collect()
    }

    pub(super) fn take(json: &Json) -> Result<Self, Vec<FieldError>> {
        let Some(json) = json.as_object() else {
            let problem = Problem::new("error-not-an-object");
            return Err(vec![FieldError::new("limits", problem)]);
        };
        let (mut limits, mut errors) = (Self::default(), Vec::new());
        for (name, value) in json {
            let place = match name.as_str() {
                "export_per_day" => &mut limits.export_per_day,
                "view_per_day" => &mut limits.view_per_day,
                _ => {
                    errors.push(FieldError::unknown(format!("limits.{name}")));
                    continue;
                }
            };
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            match number.filter(|number| (1..=1_000_000).contains(number)) {
                Some(number) => *place = Some(number),
                None if value.is_null() => {}
                None => {
                    let problem = Problem::new("error-number-range");
                    let problem = problem.with("least", 1).with("most", 1_000_000);
                    errors.push(FieldError::new(format!("limits.{name}"), problem));
                }
            }
        }
        if errors.is_empty() {
            Ok(limits)
        } else {
            Err(errors)
        }
    }
}
