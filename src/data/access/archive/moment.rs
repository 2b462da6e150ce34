//! The firm at one moment, part by part.

use std::io;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::checks;
use super::error::WriteOutError;
use super::line;
use super::part::{self, Part};
use super::record_line::{Deletion, Shape};
use crate::data::access::built_in::BuiltIn;
use crate::data::access::error::{AccessError, Permission};
use crate::data::access::kinds::Kinds;
use crate::data::access::people;
use crate::data::access::role::AdminRight;
use crate::data::access::trash;
use crate::data::access::vault::{Access, Firm, Vault, firm};
use crate::data::log::audit;
use crate::data::records::field::RecordType;
use crate::data::records::ids::RecordId;
use crate::data::records::module::Module;
use crate::data::records::record::Record;
use crate::data::store::{FilesHold, Read, Snapshot, StoreError, prefix_end};

/// Bytes of lines that are given away at once.
const BLOCK: usize = 128 << 10;

/// One moment of the whole firm. While it lives, what is changed meanwhile takes more room in the file: it is for one
/// backup, and let go of as soon as that is written.
pub struct Moment {
    /// No file goes that a row of the snapshot names.
    _files: FilesHold,
    vault: Vault,
    snapshot: Snapshot,
    kinds: &'static Kinds,
}

/// What a part came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFacts {
    /// Lines of it.
    pub lines: u64,
    /// BLAKE3 over its stored entries in order of keys, each as length and bytes of key and value (lengths as 4 bytes,
    /// big-endian), in hexadecimal.
    pub digest: String,
}

/// Where the audit log ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// Number of the last entry.
    pub last: u64,
    /// SHA-256 of its line, in hexadecimal.
    pub hash: String,
}

/// The digest of a part in the making.
pub(super) struct Digest(blake3::Hasher);

impl Digest {
    pub(super) fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    pub(super) fn add(&mut self, key: &[u8], value: &[u8]) {
        for bytes in [key, value] {
            self.0.update(&(bytes.len() as u32).to_be_bytes());
            self.0.update(bytes);
        }
    }

