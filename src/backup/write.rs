//! An archive from one moment of the firm: tar, compressed by zstd, encrypted by age, in one pass over a file.
//!
//! The moment is walked twice. The first time its lines are measured and hashed, so that the manifest can stand first and
//! tar knows every size; the second time they are written. Nothing lies on the disk in plain text meanwhile.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::mpsc;
use std::thread;

use age::x25519::Recipient;
use age::{Encryptor, Recipient as AnyRecipient};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::error::BackupError;
use super::files::{Content, FileList, LIST, Naming, PART, Source};
use super::manifest::{self, Manifest};
use super::progress::{Hearing, Phase};
use super::tar_file;
use crate::data::{Moment, Part};

/// Of zstd: fast, and small enough.
const LEVEL: i32 = 3;
/// Bytes handed to the thread that compresses.
const BLOCK: usize = 256 << 10;
/// Such blocks on their way.
const BLOCKS: usize = 8;

/// An archive that was written.
pub(super) struct Written {
    pub(super) manifest: Manifest,
    /// What it refers to.
    pub(super) files: FileList,
    /// SHA-256 of the whole file, in hexadecimal.
    pub(super) sha256: String,
}

/// Writes the archive of a moment.
pub(super) fn write(
    moment: &Moment,
    contents: &dyn Source,
    created_at: Timestamp,
    recipients: &[Recipient],
    out: File,
    hearing: &Hearing,
) -> Result<Written, BackupError> {
    let secret = encrypt_secret(&moment.secret(), recipients)?;
    let files = referred_to(moment, contents, recipients)?;
    let manifest = measure(moment, created_at, &secret, &files, hearing)?;
    let (out, sha256, ()) = packed(recipients, out, |out| {
        write_parts(moment, &manifest, &secret, &files, out, hearing)
    })?;
    out.sync_all()
        .map_err(|error| BackupError::io("the new archive", error))?;
    Ok(Written {
        manifest,
        files,
        sha256,
    })
}

/// The contents that rows of the moment name.
fn referred_to(
    moment: &Moment,
    contents: &dyn Source,
    recipients: &[Recipient],
) -> Result<FileList, BackupError> {
    let mut named = std::collections::HashSet::new();
    moment.each_file(&mut |hash, size| {
        let hash = *hash.bytes();
        named.insert(Content { hash, size });
        std::ops::ControlFlow::Continue(())
    })?;
    let naming = Naming::new(&moment.secret(), recipients);
    let mut failed = None;
    let lost = |content: &Content| match contents.has(content) {
        Ok(there) => !there,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let files = FileList::new(named.into_iter().collect(), &naming, lost);
    if let Some(error) = failed {
        return Err(error.into());
    }
    if files.lost() > 0 {
        tracing::warn!(
            files = files.lost(),
            "attached files are missing on this machine, and so in the backup; see `kartoteka doctor`"
        );
    }
    Ok(files)
}

/// Writes to a thread that compresses and encrypts; what it wrote to, the SHA-256 of all of it, and what `write` gives.
pub(super) fn packed<W: Write + Send, T>(
    recipients: &[Recipient],
    out: W,
    write: impl FnOnce(&mut Blocks) -> Result<T, BackupError>,
) -> Result<(W, String, T), BackupError> {
    let (blocks, taken) = mpsc::sync_channel::<Vec<u8>>(BLOCKS);
    let sealer = Encryptor::with_recipients(recipients.iter().map(|key| key as &dyn AnyRecipient))
        .map_err(|error| BackupError::Refused(error.to_string()))?;
    thread::scope(|scope| {
        let packer = thread::Builder::new().name("backup".to_owned());
        let packer = packer.spawn_scoped(scope, move || pack(sealer, out, &taken));
        let packer = packer.map_err(|error| BackupError::io("a thread", error))?;
        let mut out = Blocks {
            block: Vec::with_capacity(BLOCK),
            blocks,
        };
        let written = write(&mut out);
        let flushed = match &written {
            Ok(_) => out.finish(),
            Err(_) => Ok(()),
        };
        drop(out);
        // Where the packer failed, the pipe to it broke as well: its reason is the one to tell.
        let packed = packer
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that writes it broke")));
        match packed {
            Ok(Some((out, hash))) => {
                flushed.map_err(|error| BackupError::io("the new archive", error))?;
                Ok((out, hash, written?))
            }
            // It did not come to an end since the writing did not.
            Ok(None) => Err(written
                .err()
                .unwrap_or_else(|| BackupError::Refused("the writing ended early".to_owned()))),
            Err(error) => Err(BackupError::io("the new archive", error)),
        }
    })
}

fn encrypt_secret(text: &str, recipients: &[Recipient]) -> Result<Vec<u8>, BackupError> {
    let recipients = recipients.iter().map(|key| key as &dyn AnyRecipient);
    let sealer = Encryptor::with_recipients(recipients)
        .map_err(|error| BackupError::Refused(error.to_string()))?;
    let write = || {
        let mut out = sealer.wrap_output(Vec::new())?;
        out.write_all(text.as_bytes())?;
        out.finish()
    };
    write().map_err(|error| BackupError::io("the key of sealed secrets", error))
}

/// Tells how far it is, and breaks off where nobody wants the rest.
struct Told<'a> {
    hearing: &'a Hearing,
    phase: Phase,
    done: u64,
    total: Option<u64>,
}

