//! Plain tar, as narrow as archives need it: regular files of short names, one after the other, and nothing else.
//!
//! The reader takes no other shape (links, folders, sparse files, long names, extensions), so nothing of a name or a type
//! that an attacker chose is ever acted upon.

use std::io::{self, Read, Write};

use tar::{EntryType, Header};

/// The folder of contents in an archive that holds them.
pub(super) const FILES: &[u8] = b"files/";
const BLOCK: usize = 512;
/// Bytes of zeros that may follow the last file; tar programs fill up to 10 KiB.
const MOST_PADDING: usize = 64 << 10;

/// The head of a file.
pub(super) fn header(name: &str, size: u64, seconds: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_path(name)?;
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(seconds);
    header.set_size(size);
    header.set_cksum();
    Ok(header)
}

/// Fills up the last block of a file.
pub(super) fn pad(out: &mut impl Write, size: u64) -> io::Result<()> {
    let over = (size % BLOCK as u64) as usize;
    if over > 0 {
        out.write_all(&[0; BLOCK][over..])?;
    }
    Ok(())
}

/// Ends the archive.
pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// Reads such an archive.
pub(super) struct TarReader<R> {
    inner: R,
    /// Bytes of the file at hand that were not read yet, and zeros behind it.
    left: u64,
    padding: u64,
}

/// A file in the archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl<R: Read> TarReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            left: 0,
            padding: 0,
        }
    }

    /// The next file; nothing at the end, which is looked at to the last byte.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.left > 0 {
            return Err(wrong("a file was not read to its end"));
        }
        let mut rest = vec![0; self.padding as usize];
        self.inner.read_exact(&mut rest)?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(wrong("there is something between two files"));
        }
        self.padding = 0;
        let mut block = [0; BLOCK];
        self.inner.read_exact(&mut block)?;
        if block == [0; BLOCK] {
            return self.end().map(|()| None);
        }
        let header = Header::from_byte_slice(&block);
        if header.cksum()? != sum(&block) {
            return Err(wrong("the head of a file has a wrong sum"));
        }
        if header.entry_type() != EntryType::Regular {
            return Err(wrong("it holds something that is no plain file"));
        }
        let name = header.path_bytes();
        // Of a path there is one form: a content by its hash.
        let stem = name.strip_prefix(FILES).unwrap_or(&name);
        let is_hash = stem.len() == 64 && stem.iter().all(u8::is_ascii_alphanumeric);
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
        let is_plain = is_hash && stem.len() < name.len() || name.iter().all(plain);
        if name.is_empty() || name.len() > 100 || !is_plain || name[0] == b'.' {
            return Err(wrong("it holds a file of a name that none of ours has"));
        }
        let size = header.entry_size()?;
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Some(Entry { name, size }))
    }

    fn end(&mut self) -> io::Result<()> {
        let mut rest = Vec::new();
        let most = MOST_PADDING as u64;
        Read::by_ref(&mut self.inner)
            .take(most + 1)
            .read_to_end(&mut rest)?;
        if rest.len() < BLOCK || rest.len() > MOST_PADDING || rest.iter().any(|byte| *byte != 0) {
            return Err(wrong("it does not end as archives end"));
        }
        Ok(())
    }

    pub(super) fn into_inner(self) -> R {
        self.inner
    }
}

/// The file at hand.
impl<R: Read> Read for TarReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = self.inner.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// The sum of a head, its own field counted as spaces.
fn sum(block: &[u8; BLOCK]) -> u32 {
    let field = 148..156;
    let bytes = block.iter().enumerate();
    let value = |(place, byte): (usize, &u8)| {
        if field.contains(&place) {
            u32::from(b' ')
        } else {
            u32::from(*byte)
        }
    };
    bytes.map(value).sum()
}
