//! What a firm says of a field of its own, and how that is kept.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::data::records::field::{Column, Field, FieldNo, Setter};
use crate::data::records::index::own_scope;
use crate::data::records::kind::Kind;
use crate::data::records::module::Module;
use crate::data::records::own::{FieldGroup, Labels, OwnChoice, OwnField, kept};
use crate::data::store::{Read, StoreError, Table, Write};

/// The first number of a firm's own fields; those below belong to the program.
pub(in crate::data) const FIRST_NUMBER: FieldNo = 1000;
/// What the names of a firm's own fields begin with in JSON, forms and filters.
pub const PREFIX: &str = "custom.";
/// Characters of a value of one line.
const LONGEST_TEXT: usize = 300;
/// Characters of a value of several lines.
const LONGEST_LONG_TEXT: usize = 20_000;
/// Whole part of the largest number a field without bounds takes.
const LARGEST: i64 = 999_999_999_999;

/// A name in both languages, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

impl Names {
    /// The same in both languages.
    pub fn same(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            en: name.clone(),
            pl: name,
        }
    }

    /// The name in a language (`pl`, `en`).
    pub fn of(&self, language: &str) -> &str {
        if language == "en" { &self.en } else { &self.pl }
    }

    pub(super) fn labels(&self) -> Labels {
        Labels {
            pl: kept(&self.pl),
            en: kept(&self.en),
        }
    }
}

/// What a field of the firm's own holds. The sort never changes once the field is made, nor do the decimals of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CustomKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A number.
    Number {
        /// Decimal places, at most four.
        decimals: u8,
        /// The smallest, in the last decimal place.
        least: Option<i64>,
        /// The largest.
        most: Option<i64>,
    },
    /// An amount.
    Money,
    /// A calendar day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of several words.
    Choice {
        /// In their order.
        choices: Vec<CustomChoice>,
    },
    /// Any of several words.
    Choices {
        /// In their order.
        choices: Vec<CustomChoice>,
    },
    /// A web address.
    Link,
    /// A client.
    Client,
}

impl CustomKind {
    /// The word for it in forms and texts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Number { .. } => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice { .. } => "choice",
            Self::Choices { .. } => "choices",
            Self::Link => "link",
            Self::Client => "client",
        }
    }

    /// Every word, in the order in which they are offered.
    pub const NAMES: [&'static str; 10] = [
        "text",
        "long_text",
        "number",
        "money",
        "date",
        "yes_no",
        "choice",
        "choices",
        "link",
        "client",
    ];

    /// Its choices; none for what has none.
    pub fn choices(&self) -> &[CustomChoice] {
        match self {
            Self::Choice { choices } | Self::Choices { choices } => choices,
            _ => &[],
        }
    }

    pub(super) fn choices_mut(&mut self) -> Option<&mut Vec<CustomChoice>> {
        match self {
            Self::Choice { choices } | Self::Choices { choices } => Some(choices),
            _ => None,
        }
    }

    /// The bounds of a number, in its last decimal place.
    pub fn bounds(decimals: u8, least: Option<i64>, most: Option<i64>) -> (i64, i64) {
        let largest = LARGEST * 10_i64.pow(u32::from(decimals.min(4)));
        (least.unwrap_or(-largest), most.unwrap_or(largest))
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Text => Kind::Text(LONGEST_TEXT),
            Self::LongText => Kind::LongText(LONGEST_LONG_TEXT),
            Self::Number {
                decimals,
                least,
                most,
            } => {
                let (least, most) = Self::bounds(*decimals, *least, *most);
                Kind::Number {
                    scale: *decimals,
                    least,
                    most,
                }
            }
            Self::Money => Kind::Money,
            Self::Date => Kind::Date,
            Self::YesNo => Kind::YesNo,
            Self::Choice { choices } => Kind::Pick(own_choices(choices)),
            Self::Choices { choices } => Kind::Picks(own_choices(choices)),
            Self::Link => Kind::Link,
            Self::Client => Kind::Reference(Module::Clients),
        }
    }
}

/// Choices in their order, those that are not offered any more at the end.
fn own_choices(choices: &[CustomChoice]) -> &'static [OwnChoice] {
    let mut own: Vec<OwnChoice> = choices
        .iter()
        .map(|choice| OwnChoice {
            id: kept(&choice.id),
            labels: choice.names.labels(),
            retired: choice.retired,
        })
        .collect();
    own.sort_by_key(|choice| choice.retired);
    own.leak()
}

/// One choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomChoice {
    /// What stands in records; empty for one that is to be made.
    pub id: String,
    /// What it is called.
    pub names: Names,
    /// Not offered any more; records that have it keep it.
    #[serde(default)]
    pub retired: bool,
}

