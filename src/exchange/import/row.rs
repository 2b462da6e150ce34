//! A row of a sheet made into a row for the guard.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use super::file_index::FileIndex;
use super::for_all::ForAll;
use super::owners::Owners;
use super::references::{References, Referred};
use super::{ExchangeError, Import};
use crate::data::records::fold;
use crate::data::{
    Access, Changes, Field, FieldError, FieldNo, Kind, Module, Problem, Reading, RecordId,
    RecordOrigin, RecordType, Rights, Row, Setter, UserId, Value, common,
};
use crate::exchange::error::{problem_text, sheet_text};
use crate::exchange::labels;
use crate::exchange::mapping::{Mapping, Target, cell, letter};
use crate::exchange::report::Note;
use crate::exchange::sheet::{Cell, Row as SheetRow};
use crate::exchange::values::{self, CellReader};
use crate::exchange::vocabulary::{self, Vocabulary};
use crate::i18n::{Lang, text};
use crate::names;

/// A row on its way.
pub(super) struct Pending {
    pub(super) sheet_row: SheetRow,
    pub(super) warnings: Vec<Note>,
    /// Some of them are of cells of this very row, which can be mended.
    pub(super) to_mend: bool,
    /// What is only worth saying where a record is made of the row.
    pub(super) missing: Vec<Note>,
}

/// What came of reading a row.
pub(super) enum Read {
    Ready(Box<Pending>, Row),
    /// It refers to a row of the file that is not in yet.
    Held(u32),
    Failed(SheetRow, Vec<Note>),
}

/// What may be done with a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Take,
    /// Its field is not the importer's to set: the values are dropped, into the notes too, which more people see.
    NotTheirs,
    /// The program computes it, and the row is not of our own export.
    Computed,
}

/// Reads rows, with what it must know of the firm.
pub(super) struct RowReader {
    pub(super) mapping: Mapping,
    /// Whether rows that refer to later rows of the file wait for those.
    pub(super) hold: bool,
    kind: &'static RecordType,
    words: &'static Vocabulary,
    lang: Lang,
    dry_run: bool,
    /// Somebody has seen the columns and said what each is.
    settled: bool,
    cells: CellReader,
    rights: Rights,
    own: Option<UserId>,
    owners: Owners,
    references: Option<References>,
    file: FileIndex,
    uses: Vec<Use>,
    for_all: ForAll,
    remarks: Option<(FieldNo, usize)>,
    /// Columns that were warned of as a whole.
    told: HashSet<usize>,
}

/// A row as it grows.
#[derive(Default)]
struct Draft {
    values: Changes,
    remarks: Vec<String>,
    warnings: Vec<Note>,
    to_mend: bool,
    /// Fields in whose cells something stands.
    given: HashSet<FieldNo>,
    references: BTreeMap<FieldNo, Reference>,
    id: Option<Uuid>,
    /// Columns and texts of the parts of the title.
    parts: BTreeMap<usize, (usize, String)>,
    times: [Option<jiff::Timestamp>; 2],
}

struct Reference {
    field: &'static Field,
    module: Module,
    /// Column and text of the id and of the name.
    id: Option<(usize, String)>,
    name: Option<(usize, String)>,
}

impl RowReader {
    pub(super) fn new(
        import: &Import,
        mapping: Mapping,
        for_all: ForAll,
        access: &Access,
        reading: Reading,
        file: FileIndex,
    ) -> Self {
        let kind = import.kind;
        let words = vocabulary::of(kind.module);
        let rights = reading.rights().clone();
        let ours = mapping.has(common::ID);
        let uses = mapping
            .columns
            .iter()
            .map(|column| match column.target {
                Target::Field(field) | Target::ReferenceId(field) => match field.no {
                    common::ID | common::OWNER | common::CREATED_AT | common::UPDATED_AT => {
                        Use::Take
                    }
                    _ if rights.may_set(kind, field) => Use::Take,
                    _ if field.setter == Setter::Program && !ours => Use::Computed,
                    _ if rights.may_bring_back(kind, field) => Use::Take,
                    _ => Use::NotTheirs,
                },
                Target::TitlePart(_) | Target::Ignored | Target::Unknown => Use::Take,
            })
            .collect();
        let remarks = words
            .remarks
            .and_then(|name| kind.named(name))
            .and_then(|field| match field.kind {
                Kind::Text(most) | Kind::LongText(most) => Some((field.no, most)),
                _ => None,
            });
        Self {
            hold: true,
            kind,
            words,
            lang: import.lang,
            dry_run: import.dry_run,
            settled: import.columns.is_some(),
            cells: CellReader::new(kind, reading.input_reading(), import.zone.clone()),
            own: access.actor().user(),
            owners: Owners::of(&rights),
            rights,
            references: mapping.refers().then(|| References::new(reading)),
            mapping,
            file,
            uses,
            for_all,
            remarks,
            told: HashSet::new(),
        }
    }

