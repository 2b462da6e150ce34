//! The database file encrypted at rest: a storage backend that stands between the engine and its file.
//!
//! The engine's file is cut into pages of 4,096 bytes. Each lies in the real file as nonce, ciphertext and tag
//! (XChaCha20-Poly1305, a random nonce at every write), with the file's id and the page's number authenticated: a page that
//! was changed, moved, or comes from another file is an error. What a disk gives back as zeros was never written.
//!
//! After a power cut a page that was being written is unreadable. The engine counts on that for every page but its first,
//! which it rewrites at each commit: it writes no page that the last commit needs. The first page has two places of its own,
//! see [`first`]. Neither can tell a whole page from the same page as it was some time ago.

mod chunks;
mod convert;
mod first;
mod head;
mod keys;
mod work_files;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key, Tag, XChaCha20Poly1305, XNonce};
use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use super::error::StoreError;
pub(super) use chunks::{Opener, Sealer, sealed_length};
pub(super) use convert::{beside, decrypt, encrypt, is_on, rotate};
use first::FirstPage;
use head::Head;
pub(super) use keys::WRAPPED;
pub use keys::{DataKey, Keyring};
pub use work_files::WorkFiles;

/// Bytes of a page as the engine sees it.
pub(super) const PAGE: usize = 4096;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Bytes of a page in the file.
const SEALED: usize = NONCE + PAGE + TAG;
/// Where the second page lies: behind the keys and the two places of the first page.
const SECOND_PAGE: u64 = head::ROOM + first::ROOM;

type Sealing = XChaCha20Poly1305;

/// An encrypted file as the engine's storage.
pub(super) struct Cipher<B> {
    inner: B,
    pages: Pages,
    first: Mutex<FirstPage>,
}

/// What seals the pages of one file.
struct Pages {
    cipher: Sealing,
    file: [u8; 16],
}

impl Pages {
    fn new(key: &[u8; 32], file: [u8; 16]) -> Self {
        Self {
            cipher: Sealing::new(&Key::from(*key)),
            file,
        }
    }

    /// What is authenticated with a page; `version` tells the versions of the first page apart.
    fn name(&self, page: u64, version: u64) -> [u8; 32] {
        let mut name = [0; 32];
        name[..16].copy_from_slice(&self.file);
        name[16..24].copy_from_slice(&page.to_le_bytes());
        name[24..].copy_from_slice(&version.to_le_bytes());
        name
    }

    /// Seals a text that lies behind its nonce in `sealed`, with room for the tag.
    fn seal(&self, page: u64, version: u64, sealed: &mut [u8]) -> io::Result<()> {
        let (nonce, rest) = sealed.split_at_mut(NONCE);
        let (text, tag) = rest.split_at_mut(rest.len() - TAG);
        let nonce = XNonce::try_from(&*nonce).map_err(io::Error::other)?;
        let made = self
            .cipher
            .encrypt_inout_detached(&nonce, &self.name(page, version), text.into())
            .map_err(|_| io::Error::other("a page cannot be sealed"))?;
        tag.copy_from_slice(&made);
        Ok(())
    }

    /// Opens a page in its place and gives its text.
    fn open<'a>(&self, page: u64, version: u64, sealed: &'a mut [u8]) -> io::Result<&'a [u8]> {
        let (nonce, rest) = sealed.split_at_mut(NONCE);
        let (text, tag) = rest.split_at_mut(rest.len() - TAG);
        let nonce = XNonce::try_from(&*nonce).map_err(io::Error::other)?;
        let tag = Tag::try_from(&*tag).map_err(io::Error::other)?;
        let name = self.name(page, version);
        self.cipher
            .decrypt_inout_detached(&nonce, &name, (&mut *text).into(), &tag)
            .map_err(|_| unreadable(page))?;
        Ok(text)
    }
}

fn unreadable(page: u64) -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        format!("page {page} of the encrypted file is not what was written"),
    )
}

