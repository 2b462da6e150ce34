//! Fields of the firm's own: defining, changing, ordering, taking out of use and bringing back.
//!
//! Everything a definition says is read anew by each transaction, and what records are found by depends on a field's
//! number and kind alone. So none of this touches a record: a label, a group, a place, a choice's name, a field taken out
//! of use or brought back hold from the next transaction on. Only [`purge`] goes through the records.

mod check;
mod definition;
mod purge;

use jiff::Timestamp;
use serde_json::json;

pub use definition::{
    CustomChoice, CustomField, CustomGroup, CustomKind, FieldState, Names, PREFIX,
};
pub(super) use definition::{Definitions, FIRST_NUMBER};
use definition::{put_field, put_ledger};

use super::error::{AccessError, Permission};
use super::kinds;
use super::reading::Reading;
use super::rights::{Owners, Rights};
use super::role::{AdminRight, GroupAccess};
use super::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::index::term;
use crate::data::records::module::Module;
use crate::data::records::own::{FieldGroup, kept};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{StoreError, postings};

/// What is asked of a field that is made or changed.
#[derive(Clone, Debug)]
pub struct FieldWish {
    /// What it is to be called; a language left empty takes the other's.
    pub names: Names,
    /// What it is to hold. Choices without an id are made; those of the field that are not among them are not offered any
    /// more.
    pub kind: CustomKind,
    /// The group by which roles can hide it.
    pub group: GroupWish,
    /// Whether people are asked for it.
    pub required: bool,
    /// Whether lists show it.
    pub listed: bool,
}

impl FieldWish {
    /// A field that everybody with the record sees, asked of nobody, not shown in lists.
    pub fn plain(name: impl Into<String>, kind: CustomKind) -> Self {
        Self {
            names: Names::same(name),
            kind,
            group: GroupWish::Known(String::new()),
            required: false,
            listed: false,
        }
    }
}

/// A field group that is asked for.
#[derive(Clone, Debug)]
pub enum GroupWish {
    /// One there is, by its name; empty for none.
    Known(String),
    /// A new one of the firm's own. Roles see none of it until they are granted it.
    New(Names),
}

/// A field of the firm's own with what is known of its use.
#[derive(Clone, Debug)]
pub struct FieldUse {
    /// The field.
    pub field: CustomField,
    /// Records with a value; not told to whoever may not see all of them.
    pub records: Option<u64>,
}

impl Reading {
    /// A module's own fields in their order, those out of use too; for whoever may change the settings.
    pub fn custom_fields(&self, module: Module) -> Result<Vec<FieldUse>, AccessError> {
        self.rights().require_admin(AdminRight::Settings)?;
        let kind = self.kind(module)?;
        let fields = Definitions::read(self.snapshot(), module)?.fields;
        let sees_all = self.rights().seen(module) == Owners::Everyone;
        let everything = postings::documents_with_prefix(self.snapshot(), module.code(), b"o")?;
        let mut uses = Vec::with_capacity(fields.len());
        for field in fields {
            let counted = sees_all && sees_group(self.rights(), module, &field.group);
            let records = if counted && field.state != FieldState::Purged {
                let empty = term::empty(field.no);
                let without = postings::documents(self.snapshot(), kind.module.code(), &empty)?;
                Some(everything.len() - without.len())
            } else {
                None
            };
            uses.push(FieldUse { field, records });
        }
        Ok(uses)
    }

    /// One of a module's own fields by its name without [`PREFIX`]; for whoever may change the settings.
    pub fn custom_field(&self, module: Module, name: &str) -> Result<CustomField, AccessError> {
        self.rights().require_admin(AdminRight::Settings)?;
        self.kind(module)?;
        let fields = Definitions::read(self.snapshot(), module)?.fields;
        let mut fields = fields.into_iter();
        fields
            .find(|field| field.name == name && field.state != FieldState::Purged)
            .ok_or(AccessError::NotFound)
    }

    /// The firm's own field groups of a module; for whoever may change roles or settings, and none for others.
    pub fn own_groups(&self, module: Module) -> &'static [FieldGroup] {
        let rights = self.rights();
        let may = rights.admin(AdminRight::Roles) || rights.admin(AdminRight::Settings);
        let kind = self.all_kinds().iter().find(|kind| kind.module == module);
        kind.filter(|_| may).map_or(&[], |kind| kind.groups)
    }
}

