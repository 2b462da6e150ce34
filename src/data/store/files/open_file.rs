//! Reading a file from its beginning to its end.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::Form;
use crate::data::records::file::FileHash;
use crate::data::store::cipher::Opener;
use crate::data::store::error::StoreError;

/// A file that is being read. Where its content is not what its hash says, the last reading fails instead of ending.
pub struct OpenFile {
    from: Source,
    hash: FileHash,
    size: u64,
    so_far: Box<blake3::Hasher>,
}

/// The text of a file, however it lies.
pub(super) enum Source {
    Plain(File),
    Sealed(Box<Opener<File>>),
}

impl Source {
    pub(super) fn begin(file: File, form: &Form) -> io::Result<Self> {
        Ok(match &form.keys {
            None => Self::Plain(file),
            Some(keys) => Self::Sealed(Box::new(Opener::begin(&keys.content, file)?)),
        })
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(out),
            Self::Sealed(opener) => opener.read(out),
        }
    }
}

impl OpenFile {
    pub(super) fn begin(
        root: &Path,
        form: &Form,
        hash: FileHash,
        size: u64,
    ) -> Result<Option<Self>, StoreError> {
        let file = match File::open(form.path(root, hash)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if file.metadata()?.len() != form.length(size) {
            return Err(wrong().into());
        }
        Ok(Some(Self {
            from: Source::begin(file, form)?,
            hash,
            size,
            so_far: Box::default(),
        }))
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

fn wrong() -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        "a file is not what was written; restore it from a backup",
    )
}

impl Read for OpenFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        let read = self.from.read(out)?;
        self.so_far.update(&out[..read]);
        // Looked at before the last bytes are given away: many readers stop when they have as many as they expect.
        let at_end = read == 0 || self.so_far.count() >= self.size;
        if at_end
            && (self.so_far.count() != self.size
                || self.so_far.finalize().as_bytes() != self.hash.bytes())
        {
            return Err(wrong());
        }
        Ok(read)
    }
}
