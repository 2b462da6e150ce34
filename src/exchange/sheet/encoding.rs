//! Text of any of the encodings spreadsheets save CSV in, turned into UTF-8 as it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1250};

use super::error::SheetError;

/// How a file's bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextEncoding {
    /// `None` where the bytes are UTF-8 already.
    from: Option<&'static Encoding>,
    /// Length of the byte order mark.
    bom: u64,
}

/// A byte order mark decides; without one the whole file is UTF-8 or it is Windows-1250, which Polish Excel saves.
pub(super) fn sniff(file: &mut File) -> Result<TextEncoding, SheetError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(3).read_to_end(&mut head)?;
    if head.starts_with(b"\xFF\xFE") {
        return Ok(TextEncoding {
            from: Some(UTF_16LE),
            bom: 2,
        });
    }
    if head.starts_with(b"\xFE\xFF") {
        return Ok(TextEncoding {
            from: Some(UTF_16BE),
            bom: 2,
        });
    }
    let marked = head == b"\xEF\xBB\xBF";
    match (marked, is_utf8(file)?) {
        (true, true) => Ok(TextEncoding { from: None, bom: 3 }),
        (true, false) => Err(SheetError::Encoding),
        (false, true) => Ok(TextEncoding { from: None, bom: 0 }),
        (false, false) => Ok(TextEncoding {
            from: Some(WINDOWS_1250),
            bom: 0,
        }),
    }
}

fn is_utf8(file: &mut File) -> Result<bool, SheetError> {
    file.seek(SeekFrom::Start(0))?;
    let mut pending = Vec::with_capacity(64 * 1024 + 4);
    loop {
        if file.by_ref().take(64 * 1024).read_to_end(&mut pending)? == 0 {
            // A character cut off by the end of the file is left over.
            return Ok(pending.is_empty());
        }
        match std::str::from_utf8(&pending) {
            Ok(_) => pending.clear(),
            Err(error) if error.error_len().is_none() => {
                pending.drain(..error.valid_up_to());
            }
            Err(_) => return Ok(false),
        }
    }
}

/// Reads a file as UTF-8. Malformed UTF-16 is an error of the kind `InvalidData`.
pub(super) struct Utf8Reader {
    file: File,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    used: usize,
    at_end: bool,
    finished: bool,
}

impl Utf8Reader {
    pub(super) fn new(mut file: File, encoding: TextEncoding) -> io::Result<Self> {
        file.seek(SeekFrom::Start(encoding.bom))?;
        let decoder = encoding
            .from
            .map(Encoding::new_decoder_without_bom_handling);
        Ok(Self {
            file,
            decoder,
            raw: Vec::new(),
            used: 0,
            at_end: false,
            finished: false,
        })
    }
}

impl Read for Utf8Reader {
    /// `out` must have room for one character, as that of every buffered reader has.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.file.read(out);
        };
        if self.finished {
            return Ok(0);
        }
        loop {
            if self.used == self.raw.len() && !self.at_end {
                self.raw.resize(32 * 1024, 0);
                let read = self.file.read(&mut self.raw)?;
                self.raw.truncate(read);
                self.used = 0;
                self.at_end = read == 0;
            }
            let (result, read, written, malformed) =
                decoder.decode_to_utf8(&self.raw[self.used..], out, self.at_end);
            self.used += read;
            if malformed {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
            if self.at_end && result == CoderResult::InputEmpty {
                self.finished = true;
                return Ok(written);
            }
            if written > 0 || result == CoderResult::OutputFull {
                return Ok(written);
            }
        }
    }
}
