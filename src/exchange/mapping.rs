//! Which column of a sheet goes into which field.

mod columns;
mod names;
#[cfg(test)]
mod tests;

use super::error::ExchangeError;
use super::layout::{Layout, headings_hash};
use super::sheet::{Cell, Row};
use super::{labels, values};
use crate::data::{Field, Kind, RecordType, common};
use crate::i18n::Lang;
use columns::targets;
pub(crate) use names::{letter, target_name, title_parts, told_apart_by};

/// Rows in which the heading is looked for; above it some sheets have a title.
pub(super) const HEADING_WITHIN: usize = 10;

/// What a column is taken for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// A field. Of a reference: the name of the record it refers to, or its id.
    Field(&'static Field),
    /// The id of the record a field refers to.
    ReferenceId(&'static Field),
    /// A part of the title, such as the first name: its place in [`Vocabulary::title_parts`](super::vocabulary::Vocabulary::title_parts).
    TitlePart(usize),
    /// Left out, as the person wishes.
    Ignored,
    /// Nothing we know; its texts are kept in the notes.
    Unknown,
}

/// Where the columns are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Heading {
    /// In the first row, of those at the top, from which the title can be told.
    #[default]
    Find,
    /// In this row, as the sheet counts it.
    Row(u32),
    /// Nowhere: the first row is a record like the others.
    Nowhere,
}

/// What is known of a sheet's columns beside their headings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints<'a> {
    pub(crate) heading: Heading,
    /// What the person says of columns: the heading (or the letter) with the field's name, an empty name to leave the
    /// column out.
    pub(crate) wished: &'a [(String, String)],
    /// The same of each column by its place, see [`target_name`]. Goes before everything else.
    pub(crate) columns: Option<&'a [String]>,
    /// How such a sheet was matched before; one of other headings says nothing.
    pub(crate) layout: Option<&'a Layout>,
}

/// A column of the sheet.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// As in the sheet; its letter where it has no heading.
    pub(crate) heading: String,
    pub(crate) target: Target,
}

/// The columns of a sheet and the row they are named in.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    /// The heading's row as the sheet counts it.
    pub(crate) heading_row: u32,
    /// See [`headings_hash`].
    pub(crate) headings: String,
    pub(crate) columns: Vec<Column>,
}

impl Mapping {
    /// Matches the columns of a sheet by its first rows.
    pub(crate) fn find(
        kind: &'static RecordType,
        first: &[Row],
        hints: &Hints<'_>,
    ) -> Result<Self, ExchangeError> {
        let missing = || {
            let title = kind.field(kind.title);
            let label =
                title.map_or_else(String::new, |field| labels::field(kind, field, Lang::Pl));
            ExchangeError::NoTitle(label)
        };
        let found = match hints.heading {
            Heading::Nowhere => Some(Self::unnamed(kind, first, hints)?),
            Heading::Row(number) => match first.iter().position(|row| row.number == number) {
                Some(at) => Some(Self::in_row(kind, first, at, hints)?),
                None => None,
            },
            Heading::Find => {
                let mut wrong_wish = None;
                let mut found = None;
                for at in 0..first.len().min(HEADING_WITHIN) {
                    match Self::in_row(kind, first, at, hints) {
                        Ok(mapping) if mapping.has_title(kind) => {
                            found = Some(mapping);
                            break;
                        }
                        Ok(_) => {}
                        Err(error) => drop(wrong_wish.get_or_insert(error)),
                    }
                }
                match (found, wrong_wish) {
                    (None, Some(error)) => return Err(error),
                    (found, _) => found,
                }
            }
        };
        found
            .filter(|mapping| mapping.has_title(kind))
            .ok_or_else(missing)
    }

    /// The same, for somebody who can still say which column holds the title: where none does, the row at the top with
    /// most texts is taken for the heading.
    pub(crate) fn offer(
        kind: &'static RecordType,
        first: &[Row],
        hints: &Hints<'_>,
    ) -> Result<Self, ExchangeError> {
        match Self::find(kind, first, hints) {
            Err(ExchangeError::NoTitle(_)) => {}
            found => return found,
        }
        if hints.heading == Heading::Nowhere {
            return Self::unnamed(kind, first, hints);
        }
        let wanted = |row: &Row| match hints.heading {
            Heading::Row(number) => usize::from(row.number == number),
            _ => row.cells.iter().filter(|cell| !cell.is_blank()).count(),
        };
        // The first of several that are alike.
        let rows = first.iter().take(HEADING_WITHIN).enumerate().rev();
        let best = rows.max_by_key(|(_, row)| wanted(row));
        let (at, _) = best.ok_or(ExchangeError::OnlyHeadings)?;
        Self::in_row(kind, first, at, hints)
    }