    /// Sees what was written meanwhile.
    pub(super) fn refresh(&mut self, access: &Access) -> Result<(), ExchangeError> {
        if let Some(references) = &mut self.references {
            references.refresh(access.read()?);
        }
        Ok(())
    }

    /// Whether a row is still a record without the fields that were refused.
    pub(super) fn can_do_without(&self, errors: &[FieldError]) -> bool {
        errors.iter().all(|error| {
            let field = self.kind.named(&error.field);
            field.is_some_and(|field| {
                !field.required
                    && field.no != self.kind.title
                    && self.mapping.heading_of(field.name).is_some()
            })
        })
    }

    /// Reads a row; `without` are fields that the guard refused.
    pub(super) fn read(
        &mut self,
        row: SheetRow,
        without: &[FieldError],
    ) -> Result<Read, ExchangeError> {
        let mut draft = Draft {
            to_mend: !row.problems.is_empty(),
            ..Draft::default()
        };
        for problem in &row.problems {
            let message = sheet_text(self.lang, problem.kind.key(), problem.kind.args());
            let column = self.heading(problem.column);
            draft.warnings.push(Note {
                row: row.number,
                column,
                message,
            });
        }
        for at in 0..row.cells.len().max(self.mapping.columns.len()) {
            let target = self
                .mapping
                .columns
                .get(at)
                .map_or(Target::Unknown, |column| column.target);
            let cell = cell(&row, at);
            match target {
                Target::Ignored => {}
                Target::Unknown if cell.is_blank() => {}
                Target::Unknown if matches!(cell, Cell::Error(_)) => {
                    let problem = Problem::new("import-cell-error");
                    self.refuse(at, row.number, &cell.text(), &problem, &mut draft);
                }
                Target::TitlePart(_) if cell.is_blank() => {}
                Target::TitlePart(_) if matches!(cell, Cell::Error(_)) => {
                    let problem = Problem::new("import-cell-error");
                    self.refuse(at, row.number, &cell.text(), &problem, &mut draft);
                }
                Target::TitlePart(part) => {
                    let text = cell.text().into_owned();
                    if let Some((at, text)) = draft.parts.insert(part, (at, text)) {
                        self.remark(at, &text, &mut draft);
                    }
                }
                Target::Unknown => {
                    // Whoever has seen the columns wants it so.
                    if !self.settled {
                        self.tell(at, row.number, "import-column-unknown", &mut draft);
                    }
                    self.remark(at, &cell.text(), &mut draft);
                }
                Target::Field(field) | Target::ReferenceId(field) => {
                    if !cell.is_blank() {
                        draft.given.insert(field.no);
                    }
                    let by_id = matches!(target, Target::ReferenceId(_));
                    if let Some(error) = without.iter().find(|error| error.field == field.name) {
                        if !cell.is_blank() {
                            let text = cell.text();
                            self.refuse(at, row.number, &text, &error.problem, &mut draft);
                        }
                    } else {
                        self.field(at, field, by_id, cell, row.number, &mut draft);
                    }
                }
            }
        }
        if self.refer(row.number, &mut draft)? {
            return Ok(Read::Held(row.number));
        }
        self.join_parts(row.number, &mut draft);
        for (given, field, choice) in self.words.implied {
            if let (Some(given), Some(field)) = (self.kind.named(given), self.kind.named(field))
                && draft.given.contains(&given.no)
                && !draft.given.contains(&field.no)
            {
                draft
                    .values
                    .insert(field.no, Some(Value::Text((*choice).to_owned())));
            }
        }
        for (field, problem) in self.for_all.fill(&mut draft.values) {
            draft.to_mend = true;
            let message = problem_text(self.lang, &problem);
            draft.warnings.push(Note {
                row: row.number,
                column: labels::field(self.kind, field, self.lang),
                message,
            });
        }
        if draft.id.is_none() {
            (self.words.mend)(&mut draft.values);
        }
        if !matches!(draft.values.get(&self.kind.title), Some(Some(_))) {
            let title = self
                .kind
                .field(self.kind.title)
                .map_or("", |field| field.name);
            let column = self
                .mapping
                .heading_of(title)
                .unwrap_or_default()
                .to_owned();
            let message = text(self.lang, "import-row-no-name");
            let note = Note {
                row: row.number,
                column,
                message,
            };
            return Ok(Read::Failed(row, vec![note]));
        }
        self.fit_remarks(row.number, &mut draft);
        let [created_at, updated_at] = draft.times;
        let origin = draft.id.map(|id| RecordOrigin {
            id: RecordId::from_bytes(*id.as_bytes()),
            created_at,
            updated_at,
        });
        let pending = Pending {
            missing: self.missing(row.number, &draft.values),
            sheet_row: row,
            to_mend: draft.to_mend,
            warnings: draft.warnings,
        };
        let ready = Row {
            values: draft.values,
            origin,
            remarks: draft.remarks,
        };
        Ok(Read::Ready(Box::new(pending), ready))
    }

