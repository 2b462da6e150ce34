//! The record types as they are today: what the program declares with the fields the firm added.
//!
//! A record type lives for as long as the program runs, so one is built anew only when the definitions change. Each
//! transaction sees the types of its own moment, told apart by a version number kept in the database.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::custom_fields::{Definitions, FieldState};
use super::rights::Rights;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::index::number;
use crate::data::records::module::Module;
use crate::data::records::own::FieldGroup;
use crate::data::store::{Read, Snapshot, StoreError, Table, Write};

const VERSION_KEY: &[u8] = b"custom-fields-version";

/// What of a type is hidden from somebody: fields and groups of the firm's own.
#[derive(PartialEq, Eq)]
struct Hidden {
    module: Module,
    fields: Vec<FieldNo>,
    groups: Vec<&'static str>,
}

/// The record types of one moment.
pub(super) struct Kinds {
    /// With every field that is indexed, those out of use too.
    whole: Vec<&'static RecordType>,
    /// With the fields in use.
    live: &'static [&'static RecordType],
    /// Fields whose values are being removed: their numbers in records and indexes mean nothing any more.
    purged: Vec<(Module, FieldNo)>,
    /// What people know of a type from whom something is hidden.
    narrowed: Mutex<Vec<(Hidden, &'static RecordType)>>,
}

impl Kinds {
    /// Only what the program declares.
    fn plain(kinds: &'static [&'static RecordType]) -> Self {
        Self {
            whole: kinds.to_vec(),
            live: kinds,
            purged: Vec::new(),
            narrowed: Mutex::default(),
        }
    }

    fn build(base: &'static [&'static RecordType], read: &impl Read) -> Result<Self, StoreError> {
        let (mut whole, mut live, mut purged) = (Vec::new(), Vec::new(), Vec::new());
        for kind in base {
            let definitions = Definitions::read(read, kind.module)?;
            let gone = definitions
                .fields
                .iter()
                .filter(|field| field.state == FieldState::Purged);
            purged.extend(gone.map(|field| (kind.module, field.no)));
            let own: Vec<Field> = definitions
                .fields
                .iter()
                .filter(|field| field.state != FieldState::Purged)
                .map(super::custom_fields::CustomField::field)
                .collect();
            let groups: &'static [FieldGroup] = definitions.groups().leak();
            let with = |own: Vec<Field>| with_fields(kind, own, groups);
            let used = own.iter().filter(|field| !field.is_retired());
            live.push(with(used.copied().collect()));
            whole.push(with(own));
        }
        Ok(Self {
            whole,
            live: live.leak(),
            purged,
            narrowed: Mutex::default(),
        })
    }

    /// A type with everything that is indexed; the given one where the firm has no such module.
    pub(super) fn whole(&self, kind: &'static RecordType) -> &'static RecordType {
        of_module(&self.whole, kind.module).unwrap_or(kind)
    }

    /// Every type with everything that is indexed.
    pub(super) fn all_whole(&self) -> &[&'static RecordType] {
        &self.whole
    }

    /// The types with the fields in use.
    pub(super) fn live(&self) -> &'static [&'static RecordType] {
        self.live
    }

    /// Fields of a module whose values are being removed.
    pub(super) fn purged(&self, module: Module) -> Vec<FieldNo> {
        let purged = self.purged.iter().filter(|(of, _)| *of == module);
        purged.map(|(_, no)| *no).collect()
    }

    /// A type as somebody with these rights knows it: a field of the firm's own that is hidden from them is not there.
    pub(super) fn known_to(
        &self,
        rights: &Rights,
        kind: &'static RecordType,
    ) -> &'static RecordType {
        let Some(live) = of_module(self.live, kind.module) else {
            return kind;
        };
        let fields = live
            .fields
            .iter()
            .filter(|field| field.own.is_some() && !rights.sees_field(live, field));
        let seen = rights.groups(live);
        let groups = live.groups.iter().map(|group| group.name);
        let hidden = Hidden {
            module: live.module,
            fields: fields.map(|field| field.no).collect(),
            groups: groups.filter(|group| !seen.contains(group)).collect(),
        };
        if hidden.fields.is_empty() && hidden.groups.is_empty() {
            return live;
        }
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = narrowed.iter().find(|(without, _)| *without == hidden) {
            return known;
        }
        let fields = live.fields.iter().copied();
        let fields: Vec<Field> = fields
            .filter(|field| !hidden.fields.contains(&field.no))
            .collect();
        let groups = live.groups.iter().copied();
        let groups: Vec<FieldGroup> = groups
            .filter(|group| !hidden.groups.contains(&group.name))
            .collect();
        let built: &'static RecordType = Box::leak(Box::new(RecordType {
            fields: fields.leak(),
            groups: groups.leak(),
            ..*live
        }));
        narrowed.push((hidden, built));
        built
    }
}

