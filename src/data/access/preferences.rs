//! What people chose for themselves: the columns of a module's list, the view it opens with.
//!
//! Kept in [`Table::Preferences`] under `person ‖ what ‖ module`. Everybody reaches their own alone, and a choice never
//! reaches further than the rights of the moment it is used in.

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::vault::{Access, Work};
use crate::data::records::field::{Column, Field, FieldNo, RecordType};
use crate::data::records::ids::{UserId, ViewId};
use crate::data::records::problem::FieldError;
use crate::data::store::{Read, StoreError, Table};

const COLUMNS: &[u8] = b"columns";
const FIRST_VIEW: &[u8] = b"first-view";

fn key(user: UserId, what: &[u8], kind: &RecordType) -> Vec<u8> {
    let mut key = user.bytes().to_vec();
    key.extend_from_slice(what);
    key.push(kind.module.code());
    key
}

impl Reading {
    /// Fields that can be columns of the actor's list.
    pub fn column_fields(
        &self,
        kind: &'static RecordType,
    ) -> impl Iterator<Item = &'static Field> + '_ {
        kind.fields.iter().filter(move |field| {
            field.column != Column::Never && self.rights().sees_field(kind, field)
        })
    }

    /// These columns as far as the actor may see them, the title before all others. What is hidden from them, or gone, is
    /// left out without a word.
    pub fn columns_of(&self, kind: &'static RecordType, chosen: &[FieldNo]) -> Vec<&'static Field> {
        let title = kind.field(kind.title);
        let others = chosen.iter().filter(|no| **no != kind.title);
        let offered: Vec<&Field> = self.column_fields(kind).collect();
        title
            .into_iter()
            .chain(others.filter_map(|no| offered.iter().copied().find(|field| field.no == *no)))
            .collect()
    }

    /// The columns the person chose for their list; none where they never did.
    pub fn chosen_columns(
        &self,
        kind: &'static RecordType,
    ) -> Result<Option<Vec<FieldNo>>, AccessError> {
        self.preference(COLUMNS, kind)
    }

    /// The view with which the person's list opens.
    pub fn first_view(&self, kind: &'static RecordType) -> Result<Option<ViewId>, AccessError> {
        let id: Option<String> = self.preference(FIRST_VIEW, kind)?;
        Ok(id.and_then(|id| id.parse().ok()))
    }

    fn preference<T: serde::de::DeserializeOwned>(
        &self,
        what: &[u8],
        kind: &RecordType,
    ) -> Result<Option<T>, AccessError> {
        self.rights().require(Permission::View(kind.module))?;
        let Some(user) = self.rights().user() else {
            return Ok(None);
        };
        let stored = self
            .snapshot()
            .get(Table::Preferences, &key(user.id, what, kind))?;
        let read = stored.map(|bytes| {
            serde_json::from_slice(&bytes)
                .map_err(|error| StoreError::corrupt("a person's choice", error))
        });
        Ok(read.transpose()?)
    }
}

impl Access {
    /// Keeps the columns of the person's list, by the names of their fields; none: the usual ones. A field that is hidden from
    /// them is as unknown as one that is not there.
    pub async fn choose_columns(
        &self,
        kind: &'static RecordType,
        names: Option<Vec<String>>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let numbers = names.map(|names| work.columns_named(kind, &names));
            work.prefer(COLUMNS, kind, numbers.transpose()?)
        })
        .await
    }

    /// Keeps the view with which the person's list opens; none: all records.
    pub async fn choose_first_view(
        &self,
        kind: &'static RecordType,
        view: Option<ViewId>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            if let Some(id) = view {
                work.view(kind, id)?;
            }
            work.prefer(FIRST_VIEW, kind, view.map(|id| id.to_string()))
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    /// The numbers of fields that can be columns of the actor's list.
    pub(super) fn columns_named(
        &self,
        kind: &'static RecordType,
        names: &[String],
    ) -> Result<Vec<FieldNo>, AccessError> {
        let mut numbers: Vec<FieldNo> = Vec::new();
        for name in names {
            let field = kind
                .named(name)
                .filter(|field| field.column != Column::Never)
                .filter(|field| self.rights.sees_field(kind, field))
                .ok_or_else(|| AccessError::Invalid(vec![FieldError::unknown(name)]))?;
            if !numbers.contains(&field.no) {
                numbers.push(field.no);
            }
        }
        Ok(numbers)
    }

    fn prefer(
        &mut self,
        what: &[u8],
        kind: &RecordType,
        value: Option<impl serde::Serialize>,
    ) -> Result<(), AccessError> {
        self.rights.require(Permission::View(kind.module))?;
        let user = self.rights.user().ok_or(AccessError::SignedOut)?.id;
        let key = key(user, what, kind);
        match value {
            Some(value) => {
                let bytes = serde_json::to_vec(&value)
                    .map_err(|error| StoreError::corrupt("a person's choice", error))?;
                self.write.put(Table::Preferences, key, bytes);
            }
            None => self.write.delete(Table::Preferences, key),
        }
        Ok(())
    }

    /// Forgets what a person chose, when they go for good.
    pub(super) fn forget_choices(&mut self, user: UserId) -> Result<(), AccessError> {
        Ok(self.write.delete_under(Table::Preferences, user.bytes())?)
    }
}
