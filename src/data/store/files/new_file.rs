//! Writing a file: hashed while it comes, sealed where that is the way, and named when it is on the disk.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::{FilesHold, Form, Gate, NEW_PREFIX, make_folder};
use crate::data::records::file::FileHash;
use crate::data::store::cipher::Sealer;
use crate::data::store::error::StoreError;
use crate::data::store::open::sync_folder;

/// A file that is being written. Dropped before [`NewFile::finish`], it was never there.
pub struct NewFile {
    to: To,
    hash: Box<blake3::Hasher>,
    size: u64,
    root: PathBuf,
    form: Form,
    gate: Arc<Gate>,
}

enum To {
    Plain(NamedTempFile),
    Sealed(Box<Sealer<NamedTempFile>>),
}

/// A file that is on the disk and belongs to nothing yet: the proof that a row may name it. While it lives the file stays.
pub struct StoredFile {
    hash: FileHash,
    size: u64,
    _hold: FilesHold,
}

impl StoredFile {
    /// The hash of its content.
    pub fn hash(&self) -> FileHash {
        self.hash
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl NewFile {
    pub(super) fn begin(root: &Path, form: &Form, gate: &Arc<Gate>) -> Result<Self, StoreError> {
        make_folder(root)?;
        let file = tempfile::Builder::new()
            .prefix(NEW_PREFIX)
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(root)?;
        let to = match &form.keys {
            None => To::Plain(file),
            Some(keys) => To::Sealed(Box::new(Sealer::begin(&keys.content, file)?)),
        };
        Ok(Self {
            to,
            hash: Box::default(),
            size: 0,
            root: root.to_owned(),
            form: form.clone(),
            gate: gate.clone(),
        })
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Brings it to the disk under its name. Content that is there already is not kept twice.
    pub fn finish(self) -> Result<StoredFile, StoreError> {
        let hold = FilesHold::new(&self.gate);
        let hash = FileHash::from_bytes(*self.hash.finalize().as_bytes());
        let file = match self.to {
            To::Plain(file) => file,
            To::Sealed(sealer) => sealer.finish()?,
        };
        let path = self.form.path(&self.root, hash);
        let shard = path.parent().unwrap_or(&self.root);
        make_folder(&self.form.place.folder(&self.root))?;
        make_folder(shard)?;
        let there =
            fs::metadata(&path).is_ok_and(|found| found.len() == self.form.length(self.size));
        if there {
            // As new as one that was just written: a sweep that has looked at the rows already leaves it.
            File::open(&path)?.set_modified(file_time(crate::clock::now()))?;
        } else {
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
        }
        // Also where it was there: whoever wrote it may not have come as far as this.
        sync_folder(shard)?;
        Ok(StoredFile {
            hash,
            size: self.size,
            _hold: hold,
        })
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.to {
            To::Plain(file) => file.write(bytes)?,
            To::Sealed(sealer) => sealer.write(bytes)?,
        };
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Plain(file) => file.flush(),
            To::Sealed(sealer) => sealer.flush(),
        }
    }
}

/// A moment as the file system counts it; one before 1970 is the beginning of that.
pub(super) fn file_time(moment: Timestamp) -> SystemTime {
    let millis = u64::try_from(moment.as_millisecond()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
