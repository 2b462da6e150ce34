//! Secrets at rest: sealed under a key that lies beside the database file, so that the file alone gives none of them up.
//!
//! XChaCha20-Poly1305 with a random nonce for each secret (OWASP ASVS 11.3.3); the purpose is authenticated with it, so
//! that a sealed letter cannot stand in for a sealed password.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;

use super::error::StoreError;
use super::open::sync_folder;

const FILE: &str = "secret.key";
const NONCE: usize = 24;

/// Seals secrets and opens them.
#[derive(Clone)]
pub(in crate::data) struct Seal {
    cipher: XChaCha20Poly1305,
    key: [u8; 32],
    /// Whether it lies in no folder yet.
    new: bool,
}

impl Seal {
    /// Reads the key of a data folder. Where there is none this is a new one, for whoever opens the folder to
    /// [keep](Self::keep) before anything is sealed with it, once they know that nothing was sealed with another.
    pub(in crate::data) fn of_folder(folder: &Path) -> Result<Self, StoreError> {
        match fs::read_to_string(folder.join(FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self {
                new: true,
                ..Self::new(&random())
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the folder had no key.
    pub(in crate::data) fn is_new(&self) -> bool {
        self.new
    }

    /// Puts a new key into its folder (mode 0600).
    pub(in crate::data) fn keep(&self, folder: &Path) -> Result<(), StoreError> {
        Self::bring(folder, &self.key_text())
    }

    /// A key that is forgotten with the process, for stores that lie in no folder.
    #[cfg(feature = "testing")]
    pub(in crate::data) fn passing() -> Self {
        Self::new(&random())
    }

    fn new(key: &[u8; 32]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&Key::from(*key)),
            key: *key,
            new: false,
        }
    }

    /// Reads a key as it lies in its file.
    pub(in crate::data) fn parse(text: &str) -> Result<Self, StoreError> {
        let key = BASE64URL_NOPAD
            .decode(text.trim().as_bytes())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| StoreError::Damaged(format!("{FILE} holds no key")))?;
        Ok(Self::new(&key))
    }

    /// The key as it lies in its file, for an archive that encrypts it.
    pub(in crate::data) fn key_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.key)
    }

    /// Gives a folder that has no key the one that its secrets were sealed with.
    pub(in crate::data) fn bring(folder: &Path, text: &str) -> Result<(), StoreError> {
        let key = Self::parse(text)?.key;
        if Self::put(folder, &key)? {
            Ok(())
        } else {
            Err(StoreError::Damaged(format!("{FILE} is there already")))
        }
    }

    /// Puts a key on disk; `false` where there is one already.
    fn put(folder: &Path, key: &[u8; 32]) -> Result<bool, StoreError> {
        let mut new = tempfile::Builder::new()
            .prefix(".secret-new-")
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        writeln!(new, "{}", BASE64URL_NOPAD.encode(key))?;
        new.as_file().sync_all()?;
        match new.persist_noclobber(folder.join(FILE)) {
            Ok(_) => sync_folder(folder).map(|()| true),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.error.into()),
        }
    }

    /// Seals a secret for a purpose.
    pub(in crate::data) fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random();
        let payload = Payload {
            msg: plain,
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("texts of this size can always be sealed");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for the same purpose under the same key.
    pub(in crate::data) fn open(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let closed = || {
            StoreError::Corrupt(format!(
                "a sealed secret ({purpose}), or {FILE} is not the one it was sealed with"
            ))
        };
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or_else(closed)?;
        let payload = Payload {
            msg: rest,
            aad: purpose.as_bytes(),
        };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| closed())
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open_a_secret() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let seal = Seal::of_folder(folder.path()).unwrap();
        assert!(seal.is_new());
        seal.keep(folder.path()).unwrap();
        let sealed = seal.seal("letters", b"kod 123456");
        assert!(!sealed.windows(6).any(|part| part == b"123456"));
        let again = Seal::of_folder(folder.path()).unwrap();
        assert!(!again.is_new());
        assert_eq!(again.open("letters", &sealed).unwrap(), b"kod 123456");
        assert!(again.open("passwords", &sealed).is_err());
        let stranger = Seal::of_folder(other.path()).unwrap();
        assert!(stranger.open("letters", &sealed).is_err());
    }

    #[test]
    fn a_changed_or_cut_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::of_folder(folder.path()).unwrap();
        let sealed = seal.seal("letters", b"abc");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(seal.open("letters", &changed).is_err(), "byte {place}");
            assert!(
                seal.open("letters", &sealed[..place]).is_err(),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn the_key_is_for_the_owner_alone_and_a_broken_one_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::of_folder(folder.path()).unwrap();
        seal.keep(folder.path()).unwrap();
        assert!(seal.keep(folder.path()).is_err(), "one is there");
        let path = folder.path().join(FILE);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::File::create(&path).unwrap();
        assert!(matches!(
            Seal::of_folder(folder.path()),
            Err(StoreError::Damaged(_))
        ));
    }
}