impl Access {
    /// Makes a field of a module's own. Its name is made of its label and never changes.
    pub async fn create_custom_field(
        &self,
        module: Module,
        wish: FieldWish,
    ) -> Result<CustomField, AccessError> {
        self.write(move |work| {
            let (kind, mut definitions) = work.definitions(module)?;
            let wish = check::wish(kind, &definitions, wish, None).map_err(AccessError::Invalid)?;
            let group = work.group(module, &mut definitions, wish.group)?;
            let no = definitions.ledger.next;
            let last = definitions.fields.iter().map(|field| field.place).max();
            let field = CustomField {
                no,
                name: check::free_name(&definitions, &wish.names),
                kind: wish.kind,
                names: wish.names,
                group,
                required: wish.required,
                listed: wish.listed,
                place: last.map_or(0, |last| last + 1),
                state: FieldState::Used,
                retired_at: None,
                version: 1,
            };
            definitions.ledger.next = no
                .checked_add(1)
                .ok_or_else(|| StoreError::Corrupt("field numbers are used up".to_owned()))?;
            put_ledger(work.write, module, &definitions.ledger);
            // Every record there is has no value of it yet.
            let everything = postings::documents_with_prefix(work.write, module.code(), b"o")?;
            postings::put(work.write, module.code(), &term::empty(no), &everything);
            work.put_custom_field(module, &field, AuditKind::Created)?;
            Ok(field)
        })
        .await
    }

    /// Changes a field. With `expected`, only while it has that version.
    pub async fn update_custom_field(
        &self,
        module: Module,
        name: &str,
        wish: FieldWish,
        expected: Option<u64>,
    ) -> Result<CustomField, AccessError> {
        let name = name.to_owned();
        self.write(move |work| {
            let (kind, mut definitions) = work.definitions(module)?;
            let old = find(&definitions, &name, FieldState::Used)?;
            if expected.is_some_and(|version| version != old.version) {
                return Err(AccessError::Changed);
            }
            let wish =
                check::wish(kind, &definitions, wish, Some(&old)).map_err(AccessError::Invalid)?;
            let moves = !matches!(&wish.group, GroupWish::Known(group) if *group == old.group);
            if moves && work.rights.module(module).group(&old.group) != GroupAccess::Write {
                // Nobody shows themselves, or others, what is hidden from them, nor makes writable what they only read.
                let problem = Problem::new("error-field-group-hidden");
                return Err(AccessError::field("group", problem));
            }
            let group = work.group(module, &mut definitions, wish.group)?;
            let field = CustomField {
                kind: wish.kind,
                names: wish.names,
                group,
                required: wish.required,
                listed: wish.listed,
                ..old.clone()
            };
            if field == old {
                return Ok(old);
            }
            work.change_custom_field(module, field, AuditKind::Changed)
        })
        .await
    }

    /// Moves a field one place up or down among those in use.
    pub async fn move_custom_field(
        &self,
        module: Module,
        name: &str,
        up: bool,
    ) -> Result<(), AccessError> {
        let name = name.to_owned();
        self.write(move |work| {
            let (_, definitions) = work.definitions(module)?;
            find(&definitions, &name, FieldState::Used)?;
            let used = |field: &&CustomField| field.state == FieldState::Used;
            let mut fields: Vec<CustomField> =
                definitions.fields.iter().filter(used).cloned().collect();
            let Some(at) = fields.iter().position(|field| field.name == name) else {
                return Err(AccessError::NotFound);
            };
            let to = if up { at.checked_sub(1) } else { Some(at + 1) };
            let Some(to) = to.filter(|to| *to < fields.len()) else {
                return Ok(());
            };
            fields.swap(at, to);
            let rest = definitions.fields.iter().filter(|field| !used(field));
            fields.extend(rest.cloned());
            for (place, mut field) in (0..).zip(fields) {
                if field.place != place {
                    field.place = place;
                    put_field(work.write, module, &field);
                }
            }
            kinds::touch(work.write)?;
            let note = Note::new(AuditKind::Changed).about(subject(module, &name));
            work.note(note.with(json!({"fields": ["place"]})))
        })
        .await
    }

    /// Takes a field out of use: nobody sees or sets it from now on; its values and what they are found by stay.
    pub async fn retire_custom_field(&self, module: Module, name: &str) -> Result<(), AccessError> {
        let name = name.to_owned();
        self.write(move |work| {
            let (_, definitions) = work.definitions(module)?;
            let old = find(&definitions, &name, FieldState::Used)?;
            let field = CustomField {
                state: FieldState::Retired,
                retired_at: Some(work.signature.at),
                ..old
            };
            work.change_custom_field(module, field, AuditKind::Deleted)?;
            Ok(())
        })
        .await
    }

