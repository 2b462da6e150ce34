//! What each column of a sheet is taken for: by what the person says, by the layout of last time, by its heading.

use super::names::{column_named, letter, target_named};
use super::{Column, Hints, Target};
use crate::data::{Field, Kind, RecordType};
use crate::exchange::bad_rows::why_heading;
use crate::exchange::error::ExchangeError;
use crate::exchange::headings::{Columns, FieldAliases, fold, match_headings};
use crate::exchange::labels;
use crate::exchange::vocabulary::{self, Vocabulary};
use crate::i18n::Lang;

/// The columns with what each is taken for.
pub(super) fn targets(
    kind: &'static RecordType,
    headings: &[String],
    hints: &Hints<'_>,
) -> Result<Vec<Column>, ExchangeError> {
    let words = vocabulary::of(kind.module);
    let mut columns: Vec<Column> = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| Column {
            heading: if heading.is_empty() {
                letter(at)
            } else {
                heading.clone()
            },
            target: Target::Unknown,
        })
        .collect();
    let mut settled = vec![false; columns.len()];
    let layout = hints.layout.map(|layout| layout.columns.as_slice());
    for (at, name) in layout.into_iter().flatten().enumerate() {
        // A field that is gone since is matched anew.
        if let (Some(column), Some(target)) = (columns.get_mut(at), target_named(kind, name)) {
            column.target = target;
            settled[at] = true;
        }
    }
    for (name, wish) in hints.wished {
        let at = column_named(headings, name)
            .ok_or_else(|| ExchangeError::UnknownColumn(name.clone()))?;
        columns[at].target = target_named(kind, wish.trim())
            .ok_or_else(|| ExchangeError::UnknownField(wish.clone()))?;
        settled[at] = true;
    }
    for (at, name) in hints.columns.into_iter().flatten().enumerate() {
        // The texts of a column whose field is gone since are kept as those of an unknown one.
        if let Some(column) = columns.get_mut(at) {
            column.target = target_named(kind, name).unwrap_or(Target::Unknown);
            settled[at] = true;
        }
    }
    // What we said of the rows that could not be taken says nothing of the client.
    for (at, heading) in headings.iter().enumerate() {
        if !settled[at] && Lang::ALL.iter().any(|lang| why_heading(*lang) == *heading) {
            columns[at].target = Target::Ignored;
            settled[at] = true;
        }
    }
    join_title_parts(words, headings, &mut columns, &mut settled);

    let known = Known::of(kind, words);
    let left: Vec<String> = headings
        .iter()
        .zip(&settled)
        .map(|(heading, settled)| {
            if *settled {
                String::new()
            } else {
                heading.clone()
            }
        })
        .collect();
    for (at, found) in known.find(&left).into_iter().enumerate() {
        let Some((target, many)) = found.filter(|_| !settled[at]) else {
            continue;
        };
        let taken = columns.iter().zip(&settled).any(|(column, settled)| {
            *settled && matches!((column.target, target), (Target::Field(a), Target::Field(b)) if a.no == b.no)
        });
        if many || !taken {
            columns[at].target = target;
        }
    }

    if hints.columns.is_some() {
        return Ok(columns);
    }
    // A list of companies has no column of names but one of companies.
    let title = kind.field(kind.title);
    let is = |column: &Column, field: &Field| matches!(column.target, Target::Field(found) if found.no == field.no);
    if let (Some(title), Some(stand_in)) =
        (title, words.stands_in.and_then(|name| kind.named(name)))
        && !columns
            .iter()
            .any(|column| is(column, title) || matches!(column.target, Target::TitlePart(_)))
        && let Some(column) = columns.iter_mut().find(|column| is(column, stand_in))
    {
        column.target = Target::Field(title);
    }
    Ok(columns)
}

/// Columns that together are the title: only where each part has one, and none was said to be something else.
fn join_title_parts(
    words: &Vocabulary,
    headings: &[String],
    columns: &mut [Column],
    settled: &mut [bool],
) {
    let found: Option<Vec<usize>> = words
        .title_parts
        .iter()
        .map(|(_, names)| {
            headings.iter().enumerate().position(|(at, heading)| {
                let heading = fold(heading);
                !settled[at]
                    && !heading.is_empty()
                    && names.iter().any(|name| fold(name) == heading)
            })
        })
        .collect();
    for (part, at) in found.iter().flatten().enumerate() {
        columns[*at].target = Target::TitlePart(part);
        settled[*at] = true;
    }
}

/// Every heading that is known, owned: labels are made of texts in two languages.
struct Known {
    targets: Vec<Target>,
    names: Vec<String>,
    aliases: Vec<Vec<String>>,
    columns: Vec<Columns>,
}

impl Known {
    fn of(kind: &'static RecordType, words: &Vocabulary) -> Self {
        let mut known = Self {
            targets: Vec::new(),
            names: Vec::new(),
            aliases: Vec::new(),
            columns: Vec::new(),
        };
        for field in kind.fields {
            let table = words
                .fields
                .iter()
                .find(|aliases| aliases.name == field.name);
            let mut aliases: Vec<String> = Lang::ALL
                .iter()
                .map(|lang| labels::field(kind, field, *lang))
                .collect();
            aliases.extend(
                table
                    .iter()
                    .flat_map(|table| table.aliases)
                    .map(|alias| (*alias).to_owned()),
            );
            let columns = match table {
                Some(table) => table.columns,
                None if field.kind.is_list() => Columns::Many,
                None => Columns::One,
            };
            known.add(
                Target::Field(field),
                field.name.to_owned(),
                aliases,
                columns,
            );
            if matches!(field.kind, Kind::Reference(_)) {
                let aliases = Lang::ALL
                    .iter()
                    .map(|lang| labels::reference_id(kind, field, *lang))
                    .collect();
                let name = format!("{}_id", field.name);
                known.add(Target::ReferenceId(field), name, aliases, Columns::Exact);
            }
        }
        known
    }

    fn add(&mut self, target: Target, name: String, aliases: Vec<String>, columns: Columns) {
        self.targets.push(target);
        self.names.push(name);
        self.aliases.push(aliases);
        self.columns.push(columns);
    }

    /// For each heading its target, and whether several columns may have it.
    fn find(&self, headings: &[String]) -> Vec<Option<(Target, bool)>> {
        let aliases: Vec<Vec<&str>> = self
            .aliases
            .iter()
            .map(|aliases| aliases.iter().map(String::as_str).collect())
            .collect();
        let fields: Vec<FieldAliases<'_>> = self
            .names
            .iter()
            .zip(&aliases)
            .zip(&self.columns)
            .map(|((name, aliases), columns)| FieldAliases {
                name,
                aliases,
                columns: *columns,
            })
            .collect();
        match_headings(headings, &fields)
            .into_iter()
            .map(|found| found.map(|at| (self.targets[at], self.columns[at] == Columns::Many)))
            .collect()
    }
}
