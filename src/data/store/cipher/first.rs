//! The first page, which the engine rewrites in place at every commit: two places, written in turn.
//!
//! The place that is surely on the disk is never written; what was written since the last `fsync` lies in the other one,
//! and the newest version that can be read counts. So the page is as it was or as it became, whenever the power goes.

use std::io::{self, ErrorKind};

use redb::StorageBackend;

use super::{NONCE, PAGE, Pages, SEALED, is_empty, random};

/// Bytes of one place.
const PLACE: u64 = 8192;
/// Bytes of both.
pub(super) const ROOM: u64 = 2 * PLACE;
/// Bytes in a place: the version, and the sealed page.
const VERSION: usize = 8;
const WHOLE: usize = VERSION + SEALED;

/// The first page of one file.
pub(super) struct FirstPage(Option<Loaded>);

struct Loaded {
    text: Vec<u8>,
    version: u64,
    /// Which place holds the newest version; none before the first one.
    newest: Option<usize>,
    /// Which place is on the disk for sure.
    safe: Option<usize>,
    /// The newest version as it was found, until it is on the disk for sure: a failed `fsync` may have left it in memory.
    found: Option<Vec<u8>>,
}

fn offset(place: usize) -> u64 {
    super::head::ROOM + place as u64 * PLACE
}

/// What lies in a place.
enum Found {
    Nothing,
    /// A version with its text and the bytes it came from.
    Version(u64, Vec<u8>, Vec<u8>),
    Torn,
}

fn look<B: StorageBackend>(inner: &B, pages: &Pages, place: usize) -> io::Result<Found> {
    if inner.len()? < offset(place) + WHOLE as u64 {
        return Ok(Found::Nothing);
    }
    let mut bytes = vec![0; WHOLE];
    inner.read(offset(place), &mut bytes)?;
    if is_empty(&bytes) {
        return Ok(Found::Nothing);
    }
    let raw = bytes.clone();
    let (version, sealed) = bytes.split_at_mut(VERSION);
    let version = u64::from_le_bytes(std::array::from_fn(|at| version[at]));
    match pages.open(0, version, sealed) {
        Ok(text) => Ok(Found::Version(version, text.to_vec(), raw)),
        Err(error) if error.kind() == ErrorKind::InvalidData => Ok(Found::Torn),
        Err(error) => Err(error),
    }
}

impl FirstPage {
    /// Not looked at yet: the engine takes its lock of the file before it reads.
    pub(super) fn new() -> Self {
        Self(None)
    }

    fn load<B: StorageBackend>(&mut self, inner: &B, pages: &Pages) -> io::Result<&mut Loaded> {
        if self.0.is_none() {
            self.0 = Some(Loaded::read(inner, pages)?);
        }
        self.0.as_mut().ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Its text; zeros before it is written.
    pub(super) fn text<B: StorageBackend>(
        &mut self,
        inner: &B,
        pages: &Pages,
    ) -> io::Result<&[u8]> {
        Ok(&self.load(inner, pages)?.text)
    }

    /// Writes a part of it.
    pub(super) fn write<B: StorageBackend>(
        &mut self,
        inner: &B,
        pages: &Pages,
        at: usize,
        data: &[u8],
    ) -> io::Result<()> {
        let page = self.load(inner, pages)?;
        page.settle(inner)?;
        let mut text = page.text.clone();
        text[at..at + data.len()].copy_from_slice(data);
        let place = page.safe.map_or(0, |safe| 1 - safe);
        // Counted even where the writing fails: no two contents go by one version.
        page.version += 1;
        let mut bytes = vec![0; WHOLE];
        bytes[..VERSION].copy_from_slice(&page.version.to_le_bytes());
        bytes[VERSION..VERSION + NONCE].copy_from_slice(&random::<NONCE>()?);
        bytes[VERSION + NONCE..VERSION + NONCE + PAGE].copy_from_slice(&text);
        pages.seal(0, page.version, &mut bytes[VERSION..])?;
        inner.write(offset(place), &bytes)?;
        page.text = text;
        page.newest = Some(place);
        Ok(())
    }

    /// What was written is on the disk.
    pub(super) fn synced(&mut self) {
        // What was only found is not: a sync that failed before this file was opened may have left it behind.
        if let Some(page) = &mut self.0
            && page.found.is_none()
        {
            page.safe = page.newest;
        }
    }
}

impl Loaded {
    fn read<B: StorageBackend>(inner: &B, pages: &Pages) -> io::Result<Self> {
        let found = [look(inner, pages, 0)?, look(inner, pages, 1)?];
        let torn = found.iter().any(|found| matches!(found, Found::Torn));
        let newest = (0..)
            .zip(found)
            .filter_map(|(place, found)| match found {
                Found::Version(version, text, raw) => Some((version, place, text, raw)),
                Found::Nothing | Found::Torn => None,
            })
            .max_by_key(|(version, ..)| *version);
        match newest {
            Some((version, place, text, raw)) => Ok(Self {
                text,
                version,
                newest: Some(place),
                safe: None,
                found: Some(raw),
            }),
            None if torn => Err(super::unreadable(0)),
            None => Ok(Self {
                text: vec![0; PAGE],
                version: 0,
                newest: None,
                safe: None,
                found: None,
            }),
        }
    }

    /// Makes sure that what was found is on the disk, before the other place is written.
    fn settle<B: StorageBackend>(&mut self, inner: &B) -> io::Result<()> {
        if let (Some(raw), Some(place)) = (&self.found, self.newest) {
            inner.write(offset(place), raw)?;
            inner.sync_data()?;
            self.found = None;
            self.safe = Some(place);
        }
        Ok(())
    }
}