    fn field(
        &mut self,
        at: usize,
        field: &'static Field,
        by_id: bool,
        cell: &Cell,
        row: u32,
        draft: &mut Draft,
    ) {
        match (field.no, field.kind) {
            (common::OWNER, _) => self.owner(at, field, cell, row, draft),
            (common::ID, _) => {
                let text = cell.text();
                draft.id = values::id(&text);
                if draft.id.is_none() && !text.is_empty() {
                    self.refuse(at, row, &text, &Problem::new("error-reference"), draft);
                }
            }
            _ if cell.is_blank() => {}
            _ if self.uses[at] != Use::Take => {
                let key = match self.uses[at] {
                    Use::Computed => "import-column-computed",
                    _ => "import-column-not-yours",
                };
                self.tell(at, row, key, draft);
            }
            (_, Kind::Reference(module)) => {
                let reference = draft.references.entry(field.no).or_insert(Reference {
                    field,
                    module,
                    id: None,
                    name: None,
                });
                let place = if by_id {
                    &mut reference.id
                } else {
                    &mut reference.name
                };
                *place = Some((at, cell.text().into_owned()));
            }
            _ => {
                let taken = self.cells.take(field, cell);
                for (text, problem) in taken.refused {
                    self.refuse(at, row, &text, &problem, draft);
                }
                let Some(value) = taken.value else { return };
                match (field.no, value) {
                    (common::CREATED_AT, Value::Time(time)) => draft.times[0] = Some(time),
                    (common::UPDATED_AT, Value::Time(time)) => draft.times[1] = Some(time),
                    (_, value) => self.put(at, field, value, row, draft),
                }
            }
        }
    }

    /// A title made of its parts; where the row has one of its own, they are remarks.
    fn join_parts(&mut self, row: u32, draft: &mut Draft) {
        let parts = std::mem::take(&mut draft.parts);
        let Some(title) = self.kind.field(self.kind.title) else {
            return;
        };
        if parts.is_empty() {
            return;
        }
        if matches!(draft.values.get(&title.no), Some(Some(_))) {
            for (at, text) in parts.into_values() {
                self.remark(at, &text, draft);
            }
            return;
        }
        let at = parts.values().next().map_or(0, |(at, _)| *at);
        let texts: Vec<String> = parts.into_values().map(|(_, text)| text).collect();
        let taken = self.cells.take(title, &Cell::Text(texts.join(" ")));
        for (text, problem) in taken.refused {
            self.refuse(at, row, &text, &problem, draft);
        }
        if taken.value.is_none() {
            return;
        }
        draft.values.insert(title.no, taken.value);
        if let Some((field, choice)) = self.words.of_parts
            && let Some(field) = self.kind.named(field)
            && !draft.given.contains(&field.no)
        {
            let choice = Value::Text(choice.to_owned());
            draft.values.insert(field.no, Some(choice));
            draft.given.insert(field.no);
        }
    }

    /// A second column of a list adds to it; of any other field it is a remark.
    fn put(&mut self, at: usize, field: &Field, value: Value, row: u32, draft: &mut Draft) {
        match (draft.values.get(&field.no), value) {
            (Some(Some(Value::List(before))), Value::List(more)) => {
                let all: Vec<&String> = before.iter().chain(&more).collect();
                match field.kind.take_json(&serde_json::json!(all)) {
                    Ok(value) => drop(draft.values.insert(field.no, value)),
                    Err(problem) => self.refuse(at, row, &more.join(", "), &problem, draft),
                }
            }
            (Some(Some(_)), value) => {
                let text = field.kind.give_text(&value);
                self.remark(at, &text, draft);
            }
            (_, value) => drop(draft.values.insert(field.no, Some(value))),
        }
    }