fn is_empty(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

pub(super) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// Whether a file is an encrypted one.
pub(super) fn is_encrypted(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    head::has_magic(length, |at, out| file.read_exact_at(out, at))
}

/// Opens an existing file; `None` where it is not encrypted.
pub(super) fn open(path: &Path, keys: &Keyring) -> Result<Option<Cipher<FileBackend>>, StoreError> {
    let file = File::options().read(true).write(true).open(path)?;
    if !is_encrypted(&file)? {
        return Ok(None);
    }
    let cipher = Cipher::open(backend(file)?, keys)?;
    if cipher.len()? == 0 {
        return Err(StoreError::Damaged("it holds no page".to_owned()));
    }
    Ok(Some(cipher))
}

/// A file as the engine works on it.
pub(super) fn backend(file: File) -> Result<FileBackend, StoreError> {
    Ok(FileBackend::new(file)?)
}

impl<B: StorageBackend> Cipher<B> {
    /// Makes an encrypted file of an empty one.
    pub(super) fn make(inner: B, key: &DataKey) -> Result<Self, StoreError> {
        let (head, pages) = Head::make(key)?;
        inner.set_len(head::ROOM)?;
        head.write_both(&inner)?;
        Ok(Self::with(inner, pages))
    }

    /// Opens an encrypted file with the key among these that it was made with.
    pub(super) fn open(inner: B, keys: &Keyring) -> Result<Self, StoreError> {
        let head = Head::read(&inner)?;
        let pages = head.pages(keys.for_file(head.key_id())?)?;
        Ok(Self::with(inner, pages))
    }

    /// Opens an encrypted file, or makes it of an empty one.
    #[cfg(feature = "testing")]
    pub(super) fn open_or_make(inner: B, key: &DataKey) -> Result<Self, StoreError> {
        if inner.len()? == 0 {
            Self::make(inner, key)
        } else {
            Self::open(inner, &Keyring::holding("the test", key.clone()))
        }
    }

    fn with(inner: B, pages: Pages) -> Self {
        Self {
            inner,
            pages,
            first: Mutex::new(FirstPage::new()),
        }
    }

    fn first(&self) -> MutexGuard<'_, FirstPage> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a page lies that is not the first.
    const fn place(page: u64) -> u64 {
        SECOND_PAGE + (page - 1) * SEALED as u64
    }

    /// Reads from behind the first page.
    fn read_pages(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let size = PAGE as u64;
        let (from, to) = (offset / size, (offset + out.len() as u64).div_ceil(size));
        let mut sealed = vec![0; (to - from) as usize * SEALED];
        self.inner.read(Self::place(from), &mut sealed)?;
        let mut skip = (offset % size) as usize;
        let mut rest = out;
        for (page, sealed) in (from..to).zip(sealed.chunks_exact_mut(SEALED)) {
            let length = rest.len().min(PAGE - skip);
            let (part, after) = rest.split_at_mut(length);
            if is_empty(sealed) {
                part.fill(0);
            } else {
                let text = self.pages.open(page, 0, sealed)?;
                part.copy_from_slice(&text[skip..skip + length]);
            }
            (skip, rest) = (0, after);
        }
        Ok(())
    }

    /// Writes whole pages behind the first one.
    fn write_pages(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if !offset.is_multiple_of(PAGE as u64) || !data.len().is_multiple_of(PAGE) {
            // A part of one could not be written without risking the rest of it in a power cut.
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "only whole pages can be written behind the first one",
            ));
        }
        let from = offset / PAGE as u64;
        let count = data.len() / PAGE;
        let mut nonces = vec![0; count * NONCE];
        getrandom::fill(&mut nonces).map_err(io::Error::other)?;
        let mut sealed = vec![0; count * SEALED];
        let parts = sealed
            .chunks_exact_mut(SEALED)
            .zip(data.chunks_exact(PAGE))
            .zip(nonces.chunks_exact(NONCE));
        for (page, ((sealed, text), nonce)) in (from..).zip(parts) {
            sealed[..NONCE].copy_from_slice(nonce);
            sealed[NONCE..NONCE + PAGE].copy_from_slice(text);
            self.pages.seal(page, 0, sealed)?;
        }
        self.inner.write(Self::place(from), &sealed)
    }
}

impl<B> std::fmt::Debug for Cipher<B> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Cipher")
    }
}

impl<B: StorageBackend> StorageBackend for Cipher<B> {
    fn len(&self) -> io::Result<u64> {
        let length = self.inner.len()?;
        Ok(length.checked_sub(SECOND_PAGE).map_or(0, |behind| {
            PAGE as u64 + behind / SEALED as u64 * PAGE as u64
        }))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let in_first = (PAGE as u64).saturating_sub(offset) as usize;
        let (first, behind) = out.split_at_mut(in_first.min(out.len()));
        if !first.is_empty() {
            if self.len()? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let mut page = self.first();
            let text = page.text(&self.inner, &self.pages)?;
            let from = offset as usize;
            first.copy_from_slice(&text[from..from + first.len()]);
        }
        if behind.is_empty() {
            return Ok(());
        }
        self.read_pages(offset.max(PAGE as u64), behind)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let size = PAGE as u64;
        if !length.is_multiple_of(size) {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the file has whole pages only",
            ));
        }
        if length == 0 {
            *self.first() = FirstPage::new();
            return self.inner.set_len(head::ROOM);
        }
        let behind = length / size - 1;
        self.inner.set_len(SECOND_PAGE + behind * SEALED as u64)
    }

    fn sync_data(&self) -> io::Result<()> {
        // Nobody may write the first page meanwhile: it would count as synced.
        let mut first = self.first();
        self.inner.sync_data()?;
        first.synced();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let in_first = (PAGE as u64).saturating_sub(offset) as usize;
        let (first, behind) = data.split_at(in_first.min(data.len()));
        if !first.is_empty() {
            if self.len()? == 0 {
                return Err(ErrorKind::InvalidInput.into());
            }
            self.first()
                .write(&self.inner, &self.pages, offset as usize, first)?;
        }
        if behind.is_empty() {
            return Ok(());
        }
        self.write_pages(offset.max(PAGE as u64), behind)
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.inner.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.inner.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.inner.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests;