    fn in_row(
        kind: &'static RecordType,
        first: &[Row],
        at: usize,
        hints: &Hints<'_>,
    ) -> Result<Self, ExchangeError> {
        let row = &first[at];
        let headings: Vec<String> = row
            .cells
            .iter()
            .map(|cell| cell.text().into_owned())
            .collect();
        let hash = headings_hash(headings.iter().map(String::as_str));
        let hints = Hints {
            layout: hints.layout.filter(|layout| layout.headings == hash),
            ..*hints
        };
        let mut mapping = Self {
            heading_row: row.number,
            headings: hash,
            columns: targets(kind, &headings, &hints)?,
        };
        mapping.distrust_foreign_ids(&first[at + 1..]);
        Ok(mapping)
    }

    /// Columns of a sheet without headings.
    fn unnamed(
        kind: &'static RecordType,
        first: &[Row],
        hints: &Hints<'_>,
    ) -> Result<Self, ExchangeError> {
        let width = first.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let headings = vec![String::new(); width];
        let hints = Hints {
            layout: None,
            ..*hints
        };
        let mut mapping = Self {
            heading_row: 0,
            headings: String::new(),
            columns: targets(kind, &headings, &hints)?,
        };
        mapping.distrust_foreign_ids(first);
        Ok(mapping)
    }

    /// Whether some column holds the title, or a part of it.
    pub(crate) fn has_title(&self, kind: &RecordType) -> bool {
        self.columns.iter().any(|column| match column.target {
            Target::Field(field) => field.no == kind.title,
            Target::TitlePart(_) => true,
            _ => false,
        })
    }

    /// The title of a row as the sheet has it.
    pub(crate) fn title_of(&self, kind: &RecordType, row: &Row) -> String {
        let texts = |wanted: fn(&RecordType, Target) -> bool| -> Vec<String> {
            let columns = self.columns.iter().enumerate();
            columns
                .filter(|(_, column)| wanted(kind, column.target))
                .map(|(at, _)| cell(row, at).text().into_owned())
                .filter(|text| !text.is_empty())
                .collect()
        };
        let whole =
            texts(|kind, target| matches!(target, Target::Field(field) if field.no == kind.title));
        if whole.is_empty() {
            texts(|_, target| matches!(target, Target::TitlePart(_))).join(" ")
        } else {
            whole.join(" ")
        }
    }

    /// A column `ID` of another program holds no ids of ours, and its times say nothing without one.
    fn distrust_foreign_ids(&mut self, rows: &[Row]) {
        for at in 0..self.columns.len() {
            let is_id = match self.columns[at].target {
                Target::Field(field) => field.kind == Kind::Id,
                Target::ReferenceId(_) => true,
                Target::TitlePart(_) | Target::Ignored | Target::Unknown => false,
            };
            let texts = || {
                rows.iter()
                    .filter_map(|row| row.cells.get(at))
                    .filter(|cell| !cell.is_blank())
            };
            if is_id
                && texts().next().is_some()
                && !texts().any(|cell| values::id(&cell.text()).is_some())
            {
                self.columns[at].target = Target::Unknown;
            }
        }
        if !self.has(common::ID) {
            for column in &mut self.columns {
                if matches!(column.target, Target::Field(field) if matches!(field.no, common::CREATED_AT | common::UPDATED_AT))
                {
                    column.target = Target::Unknown;
                }
            }
        }
    }

    /// Whether a column holds a field.
    pub(crate) fn has(&self, no: crate::data::FieldNo) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column.target, Target::Field(field) if field.no == no))
    }

    /// Whether some column refers to other records.
    pub(super) fn refers(&self) -> bool {
        self.columns.iter().any(|column| match column.target {
            Target::Field(field) => matches!(field.kind, Kind::Reference(_)),
            Target::ReferenceId(_) => true,
            Target::TitlePart(_) | Target::Ignored | Target::Unknown => false,
        })
    }

    /// The heading of the column of a field, for messages.
    pub(super) fn heading_of(&self, name: &str) -> Option<&str> {
        self.columns
            .iter()
            .find(|column| {
                matches!(column.target, Target::Field(field) | Target::ReferenceId(field) if field.name == name)
            })
            .map(|column| column.heading.as_str())
    }
}

/// The text of a cell of a row; empty beyond its end.
pub(super) fn cell(row: &Row, at: usize) -> &Cell {
    row.cells.get(at).unwrap_or(&Cell::Empty)
}
