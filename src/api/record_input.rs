//! From the JSON of a record to changes of its fields, with every mistake named.

use serde_json::{Map, Value as Json};

use crate::data::{Changes, Field, FieldError, Problem, RecordType, Rights, Seen, Setter};

/// Reads the fields that are given. `present` is the record they are to change; a value that only the program sets may be
/// sent back as it was read. A field hidden from the caller is as unknown as one that is not there.
pub(super) fn read(
    kind: &'static RecordType,
    rights: &Rights,
    json: &Map<String, Json>,
    present: Option<&Seen>,
) -> Result<Changes, Vec<FieldError>> {
    let mut input = Input {
        kind,
        rights,
        present: present.map(Seen::to_json),
        changes: Changes::new(),
        errors: Vec::new(),
    };
    for (name, value) in json {
        input.take(name, value);
    }
    if input.errors.is_empty() {
        Ok(input.changes)
    } else {
        Err(input.errors)
    }
}

struct Input<'a> {
    kind: &'static RecordType,
    rights: &'a Rights,
    present: Option<Json>,
    changes: Changes,
    errors: Vec<FieldError>,
}

impl Input<'_> {
    fn take(&mut self, name: &str, value: &Json) {
        // Where there are no fields of the firm's own, nothing said of them is nothing wrong.
        let nothing = value.is_null() || value.as_object().is_some_and(Map::is_empty);
        if name == "custom" && nothing && !self.has_own() {
        } else if let Some(field) = self.field(name).filter(|_| !name.contains('.')) {
            self.take_field(field, value);
        } else {
            self.take_nested(name, value);
        }
    }

    fn has_own(&self) -> bool {
        self.kind.fields.iter().any(|field| field.own.is_some())
    }

    fn field(&self, name: &str) -> Option<&'static Field> {
        let field = self.kind.named(name)?;
        self.rights.sees_field(self.kind, field).then_some(field)
    }

    fn take_field(&mut self, field: &'static Field, value: &Json) {
        if field.setter == Setter::Program {
            let present = self.present.as_ref().and_then(|json| json.get(field.name));
            if present != Some(value) {
                self.errors.push(FieldError::not_yours(field.name));
            }
            return;
        }
        match field.kind.take_json(value) {
            Ok(value) => drop(self.changes.insert(field.no, value)),
            Err(problem) => self.errors.push(FieldError::new(field.name, problem)),
        }
    }

    /// An object of fields with dotted names: those given are changed, `null` clears all of them.
    fn take_nested(&mut self, name: &str, value: &Json) {
        let fields: Vec<&'static Field> = self
            .kind
            .fields
            .iter()
            .filter(|field| {
                field
                    .name
                    .split_once('.')
                    .is_some_and(|(outer, _)| outer == name)
            })
            .filter(|field| self.rights.sees_field(self.kind, field))
            .collect();
        match value {
            _ if fields.is_empty() && name != "custom" => {
                self.errors.push(FieldError::unknown(name));
            }
            Json::Null => {
                for field in fields {
                    self.take_field(field, value);
                }
            }
            Json::Object(parts) => {
                for (inner, value) in parts {
                    let whole = format!("{name}.{inner}");
                    match self.field(&whole) {
                        Some(field) => self.take_field(field, value),
                        None => self.errors.push(FieldError::unknown(whole)),
                    }
                }
            }
            _ => {
                let problem = Problem::new("error-not-an-object");
                self.errors.push(FieldError::new(name, problem));
            }
        }
    }
}