fn of_module(kinds: &[&'static RecordType], module: Module) -> Option<&'static RecordType> {
    kinds.iter().copied().find(|kind| kind.module == module)
}

fn with_fields(
    base: &'static RecordType,
    own: Vec<Field>,
    groups: &'static [FieldGroup],
) -> &'static RecordType {
    if own.is_empty() && groups.is_empty() {
        return base;
    }
    let fields: Vec<Field> = base.fields.iter().copied().chain(own).collect();
    Box::leak(Box::new(RecordType {
        fields: fields.leak(),
        groups,
        ..*base
    }))
}

/// The types of the last known state.
pub(super) struct KindsCache {
    base: &'static [&'static RecordType],
    latest: Mutex<(u64, &'static Kinds)>,
    /// Every state met so far, by what it was built from: a write that is tried again builds nothing twice.
    built: Mutex<Vec<([u8; 32], &'static Kinds)>>,
}

impl KindsCache {
    pub(super) fn new(kinds: &[&'static RecordType]) -> Self {
        let base: &'static [&'static RecordType] = kinds.to_vec().leak();
        let plain: &'static Kinds = Box::leak(Box::new(Kinds::plain(base)));
        Self {
            base,
            latest: Mutex::new((0, plain)),
            built: Mutex::default(),
        }
    }

    /// The types as they were last read.
    pub(super) fn last(&self) -> &'static Kinds {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// The types as a snapshot sees them.
    pub(super) fn read(&self, snapshot: &Snapshot) -> Result<&'static Kinds, StoreError> {
        let version = version(snapshot)?;
        if let Some(kinds) = self.known(version) {
            return Ok(kinds);
        }
        let kinds = self.build(snapshot)?;
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.0 < version {
            *latest = (version, kinds);
        }
        Ok(kinds)
    }

    /// The types as a write sees them, what it changed itself included; nothing of a write that may fail is remembered as
    /// the latest state.
    pub(super) fn read_in(&self, write: &Write<'_, '_>) -> Result<&'static Kinds, StoreError> {
        match self.known(version(write)?) {
            Some(kinds) => Ok(kinds),
            None => self.build(write),
        }
    }

    /// The types by the definitions that an archive brings.
    pub(super) fn of_archive(&self, read: &impl Read) -> Result<&'static Kinds, StoreError> {
        self.build(read)
    }

    fn known(&self, version: u64) -> Option<&'static Kinds> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        (latest.0 == version).then_some(latest.1)
    }

    fn build(&self, read: &impl Read) -> Result<&'static Kinds, StoreError> {
        let mut digest = Sha256::new();
        read.scan(
            Table::CustomFields,
            &[],
            &[u8::MAX; 4],
            &mut |key, bytes| {
                digest.update((bytes.len() as u64).to_be_bytes());
                digest.update(key);
                digest.update(bytes);
                ControlFlow::Continue(())
            },
        )?;
        let digest: [u8; 32] = digest.finalize().into();
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, kinds)) = built.iter().find(|(of, _)| *of == digest) {
            return Ok(kinds);
        }
        let kinds: &'static Kinds = Box::leak(Box::new(Kinds::build(self.base, read)?));
        built.push((digest, kinds));
        Ok(kinds)
    }
}

fn version(read: &impl Read) -> Result<u64, StoreError> {
    Ok(number(read.get(Table::Meta, VERSION_KEY)?.as_deref()))
}

/// Says that the definitions are others now.
pub(super) fn touch(write: &mut Write<'_, '_>) -> Result<(), StoreError> {
    write.update(Table::Meta, VERSION_KEY.to_vec(), |old| {
        Ok(Some((number(old) + 1).to_be_bytes().to_vec()))
    })
}
