//! Records out: what a list shows, as a sheet that [`import`](super::import) takes back unchanged, or as the API's JSON.
//!
//! .ods is read but not written: there is no well-kept writer that keeps to bounded memory, and
//! the programs that read .ods read .xlsx.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use jiff::tz::TimeZone;
use uuid::Uuid;

use super::error::ExchangeError;
use super::sheet::{self, HeadCell, OutCell, SheetError, SheetWriter, Target, ValueKind};
use super::{labels, list_text};
use crate::data::{
    Currency, Field, FieldNo, Kind, Module, Permission, Query, Reading, RecordType, Seen,
    StoreError, UserId, Value,
};
use crate::i18n::{Lang, has_text, text};

/// What sort of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xlsx,
    Csv,
    /// An array of the API's records, one a line.
    Json,
}

impl Format {
    /// The word of the contract, and the ending of files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Told after each record how many are written; `false` ends the work.
pub(crate) type Told<'a> = &'a dyn Fn(u64) -> bool;

/// How a file is made.
#[derive(Clone, Copy)]
pub(crate) struct Export<'a> {
    pub(crate) format: Format,
    /// Which fields, and in what order; all that the person sees where none are said. A file of JSON has always all.
    pub(crate) columns: Option<&'a [FieldNo]>,
    /// Of headings and choices.
    pub(crate) lang: Lang,
    /// Where an .xlsx keeps its rows until they are packed.
    pub(crate) temp_dir: &'a Path,
    pub(crate) told: Told<'a>,
}

/// Names of referred records that are remembered while writing.
const MOST_NAMES: usize = 10_000;

/// Writes the records of a list into a file, one by one, and gives their number. Blocks. Without the permission nothing
/// is written.
pub(crate) fn export(
    reading: &Reading,
    kind: &'static RecordType,
    query: &Query,
    how: Export<'_>,
    file: File,
) -> Result<u64, ExchangeError> {
    reading.rights().require(Permission::Export(kind.module))?;
    if how.format == Format::Json {
        return json(reading, kind, query, how.told, BufWriter::new(file));
    }
    let columns = columns(reading, kind, how.columns);
    let heading: Vec<HeadCell<'_>> = columns
        .iter()
        .map(|column| column.heading(kind, how.lang))
        .collect();
    let key = format!("{}-title", kind.module);
    let title = if has_text(how.lang, &key) {
        text(how.lang, &key)
    } else {
        kind.module.to_string()
    };
    let target = Target {
        file,
        title: &title,
        temp_dir: how.temp_dir,
    };
    let format = if how.format == Format::Csv {
        sheet::Format::Csv
    } else {
        sheet::Format::Xlsx
    };
    let mut writer = sheet::writer(format, target, &heading)?;
    let mut names = Names {
        reading,
        kind,
        lang: how.lang,
        currency: reading.input_reading().currency,
        zone: reading.zone(),
        typed: how.format == Format::Xlsx,
        titles: HashMap::new(),
    };
    each(reading, kind, query, how.told, &mut |seen| {
        let cells: Vec<OutCell<'_>> = columns
            .iter()
            .map(|column| names.cell(column, seen))
            .collect::<Result<_, _>>()?;
        writer.write_row(&cells)?;
        Ok(())
    })?;
    Ok(SheetWriter::finish(writer)?.into())
}

fn json(
    reading: &Reading,
    kind: &'static RecordType,
    query: &Query,
    told: Told<'_>,
    mut out: impl Write,
) -> Result<u64, ExchangeError> {
    let full = |error: std::io::Error| SheetError::Write(error.to_string());
    let mut count = 0_u64;
    out.write_all(b"[").map_err(full)?;
    each(reading, kind, query, told, &mut |seen| {
        out.write_all(if count == 0 { b"\n" } else { b",\n" })
            .map_err(full)?;
        serde_json::to_writer(&mut out, &seen.to_json()).map_err(|error| full(error.into()))?;
        count += 1;
        Ok(())
    })?;
    out.write_all(b"\n]\n").map_err(full)?;
    out.flush().map_err(full)?;
    Ok(count)
}

