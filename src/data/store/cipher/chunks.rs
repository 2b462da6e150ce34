//! A stream of any length, sealed in chunks: an id of 16 bytes, then for each chunk nonce, up to 64 KiB of ciphertext, tag.
//! The number of a chunk and whether it is the last are authenticated with it, so that a stream that was cut, put together
//! otherwise or lengthened is an error.

use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;

use super::{NONCE, Pages, TAG, random};

/// Bytes of text in every chunk but the last.
pub(super) const CHUNK: usize = 64 << 10;
/// Bytes of a full chunk.
const WHOLE: usize = NONCE + CHUNK + TAG;
/// Bytes of the id.
const ID: usize = 16;

/// Bytes that a text of this length takes when it is sealed.
pub(in crate::data::store) fn sealed_length(text: u64) -> u64 {
    let chunks = text.div_ceil(CHUNK as u64).max(1);
    ID as u64 + text + chunks * (NONCE + TAG) as u64
}

/// Seals what is written to it. Nothing counts before [`Sealer::finish`].
pub(in crate::data::store) struct Sealer<W> {
    to: W,
    pages: Pages,
    number: u64,
    /// Room for the nonce, and the text of the chunk that is being filled.
    chunk: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins a stream under a key.
    pub(in crate::data::store) fn begin(key: &[u8; 32], mut to: W) -> io::Result<Self> {
        let id = random::<ID>()?;
        to.write_all(&id)?;
        let mut chunk = Vec::with_capacity(WHOLE);
        chunk.resize(NONCE, 0);
        Ok(Self {
            to,
            pages: Pages::new(key, id),
            number: 0,
            chunk,
        })
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        self.chunk[..NONCE].copy_from_slice(&random::<NONCE>()?);
        self.chunk.resize(self.chunk.len() + TAG, 0);
        self.pages
            .seal(self.number, u64::from(last), &mut self.chunk)?;
        self.to.write_all(&self.chunk)?;
        self.chunk.truncate(NONCE);
        self.number += 1;
        Ok(())
    }

    /// Writes the last chunk, and gives back what was written to.
    pub(in crate::data::store) fn finish(mut self) -> io::Result<W> {
        self.put(true)?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // A full chunk waits until it is known whether it is the last.
        if self.chunk.len() == NONCE + CHUNK && !text.is_empty() {
            self.put(false)?;
        }
        let room = NONCE + CHUNK - self.chunk.len();
        let taken = room.min(text.len());
        self.chunk.extend_from_slice(&text[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Reads the text of what a [`Sealer`] wrote.
pub(in crate::data::store) struct Opener<R> {
    from: R,
    pages: Pages,
    number: u64,
    now: Vec<u8>,
    next: Vec<u8>,
    /// Bytes of `next` that are there.
    ahead: usize,
    /// What of `now` is text that nobody has read yet.
    text: Range<usize>,
    ended: bool,
}

impl<R: Read> Opener<R> {
    /// Begins to read a stream.
    pub(in crate::data::store) fn begin(key: &[u8; 32], mut from: R) -> io::Result<Self> {
        let mut id = [0; ID];
        from.read_exact(&mut id)?;
        let mut next = vec![0; WHOLE];
        let ahead = fill(&mut from, &mut next)?;
        Ok(Self {
            from,
            pages: Pages::new(key, id),
            number: 0,
            now: vec![0; WHOLE],
            next,
            ahead,
            text: 0..0,
            ended: false,
        })
    }

    fn advance(&mut self) -> io::Result<()> {
        std::mem::swap(&mut self.now, &mut self.next);
        let length = self.ahead;
        if length < NONCE + TAG {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.ahead = fill(&mut self.from, &mut self.next)?;
        let last = self.ahead == 0;
        self.pages
            .open(self.number, u64::from(last), &mut self.now[..length])?;
        self.text = NONCE..length - TAG;
        self.number += 1;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.text.is_empty() && !self.ended {
            self.advance()?;
        }
        let length = self.text.len().min(out.len());
        let text = &self.now[self.text.clone()][..length];
        out[..length].copy_from_slice(text);
        self.text.start += length;
        Ok(length)
    }
}

/// Reads until the buffer is full or the file ends; how much.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
