//! Files beside the database that hold records for a while: results of operations, uploads. Where the database is
//! encrypted they lie sealed, see [`super::chunks`], under a key that only the database gives.

use std::fs::File;
use std::io;

use super::chunks::{Opener, Sealer};

/// How working files lie: as they are, or sealed.
#[derive(Clone, Default)]
pub struct WorkFiles(Option<[u8; 32]>);

impl std::fmt::Debug for WorkFiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("WorkFiles")
            .field(&self.is_sealed())
            .finish()
    }
}

impl WorkFiles {
    /// Of a database with this key of its pages.
    pub(super) fn of(secret: &[u8; 32]) -> Self {
        Self(Some(blake3::derive_key(
            "kartoteka 2026-11 working files",
            secret,
        )))
    }

    /// Whether they lie sealed.
    pub fn is_sealed(&self) -> bool {
        self.0.is_some()
    }

    /// Writes what `from` holds from its place on to `to`, sealed where that is the way.
    pub fn seal(&self, from: &mut File, to: &mut File) -> io::Result<()> {
        let Some(key) = &self.0 else {
            return io::copy(from, to).map(drop);
        };
        let mut sealer = Sealer::begin(key, to)?;
        io::copy(from, &mut sealer)?;
        sealer.finish().map(drop)
    }

    /// Writes the text of a file made by [`WorkFiles::seal`] to `to`.
    pub fn open(&self, from: &mut File, to: &mut File) -> io::Result<()> {
        let Some(key) = &self.0 else {
            return io::copy(from, to).map(drop);
        };
        io::copy(&mut Opener::begin(key, from)?, to).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::store::cipher::chunks::{CHUNK, sealed_length};
    use crate::data::store::cipher::{NONCE, TAG};
    use std::io::{Read, Seek, SeekFrom, Write};

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    fn bytes_of(mut file: File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn opened(ways: &WorkFiles, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = tempfile::tempfile().unwrap();
        ways.open(&mut file_of(sealed), &mut out)?;
        Ok(bytes_of(out))
    }

    #[test]
    fn what_was_sealed_comes_back_and_nothing_else_does() {
        let ways = WorkFiles::of(&[7; 32]);
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let text: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let mut out = tempfile::tempfile().unwrap();
            ways.seal(&mut file_of(&text), &mut out).unwrap();
            let sealed = bytes_of(out);
            assert_eq!(sealed.len() as u64, sealed_length(length as u64));
            assert!(opened(&ways, &sealed).unwrap() == text, "{length}");
            assert!(opened(&WorkFiles::of(&[8; 32]), &sealed).is_err());
            let step = (sealed.len() / 40).max(1);
            for at in (0..sealed.len()).step_by(step) {
                assert!(opened(&ways, &sealed[..at]).is_err(), "cut at {at}");
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(opened(&ways, &changed).is_err(), "changed at {at}");
            }
            // Cut between two chunks.
            if length > CHUNK {
                let first = 16 + NONCE + CHUNK + TAG;
                assert!(opened(&ways, &sealed[..first]).is_err());
            }
        }
    }

    #[test]
    fn beside_a_plain_database_they_lie_as_they_are() {
        let mut file = file_of(b"abc");
        let mut out = tempfile::tempfile().unwrap();
        WorkFiles::default().seal(&mut file, &mut out).unwrap();
        out.seek(SeekFrom::Start(0)).unwrap();
        assert_eq!(bytes_of(out), b"abc");
    }
}
