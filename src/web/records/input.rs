//! What a form of a record says: values read field by field, errors beside the field they belong to.

use std::collections::BTreeMap;

use super::look::look;
use super::showing::Showing;
use crate::data::records::field::Setter;
use crate::data::{
    AccessError, Changes, Field, FieldError, Filter, Kind, Module, Problem, Query, RecordId,
    RecordType, Rights, Seen, Start, Test, Value,
};
use crate::web::form::Form;

/// A form as it was read.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// Fields whose value differs from the record's.
    pub(super) changes: Changes,
    pub(super) errors: Vec<FieldError>,
    /// What was typed, by the field's name.
    pub(super) typed: BTreeMap<&'static str, String>,
    /// The version of the record that the form was opened with, where it comes back.
    pub(super) began: Option<u64>,
    /// Words beside the button that saves, as a key of the texts.
    pub(super) note: Option<&'static str>,
}

/// Reads the fields that were sent. `old` is the record to be changed; none for a new one.
pub(super) fn read(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    old: Option<&Seen>,
) -> Result<Input, AccessError> {
    let mut input = Input::default();
    let rights = showing.reading.rights();
    for field in kind.fields {
        let sent: Vec<&str> = form.all(field.name).collect();
        if sent.is_empty() {
            continue;
        }
        let typed = sent.join("\n").replace("\r\n", "\n");
        if !rights.sees_field(kind, field) {
            input.errors.push(FieldError::unknown(field.name));
            continue;
        }
        let was = old.and_then(|old| old.value(field.no));
        let value = take(kind, showing, field, &typed, was.as_ref())?;
        input.typed.insert(field.name, typed);
        let value = match value {
            Ok(value) => value,
            // What stands there already stays, though the field would not take it any more.
            Err(_) if is_untouched(showing, field, &input, was.as_ref())? => continue,
            Err(problem) => {
                input.errors.push(FieldError::new(field.name, problem));
                continue;
            }
        };
        // A new record without an owner is asked for in so many words: its maker is the owner otherwise.
        let unowned = old.is_none() && field.kind == Kind::Owner;
        let unset = value.is_none() && field.default.is_some();
        let asked = field.own.is_some() && field.is_asked() && rights.may_set(kind, field);
        if asked && value.is_none() {
            let missing = FieldError::new(field.name, Problem::new("error-required"));
            input.errors.push(missing);
            continue;
        }
        if unset || (value == was && !unowned) {
            continue;
        }
        let by_default = old.is_none()
            && field.default.is_some()
            && value.as_ref().and_then(Value::as_text) == field.default;
        if field.setter == Setter::Program || (!rights.may_set(kind, field) && !by_default) {
            let own = old.is_none() && field.kind == Kind::Owner && is_own(showing, value.as_ref());
            if !own {
                input.errors.push(FieldError::not_yours(field.name));
            }
            continue;
        }
        if field.required && value.is_none() {
            input
                .errors
                .push(FieldError::new(field.name, Problem::new("error-required")));
        }
        input.changes.insert(field.no, value);
    }
    if old.is_none() {
        require(kind, rights, &mut input);
    }
    Ok(input)
}

/// What a new record cannot be without, said together with the other errors.
fn require(kind: &RecordType, rights: &Rights, input: &mut Input) {
    let asked =
        |field: &&Field| field.required || (field.is_asked() && rights.may_set(kind, field));
    for field in kind.fields.iter().filter(asked) {
        let given = matches!(input.changes.get(&field.no), Some(Some(_)));
        let known = input.errors.iter().any(|error| error.field == field.name);
        if !given && !known {
            let error = FieldError::new(field.name, Problem::new("error-required"));
            input.errors.push(error);
        }
    }
}

fn is_untouched(
    showing: &Showing<'_>,
    field: &Field,
    input: &Input,
    was: Option<&Value>,
) -> Result<bool, AccessError> {
    let typed = input.typed.get(field.name);
    Ok(match was {
        Some(was) => typed == Some(&showing.typed(field, was)?),
        None => false,
    })
}

fn is_own(showing: &Showing<'_>, value: Option<&Value>) -> bool {
    let own = showing.reading.rights().user().map(|user| user.id);
    matches!((value, own), (Some(Value::Id(id)), Some(own)) if id.as_bytes() == own.bytes())
}

type Taken = Result<Option<Value>, Problem>;

/// A typed value; a reference may be given by the title of what it refers to.
pub(super) fn take(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    typed: &str,
    was: Option<&Value>,
) -> Result<Taken, AccessError> {
    match field.kind {
        Kind::Reference(module) => refer(kind, showing, field, module, typed.trim(), was),
        _ => Ok(field
            .kind
            .take_text(typed, showing.member.state.vault.input_reading())),
    }
}

/// How many records of one title are told apart in a message.
const NAMESAKES: usize = 5;

/// A reference by id, by title, or by both as suggestions write it where titles repeat: `Title [id]`.
fn refer(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    module: Module,
    typed: &str,
    was: Option<&Value>,
) -> Result<Taken, AccessError> {
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    if let Some(id) = id_in(typed) {
        return Ok(Ok(Some(Value::Id(id))));
    }
    if let Some(Value::Id(id)) = was
        && let Some(seen) = showing.reading.referred(module, *id)?
        && seen.title() == typed
    {
        return Ok(Ok(was.cloned()));
    }
    let Ok(target) = showing.reading.kind(module) else {
        return Ok(Err(Problem::new("error-reference-missing")));
    };
    let title = target.field(target.title).map_or("", |field| field.name);
    let mut filters = vec![Filter {
        field: title.to_owned(),
        test: Test::AnyOf(vec![typed.to_owned()]),
    }];
    filters.extend((look(kind.module).narrow)(field));
    let query = Query {
        filters,
        ..Query::default()
    };
    let found = match showing
        .reading
        .list(target, &query, &Start::Offset(0), NAMESAKES)
    {
        Ok(found) => found,
        Err(AccessError::Forbidden(_)) => {
            return Ok(Err(Problem::new("error-reference-missing")));
        }
        Err(error) => return Err(error),
    };
    Ok(match found.rows.as_slice() {
        [] => Err(Problem::new("error-reference-unknown").with("value", typed)),
        [only] => Ok(Some(Value::Id(uuid_of(only.id())))),
        several => {
            let names: Vec<String> = several.iter().map(told_apart).collect();
            Err(Problem::new("error-reference-several").with("names", names.join("; ")))
        }
    })
}

/// The id alone, or the one in brackets at the end.
fn id_in(typed: &str) -> Option<uuid::Uuid> {
    let inner = typed
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once('['))
        .map_or(typed, |(_, id)| id);
    inner.parse::<RecordId>().ok().map(uuid_of)
}

fn uuid_of(id: RecordId) -> uuid::Uuid {
    uuid::Uuid::from_bytes(*id.bytes())
}

/// A title that can be told from the same title of another record.
pub(super) fn told_apart(seen: &Seen) -> String {
    format!("{} [{}]", seen.title(), seen.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_alone_or_in_brackets() {
        let id = RecordId::new();
        assert_eq!(id_in(&id.to_string()), Some(uuid_of(id)));
        assert_eq!(id_in(&format!("Firma [x] [{id}]")), Some(uuid_of(id)));
        for other in ["", "Firma", "Firma [1]", "[", "]"] {
            assert_eq!(id_in(other), None, "{other}");
        }
    }
}
