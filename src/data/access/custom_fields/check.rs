//! What a definition must be like.

use super::definition::{CustomChoice, CustomField, CustomKind, Definitions, FieldState, Names};
use super::{FieldWish, GroupWish, wrong};
use crate::data::records::field::RecordType;
use crate::data::records::fold;
use crate::data::records::module::Module;
use crate::data::records::problem::{FieldError, Problem};

/// Fields of the firm's own in one module, those out of use included.
const MOST_FIELDS: usize = 100;
/// Choices that one field offers.
const MOST_CHOICES: usize = 200;
/// Choices of one field, those that are not offered any more included.
const MOST_CHOICES_EVER: usize = 1000;
/// Field groups of the firm's own in one module.
const MOST_GROUPS: usize = 20;
/// Characters of a label.
const LONGEST_LABEL: usize = 80;
/// Characters of a name made of a label.
const LONGEST_NAME: usize = 40;
/// Ends of names that mean something else in addresses, forms and sheets.
const TAKEN_ENDS: [&str; 6] = ["_from", "_to", "_empty", "_add", "_remove", "_id"];

/// A wish that can be granted, tidied; `old` is the field to be changed.
pub(super) fn wish(
    kind: &RecordType,
    definitions: &Definitions,
    wish: FieldWish,
    old: Option<&CustomField>,
) -> Result<FieldWish, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wish = wish;
    let others: Vec<&CustomField> = definitions
        .fields
        .iter()
        .filter(|field| {
            field.state != FieldState::Purged && old.is_none_or(|old| old.no != field.no)
        })
        .collect();
    if old.is_none() && others.len() >= MOST_FIELDS {
        let problem = Problem::new("error-fields-too-many").with("most", MOST_FIELDS);
        errors.push(FieldError::new("", problem));
    }
    wish.names = names("label", wish.names, LONGEST_LABEL, &mut errors);
    if let Some(other) = others.iter().find(|other| meets(&other.names, &wish.names)) {
        let key = match other.state {
            FieldState::Used => "error-field-label-taken",
            _ => "error-field-label-retired",
        };
        let problem = Problem::new(key).with("name", &other.names.pl);
        errors.push(FieldError::new("label_pl", problem));
    }
    check_kind(&mut wish.kind, old.map(|old| &old.kind), &mut errors);
    wish.group = group(kind, definitions, wish.group, &mut errors);
    if errors.is_empty() {
        Ok(wish)
    } else {
        Err(errors)
    }
}

/// Names of one line in both languages.
fn names(place: &str, names: Names, longest: usize, errors: &mut Vec<FieldError>) -> Names {
    let (mut pl, mut en) = (fold::one_line(&names.pl), fold::one_line(&names.en));
    if pl.is_empty() {
        pl.clone_from(&en);
    }
    if en.is_empty() {
        en.clone_from(&pl);
    }
    if pl.is_empty() {
        errors.push(wrong(&format!("{place}_pl"), "error-required"));
    }
    for (language, text) in [("pl", &pl), ("en", &en)] {
        if text.chars().count() > longest {
            let problem = Problem::new("error-too-long").with("most", longest);
            errors.push(FieldError::new(format!("{place}_{language}"), problem));
        }
    }
    Names { pl, en }
}

/// Whether two things would be called the same in some language.
fn meets(one: &Names, other: &Names) -> bool {
    let folded = |names: &Names| [fold::fold(&names.pl), fold::fold(&names.en)];
    let others = folded(other);
    folded(one)
        .iter()
        .any(|name| !name.is_empty() && others.contains(name))
}

fn check_kind(kind: &mut CustomKind, old: Option<&CustomKind>, errors: &mut Vec<FieldError>) {
    if let CustomKind::Number {
        decimals,
        least,
        most,
    } = kind
    {
        if *decimals > 4 {
            errors.push(wrong("decimals", "error-field-decimals"));
            return;
        }
        let (low, high) = CustomKind::bounds(*decimals, *least, *most);
        if low > high {
            errors.push(wrong("most", "error-field-bounds"));
        }
    }
    let same = match (&*kind, old) {
        (
            CustomKind::Number { decimals, .. },
            Some(CustomKind::Number {
                decimals: before, ..
            }),
        ) => decimals == before,
        (kind, Some(old)) => kind.name() == old.name(),
        (_, None) => true,
    };
    if !same {
        errors.push(wrong("type", "error-field-type-fixed"));
        return;
    }
    if let Some(choices) = kind.choices_mut() {
        let given = std::mem::take(choices);
        *choices = check_choices(given, old.map_or(&[], CustomKind::choices), errors);
    }
}

