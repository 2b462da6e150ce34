//! Single records out of the lines of an archive, without a database made of it.
//!
//! What comes out is no firm yet: each record is looked at by itself, and goes on only through the guard.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::error::LoadError;
use super::line;
use super::part::Part;
use super::record_line::Shape;
use crate::data::access::files::{Attachment, MOST_FILES};
use crate::data::access::kinds::Kinds;
use crate::data::access::vault::{Firm, Vault};
use crate::data::log::history::HistoryEntry;
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::file::FileHash;
use crate::data::records::ids::{FileId, RecordId};
use crate::data::records::module::Module;
use crate::data::records::record::Record;
use crate::data::store::{Read, StoreError, Table, Visit};

/// Bytes of the longest line.
const LONGEST_LINE: usize = 16 << 20;
/// Definitions of fields; more are no firm's.
const MOST_FIELDS: usize = 20_000;

/// A record as an archive has it. Only the guard looks into it.
#[derive(Clone, Debug)]
pub struct Archived {
    pub(in crate::data::access) module: Module,
    pub(in crate::data::access) record: Record,
    /// Its history, by version.
    pub(in crate::data::access) steps: BTreeMap<u64, Vec<u8>>,
    /// Rows of its files, by their ids.
    pub(in crate::data::access) files: BTreeMap<FileId, Attachment>,
    was_deleted: bool,
}

impl Archived {
    /// Its id.
    pub fn id(&self) -> RecordId {
        self.record.id
    }

    /// Whether it lay in the trash then.
    pub fn was_deleted(&self) -> bool {
        self.was_deleted
    }

    /// Adds a step of its history; an error where it is none.
    pub fn add_step(&mut self, step: HistoryLine<'_>) -> Result<(), LoadError> {
        serde_json::from_slice::<HistoryEntry>(step.entry)
            .map_err(|error| LoadError::Content(format!("a history entry: {error}")))?;
        self.steps.insert(step.version, step.entry.to_vec());
        Ok(())
    }

    /// Adds one of its files; an error where it is none.
    pub fn add_file(&mut self, line: FileLine<'_>) -> Result<(), LoadError> {
        let row: Attachment = serde_json::from_slice(line.entry)
            .map_err(|error| LoadError::Content(format!("a file: {error}")))?;
        if self.files.len() >= MOST_FILES {
            let what = "a record has more files than any".to_owned();
            return Err(LoadError::Content(what));
        }
        self.files.insert(
            line.file,
            Attachment {
                id: line.file,
                ..row
            },
        );
        Ok(())
    }

    /// Contents that its files have, with their bytes.
    pub fn contents(&self) -> impl Iterator<Item = (FileHash, u64)> {
        self.files.values().map(|file| (file.hash, file.size))
    }
}

/// A line of a record's file.
#[derive(Clone, Copy, Debug)]
pub struct FileLine<'a> {
    /// Whose.
    pub id: RecordId,
    file: FileId,
    entry: &'a [u8],
}

/// A line of history.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLine<'a> {
    /// Whose.
    pub id: RecordId,
    version: u64,
    entry: &'a [u8],
}

/// Cuts bytes that come in pieces into lines.
#[derive(Debug, Default)]
pub struct LineCutter(Vec<u8>);

