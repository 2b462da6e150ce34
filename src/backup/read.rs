//! An archive opened: decrypted, unpacked and held against its manifest to the last byte.
//!
//! Anybody who knows the public key can make an archive. Nothing of it is believed: sizes have bounds before anything is
//! read, names are ours or none, and whoever follows the stream sees its lines before its hashes are known to be right, so
//! what is made of them is thrown away where [`Opened::finish`] is not reached.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::error::{BackupError, plain};
use super::files::{Content, FileFacts, FileList, LIST, ListReader, PART};
use super::keys::Keys;
use super::manifest::{self, Manifest};
use super::tar_file::{Entry, FILES, TarReader};
use crate::data::{Module, Part};

/// Bytes of a manifest.
const LARGEST_MANIFEST: u64 = 4 << 20;
/// Bytes of the encrypted key of sealed secrets.
const LARGEST_SECRET: u64 = 16 << 10;
/// Bytes of the head of an age file, with all its recipients.
const LARGEST_HEAD: usize = 64 << 10;
/// Binary logarithm of the memory that unpacking takes. What we write needs 21.
pub(super) const WINDOW: u32 = 23;
/// How many times larger than the archive its contents may be; lines of a firm come to ten or twenty.
const MOST_PACKED: u64 = 1_000;
/// The same of files in it: no larger can zstd make what it unpacks.
const MOST_PACKED_FILES: u64 = 40_000;
/// What they may be in any case.
const ALWAYS: u64 = 64 << 20;
const BUFFER: usize = 128 << 10;

type Plain = BufReader<StreamReader<BufReader<File>>>;

/// An archive whose manifest was read.
pub(super) struct Opened {
    archive: String,
    tar: TarReader<zstd::stream::read::Decoder<'static, Plain>>,
    manifest: Manifest,
    seen: BTreeSet<String>,
    /// The first content, which stands behind all parts.
    first_file: Option<Entry>,
    /// Whether its end was reached.
    ended: bool,
}

/// Takes contents that an archive holds.
pub(super) type TakesFiles<'a> = dyn FnMut(&Content, &mut dyn Read) -> Result<(), BackupError> + 'a;

impl Opened {
    /// Opens a file; `archive` is what it is called in errors.
    pub(super) fn open(archive: &str, mut file: File, keys: &Keys) -> Result<Self, BackupError> {
        let damaged = |what: String| BackupError::damaged(archive, what);
        let length = look_at_head(&mut file).map_err(|error| damaged(error.to_string()))?;
        let file = BufReader::with_capacity(BUFFER, file);
        let sealed = Decryptor::new_buffered(file).map_err(|error| damaged(error.to_string()))?;
        let plain = sealed
            .decrypt(keys.identities())
            .map_err(|error| match error {
                DecryptError::NoMatchingKeys => BackupError::WrongKey {
                    archive: archive.to_owned(),
                },
                error => damaged(error.to_string()),
            })?;
        let plain = BufReader::with_capacity(BUFFER, plain);
        let open = || {
            let mut unpacked = zstd::stream::read::Decoder::with_buffer(plain)?.single_frame();
            unpacked.window_log_max(WINDOW)?;
            let mut tar = TarReader::new(unpacked);
            let manifest = read_manifest(&mut tar)?;
            Ok::<_, io::Error>((tar, manifest))
        };
        let (tar, manifest) = open().map_err(|error| damaged(error.to_string()))?;
        let opened = Self {
            archive: archive.to_owned(),
            tar,
            manifest,
            seen: BTreeSet::new(),
            first_file: None,
            ended: false,
        };
        opened.check_manifest(length)?;
        Ok(opened)
    }

    /// What it says of itself. Known to be true once [`Opened::finish`] was reached.
    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn damaged(&self, what: impl std::fmt::Display) -> BackupError {
        BackupError::damaged(&self.archive, what)
    }

