//! A record as somebody may see it.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::rights::Rights;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::record::Record;
use crate::data::records::value::Value;

/// A record without the fields that are hidden from whom it was read for. Only the guard makes one.
#[derive(Clone, Debug)]
pub struct Seen {
    kind: &'static RecordType,
    groups: Vec<&'static str>,
    record: Record,
    may_edit: bool,
    may_delete: bool,
}

impl Seen {
    pub(super) fn new(kind: &'static RecordType, rights: &Rights, mut record: Record) -> Self {
        let groups = rights.groups(kind);
        record.values.retain(|(no, _)| {
            kind.field(*no)
                .is_some_and(|field| groups.contains(&field.group) && !field.is_retired())
        });
        let may_edit = rights.may_edit(kind, record.owner);
        let may_delete = rights.may_delete(kind, record.owner);
        Self {
            kind,
            groups,
            record,
            may_edit,
            may_delete,
        }
    }

    /// What is seen of the record.
    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// What sort of record it is.
    pub fn kind(&self) -> &'static RecordType {
        self.kind
    }

    /// Its id.
    pub fn id(&self) -> RecordId {
        self.record.id
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        self.record.version
    }

    /// Whose it is.
    pub fn owner(&self) -> Option<UserId> {
        self.record.owner
    }

    /// When it was made.
    pub fn created_at(&self) -> Timestamp {
        self.record.created_at
    }

    /// When it was last changed.
    pub fn updated_at(&self) -> Timestamp {
        self.record.updated_at
    }

    /// Whether whom it was read for may change it.
    pub fn may_edit(&self) -> bool {
        self.may_edit
    }

    /// Whether whom it was read for may delete it.
    pub fn may_delete(&self) -> bool {
        self.may_delete
    }

    /// The title by which people know it.
    pub fn title(&self) -> &str {
        self.record.text(self.kind.title)
    }

    /// Fields that are seen, whether they have a value or not.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.kind
            .fields
            .iter()
            .filter(|field| self.groups.contains(&field.group) && !field.is_retired())
    }

    /// The value of a field; none where it is empty or hidden.
    pub fn value(&self, no: FieldNo) -> Option<Value> {
        self.record.value(no)
    }

    /// The value of a field outside of the head, borrowed.
    pub fn get(&self, no: FieldNo) -> Option<&Value> {
        self.record.get(no)
    }

    /// The text of a field; empty where it has none.
    pub fn text(&self, no: FieldNo) -> &str {
        self.record.text(no)
    }

    /// The texts of a list field.
    pub fn list(&self, no: FieldNo) -> &[String] {
        self.record.get(no).map(Value::as_list).unwrap_or_default()
    }

    /// The `ETag` (RFC 9110) of this state of the record.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.record.version)
    }

    /// The form of the contract: every visible field, nested by the dots in its name; hidden ones are absent.
    pub fn to_json(&self) -> Json {
        let mut json = Map::new();
        for field in self.fields() {
            let value = match self.record.value(field.no) {
                Some(value) => field.kind.give_json(&value),
                None => field.kind.empty_json(),
            };
            match field.name.split_once('.') {
                None => drop(json.insert(field.name.to_owned(), value)),
                Some((outer, inner)) => {
                    let nested = json
                        .entry(outer)
                        .or_insert_with(|| Json::Object(Map::new()));
                    nested[inner] = value;
                }
            }
        }
        json.entry("custom")
            .or_insert_with(|| Json::Object(Map::new()));
        Json::Object(json)
    }
}
