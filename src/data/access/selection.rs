//! What a list shows at one moment, to be worked through in batches while the records change.

use roaring::RoaringBitmap;

use super::error::AccessError;
use super::reading::Reading;
use crate::data::records::field::RecordType;
use crate::data::records::ids::RecordId;
use crate::data::records::index::document_key;
use crate::data::records::query::Query;
use crate::data::store::{Read, Table};

/// Records by their document numbers, which they keep: a few hundred kilobytes for a million of them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    documents: RoaringBitmap,
}

impl Selection {
    /// How many are still to be worked through.
    pub fn len(&self) -> u64 {
        self.documents.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

impl Reading {
    /// All records that a list shows to the actor now.
    pub fn select(
        &self,
        kind: &'static RecordType,
        query: &Query,
    ) -> Result<Selection, AccessError> {
        let kind = self.today(kind);
        let owners = self.owners(kind)?;
        let documents = match self.plan(kind, query, &owners)?.matching {
            Some(documents) => documents,
            None => self.documents_of_owners(kind, &owners)?,
        };
        Ok(Selection { documents })
    }

    /// Takes the next records out of a selection, at most so many; those that are gone since are passed over. None is
    /// left when none comes.
    pub fn take_from(
        &self,
        kind: &'static RecordType,
        selection: &mut Selection,
        most: usize,
    ) -> Result<Vec<RecordId>, AccessError> {
        let mut ids = Vec::new();
        while ids.len() < most
            && let Some(document) = selection.documents.min()
        {
            selection.documents.remove(document);
            let id = self
                .snapshot()
                .get(Table::Documents, &document_key(kind, document))?
                .and_then(|bytes| bytes.try_into().ok());
            ids.extend(id.map(RecordId::from_bytes));
        }
        Ok(ids)
    }
}