impl Told<'_> {
    fn more(&mut self, bytes: usize) -> io::Result<()> {
        self.done += bytes as u64;
        if self.hearing.tell(self.phase.clone(), self.done, self.total) {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::Interrupted, STOPPED))
        }
    }
}

const STOPPED: &str = "stopped";

/// Of an error that [`Told`] gave.
fn stopped(error: BackupError) -> BackupError {
    match error {
        BackupError::Io { source, .. }
            if source.kind() == io::ErrorKind::Interrupted && source.to_string() == STOPPED =>
        {
            BackupError::Stopped
        }
        error => error,
    }
}

fn measure(
    moment: &Moment,
    created_at: Timestamp,
    secret: &[u8],
    files: &FileList,
    hearing: &Hearing,
) -> Result<Manifest, BackupError> {
    let firm = moment.firm()?;
    let firm = firm.ok_or_else(|| {
        BackupError::Refused("there is no firm in this data folder yet".to_owned())
    })?;
    let contradiction = moment.contradiction()?;
    if let Some(what) = &contradiction {
        tracing::error!(
            what,
            "the firm that is backed up contradicts itself; see `kartoteka doctor`"
        );
    }
    let mut manifest = Manifest {
        format: manifest::FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        stored_format: Part::stored_format(),
        created_at,
        firm: firm.name,
        snapshot: String::new(),
        sound: contradiction.is_none(),
        counts: [].into(),
        parts: [].into(),
        sizes: [].into(),
        digests: [].into(),
        audit: moment.audit_head()?,
        fields: moment.field_names(),
        files: files.facts(),
    };
    let hash = HEXLOWER.encode(&Sha256::digest(secret));
    manifest.parts.insert(manifest::SECRET.to_owned(), hash);
    manifest
        .sizes
        .insert(manifest::SECRET.to_owned(), secret.len() as u64);
    let (mut hash, mut size) = (Sha256::new(), 0);
    files
        .write(&mut |lines| {
            hash.update(lines);
            size += lines.len() as u64;
            Ok(())
        })
        .map_err(|error| BackupError::io("the list of files", error))?;
    let hash = HEXLOWER.encode(&hash.finalize());
    manifest.parts.insert(LIST.to_owned(), hash);
    manifest.sizes.insert(LIST.to_owned(), size);
    manifest
        .counts
        .insert(PART.to_owned(), manifest.files.count);
    let mut told = Told {
        hearing,
        phase: Phase::Measuring,
        done: 0,
        total: None,
    };
    for part in moment.parts() {
        let (mut hash, mut size) = (Sha256::new(), 0);
        let facts = moment.write(part, &mut |lines| {
            hash.update(lines);
            size += lines.len() as u64;
            told.more(lines.len())
        });
        let facts = facts.map_err(BackupError::from).map_err(stopped)?;
        let (name, file) = (part.name(), part.file_name());
        manifest.counts.insert(name.clone(), facts.lines);
        manifest.digests.insert(name, facts.digest);
        manifest
            .parts
            .insert(file.clone(), HEXLOWER.encode(&hash.finalize()));
        manifest.sizes.insert(file, size);
    }
    let digests = manifest.digests.iter();
    let whole: String = digests
        .map(|(name, digest)| format!("{name}={digest}\n"))
        .collect();
    manifest.snapshot = HEXLOWER.encode(&Sha256::digest(whole.as_bytes())[..16]);
    Ok(manifest)
}