/// Goes through a list; the first error ends it.
fn each(
    reading: &Reading,
    kind: &'static RecordType,
    query: &Query,
    told: Told<'_>,
    act: &mut dyn FnMut(&Seen) -> Result<(), ExchangeError>,
) -> Result<(), ExchangeError> {
    let (mut failed, mut count) = (None, 0);
    reading.each(kind, query, &mut |seen| match act(&seen) {
        Ok(()) => {
            count += 1;
            if !told(count) {
                failed = Some(ExchangeError::Cancelled);
            }
            Ok(failed.is_none())
        }
        Err(error) => {
            failed = Some(error);
            Ok::<bool, StoreError>(false)
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// One column of the sheet.
enum Column {
    Field(&'static Field),
    /// The id of the record that a field refers to: the name is for people, the id is exact.
    ReferenceId(&'static Field),
}

fn columns(
    reading: &Reading,
    kind: &'static RecordType,
    chosen: Option<&[FieldNo]>,
) -> Vec<Column> {
    if let Some(chosen) = chosen {
        let chosen = chosen.iter().filter_map(|no| kind.field(*no));
        let seen = chosen.filter(|field| reading.rights().sees_field(kind, field));
        return seen.map(Column::Field).collect();
    }
    let mut columns = Vec::new();
    for field in kind
        .fields
        .iter()
        .filter(|field| reading.rights().sees_field(kind, field))
    {
        columns.push(Column::Field(field));
        if matches!(field.kind, Kind::Reference(_)) {
            columns.push(Column::ReferenceId(field));
        }
    }
    columns
}

impl Column {
    fn heading(&self, kind: &RecordType, lang: Lang) -> HeadCell<'static> {
        match self {
            Self::ReferenceId(field) => HeadCell {
                title: Cow::Owned(labels::reference_id(kind, field, lang)),
                kind: ValueKind::Code,
            },
            Self::Field(field) => HeadCell {
                title: Cow::Owned(labels::field(kind, field, lang)),
                kind: match field.kind {
                    Kind::LongText(_) | Kind::Tags | Kind::Picks(_) => ValueKind::LongText,
                    Kind::Choice(_) | Kind::TaxId | Kind::Country | Kind::Id => ValueKind::Code,
                    Kind::Text(most) if most <= 40 => ValueKind::Code,
                    Kind::Number { .. } => ValueKind::Number,
                    Kind::Money => ValueKind::Money,
                    Kind::Date => ValueKind::Date,
                    Kind::Time => ValueKind::DateTime,
                    _ => ValueKind::Text,
                },
            },
        }
    }
}

/// Turns values into cells.
struct Names<'a> {
    reading: &'a Reading,
    kind: &'static RecordType,
    lang: Lang,
    currency: Currency,
    zone: TimeZone,
    /// Whether cells have types.
    typed: bool,
    titles: HashMap<Uuid, String>,
}

impl Names<'_> {
    fn cell<'r>(&mut self, column: &Column, seen: &'r Seen) -> Result<OutCell<'r>, ExchangeError> {
        let (Column::Field(field) | Column::ReferenceId(field)) = column;
        let Some(value) = seen.value(field.no) else {
            return Ok(OutCell::Empty);
        };
        if matches!(column, Column::ReferenceId(_)) {
            return Ok(text_cell(field.kind.give_text(&value)));
        }
        Ok(match (field.kind, value) {
            (Kind::Choice(_) | Kind::Pick(_), Value::Text(choice)) => {
                text_cell(labels::choice(self.kind, field, &choice, self.lang))
            }
            (Kind::Picks(_), Value::List(list)) => {
                let choices = list.iter();
                let names: Vec<String> = choices
                    .map(|choice| labels::choice(self.kind, field, choice, self.lang))
                    .collect();
                text_cell(list_text::join(&names, "; "))
            }
            (Kind::Number { scale: 0, .. }, Value::Number(number)) => OutCell::Integer(number),
            (Kind::Number { .. }, value) => OutCell::Decimal(field.kind.give_text(&value).into()),
            (_, Value::Money(money)) if money.currency() == self.currency => OutCell::Money {
                minor: money.minor(),
            },
            (Kind::Tags, Value::List(list)) => text_cell(list_text::join(&list, ", ")),
            (_, Value::List(list)) => text_cell(list_text::join(&list, "; ")),
            (Kind::Owner, Value::Id(id)) => text_cell(self.person(id)),
            (Kind::Reference(module), Value::Id(id)) => match self.title(module, id)? {
                title if title.is_empty() => OutCell::Empty,
                title => text_cell(title),
            },
            (_, Value::Time(time)) => self.moment(time),
            (_, Value::Date(date)) => OutCell::Date(date),
            (_, Value::Bool(yes)) => OutCell::Bool(yes),
            (_, Value::Text(text)) => text_cell(text),
            (_, value) => text_cell(field.kind.give_text(&value)),
        })
    }

    /// In a workbook a date that can be sorted and counted with, as the firm's clocks show it; where they show the same hour
    /// twice, and in a text file, the exact time.
    fn moment<'a>(&self, time: jiff::Timestamp) -> OutCell<'a> {
        let local = self.zone.to_datetime(time);
        if self.typed && !self.zone.to_ambiguous_timestamp(local).is_ambiguous() {
            OutCell::DateTime(local)
        } else {
            text_cell(format!("{time:.3}"))
        }
    }

    /// By the address: names are not unique.
    fn person(&self, id: Uuid) -> String {
        let user = UserId::from_bytes(*id.as_bytes());
        match self.reading.rights().people().user(user) {
            Some(user) => user.email.clone(),
            None => id.hyphenated().to_string(),
        }
    }

    /// The title of a record, empty where it is not seen.
    fn title(&mut self, module: Module, id: Uuid) -> Result<String, ExchangeError> {
        if let Some(title) = self.titles.get(&id) {
            return Ok(title.clone());
        }
        let title = self
            .reading
            .referred(module, id)?
            .map(|seen| seen.title().to_owned())
            .unwrap_or_default();
        if self.titles.len() >= MOST_NAMES {
            self.titles.clear();
        }
        self.titles.insert(id, title.clone());
        Ok(title)
    }
}

fn text_cell<'a>(text: String) -> OutCell<'a> {
    OutCell::Text(Cow::Owned(text))
}
