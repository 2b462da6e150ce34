//! The keys that encrypted files are opened with, and where they were looked for.

use std::io;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};

use super::{NONCE, StoreError, TAG, random};

/// Bytes of a sealed key: nonce, key, tag.
pub(in crate::data::store) const WRAPPED: usize = NONCE + 32 + TAG;

/// The key of an encrypted database: 32 random bytes, written in base64.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey([u8; 32]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DataKey(…)")
    }
}

impl DataKey {
    /// A new one.
    pub fn random() -> Result<Self, StoreError> {
        Ok(Self(random()?))
    }

    /// Reads one as it is written, in either alphabet of base64; blanks around it do not count.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD]
            .iter()
            .find_map(|form| form.decode(text).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Self)
    }

    /// As it is written.
    pub fn text(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// By which it is known without giving it away.
    pub(in crate::data::store) fn id(&self) -> [u8; 8] {
        let hash = blake3::derive_key("kartoteka 2026-11 id of a database key", &self.0);
        std::array::from_fn(|at| hash[at])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = blake3::derive_key("kartoteka 2026-11 database key seals page key", &self.0);
        XChaCha20Poly1305::new(&Key::from(key))
    }

    /// Seals another key under this one, with what it is named by.
    pub(in crate::data::store) fn wrap(
        &self,
        named: &[u8],
        secret: &[u8; 32],
    ) -> io::Result<[u8; WRAPPED]> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload {
            msg: secret,
            aad: named,
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| io::Error::other("a key cannot be sealed"))?;
        let mut wrapped = [0; WRAPPED];
        wrapped[..NONCE].copy_from_slice(&nonce);
        wrapped[NONCE..].copy_from_slice(&sealed);
        Ok(wrapped)
    }

    /// The way back; none under another key or name.
    pub(in crate::data::store) fn unwrap(
        &self,
        named: &[u8],
        wrapped: &[u8; WRAPPED],
    ) -> Option<[u8; 32]> {
        let (nonce, sealed) = wrapped.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: named,
        };
        let secret = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        secret.try_into().ok()
    }
}

/// The keys at hand, each with the place it comes from.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: Vec<(String, DataKey)>,
    missed: Vec<String>,
    for_new: Option<DataKey>,
}

impl Keyring {
    /// With one key.
    pub fn holding(place: impl Into<String>, key: DataKey) -> Self {
        let mut ring = Self::default();
        ring.add(place, key);
        ring
    }

    /// A key that was found.
    pub fn add(&mut self, place: impl Into<String>, key: DataKey) {
        self.keys.push((place.into(), key));
    }

    /// A place that has none, and why.
    pub fn miss(&mut self, place: impl Into<String>) {
        self.missed.push(place.into());
    }

    /// The same, and a file that is made is encrypted under this key.
    pub fn encrypting(mut self, place: impl Into<String>, key: DataKey) -> Self {
        self.add(place, key.clone());
        self.for_new = Some(key);
        self
    }

    /// The same, and a file that is made is encrypted under the key from this place.
    pub(in crate::data) fn encrypting_as(mut self, place: &str) -> Self {
        let found = self.keys.iter().find(|(from, _)| from == place);
        self.for_new = found.map(|(_, key)| key.clone());
        self
    }

    /// The key that a new file is encrypted under; none where it is to be plain.
    pub fn new_files(&self) -> Option<&DataKey> {
        self.for_new.as_ref()
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key that is known by this id.
    pub(in crate::data::store) fn for_file(&self, id: [u8; 8]) -> Result<&DataKey, StoreError> {
        let found = self.keys.iter().find(|(_, key)| key.id() == id);
        found.map(|(_, key)| key).ok_or_else(|| {
            let places = self.keys.iter().map(|(place, _)| place.as_str());
            if self.keys.is_empty() {
                StoreError::NoKey(self.missed.join("; "))
            } else {
                StoreError::WrongKey(places.collect::<Vec<_>>().join("; "))
            }
        })
    }

    /// Where the key that is known by this id comes from.
    pub(super) fn place_of(&self, id: [u8; 8]) -> Option<&str> {
        let found = self.keys.iter().find(|(_, key)| key.id() == id);
        found.map(|(place, _)| place.as_str())
    }
}