/// The choices as they are to be kept: new ones with an id, those left out as no longer offered.
fn check_choices(
    given: Vec<CustomChoice>,
    old: &[CustomChoice],
    errors: &mut Vec<FieldError>,
) -> Vec<CustomChoice> {
    let mut checked: Vec<CustomChoice> = Vec::new();
    let last = old.iter().filter_map(|choice| number_of(&choice.id)).max();
    let mut next = last.map_or(1, |last| last + 1);
    let mut wrong_with = |problem: Problem| errors.push(FieldError::new("choices", problem));
    for choice in given {
        let mut wrong_names = Vec::new();
        let names = names("choices", choice.names, LONGEST_LABEL, &mut wrong_names);
        if let Some(error) = wrong_names.into_iter().next() {
            wrong_with(error.problem);
            continue;
        }
        let known = old.iter().find(|known| known.id == choice.id);
        let id = match known {
            _ if choice.id.is_empty() => {
                next += 1;
                format!("{ID}{}", next - 1)
            }
            Some(known) => known.id.clone(),
            None => {
                wrong_with(Problem::new("error-reference-missing"));
                continue;
            }
        };
        let looks_like_an_id = [&names.pl, &names.en]
            .into_iter()
            .any(|name| number_of(name).is_some());
        let twice = checked.iter().any(|other| {
            other.id == id || (!other.retired && !choice.retired && meets(&other.names, &names))
        });
        if twice || looks_like_an_id {
            wrong_with(Problem::new("error-field-choice-twice").with("name", &names.pl));
        }
        checked.push(CustomChoice {
            id,
            names,
            retired: choice.retired,
        });
    }
    let left: Vec<CustomChoice> = old
        .iter()
        .filter(|known| !checked.iter().any(|choice| choice.id == known.id))
        .map(|known| CustomChoice {
            retired: true,
            ..known.clone()
        })
        .collect();
    checked.extend(left);
    let offered = checked.iter().filter(|choice| !choice.retired).count();
    if offered == 0 {
        wrong_with(Problem::new("error-field-choices-none"));
    }
    if offered > MOST_CHOICES || checked.len() > MOST_CHOICES_EVER {
        wrong_with(Problem::new("error-field-choices-many").with("most", MOST_CHOICES));
    }
    checked
}

/// What ids of choices begin with; no choice may be called so.
const ID: &str = "choice_";

fn number_of(id: &str) -> Option<u32> {
    id.strip_prefix(ID)?.parse().ok()
}

fn group(
    kind: &RecordType,
    definitions: &Definitions,
    wish: GroupWish,
    errors: &mut Vec<FieldError>,
) -> GroupWish {
    match wish {
        GroupWish::Known(name) => {
            if !name.is_empty() && !kind.group_names().any(|known| known == name) {
                errors.push(wrong("group", "error-field-group"));
            }
            GroupWish::Known(name)
        }
        GroupWish::New(new) => {
            let new = names("group", new, LONGEST_LABEL, errors);
            let groups = &definitions.ledger.groups;
            if groups.iter().any(|group| meets(&group.names, &new)) {
                let problem = Problem::new("error-field-group-taken").with("name", &new.pl);
                errors.push(FieldError::new("group_pl", problem));
            }
            if groups.len() >= MOST_GROUPS {
                let problem = Problem::new("error-field-groups-many").with("most", MOST_GROUPS);
                errors.push(FieldError::new("group", problem));
            }
            GroupWish::New(new)
        }
    }
}

/// A name for a new field that no other has.
pub(super) fn free_name(definitions: &Definitions, names: &Names) -> String {
    free(&names.pl, "field", |name| {
        definitions.fields.iter().any(|field| field.name == name)
    })
}

/// A name for a new group that no other has, in any module of the program.
pub(super) fn free_group(definitions: &Definitions, names: &Names) -> String {
    free(&names.pl, "group", |name| {
        let groups = &definitions.ledger.groups;
        groups.iter().any(|group| group.name == name)
            || Module::ALL
                .iter()
                .any(|module| module.groups().contains(&name))
    })
}

fn free(label: &str, otherwise: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = String::new();
    for c in fold::fold(label).chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(LONGEST_NAME);
    let name = name.trim_matches('_');
    let mut name = if name.is_empty() { otherwise } else { name }.to_owned();
    if TAKEN_ENDS.iter().any(|end| name.ends_with(end)) {
        name.push_str("_field");
    }
    let mut free = name.clone();
    for number in 2.. {
        if !taken(&free) {
            break;
        }
        free = format!("{name}_{number}");
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_labels_and_mean_nothing_else() {
        for (label, name) in [
            ("Źródło kontaktu", "zrodlo_kontaktu"),
            ("  NIP-2 / stary ", "nip_2_stary"),
            ("Data from", "data_from_field"),
            ("Клиент", "field"),
        ] {
            assert_eq!(free(label, "field", |_| false), name);
        }
        assert_eq!(free("Ranga", "field", |name| name == "ranga"), "ranga_2");
    }
}
