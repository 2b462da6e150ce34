//! How columns, and what they are taken for, are called in wishes, forms and layouts.

use super::Target;
use crate::data::{Kind, RecordType};
use crate::exchange::headings::fold;
use crate::exchange::vocabulary;

/// `A`, `Z`, `AA`, …: how spreadsheets call a column.
pub(crate) fn letter(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (at % 26) as u8));
        match at / 26 {
            0 => break,
            next => at = next - 1,
        }
    }
    letters.iter().rev().collect()
}

/// The name of what a column is taken for, as layouts and wishes have it.
pub(crate) fn target_name(kind: &RecordType, target: Target) -> String {
    match target {
        Target::Field(field) => field.name.to_owned(),
        Target::ReferenceId(field) => format!("{}_id", field.name),
        Target::TitlePart(part) => {
            let parts = vocabulary::of(kind.module).title_parts;
            parts.get(part).map_or("?", |(name, _)| name).to_owned()
        }
        Target::Ignored => String::new(),
        Target::Unknown => "?".to_owned(),
    }
}

/// The parts of which columns can hold a title together.
pub(crate) fn title_parts(kind: &RecordType) -> impl Iterator<Item = &'static str> {
    let parts = vocabulary::of(kind.module).title_parts.iter();
    parts.map(|(name, _)| *name)
}

/// The names of fields that only together tell that a record is there; none where each of them stands for itself.
pub(crate) fn told_apart_by(kind: &RecordType) -> &'static [&'static str] {
    let groups = vocabulary::of(kind.module).same_by.iter();
    let identity = |name: &&str| {
        let field = kind.named(name);
        field.is_some_and(|field| kind.identity.contains(&field.no))
    };
    let mut without = groups.filter(|group| !group.iter().any(identity));
    without.next_back().copied().unwrap_or_default()
}

/// What a name of [`target_name`] means.
pub(super) fn target_named(kind: &'static RecordType, name: &str) -> Option<Target> {
    match name {
        "" => return Some(Target::Ignored),
        "?" => return Some(Target::Unknown),
        _ => {}
    }
    if let Some(field) = kind.named(name) {
        return Some(Target::Field(field));
    }
    let parts = vocabulary::of(kind.module).title_parts;
    if let Some(part) = parts.iter().position(|(part, _)| *part == name) {
        return Some(Target::TitlePart(part));
    }
    let referring = name.strip_suffix("_id").and_then(|name| kind.named(name))?;
    matches!(referring.kind, Kind::Reference(_)).then_some(Target::ReferenceId(referring))
}

/// The place of the column that a person calls so: by its heading, by one like it, or by its letter.
pub(super) fn column_named(headings: &[String], name: &str) -> Option<usize> {
    let name = name.trim();
    headings
        .iter()
        .position(|heading| heading == name)
        .or_else(|| {
            let wanted = fold(name);
            headings
                .iter()
                .position(|heading| !wanted.is_empty() && fold(heading) == wanted)
        })
        .or_else(|| (0..headings.len()).find(|at| letter(*at).eq_ignore_ascii_case(name)))
}
