//! What the firm says of itself, the ways that hold for all of it, and how far its beginning has come.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::error::AccessError;
use super::role::{AdminRight, take_name};
use super::vault::{Access, Firm, Fixed, firm, put_firm};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::fold::nfc_clean;
use crate::data::records::money::Currency;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::tax_id::TaxId;

/// Characters of the firm's address.
const LONGEST_ADDRESS: usize = 300;

/// One step of a firm's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartStep {
    /// Who the firm is.
    Firm,
    /// Colleagues and what they may do.
    People,
    /// Bringing in what there is.
    Import,
    /// Keeping it safe.
    Safety,
}

impl StartStep {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Firm, Self::People, Self::Import, Self::Safety];

    /// The word in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::People => "people",
            Self::Import => "import",
            Self::Safety => "safety",
        }
    }
}

/// Which steps of the beginning are behind: `true` for done, `false` for skipped.
pub type Started = BTreeMap<StartStep, bool>;

impl Access {
    /// Changes the given parts of the firm: `name`, `trash_days`, `block_twins`, `tax_id`, `address`, `language`, `time_zone`,
    /// `currency`. What the configuration file sets cannot be changed here.
    pub async fn update_firm(&self, json: Map<String, Json>) -> Result<Firm, AccessError> {
        let fixed = self.vault.fixed();
        let vault = self.vault.clone();
        let changed = self
            .write(move |work| {
                work.rights.require_admin(AdminRight::Settings)?;
                let old = firm(work.write)?.ok_or(AccessError::NotFound)?;
                let mut changed = old.clone();
                let mut errors = Vec::new();
                for (key, value) in &json {
                    if let Err(problem) = take(&mut changed, fixed, key, value) {
                        errors.push(FieldError::new(key, problem));
                    }
                }
                if !errors.is_empty() {
                    return Err(AccessError::Invalid(errors));
                }
                if changed == old {
                    return Ok(changed);
                }
                put_firm(work.write, &changed);
                let fields: Vec<&String> = json.keys().collect();
                let note = Note::new(AuditKind::Changed).about(Subject::new("firm", "firm"));
                work.note(note.with(json!({"name": changed.name, "fields": fields})))?;
                Ok(changed)
            })
            .await?;
        vault.settle()?;
        Ok(changed)
    }

    /// Marks steps of the firm's beginning as done or skipped; `None` takes them up again.
    pub async fn mark_start(
        &self,
        steps: Vec<StartStep>,
        done: Option<bool>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let mut changed = firm(work.write)?.ok_or(AccessError::NotFound)?;
            for step in steps {
                match done {
                    Some(done) => changed.started.insert(step, done),
                    None => changed.started.remove(&step),
                };
            }
            put_firm(work.write, &changed);
            Ok(())
        })
        .await
    }
}

fn take(firm: &mut Firm, fixed: Fixed, key: &str, value: &Json) -> Result<(), Problem> {
    let text = || value.as_str().unwrap_or_default().trim();
    let given = || (!text().is_empty()).then(text);
    let set = |place: &mut Option<String>, fixed: bool, new: Option<String>| {
        if fixed && *place != new {
            return Err(Problem::new("error-set-in-file"));
        }
        *place = new;
        Ok(())
    };
    match key {
        "name" => firm.name = take_name(value)?,
        "trash_days" => {
            let days = value.as_u64().ok_or(Problem::new("error-not-a-number"))?;
            firm.trash_days = u32::try_from(days)
                .ok()
                .filter(|days| (1..=3650).contains(days))
                .ok_or(
                    Problem::new("error-number-range")
                        .with("least", 1)
                        .with("most", 3650),
                )?;
        }
        "block_twins" => {
            firm.block_twins = value.as_bool().ok_or(Problem::new("error-yes-no"))?;
        }
        "tax_id" => {
            let id = given().map(TaxId::parse).transpose();
            let id = id.map_err(|error| Problem::new(error.key()))?;
            firm.tax_id = id.map(|id| id.as_str().to_owned());
        }
        "address" => {
            let lines = text().lines().map(nfc_clean).collect::<Vec<_>>().join("\n");
            if lines.chars().count() > LONGEST_ADDRESS {
                return Err(Problem::new("error-too-long").with("most", LONGEST_ADDRESS));
            }
            firm.address = lines;
        }
        "language" => {
            let code = given().map(str::to_owned);
            if code
                .as_deref()
                .is_some_and(|code| !matches!(code, "pl" | "en"))
            {
                return Err(Problem::new("error-choice"));
            }
            set(&mut firm.language, fixed.language, code)?;
        }
        "time_zone" => {
            let zone = given().map(str::to_owned);
            if zone
                .as_deref()
                .is_some_and(|zone| TimeZone::get(zone).is_err())
            {
                return Err(Problem::new("error-time-zone"));
            }
            set(&mut firm.time_zone, fixed.zone, zone)?;
        }
        "currency" => {
            let code = given().map(|code| Currency::parse(&code.to_ascii_uppercase()));
            let code = code
                .transpose()
                .map_err(|_| Problem::new("error-money-currency"))?;
            set(
                &mut firm.currency,
                fixed.currency,
                code.map(|code| code.as_str().to_owned()),
            )?;
        }
        _ => return Err(Problem::new("error-field-unknown")),
    }
    Ok(())
}
