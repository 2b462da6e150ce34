//! Which column of a sheet goes into which field.

use super::bad_rows::why_heading;
use super::error::ExchangeError;
use super::headings::{Columns, FieldAliases, fold, match_headings};
use super::layout::{Layout, headings_hash};
use super::sheet::{Cell, Row};
use super::vocabulary::{self, Vocabulary};
use super::{labels, values};
use crate::data::{Field, Kind, RecordType, common};
use crate::i18n::Lang;

/// Rows in which the heading is looked for; above it some sheets have a title.
pub(super) const HEADING_WITHIN: usize = 10;

/// What a column is taken for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// A field. Of a reference: the name of the record it refers to, or its id.
    Field(&'static Field),
    /// The id of the record a field refers to.
    ReferenceId(&'static Field),
    /// A part of the title, such as the first name: its place in [`Vocabulary::title_parts`].
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

fn targets(
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

/// The name of what a column is taken for, as [`Layout`] and wishes have it.
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

fn target_named(kind: &'static RecordType, name: &str) -> Option<Target> {
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

fn column_named(headings: &[String], name: &str) -> Option<usize> {
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

/// The text of a cell of a row; empty beyond its end.
pub(super) fn cell(row: &Row, at: usize) -> &Cell {
    row.cells.get(at).unwrap_or(&Cell::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;

    fn row(number: u32, cells: &[&str]) -> Row {
        Row {
            number,
            cells: cells
                .iter()
                .map(|text| Cell::Text((*text).to_owned()))
                .collect(),
            problems: Vec::new(),
        }
    }

    fn find(
        rows: &[Row],
        wished: &[(String, String)],
        layout: Option<&Layout>,
    ) -> Result<Mapping, ExchangeError> {
        let hints = Hints {
            wished,
            layout,
            ..Hints::default()
        };
        Mapping::find(&CLIENTS, rows, &hints)
    }

    fn found(mapping: &Mapping) -> Vec<String> {
        mapping
            .columns
            .iter()
            .map(|column| match column.target {
                Target::Field(field) => field.name.to_owned(),
                Target::ReferenceId(field) => format!("{}#", field.name),
                Target::TitlePart(part) => format!("part {part}"),
                Target::Ignored => "-".to_owned(),
                Target::Unknown => "?".to_owned(),
            })
            .collect()
    }

    #[test]
    fn our_own_headings_are_known_in_both_languages() {
        for lang in Lang::ALL {
            let headings: Vec<String> = CLIENTS
                .fields
                .iter()
                .map(|field| labels::field(&CLIENTS, field, lang))
                .collect();
            let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
            let id = "0198c5b2-0000-7000-8000-000000000000";
            let mapping = find(&[row(1, &headings), row(2, &[id])], &[], None).unwrap();
            let names: Vec<&str> = CLIENTS.fields.iter().map(|field| field.name).collect();
            assert_eq!(found(&mapping), names);
        }
    }

    #[test]
    fn ids_and_times_of_other_programs_are_not_ours() {
        let rows = [
            row(1, &["ID", "Nazwa", "Dodano"]),
            row(2, &["17", "Firma", "2020-01-01"]),
        ];
        let mapping = find(&rows, &[], None).unwrap();
        assert_eq!(found(&mapping), ["?", "name", "?"]);
    }

    #[test]
    fn a_title_above_the_heading_is_passed_over() {
        let rows = [
            row(1, &["Lista klientów 2026"]),
            row(3, &["Nazwa", "", "NIP"]),
        ];
        let mapping = find(&rows, &[], None).unwrap();
        assert_eq!(
            (mapping.heading_row, found(&mapping)),
            (3, vec!["name".into(), "?".into(), "tax_id".into()])
        );
        assert_eq!(mapping.columns[1].heading, "B");
    }

    #[test]
    fn wishes_go_before_headings() {
        let rows = [row(1, &["Nazwa", "Pełna nazwa prawna", "Uwagi"])];
        let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
        let wishes = [wish("pelna nazwa PRAWNA", "name"), wish("C", "")];
        let mapping = find(&rows, &wishes, None).unwrap();
        assert_eq!(found(&mapping), ["?", "name", "-"]);
        for (wishes, wrong) in [
            ([wish("Nie ma", "name")], true),
            ([wish("Uwagi", "none")], false),
        ] {
            match find(&rows, &wishes, None) {
                Err(ExchangeError::UnknownColumn(_)) => assert!(wrong),
                Err(ExchangeError::UnknownField(_)) => assert!(!wrong),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_sheet_without_names_is_refused() {
        assert!(matches!(
            find(&[row(1, &["NIP", "Telefon"])], &[], None),
            Err(ExchangeError::NoTitle(_))
        ));
    }

    #[test]
    fn what_the_person_settled_holds_for_every_column() {
        let rows = [
            row(1, &["Nazwa", "NIP", "E-mail"]),
            row(2, &["A", "1", "a@b.pl"]),
        ];
        let columns = ["notes", "name", "custom.gone"].map(str::to_owned);
        let hints = Hints {
            columns: Some(&columns),
            ..Hints::default()
        };
        let mapping = Mapping::find(&CLIENTS, &rows, &hints).unwrap();
        assert_eq!(found(&mapping), ["notes", "name", "?"]);
        assert_eq!(mapping.title_of(&CLIENTS, &rows[1]), "1");
    }

    #[test]
    fn a_sheet_without_headings_has_columns_by_letter() {
        let rows = [row(1, &["Pierwsza"]), row(2, &["Druga", "x"])];
        let hints = Hints {
            heading: Heading::Nowhere,
            ..Hints::default()
        };
        let none = Mapping::find(&CLIENTS, &rows, &hints);
        assert!(matches!(none, Err(ExchangeError::NoTitle(_))));
        let offered = Mapping::offer(&CLIENTS, &rows, &hints).unwrap();
        assert_eq!(
            (offered.heading_row, found(&offered)),
            (0, vec!["?".into(), "?".into()])
        );
        assert_eq!(offered.columns[1].heading, "B");
        let columns = ["name", ""].map(str::to_owned);
        let said = Hints {
            columns: Some(&columns),
            ..hints
        };
        assert_eq!(
            found(&Mapping::find(&CLIENTS, &rows, &said).unwrap()),
            ["name", "-"]
        );
    }

    #[test]
    fn headings_that_say_nothing_are_still_offered() {
        let rows = [
            row(1, &["Zestawienie"]),
            row(3, &["Kto", "Ile"]),
            row(4, &["A", "2"]),
        ];
        let offered = Mapping::offer(&CLIENTS, &rows, &Hints::default()).unwrap();
        assert_eq!(
            (offered.heading_row, found(&offered)),
            (3, vec!["?".into(), "?".into()])
        );
        let first = Hints {
            heading: Heading::Row(1),
            ..Hints::default()
        };
        assert_eq!(
            Mapping::offer(&CLIENTS, &rows, &first).unwrap().heading_row,
            1
        );
        assert!(Mapping::offer(&CLIENTS, &[], &Hints::default()).is_err());
    }

    #[test]
    fn a_company_column_holds_the_names_where_no_other_does() {
        let of =
            |headings: &[&str]| found(&find(&[row(1, headings)], &[], None).expect("has a title"));
        assert_eq!(of(&["Firma", "Miasto"]), ["name", "address.city"]);
        assert_eq!(of(&["Imię i nazwisko", "Firma"]), ["name", "company"]);
    }

    #[test]
    fn first_and_last_names_are_the_name_together() {
        let of =
            |headings: &[&str]| found(&find(&[row(1, headings)], &[], None).expect("has a title"));
        assert_eq!(
            of(&["Nazwisko", "Imię", "NIP"]),
            ["part 1", "part 0", "tax_id"]
        );
        assert_eq!(
            of(&["First name", "Last name", "Company"]),
            ["part 0", "part 1", "company"]
        );
        assert_eq!(
            of(&["Nazwa firmy", "Imię", "Nazwisko"]),
            ["name", "part 0", "part 1"]
        );
        assert_eq!(of(&["Nazwisko", "Miasto"]), ["name", "address.city"]);
    }

    #[test]
    fn a_layout_is_recalled_for_the_same_headings_alone() {
        let headings = ["Kto", "Imię", "Nazwisko", "Firma", "Coś", "Inne"];
        let rows = [row(1, &headings)];
        let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
        let wishes = [wish("Kto", "name"), wish("Coś", ""), wish("Inne", "tags")];
        let mapping = find(&rows, &wishes, None).unwrap();
        let layout = serde_json::to_string(&mapping.layout(&CLIENTS)).unwrap();
        let layout: Layout = serde_json::from_str(&layout).unwrap();
        let again = find(&rows, &[], Some(&layout)).unwrap();
        assert_eq!(found(&again), found(&mapping));
        assert_eq!(found(&again)[..3], ["name", "part 0", "part 1"]);
        // What the person says now goes before what was said then.
        let now = [wish("Coś", "website")];
        let again = find(&rows, &now, Some(&layout)).unwrap();
        assert_eq!(found(&again)[4], "website");
        let other = [row(
            1,
            &["Nazwa", "Imię", "Nazwisko", "Firma", "Coś", "Inne"],
        )];
        let other = find(&other, &[], Some(&layout)).unwrap();
        assert_eq!(found(&other)[4..], ["?", "?"]);
    }

    #[test]
    fn letters_are_those_of_spreadsheets() {
        assert_eq!(
            [0, 25, 26, 51, 702].map(letter),
            ["A", "Z", "AA", "AZ", "AAA"]
        );
    }
}
