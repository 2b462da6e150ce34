//! Where a page of duplicates begins, and how that travels in an address.

use data_encoding::BASE64URL_NOPAD;

use crate::data::access::reading::Reading;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::index::term;

/// Where a page of duplicates begins, sealed for the person it was made for: it holds a value of the index, which may be
/// one of a record out of their sight, and must not be made up by whoever would look elsewhere in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicatesPlace(Vec<u8>);

/// Longer is no place of ours.
const LONGEST_PLACE: usize = 2_000;

impl DuplicatesPlace {
    /// The form in addresses.
    pub fn write(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads it back; none for what cannot be a place.
    pub fn read(text: &str) -> Option<Self> {
        let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (!sealed.is_empty() && sealed.len() < LONGEST_PLACE).then_some(Self(sealed))
    }
}

/// What a place holds.
pub(super) struct Place {
    pub(super) field: FieldNo,
    /// What was shown already of the names behind the term.
    pub(super) skip: u16,
    /// The last term that was done with; empty at the beginning.
    pub(super) after: Vec<u8>,
}

impl Place {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = self.field.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.skip.to_be_bytes());
        bytes.extend_from_slice(&self.after);
        bytes
    }

    /// Reads it back; none unless it lies among the values of one of the fields.
    fn decode(bytes: &[u8], fields: &[&'static Field]) -> Option<Self> {
        let (field, rest) = bytes.split_first_chunk::<2>()?;
        let (skip, after) = rest.split_first_chunk::<2>()?;
        let field = u16::from_be_bytes(*field);
        let known = fields.iter().any(|known| known.no == field);
        let within = after.is_empty() || after.starts_with(&term::value(field, ""));
        // No term holds a zero byte.
        (known && within && !after.contains(&0)).then(|| Self {
            field,
            skip: u16::from_be_bytes(*skip),
            after: after.to_vec(),
        })
    }
}

impl Reading {
    fn place_purpose(&self, kind: &RecordType) -> String {
        let user = self.rights().user().map(|user| user.id.to_string());
        format!(
            "duplicates of {} for {}",
            kind.module,
            user.unwrap_or_default()
        )
    }

    pub(super) fn sealed(&self, kind: &RecordType, place: &Place) -> DuplicatesPlace {
        let seal = self.vault().inner.store.seal();
        DuplicatesPlace(seal.seal(&self.place_purpose(kind), &place.encode()))
    }

    pub(super) fn opened(
        &self,
        kind: &RecordType,
        sealed: &DuplicatesPlace,
        fields: &[&'static Field],
    ) -> Option<Place> {
        let seal = self.vault().inner.store.seal();
        let place = seal.open(&self.place_purpose(kind), &sealed.0).ok()?;
        Place::decode(&place, fields)
    }
}
