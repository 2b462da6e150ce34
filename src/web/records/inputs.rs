//! The inputs of a record's form, by the kind of each field.

use maud::{Markup, html};

use super::look::{look, sections};
use super::showing::Showing;
use super::{lookup, twins};
use crate::data::records::field::Setter;
use crate::data::{AccessError, Field, Kind, RecordType, Seen, UserId, Value};
use crate::web::components::field::{Choice, Field as Control};
use crate::web::components::form::{FieldError, error_of, folded_section, section};

/// Tags offered while typing.
const TAGS_OFFERED: usize = 100;

/// Values and errors that a form shows.
pub(super) struct Filled<'a> {
    /// The record being changed; none for a new one.
    pub(super) seen: Option<&'a Seen>,
    /// What was typed into a field, where anything was.
    pub(super) typed: &'a dyn Fn(&str) -> Option<String>,
    pub(super) errors: &'a [FieldError],
}

/// Every section with the fields the person sees.
pub(super) fn all(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    filled: &Filled<'_>,
) -> Result<Markup, AccessError> {
    let mut parts = Vec::new();
    for part in sections(kind) {
        let mut inputs = Vec::new();
        let mut open = false;
        for field in part.fields {
            let Some(input) = one(kind, showing, filled, field)? else {
                continue;
            };
            open |= error_of(filled.errors, field.name).is_some()
                || filled
                    .seen
                    .is_some_and(|seen| seen.value(field.no).is_some())
                || (filled.typed)(field.name).is_some_and(|typed| !typed.trim().is_empty());
            inputs.push(input);
        }
        if inputs.is_empty() {
            continue;
        }
        let title = showing.group_title(kind, &part.id);
        let inputs = html! { @for input in inputs { (input) } };
        parts.push(if part.folded {
            folded_section(&title, open, inputs)
        } else {
            section(&title, inputs)
        });
    }
    Ok(html! { @for part in parts { (part) } })
}

/// One field: an input where the person may set it, its value where they only see it, nothing otherwise.
pub(super) fn one(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    filled: &Filled<'_>,
    field: &'static Field,
) -> Result<Option<Markup>, AccessError> {
    let rights = showing.reading.rights();
    if !rights.sees_field(kind, field) || field.setter == Setter::Program {
        return Ok(None);
    }
    let value = filled.seen.and_then(|seen| seen.value(field.no));
    let label = showing.label(kind, field);
    if !rights.may_set(kind, field) || is_out_of_reach(showing, field, value.as_ref())? {
        let words = match &value {
            Some(value) => showing.words(kind, field, value)?,
            None => return Ok(None),
        };
        return Ok(Some(
            Control::new(field.name, label)
                .value(words)
                .hint(showing.text("records-not-yours"))
                .disabled(true)
                .text(),
        ));
    }
    let typed = match ((filled.typed)(field.name), &value) {
        (Some(typed), _) => typed,
        (None, Some(value)) => showing.typed(field, value)?,
        (None, None) if filled.seen.is_none() => first_value(showing, field),
        (None, None) => String::new(),
    };
    let mut control = Control::new(field.name, label).error(error_of(filled.errors, field.name));
    if field.is_asked() {
        control = control.required();
    }
    if let Some(hint) = hint(kind, field) {
        control = control.hint(showing.text(hint));
    }
    if field.no == kind.title && filled.seen.is_none() && filled.errors.is_empty() {
        control = control.autofocus();
    }
    let input = input(kind, showing, field, control, typed)?;
    let watched = twins::watched(kind, showing, field, filled.seen, input);
    let lookup = lookup::beside(kind, showing, field, filled.seen);
    Ok(Some(html! { (watched) (lookup) }))
}

/// A reference to a record that the person does not see: shown as such, kept as it is.
fn is_out_of_reach(
    showing: &Showing<'_>,
    field: &Field,
    value: Option<&Value>,
) -> Result<bool, AccessError> {
    match (field.kind, value) {
        (Kind::Reference(module), Some(Value::Id(id))) => {
            Ok(showing.reading.referred(module, *id)?.is_none())
        }
        _ => Ok(false),
    }
}

/// What a new record begins with: the default, and oneself as the owner.
fn first_value(showing: &Showing<'_>, field: &Field) -> String {
    match field.kind {
        Kind::Owner => showing
            .reading
            .rights()
            .user()
            .map(|user| user.id.to_string())
            .unwrap_or_default(),
        _ => field.default.unwrap_or_default().to_owned(),
    }
}