impl LineCutter {
    /// Gives away each line that ends in these bytes.
    pub fn cut<E: From<LoadError>>(
        &mut self,
        mut bytes: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            if self.0.is_empty() {
                take(line)?;
            } else {
                self.0.extend_from_slice(line);
                let taken = take(&self.0);
                self.0.clear();
                taken?;
            }
        }
        if self.0.len() + bytes.len() > LONGEST_LINE {
            let what = "a line is longer than any of ours".to_owned();
            return Err(LoadError::Content(what).into());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// The definitions of fields that an archive brings.
#[derive(Default)]
struct Definitions(BTreeMap<Vec<u8>, Vec<u8>>);

impl Read for Definitions {
    fn get(&self, _: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, _: Table, from: &[u8], to: &[u8], visit: Visit<'_>) -> Result<(), StoreError> {
        if from >= to {
            return Ok(());
        }
        for (key, value) in self.0.range(from.to_vec()..to.to_vec()) {
            if let ControlFlow::Break(()) = visit(key, value) {
                break;
            }
        }
        Ok(())
    }
}

/// Reads records of one module.
pub struct Picker {
    vault: Vault,
    module: Module,
    definitions: Definitions,
    founded: Option<Timestamp>,
    reading: Option<By>,
}

/// What lines are read by.
struct By {
    kind: &'static RecordType,
    shape: Shape,
    passing: Vec<FieldNo>,
}

impl Picker {
    /// For a module, in the place of a firm.
    pub fn new(vault: &Vault, module: Module) -> Self {
        Self {
            vault: vault.clone(),
            module,
            definitions: Definitions::default(),
            founded: None,
            reading: None,
        }
    }

    /// Whether a part tells how records are to be read.
    pub fn learns_from(part: Part) -> bool {
        matches!(part, Part::Settings | Part::CustomFields)
    }

    /// Takes a line of such a part.
    pub fn learn(&mut self, part: Part, bytes: &[u8]) -> Result<(), LoadError> {
        let (key, value) = line::read(part, bytes).map_err(LoadError::Content)?;
        if part == Part::CustomFields {
            if self.definitions.0.len() >= MOST_FIELDS {
                let what = "there are more fields than any firm has".to_owned();
                return Err(LoadError::Content(what));
            }
            self.definitions.0.insert(key, value);
        } else if key == b"firm" {
            let firm: Firm = serde_json::from_slice(&value)
                .map_err(|error| LoadError::Content(format!("the firm: {error}")))?;
            self.founded = Some(firm.created_at);
        }
        Ok(())
    }

    /// Whether it is an archive of the firm that asks, whatever that was called then.
    pub fn is_of_this_firm(&self) -> Result<bool, StoreError> {
        let ours = self.vault.firm()?.map(|firm| firm.created_at);
        Ok(ours.is_some() && ours == self.founded)
    }

    /// The id that a line of a record tells, read before anything else of it.
    pub fn id_of(bytes: &[u8]) -> Option<RecordId> {
        const HEAD: &[u8] = b"{\"id\":\"";
        let id = bytes.strip_prefix(HEAD)?.get(..36)?;
        std::str::from_utf8(id).ok()?.parse().ok()
    }

    /// A line of a record, alive or deleted.
    pub fn record(&mut self, bytes: &[u8]) -> Result<Archived, LoadError> {
        let wrong = |what: String| LoadError::Content(format!("a record cannot be read: {what}"));
        if self.reading.is_none() {
            let kinds = self.vault.inner.kinds.of_archive(&self.definitions)?;
            self.reading = Some(By::of(kinds, self.module).map_err(wrong)?);
        }
        let by = self.reading.as_ref().ok_or_else(|| wrong(String::new()))?;
        let read = by.shape.read(by.kind, &by.passing, bytes).map_err(wrong)?;
        Ok(Archived {
            module: self.module,
            record: read.record,
            steps: BTreeMap::new(),
            files: BTreeMap::new(),
            was_deleted: read.deletion.is_some(),
        })
    }

    /// A line of a record's file.
    pub fn file(bytes: &[u8]) -> Result<FileLine<'_>, LoadError> {
        let (record, file, entry) = line::read_file(bytes).map_err(LoadError::Content)?;
        Ok(FileLine {
            id: RecordId::from_bytes(record),
            file: FileId::from_bytes(file),
            entry,
        })
    }

    /// A line of history.
    pub fn step(bytes: &[u8]) -> Result<HistoryLine<'_>, LoadError> {
        let (id, version, entry) = line::read_history(bytes).map_err(LoadError::Content)?;
        Ok(HistoryLine {
            id: RecordId::from_bytes(id),
            version,
            entry,
        })
    }
}

impl By {
    fn of(kinds: &'static Kinds, module: Module) -> Result<Self, String> {
        let of = |list: &[&'static RecordType]| {
            let mut found = list.iter().filter(|kind| kind.module == module);
            found.next().copied()
        };
        let unknown = || format!("there is no module {module} here");
        let live = of(kinds.live()).ok_or_else(unknown)?;
        Ok(Self {
            kind: of(kinds.all_whole()).ok_or_else(unknown)?,
            shape: Shape::of(live),
            passing: kinds.purged(module),
        })
    }
}
