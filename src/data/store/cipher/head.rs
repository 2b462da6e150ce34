//! The head of an encrypted file: which key opens it, and the key of its pages sealed under that one.
//!
//! It lies in the file twice. A new one is written over the older of the two, made durable, and then put in place of the
//! other as well: a key that was given up opens nothing any more.

use std::io;

use redb::StorageBackend;

use super::keys::{DataKey, WRAPPED};
use super::{PAGE, Pages, StoreError, random};

/// Bytes of both heads.
pub(super) const ROOM: u64 = 8192;
const PLACE: u64 = ROOM / 2;
const MAGIC: &[u8; 16] = b"kartoteka-crypt\n";
const VERSION: u32 = 1;
/// Magic, version, bytes of a page, the file's id, number, the key's id, the sealed key.
const NAMED: usize = 16 + 4 + 4 + 16 + 8 + 8;
const SUMMED: usize = NAMED + WRAPPED;
const WHOLE: usize = SUMMED + blake3::OUT_LEN;

/// The head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    file: [u8; 16],
    number: u64,
    key: [u8; 8],
    wrapped: [u8; WRAPPED],
}

/// Whether a file of this length begins as an encrypted one does.
pub(super) fn has_magic(
    length: u64,
    read: impl Fn(u64, &mut [u8]) -> io::Result<()>,
) -> io::Result<bool> {
    for place in [0, PLACE] {
        let mut found = [0; MAGIC.len()];
        if length >= place + found.len() as u64 {
            read(place, &mut found)?;
            if found == *MAGIC {
                return Ok(true);
            }
            // A plain file may hold anything further on.
            if found.starts_with(b"redb") {
                return Ok(false);
            }
        }
    }
    Ok(false)
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes[at])
}

impl Head {
    /// A head for a new file, with what seals its pages.
    pub(super) fn make(key: &DataKey) -> io::Result<(Self, Pages)> {
        let (file, secret): ([u8; 16], [u8; 32]) = (random()?, random()?);
        let mut head = Self {
            file,
            number: 1,
            key: key.id(),
            wrapped: [0; WRAPPED],
        };
        head.wrapped = key.wrap(&head.named(), &secret)?;
        Ok((head, Pages::new(&secret, file)))
    }

    /// The same pages under another key.
    pub(super) fn under(&self, old: &DataKey, new: &DataKey) -> Result<Self, StoreError> {
        let secret = self.secret(old)?;
        let mut head = Self {
            number: self.number + 1,
            key: new.id(),
            ..self.clone()
        };
        head.wrapped = new.wrap(&head.named(), &secret)?;
        Ok(head)
    }

    /// By which the key is known that opens it.
    pub(super) fn key_id(&self) -> [u8; 8] {
        self.key
    }

    /// The key of the pages.
    pub(super) fn secret(&self, key: &DataKey) -> Result<[u8; 32], StoreError> {
        key.unwrap(&self.named(), &self.wrapped).ok_or_else(|| {
            StoreError::Damaged("the key in its head is not what was written".to_owned())
        })
    }

    /// What opens the pages.
    pub(super) fn pages(&self, key: &DataKey) -> Result<Pages, StoreError> {
        Ok(Pages::new(&self.secret(key)?, self.file))
    }

    fn named(&self) -> [u8; NAMED] {
        let parts: [&[u8]; 6] = [
            MAGIC,
            &VERSION.to_le_bytes(),
            &(PAGE as u32).to_le_bytes(),
            &self.file,
            &self.number.to_le_bytes(),
            &self.key,
        ];
        array(&parts.concat())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.named().to_vec();
        bytes.extend_from_slice(&self.wrapped);
        let sum = blake3::hash(&bytes);
        bytes.extend_from_slice(sum.as_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let head = Self {
            file: array(&bytes[24..]),
            number: u64::from_le_bytes(array(&bytes[40..])),
            key: array(&bytes[48..]),
            wrapped: array(&bytes[NAMED..]),
        };
        (head.bytes() == bytes).then_some(head)
    }

    /// The newer of the two that can be read, and where it lies.
    fn find<B: StorageBackend>(inner: &B) -> Result<(Self, u64), StoreError> {
        let length = inner.len()?;
        let mut newest: Option<(Self, u64)> = None;
        for place in [0, PLACE] {
            if length < place + WHOLE as u64 {
                continue;
            }
            let mut bytes = vec![0; WHOLE];
            inner.read(place, &mut bytes)?;
            if let Some(head) = Self::parse(&bytes)
                && newest
                    .as_ref()
                    .is_none_or(|(newest, _)| newest.number < head.number)
            {
                newest = Some((head, place));
            }
        }
        newest.ok_or_else(|| {
            StoreError::Damaged("the head of the encrypted file cannot be read".to_owned())
        })
    }

    /// The head of a file.
    pub(super) fn read<B: StorageBackend>(inner: &B) -> Result<Self, StoreError> {
        Self::find(inner).map(|(head, _)| head)
    }

    /// Writes it into a new file.
    pub(super) fn write_both<B: StorageBackend>(&self, inner: &B) -> io::Result<()> {
        for place in [0, PLACE] {
            inner.write(place, &self.bytes())?;
        }
        inner.sync_data()
    }

    /// Puts it in place of both, so that one can be read at any moment.
    pub(super) fn replace<B: StorageBackend>(&self, inner: &B) -> Result<(), StoreError> {
        let (_, newest) = Self::find(inner)?;
        for place in [PLACE - newest, newest] {
            inner.write(place, &self.bytes())?;
            inner.sync_data()?;
        }
        Ok(())
    }
}