fn write_parts(
    moment: &Moment,
    manifest: &Manifest,
    secret: &[u8],
    files: &FileList,
    out: &mut Blocks,
    hearing: &Hearing,
) -> Result<(), BackupError> {
    let failed = |error| BackupError::io("the new archive", error);
    let seconds = manifest.seconds();
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| failed(error.into()))?;
    let whole = |name: &str, bytes: &[u8], out: &mut Blocks| {
        out.begin(name, bytes.len() as u64, seconds)?;
        out.write_all(bytes)?;
        tar_file::pad(out, bytes.len() as u64)
    };
    whole(manifest::NAME, &text, out).map_err(failed)?;
    whole(manifest::SECRET, secret, out).map_err(failed)?;
    let size = manifest.sizes[LIST];
    let list = |out: &mut Blocks| {
        out.begin(LIST, size, seconds)?;
        files.write(&mut |lines| out.write_all(lines))?;
        tar_file::pad(out, size)
    };
    list(out).map_err(failed)?;
    let mut told = Told {
        hearing,
        phase: Phase::Writing,
        done: 0,
        total: manifest.bytes(),
    };
    for part in moment.parts() {
        let name = part.file_name();
        let size = manifest.sizes[&name];
        out.begin(&name, size, seconds).map_err(failed)?;
        let mut written = 0;
        let facts = moment.write(part, &mut |lines| {
            written += lines.len() as u64;
            out.write_all(lines)?;
            told.more(lines.len())
        });
        let facts = facts.map_err(BackupError::from).map_err(stopped)?;
        if written != size || manifest.digests[&part.name()] != facts.digest {
            return Err(BackupError::Refused(format!(
                "{name} did not come out the same twice; this is a defect of the program"
            )));
        }
        tar_file::pad(out, size).map_err(failed)?;
    }
    tar_file::end(out).map_err(failed)
}

/// Bytes on their way to the thread that packs them.
pub(super) struct Blocks {
    block: Vec<u8>,
    blocks: mpsc::SyncSender<Vec<u8>>,
}

impl Blocks {
    /// Begins a file of the tar.
    pub(super) fn begin(&mut self, name: &str, size: u64, seconds: u64) -> io::Result<()> {
        let head = tar_file::header(name, size, seconds)?;
        self.write_all(head.as_bytes())
    }

    /// Says that this is all: an empty block, without which what was written is not ended.
    fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        let sent = self.blocks.send(Vec::new());
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        let sent = self.blocks.send(block);
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the writing ended"))
    }
}

/// Compresses, encrypts and writes what comes; what it wrote to with the hash of all of it, or nothing where what came had
/// no end: then what was written has none either.
fn pack<W: Write>(
    sealer: Encryptor,
    out: W,
    blocks: &mpsc::Receiver<Vec<u8>>,
) -> io::Result<Option<(W, String)>> {
    let out = Hashed {
        hash: Sha256::new(),
        out,
    };
    let sealed = sealer.wrap_output(BufWriter::with_capacity(BLOCK, out))?;
    let mut packer = zstd::stream::write::Encoder::new(sealed, LEVEL)?;
    packer.include_checksum(true)?;
    loop {
        match blocks.recv() {
            Ok(block) if block.is_empty() => break,
            Ok(block) => packer.write_all(&block)?,
            // Whoever was writing failed; the file is thrown away, and a stream breaks off.
            Err(_) => return Ok(None),
        }
    }
    let mut out = packer.finish()?.finish()?;
    out.flush()?;
    let Hashed { hash, out } = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    Ok(Some((out, HEXLOWER.encode(&hash.finalize()))))
}

struct Hashed<W> {
    hash: Sha256,
    out: W,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
