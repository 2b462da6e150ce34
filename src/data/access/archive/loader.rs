//! A new store from the lines of an archive, in bounded memory.
//!
//! Lines may come from anybody who knows the public key: each is looked at before it is kept, and at the end the whole is
//! held against what a firm is. What records are found by is put aside and written last, in order of keys. Lines are looked
//! at on the thread that brings them, while two others write what was kept and derive what it is found by (see `beside`).

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use roaring::RoaringBitmap;

use super::aside::Aside;
use super::beside::{Derive, Fill};
use super::error::LoadError;
use super::line;
use super::loaded::Loaded;
use super::moment::AuditHead;
use super::part::{self, Part};
use super::record_line::Shape;
use crate::data::access::actor::Actor;
use crate::data::access::built_in::BuiltIn;
use crate::data::access::files::Attachment;
use crate::data::access::kinds::Kinds;
use crate::data::access::people;
use crate::data::access::trash;
use crate::data::access::vault::{Vault, VaultSettings};
use crate::data::log::audit::{self, AuditEntry};
use crate::data::log::history::HistoryEntry;
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::file::FileHash;
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::{self, record_key};
use crate::data::records::record::Record;
use crate::data::store::{Keyring, Seal, Sorted, Store, StoreError, Table};

/// Bytes of the longest line. A record with every field full has less than one of these.
const LONGEST_LINE: usize = 16 << 20;
/// Records whose index entries are made together.
const RECORDS_AT_ONCE: usize = 2048;
/// Bytes in memory of what follows from lines that are no records, and of what leads from document numbers to these.
const MOST_ASIDE: usize = 4 << 20;
/// Contents of files that a firm has; more are no firm's.
const MOST_FILES: usize = 1_000_000;
/// Files of one record.
const MOST_FILES_OF_RECORD: usize = 50_000;
/// Bytes of database cache.
const CACHE: usize = 24 << 20;

/// From where a firm was brought back.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The archive's name.
    pub archive: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who brings it back; nobody where that is done on the machine.
    pub by: Option<Actor>,
}

/// A firm on its way from lines into an empty folder.
pub struct Loader {
    vault: Vault,
    folder: PathBuf,
    /// Whether the firm was without contradictions when it was written out.
    sound: bool,
    /// The record types once the firm's own fields are here.
    kinds: Option<&'static Kinds>,
    open: Option<Open>,
    /// A line that has not ended yet.
    begun: Vec<u8>,
    /// While there is something on its way into the store.
    fill: Option<Fill>,
    aside: Aside,
    derive: Derive,
    /// Records whose index entries are not made yet.
    waiting: Vec<Record>,
    counts: BTreeMap<(u8, Option<UserId>), u64>,
    documents: BTreeMap<u8, RoaringBitmap>,
    chain: AuditHead,
    /// Contents that rows of files name, with their bytes.
    files: HashMap<FileHash, u64>,
    /// Rows of the record at hand.
    files_of_record: usize,
}

/// The part that is being read.
struct Open {
    part: Part,
    lines: u64,
    last_key: Vec<u8>,
    records: Option<Records>,
}

/// What the records of a part are read by.
struct Records {
    kind: &'static RecordType,
    shape: Shape,
    passing: Vec<FieldNo>,
}