/// Whether a field is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    /// Everybody who may sees it.
    #[default]
    Used,
    /// Nobody sees it; its values stay.
    Retired,
    /// Its values are being removed for good.
    Purged,
}

/// A field of the firm's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Its number in records.
    pub no: FieldNo,
    /// Its name without [`PREFIX`]; never changes.
    pub name: String,
    /// What it holds.
    pub kind: CustomKind,
    /// What it is called.
    pub names: Names,
    /// The group by which roles can hide it; empty where everybody with the record sees it.
    #[serde(default)]
    pub group: String,
    /// Whether people are asked for it.
    #[serde(default)]
    pub required: bool,
    /// Whether lists show it unless the person chose otherwise.
    #[serde(default)]
    pub listed: bool,
    /// Its place among the others.
    pub place: u32,
    /// Whether it is in use.
    #[serde(default)]
    pub state: FieldState,
    /// When it was taken out of use.
    #[serde(default)]
    pub retired_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: u64,
}

impl CustomField {
    /// The name in JSON, forms and filters.
    pub fn full_name(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The field of the record type.
    pub(in crate::data::access) fn field(&self) -> Field {
        let kind = self.kind.kind();
        let own = OwnField {
            labels: self.names.labels(),
            asked: self.required,
            retired: self.state != FieldState::Used,
        };
        let column = match self.kind {
            CustomKind::LongText => Column::Never,
            _ if self.listed => Column::Shown,
            _ => Column::Offered,
        };
        Field {
            group: kept(&self.group),
            setter: Setter::People,
            column,
            sortable: !matches!(self.kind, CustomKind::LongText | CustomKind::Choices { .. }),
            filterable: true,
            searched: matches!(self.kind, CustomKind::Text | CustomKind::LongText),
            scope: kept(&own_scope(self.no)),
            own: Some(Box::leak(Box::new(own))),
            ..Field::new(self.no, kept(&self.full_name()), kind)
        }
    }
}

/// A field group of the firm's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomGroup {
    /// Its name in roles; never changes.
    pub name: String,
    /// What it is called.
    pub names: Names,
}

/// What is kept of a module's own fields as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::data::access) struct Ledger {
    /// The number of the next field; numbers are not given twice.
    pub(in crate::data::access) next: FieldNo,
    #[serde(default)]
    pub(super) groups: Vec<CustomGroup>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            next: FIRST_NUMBER,
            groups: Vec::new(),
        }
    }
}

/// A module's own fields, and what is kept of them as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::data::access) struct Definitions {
    pub(in crate::data::access) ledger: Ledger,
    /// In the order of forms.
    pub(in crate::data::access) fields: Vec<CustomField>,
}

impl Definitions {
    /// Those of a module.
    pub(in crate::data::access) fn read(
        read: &impl Read,
        module: Module,
    ) -> Result<Self, StoreError> {
        let mut definitions = Self::default();
        let mut failed = None;
        let code = module.code();
        read.scan(
            Table::CustomFields,
            &[code],
            &[code + 1],
            &mut |key, bytes| {
                if let Err(error) = definitions.take(key, bytes) {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        )?;
        definitions
            .fields
            .sort_by_key(|field| (field.place, field.no));
        failed.map_or(Ok(definitions), Err)
    }

    fn take(&mut self, key: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
        let broken = |error| StoreError::corrupt("a field of the firm's own", error);
        if key[1..] == LEDGER.to_be_bytes() {
            self.ledger = serde_json::from_slice(bytes).map_err(broken)?;
        } else {
            self.fields
                .push(serde_json::from_slice(bytes).map_err(broken)?);
        }
        Ok(())
    }

    /// The firm's own groups.
    pub(in crate::data::access) fn groups(&self) -> Vec<FieldGroup> {
        let groups = self.ledger.groups.iter();
        groups
            .map(|group| FieldGroup {
                name: kept(&group.name),
                labels: group.names.labels(),
            })
            .collect()
    }
}

/// In the place of a field's number: what is kept of all of them.
const LEDGER: FieldNo = 0;

fn key(module: Module, no: FieldNo) -> Vec<u8> {
    let mut key = vec![module.code()];
    key.extend_from_slice(&no.to_be_bytes());
    key
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain structs always serialise")
}

pub(super) fn put_field(write: &mut Write<'_, '_>, module: Module, field: &CustomField) {
    write.put(Table::CustomFields, key(module, field.no), bytes(field));
}

pub(super) fn remove_field(write: &mut Write<'_, '_>, module: Module, no: FieldNo) {
    write.delete(Table::CustomFields, key(module, no));
}

pub(super) fn put_ledger(write: &mut Write<'_, '_>, module: Module, ledger: &Ledger) {
    write.put(Table::CustomFields, key(module, LEDGER), bytes(ledger));
}
