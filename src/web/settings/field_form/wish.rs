//! What the form asks for, and the form of a field that is there.

use super::NEW_GROUP;
use crate::data::records::fold::fold;
use crate::data::{
    CustomChoice, CustomField, CustomKind, FieldError, FieldWish, GroupWish, Kind, Module, Names,
    Problem, Reading, Value,
};
use crate::i18n::Lang;
use crate::names;
use crate::web::form::Form;

/// What a form asks for. The sort of a field that is there already is not asked again.
pub(super) fn wish(form: &Form, old: Option<&CustomField>) -> Result<FieldWish, Vec<FieldError>> {
    let mut errors = Vec::new();
    let names = |place: &str| Names {
        pl: form.get(&format!("{place}_pl")).to_owned(),
        en: form.get(&format!("{place}_en")).to_owned(),
    };
    let sort = old.map_or(form.get("type"), |old| old.kind.name());
    let choices = || {
        let mut choices = old.map_or_else(Vec::new, |old| known_choices(form, old.kind.choices()));
        choices.extend(new_choices(form.get("choices")));
        choices
    };
    let kind = match sort {
        "text" => CustomKind::Text,
        "long_text" => CustomKind::LongText,
        "number" => number(form, old, &mut errors),
        "money" => CustomKind::Money,
        "date" => CustomKind::Date,
        "yes_no" => CustomKind::YesNo,
        "choice" => CustomKind::Choice { choices: choices() },
        "choices" => CustomKind::Choices { choices: choices() },
        "link" => CustomKind::Link,
        "client" => CustomKind::Client,
        _ => {
            let problem = Problem::new("error-field-type");
            errors.push(FieldError::new("type", problem));
            CustomKind::Text
        }
    };
    let group = match form.get("group") {
        NEW_GROUP => GroupWish::New(names("group")),
        known => GroupWish::Known(known.to_owned()),
    };
    if errors.is_empty() {
        Ok(FieldWish {
            names: names("label"),
            kind,
            group,
            required: form.ticked("required"),
            listed: form.ticked("listed"),
        })
    } else {
        Err(errors)
    }
}

/// A field may not be called like one that comes with the program: nobody could tell their columns apart.
pub(super) fn told_apart(
    reading: &Reading,
    module: Module,
    wish: FieldWish,
) -> Result<FieldWish, Vec<FieldError>> {
    let Ok(kind) = reading.kind(module) else {
        return Ok(wish);
    };
    let wished = [&wish.names.pl, &wish.names.en].map(|name| fold(name.trim()));
    let of_program = kind.fields.iter().filter(|field| field.own.is_none());
    let mut names =
        of_program.flat_map(|field| Lang::ALL.map(|lang| names::field(lang, kind, field)));
    match names.find(|name| wished.contains(&fold(name))) {
        Some(name) => {
            let problem = Problem::new("error-field-label-taken").with("name", name);
            Err(vec![FieldError::new("label_pl", problem)])
        }
        None => Ok(wish),
    }
}

fn number(form: &Form, old: Option<&CustomField>, errors: &mut Vec<FieldError>) -> CustomKind {
    let decimals = match old.map(|old| &old.kind) {
        Some(CustomKind::Number { decimals, .. }) => *decimals,
        _ => form
            .given("decimals")
            .map_or(0, |typed| typed.parse().unwrap_or(u8::MAX)),
    };
    let kind = bounded(decimals);
    let mut bound = |name: &str| {
        // Bounds have the decimals of the field; no money or date is typed here.
        let reading = crate::data::records::kind::Reading {
            currency: crate::data::Currency::PLN,
        };
        match kind.take_text(form.get(name), reading) {
            Ok(Some(Value::Number(number))) => Some(number),
            Ok(_) => None,
            Err(problem) => {
                errors.push(FieldError::new(name, problem));
                None
            }
        }
    };
    CustomKind::Number {
        decimals,
        least: bound("least"),
        most: bound("most"),
    }
}

/// A number with so many decimals and no bounds of its own.
fn bounded(decimals: u8) -> Kind {
    let scale = decimals.min(4);
    let (least, most) = CustomKind::bounds(scale, None, None);
    Kind::Number { scale, least, most }
}

/// The choices there are, as the form renames, orders and offers them. One that the form says nothing of stays as it is.
fn known_choices(form: &Form, known: &[CustomChoice]) -> Vec<CustomChoice> {
    let mut choices: Vec<(usize, CustomChoice)> = Vec::new();
    for (at, choice) in known.iter().enumerate() {
        let part = |rest: &str| form.given(&format!("choices.{}.{rest}", choice.id));
        let Some(pl) = part("pl") else {
            choices.push((at, choice.clone()));
            continue;
        };
        let place = part("place").and_then(|place| place.parse().ok());
        let en = part("en").unwrap_or_default();
        let choice = CustomChoice {
            id: choice.id.clone(),
            names: Names {
                pl: pl.to_owned(),
                en: en.to_owned(),
            },
            retired: !form.ticked(&format!("choices.{}.offered", choice.id)),
        };
        choices.push((place.unwrap_or(at), choice));
    }
    choices.sort_by_key(|(place, _)| *place);
    choices.into_iter().map(|(_, choice)| choice).collect()
}

/// One choice a line; its name in English after a bar.
fn new_choices(typed: &str) -> impl Iterator<Item = CustomChoice> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| {
        let (pl, en) = line.split_once('|').unwrap_or((line, ""));
        CustomChoice {
            id: String::new(),
            names: Names {
                pl: pl.trim().to_owned(),
                en: en.trim().to_owned(),
            },
            retired: false,
        }
    })
}

/// A field as its form would send it.
pub(super) fn as_form(field: &CustomField) -> Form {
    let mut form = Vec::new();
    let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    add("label_pl", &field.names.pl);
    if field.names.en != field.names.pl {
        add("label_en", &field.names.en);
    }
    add("type", field.kind.name());
    add("group", &field.group);
    if field.required {
        add("required", "true");
    }
    if field.listed {
        add("listed", "true");
    }
    if let CustomKind::Number {
        decimals,
        least,
        most,
    } = field.kind
    {
        add("decimals", &decimals.to_string());
        for (name, bound) in [("least", least), ("most", most)] {
            if let Some(bound) = bound {
                add(name, &bounded(decimals).give_text(&Value::Number(bound)));
            }
        }
    }
    for (at, choice) in field.kind.choices().iter().enumerate() {
        let id = &choice.id;
        add(&format!("choices.{id}.pl"), &choice.names.pl);
        add(&format!("choices.{id}.en"), &choice.names.en);
        add(&format!("choices.{id}.place"), &(at + 1).to_string());
        if !choice.retired {
            add(&format!("choices.{id}.offered"), "true");
        }
    }
    Form(form)
}