    pub(super) fn finish(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

impl Access {
    /// The whole firm at this moment, to be written out. Only the program does this, under its stated reason; whoever lets
    /// people have the outcome asks for their right first.
    pub fn moment(&self) -> Result<Moment, AccessError> {
        if self.actor.why().is_none() {
            return Err(AccessError::Forbidden(Permission::Admin(
                AdminRight::Backups,
            )));
        }
        Ok(Moment::of(&self.vault)?)
    }
}

impl Moment {
    pub(super) fn of(vault: &Vault) -> Result<Self, StoreError> {
        let files = vault.hold_files();
        let snapshot = vault.inner.store.read()?;
        let kinds = vault.inner.kinds.read(&snapshot)?;
        Ok(Self {
            _files: files,
            vault: vault.clone(),
            snapshot,
            kinds,
        })
    }

    pub(in crate::data::access) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(in crate::data::access) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The firm; none before the first set-up.
    pub fn firm(&self) -> Result<Option<Firm>, StoreError> {
        firm(&self.snapshot)
    }

    /// Where its audit log ends.
    pub fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let (last, hash) = audit::end(&self.snapshot)?;
        Ok(AuditHead { last, hash })
    }

    /// What in it contradicts itself in a way that people would not notice, in words for a log; nothing where it is sound.
    pub fn contradiction(&self) -> Result<Option<String>, StoreError> {
        checks::contradiction(&self.snapshot, self.kinds.all_whole())
    }

    /// The key that secrets in the database are sealed with. Never written anywhere but encrypted.
    pub fn secret(&self) -> String {
        self.vault.inner.store.seal().key_text()
    }

    /// Its parts, in the order in which they are to be written.
    pub fn parts(&self) -> Vec<Part> {
        Part::all(&self.modules())
    }

    fn modules(&self) -> Vec<Module> {
        let whole = self.kinds.all_whole().iter();
        whole.map(|kind| kind.module).collect()
    }

    /// Names of a module's fields by their numbers, for those who read history without the program.
    pub fn field_names(&self) -> Map<String, serde_json::Value> {
        let names = |kind: &RecordType| {
            let fields = kind.fields.iter();
            let named = fields.map(|field| (field.no.to_string(), json!(field.name)));
            serde_json::Value::Object(named.collect())
        };
        let whole = self.kinds.all_whole().iter();
        whole
            .map(|kind| (kind.module.name().to_owned(), names(kind)))
            .collect()
    }

    /// Gives the lines of a part away, in whole lines, many at a time. The same lines every time.
    pub fn write(
        &self,
        part: Part,
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<PartFacts, WriteOutError> {
        let mut lines = Lines {
            part,
            block: Vec::with_capacity(BLOCK + (BLOCK >> 1)),
            count: 0,
            take,
        };
        let mut digest = Digest::new();
        let shape = part.module().and_then(|module| self.shape(module));
        if part == Part::Roles {
            for built_in in BuiltIn::ALL {
                let role = built_in.role().to_json();
                lines.add(|block| {
                    line::write_stored(block, &role, None);
                    Ok(())
                })?;
            }
        }
        each(&self.snapshot, part, &mut |key, value| {
            digest.add(key, value);
            lines.add(|block| write_line(block, part, shape.as_ref(), key, value))
        })?;
        lines.flush()?;
        Ok(PartFacts {
            lines: lines.count,
            digest: digest.finish(),
        })
    }

    /// The digest of a part, without its lines.
    pub fn digest(&self, part: Part) -> Result<String, StoreError> {
        let mut digest = Digest::new();
        each(&self.snapshot, part, &mut |key, value| {
            digest.add(key, value);
            Ok::<_, StoreError>(())
        })?;
        Ok(digest.finish())
    }

    fn shape(&self, module: Module) -> Option<Shape> {
        let live = self.kinds.live().iter();
        let mut of_module = live.filter(|kind| kind.module == module);
        of_module.next().map(|kind| Shape::of(kind))
    }
}

/// Whole lines on their way out.
struct Lines<'a> {
    part: Part,
    block: Vec<u8>,
    count: u64,
    take: &'a mut dyn FnMut(&[u8]) -> io::Result<()>,
}

impl Lines<'_> {
    fn add(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), String>,
    ) -> Result<(), WriteOutError> {
        write(&mut self.block)
            .map_err(|what| StoreError::Corrupt(format!("{}: {what}", self.part.name())))?;
        self.block.push(b'\n');
        self.count += 1;
        if self.block.len() >= BLOCK {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteOutError> {
        if !self.block.is_empty() {
            (self.take)(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }
}

/// Called with key and value of each entry, until it fails.
type Visit<'a, E> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<(), E>;

/// Visits what is stored of a part, in order of keys.
pub(super) fn each<E: From<StoreError>>(
    read: &impl Read,
    part: Part,
    visit: Visit<'_, E>,
) -> Result<(), E> {
    let (from, to) = match part.module() {
        Some(module) => (vec![module.code()], prefix_end(&[module.code()])),
        None => (Vec::new(), vec![u8::MAX; 600]),
    };
    let mut failed = None;
    read.scan(part.table(), &from, &to, &mut |key, value| {
        if part == Part::Settings && part::is_of_the_file(key) {
            return ControlFlow::Continue(());
        }
        match visit(key, value) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

fn write_line(
    block: &mut Vec<u8>,
    part: Part,
    shape: Option<&Shape>,
    key: &[u8],
    value: &[u8],
) -> Result<(), String> {
    let told = |error: StoreError| error.to_string();
    let id = || {
        let id = key.last_chunk().copied();
        id.map(RecordId::from_bytes).ok_or("a key is short")
    };
    match (part, shape) {
        (Part::Records(_), Some(shape)) => {
            let record = Record::decode(id()?, value).map_err(told)?;
            shape.write(block, &record, value, None);
        }
        (Part::Trash(_), Some(shape)) => {
            let (deletion, bytes) = split_deleted(value)?;
            let record = Record::decode(id()?, bytes).map_err(told)?;
            shape.write(block, &record, bytes, Some(deletion));
        }
        (Part::History(_), _) => line::write_history(block, key, value)?,
        (Part::Files(_), _) => line::write_file(block, key, value)?,
        (Part::Users, _) => {
            let user = people::read_user(value).map_err(told)?.to_json();
            line::write_stored(block, &user, Some(value));
        }
        (Part::Teams, _) => {
            let team = people::read_team(value).map_err(told)?;
            let team = json!({"id": team.id, "name": team.name});
            line::write_stored(block, &team, Some(value));
        }
        (Part::Roles, _) => {
            let role = people::read_role(value).map_err(told)?.to_json();
            line::write_stored(block, &role, Some(value));
        }
        (Part::Audit, _) => {
            if !line::is_json_line(value) {
                return Err("an entry is not JSON".to_owned());
            }
            block.extend_from_slice(value);
        }
        _ => line::write(block, part, key, value),
    }
    Ok(())
}

fn split_deleted(value: &[u8]) -> Result<(Deletion, &[u8]), String> {
    let (at, by, bytes) = trash::split(value).map_err(|error| error.to_string())?;
    Ok((Deletion { at, by }, bytes))
}