    fn check_manifest(&self, length: u64) -> Result<(), BackupError> {
        let manifest = &self.manifest;
        if manifest.format > manifest::FORMAT || manifest.stored_format > Part::stored_format() {
            return Err(BackupError::Newer {
                archive: self.archive.clone(),
                program: plain(&manifest.program, 40),
            });
        }
        let parts = Part::all(&Module::ALL);
        let known = |name: &String| {
            name == manifest::SECRET
                || name == LIST
                || parts.iter().any(|part| part.file_name() == *name)
        };
        if let Some(stranger) = manifest.parts.keys().find(|name| !known(name)) {
            let stranger: String = stranger.chars().take(60).collect();
            return Err(self.damaged(format!(
                "it lists a part {stranger:?}, which is none of ours"
            )));
        }
        let has_list = manifest.parts.contains_key(LIST);
        let may_have = manifest.format > manifest::WITHOUT_FILES;
        if has_list != may_have || !may_have && manifest.files != FileFacts::default() {
            return Err(self.damaged("it does not say which files it refers to"));
        }
        let most = |times: u64| length.saturating_mul(times).saturating_add(ALWAYS);
        let inside = if manifest.files.inside {
            manifest.files.bytes
        } else {
            0
        };
        match manifest.bytes() {
            Some(parts) if parts <= most(MOST_PACKED) && inside <= most(MOST_PACKED_FILES) => {
                Ok(())
            }
            Some(_) => Err(self.damaged("its contents would be far larger than any firm's")),
            None => {
                Err(self
                    .damaged("it does not say how large its parts are, or no disk would hold them"))
            }
        }
    }

    /// The next file of the archive in whole, or in pieces for `take`: its name. Nothing once all were read.
    pub(super) fn next(&mut self) -> Result<Option<String>, BackupError> {
        let Some(entry) = self.tar.next().map_err(|error| self.damaged(error))? else {
            self.ended = true;
            return Ok(None);
        };
        if self.manifest.files.inside && entry.name.as_bytes().starts_with(FILES) {
            self.first_file = Some(entry);
            return Ok(None);
        }
        if !self.manifest.parts.contains_key(&entry.name) {
            return Err(self.damaged(format!("it holds {}, which it does not list", entry.name)));
        }
        if !self.seen.insert(entry.name.clone()) {
            return Err(self.damaged(format!("it holds {} twice", entry.name)));
        }
        if self.manifest.sizes.get(&entry.name) != Some(&entry.size) {
            return Err(self.damaged(format!("{} is not as large as listed", entry.name)));
        }
        Ok(Some(entry.name))
    }

    /// Gives the contents of the file at hand away, and compares their hash.
    pub(super) fn contents(
        &mut self,
        name: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let (mut buffer, mut hash) = (vec![0; BUFFER], Sha256::new());
        loop {
            let read = self.tar.read(&mut buffer);
            let read = read.map_err(|error| self.damaged(error))?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            take(&buffer[..read])?;
        }
        if self.manifest.parts.get(name) != Some(&HEXLOWER.encode(&hash.finalize())) {
            return Err(self.damaged(format!("{name} is not what was written")));
        }
        Ok(())
    }

    /// The key that secrets in the database are sealed with.
    pub(super) fn secret(&mut self, keys: &Keys) -> Result<String, BackupError> {
        match self.next()? {
            Some(name) if name == manifest::SECRET => {}
            _ => return Err(self.damaged("the key of sealed secrets is not where it should be")),
        }
        if self.manifest.sizes.get(manifest::SECRET) > Some(&LARGEST_SECRET) {
            return Err(self.damaged("the key of sealed secrets is larger than any"));
        }
        let mut sealed = Vec::new();
        self.contents(manifest::SECRET, &mut |bytes| {
            sealed.extend_from_slice(bytes);
            Ok(())
        })?;
        let open = || {
            let plain = Decryptor::new_buffered(&sealed[..])?.decrypt(keys.identities())?;
            let mut text = String::new();
            plain.take(LARGEST_SECRET).read_to_string(&mut text)?;
            Ok::<_, DecryptError>(text)
        };
        open().map_err(|error| self.damaged(format!("the key of sealed secrets: {error}")))
    }