    /// A column of owners with an empty cell says that the record is nobody's.
    fn owner(
        &mut self,
        at: usize,
        field: &'static Field,
        cell: &Cell,
        row: u32,
        draft: &mut Draft,
    ) {
        let may = self.rights.may_set(self.kind, field);
        let name = cell.text();
        if name.is_empty() {
            if may {
                draft.values.insert(common::OWNER, None);
            }
            return;
        }
        match self.owners.find(&name) {
            Some(owner) if may => {
                let owner = Uuid::from_bytes(*owner.bytes());
                draft.values.insert(common::OWNER, Some(Value::Id(owner)));
            }
            Some(owner) if Some(owner) == self.own => {}
            Some(_) => self.tell(at, row, "import-owner-not-yours", draft),
            None => self.refuse(at, row, &name, &Problem::new("import-owner-unknown"), draft),
        }
    }

    /// Looks up what the row refers to; `true` where it must wait.
    fn refer(&mut self, row: u32, draft: &mut Draft) -> Result<bool, ExchangeError> {
        for (no, reference) in std::mem::take(&mut draft.references) {
            let Some(references) = &mut self.references else {
                break;
            };
            let text = |part: &Option<(usize, String)>| {
                part.as_ref()
                    .map(|(_, text)| text.clone())
                    .unwrap_or_default()
            };
            let (id, name) = (text(&reference.id), text(&reference.name));
            let problem =
                match references.find(self.kind, reference.module, &id, &name, &self.file)? {
                    Referred::Found(id) => {
                        draft.values.insert(no, Some(Value::Id(id)));
                        continue;
                    }
                    // A dry run writes nothing that could be referred to.
                    Referred::Later if self.dry_run => continue,
                    Referred::Later if self.hold => return Ok(true),
                    Referred::Later => Problem::new("import-reference-unknown"),
                    Referred::Nobody(problem) => problem,
                };
            // The name says more to people than the id.
            let Some((at, text)) = reference.name.or(reference.id) else {
                continue;
            };
            debug_assert!(matches!(reference.field.kind, Kind::Reference(_)));
            self.refuse(at, row, &text, &problem, draft);
        }
        Ok(false)
    }

    /// What the firm asks of people and the row does not say: no reason to leave the row out.
    fn missing(&self, row: u32, values: &Changes) -> Vec<Note> {
        let asked = self.kind.fields.iter().filter(|field| {
            let given = matches!(values.get(&field.no), Some(Some(_)));
            field.own.is_some()
                && field.is_asked()
                && !given
                && self.rights.may_set(self.kind, field)
        });
        asked
            .map(|field| {
                let column = self.mapping.heading_of(field.name).map(str::to_owned);
                Note {
                    row,
                    column: column.unwrap_or_else(|| names::field(self.lang, self.kind, field)),
                    message: text(self.lang, "error-required"),
                }
            })
            .collect()
    }

    fn heading(&self, at: usize) -> String {
        self.mapping
            .columns
            .get(at)
            .map_or_else(|| letter(at), |column| column.heading.clone())
    }

    /// A warning about a column, once.
    fn tell(&mut self, at: usize, row: u32, key: &str, draft: &mut Draft) {
        if self.told.insert(at) {
            let message = text(self.lang, key);
            draft.warnings.push(Note {
                row,
                column: self.heading(at),
                message,
            });
        }
    }

    /// A warning about a cell, whose text goes into the notes.
    fn refuse(&self, at: usize, row: u32, text: &str, problem: &Problem, draft: &mut Draft) {
        let message = problem_text(self.lang, problem);
        draft.to_mend = true;
        draft.warnings.push(Note {
            row,
            column: self.heading(at),
            message,
        });
        self.remark(at, text, draft);
    }

    fn remark(&self, at: usize, text: &str, draft: &mut Draft) {
        let remark = fold::nfc_clean(&format!("{}: {text}", self.heading(at)));
        if !draft.remarks.contains(&remark) {
            draft.remarks.push(remark);
        }
    }

    /// Leaves out remarks for which the notes have no room.
    fn fit_remarks(&self, row: u32, draft: &mut Draft) {
        let Some((field, most)) = self.remarks else {
            draft.remarks.clear();
            return;
        };
        let mut used = match draft.values.get(&field) {
            Some(Some(Value::Text(notes))) => notes.chars().count() + 1,
            _ => 0,
        };
        let before = draft.remarks.len();
        draft.remarks.retain(|remark| {
            let length = remark.chars().count();
            let fits = used + length <= most;
            if fits {
                used += length + 1;
            }
            fits
        });
        if draft.remarks.len() < before {
            let message = text(self.lang, "import-notes-full");
            draft.to_mend = true;
            draft.warnings.push(Note {
                row,
                column: String::new(),
                message,
            });
        }
    }
}
