//! Values that all rows of a sheet get, as the person says beside the sheet.

use uuid::Uuid;

use super::owners::Owners;
use super::{ExchangeError, Import};
use crate::data::{Changes, Field, Kind, Reading, Value, common};
use crate::exchange::error::problem_text;
use crate::exchange::sheet::Cell;
use crate::exchange::values::CellReader;

/// The values, read once.
pub(super) struct ForAll(Vec<(&'static Field, Value)>);

impl ForAll {
    /// A field that the person may not set is one that is not there.
    pub(super) fn read(import: &Import, reading: &Reading) -> Result<Self, ExchangeError> {
        let rights = reading.rights();
        let cells = CellReader::new(import.kind, reading.input_reading(), import.zone.clone());
        let mut values = Vec::new();
        for (name, text) in &import.for_all {
            if text.trim().is_empty() {
                continue;
            }
            let unknown = || ExchangeError::UnknownField(name.clone());
            let refused = |message: String| ExchangeError::ValueForAll {
                field: name.clone(),
                message,
            };
            let field = import.kind.named(name.trim()).ok_or_else(unknown)?;
            let computed = matches!(
                field.no,
                common::ID | common::CREATED_AT | common::UPDATED_AT
            );
            if computed
                || matches!(field.kind, Kind::Reference(_))
                || !rights.may_set(import.kind, field)
            {
                return Err(unknown());
            }
            if field.no == common::OWNER {
                let owner = Owners::of(rights).find(text.trim()).ok_or_else(|| {
                    let problem = crate::data::Problem::new("import-owner-unknown");
                    refused(problem_text(import.lang, &problem))
                })?;
                values.push((field, Value::Id(Uuid::from_bytes(*owner.bytes()))));
                continue;
            }
            let taken = cells.take(field, &Cell::Text(text.clone()));
            if let Some((_, problem)) = taken.refused.first() {
                return Err(refused(problem_text(import.lang, problem)));
            }
            values.extend(taken.value.map(|value| (field, value)));
        }
        Ok(Self(values))
    }

    /// Gives a row what it does not say itself. Lists come together; where one becomes too long the row's own stays, and
    /// the field is given back.
    pub(super) fn fill(&self, values: &mut Changes) -> Vec<(&'static Field, crate::data::Problem)> {
        let mut refused = Vec::new();
        for (field, value) in &self.0 {
            match (values.get(&field.no), value) {
                (Some(Some(Value::List(own))), Value::List(more)) => {
                    let all: Vec<&String> = own.iter().chain(more).collect();
                    match field.kind.take_json(&serde_json::json!(all)) {
                        Ok(together) => drop(values.insert(field.no, together)),
                        Err(problem) => refused.push((*field, problem)),
                    }
                }
                (Some(Some(_)), _) => {}
                _ => drop(values.insert(field.no, Some(value.clone()))),
            }
        }
        refused
    }
}