fn hint(kind: &RecordType, field: &Field) -> Option<&'static str> {
    (look(kind.module).hint)(field).or(match field.kind {
        Kind::Emails | Kind::Phones => Some("form-one-per-line"),
        Kind::Tags => Some("form-tags-hint"),
        _ => None,
    })
}

fn lines(typed: &str) -> Vec<String> {
    typed
        .split('\n')
        .map(str::to_owned)
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// The control of a field, by its kind.
pub(super) fn input(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    control: Control<'_>,
    typed: String,
) -> Result<Markup, AccessError> {
    Ok(match field.kind {
        Kind::Choice(_) | Kind::Pick(_) | Kind::YesNo => {
            let mut options = options(kind, showing, field, &typed);
            if field.default.is_none() {
                options.insert(0, Choice::new("", showing.text("form-no-choice")));
            }
            control.value(typed).select(&options)
        }
        Kind::Owner => {
            let options = owners(kind, showing, &typed);
            control.value(typed).select(&options)
        }
        Kind::Picks(_) => {
            let chosen: Vec<String> = lines(&typed)
                .iter()
                .map(|line| field.kind.filter_form(line))
                .collect();
            let options = options(kind, showing, field, &typed);
            control.boxes(&options, &chosen)
        }
        Kind::Date => control.value(typed).date(),
        Kind::LongText(_) => control.value(typed).textarea(5),
        Kind::Emails | Kind::Phones => control.lines(&lines(&typed)),
        Kind::Tags => {
            let tags: Vec<String> = typed
                .split(['\n', ',', ';'])
                .map(|tag| tag.trim().to_owned())
                .filter(|tag| !tag.is_empty())
                .collect();
            let known = showing
                .reading
                .values_in_use(kind, field.name, "", TAGS_OFFERED);
            let known: Vec<String> = match known {
                Ok(known) => known.into_iter().map(|(tag, _)| tag).collect(),
                Err(AccessError::Store(error)) => return Err(error.into()),
                // Whoever adds records but sees none has no tags to be offered.
                Err(_) => Vec::new(),
            };
            control.tags(&tags, &known)
        }
        Kind::Money => control.value(typed).money(showing.currency.as_str()),
        Kind::Number { .. } => control.value(typed).number(),
        Kind::Link => control.value(typed).url(),
        Kind::Reference(_) => control
            .value(typed)
            .suggest(format!("/{}/suggest/{}?q=", kind.module, field.name))
            .autocomplete("off")
            .text(),
        _ => control.value(typed).autocomplete("off").text(),
    })
}

/// What is offered for a field of a few values; one that is not offered any more stays where it is chosen.
fn options(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    typed: &str,
) -> Vec<Choice<'static>> {
    if field.kind == Kind::YesNo {
        return [("true", "action-yes"), ("false", "action-no")]
            .map(|(value, key)| Choice::new(value, showing.text(key)))
            .into();
    }
    let mut options = showing.choices(kind, field);
    for value in field.kind.choices().unwrap_or_default() {
        let known = options.iter().any(|(offered, _)| *offered == value);
        if !known && lines(typed).iter().any(|line| line == value) {
            options.push((value, showing.choice(kind, field, value)));
        }
    }
    let choice = |(value, words)| Choice::new(value, words);
    options.into_iter().map(choice).collect()
}

/// People who can be given a record; whoever has it now stays among them.
pub(super) fn owners(
    kind: &RecordType,
    showing: &Showing<'_>,
    current: &str,
) -> Vec<Choice<'static>> {
    let people = showing.reading.rights().people();
    let mut choices = vec![Choice::new("", showing.text("field-no-owner"))];
    for id in showing.reading.possible_owners(kind) {
        let active = people.user(id).is_some_and(|user| user.active);
        if active || id.to_string() == current {
            choices.push(Choice::new(id.to_string(), showing.person_name(id)));
        }
    }
    if let Ok(id) = current.parse::<UserId>()
        && !choices.iter().any(|choice| choice.value == current)
        && people.user(id).is_some()
    {
        choices.push(Choice::new(current.to_owned(), showing.person_name(id)));
    }
    choices
}