    /// Brings a field back into use, with every value it had.
    pub async fn bring_back_custom_field(
        &self,
        module: Module,
        name: &str,
    ) -> Result<(), AccessError> {
        let name = name.to_owned();
        self.write(move |work| {
            let (_, definitions) = work.definitions(module)?;
            let old = find(&definitions, &name, FieldState::Retired)?;
            let field = CustomField {
                state: FieldState::Used,
                retired_at: None,
                ..old
            };
            work.change_custom_field(module, field, AuditKind::Restored)?;
            Ok(())
        })
        .await
    }

    /// Marks a field that is out of use to be removed for good with every value it has. From now on nothing of it can be
    /// had; [`Access::clear_purged_fields`] does the removing.
    pub async fn purge_custom_field(&self, module: Module, name: &str) -> Result<(), AccessError> {
        let name = name.to_owned();
        self.write(move |work| {
            let (_, definitions) = work.definitions(module)?;
            let old = find(&definitions, &name, FieldState::Retired)?;
            let held = work.rights.module(module).group(&old.group);
            if held != GroupAccess::Write {
                return Err(AccessError::Forbidden(Permission::GrantMore));
            }
            let field = CustomField {
                state: FieldState::Purged,
                ..old
            };
            work.change_custom_field(module, field, AuditKind::Purged)?;
            Ok(())
        })
        .await
    }
}

fn find(
    definitions: &Definitions,
    name: &str,
    state: FieldState,
) -> Result<CustomField, AccessError> {
    let mut fields = definitions.fields.iter();
    fields
        .find(|field| field.name == name && field.state == state)
        .cloned()
        .ok_or(AccessError::NotFound)
}

fn subject(module: Module, name: &str) -> Subject {
    Subject::new("fields", format!("{module}.{PREFIX}{name}"))
}

fn sees_group(rights: &Rights, module: Module, group: &str) -> bool {
    rights.module(module).group(group) >= GroupAccess::Read
}

impl Work<'_, '_, '_> {
    /// The definitions of a module that is there, for whoever may change them.
    fn definitions(
        &self,
        module: Module,
    ) -> Result<(&'static RecordType, Definitions), AccessError> {
        self.rights.require_admin(AdminRight::Settings)?;
        let kind = self.kinds.all_whole().iter().copied();
        let kind = { kind }.find(|kind| kind.module == module);
        let kind = kind.ok_or(AccessError::NotFound)?;
        Ok((kind, Definitions::read(self.write, module)?))
    }

    /// The name of a group that was checked; a new one is put down.
    fn group(
        &mut self,
        module: Module,
        definitions: &mut Definitions,
        wish: GroupWish,
    ) -> Result<String, AccessError> {
        let names = match wish {
            GroupWish::Known(name) => return Ok(name),
            GroupWish::New(names) => names,
        };
        let name = check::free_group(definitions, &names);
        let group = CustomGroup {
            name: name.clone(),
            names,
        };
        // Roles know it by name from now on.
        kept(&name);
        let subject = Subject::new("field_groups", format!("{module}.{name}"));
        let details = json!({"name": group.names.pl});
        definitions.ledger.groups.push(group);
        put_ledger(self.write, module, &definitions.ledger);
        let note = Note::new(AuditKind::Created).about(subject);
        self.note(note.with(details))?;
        Ok(name)
    }

    fn change_custom_field(
        &mut self,
        module: Module,
        mut field: CustomField,
        kind: AuditKind,
    ) -> Result<CustomField, AccessError> {
        field.version += 1;
        self.put_custom_field(module, &field, kind)?;
        Ok(field)
    }

    fn put_custom_field(
        &mut self,
        module: Module,
        field: &CustomField,
        kind: AuditKind,
    ) -> Result<(), AccessError> {
        put_field(self.write, module, field);
        kinds::touch(self.write)?;
        let details = json!({
            "name": field.names.pl, "type": field.kind.name(), "group": field.group,
            "required": field.required, "listed": field.listed,
        });
        let note = Note::new(kind).about(subject(module, &field.name));
        self.note(note.with(details))
    }
}

/// When a field was taken out of use, for lists of those.
impl CustomField {
    /// Whether it is out of use, and since when.
    pub fn out_of_use(&self) -> Option<Timestamp> {
        self.retired_at
            .filter(|_| self.state == FieldState::Retired)
    }
}

/// An error of one part of a definition.
fn wrong(field: &str, key: &'static str) -> FieldError {
    FieldError::new(field, Problem::new(key))
}