impl Loader {
    /// Makes a new store in a folder that has none. `secret` is the key its sealed secrets were sealed with. What was not
    /// `sound` when it was written out comes back as it was; what was has to be so again.
    pub fn begin(
        folder: &Path,
        kinds: &[&'static RecordType],
        secret: &str,
        sound: bool,
    ) -> Result<Self, LoadError> {
        Self::begin_under(folder, kinds, secret, sound, Keyring::default())
    }

    /// The same, encrypted at rest where these keys have one for new files.
    pub fn begin_under(
        folder: &Path,
        kinds: &[&'static RecordType],
        secret: &str,
        sound: bool,
        keys: Keyring,
    ) -> Result<Self, LoadError> {
        Seal::bring(folder, secret).map_err(|error| match error {
            StoreError::Damaged(what) => LoadError::Content(what),
            error => error.into(),
        })?;
        let settings = VaultSettings {
            cache_bytes: CACHE,
            keys,
            ..VaultSettings::default()
        };
        Ok(Self {
            vault: Vault::open_to_fill(folder, kinds, settings)?,
            folder: folder.to_owned(),
            sound,
            kinds: None,
            open: None,
            begun: Vec::new(),
            fill: None,
            aside: Aside::new(folder, MOST_ASIDE),
            derive: Derive::begin(folder)?,
            waiting: Vec::new(),
            counts: BTreeMap::new(),
            documents: BTreeMap::new(),
            chain: AuditHead::default(),
            files: HashMap::new(),
            files_of_record: 0,
        })
    }

    /// Begins a part. Parts come in the order of [`Part::all`], each once; one that is left out is empty.
    pub fn part(&mut self, part: Part) -> Result<(), LoadError> {
        self.end_part()?;
        if part.module().is_some() && self.kinds.is_none() {
            self.flush()?;
            let snapshot = self.store().read()?;
            self.kinds = Some(self.vault.inner.kinds.read(&snapshot)?);
        }
        let records = match (part.module(), self.kinds) {
            (Some(module), Some(kinds)) => {
                let of = |list: &[&'static RecordType]| {
                    let mut found = list.iter().filter(|kind| kind.module == module);
                    found.next().copied()
                };
                let unknown = || LoadError::Content(format!("there is no module {module} here"));
                let kind = of(kinds.all_whole()).ok_or_else(unknown)?;
                let live = of(kinds.live()).ok_or_else(unknown)?;
                Some(Records {
                    kind,
                    shape: Shape::of(live),
                    passing: kinds.purged(module),
                })
            }
            _ => None,
        };
        self.open = Some(Open {
            part,
            lines: 0,
            last_key: Vec::new(),
            records,
        });
        Ok(())
    }

    /// Takes bytes of the part that was begun: lines, cut anywhere.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<(), LoadError> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            if self.begun.is_empty() {
                self.line(line)?;
            } else {
                let mut whole = std::mem::take(&mut self.begun);
                whole.extend_from_slice(line);
                self.line(&whole)?;
                whole.clear();
                self.begun = whole;
            }
        }
        if self.begun.len() + bytes.len() > LONGEST_LINE {
            return Err(self.wrong("the line is longer than any of ours"));
        }
        self.begun.extend_from_slice(bytes);
        Ok(())
    }

    /// Lines of the part so far.
    pub fn lines(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.lines)
    }

    pub(super) fn store(&self) -> &Store {
        &self.vault.inner.store
    }

    fn wrong(&self, what: impl Into<String>) -> LoadError {
        let open = self.open.as_ref();
        LoadError::Line {
            part: open.map_or_else(String::new, |open| open.part.file_name()),
            line: self.lines() + 1,
            what: what.into(),
        }
    }

    fn end_part(&mut self) -> Result<(), LoadError> {
        if !self.begun.is_empty() {
            return Err(self.wrong("the last line does not end"));
        }
        self.index_waiting()?;
        self.open = None;
        Ok(())
    }

    fn line(&mut self, bytes: &[u8]) -> Result<(), LoadError> {
        let Some(mut open) = self.open.take() else {
            return Err(self.wrong("no part was begun"));
        };
        if bytes.len() > LONGEST_LINE || open.lines >= open.part.most_lines() {
            self.open = Some(open);
            return Err(self.wrong("there is more than any firm has"));
        }
        let taken = self.line_of(&mut open, bytes);
        let full = open.records.is_some() && self.waiting.len() >= RECORDS_AT_ONCE;
        let kind = open.records.as_ref().map(|records| records.kind);
        self.open = Some(open);
        match taken {
            Ok(()) => {}
            Err(Wrong::Line(what)) => return Err(self.wrong(what)),
            Err(Wrong::Store(error)) => return Err(error.into()),
        }
        if let Some(open) = &mut self.open {
            open.lines += 1;
        }
        if full && kind.is_some() {
            self.index_waiting()?;
        }
        Ok(())
    }

    /// Looks at a line and keeps what it tells.
    fn line_of(&mut self, open: &mut Open, bytes: &[u8]) -> Result<(), Wrong> {
        let (key, value) = match (open.part, &open.records) {
            (Part::Records(_) | Part::Trash(_), Some(records)) => {
                self.record(open.part, records, bytes)?
            }
            (Part::History(_), Some(records)) => {
                let (id, version, entry) = line::read_history(bytes)?;
                serde_json::from_slice::<HistoryEntry>(entry).map_err(|error| error.to_string())?;
                let mut key = record_key(records.kind, RecordId::from_bytes(id));
                key.extend_from_slice(&version.to_be_bytes());
                (key, entry.to_vec())
            }
            (Part::Files(_), Some(records)) => self.file(records, &open.last_key, bytes)?,
            (Part::Audit, _) => self.audit_entry(bytes)?,
            (Part::Users, _) => {
                let stored = line::read_stored(bytes)?.ok_or("it lacks _stored")?;
                let user = people::read_user(stored)?;
                let id = user.id.bytes();
                self.aside
                    .put(Table::UserEmails, user.email.as_bytes(), id)?;
                (id.to_vec(), stored.to_vec())
            }
            (Part::Roles, _) => match line::read_stored(bytes)? {
                Some(stored) => {
                    let role = people::read_role(stored)?;
                    if BuiltIn::ALL.iter().any(|built_in| built_in.id() == role.id) {
                        return Err("it is a role that comes with the program".to_owned().into());
                    }
                    (role.id.bytes().to_vec(), stored.to_vec())
                }
                // A role that comes with the program is told for people, and not kept.
                None => return Ok(()),
            },
            (Part::Teams, _) => {
                let stored = line::read_stored(bytes)?.ok_or("it lacks _stored")?;
                (
                    people::read_team(stored)?.id.bytes().to_vec(),
                    stored.to_vec(),
                )
            }
            (part, _) => line::read(part, bytes)?,
        };
        if open.part == Part::Settings && part::is_of_the_file(&key) {
            return Err("this is no setting of a firm".to_owned().into());
        }
        if key <= open.last_key {
            return Err("it stands twice, or out of order".to_owned().into());
        }
        open.last_key.clone_from(&key);
        let fill = match &mut self.fill {
            Some(fill) => fill,
            none => none.insert(Fill::begin(&self.vault.inner.store)?),
        };
        fill.put(open.part.table(), &key, &value)?;
        Ok(())
    }

    fn record(
        &mut self,
        part: Part,
        records: &Records,
        bytes: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), Wrong> {
        let kind = records.kind;
        let read = records.shape.read(kind, &records.passing, bytes)?;
        let code = kind.module.code();
        let documents = self.documents.entry(code).or_default();
        if !documents.insert(read.record.document) {
            return Err("another record has its document number".to_owned().into());
        }
        let key = record_key(kind, read.record.id);
        match (part, read.deletion) {
            (Part::Trash(_), Some(deletion)) => {
                let value = trash::joined(deletion.at, deletion.by, &read.bytes);
                let (_, order) = trash::stored_with_order_key(kind, read.record.id, &value)?;
                self.aside.put(Table::TrashOrder, &order, &[])?;
                Ok((key, value))
            }
            (Part::Records(_), None) => {
                let document = index::document_key(kind, read.record.document);
                let id = read.record.id.bytes();
                self.aside.put(Table::Documents, &document, id)?;
                *self.counts.entry((code, read.record.owner)).or_default() += 1;
                self.waiting.push(read.record);
                Ok((key, read.bytes))
            }
            (Part::Trash(_), None) => Err("it lacks deleted_at".to_owned().into()),
            _ => Err("a live record has no deleted_at".to_owned().into()),
        }
    }

    fn file(
        &mut self,
        records: &Records,
        last_key: &[u8],
        bytes: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), Wrong> {
        let (record, file, entry) = line::read_file(bytes)?;
        let row: Attachment = serde_json::from_slice(entry).map_err(|error| error.to_string())?;
        let mut key = record_key(records.kind, RecordId::from_bytes(record));
        self.files_of_record = if last_key.starts_with(&key) {
            self.files_of_record + 1
        } else {
            1
        };
        if self.files_of_record > MOST_FILES_OF_RECORD {
            return Err("its record has more files than any".to_owned().into());
        }
        let size = *self.files.entry(row.hash).or_insert(row.size);
        if size != row.size {
            return Err("another file with its content has another size"
                .to_owned()
                .into());
        }
        if self.files.len() > MOST_FILES {
            return Err("there are more files than any firm has".to_owned().into());
        }
        key.extend_from_slice(&file);
        Ok((key, entry.to_vec()))
    }

    /// Contents that the rows so far name, with their bytes.
    pub fn files(&self) -> &HashMap<FileHash, u64> {
        &self.files
    }

    fn audit_entry(&mut self, bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Wrong> {
        let entry: AuditEntry = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        // One more follows in any case: that of the restore.
        if entry.id == u64::MAX {
            return Err("the audit log has more entries than any".to_owned().into());
        }
        let follows = entry.id == self.chain.last + 1 && entry.prev == self.chain.hash;
        if self.sound && !follows {
            return Err("the chain of the audit log is broken here"
                .to_owned()
                .into());
        }
        if let Some(user) = entry.user {
            let by_user = audit::by_user_key(user, entry.id);
            self.aside.put(Table::AuditByUser, &by_user, &[])?;
        }
        self.chain = AuditHead {
            last: entry.id,
            hash: audit::hash(bytes),
        };
        Ok((entry.id.to_be_bytes().to_vec(), bytes.to_vec()))
    }

    /// Hands on the waiting records, to derive what they are found by.
    fn index_waiting(&mut self) -> Result<(), LoadError> {
        let waiting = std::mem::take(&mut self.waiting);
        let records = self.open.as_ref().and_then(|open| open.records.as_ref());
        match records.map(|records| records.kind) {
            Some(kind) if !waiting.is_empty() => Ok(self.derive.take(kind, waiting)?),
            _ => Ok(()),
        }
    }

    /// Waits until everything kept so far is in the store.
    fn flush(&mut self) -> Result<(), LoadError> {
        match self.fill.take() {
            Some(fill) => Ok(fill.end()?),
            None => Ok(()),
        }
    }

    /// Writes what records are found by, and holds the whole against what the archive says of itself and what a firm is.
    /// With an origin the audit log goes on with an entry about the restore.
    pub fn finish(
        mut self,
        digests: &BTreeMap<String, String>,
        origin: Option<Origin>,
    ) -> Result<(), LoadError> {
        self.end_part()?;
        let counts = std::mem::take(&mut self.counts);
        for ((code, owner), count) in counts {
            let mut key = vec![code];
            key.extend_from_slice(&index::owner_key(owner));
            self.aside
                .put(Table::Counters, &key, &count.to_be_bytes())?;
        }
        self.flush()?;
        let Self {
            vault,
            folder,
            sound,
            aside,
            derive,
            documents,
            chain,
            ..
        } = self;
        let mut runs = aside.into_runs()?;
        runs.extend(derive.end()?);
        let mut sorted = Sorted::new(runs)?.joined();
        vault.inner.store.fill(&mut sorted)?;
        drop(sorted);
        let loaded = Loaded {
            vault,
            sound,
            documents,
            chain,
        };
        loaded.check(digests)?;
        if let Some(origin) = origin {
            loaded.note(origin)?;
            drop(loaded);
            // What goes on as the firm is on the disk from here.
            Store::sync(&folder)?;
        }
        Ok(())
    }
}

/// Why a line was not kept.
enum Wrong {
    Line(String),
    Store(StoreError),
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self::Line(what)
    }
}

impl From<&str> for Wrong {
    fn from(what: &str) -> Self {
        Self::Line(what.to_owned())
    }
}

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(what) => Self::Line(what),
            error => Self::Store(error),
        }
    }
}