    /// What it refers to: stands behind the key of sealed secrets.
    pub(super) fn files(&mut self) -> Result<FileList, BackupError> {
        if self.manifest.format <= manifest::WITHOUT_FILES {
            return Ok(FileList::default());
        }
        match self.next()? {
            Some(name) if name == LIST => {}
            _ => return Err(self.damaged("the list of files is not where it should be")),
        }
        let (mut reader, archive) = (ListReader::default(), self.archive.clone());
        self.contents(LIST, &mut |bytes| {
            reader
                .take(bytes)
                .map_err(|what| BackupError::damaged(&archive, what))
        })?;
        let lines = reader.lines();
        let list = reader.finish().map_err(|what| self.damaged(what))?;
        let facts = FileFacts {
            inside: self.manifest.files.inside,
            ..list.facts()
        };
        if self.manifest.counts.get(PART) != Some(&lines) || self.manifest.files != facts {
            return Err(self.damaged("it refers to other files than it says"));
        }
        Ok(list)
    }

    /// Gives the contents away that it holds itself, behind its parts and in the order of the list. Each has to be taken
    /// to its end.
    pub(super) fn inside(
        &mut self,
        list: &FileList,
        take: &mut TakesFiles<'_>,
    ) -> Result<(), BackupError> {
        if !self.manifest.files.inside {
            return Ok(());
        }
        for content in list.there() {
            let entry = match self.first_file.take() {
                Some(first) => Some(first),
                None if self.ended => None,
                None => self.tar.next().map_err(|error| self.damaged(error))?,
            };
            let name = content.inside();
            let fits = |entry: &Entry| entry.name == name && entry.size == content.size;
            if !entry.is_some_and(|entry| fits(&entry)) {
                return Err(self.damaged(format!("{name} is not where it should be")));
            }
            take(&content, &mut self.tar)?;
        }
        let more = self.first_file.is_some() || (!self.ended && self.next()?.is_some());
        if more || !self.ended {
            return Err(self.damaged("it holds a file that it does not list"));
        }
        Ok(())
    }

    /// Looks whether every part came and nothing stands behind the end; the manifest, which is true then.
    pub(super) fn finish(mut self) -> Result<Manifest, BackupError> {
        if !self.ended && self.next()?.is_some() {
            return Err(self.damaged("there is more in it than was read"));
        }
        let missing = self
            .manifest
            .parts
            .keys()
            .find(|name| !self.seen.contains(*name));
        if let Some(name) = missing {
            return Err(self.damaged(format!("{name} is missing")));
        }
        let archive = self.archive;
        let behind = || {
            let mut unpacked = self.tar.into_inner();
            let mut byte = [0; 1];
            if unpacked.read(&mut byte)? != 0 {
                return Ok(true);
            }
            let mut plain = unpacked.finish();
            Ok::<_, io::Error>(plain.read(&mut byte)? != 0)
        };
        let what = match behind() {
            Ok(false) => return Ok(self.manifest),
            Ok(true) => "something stands behind its end".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(BackupError::damaged(&archive, what))
    }
}

/// Looks whether a file can be an age file, before a library reads as much of it as it likes; its length.
pub(super) fn look_at_head(file: &mut File) -> io::Result<u64> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let length = file.metadata()?.len();
    let mut head = Vec::new();
    Read::by_ref(file)
        .take(LARGEST_HEAD as u64)
        .read_to_end(&mut head)?;
    file.rewind()?;
    if head.is_empty() {
        return Err(wrong("it is empty"));
    }
    if !head.starts_with(b"age-encryption.org/v1\n") {
        return Err(wrong("it is not encrypted by age"));
    }
    if !head.windows(5).any(|window| window == b"\n--- ") {
        return Err(wrong("its head does not end"));
    }
    Ok(length)
}

fn read_manifest(tar: &mut TarReader<impl Read>) -> io::Result<Manifest> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let entry = tar.next()?;
    let entry = entry.filter(|entry| entry.name == manifest::NAME);
    let entry = entry.ok_or_else(|| wrong("it does not begin with a manifest"))?;
    if entry.size > LARGEST_MANIFEST {
        return Err(wrong("its manifest is larger than any"));
    }
    let mut text = Vec::new();
    tar.read_to_end(&mut text)?;
    serde_json::from_slice(&text)
        .map_err(|error| wrong(&format!("its manifest cannot be read: {error}")))
}
