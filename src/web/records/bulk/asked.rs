//! What a form asks of several records: which ones, and what is to become of them.

use super::super::input;
use super::super::showing::Showing;
use crate::data::{
    AccessError, BulkChange, Field, FieldError, Kind, ListChange, Problem, Query, Reading,
    RecordId, RecordType, Setter, Value,
};
use crate::jobs::operations::work::Chosen;
use crate::web::error::WebError;
use crate::web::form::Form;

/// Records that one form can name; more are chosen by what the list shows.
const MOST_NAMED: usize = 10_000;
/// Names of the form that are no fields.
const OWN_NAMES: [&str; 7] = ["csrf", "id", "action", "all", "filter", "clear", "page"];
/// What an owner's choice says for none; an empty one leaves the field as it is.
pub(super) const NOBODY: &str = "none";
/// Added to a list field's name: values to be added to what is there, or taken from it.
pub(super) const ADD: &str = "_add";
pub(super) const REMOVE: &str = "_remove";

/// The records that a form names, or why none.
pub(in crate::web::records) struct Records {
    pub(in crate::web::records) chosen: Chosen,
    /// The parameters of the list, where all that it shows is meant.
    pub(in crate::web::records) filter: Option<String>,
}

impl Records {
    /// Reads `id`, several, or `all=1` with the list's parameters in `filter`.
    pub(in crate::web::records) fn read(
        kind: &'static RecordType,
        reading: &Reading,
        form: &Form,
    ) -> Result<Result<Self, Vec<FieldError>>, WebError> {
        let refused = |key: &'static str| {
            let problem = Problem::new(key).with("most", MOST_NAMED);
            Ok(Err(vec![FieldError::new("", problem)]))
        };
        let records = if form.ticked("all") {
            // Left out by mistake it would mean everything there is; that has to be said with an empty one.
            let Some(filter) = form.given("filter") else {
                return refused("error-bulk-nothing-chosen");
            };
            let filter = filter.trim_start_matches('?').to_owned();
            let pairs: Vec<(String, String)> = form_urlencoded::parse(filter.as_bytes())
                .into_owned()
                .collect();
            let plain = pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            let query = match Query::read(kind, plain) {
                Ok(query) => query,
                Err(errors) => return Ok(Err(errors)),
            };
            let selection = match reading.select(kind, &query) {
                Ok(selection) => selection,
                Err(AccessError::Invalid(errors)) => return Ok(Err(errors)),
                Err(error) => return Err(error.into()),
            };
            Self {
                chosen: Chosen::Listed(selection),
                filter: Some(filter),
            }
        } else {
            let mut ids: Vec<RecordId> = Vec::new();
            for id in form.all("id") {
                ids.push(id.parse().map_err(|_| WebError::NotFound)?);
            }
            ids.sort_unstable();
            ids.dedup();
            if ids.len() > MOST_NAMED {
                return refused("error-bulk-too-many");
            }
            Self {
                chosen: Chosen::Ids(ids),
                filter: None,
            }
        };
        if records.chosen.len() == 0 {
            return refused("error-bulk-nothing-chosen");
        }
        Ok(Ok(records))
    }
}

/// What a form asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) change: BulkChange,
    pub(super) errors: Vec<FieldError>,
}

impl Wanted {
    pub(super) fn is_nothing(&self) -> bool {
        self.change.set.is_empty() && self.change.lists.is_empty()
    }
}

/// Whether a field can be emptied: one that a record cannot be without, or that has a default, cannot.
pub(super) fn can_be_cleared(field: &Field) -> bool {
    !field.required && field.default.is_none() && field.setter == Setter::People
}

/// Reads the fields to be changed. An empty one stays as it is; `clear` names those to be emptied.
pub(super) fn read(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
) -> Result<Wanted, AccessError> {
    let mut wanted = Wanted::default();
    let mut names: Vec<&str> = form.0.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let typed = form.all(name).collect::<Vec<_>>().join("\n");
        if OWN_NAMES.contains(&name) || typed.trim().is_empty() {
            continue;
        }
        take(kind, showing, name, &typed, &mut wanted)?;
    }
    for name in form.all("clear") {
        clear(kind, showing, name, &mut wanted);
    }
    Ok(wanted)
}

fn take(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    name: &str,
    typed: &str,
    wanted: &mut Wanted,
) -> Result<(), AccessError> {
    let list_of = |rest: &str| {
        name.strip_suffix(rest)
            .and_then(|name| kind.named(name))
            .filter(|field| field.kind.is_list())
    };
    let (field, add) = match (kind.named(name), list_of(ADD), list_of(REMOVE)) {
        (Some(field), _, _) => (field, None),
        (None, Some(field), _) => (field, Some(true)),
        (None, None, Some(field)) => (field, Some(false)),
        _ => {
            wanted.errors.push(FieldError::unknown(name));
            return Ok(());
        }
    };
    if let Some(error) = refusal(kind, showing, field, name) {
        wanted.errors.push(error);
        return Ok(());
    }
    let taken = if field.kind == Kind::Owner && typed.trim() == NOBODY {
        Ok(None)
    } else {
        input::take(kind, showing, field, typed, None)?
    };
    match (taken, add) {
        (Err(problem), _) => wanted.errors.push(FieldError::new(name, problem)),
        (Ok(value), None) => drop(wanted.change.set.insert(field.no, value)),
        (Ok(Some(Value::List(values))), Some(add)) => {
            let (add, remove) = if add {
                (values, Vec::new())
            } else {
                (Vec::new(), values)
            };
            wanted.change.lists.push(ListChange {
                field: field.no,
                add,
                remove,
            });
        }
        (Ok(_), Some(_)) => {}
    }
    Ok(())
}

/// A field is hidden from the person, or not theirs to set.
fn refusal(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    name: &str,
) -> Option<FieldError> {
    let rights = showing.reading.rights();
    if !rights.sees_field(kind, field) {
        return Some(FieldError::unknown(name));
    }
    (!rights.may_set(kind, field)).then(|| FieldError::not_yours(name))
}

fn clear(kind: &'static RecordType, showing: &Showing<'_>, name: &str, wanted: &mut Wanted) {
    let error = match kind.named(name) {
        None => Some(FieldError::unknown(name)),
        Some(field) => refusal(kind, showing, field, name).or_else(|| {
            let given = wanted.change.set.contains_key(&field.no)
                || wanted
                    .change
                    .lists
                    .iter()
                    .any(|list| list.field == field.no);
            if !can_be_cleared(field) {
                Some(Problem::new("error-bulk-no-clearing"))
            } else if given {
                Some(Problem::new("error-bulk-clear-or-set"))
            } else {
                wanted.change.set.insert(field.no, None);
                None
            }
            .map(|problem| FieldError::new(name, problem))
        }),
    };
    wanted.errors.extend(error);
}
