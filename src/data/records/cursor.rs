//! Where a page of a list begins, and how that is written in an address.

use data_encoding::BASE64URL_NOPAD;

use super::ids::UserId;
use super::index::owner_key;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many records.
    Offset(u64),
    /// After the record a cursor names.
    After(Cursor),
}

/// A place in an ordered list. Opaque outside; holds nothing but a sort value of a record its holder has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) segment: u16,
    pub(super) suffix: Vec<u8>,
}

/// Bytes of an owner in a cursor.
const OWNER: usize = 16;

impl Cursor {
    /// The form in addresses.
    pub fn write(&self) -> String {
        let mut bytes = self.segment.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.suffix);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads it back; `None` for what is no cursor.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()
            .filter(|bytes| bytes.len() < 400)?;
        let (segment, suffix) = bytes.split_first_chunk::<2>()?;
        Some(Self {
            segment: u16::from_be_bytes(*segment),
            suffix: suffix.to_vec(),
        })
    }

    /// The form that leaves: in a list put together by owner it names the owner, for the number of a segment is another
    /// one as soon as somebody gets their first record. `owners` are those of the segments, empty for other lists.
    pub(super) fn named(self, owners: &[Option<UserId>]) -> Self {
        match owners.get(usize::from(self.segment)) {
            None => self,
            Some(owner) => Self {
                suffix: [&owner_key(*owner)[..], &self.suffix].concat(),
                ..self
            },
        }
    }
}

impl Start {
    /// The place in the list as it is now.
    pub(super) fn resolved(&self, owners: &[Option<UserId>]) -> Self {
        let Self::After(cursor) = self else {
            return self.clone();
        };
        let Some((named, suffix)) = cursor.suffix.split_at_checked(OWNER) else {
            return self.clone();
        };
        if owners.is_empty() {
            return self.clone();
        }
        let place = owners.iter().position(|owner| owner_key(*owner) == named);
        Self::After(match place {
            Some(place) => Cursor {
                segment: place as u16,
                suffix: suffix.to_vec(),
            },
            // Nobody's list any more: go on where it was.
            None => Cursor {
                segment: cursor.segment,
                suffix: Vec::new(),
            },
        })
    }
}
